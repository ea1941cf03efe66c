"""Where a value of the law is in no source, the book refuses to answer instead of guessing."""

import pytest

import policy

BOOK = policy.load("estonia")


def family(**child):
    return {
        "persons": {
            "parent": {
                "birth_date": "1990-01-01",
                "parental_benefit_role": "father",
                "social_tax_in_reference_period": 12 * 6_000 * 0.33,
            },
            "child": child,
        },
        "families": {"family": {"parents": ["parent"], "children": ["child"]}},
    }


@pytest.mark.parametrize(
    ("child", "variable", "period"),
    [
        ({"birth_date": "2022-05-10"}, "parental_benefit_monthly_base", "2022-08"),
        (
            {
                "birth_date": "2015-01-01",
                "first_parent_lost_on": "2020-02-03",
                "survivors_claim_date": "2026-10-01",
            },
            "survivors_allowance",
            "2026-10",
        ),
        (
            {
                "birth_date": "2015-01-01",
                "first_parent_lost_on": "2020-02-03",
                "survivors_claim_date": "2027-10-01",
            },
            "survivors_allowance",
            "2027-10",
        ),
    ],
    ids=["ceiling of 2022", "first day of the pension law", "last day of the pension law"],
)
def test_an_amount_that_is_in_no_source_is_refused(child, variable, period):
    with pytest.raises(policy.PolicyError) as caught:
        BOOK.calculate(family(**child), [variable], period)
    assert caught.value.problems[0].code == "value-not-known"
