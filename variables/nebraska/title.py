"""Certificates of title and liens: Neb. Rev. Stat. (NRS) 60-144 to 60-168."""

from policy.model_api import (
    MONTH,
    Array,
    ParametersAt,
    Period,
    Population,
    Variable,
    round_to_cents,
    set_input_dispatch_by_period,
)

from .entities import Vehicle

TITLES = "https://www.sarpy.com/offices/dmv/titles"


class titles_issued(Variable):
    """How many certificates of title that are issued, in the month."""

    value_type = int
    minimum = 0
    entity = Vehicle
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Titles issued"
    unit = "1"
    section = "NRS 60-154"
    reference = TITLES
    documentation = "Where it is not given no certificate of title is issued."


class liens_noted(Variable):
    """How many liens that are noted on a title, in the month."""

    value_type = int
    minimum = 0
    entity = Vehicle
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Liens noted"
    unit = "1"
    section = "NRS 60-164"
    reference = TITLES
    documentation = "Where it is not given no lien is noted."


class duplicate_titles(Variable):
    """How many duplicate titles that are issued, in the month."""

    value_type = int
    minimum = 0
    entity = Vehicle
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Duplicate titles"
    unit = "1"
    section = "NRS 60-168"
    reference = TITLES
    documentation = "Where it is not given no duplicate title is issued."


class identification_inspections(Variable):
    """How many inspections by a sheriff of a vehicle from another state, in the month."""

    value_type = int
    minimum = 0
    entity = Vehicle
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Identification inspections"
    unit = "1"
    section = "NRS 60-146"
    reference = TITLES
    documentation = "Where it is not given no inspection is made."


class title_fees(Variable):
    """Fees for title, liens, duplicates and inspection in the month."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Title fees"
    unit = "USD"
    section = "NRS 60-154; NRS 60-164; NRS 60-168"
    reference = TITLES

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        fees = parameters(period).title
        return round_to_cents(
            vehicle("titles_issued", period) * fees.certificate
            + vehicle("liens_noted", period) * fees.lien_notation
            + vehicle("duplicate_titles", period) * fees.duplicate
            + vehicle("identification_inspections", period) * fees.identification_inspection
        )
