"""Each part of openfisca-core's formula API, used once in a toy book and traced.

The graph gives what openfisca-core gives, and what is no expression is said to be none.
"""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

import policy
from policy.errors import PolicyError
from policy.graph.backends.numpy import NumpyPlan
from policy.graph.drawing import changing_formulas, opaque
from policy.graph.engine import NUMBA, Engine, engine_of
from policy.legislation.people import Column, Membership, People
from policy.legislation.times import ETERNITY
from policy.population.columns import facts_of as facts_of_columns
from policy.scenario.columns import blank, facts_of
from policy.scenario.columns import people_of as people_with_ids
from policy.scenario.reading import document_of, read_scenario
from policy.scenario.times import period_of

from .comparing import answers, by_graph, by_openfisca, different, slots_of
from .generated import Population, people_of, population_of

TOY = Path(__file__).parent / "toy"
LAW = policy.load(TOY)
LAW.system.neutralize_variable("neutralised")
OPAQUE = TOY / "variables" / "toy" / "opaque.py"
CIRCLES, CHANGING = OPAQUE.with_name("circles.py"), OPAQUE.with_name("changing.py")
IN_PLACE = OPAQUE.with_name("in_place.py")
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # (odd values, as in NumPy)


def formulas(where):
    """List the variables whose formulas stand in one of the files."""
    return [
        name
        for name, variable in LAW.variables.items()
        for formula in list(variable.formulas.values())[:1]
        if where(Path(inspect.getfile(formula)))
    ]


def one_person(_rng):
    return People(
        {"person": 1, "household": 1, "tax_unit": 1},
        {
            key: Membership(1, np.zeros(1, dtype=np.intp), np.zeros(1, dtype=np.intp))
            for key in ("household", "tax_unit")
        },
    )


def one_large_family(rng):
    return people_of(LAW, rng, 1, shuffled=False)


def many(rng):
    return people_of(LAW, rng, 40, shuffled=False)


def many_in_disorder(rng):
    return people_of(LAW, rng, 40, shuffled=True)


def with_empty_groups(rng):
    """Leave each second group empty."""
    people = people_of(LAW, rng, 20, shuffled=True)
    memberships = {
        key: Membership(each.groups * 2 - 1, each.group_of * 2, each.role_of)
        for key, each in people.memberships.items()
    }
    counts = {key: each.groups for key, each in memberships.items()}
    return People(people.counts | counts, memberships)


def all_of_one_role(rng):
    """Give all the last role, so that nobody has the others."""
    people = people_of(LAW, rng, 20, shuffled=True)
    memberships = {
        key: Membership(
            each.groups,
            each.group_of,
            np.full_like(each.role_of, len(LAW.entities[key].flattened_roles) - 1),
        )
        for key, each in people.memberships.items()
    }
    return People(people.counts, memberships)


PEOPLE = (one_person, one_large_family, many, many_in_disorder, with_empty_groups, all_of_one_role)
MONTHS = ("2019-03", "2020-02", "2020-06", "2021-12")


@pytest.fixture(scope="module")
def compared():
    """Return what each engine gives, for all kinds of people in several months."""
    rng = np.random.default_rng(3)
    found = []
    for make in PEOPLE:
        for month in map(period_of, MONTHS):
            population = population_of(LAW, make(rng), month, rng, 0.8)
            slots = slots_of(LAW, month)
            graph, reference = (
                answers(engine, LAW, population, slots) for engine in (by_graph, by_openfisca)
            )
            found += [(make.__name__, slot, graph[slot], reference[slot]) for slot in slots]
    return found


@pytest.mark.parametrize("name", formulas(lambda file: file not in {CHANGING, IN_PLACE}))
def test_a_formula_gives_what_openfisca_core_gives(compared, name):
    mine = [each for each in compared if each[1][0] == name]
    assert len(mine) == len(PEOPLE) * len(MONTHS)
    for people, slot, graph, reference in mine:
        assert not different(graph, reference), (people, slot, graph, reference)


