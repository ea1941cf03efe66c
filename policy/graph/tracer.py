"""Tracing: formulas are run once on symbols, and what they compute is written down as a graph.

Each variable of each period is traced on its own, and refers to others by ``value`` nodes; a list
of what is still to do takes the place of recursion, so that no system is too deep. What a formula
does that is no expression leaves the variable ``opaque``: openfisca-core computes it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from policy.errors import PolicyError, Problem
from policy.graph.build import UntraceableError
from policy.graph.eternal import WatchedPeriod, changing, is_dated, others, plain, was_read
from policy.graph.nodes import NOBODY, Graph, Node, Origin
from policy.graph.populations import SymbolicGroup, SymbolicPersons, parameters_at
from policy.graph.symbols import Symbol, elementwise, relation, symbol
from policy.legislation.openfisca import errors, periods
from policy.legislation.times import ETERNITY, own_period, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Slot


#: By parameter: a value, and the one to trace with in its place.
Amendments: TypeAlias = "Mapping[str, tuple[Any, Any]]"

#: The reason of what openfisca-core cannot run either: it is asked for a time before the law.
NO_VALUE = "a parameter has no value yet"


@dataclass
class Definition:
    """What a variable of a period is computed from; of an opaque one the reason is given.

    ``pinned`` names the parameters whose value decided what is computed: a change of one needs a
    new tracing. ``changing`` says what is wrong if the variable never changes, and this does.
    """

    node: Node
    needs: tuple[Slot, ...] = ()
    pinned: tuple[str, ...] = ()
    opaque: str = ""
    line: int = 0
    changing: Problem | None = None


@dataclass
class Tracing:
    """The definitions of variables, with the graph that holds their nodes."""

    graph: Graph = field(default_factory=Graph)
    definitions: dict[Slot, Definition] = field(default_factory=dict)
    #: Of each variable: the type of its values, whose they are, its enumeration.
    kinds: dict[str, tuple[np.dtype[Any], str, Any]] = field(default_factory=dict)
    #: The numbers of the roles in groups, by the group's key.
    roles: dict[str, set[int]] = field(default_factory=dict)
    #: The period that a formula was traced with: for what never changes, the first one asked for.
    asked: dict[Slot, Period] = field(default_factory=dict)

    @property
    def pinned(self) -> dict[str, None]:
        """The parameters whose value decided what is computed, anywhere."""
        return {name: None for each in self.definitions.values() for name in each.pinned}


class Tracer:
    """Traces the variables of a statute book."""

    def __init__(self, law: Legislation, amended: Amendments | None = None) -> None:
        self.law = law
        self._amended = amended or {}
        self.system = law.system
        self.tax_benefit_system = law.system
        self.tracing = Tracing()
        self.graph = self.tracing.graph
        self._parameters = parameters_at(self)
        self._roles: dict[str, dict[Any, int]] = {}
        self._slot: Slot | None = None
        self._file = ""
        self._needs: dict[Slot, None] = {}
        self._pinned: dict[str, None] = {}
        persons = SymbolicPersons(law.system.person_entity, self)
        self.persons = persons
        self.populations: dict[str, Any] = {persons.entity.key: persons}
        for entity in law.system.group_entities:
            self.populations[entity.key] = SymbolicGroup(entity, persons, self)
            self._roles[entity.key] = {
                role: number for number, role in enumerate(entity.flattened_roles)
            }
            self.tracing.roles[entity.key] = set(self._roles[entity.key].values())

    # What formulas ask for -----------------------------------------------------------------------

    def get_population(self, plural: str) -> Any:
        """Return the population of an entity, by its plural."""
        return next(each for each in self.populations.values() if each.entity.plural == plural)

    def value(self, name: str, period: Any, options: Any = None) -> Symbol:
        """Return a variable's values for a period, as a formula asks for them."""
        when = period if isinstance(period, periods.Period) else periods.period(period)
        option = [str(each).lower() for each in options or ()]
        if not option:
            return self._value(name, when)
        if len(option) != 1 or option[0] not in {"add", "divide"}:
            raise UntraceableError(f"the options {options} are used")
        return self.calculate_add(name, when) if option[0] == "add" else self._divided(name, when)

    def calculate(self, name: str, period: Any) -> Symbol:
        """Return a variable's values for a period."""
        return self.value(name, period)

    def calculate_add(self, name: str, period: Any) -> Symbol:
        """Return the sum over the periods of the variable's own that a longer one is made of."""
        unit = self.law.variable(name).definition_period
        if unit == periods.DateUnit.ETERNITY or periods.unit_weight(unit) > periods.unit_weight(
            period.unit
        ):
            raise UntraceableError(f"{name} cannot be added up over {period}")
        total = symbol(self, 0)
        for part in parts_of(period, unit):
            total = elementwise(self, "add", (total, self._value(name, part)))
        return total

    def _divided(self, name: str, period: Any) -> Symbol:
        unit = self.law.variable(name).definition_period
        own = {
            periods.DateUnit.YEAR: "this_year",
            periods.DateUnit.MONTH: "first_month",
            periods.DateUnit.DAY: "first_day",
            periods.DateUnit.WEEK: "first_week",
            periods.DateUnit.WEEKDAY: "first_weekday",
        }
        too_long = periods.unit_weight(unit) < periods.unit_weight(period.unit)
        if unit not in own or too_long or period.size > 1:
            raise UntraceableError(f"{name} cannot be divided over {period}")
        whole = getattr(period, own[unit])
        parts = getattr(whole, f"size_in_{period.unit}s")
        return elementwise(self, "divide", (self._value(name, whole), parts))

    def _value(self, name: str, period: Any) -> Symbol:
        variable = self.law.variable(name)
        unit = variable.definition_period
        if unit != periods.DateUnit.ETERNITY and (period.unit != unit or period.size != 1):
            raise UntraceableError(f"{name} is by the {unit} and asked for {period}")
        slot = (name, own_period(variable, period))
        self._needs[slot] = None
        self.tracing.asked.setdefault(slot, plain(period))
        return Symbol(self, self.value_node(slot), shared=True)

    def value_node(self, slot: Slot) -> Node:
        """Return the node that stands for a variable of a period."""
        dtype, space, enum = self.kind(slot[0])
        return self.graph.node("value", (), slot, dtype=dtype, space=space, enum=enum)

    def kind(self, name: str) -> tuple[np.dtype[Any], str, Any]:
        """Return the type of a variable's values, whose they are, and its enumeration."""
        known = self.tracing.kinds.get(name)
        if known is None:
            variable = self.law.variable(name)
            enum = getattr(variable, "possible_values", None)
            known = (np.dtype(variable.dtype), variable.entity.key, enum)
            self.tracing.kinds[name] = known
        return known

    def role(self, role: Any) -> Symbol:
        """Tell who has a role."""
        key = role.entity.key
        numbers = tuple(self._roles[key][each] for each in role.subroles or (role,))
        return relation(self, "role", (), (key, numbers), self.persons.entity.key)

    def amended(self, name: str, value: Any) -> Any:
        """Return a parameter's value, or the one that is tried in its place."""
        before, after = self._amended.get(name, (None, None))
        return after if before is not None and before == value else value

    def parameter(self, name: str, value: Any) -> Symbol:
        """Return a number of the law."""
        node = self.graph.node(
            "parameter", (), (name, value), dtype=np.asarray(value).dtype, space=NOBODY
        )
        return Symbol(self, node, value)

    def pin(self, node: Node) -> None:
        """Note that the parameters under a node decided what is computed."""
        todo = [node]
        while todo:
            current = todo.pop()
            if current.op == "parameter":
                self.pin_parameter(current.detail[0])
            todo += current.args

    def pin_parameter(self, name: str) -> None:
        """Note that a parameter decided what is computed."""
        self._pinned[name] = None

    def note(self, node: Node) -> None:
        """Write down the line of the formula that a node comes from."""
        frame: Any = sys._getframe(2)
        while frame is not None and frame.f_code.co_filename != self._file:
            frame = frame.f_back
        if frame is not None and self._slot is not None:
            origin = Origin(self._slot[0], self._file, frame.f_lineno)
            self.graph.origins.setdefault(node.number, {})[origin] = None

    # Tracing ------------------------------------------------------------------------------------

    def trace(
        self, wanted: Iterable[tuple[str, Period]], given: frozenset[Slot] = frozenset()
    ) -> Tracing:
        """Trace variables and all they need, but for what is given.

        Raises:
            PolicyError: a variable depends on itself, or never changes and its formula does.

        """
        for name, period in wanted:
            slot = (name, own_period(self.law.variable(name), period))
            self.tracing.asked.setdefault(slot, period)
            self.kind(name)
            self._trace_with_needs(slot, given)
        return self.tracing

    def define(self, slot: Slot, period: Period) -> Definition:
        """Trace one variable of a period, as asked for a period, and nothing it needs."""
        self.tracing.asked.setdefault(slot, period)
        if slot not in self.tracing.definitions:
            self.tracing.definitions[slot] = self._define(slot)
        return self.tracing.definitions[slot]

    def _trace_with_needs(self, first: Slot, given: frozenset[Slot]) -> None:
        done: set[Slot] = set()
        way: list[Slot] = []
        todo: list[tuple[Slot, bool]] = [(first, False)]
        while todo:
            slot, leaving = todo.pop()
            if leaving:
                way.pop()
                done.add(slot)
                continue
            if slot in done or slot in given:
                continue
            if any(name == slot[0] for name, _ in way):
                raise _circle(way, slot)
            way.append(slot)
            todo.append((slot, True))
            definition = self.define(slot, slot[1])
            if definition.changing:
                raise PolicyError(definition.changing)
            todo += [(need, False) for need in reversed(definition.needs)]

    def _define(self, slot: Slot) -> Definition:
        period = self.tracing.asked.get(slot, slot[1])
        if slot[1] != ETERNITY or period == ETERNITY:
            return self._traced(slot, period)
        watched = WatchedPeriod(period)
        definition = self._traced(slot, watched)
        decided = was_read(watched) or is_dated(self.law.variable(slot[0]))
        if decided and not definition.opaque:
            definition.changing = self._changing(slot, period, definition)
        return definition

    def _changing(self, slot: Slot, period: Period, definition: Definition) -> Problem | None:
        """Return what is wrong if a formula gives something else for another period."""
        for other in others(self.law, slot[0], definition, period):
            try:
                found = self._traced(slot, other)
            except PolicyError:  # (a parameter that there is not then)
                continue
            if not found.opaque and found.node is not definition.node:
                return changing(self.law, slot[0], period, other)
        return None

    def _traced(self, slot: Slot, period: Period) -> Definition:
        variable = self.law.variable(slot[0])
        default = self._default(variable)
        formula = None if variable.is_neutralized else variable.get_formula(plain(period))
        if formula is None:
            return Definition(default)
        self._slot, self._file = slot, formula.__code__.co_filename
        self._needs, self._pinned = {}, {}
        population = self.populations[variable.entity.key]
        arguments = (population, period, self._parameters)[: formula.__code__.co_argcount]
        try:
            result = formula(*arguments)
            node = default if result is None else self._cast(result, variable)
        except PolicyError:
            raise
        except Exception as error:  # whatever a formula does that symbols cannot
            reason = _reason(error)
            return self._opaque(slot, reason, _line(error, self._file))
        finally:
            self._slot = None
        return Definition(node, tuple(self._needs), tuple(self._pinned))

    def _opaque(self, slot: Slot, reason: str, line: int) -> Definition:
        """Leave a formula to openfisca-core, which is told what the formula was seen to ask for."""
        known, needs = self.value_node(slot), tuple(self._needs)
        node = self.graph.node(
            "opaque",
            tuple(self.value_node(need) for need in needs),
            (slot, needs),
            dtype=known.dtype,
            space=known.space,
            enum=known.enum,
        )
        return Definition(node, needs, tuple(self._pinned), opaque=reason, line=line)

    def _default(self, variable: Any) -> Node:
        if getattr(variable, "possible_values", None) is not None:
            index = np.dtype(variable.dtype).type(variable.default_value.index)
            return self.graph.constant(index, variable.possible_values)
        default = np.asarray(variable.default_value)
        if variable.value_type is not str:
            default = default.astype(variable.dtype)
        return self.graph.constant(default[()])

    def _cast(self, result: Any, variable: Any) -> Node:
        made = symbol(self, result)
        enum = getattr(variable, "possible_values", None)
        if enum is not None and made.node.enum is None:
            if made.dtype.kind not in "US":
                raise UntraceableError("numbers are returned for an enumeration")
            members = tuple(member.name for member in enum)
            made = _encoded(self, made, enum, members)
        if made.node.space not in {NOBODY, variable.entity.key}:
            raise UntraceableError(f"values of a {made.node.space} are returned")
        dtype = np.dtype(variable.dtype)
        return made.node if made.dtype == dtype else _retyped(made, dtype)


