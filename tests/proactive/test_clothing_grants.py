"""Nights of North Lanarkshire: what persons answer, what is written, when nothing is linked."""

import csv
import shutil
import stat
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from pyarrow import parquet

import policy
from policy.cli import cli
from policy.errors import PolicyError
from policy.ledger.ledger import Ledger
from policy.ledger.replaying import replay
from policy.ledger.verifying import verify
from policy.proactive import clothing_grant
from policy.proactive.night import run_nights

from .conftest import decisions, write_registers

SCENARIOS = Path(__file__).parent / "scenarios" / "north_lanarkshire.yaml"
FIRST, SECOND = "2024-08-15", "2024-08-16"


@pytest.fixture(scope="session")
def book():
    return policy.load("north_lanarkshire")


@pytest.fixture(scope="module")
def scenarios():
    return {each["name"]: each["entries"] for each in yaml.safe_load(SCENARIOS.read_text("utf-8"))}


@pytest.fixture
def council(scenarios, tmp_path, book):
    """Write the registers of the scenario whose name begins so; run nights on them."""

    class Council:
        folder, ledger, out = tmp_path / "council", tmp_path / "ledger.duckdb", tmp_path / "out"

        def write(self, begins, **changed):
            (entries,) = [each for name, each in scenarios.items() if name.startswith(begins)]
            write_registers(self.folder, {**entries, **changed}, book)
            return self

        def run(self, *days, law=book, review=None):
            return [*run_nights(law, self.folder, self.ledger, days, self.out, review)]

        def made(self, day):
            return [(each.kind, each.subject) for each in decisions(self.ledger).get(day, [])]

        def paper(self, day, name):
            return parquet.read_table(self.out / day / f"{name}.parquet").to_pylist()

    return Council()


