"""What is known of pupils, and of what the council may check for them."""

from policy.model_api import MONTH, Enum, Variable, set_input_dispatch_by_period

from .entities import Household, Person
from .persons import BENEFITS

EDUCATION = "https://www.legislation.gov.uk/ukpga/1980/44/section/53"


class SchoolStage(Enum):
    """Stages of school that grants tell apart."""

    none = "Not at school"
    early_years = "Early years"
    primary = "Primary school"
    secondary = "Secondary school"


class school_stage(Variable):
    """Which stage of school the pupil attends in North Lanarkshire."""

    value_type = Enum
    possible_values = SchoolStage
    default_value = SchoolStage.none
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Stage of school"
    section = "Education (Scotland) Act 1980 s. 53"
    reference = EDUCATION
    documentation = "Where it is not given the person is not at school."


class primary_class(Variable):
    """Which class of primary school the pupil attends: 1 to 7."""

    value_type = int
    default_value = 7
    minimum = 1
    maximum = 7
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Primary class"
    unit = "1"
    section = "Education (Scotland) Act 1980 s. 53"
    reference = EDUCATION
    documentation = "Where it is not given the pupil attends the seventh class of primary school."


class attends_special_school(Variable):
    """Whether the pupil attends a special school."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Special school"
    section = "Education (Scotland) Act 1980 s. 53"
    reference = EDUCATION
    documentation = "Where it is not given the school is no special school."


class is_on_the_claim(Variable):
    """Whether the child is named on the claim of Housing Benefit or council tax reduction."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Child on the claim"
    section = "School clothing grant"
    reference = BENEFITS
    documentation = "Where it is not given the child is not named on the claim."


class receives_asylum_support(Variable):
    """Whether the person has support under part VI of the Immigration and Asylum Act 1999."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Asylum support"
    section = "Education (Scotland) Act 1980 s. 53"
    reference = BENEFITS
    documentation = "Where it is not given the person has no asylum support."


class monthly_earned_income(Variable):
    """Earned income of the householders in the last assessment period of Universal Credit."""

    value_type = float
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Earned income a month"
    unit = "GBP/month"
    section = "Education (Scotland) Act 1980 s. 53"
    reference = EDUCATION
    documentation = (
        "That before the application, a couple's together. Where it is not given the"
        " householders have no earned income."
    )


class gross_yearly_income(Variable):
    """Gross yearly income of the householders as tax credits assess it."""

    value_type = float
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Gross yearly income"
    unit = "GBP/year"
    section = "Education (Scotland) Act 1980 s. 53"
    reference = EDUCATION
    documentation = "Where it is not given the householders have no such income."