@pytest.mark.parametrize("name", formulas(lambda file: file not in {CIRCLES, CHANGING}))
def test_a_formula_can_be_calculated(compared, name):
    assert any(not isinstance(graph, str) for _, slot, graph, _ in compared if slot[0] == name)


@pytest.mark.parametrize("name", formulas(lambda file: file != OPAQUE))
def test_a_formula_is_an_expression(name):
    for month in MONTHS:
        slots = [slot for slot in slots_of(LAW, period_of(month)) if slot[0] == name]
        tracing = engine_of(LAW).trace(slots, alone=True)
        assert {each.opaque for (n, _), each in tracing.definitions.items() if n == name} == {""}


def test_what_is_no_expression_is_listed_with_place_and_reason():
    lines = OPAQUE.read_text(encoding="utf-8").splitlines()
    marked = {
        number: line.split("  # : ")[1] for number, line in enumerate(lines, 1) if "  # : " in line
    }
    listed = opaque(LAW, period_of("2020-06"))
    assert {each.file for each in listed} == {str(OPAQUE)}
    assert {each.line: each.reason for each in listed} == marked
    names = [re.search(r"def (\w+)", line).group(1) for line in lines if line.startswith("def ")]
    assert [each.variable for each in listed] == [n for n in names if n != "read_by_expressions"]


MONTH = period_of("2020-02")
FAMILY = people_of(LAW, np.random.default_rng(1), 1, shuffled=False)


def family(**facts):
    """Return facts of a large family, the same for all, or a column; ``name__months_before``."""
    columns = {}
    for key, given in facts.items():
        name, _, before = key.partition("__")
        column = blank(LAW.variable(name), FAMILY.counts[LAW.variable(name).entity.key])
        column[:] = given
        columns[name, MONTH.offset(-int(before or 0), "month")] = Column(column)
    return Population(FAMILY, columns, MONTH)


def by_both(population, name):
    slots = ((name, MONTH),)
    graph, reference = (answers(e, LAW, population, slots) for e in (by_graph, by_openfisca))
    assert not different(graph[slots[0]], reference[slots[0]])
    return graph[slots[0]]


@pytest.mark.parametrize("name", formulas(lambda file: file == CIRCLES))
def test_what_depends_on_itself_is_an_error(name):
    assert by_both(family(), name) == "cycle"


def test_the_error_names_the_way_round():
    with pytest.raises(PolicyError, match="chicken 2020-02 → egg 2020-02 → chicken 2020-02"):
        by_graph(LAW, family(), (("chicken", MONTH),))
    with pytest.raises(PolicyError, match="egg 2020-02 → chicken 2020-02 → egg 2020-02"):
        by_graph(LAW, family(), (("after_a_circle", MONTH),))


@pytest.mark.parametrize("name", formulas(lambda file: file == CHANGING))
def test_what_is_for_eternity_and_depends_on_the_period_is_an_error(name):
    for month in MONTHS:
        with pytest.raises(PolicyError) as error:
            by_graph(LAW, family(), ((name, period_of(month)),))
        (problem,) = error.value.problems
        assert problem.code == "eternal-changes"
        key = "share_for_ever" if name == "rests_on_what_changes" else name
        formula = next(iter(LAW.variable(key).formulas.values()))
        assert (problem.key, problem.location.file) == (key, str(CHANGING))
        assert problem.location.line == formula.__code__.co_firstlineno


def test_a_scale_changed_in_place_is_the_laws_own_each_time():
    """As openfisca-core runs it first: it changes the law, and then gives another answer."""
    slots = (("scale_changed_in_place", MONTH.offset(-19, "month")),)  # (asked for nowhere else)
    population = family(wage__19=2500)
    first, second = (by_openfisca(LAW, population, slots)[slots[0]] for _ in range(2))
    assert different(first, second)
    for engine in (Engine(LAW), Engine(LAW)):
        found = engine.calculate(population.people, population.facts, slots)[slots[0]]
        assert not different(found, first)


