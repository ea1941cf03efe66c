"""``policy show`` and ``policy list``."""

import json
import re

import pytest

import policy

RATE = "child_allowance.first_and_second_child"


def test_a_parameter_shows_its_whole_history_with_sources(policy_command):
    output = policy_command("show", RATE)
    assert re.search(r"2017-01-01 +50\.00 EUR/month +law +2016-06-15 +\[1\]", output)
    assert re.search(r"2023-01-01 +80\.00 EUR/month +law +2022-12-28 +\[\d\]", output)
    assert "https://www.riigiteataja.ee/akt/111012023002" in output
    assert "Lapsetoetus" in output


def test_on_a_day_only_what_is_in_force(policy_command):
    output = policy_command("show", RATE, "--on", "2022-12-31")
    assert "60.00 EUR/month" in output
    assert "80.00 EUR/month" not in output


def test_before_the_first_value_none_is_in_force(policy_command):
    assert "No value is in force on that day." in policy_command("show", RATE, "--on", "2001-01-01")


def test_a_folder_lists_its_parameters(policy_command):
    output = policy_command("show", "large_family_allowance.exit")
    assert re.search(r"large_family_allowance\.exit\.denominator +Parts", output)


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        ("model_year", "1886 to 2100"),
        ("gross_weight", "0 or more"),
        ("registration_date", "1900-01-01 to 2100-12-31"),
    ],
)
def test_a_fact_says_its_limits(policy_command, name, limits):
    output = policy_command("show", name, "--book", "nebraska")
    assert re.search(rf"Limits +{limits} *\n", output)


def test_a_fact_says_what_is_assumed(policy_command):
    output = policy_command("show", "residence_from")
    assert re.search(r"Kind +A fact to give for each person, once, for all time", output)
    assert re.search(r"Not given +1900-01-01 is assumed", output)
    assert "PHS § 4" in output


def test_a_computed_variable_shows_its_formula(policy_command):
    output = policy_command("show", "child_allowance")
    assert re.search(r"Kind +Computed for each family, by the month", output)
    assert "def formula(" in output
    assert re.search(r"variables/estonia/child_allowance\.py:\d+\n", output)
    assert RATE in output


def test_dated_formulas_say_from_when(policy_command):
    output = policy_command("show", "basic_income", "--book", "openfisca_country_template")
    assert "Formula from 2015-12-01" in output
    assert "Formula from 2016-12-01" in output
    then = policy_command(
        "show", "basic_income", "--book", "openfisca_country_template", "--on", "2016-01-01"
    )
    assert "Formula from 2016-12-01" not in then


def test_an_ended_variable_has_no_formula_in_force(policy_command):
    book = ("--book", "openfisca_country_template")
    assert "def formula" in policy_command("show", "housing_allowance", *book)
    then = policy_command("show", "housing_allowance", *book, "--on", "2020-01-01")
    assert "def formula" not in then


def test_a_choice_lists_its_values(policy_command):
    output = policy_command(
        "show", "housing_occupancy_status", "--book", "openfisca_country_template"
    )
    assert re.search(r"Value +owner, tenant, free_lodger, homeless", output)


def test_a_schedule_lists_its_brackets(policy_command):
    output = policy_command(
        "show", "taxes.social_security_contribution", "--book", "openfisca_country_template"
    )
    assert re.search(
        r"taxes\.social_security_contribution\[1\]\.threshold .* 6000\.00 EUR ", output
    )


def test_json_of_a_parameter(policy_command):
    found = json.loads(policy_command("show", RATE, "--json"))
    [parameter] = found["parameters"]
    assert found["variables"] == []
    assert parameter["values"][-1]["value"] == 80
    assert parameter["values"][-1]["references"][0]["href"].startswith("https://")


def test_json_of_a_variable(policy_command):
    [variable] = json.loads(policy_command("show", "death_date", "--json"))["variables"]
    assert (variable["type"], variable["default"]) == ("date", "9999-12-31")


def test_an_unknown_name_suggests_the_nearest(policy_command):
    output = policy_command("show", "child_alowance", code=2)
    assert output == (
        "the estonia book has no variable or parameter 'child_alowance';"
        " did you mean 'child_allowance'?\n"
    )


def test_a_label_in_another_language_leads_to_list(policy_command):
    output = policy_command("show", "lapsetoetus", code=2)
    assert output == (
        "the estonia book has no variable or parameter 'lapsetoetus';"
        " try 'policy list lapsetoetus'\n"
    )
    in_no_book = (
        "no statute book has a variable, a parameter or a text with 'submarine';"
        " try another word, or 'policy list --book BOOK'\n"
    )
    assert policy_command("show", "submarine", code=2) == in_no_book
    assert policy_command("list", "submarine", code=2) == in_no_book
    assert "; valid names: " in policy_command("show", "submarine", "--book", "estonia", code=2)


def test_an_impossible_date(policy_command):
    output = policy_command("show", RATE, "--on", "2022-02-30", code=2)
    assert output == (
        "date: '2022-02-30' is not a date that exists;"
        " give a date as YYYY-MM-DD, a month or a year\n"
    )


def test_numbers_are_whole_on_a_narrow_terminal(narrow):
    assert "80.00 EUR/month" in narrow("show", RATE)


@pytest.mark.parametrize("width", [80, 120])
def test_names_are_whole_on_a_terminal(policy_command, width):
    env = {"FORCE_COLOR": "1", "COLUMNS": str(width), "TERM": "xterm"}
    lines = re.sub(
        r"\x1b\[[0-9;]*m", "", policy_command("list", "--book", "estonia", env=env)
    ).splitlines()
    assert max(map(len, lines)) <= width
    book = policy.load("estonia")
    assert {*book.variables, *book.parameters} <= {line.split(" ")[0] for line in lines}


def test_list_has_variables_and_parameters(policy_command):
    output = policy_command("list", "--book", "estonia")
    assert output.index("Computed") < output.index("Facts to give") < output.index("Parameters")
    assert re.search(r"child_allowance +Child allowance +family +month +PHS § 17", output)
    assert re.search(r"child_allowance\.first_and_second_child .* 80\.00 EUR/month", output)


def test_list_finds_a_word_in_any_language(policy_command):
    output = policy_command("list", "lapseTOETUS")
    assert re.search(r"^child_allowance ", output, re.MULTILINE)
    assert "birth_date" not in output


def test_list_of_nothing_says_so(policy_command):
    nothing = "Nothing in the estonia book says 'submarine'.\n"
    assert policy_command("list", "submarine", "--book", "estonia") == nothing


def test_list_json(policy_command):
    found = json.loads(policy_command("list", "lapsetoetus", "--json"))
    assert "child_allowance" in {variable["name"] for variable in found["variables"]}
    assert RATE in {parameter["name"] for parameter in found["parameters"]}
