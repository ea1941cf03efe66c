"""Each operation of the graph has a sample here, which each backend runs, or is listed as lacking.

Somebody who adds an operation to ``ELEMENTWISE`` or ``RELATIONS`` is told by these tests to add a
sample for it, and code to each backend, or its name to what the backend lacks.
"""

from functools import lru_cache

import numpy as np
import pytest
from openfisca_core.taxscales import MarginalRateTaxScale, SingleAmountTaxScale

import policy
from policy.graph.backends.expressions import UnsupportedError
from policy.graph.backends.numba import NumbaPlan
from policy.graph.backends.numpy import NumpyPlan
from policy.graph.build import TO_GROUP, apply
from policy.graph.drawing import opaque
from policy.graph.linking import Linked
from policy.graph.nodes import Graph
from policy.graph.ops import DAYS, ELEMENTWISE, RELATIONS, UFUNCS, run
from policy.legislation.people import Column, Membership, People
from policy.scenario.times import period_of

from .comparing import different

RNG = np.random.default_rng(5)
GROUP_OF = RNG.permutation(np.repeat(np.arange(600), RNG.integers(1, 6, 600)))
COUNT = len(GROUP_OF)
FAMILY = Membership(600, GROUP_OF, RNG.integers(0, 3, COUNT))
FAMILY.role_of[np.unique(GROUP_OF, return_index=True)[1]] = 3  # (a role that each group has once)
PEOPLE = People({"person": COUNT, "family": 600}, {"family": FAMILY})

_ODD = [0.0, -0.0, np.nan, np.inf, -np.inf, 2.5, -0.5, 1e-300]
#: The facts that samples work on: of persons, but for ``rent``.
FACTS = {
    "amount": np.round(RNG.normal(0, 3000, COUNT), 2),
    "another": np.round(RNG.random(COUNT) * 3, 2),
    "odd": RNG.choice(_ODD, COUNT),
    "other_odd": RNG.choice(_ODD, COUNT),
    "count": RNG.integers(-20, 40, COUNT, dtype=np.int32),
    "other_count": RNG.integers(-3, 4, COUNT, dtype=np.int32),
    "flag": RNG.random(COUNT) < 0.5,
    "other_flag": RNG.random(COUNT) < 0.5,
    "unique": FAMILY.role_of == 3,
    "member": RNG.integers(0, 3, COUNT, dtype=np.uint8),
    "date": np.datetime64("2020-02-29") + RNG.integers(-9000, 9000, COUNT),
    "other_date": RNG.choice(np.array(["2020-02-29", "1960-12-31"], "M8[D]"), COUNT),
    "text": np.array(["a", "bc", "def"])[RNG.integers(0, 3, COUNT)],
    "rent": np.round(RNG.random(600) * 1000, 2),
}
KINDS = ("a", "b", "c")
_TWO = (0.0, 100.0, 0.1, 0.25)
_SCALES = ("MarginalRateTaxScale", "SingleAmountTaxScale", "MarginalAmountTaxScale")
_SCALES += ("LinearAverageRateTaxScale",)
_METHODS = ("marginal_rates", "rate_from_tax_base", "bracket_indices", "threshold_from_tax_base")

#: What NumPy's functions of one or two values are tried on.
_TRIED = {
    1: [("amount",), ("odd",), ("count",), ("flag",), ("date",)],
    2: [
        *(("amount", "another"), ("odd", "other_odd"), ("count", "other_count")),
        *(("flag", "other_flag"), ("count", "amount"), ("date", "other_date")),
    ],
}


def samples_of(name):
    """Return the samples of one of NumPy's functions: the types it takes."""
    found = []
    for names in _TRIED[getattr(np, name).nin]:
        try:
            with np.errstate(all="ignore"):
                getattr(np, name)(*(FACTS[each] for each in names))
        except (TypeError, ValueError):
            continue
        found.append((names, None))
    return found


