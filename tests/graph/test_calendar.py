"""The compiled calendar is NumPy's, from the year -1500 to 11500."""

import numpy as np

from policy.graph.backends import dates


def test_months_of_days():
    days = np.arange(-1_270_000, 3_480_000, 487)
    months = days.astype("M8[D]").astype("M8[M]").astype(int)
    assert [dates.month_number(int(day)) for day in days] == months.tolist()


def test_first_days_of_months():
    months = np.arange(-41_600, 114_300, 17)
    days = months.astype("M8[M]").astype("M8[D]").astype(int)
    assert [dates.day_of_month_number(int(month)) for month in months] == days.tolist()
