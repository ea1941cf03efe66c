"""Laying reforms over the law: another law beside it, which shares all that stays as it was.

The law that reforms are laid over is never written to. Building the other costs what the reforms
change, not what the law holds.
"""

from __future__ import annotations

import copy
import datetime
import importlib.util
import re
import sys
from typing import TYPE_CHECKING, Any, TypeVar, cast
from zlib import crc32

from policy.documents import Document
from policy.errors import PolicyError
from policy.legislation import openfisca
from policy.legislation.checks.form import validator, wrong_form
from policy.legislation.legislation import Legislation, package_of, told_of, variables_in, widen
from policy.legislation.packages import reformed
from policy.legislation.parameters import iso_day, parse
from policy.legislation.reforms.edits import (
    Dated,
    Time,
    added,
    in_force,
    made_of_each,
    put,
    replaced_on,
    scaled,
    without,
)
from policy.legislation.reforms.known import forget_what_came_later, known_reforms
from policy.legislation.reforms.reform import Claim, reforms_of, refuse_conflicts
from policy.legislation.reforms.tree import Tree
from policy.legislation.systems import sharing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from policy.documents import KeyPath
    from policy.errors import Problem
    from policy.legislation.reforms.edits import History
    from policy.legislation.reforms.reform import Reform, ReformLike

Law = TypeVar("Law", bound=Legislation)

#: What is worked out once for a law and not for another that is laid over it.
_OWN = ("parameters", "amounts", "version")
#: How many laws are kept with the one they were laid over.
_KEPT = 32
#: The unit of an amount of money, alone or for a time.
_CURRENCY = re.compile(r"[A-Z]{3}(/.+)?")
#: Keys of a change that are not what is done.
_WHEN = ("from", "until")


class _Overlays(dict[tuple[Any, ...], Legislation]):
    """The laws last laid over a law."""


def overlaid(law: Law, reforms: Iterable[ReformLike] = (), known_on: str = "") -> Law:
    """Return a law with reforms laid over it, in their order, or as it was known on a date.

    Args:
        law: the law; what was laid over it before stays.
        reforms: see :data:`~policy.legislation.reforms.reform.ReformLike`.
        known_on: an ISO date: acts passed later are left out, and the book's own reforms that
            were then enacted and not yet repealed are laid over it.

    Returns:
        Another law; the one given is not changed. Without changes it is that one.

    Raises:
        PolicyError: a reform cannot be read or does not fit the law, or two reforms change the
            same thing at the same time and none requires the other.

    """
    base = law.base or law
    known = iso_day(known_on) if known_on else law.known_on
    read = reforms_of(base, (*law.reforms, *reforms))
    if not read and not known:
        return law
    kept: _Overlays = base.derived.setdefault(_Overlays, _Overlays())
    key = (type(law), known, *(reform.digest for reform in read))
    if key not in kept:
        made = _made(base, read, known)
        while len(kept) >= _KEPT:
            kept.pop(next(iter(kept)))
        kept[key] = made
    return cast("Law", kept[key])


def _made(base: Any, reforms: list[Reform], known: str) -> Any:
    enacted = known_reforms(base, known) if known else []
    everything = list({each.digest: each for each in (*enacted, *reforms)}.values())
    refuse_conflicts((reform, list(_claims(reform))) for reform in everything)
    system = sharing(base.system)
    if known:
        forget_what_came_later(base, system, known)
    for reform in everything:
        system = _Laying(base, system, reform).laid()
    made = copy.copy(base)
    for name in _OWN:
        made.__dict__.pop(name, None)
    made.system = system
    made.derived = {}
    made.base = base
    made.reforms = tuple(reforms)
    made.known_on = known
    return made


