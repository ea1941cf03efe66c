"""Properties of the family allowances: true of every family, on every date of the law."""

from __future__ import annotations

import datetime
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy import PolicyError

from .families import (
    AMOUNTS,
    BOOK,
    FAMILY_AMOUNTS,
    amounts,
    families,
    first_day,
    merged,
    months,
    value_on,
)

FULL_MONTH = {"birth_date": "2010-05-05"}


def family_of(children, month, **facts):
    """Return a family with one parent and the children given."""
    persons = {"parent": {"birth_date": "1980-01-01"}}
    persons |= {f"child{n}": child for n, child in enumerate(children)}
    family = {"parents": ["parent"], "children": [f"child{n}" for n in range(len(children))]}
    return {"period": month, "persons": persons, "families": {"family": family | facts}}


@given(families())
def test_no_amount_is_negative_or_a_fraction_of_a_cent(scenario):
    """Every amount is 0 or more and, where it is paid, in whole cents (§ 8(6))."""
    for name, array in amounts(scenario, tuple(AMOUNTS)).items():
        assert (array >= 0).all(), name
    for name, array in amounts(scenario).items():
        np.testing.assert_allclose(array * 100, np.round(array * 100), atol=1e-6, err_msg=name)


@given(families(), st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter(scenario, random):
    """The law ranks children by their facts, not by their place in the file (§ 26)."""
    shuffled = {
        **scenario,
        "persons": dict(random.sample(list(scenario["persons"].items()), len(scenario["persons"]))),
        "families": {
            name: {**family, "children": random.sample(family["children"], len(family["children"]))}
            for name, family in scenario["families"].items()
        },
    }
    before, after = amounts(scenario), amounts(shuffled)
    for name in FAMILY_AMOUNTS:
        assert before[name].tolist() == pytest.approx(after[name].tolist(), abs=1e-9), name


@given(families(), st.randoms(use_true_random=False))
def test_the_order_of_requested_outputs_does_not_matter(scenario, random):
    """An answer does not depend on what else was asked, or in which order."""
    together = amounts(scenario)
    names = random.sample(FAMILY_AMOUNTS, len(FAMILY_AMOUNTS))
    for name, array in amounts(scenario, names).items():
        assert array.tolist() == together[name].tolist(), name
    alone = names[0]
    assert amounts(scenario, [alone])[alone].tolist() == together[alone].tolist()


@settings(max_examples=15)
@given(st.data())
def test_a_family_gets_the_same_alone_as_among_others(data):
    """No family's answer depends on the others in the simulation."""
    month = data.draw(months())
    scenarios = data.draw(st.lists(families(month), min_size=2, max_size=8))
    crowd = [*scenarios, *(family_of([FULL_MONTH] * (n % 9), month) for n in range(1_000))]
    together = amounts(merged(crowd))
    for number, scenario in enumerate(scenarios):
        for name, array in amounts(scenario).items():
            assert array[0] == together[name][number], name


@given(st.integers(0, 12), months())
def test_child_allowance_is_counted_by_section_26(count, month):
    """n children in a full month give lower rate × min(n, 2) + higher rate × max(n − 2, 0)."""
    got = amounts(family_of([FULL_MONTH] * count, month), ["child_allowance"])["child_allowance"][0]
    lower = value_on("child_allowance.first_and_second_child", month)
    higher = value_on("child_allowance.third_and_further_child", month)
    expected = lower * min(count, 2) + higher * max(count - 2, 0)
    assert got == expected


@given(st.integers(0, 12), months())
def test_large_family_allowance_has_two_amounts(count, month):
    """From July 2017: nothing below 3 children, one amount for 3 to 6, another from 7 (§ 21)."""
    name = "large_family_allowance"
    got = amounts(family_of([FULL_MONTH] * count, month), [name])[name][0]
    key = "seven_or_more_children" if count >= 7 else "three_to_six_children"
    assert got == (value_on(f"{name}.{key}", month) if count >= 3 else 0)


@given(families(children=st.integers(0, 8)))
def test_one_more_child_never_lowers_the_child_allowance(scenario):
    """A further child raised from before the month never lowers either allowance."""
    month = scenario["period"]
    names = ["child_allowance", "large_family_allowance"]
    age = (first_day(month) - datetime.timedelta(3_000)).isoformat()
    family = scenario["families"]["family"]
    larger = {
        **scenario,
        "persons": {**scenario["persons"], "another": {"birth_date": age}},
        "families": {"family": {**family, "children": [*family["children"], "another"]}},
    }
    before, after = amounts(scenario, names), amounts(larger, names)
    for name in names:
        assert after[name][0] >= before[name][0] - 1e-9, name


@given(months(), st.integers(1, 27))
def test_the_first_month_is_paid_by_days(month, day):
    """A newborn's first month is rate × remaining days ÷ days of the month (§ 7(1))."""
    born = f"{month}-{day:02d}"
    got = amounts(family_of([{"birth_date": born}], month), ["child_allowance"])["child_allowance"]
    start = first_day(month)
    length = ((start + datetime.timedelta(32)).replace(day=1) - start).days
    rate = value_on("child_allowance.first_and_second_child", month)
    assert got[0] == pytest.approx(rate * (length - day + 1) / length, abs=0.005)


@given(families(children=st.integers(1, 5)), st.integers(0, 900), st.integers(0, 900))
def test_a_later_claim_never_pays_more(scenario, one, other):
    """Of two claims for the same child the later one is paid no more in any month (§ 28(1)-(2))."""
    early, late = sorted((one, other))
    persons = scenario["persons"]
    born = datetime.date.fromisoformat(persons["child0"]["birth_date"])

    def claimed(days):
        claim = (born + datetime.timedelta(days)).isoformat()
        child = {**persons["child0"], "claim_date": claim}
        child.pop("in_family_since", None)
        return {**scenario, "persons": {**persons, "child0": child}}

    name = "child_allowance"
    assert (
        amounts(claimed(late), [name])[name][0] <= amounts(claimed(early), [name])[name][0] + 1e-9
    )


@given(families())
def test_nothing_is_paid_before_a_benefit_begins_or_after_it_ends(scenario):
    """Each benefit is 0 before the first and after the last date it was law."""
    got = amounts(scenario)
    spans = {
        "large_family_allowance": ("2017-07", "9999"),
        "large_family_exit_allowance": ("2023-01", "2023-12"),
        "large_family_parent_allowance": ("2017-01", "2017-06"),
        "triplets_allowance": ("2018-03", "9999"),
        "survivors_allowance": ("2026-10", "9999"),
        "childcare_allowance": ("2017-01", "2024-08"),
    }
    for name, (first, last) in spans.items():
        if name in got and not first <= scenario["period"] <= last:
            assert got[name][0] == 0, name


@given(families(children=st.integers(1, 6)))
def test_a_person_of_no_childs_age_gives_no_child_allowance(scenario):
    """Nothing is paid for a child after the month of turning 21, whatever else is so (§ 17)."""
    name = "child_allowance_of_child"
    result = BOOK.calculate(scenario, [name])
    for person, facts in scenario["persons"].items():
        years = (
            first_day(scenario["period"]) - datetime.date.fromisoformat(facts["birth_date"])
        ).days
        if years > 21 * 366:
            assert result.value(name, person) == 0


@given(families(children=st.integers(1, 6)))
def test_birth_allowance_is_paid_once(scenario):
    """Over the months around a birth a child gives birth allowance at most once (§ 22)."""
    name = "birth_allowance_of_child"
    year, month = map(int, scenario["period"].split("-"))
    around = [f"{year + (month + n - 1) // 12}-{(month + n - 1) % 12 + 1:02d}" for n in range(3)]
    paid = [amounts(scenario, [name], when)[name] > 0 for when in around]
    assert (np.sum(paid, axis=0) <= 1).all()


@settings(max_examples=25)
@given(families(children=st.integers(0, 5)))
def test_a_year_is_the_sum_of_its_months(scenario):
    """An amount asked for a year is the sum of its twelve months."""
    year = scenario["period"][:4]
    dated = {**scenario, "persons": {}, "families": {}}
    for entity in ("persons", "families"):
        for name, facts in scenario[entity].items():
            kept = {
                key: value
                for key, value in facts.items()
                if isinstance(value, list) or BOOK.variables[key].definition_period == "eternity"
            }
            dated[entity][name] = kept
    names = ["child_allowance", "large_family_allowance", "birth_allowance"]
    whole = amounts(dated, names, year)
    parts = [amounts(dated, names, f"{year}-{n:02d}") for n in range(1, 13)]
    for name in names:
        assert whole[name][0] == pytest.approx(sum(part[name][0] for part in parts), abs=1e-9)


@settings(max_examples=25)
@given(families(children=st.integers(0, 4), most_facts=3))
def test_writing_down_an_assumption_changes_nothing(scenario):
    """A fact assumed and the same fact given with that value lead to the same answer."""
    result = BOOK.calculate(scenario, ["child_allowance", "large_family_allowance"])
    persons = {name: dict(facts) for name, facts in scenario["persons"].items()}
    for fact in result.assumptions:
        if fact.entity == "person":
            value = fact.value.isoformat() if isinstance(fact.value, datetime.date) else fact.value
            given_ = persons[fact.id].setdefault(fact.variable, {})
            given_[fact.period or "ETERNITY"] = value
    stated = BOOK.calculate({**scenario, "persons": persons}, list(result.arrays))
    for name, array in result.arrays.items():
        assert array.tolist() == stated.arrays[name].tolist()


@settings(max_examples=25)
@given(families(children=st.integers(0, 4)))
def test_an_explanation_ends_in_the_answer(scenario):
    """The top of an explanation is the value that is calculated."""
    for name in ("child_allowance", "large_family_allowance"):
        answer = BOOK.explain(scenario, name).answer
        assert answer.value == BOOK.calculate(scenario, [name]).value(name)


@settings(max_examples=25)
@given(st.integers(0, 400))
def test_a_month_before_the_law_is_refused(months_before):
    """Before 2017 the book has no law, and says so instead of giving 0."""
    last = 2016 * 12 + 11 - months_before
    month = f"{last // 12}-{last % 12 + 1:02d}"
    with pytest.raises(PolicyError, match="covers the law from 2017-01-01"):
        amounts(family_of([FULL_MONTH], month))


@given(months())
def test_study_rules_only_add_months(month):
    """A child that studies is never paid less than the same child that does not (§ 17(2))."""
    births = [f"{int(month[:4]) - age}-{month[5:]}-15" for age in range(14, 21)]
    for born, final in itertools.product(births, (True, False)):
        child = {"birth_date": born, "in_final_upper_secondary_class": final}
        idle = amounts(family_of([child], month), ["child_allowance"])
        busy = amounts(family_of([{**child, "is_student": True}], month), ["child_allowance"])
        assert busy["child_allowance"][0] >= idle["child_allowance"][0]
