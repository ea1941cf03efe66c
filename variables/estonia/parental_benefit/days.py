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
    days_in,
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
#: The parents of a family, at most: each has the other's days beside the own.
PARENTS = 2
#: The instant at which the rules of days of the 2022 reform are read.
REFORM = "2022-04-01"


def taken_before(population: Population | Group, name: str, period: Period) -> Array:
    """Return the days of a kind taken in the months before."""
    days = 0 * population(name, period)
    for months in range(1, MONTHS_OF_DAYS + 1):
        days = days + population(name, period.offset(-months, "month"))
    return days


def days_here(person: Population, period: Period, start: Array, end: Array) -> Array:
    """Return the days of a month, from a day to another, on which the parent lives in Estonia."""
    gone = min_(person("residence_until", period), person("death_date", period))
    return days_of_period(period, max_(start, person("residence_from", period)), min_(end, gone))


def days_raising(person: Population, period: Period, start: Array, end: Array) -> Array:
    """Return the days of a month, from a day to another, on which the parent raises the child."""
    first = max_(start, person.family("benefit_child_raised_from", period))
    last = min_(end, person.family("benefit_child_raised_until", period))
    return days_here(person, period, first, last)


class mother_has_days_before_birth(Variable):
    """Whether the mother has the right to benefit before the birth."""

    value_type = bool
    entity = Person
    definition_period = ETERNITY
    label = "Mother's right to benefit before the birth"
    label_et = "Ema õigus hüvitisele enne sündi"
    section = "PHS § 35(1)-(2)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    documentation = (
        "A mother who works; from 2026-10-01 also one who does not and whose child's other parent"
        " is dead or missing, where a day before the due date and the birth lies after it."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        since = as_date(parameters(REFORM).parental_benefit.days.survivor_rule_from)
        due = person.family("benefit_child_due_date", period)
        born = person.family("benefit_child_birth_date", period)
        lone = person("other_parent_dead_or_missing", period) & (since < min_(due, born))
        return person("works_before_birth", period) | lone


class mothers_right_from(Variable):
    """Day on which the mother's right to benefit before the birth arises."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Mother's right before the birth from"
    label_et = "Ema sünnieelne õigus alates"
    unit = "date"
    section = "PHS § 35(2)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "70 days before the due date; for a mother who does not work not before 2026-10-01, when"
        " her right came into the Act."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(REFORM).parental_benefit.days
        due = person.family("benefit_child_due_date", period)
        earliest = add_days(due, -rules.mother_before_birth)
        lone = max_(earliest, as_date(rules.survivor_rule_from))
        return where(person("works_before_birth", period), earliest, lone)


class mothers_benefit_start(Variable):
    """First day of the mother's benefit."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Mother's benefit from"
    label_et = "Ema vanemahüvitis alates"
    unit = "date"
    section = "PHS § 35(3), (5)-(6), § 34(9)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "The day asked for, at the earliest that of the right; the day of birth if the child comes"
        " before it, or the next day if she worked on that day. A mother without the right before"
        " the birth: the day of birth, after a stillbirth the next day."
    )

    def formula(person: Population, period: Period) -> Array:
        born = person.family("benefit_child_birth_date", period)
        asked = person("mothers_benefit_planned_start", period)
        planned = max_(asked, person("mothers_right_from", period))
        before_birth = person("mother_has_days_before_birth", period)
        next_day = where(
            before_birth,
            person("worked_on_day_of_birth", period),
            person.family("benefit_child_stillborn", period),
        )
        at_birth = where(next_day, add_days(born, 1), born)
        return where(before_birth & (planned < born), planned, at_birth)


class had_maternity_leave(Variable):
    """Whether the mother was on maternity leave that began before April 2022."""

    value_type = bool
    entity = Person
    definition_period = ETERNITY
    label = "Mother on maternity leave before April 2022"
    label_et = "Ema sünnituspuhkusel enne 2022. aasta aprilli"
    section = "PHS § 63¹(4)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "A mother who worked and was paid maternity benefit. Leave not asked for later began 70"
        " days before the due date, so that due dates to 2022-06-09 count."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        reform = as_date(parameters(REFORM).parental_benefit.days.reform)
        is_mother = person("parental_benefit_role", period) == ParentalBenefitRole.mother
        paid = person.family("maternity_benefit_paid", period)
        began_before = person("mothers_benefit_start", period) < reform
        return is_mother & person("works_before_birth", period) & paid & began_before


