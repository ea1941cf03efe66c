"""Answers along an input: the same scenario with another value of one or two facts each time."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

from policy.errors import PolicyError, Problem, did_you_mean
from policy.legislation.legislation import section_of
from policy.scenario.calculation import outputs_asked, period_asked
from policy.scenario.many import calculate_many
from policy.scenario.reading import read_scenario
from policy.scenario.writing import as_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openfisca_core.periods import Period

    from policy.documents import Document
    from policy.legislation.legislation import Legislation
    from policy.scenario.situation import Scenario

_VARY = re.compile(r"(?:([^=.]+)\.)?([^=.]+)=(.+?)\.\.(.+?)(?::([^:]+))?")
#: Numbers are swept in so many steps where none is given; so many points are calculated at most.
_STEPS, _MOST = 100, 20_000
#: Less than this is the same slope.
_STRAIGHT = 1e-6


@dataclass(frozen=True)
class Varied:
    """An input and the values it takes."""

    variable: str
    id: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Kink:
    """Where an answer jumps or begins to rise or fall otherwise, along the first input.

    Attributes:
        at: the first value of the input that has the new answer.
        other: the value of the second input, or None.
        variable: the variable.
        label: its name in plain words.
        section: where the law says it.
        id: whose answer it is.
        before: the answer at the value before.
        after: the answer there.

    """

    at: Any
    other: Any
    variable: str
    label: str
    section: str
    id: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Sweep:
    """Answers along inputs.

    Attributes:
        law: the statute book.
        period: the period asked about.
        varied: the inputs.
        points: of each point the values of the inputs.
        answers: of each answer, by variable and id, its value at each point.

    """

    law: Legislation
    period: str
    varied: tuple[Varied, ...]
    points: tuple[tuple[Any, ...], ...]
    answers: dict[tuple[str, str], tuple[Any, ...]]

    @property
    def moving(self) -> dict[tuple[str, str], tuple[Any, ...]]:
        """The answers that are not the same at every point."""
        return {key: each for key, each in self.answers.items() if len(set(each)) > 1}

    def kinks(self) -> Iterator[Kink]:
        """Yield where answers jump, or begin to rise or fall otherwise."""
        others = self.varied[1].values if len(self.varied) > 1 else (None,)
        along = self.varied[0].values
        for (name, id_), every in self.moving.items():
            variable = self.law.variable(name)
            for number, other in enumerate(others):
                line = every[number :: len(others)]
                for place in _kinks(along, line):
                    yield Kink(
                        at=along[place],
                        other=other,
                        variable=name,
                        label=variable.label or name,
                        section=section_of(variable),
                        id=id_,
                        before=line[place - 1],
                        after=line[place],
                    )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            "period": self.period,
            "law_version": self.law.version,
            "varied": [{"variable": each.variable, "id": each.id} for each in self.varied],
            "points": [[_json(value) for value in point] for point in self.points],
            "answers": [
                {"variable": name, "id": id_, "values": [_json(each) for each in values]}
                for (name, id_), values in self.answers.items()
            ],
            "kinks": [{k: _json(v) for k, v in vars(each).items()} for each in self.kinks()],
        }


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def _kinks(along: Sequence[Any], line: Sequence[Any]) -> Iterator[int]:
    """Yield the places at which a line is no longer as straight as before."""
    slope, jumped = 0.0, False
    for place, ((x, y), (to, value)) in enumerate(pairwise(zip(along, line, strict=True)), 1):
        numbers = not isinstance(value, bool) and isinstance(value, int | float)
        if not numbers:
            if value != y:
                yield place
            continue
        step = (to - x).days if isinstance(to, datetime.date) else to - x
        rise = (value - y) / step
        if abs(rise - slope) > _STRAIGHT and not (jumped and abs(rise) <= _STRAIGHT):
            yield place
        jumped = abs(rise - slope) > _STRAIGHT
        slope = rise


def sweep(
    law: Legislation,
    document: Document,
    vary: Sequence[str],
    outputs: Sequence[str] | None = None,
    period: Period | None = None,
) -> Sweep:
    """Calculate a scenario for every value of one or two inputs.

    Args:
        law: the statute book.
        document: the scenario.
        vary: ``"birth_date=2020-01-01..2026-12-31"`` or ``"juku.birth_date=…:7"``, every seventh
            day; of numbers ``"income=0..3000:10"``.
        outputs: names of variables; else the scenario's, or the book's outputs.
        period: the period; else the scenario's.

    Raises:
        PolicyError: there is no such input, it has no such values, or there are too many points.

    """
    scenario = read_scenario(law, document, period)
    own = scenario.law
    when = period_asked(own, scenario, period)
    names = outputs_asked(own, scenario, outputs, when)
    varied = tuple(_varied(own, scenario, text) for text in vary)
    points = tuple(product(*(each.values for each in varied)))
    if len(points) > _MOST:
        raise PolicyError(
            Problem(
                f"there are {len(points):,} points; at most {_MOST:,} are calculated",
                remedy="give a wider step: birth_date=2020-01-01..2026-12-31:7",
                key="vary",
            )
        )
    data = as_data(own, scenario.situation, when)
    results = calculate_many(
        own, [_with(own, data, varied, point) for point in points], names, when
    )
    answers = {
        (row.variable, row.id): tuple(result.value(row.variable, row.id) for result in results)
        for row in results[0].rows()
    }
    return Sweep(own, str(when), varied, points, answers)


def _varied(law: Legislation, scenario: Scenario, text: str) -> Varied:
    written = _VARY.fullmatch(text)
    if written is None:
        raise _wrong(
            f"'{text}' names no input and values", "write it like birth_date=2020-01-01..2026-12-31"
        )
    id_, name, first, last, step = written.groups()
    variable = law.variable(name)
    ids = scenario.situation.ids[variable.entity.key]
    if id_ is None:
        given = [rows for (each, _), rows in scenario.situation.facts.items() if each == name]
        rows = sorted({row for each in given for row in each}) or list(range(len(ids)))
        if len(rows) > 1:
            raise _wrong(
                f"{name} is given for several: {', '.join(ids[row] for row in rows)}",
                f"name one: {ids[rows[-1]]}.{text}",
            )
        id_ = ids[rows[0]]
    if id_ not in ids:
        raise _wrong(
            f"'{id_}' is not one of the {variable.entity.plural}",
            did_you_mean(id_, ids, kind=variable.entity.plural),
        )
    kinds = {datetime.date: _days, float: _numbers, int: _whole}
    if variable.value_type not in kinds:
        raise _wrong(f"{name} is neither a date nor a number", "vary another input")
    try:
        values = tuple(kinds[variable.value_type](first, last, step))
    except ValueError:
        by = f" by {step}" if step else ""
        raise _wrong(
            f"'{first}..{last}'{by} are no values of {name}",
            "write FIRST..LAST, or FIRST..LAST:STEP with a step above 0",
        ) from None
    if len(values) < 2:  # noqa: PLR2004
        raise _wrong(f"from {first} to {last} there are no two values", "give a later last value")
    return Varied(name, id_, values)


def _days(first: str, last: str, step: str | None) -> Iterator[datetime.date]:
    start, end = (datetime.date.fromisoformat(each) for each in (first, last))
    days = _positive(int(step or 1))
    yield from (start + datetime.timedelta(n) for n in range(0, (end - start).days + 1, days))


def _numbers(first: str, last: str, step: str | None) -> Iterator[float]:
    start, end = float(first), float(last)
    by = _positive(float(step)) if step else (end - start) / _STEPS
    if by > 0:
        count = int((end - start) / by + 1e-9)
        yield from (round(start + number * by, 10) for number in range(count + 1))


def _whole(first: str, last: str, step: str | None) -> Iterator[int]:
    yield from range(int(first), int(last) + 1, _positive(int(step or 1)))


def _positive(step: Any) -> Any:
    if not step > 0:
        raise ValueError(step)
    return step


def _wrong(message: str, remedy: str) -> PolicyError:
    return PolicyError(Problem(message, remedy=remedy, key="vary"))


def _with(
    law: Legislation, data: dict[str, Any], varied: Sequence[Varied], point: Sequence[Any]
) -> dict[str, Any]:
    """Return a scenario with other values of the inputs."""
    made = dict(data)
    for each, value in zip(varied, point, strict=True):
        plural = law.variable(each.variable).entity.plural
        people = made[plural]
        made[plural] = {**people, each.id: {**people[each.id], each.variable: value}}
    return made
