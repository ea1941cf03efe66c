"""``policy check`` finds each kind of defect, and says what to do about it.

``good`` is a small statute book in which nothing is wrong. Each line of ``BAD`` spoils one place in
a copy of it: file, what stands there, what is put in its place. ``bad/NAME.txt`` is what a user
then reads. After a change of messages read them, and write the files anew with::

    POLICY_WRITE_MESSAGES=1 pytest tests/check
"""

import json
import os
import re
import shutil
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

import policy
from policy.cli import cli
from policy.documents import parse_document, read_document
from policy.legislation.checks.form import SCHEMAS, validator, violations

HERE = Path(__file__).parent
GOOD = HERE / "good"
PINNED = HERE / "bad"

INDEX = "parameters/toy/index.yaml"
AMOUNT = "parameters/toy/fee/amount.yaml"
DISCOUNT = "parameters/toy/fee/discount.yaml"
EXEMPT = "parameters/toy/fee/exempt.yaml"
FEE = "variables/toy/fee.py"
RULES = "variables/toy/rules.py"
ENTITIES = "variables/toy/entities.py"
LAW = """\
        metadata:
          source: law
          reference:
            - title: Library Act
              href: https://law.example.org/library
"""
SECOND = "  - threshold:\n      2020-01-01:\n        value: 30\n"

MONTHLY = 'definition_period = {}\n    label = "Exempt"'

