"""Start in independent life allowance (elluastumistoetus), until 2017: former PHS § 24."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    Group,
    ParametersAt,
    Period,
    Population,
    Variable,
    add_months,
    date,
    first_day,
    last_day,
    round_to_cents,
    where,
)

from .entities import Family, Person


class independent_life_from(Variable):
    """The day on which a young person grown up without parents began an independent life."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Independent life from"
    label_et = "Iseseisev elu alates"
    unit = "date"
    section = "PHS § 24 (to 2017)"
    reference = "http://sotsiaalkindlustusamet.ee/perehuvitiste-saajale-2/?op=print"
    documentation = (
        "After substitute care, a boarding school or guardianship (by the Social Insurance Board's"
        " page of 2017 within two years of the end of guardianship or family care); a young person"
        " may by then be a parent. Where it is not given there is no right to the start in"
        " independent life allowance."
    )


class start_in_independent_life_allowance(Variable):
    """Start in independent life allowance of a family in the month the right arises."""

    value_type = float
    entity = Family
    definition_period = MONTH
    end = "2017-12-31"
    label = "Start in independent life allowance"
    label_et = "Elluastumistoetus"
    unit = "EUR"
    section = "PHS § 24 (to 2017)"
    reference = "http://sotsiaalkindlustusamet.ee/perehuvitiste-saajale-2/?op=print"
    documentation = (
        "Paid once, claimed within six months (§ 28(3)). The wording of § 24 was not read; whom it"
        " was for is taken as a fact."
    )

    def formula(family: Group, period: Period) -> Array:
        paid = family.members("start_in_independent_life_allowance_of_person", period)
        return round_to_cents(family.sum(paid))


class start_in_independent_life_allowance_of_person(Variable):
    """The allowance of one young person."""

    value_type = float
    entity = Person
    definition_period = MONTH
    end = "2017-12-31"
    label = "Start in independent life allowance of the person"
    label_et = "Elluastumistoetus isiku kohta"
    unit = "EUR"
    section = "PHS § 24 (to 2017)"
    reference = "http://sotsiaalkindlustusamet.ee/perehuvitiste-saajale-2/?op=print"

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        right_from = person("independent_life_from", period)
        arises = (right_from >= first_day(period)) & (right_from <= last_day(period))
        in_time = person("claim_date", period) <= add_months(
            right_from, parameters(period).general.claim_window
        )
        amount = parameters(period).start_in_independent_life_allowance.amount
        return where(arises & in_time, amount, 0.0)
