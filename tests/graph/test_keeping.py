"""A linked graph that was kept is the one that was linked, to the last bit."""

import marshal
from enum import Enum

import numpy as np
import pytest

import policy
from policy.graph.engine import engine_of
from policy.graph.keeping import _data, _linked, _plain, _whole
from policy.graph.linking import link
from policy.graph.nodes import live
from policy.legislation.openfisca import periods

MONTH = periods.period("2024-05")


def content(linked):
    """Return everything that a plan is made of, types told apart."""
    return (
        [
            (str(node), typed(node.detail), node.dtype, node.enum)
            for node in renumbered(linked.outputs.values())
        ],
        list(linked.outputs),
    )


def renumbered(roots):
    nodes = list(live(roots))
    for number, node in enumerate(nodes):
        node.number = number
    return nodes


def typed(detail):
    if isinstance(detail, tuple):
        return type(detail), tuple(map(typed, detail))
    if isinstance(detail, np.ndarray):
        return detail.dtype, detail.shape, detail.tobytes()
    return type(detail), repr(detail)


@pytest.mark.parametrize("name", [*policy.books(), "openfisca_country_template"])
@pytest.mark.parametrize("given", [0, 3])
def test_what_is_kept_is_what_was_linked(name, given):
    law = policy.load(name)
    slots = [
        (each.name, MONTH)
        for each in law.variables.values()
        if each.definition_period == "month" and each.formulas
    ]
    inputs = [
        (each.name, MONTH)
        for each in law.variables.values()
        if each.definition_period == "month" and not each.formulas
    ]
    all_of, some = frozenset(inputs[:given]), frozenset(inputs[given : 2 * given])
    tracing = engine_of(law).trace(slots, all_of)
    linked = link(tracing, slots, all_of, some)
    found = _linked(law, marshal.loads(marshal.dumps(_data(law, linked))))
    assert content(found) == content(linked)


class Colour(Enum):
    RED = 1


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        -0.0,
        float("inf"),
        10**30,
        "õ",
        (),
        (1, ("a", (2.5,))),
        np.float64(0.1),
        np.float32(0.1),
        np.int8(-3),
        np.bool_(True),
        np.datetime64("2024-05-31"),
        np.timedelta64(3, "D"),
        np.str_("õ"),
        np.str_(""),
        np.arange(6).reshape(2, 3),
        np.array([], "M8[D]"),
        np.array("2024-01-01", "M8[M]"),
        MONTH,
        periods.period("ETERNITY"),
        periods.period("year:2024-03:2"),
        ("wage", periods.period("week:2024-W10")),
    ],
)
def test_values(value):
    kept = marshal.loads(marshal.dumps(_plain(None, value)))
    found = _whole(None, kept)
    assert typed(found) == typed(value)


@pytest.mark.parametrize("value", [[1], {1: 2}, np.array([None]), print, 1j, Colour.RED])
def test_what_is_not_plain_is_refused(value):
    with pytest.raises(ValueError, match="is not kept"):
        _plain(None, value)
