"""What callers pass that is of a wrong type, or names nothing, is a PolicyError that helps."""

import numpy as np
import pytest

import policy
from policy.errors import PolicyError

HOMES = {"household": (np.array([0]), np.array(["adult"]))}
WAGES = {"wage": np.array([1000.0])}


@pytest.fixture
def scenario(home):
    return home(ann={"wage": 1000})


def refused(call, *arguments, **options):
    with pytest.raises(PolicyError) as caught:
        call(*arguments, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("outputs", "got"),
    [([1], "1"), ([["bonus"]], "a list"), (1, "1"), ([], "an empty list"), ([None], "nothing")],
)
def test_outputs_are_names(toy, scenario, outputs, got):
    message = (
        f"outputs: outputs are names of variables, got {got}; give a list such as"
        " ['child_allowance']"
    )
    assert refused(toy.calculate, scenario, outputs) == message
    assert refused(toy.calculate_many, [scenario], outputs) == message
    assert refused(toy.calculate_arrays, WAGES, HOMES, outputs, "2024-05") == message


def test_outputs_may_come_from_a_generator(toy, scenario):
    found = toy.calculate_many([scenario] * 2, (name for name in ["bonus", "wage"]))
    assert [list(each.arrays) for each in found] == [["bonus", "wage"]] * 2


@pytest.mark.parametrize("name", [None, 5, ["bonus"]])
def test_a_variable_that_is_no_text(toy, scenario, name):
    message = f"the toy book has no variable '{name}'; "
    assert refused(toy.explain, scenario, name).startswith(message)
    assert refused(toy.variable, name).startswith(message)


@pytest.mark.parametrize("instance", [5, ["ann"]])
def test_an_id_that_is_no_text(toy, scenario, instance):
    result = toy.calculate(scenario, ["bonus"])
    message = f"'{instance}' is not an id of the persons; "
    assert refused(result.value, "bonus", instance).startswith(message)
    message = f"'{instance}' is not one of the persons; "
    assert refused(toy.explain, scenario, "bonus", instance).startswith(message)
    assert "is not among the results; valid results: bonus" in refused(result.value, [instance])


def test_a_parameter_that_is_not_there(toy):
    assert refused(toy.parameters.__getitem__, "bonus_shar") == (
        "the toy book has no parameter 'bonus_shar'; did you mean 'bonus_share'?"
    )
    assert toy.parameters.get("bonus_shar") is None
    assert "bonus_shar" not in toy.parameters


def test_a_variable_that_is_not_there(toy):
    assert refused(toy.variables.__getitem__, "bonnus") == (
        "the toy book has no variable 'bonnus'; did you mean 'bonus'?"
    )


def test_a_parameter_in_the_place_of_a_variable(toy, scenario):
    message = "'bonus_share' is a parameter of the toy book, not a variable; see 'policy show"
    assert refused(toy.calculate, scenario, ["bonus_share"]).startswith(message)
    message = "'bonus' is a variable of the toy book, not a parameter; see 'policy show bonus'"
    assert refused(toy.parameters.__getitem__, "bonus") == message


@pytest.mark.parametrize("name", [None, 5, ["estonia"]])
def test_a_book_is_named_by_text(name):
    assert refused(policy.load, name) == (
        f"a statute book is named by text or a path, not {type(name).__name__};"
        " name one of estonia, nebraska, north_lanarkshire, a folder, or a country package"
    )


@pytest.mark.parametrize(
    ("scenarios", "got"), [(None, "nothing"), (5, "5"), ({"a": 1}, "a mapping")]
)
def test_many_scenarios_are_several(toy, scenarios, got):
    assert refused(toy.calculate_many, scenarios) == (
        f"expected several scenarios, got {got}; give a list of them; one alone is for 'calculate'"
    )


def test_what_is_wrong_in_any_of_many_scenarios_is_told(toy, scenario):
    message = refused(toy.calculate_many, [{"period": "x"}, scenario, {"period": "y"}])
    assert [line.partition(" is not")[0] for line in message.splitlines()] == [
        "<scenario 0>: period: 'x'",
        "<scenario 2>: period: 'y'",
    ]


@pytest.mark.parametrize("given", [None, 5, []])
def test_columns_and_memberships_are_mappings(toy, given):
    message = refused(toy.calculate_arrays, given, HOMES, ["bonus"], "2024-05")
    assert message.startswith("columns: expected a mapping, got ")
    message = refused(toy.calculate_arrays, WAGES, given, ["bonus"], "2024-05")
    assert message.startswith("memberships: expected a mapping, got ")


def test_a_column_that_is_no_array(toy):
    message = refused(toy.calculate_arrays, {**WAGES, "rent": 5}, HOMES, ["bonus"], "2024-05")
    assert message == "columns.rent: expected 1 values, got one; give one for each household"


@pytest.mark.parametrize("name", [None, 5, []])
def test_engines_and_backends_are_named(toy, scenario, name):
    assert "there is no engine" in refused(toy.calculate, scenario, ["bonus"], engine=name)
    message = refused(toy.calculate_arrays, WAGES, HOMES, ["bonus"], "2024-05", backend=name)
    assert "there is no backend" in message
