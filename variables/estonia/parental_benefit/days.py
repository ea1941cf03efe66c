"""The days of parental benefit and where they can be taken: §§ 33–38.

Days taken are facts of each month; what is paid are the days taken that lie in the time of the
right and within its balance. Earlier days are counted over the months since the first that could
have been one: a month before the due date up to the third birthday.
"""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    Group,
    ParametersAt,
    Period,
    Population,
    Variable,
    add_days,
    add_months,
    as_date,
    date,
    day_number,
    days_between,
    days_of_period,
    max_,
    min_,
    not_,
    select,
    where,
)

from ..entities import Family, Person
from ..rules import day_before_birthday
from .facts import NO_DAY, ParentalBenefitRole

#: Months that can hold days of one child's benefit: a month before it is due, and three years.
MONTHS_OF_DAYS = 40
#: The instant at which the rules of days of the 2022 reform are read.
REFORM = "2022-04-01"


def taken_before(population: Population | Group, name: str, period: Period) -> Array:
    """Return the days of a kind taken in the months before."""
    days = 0 * population(name, period)
    for months in range(1, MONTHS_OF_DAYS + 1):
        days = days + population(name, period.offset(-months, "month"))
    return days


class mother_has_days_before_birth(Variable):
    """Whether the mother has the right to benefit before the birth."""

    value_type = bool
    entity = Person
    definition_period = ETERNITY
    label = "Mother's right to benefit before the birth"
    label_et = "Ema õigus hüvitisele enne sündi"
    section = "PHS § 35(1)-(2)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(REFORM).parental_benefit.days
        due = person.family("benefit_child_due_date", period)
        lone = person("other_parent_dead_or_missing", period) & (
            due >= as_date(rules.survivor_rule_from)
        )
        return person("works_before_birth", period) | lone


class mothers_benefit_start(Variable):
    """First day of the mother's benefit."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Mother's benefit from"
    label_et = "Ema vanemahüvitis alates"
    unit = "date"
    section = "PHS § 35(3), (5)-(6)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "The day asked for, at the earliest 70 days before the due date; the day of birth if the"
        " child comes before that day. A mother who did not work: the day of birth."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(REFORM).parental_benefit.days
        born = person.family("benefit_child_birth_date", period)
        due = person.family("benefit_child_due_date", period)
        asked = person("mothers_benefit_planned_start", period)
        planned = max_(asked, add_days(due, -rules.mother_before_birth))
        return where(person("mother_has_days_before_birth", period), min_(planned, born), born)


class mothers_days_late(Variable):
    """Days by which the mother's benefit starts later than it could."""

    value_type = int
    entity = Person
    definition_period = ETERNITY
    label = "Days of late start"
    label_et = "Hilinenud alguse päevad"
    unit = "days"
    section = "PHS § 35(3)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(REFORM).parental_benefit.days
        due = person.family("benefit_child_due_date", period)
        earliest = add_days(due, -rules.mother_before_birth)
        late = max_(day_number(person("mothers_benefit_start", period)) - day_number(earliest), 0)
        return where(person("mother_has_days_before_birth", period), late, 0)


class mothers_days_total(Variable):
    """Days of the mother's benefit."""

    value_type = int
    entity = Person
    definition_period = ETERNITY
    label = "Days of the mother's benefit"
    label_et = "Ema vanemahüvitise päevade arv"
    unit = "days"
    section = "PHS § 35, § 34(7), (9)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "100 less the days of a late start; 30 for a mother who did not work. After a stillbirth,"
        " or the child's death within 70 days of birth: 100 in total, or 30 from the day after the"
        " death where more than 70 were used; 30 from the day after for a mother who did not work."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(REFORM).parental_benefit.days
        born = person.family("benefit_child_birth_date", period)
        died = person.family("benefit_child_death_date", period)
        early_death = died <= add_days(born, rules.death_of_child_within)
        used = days_between(person("mothers_benefit_start", period), died)
        many_used = used > rules.mother_before_birth
        working = person("mother_has_days_before_birth", period)
        return select(
            [
                working & early_death & many_used,
                working & early_death,
                working,
                early_death,
            ],
            [
                used + rules.after_death_of_child,
                rules.mother,
                rules.mother - person("mothers_days_late", period),
                used + rules.after_death_of_child,
            ],
            rules.mother_not_working,
        )