def test_a_fact_takes_the_place_of_what_depends_on_the_period():
    facts = family(year_first_asked_for=7).facts
    ((slot, column),) = facts.items()
    population = Population(FAMILY, {(slot[0], ETERNITY): column}, MONTH)
    assert set(by_both(population, "year_first_asked_for")) == {7}


def test_all_formulas_for_eternity_that_depend_on_the_period_are_listed():
    expected = {*formulas(lambda file: file == CHANGING)} - {"rests_on_what_changes"}
    assert {problem.key for problem in changing_formulas(LAW)} == expected
    assert changing_formulas(policy.load("estonia")) == []


WAY_ROUND = "chicken 2020-02 → egg 2020-02 → chicken 2020-02"
INTO_THE_PAST = "savings 2020-02 → savings 2020-01"


@pytest.mark.parametrize(("name", "way"), [("chicken", WAY_ROUND), ("savings", INTO_THE_PAST)])
def test_each_way_to_calculate_names_the_way_round(name, way):
    scenario = {
        "persons": {"a": {"wage": {"2020-02": 10}}},
        "households": {"h": {"parents": ["a"]}},
        "tax_units": {"t": {"declarants": ["a"]}},
    }
    alone = (np.zeros(1, dtype=int), np.zeros(1, dtype=int))
    groups = {"household": alone, "tax_unit": alone}
    ways = [
        lambda: LAW.calculate(scenario, [name], "2020-02"),
        lambda: LAW.calculate(scenario, [name], "2020-02", engine="openfisca"),
        lambda: LAW.calculate_many([scenario, scenario], [name], "2020-02"),
        lambda: LAW.calculate_arrays({"wage": np.ones(1)}, groups, [name], "2020-02"),
        lambda: LAW.explain(scenario, name, period="2020-02"),
    ]
    for calculate in ways:
        with pytest.raises(PolicyError) as error:
            calculate()
        (problem,) = error.value.problems
        assert problem.message == f"{name} depends on itself: {way}"


def test_a_fact_breaks_a_circle():
    assert set(by_both(family(egg=4), "chicken")) == {5}
    assert set(by_both(family(savings__1=100, wage=7), "savings")) == {107}
    assert set(by_both(family(wealth__1=9), "wealth")) == {135}  # (30 persons, 4.5 each)


def test_a_fact_for_some_breaks_no_circle():
    population = family(egg=4)
    known = np.arange(30) < 3
    population.facts["egg", MONTH] = Column(population.facts["egg", MONTH].values, known)
    assert by_both(population, "chicken") == "cycle"


@pytest.mark.parametrize(
    ("name", "facts", "parameter"),
    [
        ("by_numbers_that_may_have_no_parameter", {}, "by_size.30"),
        ("by_member_that_may_have_no_parameter", {"status": 2}, "by_some_status.retired"),
    ],
)
def test_a_parameter_that_there_is_not_is_an_error(name, facts, parameter):
    assert by_both(family(**facts), name) == "no-parameter-value"
    with pytest.raises(PolicyError, match=f"{parameter} is asked for, and there is none"):
        by_graph(LAW, family(**facts), ((name, MONTH),))


@pytest.mark.parametrize("engine", ["graph", "openfisca"])
def test_facts_of_a_year_are_spread_over_its_months(engine):
    scenario = {
        "period": "2020-02",
        "persons": {"a": {"wage": {"2020": 1200, "2019-12": 5}, "age": {"2020": 8}}},
        "households": {"h": {"parents": ["a"]}},
        "tax_units": {"t": {"declarants": ["a"]}},
    }
    outputs = ["wage", "age", "sum_of_last_3_months"]
    result = LAW.calculate(scenario, outputs, engine=engine)
    assert [result.value(name) for name in outputs] == [100, 8, 105]


BY_MONTHS = {f"2020-{month:02}": 100 for month in range(1, 13)}
DIFFERENT = BY_MONTHS | {"2020-05": 300}