#: File, what stands there and what is put in its place; or file, nothing, and its new name.
BAD = {
    # The form of files
    "malformed": (AMOUNT, "metadata:\n  label: Fee", "metadata:\n  label: [Fee"),
    "file-not-read": (AMOUNT, "", "parameters/toy/fee/amount.yml"),
    "file-and-folder": (AMOUNT, "", "parameters/toy/fee.yaml"),
    "file-empty": (AMOUNT, (GOOD / AMOUNT).read_text(encoding="utf-8"), ""),
    "file-without-values": (DISCOUNT, "brackets:", "documentation: |-"),
    "date-twice": (AMOUNT, "2021-01-01", "2020-01-01"),
    "tag": (AMOUNT, "value: 7.5", "value: !!python/object/apply:os.getcwd []"),
    "schema-comment-astray": (AMOUNT, "../../../policy", "../../policy"),
    "reserved-file-name": (AMOUNT, "", "parameters/toy/fee/children.yaml"),
    "reserved-folder-name": (AMOUNT, "", "parameters/toy/metadata/amount.yaml"),
    "reserved-name-in-file": (EXEMPT, "below_age:", "name:"),
    "file-name": (AMOUNT, "", "parameters/toy/fee/Late-Fee.yaml"),
    "key-values-misspelt": (AMOUNT, "values:", "valeus:"),
    "key-misspelt": (AMOUNT, "  section:", "  sektion:"),
    "key-of-value-misspelt": (AMOUNT, "enacted:", "enactd:"),
    "label-missing": (AMOUNT, "  label: Fee\n", ""),
    "unit-missing": (AMOUNT, "  unit: EUR/month\n", ""),
    "unit-unknown": (AMOUNT, "EUR/month", "euros a month"),
    "unit-of-schedule-missing": (DISCOUNT, '  amount_unit: "1"\n', ""),
    "description-missing": (AMOUNT, "description: Fee a month.\n", ""),
    "description-empty": (AMOUNT, "description: Fee a month.", "description: ''"),
    "source-missing": (AMOUNT, "      source: law\n", ""),
    "source-grade": (AMOUNT, "source: law", "source: laws"),
    "metadata-missing": (
        AMOUNT,
        "    value: 7.5\n    metadata:\n      source: official\n      reference:\n"
        "        - title: Library, fees\n          href: https://library.example.org/fees\n",
        "    value: 7.5\n",
    ),
    "value-bare": (AMOUNT, "values:\n", "values:\n  2019-01-01: 4\n"),
    "reference-not-a-list": (
        AMOUNT,
        "        - title: Library, fees\n          href: https://library.example.org/fees\n",
        "        Library, fees\n",
    ),
    "reference-empty": (
        AMOUNT,
        "reference:\n        - title: Library, fees\n          href: https://library.example.org/fees\n",
        "reference: []\n",
    ),
    "href-missing": (AMOUNT, "          href: https://library.example.org/fees\n", ""),
    "href-malformed": (AMOUNT, "https://library.example.org", "library.example.org"),
    "date-impossible": (AMOUNT, "2022-01-01", "2022-02-30"),
    "date-short": (AMOUNT, "2022-01-01", "2022-1-1"),
    "enacted-impossible": (AMOUNT, "2019-12-01", "2019-02-29"),
    "value-impossible-date": (EXEMPT, "2000-01-01", "2015-02-31"),
    "value-percent": (AMOUNT, "value: 7.5", "value: 15%"),
    "value-with-separator": (AMOUNT, "value: 7.5", "value: '1 000'"),
    "value-octal": (AMOUNT, "value: 7.5", "value: 010"),
    "value-no": (AMOUNT, "value: 7.5", "value: no"),
    "value-changes-type": (AMOUNT, "value: 7.5", "value: true"),
    "value-list": (AMOUNT, "value: 7.5", "value: [7.5]"),
    "value-fraction-of-years": (EXEMPT, "value: 18", "value: 17.5"),
    "value-negative-years": (EXEMPT, "value: 18", "value: -18"),
    "bracket-without-threshold": (DISCOUNT, SECOND + LAW + "    amount:", "  - amount:"),
    "bracket-key-misspelt": (DISCOUNT, SECOND, SECOND.replace("threshold", "treshold")),
    "index-missing": (INDEX, "", "index.yaml"),
    "index-missing-key": (INDEX, "  currency: EUR\n", ""),
    "index-unknown-key": (INDEX, "  law_read_on", "  read_on"),
    # What files say
    "order": (AMOUNT, "2020-01-01", "2023-01-01"),
    "gap-unexplained": (AMOUNT, "documentation: No source was found for 2021.\n", ""),
    "gap-at-the-start": (AMOUNT, "value: 5", "value: null"),
    "needless-value": (
        EXEMPT,
        "      value: 18\n",
        "      value: 18\n"
        + LAW.replace("  ", "", 1).replace("\n  ", "\n")
        + "    2021-01-01:\n      value: 18\n",
    ),
    "enacted-after-reading": (AMOUNT, "2019-12-01", "2024-07-01"),
    "bracket-parts-begin-apart": (DISCOUNT, SECOND, SECOND.replace("2020", "2021")),
    "threshold-disappears": (
        DISCOUNT,
        SECOND + LAW,
        SECOND + LAW + "      2022-01-01:\n        value: null\n" + LAW,
    ),
    "threshold-twice": (DISCOUNT, SECOND, SECOND.replace("30", "0")),
    "thresholds-fall": (DISCOUNT, "value: 0\n", "value: 60\n"),
    "currency": (AMOUNT, "EUR/month", "USD/month"),
    "label-of-language-missing": (AMOUNT, "  label_et: Tasu\n", ""),
    "label-of-other-language": (AMOUNT, "label_et: Tasu", "label_et: Tasu\n  label_fi: Maksu"),
    "act-unknown": (AMOUNT, "LA § 1", "LAA § 1"),
    # Variables and formulas
    "formula-not-python": (FEE, "def formula(person, period, parameters):", "def formula(person"),
    "formula-cannot-be-imported": (FEE, "entity = Household", "entity = Houshold"),
    "variable-type-missing": (FEE, "    value_type = bool\n", ""),
    "variable-default-of-other-type": (FEE, "value_type = date", "value_type = int"),
    "formula-twice": (
        FEE,
        "    def formula_2022",
        "    def formula_2022(household, period):\n        return 0.0\n\n    def formula_2022",
    ),
    "variable-twice": (FEE, "class fee(Variable)", "class members_who_pay(Variable)"),
    "entities-not-listed": (ENTITIES, "entities = [", "all_entities = ["),
    "output-unknown": (INDEX, "outputs: [fee]", "outputs: [fees]"),
    "doubt-unknown": (INDEX, "  total: fee", "  doubts: [fees]\n  total: fee"),
    "parameter-unused": (FEE, "rules.amount * share", "share"),
    "parameter-unused-in-helper": (RULES, 'exempt["below_age"]', "18"),
    "parameter-unknown": (FEE, "rules.amount", "rules.amout"),
    "parameter-unknown-in-helper": (RULES, "exempt.joined_before", "exempt.joined_befor"),
    "folder-unknown": (FEE, "parameters(period).fee.exempt", "parameters(period).fees.exempt"),
    "variable-unknown": (FEE, '"days_of_loan", period', '"days_of_loans", period'),
    "variable-unknown-in-helper": (RULES, 'person("age"', 'person("ages"'),
    "variable-unused": (FEE, 'household.members("days_of_loan", period)', "31"),
    "variable-label-missing": (FEE, '    label = "Fee"\n', ""),
    "variable-label-of-language-missing": (FEE, '    label_et = "Tasu"\n', ""),
    "variable-unit-missing": (FEE, '    unit = "EUR"\n', ""),
    "variable-unit-unknown": (FEE, '    unit = "EUR"\n', '    unit = "euro"\n'),
    "variable-unit-of-other-currency": (FEE, '    unit = "EUR"\n', '    unit = "USD"\n'),
    "variable-unit-unfit": (FEE, '    unit = "EUR"\n', '    unit = "date"\n'),
    "variable-money-in-whole-numbers": (
        FEE,
        "value_type = float\n    entity = Household",
        "value_type = int\n    entity = Household",
    ),
    "variable-section-missing": (FEE, '    section = "LA § 3"\n', ""),
    "variable-act-unknown": (FEE, '    section = "LA § 3"\n', '    section = "L § 3"\n'),
    "returns-truth-for-amount": (FEE, "household.sum(due)", "household.sum(due) > 0"),
    "returns-amount-for-truth": (
        FEE,
        "parameters(period).fee.exempt)",
        "parameters(period).fee.exempt) * 1.0",
    ),
    "returns-fraction-for-whole-number": (
        FEE,
        'return household.sum(~household.members("exempt", period))',
        'return household.sum(~household.members("exempt", period)) / 3',
    ),
    "returns-one-for-each-person": (FEE, "return household.sum(due)", "return due"),
    "returns-nothing": (FEE, "return household.sum(due)", "household.sum(due)"),
    "formula-fails": (FEE, "return household.sum(due)", "return household.total(due)"),
    "formula-before-first-value": (FEE, "formula_2022", "formula_2021"),
    "formula-in-a-circle": (RULES, 'person("age"', 'person("exempt"'),
    "number-in-formula": (FEE, "rules.amount * share", "rules.amount * share * 0.5"),
    "number-in-file": (RULES, "def is_exempt", "age_limit = 18\n\n\ndef is_exempt"),
    "number-of-year": (
        FEE,
        "return household.sum(due)",
        "return household.sum(due) * (period.start.year > 2022)",
    ),
    "if-on-data": (FEE, "return household.sum(due)", "return due.sum() if share > 1 else 0.0"),
    "if-on-all-data": (
        FEE,
        "return household.sum(due)",
        "return household.sum(due) if (share > 1).any() else 0.0 * household.nb_persons()",
    ),
    "loop-over-data": (
        FEE,
        "return household.sum(due)",
        "return household.sum(due) * max(float(each) for each in share)",
    ),
    "formula-changes": (FEE, MONTHLY.format("MONTH"), MONTHLY.format("ETERNITY")),
}