class mothers_benefit_end(Variable):
    """Last day of the mother's benefit."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Mother's benefit to"
    label_et = "Ema vanemahüvitis kuni"
    unit = "date"
    section = "PHS § 35"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(person: Population, period: Period) -> Array:
        days = person("mothers_days_total", period)
        return add_days(person("mothers_benefit_start", period), days - 1)


class mothers_days_paid(Variable):
    """Days of the mother's benefit in the month."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Days of the mother's benefit in the month"
    label_et = "Ema vanemahüvitise päevi kuus"
    unit = "days"
    section = "PHS § 35"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Children born from April 2022; before that maternity benefit was paid instead."

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        reform = as_date(parameters(REFORM).parental_benefit.days.reform)
        is_mother = person("parental_benefit_role", period) == ParentalBenefitRole.mother
        born = person.family("benefit_child_birth_date", period)
        days = days_of_period(
            period,
            person("mothers_benefit_start", period),
            person("mothers_benefit_end", period),
        )
        return where(is_mother & (born >= reform), days, 0)


class last_day_of_parental_benefit(Variable):
    """Last day on which days can be used: before the third birthday, 30 days after a death."""

    value_type = date
    entity = Family
    definition_period = ETERNITY
    label = "Parental benefit until"
    label_et = "Vanemahüvitis kuni"
    unit = "date"
    section = "PHS § 34(2), (8)-(9¹)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(REFORM).parental_benefit.days
        third_birthday = day_before_birthday(
            family("benefit_child_birth_date", period), rules.age_limit
        )
        after_death = add_days(
            family("benefit_child_death_date", period), rules.after_death_of_child
        )
        return min_(third_birthday, after_death)


class fathers_days_in_right(Variable):
    """Days of the father's benefit taken in the month that lie in the time of the right."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Days of the father's benefit in the time of the right"
    label_et = "Isa vanemahüvitise päevad õiguse ajal"
    unit = "days"
    section = "PHS § 36, § 34(2)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "From 30 days before the due date to the third birthday. From July 2020 to March 2022 it"
        " was the father's additional benefit."
    )

    def formula_2020_06(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(REFORM).parental_benefit.days
        is_father = person("parental_benefit_role", period) == ParentalBenefitRole.father
        born = person.family("benefit_child_birth_date", period)
        due = person.family("benefit_child_due_date", period)
        start = add_days(min_(due, born), -rules.father_before_birth)
        within = days_of_period(
            period, start, person.family("last_day_of_parental_benefit", period)
        )
        has_right = is_father & (born >= as_date(rules.father_first_birth))
        return where(has_right, min_(person("fathers_days", period), within), 0)


class fathers_days_paid(Variable):
    """Days of the father's benefit that are paid in the month."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Days of the father's benefit paid"
    label_et = "Makstavad isa vanemahüvitise päevad"
    unit = "days"
    section = "PHS § 36"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "30 days for a birth, also of several children. That the 30 days after a child's early"
        " death do not depend on those used before (§ 34(8)) is not encoded."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(REFORM).parental_benefit.days
        left = max_(rules.father - taken_before(person, "fathers_days_in_right", period), 0)
        return min_(person("fathers_days_in_right", period), left)


