"""Uncertain pairs go to a file, a person fills it in, and the next run follows it."""

import csv
from datetime import date

import pytest

from policy import PolicyError
from policy.registers.linking.review import read_answers
from policy.registers.linking.run import run

from .conftest import AT_HOME, DAY, outcome, same_person

NAMED = {"given_names": "Margaret", "surname": "Campbell", "birth_date": date(1985, 3, 7)}
ELSEWHERE = {"address": "4 Other Road", "postcode": "G65 9ZZ"}


@pytest.fixture
def uncertain(council):
    """A claim and a consent of which nobody can tell whether they are of one person."""
    return council.write(
        claims=[AT_HOME | NAMED | {"claim_no": "B1"}],
        consents=[ELSEWHERE | NAMED | {"consent_no": "R1"}],
    )


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fill_in(path, answer):
    """Answer every row, as somebody would in a spreadsheet."""
    filled = [row | {"answer": answer} for row in rows(path)]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, filled[0])
        writer.writeheader()
        writer.writerows(filled)


@pytest.mark.parametrize(
    ("answer", "expected", "one_person"),
    [
        ("same", ("linked", "a person said so"), True),
        (" Same ", ("linked", "a person said so"), True),
        ("different", ("different", "a person said so"), False),
        ("unsure", ("review", "a person was unsure"), False),
        ("", ("review", "too little speaks for it"), False),
    ],
)
def test_an_answer_is_followed_and_kept(uncertain, tmp_path, answer, expected, one_person):
    run(uncertain.book, uncertain.folder, tmp_path / "first", "pay", DAY)
    review = tmp_path / "first" / "review.csv"
    (row,) = rows(review)
    assert (row["answer"], row["given_names_one"], row["address_other"]) == (
        *("", "Margaret"),
        "4 Other Road",
    )
    fill_in(review, answer)
    linked = uncertain.link("pay", read_answers(review))
    assert outcome(linked, "B1", "R1") == expected
    assert same_person(linked, "B1", "R1") == one_person
    again = run(uncertain.book, uncertain.folder, tmp_path / "next", "pay", DAY, review)
    assert (again.answers, again.lapsed) == (int(answer != ""), 0)
    (row,) = rows(tmp_path / "next" / "review.csv")
    assert row["answer"] == answer.strip().casefold()


def test_an_answer_holds_for_what_was_said_then(uncertain, tmp_path):
    run(uncertain.book, uncertain.folder, tmp_path / "first", "pay", DAY)
    review = tmp_path / "first" / "review.csv"
    fill_in(review, "same")
    uncertain.write(
        claims=[AT_HOME | NAMED | {"claim_no": "B1", "address": "1 New Lane"}],
        consents=[ELSEWHERE | NAMED | {"consent_no": "R1"}],
    )
    found = run(uncertain.book, uncertain.folder, tmp_path / "next", "pay", DAY, review)
    assert (found.answers, found.lapsed) == (0, 1)
    (row,) = rows(tmp_path / "next" / "review.csv")
    assert row["answer"] == ""


def test_a_filled_in_file_is_never_written_over(uncertain, tmp_path):
    run(uncertain.book, uncertain.folder, tmp_path / "out", "pay", DAY)
    review = tmp_path / "out" / "review.csv"
    fill_in(review, "same")
    before = review.read_bytes()
    with pytest.raises(PolicyError, match="there is such a folder already"):
        run(uncertain.book, uncertain.folder, tmp_path / "out", "pay", DAY)
    assert review.read_bytes() == before


def test_what_is_wrong_in_a_review_file_is_told_by_its_line(uncertain, tmp_path):
    run(uncertain.book, uncertain.folder, tmp_path / "out", "pay", DAY)
    review = tmp_path / "out" / "review.csv"
    fill_in(review, "sames")
    with pytest.raises(PolicyError) as error:
        read_answers(review)
    assert str(error.value) == f"{review}:2:1: answer: this answer is none; did you mean 'same'?"
    review.write_text("answer;kind;weight\n", encoding="utf-8")
    with pytest.raises(PolicyError, match=r":1:1: the column 'entry_one' is missing"):
        read_answers(review)
    review.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PolicyError, match="its letters are not UTF-8; save it as CSV in UTF-8"):
        read_answers(review)
    with pytest.raises(PolicyError, match="there is no such file; check the path"):
        read_answers(tmp_path / "none.csv")
    with pytest.raises(PolicyError, match="cannot be read"):
        read_answers(tmp_path)


HEAD = "answer,kind,entry_one,entry_other,digest"


@pytest.mark.parametrize("line", ["different,adults,a,b,1", "same,adults,a,b,2"])
def test_a_pair_that_is_answered_in_two_ways_is_refused(tmp_path, line):
    review = tmp_path / "review.csv"
    review.write_text(f"{HEAD}\nsame,adults,a,b,1\n{line}\n", encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        read_answers(review)
    assert str(error.value) == (
        f"{review}:3:1: answer: a line before says something else of this pair; keep one of the two"
        " lines"
    )


@pytest.mark.parametrize("comma", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_review_file_is_read_as_spreadsheets_write_it(tmp_path, comma, end, encoding):
    lines = [HEAD, "Same ,adults,a,b,1", ",adults,a,c,1", "Same ,adults,a,b,1", ""]
    review = tmp_path / "review.csv"
    review.write_bytes(end.join(lines).replace(",", comma).encode(encoding))
    assert read_answers(review).given == {("adults", "a", "b"): ("same", "1")}


@pytest.mark.parametrize(
    "line", ['same,adults,"a,b,d\nsame,adults,c,d,d\n', f"same,adults,{'a' * 200_000},b,d\n"]
)
def test_a_line_that_cannot_be_read_is_told(tmp_path, line):
    """A quotation mark that is not closed would take the lines after it with it."""
    (tmp_path / "review.csv").write_text(f"{HEAD}\n{line}")
    with pytest.raises(PolicyError, match="cannot be read"):
        read_answers(tmp_path / "review.csv")


@pytest.mark.parametrize("formula", ["=HYPERLINK(1)", "+1", "-1", "@x", "'quoted", '"a",b\nc'])
def test_a_spreadsheet_sees_no_formula_and_the_answer_finds_its_pair(council, tmp_path, formula):
    council.write(
        claims=[AT_HOME | NAMED | {"claim_no": formula}],
        consents=[ELSEWHERE | NAMED | {"consent_no": "R1", "address": formula}],
    )
    run(council.book, council.folder, tmp_path / "out", "pay", DAY)
    review = tmp_path / "out" / "review.csv"
    (row,) = rows(review)
    assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    fill_in(review, "same")
    assert same_person(council.link("pay", read_answers(review)), formula, "R1")
