"""Child allowance and large family allowance: PHS § 17, § 21."""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING

from ttsim.tt import (
    AggType,
    RoundingSpec,
    TTSIMUnit,
    agg_by_group_function,
    param_function,
    policy_function,
)

if TYPE_CHECKING:
    from types import ModuleType

    from ttsim.typing import BoolColumn, IntColumn

NUMBER, YES_NO = TTSIMUnit.DIMENSIONLESS, TTSIMUnit.INDICATOR
CENTS = RoundingSpec(base=0.01, direction="nearest")


@param_function(unit=NUMBER, verify_units=False)
def this_month(policy_year: int, policy_month: int) -> int:
    """The month, counted from the year 0."""
    return policy_year * 12 + policy_month


@param_function(unit=NUMBER, verify_units=False)
def school_year_began(policy_year: int, policy_month: int, rates: dict[str, int | float]) -> int:
    """The month in which the school year began."""
    began = policy_year * 12 + int(rates["first_month_of_school_year"])
    return began if policy_month >= rates["first_month_of_school_year"] else began - 12


@param_function(unit=NUMBER, verify_units=False)
def days_in_month(policy_year: int, policy_month: int) -> int:
    """The number of days of the month."""
    return calendar.monthrange(policy_year, policy_month)[1]


@policy_function(unit=YES_NO, verify_units=False)
def entitled(
    is_child: bool,
    is_student: bool,
    birth_month: int,
    birth_day: int,
    this_month: int,
    school_year_began: int,
    rates: dict[str, int | float],
) -> bool:
    """Whether the child is of an age, or in studies, for which the month is paid."""
    birthday = birth_month + 12 * rates["age_limit"]
    of_age = (birthday > this_month) or (birthday == this_month and birth_day > 1)
    studies = is_student and birthday >= school_year_began
    return is_child and birth_month <= this_month and (of_age or studies)


@policy_function(unit=NUMBER, verify_units=False)
def first_day_of_right(birth_month: int, birth_day: int, this_month: int) -> int:
    """The day of the month on which the right arose, 1 if it did before."""
    if birth_month == this_month:
        return birth_day
    return 1


@policy_function(unit=NUMBER, verify_units=False)
def last_day_of_right(
    birth_month: int,
    birth_day: int,
    is_student: bool,
    this_month: int,
    days_in_month: int,
    rates: dict[str, int | float],
) -> int:
    """The day of the month on which the right ends, the last one if it goes on."""
    if (birth_month + 12 * rates["age_limit"] == this_month) and not is_student:
        return birth_day - 1
    return days_in_month


@policy_function(unit=NUMBER, vectorization_strategy="not_required", verify_units=False)
def position_among_children(
    fam_id: IntColumn,
    entitled: BoolColumn,
    birth_month: IntColumn,
    birth_day: IntColumn,
    xnp: ModuleType,
) -> IntColumn:
    """The child's position among the entitled ones by age, from 1."""
    order = xnp.lexsort((birth_day, birth_month, ~entitled, fam_id))
    sorted_family = fam_id[order]
    position = xnp.arange(len(order)) - xnp.searchsorted(sorted_family, sorted_family)
    result = xnp.empty_like(order)
    result[order] = position + 1
    return result


@policy_function(unit=NUMBER, rounding_spec=CENTS, verify_units=False)
def child_allowance(
    entitled: bool,
    position_among_children: int,
    first_day_of_right: int,
    days_in_month: int,
    rates: dict[str, int | float],
) -> float:
    """Child allowance for one child."""
    if position_among_children <= rates["children_at_lower_rate"]:
        rate = rates["first_and_second_child"]
    else:
        rate = rates["third_and_further_child"]
    if entitled:
        return rate * (days_in_month - first_day_of_right + 1) / days_in_month
    return 0.0


@agg_by_group_function(agg_type=AggType.SUM, unit=NUMBER.PER_FAM, verify_units=False)
def child_allowance_fam(child_allowance: float, fam_id: int) -> float:
    """Child allowance of the family."""


@policy_function(unit=NUMBER, verify_units=False)
def first_day_as_third(
    entitled: bool,
    position_among_children: int,
    first_day_of_right: int,
    large_family_rates: dict[str, int | float],
) -> int:
    """The day from which there is a third child, seen from that child."""
    if entitled and position_among_children == large_family_rates["least_children"]:
        return first_day_of_right
    return 0


@policy_function(unit=NUMBER, verify_units=False)
def first_day_as_seventh(
    entitled: bool,
    position_among_children: int,
    first_day_of_right: int,
    large_family_rates: dict[str, int | float],
) -> int:
    """The day from which there is a seventh child, seen from that child."""
    if entitled and position_among_children == large_family_rates["least_children_at_higher_rate"]:
        return first_day_of_right
    return 0


@agg_by_group_function(agg_type=AggType.SUM, unit=NUMBER.PER_FAM, verify_units=False)
def first_day_as_third_fam(first_day_as_third: int, fam_id: int) -> int:
    """The day from which the family has three children."""


@agg_by_group_function(agg_type=AggType.SUM, unit=NUMBER.PER_FAM, verify_units=False)
def first_day_as_seventh_fam(first_day_as_seventh: int, fam_id: int) -> int:
    """The day from which the family has seven children."""


@policy_function(unit=YES_NO, verify_units=False)
def among_three(entitled: bool, last_day_of_right: int, first_day_as_third_fam: int) -> bool:
    """Whether the child's right lasts to the day of the third."""
    return entitled and last_day_of_right >= first_day_as_third_fam


@policy_function(unit=YES_NO, verify_units=False)
def among_seven(entitled: bool, last_day_of_right: int, first_day_as_seventh_fam: int) -> bool:
    """Whether the child's right lasts to the day of the seventh."""
    return entitled and last_day_of_right >= first_day_as_seventh_fam


@agg_by_group_function(agg_type=AggType.SUM, unit=TTSIMUnit.COUNT.PER_FAM, verify_units=False)
def among_three_fam(among_three: bool, fam_id: int) -> int:
    """How many children there are on the day of the third."""


@agg_by_group_function(agg_type=AggType.SUM, unit=TTSIMUnit.COUNT.PER_FAM, verify_units=False)
def among_seven_fam(among_seven: bool, fam_id: int) -> int:
    """How many children there are on the day of the seventh."""


@policy_function(unit=NUMBER.PER_FAM, rounding_spec=CENTS, verify_units=False)
def large_family_allowance_fam(
    first_day_as_third_fam: int,
    first_day_as_seventh_fam: int,
    among_three_fam: int,
    among_seven_fam: int,
    days_in_month: int,
    large_family_rates: dict[str, int | float],
) -> float:
    """Allowance for families with many children."""
    lower = large_family_rates["three_to_six_children"]
    rise = large_family_rates["seven_or_more_children"] - lower
    if among_three_fam >= large_family_rates["least_children"]:
        of_three = lower * (days_in_month - first_day_as_third_fam + 1) / days_in_month
    else:
        of_three = 0.0
    if among_seven_fam >= large_family_rates["least_children_at_higher_rate"]:
        of_seven = rise * (days_in_month - first_day_as_seventh_fam + 1) / days_in_month
    else:
        of_seven = 0.0
    return of_three + of_seven
