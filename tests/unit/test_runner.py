"""When an answer is what a scenario test expects."""

import datetime

import pytest

from policy.testing.runner import same

NAN = float("nan")


@pytest.mark.parametrize(
    ("expected", "got", "margins", "answer"),
    [
        (100.0, 100.005, {}, True),
        (100.0, 99.995, {}, True),
        (100.0, 100.0051, {}, False),
        (0.3, 0.1 + 0.2, {"absolute_error_margin": 0.0}, True),
        (100.0, 100.001, {"absolute_error_margin": 0.0}, False),
        (200_000_000.0, 200_000_001.0, {}, False),
        (0.0, 0.004, {"relative_error_margin": 0.1}, False),
        (0.0, 0.0, {"relative_error_margin": 0.1}, True),
        (-100.0, -109.0, {"relative_error_margin": 0.1}, True),
        (-100.0, -111.0, {"relative_error_margin": 0.1}, False),
        (100.0, 104.0, {"absolute_error_margin": 5.0, "relative_error_margin": 0.0}, True),
        (100.0, 109.0, {"absolute_error_margin": 5.0, "relative_error_margin": 0.1}, True),
        (100.0, NAN, {}, False),
        (NAN, NAN, {}, True),
        (NAN, 100.0, {}, False),
        (1, 1, {}, True),
        (1, 2, {"absolute_error_margin": 5.0}, False),
        (1, True, {}, False),
        (True, 1, {}, False),
        (True, True, {}, True),
        ("retired", "retired", {}, True),
        ("retired", "student", {}, False),
        (datetime.date(2024, 5, 1), datetime.date(2024, 5, 1), {}, True),
        (datetime.date(2024, 5, 1), datetime.date(2024, 5, 2), {}, False),
    ],
)
def test_same(expected, got, margins, answer):
    assert same(expected, got, margins) is answer
