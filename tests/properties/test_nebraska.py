"""What holds of Nebraska's charges for every vehicle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import policy

BOOK = policy.load("nebraska")
CHARGES = (
    *("motor_vehicle_tax", "motor_vehicle_fee", "registration_fee", "fund_fees", "plate_fee"),
    *("single_plate_fee", "alternative_fuel_fee", "wheel_tax"),
)
KINDS = [each.name for each in BOOK.variable("vehicle_type").possible_values]
CLASSES = [each.name for each in BOOK.variable("registration_class").possible_values]


@st.composite
def vehicles(draw):
    """A vehicle that is registered in March 2026."""
    return {
        "vehicle_type": draw(st.sampled_from(KINDS)),
        "registration_class": draw(st.sampled_from(CLASSES)),
        "model_year": draw(st.integers(1980, 2027)),
        "value_when_new": draw(st.integers(0, 150_000)),
        "gross_weight": draw(st.integers(0, 80_000)),
        "fuel": draw(st.sampled_from(["taxed", "electric", "plug_in_hybrid"])),
        "previous_salvage": draw(st.booleans()),
        "plates_issued": draw(st.booleans()),
        "single_plate": draw(st.booleans()),
        "is_pickup": draw(st.booleans()),
        "registration_date": "2026-03-15",
    }


def charged(*fleet, city="lincoln"):
    """Return the result for an owner's vehicles, called v0, v1, …"""
    names = [f"v{number}" for number in range(len(fleet))]
    scenario = {
        "period": "2026-03",
        "vehicles": dict(zip(names, fleet, strict=True)),
        "owners": {"owner": {"vehicles": names, "city": city}},
    }
    return BOOK.calculate(scenario, [*CHARGES, "registration_charges", "registration_bill"])


def of(result, name, vehicle="v0"):
    return result.value(name, vehicle)


@given(vehicle=vehicles(), city=st.sampled_from(["elsewhere", "lincoln", "omaha"]))
def test_the_parts_of_a_bill_add_up_to_it(vehicle, city):
    result = charged(vehicle, city=city)
    parts = [of(result, name) for name in CHARGES]
    assert all(part >= 0 for part in parts)
    assert of(result, "registration_charges") == pytest.approx(sum(parts), abs=1e-9)
    assert of(result, "registration_charges") == of(result, "registration_bill", "owner")


@given(vehicle=vehicles(), years=st.integers(1, 20))
def test_tax_and_fee_never_rise_with_age(vehicle, years):
    older = vehicle | {"model_year": vehicle["model_year"] - years}
    now, then = charged(vehicle), charged(older)
    for name in ("motor_vehicle_tax", "motor_vehicle_fee"):
        assert of(then, name) <= of(now, name)


@given(vehicle=vehicles(), more=st.integers(1, 50_000))
def test_a_higher_value_when_new_never_lowers_the_tax(vehicle, more):
    dearer = vehicle | {"value_when_new": vehicle["value_when_new"] + more}
    assert of(charged(dearer), "motor_vehicle_tax") >= of(charged(vehicle), "motor_vehicle_tax")


@given(vehicle=vehicles(), more=st.integers(1, 20_000))
def test_more_weight_never_lowers_the_registration_fee(vehicle, more):
    heavier = vehicle | {"gross_weight": vehicle["gross_weight"] + more}
    assert of(charged(heavier), "registration_fee") >= of(charged(vehicle), "registration_fee")


@given(fleet=st.lists(vehicles(), min_size=1, max_size=5), order=st.randoms())
def test_charges_do_not_depend_on_company_or_order(fleet, order):
    together = charged(*fleet)
    alone = [of(charged(vehicle), "registration_charges") for vehicle in fleet]
    found = [of(together, "registration_charges", f"v{place}") for place in range(len(fleet))]
    assert found == alone
    places = list(range(len(fleet)))
    order.shuffle(places)
    shuffled = charged(*(fleet[place] for place in places))
    bill = of(together, "registration_bill", "owner")
    assert of(shuffled, "registration_bill", "owner") == pytest.approx(bill, abs=1e-9)
