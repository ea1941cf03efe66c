"""Fees of the council's services that a household pays: so many, at so much."""

from policy.model_api import (
    MONTH,
    Array,
    Group,
    ParametersAt,
    Period,
    Variable,
    known,
    not_,
    round_to_cents,
    set_input_dispatch_by_period,
    where,
)

from .entities import Household

COUNCIL = "https://www.northlanarkshire.gov.uk"
REGISTRATION = "https://www.legislation.gov.uk/ssi/2006/575"


class is_council_tenant_with_garden_service(Variable):
    """Whether the household is a tenant of the council in its garden service."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Council tenant in the garden service"
    section = "Council fees"
    reference = COUNCIL
    documentation = (
        "Such tenants have a permit without charge. Where it is not given the household is no"
        " council tenant in the garden service."
    )


class garden_waste_permits(Variable):
    """How many permits for garden waste bins, in the month."""

    value_type = int
    minimum = 0
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Garden waste permit, number"
    unit = "1"
    section = "Council fees"
    reference = COUNCIL
    documentation = "Where it is not given no permit for garden waste is asked for."


class garden_waste_permit_fee(Variable):
    """Fee for permits for garden waste bins."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Garden waste permit, fee"
    unit = "GBP"
    section = "Council fees"
    reference = COUNCIL

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).council_fees
        number = household("garden_waste_permits", period)
        price = known(law, "garden_waste_permit")
        tenant = household("is_council_tenant_with_garden_service", period)
        charged = (number > 0) & not_(tenant)
        return where(charged, round_to_cents(number * price), 0.0)


class special_uplifts(Variable):
    """How many uplifts of bulky waste, in the month."""

    value_type = int
    minimum = 0
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Special uplift, number"
    unit = "1"
    section = "Council fees"
    reference = COUNCIL
    documentation = "Where it is not given no bulky waste is uplifted."


class special_uplift_fee(Variable):
    """Fee for uplifts of bulky waste."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Special uplift, fee"
    unit = "GBP"
    section = "Council fees"
    reference = COUNCIL

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).council_fees
        number = household("special_uplifts", period)
        price = known(law, "special_uplift")
        return where(number > 0, round_to_cents(number * price), 0.0)


class blue_badges(Variable):
    """How many Blue Badges that are issued or replaced, in the month."""

    value_type = int
    minimum = 0
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Blue Badge, number"
    unit = "1"
    section = "Council fees"
    reference = COUNCIL
    documentation = "Where it is not given no Blue Badge is issued."


class blue_badge_fee(Variable):
    """Fee for Blue Badges that are issued or replaced."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Blue Badge, fee"
    unit = "GBP"
    section = "Council fees"
    reference = COUNCIL

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        price = parameters(period).council_fees.blue_badge
        return round_to_cents(household("blue_badges", period) * price)


class resident_parking_permits(Variable):
    """How many resident parking permits of a first car, in the month."""

    value_type = int
    minimum = 0
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Resident parking permit, number"
    unit = "1"
    section = "Council fees"
    reference = COUNCIL
    documentation = "Where it is not given no parking permit is issued."


class resident_parking_permit_fee(Variable):
    """Fee for resident parking permits of a first car."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Resident parking permit, fee"
    unit = "GBP"
    section = "Council fees"
    reference = COUNCIL

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).council_fees
        number = household("resident_parking_permits", period)
        price = known(law, "resident_parking_permit")
        return where(number > 0, round_to_cents(number * price), 0.0)


class parking_penalties(Variable):
    """How many parking penalty charge notices, in the month."""

    value_type = int
    minimum = 0
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Parking penalty charge, number"
    unit = "1"
    section = "Council fees"
    reference = COUNCIL
    documentation = "Where it is not given there is no parking penalty."


class parking_penalty_fee(Variable):
    """Fee for parking penalty charge notices."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Parking penalty charge, fee"
    unit = "GBP"
    section = "Council fees"
    reference = COUNCIL

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).council_fees
        number = household("parking_penalties", period)
        price = known(law, "parking_penalty")
        return where(number > 0, round_to_cents(number * price), 0.0)


