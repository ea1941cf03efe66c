"""Sales and use tax on the purchase of a vehicle: Neb. Rev. Stat. (NRS) 77-2703; 316 NAC 1-020.

What is due falls into the month of the purchase, at the rates of that month.
"""

from policy.model_api import (
    ETERNITY,
    MONTH,
    NOT_KNOWN,
    Array,
    ParametersAt,
    Period,
    Population,
    Variable,
    add_days,
    as_date,
    date,
    days_between,
    first_day,
    last_day,
    max_,
    min_,
    not_,
    round_to_cents,
    select,
    where,
)

from .cities import City
from .entities import Vehicle
from .vehicles import STATUTES

FORM = "https://nebraskapdfforms.com/free-nebraska-6-pdf-form"
RULE = "https://regulations.justia.com/states/nebraska/revenue-department-of/title-316/chapter-1"
DAYS_OF_A_YEAR = 365
#: Cities whose local sales tax is in the book.
TAXING_CITIES = (
    City.omaha,
    City.lincoln,
    City.bellevue,
    City.grand_island,
    City.kearney,
    City.norfolk,
    City.papillion,
    City.north_platte,
    City.la_vista,
    City.gering,
    City.beatrice,
    City.alliance,
    City.blair,
    City.york,
    City.sidney,
    City.gothenburg,
    City.hastings,
    City.fremont,
    City.columbus,
    City.scottsbluff,
    City.south_sioux_city,
    City.lexington,
    City.adams,
    City.grafton,
    City.kenesaw,
    City.lyons,
    City.mullen,
    City.nelson,
)


def interest(parameters: ParametersAt, year: int, begins: Array, paid: Array) -> Array:
    """Return the interest on one dollar for the days of a year: 45-104.02."""
    rates = parameters(f"{year}-01-01").sales_tax
    since = max_(begins, as_date(f"{year}-01-01"))
    until = min_(add_days(paid, -1), as_date(f"{year}-12-31"))
    days = days_between(since, until)
    if "interest_rate" not in rates:
        return where(days > 0, NOT_KNOWN, 0.0)
    return days * rates.interest_rate / DAYS_OF_A_YEAR


class purchase_date(Variable):
    """The day on which the owner bought the vehicle."""

    value_type = date
    default_value = date(9999, 12, 31)
    minimum = date(1900, 1, 1)
    maximum = date(2100, 12, 31)
    entity = Vehicle
    definition_period = ETERNITY
    label = "Bought on"
    unit = "date"
    section = "316 NAC 1-020"
    reference = RULE
    documentation = "Where it is not given the vehicle was not bought."


class sales_price(Variable):
    """The total sales price of the vehicle."""

    value_type = float
    entity = Vehicle
    definition_period = ETERNITY
    label = "Sales price"
    unit = "USD"
    section = "316 NAC 1-020"
    reference = FORM
    documentation = "Where it is not given nothing was paid."


class trade_in_allowance(Variable):
    """What the seller allowed for another vehicle that was traded in."""

    value_type = float
    entity = Vehicle
    definition_period = ETERNITY
    label = "Trade-in allowance"
    unit = "USD"
    section = "316 NAC 1-020"
    reference = FORM
    documentation = "Where it is not given no vehicle was traded in."


class traded_vehicle_was_leased(Variable):
    """Whether the vehicle that was traded in was leased."""

    value_type = bool
    entity = Vehicle
    definition_period = ETERNITY
    label = "Traded vehicle was leased"
    section = "316 NAC 1-020"
    reference = FORM
    documentation = "Then nothing is allowed for it. Where it is not given it was not leased."


class manufacturers_rebate(Variable):
    """A rebate of the manufacturer that was assigned to the dealer at the sale."""

    value_type = float
    entity = Vehicle
    definition_period = ETERNITY
    label = "Manufacturer's rebate"
    unit = "USD"
    section = "316 NAC 1-020"
    reference = FORM
    documentation = "Where it is not given there was no rebate."


class new_tires(Variable):
    """How many new tires came with the vehicle."""

    value_type = int
    minimum = 0
    entity = Vehicle
    definition_period = ETERNITY
    label = "New tires"
    unit = "1"
    section = "NRS 81-15,162"
    reference = FORM
    documentation = "Where it is not given no new tire came with it."


class exempt_from_sales_tax(Variable):
    """Whether the purchase is exempt from sales and use tax."""

    value_type = bool
    entity = Vehicle
    definition_period = ETERNITY
    label = "Exempt from sales tax"
    section = "NRS 77-2704.21; 316 NAC 1-020"
    reference = FORM
    documentation = (
        "An exempt organisation, a common carrier, a lessor, a government, a disabled person"
        " with the greatest help of the department of veterans or of health; or tax was"
        " properly paid in another state. Servicemembers of other states are not exempt. Where"
        " it is not given the purchase is not exempt."
    )


class exempt_from_tire_fee(Variable):
    """Whether the purchase is exempt from the tire fee."""

    value_type = bool
    entity = Vehicle
    definition_period = ETERNITY
    label = "Exempt from tire fee"
    section = "NRS 81-15,162"
    reference = FORM
    documentation = (
        "Some exempt categories of the form are. Where it is not given the purchase is not"
        " exempt from the tire fee."
    )


