"""What registers say of persons, written one way: small letters, no accents, Mac as mc.

A kind of persons gives a table with a row for each entry that names one, whichever register it
stands in. Only columns by which persons are told apart are read; of what needs a consent, only
entries that agree in something with one of somebody who gave it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from policy.documents import read_document
from policy.legislation.parameters import iso_day
from policy.registers.entries import column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from policy.registers.linking.rules import Entry, Kind, Rules
    from policy.registers.reading import Registers

#: What an entry may say, and its type where it does not.
SAID = {
    "given_names": "VARCHAR",
    "surname": "VARCHAR",
    "birth_date": "DATE",
    "address": "VARCHAR",
    "postcode": "VARCHAR",
    "reference": "VARCHAR",
}
_LETTERS = "lower(translate(strip_accents(trim({})), 'Łłßø', 'Llso'))"
_WORDS = f"regexp_replace({_LETTERS}, '[^a-z0-9]+', ' ', 'g')"
_SURNAME = f"regexp_replace(regexp_replace({_LETTERS}, '[^a-z]', '', 'g'), '^mac', 'mc')"
_STREETS = {"street": "st", "road": "rd", "avenue": "ave", "drive": "dr", "crescent": "cres"}
_STREETS |= {"court": "ct", "gardens": "gdns", "place": "pl", "terrace": "terr", "lane": "ln"}
_ADDRESS = f"regexp_replace({_WORDS}, '\\bflat\\b ?', '', 'g')"
for _long, _short in _STREETS.items():
    _ADDRESS = f"regexp_replace({_ADDRESS}, '\\b{_long}\\b', '{_short}', 'g')"
#: What is compared: from what is said, and how it is written one way.
WRITTEN = {
    "given_name": ("given_names", f"regexp_extract({_LETTERS}, '[a-z]+')"),
    "surname": ("surname", _SURNAME),
    "surname_start": ("surname", f"left(regexp_replace({_SURNAME}, '^(mc|o)', ''), 2)"),
    "birth_date": ("birth_date", "{}"),
    "birth_year": ("birth_date", "year({})"),
    "address": ("address", f"trim({_ADDRESS})"),
    "house": ("address", "array_to_string(regexp_extract_all({}, '[0-9]+'), '/')"),
    "postcode": ("postcode", "regexp_replace(upper({}), '[^A-Z0-9]', '', 'g')"),
    "reference": ("reference", "upper(trim({}))"),
}
#: A part of a key of several, in which a stroke is none between parts.
_ESCAPED = "replace(replace({}, '~', '~0'), '/', '~1')"
_DATES = ("birth_date", "birth_year")
#: The entries of those whose consent stands.
CONSENTED = "consents in force"
_FORMS, _REACHED = "forms of given names", "keys reached"


def fields_of(rules: Rules) -> dict[str, tuple[str, ...]]:
    """Return the columns that linking reads, by table.

    >>> from policy.registers.linking.rules import rules_of
    >>> fields_of(rules_of("north_lanarkshire"))["benefits/claim_children"]
    ('given_names', 'surname', 'birth_date', 'claim_no')

    """
    consent = rules.consent
    fields: dict[str, tuple[str, ...]] = {}
    for entry in (entry for kind in rules.kinds for entry in kind.entries):
        for path, names in entry.fields.items():
            fields[path] = (*fields.get(path, ()), *names)
    fields[consent.table] = (*fields.get(consent.table, ()), consent.since, consent.until)
    return {path: tuple(dict.fromkeys(names)) for path, names in fields.items()}


def open_entries(registers: Registers, rules: Rules, day: str | date) -> None:
    """Open the tables that are linked, as known on a day, and note whose consent stands on it.

    Args:
        registers: the registers, opened with the consent that the rules name.
        rules: how they are linked.
        day: the day on which they are known.

    Raises:
        PolicyError: a register lacks what is read, or it may not be read.

    """
    registers.as_known_on(day, fields_of(rules))
    forms = _forms()
    names = {"short": list(forms), "forms": list(forms.values())}
    registers.connection.register(_FORMS, pa.table(names))
    every = (entry for kind in rules.kinds for entry in kind.entries)
    named = next(entry for entry in every if entry.table == rules.consent.table)
    since, until = quoted(rules.consent.since), quoted(rules.consent.until)
    key = " || '/' || ".join(map(quoted, registers.sources.table(named.table).key))
    registers.connection.execute(
        f"CREATE OR REPLACE TABLE {quoted(CONSENTED)} AS SELECT written.* FROM"
        f" ({_written(registers, named)}) AS written JOIN (SELECT {key} AS key FROM"
        f" {quoted(named.table)} WHERE {since} <= $day AND ({until} IS NULL OR {until} > $day))"
        " USING (key)",
        {"day": iso_day(day)},
    )


def lay_out(
    registers: Registers, rules: Rules, kind: Kind, reached: Mapping[str, Iterable[str]] | None
) -> None:
    """Make a table of the entries of a kind of persons, named as it, in the connection.

    Args:
        registers: the registers, with their entries open.
        rules: how they are linked.
        kind: the kind of persons.
        reached: of tables the keys of what was found to be, or may be, of those who consented; of
            what is read by consent, only entries beside these are taken, and others only if they
            may be of somebody who gave it. Without it all are.

    """
    for number, entry in enumerate(kind.entries):
        query = _written(registers, entry)
        if reached is not None and _by_consent(registers, entry):
            query = _narrowed(registers, rules, kind, entry, query, reached)
        begin = f"INSERT INTO {quoted(kind.name)}"
        if not number:
            begin = f"CREATE OR REPLACE TABLE {quoted(kind.name)} AS"
        registers.connection.execute(f"{begin} {query}")


def quoted(name: str) -> str:
    """Write a name for SQL.

    >>> quoted('a"; DROP TABLE b')
    '"a""; DROP TABLE b"'

    """
    return column(name).sql("duckdb")


def _written(registers: Registers, entry: Entry) -> str:
    """Return the query for the entries of a table that name a person in a role."""
    table = registers.sources.table(entry.table)
    own = {name: f"own.{quoted(said)}" for name, said in entry.columns.items()}
    join = ""
    if entry.beside:
        path, by, columns = entry.beside
        own |= {name: f"beside.{quoted(said)}" for name, said in columns.items()}
        join = f" LEFT JOIN {quoted(path)} AS beside USING ({quoted(by)})"
    said = {name: own.get(name, f"CAST(NULL AS {kind})") for name, kind in SAID.items()}
    written = {
        name: way.format(said[of]) if of in _DATES else f"nullif({way.format(said[of])}, '')"
        for name, (of, way) in WRITTEN.items()
    }
    key = f"own.{quoted(table.key[0])}"
    if len(table.key) > 1:
        key = " || '/' || ".join(_ESCAPED.format(f"own.{quoted(name)}") for name in table.key)
    within = "NULL"
    if entry.different_within is not None:
        parts = [f"own.{quoted(name)}" for name in entry.different_within]
        within = " || '/' || ".join([f"'{entry.name}'", *parts])
    columns_ = {
        "entry": f"'{entry.name}#' || {key}",
        "kind_of_entry": f"'{entry.name}'",
        "key": key,
        "different_within": f"CAST({within} AS VARCHAR)",
        "beside": f"own.{quoted(entry.beside[1])}" if entry.beside else "CAST(NULL AS VARCHAR)",
        "recorded_on": "own.recorded_on",
        **{f"said_{name}": each for name, each in said.items()},
        **written,
    }
    listed = ", ".join(f"{each} AS {quoted(name)}" for name, each in columns_.items())
    rows = f"SELECT {listed} FROM {quoted(entry.table)} AS own{join}"
    return (
        f"SELECT entries.*, coalesce(forms, [given_name]) AS given_forms FROM ({rows}) AS entries"
        f" LEFT JOIN {quoted(_FORMS)} ON short = given_name"
    )


def _by_consent(registers: Registers, entry: Entry) -> bool:
    columns = registers.sources.table(entry.table).columns
    return any(columns[name].consent for name in entry.columns.values())


def _narrowed(
    registers: Registers,
    rules: Rules,
    kind: Kind,
    entry: Entry,
    query: str,
    reached: Mapping[str, Iterable[str]],
) -> str:
    """Return a query for those entries alone that may be of somebody who consented."""
    if any(each.table == rules.consent.table for each in kind.entries):
        agreeing = [
            "SELECT entry FROM written SEMI JOIN {} AS consented ON {}".format(
                quoted(CONSENTED),
                " AND ".join(f"written.{quoted(n)} = consented.{quoted(n)}" for n in names),
            )
            for names in kind.blocking
        ]
        condition = f"entry IN ({' UNION '.join(agreeing)})"
    else:
        keys = sorted(reached.get(entry.beside[0], ())) if entry.beside else []
        registers.connection.register(_REACHED, pa.table({"key": pa.array(keys, pa.string())}))
        condition = f"beside IN (SELECT key FROM {quoted(_REACHED)})"
    return f"WITH written AS MATERIALIZED ({query}) SELECT * FROM written WHERE {condition}"


@cache
def _forms() -> dict[str, list[str]]:
    """Return the names that each given name may be a form of."""
    found: dict[str, list[str]] = {}
    for full, others in read_document(Path(__file__).parent / "nicknames.yaml").data.items():
        for name in (full, *others):
            found.setdefault(name, []).append(full)
    return {name: sorted({name, *full}) for name, full in sorted(found.items())}
