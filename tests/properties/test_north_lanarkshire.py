"""What holds of North Lanarkshire's charges and grants for every household."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import policy

BOOK = policy.load("north_lanarkshire")
BANDS = [each.name for each in BOOK.variable("valuation_band").possible_values]
USES = [each.name for each in BOOK.variable("dwelling_use").possible_values]
STATUSES = ["is_student", "is_carer", "is_care_leaver", "is_in_detention"]
PARTS = ["council_tax", "water_charges", "council_tax_bill"]
TAX = [*PARTS, "council_tax_before_reduction", "council_tax_reduction", "status_discount"]


@st.composite
def people(draw, ids):
    """Persons with a birth date and perhaps a status."""
    return {
        each: {
            "birth_date": draw(st.dates(date(1940, 1, 1), date(2023, 12, 31))).isoformat(),
            draw(st.sampled_from(STATUSES)): draw(st.booleans()),
        }
        for each in ids
    }


@st.composite
def households(draw):
    """A household in April 2024, with an income that is assessed."""
    householders = ["ann", "ben"][: draw(st.integers(1, 2))]
    others = ["xan", "yan"][: draw(st.integers(0, 2))]
    children = ["cat", "dan"][: draw(st.integers(0, 2))]
    return {
        "period": "2024-04",
        "persons": draw(people([*householders, *others, *children])),
        "households": {
            "home": {
                "householders": householders,
                "other_residents": others,
                "children": children,
                "valuation_band": draw(st.sampled_from(BANDS)),
                "dwelling_use": draw(st.sampled_from(USES)),
                "last_lived_in": draw(st.sampled_from(["2022-01-01", "2023-06-01", "2024-03-01"])),
                "has_reduction_for_disabilities": draw(st.booleans()),
                "has_applied_for_council_tax_reduction": draw(st.booleans()),
                "weekly_income": draw(st.integers(0, 1000)),
                "capital": draw(st.integers(0, 20_000)),
            }
        },
    }


def home(scenario, names=TAX):
    """Return what is known of the household."""
    values = {}
    for name in names:
        try:
            values[name] = BOOK.calculate(scenario, [name]).value(name)
        except policy.PolicyError as error:
            if error.problems[0].code != "value-not-known":
                raise
    return values


def changed(scenario, **facts):
    """Return the scenario with other facts of the household."""
    return {**scenario, "households": {"home": {**scenario["households"]["home"], **facts}}}


@given(scenario=households())
def test_nothing_is_negative_and_the_parts_add_up(scenario):
    values = home(scenario)
    assert all(value >= 0 for value in values.values())
    assert values["council_tax_reduction"] <= values["council_tax_before_reduction"]
    if "council_tax_bill" in values:
        parts = values["council_tax"] + values["water_charges"]
        assert values["council_tax_bill"] == pytest.approx(parts, abs=0.005)


@given(scenario=households())
def test_a_higher_band_never_costs_less(scenario):
    bills = [
        home(changed(scenario, valuation_band=band), ["council_tax_before_reduction"])
        for band in BANDS
    ]
    taxes = [each["council_tax_before_reduction"] for each in bills]
    assert taxes == sorted(taxes)


@given(scenario=households(), more=st.integers(1, 100))
def test_more_income_never_raises_the_reduction(scenario, more):
    income = scenario["households"]["home"]["weekly_income"]
    name = ["council_tax_reduction"]
    before = home(scenario, name)["council_tax_reduction"]
    after = home(changed(scenario, weekly_income=income + more), name)["council_tax_reduction"]
    assert after <= before
    assert before - after <= 0.2 * more * 366 / 7 + 0.01


@given(scenario=households())
def test_the_reduction_for_disabilities_never_costs(scenario):
    name = ["council_tax_before_reduction"]
    with_it, without = (
        home(changed(scenario, has_reduction_for_disabilities=each), name)[name[0]]
        for each in (True, False)
    )
    assert with_it <= without


@given(scenario=households(), other=households())
def test_a_household_is_the_same_alone_and_in_company(scenario, other):
    name = ["council_tax_before_reduction"]
    both = {
        "period": "2024-04",
        "persons": {
            **{f"a_{key}": facts for key, facts in scenario["persons"].items()},
            **{f"b_{key}": facts for key, facts in other["persons"].items()},
        },
        "households": {
            f"{mark}_home": {
                key: [f"{mark}_{each}" for each in value] if isinstance(value, list) else value
                for key, value in one["households"]["home"].items()
            }
            for mark, one in (("a", scenario), ("b", other))
        },
    }
    together = BOOK.calculate(both, name)
    assert together.value(name[0], "a_home") == home(scenario, name)[name[0]]
    assert together.value(name[0], "b_home") == home(other, name)[name[0]]


@given(
    consent=st.booleans(),
    before=st.booleans(),
    benefit=st.booleans(),
    claim=st.booleans(),
    stage=st.sampled_from(["none", "primary", "secondary"]),
)
def test_nothing_is_awarded_unasked_without_consent(consent, before, benefit, claim, stage):
    scenario = {
        "period": "2024-08",
        "persons": {
            "ann": {"receives_housing_benefit": benefit},
            "cat": {"school_stage": stage, "is_on_the_claim": claim},
        },
        "households": {
            "home": {
                "householders": ["ann"],
                "children": ["cat"],
                "consents_to_record_checks": consent,
                "applied_for_clothing_grant_before": before,
            }
        },
    }
    result = BOOK.calculate(scenario, ["school_clothing_grant", "clothing_grant_with_consent"])
    awarded = result.value("school_clothing_grant", "cat")
    missed = result.value("clothing_grant_with_consent", "cat")
    assert (awarded > 0) == (consent and before and benefit and claim and stage != "none")
    assert (missed > 0) == (not consent and before and benefit and claim and stage != "none")
