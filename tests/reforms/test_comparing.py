"""Two laws beside each other: cases, populations, sweeps, and what is owed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import csv, parquet

import policy
from policy import PolicyError
from policy.cli import cli
from policy.comparing.cases import compare_cases
from policy.comparing.population import compare_population
from policy.documents import parse_document
from policy.population.frame import read_population
from policy.recalculation.owed import recalculate
from policy.sampling.sampling import marginals, sample
from policy.scenario.calculation import asked_period
from policy.scenario.sweep import sweep

BOOK = policy.load("estonia")
RATE = "child_allowance.first_and_second_child"
DECISIONS = Path("docs/examples/decisions/estonia.yaml").resolve()
FAMILY = """
period: 2025-06
persons:
  mari: {birth_date: 1990-03-01}
  juku: {birth_date: 2015-06-15}
  anu: {birth_date: 2016-06-15}
families:
  tamm: {parents: [mari], children: [juku, anu]}
"""


def reform(amount):
    change = {RATE: {"set": amount}}
    return {"title": f"{amount} euros", "effective": "2025-01-01", "parameters": change}


def run(*arguments):
    result = CliRunner().invoke(cli, [str(each) for each in arguments], prog_name="policy")
    return result.output, result.exit_code


@pytest.fixture(scope="module")
def families(tmp_path_factory):
    file = tmp_path_factory.mktemp("families") / "families.parquet"
    columns = sample("estonia", 400, 3, "2025-01-01")
    columns["region"] = np.where(columns["family"] % 3 == 0, "north", "south")
    arrays = {name: pa.array(each, from_pandas=True) for name, each in columns.items()}
    parquet.write_table(pa.table(arrays), file)
    return file


def test_a_case_is_compared_and_the_cause_is_named():
    found = compare_cases(BOOK, BOOK.reformed(reform(100)), [parse_document(FAMILY)])
    assert {each.variable: each.difference for each in found.changes} == {
        "child_allowance": 40,
        "family_benefits": 40,
    }
    (cause,) = found.changes[0].causes
    assert (cause.name, cause.before, cause.after) == (RATE, 80, 100)
    assert cause.section == "PHS § 17"
    assert found.totals == {"child_allowance": 40, "family_benefits": 40}


def test_nothing_changes_under_an_empty_reform():
    found = compare_cases(BOOK, BOOK.reformed({"title": "x"}), [parse_document(FAMILY)])
    assert (found.cases, found.changes, found.problems) == (1, (), ())


def test_a_replaced_formula_is_a_cause():
    before = policy.load("nebraska")
    car = parse_document(
        "period: 2026-05\nvehicles:\n  it: {vehicle_type: truck_over_seven_tons,"
        " gross_weight: 21000, model_year: 2026, registration_date: 2026-05-10}\n"
        "owners:\n  owner: {vehicles: [it]}\noutput: motor_vehicle_fee\n"
    )
    found = compare_cases(before, before.reformed("lb_714"), [car])
    (change,) = found.changes
    assert (change.before, change.after) == (30, 66)
    assert {each.through for each in change.causes} == {
        ("motor_vehicle_fee", "base_motor_vehicle_fee")
    }


@settings(max_examples=6, deadline=None)
@given(amount=st.integers(0, 30000).map(lambda cents: cents / 100))
def test_the_parts_of_a_comparison_sum_to_its_total(families, amount):
    after = BOOK.reformed(reform(amount))
    population = read_population(after, families)
    effect = compare_population(
        BOOK, after, population, asked_period("2025-03"), by=["region", "birth_date"]
    )
    assert effect.whole.count == pytest.approx(155_000)
    change = sum(effect.costs.get("family_benefits", {}).values())
    assert effect.whole.change == pytest.approx(change, abs=0.01)
    for each in effect.breakdowns:
        for field in ("count", "gaining", "losing", "change"):
            parts = sum(getattr(part, field) for part in each.parts)
            assert parts == pytest.approx(getattr(effect.whole, field), abs=0.01)
    for before, later in effect.totals.values():
        assert later >= 0
        assert before >= 0


def test_a_population_gives_what_its_families_give_alone(families, tmp_path):
    after = BOOK.reformed(reform(110))
    output, code = run(
        "compare", "--book", "estonia", "--reform", "bill_of_autumn_2022", "--population",
        families, "--period", "2023-05", "--cases", tmp_path / "cases", "--json",
    )  # fmt: skip
    assert code == 0, output
    told = json.loads(output)
    del after
    for number, each in enumerate(told["losers"], 1):
        file = tmp_path / "cases" / f"loser_{number:02}.yaml"
        for law, amount in (
            (BOOK, each["before"]),
            (BOOK.reformed("bill_of_autumn_2022"), each["after"]),
        ):
            assert law.calculate(file).value("family_benefits") == pytest.approx(amount)


CAR = """
book: nebraska
vehicles: {car: {model_year: 2020, value_when_new: 30000, registration_date: 2026-03-10}}
owners: {me: {vehicles: [car], city: lincoln}}
"""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--period", "2026-03"), ""),
        (
            ("--period", "2027-03"),
            "but these facts do not. For 2027-03 every answer is 0 or no: are the facts about that"
            " time?\n",
        ),
        (
            ("--period", "2026-03", "--output", "wheel_tax"),
            "No formula of these answers reads, for 2026-03, what is changed: ask for other"
            " answers (--output) or another period.\n",
        ),
    ],
)
def test_why_nothing_changes_is_told(tmp_path, options, said):
    (tmp_path / "car.yaml").write_text(CAR, encoding="utf-8")
    output, code = run("compare", "--reform", "lb_82", tmp_path / "car.yaml", *options)
    assert code == 0
    assert ("0 of 1 " in output) == bool(said)
    assert said in output
    assert ("these facts do not" in output) == ("2027-03" in options)
    read = "The law was read as it stood on 2026-11-01; changes made since are not in it."
    assert (read in output) == ("2027-03" in options)
    output, _ = run("compare", "--reform", "lb_82", tmp_path / "car.yaml", *options, "--json")
    assert any(said.strip() in note for note in json.loads(output)["notes"]) == bool(said)


def test_the_report_of_a_population_begins_with_what_matters(families, tmp_path):
    raised = {**reform(100), "title": "100 euros from 2025"}
    (tmp_path / "raised.yaml").write_text(json.dumps(raised), encoding="utf-8")
    asked = (
        "compare", "--book", "estonia", "--reform", tmp_path / "raised.yaml",
        "--population", families, "--period",
    )  # fmt: skip
    year, month = (run(*asked, period)[0] for period in ("2025", "2025-06"))
    assert year.startswith("100 euros from 2025, in 2025\nFamily benefits in all: +")
    assert " EUR in 2025. Of 155,000 families 155,000 gain (100.0%) and 0 lose (0.0%).\n" in year
    told = json.loads(run(*asked, "2025-06", "--json")[0])
    change = told["whole"]["change"]
    said = f": +{change:,.0f} EUR in 2025-06, +{12 * change:,.0f} a year if each month is like it."
    assert said in month
    assert told["headline"] in month
    cost = month.split("Cost in ")[1].split("\n\n")[0]
    assert "," in cost
    assert "." not in cost
    most = told["as_much"]["gainers"]
    assert most > 10
    assert f"Gain most: 10 of {most} families in the table that gain 40.00 or more\n" in month
    assert "Lose most" not in month


def test_the_report_of_a_population_says_until_when_the_law_was_read(families, tmp_path):
    (tmp_path / "raised.yaml").write_text(json.dumps(reform(100)), encoding="utf-8")
    asked = (
        "compare", "--book", "estonia", "--reform", tmp_path / "raised.yaml",
        "--population", families, "--period",
    )  # fmt: skip
    said = f"The law was read as it stood on {BOOK.law_read_on}; changes made since are not in it."
    assert said in run(*asked, "2027-05")[0]
    assert "was read as it stood" not in run(*asked, "2025-05")[0]


def test_a_change_after_the_periods_asked_about_is_told(tmp_path):
    later = {"title": "Later", "effective": "2027-01-01", "parameters": {RATE: {"set": 100}}}
    (tmp_path / "later.yaml").write_text(json.dumps(later), encoding="utf-8")
    (tmp_path / "family.yaml").write_text(f"book: estonia\n{FAMILY}", encoding="utf-8")
    asked = ("compare", "--reform", tmp_path / "later.yaml", tmp_path / "family.yaml")
    said = "What is changed holds from 2027-01-01, after 2025-06-30: ask for a later period"
    output, code = run(*asked)
    assert (said in output, code) == (True, 0)
    output, code = run(*asked, "--period", "2027-01")
    assert ("What is changed holds" in output, code) == (False, 0)


def test_the_chart_of_a_sweep_stands_before_its_points(tmp_path):
    (tmp_path / "family.yaml").write_text(f"book: estonia\n{FAMILY}", encoding="utf-8")
    page = tmp_path / "sweep.html"
    vary = "juku.birth_date=2005-05-01..2006-08-01"
    output, code = run("sweep", tmp_path / "family.yaml", "--vary", vary, "--to", page)
    assert code == 0, output
    text = page.read_text(encoding="utf-8")
    assert text.index("<caption>Where") < text.index("<svg") < text.index("<caption>Every point")


def test_reports_are_written(families, tmp_path):
    for name, words in (
        ("report.html", ("<svg", "By number of children", "<table>", "155,000")),
        ("report.md", ("## By region", "| 155,000 |")),
    ):
        output, code = run(
            "compare", "--book", "estonia", "--reform", "bill_of_autumn_2022", "--population",
            families, "--period", "2023", "--by", "region", "--to", tmp_path / name,
        )  # fmt: skip
        assert code == 0, output
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert all(word in text for word in words)
        assert "What changes: Large family allowance, 7 or more children: 850 → 800 from" in text
        assert "http-equiv" not in text
        assert "<script" not in text


def test_cliff_edges_appear_and_vanish(tmp_path):
    book = policy.load("nebraska")
    fleet = {
        "vehicle": [1, 2, 3],
        "owner": [1, 2, 3],
        "model_year": [2026] * 3,
        "value_when_new": [19999, 24999, 39999],
        "registration_date": ["2026-05-10"] * 3,
    }
    parquet.write_table(pa.table(fleet), tmp_path / "fleet.parquet")
    population = read_population(book, tmp_path / "fleet.parquet")
    table = [{"threshold": 0, "amount": 5}, {"threshold": 25000, "amount": 30}]
    change = {"motor_vehicle_fee.value_when_new": {"table": table}}
    after = book.reformed({"title": "x", "effective": "2026-01-01", "parameters": change})
    along = ["value_when_new"]
    (edges,) = compare_population(
        book, after, population, asked_period("2026-05"), "motor_vehicle_fee", (), along
    ).edges
    assert (edges.before, edges.after, edges.appearing, edges.vanishing) == (2, 1, 1, 2)


def _rows(**columns):
    base = {
        "person": [1, 2, 3],
        "family": ["a", "a", "b"],
        "family_role": ["parent", "child", "children"],
        "birth_date": ["1990-01-01", "2015-01-01", "2016-01-01"],
    }
    return {**base, **columns}


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"family": ["a", None, "b"]}, ":3:2: family: a cell is empty"),
        ({"family_role": ["parent", "chld", "child"]}, ":3:3: family_role: 'chld' is no role"),
        ({"received_large_family_allowance": [True, False, True]}, ":3:5: received_large_family"),
        ({"weight": [1, -1, 1]}, "weight: weights are numbers of 0 or more"),
        ({"weight": ["x", "y", "z"]}, "weight: weights are numbers"),
        ({"child_allowance": [1.0, None, 1.0]}, "child_allowance: the law computes it"),
    ],
)
def test_what_is_wrong_in_a_population_is_told(tmp_path, columns, message):
    file = tmp_path / "families.parquet"
    parquet.write_table(pa.table(_rows(**columns)), file)
    with pytest.raises(PolicyError) as error:
        read_population(BOOK, file)
    assert message in str(error.value)


def test_a_population_may_be_csv_in_any_order(tmp_path):
    mixed = {name: [each[n] for n in (2, 0, 1)] for name, each in _rows().items()}
    csv.write_csv(pa.table(mixed), tmp_path / "families.csv")
    population = read_population(BOOK, tmp_path / "families.csv")
    effect = compare_population(
        BOOK, BOOK.reformed(reform(100)), population, asked_period("2025-06")
    )
    assert effect.whole.count == 2
    assert effect.totals["child_allowance"] == (160, 200)
    for name, message in (
        ("none.csv", "there is no such file"),
        ("x.txt", "no kind of population"),
    ):
        (tmp_path / "x.txt").write_text("x")
        with pytest.raises(PolicyError, match=message):
            read_population(BOOK, tmp_path / name)


def test_columns_to_break_down_by_are_known(families):
    population = read_population(BOOK, families)
    with pytest.raises(PolicyError, match="did you mean 'region'"):
        compare_population(
            BOOK, BOOK.reformed(reform(1)), population, asked_period("2025-06"), by=["regoin"]
        )


def test_a_sample_stands_for_the_published_counts():
    known = {name: each["value"] for name, each in marginals("estonia").items()}
    drawn = sample("estonia", 60_000, 5)
    weight = drawn["weight"][0]
    children = drawn["family_role"] == "children"
    number = np.bincount(drawn["family"][children])
    assert weight * len(number) == pytest.approx(known["groups"])
    assert weight * children.sum() == pytest.approx(known["children"], rel=0.01)
    large = known["large_families_to_six"] + known["large_families_from_seven"]
    assert weight * (number >= 3).sum() == pytest.approx(large, rel=0.03)
    assert weight * number[number >= 3].sum() == pytest.approx(
        known["children_in_large_families"], rel=0.03
    )
    again = sample("estonia", 60_000, 5)
    assert all(
        (drawn[name][:50].astype(str) == again[name][:50].astype(str)).all() for name in drawn
    )


@pytest.mark.parametrize("book", ["estonia", "nebraska", "north_lanarkshire"])
def test_every_sample_can_be_read(book, tmp_path):
    file = tmp_path / "population.parquet"
    output, code = run("sample", book, "--families", "50", "--to", file)
    assert code == 0, output
    population = read_population(policy.load(book), file)
    assert next(iter(population.weights.values())).sum() > 0
    with pytest.raises(PolicyError, match="no synthetic population"):
        sample("openfisca_country_template", 1)


def test_a_sweep_finds_where_an_answer_jumps():
    vary = ["juku.birth_date=2005-05-01..2006-08-01"]
    found = sweep(BOOK, parse_document(FAMILY), vary, ["child_allowance"])
    (kink,) = found.kinks()
    assert (str(kink.at), kink.before, kink.after) == ("2006-06-02", 80, 160)
    assert kink.section == "PHS § 17"


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        ("birth_date=2020-01-01..2021-01-01", "is given for several: mari, juku, anu"),
        ("juk.birth_date=2020-01-01..2021-01-01", "did you mean 'juku'"),
        ("juku.birth_dat=2020-01-01..2021-01-01", "did you mean 'birth_date'"),
        ("juku.birth_date=2020", "names no input and values; write it like birth_date=20"),
        ("juku.birth_date=2020-01-01..soon", "are no values of birth_date"),
        ("juku.birth_date=2020-01-01..2020-01-01", "there are no two values"),
        ("juku.birth_date=1900-01-01..2020-01-01", "at most 20,000"),
        ("juku.birth_date=2020-01-01..2021-01-01:0", "by 0 are no values of birth_date"),
    ],
)
def test_what_is_wrong_in_a_sweep_is_told(vary, message):
    with pytest.raises(PolicyError) as error:
        sweep(BOOK, parse_document(FAMILY), [vary], ["child_allowance"])
    assert message in str(error.value)


def test_the_arrears_of_january_2023(tmp_path):
    owed = recalculate(BOOK, BOOK, DECISIONS, tmp_path / "settled.yaml")
    assert owed.net() == {"tamm": {"2023-01": 40}, "kask": {"2023-01": 390}}
    assert {each.reasons[0] for each in owed.items if each.variable == "child_allowance"} == {
        "Child allowance, 1st and 2nd child: 60 → 80, PHS § 17"
    }
    again = recalculate(BOOK, BOOK, tmp_path / "settled.yaml", tmp_path / "again.yaml")
    assert (again.open, again.arrears, again.overpayments) == ([], 0, 0)
    assert (tmp_path / "again.yaml").read_bytes() == (tmp_path / "settled.yaml").read_bytes()


def test_only_the_numbers_that_decided_a_case_are_its_reasons():
    owed = recalculate(BOOK, BOOK, DECISIONS)
    assert [each.reasons for each in owed.items if each.variable == "large_family_allowance"] == [
        ("Large family allowance, 3 to 6 children: 300 → 650, PHS § 21(2)",)
    ]


def test_every_faulty_decision_is_told(tmp_path):
    file = tmp_path / "decisions.yaml"
    good = DECISIONS.read_text(encoding="utf-8")
    text = good.replace("decided: 2022-12-20", "decided: soon", 1)
    text = text.replace("ott: {birth_date: 2014-01-01}", "ott: {birth_dat: 2014-01-01}")
    text += "- {name: Third, period: 2023-01, persons: {a: {}}, families: {b: {children: [a]}}}\n"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        recalculate(BOOK, BOOK, file)
    told = str(error.value)
    assert len(error.value.problems) == 3
    for message in ("nothing is said to be paid", "did you mean 'birth_date'", "is not a date"):
        assert message in told
    early = good.replace("period: 2023-01", "period: 2010-01")
    file.write_text(early, encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        recalculate(BOOK, BOOK, file)
    assert len(error.value.problems) >= 2


@settings(max_examples=15, deadline=None)
@given(
    paid=st.lists(st.integers(0, 60000).map(lambda cents: cents / 100), min_size=4, max_size=4),
    suffix=st.sampled_from([".csv", ".parquet"]),
)
def test_recalculating_a_table_twice_owes_nothing(tmp_path_factory, paid, suffix):
    folder = tmp_path_factory.mktemp("paid")
    rows = {
        "period": ["2023-01"] * 2 + ["2023-02"] * 2,
        "family": ["a"] * 4,
        "person": ["m", "k"] * 2,
        "family_role": ["parent", "child"] * 2,
        "birth_date": ["1990-01-01", "2015-01-01"] * 2,
        "paid_child_allowance": paid,
    }
    file = folder / f"paid{suffix}"
    (csv.write_csv if suffix == ".csv" else parquet.write_table)(pa.table(rows), file)
    owed = recalculate(BOOK, BOOK, file, folder / f"settled{suffix}")
    due = [80 - paid[0], 80 - paid[2]]
    assert [each.owed for each in owed.items] == pytest.approx(due, abs=0.005)
    again = recalculate(BOOK, BOOK, folder / f"settled{suffix}", folder / f"again{suffix}")
    assert again.open == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file holds no decisions"),
        ("- {period: 2023-01, persons: {a: {}}}", "nothing is said to be paid"),
        (FAMILY + "paid: {families: {tam: {child_allowance: 1}}}", "did you mean 'tamm'"),
        (
            FAMILY + "paid: {families: {tamm: {child_allowanc: 1}}}",
            "did you mean 'child_allowance'",
        ),
        (FAMILY + "paid: {families: {tamm: {child_allowance: 1}}}\ndecided: soon", "is not a date"),
    ],
)
def test_what_is_wrong_in_decisions_is_told(tmp_path, text, message):
    file = tmp_path / "decisions.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        recalculate(BOOK, BOOK, file)
    assert message in str(error.value)


def test_the_limit_of_recovery_is_named(tmp_path):
    file = tmp_path / "decisions.yaml"
    file.write_text(FAMILY + "paid: {families: {tamm: {child_allowance: 200}}}", encoding="utf-8")
    owed = recalculate(BOOK, BOOK, file)
    assert (owed.overpayments, owed.items[0].kind) == (40, "overpayment")
    assert owed.limit == "Largest amount set off a month: largest_set_off, PHS § 14(2)"
    assert owed.items[0].reasons == (
        "the law is the same: what was paid is not what it gives for these facts",
    )


def test_decisions_are_not_written_over(tmp_path):
    with pytest.raises(PolicyError, match="this is the file of the decisions"):
        recalculate(BOOK, BOOK, DECISIONS, DECISIONS)


def test_tests_under_a_reform_can_be_written_anew(tmp_path):
    arguments = (
        "test",
        "tests/scenarios/estonia/large_family_allowance.yaml",
        "-r",
        "bill_of_autumn_2022",
    )
    output, code = run(*arguments, "--write", tmp_path)
    assert code == 1
    assert "23 changed, 23 failed, 0 errors" in output
    output, code = run(
        "test",
        tmp_path / "large_family_allowance.yaml",
        "--book",
        "estonia",
        "-r",
        "bill_of_autumn_2022",
    )
    assert code == 0
    assert "23 changed, 0 failed, 0 errors" in output
    output, code = run(*arguments, "--write", tmp_path)
    assert code == 2
    assert "there is a file already" in output


@pytest.mark.parametrize("name", ["lb_82", "lb_366", "lb_714"])
def test_coverage_and_mutation_reach_reforms(name):
    output, code = run("coverage", "nebraska", "--reform", name, "--json")
    told = json.loads(output)
    assert code == 0
    assert all(each["used"] for each in told["values"])
    assert all(told["variables"].values())
    output, code = run("mutate", "nebraska", "--reform", name, "--json")
    told = json.loads(output)
    assert code == 0
    assert told["noticed"] / told["changes"] > 0.9


@pytest.mark.parametrize(
    "command",
    [
        ("compare", "docs/examples/estonia-family.yaml"),
        ("compare", "--reform", "indexation"),
        (
            "compare",
            "--reform",
            "indexation",
            "--measure",
            "x",
            "docs/examples/estonia-family.yaml",
        ),
        ("compare", "--reform", "indexation", "--population", "x.csv"),
        ("sample", "estonia"),
        ("sample", "estonia", "--seed", "-1", "--to", "x.csv"),
        ("test", "--write", "x"),
    ],
)
def test_wrong_usage(command):
    output, code = run(*command)
    assert code == 2
    assert "Usage:" in output
