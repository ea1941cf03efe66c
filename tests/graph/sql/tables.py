"""A made-up population as the tables that SQL reads, and its answers from them."""

import datetime

import numpy as np
import pyarrow as pa

from policy.graph.backends.sql.plan import Fact, SqlPlan
from policy.graph.engine import engine_of
from policy.legislation.people import Column

from ..generated import Population


def finite(population):
    """Return a population without facts that are no numbers: no table may give them."""
    facts = {}
    for slot, column in population.facts.items():
        values = column.values
        if values.dtype.kind == "f":
            values = np.where(np.isfinite(values), values, 0.0)
        facts[slot] = Column(values, column.known)
    return Population(population.people, facts, population.month)


def column_of(slot):
    return f"{slot[0]} {slot[1]}"


def facts_read(population):
    return {
        slot: Fact(column_of(slot), partly=column.known is not None)
        for slot, column in population.facts.items()
    }


def tables_of(law, population):
    """Return tables by the names that SQL gives them; ids are numbers, in the order of rows."""
    people = population.people
    tables = {}
    for entity in law.system.entities:
        columns = {entity.key: pa.array(np.arange(people.counts[entity.key]))}
        for slot, column in population.facts.items():
            variable = law.variable(slot[0])
            if variable.entity.key == entity.key:
                columns[column_of(slot)] = cells(variable, column)
        tables[entity.plural] = pa.table(columns)
    person = law.system.person_entity
    members = {person.key: pa.array(np.arange(people.counts[person.key]))}
    for entity in law.system.group_entities:
        membership = people.memberships[entity.key]
        members[entity.key] = pa.array(membership.group_of)
        words = np.array([role_word(role) for role in entity.flattened_roles])
        members[f"{entity.key}_role"] = pa.array(words[membership.role_of])
    tables["memberships"] = pa.table(members)
    return tables


def role_word(role):
    return role.key


def cells(variable, column):
    values = column.values
    if hasattr(variable, "possible_values"):
        values = np.array([member.name for member in variable.possible_values])[values]
    missing = None if column.known is None else ~column.known
    kind = pa.string() if variable.value_type is str else None
    return pa.array(values.tolist() if kind else values, type=kind, mask=missing)


def written_in_sql(law, slots, population):
    """Return the slots that are expressions all the way, and the plan of their answers."""
    engine = engine_of(law)
    given = frozenset(s for s, column in population.facts.items() if column.known is None)
    good = tuple(slot for slot in slots if engine.read_by((slot,), population.facts) is not None)
    del given
    return good, SqlPlan(law, {column_of(slot): [slot] for slot in good}, facts_read(population))


def as_array(law, name, found):
    """Return a column of answers as the engine gives them."""
    variable = law.variable(name)
    values = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    assert values.null_count == 0, f"{name}: NULL"
    if hasattr(variable, "possible_values"):
        index = {member.name: member.index for member in variable.possible_values}
        return np.array([index[each] for each in values.to_pylist()], dtype=variable.dtype)
    if variable.value_type is datetime.date:
        days = values.cast(pa.int32()).to_numpy(zero_copy_only=False).astype("M8[D]")
        return days.astype(variable.dtype)
    array = values.to_numpy(zero_copy_only=False)
    return array if variable.value_type is str else array.astype(variable.dtype)
