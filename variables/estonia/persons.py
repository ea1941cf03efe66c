"""Facts about persons that many benefits ask for: birth, death, residence."""

from policy.model_api import ETERNITY, Variable, date

from .entities import Person


class birth_date(Variable):
    """Date of birth."""

    value_type = date
    default_value = date(1900, 1, 1)
    entity = Person
    definition_period = ETERNITY
    label = "Date of birth"
    label_et = "Sünniaeg"
    unit = "date"
    section = "PHS § 5"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given the person counts as born in 1900: an adult of no child age."


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
    """First day of living in Estonia, in the sense of § 4."""

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
        "First day on which the person meets the residence test of § 4: permanent resident, or"
        " living in Estonia on a residence permit or right of residence. Where it is not given the"
        " person has always lived in Estonia."
    )


class residence_until(Variable):
    """Last day of living in Estonia, in the sense of § 4."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Lives in Estonia until"
    label_et = "Elab Eestis kuni"
    unit = "date"
    section = "PHS § 4"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given the person lives in Estonia without end."