def spoilt(folder, file, old, new):
    shutil.copytree(GOOD, folder, dirs_exist_ok=True)
    path = folder / file
    if not old:
        (folder / new).parent.mkdir(exist_ok=True)
        path.rename(folder / new)
        return
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def run(*arguments):
    result = CliRunner().invoke(cli, ["check", *arguments], prog_name="policy")
    return result.exit_code, result.output


@pytest.mark.parametrize("name", BAD)
def test_a_defect_is_found(name, tmp_path, monkeypatch):
    spoilt(tmp_path, *BAD[name])
    monkeypatch.chdir(tmp_path)
    code, message = run(".")
    message = re.sub(r"schema=\S*/schemas/", "schema=SCHEMAS/", message)
    pinned = PINNED / f"{name}.txt"
    if os.environ.get("POLICY_WRITE_MESSAGES") == "1":
        pinned.write_text(message, encoding="utf-8")
    assert message == pinned.read_text(encoding="utf-8")
    assert "Traceback" not in message
    assert code == 1


ONE_SOURCE = """\
# yaml-language-server: $schema=../../../policy/legislation/schemas/parameter.schema.json
description: Share of the fee by the days of loan.
metadata:
  label: Discount
  label_et: Soodustus
  section: LA § 2
  threshold_unit: days
  amount_unit: "1"
  type: single_amount
  source: official
  reference:
    - {title: Library Act, href: "https://law.example.org/library"}
brackets:
  - {threshold: {2020-01-01: {value: 0}}, amount: {2020-01-01: {value: 1}}}
  - {threshold: {2020-01-01: {value: 30}}, amount: {2020-01-01: {value: 0.8}}}
"""


