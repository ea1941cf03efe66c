"""What an answer rests on that no law or official page gives is said."""

import policy
from policy.scenario.weak_values import weak_values_of

BOOK = policy.load("nebraska")


def bill(**facts):
    """Return the result for a vehicle registered in Lincoln in March 2026."""
    vehicle = {"registration_date": "2026-03-10", "model_year": 2024, **facts}
    return BOOK.calculate(
        {
            "period": "2026-03",
            "vehicles": {"it": vehicle},
            "owners": {"owner": {"vehicles": ["it"], "city": "lincoln"}},
        },
        ["registration_bill"],
    )


def test_a_bill_on_read_values_rests_on_no_weak_one():
    assert not any("Rests on" in note for note in bill().notes)


def test_a_bill_on_recollected_values_says_so():
    result = bill(registration_class="motorcycle", vehicle_type="motorcycle")
    assert (
        "Rests on values that no law or official page gives: Registration, motorcycle (derived);"
        " Wheel tax, Lincoln, motorcycle (derived)."
    ) in result.notes


def test_each_weak_value_is_named_once_with_its_grade():
    result = bill(registration_class="motorcycle", vehicle_type="motorcycle")
    found = weak_values_of(BOOK, result.scenario.situation, ["registration_fee"], result.period)
    assert [(each.parameter, each.source) for each in found] == [
        ("registration_fee.motorcycle", "derived")
    ]


def test_a_value_that_is_read_and_does_not_matter_is_not_named():
    result = bill(registration_class="motorcycle", vehicle_type="motorcycle")
    found = weak_values_of(BOOK, result.scenario.situation, ["fund_fees"], result.period)
    assert found == ()


def test_of_a_schedule_the_grade_is_that_of_the_bracket():
    trailer = {"vehicle_type": "cabin_trailer", "registration_class": "passenger_vehicle"}
    light = bill(**trailer, gross_weight=1_500)
    heavy = bill(**trailer, gross_weight=2_500)
    assert not any("Base tax, cabin trailer" in note for note in light.notes)
    assert any("Base tax, cabin trailer (derived)" in note for note in heavy.notes)


def test_an_answer_that_is_not_known_has_its_facts_and_weak_values():
    book = policy.load("north_lanarkshire")
    scenario = {
        "period": "2024-04",
        "persons": {"ann": {}},
        "households": {"home": {"householders": ["ann"], "council_tax_reduction": 100}},
    }
    result = book.calculate(scenario)
    assert result.not_known == ("water_charges", "council_tax_bill")
    assert any(note.startswith("Not known for 2024-04") for note in result.notes)
    assert any("Band D (secondary)" in note for note in result.notes)
    assert any(each.variable == "dwelling_use" for each in result.assumptions)