def _encoded(tracer: Tracer, texts: Symbol, enum: Any, names: tuple[str, ...]) -> Symbol:
    result = symbol(tracer, next(iter(enum)))
    for member, name in zip(enum, names, strict=True):
        same = elementwise(tracer, "equal", (texts, name))
        result = elementwise(tracer, "where", (same, member, result))
    return result


def _retyped(made: Symbol, dtype: np.dtype[Any]) -> Node:
    node = made.astype(dtype).node
    if made.node.enum is None or node.enum is not None:
        return node
    return made.tracer.graph.node(
        node.op, node.args, node.detail, dtype=node.dtype, space=node.space, enum=made.node.enum
    )


def _circle(way: list[Slot], slot: Slot) -> PolicyError:
    first = next(number for number, (name, _) in enumerate(way) if name == slot[0])
    steps = " → ".join(f"{name} {period}" for name, period in (*way[first:], slot))
    return PolicyError(
        Problem(
            f"{slot[0]} depends on itself: {steps}",
            remedy="give one of them as an input, or break the circle in a formula",
            code="cycle",
        )
    )


def _reason(error: Exception) -> str:
    if isinstance(error, UntraceableError):
        return str(error)
    if isinstance(error, errors.ParameterNotFoundError):
        return NO_VALUE
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"


def _line(error: Exception, file: str) -> int:
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
