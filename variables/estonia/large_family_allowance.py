"""Allowance for families with many children (lasterikka pere toetus): PHS § 21."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    Group,
    ParametersAt,
    Period,
    Population,
    Variable,
    date_of,
    day_number,
    max_,
    not_,
    round_to_cents,
    where,
)

from .entities import Family, Person
from .rules import MONTHS_OF_YEAR
from .rules import share_of_first_month as share_of_month_from


class received_large_family_allowance(Variable):
    """Whether the family was paid the large family allowance before."""

    value_type = bool
    entity = Family
    definition_period = ETERNITY
    label = "Received the large family allowance before"
    label_et = "On varem saanud lasterikka pere toetust"
    section = "PHS § 21(4)-(7)"
    reference = "https://www.riigiteataja.ee/akt/111012023002"
    documentation = (
        "Matters in 2023 only. Where it is not given the family counts as having received the"
        " large family allowance if it had three entitled children in one of the twelve months"
        " before."
    )


class counts_for_large_family(Variable):
    """Whether the child counts for the large family allowance in the month."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Counts for the large family allowance"
    label_et = "Arvestatakse lasterikka pere toetusel"
    section = "PHS § 21(1), § 28(1¹)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "During guardianship proceedings only child allowance is paid for a child."

    def formula(person: Population, period: Period) -> Array:
        return person("entitled_to_child_allowance", period) & not_(
            person("only_child_allowance", period)
        )


class order_of_right(Variable):
    """Order in which the rights of the children who count arose: 0 for the first; -1 for none."""

    value_type = int
    entity = Person
    definition_period = MONTH
    default_value = -1
    label = "Order of the right"
    label_et = "Õiguse tekkimise järjekord"
    unit = "1"
    section = "PHS § 21(1)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(person: Population, period: Period) -> Array:
        begins = day_number(person("child_allowance_paid_from", period))
        counts = person("counts_for_large_family", period)
        return person.get_rank(person.family, begins, condition=counts)


class number_of_children_counted(Variable):
    """Number of children who count for the large family allowance on a day of the month."""

    value_type = int
    entity = Family
    definition_period = MONTH
    label = "Children counted for the large family allowance"
    label_et = "Lasterikka pere toetusel arvestatud laste arv"
    unit = "children"
    section = "PHS § 21(1), § 26"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period) -> Array:
        return family.sum(1 * family.members("counts_for_large_family", period))


def share_with_children(family: Group, period: Period, count: int) -> Array:
    """Return the part of the month from the day the family has ``count`` counted children.

    A child whose right ended within the month before that day does not help to make the number.
    """
    people = family.members
    begins = day_number(people("child_allowance_paid_from", period))
    is_last_needed = people("order_of_right", period) == count - 1
    day = family.sum(where(is_last_needed, begins, 0))
    lasts = day_number(people("child_allowance_until", period)) >= family.project(day)
    at_once = family.sum(1 * (people("counts_for_large_family", period) & lasts))
    return where(at_once >= count, share_of_month_from(period, date_of(day)), 0.0)


class share_with_many_children(Variable):
    """Part of the month for which the family has children enough for the allowance."""

    value_type = float
    entity = Family
    definition_period = MONTH
    enacted = {"2017-07-01": "2016-06-15"}
    label = "Share of the month with many children"
    label_et = "Lasterikka pere toetuse osa kuust"
    unit = "1"
    section = "PHS § 7(1), § 21(2)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula_2017_07(family: Group, period: Period, parameters: ParametersAt) -> Array:
        rates = parameters(period).large_family_allowance
        return share_with_children(family, period, rates.least_children)


class share_with_most_children(Variable):
    """Part of the month for which the family has children enough for the higher amount."""

    value_type = float
    entity = Family
    definition_period = MONTH
    enacted = {"2017-07-01": "2016-06-15"}
    label = "Share of the month with the higher amount for many children"
    label_et = "Lasterikka pere toetuse suurema määra osa kuust"
    unit = "1"
    section = "PHS § 7(1), § 21(3)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula_2017_07(family: Group, period: Period, parameters: ParametersAt) -> Array:
        rates = parameters(period).large_family_allowance
        return share_with_children(family, period, rates.least_children_at_higher_rate)


