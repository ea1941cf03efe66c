"""A scale of the law changed in its place: under openfisca-core each run changes it once more."""

from .entities import Person, formula_of


@formula_of(Person)
def scale_changed_in_place(person, period, parameters):
    scale = parameters(period).changed_in_place
    scale.multiply_thresholds(2)
    scale.multiply_rates(3)
    return scale.calc(person("wage", period))