class days_of_before_2022(Variable):
    """Whether the days of benefit for the child are those of the rules before April 2022."""

    value_type = bool
    entity = Family
    definition_period = ETERNITY
    label = "Days by the rules before April 2022"
    label_et = "Päevad enne 2022. aasta aprilli kehtinud korra järgi"
    section = "PHS § 63¹(4)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "A child born before April 2022, or whose mother's leave began before it."

    def formula(family: Group, period: Period, parameters: ParametersAt) -> Array:
        reform = as_date(parameters(REFORM).parental_benefit.days.reform)
        on_leave = family.any(family.members("had_maternity_leave", period))
        return on_leave | (family("benefit_child_birth_date", period) < reform)


class died_early(Variable):
    """Whether the child was stillborn or died within 70 days of its birth."""

    value_type = bool
    entity = Family
    definition_period = ETERNITY
    label = "Stillborn or dead within 70 days"
    label_et = "Sündis surnult või suri 70 päeva jooksul"
    section = "PHS § 34(7)-(9)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period, parameters: ParametersAt) -> Array:
        within = parameters(REFORM).parental_benefit.days.death_of_child_within
        born = family("benefit_child_birth_date", period)
        return family("benefit_child_death_date", period) <= add_days(born, within)


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
        " death where more than 70 were used, that day included; 30 from the day after for a mother"
        " who did not work."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(REFORM).parental_benefit.days
        died = person.family("benefit_child_death_date", period)
        early_death = person.family("died_early", period)
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
    documentation = (
        "While mother and child live in Estonia. Nothing where the mother's leave began before"
        " April 2022: maternity benefit was paid instead."
    )

    def formula(person: Population, period: Period) -> Array:
        is_mother = person("parental_benefit_role", period) == ParentalBenefitRole.mother
        start = person("mothers_benefit_start", period)
        end = person("mothers_benefit_end", period)
        days = days_here(
            person,
            period,
            max_(start, person.family("benefit_child_residence_from", period)),
            min_(end, person.family("benefit_child_residence_until", period)),
        )
        has_right = is_mother & not_(person.family("days_of_before_2022", period))
        return where(has_right, days, 0)


