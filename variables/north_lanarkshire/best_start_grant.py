"""Best Start Grants: SSI 2018/370. The rate is that of the day of the application."""

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
    add_years,
    as_date,
    date,
    first_day,
    first_of_year,
    last_day,
    max_,
    not_,
    set_input_dispatch_by_period,
    where,
)

from .entities import Household, Person
from .rules import (
    DAYS_OF_A_WEEK,
    MONTHS_OF_YEAR,
    WEEKS_OF_A_PREGNANCY,
    a_householder,
    falls_into,
    has_reached,
)

GRANTS = "https://www.legislation.gov.uk/ssi/2018/370"
UNASKED = "https://legislation.gov.uk/ssi/2022/336/made/data.html"
#: The child of a multiple birth with which its supplement stands.
SECOND = 2


def intake(born: Array, law: ParametersAt) -> Array:
    """Return 1 January of the year in which children can first go to school: schedule 4."""
    window = law.school_window
    of_births = first_of_year(add_months(born, 1 - window.first_birth_month))
    return add_years(of_births, window.years)


class pregnancy_and_baby_payment_applied_on(Variable):
    """Day of the application for the child's Pregnancy and Baby Payment."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Pregnancy and Baby Payment applied for on"
    unit = "date"
    section = "SSI 2018/370"
    reference = GRANTS
    documentation = "Where it is not given nobody applied for the Pregnancy and Baby Payment."


class early_learning_payment_applied_on(Variable):
    """Day of the application for the child's Early Learning Payment."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Early Learning Payment applied for on"
    unit = "date"
    section = "SSI 2018/370"
    reference = GRANTS
    documentation = "Where it is not given nobody applied for the Early Learning Payment."


class school_age_payment_applied_on(Variable):
    """Day of the application for the child's School Age Payment."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "School Age Payment applied for on"
    unit = "date"
    section = "SSI 2018/370"
    reference = GRANTS
    documentation = "Where it is not given nobody applied for the School Age Payment."


class early_learning_payment_was_made(Variable):
    """Whether the child's Early Learning Payment was made in an earlier month."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Early Learning Payment already made"
    section = "SSI 2018/370"
    reference = GRANTS
    documentation = "Where it is not given no Early Learning Payment was made before."


class school_age_payment_was_made(Variable):
    """Whether the child's School Age Payment was made in an earlier month."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "School Age Payment already made"
    section = "SSI 2018/370"
    reference = GRANTS
    documentation = "Where it is not given no School Age Payment was made before."


class order_in_multiple_birth(Variable):
    """Which child of the same pregnancy it is: 1, 2, 3."""

    value_type = int
    default_value = 1
    minimum = 1
    entity = Person
    definition_period = ETERNITY
    label = "Order in a multiple birth"
    unit = "1"
    section = "SSI 2018/370 sch. 2 paras 6, 7"
    reference = GRANTS
    documentation = (
        "Where it is not given the child is the only one of its pregnancy, or the first."
    )


class makes_no_birth_a_later_one(Variable):
    """Whether a child under 16 is left out when births are counted."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Left out when births are counted"
    section = "SSI 2018/370 sch. 2 para. 6(2)"
    reference = GRANTS
    documentation = (
        "A parent of the baby, a sibling of the parent, a child for whom neither householder"
        " is responsible, and the listed cases. Where it is not given the child is counted."
    )


class took_over_responsibility(Variable):
    """Whether a householder took over responsibility for the child after its birth."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Responsibility taken over"
    section = "SSI 2018/370 sch. 2"
    reference = GRANTS
    documentation = (
        "Where it is not given the householders were responsible for the child from its birth on."
    )


class is_dependant_of_somebody(Variable):
    """Whether somebody has child benefit or another benefit for the parent."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Parent who is a dependant"
    section = "SSI 2018/370 reg. 12"
    reference = GRANTS
    documentation = "Where it is not given nobody has a benefit for the parent."


class universal_credit_ended_lately(Variable):
    """Whether the person's Universal Credit ended within the month before."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Universal Credit ended within the last month"
    section = "SSI 2018/370 reg. 11"
    reference = "https://askcpag.org.uk/?id=-251439"
    documentation = "Where it is not given no Universal Credit ended within the last month."


class needs_no_qualifying_benefit(Variable):
    """Whether a parent is so young that no benefit is asked for."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Too young to need a benefit"
    section = "SSI 2018/370 reg. 12"
    reference = GRANTS

    def formula_2018_12(person: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period.stop).best_start_grant
        born = person("birth_date", period)
        dependant = person("is_dependant_of_somebody", period) & not_(
            has_reached(period, born, law.age_of_dependants)
        )
        return not_(has_reached(period, born, law.age_without_benefit)) | dependant


