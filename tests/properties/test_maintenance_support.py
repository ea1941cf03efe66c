"""Properties of maintenance support: true of every order, payment, claim and month."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from .families import amounts, first_day, months, value_on

EUROS = st.decimals(0, 500, places=2).map(float)
STAGES = st.sampled_from(["court", "enforcement", "bankruptcy"])
LONG_AGO = 200


def support(month, debtors):
    """Return the support for one child of five, from each debtor's stage, sums and days."""
    day = first_day(month)
    child = {"birth_date": str(day - timedelta(5 * 365))}
    for name, (stage, ordered, paid, claimed_ago) in zip(
        ("first", "second"), debtors, strict=False
    ):
        claimed = day - timedelta(claimed_ago)
        child |= {
            f"{name}_debtor_stage": stage,
            f"{name}_debtor_ordered": ordered,
            f"{name}_debtor_paid": paid,
            f"{name}_debtor_claimed_on": str(claimed),
            f"{name}_debtor_order_date": str(
                claimed - timedelta(10 if stage == "court" else LONG_AGO)
            ),
        }
    scenario = {
        "period": month,
        "persons": {"child": child, "parent": {"birth_date": "1980-01-01"}},
        "families": {"family": {"parents": ["parent"], "children": ["child"]}},
    }
    return amounts(scenario, ("maintenance_support",))["maintenance_support"][0]


@given(months(), STAGES, EUROS, EUROS, st.integers(-40, 400))
def test_support_is_at_most_the_maximum_for_each_debtor(month, stage, ordered, paid, ago):
    """One debtor gives no more than the maximum of the month (§ 48)."""
    given_support = support(month, [(stage, ordered, paid, ago)])
    assert 0 <= given_support <= value_on("maintenance_support.monthly_maximum", month)


@given(months(), EUROS, EUROS)
def test_support_and_payment_together_reach_the_order_or_the_maximum(month, ordered, paid):
    """In the enforcement stage the State pays what is missing, no more and no less (§ 50¹)."""
    due = min(ordered, value_on("maintenance_support.monthly_maximum", month))
    found = support(month, [("enforcement", ordered, paid, LONG_AGO)])
    assert found == pytest.approx(max(due - paid, 0), abs=0.005)


@given(months(), EUROS, EUROS, EUROS)
def test_a_debtor_who_pays_more_never_raises_the_support(month, ordered, one, other):
    """What the debtor pays is taken off (§ 50¹)."""
    less, more = sorted((one, other))
    assert support(month, [("enforcement", ordered, more, LONG_AGO)]) <= support(
        month, [("enforcement", ordered, less, LONG_AGO)]
    )


@given(months(), STAGES, STAGES, EUROS, EUROS, EUROS)
def test_two_debtors_are_accounted_separately(month, one, other, ordered, second, paid):
    """Two debtors give the sum of what each would give alone (§ 47, § 50¹)."""
    first = (one, ordered, paid, LONG_AGO)
    then = (other, second, paid, LONG_AGO)
    both = support(month, [first, then])
    apart = support(month, [first]) + support(month, [then])
    assert both == pytest.approx(apart, abs=1e-9)


@given(months(), st.integers(-31, 200))
def test_the_court_stage_pays_no_more_than_its_days(month, ago):
    """The court stage pays at most 150 days from the claim, a month's maximum a month (§ 49)."""
    following = [f"{year}-{number:02d}" for year, number in _months_from(month, 9)]
    assume(following[-1] <= "2027-12")
    claimed_ago = {later: ago + (first_day(later) - first_day(month)).days for later in following}
    shares = [
        support(later, [("court", 0.0, 0.0, claimed_ago[later])])
        / value_on("maintenance_support.monthly_maximum", later)
        for later in following
    ]
    assert sum(shares) <= 150 / 28


def _months_from(month, count):
    start = int(month[:4]) * 12 + int(month[5:7]) - 1
    return [((start + n) // 12, (start + n) % 12 + 1) for n in range(count)]
