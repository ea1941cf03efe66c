"""The facts of parental benefit: the child it is for, the parents, their income and their days.

A family has one child for which parental benefit is computed at a time: the one marked, or else the
youngest. Parents with rights for two children choose one (§ 34(10)).
"""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    Enum,
    Group,
    ParametersAt,
    Period,
    Population,
    Variable,
    as_date,
    date,
    date_of,
    day_number,
    max_,
    min_,
    not_,
    where,
)

from ..entities import Family, Person
from ..persons import LONG_AGO, JoinedFamilyBy


class parental_benefit_child(Variable):
    """Whether parental benefit is computed for this child."""

    value_type = bool
    entity = Person
    definition_period = ETERNITY
    label = "Child for which parental benefit is computed"
    label_et = "Laps, kelle eest vanemahüvitist arvutatakse"
    section = "PHS § 34(10)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Where it is not given parental benefit is computed for the youngest child of the family."
    )


class due_date(Variable):
    """The date on which the child was due."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Due date"
    label_et = "Eeldatav sünnikuupäev"
    unit = "date"
    section = "PHS § 35"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given the child was born on the day it was due."

    def formula(person: Population, period: Period) -> Array:
        return person("birth_date", period)


class ParentalBenefitRole(Enum):
    """As what a person draws parental benefit."""

    none = "Draws none"
    mother = "Mother"
    father = "Father, or the mother's spouse or registered partner under § 36"
    adopter = "Adoptive parent, guardian or foster parent"


class parental_benefit_role(Variable):
    """As what the person draws parental benefit for the child."""

    value_type = Enum
    possible_values = ParentalBenefitRole
    default_value = ParentalBenefitRole.none
    entity = Person
    definition_period = ETERNITY
    label = "Draws parental benefit as"
    label_et = "Vanemahüvitise saaja"
    section = "PHS § 33"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given the person draws no parental benefit."


class works_before_birth(Variable):
    """Whether the mother is entitled to benefit before the birth, because she works."""

    value_type = bool
    default_value = True
    entity = Person
    definition_period = ETERNITY
    label = "Mother works before the birth"
    label_et = "Ema töötab enne sündi"
    section = "PHS § 35(1), (6)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Entitled to sickness benefit, and on maternity leave. Where it is not given the mother"
        " works before the birth."
    )


class worked_on_day_of_birth(Variable):
    """Whether the mother worked on the day of the birth."""

    value_type = bool
    entity = Person
    definition_period = ETERNITY
    label = "Mother worked on the day of the birth"
    label_et = "Ema töötas lapse sünni päeval"
    section = "PHS § 35(5)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given the mother did not work on the day of the birth."


class other_parent_dead_or_missing(Variable):
    """Whether the child's other parent is dead or missing."""

    value_type = bool
    entity = Person
    definition_period = ETERNITY
    label = "Other parent dead or missing"
    label_et = "Teine vanem surnud või teadmata kadunud"
    section = "PHS § 35(2)"
    reference = "https://www.riigiteataja.ee/akt/108042025001"
    documentation = "Where it is not given the child's other parent is neither dead nor missing."


class parents_do_not_care(Variable):
    """Whether both parents of the child are dead or do not care for it."""

    value_type = bool
    entity = Family
    definition_period = ETERNITY
    label = "Parents dead or not caring for the child"
    label_et = "Vanemad surnud või ei hoolda last"
    section = "PHS § 37"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given a parent cares for the child."


