"""Child allowance (lapsetoetus): Family Benefits Act (PHS) § 17, counted by § 26."""

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
    add_years,
    as_date,
    date,
    day_number,
    first_day,
    last_day,
    max_,
    min_,
    not_,
    round_to_cents,
    set_input_dispatch_by_period,
    where,
)

from .entities import Family, Person
from .rules import (
    day_before_birthday,
    end_of_final_class,
    end_of_school_year,
    is_payable,
    lasts_into,
    paid_from,
)
from .rules import (
    share_of_first_month as share_of_month_from,
)


class Recipient(Enum):
    """Which of the family's parents draws a child's allowance."""

    first_parent = "The first parent"
    second_parent = "The second parent"


class child_allowance_recipient(Variable):
    """Which parent draws the child's allowance."""

    value_type = Enum
    possible_values = Recipient
    default_value = Recipient.first_parent
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Recipient of the child's allowance"
    label_et = "Lapsetoetuse saaja"
    section = "PHS § 25, § 26"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Children of one family whose allowance two parents draw are 1st, 2nd and 3rd for each of"
        " them separately. Where it is not given one parent draws child allowance for all children"
        " of the family."
    )


class guardianship_proceedings(Variable):
    """Whether a court is deciding on the child's guardianship in the month."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Guardianship proceedings in court"
    label_et = "Eestkoste seadmise menetlus kohtus"
    section = "PHS § 28(1¹)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "From 5 November 2018: from the start of the proceedings until the ruling is notified the"
        " person raising the"
        " child gets only child allowance, at the rate of a first and second child. Where it is"
        " not given no court decides on guardianship."
    )


class academic_leave_from(Variable):
    """First day of an academic leave of a child aged 19 or over."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Academic leave from"
    label_et = "Akadeemiline puhkus alates"
    unit = "date"
    section = "PHS § 12(7)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given there is no academic leave."


class academic_leave_until(Variable):
    """Last day of an academic leave."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Academic leave until"
    label_et = "Akadeemiline puhkus kuni"
    unit = "date"
    section = "PHS § 12(7)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given an academic leave that began does not end."


class child_allowance_from(Variable):
    """The day on which the right to the child's allowance arose in this family."""

    value_type = date
    entity = Person
    definition_period = MONTH
    label = "Right to child allowance from"
    label_et = "Õigus lapsetoetusele alates"
    unit = "date"
    section = "PHS § 17(1), § 28(1)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(person: Population, period: Period) -> Array:
        in_family = max_(person("birth_date", period), person("in_family_since", period))
        residence = max_(
            person("residence_from", period), person.family("family_residence_from", period)
        )
        return max_(in_family, residence)


class school_year_of_nineteen_until(Variable):
    """Last day of the school year in which the child turns 19."""

    value_type = date
    entity = Person
    definition_period = MONTH
    label = "School year of turning 19 until"
    label_et = "19-aastaseks saamise õppeaasta kuni"
    unit = "date"
    section = "PHS § 17(2), § 29"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "31 August; in the final class of upper secondary school 30 June, but never before the"
        " birthday. A child that turns 19 on 1 September does so in the year that begins then."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        school_year = parameters(period).school_year
        age = parameters(period).child_allowance.age_limit_in_studies
        born = person("birth_date", period)
        birthday = add_years(born, age)
        until = where(
            person("in_final_upper_secondary_class", period),
            end_of_final_class(birthday, school_year),
            end_of_school_year(birthday, school_year),
        )
        return max_(until, day_before_birthday(born, age))


class studies_in_school_year_of_nineteen(Variable):
    """Whether the child studies, without secondary education, in or before its 19th year's end."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Studies up to the end of the school year of turning 19"
    label_et = "Õpib kuni 19-aastaseks saamise õppeaasta lõpuni"
    section = "PHS § 17(2), § 20(3), § 29"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "A month counts if the child is on the list of a school or course on one day of it, also"
        " where it comes back within the month (§ 29(2²)). A course is paid to the end of that"
        " school year at most."
    )

    def formula(person: Population, period: Period) -> Array:
        studies = person("is_student", period) | person("is_on_course", period)
        until = person("school_year_of_nineteen_until", period)
        return studies & not_(person("has_secondary_education", period)) & lasts_into(period, until)


class paid_in_september_without_studies(Variable):
    """Whether the September after a school year is paid to a child that left school in summer."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "September paid without studies"
    label_et = "September makstakse ilma õpinguteta"
    section = "PHS § 17(2)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "In 2021 and 2022, for a child below nineteen that was still on the list of a school in"
        " August."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).child_allowance
        born = person("birth_date", period)
        below_nineteen = lasts_into(period, day_before_birthday(born, rules.age_limit_in_studies))
        in_september = period.start.month == parameters(period).school_year.first_month
        return (
            below_nineteen
            & person("is_student", period.last_month)
            & (rules.september_without_studies & in_september)
        )


class suspended_by_academic_leave(Variable):
    """Whether an academic leave begun in an earlier month suspends the family's benefits."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    enacted = {"2025-05-01": "2025-03-19"}
    label = "Suspended by academic leave"
    label_et = "Peatatud akadeemilise puhkuse tõttu"
    section = "PHS § 12(7)"
    reference = "https://www.riigiteataja.ee/akt/108042025001"
    documentation = (
        "In force from 18 April 2025 and counted from the month after: the first month suspended"
        " is May 2025, also where the leave began before."
    )

    def formula_2025_05(person: Population, period: Period, parameters: ParametersAt) -> Array:
        age = parameters(period).child_allowance.age_limit_in_studies
        below_nineteen = lasts_into(period, day_before_birthday(person("birth_date", period), age))
        begun_before = person("academic_leave_from", period) < first_day(period)
        lasts = lasts_into(period, person("academic_leave_until", period))
        return not_(below_nineteen) & begun_before & lasts


class child_allowance_paid_from(Variable):
    """The day from which the child's allowance is paid, by the day of the claim."""

    value_type = date
    entity = Person
    definition_period = MONTH
    label = "Child allowance paid from"
    label_et = "Lapsetoetust makstakse alates"
    unit = "date"
    section = "PHS § 28(1)-(2)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        return paid_from(
            person("child_allowance_from", period),
            person("claim_date", period),
            parameters(period).general.claim_window,
        )


