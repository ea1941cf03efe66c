"""Nodes are made simpler where their values do not change."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.graph.backends.numpy import NumpyPlan
from policy.graph.build import apply
from policy.graph.linking import Linked
from policy.graph.nodes import Graph
from policy.graph.ops import ELEMENTWISE
from policy.legislation.people import Column, Membership, People

from .comparing import different


def bounded(op, bound, opposite, limit, dtype):
    """Return ``op(bound, opposite(x, limit))`` of a fact x, as simplified."""
    graph = Graph()
    fact = graph.node("input", (), ("x", "2024-05"), dtype=np.dtype(dtype), space="person")
    inner = apply(graph, opposite, (fact, graph.constant(fact.dtype.type(limit))))
    return apply(graph, op, (graph.constant(np.int32(bound)), inner))


@pytest.mark.parametrize(
    ("op", "bound", "opposite", "limit"),
    [("minimum", 0, "maximum", 0), ("minimum", -1, "maximum", 0), ("maximum", 3, "minimum", 3)],
)
def test_a_bound_that_is_never_left_is_the_answer(op, bound, opposite, limit):
    node = bounded(op, bound, opposite, limit, np.int64)
    assert node.op == "constant"
    assert node.detail == bound
    assert node.dtype == np.int64


@pytest.mark.parametrize(
    ("op", "bound", "opposite", "limit", "dtype"),
    [
        ("minimum", 1, "maximum", 0, np.int64),
        ("maximum", 0, "minimum", 1, np.int64),
        ("minimum", 0, "maximum", 0, np.float64),  # (no number is no number)
    ],
)
def test_a_bound_that_may_be_left_stays(op, bound, opposite, limit, dtype):
    assert bounded(op, bound, opposite, limit, dtype).op == op


def test_the_type_of_an_operation_on_a_number_is_not_that_on_an_equal_number_of_another_type():
    graph = Graph()
    flag = graph.node("input", (), ("x", "2024-05"), dtype=np.dtype(bool), space="person")
    for value, dtype in ((True, bool), (np.int32(1), np.int32), (np.float64(1), np.float64)) * 2:
        assert apply(graph, "add", (flag, graph.constant(value))).dtype == dtype


PEOPLE = 40
RNG = np.random.default_rng(3)
VALUES = {
    "yes": RNG.random(PEOPLE) < 0.5,
    "no": RNG.random(PEOPLE) < 0.2,
    "amount": RNG.choice([0.0, -0.0, 0.1, 80.0, -3.5, np.nan, np.inf], PEOPLE),
    "count": RNG.integers(-2, 5, PEOPLE).astype(np.int32),
    "day": np.datetime64("2024-05-01") + RNG.integers(-40, 40, PEOPLE),
}
GROUPS = Membership(10, np.repeat(np.arange(10), 4), np.arange(PEOPLE) % 2)
MADE_OF = {
    "condition": [
        *(("logical_and", "condition", "condition"), ("logical_or", "condition", "condition")),
        *(("logical_not", "condition"), ("where", "condition", "condition", "condition")),
        *(("less", "number", "number"), ("equal", "number", "number")),
        ("greater_equal", "date", "date"),
    ],
    "number": [
        *(("add", "number", "number"), ("multiply", "number", "number"), ("negative", "number")),
        *(("minimum", "number", "number"), ("maximum", "number", "number"), ("trunc", "number")),
        *[("where", "condition", "number", "number")] * 3,
    ],
    "date": [
        *(("maximum", "date", "date"), ("minimum", "date", "date")),
        ("where", "condition", "date", "date"),
    ],
}
LEAVES = {
    "condition": ["yes", "no", np.True_, np.False_],
    "number": ["amount", "count", 0.0, -0.0, 1.0, 0, 1, 100.0, -2],
    "date": ["day", np.datetime64("2024-05-01"), np.datetime64("9999-12-31")],
}


def expressions(kind, depth=4):
    leaves = st.sampled_from(LEAVES[kind])
    if not depth:
        return leaves
    deeper = [
        st.tuples(st.just(op), *(expressions(each, depth - 1) for each in kinds))
        for op, *kinds in MADE_OF[kind]
    ]
    return st.one_of(leaves, *deeper)


def built(graph, expression):
    if isinstance(expression, tuple):
        op, *args = expression
        return apply(graph, op, [built(graph, arg) for arg in args])
    if isinstance(expression, str):
        dtype = VALUES[expression].dtype
        return graph.node("input", (), expression, dtype=dtype, space="person")
    return graph.constant(expression)


@settings(max_examples=400, deadline=None)
@given(expression=st.one_of(*map(expressions, LEAVES)))
def test_what_is_simplified_has_the_same_bits(expression):
    """Beside the same operations done one by one."""
    graph = Graph(bounds={})
    node = built(graph, expression)
    people = People({"person": PEOPLE, "group": 10}, {"group": GROUPS})
    facts = {name: Column(values) for name, values in VALUES.items()}
    with np.errstate(all="ignore"):
        found = NumpyPlan(Linked(graph, {"it": node})).run(people, facts, None)["it"]
        expected = done(expression)
    assert not different(np.broadcast_to(found, PEOPLE), np.broadcast_to(expected, PEOPLE))


def done(expression):
    if isinstance(expression, tuple):
        op, *args = expression
        return ELEMENTWISE[op](*map(done, args))
    return VALUES[expression] if isinstance(expression, str) else expression


def person_graph():
    graph = Graph(bounds={}, roles={"group": {0, 1}})
    roles = [
        apply(graph, "role", (), ("group", (number,)), "person") for number in graph.roles["group"]
    ]
    return graph, roles


def test_the_greatest_of_equal_values_is_a_choice():
    graph, (parent, _) = person_graph()
    node = apply(graph, "reduce", (graph.constant(7), parent), ("group", "max"), "group")
    assert node.op == "where"
    assert [arg.op for arg in node.args] == ["greater", "constant", "constant"]


@pytest.mark.parametrize(("asked", "op"), [(2, "constant"), (1, "project")])
def test_a_group_that_a_person_is_in_has_somebody_in_one_of_its_roles(asked, op):
    graph, roles = person_graph()
    value = graph.constant(0.0)
    for role in roles[:asked]:
        some = apply(
            graph, "greater", (apply(graph, "sum", (role,), "group", "group"), graph.constant(0))
        )
        value = apply(graph, "where", (some, graph.constant(5.0), value))
    assert apply(graph, "project", (value,), "group", "person").op == op


def test_what_is_done_with_a_choice_is_done_before_it():
    graph = Graph(bounds={})
    flag, amount = (
        graph.node("input", (), name, dtype=VALUES[name].dtype, space="person")
        for name in ("yes", "amount")
    )
    chosen = apply(graph, "where", (flag, amount, graph.constant(0.0)))
    node = apply(graph, "add", (chosen, graph.constant(0.5)))
    assert (node.op, node.args[1].op, node.args[2].detail) == ("where", "add", 0.5)
