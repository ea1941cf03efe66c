"""The same scenarios give the same answers as openfisca-core used directly.

openfisca-core keeps amounts in float32: 24 bits, so each operation may be off by 6e-8 of its
result. The formulas here chain fewer than ten operations and never subtract nearly equal amounts:
answers agree within 1e-6 of their size, and within 1e-3 where amounts cancel out to about 0.
"""

import datetime
import importlib

import numpy as np
import pytest

import policy
from policy.legislation import openfisca

PACKAGE = "openfisca_country_template"


def household(members, **facts):
    ids = list(members)
    adults = [name for name in ids if not name.startswith("child")]
    children = [name for name in ids if name.startswith("child")]
    return {
        "persons": members,
        "households": {"home": {"adults": adults, "children": children, **facts}},
    }


def at(period, value):
    return {period: value}


SCENARIOS = {
    "one adult": lambda p: household(
        {"ann": {"birth": {"ETERNITY": "1980-01-01"}, "salary": at(p, 2000)}}
    ),
    "without income": lambda p: household({"ann": {"birth": {"ETERNITY": "1980-01-01"}}}),
    "a pensioner": lambda p: household(
        {"ann": {"birth": {"ETERNITY": "1940-12-31"}, "salary": at(p, 12.34)}}
    ),
    "a loss": lambda p: household(
        {
            "ann": {
                "birth": {"ETERNITY": "1980-01-01"},
                "salary": at(p, 3000),
                "capital_returns": at(p, -512.5),
            }
        }
    ),
    "a large salary": lambda p: household(
        {"ann": {"birth": {"ETERNITY": "1980-01-01"}, "salary": at(p, 1_234_567.89)}}
    ),
    "a salary by the year": lambda p: household(
        {"ann": {"birth": {"ETERNITY": "1980-01-01"}, "salary": at(p[:4], 30_001)}}
    ),
    "a couple with children": lambda p: household(
        {
            "ann": {"birth": {"ETERNITY": "1985-03-31"}, "salary": at(p, 350.5)},
            "bob": {"birth": {"ETERNITY": "1984-02-29"}, "salary": at(p, 99.99)},
            "child1": {"birth": {"ETERNITY": "2012-06-15"}},
            "child2": {"birth": {"ETERNITY": "2008-01-31"}},
        },
        rent=at(p, 800),
        housing_occupancy_status=at(p, "tenant"),
        accommodation_size=at(p[:4] + "-01", 77.7),
    ),
    "a lone parent who rents": lambda p: household(
        {
            "ann": {"birth": {"ETERNITY": "1995-05-05"}},
            "child1": {"birth": {"ETERNITY": "2014-06-15"}},
        },
        rent=at(p, 333.33),
        housing_occupancy_status=at(p, "free_lodger"),
    ),
    "an owner of a large house": lambda p: household(
        {"ann": {"birth": {"ETERNITY": "1960-05-05"}, "salary": at(p, 8_000)}},
        housing_occupancy_status={p: "owner", p[:4] + "-01": "owner"}
        if p[5:] != "01"
        else {p: "owner"},
        accommodation_size=at(p[:4] + "-01", 412.5),
    ),
    "an age given": lambda p: household({"ann": {"age": at(p, 70)}, "bob": {"age": at(p, 17)}}),
    "two homes": lambda p: {
        "persons": {
            "ann": {"birth": {"ETERNITY": "1980-01-01"}, "salary": at(p, 1500)},
            "bob": {"birth": {"ETERNITY": "1981-01-01"}, "salary": at(p, 700)},
            "eve": {"birth": {"ETERNITY": "2012-01-01"}},
        },
        "households": {
            "second": {"adults": ["bob"], "children": ["eve"], "rent": at(p, 250)},
            "first": {"adults": ["ann"]},
        },
    },
}


def directly(system, situation, variable, period):
    simulation = openfisca.simulations.SimulationBuilder().build_from_entities(system, situation)
    array = simulation.calculate(variable, period)
    return array.decode_to_str() if hasattr(array, "decode_to_str") else array


@pytest.fixture(scope="module")
def law():
    return policy.load(PACKAGE)


@pytest.fixture(scope="module")
def system():
    return importlib.import_module(PACKAGE).CountryTaxBenefitSystem()


@pytest.mark.parametrize("period", ["2015-12", "2016-02", "2016-11", "2016-12", "2017-06"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_variable_agrees(law, system, name, period):
    situation = SCENARIOS[name](period)
    compared = 0
    for variable in law.variables.values():
        when = period[:4] if variable.definition_period == "year" else period
        wanted = directly(system, SCENARIOS[name](period), variable.name, when)
        result = law.calculate(situation, [variable.name], when)
        got = [row.value for row in result.rows()]
        if variable.value_type is float:
            assert wanted.dtype == np.float32
            np.testing.assert_allclose(got, wanted, rtol=1e-6, atol=1e-3, err_msg=variable.name)
        elif variable.value_type is datetime.date:
            assert [np.datetime64(day) for day in got] == list(wanted)
        else:
            assert got == [
                value.decode() if isinstance(value, bytes) else value for value in wanted
            ]
        compared += 1
    assert compared == len(system.variables)


def test_what_openfisca_has_no_parameter_for_is_an_error_here_too(law, system):
    situation = SCENARIOS["without income"]("2014-01")
    with pytest.raises(openfisca.errors.ParameterNotFoundError):
        directly(system, situation, "parenting_allowance", "2014-01")
    with pytest.raises(policy.PolicyError, match=r"benefits\.parenting_allowance"):
        law.calculate(situation, ["parenting_allowance"], "2014-01")


def test_openfisca_itself_is_left_in_single_precision(law, system):
    situation = household({"ann": {"salary": at("2017-01", 16_777_217)}})
    (single,) = directly(system, situation, "salary", "2017-01")
    assert single == 16_777_216
    assert law.calculate(situation, ["salary"], "2017-01").value("salary", "ann") == 16_777_217
