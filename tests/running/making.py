"""Tables made up for a book: any facts that a question needs, for groups of any size."""

import datetime

import numpy as np
import pyarrow as pa
from pyarrow import parquet

_COUNTS = [0, 1, 2, 3, 7, 30, 100]
_AMOUNTS = [0, 1, 30, 584.5, 1234.56, 2000, 20000]
_DAYS_AGO = [0, 1, 10, 40, 200, 400, 700, 1100, 2500, 6000, 6560, 6600, 6940, 7000, 12000, -20]
#: The largest group made.
MOST = 32


def tables_of(question, groups, seed=0):
    """Make up persons, memberships and groups, in order, with facts that the question needs."""
    rng = np.random.default_rng(seed)
    person, group = question.person, question.group
    sizes = rng.integers(1, 7, groups)
    sizes[0] = MOST
    group_of = np.repeat(np.arange(groups), sizes)
    place = np.arange(len(group_of)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    words = [role.plural or role.key for role in group.roles]
    few = [number for number, role in enumerate(group.roles) if role.max]
    many = next(number for number, role in enumerate(group.roles) if not role.max)
    role_of = np.where((place < 2) & bool(few), few[0] if few else 0, many)
    count = len(group_of)
    ids = np.arange(count) * 3 + 11
    facts = question.facts()
    persons = {person.key: ids, **_facts(question, facts[person.key], count, rng)}
    members = {
        person.key: ids,
        group.key: group_of + 5,
        f"{group.key}_role": np.array(words)[role_of],
    }
    of_groups = {
        group.key: np.arange(groups) + 5,
        **_facts(question, facts[group.key], groups, rng),
    }
    return {
        person.plural: pa.table(persons),
        "memberships": pa.table(members),
        group.plural: pa.table(of_groups),
    }


def _facts(question, facts, count, rng):
    found = {}
    for fact in facts:
        for column in fact.columns:
            if rng.random() < 0.7:
                variable = question.law.variable(fact.entry.name)
                values = _values(variable, count, question.period, rng)
                found[column] = pa.array(values, mask=rng.random(count) < 0.2)
    return found


def _values(variable, count, period, rng):
    kind = variable.value_type
    least, most = getattr(variable, "__limits__", (None, None))
    if hasattr(variable, "possible_values"):
        names = [member.name for member in variable.possible_values]
        return np.array(names)[rng.integers(0, len(names), count)]
    if kind is bool:
        return rng.random(count) < 0.4
    if kind is datetime.date:
        middle = np.datetime64(str(period.start), "D") + 14
        return middle - rng.choice(_DAYS_AGO, count) + rng.integers(-16, 17, count)
    values = rng.choice(_COUNTS if kind is int else _AMOUNTS, count)
    values = values.astype(np.int32 if kind is int else np.float64)
    return np.clip(values, least, most)


def in_one(tables, question):
    """Return persons, memberships and what is said of their groups as one table."""
    person, group = question.person, question.group
    members = tables["memberships"].drop_columns([person.key])
    groups = tables[group.plural]
    rows = np.searchsorted(groups[group.key].to_numpy(), members[group.key].to_numpy())
    one = tables[person.plural]
    for source, rest in ((members, members), (groups.drop_columns([group.key]), None)):
        for name in source.column_names:
            column = source[name]
            one = one.append_column(name, column if rest else column.take(pa.array(rows)))
    return one


def write(tables, folder):
    """Write tables as Parquet files of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        parquet.write_table(table, folder / f"{name}.parquet")
    return folder


def shuffled(table, seed=1):
    """Return the rows of a table in another order."""
    order = np.random.default_rng(seed).permutation(table.num_rows)
    return table.take(pa.array(order))


def written(folder):
    """Return the bytes of all files of an output."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def answers(folder, name):
    """Return a table of an output as columns by name."""
    return parquet.read_table(folder / f"{name}.parquet").to_pydict()
