"""Legislation loaded: entities, parameters, variables, acts, and the version of all of it."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar
from zlib import crc32

import numpy as np

from policy.errors import Location, PolicyError, Problem, did_you_mean
from policy.garbage import collection_paused
from policy.legislation import openfisca
from policy.legislation.code import find_by_code
from policy.legislation.instants import work_out_when_asked
from policy.legislation.parameters import (
    BESIDE_THE_LAW,
    REFORMS,
    REGISTERS,
    Parameter,
    load_tree,
    parameter_named,
    parameters_of,
)
from policy.legislation.parsed import Parsed, kept_parsed
from policy.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from policy.documents import Document
    from policy.legislation.code import Code
    from policy.legislation.reforms.reform import Reform

Thing = TypeVar("Thing")

#: How names of files end that are no tests but stand beside them (see policy.coverage.accepted).
ACCEPTED = ".accepted.yaml"


@dataclass(frozen=True)
class Act:
    """An act of law that a statute book encodes."""

    key: str
    title: str
    titles: dict[str, str]
    href: str


@dataclass(frozen=True)
class Sources:
    """The folders a statute book was read from."""

    parameters: Path
    variables: Path
    scenarios: Path

    @property
    def reforms(self) -> Path:
        """The folder of reforms that lie with the book."""
        return self.parameters / REFORMS

    @property
    def registers(self) -> Path:
        """The folder that says which registers the facts of the book are taken from."""
        return self.parameters / REGISTERS

    @property
    def law(self) -> Iterator[tuple[Path, Path]]:
        """The files of law in a fixed order, each with the folder that it was read from."""
        beside = [self.parameters / each for each in BESIDE_THE_LAW]
        for folder in (self.parameters, self.variables):
            for path in sorted((*folder.rglob("*.yaml"), *folder.rglob("*.py"))):
                if not any(map(path.is_relative_to, beside)):
                    yield folder, path


@dataclass(eq=False)
class Legislation:
    """The law of one statute book, ready to be calculated by openfisca-core.

    Attributes:
        name: the book's name, ``"estonia"``.
        system: openfisca-core's ``TaxBenefitSystem``, with float64 amounts.
        sources: the folders it was read from.
        documents: the parameter files with line numbers, by parameter name.
        metadata: what ``parameters/<book>/index.yaml`` says under ``metadata``.
        base: the law that reforms were laid over, or None.
        reforms: the reforms laid over it, in their order.
        known_on: the ISO day as known on which the law is taken, or an empty string.
        code: what Python runs of the book's files; None for an installed package.

    """

    name: str
    system: Any
    sources: Sources
    documents: dict[str, Document] = field(default_factory=dict, repr=False)
    metadata: dict[str, Any] = field(default_factory=dict, repr=False)
    #: The law that reforms were laid over, and what was: see policy.legislation.reforms.
    base: Legislation | None = field(default=None, repr=False)
    reforms: tuple[Reform, ...] = ()
    known_on: str = ""
    code: Code | None = field(default=None, repr=False)
    #: What was worked out from the law and is kept with it, by its type.
    derived: dict[type, Any] = field(default_factory=dict, repr=False, compare=False, init=False)

    @property
    def title(self) -> str:
        """The book's title; of an installed package the name it is installed by."""
        if self.code is None and "title" not in self.metadata:
            return str((self.system.get_package_metadata() or {}).get("name", self.name))
        return str(self.metadata.get("title", self.name))

    @property
    def country(self) -> str:
        """ISO 3166 code of the country, where the book gives it."""
        return str(self.metadata.get("country", ""))

    @property
    def currency(self) -> str:
        """ISO 4217 code of the currency, where the book gives it."""
        return str(self.metadata.get("currency", ""))

    @property
    def total(self) -> str:
        """The variable that adds up the book's benefits, or an empty string."""
        return str(self.metadata.get("total", ""))

    @property
    def doubts(self) -> list[str]:
        """The variables that find facts which can hardly be."""
        return list(self.metadata.get("doubts", []))

    @property
    def covers_from(self) -> str:
        """First ISO date the book's law covers, or an empty string."""
        return str(self.metadata.get("covers_from", ""))

    @property
    def law_read_on(self) -> str:
        """ISO date of the newest text of the law that was read, or an empty string."""
        return str(self.metadata.get("law_read_on", ""))

    def read_before(self, day: str) -> str:
        """Say so where a day is after the one on which the law was read; else nothing."""
        if not "" < self.law_read_on < day:
            return ""
        return (
            f"The law was read as it stood on {self.law_read_on}; changes made since are not in it."
        )

    @cached_property
    def acts(self) -> dict[str, Act]:
        """The acts the book encodes, by their abbreviation."""
        return {
            key: Act(
                key,
                act["title"],
                {
                    name.removeprefix("title_"): text
                    for name, text in act.items()
                    if name.startswith("title_")
                },
                act.get("href", ""),
            )
            for key, act in self.metadata.get("acts", {}).items()
        }

    @property
    def entities(self) -> dict[str, Any]:
        """OpenFisca's entities by key: ``person`` first, then the groups."""
        return {entity.key: entity for entity in self.system.entities}

    @property
    def variables(self) -> Named[Any]:
        """OpenFisca's variables by name; another name is a ``PolicyError`` with the nearest."""
        return Named(self, "variable", self.system.variables)

    @cached_property
    def parameters(self) -> Named[Parameter]:
        """Every parameter with its history and provenance, by dotted name.

        Another name is a ``PolicyError`` with the nearest.
        """
        with collection_paused():
            found = {each.name: each for each in parameters_of(self.system.parameters)}
        return Named(self, "parameter", found)

    def parameter(self, name: str) -> Parameter | None:
        """Return a parameter by its dotted name, or None; the others are not looked at.

        >>> import policy
        >>> policy.load("estonia").parameter("child_allowance.first_and_second_child").section
        'PHS § 17'
        """
        return parameter_named(self.system.parameters, name)

    @cached_property
    def amounts(self) -> Any:
        """The type of amounts: float64, or openfisca-core's float32 where it was left."""
        kinds = (each.dtype for each in self.variables.values() if each.value_type is float)
        return np.dtype(next(kinds, np.float64))

    @property
    def scenarios(self) -> list[Path]:
        """The files of scenario tests that belong to the book."""
        files = self.sources.scenarios.rglob("*.yaml")
        return sorted(file for file in files if not file.name.endswith(ACCEPTED))

    @cached_property
    def version(self) -> str:
        """The law version: a digest of every file of law, with the library's version.

        >>> import policy
        >>> policy.load("estonia").version  # doctest: +ELLIPSIS
        'estonia-...+policy-...'
        """
        if self.base is not None:
            changes = [f"{each.name}-{each.digest[:12]}" for each in self.reforms]
            known = [f"as-known-on-{self.known_on}"] if self.known_on else []
            return "+".join([self.base.version, *changes, *known])
        import hashlib  # noqa: PLC0415 (it loads a library, and few ask for the version)

        digest = hashlib.sha256()
        for folder, path in self.sources.law:
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return f"{self.name}-{digest.hexdigest()[:12]}+policy-{__version__}"

    def variable(self, name: str) -> Any:
        """Return a variable.

        Raises:
            PolicyError: there is none of that name; the nearest name is given.

        """
        try:
            return self.system.variables[name]
        except (
            KeyError,
            TypeError,
        ):  # (a name that is no text may be one that cannot be looked up)
            raise self.unknown("variable", name) from None

    def unknown(self, kind: str, name: object) -> PolicyError:
        """Say that the book has no variable, or parameter, of a name."""
        own: Named[Any] = self.variables
        other: Named[Any] = self.parameters
        if kind == "parameter":
            own, other = other, own
        if isinstance(name, str) and name in other:
            message = f"'{name}' is a {other.kind} of the {self.name} book, not a {kind}"
            remedy = f"see 'policy show {name}'"
        else:
            message = f"the {self.name} book has no {kind} '{name}'"
            beside = [each for each in own if each.startswith(f"{str(name).rpartition('.')[0]}.")]
            remedy = did_you_mean(name, beside or own, kind=f"{kind}s")
        return PolicyError(Problem(message, remedy=remedy, code=f"unknown-{kind}"))


