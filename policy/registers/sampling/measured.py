"""How near generated registers come to the counts they are drawn from: read back, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policy.registers.reading import Registers
from policy.registers.sampling import estonia
from policy.sampling.sampling import marginals as families_known

if TYPE_CHECKING:
    from pathlib import Path

    from policy.registers.sources import Sources

_PERSONS, _PARENTS = "population/persons", "population/parents"
_FIELDS = {
    _PERSONS: ["birth_date", "death_date", "residence_from", "residence_until"],
    _PARENTS: ["relation", "raises"],
}
#: Families of the first day: children under 19 by who raises them, the mother before others.
_FAMILIES = """
WITH child AS (
    SELECT person_code FROM "population/persons"
    WHERE birth_date > $first::DATE - INTERVAL 19 YEARS AND death_date IS NULL
        AND residence_until IS NULL
), raised AS (
    SELECT child_code,
        arg_min(parent_code, CASE relation WHEN 'mother' THEN 0 ELSE 1 END)
            FILTER (WHERE raises) AS raiser,
        count(*) AS parents
    FROM "population/parents" JOIN child ON child.person_code = child_code GROUP BY child_code
), family AS (
    SELECT raiser, count(*) AS children, min(parents) AS parents FROM raised GROUP BY raiser
)
SELECT sum(children), count(*), count(*) FILTER (WHERE children >= 3),
    count(*) FILTER (WHERE children >= 7), count(*) FILTER (WHERE parents = 1) FROM family
"""
_EVENTS = """
SELECT count(*) FILTER (
        WHERE birth_date BETWEEN $first::DATE AND $last::DATE AND residence_from IS NULL
    ),
    count(*) FILTER (WHERE death_date BETWEEN $first::DATE AND $last::DATE),
    count(*) FILTER (WHERE residence_from BETWEEN $first::DATE AND $last::DATE),
    count(*) FILTER (WHERE residence_until BETWEEN $first::DATE AND $last::DATE)
FROM "population/persons"
"""
_RESIDENTS = """
SELECT count(*) FROM "population/persons" WHERE death_date IS NULL AND residence_until IS NULL
"""
#: What is counted of families, and the counts that add up to what is known of it.
_OF_FAMILIES = {
    "children under 19": ("children",),
    "families with such children": ("groups",),
    "with 3 or more": ("large_families_to_six", "large_families_from_seven"),
    "with 7 or more": ("large_families_from_seven",),
    "with one parent entered": ("single_parents",),
}
_OF_YEARS = ("births", "deaths", "immigrants", "emigrants")


@dataclass(frozen=True)
class Count:
    """A count in generated registers, beside the one it is drawn from."""

    name: str
    drawn: int
    known: float
    grade: str
    source: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return vars(self)


def measure(
    folder: Path, sources: Sources, size: int, first_day: str, last_day: str
) -> list[Count]:
    """Count families, births and more in generated registers of Estonia.

    Args:
        folder: the registers.
        sources: what they hold.
        size: for how many residents they were drawn.
        first_day: the first day of their entries.
        last_day: the last.

    Returns:
        The counts, each beside the known one for so many residents and days.

    """
    own, families = estonia.marginals(), families_known("estonia")
    share = size / own["residents"]["value"]
    days = {"first": first_day, "last": last_day}
    with Registers(folder, sources) as registers:
        ask = registers.connection
        registers.as_known_on(first_day, _FIELDS)
        (residents,) = ask.execute(_RESIDENTS).fetchall()[0]
        of_families = ask.execute(_FAMILIES, {"first": first_day}).fetchall()[0]
        registers.as_known_on(last_day, _FIELDS)
        events = ask.execute(_EVENTS, days).fetchall()[0]
    found = [Count("residents on the first day", residents, size, "", "asked for")]
    for (name, of), drawn in zip(_OF_FAMILIES.items(), of_families, strict=True):
        known = sum(families[each]["value"] for each in of) * share
        first = families[of[0]]
        found.append(Count(name, drawn, known, first["grade"], first["source"]))
    for name, drawn in zip(_OF_YEARS, events, strict=True):
        known = estonia.expected(name, size, first_day, last_day)
        each = own[name]
        found.append(Count(f"{name} of the period", drawn, known, each["grade"], each["source"]))
    return found
