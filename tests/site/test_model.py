"""What a book publishes: worked out from the law, complete, and told in words."""

import datetime

import pytest

import policy
from policy.errors import PolicyError
from policy.legislation.reforms.reform import own_reforms, read_reform
from policy.loading import read_anew
from policy.scenario.reading import document_of, read_scenario
from policy.site.books import published
from policy.site.edges import edges_of
from policy.site.history import Knowledge
from policy.site.words import plain, told


@pytest.fixture
def book(village):
    return published(read_anew(str(village)), village / "docs")


def test_benefits_steps_and_facts(book):
    kinds = {name: thing.kind for name, thing in book.things.items()}
    assert kinds == {"is_away": "fact", "waste_fee": "benefit"}
    fee = book.things["waste_fee"]
    assert fee.facts == ("is_away",)
    assert fee.headline == ("waste_fee.amount",)
    assert book.numbers["waste_fee.amount"].used_by == ("waste_fee",)


def test_sections_lead_to_all_that_encodes_them(book):
    assert set(book.provisions) == {("WR", "§ 2"), ("WR", "§ 3")}
    assert book.provisions["WR", "§ 2"].things == ("waste_fee",)
    assert book.provisions["WR", "§ 2"].numbers == ("waste_fee.amount",)


def test_changes_are_those_since_the_book_covers_the_law(book):
    (change,) = book.changes
    assert (change.date, change.enacted) == ("2024-01-01", "2023-11-20")
    assert (change.before, change.after) == ("3.50 EUR/month", "4.20 EUR/month")
    assert change.whom == ("households",)
    assert change.outputs == ("waste_fee",)


def test_examples_are_tests_with_their_explanation(book):
    newest, other = book.things["waste_fee"].examples
    assert (newest.period, newest.text, newest.id) == ("2024-02", "8.40 EUR", "lane_1")
    assert (other.period, other.text) == ("2023-12", "3.50 EUR")
    steps = {step.name: step.text for step in newest.why.steps}
    assert steps["waste_fee.amount"] == "4.20 EUR/month"


def test_tables_are_calculated(book):
    (table,) = book.things["waste_fee"].tables
    assert table.columns == ("2023-12", "2024-02")
    assert table.rows == (("no", ("7.00", "8.40")), ("yes", ("3.50", "4.20")))
    ((title, row, column, why),) = table.explained
    assert (title, row, column, why.text) == ("Away yes, Period 2024-02", 1, 1, "4.20 EUR")


def test_a_formula_in_words(book):
    ((_, formula),) = book.things["waste_fee"].told
    first, answer = formula.rows
    assert first.name == "present"
    assert plain(first.words) == "the number of members − the number of members with: Away"
    assert plain(answer.words) == "present × Waste fee for a person, rounded to the cent"


@pytest.mark.parametrize("name", [*policy.books(), "openfisca_country_template"])
def test_nearly_every_statement_has_words(name):
    law = policy.load(name)
    rows = [
        row
        for variable in law.variables.values()
        for formula in variable.formulas.values()
        for row in told(law, formula).rows
    ]
    silent = [row for row in rows if not row.words]
    assert len(silent) < 0.2 * len(rows)
    assert all(row.code for row in rows)


def test_what_has_no_words_is_left_as_code_with_its_names():
    law = policy.load("estonia")
    formula = law.variable("order_of_right").get_formula("2024-05")
    *_, answer = told(law, formula).rows
    assert answer.words == ()
    assert "get_rank" in answer.code
    assert {link.name for _, link in answer.names} == {
        "child_allowance_paid_from",
        "counts_for_large_family",
    }


def test_what_was_known_when():
    law = policy.load("estonia")
    book_reforms = [each for each in _reforms(law) if each.name == "indexation"]
    parameter = law.parameters["large_family_allowance.three_to_six_children"]
    known = Knowledge(law, {}).of(parameter, book_reforms)
    told = [
        (each.first, each.last, [value.value for value in each.values], each.planned)
        for each in known
    ]
    assert told == [
        ("2016-12-19", "2022-12-27", [300], ()),
        ("2022-12-28", "2023-06-13", [300, 650], ("indexation",)),
        ("2023-06-14", "", [300, 650, 450], ()),
    ]


