"""Gathering from some, and what tells nothing in small groups: the answers stay the same."""

import numpy as np
import pytest

from policy.graph.backends.numpy import NumpyPlan
from policy.graph.build import apply
from policy.graph.crowds import told_in_crowds
from policy.graph.gathering import gathered_from_some
from policy.graph.linking import Linked
from policy.graph.nodes import Graph, live
from policy.legislation.people import Column, Membership, People

RNG = np.random.default_rng(11)
SIZES = np.array([0, 1, 2, 3, 4, 9, 0, 3])
GROUP = np.repeat(np.arange(len(SIZES)), SIZES)
PEOPLE = People(
    {"person": len(GROUP), "family": len(SIZES)},
    {"family": Membership(len(SIZES), GROUP, np.zeros(len(GROUP), dtype=np.intp))},
)


class Law:
    """Writes expressions of a flag, an amount and an age of each person."""

    def __init__(self):
        self.graph = Graph(bounds={})
        self.flag, self.amount, self.age = (
            self.graph.node("input", (), name, dtype=np.dtype(kind), space="person")
            for name, kind in (("flag", bool), ("amount", float), ("age", "i4"))
        )

    def __call__(self, op, *args, detail=None, space=""):
        nodes = [arg if hasattr(arg, "op") else self.graph.constant(arg) for arg in args]
        return apply(self.graph, op, nodes, detail, space)

    def total(self, *args):
        return self("sum", *args, detail="family", space="family")

    def rank(self):
        return self("rank", self.age, self.flag, detail="family", space="person")


def runner():
    facts = {
        "flag": Column(RNG.random(len(GROUP)) < 0.7),
        "amount": Column(RNG.random(len(GROUP)) * 100),
        "age": Column(RNG.integers(0, 20, len(GROUP), dtype=np.int32)),
    }
    return lambda each: NumpyPlan(each).run(PEOPLE, facts, None)["answer"]


def ops(linked):
    return [node.op for node in live(linked.outputs.values())]


def chosen(law):
    return law.total(law("where", law.flag, law.amount, 0.0))


def chosen_otherwise(law):
    return law.total(law("where", law.flag, 0.0, law.amount))


def chosen_twice(law):
    older = law("greater", law.age, 9)
    return law.total(law("where", law.flag, law("where", older, law.amount, 0.0), 0.0))


def counted(law):
    return law.total(law("multiply", 3.0, law("logical_and", law.flag, law("less", law.age, 9))))


def greatest(law):
    at_least_zero = law("where", law.flag, law("maximum", law.age, 0), 0)
    return law("reduce", at_least_zero, detail=("family", "max"), space="family")


@pytest.mark.parametrize("formula", [chosen, chosen_otherwise, chosen_twice, counted, greatest])
def test_groups_gather_from_those_who_have_something(formula):
    law = Law()
    linked = Linked(law.graph, {"answer": formula(law)})
    some = gathered_from_some(linked)
    gathered = [node for node in live(some.outputs.values()) if node.op in {"sum", "reduce"}]
    assert all(len(node.args) > 1 for node in gathered)
    answer = runner()
    assert np.array_equal(answer(some), answer(linked))
    assert np.any(answer(linked) > 0)


def test_a_choice_of_other_than_nothing_is_gathered_from_all():
    law = Law()
    linked = Linked(law.graph, {"answer": law.total(law("where", law.flag, law.amount, 1.0))})
    assert [len(n.args) for n in live(gathered_from_some(linked).outputs.values())][-1] == 1


def third_and_further(law):
    rank = law.rank()
    rate = law("where", law("less_equal", law("add", rank, 1), 2), 80.0, 100.0)
    return law.total(law("where", law.flag, rate, 0.0))


def enough_of_an_age(law):
    third = law("equal", law.rank(), 2)
    ages = law.total(law("where", third, law.age, 0))
    as_old = law("greater_equal", law.age, law("project", ages, detail="family", space="person"))
    count = law.total(law("logical_and", law.flag, as_old))
    return law("where", law("greater_equal", count, 3), 450.0, 0.0)


@pytest.mark.parametrize("formula", [third_and_further, enough_of_an_age])
def test_ranks_and_counts_are_worked_out_where_they_tell_something(formula):
    law = Law()
    linked = gathered_from_some(Linked(law.graph, {"answer": formula(law)}))
    crowds = told_in_crowds(linked)
    ranked = {node.args[1] for node in live(crowds.outputs.values()) if node.op == "rank"}
    (among,) = ranked
    assert among.op == "logical_and"  # (who has the flag, in a family where three do)
    assert ops(crowds).count("project") > ops(linked).count("project")
    answer = runner()
    assert np.array_equal(answer(crowds), answer(linked))
    assert len(set(answer(linked).tolist())) > 1


@pytest.mark.parametrize("formula", [lambda law: law.rank(), lambda law: law.total(law.rank())])
def test_ranks_that_tell_something_of_two_are_left_as_they_are(formula):
    law = Law()
    linked = Linked(law.graph, {"answer": formula(law)})
    assert ops(told_in_crowds(linked)) == ops(linked)
