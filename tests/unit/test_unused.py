"""Facts given that no answer reads are told, with what they count for."""

import policy


def unused(law, situation, *outputs, period=None):
    start = "Given, but not used by these answers: "
    notes = law.calculate(situation, outputs or None, period).notes
    found = [note for note in notes if note.startswith(start)]
    return found[0].removeprefix(start) if found else ""


def test_a_fact_that_is_read_is_not_told(toy, home):
    assert unused(toy, home(ann={"wage": 1000, "status": "student"}), "bonus") == ""


def test_a_fact_that_no_formula_reads(toy, home):
    given = home(ann={"wage": 1000, "owns_a_boat": True}, bob={"owns_a_boat": False})
    assert unused(toy, given, "bonus") == "owns_a_boat of ann, bob (no formula reads it)."


def test_a_fact_given_for_other_periods_alone(toy, home):
    given = home(ann={"wage": 1000, "status": {"2024-04": "retired", "2024-03": "student"}})
    assert unused(toy, given, "bonus") == "status of ann (it is given for 2024-03, 2024-04)."


def test_a_fact_that_is_read_for_one_of_its_periods(toy, home):
    assert unused(toy, home(ann={"wage": {"2024": 12_000}}), "bonus") == ""


def test_a_fact_whose_reader_is_given_itself(toy, home):
    given = home(ann={"wage": 1000, "status": "student", "bonus": 5})
    said = "wage of ann (bonus is given); status of ann (bonus is given)."
    assert unused(toy, given, "bonus") == said


def test_what_a_fact_of_a_household_counts_for():
    book = policy.load("north_lanarkshire")
    given = {
        "persons": {"ann": {"birth_date": "1980-01-01"}},
        "households": {"home": {"householders": ["ann"], "blue_badges": 1}},
    }
    said = unused(book, given, period="2024-08")
    assert said == "blue_badges of home (ask for blue_badge_fee)."
    result = book.calculate(given, None, "2024-08")
    assert said in " ".join(result.to_dict()["notes"])
    assert "blue_badges" not in unused(book, given, "blue_badge_fee", period="2024-08")
