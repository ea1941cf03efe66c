"""Registers as a book declares them: what is wrong is told with file, line, key and remedy."""

import shutil
from pathlib import Path

import pytest

import policy
from policy.errors import PolicyError
from policy.legislation.legislation import Legislation
from policy.registers.sources import DIRECTLY, check, sources_of

TOY = Path(__file__).parent.parent / "check" / "good"
GOOD = """\
title: Readers
keeper: The library
tables:
  readers:
    description: A row for each reader.
    key: [reader]
    columns:
      reader: {type: text, description: Card, identifies: person, basis: LA § 1}
      age: {type: number, description: Age, feeds: {age: directly}, consent: reading}
"""


@pytest.fixture
def declare(tmp_path):
    """Load the toy book with a register declared by a text."""

    def declare(text: str) -> Legislation:
        shutil.copytree(TOY, tmp_path / "book")
        folder = tmp_path / "book" / "parameters" / "toy" / "registers"
        folder.mkdir()
        (folder / "readers.yaml").write_text(text, encoding="utf-8")
        return policy.load(tmp_path / "book")

    return declare


def test_every_declared_register_is_right():
    for book in policy.books():
        assert check(policy.load(book)) == []


def test_each_table_of_the_estonian_registers_can_be_joined():
    for table in sources_of(policy.load("estonia")).tables.values():
        assert table.persons, table.path
        assert all(table.columns[name].basis for name in table.key), table.path


def test_what_feeds_a_fact_directly_has_its_type():
    law = policy.load("estonia")
    kinds = {"date": "date", "number": "float", "bool": "bool"}
    for name, columns in sources_of(law).feeding.items():
        for _, column in columns:
            if column.feeds[name] == DIRECTLY:
                assert law.variable(name).value_type.__name__ == kinds[column.type], name


def test_registers_are_no_law(declare):
    """They are no parameters, and what they say does not change the version of the law."""
    law = declare(GOOD)
    assert check(law) == []
    assert "registers" not in law.system.parameters.children
    assert law.version.partition("+")[0] == policy.load(TOY).version.partition("+")[0]
    assert [each.path for each in sources_of(law).tables.values()] == ["readers/readers"]


def test_a_book_without_registers():
    with pytest.raises(PolicyError, match="says of no register what it holds"):
        sources_of(policy.load(TOY))


#: What stands in GOOD, what is put in its place, and what is then said: place, key, and the rest.
MISTAKES = [
    (
        ("feeds: {age:", "feeds: {agee:"),
        ("9:53", "columns.age.feeds.agee"),
        "the toy book has no variable 'agee'; did you mean 'age'?",
    ),
    (
        ("[reader]", "[readr]"),
        ("6:11", "key[0]"),
        "the table has no column 'readr'; did you mean 'reader'?",
    ),
    (
        ("LA § 1", "AL § 1"),
        ("8:67", "columns.reader.basis"),
        "'AL § 1' begins with no act that the book names; valid acts: LA",
    ),
    (
        ("type: number", "type: nmber"),
        ("9:13", "columns.age.type"),
        "expected a type, got \"nmber\"; did you mean 'number'?",
    ),
    (
        ("    key: [reader]\n", ""),
        ("4:3", ""),
        "'key' is missing; add it, such as 'key: [person_code]'",
    ),
    (
        ("identifies:", "identifes:"),
        ("8:47", "columns.reader.identifes"),
        "unknown key 'identifes'; did you mean 'identifies'?",
    ),
    (
        ("consent: reading", "consent: reading, basis: LA § 2"),
        ("9:69", "columns.age.consent"),
        "what the law lets be read needs no consent; keep one of the two",
    ),
    (
        ("type: number", "type: number, values: [a]"),
        ("9:27", "columns.age.values"),
        "only a text has values to choose from; write 'type: text'",
    ),
    (
        ("age: {", "recorded_on: {"),
        ("9:7", "columns.recorded_on"),
        "each table has 'recorded_on' besides its own columns; remove it",
    ),
    (
        ("type: text,", "type: text, optional: true,"),
        ("6:11", "key[0]"),
        "'reader' may be empty and cannot tell one thing from another; remove it from the key",
    ),
]


@pytest.mark.parametrize(("change", "where", "said"), MISTAKES)
def test_mistakes(declare, change, where, said):
    assert change[0] in GOOD
    law = declare(GOOD.replace(*change, 1))
    told = str(check(law)[0]).partition("readers.yaml:")[2]
    place, key = where
    assert told == f"{place}: {'.'.join(filter(None, ('tables.readers', key)))}: {said}"
    with pytest.raises(PolicyError):
        sources_of(law)
