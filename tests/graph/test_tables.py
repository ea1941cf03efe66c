"""What depends on one date alone is looked up, and is what the calendar gives."""

import numpy as np
import pytest

import policy
from policy.graph.backends.numpy import NumpyPlan
from policy.graph.build import apply
from policy.graph.linking import Linked
from policy.graph.nodes import Graph, live
from policy.graph.ops import DAYS
from policy.graph.tables import tabulated
from policy.legislation.people import Column, People

NEVER = np.datetime64("9999-12-31")
EDGES = [DAYS[0], DAYS[-2], NEVER, *np.array(["2024-02-29", "2006-05-31", "2006-06-01"], "M8[D]")]
#: Days that no table has.
OUTSIDE = [DAYS[0] - 1, DAYS[-2] + 1, NEVER - 1]


def graph_of(formula):
    """Return the graph of a formula of a date that is written with symbols' own operations."""
    graph = Graph(bounds={})
    date = graph.node("input", (), "born", dtype=np.dtype("M8[D]"), space="person")
    return Linked(graph, {"answer": formula(graph, date)})


def in_months(graph, date):
    return apply(graph, "astype", (date,), "<M8[M]")


def start_of_next_month(graph, date):
    later = apply(graph, "add", (in_months(graph, date), graph.constant(np.timedelta64(1, "M"))))
    return apply(graph, "astype", (later,), "<M8[D]")


def compared(op, day):
    def formula(graph, date):
        limit = graph.constant(np.datetime64(day))
        return apply(graph, op, (start_of_next_month(graph, date), limit))

    return formula


def run(linked, dates, student=None):
    people = People({"person": len(dates)}, {})
    facts = {"born": Column(dates), "student": Column(student)}
    found = NumpyPlan(linked).run(people, facts, None)
    return np.broadcast_to(found["answer"], len(dates))


@pytest.mark.parametrize("op", ["less", "less_equal", "greater", "greater_equal", "equal"])
@pytest.mark.parametrize("day", ["2024-05-01", "2024-05-02", "1700-01-01", "9999-12-31"])
def test_a_condition_on_one_date_becomes_comparisons_with_days(op, day):
    linked = graph_of(compared(op, day))
    table = tabulated(linked)
    ops = {node.op for node in live(table.linked.outputs.values())}
    assert ops <= {"input", "constant", "less", "greater_equal", "logical_and", "logical_or"}
    assert np.array_equal(run(table.linked, DAYS), run(linked, DAYS))


def test_other_values_are_looked_up():
    linked = graph_of(start_of_next_month)
    table = tabulated(linked)
    assert [node.op for node in live(table.linked.outputs.values())] == ["input", "table"]
    assert np.array_equal(run(table.linked, DAYS), run(linked, DAYS))
    assert [node.detail for node in table.dates] == ["born"]


def test_what_depends_on_a_yes_or_no_too_is_chosen():
    def formula(graph, date):
        flag = graph.node("input", (), "student", dtype=np.dtype(bool), space="person")
        later = start_of_next_month(graph, date)
        return apply(graph, "where", (flag, later, date))

    linked = graph_of(formula)
    table = tabulated(linked)
    answer = table.linked.outputs["answer"]
    assert answer.op == "table"
    assert [arg.detail for arg in answer.args] == ["born", "student"]
    student = np.arange(len(DAYS)) % 2 > 0
    assert np.array_equal(run(table.linked, DAYS, student), run(linked, DAYS, student))


def test_what_depends_on_more_than_one_date_is_worked_out():
    graph = Graph(bounds={})
    born, died = (
        graph.node("input", (), name, dtype=np.dtype("M8[D]"), space="person")
        for name in ("born", "died")
    )
    months = apply(graph, "subtract", (in_months(graph, died), in_months(graph, born)))
    table = tabulated(Linked(graph, {"answer": months}))
    assert "subtract" in {node.op for node in live(table.linked.outputs.values())}


@pytest.fixture(scope="module")
def estonia():
    pytest.importorskip("numba")
    return policy.load("estonia")


@pytest.mark.parametrize("others", [[], OUTSIDE], ids=["in the tables", "outside of them"])
def test_compiled_answers_are_the_same_for_all_dates(estonia, others):
    """Also where a date has no place in the tables."""
    rng = np.random.default_rng(7)
    edges = np.array([*EDGES, *others])
    near = np.datetime64("2024-05-15") - rng.integers(-20, 8000, 3000)
    born = np.append(edges, near)
    sole = rng.choice(np.append(edges, near[:50]), len(born))
    size = len(born)
    members = {"family": (np.arange(size) // 5, np.where(np.arange(size) % 5, 1, 0))}
    columns = {"birth_date": born, "sole_parent_from": sole, "is_student": rng.random(size) < 0.5}
    names = estonia.metadata["outputs"]
    by_numba, by_numpy = (
        estonia.calculate_arrays(columns, members, names, "2024-05", backend=backend)
        for backend in ("numba", "numpy")
    )
    for name in names:
        assert np.array_equal(by_numba[name], by_numpy[name]), name
    assert by_numpy["child_allowance"].any()