class qualifies_for_best_start_grant(Variable):
    """Whether a householder has a benefit that opens Best Start Grants, or needs none."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    label = "Qualifies for Best Start Grants"
    section = "SSI 2018/370 regs 11, 12"
    reference = GRANTS
    documentation = (
        "The benefits of Scottish Child Payment, Housing Benefit, and Universal Credit that ended"
        " within the last month."
    )

    def formula_2018_12(household: Group, period: Period) -> Array:
        return (
            household("qualifies_for_scottish_child_payment", period)
            | a_householder(household, period, "receives_housing_benefit")
            | a_householder(household, period, "universal_credit_ended_lately")
            | a_householder(household, period, "needs_no_qualifying_benefit")
        )


class children_that_count_before_a_birth(Variable):
    """Children under 16 who make a birth a later one."""

    value_type = int
    entity = Household
    definition_period = MONTH
    label = "Other children under 16"
    unit = "children"
    section = "SSI 2018/370 sch. 2 para. 6"
    reference = GRANTS
    documentation = "Not the babies for whom the payment is applied for in the month."

    def formula_2018_12(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period.stop).best_start_grant
        born = household.members("birth_date", period)
        asked = household.members("pregnancy_and_baby_payment_applied_on", period)
        counted = (
            (born <= first_day(period))
            & not_(has_reached(period, born, law.age_of_other_children))
            & not_(falls_into(period, asked))
            & not_(household.members("makes_no_birth_a_later_one", period))
        )
        return household.sum(counted, role=Household.CHILD)


class pregnancy_and_baby_payment(Variable):
    """Pregnancy and Baby Payment, in the month of the application: schedule 2."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Pregnancy and Baby Payment"
    unit = "GBP"
    section = "SSI 2018/370 sch. 2"
    reference = GRANTS
    documentation = (
        "The birth date of a child that is not born yet is the day it is due. One supplement"
        " for a multiple birth stands with its second child."
    )

    def formula_2018_12(person: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period.stop).best_start_grant
        born = person("birth_date", period)
        applied = person("pregnancy_and_baby_payment_applied_on", period)
        weeks_to_birth = WEEKS_OF_A_PREGNANCY - law.weeks_of_pregnancy
        opens = add_days(born, -DAYS_OF_A_WEEK * weeks_to_birth)
        closes = where(
            person("took_over_responsibility", period),
            add_days(add_months(born, law.months_of_new_responsibility), -1),
            add_months(born, law.months_after_birth),
        )
        entitled = (
            person.has_role(Household.CHILD)
            & falls_into(period, applied)
            & (applied >= as_date(law.applications_from.pregnancy_and_baby))
            & (applied > opens)
            & (applied <= closes)
            & person.household("qualifies_for_best_start_grant", period)
        )
        order = person("order_in_multiple_birth", period)
        first = (person.household("children_that_count_before_a_birth", period) == 0) & (order == 1)
        payment = where(first, law.first_child, law.later_child)
        supplement = where(order == SECOND, law.later_child, 0.0)
        return where(entitled, payment + supplement, 0.0)


class early_learning_window_opens(Variable):
    """First day on which the Early Learning Payment can be applied for."""

    value_type = date
    default_value = date(1900, 1, 1)
    entity = Person
    definition_period = MONTH
    label = "Early Learning Payment, window opens"
    unit = "date"
    section = "SSI 2018/370 sch. 3"
    reference = GRANTS
    documentation = "From the second birthday to the end of the day six months after the third."

    def formula_2018_12(person: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period.stop).best_start_grant
        born = person("birth_date", period)
        second_birthday = add_years(born, law.early_learning_from)
        return max_(second_birthday, as_date(law.applications_from.early_learning))


class early_learning_window_closes(Variable):
    """Last day on which the Early Learning Payment can be applied for."""

    value_type = date
    default_value = date(1900, 1, 1)
    entity = Person
    definition_period = MONTH
    label = "Early Learning Payment, window closes"
    unit = "date"
    section = "SSI 2018/370 sch. 3"
    reference = GRANTS

    def formula_2018_12(person: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period.stop).best_start_grant
        born = person("birth_date", period)
        return add_months(born, law.early_learning_months)


