"""A made-up population as the tables that SQL reads, and the answers of SQL as arrays."""

import datetime

import numpy as np
import pyarrow as pa

from policy.graph.backends.sql.plan import Fact, SqlPlan
from policy.graph.engine import engine_of
from policy.graph.nodes import live
from policy.legislation.people import Column

from ..comparing import answers, by_openfisca, different, slots_of
from ..generated import Population

BOOKS = {
    "estonia": (2017, 2028),
    "nebraska": (2017, 2028),
    "north_lanarkshire": (2017, 2028),
    "openfisca_country_template": (2015, 2024),
}


def finite(population):
    """Return a population without facts that are no numbers: no table may give them."""
    facts = {}
    for slot, column in population.facts.items():
        values = column.values
        if values.dtype.kind == "f":
            values = np.where(np.isfinite(values), values, 0.0)
        facts[slot] = Column(values, column.known)
    return Population(population.people, facts, population.month)


def asked_of(law, population):
    """Return a plan of all variables of a book that are expressions, all the way."""
    engine = engine_of(law)
    slots = [
        slot
        for slot in slots_of(law, population.month)
        if engine.read_by((slot,), population.facts) is not None
    ]
    return SqlPlan(law, {column_of(slot): [slot] for slot in slots}, facts_of(population))


def facts_of(population):
    """Return where the facts of a population are read."""
    return {
        slot: Fact(column_of(slot), partly=column.known is not None)
        for slot, column in population.facts.items()
    }


def column_of(slot):
    return f"{slot[0]} {slot[1]}"


def tables_of(law, population):
    """Return tables by the names that SQL gives them; ids are numbers, in the order of rows."""
    people = population.people
    tables = {}
    for entity in law.system.entities:
        columns = {entity.key: pa.array(np.arange(people.counts[entity.key]))}
        for slot, column in population.facts.items():
            variable = law.variable(slot[0])
            if variable.entity.key == entity.key:
                columns[column_of(slot)] = _cells(variable, column)
        tables[entity.plural] = pa.table(columns)
    person = law.system.person_entity
    members = {person.key: pa.array(np.arange(people.counts[person.key]))}
    for entity in law.system.group_entities:
        membership = people.memberships[entity.key]
        members[entity.key] = pa.array(membership.group_of)
        words = np.array([role.key for role in entity.flattened_roles])
        members[f"{entity.key}_role"] = pa.array(words[membership.role_of])
    tables["memberships"] = pa.table(members)
    return tables


def _cells(variable, column):
    values = column.values
    if hasattr(variable, "possible_values"):
        values = np.array([member.name for member in variable.possible_values])[values]
    missing = None if column.known is None else ~column.known
    if variable.value_type is str:
        return pa.array(values.tolist(), type=pa.string(), mask=missing)
    return pa.array(values, mask=missing)


def as_array(variable, found):
    """Return a column of answers as the engine gives them."""
    values = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    assert values.null_count == 0, f"{variable.name}: NULL"
    if hasattr(variable, "possible_values"):
        index = {member.name: member.index for member in variable.possible_values}
        return np.array([index[each] for each in values.to_pylist()], dtype=variable.dtype)
    if variable.value_type is datetime.date:
        days = values.cast(pa.int32()).to_numpy(zero_copy_only=False)
        return days.astype("M8[D]").astype(variable.dtype)
    if variable.value_type is str:
        return np.array(values.to_pylist(), dtype=str)
    array = values.to_numpy(zero_copy_only=False)
    return array if array.dtype.kind == "f" else array.astype(variable.dtype)


def differences(law, plan, population, found, rows_of=different):
    """List the answers in which SQL and openfisca-core differ, to the last bit.

    Args:
        law: the statute book.
        plan: what was asked.
        population: of whom.
        found: a table of answers, by the key of the entity.
        rows_of: lists the rows in which two columns differ.

    """
    slots = {column_of(slot): slot for slot in slots_of(law, population.month)}
    asked = tuple(slots[name] for name in plan.wanted)
    own = {name: slot for name, (slot,) in plan.wanted.items()}
    reference = answers(by_openfisca, law, population, asked)
    wrong = []
    for entity, names in plan.answers_of().items():
        assert found[entity].column(entity).to_pylist() == [*range(found[entity].num_rows)]
        for name in names:
            variable, right = law.variable(slots[name][0]), reference[slots[name]]
            if isinstance(right, str):  # (openfisca-core cannot either)
                continue
            made = as_array(variable, found[entity].column(name))
            if variable.value_type is str:
                right = np.char.decode(right) if right.dtype.kind == "S" else right.astype(str)
                made = made.astype(right.dtype)
            if rests_on_ranks(plan, own[name]) and entity == plan.person:
                made, right = (in_no_order(population, each) for each in (made, right))
            wrong += [
                f"{name}, row {row}: {made[row]}, not {right[row]}"
                for row in rows_of(made, right)[:1]
            ]
    return wrong


def rests_on_ranks(plan, slot, seen=None):
    """Tell whether people's ranks are behind an answer: NumPy ranks equals in any order."""
    seen = set() if seen is None else seen
    seen.add(slot)
    nodes = list(live([plan.definitions[slot]])) if slot in plan.definitions else []
    needs = {node.detail for node in nodes if node.op == "value"} - seen
    return any(node.op == "rank" for node in nodes) or any(
        rests_on_ranks(plan, need, seen) for need in needs
    )


def in_no_order(population, values):
    """Return the values of each group's members, from the least on; of the largest groups."""
    membership = min(population.people.memberships.values(), key=lambda each: each.groups)
    return values[np.lexsort((values, membership.group_of))]
