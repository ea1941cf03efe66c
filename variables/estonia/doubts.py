"""Facts that can hardly be: a note is printed for each, and no answer depends on them."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    Group,
    Period,
    Population,
    Variable,
    as_date,
    day_number,
    days_in,
    last_day,
    where,
)

from .entities import Family, Person
from .persons import LONG_AGO, NEVER


class child_older_than_parent(Variable):
    """Whether a child of the family was born before one of its parents."""

    value_type = bool
    entity = Family
    definition_period = ETERNITY
    label = "A child is older than a parent"
    label_et = "Laps on vanem kui tema vanem"
    documentation = "Perhaps parents and children are swapped, or a date is mistyped."

    def formula(family: Group, period: Period) -> Array:
        birth = family.members("birth_date", period)
        known = where(birth > as_date(LONG_AGO), day_number(birth), day_number(as_date(NEVER)))
        parents = family.max(day_number(birth), role=Family.PARENT)
        return family.min(known, role=Family.CHILD) < parents


class death_before_birth(Variable):
    """Whether the person died before being born."""

    value_type = bool
    entity = Person
    definition_period = ETERNITY
    label = "The death is before the birth"
    label_et = "Surm on enne sündi"
    documentation = "Perhaps one of the two dates is mistyped."

    def formula(person: Population, period: Period) -> Array:
        return person("death_date", period) < person("birth_date", period)


class born_after_the_period(Variable):
    """Whether the person is not born yet at the end of the month."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "The birth is after the period"
    label_et = "Sünd on pärast perioodi"
    documentation = "Perhaps the date is mistyped; what is paid before a birth is calculated."

    def formula(person: Population, period: Period) -> Array:
        return person("birth_date", period) > last_day(period)


class born_before_1900(Variable):
    """Whether the person was born before 1900."""

    value_type = bool
    entity = Person
    definition_period = ETERNITY
    label = "The birth is before 1900"
    label_et = "Sünd on enne 1900. aastat"
    documentation = "Perhaps the date is mistyped."

    def formula(person: Population, period: Period) -> Array:
        return person("birth_date", period) < as_date(LONG_AGO)


class more_days_than_in_the_month(Variable):
    """Whether a parent takes more days of benefit or leave than the month has."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "More days are taken than the month has"
    label_et = "Võetud on rohkem päevi, kui kuus on"
    documentation = (
        "Days of several benefits are added up, for a day has one; the rest is not paid."
    )

    def formula(person: Population, period: Period) -> Array:
        taken = (
            person("fathers_days", period)
            + person("shared_days", period)
            + person("adoptive_days", period)
            + person("child_leave_days", period)
        )
        return taken > days_in(period)
