"""``policy calculate``."""

import json
import re

import pytest

ALLOWANCES = ("--output", "child_allowance", "--output", "large_family_allowance")


def test_prints_amounts_with_section_and_currency(policy_command, family):
    output = policy_command("calculate", family, *ALLOWANCES)
    assert output.startswith("Kati and her new sister, 2024-05\n")
    assert re.search(r"Child allowance +tamm +136\.77 EUR +PHS § 17\n", output)


def test_what_is_asked_is_shown_though_it_is_0(policy_command, family):
    output = policy_command("calculate", family, *ALLOWANCES)
    assert re.search(r"tamm +0\.00 EUR +PHS § 21", output)
    assert "Nothing from" not in output


@pytest.mark.parametrize("names", ["large_family_allowance", "[large_family_allowance]"])
def test_a_scenario_may_say_what_to_calculate(policy_command, family, tmp_path, names):
    with (tmp_path / family).open("a") as file:
        file.write(f"output: {names}\n")
    output = policy_command("calculate", family)
    assert re.search(r"tamm +0\.00 EUR +PHS § 21", output)
    assert "Child allowance" not in output
    asked = policy_command("calculate", family, "--output", "child_allowance")
    assert "PHS § 21" not in asked


def test_benefits_of_0_are_named_in_one_line(policy_command, family):
    output = policy_command("calculate", family)
    assert re.search(r"\nNothing from: .*[Mm]any children.*\.\n", output)
    assert " 0.00 EUR " not in output


def test_the_total_comes_last(policy_command, family):
    table = policy_command("calculate", family).split("\n\n")[1]
    assert table.splitlines()[-1].startswith("Family benefits")


def test_a_yes_or_no_and_a_date(policy_command, family):
    output = policy_command(
        "calculate",
        family,
        "--output",
        "entitled_to_child_allowance",
        "--output",
        "child_allowance_from",
    )
    assert re.search(r"kati +yes ", output)
    assert re.search(r"mari +no ", output)
    assert re.search(r"liis +2024-05-10 ", output)


def test_says_what_was_assumed(policy_command, family):
    output = policy_command("calculate", family, *ALLOWANCES)
    assert "Assumed, because the scenario does not say" in output
    assert re.search(r"has always lived in Estonia .* residence_from +PHS § 4", output)
    assert "has always lived in Estonia" in output


def test_names_the_law_used(policy_command, family):
    assert re.search(
        r"\nLaw: estonia-[0-9a-f]{12}\+policy-", policy_command("calculate", family, *ALLOWANCES)
    )


def test_notes_that_the_law_may_have_changed(policy_command, family):
    output = policy_command("calculate", family, *ALLOWANCES, "--period", "2027-05")
    assert "Note: The law was read as it stood on" in output


@pytest.mark.parametrize("period", ["2024-05", "2024"])
def test_notes_facts_that_can_hardly_be(policy_command, family, tmp_path, period):
    text = (tmp_path / family).read_text()
    assert "Note:" not in policy_command("calculate", family, "--period", period)
    swapped = text.replace("[mari]", "[liis]").replace("liis]}", "mari]}")
    swapped = swapped.replace("2012-05-15", "2031-01-01")
    (tmp_path / "swapped.yaml").write_text(swapped)
    output = policy_command("calculate", "swapped.yaml", "--period", period)
    assert "\nNote: A child is older than a parent (tamm). Perhaps parents and children" in output
    assert "\nNote: The birth is after the period (kati). Perhaps the date is mistyped" in output
    answer = json.loads(policy_command("calculate", "swapped.yaml", "--period", period, "--json"))
    assert [note.split(" (")[0] for note in answer["notes"]] == [
        "A child is older than a parent",
        "The birth is after the period",
    ]


def test_another_period(policy_command, family):
    output = policy_command("calculate", family, *ALLOWANCES, "--period", "2025")
    assert re.search(r"1920\.00 EUR", output)


def test_a_year_by_month(policy_command, family):
    output = policy_command("calculate", family, *ALLOWANCES, "--period", "2024", "--monthly")
    table = output.split("By month")[1]
    assert re.search(r"\n +Child +families with *\n", table)
    assert re.search(r"\n2024-05 +136\.77 EUR +0\.00 EUR *\n", table)
    assert re.search(r"\n2024 +1576\.77 EUR +0\.00 EUR *\n", table)
    assert max(map(len, table.split("Assumed")[0].splitlines())) <= 80


def test_many_columns_stand_in_tables_one_below_the_other(policy_command, family):
    each = ("--output", "child_allowance_of_child", "--output", "birth_allowance_of_child")
    output = policy_command("calculate", family, *each, "--period", "2024", "--monthly")
    assert len(re.findall(r"^Month ", output, re.MULTILINE)) == 2
    assert len(re.findall(r"^2024-12 ", output, re.MULTILINE)) == 2


