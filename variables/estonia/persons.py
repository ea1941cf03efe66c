"""Facts about persons that many benefits ask for: birth, death, residence, family, studies."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    Enum,
    Group,
    Period,
    Population,
    Variable,
    as_date,
    date,
    date_of,
    day_number,
    first_day,
    last_day,
    max_,
    min_,
    set_input_dispatch_by_period,
    where,
)

from .entities import Family, Person

#: Days no fact lies before, or after.
LONG_AGO, NEVER = "1900-01-01", "9999-12-31"


class birth_date(Variable):
    """Date of birth."""

    value_type = date
    default_value = date(1900, 1, 1)
    minimum = date(1850, 1, 1)
    maximum = date(2100, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Date of birth"
    label_et = "Sünniaeg"
    unit = "date"
    section = "PHS § 5"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given the person counts as born in 1900: of no child's age."


class death_date(Variable):
    """Date of death."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Date of death"
    label_et = "Surmaaeg"
    unit = "date"
    section = "PHS § 5"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given the person is alive."


class residence_from(Variable):
    """First day of living in Estonia in the sense of § 4."""

    value_type = date
    default_value = date(1900, 1, 1)
    entity = Person
    definition_period = ETERNITY
    label = "Lives in Estonia from"
    label_et = "Elab Eestis alates"
    unit = "date"
    section = "PHS § 4"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "First day on which the person meets § 4: a permanent resident, or living in Estonia on a"
        " residence permit or right of residence. Where it is not given the person has always"
        " lived in Estonia."
    )


class residence_until(Variable):
    """Last day of living in Estonia in the sense of § 4."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Lives in Estonia until"
    label_et = "Elab Eestis kuni"
    unit = "date"
    section = "PHS § 4"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Last day on which the person meets § 4. A child studying abroad still meets it. Where it"
        " is not given the person goes on living in Estonia."
    )


class JoinedFamilyBy(Enum):
    """How a child came into the family."""

    birth = "Birth"
    adoption = "Adoption by somebody else than the child's forebear or a parent's partner"
    adoption_by_relative_or_spouse = "Adoption by a forebear, or a parent's spouse or partner"
    guardianship = "Guardianship"
    foster_contract = "Foster care contract"
    move = "Move from another family or back from substitute care"


class joined_family_by(Variable):
    """How the child came into the family."""

    value_type = Enum
    possible_values = JoinedFamilyBy
    default_value = JoinedFamilyBy.birth
    entity = Person
    definition_period = ETERNITY
    label = "How the child came into the family"
    label_et = "Kuidas laps perre tuli"
    section = "PHS § 25"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given the child was born into the family."


class in_family_since(Variable):
    """First day on which the child is raised in this family, where that is later than birth."""

    value_type = date
    default_value = date(1900, 1, 1)
    entity = Person
    definition_period = ETERNITY
    label = "Raised in the family since"
    label_et = "Kasvab peres alates"
    unit = "date"
    section = "PHS § 25, § 26"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "The day an adoption or guardianship ruling or a foster contract took effect, or the"
        " child moved in. Where it is not given the child is raised in the family from birth."
    )


class in_family_until(Variable):
    """Last day on which the child is raised in this family."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Raised in the family until"
    label_et = "Kasvab peres kuni"
    unit = "date"
    section = "PHS § 12, § 13, § 30(2)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "The last day before the child moves to another family, is separated from it, goes into"
        " substitute care or to prison, or the recipient loses custody. Where it is not given the"
        " child stays in the family."
    )


class stillborn(Variable):
    """Whether the child was born dead."""

    value_type = bool
    entity = Person
    definition_period = ETERNITY
    label = "Stillborn"
    label_et = "Surnult sündinud"
    section = "PHS § 22(1), § 34(7)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given the child was born alive."


class children_of_the_birth(Variable):
    """Number of children of the birth: 1 for a single child, 2 for twins, 3 for triplets."""

    value_type = int
    default_value = 1
    entity = Person
    definition_period = ETERNITY
    label = "Children of the same birth"
    label_et = "Samal sünnitusel sündinud laste arv"
    unit = "children"
    section = "PHS § 21¹, § 22(5)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given the child is a single child."


