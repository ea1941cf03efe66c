"""What an operation gives lies within the bounds found for it, and is never the negative zero."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policy.graph.bounds import of_operation, of_type
from policy.graph.build import apply
from policy.graph.nodes import Graph
from policy.graph.ops import ELEMENTWISE

PAIRS = ["add", "subtract", "multiply", "divide", "minimum", "maximum", "copysign"]
COMPARED = ["less", "less_equal", "greater", "greater_equal", "equal", "not_equal"]
NUMBERS = st.one_of(
    st.integers(-5, 5),
    st.sampled_from([0.5, -0.5, 0.1, 1e9, -1e9, 1e-300, 31.0]),
    st.floats(-100, 100).map(lambda number: number + 0.0),
)


@st.composite
def within(draw):
    """A value and bounds around it, whole numbers or not."""
    low, value, high = sorted(draw(st.lists(NUMBERS, min_size=3, max_size=3)))
    if draw(st.booleans()):
        low, value, high = int(low), int(value), int(high)
    return value, (low, high)


def is_inside(value, bounds):
    if bounds is None:
        return True
    sign = value == 0 and np.asarray(value).dtype.kind == "f" and np.signbit(value)
    return bounds[0] <= value <= bounds[1] and not sign


@pytest.mark.parametrize("op", [*PAIRS, *COMPARED])
@given(one=within(), other=within())
@example(one=(0, (0, 0)), other=(-0.5, (-1, 3)))
def test_of_two_values(op, one, other):
    with np.errstate(all="ignore"):
        found = ELEMENTWISE[op](np.asarray(one[0]), np.asarray(other[0]))
    assert is_inside(found, of_operation(op, [one[1], other[1]], None, found.dtype))


@pytest.mark.parametrize("op", ["floor", "trunc"])
@given(one=within())
def test_of_one_value(op, one):
    found = ELEMENTWISE[op](np.asarray(one[0]))
    assert is_inside(found, of_operation(op, [one[1]], None, found.dtype))


@pytest.mark.parametrize("dtype", ["f8", "i4", "i8", "?"])
@given(one=within())
def test_of_another_type(dtype, one):
    with np.errstate(all="ignore"):
        found = np.asarray(one[0]).astype(dtype)
    assert is_inside(found, of_operation("astype", [one[1]], dtype, found.dtype))


@given(condition=st.booleans(), one=within(), other=within())
def test_of_a_choice(condition, one, other):
    found = np.where(condition, one[0], other[0])
    assert is_inside(found, of_operation("where", [(0, 1), one[1], other[1]], None, found.dtype))


def test_a_value_that_may_be_no_number_has_no_bounds():
    assert of_type(np.dtype(float)) is None
    assert of_operation("multiply", [None, (0, 0)], None, np.dtype(float)) is None
    assert of_operation("divide", [(0, 1), (0, 1)], None, np.dtype(float)) is None
    assert of_operation("multiply", [(-1.0, 1.0), (0.0, 0.0)], None, np.dtype(float)) is None


def days(graph):
    return graph.node("input", (), ("days", None), dtype=np.dtype("i4"), space="person")


def test_what_can_only_be_one_number_is_that_number():
    graph = Graph(bounds={})
    least = apply(graph, "maximum", [days(graph), graph.constant(0)])
    share = apply(graph, "divide", [least, graph.constant(31)])
    nothing = apply(graph, "multiply", [share, graph.constant(0.0)])
    assert (nothing.op, nothing.detail) == ("constant", 0.0)
    assert apply(graph, "greater_equal", [share, graph.constant(0)]).detail == np.True_
    assert apply(graph, "greater", [share, graph.constant(0)]).op == "greater"


def test_a_graph_that_is_traced_keeps_what_is_written():
    graph = Graph()
    least = apply(graph, "maximum", [days(graph), graph.constant(0)])
    assert apply(graph, "greater_equal", [least, graph.constant(0)]).op == "greater_equal"
