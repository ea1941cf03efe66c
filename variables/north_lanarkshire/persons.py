"""What is known of a person: birth, and the benefits that open reductions and grants."""

from policy.model_api import ETERNITY, MONTH, Variable, date, set_input_dispatch_by_period

from .entities import Person

BENEFITS = (
    "https://www.northlanarkshire.gov.uk/schools-and-learning/school-meals/"
    "free-school-meals-and-clothing-grants"
)


class birth_date(Variable):
    """Date of birth."""

    value_type = date
    default_value = date(1900, 1, 1)
    minimum = date(1850, 1, 1)
    maximum = date(2100, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Date of birth"
    unit = "date"
    section = "LGFA s. 79"
    reference = "https://www.legislation.gov.uk/ukpga/1992/14/section/79"
    documentation = "Where it is not given the person counts as born in 1900: an adult."


class receives_universal_credit(Variable):
    """Whether the person is awarded Universal Credit."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Universal Credit"
    section = "SSI 2018/370 reg. 11"
    reference = BENEFITS
    documentation = (
        "An award cut to nothing by a sanction counts. Where it is not given the person has"
        " no Universal Credit."
    )


class receives_income_support(Variable):
    """Whether the person is awarded Income Support."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Income Support"
    section = "SSI 2018/370 reg. 11"
    reference = BENEFITS
    documentation = "Where it is not given the person has no Income Support."


class receives_income_based_jobseekers_allowance(Variable):
    """Whether the person is awarded income-based Jobseeker's Allowance."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Income-based Jobseeker's Allowance"
    section = "SSI 2018/370 reg. 11"
    reference = BENEFITS
    documentation = "Where it is not given the person has no income-based Jobseeker's Allowance."


class receives_income_related_employment_and_support_allowance(Variable):
    """Whether the person is awarded income-related Employment and Support Allowance."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Income-related Employment and Support Allowance"
    section = "SSI 2018/370 reg. 11"
    reference = BENEFITS
    documentation = (
        "Where it is not given the person has no income-related Employment and Support Allowance."
    )


class receives_pension_credit(Variable):
    """Whether the person is awarded Pension Credit."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Pension Credit"
    section = "SSI 2018/370 reg. 11"
    reference = BENEFITS
    documentation = "Where it is not given the person has no Pension Credit."


class receives_guarantee_credit(Variable):
    """Whether the person's Pension Credit has a guarantee credit."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Guarantee credit of Pension Credit"
    section = "SSI 2012/319"
    reference = "https://www.legislation.gov.uk/ssi/2012/319"
    documentation = "Where it is not given the person has no guarantee credit."


class receives_housing_benefit(Variable):
    """Whether the person is awarded Housing Benefit."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Housing Benefit"
    section = "SSI 2018/370 reg. 11"
    reference = BENEFITS
    documentation = (
        "The housing element of Universal Credit is not Housing Benefit. Where it is not"
        " given the person has no Housing Benefit."
    )


class receives_child_tax_credit(Variable):
    """Whether the person is awarded Child Tax Credit."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Child Tax Credit"
    section = "SSI 2018/370 reg. 11"
    reference = BENEFITS
    documentation = (
        "Tax credits ended on 5 April 2025. Where it is not given the person has no Child Tax"
        " Credit."
    )


class receives_working_tax_credit(Variable):
    """Whether the person is awarded Working Tax Credit."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Working Tax Credit"
    section = "SSI 2018/370 reg. 11"
    reference = BENEFITS
    documentation = (
        "Tax credits ended on 5 April 2025. Where it is not given the person has no Working"
        " Tax Credit."
    )