class parental_benefit_right_from(Variable):
    """The day on which this person's own right to parental benefit arose."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Right to parental benefit from"
    label_et = "Õigus vanemahüvitisele alates"
    unit = "date"
    section = "PHS § 40(1), § 46¹(7)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "The rate is that of its year, the minimum wage that of the day, for adoptive benefit also"
        " the ceiling that of its year. Where it is not given it is the child's birth; for an"
        " adoptive parent the day the ruling or contract took effect. A parent who takes over in a"
        " later year gives that day. The mother's own benefit has a day of its own."
    )

    def formula(person: Population, period: Period) -> Array:
        adopts = person("parental_benefit_role", period) == ParentalBenefitRole.adopter
        born = person.family("benefit_child_birth_date", period)
        taken_in = person.family("benefit_child_in_family_since", period)
        return where(adopts, max_(born, taken_in), born)


class social_tax_in_reference_period(Variable):
    """Social tax recorded for the person in the months of the reference period."""

    value_type = float
    entity = Person
    definition_period = ETERNITY
    label = "Social tax in the reference period"
    label_et = "Arvestusperioodi sotsiaalmaks"
    unit = "EUR"
    section = "PHS § 39(2), (5)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "The total from reference_period_start to reference_period_end: without tax on"
        " unemployment insurance benefit and tax paid by the State, with tax on insolvency benefit"
        " for work done in the period. For adoptive benefit the total of its own period. Where it"
        " is not given no social tax was recorded in the reference period."
    )


class social_tax_for_mothers_benefit(Variable):
    """Social tax in the reference period of the mother's own benefit, counted from the due date."""

    value_type = float
    entity = Person
    definition_period = ETERNITY
    label = "Social tax in the mother's reference period"
    label_et = "Ema arvestusperioodi sotsiaalmaks"
    unit = "EUR"
    section = "PHS § 39(3)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Given where the child was due in another month than it was born in."

    def formula(person: Population, period: Period) -> Array:
        return person("social_tax_in_reference_period", period)


class sick_days_in_reference_period(Variable):
    """Days on a certificate of incapacity for work in the reference period."""

    value_type = int
    entity = Person
    definition_period = ETERNITY
    label = "Sick days in the reference period"
    label_et = "Töövõimetuslehe päevad arvestusperioodil"
    unit = "days"
    section = "PHS § 39(6)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Before September 2019 with days of care, maternity and adoption certificates. Where it"
        " is not given there were no sick days in the reference period."
    )


class unemployed_days_in_reference_period(Variable):
    """Days of registered unemployment in the reference period that are no sick days."""

    value_type = int
    entity = Person
    definition_period = ETERNITY
    label = "Registered unemployed days in the reference period"
    label_et = "Töötuna arvel oldud päevad arvestusperioodil"
    unit = "days"
    section = "PHS § 39(6¹)-(6³), § 63⁶"
    reference = "https://www.riigiteataja.ee/akt/128052021012"
    documentation = (
        "Counted by § 39(6¹)-(6³): not overlapping sick days; with temporary work while"
        " registered; after redundancy only once the days of the insurance benefit have passed."
        " Where it is not given there were no registered unemployed days in the reference period."
    )


class sick_days_for_mothers_benefit(Variable):
    """Sick days in the reference period of the mother's own benefit."""

    value_type = int
    entity = Person
    definition_period = ETERNITY
    label = "Sick days in the mother's reference period"
    label_et = "Töövõimetuslehe päevad ema arvestusperioodil"
    unit = "days"
    section = "PHS § 39(3), (6)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Given where the child was due in another month than it was born in."

    def formula(person: Population, period: Period) -> Array:
        return person("sick_days_in_reference_period", period)


class unemployed_days_for_mothers_benefit(Variable):
    """Days of registered unemployment in the reference period of the mother's own benefit."""

    value_type = int
    entity = Person
    definition_period = ETERNITY
    label = "Registered unemployed days in the mother's reference period"
    label_et = "Töötuna arvel oldud päevad ema arvestusperioodil"
    unit = "days"
    section = "PHS § 39(3), (6¹)-(6³)"
    reference = "https://www.riigiteataja.ee/akt/128052021012"
    documentation = "Given where the child was due in another month than it was born in."

    def formula(person: Population, period: Period) -> Array:
        return person("unemployed_days_in_reference_period", period)


class earlier_child_birth_date(Variable):
    """Birth of the earlier child for which the person drew parental benefit."""

    value_type = date
    default_value = date(1900, 1, 1)
    entity = Person
    definition_period = ETERNITY
    label = "Birth of the earlier child"
    label_et = "Eelmise lapse sünniaeg"
    unit = "date"
    section = "PHS § 43"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given the person drew no earlier parental benefit."


class earlier_income_base(Variable):
    """Monthly income on which the earlier child's parental benefit was computed."""

    value_type = float
    entity = Person
    definition_period = ETERNITY
    label = "Income base of the earlier benefit"
    label_et = "Eelmise hüvitise arvutamise aluseks olnud tulu"
    unit = "EUR/month"
    section = "PHS § 43(1)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "The income, not the benefit paid. Where it is not given no earlier parental benefit was"
        " computed from an income."
    )