@pytest.mark.parametrize(
    ("wages", "inputs"),
    [
        ([{"2020": 1200}, {"2020": 2400}], 1),
        ([{"2020": 1200}, DIFFERENT], 12),
        ([DIFFERENT, {"2020": 1200}], 12),
        ([BY_MONTHS, BY_MONTHS], 12),
        ([{"2020": 1200, "2019": 5400}, {"2020": 12, "2019": 12}], 1),
    ],
    ids=["years", "a year and months", "months and a year", "months", "two years"],
)
def test_what_is_given_for_a_year_is_one_input_of_its_months(wages, inputs):
    scenario = {
        "persons": {f"p{n}": {"wage": wage} for n, wage in enumerate(wages)},
        "households": {"h": {"parents": ["p0", "p1"]}},
        "tax_units": {"t": {"declarants": ["p0"], "dependants": ["p1"]}},
    }
    situation = read_scenario(LAW, document_of(scenario)).situation
    facts = facts_of(LAW, [situation])
    slots = (("sum_of_a_year", period_of("2020")), ("months_of_two_years", period_of("2020")))
    assert len(engine_of(LAW).plan_for(facts, slots[:1]).inputs) == inputs
    people = people_with_ids(LAW, [situation])
    graph = engine_of(LAW).calculate(people, facts, slots)
    reference = by_openfisca(LAW, Population(people, facts, MONTH), slots)
    for slot in slots:
        assert not different(graph[slot], reference[slot])


def test_a_column_of_a_year_is_one_input_of_its_months():
    columns = {"wage": {"2020": np.array([1200.0, 2400.0]), "2019-12": np.array([1.0, 2.0])}}
    facts = facts_of_columns(LAW, People({"person": 2}), columns, period_of("2020"))
    year = period_of("2020")
    slots = (("sum_of_a_year", year), ("months_of_two_years", year))
    assert [len(engine_of(LAW).plan_for(facts, (slot,)).inputs) for slot in slots] == [1, 2]


def test_what_numba_has_no_code_for_has_a_plan_of_numpy_made_once():
    pytest.importorskip("numba")
    facts, slots = family(wage=100).facts, (("rates_at_the_margin", MONTH),)
    plan = engine_of(LAW).plan_for(facts, slots, NUMBA)
    assert isinstance(plan, NumpyPlan)
    assert engine_of(LAW).plan_for(facts, slots, NUMBA) is plan


def test_a_formula_that_looks_at_all_is_run_for_each_scenario_alone():
    scenarios = [
        {
            "persons": {"a": {"wage": wage}},
            "households": {"h": {"parents": ["a"]}},
            "tax_units": {"t": {"declarants": ["a"]}},
        }
        for wage in (50, 200)
    ]
    results = LAW.calculate_many(scenarios, ["branch_on_values"], "2020-02")
    assert [result.value("branch_on_values") for result in results] == [100, 200]


def test_a_formula_that_looks_at_all_is_run_for_a_whole_population():
    wages = np.full(40_000, 200.0)
    wages[-1] = 50
    alone = (np.arange(len(wages)), np.zeros(len(wages), dtype=int))
    groups = {"household": alone, "tax_unit": alone}
    found = LAW.calculate_arrays({"wage": wages}, groups, ["branch_on_values"], "2020-02")
    np.testing.assert_array_equal(found["branch_on_values"], wages * 2)


def test_a_column_of_a_year_is_one_input_of_a_kernel():
    pytest.importorskip("numba")
    wages = np.array([1200.0, 2400.0, 36.0])
    groups = dict.fromkeys(("household", "tax_unit"), (np.array([0, 0, 1]), np.zeros(3, dtype=int)))
    for backend in ("numba", "numpy"):
        found = LAW.calculate_arrays(
            {"wage": {"2020": wages}}, groups, ["sum_of_a_year_of_members"], "2020", backend=backend
        )
        np.testing.assert_allclose(found["sum_of_a_year_of_members"], [3600, 36], rtol=1e-12)