def test_a_schedule_may_say_its_source_once(tmp_path):
    shutil.copytree(GOOD, tmp_path, dirs_exist_ok=True)
    (tmp_path / DISCOUNT).write_text(ONE_SOURCE, encoding="utf-8")
    assert run(str(tmp_path))[0] == 0
    found = policy.load(str(tmp_path)).parameters["fee.discount[1].amount"].values[0]
    assert (found.value, found.source, found.references[0].title) == (
        0.8,
        "official",
        "Library Act",
    )


def test_a_schedule_without_a_source_needs_one_in_each_row(tmp_path):
    shutil.copytree(GOOD, tmp_path, dirs_exist_ok=True)
    lines = ONE_SOURCE.splitlines(keepends=True)
    (tmp_path / DISCOUNT).write_text("".join(lines[:9] + lines[12:]), encoding="utf-8")
    code, message = run(str(tmp_path))
    assert code == 1
    assert "'metadata' is missing" in message


def test_a_book_beside_the_schemas_leads_editors_to_them(tmp_path, monkeypatch):
    spoilt(tmp_path, AMOUNT, "# yaml-language-server", "# editors")
    monkeypatch.chdir(tmp_path)
    assert run(".")[0] == 0
    shutil.copytree(SCHEMAS, tmp_path / "policy" / "legislation" / "schemas")
    code, message = run(".")
    assert code == 1
    assert f"{AMOUNT}:1:1: the first line does not lead editors to the schema" in message


def test_every_pinned_message_has_its_defect():
    assert {path.stem for path in PINNED.glob("*.txt")} == set(BAD)


def test_nothing_is_wrong_in_a_good_book():
    assert run(str(GOOD)) == (0, f"{GOOD}: nothing is wrong\n")


def test_nothing_is_wrong_in_the_books_of_the_library():
    code, message = run()
    assert code == 0, message


def test_a_country_package_is_checked_as_far_as_it_goes():
    code, message = run("openfisca_country_template")
    assert code == 1
    assert "benefits.py:96:1: pension: returns true or false where value_type is float" in message
    assert "(not checked: parameter files: a country package has no provenance)" in message


def test_an_unknown_book():
    code, message = run("estonai")
    assert code == 2
    assert "there is no statute book 'estonai'; did you mean 'estonia'?" in message


def test_problems_as_json(tmp_path, monkeypatch):
    spoilt(tmp_path, *BAD["source-grade"])
    monkeypatch.chdir(tmp_path)
    code, output = run(".", "--json")
    assert code == 1
    assert json.loads(output) == {
        ".": {
            "problems": [
                {
                    "file": AMOUNT,
                    "line": 13,
                    "column": 7,
                    "key": "values.2020-01-01.metadata.source",
                    "code": "schema",
                    "message": 'expected a grade of source, got "laws"',
                    "remedy": "did you mean 'law'?",
                }
            ],
            "not_checked": "values and formulas: correct these files first",
        }
    }


def schema(kind):
    return json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", ["accepted", "parameter", "book", "scenario"])
def test_schemas_are_schemas(kind):
    jsonschema.Draft202012Validator.check_schema(schema(kind))


SCENARIOS = [
    *policy.load("estonia").scenarios,
    *sorted(HERE.parent.glob("good/*.yaml")),
    *sorted(HERE.parents[1].glob("docs/examples/*.yaml")),
]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenarios_fit_their_schema(path):
    assert list(violations(read_document(path), "scenario")) == []


@pytest.mark.parametrize("output", ["child_allowance", "[child_allowance]"])
def test_a_scenario_may_say_what_to_calculate(output):
    data = parse_document(f"{{persons: {{mari: {{}}}}, output: {output}}}").data
    assert validator("scenario").is_valid(data)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "5",
        "[{period: 2024-05, input: {persons: {mari: {}}}}]",
        "{period: May, persons: {mari: {}}}",
        "{period: 2024-05, input: {}, persons: {mari: {}}}",
        "{period: 2024-05, persons: {mari: {}}, output: {}}",
        "{period: 2024-05, persons: {mari: {}}, output: []}",
        "{period: 2024-05, persons: {mari: {}}, output: [5]}",
        "[{period: 2024-05, input: {persons: {mari: {}}}, output: [child_allowance]}]",
        "{persons: {mari: {}}, absolute_error_margin: -1}",
    ],
)
def test_what_is_no_scenario_does_not_fit(text):
    assert not validator("scenario").is_valid(parse_document(text).data)
