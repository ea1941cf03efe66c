"""Who is one person, and who is not: twins, fathers and sons, short names, moves."""

from datetime import date

from .conftest import AT_HOME, outcome, same_person

BORN = date(1985, 3, 7)
CHILD = date(2014, 5, 9)


def claim(number, given, surname="Campbell", born=BORN, **more):
    named = {"claim_no": number, "given_names": given, "surname": surname, "birth_date": born}
    return AT_HOME | named | more


def consent(number, given, surname="Campbell", born=BORN, **more):
    named = {"consent_no": number, "given_names": given, "surname": surname, "birth_date": born}
    return AT_HOME | named | more


def account(number, given, surname="Campbell", **more):
    return AT_HOME | {"account_no": number, "given_names": given, "surname": surname} | more


def pupil(number, given, surname="Campbell", born=CHILD, **more):
    named = {"pupil_no": number, "given_names": given, "surname": surname, "birth_date": born}
    return AT_HOME | named | more


def child(number, given, claim="B1", surname="Campbell", born=CHILD, **more):
    named = {"claim_no": claim, "child_no": number, "given_names": given, "surname": surname}
    return named | {"birth_date": born} | more


def linked_with(council, changes):
    """Link claims with consents that say something else, each of another family."""
    claims, consents = [], []
    for number, change in enumerate(changes):
        home = {"address": f"{number} Main Street", "postcode": f"ML1 {number % 10}A{number:02}"}
        born = date(1960 + number, 3, 7)
        claims.append(claim(f"B{number}", "Margaret", born=born, **home))
        consents.append(consent(f"R{number}", "Margaret", born=born, **home))
        consents[-1] |= change(born, home) if callable(change) else change
    return council.write(claims=claims, consents=consents).link("pay")


def test_one_person_who_is_entered_differently(council):
    changes = [
        {},
        {"given_names": "MARGARET ANNE"},
        {"given_names": "Maggie"},
        {"given_names": "Margart"},
        {"surname": "Cambpell"},
        {"surname": "Docherty"},
        lambda born, _: {"birth_date": born.replace(month=7, day=3)},
        lambda born, _: {"birth_date": born.replace(day=8)},
        {"postcode": None},
        lambda _, home: {"address": home["address"].replace("Street", "St")},
        lambda _, home: {"postcode": home["postcode"].replace(" ", "").lower()},
        {"address": "4 Other Road", "postcode": "G65 9ZZ", "claim_no": " b11 "},
    ]
    linked = linked_with(council, changes)
    for number in range(len(changes)):
        assert outcome(linked, f"B{number}", f"R{number}") == ("linked", "weight"), number
        assert same_person(linked, f"B{number}", f"R{number}")


def test_what_is_not_sure_goes_to_review(council):
    changes = [
        {"address": "4 Other Road", "postcode": "G65 9ZZ"},
        {"address": None, "postcode": None},
        {"birth_date": None},
        {"given_names": None},
        {"given_names": "Fiona"},
        {"surname": None},
    ]
    linked = linked_with(council, changes)
    for number in range(len(changes)):
        result, why = outcome(linked, f"B{number}", f"R{number}")
        assert (result, bool(why)) == ("review", True), number
        assert not same_person(linked, f"B{number}", f"R{number}")


def test_two_persons_of_one_address_are_not_linked(council):
    changes = [
        {"birth_date": date(1931, 11, 30)},
        {"birth_date": date(1932, 11, 30), "given_names": "Fiona"},
    ]
    linked = linked_with(council, changes)
    assert outcome(linked, "B0", "R0") in [None, ("different", "dates of birth differ")]
    for number in range(len(changes)):
        assert not same_person(linked, f"B{number}", f"R{number}")


def test_spellings_of_one_surname_are_the_same(council):
    spellings = [
        *[("O'Neill", "ONeill"), ("O’Neill", "O Neill"), ("MacDonald", "McDonald")],
        *[("Wójcik", "WOJCIK"), ("Mac Donald", "McDonald"), ("Łukasz", "Lukasz")],
        ("Smith-Bell", "Smith Bell"),
    ]
    claims = [
        claim(f"B{n}", "Ann", one, date(1980 + n, 1, 1)) for n, (one, _) in enumerate(spellings)
    ]
    consents = [
        consent(f"R{n}", "Ann", other, date(1980 + n, 1, 1))
        for n, (_, other) in enumerate(spellings)
    ]
    linked = council.write(claims=claims, consents=consents).link("pay")
    levels = {pair.ends: pair.levels["surname"] for pair in linked.kinds[0].pairs}
    for number in range(len(spellings)):
        ends = f"benefits/claims#claimant#B{number}", f"consent/consents#claimant#R{number}"
        assert levels[ends] == "same", spellings[number]


