"""What holds of Nebraska's charges for every vehicle."""

from datetime import date, timedelta

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

import policy

BOOK = policy.load("nebraska")
CHARGES = (
    *("motor_vehicle_tax", "motor_vehicle_fee", "registration_fee", "fund_fees", "plate_fee"),
    *("single_plate_fee", "special_plate_fee", "alternative_fuel_fee", "wheel_tax"),
    *("message_plate_transfer_fee", "late_registration_fine"),
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
    try:
        return BOOK.calculate(scenario, [*CHARGES, "registration_charges", "registration_bill"])
    except policy.PolicyError as error:
        if error.problems[0].code != "value-not-known":
            raise
        reject()


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


@given(
    vehicle=vehicles(),
    city=st.sampled_from(["elsewhere", "lincoln", "omaha"]),
    outside=st.booleans(),
)
def test_the_parts_of_tax_and_fee_add_up_to_them(vehicle, city, outside):
    tax = ["treasurer", "system_fund", "county", "city", "schools"]
    fee = ["treasurer", "counties", "municipalities"]
    parts = {
        "motor_vehicle_tax": [f"motor_vehicle_tax_to_{each}" for each in tax],
        "motor_vehicle_fee": [f"motor_vehicle_fee_to_{each}" for each in fee],
    }
    scenario = {
        "period": "2026-03",
        "vehicles": {"it": vehicle},
        "owners": {"owner": {"vehicles": ["it"], "city": city, "is_outside_city": outside}},
    }
    result = BOOK.calculate(
        scenario, [*parts, *(name for names in parts.values() for name in names)]
    )
    for whole, names in parts.items():
        shares = [result.value(name, "it") for name in names]
        assert all(share >= 0 for share in shares)
        assert result.value(whole, "it") == pytest.approx(sum(shares), abs=1e-9)


@given(
    price=st.decimals(0, 200_000, places=2),
    allowance=st.decimals(0, 200_000, places=2),
    rebate=st.decimals(0, 20_000, places=2),
    tires=st.integers(0, 20),
    titles=st.integers(0, 2),
    city=st.sampled_from(["elsewhere", "lincoln", "omaha", "gering"]),
)
def test_a_purchase_costs_what_its_parts_do(price, allowance, rebate, tires, titles, city):
    parts = ["title_fees", "state_sales_tax", "local_sales_tax", "tire_fee"]
    scenario = {
        "period": "2026-03",
        "vehicles": {
            "it": {
                "purchase_date": "2026-03-10",
                "sales_price": float(price),
                "trade_in_allowance": float(allowance),
                "manufacturers_rebate": float(rebate),
                "new_tires": tires,
                "titles_issued": titles,
            }
        },
        "owners": {"owner": {"vehicles": ["it"], "city": city}},
    }
    result = BOOK.calculate(scenario, [*parts, "taxable_price", "title_bill"])
    values = [result.value(name) for name in parts]
    assert all(value >= 0 for value in values)
    assert result.value("title_bill") == pytest.approx(sum(values), abs=1e-9)
    taxed = max(float(price - allowance - rebate), 0)
    assert result.value("taxable_price") == pytest.approx(taxed, abs=1e-6)


@given(
    registered=st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    days=st.integers(-400, 800),
    paid=st.integers(0, 5_000),
    event=st.sampled_from(["transfer", "loss", "disabled", "illegal"]),
    early=st.integers(0, 30),
)
def test_a_refund_never_exceeds_what_was_paid(registered, days, paid, event, early):
    day = registered + timedelta(days)
    scenario = {
        "period": str(day)[:7],
        "vehicles": {
            "it": {
                "registration_date": str(registered),
                "renews_registration_expiring": str(registered + timedelta(early)),
                "registration_event": event,
                "registration_event_date": str(day),
                "refund_claimed_on": str(day),
                "yearly_charges_paid": paid,
            }
        },
        "owners": {"owner": {"vehicles": ["it"]}},
    }
    refund = BOOK.calculate(scenario, ["refund"]).value("refund")
    assert 0 <= refund <= paid
    assert days >= 0 or refund == 0
    assert refund == 0 or refund >= 2
