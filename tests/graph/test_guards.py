"""Guards: the conditions under which values are needed."""

import numpy as np

from policy.graph.backends.guards import guards
from policy.graph.build import apply
from policy.graph.nodes import Graph, live


def graph_with(*flags):
    graph = Graph(bounds={})
    made = [graph.node("input", (), name, dtype=np.dtype(bool), space="person") for name in flags]
    amount = graph.node("input", (), "amount", dtype=np.dtype(float), space="person")
    return graph, made, amount


def costly(graph, amount, by=3.0):
    """Return an expression that is worth a branch."""
    for each in range(7):
        amount = apply(graph, "divide", (amount, graph.constant(by + each)))
    return amount


def guard_of(node, *answers, known=lambda *_: True):
    return [
        (condition.detail, holds)
        for condition, holds in guards(list(live(answers)), answers, known).of[node.number]
    ]


def test_what_is_chosen_is_needed_where_it_is_chosen():
    graph, (flag,), amount = graph_with("flag")
    one, other = costly(graph, amount), costly(graph, amount, 50.0)
    answer = apply(graph, "where", (flag, one, other))
    assert guard_of(one, answer) == [("flag", True)]
    assert guard_of(other, answer) == [("flag", False)]
    assert guard_of(amount, answer) == guard_of(answer, answer) == []


def test_what_two_need_has_the_conditions_that_they_share():
    graph, (a, b, c), amount = graph_with("a", "b", "c")
    zero = graph.constant(0.0)
    both = costly(graph, amount)
    under_b = apply(graph, "where", (b, both, zero))
    under_c = apply(graph, "where", (c, apply(graph, "negative", (both,)), zero))
    total = apply(graph, "where", (a, apply(graph, "add", (under_b, under_c)), zero))
    assert guard_of(both, total) == [("a", True)]
    alone = apply(graph, "where", (a, under_b, zero))
    assert guard_of(both, alone)[-1] == ("b", True)


def test_an_answer_is_always_needed():
    graph, (flag,), amount = graph_with("flag")
    one = costly(graph, amount)
    answer = apply(graph, "where", (flag, one, graph.constant(0.0)))
    assert guard_of(one, answer, one) == []


def test_a_condition_not_known_yet_is_no_guard():
    graph, (flag,), amount = graph_with("flag")
    one = costly(graph, amount)
    answer = apply(graph, "where", (flag, one, graph.constant(0.0)))
    assert guard_of(one, answer, known=lambda *_: False) == []


def test_a_sum_over_some_needs_the_values_of_those():
    graph, (flag,), amount = graph_with("flag")
    one = costly(graph, amount)
    answer = apply(graph, "sum", (one, flag), "family", "family")
    assert guard_of(one, answer) == [("flag", True)]


def test_little_work_is_done_without_asking():
    graph, (flag,), amount = graph_with("flag")
    one = apply(graph, "negative", (amount,))
    assert guard_of(one, apply(graph, "where", (flag, one, graph.constant(0.0)))) == []
