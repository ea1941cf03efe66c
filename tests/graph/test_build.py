"""Nodes are made simpler where their values do not change."""

import numpy as np
import pytest

from policy.graph.build import apply
from policy.graph.nodes import Graph


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