class last_day_of_parental_benefit(Variable):
    """Last day on which days can be used: before the third birthday, or the child's last."""

    value_type = date
    entity = Family
    definition_period = ETERNITY
    label = "Parental benefit until"
    label_et = "Vanemahüvitis kuni"
    unit = "date"
    section = "PHS § 34(2), § 36(4)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "The days after a child's death are rights of their own (§ 34(7)-(9¹))."

    def formula(family: Group, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(REFORM).parental_benefit.days
        third_birthday = day_before_birthday(
            family("benefit_child_birth_date", period), rules.age_limit
        )
        return min_(third_birthday, family("benefit_child_death_date", period))


class fathers_days_after_death(Variable):
    """Days of the father's benefit after the child's early death taken in the month."""

    value_type = int
    entity = Person
    definition_period = MONTH
    enacted = {"2020-07-01": "2017-12-06"}
    label = "Days of the father's benefit after the child's death"
    label_et = "Isa vanemahüvitise päevad pärast lapse surma"
    unit = "days"
    section = "PHS § 34(8)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "30 days in a row whatever he used before. The Act does not say from when: here from the"
        " day after the death, as for the mother."
    )

    def formula_2020_07(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(REFORM).parental_benefit.days
        is_father = person("parental_benefit_role", period) == ParentalBenefitRole.father
        born = person.family("benefit_child_birth_date", period)
        died = person.family("benefit_child_death_date", period)
        within = days_here(
            person, period, add_days(died, 1), add_days(died, rules.after_death_of_child)
        )
        has_right = (
            is_father
            & person.family("died_early", period)
            & (born >= as_date(rules.father_first_birth))
        )
        return where(has_right, min_(person("fathers_days", period), within), 0)


class fathers_days_in_right(Variable):
    """Days of the father's benefit taken in the month that lie in the time of the right."""

    value_type = int
    entity = Person
    definition_period = MONTH
    enacted = {"2020-07-01": "2017-12-06"}
    label = "Days of the father's benefit in the time of the right"
    label_et = "Isa vanemahüvitise päevad õiguse ajal"
    unit = "days"
    section = "PHS § 36, § 34(2)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "From 30 days before the due date, or the birth if that is earlier, to the third birthday,"
        " while father and child live in Estonia and the child in the family. From July 2020 to"
        " March 2022 it was the father's additional benefit."
    )

    def formula_2020_07(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(REFORM).parental_benefit.days
        is_father = person("parental_benefit_role", period) == ParentalBenefitRole.father
        born = person.family("benefit_child_birth_date", period)
        due = person.family("benefit_child_due_date", period)
        start = min_(add_days(due, -rules.father_before_birth), born)
        end = person.family("last_day_of_parental_benefit", period)
        within = days_raising(person, period, start, end)
        taken = person("fathers_days", period) - person("fathers_days_after_death", period)
        has_right = is_father & (born >= as_date(rules.father_first_birth))
        return where(has_right, min_(taken, within), 0)


class fathers_days_paid(Variable):
    """Days of the father's benefit that are paid in the month."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Days of the father's benefit paid"
    label_et = "Makstavad isa vanemahüvitise päevad"
    unit = "days"
    section = "PHS § 36, § 34(8)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "30 days for a birth, also of several children, and those after an early death."

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(REFORM).parental_benefit.days
        left = max_(rules.father - taken_before(person, "fathers_days_in_right", period), 0)
        of_balance = min_(person("fathers_days_in_right", period), left)
        return of_balance + person("fathers_days_after_death", period)


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
        " where the parents are dead or do not care. By the rules before April 2022: 435 days after"
        " maternity benefit, else 545; else to the day before the child was 18 months old, where"
        " that was before July 2020."
    )

    def formula(family: Group, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(REFORM).parental_benefit.days
        people = family.members
        is_mother = people("parental_benefit_role", period) == ParentalBenefitRole.mother
        works = family.any(is_mother & people("mother_has_days_before_birth", period))
        has_mother = family.any(is_mother)
        due = family.project(family("benefit_child_due_date", period))
        start = people("mothers_benefit_start", period)
        in_time = start <= add_days(due, -rules.last_start_that_moves_days)
        unused = max_(day_number(start) - day_number(people("mothers_right_from", period)), 0)
        moved = family.sum(where(is_mother & in_time, unused, 0))
        before_reform = family("days_of_before_2022", period)
        born = family("benefit_child_birth_date", period)
        last = add_days(add_months(born, rules.months_without_maternity_benefit), -1)
        by_months = last < as_date(rules.days_instead_of_months_from)
        return select(
            [
                before_reform & family("maternity_benefit_paid", period),
                by_months,
                before_reform,
                family("parents_do_not_care", period),
                has_mother & not_(works),
            ],
            [
                rules.before_2022,
                days_between(born, last),
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
    documentation = (
        "Without the mother's by the rules before April 2022, without the father's for children"
        " born before July 2020."
    )

    def formula(family: Group, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(REFORM).parental_benefit.days
        roles = family.members("parental_benefit_role", period)
        of_mother = where(
            roles == ParentalBenefitRole.mother, family.members("mothers_days_total", period), 0
        )
        of_father = where(roles == ParentalBenefitRole.father, rules.father, 0)
        born = family("benefit_child_birth_date", period)
        mothers = where(family("days_of_before_2022", period), 0, family.sum(of_mother))
        fathers = where(born < as_date(rules.father_first_birth), 0, family.sum(of_father))
        return mothers + fathers + family("shared_days_total", period)


class simultaneous_shared_days(Variable):
    """Days of the month on which both parents draw the shared benefit."""

    value_type = int
    entity = Family
    definition_period = MONTH
    enacted = {"2022-04-01": "2018-10-17"}
    label = "Days on which both draw the shared benefit"
    label_et = "Samaaegse jagatava hüvitise päevad"
    unit = "days"
    section = "PHS § 34(3)-(4)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Simultaneous days, at most the shared days of the parent who takes fewer."

    def formula_2022_04(family: Group, period: Period) -> Array:
        shared = family.members("shared_days_in_right", period)
        of_other = family.project(family.sum(shared)) - shared
        fewer = family.sum(min_(shared, of_other)) / PARENTS
        return min_(family("simultaneous_days", period), fewer)


class shared_days_given_back(Variable):
    """Shared days used twice in earlier months by which the benefit is not shortened."""

    value_type = int
    entity = Family
    definition_period = MONTH
    enacted = {"2022-04-01": "2018-10-17"}
    label = "Simultaneous shared days given back"
    label_et = "Tagasi arvestatud samaaegsed päevad"
    unit = "days"
    section = "PHS § 34(6)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "After a birth of triplets or more, or before week 34 of pregnancy, simultaneous use"
        " shortens the benefit by at most 30 days."
    )

    def formula_2022_04(family: Group, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).parental_benefit.days
        earliest = add_days(family("benefit_child_due_date", period), -rules.premature)
        premature = family("benefit_child_birth_date", period) < earliest
        used = taken_before(family, "simultaneous_shared_days", period)
        given_back = max_(used - rules.simultaneous_deducted, 0)
        return where(premature | family("benefit_child_of_triplets", period), given_back, 0)


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
    documentation = (
        "A day on which both parents draw the shared benefit uses two, but for those given back."
    )

    def formula(family: Group, period: Period) -> Array:
        used = family.sum(taken_before(family.members, "shared_days_in_right", period))
        given_back = family("shared_days_given_back", period)
        return max_(family("shared_days_total", period) - used + given_back, 0)


class simultaneous_days_left(Variable):
    """Days on which both parents can still be paid at once, after those of the month."""

    value_type = int
    entity = Family
    definition_period = MONTH
    enacted = {"2022-04-01": "2018-10-17"}
    label = "Simultaneous days left"
    label_et = "Samaaegseid päevi alles"
    unit = "days"
    section = "PHS § 34(3)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    documentation = (
        "60 days; 35 where an adoptive parent draws adoptive benefit, as one does who has no right"
        " to the shared benefit of a child without parents."
    )

    def formula_2022_04(family: Group, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).parental_benefit.days
        roles = family.members("parental_benefit_role", period)
        adopts = family.any(roles == ParentalBenefitRole.adopter)
        joined = family("benefit_child_in_family_since", period)
        in_time = joined <= family("last_day_of_parental_benefit", period)
        shares = family("parents_do_not_care", period) & in_time
        most = where(adopts & not_(shares), rules.simultaneous_adoptive, rules.simultaneous)
        used = taken_before(family, "simultaneous_days", period)
        return max_(most - used - family("simultaneous_days", period), 0)


class shared_days_after_death(Variable):
    """Days of the shared benefit after the child's death taken in the month."""

    value_type = int
    entity = Person
    definition_period = MONTH
    enacted = {"2023-02-01": "2022-12-28"}
    label = "Shared days after the child's death"
    label_et = "Jagatava hüvitise päevad pärast lapse surma"
    unit = "days"
    section = "PHS § 34(9¹)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "30 days in a row of each parent, from the day after the death, whatever is left of the"
        " shared days; for deaths from February 2023, later than 70 days after the birth and"
        " before the third birthday."
    )

    def formula_2023_02(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).parental_benefit.days
        born = person.family("benefit_child_birth_date", period)
        died = person.family("benefit_child_death_date", period)
        within = days_here(
            person, period, add_days(died, 1), add_days(died, rules.after_later_death)
        )
        has_right = (
            draws_shared_benefit(person, period)
            & not_(person.family("died_early", period))
            & (died >= as_date(rules.later_death_from))
            & (died <= day_before_birthday(born, rules.age_limit))
        )
        return where(has_right, min_(person("shared_days", period), within), 0)