def test_json_by_month(policy_command, family):
    options = (*ALLOWANCES, "--period", "2024", "--monthly", "--json")
    found = json.loads(policy_command("calculate", family, *options))["families"]["tamm"]
    assert found["child_allowance"]["2024-05"] == 136.77
    assert found["child_allowance"]["2024"] == pytest.approx(1576.77)


def test_json(policy_command, family):
    answer = json.loads(policy_command("calculate", family, *ALLOWANCES, "--json"))
    assert answer["families"]["tamm"]["child_allowance"] == {"2024-05": 136.77}
    assert answer["period"] == "2024-05"
    assert {"book", "name", "law_version", "assumptions", "notes"} <= set(answer)


def test_text_in_a_pipe_is_plain(policy_command, family):
    assert "\x1b" not in policy_command("calculate", family, *ALLOWANCES)


def test_numbers_are_whole_on_a_narrow_terminal(narrow, family):
    output = re.sub(r"\x1b(\[[0-9;]*m|\]8;[^\\]*\\)", "", narrow("calculate", family, *ALLOWANCES))
    assert "136.77 EUR" in output
    assert max(map(len, output.splitlines())) <= 40


def test_names_are_whole_on_a_terminal(policy_command, family):
    env = {"FORCE_COLOR": "1", "COLUMNS": "60", "TERM": "xterm"}
    output = policy_command("calculate", family, env=env)
    output = re.sub(r"\x1b(\[[0-9;]*m|\]8;[^\\]*\\)", "", output)
    found = json.loads(policy_command("calculate", family, "--json"))
    assert {fact["variable"] for fact in found["assumptions"]} <= {*output.split()}
    assert max(map(len, output.splitlines())) <= 60


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.yaml"], "none.yaml: there is no such file; check the path and the working folder"),
        (
            ["family.yaml", "--output", "child_alowance"],
            "the estonia book has no variable 'child_alowance'; did you mean 'child_allowance'?",
        ),
        (
            ["family.yaml", "--period", "May 2024"],
            "period: 'May 2024' is not a period; write a month as 2024-05 or",
        ),
        (
            ["family.yaml", "--output", "child_allowance, birth_allowance"],
            "'child_allowance, birth_allowance' names several variables;"
            " write --output child_allowance --output birth_allowance",
        ),
        (
            ["family.yaml", "--output", "child_allowance.age_limit"],
            "'child_allowance.age_limit' is a parameter of the estonia book, not a variable;"
            " see 'policy show child_allowance.age_limit'",
        ),
        (["family.yaml", "--period", "2016-05"], "covers the law from 2017-01-01, not 2016-05"),
        (
            ["family.yaml", "--book", "estoni"],
            "there is no statute book 'estoni'; did you mean 'estonia'?",
        ),
        (
            ["family.yaml", "--book", "openfisca_country_template"],
            "family.yaml:2:1: book: the scenario is for the book 'estonia',"
            " not 'openfisca_country_template'",
        ),
    ],
)
def test_errors_say_where_and_what_to_do(policy_command, family, arguments, message):
    assert message in policy_command("calculate", *arguments, code=2)


def test_a_misspelt_book_in_the_file_is_found_there(policy_command, family, tmp_path):
    file = tmp_path / family
    file.write_text(file.read_text().replace("estonia", "estonja"))
    assert policy_command("calculate", family, code=2).startswith(
        "family.yaml:2:1: book: there is no statute book 'estonja' that a file can name;"
        " did you mean 'estonia'?"
    )


def test_without_a_book_the_one_that_fits_is_used(policy_command, family, tmp_path):
    file = tmp_path / family
    file.write_text(file.read_text().replace("book: estonia\n", ""))
    assert "136.77" in policy_command("calculate", family, *ALLOWANCES)


def test_where_no_book_fits_one_is_asked_for(policy_command, family, tmp_path):
    (tmp_path / family).write_text("period: 2024-05\npeople: {}\n")
    output = policy_command("calculate", family, code=2)
    assert (
        "which statute book?; name it with --book: estonia, nebraska or north_lanarkshire" in output
    )


def test_a_country_package(policy_command, tmp_path):
    file = tmp_path / "person.yaml"
    file.write_text("period: 2017-01\nperson: {salary: 2000}\nhousehold: {adults: [person]}\n")
    output = policy_command(
        "calculate",
        str(file),
        "--book",
        "openfisca_country_template",
        "--output",
        "income_tax",
    )
    assert re.search(r"person +300 ", output)
