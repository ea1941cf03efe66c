"""Rounding of money: half up, as a person reads the number."""

import decimal

import numpy as np
import pytest

from policy.model_api import round_half_up, round_to_cents


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        (1.005, 1.01),
        (2.675, 2.68),
        (1.015, 1.02),
        (0.125, 0.13),
        (0.135, 0.14),
        (1.004999, 1.0),
        (2.6749999, 2.67),
        (0.005, 0.01),
        (0.004999999, 0.0),
        (0.0, 0.0),
        (33_333.335, 33_333.34),
        (1_234_567.895, 1_234_567.90),
        (1_234_567.8949, 1_234_567.89),
        (-1.005, -1.01),
        (-0.004, 0.0),
    ],
)
def test_half_a_cent_is_rounded_up(amount, cents):
    assert float(round_to_cents(amount)) == cents


def test_minus_nothing_is_nothing():
    assert not np.signbit(round_to_cents(np.array([-0.001, -0.0]))).any()


@pytest.mark.parametrize("start", [0, 99_900, 12_345_600])
def test_agrees_with_decimal_arithmetic_for_every_tenth_of_a_cent(start):
    tenths = [decimal.Decimal(start + n) / 1000 for n in range(20_000)]
    wanted = [
        float(amount.quantize(decimal.Decimal("0.01"), rounding=decimal.ROUND_HALF_UP))
        for amount in tenths
    ]
    got = round_to_cents(np.array([float(amount) for amount in tenths]))
    assert got.tolist() == wanted


def test_halves_that_arithmetic_made_are_rounded_up():
    products = np.array([0.1 * 3 * 0.05 * 10 / 3 * 0.1, 1.1 * 1.1 - 1.205, 4.35 * 100 / 1000])
    assert round_to_cents(products).tolist() == [0.01, 0.01, 0.44]


def test_shape_is_kept_and_the_original_too():
    amounts = np.array([[1.005, 2.0], [3.0, 4.444]])
    rounded = round_to_cents(amounts)
    assert rounded.tolist() == [[1.01, 2.0], [3.0, 4.44]]
    assert amounts[0, 0] == 1.005
    assert rounded.dtype == np.float64


@pytest.mark.parametrize(("decimals", "rounded"), [(0, 13.0), (1, 12.5), (3, 12.455)])
def test_other_numbers_of_decimals(decimals, rounded):
    amount = 12.5 if decimals == 0 else 12.455
    assert float(round_half_up(amount, decimals)) == rounded