def within_balance(person: Population, period: Period, in_right: str, left: str) -> Array:
    """Return a parent's days of a month that lie in what both have left: first the mother's."""
    taken = person(in_right, period)
    is_mother = person("parental_benefit_role", period) == ParentalBenefitRole.mother
    born = day_number(person("birth_date", period))
    rank = person.get_rank(person.family, where(is_mother, NO_DAY, born))
    of_both = person.family.sum(person.family.members(in_right, period))
    before_mine = where(rank == 0, 0, of_both - taken)
    return min_(taken, max_(person.family(left, period) - before_mine, 0))


def draws_shared_benefit(person: Population, period: Period) -> Array:
    """Tell whether a person is a parent who draws parental benefit."""
    role = person("parental_benefit_role", period)
    return (role != ParentalBenefitRole.none) & person.has_role(Family.PARENT)


class shared_days_in_right(Variable):
    """Days of the shared benefit taken in the month that lie in the time of the right."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Shared days within the right"
    label_et = "Õiguse ajal võetud jagatava hüvitise päevad"
    unit = "days"
    section = "PHS § 33(3), § 34(2), § 37(3), § 46(1)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "For the mother from the end of her own benefit or maternity leave, whenever the child was"
        " born (§ 37(3)); for others from the 31st day of the child's life; to the third birthday."
        " From the birth for carers of a child without parents. Only while parent and child live"
        " in Estonia and the child in the family, and on no day taken of the father's or"
        " adoptive parent's benefit (§ 46(1)). For children born before April 2022 from the birth:"
        " maternity leave and the father's wait to day 71 are for the facts to respect."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(REFORM).parental_benefit.days
        born = person.family("benefit_child_birth_date", period)
        after = add_days(born, rules.shared_from_day_of_life - 1)
        is_mother = person("parental_benefit_role", period) == ParentalBenefitRole.mother
        after_own = where(
            person("had_maternity_leave", period),
            person("right_after_maternity_leave", period),
            add_days(person("mothers_benefit_end", period), 1),
        )
        by_reform = where(is_mother, after_own, after)
        from_birth = (born < as_date(rules.reform)) | person.family("parents_do_not_care", period)
        start = where(from_birth, born, by_reform)
        end = person.family("last_day_of_parental_benefit", period)
        within = days_raising(person, period, start, end)
        taken = person("shared_days", period) - person("shared_days_after_death", period)
        own = person("fathers_days_in_right", period) + person("adoptive_days_in_right", period)
        free = max_(days_in(period) - own, 0)
        in_right = min_(taken, min_(within, free))
        return where(draws_shared_benefit(person, period), in_right, 0)


class shared_days_paid(Variable):
    """Days of the shared benefit that are paid in the month."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Days of the shared benefit paid"
    label_et = "Makstavad jagatava vanemahüvitise päevad"
    unit = "days"
    section = "PHS § 34(4), (9¹), § 37"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Where the days of both parents are more than are left, the mother's come first, then"
        " those of the older parent; the Act does not say."
    )

    def formula(person: Population, period: Period) -> Array:
        of_balance = within_balance(person, period, "shared_days_in_right", "shared_days_left")
        return of_balance + person("shared_days_after_death", period)


