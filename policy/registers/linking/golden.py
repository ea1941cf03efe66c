"""One record of each person and of each household, from all that the registers say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from policy.registers.linking.deciding import LINKED, together
from policy.registers.linking.entries import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import duckdb

    from policy.registers.linking.linking import Linked

_MEMBERS = "entries of persons"
#: How far the addresses of two entries agree who live at one.
_ONE_ADDRESS = ("same", "nearly")
#: Who agree in these live together, though they are several persons.
_FAMILY = ("address", "postcode", "surname")
_OF_PERSON = ("given_names", "surname", "birth_date", "address", "postcode")
_OF_HOUSEHOLD = ("address", "postcode")


def golden(connection: duckdb.DuckDBPyConnection, linked: Linked) -> tuple[pa.Table, pa.Table]:
    """Return golden records: persons, and households.

    Of what entries say differently, the golden record has what most of them say, of that the
    latest. A household is who lives together: on one claim, as a pupil
    and a parent, or with one surname at one address.

    Returns:
        Persons, with ``person``, ``kind``, names, date of birth, address, ``households`` and
        ``entries``; and households, with ``household``, address, ``persons`` and ``entries``.

    """
    household = _households(connection, linked)
    first = {entry: of for each in linked.kinds for entry, of in each.decided.person.items()}
    columns = {"entry": first, "first": first.values(), "house": map(household.get, first)}
    text = {name: pa.array(list(values), pa.string()) for name, values in columns.items()}
    connection.register(_MEMBERS, pa.table(text))
    said = [
        f"SELECT entry, '{each.kind.name}' AS kind, recorded_on, "
        + ", ".join(f"{quoted(f'said_{name}')} AS {quoted(name)}" for name in _OF_PERSON)
        + f" FROM {quoted(each.kind.name)}"
        for each in linked.kinds
    ]
    every = f"SELECT * FROM ({' UNION ALL '.join(said)}) JOIN {quoted(_MEMBERS)} USING (entry)"
    person, house = _id("P", "first"), _id("H", "house")
    persons = connection.sql(
        f"{_counted(every, 'first', _OF_PERSON)} SELECT {person} AS person,"
        f" any_value(kind) AS kind, {_most_said(_OF_PERSON)},"
        f" list_sort(list(DISTINCT {house})) AS households,"
        " list(entry ORDER BY entry) AS entries FROM said GROUP BY first ORDER BY person"
    ).to_arrow_table()
    households = connection.sql(
        f"{_counted(every, 'house', _OF_HOUSEHOLD)} SELECT {house} AS household,"
        f" {_most_said(_OF_HOUSEHOLD)}, list_sort(list(DISTINCT {person})) AS persons,"
        " list(entry ORDER BY entry) AS entries FROM said GROUP BY house ORDER BY household"
    ).to_arrow_table()
    return persons, households


def _id(letter: str, first: str) -> str:
    """Return the SQL of an identifier that says nothing of whom it names."""
    return f"'{letter}' || left(sha256({first}), 15)"


def _counted(every: str, by: str, names: Iterable[str]) -> str:
    """Return the SQL that counts how often each thing is said of one person, or household."""
    counts = ", ".join(
        f"count(*) OVER (PARTITION BY {by}, {quoted(name)}) AS {quoted(f'times_{name}')}"
        for name in names
    )
    return f"WITH said AS (SELECT *, {counts} FROM ({every}))"


def _most_said(names: Iterable[str]) -> str:
    """Return the SQL for what is said most often; of that the latest, then the last by letters."""
    return ", ".join(
        f"arg_max({quoted(name)}, row({quoted(f'times_{name}')}, recorded_on, {quoted(name)}))"
        f" FILTER ({quoted(name)} IS NOT NULL) AS {quoted(name)}"
        for name in names
    )


def _households(connection: duckdb.DuckDBPyConnection, linked: Linked) -> dict[str, str]:
    """Return, for each entry, the first row of a register that belongs to its household."""
    apart = {e.name for each in linked.kinds for e in each.kind.entries if e.at_one_address}
    rows: dict[str, str] = {}
    links: list[tuple[str, str]] = []
    for each in linked.kinds:
        beside = {e.name: e.beside[0] for e in each.kind.entries if e.beside}
        found = connection.sql(
            f"SELECT entry, kind_of_entry, key, beside FROM {quoted(each.kind.name)} ORDER BY entry"
        ).fetchall()
        kind_of = {}
        for entry, named, key, of in found:
            kind_of[entry] = named
            rows[entry] = f"{named.partition('#')[0]}#{key}"
            if named in beside:
                links.append((rows[entry], f"{beside[named]}#{of}"))
        lives: dict[str, str] = {}
        for entry, person in each.decided.person.items():
            if kind_of[entry] not in apart:
                links.append((rows[entry], rows[lives.setdefault(person, entry)]))
        links += [
            (rows[pair.left], rows[pair.right])
            for pair, (outcome, _) in zip(each.pairs, each.decided.outcomes, strict=True)
            if outcome == LINKED and pair.levels["residence"] in _ONE_ADDRESS
        ]
    links += _at_one_address(connection, linked, rows)
    every = dict.fromkeys([*rows.values(), *(end for link in links for end in link)])
    first = together(every, links)
    return {entry: first[row] for entry, row in rows.items()}


def _at_one_address(
    connection: duckdb.DuckDBPyConnection, linked: Linked, rows: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return the rows of registers with one surname at one address, each with the first of them."""
    kinds = [quoted(each.kind.name) for each in linked.kinds]
    columns = ", ".join(_FAMILY)
    said = " UNION ALL ".join(f"SELECT entry, {columns} FROM {kind}" for kind in kinds)
    known = " AND ".join(f"{name} IS NOT NULL" for name in _FAMILY)
    found = connection.sql(
        f"SELECT entry, min(entry) OVER (PARTITION BY {columns}) FROM ({said}) WHERE {known}"
    ).fetchall()
    return [(rows[entry], rows[first]) for entry, first in found]
