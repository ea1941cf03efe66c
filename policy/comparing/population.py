"""What a change of the law costs, and who gains and loses, in a population."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.errors import PolicyError, Problem, did_you_mean
from policy.graph.engine import engine_of
from policy.graph.nodes import live
from policy.legislation.openfisca import periods
from policy.legislation.times import is_made_of, parts_of, slots_asked
from policy.population.arrays import answer
from policy.population.columns import facts_of, people_of
from policy.scenario.answers import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray
    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Array
    from policy.population.frame import Population

#: Less than this is no difference: half a cent.
_NOTHING = 0.005
#: Bands of a year's gain or loss, in the book's currency.
_SIZES = (0.0, 10.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0)
_MONTHS = 12
#: From which jump on one more of an input is a cliff: a unit of currency.
_CLIFF = 1.0
#: How many gainers and losers are named, and into how many parts numbers are cut.
_NAMED, _PARTS = 10, 5
#: With more different values than this numbers are cut into parts.
_FEW = 12


@dataclass(frozen=True)
class Part:
    """Some of those measured: how many, how many gain and lose, and by how much in all."""

    name: str
    count: float
    gaining: float
    losing: float
    change: float

    @property
    def mean(self) -> float:
        """The mean change of one."""
        return self.change / self.count if self.count else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {**vars(self), "mean": self.mean}


@dataclass(frozen=True)
class Breakdown:
    """Those measured, broken down by something."""

    by: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Named:
    """One who gains or loses much."""

    id: str
    index: int
    before: float
    after: float

    @property
    def change(self) -> float:
        """How much more the other law gives."""
        return self.after - self.before


@dataclass(frozen=True)
class Edges:
    """Cliff edges along an input: how many would have more or less for one more of it.

    Attributes:
        input: the column that is one unit, or one day, more.
        before: how many stand at an edge under the one law.
        after: how many under the other.
        appearing: how many under the other alone.
        vanishing: how many under the one alone.

    """

    input: str
    before: float
    after: float
    appearing: float
    vanishing: float


@dataclass(frozen=True)
class Effect:
    """What a change of the law does to a population.

    Attributes:
        period: the period compared.
        measured: the variable by which gain and loss are measured.
        entity: whose it is, in the plural.
        currency: of the amounts.
        costs: of each variable that differs, the change in each part of the period, by label.
        totals: of the same, the amounts before and after.
        whole: all that were measured.
        breakdowns: the same, broken down.
        gainers: those who gain most.
        losers: those who lose most.
        as_much: how many rows gain, and lose, at least as much as the last one named.
        edges: cliff edges along the inputs asked for.

    """

    period: str
    measured: str
    entity: str
    currency: str
    costs: dict[str, dict[str, float]]
    totals: dict[str, tuple[float, float]]
    whole: Part
    breakdowns: tuple[Breakdown, ...]
    gainers: tuple[Named, ...] = field(default=())
    losers: tuple[Named, ...] = field(default=())
    as_much: tuple[int, int] = (0, 0)
    edges: tuple[Edges, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            "period": self.period,
            "measured": self.measured,
            "entity": self.entity,
            "currency": self.currency,
            "costs": self.costs,
            "totals": {
                name: {"before": one, "after": other, "change": other - one}
                for name, (one, other) in self.totals.items()
            },
            "whole": self.whole.to_dict(),
            "breakdowns": {
                each.by: [part.to_dict() for part in each.parts] for each in self.breakdowns
            },
            "gainers": [{**vars(each), "change": each.change} for each in self.gainers],
            "edges": [vars(each) for each in self.edges],
            "losers": [{**vars(each), "change": each.change} for each in self.losers],
            "as_much": {"gainers": self.as_much[0], "losers": self.as_much[1]},
        }


def compare_population(
    before: Legislation,
    after: Legislation,
    population: Population,
    period: Period,
    measured: str = "",
    by: Sequence[str] = (),
    along: Sequence[str] = (),
    watch: Callable[[int], None] = lambda done: None,
) -> Effect:
    """Compare two laws for a population.

    Args:
        before: one law.
        after: the other.
        population: the population.
        period: a month, or a year, which is compared month by month.
        measured: the variable by which gain and loss are measured; else the book's total.
        by: columns to break those measured down by.
        along: columns of amounts or dates to look for cliff edges along: what one more unit, or
            one more day, gives or takes away.
        watch: is told when one law, and the other, has been calculated.

    Raises:
        PolicyError: there is no such variable or column, or a law cannot be calculated.

    """
    name = measured or after.total
    if not name:
        raise PolicyError(
            Problem("the book has no total", remedy="name a variable to measure by (--measure)")
        )
    variable = after.variable(name)
    if variable.value_type is not float:
        raise PolicyError(
            Problem(f"{name} is no amount", remedy="measure by a variable in currency")
        )
    listed = [str(each) for each in after.metadata.get("outputs", [])]
    names = [each for each in dict.fromkeys([*listed, name]) if _is_amount(after, each)]
    months = (
        parts_of(period, periods.DateUnit.MONTH)
        if is_made_of(periods.DateUnit.MONTH, period)
        else [period]
    )
    weights = {each: population.weights[after.variable(each).entity.key] for each in names}
    old, new = (_Side(law, population, period) for law in (before, after))
    asked = {(each, month): None for month in months for each in names}
    differing = {(each, month) for each, month in asked if _can_differ(old, new, each, month)}
    was = old.amounts([each for each in asked if each in differing or each[0] == name])
    watch(1)
    now = was | new.amounts([each for each in asked if each in differing])
    watch(2)
    olds = np.sum([was[name, month] for month in months], axis=0)
    gains = np.sum([now[name, month] for month in months], axis=0) - olds
    costs: dict[str, dict[str, float]] = {}
    totals: dict[str, list[float]] = {}
    for each, month in (question for question in asked if question in differing):
        one, other = (float(np.dot(side[each, month], weights[each])) for side in (was, now))
        costs.setdefault(each, {})[str(month)] = other - one
        sums = totals.setdefault(each, [0.0, 0.0])
        sums[0] += one
        sums[1] += other
    costs = {
        each: parts for each, parts in costs.items() if any(map(_is_something, parts.values()))
    }
    gainers = tuple(_extremes(population, variable.entity.key, olds, gains, 1))
    losers = tuple(_extremes(population, variable.entity.key, olds, gains, -1))
    return Effect(
        period=str(period),
        measured=name,
        entity=str(variable.entity.plural),
        currency=after.currency,
        costs=costs,
        totals={each: (totals[each][0], totals[each][1]) for each in costs},
        whole=_part("all", gains, weights[name]),
        breakdowns=tuple(_breakdowns(after, population, variable.entity.key, gains, by)),
        gainers=gainers,
        losers=losers,
        as_much=(_as_much(gainers, gains), _as_much(losers, -gains)),
        edges=tuple(
            _edges(old, new, population, each, [(name, month) for month in months], olds, gains)
            for each in along
        ),
    )


def _is_amount(law: Legislation, name: str) -> bool:
    variable = law.variable(name)
    return variable.value_type is float and str(variable.unit or "").startswith(law.currency)


def _is_something(amount: float) -> bool:
    return abs(amount) >= _NOTHING


class _Side:
    """One of the two laws, and the population as it reads it."""

    def __init__(self, law: Legislation, population: Population, period: Period) -> None:
        self.law = law
        self.period = period
        given = {name: each for name, each in population.columns.items() if name in law.variables}
        self.people = people_of(law, population.memberships, given)
        self.facts = facts_of(law, self.people, given, period)

    def amounts(self, questions: Sequence[tuple[str, Period]]) -> dict[tuple[str, Period], Array]:
        """Return variables of months, over all; the law must give a number for each."""
        asked = {
            (name, month): slots_asked(self.law.variable(name), month) for name, month in questions
        }
        found = answer(self.law, self.people, self.facts, asked) if asked else {}
        return {
            (name, month): numbers(self.law, self.people, name, month, each)
            / _parts_of_rate(self.law.variable(name))
            for (name, month), each in found.items()
        }

    def says(self, name: str, month: Period) -> list[Any] | None:
        """Return what an answer is computed from: formulas, and the numbers in them.

        None where a formula is no expression, so that not all of it is known.
        """
        engine = engine_of(self.law)
        slots = slots_asked(self.law.variable(name), month)
        order = engine.read_by(slots, self.facts)
        if order is None:
            return None
        tracing = engine.trace(())
        found = []
        for slot in order:
            if slot not in self.facts:
                definition = tracing.definitions[slot]
                nodes = live([definition.node])
                read = {repr(node.detail[:2]) for node in nodes if node.op == "parameter"}
                known = (self.law.parameter(each) for each in definition.pinned)
                pinned = {each.name: each.values for each in known if each}
                variable = self.law.variable(slot[0])
                formula = variable.get_formula(tracing.asked.get(slot, slot[1]))
                found.append((slot, formula, variable.is_neutralized, read, pinned))
        return found


def _edges(
    old: _Side,
    new: _Side,
    population: Population,
    column: str,
    questions: Sequence[tuple[str, Period]],
    olds: Array,
    gains: Array,
) -> Edges:
    """Count those whose amount jumps by a unit of currency or more for one more of an input."""
    values = population.columns.get(column)
    if values is None or values.dtype.kind not in "iufM":
        raise PolicyError(
            Problem(
                f"'{column}' is no column of amounts or dates of the population",
                remedy=did_you_mean(column, population.columns, kind="columns"),
                key="edge",
            )
        )
    one = np.timedelta64(1, "D") if values.dtype.kind == "M" else 1
    moved = replace(population, columns={**population.columns, column: values + one})
    jumps = []
    for side, known in ((old, olds), (new, olds + gains)):
        found = _Side(side.law, moved, side.period).amounts(questions)
        jumps.append(np.abs(np.sum(list(found.values()), axis=0) - known) >= _CLIFF)
    before, after = jumps
    weights = population.weights[new.law.variable(questions[0][0]).entity.key]
    counts = (before, after, after & ~before, before & ~after)
    return Edges(column, *(float(weights[each].sum()) for each in counts))


def _parts_of_rate(variable: Any) -> int:
    """Return by what a month's amount is divided: a rate a year is due by the twelfth."""
    by_month = variable.definition_period == periods.DateUnit.MONTH
    return _MONTHS if by_month and str(variable.unit).endswith("/year") else 1