def test_a_reference_that_is_of_another_person_does_not_link(council):
    other = consent("R1", "Fiona", "Docherty", date(1990, 1, 1), claim_no="B1")
    linked = council.write(claims=[claim("B1", "Margaret")], consents=[other]).link("pay")
    assert not same_person(linked, "B1", "R1")


def test_twins_are_two_pupils(council):
    twins = [("1", "Daniel"), ("2", "Danielle")]
    council.write(
        claims=[claim("B1", "Margaret")],
        claim_children=[child(number, given) for number, given in twins],
        pupils=[pupil(f"S{number}", given) for number, given in twins],
    )
    linked = council.link()
    assert same_person(linked, "B1/1", "S1")
    assert same_person(linked, "B1/2", "S2")
    assert not same_person(linked, "S1", "S2")
    assert outcome(linked, "B1/1", "S2") == ("different", "one of them is linked to another")


def test_a_twin_who_is_not_on_the_claim_is_asked_about(council):
    council.write(
        claims=[claim("B1", "Margaret")],
        claim_children=[child("1", "Daniel")],
        pupils=[pupil("S2", "Danielle")],
    )
    assert outcome(council.link(), "B1/1", "S2") == ("review", "given names differ")


def test_two_pupils_of_one_name_and_birth_are_asked_about(council):
    council.write(
        claims=[claim("B1", "Margaret")],
        claim_children=[child("1", "Jack")],
        pupils=[pupil("S1", "Jack"), pupil("S2", "Jack")],
    )
    linked = council.link()
    assert {outcome(linked, "B1/1", number)[0] for number in ("S1", "S2")} == {"review"}
    assert not same_person(linked, "S1", "S2")


def test_of_two_pupils_the_better_by_far_is_linked(council):
    elsewhere = {"address": "4 Other Road", "postcode": "G65 9ZZ"}
    council.write(
        claims=[claim("B1", "Margaret")],
        claim_children=[child("1", "Jack")],
        pupils=[pupil("S1", "Jack"), pupil("S2", "Jack", **elsewhere)],
    )
    linked = council.link()
    assert same_person(linked, "B1/1", "S1")
    assert outcome(linked, "B1/1", "S2")[0] == "different"


def test_father_and_son_of_one_name_and_address_are_two(council):
    council.write(
        claims=[claim("B1", "James"), claim("B2", "James", born=date(1958, 9, 21))],
        accounts=[account("C1", "James")],
    )
    linked = council.link()
    assert not same_person(linked, "B1", "B2")
    for number in ("B1", "B2"):
        assert outcome(linked, number, "C1") == ("review", "dates of birth differ")
        assert not same_person(linked, number, "C1")


def test_one_person_may_have_two_claims_and_two_consents(council):
    council.write(
        claims=[claim("B1", "Margaret"), claim("B2", "Margaret")],
        consents=[consent("R1", "Margaret"), consent("R2", "Margaret")],
    )
    assert same_person(council.link("pay"), "B1", "B2", "R1", "R2")


def test_a_later_entry_counts(council):
    wrong = claim("B1", "Fiona", "Docherty", date(1961, 11, 30))
    right = claim("B1", "Margaret", recorded_on=date(2024, 1, 1))
    council.write(claims=[wrong, right], consents=[consent("R1", "Margaret")])
    assert same_person(council.link("pay"), "B1", "R1")
    taken_back = right | {"recorded_on": date(2024, 2, 1), "withdrawn": True}
    council.write(claims=[wrong, right, taken_back], consents=[consent("R1", "Margaret")])
    assert list(council.link("pay").kinds[0].decided.person) == ["consent/consents#claimant#R1"]


def test_a_key_of_two_parts_is_one_thing(council):
    council.write(
        claims=[claim("A/B", "Ann"), claim("A", "Ann")],
        claim_children=[child("1", "Jack", "A/B"), child("B/1", "Jill", "A")],
    )
    assert len(council.link().kinds[1].decided.person) == 2
