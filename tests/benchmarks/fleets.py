"""Vehicles made up for the benchmarks, and their charges written by hand for speed alone.

Passenger vehicles registered or renewed in March 2026 by owners of one to three, in Lincoln, Omaha
or elsewhere: what these facts decide, folded into tables by value and age. The benchmark checks
that the loop gives what the law graph gives, to the cent, for every vehicle.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numba
import numpy as np

PERIOD = "2026-03"
YEAR = 2026
CITIES = ("elsewhere", "lincoln", "omaha")

_FIRST = np.datetime64("2026-03-01")
#: How many of a hundred owners have 1, 2 and 3 vehicles.
_VEHICLES = (0.55, 0.35, 0.10)
_ELECTRIC, _SALVAGE, _PLATES = 0.02, 0.03, 0.15

#: Base tax from 10,000 dollars on: 100, and 40 more for each 2,000, up to 100,000.
_LOW = ((4_000, 25.0), (6_000, 35.0), (8_000, 45.0), (10_000, 60.0))
_STEP, _RISE, _AT_STEP, _TOP = 2_000, 40.0, 100.0, 100_000
_TAX_BY_AGE = np.array(
    [1, 1, 0.9, 0.8, 0.7, 0.6, 0.51, 0.42, 0.33, 0.24, 0.15, 0.15, 0.07, 0.07, 0]
)
_FEE_BY_AGE = np.array([1, 1, 1, 1, 1, 1, 0.7, 0.7, 0.7, 0.7, 0.7, 0.35])
_REGISTRATION, _FUNDS, _PLATE, _ELECTRIC_FEE, _SALVAGE_CUT = 15.0, 5.5, 4.10, 150.0, 0.25
_WHEEL = {"lincoln": 74.0, "omaha": 50.0}

#: Charges that these facts decide, and those that they leave at nothing.
SOME = (
    *("motor_vehicle_tax", "motor_vehicle_fee", "registration_fee", "fund_fees", "plate_fee"),
    *("alternative_fuel_fee", "wheel_tax", "registration_charges", "registration_bill", "bill"),
)
NONE = (
    *("single_plate_fee", "special_plate_fee", "title_fees", "state_sales_tax", "local_sales_tax"),
    *("tire_fee", "sales_tax_penalty", "sales_tax_interest", "refund", "title_bill"),
    *("message_plate_transfer_fee", "late_registration_fine", "message_plate_credit"),
)


@dataclass(frozen=True)
class Fleet:
    """Vehicles as columns, owner by owner.

    Attributes:
        owners: how many owners.
        owner: the number of each vehicle's owner, from 0, rising.
        city: the place of each owner among ``CITIES``.
        facts: columns of the vehicles, by variable.

    """

    owners: int
    owner: np.ndarray
    city: np.ndarray
    facts: dict[str, np.ndarray]

    @cached_property
    def columns(self) -> dict[str, np.ndarray]:
        """The columns of vehicles and owners, by variable, as all ways are given them."""
        return {**self.facts, "city": np.array(CITIES)[self.city]}


def fleet(vehicles: int, seed: int = 2026) -> Fleet:
    """Make up vehicles, about as many as asked for, always the same for a number and a seed."""
    rng = np.random.default_rng(seed)
    mean = sum(share * number for number, share in enumerate(_VEHICLES, 1))
    owners = round(vehicles / mean)
    sizes = rng.choice(len(_VEHICLES), owners, p=_VEHICLES) + 1
    owner = np.repeat(np.arange(owners), sizes)
    count = len(owner)
    return Fleet(
        owners=owners,
        owner=owner,
        city=rng.integers(0, len(CITIES), owners),
        facts={
            "model_year": rng.integers(1998, YEAR + 2, count).astype(np.int32),
            "value_when_new": np.round(rng.lognormal(10.3, 0.45, count)),
            "registration_date": _FIRST + rng.integers(0, 31, count),
            "fuel": np.where(rng.random(count) < _ELECTRIC, "electric", "taxed"),
            "previous_salvage": rng.random(count) < _SALVAGE,
            "plates_issued": rng.random(count) < _PLATES,
        },
    )


def scenarios(made: Fleet) -> list[dict[str, Any]]:
    """Return each owner as a scenario of its own, in the format openfisca-core reads too."""
    first = np.searchsorted(made.owner, np.arange(made.owners + 1))
    return [_scenario(made, n, first[n], first[n + 1]) for n in range(made.owners)]


def _scenario(made: Fleet, owner: int, start: int, stop: int) -> dict[str, Any]:
    facts = made.facts
    vehicles = {
        f"v{row - start}": {
            "model_year": {"ETERNITY": int(facts["model_year"][row])},
            "value_when_new": {"ETERNITY": float(facts["value_when_new"][row])},
            "registration_date": {"ETERNITY": str(facts["registration_date"][row])},
            "fuel": {"ETERNITY": str(facts["fuel"][row])},
            "previous_salvage": {PERIOD: bool(facts["previous_salvage"][row])},
            "plates_issued": {PERIOD: bool(facts["plates_issued"][row])},
        }
        for row in range(start, stop)
    }
    city = {PERIOD: CITIES[made.city[owner]]}
    return {"vehicles": vehicles, "owners": {"owner": {"vehicles": list(vehicles), "city": city}}}


def by_numba(made: Fleet) -> dict[str, np.ndarray]:
    """Return the charges by one compiled pass over the vehicles, parallel over stretches."""
    count = len(made.owner)
    of_owners = {"registration_bill", "bill", "title_bill"}
    found = {name: np.zeros(made.owners if name in of_owners else count) for name in (*SOME, *NONE)}
    facts = made.columns
    wheel_tax = np.zeros(made.owners)
    for name, amount in _WHEEL.items():
        wheel_tax[facts["city"] == name] = amount
    _pass(
        made.owner,
        wheel_tax,
        facts["model_year"],
        facts["value_when_new"],
        facts["fuel"] == "electric",
        facts["previous_salvage"],
        facts["plates_issued"],
        *(found[name] for name in SOME),
    )
    return found


_LOST = 100 * (1 + 16 * np.finfo(np.float64).eps)


@numba.njit(cache=True, error_model="numpy")
def _round(amount):
    """Round an amount that is not negative half up to the cent."""
    return np.floor(amount * _LOST + 0.5) / 100


@numba.njit(cache=True, error_model="numpy")
def _base_tax(value):
    if value >= _LOW[3][0]:
        return _AT_STEP + _RISE * ((min(value, _TOP) - _LOW[3][0]) // _STEP)
    for limit, tax in _LOW:
        if value < limit:
            return tax
    return 0.0


@numba.njit(parallel=True, error_model="numpy")
def _pass(
    owner,
    wheel_of,
    model_year,
    value_when_new,
    electric,
    salvage,
    plates,
    motor_vehicle_tax,
    motor_vehicle_fee,
    registration_fee,
    fund_fees,
    plate_fee,
    alternative_fuel_fee,
    wheel_tax,
    registration_charges,
    registration_bill,
    bill,
):
    count = len(owner)
    stretches = 8 * numba.get_num_threads()
    for stretch in numba.prange(stretches):
        row, end = count * stretch // stretches, count * (stretch + 1) // stretches
        while 0 < row < count and owner[row] == owner[row - 1]:
            row += 1
        while row < end:
            own, total = owner[row], 0.0
            wheel = wheel_of[own]
            while row < count and owner[row] == own:
                age, value = max(YEAR - model_year[row] + 1, 1), value_when_new[row]
                tax = _base_tax(value) * _TAX_BY_AGE[min(age, 14)]
                tax = _round(tax * (1 - _SALVAGE_CUT) if salvage[row] else tax)
                base = 5.0 if value < 20_000 else (20.0 if value < 40_000 else 30.0)
                fee = base if value < 20_000 else _round(base * _FEE_BY_AGE[min(age, 11)])
                plate = 2 * _PLATE if plates[row] else 0.0
                fuel = _ELECTRIC_FEE if electric[row] else 0.0
                charges = _round(tax + fee + _REGISTRATION + _FUNDS + plate + fuel + wheel)
                motor_vehicle_tax[row], motor_vehicle_fee[row] = tax, fee
                registration_fee[row], fund_fees[row] = _REGISTRATION, _FUNDS
                plate_fee[row], alternative_fuel_fee[row] = plate, fuel
                wheel_tax[row], registration_charges[row] = wheel, charges
                total += charges
                row += 1
            registration_bill[own] = bill[own] = _round(total)