#: By operation: names of facts, or known numbers; and the fixed details.
SAMPLES = {
    **{name: samples_of(name) for name in sorted(UFUNCS)},
    "where": [(("flag", "amount", "count"), None), (("flag", "date", "other_date"), None)],
    "astype": [
        *((("amount",), "<i8"), (("count",), "<f8"), (("amount",), "|b1"), (("amount",), "<f4")),
        *((("date",), "<M8[M]"), (("date",), "<M8[Y]"), (("date",), "<i8")),
    ],
    "round": [(("amount",), 1), (("amount",), -2), (("odd",), 0)],
    "pick": [(("member", 1.5, 2.5, 30.0), ((0, 1, 2), "by_member", KINDS))],
    "after": [(("date", 1.0, 2.5, 4.0), ("2000-01-01", "2020-02-29"))],
    "scale": [
        *((("amount", *_TWO), (kind, "calc", 2, ())) for kind in _SCALES),
        (("odd", *_TWO), ("SingleAmountTaxScale", "calc", 2, ())),
        *((("amount", *_TWO), ("MarginalRateTaxScale", name, 2, ())) for name in _METHODS),
    ],
    "concat": [(("text", "text"), None)],
    "working_day": [(("date",), ("2020-02-28",))],
    "table": [
        (("date",), (0, np.sqrt(np.arange(len(DAYS))))),
        (("date",), (62_000, DAYS[:100])),
        (("date", "flag"), (62_000, np.arange(200).reshape(2, 100))),
    ],
    "sum": [(("amount",), "family"), (("count", "flag"), "family"), (("flag",), "family")],
    "size": [((), "family")],
    "project": [(("rent",), "family")],
    "role": [((), ("family", (0, 2)))],
    "position": [((), "family")],
    "nth": [(("amount",), ("family", 2, -1)), (("date",), ("family", 1, 0))],
    "unique": [(("amount", "unique"), ("family", 0)), (("member", "unique"), ("family", 0))],
    "reduce": [
        *((("amount",), ("family", kind)) for kind in ("max", "min", "all")),
        *((("amount", "flag"), ("family", kind)) for kind in ("max", "min", "all")),
        *((("count", "flag"), ("family", kind)) for kind in ("max", "min", "all")),
        *((("odd",), ("family", kind)) for kind in ("max", "min", "all")),
    ],
    "rank": [(("amount", "flag"), "family"), (("count", "flag"), "family")],
}
EACH = [(op, number) for op, samples in SAMPLES.items() for number in range(len(samples))]
#: What Numba has no code for, as it says itself: what needs it runs on NumPy.
LACKING = {
    "numba": {
        "LinearAverageRateTaxScale.calc",
        "MarginalRateTaxScale.bracket_indices",
        "MarginalRateTaxScale.marginal_rates",
        "MarginalRateTaxScale.rate_from_tax_base",
        "MarginalRateTaxScale.threshold_from_tax_base",
        "the operation concat",
        "the operation fabs",
        "the operation float_power",
        "the operation fmod",
        "the operation isnat",
        "the operation reciprocal",
        "the operation signbit",
        "values of type float16",
    }
}
#: The operations whose last digits, or the sign of a zero, are another library's in Numba.
INEXACT = {
    "numba": {
        *("arccos", "arcsin", "arctan", "cbrt", "cos", "exp", "expm1", "hypot", "log", "log10"),
        *("log1p", "log2", "power", "sin", "tan", "tanh", "scale"),
        *("fmax", "fmin", "maximum", "minimum", "sign", "reduce"),
    }
}


def node_of(graph, each):
    """Return the node of a sample."""
    op, number = each
    names, detail = SAMPLES[op][number]
    args = [leaf(graph, arg) if isinstance(arg, str) else graph.constant(arg) for arg in names]
    space = "family" if op in TO_GROUP else "person"
    return apply(graph, op, args, detail, space)


def leaf(graph, name):
    space = "family" if len(FACTS[name]) == 600 else "person"
    return graph.node("input", (), (name, ""), dtype=FACTS[name].dtype, space=space)


def linked(*several):
    graph = Graph()
    return Linked(graph, {each: node_of(graph, each) for each in several})


def results(plan):
    facts = {(name, ""): Column(values) for name, values in FACTS.items()}
    return {each: np.asarray(array) for each, array in plan.run(PEOPLE, facts, None).items()}


def expected(each):
    op, number = each
    names, detail = SAMPLES[op][number]
    with np.errstate(all="ignore"):
        args = tuple(FACTS[arg] if isinstance(arg, str) else arg for arg in names)
        return np.asarray(run(op, PEOPLE, args, detail))