class shared_days_total(Variable):
    """Days of the shared benefit of both parents together."""

    value_type = int
    entity = Family
    definition_period = ETERNITY
    label = "Days of the shared benefit"
    label_et = "Jagatava vanemahüvitise päevade arv"
    unit = "days"
    section = "PHS § 37, § 35(4), § 63¹(4)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "475, with the mother's missing days before the birth if she started at the latest on the"
        " 31st day before the due date; 515 where the mother had no right before the birth; 545"
        " where the parents are dead or do not care. Children born before April 2022: 435 days"
        " after maternity benefit, else 545."
    )

    def formula(family: Group, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(REFORM).parental_benefit.days
        people = family.members
        is_mother = people("parental_benefit_role", period) == ParentalBenefitRole.mother
        works = family.any(is_mother & people("mother_has_days_before_birth", period))
        has_mother = family.any(is_mother)
        due = family.project(family("benefit_child_due_date", period))
        in_time = people("mothers_benefit_start", period) <= add_days(
            due, -rules.last_start_that_moves_days
        )
        moved = family.sum(where(is_mother & in_time, people("mothers_days_late", period), 0))
        born = family("benefit_child_birth_date", period)
        before_reform = born < as_date(rules.reform)
        return select(
            [
                before_reform & family("maternity_benefit_paid", period),
                before_reform,
                family("parents_do_not_care", period),
                has_mother & not_(works),
            ],
            [
                rules.before_2022,
                rules.before_2022_without_maternity_benefit,
                rules.shared_without_parents,
                rules.shared_without_mothers_days,
            ],
            rules.shared + moved,
        )


class days_total(Variable):
    """Days of parental benefit for the child in all: mother's, father's and shared."""

    value_type = int
    entity = Family
    definition_period = ETERNITY
    label = "Days of parental benefit in all"
    label_et = "Vanemahüvitise päevi kokku"
    unit = "days"
    section = "PHS § 34(2)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(REFORM).parental_benefit.days
        roles = family.members("parental_benefit_role", period)
        mothers = where(
            roles == ParentalBenefitRole.mother, family.members("mothers_days_total", period), 0
        )
        fathers = where(roles == ParentalBenefitRole.father, rules.father, 0)
        return family.sum(mothers) + family.sum(fathers) + family("shared_days_total", period)


class shared_days_left(Variable):
    """Days of the shared benefit left at the start of the month."""

    value_type = int
    entity = Family
    definition_period = MONTH
    label = "Shared days left at the start of the month"
    label_et = "Jagatava hüvitise päevi alles kuu algul"
    unit = "days"
    section = "PHS § 34(4), § 37"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "A day on which both parents draw the shared benefit uses two."

    def formula(family: Group, period: Period) -> Array:
        used = family.sum(taken_before(family.members, "shared_days_in_right", period))
        return max_(family("shared_days_total", period) - used, 0)


class simultaneous_days_left(Variable):
    """Days on which both parents can still be paid at once, after those of the month."""

    value_type = int
    entity = Family
    definition_period = MONTH
    label = "Simultaneous days left"
    label_et = "Samaaegseid päevi alles"
    unit = "days"
    section = "PHS § 34(3)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula_2022_04(family: Group, period: Period, parameters: ParametersAt) -> Array:
        most = parameters(period).parental_benefit.days.simultaneous
        used = taken_before(family, "simultaneous_days", period)
        return max_(most - used - family("simultaneous_days", period), 0)


class shared_days_in_right(Variable):
    """Days of the shared benefit taken in the month that lie in the time of the right."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Shared days within the right"
    label_et = "Õiguse ajal võetud jagatava hüvitise päevad"
    unit = "days"
    section = "PHS § 33(3), § 34(2), § 37(3)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "For the mother from the end of her own benefit, whenever the child was born (§ 37(3)); for"
        " others from the 31st day of the child's life; to the third birthday. From the birth for"
        " carers of a child without parents. Before April 2022 from the birth: maternity leave and"
        " the father's wait to day 71 are for the facts to respect."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(REFORM).parental_benefit.days
        born = person.family("benefit_child_birth_date", period)
        after = add_days(born, rules.shared_from_day_of_life - 1)
        role = person("parental_benefit_role", period)
        is_mother = role == ParentalBenefitRole.mother
        after_own = add_days(person("mothers_benefit_end", period), 1)
        by_reform = where(is_mother, after_own, after)
        from_birth = (born < as_date(rules.reform)) | person.family("parents_do_not_care", period)
        start = where(from_birth, born, by_reform)
        within = days_of_period(
            period, start, person.family("last_day_of_parental_benefit", period)
        )
        draws = (role != ParentalBenefitRole.none) & person.has_role(Family.PARENT)
        return where(draws, min_(person("shared_days", period), within), 0)


class shared_days_paid(Variable):
    """Days of the shared benefit that are paid in the month."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Days of the shared benefit paid"
    label_et = "Makstavad jagatava vanemahüvitise päevad"
    unit = "days"
    section = "PHS § 34(4), § 37"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Where the days of both parents are more than are left, the mother's come first, then"
        " those of the older parent; the Act does not say."
    )

    def formula(person: Population, period: Period) -> Array:
        taken = person("shared_days_in_right", period)
        left = person.family("shared_days_left", period)
        is_mother = person("parental_benefit_role", period) == ParentalBenefitRole.mother
        born = day_number(person("birth_date", period))
        rank = person.get_rank(person.family, where(is_mother, NO_DAY, born), condition=taken > 0)
        of_both = person.family.sum(person.family.members("shared_days_in_right", period))
        before_mine = where(rank == 0, 0, of_both - taken)
        return min_(taken, max_(left - before_mine, 0))


class adoptive_days_paid(Variable):
    """Days of the adoptive parent's benefit that are paid in the month."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Days of the adoptive parent's benefit paid"
    label_et = "Makstavad lapsendaja vanemahüvitise päevad"
    unit = "days"
    section = "PHS § 38"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "70 days within six months of the ruling or contract. Where more than 70 days of ordinary"
        " benefit are available there is no adoptive benefit (§ 38(4)): the facts are to respect"
        " it."
    )

    def formula_2022_04(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).parental_benefit.days
        adopts = person("parental_benefit_role", period) == ParentalBenefitRole.adopter
        start = person.family("benefit_child_in_family_since", period)
        last = add_days(add_months(start, rules.adoptive_within), -1)
        within = days_of_period(period, start, last)
        left = max_(rules.adoptive - taken_before(person, "adoptive_days", period), 0)
        return where(adopts, min_(person("adoptive_days", period), min_(within, left)), 0)
