"""What is known of a dwelling: its band, how it is used, and what serves it."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Enum,
    Variable,
    date,
    set_input_dispatch_by_period,
)

from .entities import Household

LGFA = "https://www.legislation.gov.uk/ukpga/1992/14"
COUNCIL = "https://www.northlanarkshire.gov.uk/council-tax/discounts-and-exemptions"
UNOCCUPIED = (
    "https://northlanarkshire.gov.uk/council-tax/discounts-and-exemptions/"
    "unoccupied-and-unfurnished-property"
)
SECOND_HOMES = (
    "https://northlanarkshire.gov.uk/council-tax/discounts-and-exemptions/changes-second-homes"
)


class ValuationBand(Enum):
    """Bands of the valuation list, by value on 1 April 1991."""

    a = "A: up to 27,000 pounds"
    b = "B: over 27,000 to 35,000 pounds"
    c = "C: over 35,000 to 45,000 pounds"
    d = "D: over 45,000 to 58,000 pounds"
    e = "E: over 58,000 to 80,000 pounds"
    f = "F: over 80,000 to 106,000 pounds"
    g = "G: over 106,000 to 212,000 pounds"
    h = "H: over 212,000 pounds"


class valuation_band(Variable):
    """Band of the dwelling in the assessor's valuation list."""

    value_type = Enum
    possible_values = ValuationBand
    default_value = ValuationBand.d
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Valuation band"
    section = "LGFA s. 74(2)"
    reference = LGFA
    documentation = (
        "The assessor's list decides, not the value. Where it is not given the dwelling is in Band"
        " D, for which the council sets the tax."
    )


class has_reduction_for_disabilities(Variable):
    """Whether the dwelling is charged a band lower because a disabled resident needs it so."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Reduction for disabilities"
    section = "SI 1992/1335 reg. 3"
    reference = (
        "https://northlanarkshire.gov.uk/council-tax/discounts-and-exemptions/"
        "disability-banding-relief"
    )
    documentation = (
        "A resident is substantially and permanently disabled, and the dwelling has a room"
        " mainly for them, a second bathroom or kitchen, or space for a wheelchair. Where it"
        " is not given the dwelling has no reduction for disabilities."
    )


class DwellingUse(Enum):
    """How a dwelling is used."""

    main_residence = "Somebody's sole or main residence"
    unoccupied_unfurnished = "Unoccupied and unfurnished"
    unoccupied_furnished = "Unoccupied and furnished, and no second home"
    second_home = "Second home: furnished, and lived in for at least 25 days a year"
    holiday_home = "Purpose-built holiday home"
    job_related = "Job-related dwelling"


class dwelling_use(Variable):
    """How the dwelling is used."""

    value_type = Enum
    possible_values = DwellingUse
    default_value = DwellingUse.main_residence
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Use of the dwelling"
    section = "SSI 2013/45 reg. 2"
    reference = "http://www.legislation.gov.uk/ssi/2013/45/body/made"
    documentation = "Where it is not given the dwelling is somebody's sole or main residence."


class last_lived_in(Variable):
    """Day on which an unoccupied dwelling was last somebody's residence."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Household
    definition_period = ETERNITY
    label = "Last lived in on"
    unit = "date"
    section = "SI 1997/728 sch. 1 para. 4"
    reference = UNOCCUPIED
    documentation = "Where it is not given the dwelling has only just been left."


class bought_on(Variable):
    """Day on which a dwelling that is being renovated was bought."""

    value_type = date
    default_value = date(1900, 1, 1)
    entity = Household
    definition_period = ETERNITY
    label = "Bought on"
    unit = "date"
    section = "SSI 2023/389"
    reference = "https://www.legislation.gov.uk/sdsi/2023/9780111058497/note/data.html"
    documentation = "Where it is not given the dwelling was bought long ago."


class is_under_renovation(Variable):
    """Whether the dwelling is being renovated or repaired by who bought it."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Under renovation"
    section = "SSI 2023/389"
    reference = "https://www.legislation.gov.uk/sdsi/2023/9780111058497/note/data.html"
    documentation = "Where it is not given the dwelling is not being renovated."


class is_marketed(Variable):
    """Whether an unoccupied dwelling is actively marketed for sale or let."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Marketed for sale or let"
    section = "SSI 2013/45"
    reference = UNOCCUPIED
    documentation = "Where it is not given the dwelling is not marketed."


class is_exempt_on_another_ground(Variable):
    """Whether the dwelling is exempt for a reason of the schedule that is not computed here."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Exempt on another ground"
    section = "SI 1997/728 sch. 1"
    reference = "https://legislation.gov.uk/uksi/1997/728/schedule/1/1997-04-01?view=extent"
    documentation = (
        "New and unfurnished, being structurally repaired, owned by a charity, left by an"
        " owner who is in care, and so on: paragraphs 1 to 3 and from 5 on, without 10 and 26."
        " Where it is not given the dwelling is exempt on no such ground."
    )


class is_metered(Variable):
    """Whether Scottish Water meters the dwelling, and bills it itself."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Water metered"
    section = "Scottish Water charges scheme"
    reference = "https://www.scottishwater.co.uk/Your-Home/Your-Charges"
    documentation = "Where it is not given the dwelling is not metered."


class has_water_service(Variable):
    """Whether the dwelling is connected to the public water supply."""

    value_type = bool
    default_value = True
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Connected to water"
    section = "Scottish Water charges scheme"
    reference = "https://www.scottishwater.co.uk/Your-Home/Your-Charges"
    documentation = "Where it is not given the dwelling is connected to the public water supply."


class has_waste_water_service(Variable):
    """Whether the dwelling is connected to the public sewer."""

    value_type = bool
    default_value = True
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Connected to the sewer"
    section = "Scottish Water charges scheme"
    reference = "https://www.scottishwater.co.uk/Your-Home/Your-Charges"
    documentation = "Where it is not given the dwelling is connected to the public sewer."
