"""The YAML tests of OpenFisca projects, run unchanged and with the verdicts of ``openfisca test``.

The people and facts of a test are read by openfisca-core's own builder. A case alone is calculated
by openfisca-core; together with others by the law graph.
"""

from __future__ import annotations

import datetime
import json
import warnings
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import yaml

from policy.documents import Document
from policy.errors import Location, PolicyError, Problem, did_you_mean
from policy.legislation.legislation import section_of
from policy.legislation.openfisca import config, periods, simulations
from policy.legislation.packages import Changes
from policy.legislation.people import Column, Membership, People
from policy.legislation.times import is_one, own_period
from policy.scenario.result import scalar
from policy.scenario.situation import Members, Situation
from policy.testing.arithmetic import number_of
from policy.testing.cases import Case, Difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from policy.legislation.legislation import Legislation
    from policy.legislation.packages import Package
    from policy.legislation.people import Array, Slot
    from policy.scenario.answers import Question
    from policy.testing.cases import Answer

_KEYS = (
    "name",
    "description",
    "keywords",
    "period",
    "input",
    "output",
    "absolute_error_margin",
    "relative_error_margin",
    "reforms",
    "extensions",
    "parameters",
    "max_spiral_loops",
)
#: The depth of a parsed file that is no accident.
_DEEPEST = 100
#: The most that is shown of what openfisca-core says.
_LONGEST = 300


@dataclass(frozen=True)
class Choice:
    """Which tests are run, and which variables are compared, as ``openfisca test`` chooses.

    Attributes:
        word: stands in the name of the file or of the test, or is one of its keywords.
        only_variables: compare these alone; empty for all.
        ignore_variables: leave these out.

    """

    word: str = ""
    only_variables: frozenset[str] = frozenset()
    ignore_variables: frozenset[str] = frozenset()

    def takes(self, path: Path, test: Any) -> bool:
        """Tell whether a test of a file is run."""
        if not self.word or not isinstance(test, dict):
            return True
        named = str(test.get("name") or "")
        return (
            self.word in path.stem or self.word in named or self.word in _listed(test, "keywords")
        )

    def compares(self, variable: str) -> bool:
        """Tell whether a variable is compared."""
        chosen = not self.only_variables or variable in self.only_variables
        return chosen and variable not in self.ignore_variables


@dataclass(frozen=True)
class _Check:
    """One expected value: of the instance with an index, or of all of the variable's entity."""

    variable: str
    period: Any
    index: int | None
    expected: Any
    location: Location