class adoptive_days_in_right(Variable):
    """Days of the adoptive parent's benefit taken in the month, in the time of the right."""

    value_type = int
    entity = Person
    definition_period = MONTH
    enacted = {"2022-04-01": "2018-10-17"}
    label = "Adoptive days within the right"
    label_et = "Õiguse ajal võetud lapsendaja hüvitise päevad"
    unit = "days"
    section = "PHS § 38(1), (3)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Within six months of the ruling or contract, while parent and child live in Estonia and"
        " the child in the family. Not for a guardian (§ 38(1))."
    )

    def formula_2022_04(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).parental_benefit.days
        adopts = person("parental_benefit_role", period) == ParentalBenefitRole.adopter
        has_right = adopts & not_(person.family("benefit_child_under_guardianship", period))
        start = person.family("benefit_child_in_family_since", period)
        last = add_days(add_months(start, rules.adoptive_within), -1)
        within = days_raising(person, period, start, last)
        return where(has_right, min_(person("adoptive_days", period), within), 0)


class adoptive_days_left(Variable):
    """Days of the adoptive parent's benefit left at the start of the month."""

    value_type = int
    entity = Family
    definition_period = MONTH
    enacted = {"2022-04-01": "2018-10-17"}
    label = "Adoptive days left at the start of the month"
    label_et = "Lapsendaja hüvitise päevi alles kuu algul"
    unit = "days"
    section = "PHS § 38(3), § 34(4); TLS § 61(3)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Two adoptive parents have them together; a day on which both are paid uses two."
    )

    def formula_2022_04(family: Group, period: Period, parameters: ParametersAt) -> Array:
        used = family.sum(taken_before(family.members, "adoptive_days_in_right", period))
        return max_(parameters(period).parental_benefit.days.adoptive - used, 0)


class adoptive_days_paid(Variable):
    """Days of the adoptive parent's benefit that are paid in the month."""

    value_type = int
    entity = Person
    definition_period = MONTH
    enacted = {"2022-04-01": "2018-10-17"}
    label = "Days of the adoptive parent's benefit paid"
    label_et = "Makstavad lapsendaja vanemahüvitise päevad"
    unit = "days"
    section = "PHS § 38"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "70 days within six months of the ruling or contract, of two adoptive parents together;"
        " where they ask for more than are left those of the older come first. Where more than 70"
        " days of ordinary benefit are available there is no adoptive benefit (§ 38(4)): the facts"
        " are to respect it."
    )

    def formula_2022_04(person: Population, period: Period) -> Array:
        return within_balance(person, period, "adoptive_days_in_right", "adoptive_days_left")