class Named(dict[str, Thing]):
    """Variables or parameters of a book by name; one that it lacks is an error that helps."""

    def __init__(self, law: Legislation, kind: str, things: Mapping[str, Thing]) -> None:
        super().__init__(things)
        self.law = law
        self.kind = kind

    def __missing__(self, name: object) -> Thing:
        """Say that there is no such thing, and the nearest name."""
        raise self.law.unknown(self.kind, name)


def section_of(variable: Any) -> str:
    """Return the section of law a variable encodes, or an empty string."""
    return str(getattr(variable, "__section__", ""))


def labels_of(variable: Any) -> dict[str, str]:
    """Return a variable's labels in the book's other languages."""
    return dict(getattr(variable, "__labels__", {}))


@collection_paused()
def read_folder(name: str, sources: Sources) -> Legislation:
    """Read a statute book from its folders of parameters and variables.

    Raises:
        PolicyError: a file of the book cannot be read; names file and line.

    """
    package = _import_package(name, sources.variables)
    code = find_by_code(sources.variables)
    entities = _entities(package, sources.variables)
    system = openfisca.taxbenefitsystems.TaxBenefitSystem(entities)
    parsed = Parsed(name)
    system.parameters, documents = load_tree(sources.parameters, parsed.document)
    parsed.keep()
    for variable in _import_variables(package, sources.variables):
        if variable.__name__ in system.variables:
            raise PolicyError(
                Problem(
                    f"the variable '{variable.__name__}' is defined twice",
                    _place_of(variable),
                    "rename one of the two",
                )
            )
        try:
            system.add_variable(variable)
        except Exception as error:  # openfisca-core raises many kinds here
            raise PolicyError(
                Problem(
                    str(error).split("\n", maxsplit=1)[0],
                    _place_of(variable),
                    "correct the variable",
                )
            ) from error
    metadata = system.parameters.metadata
    return Legislation(name, system, sources, documents, metadata, code=code)