@dataclass(eq=False)
class OpenFiscaCase(Case):
    """A test of an OpenFisca project."""

    package: Package
    document: Document
    number: int
    choice: Choice = Choice()
    data: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.data = self.document.data[self.number]

    @property
    def name(self) -> str:
        """The test's name, or where it stands."""
        return str(self.data.get("name") or self.location)

    @property
    def location(self) -> Location:
        """Where the test stands."""
        return self.document.where(str(self.number))

    @cached_property
    def law(self) -> Legislation:
        """The package with the test's reforms, extensions and parameters.

        Raises:
            PolicyError: one of them cannot be applied.

        """
        tree = self.data.get("parameters")
        changes = Changes(
            tuple(map(str, _listed(self.data, "reforms"))),
            tuple(map(str, _listed(self.data, "extensions"))),
            json.dumps(tree, default=str) if tree else "",
        )
        try:
            return self.package.law(changes)
        except PolicyError as error:
            self.fail(error.problems[0].message, error.problems[0].remedy, "reforms")

    @cached_property
    def columns(self) -> tuple[People, Mapping[Slot, Column]]:
        """The people of the test and what is given of them, as openfisca-core reads them."""
        return _columns(self.law, self._simulation())

    @property
    def situation(self) -> Situation:
        """The same by person and group."""
        people, facts = self.columns
        roles = {key: self.law.entities[key].flattened_roles for key in people.memberships}
        members = {
            key: Members(each.group_of.tolist(), [roles[key][number] for number in each.role_of])
            for key, each in people.memberships.items()
        }
        known = {slot: dict(enumerate(column.values)) for slot, column in facts.items()}
        return Situation(people.ids, members, known)

    @cached_property
    def questions(self) -> Mapping[Question, tuple[Slot, ...]]:
        """What the test asks."""
        if self.data.get("max_spiral_loops"):
            self.fail("loops in time are openfisca-core's alone", key="max_spiral_loops")
        asked = {}
        for check in self._checks:
            variable = self.law.variable(check.variable)
            eternal = variable.definition_period == periods.DateUnit.ETERNITY
            if not eternal and not is_one(variable.definition_period, check.period):
                self.fail(f"{check.variable} is asked for {check.period}", key="output")
            slot = (check.variable, own_period(variable, check.period))
            asked[check.variable, check.period] = (slot,)
        return asked

    def alone(self) -> Answer:
        """Answer by openfisca-core itself."""
        simulation = self._simulation()
        simulation.max_spiral_loops = (
            self.data.get("max_spiral_loops") or simulation.max_spiral_loops
        )

        def answer(question: Question, where: Location) -> Array:
            try:
                return np.asarray(simulation.calculate(*question))
            except Exception as error:  # whatever a formula raises
                raise PolicyError(Problem(_in_a_line(error), where)) from error

        return answer

    def judge(self, answer: Answer) -> tuple[Difference, ...]:
        """Compare answers with what the test expects; return what differs."""
        return tuple(self._differences(answer))

    def fail(self, message: str, remedy: str = "", *keys: str, key: str = "") -> NoReturn:
        """Raise a problem at a key of the test."""
        path = (str(self.number), *keys, *([key] if key else []))
        raise PolicyError(Problem(message, self.document.where(*path), remedy))

    def _simulation(self) -> Any:
        """Build openfisca-core's simulation of the test."""
        unknown = next((key for key in self.data if key not in _KEYS), None)
        if unknown is not None:
            self.fail(
                f"'{unknown}' is no key of a test", did_you_mean(str(unknown), _KEYS), str(unknown)
            )
        builder = simulations.SimulationBuilder()
        given = self._numbers(self.data.get("input") or {}, None, (str(self.number), "input"))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                builder.set_default_period(self.data.get("period"))
                simulation = builder.build_from_dict(self.law.system, given)
        except PolicyError:
            raise
        except Exception as error:  # (openfisca-core raises several kinds here)
            self.fail(_in_a_line(error), key="input")
        if simulation is None:
            self._fail_at_unknown_word(given)
        return simulation

    def _fail_at_unknown_word(self, given: Mapping[str, Any]) -> NoReturn:
        system = self.law.system
        words = [*system.variables, *(w for e in system.entities for w in (e.key, e.plural))]
        unknown = next((key for key in given if key not in words), "")
        self.fail(
            f"'{unknown}' is neither an entity nor a variable",
            did_you_mean(str(unknown), words),
            "input",
            str(unknown),
        )

    def _numbers(self, value: Any, variable: Any, path: tuple[str, ...]) -> Any:
        """Return input with arithmetic worked out, wherever a variable takes a number."""
        if isinstance(value, dict):
            known = self.law.system.variables
            return {
                key: self._numbers(each, known.get(key, variable), (*path, str(key)))
                for key, each in value.items()
            }
        if isinstance(value, list):
            return [self._numbers(each, variable, path) for each in value]
        if isinstance(value, str) and variable and variable.value_type in (int, float):
            number = number_of(value)
            if number is None:
                raise PolicyError(
                    Problem(
                        f"expected a number, got '{value}'",
                        self.document.where(*path),
                        "write a number, or a sum such as 6.08 + 47.50",
                    )
                )
            return number
        return value

    @cached_property
    def _checks(self) -> tuple[_Check, ...]:
        if self.data.get("output") is None:
            self.fail("the test has no output, so it cannot fail", "add 'output:'")
        return tuple(self._expected())

    def _expected(self) -> Iterator[_Check]:
        """Yield each expected value, in the order written."""
        system = self.law.system
        plurals = {entity.plural: entity for entity in system.entities}
        singular = {entity.key for entity in system.entities}
        for key, value in self._named(self.data["output"], "output").items():
            path = ("output", str(key))
            if key in system.variables:
                yield from self._of_variable(key, value, None, path)
            elif key in singular:
                for name, expected in self._named(value, *path).items():
                    yield from self._of_variable(name, expected, None, (*path, str(name)))
            elif key in plurals:
                ids = list(map(str, self.columns[0].ids[plurals[key].key]))
                for id_, values in self._named(value, *path).items():
                    if str(id_) not in ids:
                        self.fail(
                            f"'{id_}' is not one of the {key}",
                            did_you_mean(str(id_), ids),
                            *path,
                            str(id_),
                        )
                    for name, expected in self._named(values, *path, str(id_)).items():
                        place = (*path, str(id_), str(name))
                        yield from self._of_variable(name, expected, ids.index(str(id_)), place)
            else:
                words = [*system.variables, *singular, *plurals]
                self.fail(
                    f"'{key}' is neither an entity nor a variable",
                    did_you_mean(str(key), words),
                    *path,
                )

    def _named(self, value: Any, *path: str) -> dict[Any, Any]:
        """Return values by name."""
        if not isinstance(value, dict):
            self.fail(f"names and values belong here, not '{value}'", "write 'name: value'", *path)
        return value

    def _of_variable(
        self, name: str, value: Any, index: int | None, path: tuple[str, ...]
    ) -> Iterator[_Check]:
        if not self.choice.compares(name):
            return
        if name not in self.law.system.variables:
            near = did_you_mean(str(name), self.law.system.variables)
            self.fail(f"there is no variable '{name}'", near, *path)
        is_dated = isinstance(value, dict)
        dated = value.items() if is_dated else [(self.data.get("period"), value)]
        for written, expected in dated:
            at = (*path, str(written)) if is_dated else path
            try:
                period = periods.period(written)
            except Exception:  # (openfisca-core raises its own, pendulum's and ValueError)
                self.fail(f"'{written}' is no period", "write 2024-05 or 2024", *at)
            where = self.document.where(str(self.number), *at)
            yield _Check(name, period, index, expected, where)

    def _differences(self, answer: Answer) -> Iterator[Difference]:
        for check in self._checks:
            variable = self.law.variable(check.variable)
            array = answer((check.variable, check.period), check.location)
            rows = range(len(array)) if check.index is None else [check.index]
            expected = _each(check, len(rows))
            key = variable.entity.key
            margins = self._margins(check.variable)
            for row, wanted in zip(rows, expected, strict=True):
                if not _near(check, variable, wanted, array[row], margins):
                    yield Difference(
                        variable=check.variable,
                        label=variable.label or check.variable,
                        section=section_of(variable),
                        entity=key,
                        id=str(self.columns[0].ids[key][row]),
                        index=row,
                        period=check.period,
                        expected=wanted,
                        got=scalar(variable, array, row),
                        location=check.location,
                    )

    def _margins(self, variable: str) -> tuple[float | None, float | None]:
        """Return how far a number may be off: absolutely, and as a part of what is expected."""
        margins = []
        for key in ("absolute_error_margin", "relative_error_margin"):
            given = self.data.get(key)
            one = given.get(variable, given.get("default")) if isinstance(given, dict) else given
            try:
                margins.append(None if one is None else float(one))
            except (TypeError, ValueError):
                self.fail(f"the margin '{one}' is no number", "write 0.01", key=key)
        return (0.0, None) if margins == [None, None] else (margins[0], margins[1])


