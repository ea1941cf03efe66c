"""A question to compile: variables by name, a period, and which facts there are columns of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policy.errors import PolicyError, Problem, did_you_mean
from policy.graph.backends.expressions import UnsupportedError
from policy.graph.backends.sql.facts import MEMBERSHIPS, role_column
from policy.graph.backends.sql.naming import written
from policy.graph.backends.sql.plan import Fact, SqlPlan
from policy.graph.engine import engine_of
from policy.graph.linking import in_order
from policy.legislation.legislation import section_of
from policy.legislation.times import ETERNITY, own_period, slots_asked
from policy.scenario.calculation import asked_period, check_covered, names_asked
from policy.scenario.times import period_of
from policy.scenario.values import BadValueError, divides
from policy.scenario.writing import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Slot

#: Between a fact and a period of its own: ``is_student@2024-04``.
_AT = "@"


@dataclass(frozen=True)
class Column:
    """A column of a table, of a fact that is read or an answer that is given.

    Attributes:
        table: the name of the table; that of an entity's answers is the entity's plural.
        column: the name of the column.
        variable: the variable it holds.
        period: the period, empty for what never changes.
        type: what its values are: ``float``, ``int``, ``bool``, ``date``, ``str`` or ``Enum``.
        label: the variable's label.
        section: where the law defines it.

    """

    table: str
    column: str
    variable: str
    period: str
    type: str
    label: str
    section: str


@dataclass(frozen=True)
class Assumed:
    """A fact that no column gives: everybody has its default.

    Attributes:
        variable: its name.
        periods: the periods it is read for, empty for what never changes.
        value: the default, as YAML has it.

    """

    variable: str
    periods: tuple[str, ...]
    value: Any


@dataclass(frozen=True)
class Question:
    """Answers of a law for a period, made ready to be written in SQL."""

    plan: SqlPlan
    period: Period
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    assumed: tuple[Assumed, ...]

    def sql(self, dialect: str) -> str:
        """Return the statements, one for each entity that answers are of.

        Raises:
            PolicyError: there is no such dialect, or no SQL for a formula.

        """
        try:
            return self.plan.sql(dialect)
        except UnsupportedError as error:
            raise _without_sql(error) from None

    def tables(self) -> dict[str, list[str]]:
        """Return the columns of the tables that are read, by the name of the table."""
        plan = self.plan
        keys = {plan.tables[key]: key for key in plan.entities}
        found = {name: [keys[name]] for name in keys}
        for each in self.inputs:
            found[each.table].append(each.column)
        groups = plan.groups()
        if groups:
            roles = list(map(role_column, groups))
            found[plan.tables[MEMBERSHIPS]] = [plan.person, *groups, *roles]
        read = {each.table for each in self.inputs} | {plan.tables[plan.person]}
        read |= {plan.tables[key] for key in (*groups, *plan.answers_of())}
        return {name: columns for name, columns in found.items() if name in read or groups}


def question_of(
    law: Legislation,
    outputs: Iterable[str],
    period: str | Period,
    given: Iterable[str] = (),
    tables: Mapping[str, str] | None = None,
) -> Question:
    """Make a question ready to be compiled.

    Args:
        law: the statute book.
        outputs: names of variables.
        period: a month or a year.
        given: the facts that there are columns of, such as ``birth_date``, or, for a period other
            than the one asked for, ``is_student@2024-04``. Without any, all that the answers rest
            on in the period asked for.
        tables: names of tables, by the key of their entity, or ``memberships``.

    Returns:
        The question. A fact has a column of its name, and in another period one such as
        ``is_student_2024_04``.

    Raises:
        PolicyError: there is no such variable or period, a fact that is given is not read, or a
            formula is no expression.

    """
    when = asked_period(period)
    check_covered(law, when)
    wanted = {name: slots_asked(law.variable(name), when) for name in names_asked(outputs)}
    read = _read(law, wanted)
    facts = _facts(law, when, read, list(given))
    told = tuple(_assumed(law, (slot for slot in read if slot not in facts)))
    labels = ", ".join(law.variable(name).label or name for name in wanted)
    about = [f"{labels} in {when}, by {law.version}", *map(_told, told)]
    plan = _plan(law, wanted, facts, tables, about)
    inputs = {facts[slot].column: slot for slot in plan.read()}
    return Question(
        plan,
        when,
        tuple(_column(law, plan, slot, column) for column, slot in inputs.items()),
        tuple(_column(law, plan, (name, when), name) for name in wanted),
        told,
    )


def _plan(law: Legislation, wanted: Mapping[str, Sequence[Slot]], *how: Any) -> SqlPlan:
    try:
        return SqlPlan(law, wanted, *how)
    except UnsupportedError as error:
        raise _without_sql(error) from None


def _read(law: Legislation, wanted: Mapping[str, Sequence[Slot]]) -> list[Slot]:
    """List what answers could be worked out from: facts that can matter, and all variables."""
    engine = engine_of(law)
    asked = [slot for slots in wanted.values() for slot in slots]
    own = [(name, own_period(law.variable(name), period)) for name, period in asked]
    order = in_order(engine.trace(asked), own, frozenset())
    facts = {slot: Fact(f"{slot}") for slot in order if not law.variable(slot[0]).formulas}
    matter = set(_plan(law, wanted, facts).read())
    return [slot for slot in order if slot in matter or slot not in facts]


def _facts(law: Legislation, when: Period, read: list[Slot], given: list[str]) -> dict[Slot, Fact]:
    """Return where the facts are read that are given, or all in the period asked for."""
    if not given:
        names = dict.fromkeys(name for name, _ in read if _is_fact(law, name))
        return {slot: fact for name in names for slot, fact in _fact(law, name, when, read)}
    facts: dict[Slot, Fact] = {}
    for each in given:
        name, _, at = each.partition(_AT)
        law.variable(name)
        found = dict(_fact(law, name, _period(at) if at else when, read, at=at))
        if not found:
            raise _not_read(each, when, read)
        facts.update(found)
    return facts


def _is_fact(law: Legislation, name: str) -> bool:
    return not law.variable(name).formulas


def _period(text: str) -> Period:
    try:
        return period_of(text)
    except BadValueError as error:
        raise PolicyError(Problem(error.message, remedy=error.remedy, key="given")) from None


def _not_read(given: str, when: Period, read: list[Slot]) -> PolicyError:
    name = given.partition(_AT)[0]
    periods = [str(each) for other, each in read if other == name]
    words = {other for other, _ in read}
    remedy = did_you_mean(name, words, kind="facts that are read")
    if periods:
        remedy = f"it is read for {', '.join(periods[-3:])}: give {name}{_AT}{periods[-1]}"
    message = f"'{given}' is not read for what is asked in {when}"
    return PolicyError(Problem(message, remedy=remedy, key="given", code="not-read"))


def _fact(
    law: Legislation, name: str, when: Period, read: list[Slot], *, at: str = ""
) -> Iterator[tuple[Slot, Fact]]:
    """Yield where a fact is read for a period: it has one column, for all its own periods in it."""
    variable = law.variable(name)
    slots = [slot for slot in read if slot[0] == name and _is_in(slot[1], when)]
    shorter = any(period not in (ETERNITY, when) and when.contains(period) for _, period in slots)
    is_shared = shorter and variable.set_input is not None and divides(variable)
    parts = len(when.get_subperiods(variable.definition_period)) if is_shared else 1
    column = f"{name}_{written(when)}" if at else name
    for slot in slots:
        yield slot, Fact(column, parts)


def _is_in(period: Period, when: Period) -> bool:
    """Tell whether a fact's own period is the one asked for, a part of it, or has it as a part."""
    return bool(period == ETERNITY or when.contains(period) or period.contains(when))