class earnings(Variable):
    """Income subject to social tax that the recipient earned in the month."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Earnings in the month"
    label_et = "Kuus teenitud tulu"
    unit = "EUR"
    section = "PHS § 44 (repealed)"
    reference = "http://sotsiaalkindlustusamet.ee/vanemahuvitis-ja-tootamine/"
    documentation = (
        "Without exempt income: pay of the first month for earlier work, of the last month for"
        " later work, pay that is late by the employer's fault, insolvency benefit, income of a"
        " sole proprietor. Where it is not given the person earned nothing in the month."
    )


class mothers_benefit_planned_start(Variable):
    """The day from which the mother asked for her benefit."""

    value_type = date
    default_value = date(1900, 1, 1)
    entity = Person
    definition_period = ETERNITY
    label = "Mother's benefit asked for from"
    label_et = "Ema vanemahüvitis soovitud alates"
    unit = "date"
    section = "PHS § 35(3)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Where it is not given the mother takes her benefit as early as she can, 70 days before"
        " the birth is due."
    )


class fathers_days(Variable):
    """Days of the father's benefit that the person takes in the month."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Days of the father's benefit taken"
    label_et = "Võetud isa vanemahüvitise päevad"
    unit = "days"
    section = "PHS § 36"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given no days of the father's benefit are taken."


class shared_days(Variable):
    """Days of the shared benefit that the person takes in the month."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Days of the shared benefit taken"
    label_et = "Võetud jagatava vanemahüvitise päevad"
    unit = "days"
    section = "PHS § 37"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Also the days of the parental benefit before April 2022. Where it is not given no days"
        " of the shared benefit are taken."
    )


class adoptive_days(Variable):
    """Days of the adoptive parent's benefit that the person takes in the month."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Days of the adoptive parent's benefit taken"
    label_et = "Võetud lapsendaja vanemahüvitise päevad"
    unit = "days"
    section = "PHS § 38"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given no days of the adoptive parent's benefit are taken."


class simultaneous_days(Variable):
    """Days of the month on which both parents are paid parental benefit."""

    value_type = int
    entity = Family
    definition_period = MONTH
    label = "Days on which both parents are paid"
    label_et = "Samaaegse hüvitise päevad"
    unit = "days"
    section = "PHS § 34(3)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given the two parents are never paid parental benefit at once."


class maternity_benefit_paid(Variable):
    """Whether the mother whose leave began before April 2022 was paid maternity benefit."""

    value_type = bool
    default_value = True
    entity = Family
    definition_period = ETERNITY
    label = "Maternity benefit paid"
    label_et = "Makstud sünnitushüvitist"
    section = "PHS § 63¹(4)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Where it is not given the Health Insurance Fund paid the mother maternity benefit."
    )


class is_benefit_child(Variable):
    """Whether parental benefit is computed for this child: the one marked, else the youngest."""

    value_type = bool
    entity = Person
    definition_period = ETERNITY
    label = "Is the child of the parental benefit"
    label_et = "On vanemahüvitise laps"
    section = "PHS § 34(10)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(person: Population, period: Period) -> Array:
        marked = person("parental_benefit_child", period)
        none_marked = not_(
            person.family.any(person.family.members("parental_benefit_child", period))
        )
        born = day_number(person("birth_date", period))
        youngest = person.family.max(
            day_number(person.family.members("birth_date", period)), role=Family.CHILD
        )
        return marked | (none_marked & (born == youngest))


def of_benefit_child(family: Group, period: Period, fact: str) -> Array:
    """Return a date of the benefit child, for its family; the earliest date where there is none."""
    days = day_number(family.members(fact, period))
    chosen = family.members("is_benefit_child", period)
    return date_of(family.max(where(chosen, days, NO_DAY)))


def after_the_birth(family: Group, period: Period, fact: str) -> Array:
    """Return a date of the benefit child that is later than its birth, else the earliest date."""
    day = of_benefit_child(family, period, fact)
    return where(day > family("benefit_child_birth_date", period), day, as_date(LONG_AGO))


#: An instant at which the rules that have not changed since 2014 can be read.
ANY_DAY = "2017-01-01"
#: Day number of 1900-01-01, the default of a date that is not given.
NO_DAY = -25_567


class benefit_child_birth_date(Variable):
    """Birth date of the child for which parental benefit is computed."""

    value_type = date
    entity = Family
    definition_period = ETERNITY
    label = "Birth of the child"
    label_et = "Lapse sünniaeg"
    unit = "date"
    section = "PHS § 34"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period) -> Array:
        return of_benefit_child(family, period, "birth_date")


