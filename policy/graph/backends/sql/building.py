"""Building a statement: its steps, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sqlglot import exp

from policy.graph.backends.expressions import UnsupportedError
from policy.graph.backends.sql.dialects import (
    cast,
    column,
    operator,
    whole,
)
from policy.graph.backends.sql.facts import MEMBERSHIPS, Facts, role_column
from policy.graph.backends.sql.idioms import BEGINNING, NEVER, ROUND_HALF_UP
from policy.graph.backends.sql.layout import GATHERED, PROJECTED, VALUES, column_of, laid_out
from policy.graph.backends.sql.naming import Names, local_names, names_of_slots
from policy.graph.backends.sql.numbers import DOUBLE
from policy.graph.backends.sql.relations import Relations
from policy.graph.backends.sql.statement import Statement, Step
from policy.graph.backends.sql.writing import Writer, literal
from policy.graph.nodes import is_constant, live
from policy.graph.ops import NEUTRAL
from policy.legislation.legislation import section_of
from policy.legislation.units import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policy.graph.backends.sql.dialects import Dialect
    from policy.graph.backends.sql.layout import Section
    from policy.graph.backends.sql.plan import SqlPlan
    from policy.graph.nodes import Node
    from policy.legislation.people import Slot

#: More parameters than this are not listed in the comment of a step.
_LISTED = 12
#: What columns of SQL are, by the kind of NumPy's type.
_TYPES = {"f": "DOUBLE", "i": "BIGINT", "u": "BIGINT", "b": "BOOLEAN", "M": "DATE"}
#: What parts of formulas are called that have no name there, by their operation.
_WORDS = {
    "sum": "sum",
    "size": "members",
    "rank": "rank",
    "unique": "of_member",
    ("reduce", "max"): "greatest",
    ("reduce", "min"): "least",
    ("reduce", "all"): "all",
}


class Building:
    """Builds the statement of some answers."""

    def __init__(
        self, plan: SqlPlan, answers: Mapping[str, Sequence[str]], dialect: Dialect, *, wide: bool
    ) -> None:
        self.plan = plan
        self.dialect = dialect
        self.answers = answers
        names = [name for each in answers.values() for name in each]
        outputs = [plan.outputs[slot] for name in names for slot in plan.wanted[name]]
        self.layout = laid_out(plan.definitions, outputs, plan.person, wide=wide)
        self.names = self._names()
        self.writer = Writer(dialect, self.names, self._column_of)
        self.relations = Relations(self.writer, plan.person)
        self.steps: dict[str, Step] = {}
        self.chain: dict[str, Step] = {}
        self.held: dict[str, list[Node]] = {}
        self.step_names = Names(plan.tables.values())

    def _column_of(self, node: Node) -> Node:
        return column_of(node, self.plan.definitions)

    # Names --------------------------------------------------------------------------------------

    def _names(self) -> dict[int, str]:
        """Return the names of columns: of facts, of variables, and of parts of formulas."""
        plan, layout = self.plan, self.layout
        asked = {period for slots in plan.wanted.values() for _, period in slots}
        by_slot = names_of_slots(dict.fromkeys([*plan.given, *plan.definitions]), asked)
        reserved = [*plan.entities, *map(role_column, plan.entities)]
        taken = {entity: Names(reserved) for entity in plan.entities}
        names: dict[int, str] = {}
        inputs = [node for nodes in layout.inputs.values() for node in nodes]
        for node in inputs:
            if node.op == "input":
                names[node.number] = taken[node.space].new(plan.given[node.detail].column)
        for slot, node in plan.definitions.items():
            if node.number in layout.columns and node.number not in names:
                names[node.number] = taken[node.space].new(by_slot[slot])
        for node in inputs:
            if node.number not in names:
                names[node.number] = taken[node.space].new(self._name_of_input(node))
        local: dict[Slot, dict[int, str]] = {}
        for section in layout.sections:
            for node in (node for nodes in section.steps for node in nodes):
                if node.number in names:
                    continue
                slot = layout.owner[node.number]
                if slot not in local:
                    local[slot] = self._local_names(slot)
                own, of = local[slot].get(node.number), by_slot[slot]
                wished = [f"{of}_{own or _word(node)}"]
                if section.kind == PROJECTED:
                    wished = [names[self._column_of(node.args[0]).number], *wished]
                elif own and section.kind == VALUES:
                    wished = [own, *wished]
                names[node.number] = taken[node.space].new(*wished)
        return names

    def _local_names(self, slot: Slot) -> dict[int, str]:
        found: dict[int, str] = {}
        for node, name in local_names(self.plan.law, self.plan.tracing, slot):
            made = self.plan.nodes.get(node.number)
            if made is not None:
                found.setdefault(made.number, name)
        return found

    def _name_of_input(self, node: Node) -> str:
        if node.op == "given":
            return f"{self.plan.given[node.detail].column}_is_given"
        if node.op == "position":
            return f"position_in_{node.detail}"
        key, roles = node.detail
        flat = list(self.plan.entities[key].flattened_roles)
        return "_or_".join(f"is_{flat[each].key}" for each in roles)

    # Steps --------------------------------------------------------------------------------------

    def statement(self) -> Statement:
        """Return the statement."""
        for place, section in enumerate(self.layout.sections):
            if section.kind == GATHERED:
                self._gather(section, place)
            elif section.kind == PROJECTED:
                self._project(section, place)
            else:
                for nodes in section.steps:
                    self._add_values(section.entity, nodes)
        ends = {entity: self._end(entity) for entity in self.answers}
        return Statement(self.dialect, tuple(self.steps.values()), ends, self.plan.about)

    def _step(self, entity: str, name: str, query: exp.Select, *comments: str) -> Step:
        if comments:
            query.comments = [f" {each} " for each in comments]
        step = Step(self.step_names.new(name), query)
        self.steps[step.name] = step
        if entity:
            self.chain[entity] = step
        return step

    def _from(self, entity: str) -> Step:
        """Return the last step of a chain; it has one use more."""
        if entity not in self.chain:
            self._begin(entity)
        step = self.chain[entity]
        step.uses += 1
        return step

    def _begin(self, entity: str) -> None:
        """Begin a chain: read the facts of people, and of whom they are with, or of groups."""
        plan, plural = self.plan, self.plan.entities[entity].plural
        groups = sorted(self._groups()) if entity == plan.person else []
        inputs = self.layout.inputs.get(entity, [])
        is_one_table = plan.tables[entity] == plan.tables[MEMBERSHIPS]
        members = plural if is_one_table else MEMBERSHIPS
        facts = Facts(plan, plural, members)
        query = exp.Select().select(column(entity, plural))
        for group in groups:
            query = query.select(column(group, members))
        for node in inputs:
            made = facts.of(node)
            query = query.select(exp.alias_(made, self.names[node.number], quoted=True))
        query = query.from_(_named(plan.tables[entity], plural))
        if groups and not is_one_table:
            query = query.join(
                _named(plan.tables[MEMBERSHIPS], members),
                using=[exp.to_identifier(entity, quoted=True)],
            )
        step = self._step(entity, f"{plural}_with_facts", query, f"What is known of {plural}")
        if len(groups) == 1:
            step.by = groups[0]
        self.held[entity] = list(inputs)

    def _groups(self) -> set[str]:
        """Return the groups that people's steps look at."""
        found = set()
        for section in self.layout.sections:
            for node in (node for nodes in section.steps for node in nodes):
                found |= {group_of(each) for each in _inside(node, self.layout.columns)}
        found |= {group_of(node) for nodes in self.layout.inputs.values() for node in nodes}
        return found - {""}

    def _add_values(self, entity: str, nodes: list[Node]) -> None:
        """Add a step with columns that are worked out from others of the same chain."""
        before = self._from(entity)
        query = exp.Select().select(exp.Star())
        for node in nodes:
            query = query.select(exp.alias_(self._value(node), self._name(node), quoted=True))
        query = query.from_(exp.table_(before.name, quoted=True))
        slot = self.layout.owner[nodes[0].number]
        variable = self.plan.definitions[slot]
        if any(self.layout.owner[node.number] != slot for node in nodes):
            name = f"{self.plan.entities[entity].plural}_with_more"
            self._step(entity, name, query, *self._about(nodes))
        else:
            one = variable if variable in nodes else nodes[0] if len(nodes) == 1 else None
            name = f"parts_of_{slot[0]}" if one is None else self._name(one)
            self._step(entity, name, query, *self._comments(slot, whole=one is variable))
        self.held[entity] = [*self.held[entity], *nodes]

    def _name(self, node: Node) -> str:
        return self.names[node.number]

    def _value(self, node: Node) -> exp.Expr:
        """Return the expression of a column, of its own type."""
        writer, slot = self.writer, self.layout.owner[node.number]
        try:
            is_rank = node.op == "rank"
            made = self.relations.ranked(node) if is_rank else writer.expression(node)
        except UnsupportedError as error:
            raise UnsupportedError(f"{self._at(node, slot)}: {error}") from None
        if node.dtype.kind == "f" and writer.numbers.kind(node) != DOUBLE:
            writer.numbers.is_made_double(node)
            made = cast(made, "DOUBLE")
        return made

    def _at(self, node: Node, slot: Slot) -> str:
        """Return where an expression is written, and of which variable."""
        tracing = self.plan.tracing
        origins = [
            origin
            for old, made in self.plan.nodes.items()
            if made is node
            for origin in tracing.graph.origins.get(old, ())
            if origin.variable == slot[0]
        ]
        if origins:
            return f"{origins[0].file}:{origins[0].line}: {slot[0]}"
        formula = self.plan.law.variable(slot[0]).get_formula(tracing.asked[slot])
        code = formula.__code__
        return f"{code.co_filename}:{code.co_firstlineno}: {slot[0]}"

    def _comments(self, slot: Slot, *, whole: bool) -> Iterator[str]:
        """Yield what a step is: the variable, its section, and the numbers of the law in it."""
        variable = self.plan.law.variable(slot[0])
        label, section = variable.label or variable.name, section_of(variable)
        told = f"{label}: {section}" if section else label
        asked = {each for slots in self.plan.wanted.values() for each in slots}
        is_other = slot not in asked and by_period(slot, asked)
        yield f"{'' if whole else 'For '}{told}{f', {slot[1]}' if is_other else ''}"
        if not whole:
            return
        nodes = list(live([self.plan.tracing.definitions[slot].node]))
        read = {node.detail[0]: node.detail[1] for node in nodes if node.op == "parameter"}
        for name, value in list(read.items())[:_LISTED]:
            parameter = self.plan.law.parameter(name)
            yield f"{name} = {shown(value, parameter.unit if parameter else '')}"
        if len(read) > _LISTED:
            yield f"and {len(read) - _LISTED} more numbers of the law"
        if any(node.op == ROUND_HALF_UP for node in live([self.plan.definitions[slot]])):
            yield "Rounded half up: what lacks the last bits of a half is a half"

    def _gather(self, section: Section, place: int) -> None:
        """Add the steps of what groups gather: by group, and beside what is known of the groups."""
        plan, group = self.plan, section.entity
        (nodes,) = section.steps
        members = self._from(plan.person)
        members.is_gathered = True
        key = column(group)
        query = exp.Select().select(key.copy())
        for node in nodes:
            made = self._gathered(node)
            query = query.select(exp.alias_(made, self._name(node), quoted=True))
        query = query.from_(exp.table_(members.name, quoted=True)).group_by(key.copy())
        plural = plan.entities[group].plural
        persons = plan.entities[plan.person].plural
        gathered = self._step(
            "",
            f"{persons}_by_{group}",
            query,
            f"What {plural} have of their {persons}",
            *self._about(nodes),
        )
        before = self._from(group)
        gathered.uses += 1
        carried = self._carried(group, place)
        query = exp.Select().select(column(group, plural))
        for node in carried:
            query = query.select(column(self._name(node), plural))
        for node in nodes:
            value = column(self._name(node), persons)
            neutral = _from_nobody(node)
            made = exp.Coalesce(this=value, expressions=[neutral])
            query = query.select(exp.alias_(made, self._name(node), quoted=True))
        query = query.from_(_named(before.name, plural)).join(
            _named(gathered.name, persons),
            using=[exp.to_identifier(group, quoted=True)],
            join_type="left",
        )
        self._step(
            group, f"{plural}_with_{persons}", query, f"A {group} with nobody in it has nothing"
        )
        self.held[group] = [*carried, *nodes]

    def _about(self, nodes: list[Node]) -> Iterator[str]:
        """Yield which variables are gathered, or whose parts."""
        for slot in dict.fromkeys(self.layout.owner[node.number] for node in nodes):
            names = [self._name(n) for n in nodes if self.layout.owner[n.number] == slot]
            yield f"{', '.join(names)}: {next(iter(self._comments(slot, whole=True)))}"

    def _gathered(self, node: Node) -> exp.Expr:
        try:
            return self.relations.gathered(node)
        except UnsupportedError as error:
            slot = self.layout.owner[node.number]
            raise UnsupportedError(f"{self._at(node, slot)}: {error}") from None

    def _carried(self, entity: str, place: int) -> list[Node]:
        """Return the columns of a chain that are read from a section on."""
        last = self.layout.last_use
        return [node for node in self.held[entity] if last.get(node.number, -1) >= place]

    def _project(self, section: Section, place: int) -> None:
        """Add the step in which people have what their groups have."""
        plan, person = self.plan, section.entity
        (nodes,) = section.steps
        before = self._from(person)
        groups = dict.fromkeys(node.detail for node in nodes)
        chains = {group: self._from(group) for group in groups}
        carried = self._carried(person, place)
        persons = plan.entities[person].plural
        plurals = {group: plan.entities[group].plural for group in groups}
        query = exp.Select().select(column(person, persons))
        for group in sorted(self._groups()):
            query = query.select(column(group, persons))
        for node in carried:
            query = query.select(column(self._name(node), persons))
        for node in nodes:
            name = self._name(self._column_of(node.args[0]))
            made: exp.Expr = column(name, plurals[node.detail])
            if name != self._name(node):
                made = exp.alias_(made, self._name(node), quoted=True)
            query = query.select(made)
        query = query.from_(_named(before.name, persons))
        for group, chain in chains.items():
            query = query.join(
                _named(chain.name, plurals[group]),
                using=[exp.to_identifier(group, quoted=True)],
            )
        name = f"{persons}_with_{'_and_'.join(plurals.values())}"
        told = f"What {persons} have of their {' and '.join(plurals.values())}"
        self._step(person, name, query, told)
        self.held[person] = [*carried, *nodes]

    def _end(self, entity: str) -> exp.Select:
        """Return what is selected at the end: ids and answers, in the order of the ids."""
        plan = self.plan
        step = self._from(entity)
        query = exp.Select().select(column(entity))
        for answer in self.answers[entity]:
            parts = [self._answer(plan.outputs[slot]) for slot in plan.wanted[answer]]
            made = parts[0]
            for part in parts[1:]:
                made = operator(exp.Add, made, part)
            variable = plan.law.variable(plan.wanted[answer][0][0])
            made = self._of_type(made, np.dtype(variable.dtype), variable)
            is_same = isinstance(made, exp.Column) and made.name == answer
            query = query.select(made if is_same else exp.alias_(made, answer, quoted=True))
        query = query.from_(exp.table_(step.name, quoted=True))
        return query.order_by(exp.Ordered(this=column(entity), nulls_first=False))

    def _answer(self, node: Node) -> exp.Expr:
        return self.writer.of(node)

    def _of_type(self, made: exp.Expr, dtype: np.dtype[Any], variable: Any) -> exp.Expr:
        if isinstance(made, exp.Column) and dtype.kind != "i":
            return made
        if hasattr(variable, "possible_values") or dtype.kind not in _TYPES:
            return made
        return cast(made, "INT" if dtype.kind in "iu" else _TYPES[dtype.kind])


