"""Properties of parental benefit and child leave: true of every income, birth and month."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from .families import amounts, value_on

CENT = 0.01
INCOMES = st.one_of(
    st.just(0.0),
    st.decimals(0, 1_200, places=2).map(float),
    st.decimals(0, 9_000, places=2).map(float),
)


def births(first: str = "2017-01-01", last: str = "2026-12-31") -> st.SearchStrategy[str]:
    """Draw a birth date, but none of 2022: the ceiling of that year is not known."""
    days = st.dates(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))
    return days.filter(lambda day: day.year != 2022).map(str)


def month_after(day: str, months: int) -> str:
    """Return the month a number of months after a day's."""
    year, month = divmod(int(day[:4]) * 12 + int(day[5:7]) - 1 + months, 12)
    return f"{year:04d}-{month + 1:02d}"


def parent_of(born, period, income=0.0, role="father", child=None, family=None, **facts):
    """Return a family with one parent who draws parental benefit for one child."""
    tax = income * 12 * 0.33
    parent = {"birth_date": "1990-01-01", "parental_benefit_role": role} | facts
    return {
        "period": period,
        "persons": {
            "parent": parent | {"social_tax_in_reference_period": tax},
            "child": {"birth_date": born} | (child or {}),
        },
        "families": {"family": {"parents": ["parent"], "children": ["child"]} | (family or {})},
    }


def of_parent(scenario, *names):
    """Return the answers for the one parent."""
    answers = amounts(scenario, names)
    return [answers[name].tolist()[0] for name in names]


@given(births(), INCOMES, st.integers(0, 35))
def test_the_monthly_amount_lies_between_the_rate_and_the_ceiling(born, income, later):
    """Father's and shared benefit: from the rate to the ceiling of the birth's year (§§ 40-42)."""
    month = month_after(born, later)
    assume(month <= "2027-12")
    (base,) = of_parent(parent_of(born, month, income), "parental_benefit_monthly_base")
    year = f"{born[:4]}-01"
    assert value_on("parental_benefit.rate", year) <= base
    assert base <= value_on("parental_benefit.ceiling", year)


@given(births(), INCOMES, INCOMES)
def test_more_income_never_means_less_benefit(born, one, other):
    """The benefit does not fall when the income of the reference period rises (§§ 39-42).

    But for the rate: no income at all gives the rate, some income at least the minimum wage.
    """
    less, more = sorted((one, other))
    low, high = (
        of_parent(parent_of(born, born[:7], income), "parental_benefit_monthly_base")[0]
        for income in (less, more)
    )
    assert low <= high


@given(births("2022-04-01"), INCOMES, st.integers(0, 69))
def test_the_mothers_benefit_is_never_less_than_the_fathers_would_be(born, income, early):
    """Without the ceiling the mother's own benefit is the larger, else the same (§ 63¹⁰).

    Where both rights arose on one day: rate and minimum wage are those of that day.
    """
    birth = datetime.date.fromisoformat(born)
    due = birth + datetime.timedelta(early)
    right = min(due - datetime.timedelta(70), birth)
    scenario = parent_of(
        born,
        born[:7],
        income,
        "mother",
        {"due_date": str(due)},
        parental_benefit_right_from=str(right),
    )
    own, shared = of_parent(
        scenario, "mothers_benefit_monthly_base", "parental_benefit_monthly_base"
    )
    assert own >= shared


@given(births("2022-04-01"), st.integers(-100, 120), st.integers(-30, 30), st.booleans())
def test_the_mothers_days_end_with_her_balance(born, start, late, works):
    """The mother's paid days are her total, at most 100 and at least 30 days (§ 35)."""
    due = datetime.date.fromisoformat(born) - datetime.timedelta(late)
    asked = due + datetime.timedelta(start)
    scenario = parent_of(
        born,
        born[:7],
        role="mother",
        child={"due_date": str(due)},
        works_before_birth=works,
        mothers_benefit_planned_start=str(asked),
    )
    total, begins = of_parent(scenario, "mothers_days_total", "mothers_benefit_start")
    assert begins <= datetime.date.fromisoformat(born)
    assert 30 - max(late, 0) <= total <= 100
    months = sorted({month_after(born, n) for n in range(-5, 6)})
    paid = sum(of_parent(scenario | {"period": month}, "mothers_days_paid")[0] for month in months)
    assert paid == total


@settings(max_examples=10)
@given(births("2020-07-01", "2024-12-31"), st.lists(st.integers(0, 31), min_size=6, max_size=6))
def test_the_fathers_paid_days_are_at_most_thirty(born, days):
    """However many days the father takes, 30 are paid, no more than he took (§ 36)."""
    months = [month_after(born, n) for n in range(6)]
    taken = dict(zip(months, days, strict=True))
    paid = [
        of_parent(parent_of(born, month, 1_000, fathers_days=taken), "fathers_days_paid")[0]
        for month in months
    ]
    assert sum(paid) <= 30
    assert all(one <= other for one, other in zip(paid, days, strict=True))
    if sum(days[1:]) >= 30 and days[0] <= 1:
        assert sum(paid) == 30


