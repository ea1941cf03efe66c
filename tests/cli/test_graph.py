"""``policy graph``."""

import json
import re

COUNTRY = ("--book", "openfisca_country_template")


def test_the_expressions_of_a_variable(policy_command):
    output = policy_command("graph", "child_allowance", "--period", "2024-05")
    assert re.search(r"#\d+ +child_allowance_of_child 2024-05 +float64 +person", output)
    assert re.search(r"#\d+ +sum\(#\d+, family\) +float64 +family +\d+", output)
    assert re.search(r"\d+ expressions; \d+ with those of the \d+ variables", output)


def test_a_picture_of_what_an_answer_rests_on(policy_command):
    output = policy_command(
        "graph", "social_security_contribution", "--period", "2017-01", "--mermaid", *COUNTRY
    )
    lines = output.splitlines()
    assert lines[0] == "flowchart BT"
    assert re.fullmatch(r'  n0\[".+<br/>social_security_contribution 2017-01"\]', lines[1])
    assert '  n1(["Salary<br/>salary 2017-01"])' in lines
    assert "  n1 --> n0" in lines
    assert any("taxes.social_security_contribution[0].threshold" in line for line in lines)


def test_a_picture_goes_as_deep_as_asked(policy_command):
    options = ("--period", "2024-05", "--mermaid", "--depth")
    assert len(policy_command("graph", "child_allowance", *options, "0").splitlines()) == 2
    one = policy_command("graph", "child_allowance", *options, "1")
    assert "child_allowance_of_child" in one
    assert "birth_date" not in one
    assert "birth_date" in policy_command("graph", "child_allowance", *options, "9")


def test_json(policy_command):
    drawn = json.loads(
        policy_command("graph", "income_tax", "--period", "2017-01", "--json", *COUNTRY)
    )
    assert (drawn["variable"], drawn["period"], drawn["opaque"]) == ("income_tax", "2017-01", "")
    names = [part["name"] for part in drawn["parts"]]
    assert names[0] == "income_tax"
    assert {"salary", "taxes.income_tax_rate"} < set(names)


def test_every_formula_of_the_books_is_an_expression(policy_command):
    for book in ("estonia", "openfisca_country_template"):
        output = policy_command("graph", "--opaque", book, "--period", "2024-05")
        assert output.strip() == "Every formula is an expression."


def test_a_formula_that_is_no_expression_is_listed_with_its_reason(policy_command, tmp_path):
    for folder in ("parameters/loops", "variables/loops"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "variables/loops/entities.py").write_text(
        "from policy.model_api import build_entity\n"
        "Person = build_entity(key='person', plural='persons', label='Person', is_person=True)\n"
        "entities = [Person]\n"
    )
    (tmp_path / "variables/loops/rules.py").write_text(
        "from policy.model_api import MONTH, Variable\n"
        "from .entities import Person\n\n\n"
        "class word(Variable):\n"
        "    value_type = int\n    entity = Person\n    definition_period = MONTH\n"
        "    label = 'Word'\n\n\n"
        "class letters(Variable):\n"
        "    value_type = int\n    entity = Person\n    definition_period = MONTH\n"
        "    label = 'Letters'\n\n"
        "    def formula(person, period):\n"
        "        return sum(1 for each in person('word', period))\n"
    )
    output = policy_command("graph", "--opaque", str(tmp_path), "--period", "2024-05")
    assert re.search(r"letters +2024-05 +.*rules\.py:19 +the values are looped over", output)
    shown = policy_command("graph", "letters", "--book", str(tmp_path), "--period", "2024-05")
    assert "No expression, run by openfisca-core: the values are looped over." in shown


def test_a_variable_or_the_list_is_asked_for(policy_command):
    output = policy_command("graph", code=2)
    assert "Say a VARIABLE, or --opaque BOOK." in output
    output = policy_command("graph", "child_alowance", code=2)
    assert "did you mean 'child_allowance'?" in output