class large_family_allowance(Variable):
    """Allowance for a family with many children for one month: § 21(1)-(3)."""

    value_type = float
    entity = Family
    definition_period = MONTH
    enacted = {"2017-07-01": "2016-06-15"}
    label = "Allowance for families with many children"
    label_et = "Lasterikka pere toetus"
    unit = "EUR"
    section = "PHS § 21"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "One allowance for the family, counted over all children raised in it, whoever draws"
        " their child allowance (the Act does not ask for one recipient; the Social Insurance"
        " Board grants it unasked only then). In the first month it is paid from the day the third"
        " right arose; the rise at the seventh child is paid by days as well, which the Act leaves"
        " open."
    )

    def formula_2017_07(family: Group, period: Period, parameters: ParametersAt) -> Array:
        rates = parameters(period).large_family_allowance
        lower = family("share_with_many_children", period)
        higher = family("share_with_most_children", period)
        rise = rates.seven_or_more_children - rates.three_to_six_children
        return round_to_cents(lower * rates.three_to_six_children + higher * rise)


class large_family_exit_allowance(Variable):
    """Part of the allowance for a family that had many children and has one or two left: 2023."""

    value_type = float
    entity = Family
    definition_period = MONTH
    end = "2023-12-31"
    enacted = {"2023-01-01": "2022-12-28", "2024-01-01": "2023-06-14"}
    label = "Large family allowance after the third child"
    label_et = "Lasterikka pere toetus 2/3 ja 1/3 määras"
    unit = "EUR"
    section = "PHS § 21(4)-(7)"
    reference = "https://www.riigiteataja.ee/akt/111012023002"
    documentation = (
        "Two thirds of the amount for three to six children while two entitled children are left,"
        " one third while one is left. A right that arises within the month is counted by days,"
        " before it the smaller part is paid. Whether a family that had seven children was paid"
        " parts of the higher amount is stated nowhere; the published table shows 433.33 and"
        " 216.67 only. That it was paid within the twelve months before is a choice: no text says"
        " how long ago the third child may have left."
    )

    def formula_2023(family: Group, period: Period, parameters: ParametersAt) -> Array:
        rates = parameters(period).large_family_allowance
        most = 0
        for months in range(1, MONTHS_OF_YEAR + 1):
            before = family("number_of_children_counted", period.offset(-months, "month"))
            most = max_(most, before)
        received = family("received_large_family_allowance", period) | (
            most >= rates.least_children
        )
        with_one = share_with_children(family, period, rates.least_children - 2)
        with_two = share_with_children(family, period, rates.least_children - 1)
        with_three = share_with_children(family, period, rates.least_children)
        parts = (with_one - with_two) * rates.exit.one_child_numerator + (
            with_two - with_three
        ) * rates.exit.two_children_numerator
        amount = rates.three_to_six_children * parts / rates.exit.denominator
        return where(received, round_to_cents(amount), 0.0)


class large_family_parent_allowance(Variable):
    """Allowance for a parent of seven or more children, until 30 June 2017."""

    value_type = float
    entity = Family
    definition_period = MONTH
    end = "2017-06-30"
    enacted = {"2017-07-01": "2016-06-15"}
    label = "Parent's allowance in a family with 7 or more children"
    label_et = "Seitsme- ja enamalapselise pere vanema toetus"
    unit = "EUR"
    section = "PHS § 21"
    reference = "https://www.sm.ee/et/muud-peretoetuste-liigid"
    documentation = "Replaced by the large family allowance on 1 July 2017."

    def formula(family: Group, period: Period, parameters: ParametersAt) -> Array:
        rates = parameters(period).large_family_parent_allowance
        share = share_with_children(family, period, rates.least_children)
        return round_to_cents(share * rates.amount)
