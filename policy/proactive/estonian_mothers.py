"""Working mothers, who are offered their parental benefit before the child is born.

The days are those of a mother who takes her benefit as early as she can; her income is that of the
social tax recorded in the months that § 39 names. What she earned before an earlier child (§ 43) is
in no register read here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from policy.errors import PolicyError, Problem
from policy.ledger.rows import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policy.book import StatuteBook
    from policy.proactive.benefits import Night
    from policy.registers.reading import Registers

BENEFIT = "parental_benefit"
#: What she is called in her scenario: so no error, and no code that means something else, is hers.
_MOTHER = "mother"
#: Months looked at, from the day of the offer on: those of the mother's days are among them.
_MONTHS = 8
_PREGNANCIES, _EMPLOYMENTS = "health/pregnancies", "employment/employments"
_TAX, _SICK, _PERSONS = "tax/social_tax", "insurance/sick_leave", "population/persons"
#: Who is due, and the offer not made yet; of days for one birth, that entered last.
_EXPECTING = f"""
SELECT DISTINCT ON (person_code) person_code, due_date FROM "{_PREGNANCIES}"
WHERE due_date - $before::INTEGER <= $day::DATE AND due_date > $day::DATE
    AND (due_date - $before::INTEGER > $since::DATE OR recorded_on > $since::DATE)
ORDER BY person_code, recorded_on DESC, due_date DESC
"""
_EMPLOYED = f"""
SELECT count(*) > 0 FROM "mothers {_EMPLOYMENTS}"
WHERE person_code = $code AND employed_from <= $day::DATE
    AND (employed_until IS NULL OR employed_until >= $day::DATE)
"""
#: The tax of the months of a period.
_TAXED = f"""
SELECT coalesce(sum(social_tax * (date_diff('month', greatest(month_from, $first::DATE),
    least(coalesce(month_until, $last::DATE), $last::DATE)) + 1)), 0) FROM "mothers {_TAX}"
WHERE person_code = $code AND month_from <= $last::DATE
    AND (month_until IS NULL OR month_until >= date_trunc('month', $first::DATE))
"""
_SICK_DAYS = f"""
SELECT coalesce(sum(date_diff('day', greatest(sick_from, $first::DATE),
    least(sick_until, $last::DATE)) + 1), 0) FROM "mothers {_SICK}"
WHERE person_code = $code AND sick_from <= $last::DATE AND sick_until >= $first::DATE
"""
_OF_LIFE = ("birth_date", "death_date", "residence_from", "residence_until")
_LIFE = f'SELECT {", ".join(_OF_LIFE)} FROM "mothers {_PERSONS}" WHERE person_code = ?'
_OFFERS = ("subject", "benefit", "period_from", "period_until", "amounts", "recipient", "facts")
#: What tells the months of a mother's income, and the day on which she has to work.
_DAYS = (
    "mothers_reference_period_start",
    "mothers_reference_period_end",
    "mothers_benefit_right_from",
)


def offers(
    book: StatuteBook, registers: Registers, night: Night, fields: Mapping[str, Sequence[str]]
) -> pa.Table:
    """Return what working mothers are offered in a night.

    Returns:
        Columns ``subject``, ``benefit``, ``period_from``, ``period_until``, ``amounts`` and
        ``facts`` (JSON), ``recipient``.

    """
    found = []
    for code, scenario, amounts in _due(book, registers, night, fields):
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


def _due(
    book: StatuteBook, registers: Registers, night: Night, fields: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, dict[str, Any], dict[str, float]]]:
    """Yield the mothers to whom an offer is to be made, each with her scenario and amounts."""
    if not night.since:
        return
    db = registers.connection
    registers.as_known_on(night.day, {_PREGNANCIES: fields[_PREGNANCIES]})
    probe = {
        "persons": {"child": {"birth_date": night.day}},
        "families": {"family": {"children": ["child"]}},
    }
    ((offered_on,),) = _answers(book, [probe], ["mothers_benefit_offered_on"], night.day, ["child"])
    before = (np.datetime64(night.day) - np.datetime64(offered_on)).astype(int)
    given = {"before": int(before), "day": night.day, "since": night.since}
    expecting = db.execute(_EXPECTING, given).fetchall()
    codes = [code for code, _ in expecting]
    if not codes:
        return
    read = {path: fields[path] for path in (_EMPLOYMENTS, _TAX, _SICK, _PERSONS)}
    registers.as_known_on(night.day, read, codes)
    for path in read:
        db.execute(f'CREATE OR REPLACE TEMP TABLE "mothers {path}" AS FROM "{path}"')
    scenarios = [_scenario(db, code, due) for code, due in expecting]
    periods = _answers(book, scenarios, _DAYS, night.day, [_MOTHER] * len(codes))
    working = [
        (code, scenario)
        for code, scenario, period in zip(codes, scenarios, periods, strict=True)
        if _with_income(db, code, scenario, *period)
    ]
    this = np.datetime64(night.day, "M")
    months = np.arange(this, this + _MONTHS).astype(str).tolist()
    asked = [scenario for _, scenario in working]
    due = {month: _answers(book, asked, [BENEFIT], month, [None] * len(asked)) for month in months}
    for place, (code, scenario) in enumerate(working):
        amounts = {month: float(due[month][place][0]) for month in months}
        yield code, scenario, {month: amount for month, amount in amounts.items() if amount}


def _scenario(db: Any, code: str, due: Any) -> dict[str, Any]:
    """Return a mother and the child she expects."""
    mother = {"parental_benefit_role": "mother"}
    for life in db.execute(_LIFE, (code,)).fetchall():
        known = zip(_OF_LIFE, life, strict=True)
        mother |= {name: str(value) for name, value in known if value is not None}
    return {
        "persons": {_MOTHER: mother, "child": {"birth_date": str(due)}},
        "families": {"family": {"parents": [_MOTHER], "children": ["child"]}},
    }


def _with_income(
    db: Any, code: str, scenario: dict[str, Any], first: str, last: str, right: str
) -> bool:
    """Add a mother's income to her scenario, if she works when her right begins.

    Raises:
        PolicyError: it is less than nothing, or she was sick for less; it does not tell who.

    """
    ((works,),) = db.execute(_EMPLOYED, {"code": code, "day": right}).fetchall()
    if works:
        period = {"code": code, "first": first, "last": last}
        ((tax,),) = db.execute(_TAXED, period).fetchall()
        ((sick,),) = db.execute(_SICK_DAYS, period).fetchall()
        for path, number in ((_TAX, tax), (_SICK, sick)):
            if number < 0:
                message = f"what '{path}' says of a mother in all is less than 0"
                raise PolicyError(Problem(message, remedy="correct her entries", code="register"))
        mother = scenario["persons"][_MOTHER]
        mother["social_tax_in_reference_period"] = round(float(tax), 2)
        mother["sick_days_in_reference_period"] = int(sick)
    return bool(works)


def _answers(
    book: StatuteBook,
    scenarios: Sequence[dict[str, Any]],
    names: Sequence[str],
    day: str,
    instances: Sequence[str | None],
) -> list[list[str]]:
    """Return the answers of each scenario, for one of its persons, or for its family."""
    results = book.calculate_many(scenarios, names, day[:7]) if scenarios else []
    return [
        [str(result.value(name, instance)) for name in names]
        for result, instance in zip(results, instances, strict=True)
    ]