def _each(check: _Check, count: int) -> Sequence[Any]:
    """Return what is expected of each instance; one value is expected of all."""
    if not isinstance(check.expected, list):
        return [check.expected] * count
    if len(check.expected) in {1, count}:
        return check.expected * (count // len(check.expected))
    message = f"{len(check.expected)} values of {check.variable} for {count} instances"
    raise PolicyError(Problem(message, check.location, f"give {count}"))


def _near(
    check: _Check,
    variable: Any,
    expected: Any,
    got: Any,
    margins: tuple[float | None, float | None],
) -> bool:
    """Tell whether a value is near enough, as openfisca-core compares."""
    try:
        return _compared(variable, expected, got, margins)
    except (TypeError, ValueError):
        kind = variable.value_type.__name__
        message = f"'{expected}' cannot be compared with a value of {check.variable}"
        raise PolicyError(Problem(message, check.location, f"expect one of type {kind}")) from None


def _compared(
    variable: Any, expected: Any, got: Any, margins: tuple[float | None, float | None]
) -> bool:
    """Compare a value, numbers in float32."""
    if isinstance(expected, str) and variable.value_type in (int, float, bool):
        number = number_of(expected)
        expected = expected if number is None else number
    if hasattr(variable, "possible_values") and isinstance(expected, str):
        names = [member.name for member in variable.possible_values]
        return bool(names[int(got)] == expected)
    if variable.value_type is datetime.date:
        return bool(np.datetime64(got, "D") == np.datetime64(str(expected), "D"))
    if isinstance(expected, str) or isinstance(got, str | bytes):
        return bool((got.decode() if isinstance(got, bytes) else got) == expected)
    with np.errstate(all="ignore"):
        target, value = np.float32(expected), np.float32(got)
        off = abs(target - value)
        absolute, relative = margins
        return bool(
            (absolute is None or off <= absolute)
            and (relative is None or off <= abs(relative * target))
        )


def _columns(law: Legislation, simulation: Any) -> tuple[People, dict[Slot, Column]]:
    """Return the people and facts of a simulation that nothing was calculated in."""
    counts, memberships, ids, facts = {}, {}, {}, {}
    for key, population in simulation.populations.items():
        counts[key] = population.count
        ids[key] = [str(id_) for id_ in population.ids]
        if not population.entity.is_person:
            roles = {role: n for n, role in enumerate(law.entities[key].flattened_roles)}
            memberships[key] = Membership(
                population.count,
                np.asarray(population.members_entity_id, dtype=np.intp),
                np.array([roles[role] for role in population.members_role], dtype=np.intp),
            )
        for name, holder in population._holders.items():
            for period in holder.get_known_periods():
                facts[name, period] = Column(np.asarray(holder.get_array(period)))
    return People(counts, memberships, ids), facts


def _listed(data: Mapping[str, Any], key: str) -> list[Any]:
    """Return what a key holds as a list."""
    value = data.get(key)
    return value if isinstance(value, list) else [] if value is None else [value]


def _in_a_line(error: Exception) -> str:
    said = shorten(str(error), _LONGEST, placeholder=" …")
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def read_openfisca_cases(
    path: str | Path,
    package: Package,
    choice: Choice = Choice(),
) -> list[OpenFiscaCase]:
    """Read the tests of a file of an OpenFisca project.

    Args:
        path: the file.
        package: the country package it tests.
        choice: which tests, and which variables.

    Raises:
        PolicyError: the file cannot be read as tests.

    """
    document = _read(Path(path))
    problems = [
        document.problem((str(number),), "a test is a mapping", "write 'period:', 'output:'")
        for number, test in enumerate(document.data)
        if not isinstance(test, dict)
    ]
    if problems:
        raise PolicyError(*problems)
    return [
        OpenFiscaCase(package, document, number, choice)
        for number, test in enumerate(document.data)
        if choice.takes(Path(path), test)
    ]


def _read(path: Path) -> Document:
    """Read a file as openfisca-core does, but safely: dates are text, no tag runs code."""
    try:
        loader = config.Loader(path.read_text(encoding="utf-8-sig"))
        node = loader.get_single_node()
        data = loader.construct_document(node) if node else None
    except OSError as error:
        raise PolicyError(
            Problem(f"cannot be read: {error.strerror}", Location(str(path)))
        ) from None
    except UnicodeDecodeError:
        raise PolicyError(
            Problem("the file is not UTF-8 text", Location(str(path)), "save it as UTF-8")
        ) from None
    except (yaml.YAMLError, TypeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = Location(str(path), mark.line + 1, mark.column + 1) if mark else Location(str(path))
        message = f"not well-formed YAML: {getattr(error, 'problem', None) or _in_a_line(error)}"
        raise PolicyError(Problem(message, where, "check indentation, colons and quotes")) from None
    if not isinstance(data, list):
        data, node = [data], yaml.SequenceNode("", [node] if node else [])
    return Document(data, str(path), dict(_places(node)))


def _places(root: Any) -> Iterable[tuple[tuple[str, ...], tuple[int, int]]]:
    """Yield the place of each key and item under a node."""
    todo: list[tuple[tuple[str, ...], Any]] = [((), root)]
    while todo:
        path, node = todo.pop()
        if isinstance(node, yaml.SequenceNode):
            pairs = [((*path, str(number)), each, each) for number, each in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode):
            pairs = [((*path, str(key.value)), key, each) for key, each in node.value]
        else:
            continue
        for where, at, below in pairs:
            yield where, (at.start_mark.line + 1, at.start_mark.column + 1)
            if len(where) < _DEEPEST:
                todo.append((where, below))