@settings(max_examples=6)
@given(births("2022-04-01", "2024-06-30"), st.integers(0, 31), st.integers(0, 31))
def test_shared_days_of_both_never_pass_the_total(born, one, other):
    """Over three years both parents together are paid at most the shared days (§ 34(4), § 37)."""
    months = [month_after(born, n) for n in range(37)]
    scenario = parent_of(born, months[0], 1_000, "mother", shared_days=dict.fromkeys(months, one))
    scenario["persons"]["other"] = {
        "birth_date": "1989-01-01",
        "parental_benefit_role": "father",
        "shared_days": dict.fromkeys(months, other),
    }
    scenario["families"]["family"]["parents"] = ["parent", "other"]
    paid = 0
    for month in months:
        at = scenario | {"period": month}
        paid += int(amounts(at, ("shared_days_paid",))["shared_days_paid"].sum())
    total = int(amounts(scenario, ("shared_days_total",))["shared_days_total"].sum())
    assert paid <= total
    if one + other >= 30:
        assert paid == total


@given(births("2021-01-01", "2024-12-31"), st.integers(0, 1_200))
def test_a_parent_is_paid_thirty_days_after_a_death_or_none(born, age):
    """After a child's death a father is paid 30 days, of one kind, if the Act grants any (§ 34)."""
    assume(born[5:] != "02-29")
    died = datetime.date.fromisoformat(born) + datetime.timedelta(age)
    months = sorted({str(died + datetime.timedelta(days))[:7] for days in range(1, 32)})
    asked = dict.fromkeys(months, 31)
    scenario = parent_of(
        born,
        months[0],
        child={"death_date": str(died)},
        shared_days=asked,
        fathers_days=asked,
    )
    kinds = ("fathers_days_after_death", "shared_days_after_death")
    paid = [of_parent(scenario | {"period": month}, *kinds) for month in months]
    own, shared = (sum(days) for days in zip(*paid, strict=True))
    before_third_birthday = month_after(born, 36) + born[7:] > str(died)
    later = age > 70 and before_third_birthday and str(died) >= "2023-02-01"
    assert own == (30 if age <= 70 else 0)
    assert shared == (30 if later else 0)


@given(
    births("2017-01-01", "2024-12-31"),
    INCOMES,
    st.decimals(0, 9_000, places=2).map(float),
    st.integers(1, 12),
)
def test_earnings_never_take_more_than_the_law_allows(born, income, earned, later):
    """Earnings take off half of what is above the free sum, and leave the rate (§ 44)."""
    month = month_after(born, later)
    assume(month[:4] != "2022")
    days = 31
    scenario = parent_of(
        born, month, income, earnings=earned, shared_days={month: days}, fathers_days=0
    )
    full, paid = of_parent(scenario, "shared_benefit_before_reduction", "shared_benefit")
    rate = value_on("parental_benefit.rate", month)
    assert min(full, rate) - CENT <= paid <= full
    if month >= "2018-03":
        free = value_on("parental_benefit.ceiling", month) / 2
        assert full - paid <= max(earned - free, 0) / 2 + CENT
        if earned <= free:
            assert paid == full


@given(births("2022-04-01"), INCOMES, st.integers(1, 35))
def test_a_day_is_a_thirtieth_of_the_month(born, income, later):
    """A day's benefit is the monthly amount ÷ 30, to the cent (§ 39(7))."""
    month = month_after(born, later)
    assume(month <= "2027-12")
    base, daily = of_parent(
        parent_of(born, month, income),
        "parental_benefit_monthly_base",
        "parental_benefit_daily_amount",
    )
    assert abs(daily - base / 30) <= CENT / 2 + 1e-9
    assert daily * 100 == pytest.approx(round(daily * 100), abs=1e-6)


@given(st.integers(0, 400), st.integers(0, 400))
def test_days_off_never_lower_the_average_income(sick, more):
    """Sick days shorten the divisor: they never lower the average (§ 39(6)), until none is left."""
    days = sorted((sick, more))
    assume(days[1] < 365)
    averages = [
        of_parent(
            parent_of("2026-07-10", "2026-08", 1_500, sick_days_in_reference_period=off),
            "average_monthly_income",
        )[0]
        for off in days
    ]
    assert averages[0] <= averages[1]


@given(
    st.sampled_from(["2023", "2024", "2025", "2026"]),
    INCOMES,
    st.lists(st.integers(0, 31), min_size=12, max_size=12),
)
def test_child_leave_is_paid_for_at_most_thirty_days_a_year(year, income, days):
    """Child leave pays each day between floor and half the ceiling, 30 days a year (TLS § 63)."""
    taken = {f"{year}-{n + 1:02d}": count for n, count in enumerate(days)}
    scenario = {
        "period": year,
        "persons": {
            "parent": {
                "social_tax_for_child_leave": income * 12 * 0.33,
                "child_leave_days": taken,
            }
        },
        "families": {"family": {"parents": ["parent"]}},
    }
    paid = amounts(scenario, ("child_leave_pay",), year)["child_leave_pay"][0]
    least, *_, most = sorted(
        of_parent(scenario | {"period": f"{year}-{n:02d}"}, "child_leave_daily_pay")[0]
        for n in range(1, 13)
    )
    counted = min(sum(days), 30)
    assert least * counted - 0.12 <= paid <= most * counted + 0.12