class sales_tax_paid_on(Variable):
    """The day on which sales tax is paid."""

    value_type = date
    default_value = date(1900, 1, 1)
    entity = Vehicle
    definition_period = ETERNITY
    label = "Sales tax paid on"
    unit = "date"
    section = "316 NAC 1-020"
    reference = RULE
    documentation = "Where it is not given sales tax is paid in time."


class is_bought_in_month(Variable):
    """Whether the vehicle is bought in the month."""

    value_type = bool
    entity = Vehicle
    definition_period = MONTH
    label = "Bought in the month"
    section = "316 NAC 1-020"
    reference = RULE

    def formula(vehicle: Population, period: Period) -> Array:
        day = vehicle("purchase_date", period)
        return (day >= first_day(period)) & (day <= last_day(period))


class taxable_price(Variable):
    """Price on which sales tax is due: less trade-in and rebate, and never below 0."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Taxable price"
    unit = "USD"
    section = "316 NAC 1-020"
    reference = FORM

    def formula(vehicle: Population, period: Period) -> Array:
        leased = vehicle("traded_vehicle_was_leased", period)
        allowance = where(leased, 0.0, vehicle("trade_in_allowance", period))
        rebate = vehicle("manufacturers_rebate", period)
        taxed = vehicle("is_bought_in_month", period) & not_(
            vehicle("exempt_from_sales_tax", period)
        )
        base = max_(vehicle("sales_price", period) - allowance - rebate, 0.0)
        return where(taxed, base, 0.0)


class state_sales_tax(Variable):
    """State sales and use tax on the purchase."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "State sales tax"
    unit = "USD"
    section = "NRS 77-2701.02"
    reference = FORM
    documentation = (
        "The lower rate of a good life district is not in it: that it reaches vehicles was"
        " not read."
    )

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        rate = parameters(period).sales_tax.state_rate
        return round_to_cents(vehicle("taxable_price", period) * rate)


class local_sales_tax_rate(Variable):
    """Rate of the local sales and use tax of the owner's city."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Local sales tax rate"
    unit = "1"
    section = "NRS 77-27,142"
    reference = STATUTES
    documentation = (
        "The place of registration decides. Of Farnam and Arlington, and of a city or village that"
        " is not in the list, no rate is in the book."
    )

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        rates = parameters(period).sales_tax.local
        place = vehicle.owner("city", period)
        known = [each for each in TAXING_CITIES if each.name in rates]
        return select(
            [place == City.elsewhere, *(place == each for each in known)],
            [0.0, *(rates[each.name] for each in known)],
            NOT_KNOWN,
        )


class local_sales_tax(Variable):
    """Local sales and use tax on the purchase."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Local sales tax"
    unit = "USD"
    section = "NRS 77-27,142"
    reference = FORM

    def formula(vehicle: Population, period: Period) -> Array:
        price = vehicle("taxable_price", period)
        tax = round_to_cents(price * vehicle("local_sales_tax_rate", period))
        return where(price > 0, tax, 0.0)


class tire_fee(Variable):
    """Fee for new tires that came with the vehicle."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Tire fee"
    unit = "USD"
    section = "NRS 81-15,162"
    reference = FORM

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        fee = round_to_cents(vehicle("new_tires", period) * parameters(period).sales_tax.tire_fee)
        exempt = vehicle("exempt_from_tire_fee", period)
        return where(vehicle("is_bought_in_month", period) & not_(exempt), fee, 0.0)


class sales_tax_is_late(Variable):
    """Whether sales tax is paid more than 30 days after the purchase."""

    value_type = bool
    entity = Vehicle
    definition_period = MONTH
    label = "Sales tax paid late"
    section = "316 NAC 1-020"
    reference = RULE

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        days = parameters(period).sales_tax.days_to_pay
        in_time = add_days(vehicle("purchase_date", period), days)
        late = vehicle("sales_tax_paid_on", period) > in_time
        return late & (vehicle("taxable_price", period) > 0)


class sales_tax_penalty(Variable):
    """Penalty for sales tax that is paid late."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Sales tax penalty"
    unit = "USD"
    section = "316 NAC 1-020"
    reference = RULE

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        penalty = parameters(period).sales_tax.penalty
        return where(vehicle("sales_tax_is_late", period), penalty, 0.0)


class sales_tax_interest(Variable):
    """Simple interest on sales tax that is paid late, from the 30th day on."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Sales tax interest"
    unit = "USD"
    section = "316 NAC 1-020; NRS 45-104.02"
    reference = RULE
    documentation = (
        "At the rate of each year, for each day from the 30th to the day before the payment;"
        " a year has 365 days. The rates of 2019 to 2022 and from 2025 on were not found; what"
        " is paid after the year that follows the purchase is not counted."
    )

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).sales_tax
        tax = vehicle("state_sales_tax", period) + vehicle("local_sales_tax", period)
        begins = add_days(vehicle("purchase_date", period), law.days_to_pay)
        paid = vehicle("sales_tax_paid_on", period)
        year = period.start.year
        share = interest(parameters, year, begins, paid) + interest(
            parameters, year + 1, begins, paid
        )
        in_two_years = paid <= as_date(f"{year + 1}-12-31")
        amount = where(in_two_years, round_to_cents(tax * share), NOT_KNOWN)
        return where(vehicle("sales_tax_is_late", period), amount, 0.0)
