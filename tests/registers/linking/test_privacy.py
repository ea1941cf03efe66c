"""Without consent nothing is read; nothing of what is read is told; no text becomes SQL."""

import logging
import os
import stat
from datetime import date

import pytest

from policy import PolicyError
from policy.proactive.clothing_grant import clothing_grants
from policy.registers.linking.entries import lay_out, open_entries
from policy.registers.linking.run import run

from .conftest import AT_HOME, DAY, same_person

NAMED = {"given_names": "Zebedee", "surname": "Quixote", "birth_date": date(1985, 3, 7)}
SECRETS = ("zebedee", "quixote", "thimble", "zz9 9zz", "1985-03-07", "b-secret", "777.77")
HOME = {"address": "7 Thimble Row", "postcode": "ZZ9 9ZZ"}
#: Texts that would do harm if they reached SQL, or a shell, as part of it.
HARMFUL = [
    "x'; DROP TABLE adults; --",
    'x"; DROP VIEW "benefits/claims"; --',
    "' OR 1=1 --",
    "$$x$$; ?; %s; {0}",
    "#a#b/c~d",
    "\u202e\n\t\\",
]
#: Columns of text of each table, without the numbers that join them.
TEXTS = {
    "accounts": ["account_no", "given_names", "surname", "address", "postcode"],
    "claims": ["given_names", "surname", "address", "postcode"],
    "claim_children": ["child_no", "given_names", "surname"],
    "pupils": ["pupil_no", "given_names", "surname", "address", "postcode", "parent_surname"],
    "consents": ["consent_no", "given_names", "surname", "address", "postcode", "claim_no"],
}


def town(**changed):
    """A family in every register; some columns of a table can be changed."""
    whole = {
        "accounts": {"account_no": "C1", **HOME, "given_names": "Zebedee", "surname": "Quixote"},
        "claims": {"claim_no": "B-SECRET", "council_tax_reduction": 777.77, **NAMED, **HOME},
        "claim_children": {"claim_no": "B-SECRET", "child_no": "1", **NAMED},
        "pupils": {
            **{"pupil_no": "S1", "parent_given_names": "Zebedee", "parent_surname": "Quixote"},
            **NAMED,
            **HOME,
        },
        "consents": {"consent_no": "R1", **NAMED, **HOME},
    }
    return {table: [row | changed.get(table, {})] for table, row in whole.items()}


@pytest.mark.parametrize("text", HARMFUL)
def test_a_text_is_a_text_in_every_field(council, tmp_path, text):
    changed = {table: dict.fromkeys(names, text) for table, names in TEXTS.items()}
    both = {table: [*rows, *town(**changed)[table]] for table, rows in town().items()}
    both["claims"][1] |= {"claim_no": text}
    both["claim_children"][1] |= {"claim_no": text}
    council.write(**both)
    found = run(council.book, council.folder, tmp_path / "out", "pay", DAY)
    assert found.counts[0].entries == 6
    assert same_person(council.link("measure"), "B-SECRET", "C1", "R1")
    with council.open() as registers:
        grants = clothing_grants(council.book, registers, DAY)
    assert "S1" in {award.pupil for award in grants.awards}


def test_who_did_not_consent_is_not_read(council, rules):
    stranger = {"given_names": "Ann", "surname": "Bell", "birth_date": date(1970, 1, 1)}
    other = AT_HOME | stranger
    council.write(
        claims=[NAMED | HOME | {"claim_no": "B1"}, other | {"claim_no": "B2"}],
        claim_children=[NAMED | {"claim_no": n, "child_no": "1"} for n in ("B1", "B2")],
        accounts=[HOME | NAMED | {"account_no": "C1"}, other | {"account_no": "C2"}],
        consents=[
            NAMED | HOME | {"consent_no": "R1"},
            other | {"consent_no": "R2", "withdrawn_on": date(2024, 1, 1)},
            other | {"consent_no": "R3", "given_on": date(2025, 1, 1)},
        ],
    )
    with council.open() as registers:
        open_entries(registers, rules, DAY)
        reached = {"benefits/claims": {"B1"}}
        for kind in rules.kinds:
            lay_out(registers, rules, kind, reached)
        entries = {
            key
            for kind in rules.kinds
            for (key,) in registers.connection.sql(f"SELECT key FROM {kind.name}").fetchall()
        }
    assert entries == {"B1", "B1/1", "C1", "R1", "R2", "R3"}
    linked = council.link("pay")
    assert "benefits/claim_children#child#B1/1" in linked.kinds[1].decided.person
    assert "benefits/claim_children#child#B2/1" not in linked.kinds[1].decided.person


def test_what_no_grant_needs_is_not_read(council):
    council.write(**town())
    (council.folder / "council_tax" / "accounts.parquet").unlink()
    with council.open() as registers:
        grants = clothing_grants(council.book, registers, DAY)
    assert [award.pupil for award in grants.awards] == ["S1"]
    assert not {name for name in grants.linked.kinds[0].decided.person if "accounts" in name}


def test_facts_of_who_did_not_consent_are_not_even_looked_at(council):
    """A fact that is missing stops a run that reads it, and no other."""
    broken = {"council_tax_reduction": None, "claim_no": "B2"}
    whole = town()
    whole["claims"].append(NAMED | AT_HOME | {"surname": "Bell", "given_names": "Ann"} | broken)
    council.write(**whole)
    with council.open() as registers:
        assert len(clothing_grants(council.book, registers, DAY).awards) == 1
    whole["consents"].append(
        NAMED | AT_HOME | {"surname": "Bell", "given_names": "Ann", "consent_no": "R2"}
    )
    council.write(**whole)
    with council.open() as registers, pytest.raises(PolicyError, match="1 of the claims"):
        clothing_grants(council.book, registers, DAY)


def test_without_the_consent_of_the_rules_no_register_opens(council):
    council.write(**town())
    lacks = pytest.raises(PolicyError, match="without the consent 'record_checks'")
    with council.open(consents=()) as registers, lacks:
        clothing_grants(council.book, registers, DAY)


def test_nothing_that_is_read_is_told(council, tmp_path, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    moved = {"consents": {"address": "1 Elsewhere", "postcode": "G1 1AA"}}
    council.write(**town(**moved))
    told = []
    run(council.book, council.folder, tmp_path / "out", "pay", DAY, tell=told.append)
    broken = town(claims={"council_tax_reduction": None})
    council.write(**broken)
    with council.open() as registers, pytest.raises(PolicyError) as error:
        clothing_grants(council.book, registers, DAY)
    out, err = capfd.readouterr()
    for text in (caplog.text, out, err, " ".join(told), str(error.value)):
        assert not [secret for secret in SECRETS if secret in text.casefold()]


def test_what_is_written_is_for_its_owner_alone(council, tmp_path):
    council.write(**town())
    before = os.umask(0)
    try:
        run(council.book, council.folder, tmp_path / "out", "pay", DAY)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    files = list((tmp_path / "out").iterdir())
    assert len(files) == 4
    assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}
    assert {path.name for path in tmp_path.iterdir()} == {"council", "out"}
