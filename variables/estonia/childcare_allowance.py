"""Childcare allowance (lapsehooldustasu), closed group until 31 August 2024: former PHS § 18."""

from policy.model_api import (
    MONTH,
    Array,
    Group,
    ParametersAt,
    Period,
    Population,
    Variable,
    as_date,
    not_,
    round_to_cents,
    select,
    set_input_dispatch_by_period,
)

from .entities import Family, Person
from .rules import day_before_birthday, lasts_into


class childcare_allowance_claimed(Variable):
    """Whether a parent draws the childcare allowance it applied for."""

    value_type = bool
    entity = Family
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Childcare allowance claimed"
    label_et = "Lapsehooldustasu on taotletud"
    section = "PHS § 18 (repealed)"
    reference = "https://www.sotsiaalkindlustusamet.ee/en/child-and-family-benefits-rates"
    documentation = (
        "The allowance was paid on application. Where it is not given nobody applied for"
        " childcare allowance."
    )


class parental_or_maternity_benefit_paid(Variable):
    """Whether a parent of the family is paid parental, maternity or adoption benefit."""

    value_type = bool
    entity = Family
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Parental, maternity or adoption benefit paid to a parent"
    label_et = "Vanemale makstakse vanema-, sünnitus- või lapsendamishüvitist"
    section = "PHS § 18 (repealed)"
    reference = "https://www.sotsiaalkindlustusamet.ee/en/child-and-family-benefits-rates"
    documentation = (
        "On a day of the month. Where it is not given none is paid but the parental benefit that"
        " the book calculates."
    )

    def formula(family: Group, period: Period) -> Array:
        return family("parental_benefit", period) > 0


class is_under_three(Variable):
    """Whether the child, entitled to child allowance, is under three on a day of the month."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Under three"
    label_et = "Alla kolmeaastane"
    section = "PHS § 18 (repealed)"
    reference = "https://www.sotsiaalkindlustusamet.ee/en/child-and-family-benefits-rates"

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        age = parameters(period).childcare_allowance.lower_age
        under = lasts_into(period, day_before_birthday(person("birth_date", period), age))
        return under & person("entitled_to_child_allowance", period)


class childcare_allowance_of_child(Variable):
    """Childcare allowance for one child in a month."""

    value_type = float
    entity = Person
    definition_period = MONTH
    end = "2024-08-31"
    enacted = {"2024-09-01": "2017-12-06"}
    label = "Childcare allowance for the child"
    label_et = "Lapsehooldustasu lapse kohta"
    unit = "EUR"
    section = "PHS § 18 (repealed), § 63¹(2)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "For a child under three; for a child of three to eight where the family also has a child"
        " under three, or three children with child allowance. The month of the third and of the"
        " eighth birthday is paid at the amount of the day before it. The wording of § 18 was not"
        " read; its conditions are those the Social Insurance Board published. Whether a right that"
        " arose first after the allowance was closed in September 2019, by a new sibling, was paid"
        " is stated nowhere; here it is."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).childcare_allowance
        born = person("birth_date", period)
        family = person.family
        under_three = person("is_under_three", period)
        to_eight = lasts_into(period, day_before_birthday(born, rules.age_limit))
        with_others = (family("children_under_three", period) > 0) | (
            family("number_of_entitled_children", period) >= rules.least_children
        )
        right = (
            not_(person("only_child_allowance", period))
            & (born < as_date(rules.born_before))
            & family("childcare_allowance_claimed", period)
            & not_(family("parental_or_maternity_benefit_paid", period))
        )
        amount = select(
            [right & under_three, right & to_eight & with_others],
            [rules.under_three, rules.three_to_eight],
            0.0,
        )
        return round_to_cents(amount * person("share_of_first_month", period))


class children_under_three(Variable):
    """Number of children under three in the family."""

    value_type = int
    entity = Family
    definition_period = MONTH
    label = "Children under three"
    label_et = "Alla kolmeaastaste laste arv"
    unit = "children"
    section = "PHS § 18 (repealed)"
    reference = "https://www.sotsiaalkindlustusamet.ee/en/child-and-family-benefits-rates"

    def formula(family: Group, period: Period) -> Array:
        return family.sum(1 * family.members("is_under_three", period))


class childcare_allowance(Variable):
    """Childcare allowance of a family."""

    value_type = float
    entity = Family
    definition_period = MONTH
    end = "2024-08-31"
    enacted = {"2024-09-01": "2017-12-06"}
    label = "Childcare allowance"
    label_et = "Lapsehooldustasu"
    unit = "EUR"
    section = "PHS § 18 (repealed)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period) -> Array:
        return round_to_cents(family.sum(family.members("childcare_allowance_of_child", period)))