@lru_cache
def lacked_by_numba(each):
    """Tell why Numba does not run a sample; empty if it does."""
    try:
        NumbaPlan(linked(each, ("sum", 0)), "person")
    except UnsupportedError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("brackets", [0, 1, 2, 7, 12])
@pytest.mark.parametrize("count", [0, 1, 5, 40_003])
def test_a_scale_of_marginal_rates_is_openfisca_cores_to_the_last_bit(brackets, count):
    """Also where there are so many values that some at a time are worked on."""
    numbers = [*np.arange(brackets) * 1000.0, *np.round(RNG.random(brackets), 3)]
    base = np.round(RNG.normal(4000, 5000, count), 2)
    scale = MarginalRateTaxScale()
    scale.thresholds, scale.rates = numbers[:brackets], numbers[brackets:]
    detail = ("MarginalRateTaxScale", "calc", brackets, ())
    found = run("scale", PEOPLE, (base, *numbers), detail)
    # (the reference too in parts: over many values the machine's threads decide on last bits)
    parts = [scale.calc(base[first : first + 400]) for first in range(0, max(count, 1), 400)]
    assert not different(found, np.concatenate(parts))


@pytest.mark.parametrize(
    "thresholds", [[0], [0, 500, 500, 4000], [-1000, 0, 1e9], [10, 5, 0], [5, 9, 7]]
)
def test_a_scale_of_single_amounts_is_openfisca_cores(thresholds):
    """Also at thresholds, beyond all of them, and where these do not rise."""
    amounts = [3.5, 0, 10.25, 7][: len(thresholds)]
    base = np.array([*thresholds, -1e12, -0.0, 499.99, 1e300, -np.inf, np.inf, np.nan])
    scale = SingleAmountTaxScale()
    scale.thresholds, scale.amounts = thresholds, amounts
    detail = ("SingleAmountTaxScale", "calc", len(thresholds), ())
    try:
        wanted = scale.calc(base)
    except ValueError as error:
        with pytest.raises(ValueError, match=str(error)):
            run("scale", PEOPLE, (base, *thresholds, *amounts), detail)
    else:
        assert not different(run("scale", PEOPLE, (base, *thresholds, *amounts), detail), wanted)


def test_each_operation_has_a_sample():
    known = ELEMENTWISE.keys() | RELATIONS.keys()
    assert known - SAMPLES.keys() == set(), "add a sample for these operations to SAMPLES"
    assert SAMPLES.keys() - known == set(), "these are no operations"
    assert all(SAMPLES.values())


@pytest.mark.parametrize("each", EACH, ids=str)
def test_numpy_runs_each_operation(each):
    assert not different(results(NumpyPlan(linked(each)))[each], expected(each))


@pytest.mark.parametrize("each", EACH, ids=str)
def test_the_type_of_each_operation_is_foreseen(each):
    dtype, result = node_of(Graph(), each).dtype, expected(each).dtype
    assert dtype == result or dtype.kind == result.kind == "U"


@pytest.fixture(scope="module")
def compiled():
    """Return the samples of all operations that Numba has, run by a few kernels."""
    pytest.importorskip("numba")
    able = [each for each in EACH if not lacked_by_numba(each)]
    found = {}
    for first in range(0, len(able), 40):
        part = linked(*able[first : first + 40], ("sum", 0))
        found.update(results(NumbaPlan(part, "person")))
    return found


@pytest.mark.parametrize("each", EACH, ids=str)
def test_numba_runs_each_operation_or_says_that_it_does_not(compiled, each):
    why = lacked_by_numba(each)
    if why:
        assert why in LACKING["numba"], f"add code for {each[0]} to the backend, or list it here"
    elif each[0] in INEXACT["numba"] and expected(each).dtype.kind == "f":
        np.testing.assert_allclose(compiled[each], expected(each), rtol=1e-9, atol=0)
    else:
        assert not different(compiled[each], expected(each))


def test_what_is_listed_as_lacking_is_lacking():
    assert set(map(lacked_by_numba, EACH)) - {""} == LACKING["numba"]


@pytest.mark.parametrize("book", [*policy.books(), "openfisca_country_template"])
def test_no_formula_of_a_book_is_opaque(book):
    law = policy.load(book)
    first = int((law.covers_from or "2015")[:4])
    for year in range(first, first + 12):
        for month in (1, 7):
            assert opaque(law, period_of(f"{year}-{month:02}")) == []