def _assumed(law: Legislation, slots: Iterable[Slot]) -> Iterator[Assumed]:
    periods: dict[str, list[Period]] = {}
    for name, period in slots:
        if _is_fact(law, name):
            periods.setdefault(name, []).append(period)
    for name, each in periods.items():
        told = tuple(str(period) for period in sorted(each) if period != ETERNITY)
        yield Assumed(name, told, plain(law.variable(name).default_value))


def _told(assumed: Assumed) -> str:
    periods = assumed.periods
    when = f" in {periods[0]}" if periods else ""
    if len(periods) > 1:
        when += f" to {periods[-1]}"
    value = str(assumed.value).lower() if isinstance(assumed.value, bool) else assumed.value
    return f"Assumed, as no column gives it: {assumed.variable}{when} = {value}"


def _column(law: Legislation, plan: SqlPlan, slot: Slot, column: str) -> Column:
    variable = law.variable(slot[0])
    kind = "Enum" if hasattr(variable, "possible_values") else variable.value_type.__name__
    return Column(
        plan.tables[variable.entity.key],
        column,
        variable.name,
        "" if slot[1] == ETERNITY else str(slot[1]),
        kind,
        variable.label or variable.name,
        section_of(variable),
    )


def _without_sql(error: UnsupportedError) -> PolicyError:
    return PolicyError(
        Problem(
            f"there is no SQL for it: {error}",
            remedy="give the variable as a fact (--given), or leave out what needs it",
            code="no-sql",
        )
    )
