"""Who counts as a resident for council tax, and who is disregarded: section 79 and schedule 1."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    ParametersAt,
    Period,
    Population,
    Variable,
    add_months,
    date,
    first_day,
    first_of_year,
    not_,
    set_input_dispatch_by_period,
)

from .dwellings import COUNCIL, LGFA
from .entities import Household, Person
from .rules import has_reached


class is_student(Variable):
    """Whether the person is a student of a full-time course."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Student"
    section = "LGFA sch. 1 para. 4"
    reference = f"{COUNCIL}/student"
    documentation = (
        "At least 21 hours a week for 24 weeks at a college or university, or under 20 in"
        " other education of at least 12 hours a week for over three months. Where it is not"
        " given the person is no student."
    )


class is_foreign_spouse_of_a_student(Variable):
    """Whether the person is a student's spouse, not British, and barred from work or benefits."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Foreign spouse of a student"
    section = "SI 1997/728 sch. 1 para. 10"
    reference = COUNCIL
    documentation = (
        "Where it is not given the person is no foreign spouse or dependant of a student."
    )


class is_severely_mentally_impaired(Variable):
    """Whether the person is severely mentally impaired."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Severely mentally impaired"
    section = "LGFA sch. 1 para. 2"
    reference = COUNCIL
    documentation = "Where it is not given the person is not severely mentally impaired."


class is_care_leaver(Variable):
    """Whether the person was looked after by a council at 16 or later, and is no longer."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Care leaver"
    section = "SI 1992/1409 sch. para. 6"
    reference = COUNCIL
    documentation = (
        "Counts since 1 April 2018, until the 26th birthday. Where it is not given the person is no"
        " care leaver."
    )


class is_youth_trainee(Variable):
    """Whether the person is an apprentice or youth trainee."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Apprentice or youth trainee"
    section = "LGFA sch. 1 para. 4"
    reference = COUNCIL
    documentation = "Where it is not given the person is no apprentice or youth trainee."


class is_patient_or_in_care_home(Variable):
    """Whether the person lives in a hospital or care home."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "In hospital or a care home"
    section = "LGFA sch. 1 paras 6 to 8"
    reference = COUNCIL
    documentation = "Where it is not given the person does not live in a hospital or care home."


class is_in_detention(Variable):
    """Whether the person is in detention."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "In detention"
    section = "LGFA sch. 1 para. 1"
    reference = COUNCIL
    documentation = "Where it is not given the person is not in detention."


class is_carer(Variable):
    """Whether the person cares for somebody in the dwelling for at least 35 hours a week."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Carer"
    section = "SI 1992/1409"
    reference = COUNCIL
    documentation = (
        "Not for a spouse, partner or own child under 18; the cared-for person has one of the"
        " listed benefits. Where it is not given the person cares for nobody."
    )


class is_care_worker(Variable):
    """Whether the person is a care worker, voluntary ones included."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Care worker"
    section = "LGFA sch. 1 para. 9"
    reference = COUNCIL
    documentation = "Where it is not given the person is no care worker."


class child_benefit_is_payable_for(Variable):
    """Whether the person is somebody for whom child benefit is payable."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Child benefit payable"
    section = "LGFA sch. 1 para. 3"
    reference = COUNCIL
    documentation = (
        "From 18 on, in school; under 18 nobody counts. Where it is not given child benefit"
        " is not payable for the person."
    )


class belongs_to_religious_community(Variable):
    """Whether the person belongs to a religious community."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Member of a religious community"
    section = "SI 1992/1409"
    reference = COUNCIL
    documentation = "Where it is not given the person belongs to no religious community."


class belongs_to_visiting_forces(Variable):
    """Whether the person belongs to visiting forces."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Member of visiting forces"
    section = "SI 1992/1409"
    reference = COUNCIL
    documentation = "Where it is not given the person belongs to no visiting forces."


class is_ukrainian_guest(Variable):
    """Whether the person came from Ukraine, and is sponsored under Homes for Ukraine."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Guest under Homes for Ukraine"
    section = "SI 1992/1409 sch. para. 7"
    reference = f"{COUNCIL}/ukraine-refugees"
    documentation = (
        "Counts since 1 April 2022; until 31 March 2023 other refugees from Ukraine count too."
        " Where it is not given the person is no guest under Homes for Ukraine."
    )


