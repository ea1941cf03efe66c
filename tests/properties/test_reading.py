"""Scenarios are read column by column only where that is what the strict reader reads."""

import datetime
from decimal import Decimal
from itertools import product
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policy
from policy.documents import Document
from policy.errors import PolicyError
from policy.scenario import columnwise
from policy.scenario.calculation import asked_period
from policy.scenario.cases import cases_of
from policy.scenario.columnwise import read_columns
from policy.scenario.reading import document_of, read_scenario

TOY = policy.load(Path(__file__).parents[1] / "graph" / "toy")
MONTH = "2020-02"
ROLES = {
    "households": ["parents", "children", "lodgers"],
    "tax_units": ["declarants", "dependants"],
}
MOST = {"parents": 2, "declarants": 1}
AMOUNTS = st.sampled_from([0, 0.0, 1, 0.1, 1234.56, 2**53])
COUNTS = st.integers(0, 3)
#: Values of facts, and the periods under which they may be given.
FACTS = {
    "persons": {
        "wage": (AMOUNTS | st.just(-0.0), [MONTH, "2020-01"]),
        "age": (COUNTS, [MONTH, "2020-01"]),
        "employed": (st.booleans(), [MONTH]),
        "born": (
            st.dates(datetime.date(1900, 1, 1)) | st.dates().map(datetime.date.isoformat),
            ["ETERNITY"],
        ),
        "nickname": (st.sampled_from(["", "a", "Õ" * 40]), ["ETERNITY"]),
        "status": (st.sampled_from(["student", "retired"]), [MONTH]),
        "dividends": (AMOUNTS, ["2020", "2019"]),
        "bonus": (AMOUNTS, [MONTH]),
    },
    "households": {"rent": (AMOUNTS, [MONTH]), "rooms": (COUNTS, [MONTH, "2020-01"])},
    "tax_units": {"deductions": (AMOUNTS, ["2020"])},
}
ODD = st.sampled_from(
    [
        *(None, True, 0, -1, 2.0, 2.5, 2**31, 2**53 + 1, 10**400, float("nan"), float("inf")),
        *("", "x", "2020-02-30", "2020-W01-1", "20200101", "ann", b"ann", ("ann",)),
        *(np.float64(2), Decimal("0.1"), datetime.datetime(2020, 2, 1)),
        *([], ["ann"], ["ann", "ann"], {}, {MONTH: 1}, {"2020": 12}),
        *({"month:2020-02": 1, MONTH: 1}, {"May": 1}, {2020: 1}, {None: 1}),
    ]
)
WORDS = ["persons", "household", "name", "period", "output", "reforms", "wage", "parent", "wag"]


@st.composite
def facts(draw, plural, dated):
    """Some facts of one person or group; without periods where they can be, or all with them."""
    told = {}
    names = [name for name in FACTS[plural] if name in TOY.variables]
    for name in draw(st.permutations(names))[: draw(st.integers(0, 3))]:
        values, periods = FACTS[plural][name]
        if not dated and periods[0] in {MONTH, "ETERNITY"}:
            told[name] = draw(values)
        else:
            some = periods[: draw(st.integers(1, len(periods)))]
            told[name] = {period: draw(values) for period in some}
    return told


@st.composite
def scenarios_alone(draw, dated):
    """A scenario that is right throughout."""
    people = draw(st.permutations(["ann", "bob", "eve"]))[: draw(st.integers(1, 3))]
    scenario = {"persons": {name: draw(facts("persons", dated)) for name in people}}
    for plural, roles in ROLES.items():
        groups = scenario[plural] = {}
        for name in draw(st.permutations(people)):
            id_ = draw(st.sampled_from(["one", "two"]))
            group = groups.setdefault(id_, draw(facts(plural, dated)))
            free = [r for r in roles if len(group.get(r, ())) < MOST.get(r, 9)]
            group.setdefault(draw(st.sampled_from(free)), []).append(name)
    if draw(st.booleans()):
        scenario["name"] = draw(st.sampled_from(["", "Two at home"]))
    return scenario


@st.composite
def broken(draw, scenario):
    """A scenario with something else somewhere in it."""
    places = list(_places(scenario))
    for inside, key in draw(st.lists(st.sampled_from(places), min_size=1, max_size=2)):
        change = draw(st.sampled_from(["value", "key", "no key"]))
        if isinstance(inside, list) or change == "value":
            inside[key] = draw(ODD)
        elif change == "key":
            inside[draw(st.sampled_from(WORDS))] = inside.get(key)
        else:
            inside.pop(key, None)
    return scenario


def _places(inside):
    keys = inside if isinstance(inside, dict) else range(len(inside))
    for key in list(keys):
        yield inside, key
        if isinstance(inside[key], dict | list):
            yield from _places(inside[key])


def strictly(several, asked):
    return [read_scenario(TOY, document_of(each), asked) for each in several]


def by_columns(several, asked):
    return read_columns(TOY, several, lambda n: (Document(several[n], str(n), {}), ()), asked)


def little(at_once):
    """Read little at once, so that all that is done for many is done for few."""
    return mock.patch.multiple(columnwise, _AT_ONCE=at_once, _FEW=at_once)