class has_early_learning_payment_unasked(Variable):
    """Whether the Early Learning Payment is made in the month without an application."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Early Learning Payment without application"
    section = "SSI 2022/336 reg. 2(3)"
    reference = UNASKED
    documentation = (
        "For a child that has Scottish Child Payment: in the first month in which it has that"
        " and the window is open, or in which the rule is in force."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        in_force = parameters(period.stop).best_start_grant.is_made_unasked
        was_in_force = parameters(period.last_month.stop).best_start_grant.is_made_unasked
        opens = person("early_learning_window_opens", period)
        is_open = (opens <= last_day(period)) & (
            person("early_learning_window_closes", period) >= first_day(period)
        )
        today = first_day(period)
        paid_since = person("scottish_child_payment_applied_on", period)
        begins = (opens >= today) | (paid_since >= today) | not_(was_in_force)
        return in_force & is_open & begins & (person("scottish_child_payment", period) > 0)


class early_learning_payment(Variable):
    """Early Learning Payment, in the month in which it is made: schedule 3."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Early Learning Payment"
    unit = "GBP"
    section = "SSI 2018/370 sch. 3"
    reference = GRANTS
    documentation = (
        "Without application in the first month in which Scottish Child Payment is paid in"
        " the window; else in the month of the application."
    )

    def formula_2019_04(person: Population, period: Period, parameters: ParametersAt) -> Array:
        unasked = person("has_early_learning_payment_unasked", period)
        day = person("early_learning_payment_applied_on", period)
        applied = (
            person.has_role(Household.CHILD)
            & falls_into(period, day)
            & (day >= person("early_learning_window_opens", period))
            & (day <= person("early_learning_window_closes", period))
            & person.household("qualifies_for_best_start_grant", period)
        )
        made = (unasked | applied) & not_(person("early_learning_payment_was_made", period))
        return where(made, parameters(period.stop).best_start_grant.early_learning, 0.0)


class school_age_window_opens(Variable):
    """First day on which the School Age Payment can be applied for."""

    value_type = date
    default_value = date(1900, 1, 1)
    entity = Person
    definition_period = MONTH
    label = "School Age Payment, window opens"
    unit = "date"
    section = "SSI 2018/370 sch. 4"
    reference = GRANTS
    documentation = (
        "From 1 June to the end of February, for children born from March five years before"
        " to the end of the next February; also if school is deferred."
    )

    def formula_2018_12(person: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period.stop).best_start_grant
        born = person("birth_date", period)
        june = add_months(intake(born, law), law.school_window.first_month - 1)
        return max_(june, as_date(law.applications_from.school_age))


class school_age_window_closes(Variable):
    """Last day on which the School Age Payment can be applied for."""

    value_type = date
    default_value = date(1900, 1, 1)
    entity = Person
    definition_period = MONTH
    label = "School Age Payment, window closes"
    unit = "date"
    section = "SSI 2018/370 sch. 4"
    reference = GRANTS

    def formula_2018_12(person: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period.stop).best_start_grant
        born = person("birth_date", period)
        months = MONTHS_OF_YEAR + law.school_window.last_month
        return add_days(add_months(intake(born, law), months), -1)


class has_school_age_payment_unasked(Variable):
    """Whether the School Age Payment is made in the month without an application."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "School Age Payment without application"
    section = "SSI 2022/336 reg. 2(3)"
    reference = UNASKED
    documentation = (
        "For a child that has Scottish Child Payment: in the first month in which it has that"
        " and the window is open, or in which the rule is in force."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        in_force = parameters(period.stop).best_start_grant.is_made_unasked
        was_in_force = parameters(period.last_month.stop).best_start_grant.is_made_unasked
        opens = person("school_age_window_opens", period)
        is_open = (opens <= last_day(period)) & (
            person("school_age_window_closes", period) >= first_day(period)
        )
        today = first_day(period)
        paid_since = person("scottish_child_payment_applied_on", period)
        begins = (opens >= today) | (paid_since >= today) | not_(was_in_force)
        return in_force & is_open & begins & (person("scottish_child_payment", period) > 0)


class school_age_payment(Variable):
    """School Age Payment, in the month in which it is made: schedule 4."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "School Age Payment"
    unit = "GBP"
    section = "SSI 2018/370 sch. 4"
    reference = GRANTS
    documentation = (
        "Without application in the first month in which Scottish Child Payment is paid in"
        " the window; else in the month of the application."
    )

    def formula_2019_06(person: Population, period: Period, parameters: ParametersAt) -> Array:
        unasked = person("has_school_age_payment_unasked", period)
        day = person("school_age_payment_applied_on", period)
        applied = (
            person.has_role(Household.CHILD)
            & falls_into(period, day)
            & (day >= person("school_age_window_opens", period))
            & (day <= person("school_age_window_closes", period))
            & person.household("qualifies_for_best_start_grant", period)
        )
        made = (unasked | applied) & not_(person("school_age_payment_was_made", period))
        return where(made, parameters(period.stop).best_start_grant.school_age, 0.0)