def _can_differ(old: _Side, new: _Side, name: str, month: Period) -> bool:
    """Tell whether the two laws may answer differently, as their graphs tell."""
    one, other = old.says(name, month), new.says(name, month)
    return one is None or one != other


def _as_much(named: Sequence[Named], amounts: Array) -> int:
    """Count the amounts that are at least the last of those named, but for half a cent."""
    return int((amounts > abs(named[-1].change) - _NOTHING).sum()) if named else 0


def _part(name: str, gains: Array, weights: NDArray[np.float64]) -> Part:
    return Part(
        name,
        float(weights.sum()),
        float(weights[gains >= _NOTHING].sum()),
        float(weights[gains <= -_NOTHING].sum()),
        float(np.dot(gains, weights)),
    )


def _parts(labels: Sequence[str], of: Array, gains: Array, weights: Array) -> tuple[Part, ...]:
    """Return a part for each label that somebody has, by its number."""
    return tuple(
        _part(label, gains[of == number], weights[of == number])
        for number, label in enumerate(labels)
        if (of == number).any()
    )


def _breakdowns(
    law: Legislation, population: Population, key: str, gains: Array, by: Sequence[str]
) -> Iterator[Breakdown]:
    weights = population.weights[key]
    yield Breakdown("size of gain or loss", _by_size(gains, weights))
    group = next((each for each in law.system.group_entities if each.key == key), None)
    if group is not None:
        group_of, roles = population.memberships[key]
        for role in group.roles:
            if not role.max:
                number = np.bincount(group_of[roles == role.key], minlength=len(gains))
                plural = role.plural or role.key
                yield Breakdown(f"number of {plural}", _by_values(number, gains, weights))
    for name in by:
        yield Breakdown(name, _by_values(_column(law, population, key, name), gains, weights))