def answered(path, answer, target):
    """Fill in a review file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(row | {"answer": answer} for row in rows)
    return target


def test_what_a_person_answers_about_an_uncertain_link_is_awarded(council, tmp_path):
    council.write("A claim that may be another's").run(FIRST)
    assert council.made(FIRST) == []
    assert council.paper(FIRST, "held_back") == [{"pupil": "S1"}]
    unsure = answered(council.out / FIRST / "review.csv", "unsure", tmp_path / "unsure.csv")
    council.run(SECOND, review=unsure)
    assert council.made(SECOND) == []
    same = answered(unsure, "same", tmp_path / "same.csv")
    council.run("2024-08-17", review=same)
    assert council.made("2024-08-17") == [("award", "S1")]
    with pytest.raises(PolicyError, match="the night of 2024-08-17 was run with other entries in"):
        council.run("2024-08-17", review=unsure)
    council.run("2024-08-18")
    assert council.made("2024-08-18") == []
    different = answered(unsure, "different", tmp_path / "different.csv")
    council.ledger.unlink()
    shutil.rmtree(council.out)
    council.run(FIRST, review=different)
    assert council.made(FIRST) == []


def test_who_did_not_consent_is_told_what_consent_would_bring(council):
    council.write("Without consent").run(FIRST)
    assert council.made(FIRST) == []
    assert council.paper(FIRST, "without_consent") == [
        {"pupil": "S1", "stage": "primary", "amount": 150.0}
    ]
    assert council.paper(FIRST, "held_back") == []


def test_a_night_run_twice_is_the_same_night_with_the_same_files(council):
    council.write("A consent of an earlier school year")
    first = council.run(FIRST, "2024-08-20")
    written = files(council.out)
    assert len(written) == 4 + 6
    shutil.rmtree(council.out)
    again = council.run(FIRST, "2024-08-20")
    assert [each.run for each in again] == [each.run for each in first]
    assert [each.is_new for each in again] == [False, False]
    assert files(council.out) == written


def test_a_review_file_that_somebody_filled_in_is_not_written_over(council):
    council.write("Who consented")
    council.run(FIRST)
    review = council.out / FIRST / "review.csv"
    review.write_text("filled in", encoding="utf-8")
    with pytest.raises(PolicyError, match="other files than the night's are there, and were left"):
        council.run(FIRST)
    assert review.read_text("utf-8") == "filled in"
    assert [path.name for path in council.out.iterdir()] == [FIRST]


def files(folder):
    """Return the modes and bytes of files; they are for their owner alone."""
    found = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    assert {stat.S_IMODE(path.stat().st_mode) for path in found.values()} == {0o600}
    return {name: path.read_bytes() for name, path in found.items()}


def test_a_night_that_fails_leaves_nothing_and_can_be_run_again(council, monkeypatch):
    council.write("Who consented")
    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "_transaction", stopped)
        with pytest.raises(KeyboardInterrupt):
            council.run(FIRST)
    assert not council.ledger.exists()
    council.run(FIRST)
    assert council.made(FIRST) == [("award", "S1")]


def stopped(_):
    raise KeyboardInterrupt


def test_registers_are_linked_again_only_when_something_is_new(council, monkeypatch):
    linked = []

    def linking(*given):
        linked.append(given[3])
        return link(*given)

    link = clothing_grant.link
    monkeypatch.setattr(clothing_grant, "link", linking)
    council.write("A claim that begins in August")
    council.run("2024-07-31", "2024-08-01", "2024-08-02", "2024-08-19", "2024-08-20", "2024-08-21")
    assert linked == ["2024-08-01", "2024-08-20"]
    council.run("2024-09-01", "2025-07-31", "2025-09-01")
    assert linked[2:] == ["2025-08-31"]


def test_an_amount_that_is_published_later_corrects_the_award(council, book):
    council.write("The grant of a stage without a published amount").run(FIRST, SECOND)
    change = {"school_clothing_grant.early_years": {"set": 150}}
    law = book.reformed({"title": "150", "effective": "2024-08-01", "parameters": change})
    council.run("2024-10-01", "2024-10-02", law=law)
    (award,) = decisions(council.ledger)[FIRST]
    (correction,) = decisions(council.ledger)["2024-10-01"]
    assert (award.amounts, award.reasons["why"]) == ({}, "consent, no amount")
    assert (correction.amounts, correction.reasons["owed"]) == ({"2024-08": 150.0}, 150.0)
    assert (correction.kind, correction.previous) == ("correction", award.id)
    assert council.made("2024-10-02") == []
    with Ledger.open(council.ledger, read_only=True) as ledger:
        assert verify(ledger) == []
        assert all(each.same for each in replay(ledger, [award.id, correction.id]))
    for each in (award, correction):
        assert "amount is" in told("proactive", "explain", each.id, "--ledger", council.ledger)


def test_the_commands_tell_why(council, tmp_path):
    council.write("A claim that may be another's")
    given = ("--registers", council.folder, "--ledger", council.ledger, "--out", council.out)
    run = ("proactive", "run", "north_lanarkshire", *given)
    told(*run, "--date", FIRST)
    review = answered(council.out / FIRST / "review.csv", "same", tmp_path / "same.csv")
    assert "2024-08-16" in told(*run, "--date", SECOND, "--review", review)
    assert "1 award" in told("ledger", "show", council.ledger)
    assert "award (consent)" in told("ledger", "show", council.ledger, "--since", SECOND)
    (award,) = decisions(council.ledger)[SECOND]
    why = told("proactive", "explain", award.id, "--ledger", council.ledger)
    for text in (
        "School clothing grant, S1: is granted without application, as the claimant permitted"
        " record checks; recipient: B1.",
        "2024-08: 150.00, once",
        "claims: entry of 2022-04-01",
        "School clothing grant (S1): 150.00 GBP",
    ):
        assert text in why
    assert "the same" in told("ledger", "replay", award.id, "--ledger", council.ledger)
    assert "As it was written" in told("ledger", "verify", council.ledger)


def test_a_book_whose_registers_are_not_linked_has_no_review(council, tmp_path):
    given = ("--registers", tmp_path, "--ledger", council.ledger, "--date", FIRST)
    text = told("proactive", "run", "estonia", *given, "--review", "x.csv", code=2)
    assert "the registers of 'estonia' are not linked" in text


def told(*words, code=0):
    result = CliRunner().invoke(cli, [*map(str, words)], env={"COLUMNS": "200"})
    assert result.exit_code == code, result.output
    return result.output