class is_student(Variable):
    """Whether the child is on the list of a school on a day of the month."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "On the list of a school"
    label_et = "On kooli nimekirjas"
    section = "PHS § 17(2), § 29"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Studies in basic school, upper secondary school or vocational school on at least one day"
        " of the month by the register of education; a pupil stays on the list in the summer."
        " Where it is not given the child is not at school."
    )


class is_on_course(Variable):
    """Whether the child without secondary education takes part in a course of 1000 hours."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "On a course of at least 1000 hours"
    label_et = "Osaleb vähemalt 1000-tunnisel kursusel"
    section = "PHS § 17(2), § 19¹(3)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "A further training course of a state institution of the Ministry of Education, on a day"
        " of the month. Where it is not given the child takes part in no course of further"
        " training."
    )


class is_in_higher_education(Variable):
    """Whether the child studies in higher education on a day of the month."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "In higher education"
    label_et = "Omandab kõrgharidust"
    section = "PHS § 19¹(3), § 48(1)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Counts for survivor's allowance and maintenance support. Where it is not given the child"
        " is not in higher education."
    )


class in_final_upper_secondary_class(Variable):
    """Whether the child is, or was this summer, in the final class of upper secondary school."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "In the final upper secondary class"
    label_et = "Õpib gümnaasiumi lõpuklassis"
    section = "PHS § 29"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given the child is not in the final upper secondary class."


class has_secondary_education(Variable):
    """Whether the child has completed secondary education."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Has secondary education"
    label_et = "On keskharidusega"
    section = "PHS § 17(2)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Completed before the month began. Where it is not given the child has no secondary"
        " education yet."
    )


class family_residence_from(Variable):
    """First day on which a parent of the family lives in Estonia, of those who have not left."""

    value_type = date
    entity = Family
    definition_period = MONTH
    label = "A parent lives in Estonia from"
    label_et = "Vanem elab Eestis alates"
    unit = "date"
    section = "PHS § 4"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Both the recipient and the child have to live in Estonia; either parent can be the"
        " recipient, also one after the other. A child living on its own (§ 25(1) p 4) has no"
        " parent to look at."
    )

    def formula(family: Group, period: Period) -> Array:
        people = family.members
        departures = min_(people("residence_until", period), people("death_date", period))
        not_left = departures >= first_day(period)
        arrivals = where(not_left, people("residence_from", period), as_date(NEVER))
        has_parents = family.nb_persons(Family.PARENT) > 0
        own = family.min(day_number(arrivals), role=Family.CHILD)
        first = family.min(day_number(arrivals), role=Family.PARENT)
        return date_of(where(has_parents, first, min_(own, day_number(as_date(NEVER)))))


class family_residence_until(Variable):
    """Last day on which a parent of the family lives in Estonia, of those who have come."""

    value_type = date
    entity = Family
    definition_period = MONTH
    label = "A parent lives in Estonia until"
    label_et = "Vanem elab Eestis kuni"
    unit = "date"
    section = "PHS § 4"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "A parent's death ends it as a move abroad does; the other parent may go on."

    def formula(family: Group, period: Period) -> Array:
        people = family.members
        departures = min_(people("residence_until", period), people("death_date", period))
        has_come = people("residence_from", period) <= last_day(period)
        departures = where(has_come, departures, as_date(LONG_AGO))
        has_parents = family.nb_persons(Family.PARENT) > 0
        own = family.max(day_number(departures), role=Family.CHILD)
        last = family.max(day_number(departures), role=Family.PARENT)
        return date_of(where(has_parents, last, max_(own, day_number(as_date(LONG_AGO)))))


class raised_in_family_until(Variable):
    """Last day of the circumstances on which a child's allowances rest: life, residence, family."""

    value_type = date
    entity = Person
    definition_period = MONTH
    label = "Raised in Estonia in the family until"
    label_et = "Kasvab Eestis peres kuni"
    unit = "date"
    section = "PHS § 4, § 12, § 13, § 30(2), § 31"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(person: Population, period: Period) -> Array:
        own = min_(person("death_date", period), person("residence_until", period))
        family = min_(
            person("in_family_until", period), person.family("family_residence_until", period)
        )
        return min_(own, family)


class claim_date(Variable):
    """Day on which the child's allowances were claimed, where they were not granted unasked."""

    value_type = date
    default_value = date(1900, 1, 1)
    entity = Person
    definition_period = ETERNITY
    label = "Allowances of the child claimed on"
    label_et = "Lapse toetuste taotlemise kuupäev"
    unit = "date"
    section = "PHS § 28(1)-(4)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Where it is not given the allowances were granted without application, or claimed in time."
    )