class child_allowance_until(Variable):
    """The last day of the right to the child's allowance by age, studies and circumstances."""

    value_type = date
    entity = Person
    definition_period = MONTH
    label = "Right to child allowance until"
    label_et = "Õigus lapsetoetusele kuni"
    unit = "date"
    section = "PHS § 17(1)-(2), § 29, § 31"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "The right 'to' an age ends with the day before the birthday. A child that turns 19 within"
        " a school year and studies without secondary education has it to the end of that school"
        " year: 31 August, in the final class of upper secondary school 30 June. The September"
        " after a school year is paid to its end."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        age = parameters(period).child_allowance.age_limit
        below_age = day_before_birthday(person("birth_date", period), age)
        in_studies = where(
            person("studies_in_school_year_of_nineteen", period),
            person("school_year_of_nineteen_until", period),
            below_age,
        )
        in_september = where(
            person("paid_in_september_without_studies", period), last_day(period), below_age
        )
        return min_(max_(in_studies, in_september), person("raised_in_family_until", period))


class only_child_allowance(Variable):
    """Whether only child allowance is paid for the child, as a court decides on guardianship."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Only child allowance is paid"
    label_et = "Makstakse üksnes lapsetoetust"
    section = "PHS § 12(1), § 28(1¹)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula_2018_11(person: Population, period: Period) -> Array:
        return person("guardianship_proceedings", period)


class entitled_to_child_allowance(Variable):
    """Whether the child's allowance is payable for the month."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Entitled to child allowance"
    label_et = "Õigus lapsetoetusele"
    section = "PHS § 17(1)-(2), § 31"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(person: Population, period: Period) -> Array:
        is_child = person.has_role(Family.CHILD) & not_(person("stillborn", period))
        start = person("child_allowance_paid_from", period)
        payable = is_payable(period, start, person("child_allowance_until", period))
        suspended = person("suspended_by_academic_leave", period)
        return is_child & payable & not_(suspended)


class share_of_first_month(Variable):
    """Part of the month for which the child's allowance is payable: below 1 only in the first."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Share of the month"
    label_et = "Osa kuust"
    unit = "1"
    section = "PHS § 7(1)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "A right that begins and ends within one month is paid from its start to the end of the"
        " month (§ 31)."
    )

    def formula(person: Population, period: Period) -> Array:
        share = share_of_month_from(period, person("child_allowance_paid_from", period))
        return where(person("entitled_to_child_allowance", period), share, 0.0)


class number_of_entitled_children(Variable):
    """Number of the family's children for whom child allowance is payable on a day of the month."""

    value_type = int
    entity = Family
    definition_period = MONTH
    label = "Children entitled to child allowance"
    label_et = "Lapsetoetuse õigusega laste arv"
    unit = "children"
    section = "PHS § 26(1)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period) -> Array:
        return family.sum(1 * family.members("entitled_to_child_allowance", period))


class position_among_children(Variable):
    """The child's position among its recipient's children: 1 for the first, 0 if not entitled."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Position among the recipient's children"
    label_et = "Mitmes laps"
    unit = "1"
    section = "PHS § 26"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Children entitled for the whole month come first, by age; a child whose right arises"
        " within the month comes after them, in the order of the days. The Act does not say so; in"
        " a full month only the count matters."
    )

    def formula(person: Population, period: Period) -> Array:
        entitled = person("entitled_to_child_allowance", period) & not_(
            person("only_child_allowance", period)
        )
        recipient = person("child_allowance_recipient", period)
        begins = max_(person("child_allowance_paid_from", period), first_day(period))
        within_day = day_number(person("birth_date", period)) / day_number(as_date("9999-12-31"))
        order = day_number(begins) + within_day
        of_first = entitled & (recipient == Recipient.first_parent)
        of_second = entitled & (recipient == Recipient.second_parent)
        among_first = person.get_rank(person.family, order, condition=of_first)
        among_second = person.get_rank(person.family, order, condition=of_second)
        return max_(among_first, among_second) + 1


class child_allowance_of_child(Variable):
    """Child allowance for one child in a month: § 17."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Child allowance for the child"
    label_et = "Lapsetoetus lapse kohta"
    unit = "EUR"
    section = "PHS § 17, § 26"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rates = parameters(period).child_allowance
        rate = where(
            person("position_among_children", period) <= rates.children_at_lower_rate,
            rates.first_and_second_child,
            rates.third_and_further_child,
        )
        return round_to_cents(rate * person("share_of_first_month", period))


class child_allowance(Variable):
    """Child allowance of a family for one month: § 17, counted by § 26."""

    value_type = float
    entity = Family
    definition_period = MONTH
    label = "Child allowance"
    label_et = "Lapsetoetus"
    unit = "EUR"
    section = "PHS § 17"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "The sum over the family's children, each rounded to the cent (§ 8(6))."

    def formula(family: Group, period: Period) -> Array:
        return round_to_cents(family.sum(family.members("child_allowance_of_child", period)))
