"""Allowances granted without application, and when they are offered: PHS § 28(6)–(8), § 35."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    ParametersAt,
    Period,
    Population,
    Variable,
    add_days,
    date,
)

from .entities import Person
from .persons import JoinedFamilyBy


class allowance_paid_for_sibling(Variable):
    """Whether child allowance is being paid for an earlier child with the same parents."""

    value_type = bool
    entity = Person
    definition_period = ETERNITY
    label = "Child allowance is paid for a sibling"
    label_et = "Õe või venna eest makstakse lapsetoetust"
    section = "PHS § 28(6)"
    reference = "https://www.riigiteataja.ee/akt/126102018001"
    documentation = (
        "When the child's birth becomes known. The Act says 'the previous child' and 'family"
        " allowances'; any earlier child with the same parents counts here for whom child allowance"
        " is paid. Where it is not given none is paid yet for a child with the same parents."
    )


class grant_notified_on(Variable):
    """Day of the notice that the child's allowances are granted without application."""

    value_type = date
    default_value = date(1900, 1, 1)
    entity = Person
    definition_period = ETERNITY
    label = "Grant without application notified on"
    label_et = "Taotluseta määramisest teavitatud"
    section = "PHS § 28(6)-(7)"
    unit = "date"
    reference = "https://www.riigiteataja.ee/akt/126102018001"
    documentation = "Where it is not given nothing was notified."


class grant_objected_to_on(Variable):
    """Day on which the recipient waived the grant, or the other parent claimed."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Grant waived, or claimed by the other parent, on"
    label_et = "Määramisest loobutud või teine vanem taotlenud"
    section = "PHS § 28(7)-(8)"
    unit = "date"
    reference = "https://www.riigiteataja.ee/akt/126102018001"
    documentation = "Where it is not given nobody objects to the grant."


class granted_without_claim(Variable):
    """Whether the child's allowances are granted without application."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    enacted = {"2019-09-01": "2018-10-17"}
    label = "Granted without application"
    label_et = "Määratakse taotluseta"
    section = "PHS § 28(6)"
    reference = "https://www.riigiteataja.ee/akt/126102018001"
    documentation = (
        "For a second or later child with the same parents: child allowance, the allowance for"
        " families with many children and the triplets' allowance, to the parent to whom child"
        " allowance is paid already. The Act says 'a second or next child'; that a child who comes"
        " otherwise than by birth is applied for is how the Social Insurance Board describes it."
    )

    def formula_2019_09(person: Population, period: Period) -> Array:
        born_here = person("joined_family_by", period) == JoinedFamilyBy.birth
        sibling = person("allowance_paid_for_sibling", period)
        return person("entitled_to_child_allowance", period) & born_here & sibling


class grant_objection_until(Variable):
    """Last day on which the grant can be waived, or claimed by the other parent."""

    value_type = date
    entity = Person
    definition_period = MONTH
    enacted = {"2019-09-01": "2018-10-17"}
    label = "Objection to the grant until"
    label_et = "Määramisest saab loobuda kuni"
    unit = "date"
    section = "PHS § 28(7)-(8)"
    reference = "https://www.riigiteataja.ee/akt/126102018001"
    documentation = (
        "Within 14 calendar days of receiving the notice, which is taken to be on its day: that day"
        " is not counted, the fourteenth day after it is the last, be it a working day or not."
    )

    def formula_2019_09(person: Population, period: Period, parameters: ParametersAt) -> Array:
        days = parameters(period).automatic_grant.objection_days
        return add_days(person("grant_notified_on", period), days)


class grant_is_void(Variable):
    """Whether a grant without application is void, as somebody objected in time."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    enacted = {"2019-09-01": "2018-10-17"}
    label = "Grant without application is void"
    label_et = "Taotluseta määramine on kehtetu"
    section = "PHS § 28(7)-(8)"
    reference = "https://www.riigiteataja.ee/akt/126102018001"

    def formula_2019_09(person: Population, period: Period) -> Array:
        objected = person("grant_objected_to_on", period)
        in_time = objected <= person("grant_objection_until", period)
        return person("granted_without_claim", period) & in_time


class mothers_benefit_offered_on(Variable):
    """The day on which a working mother is offered her parental benefit."""

    value_type = date
    entity = Person
    definition_period = MONTH
    label = "Mother's benefit offered on"
    label_et = "Ema vanemahüvitise pakkumine"
    unit = "date"
    section = "PHS § 35"
    reference = (
        "https://sotsiaalkindlustusamet.ee/perehuvitised-ja-muud-toetused/perehuvitiste-ulevaade/"
        "ema-vanemahuvitis-ja-emapuhkus"
    )
    documentation = (
        "A practice of the Social Insurance Board, not a rule of the Act: so many days before the"
        " child, of whom it is asked, is due."
    )

    def formula_2022_04(person: Population, period: Period, parameters: ParametersAt) -> Array:
        days = parameters(period).automatic_grant.offer_before_due_date
        return add_days(person("due_date", period), -days)