def _reforms(law):
    return [read_reform(law, file) for file in own_reforms(law).values()]


def test_a_wrong_example_is_an_error(village):
    tests = village / "tests" / "scenarios" / "village" / "waste_fee.yaml"
    tests.write_text(tests.read_text().replace("8.40", "8.41"))
    law = read_anew(str(village))
    for every_test in (True, False):
        with pytest.raises(
            PolicyError, match=r"waste_fee.yaml:1:3: the test 'Two at home"
        ) as told_:
            published(law, village / "docs", tests=every_test)
        assert "expects waste_fee of lane_1 to be 8.41, and the law gives 8.4" in str(told_.value)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            "variable: waste_fee",
            "variable: waste_fees",
            "waste_fee.yaml:2:1: variable.*did you mean 'waste_fee'",
        ),
        ("rows: {input: is_away, of: ann, values: [false, true]}\n", "", "'rows' is missing"),
        ("[[true, 2024-02]]", "[[true, 2022-02]]", "2022-02 is none of the values of 'columns'"),
        ("input: is_away", "input: is_awake", "did you mean 'is_away'"),
    ],
)
def test_a_wrong_table_is_an_error(village, before, after, message):
    table = village / "docs" / "tables" / "village" / "waste_fee.yaml"
    table.write_text(table.read_text().replace(before, after))
    with pytest.raises(PolicyError, match=message):
        published(read_anew(str(village)), village / "docs")


def test_evidence_is_shown_only_of_this_law(village):
    law = read_anew(str(village))
    conditions = [{"true": True, "false": True, "matters": True, "accepted": None}]
    measured = {"law_version": law.version, "conditions": conditions}
    made = published(law, village / "docs", {"coverage": measured})
    assert [(each.share, each.what) for each in made.evidence] == [
        ("2", "scenario tests pass"),
        ("1 of 1", "conditions covered"),
    ]
    made = published(law, village / "docs", {"coverage": {**measured, "law_version": "other"}})
    assert len(made.evidence) == 1


def test_a_country_package_with_less_metadata(tmp_path):
    law = policy.load("openfisca_country_template")
    made = published(law, tmp_path)
    assert "disposable_income" in made.outputs
    assert made.as_of <= "9999"
    assert all(thing.told for thing in made.things.values() if thing.kind != "fact")


def test_edge_dates_are_days_at_which_the_answer_jumps():
    law = policy.load("estonia")
    case = {
        "book": "estonia",
        "period": "2024-05",
        "persons": {
            "mari": {"birth_date": "1985-03-01"},
            "kati": {"birth_date": "2012-05-15"},
            "liis": {"birth_date": "2012-05-15"},
        },
        "families": {"tamm": {"parents": ["mari"], "children": ["kati", "liis"]}},
    }
    scenario = read_scenario(law, document_of(case))
    answer = law.explain(case, "child_allowance").answer
    edges = edges_of(law, scenario.situation, answer, scenario.period, {"birth_date"})
    assert [(each.whose, each.first, each.last, each.before, each.after) for each in edges] == [
        (("kati", "liis"), "2005-05-02", "2005-05-02", "80.00 EUR", "160.00 EUR"),
        (("kati", "liis"), "2024-05-02", "2024-06-01", "160.00 EUR", "80.00 EUR"),
    ]
    for edge in edges:
        day_before = datetime.date.fromisoformat(edge.first) - datetime.timedelta(days=1)
        for day, text in ((day_before.isoformat(), edge.before), (edge.last, edge.after)):
            persons = {**case["persons"], "kati": {"birth_date": day}}
            result = law.calculate({**case, "persons": persons})
            assert f"{result.value('child_allowance'):.2f} EUR" == text
