"""The city of an owner, whose taxes are added to the state's."""

from policy.model_api import MONTH, Enum, Variable, set_input_dispatch_by_period

from .entities import Owner
from .vehicles import STATUTES


class City(Enum):
    """Cities and villages whose sales tax or wheel tax is known, and two for all others."""

    elsewhere = "A place without a tax of its own"
    omaha = "Omaha"
    lincoln = "Lincoln"
    bellevue = "Bellevue"
    grand_island = "Grand Island"
    kearney = "Kearney"
    norfolk = "Norfolk"
    papillion = "Papillion"
    north_platte = "North Platte"
    la_vista = "La Vista"
    gering = "Gering"
    beatrice = "Beatrice"
    alliance = "Alliance"
    blair = "Blair"
    york = "York"
    sidney = "Sidney"
    gothenburg = "Gothenburg"
    farnam = "Farnam"
    hastings = "Hastings"
    arlington = "Arlington"
    fremont = "Fremont"
    columbus = "Columbus"
    scottsbluff = "Scottsbluff"
    south_sioux_city = "South Sioux City"
    lexington = "Lexington"
    adams = "Adams"
    grafton = "Grafton"
    kenesaw = "Kenesaw"
    lyons = "Lyons"
    mullen = "Mullen"
    nelson = "Nelson"
    another = "A city or village whose taxes are not in the book"


class city(Variable):
    """The city in whose limits the owner lives or has a place of business."""

    value_type = Enum
    possible_values = City
    default_value = City.elsewhere
    entity = Owner
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "City"
    section = "NRS 18-1214; NRS 77-27,142"
    reference = STATUTES
    documentation = (
        "A place with taxes of its own that is not in the list is another: its taxes are not known."
        " Where it is not given the owner lives where no local tax is due."
    )
