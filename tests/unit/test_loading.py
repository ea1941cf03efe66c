"""Loading statute books: by name, from a folder, from a package."""

import datetime
import shutil
import sys
from pathlib import Path

import pytest

import policy
from policy.errors import PolicyError


def refused(name):
    with pytest.raises(PolicyError) as caught:
        policy.load(name)
    return str(caught.value)


def test_a_book_is_loaded_once():
    assert policy.load("estonia") is policy.load("estonia")
    assert policy.load() is policy.load("estonia")


def test_a_folder_is_a_book(toy, toy_folder):
    assert (toy.name, toy.title, toy.currency) == ("toy", "Toy law", "EUR")
    assert list(toy.entities) == ["person", "household"]
    assert toy.sources.parameters == toy_folder / "parameters" / "toy"
    assert toy.parameters["bonus_share"].at("2023-01-01").value == 0.1


def test_a_folder_is_the_same_book_by_any_path(toy, toy_folder, monkeypatch):
    monkeypatch.chdir(toy_folder)
    assert policy.load(".") is toy
    assert policy.load(str(toy_folder)) is toy


def test_two_folders_do_not_mix(toy, toy_folder, home):
    other = toy_folder.parent / "other"
    toy_folder.rename(other)
    file = other / "parameters" / "toy" / "bonus_share.yaml"
    file.write_text(file.read_text().replace("value: 0.1", "value: 0.5"))
    law = policy.load(other)
    situation = home(ann={"wage": 1000})
    assert law.calculate(situation, ["bonus"]).value("bonus") == 500
    assert toy.calculate(situation, ["bonus"]).value("bonus") == 100


def test_a_country_package_is_a_book():
    law = policy.load("openfisca_country_template")
    assert law.name == "openfisca_country_template"
    assert law.variable("salary").entity.key == "person"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("estonja", "there is no statute book 'estonja'; did you mean 'estonia'?"),
        (
            "xyz",
            "there is no statute book 'xyz';"
            " name one of estonia, nebraska, north_lanarkshire, a folder",
        ),
        ("no/such/folder", "there is no statute book 'no/such/folder'; name one of"),
        ("json", "the package 'json' has no CountryTaxBenefitSystem; name a statute book"),
        ("os.path", "there is no statute book 'os.path'"),
    ],
)
def test_what_is_no_book_is_refused(name, message):
    assert refused(name).startswith(message)


def test_a_name_that_is_no_package_imports_nothing():
    refused("antigravity.x")
    assert "antigravity" not in sys.modules


def test_an_empty_folder_holds_no_book(tmp_path):
    assert "holds no statute book; it needs parameters/NAME/ and variables/NAME/" in refused(
        tmp_path
    )


def test_a_folder_of_several_books_is_refused(toy_folder):
    for part in ("parameters", "variables"):
        (toy_folder / part / "second").mkdir()
    (toy_folder / "variables" / "second" / "entities.py").write_text("entities = []\n")
    assert refused(toy_folder).endswith(
        "holds several statute books; keep one book in a folder: second, toy"
    )


def test_a_fault_in_a_python_file_is_reported_at_its_line(toy_folder):
    file = toy_folder / "variables" / "toy" / "rules.py"
    file.write_text("import os\n\nos.nothing_of_this_name\n")
    assert refused(toy_folder).startswith(f"{file}:3:1: cannot be imported: AttributeError:")
    assert "entities" in file.with_name("entities.py").read_text()


def test_a_variable_defined_twice_is_refused(toy_folder):
    folder = toy_folder / "variables" / "toy"
    (folder / "again.py").write_text((folder / "facts.py").read_text())
    message = refused(toy_folder)
    assert "is defined twice; rename one of the two" in message
    assert message.startswith(str(folder / "facts.py"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("values: {2020-01-01: !!python/object/apply:os.system ['touch executed']}\n", "the tag"),
        ("description: !!python/name:os.system\nvalues: {}\n", "the tag"),
        ("values:\n  2020-01-01: {value: 1}\n  2020-01-01: {value: 2}\n", "'2020-01-01' is given"),
        ("", "the parameter file is empty"),
        ("- 1\n", "the parameter file is not a mapping"),
        ("values: 5\n", "values: expected a mapping of dates to values, got 5; write it like:"),
        (
            "valeus: {2020-01-01: {value: 1}}\n",
            "valeus: unknown key 'valeus' above dates; write 'v",
        ),
        (
            "values:\n  2020-01-32: {value: 1}\n",
            ':2:3: values.2020-01-32: expected a date that exists, got "2020-01-32"; write it',
        ),
        ("values:\n  2020-01-01: {value: [\n", "not well-formed YAML"),
    ],
)
def test_a_parameter_file_that_cannot_be_read_is_refused(toy_folder, text, message, monkeypatch):
    monkeypatch.chdir(toy_folder)
    file = toy_folder / "parameters" / "toy" / "bonus_share.yaml"
    file.write_text(text)
    refusal = refused(toy_folder)
    assert refusal.startswith(f"{file}:")
    assert message in refusal
    assert not (toy_folder / "executed").exists()


def test_each_part_of_a_schedule_has_its_unit(tmp_path):
    shutil.copytree(Path(__file__).parents[1] / "check" / "good", tmp_path / "toy")
    law = policy.load(tmp_path / "toy")
    assert law.parameters["fee.discount[1].threshold"].unit == "days"
    assert law.parameters["fee.discount[1].amount"].unit == "1"


@pytest.mark.parametrize(
    ("date", "amount"),
    [
        ("2022-12-31", 60),
        ("2023-01-01", 80),
        ("2023", 80),
        ("2023-01", 80),
        ("2022-12", 60),
        (datetime.date(2022, 12, 31), 60),
        (datetime.datetime(2023, 1, 1, 12), 80),
    ],
)
def test_a_parameter_has_its_value_on_a_day(date, amount):
    rate = policy.load("estonia").parameters["child_allowance.first_and_second_child"]
    assert rate.at(date).value == amount


@pytest.mark.parametrize("date", ["31.12.2022", "x", "", "2023-02-31", "2023-13", "20230101", None])
def test_what_is_no_day_has_no_value(date):
    rate = policy.load("estonia").parameters["child_allowance.first_and_second_child"]
    with pytest.raises(PolicyError, match="is not a date"):
        rate.at(date)