class left_school_on(Variable):
    """Day on which the person left school or college."""

    value_type = date
    default_value = date(1900, 1, 1)
    entity = Person
    definition_period = ETERNITY
    label = "Left school on"
    unit = "date"
    section = "SI 1992/1409 sch. para. 3"
    reference = "https://legislation.gov.uk/uksi/1992/1409/schedules/made"
    documentation = "Where it is not given the person left school long ago."


class is_school_leaver(Variable):
    """Whether the person, under 20, left school after April of the year, until 31 October."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "School leaver"
    section = "SI 1992/1409 sch. para. 3"
    reference = "https://legislation.gov.uk/uksi/1992/1409/schedules/made"

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        leaver = parameters(period).council_tax.discount.school_leaver
        today = first_day(period)
        left = person("left_school_on", period)
        since = add_months(first_of_year(today), leaver.first_month - 1)
        in_season = (leaver.first_month <= period.start.month) & (
            period.start.month <= leaver.last_month
        )
        young = not_(has_reached(period, person("birth_date", period), leaver.age))
        return in_season & (left >= since) & (left <= today) & young


class is_resident(Variable):
    """Whether the person lives in the dwelling: all but the owner of an empty one."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Resident"
    section = "LGFA s. 99"
    reference = LGFA

    def formula(person: Population, period: Period) -> Array:
        return not_(person.has_role(Household.OWNER))


class counts_as_care_leaver(Variable):
    """Whether the person is a care leaver under 26."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Care leaver under 26"
    section = "SI 1992/1409 sch. para. 6"
    reference = f"{COUNCIL}/care-leavers"

    def formula_2018_04(person: Population, period: Period, parameters: ParametersAt) -> Array:
        end_age = parameters(period).council_tax.discount.end_age_of_care_leavers
        young = not_(has_reached(period, person("birth_date", period), end_age))
        return person("is_care_leaver", period) & young


class is_of_an_exempt_kind(Variable):
    """Whether the person is of a kind that leaves a dwelling exempt when all residents are."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Of an exempt kind"
    section = "SI 1997/728 sch. 1 paras 10, 26"
    reference = "https://legislation.gov.uk/uksi/1997/728/schedule/1/paragraph/10?view=plain"
    documentation = (
        "Students and their foreign spouses, the severely mentally impaired, school leavers, care"
        " leavers since 1 April 2018, guests from Ukraine since 1 April 2022, and everybody under"
        " 18."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).council_tax
        guest = person("is_ukrainian_guest", period) & law.discount.guests_from_ukraine
        minor = not_(has_reached(period, person("birth_date", period), law.discount.adult_age))
        of_a_kind = (
            person("is_student", period)
            | person("is_foreign_spouse_of_a_student", period)
            | person("is_severely_mentally_impaired", period)
            | person("is_school_leaver", period)
            | person("counts_as_care_leaver", period)
            | guest
            | minor
        )
        return of_a_kind & person("is_resident", period)


class is_disregarded(Variable):
    """Whether the resident does not count for the status discount."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Disregarded for council tax"
    section = "LGFA sch. 1"
    reference = COUNCIL
    documentation = "As things are on the first day of the month."

    def formula(person: Population, period: Period) -> Array:
        return (
            person("is_of_an_exempt_kind", period)
            | person("is_youth_trainee", period)
            | person("is_patient_or_in_care_home", period)
            | person("is_in_detention", period)
            | person("is_carer", period)
            | person("is_care_worker", period)
            | person("child_benefit_is_payable_for", period)
            | person("belongs_to_religious_community", period)
            | person("belongs_to_visiting_forces", period)
        )