def by_period(slot: Slot, asked: set[Slot]) -> bool:
    """Tell whether the period of a variable is worth telling: it is not one that is asked for."""
    return slot[1] not in {period for _, period in asked} and slot[1].unit != "eternity"


def _from_nobody(node: Node) -> exp.Expr:
    """Return what a group has from nobody."""
    if node.op in {"sum", "size"}:
        return whole(0)
    if node.op == "unique":
        return literal(node.detail[-1], node.dtype, node.enum)
    kind = node.detail[1]
    if node.dtype.kind == "M":
        return literal(NEVER if kind == "min" else BEGINNING, node.dtype)
    return literal(NEUTRAL[kind], node.dtype)


def _word(node: Node) -> str:
    """Return what a part of a formula is called that has no name."""
    if node.op == "reduce":
        kind = node.detail[1]
        return (
            {"max": "latest", "min": "earliest"}[kind]
            if node.dtype.kind == "M"
            else (_WORDS[node.op, kind])
        )
    if node.op == "sum" and (node.args[0].dtype.kind == "b" or is_constant(node.args[0])):
        return "count"
    return _WORDS.get(node.op, "part")


def _named(table: str, name: str) -> exp.Expr:
    """Return a table, or a step, to select from, under a name."""
    made: exp.Expr = exp.table_(table, quoted=True)
    return made if table == name else exp.alias_(made, name, quoted=True, table=True)


def _inside(node: Node, columns: frozenset[int]) -> Iterator[Node]:
    """Yield a column's node and the nodes of its expression."""
    todo = [node]
    while todo:
        each = todo.pop()
        yield each
        todo += [arg for arg in each.args if arg.number not in columns]


def group_of(node: Node) -> str:
    """Return the kind of group that an operation between people and groups is about."""
    if node.op in {"sum", "size", "project", "position", "rank"}:
        return str(node.detail)
    return str(node.detail[0]) if node.op in {"unique", "reduce", "role"} else ""