class benefit_child_due_date(Variable):
    """Due date of the child for which parental benefit is computed."""

    value_type = date
    entity = Family
    definition_period = ETERNITY
    label = "Due date of the child"
    label_et = "Lapse eeldatav sünniaeg"
    unit = "date"
    section = "PHS § 35"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period) -> Array:
        return of_benefit_child(family, period, "due_date")


class benefit_child_in_family_since(Variable):
    """The day the child for which parental benefit is computed came into the family."""

    value_type = date
    entity = Family
    definition_period = ETERNITY
    label = "The child came into the family on"
    label_et = "Lapse perre tuleku kuupäev"
    unit = "date"
    section = "PHS § 38"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period) -> Array:
        return of_benefit_child(family, period, "in_family_since")


class benefit_child_residence_from(Variable):
    """The day on which the child came to live in Estonia, where that is later than its birth."""

    value_type = date
    entity = Family
    definition_period = ETERNITY
    label = "The child lives in Estonia from"
    label_et = "Laps elab Eestis alates"
    unit = "date"
    section = "PHS § 33(1), § 4"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period) -> Array:
        return after_the_birth(family, period, "residence_from")


class benefit_child_residence_until(Variable):
    """Last day on which the child lives in Estonia."""

    value_type = date
    entity = Family
    definition_period = ETERNITY
    label = "The child lives in Estonia until"
    label_et = "Laps elab Eestis kuni"
    unit = "date"
    section = "PHS § 33(1), § 4"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period) -> Array:
        return of_benefit_child(family, period, "residence_until")


class benefit_child_raised_from(Variable):
    """First day of raising the child in the family in Estonia, where later than its birth."""

    value_type = date
    entity = Family
    definition_period = ETERNITY
    label = "The child is raised from"
    label_et = "Last kasvatatakse alates"
    unit = "date"
    section = "PHS § 33(1)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period) -> Array:
        joined = after_the_birth(family, period, "in_family_since")
        return max_(joined, family("benefit_child_residence_from", period))


class benefit_child_raised_until(Variable):
    """Last day on which the child is raised in the family in Estonia."""

    value_type = date
    entity = Family
    definition_period = ETERNITY
    label = "The child is raised until"
    label_et = "Last kasvatatakse kuni"
    unit = "date"
    section = "PHS § 33(1), § 13"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period) -> Array:
        leaves = of_benefit_child(family, period, "in_family_until")
        return min_(leaves, family("benefit_child_residence_until", period))


class benefit_child_stillborn(Variable):
    """Whether the child for which parental benefit is computed was born dead."""

    value_type = bool
    entity = Family
    definition_period = ETERNITY
    label = "The child was stillborn"
    label_et = "Laps sündis surnult"
    section = "PHS § 34(7)-(9)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period) -> Array:
        chosen = family.members("is_benefit_child", period)
        return family.any(chosen & family.members("stillborn", period))


class benefit_child_death_date(Variable):
    """Day of death of the child for which parental benefit is computed; its birth if stillborn."""

    value_type = date
    entity = Family
    definition_period = ETERNITY
    label = "Death of the child"
    label_et = "Lapse surmaaeg"
    unit = "date"
    section = "PHS § 34(7)-(9¹)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period) -> Array:
        return where(
            family("benefit_child_stillborn", period),
            family("benefit_child_birth_date", period),
            of_benefit_child(family, period, "death_date"),
        )


class benefit_child_of_triplets(Variable):
    """Whether the child for which parental benefit is computed is one of triplets or more."""

    value_type = bool
    entity = Family
    definition_period = ETERNITY
    label = "The child is one of triplets or more"
    label_et = "Laps on üks kolmikutest või enamaarvulistest mitmikest"
    section = "PHS § 34(6)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period, parameters: ParametersAt) -> Array:
        least = parameters(ANY_DAY).multiple_birth.least_children
        chosen = family.members("is_benefit_child", period)
        return family.any(chosen & (family.members("children_of_the_birth", period) >= least))


class benefit_child_under_guardianship(Variable):
    """Whether the child for which parental benefit is computed is under guardianship."""

    value_type = bool
    entity = Family
    definition_period = ETERNITY
    label = "The child is under guardianship"
    label_et = "Laps on eestkostel"
    section = "PHS § 38(1)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period) -> Array:
        chosen = family.members("is_benefit_child", period)
        by_guardianship = family.members("joined_family_by", period) == JoinedFamilyBy.guardianship
        return family.any(chosen & by_guardianship)