def _column(law: Legislation, population: Population, key: str, name: str) -> Array:
    """Return a column over those measured."""
    person = law.system.person_entity.key
    if name in population.others:
        values, own = population.others[name], person
    elif name in population.columns:
        values, own = population.columns[name], law.variable(name).entity.key
    else:
        known = [*population.columns, *population.others]
        raise PolicyError(
            Problem(
                f"the population has no column '{name}'",
                remedy=did_you_mean(name, known, kind="columns"),
                key="by",
            )
        )
    if own == key:
        return values
    if own == person:  # (of a group what its first person has)
        first = np.unique(population.memberships[key][0], return_index=True)[1]
        return values[first]
    if key == person:
        return values[population.memberships[own][0]]
    raise PolicyError(Problem(f"{name} is of another kind of group than {key}", key="by"))


def _by_values(values: Array, gains: Array, weights: Array) -> tuple[Part, ...]:
    """Break down by a value, or by parts of equal size where there are many."""
    if values.dtype.kind == "M":
        values = values.astype("M8[Y]").astype(int) + 1970
    if values.dtype.kind == "O":
        values = np.array([str(each) for each in values])
    found, of = np.unique(values, return_inverse=True)
    if len(found) <= _FEW or values.dtype.kind not in "iuf":
        return _parts([str(each) for each in found], of, gains, weights)
    cuts = np.unique(np.quantile(values, np.linspace(0, 1, _PARTS + 1)[1:-1]))
    of = np.searchsorted(cuts, values, side="right")
    edges = [values.min(), *cuts, values.max()]
    labels = [f"{low:.10g} to under {high:.10g}" for low, high in pairwise(edges)]
    labels[-1] = labels[-1].replace("under ", "")
    return _parts(labels, of, gains, weights)