def same(cases, several):
    """Tell whether scenarios side by side are the same as those read strictly."""
    for number, wanted in enumerate(several):
        found = cases.scenario(number)
        assert (found.name, found.period) == (wanted.name, wanted.period)
        assert found.situation.ids == wanted.situation.ids
        assert found.situation.members == wanted.situation.members
        assert plain(found.situation.facts) == plain(wanted.situation.facts)
        assert not wanted.situation.spread
        assert (found.names, found.expected, found.margins) == ([], [], {})
    wanted = cases_of(TOY, several)
    assert cases.first == wanted.first
    assert cases.people.counts == wanted.people.counts
    assert cases.people.ids == wanted.people.ids
    for key, membership in wanted.people.memberships.items():
        assert bytes(membership.group_of) == bytes(cases.people.memberships[key].group_of)
        assert bytes(membership.role_of) == bytes(cases.people.memberships[key].role_of)
    assert set(cases.facts) == set(wanted.facts)
    for slot, column in wanted.facts.items():
        found = cases.facts[slot]
        assert repr(found) == repr(column)
        assert (found.values.dtype, found.known is None) == (
            column.values.dtype,
            column.known is None,
        )


def plain(facts):
    """Return facts with their types, and 0.0 told from -0.0."""
    return {
        slot: sorted((row, repr(value)) for row, value in rows.items())
        for slot, rows in facts.items()
    }


def several(most):
    return st.booleans().flatmap(
        lambda dated: st.lists(scenarios_alone(dated), min_size=1, max_size=most)
    )


@settings(max_examples=100)
@given(several(5), st.sampled_from([1, 2, 256]))
def test_what_is_right_and_regular_is_read_by_columns(right, at_once):
    asked = asked_period(MONTH)
    with little(at_once):
        cases, period = by_columns(right, asked)
        assert period == asked
        same(cases, strictly(right, asked))
        for each, longest in product(right, (0, 1000)):
            with mock.patch.object(columnwise, "_LONGEST_FORM", longest):
                same(by_columns([each], asked)[0], strictly([each], asked))


@settings(max_examples=300)
@given(st.data(), several(3), st.sampled_from([1, 2, 256]))
def test_what_is_wrong_is_left_to_the_strict_reader(data, told, at_once):
    number = data.draw(st.integers(0, len(told) - 1))
    asked = asked_period(MONTH)
    assert by_columns([told[number]], asked) is not None  # (one alone like it was right before)
    told[number] = data.draw(broken(told[number]))
    with little(at_once):
        for several_or_one in (told, [told[number]]):
            found = by_columns(several_or_one, asked)
            if found is not None:
                same(found[0], strictly(several_or_one, asked))


@pytest.mark.parametrize(
    ("periods", "read"), [(["2020-02", "2020-02"], True), (["2020-02", "2020-03"], False)]
)
def test_scenarios_of_one_period_need_none_that_is_asked_for(periods, read):
    groups = {"households": {"h": {"parents": ["a"]}}, "tax_units": {"t": {"declarants": ["a"]}}}
    several = [{"period": each, "persons": {"a": {"wage": 1}}, **groups} for each in periods]
    assert (by_columns(several, None) is not None) == read
    results = TOY.calculate_many(several, ["wage"])
    assert [(str(each.period), each.value("wage")) for each in results] == [
        (period, 1.0) for period in periods
    ]


@pytest.mark.parametrize("period", ["", "May", 2020.0, True, ["2020-02"]])
def test_a_period_that_is_none_is_refused_though_the_scenario_is_like_one_before(period):
    scenario = {
        "persons": {"a": {"wage": 1}},
        "households": {"h": {"parents": ["a"]}},
        "tax_units": {"t": {"declarants": ["a"]}},
    }
    assert TOY.calculate(scenario, ["wage"], MONTH).value("wage") == 1
    with pytest.raises(PolicyError, match=r"^<scenario>: period: .* is not a period"):
        TOY.calculate(scenario | {"period": period}, ["wage"], MONTH)


def test_an_error_names_the_scenario_however_it_is_read():
    groups = {"household": {"parents": ["person"]}, "tax_unit": {"declarants": ["person"]}}
    right, wrong = ({"person": {"wage": wage}, **groups} for wage in (1, "x"))
    with pytest.raises(PolicyError, match=r"^<scenario 1>: person.wage: expected a number"):
        TOY.calculate_many([right, wrong], ["wage"], MONTH)


def test_scenarios_that_are_changed_later_leave_results_as_they_are():
    scenario = {
        "persons": {"a": {"wage": 1}},
        "households": {"h": {"parents": ["a"]}},
        "tax_units": {"t": {"declarants": ["a"]}},
    }

    def wages():
        for wage in (1, 2, 3):
            scenario["persons"]["a"]["wage"] = wage
            yield scenario

    results = TOY.calculate_many(wages(), ["wage"], MONTH)
    scenario["persons"]["b"] = {"wage": 4}
    assert [each.value("wage", "a") for each in results] == [1, 2, 3]
    facts_read = [list(each.scenario.situation.facts.values()) for each in results]
    assert facts_read == [[{0: 1.0}], [{0: 2.0}], [{0: 3.0}]]
