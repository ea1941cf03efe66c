"""A formula that changes a scale of the law in its place changes it for itself alone."""

import pytest

import policy

TAX = """\
from policy.model_api import MONTH, Variable
from .entities import Person


class tax(Variable):
    \"\"\"Above as many bases as the scale says.\"\"\"
    value_type = float
    entity = Person
    definition_period = MONTH

    def formula(person, period, parameters):
        scale = parameters(period).rates
        scale.multiply_thresholds(parameters(period).base)
        return scale.calc(person("wage", period))


class plain_tax(Variable):
    \"\"\"Above as much as the scale says.\"\"\"
    value_type = float
    entity = Person
    definition_period = MONTH

    def formula(person, period, parameters):
        return parameters(period).rates.calc(person("wage", period))
"""
RATES = """\
description: Rates
brackets:
  - {threshold: {2020-01-01: {value: 0}}, rate: {2020-01-01: {value: 0}}}
  - {threshold: {2020-01-01: {value: 1}}, rate: {2020-01-01: {value: 0.5}}}
"""
BASE = "description: Base\nvalues: {2020-01-01: {value: 100}}\n"


@pytest.fixture
def book(toy_folder):
    (toy_folder / "variables" / "toy" / "tax.py").write_text(TAX)
    (toy_folder / "parameters" / "toy" / "rates.yaml").write_text(RATES)
    (toy_folder / "parameters" / "toy" / "base.yaml").write_text(BASE)
    return policy.load(toy_folder)


def test_others_see_the_scale_of_the_law(book, home):
    situation = home(a={"wage": 300})
    for _ in range(2):
        result = book.calculate(situation, ["tax", "plain_tax"], "2024-05")
        assert result.value("tax") == pytest.approx(100)
        assert result.value("plain_tax") == pytest.approx(149.5)