def _place_of(variable: type) -> Location:
    """Return where a variable is defined."""
    return Location(inspect.getfile(variable), inspect.getsourcelines(variable)[1], 1)


@collection_paused()
def read_package(name: str, *, float32: bool = False) -> Legislation:
    """Load an installed OpenFisca country package as a statute book, with float64 amounts.

    Args:
        name: the package.
        float32: leave amounts in openfisca-core's float32.

    Raises:
        PolicyError: there is no such package, or it has no ``CountryTaxBenefitSystem``.

    """
    if not name.isidentifier() or importlib.util.find_spec(name) is None:
        raise PolicyError(
            Problem(
                f"there is no package '{name}'",
                remedy="check the name, and that the package is installed",
            )
        )
    module = importlib.import_module(name)
    root = Path(str(module.__file__)).parent
    try:
        kind = module.CountryTaxBenefitSystem
        with kept_parsed(name), openfisca.located(kind, root.parent):
            system = kind()
    except AttributeError:
        raise PolicyError(
            Problem(
                f"the package '{name}' has no CountryTaxBenefitSystem",
                remedy="name a statute book, a folder, or an OpenFisca country package",
            )
        ) from None
    if not float32:
        widen(system)
    work_out_when_asked(system.parameters)
    sources = Sources(root / "parameters", root / "variables", root / "tests")
    return Legislation(name, system, sources)


def widen(system: Any) -> None:
    """Make the amounts of a system float64."""
    for variable in system.variables.values():
        if variable.value_type is float:
            variable.dtype = np.float64


def package_of(name: str, folder: Path) -> str:
    """Return the name under which Python holds the modules of a book's variables."""
    return f"_policy_book_{name}_{crc32(str(folder.resolve()).encode()):08x}"


def _import_package(name: str, folder: Path) -> ModuleType:
    package_name = package_of(name, folder)
    stale = [
        key for key in sys.modules if key == package_name or key.startswith(f"{package_name}.")
    ]
    for key in stale:
        del sys.modules[key]
    package = ModuleType(package_name)
    package.__path__ = [str(folder)]
    sys.modules[package_name] = package
    return package


def _entities(package: ModuleType, folder: Path) -> list[Any]:
    path = folder / "entities.py"
    if not path.exists():
        raise PolicyError(
            Problem(
                "the book has no entities.py",
                Location(str(path)),
                "define the entities there, in a list named 'entities'",
            )
        )
    module = _import(f"{package.__name__}.entities", path)
    if not hasattr(module, "entities"):
        raise PolicyError(
            Problem(
                "there is no list named 'entities'",
                Location(str(path), 1, 1),
                "add 'entities = […]', the person first",
            )
        )
    return list(module.entities)


def _import_variables(package: ModuleType, folder: Path) -> list[type]:
    found: list[type] = []
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        if parts[-1] == "__init__":
            continue
        found += variables_in(_import(".".join((package.__name__, *parts)), path))
    return found


def variables_in(module: ModuleType) -> list[type]:
    """Return the variables that a module defines."""
    return [
        member
        for member in vars(module).values()
        if isinstance(member, type)
        and issubclass(member, openfisca.variables.Variable)
        and member.__module__ == module.__name__
    ]


def _import(name: str, path: Path) -> ModuleType:
    return told_of(path, lambda: importlib.import_module(name))


def told_of(path: Path, run: Callable[[], Thing]) -> Thing:
    """Run something with a Python file; tell what the file does wrong, and in which line.

    Raises:
        PolicyError: it raised something.

    """
    try:
        return run()
    except PolicyError:
        raise
    except Exception as error:  # whatever a formula file does wrong
        line = getattr(error, "lineno", None) or _line_in(error, path)
        raise PolicyError(
            Problem(
                f"cannot be imported: {type(error).__name__}: {error}",
                Location(str(path), line, 1),
                "correct the Python file",
            )
        ) from error


def _line_in(error: BaseException, path: Path) -> int:
    line = 1
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
