"""What formula files import: OpenFisca's formula API, money and dates.

>>> from policy.model_api import MONTH, Variable, round_to_cents, where
"""

from __future__ import annotations

from typing import Any, TypeAlias

from policy.legislation.dates import (
    Array,
    add_days,
    add_months,
    add_years,
    as_date,
    date_of,
    day_number,
    days_between,
    days_in,
    days_of_period,
    first_day,
    first_of_month,
    first_of_year,
    last_day,
    last_of_month,
    month_number,
    working_day_on_or_before,
    year_of,
)
from policy.legislation.money import round_down_to_cents, round_half_up, round_to_cents
from policy.legislation.openfisca import entities, model_api, periods
from policy.legislation.unknown import NOT_KNOWN, known
from policy.legislation.variable import Variable

ADD = model_api.ADD
DAY = model_api.DAY
DIVIDE = model_api.DIVIDE
ETERNITY = model_api.ETERNITY
MONTH = model_api.MONTH
YEAR = model_api.YEAR
Enum = model_api.Enum
apply_thresholds = model_api.apply_thresholds
date = model_api.date
max_ = model_api.max_
min_ = model_api.min_
not_ = model_api.not_
select = model_api.select
set_input_dispatch_by_period = model_api.set_input_dispatch_by_period
set_input_divide_by_period = model_api.set_input_divide_by_period
where = model_api.where
Period = periods.Period
build_entity = entities.build_entity

#: The people of a simulation, as a formula sees them.
Population: TypeAlias = Any
#: The groups of a simulation (families, households), as a formula sees them.
Group: TypeAlias = Any
#: The parameters of the law at an instant: ``parameters(period)``.
ParametersAt: TypeAlias = Any

__all__ = [
    "ADD",
    "DAY",
    "DIVIDE",
    "ETERNITY",
    "MONTH",
    "NOT_KNOWN",
    "YEAR",
    "Array",
    "Enum",
    "Group",
    "ParametersAt",
    "Period",
    "Population",
    "Variable",
    "add_days",
    "add_months",
    "add_years",
    "apply_thresholds",
    "as_date",
    "build_entity",
    "date",
    "date_of",
    "day_number",
    "days_between",
    "days_in",
    "days_of_period",
    "first_day",
    "first_of_month",
    "first_of_year",
    "known",
    "last_day",
    "last_of_month",
    "max_",
    "min_",
    "month_number",
    "not_",
    "round_down_to_cents",
    "round_half_up",
    "round_to_cents",
    "select",
    "set_input_dispatch_by_period",
    "set_input_divide_by_period",
    "where",
    "working_day_on_or_before",
    "year_of",
]