class business_waste_notices(Variable):
    """How many duty of care notices for business waste, in the month."""

    value_type = int
    minimum = 0
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Business waste notice, number"
    unit = "1"
    section = "Council fees"
    reference = COUNCIL
    documentation = "Where it is not given no notice for business waste is issued."


class business_waste_notice_fee(Variable):
    """Fee for duty of care notices for business waste."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Business waste notice, fee"
    unit = "GBP"
    section = "Council fees"
    reference = COUNCIL

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        price = parameters(period).council_fees.business_waste_notice
        return round_to_cents(household("business_waste_notices", period) * price)


class marriage_notices(Variable):
    """How many persons who give notice of a marriage or civil partnership, in the month."""

    value_type = int
    minimum = 0
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Marriage notice, number"
    unit = "1"
    section = "SSI 2006/575"
    reference = REGISTRATION
    documentation = "Where it is not given nobody gives notice of a marriage."


class marriage_notice_fee(Variable):
    """Fee for persons who give notice of a marriage or civil partnership."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Marriage notice, fee"
    unit = "GBP"
    section = "SSI 2006/575"
    reference = REGISTRATION

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).council_fees
        number = household("marriage_notices", period)
        price = known(law, "marriage_notice")
        return where(number > 0, round_to_cents(number * price), 0.0)


class civil_ceremonies(Variable):
    """How many civil marriages or civil partnerships that are solemnised, in the month."""

    value_type = int
    minimum = 0
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Civil solemnisation, number"
    unit = "1"
    section = "SSI 2006/575"
    reference = REGISTRATION
    documentation = "Where it is not given no civil marriage is solemnised."


class civil_ceremony_fee(Variable):
    """Fee for civil marriages or civil partnerships that are solemnised."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Civil solemnisation, fee"
    unit = "GBP"
    section = "SSI 2006/575"
    reference = REGISTRATION

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).council_fees
        number = household("civil_ceremonies", period)
        price = known(law, "civil_ceremony")
        return where(number > 0, round_to_cents(number * price), 0.0)


class certificates(Variable):
    """How many certificates asked for within a month of the registration, in the month."""

    value_type = int
    minimum = 0
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Certificate, number"
    unit = "1"
    section = "SSI 2006/575"
    reference = REGISTRATION
    documentation = "Where it is not given no certificate is asked for."


class certificate_fee(Variable):
    """Fee for certificates asked for within a month of the registration."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Certificate, fee"
    unit = "GBP"
    section = "SSI 2006/575"
    reference = REGISTRATION

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).council_fees
        number = household("certificates", period)
        price = known(law, "certificate")
        return where(number > 0, round_to_cents(number * price), 0.0)


class later_certificates(Variable):
    """How many certificates asked for more than a month after the registration, in the month."""

    value_type = int
    minimum = 0
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Later certificate, number"
    unit = "1"
    section = "SSI 2006/575"
    reference = REGISTRATION
    documentation = "Where it is not given no later certificate is asked for."


class later_certificate_fee(Variable):
    """Fee for certificates asked for more than a month after the registration."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Later certificate, fee"
    unit = "GBP"
    section = "SSI 2006/575"
    reference = REGISTRATION

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).council_fees
        number = household("later_certificates", period)
        price = known(law, "later_certificate")
        return where(number > 0, round_to_cents(number * price), 0.0)


class council_fees(Variable):
    """Fees of the council's services that a household pays in the month, without cemeteries."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Council fees"
    unit = "GBP"
    section = "Council fees"
    reference = COUNCIL

    def formula(household: Group, period: Period) -> Array:
        return round_to_cents(
            household("garden_waste_permit_fee", period)
            + household("special_uplift_fee", period)
            + household("blue_badge_fee", period)
            + household("resident_parking_permit_fee", period)
            + household("parking_penalty_fee", period)
            + household("business_waste_notice_fee", period)
            + household("marriage_notice_fee", period)
            + household("civil_ceremony_fee", period)
            + household("certificate_fee", period)
            + household("later_certificate_fee", period)
        )
