"""Clothing grants from linked records: to whom, how much, and what waits for a person."""

from datetime import date

import pytest
from pyarrow import parquet

import policy
from policy.proactive.clothing_grant import Award, Notice, clothing_grants
from policy.registers.linking.review import read_answers
from policy.registers.linking.run import run
from policy.registers.reading import Registers
from policy.registers.sources import sources_of

from .conftest import AT_HOME, DAY
from .test_review import fill_in

PARENT = {"given_names": "Margaret", "surname": "Campbell", "birth_date": date(1985, 3, 7)}
CHILD = {"given_names": "Jack", "surname": "Campbell", "birth_date": date(2014, 5, 9)}
NAMED = {"parent_given_names": "Margaret", "parent_surname": "Campbell"}
AWARD = Award("S1", "B1", "R1", "primary", 150.0)
NOTICE = Notice("S1", "primary", 150.0)


def family(**changed):
    whole = {
        "claims": {"claim_no": "B1", **PARENT, **AT_HOME},
        "claim_children": {"claim_no": "B1", "child_no": "1", **CHILD},
        "pupils": {"pupil_no": "S1", **NAMED, **CHILD, **AT_HOME},
        "consents": {"consent_no": "R1", **PARENT, **AT_HOME},
    }
    return {table: [row | changed.get(table, {})] for table, row in whole.items()}


def grants(council, day=DAY, **more):
    with council.open() as registers:
        found = clothing_grants(council.book, registers, day, **more)
    return found.awards, found.notices, found.held_back


def test_a_family_that_consented_is_paid_unasked(council):
    council.write(**family())
    assert grants(council) == ([AWARD], [], [])
    assert grants(council, paid=["S1"]) == ([], [], [])
    assert grants(council, "2024-09-15") == ([], [], [])


@pytest.mark.parametrize(
    "changed",
    [
        {"claims": {"council_tax_reduction": 0.0}},
        {"claims": {"claimed_until": date(2024, 7, 31)}},
        {"claims": {"claimed_from": date(2024, 9, 1)}},
        {"consents": {"given_on": date(2024, 8, 10)}},
        {"claim_children": {"birth_date": date(2011, 1, 2)}},
    ],
)
def test_who_lacks_what_the_grant_needs_is_not_paid(council, changed):
    council.write(**family(**changed))
    awards, notices, _ = grants(council)
    assert (awards, notices) == ([], [])


@pytest.mark.parametrize(
    ("changed", "amount"),
    [
        ({"claims": {"council_tax_reduction": 0.0, "receives_housing_benefit": True}}, 150.0),
        ({"pupils": {"school_stage": "secondary"}}, 175.0),
        ({"pupils": {"school_stage": "early_years"}}, None),
    ],
)
def test_the_amount_is_that_of_the_law(council, changed, amount):
    council.write(**family(**changed))
    ((award,), _, _) = grants(council)
    assert award.amount == amount


@pytest.mark.parametrize("consents", [{"withdrawn_on": date(2024, 8, 1)}, None])
def test_without_consent_the_notice_says_what_it_would_bring(council, consents):
    without = family(consents=consents or {})
    if consents is None:
        del without["consents"]
    council.write(**without)
    assert grants(council) == ([], [NOTICE], [])


def test_an_uncertain_link_pays_nothing_until_a_person_answers(council, tmp_path):
    moved = {"consents": {"address": "4 Other Road", "postcode": "G65 9ZZ"}}
    council.write(**family(**moved))
    assert grants(council) == ([], [], ["S1"])
    run(council.book, council.folder, tmp_path / "out", "pay", DAY)
    review = tmp_path / "out" / "review.csv"
    fill_in(review, "same")
    assert grants(council, answers=read_answers(review)) == ([AWARD], [], [])
    fill_in(review, "different")
    assert grants(council, answers=read_answers(review))[0] == []


def test_a_pupil_whose_link_to_the_claim_is_uncertain_is_held_back(council):
    council.write(**family(claim_children={"given_names": "Fergus"}))
    assert grants(council) == ([], [], ["S1"])


def test_what_other_entries_join_pays_nothing_if_it_is_doubtful_by_itself(council):
    """A father's consent without a date of birth, a parent of that name, and his son's claim."""
    council.write(**family(consents={"birth_date": None}))
    assert grants(council) == ([], [], ["S1"])


def test_the_earliest_of_several_consents_tells_who_applied_before(council):
    whole = family()
    whole["consents"].append(
        {"consent_no": "A9", **PARENT, **AT_HOME, "given_on": date(2024, 8, 2)}
    )
    council.write(**whole)
    assert grants(council) == ([AWARD], [], [])


def test_a_pupil_is_paid_once(council):
    again = family(claims={"claim_no": "B2"}, claim_children={"claim_no": "B2"})
    whole = {table: [*rows] for table, rows in family().items()}
    for table in ("claims", "claim_children"):
        whole[table] += again[table]
    council.write(**whole)
    assert grants(council) == ([AWARD], [], [])


def test_each_award_from_generated_registers_is_a_child_of_who_consented(generated):
    book = policy.load("north_lanarkshire")
    truth = parquet.read_table(generated / "truth" / "persons.parquet").to_pylist()
    person = {(row["table"], row["role"], row["key"]): row["person"] for row in truth}
    on_claim = {}
    for row in truth:
        if row["role"] == "child":
            on_claim.setdefault(row["key"].partition("/")[0], set()).add(row["person"])
    with Registers(generated, sources_of(book), consents=["record_checks"]) as registers:
        found = clothing_grants(book, registers, DAY)
    assert len(found.awards) > 50
    assert found.notices
    for award in found.awards:
        assert person["school/pupils", "pupil", award.pupil] in on_claim[award.claim]
        claimant = person["benefits/claims", "claimant", award.claim]
        assert claimant == person["consent/consents", "claimant", award.consent]
    told = [each.pupil for each in (*found.awards, *found.notices)] + list(found.held_back)
    assert len(told) == len(set(told))