def _by_size(gains: Array, weights: Array) -> tuple[Part, ...]:
    labels: list[str] = []
    of = np.full(len(gains), -1)
    for number in range(len(_SIZES), 0, -1):
        _band(labels, of, gains, number, -1)
    labels.append("no change")
    of[np.abs(gains) < _NOTHING] = len(labels) - 1
    for number in range(1, len(_SIZES) + 1):
        _band(labels, of, gains, number, 1)
    return _parts(labels, of, gains, weights)


def _band(labels: list[str], of: Array, gains: Array, number: int, sign: int) -> None:
    """Give a number to those whose gain, or loss, lies in a band."""
    low = max(_SIZES[number - 1], _NOTHING)
    high = _SIZES[number] if number < len(_SIZES) else np.inf
    amount = gains * sign
    of[(amount >= low) & (amount < high)] = len(labels)
    word = "gain" if sign > 0 else "loss"
    upper = f"under {high:,.0f}" if np.isfinite(high) else "and more"
    lower = f"{_SIZES[number - 1]:,.0f} " if _SIZES[number - 1] or not np.isfinite(high) else ""
    labels.append(f"{word} of {lower}{'to ' if lower and np.isfinite(high) else ''}{upper}")


def _extremes(
    population: Population, key: str, olds: Array, gains: Array, sign: int
) -> Iterator[Named]:
    amounts = gains * sign
    some = np.argsort(-amounts, kind="stable")[:_NAMED]
    for index in some[amounts[some] >= _NOTHING]:
        old = float(olds[index])
        yield Named(str(population.ids[key][index]), int(index), old, old + float(gains[index]))
