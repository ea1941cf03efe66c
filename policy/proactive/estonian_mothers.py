"""Working mothers, who are offered their parental benefit before the child is born.

The days are those of a mother who takes her benefit as early as she can; her income is that of the
social tax recorded in the months that § 39 names. What she earned before an earlier child (§ 43) is
in no register read here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from policy.ledger.rows import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy.book import StatuteBook
    from policy.proactive.benefits import Night
    from policy.registers.reading import Registers

BENEFIT = "parental_benefit"
#: Months looked at, from the day of the offer on: those of the mother's days are among them.
_MONTHS = 8
_PREGNANCIES, _EMPLOYMENTS = "health/pregnancies", "employment/employments"
_TAX, _SICK, _PERSONS = "tax/social_tax", "insurance/sick_leave", "population/persons"
#: Who is due, and the offer not made yet.
_EXPECTING = f"""
SELECT person_code, due_date FROM "{_PREGNANCIES}"
WHERE due_date - $before::INTEGER <= $day::DATE AND due_date > $day::DATE
    AND (due_date - $before::INTEGER > $since::DATE OR recorded_on > $since::DATE)
ORDER BY person_code, due_date
"""
_EMPLOYED = f"""
SELECT count(*) > 0 FROM "{_EMPLOYMENTS}"
WHERE person_code = $code AND employed_from <= $day::DATE
    AND (employed_until IS NULL OR employed_until >= $day::DATE)
"""
#: The tax of the months of a period.
_TAXED = f"""
SELECT coalesce(sum(social_tax * (date_diff('month', greatest(month_from, $first::DATE),
    least(coalesce(month_until, $last::DATE), $last::DATE)) + 1)), 0) FROM "{_TAX}"
WHERE person_code = $code AND month_from <= $last::DATE
    AND (month_until IS NULL OR month_until >= date_trunc('month', $first::DATE))
"""
_SICK_DAYS = f"""
SELECT coalesce(sum(date_diff('day', greatest(sick_from, $first::DATE),
    least(sick_until, $last::DATE)) + 1), 0) FROM "{_SICK}"
WHERE person_code = $code AND sick_from <= $last::DATE AND sick_until >= $first::DATE
"""
_OF_LIFE = ("birth_date", "death_date", "residence_from", "residence_until")
_LIFE = f'SELECT {", ".join(_OF_LIFE)} FROM "{_PERSONS}" WHERE person_code = ?'
_OFFERS = ("subject", "benefit", "period_from", "period_until", "amounts", "recipient", "facts")


def offers(
    book: StatuteBook, registers: Registers, night: Night, fields: Mapping[str, Sequence[str]]
) -> pa.Table:
    """Return what working mothers are offered in a night.

    Returns:
        Columns ``subject``, ``benefit``, ``period_from``, ``period_until``, ``amounts`` and
        ``facts`` (JSON), ``recipient``.

    """
    db = registers.connection
    found: list[tuple[str, ...]] = []
    registers.as_known_on(night.day, {_PREGNANCIES: fields[_PREGNANCIES]})
    probe = {"child": {"birth_date": night.day}}
    offered_on = _answers(book, {"persons": probe}, ["mothers_benefit_offered_on"], night.day)[0]
    before = int((np.datetime64(night.day) - np.datetime64(offered_on)).astype(int))
    given = {"before": before, "day": night.day, "since": night.since}
    expecting = db.execute(_EXPECTING, given).fetchall() if night.since else []
    read = (_EMPLOYMENTS, _TAX, _SICK, _PERSONS)
    codes = sorted({code for code, _ in expecting})
    registers.as_known_on(night.day, {path: fields[path] for path in read}, codes)
    for code, due in expecting:
        mother: dict[str, Any] = {"parental_benefit_role": "mother"}
        for life in db.execute(_LIFE, (code,)).fetchall():
            known = zip(_OF_LIFE, life, strict=True)
            mother |= {name: str(value) for name, value in known if value is not None}
        scenario = {
            "persons": {code: mother, "child": {"birth_date": str(due)}},
            "families": {"family": {"parents": [code], "children": ["child"]}},
        }
        first, last, right = _answers(book, scenario, _DAYS, night.day, code)
        period = {"code": code, "first": first, "last": last}
        ((works,),) = db.execute(_EMPLOYED, {"code": code, "day": right}).fetchall()
        if not works:
            continue
        ((tax,),) = db.execute(_TAXED, period).fetchall()
        ((sick,),) = db.execute(_SICK_DAYS, period).fetchall()
        mother["social_tax_in_reference_period"] = round(float(tax), 2)
        mother["sick_days_in_reference_period"] = int(sick)
        amounts = _amounts(book, scenario, night.day)
        if amounts:
            facts = canonical({min(amounts): scenario})
            said = canonical(amounts)
            found.append((code, BENEFIT, min(amounts), max(amounts), said, code, facts))
    return pa.table(
        {
            name: pa.array([each[place] for each in found], pa.string())
            for place, name in enumerate(_OFFERS)
        }
    )


_DAYS = (
    "mothers_reference_period_start",
    "mothers_reference_period_end",
    "mothers_benefit_right_from",
)


def _amounts(book: StatuteBook, scenario: dict[str, Any], day: str) -> dict[str, float]:
    """Return the benefit of each month in which some is due."""
    this = np.datetime64(day, "M")
    months = np.arange(this, this + _MONTHS).astype(str).tolist()
    found = {month: float(_answers(book, scenario, [BENEFIT], month, None)[0]) for month in months}
    return {month: amount for month, amount in found.items() if amount}


def _answers(
    book: StatuteBook,
    scenario: dict[str, Any],
    names: Sequence[str],
    day: str,
    instance: str | None = "child",
) -> list[str]:
    families = {"family": {"children": ["child"]}}
    result = book.calculate({"families": families, **scenario}, names, day[:7])
    return [str(result.value(name, instance)) for name in names]
