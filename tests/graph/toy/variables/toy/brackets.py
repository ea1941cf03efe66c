"""Scales of brackets: each kind, each method, and what makes another scale of one."""

from policy.model_api import where

from .entities import Household, Person, formula_of


@formula_of(Person)
def marginal_rate(person, period, parameters):
    return parameters(period).marginal_rate.calc(person("wage", period))


@formula_of(Person)
def marginal_rate_with_factor(person, period, parameters):
    law = parameters(period)
    return law.marginal_rate.calc(person("wage", period), factor=law.base)


@formula_of(Person)
def marginal_rate_with_a_factor_each(person, period, parameters):
    factor = where(person("employed", period), 2, 1.5)
    return parameters(period).marginal_rate.calc(person("wage", period), factor)


@formula_of(Person)
def marginal_rate_rounded(person, period, parameters):
    wage = person("wage", period)
    return parameters(period).marginal_rate.calc(wage, round_base_decimals=1)


@formula_of(Person)
def marginal_rate_of_whole_numbers(person, period, parameters):
    return parameters(period).marginal_rate.calc(person("age", period))


@formula_of(Household)
def marginal_rate_of_groups(household, period, parameters):
    wages = household.sum(household.members("wage", period))
    return parameters(period).marginal_rate.calc(wages)


@formula_of(Person)
def rates_at_the_margin(person, period, parameters):
    return parameters(period).marginal_rate.marginal_rates(person("wage", period))


@formula_of(Person)
def rate_from_tax_base(person, period, parameters):
    return parameters(period).marginal_rate.rate_from_tax_base(person("wage", period) + 1)


@formula_of(Person)
def rate_from_bracket(person, period, parameters):
    scale = parameters(period).marginal_rate
    return scale.rate_from_bracket_indice(scale.bracket_indices(person("wage", period) + 1))


@formula_of(Person, int)
def bracket_indices(person, period, parameters):
    scale = parameters(period).marginal_rate
    return scale.bracket_indices(person("wage", period), factor=1.1, round_decimals=1)


@formula_of(Person)
def threshold_from_tax_base(person, period, parameters):
    return parameters(period).marginal_rate.threshold_from_tax_base(person("wage", period) + 1)


@formula_of(Person)
def average_rate(person, period, parameters):
    return parameters(period).average_rate.calc(person("wage", period))


@formula_of(Person)
def single_amount(person, period, parameters):
    return parameters(period).single_amount.calc(person("wage", period))


@formula_of(Person)
def single_amount_to_the_right(person, period, parameters):
    scale = parameters(period).single_amount
    wage = person("wage", period)
    return scale.calc(wage, right=True) + 2 * scale.calc(wage, True)


@formula_of(Person)
def marginal_amount(person, period, parameters):
    return parameters(period).marginal_amount.calc(person("wage", period))


@formula_of(Person)
def made_average(person, period, parameters):
    return parameters(period).marginal_rate.to_average().calc(person("wage", period))


@formula_of(Person)
def made_marginal(person, period, parameters):
    return parameters(period).average_rate.to_marginal().calc(person("wage", period))


@formula_of(Person)
def made_inverse(person, period, parameters):
    return parameters(period).marginal_rate.inverse().calc(person("wage", period))


@formula_of(Person)
def rates_multiplied(person, period, parameters):
    scale = parameters(period).marginal_rate.multiply_rates(1.5, inplace=False)
    return scale.calc(person("wage", period))


@formula_of(Person)
def thresholds_multiplied(person, period, parameters):
    law = parameters(period)
    scale = law.marginal_rate.multiply_thresholds(law.base, decimals=0, inplace=False)
    return scale.calc(person("wage", period))


@formula_of(Person)
def scaled(person, period, parameters):
    return parameters(period).marginal_rate.scale_tax_scales(3).calc(person("wage", period))


@formula_of(Person)
def with_another_bracket(person, period, parameters):
    scale = parameters(period).marginal_rate.multiply_rates(1, inplace=False)
    scale.add_bracket(750, 0.9)
    return scale.calc(person("wage", period))


@formula_of(Person)
def numbers_of_a_scale(person, period, parameters):
    scale = parameters(period).marginal_rate
    return person("wage", period) * scale.rates[-1] + scale.thresholds[1]


@formula_of(Person)
def scales_added(person, period, parameters):
    scale = parameters(period).marginal_rate.copy()
    scale.add_tax_scale(parameters(period).scales.first)
    return scale.calc(person("wage", period))


@formula_of(Person)
def brackets_combined(person, period, parameters):
    scale = parameters(period).marginal_rate.multiply_rates(1, inplace=False)
    scale.combine_bracket(0.05, 100, 900)
    return scale.calc(person("wage", period))


@formula_of(Person)
def average_rate_changed(person, period, parameters):
    scale = parameters(period).average_rate
    changed = scale.multiply_rates(2, inplace=False).multiply_thresholds(3, inplace=False)
    return changed.calc(person("wage", period))


@formula_of(Person, int)
def brackets_of_average_rates(person, period, parameters):
    return parameters(period).average_rate.bracket_indices(person("wage", period))


@formula_of(Person)
def thresholds_of_average_rates(person, period, parameters):
    return parameters(period).average_rate.threshold_from_tax_base(person("wage", period) + 1)