def _claims(reform: Reform) -> Iterator[Claim]:
    """Yield what a reform changes, and when."""
    for name, path, edit in _edits(reform):
        first = edit.get("from", reform.effective)
        if "dates" in edit or "remove" in edit:
            first = min(edit.get("dates") or edit["remove"])
        elif "values" in edit or "brackets" in edit:
            first = ""
        yield Claim(name.partition("[")[0], path, first, edit.get("until", ""))
    for name in reform.data.get("variables", {}):
        yield Claim(name, ("variables", name))


def _edits(reform: Reform) -> Iterator[tuple[str, KeyPath, dict[str, Any]]]:
    """Yield the changes of parameters, with the place of each in the file."""
    for name, given in reform.data.get("parameters", {}).items():
        path: KeyPath = ("parameters", name)
        if isinstance(given, list):
            yield from ((name, (*path, number), edit) for number, edit in enumerate(given))
        else:
            yield name, path, given


class _Laying:
    """One reform being laid over a system."""

    def __init__(self, law: Legislation, system: Any, reform: Reform) -> None:
        self.law = law
        self.system = system
        self.reform = reform

    def laid(self) -> Any:
        """Return the system with the reform.

        Raises:
            PolicyError: with everything in the reform that does not fit the law.

        """
        if self.reform.python:
            system = reformed(self.system, self.reform.python)
            widen(system)
            return system
        self.tree = Tree(self.system.parameters)
        problems: list[Problem] = []
        steps: list[tuple[Callable[..., None], tuple[Any, ...]]] = [
            *((self._edit, each) for each in _edits(self.reform)),
            *((self._end, each) for each in self.reform.data.get("variables", {}).items()),
        ]
        for step, given in steps:
            try:
                step(*given)
            except PolicyError as error:
                problems += error.problems
        if problems:
            raise PolicyError(*problems)
        self.system.parameters = self.tree.root
        if self.reform.formulas:
            self._replace_formulas(self.reform.formulas)
        return self.system

    # Parameters ----------------------------------------------------------------------------------

    def _edit(self, name: str, path: KeyPath, edit: dict[str, Any]) -> None:
        if "values" in edit or "brackets" in edit:
            self._write_whole(name, path, edit)
            return
        kind = next(key for key in edit if key not in _WHEN)
        node = self.tree.find(name)
        if isinstance(node, openfisca.ParameterScale):
            if kind != "table":
                raise self._wrong(
                    path,
                    f"{name} is a schedule",
                    f"give it 'table', or name a part of a bracket: {name}[0].threshold",
                )
            self._write_table(name, path, edit)
            return
        history = self.tree.history(name)
        if history is None:
            raise self._unknown(name, path, node)
        if kind == "table":
            raise self._wrong(path, f"{name} is a single value", "write 'set'")
        made = self._changed(name, (*path, kind), kind, edit, history)
        self._check_values(name, path, kind, made, history)
        self.tree.write(name, made)

    def _changed(
        self, name: str, path: KeyPath, kind: str, edit: dict[str, Any], history: History
    ) -> History:
        given, said = edit[kind], self.reform.provenance
        if kind == "dates":
            return replaced_on(history, given, said)
        if kind == "remove":
            missing = set(given) - {each.start for each in history}
            if missing:
                starts = ", ".join(each.start for each in history)
                raise self._wrong(
                    path,
                    f"{name} has no value that begins on {min(missing)}",
                    f"its values begin on {starts}",
                )
            return without(history, frozenset(given))
        time = self._time(path, edit)
        if kind == "set":
            return put(history, time, given, said)
        self._can_be_reckoned(name, path, time, history)
        make = scaled(given) if kind == "scale" else added(given)
        return made_of_each(history, time, make, said)

    def _time(self, path: KeyPath, edit: dict[str, Any]) -> Time:
        first, last = edit.get("from", self.reform.effective), edit.get("until", "")
        if not first:
            raise self._wrong(
                path,
                "nothing says from when the change holds",
                "add 'effective: 2025-01-01' to the reform, or 'from' to the change",
            )
        if last and last < first:
            raise self._wrong(path, f"it ends on {last}, before it begins on {first}")
        if first < self.law.covers_from:
            raise self._wrong(
                (*path[:-1], "from") if "from" in edit else ("effective",),
                f"the {self.law.name} book covers the law from {self.law.covers_from},"
                f" and the change holds from {first}",
                f"give {self.law.covers_from} or a later day",
            )
        return Time(first, last)

    def _can_be_reckoned(self, name: str, path: KeyPath, time: Time, history: History) -> None:
        first = in_force(history, time.first)
        after = time.after
        within = [
            each for each in history if time.first < each.start and not (after <= each.start != "")
        ]
        if first is None and not (within if after else history):
            raise self._wrong(path, f"{name} has no value on {time.first}", "give a later date")
        values = [each.value for each in (*([first] if first else ()), *within)]
        wrong = next((v for v in values if isinstance(v, bool | str | list)), None)
        if wrong is not None:
            raise self._wrong(path, f"{name} is no number, but {wrong}", "write 'set'")
        if first is None:
            raise self._wrong(
                path,
                f"{name} has no value on {time.first}",
                f"its first value is in force from {history[0].start}: give that date, or a later",
            )

    def _check_values(
        self, name: str, path: KeyPath, kind: str, made: History, before: History
    ) -> None:
        """Refuse values that the parameter's unit does not allow, as in the files of the law."""
        node = self.tree.find(name.partition("[")[0])
        known = {(each.start, repr(each.value)) for each in before}
        new = [each for each in made if (each.start, repr(each.value)) not in known]
        unit = "1" if "[" in name else str(node.metadata.get("unit", ""))
        at_least_0 = _CURRENCY.fullmatch(unit) and not any(_is_negative(each) for each in before)
        for each in new:
            if at_least_0 and _is_negative(each):
                raise self._wrong(
                    (*path, kind, *([each.start] if kind == "dates" else ())),
                    f"{name} is an amount of 0 or more, got {each.value!r}",
                    f"its unit is '{unit}'",
                )
            metadata = {"label": name, "unit": unit, "section": "Act §"}
            value = {"value": each.value, "metadata": {}}
            data = {"description": name, "metadata": metadata, "values": {each.start: value}}
            for error in validator("parameter", "parameter").iter_errors(data):
                if list(error.absolute_path)[-1:] == ["value"]:
                    wanted = error.schema.get("title", "something else")
                    raise self._wrong(
                        (*path, kind, *([each.start] if kind == "dates" else ())),
                        f"{name} is {wanted}, got {each.value!r}",
                        f"its unit is '{unit}'",
                    )

    def _write_table(self, name: str, path: KeyPath, edit: dict[str, Any]) -> None:
        """Give a schedule other brackets for a time; those it has beyond them end."""
        time = self._time((*path, "table"), edit)
        scale, said = self.tree.find(name), self.reform.provenance
        parts = list(dict.fromkeys(part for each in scale.brackets for part in each.children))
        brackets: list[Mapping[str, History]] = []
        table = edit["table"]
        for number in range(max(len(table), len(scale.brackets))):
            row = table[number] if number < len(table) else None
            if row is not None and set(row) != set(parts):
                raise self._wrong(
                    (*path, "table", number),
                    f"a bracket of {name} has {' and '.join(parts)}, this one {' and '.join(row)}",
                    "give each bracket all of them",
                )
            brackets.append(
                {
                    part: put(
                        self.tree.history(f"{name}[{number}].{part}") or (),
                        time,
                        row[part] if row else None,
                        said,
                    )
                    for part in parts
                }
            )
        steps = [row["threshold"] for row in table]
        falling = next((n for n in range(1, len(steps)) if steps[n] <= steps[n - 1]), None)
        if falling is not None:
            raise self._wrong(
                (*path, "table", falling, "threshold"),
                f"the threshold {steps[falling]} does not rise above {steps[falling - 1]}",
                "write the brackets in the order of their thresholds, the lowest first",
            )
        self.tree.write_brackets(name, brackets)

    def _write_whole(self, name: str, path: KeyPath, given: dict[str, Any]) -> None:
        """Put in a parameter as a file of the law would give it."""
        filled = _with_provenance(given, self.reform.provenance)
        if filled != given and not self.reform.data.keys() >= {"source", "reference"}:
            raise self._wrong(
                path,
                f"{name} is given whole: each of its values needs a source",
                "give the values 'metadata', or the reform 'source' and 'reference'",
            )
        places = {
            key[len(path) :]: place
            for key, place in self.reform.document.places.items()
            if key[: len(path)] == path
        }
        document = Document(filled, self.reform.document.file, places)
        problems = wrong_form(document, "parameter")
        if problems:
            raise PolicyError(*problems)
        parent = self.tree.find(name.rpartition(".")[0])
        if isinstance(parent, openfisca.Parameter | openfisca.ParameterScale) or isinstance(
            self.tree.find(name), openfisca.ParameterNode
        ):
            raise self._wrong(
                path,
                f"{name} cannot be a parameter: the law has a parameter above it, or others below",
                "give it another name",
            )
        self.tree.put(name, parse(name, filled, self.reform.document.file))

    # Variables -----------------------------------------------------------------------------------

    def _end(self, name: str, given: dict[str, Any]) -> None:
        path = ("variables", name)
        if name not in self.system.variables:
            problem = self.law.unknown("variable", name).problems[0]
            raise self._wrong(path, problem.message, problem.remedy)
        variable = copy.copy(self.system.variables[name])
        self.system.variables[name] = variable
        if "neutralise" in given:
            variable.is_neutralized = True
            return
        if not variable.formulas:
            raise self._wrong(
                (*path, "end"), f"{name} is a fact to give, which has no end", "neutralise it"
            )
        end = given["end"]
        variable.end = end and datetime.date.fromisoformat(end)

    def _replace_formulas(self, file: Path) -> None:
        """Take in the variables of a Python file, which may import as the book's own files do."""
        package = package_of(self.law.name, self.law.sources.variables)
        parent = f"{package}." if package in sys.modules else ""
        where = crc32(f"{file.resolve()}{self.reform.digest}".encode())
        name = f"{parent}_reform_{file.stem}_{where:08x}"
        spec = importlib.util.spec_from_file_location(name, file)
        module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
        sys.modules[name] = module
        told_of(file, lambda: spec.loader.exec_module(module))  # type: ignore[union-attr]
        for variable in variables_in(module):
            told_of(file, lambda made=variable: self.system.update_variable(made))  # type: ignore[misc]

    # Errors --------------------------------------------------------------------------------------

    def _wrong(self, path: KeyPath, message: str, remedy: str = "") -> PolicyError:
        return PolicyError(self.reform.problem(path, message, remedy))

    def _unknown(self, name: str, path: KeyPath, node: Any) -> PolicyError:
        if isinstance(node, openfisca.ParameterNode):
            inside = ", ".join(f"{name}.{key}" for key in node.children)
            return self._wrong(path, f"{name} holds several parameters", f"name one: {inside}")
        problem = self.law.unknown("parameter", name).problems[0]
        return self._wrong(path, problem.message, problem.remedy)


def _is_negative(dated: Dated) -> bool:
    return isinstance(dated.value, int | float) and dated.value < 0


def _with_provenance(given: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter in which each value without a source has the reform's."""

    def filled(history: Any) -> Any:
        if not isinstance(history, dict):
            return history
        return {
            start: {"metadata": said, **value} if isinstance(value, dict) else value
            for start, value in history.items()
        }

    whole = dict(given)
    if "values" in whole:
        whole["values"] = filled(whole["values"])
    if isinstance(whole.get("brackets"), list):
        whole["brackets"] = [
            {part: filled(history) for part, history in bracket.items()}
            if isinstance(bracket, dict)
            else bracket
            for bracket in whole["brackets"]
        ]
    return whole
