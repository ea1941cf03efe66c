"""Answers by the law graph: what is traced and linked is kept and used again."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property, lru_cache
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.garbage import collection_paused
from policy.graph.backends.expressions import UnsupportedError
from policy.graph.backends.numpy import NumpyPlan
from policy.graph.keeping import kept_or_linked
from policy.graph.linking import in_order, link
from policy.graph.nodes import live
from policy.legislation.reference import simulation_of
from policy.legislation.times import own_period

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policy.graph.backends.numba import NumbaPlan
    from policy.graph.linking import Linked
    from policy.graph.tracer import Tracer, Tracing
    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Array, Column, People, Slot
    from policy.legislation.reference import ReferenceSimulation

NUMPY, NUMBA = "numpy", "numba"
#: How many plans are kept for each statute book.
_PLANS = 512
#: Fewer values than this are filled in one by one.
_FEW = 64


class Engine:
    """The law graph of a statute book, made ready for the questions asked."""

    def __init__(self, law: Legislation) -> None:
        self.law = law
        self._tracing = RLock()  # (a service's threads may ask at the same time)
        self._plan = lru_cache(_PLANS)(self._make_plan)
        self._is_asked = False
        self._kinds = lru_cache(_PLANS)(self._kinds_of)

    @cached_property
    def _tracer(self) -> Tracer:
        from policy.graph.tracer import Tracer  # noqa: PLC0415 (for a quick start)

        return Tracer(self.law)

    def trace(
        self, wanted: Iterable[Slot], given: frozenset[Slot] = frozenset(), *, alone: bool = False
    ) -> Tracing:
        """Trace variables of periods: with all they need but what is given, or alone.

        Raises:
            PolicyError: a variable depends on itself.

        """
        with self._tracing:
            if alone:
                for name, period in wanted:
                    self._tracer.define(self._own((name, period)), period)
                return self._tracer.tracing
            return self._tracer.trace(wanted, given)

    def _make_plan(
        self,
        wanted: tuple[Slot, ...],
        given: frozenset[Slot],
        partly: frozenset[Slot],
        same: frozenset[tuple[Slot, Slot]],
        backend: str,
    ) -> NumpyPlan | NumbaPlan:
        def make() -> Linked:
            tracing = self.trace(wanted, given)
            return link(tracing, map(self._own, wanted), given, partly, same=dict(same))

        begins = backend == NUMPY and not self._is_asked
        self._is_asked = True
        with collection_paused():
            if begins:
                question = wanted, *(sorted(map(repr, each)) for each in (given, partly, same))
                linked = kept_or_linked(self.law, question, make)
            else:
                linked = make()
        if backend == NUMBA:
            from policy.graph.backends.numba import NumbaPlan  # noqa: PLC0415 (for a quick start)

            with suppress(UnsupportedError):
                return NumbaPlan(linked, self.law.system.person_entity.key)
        return NumpyPlan(linked)

    def plan_with(
        self, values: Mapping[str, Any], facts: Mapping[Slot, Column], wanted: tuple[Slot, ...]
    ) -> NumpyPlan:
        """Return a plan for the law with other values of parameters, by name; it is not kept.

        Raises:
            PolicyError: a variable depends on itself.

        """
        given = frozenset(slot for slot, column in facts.items() if column.known is None)
        partly = frozenset(facts) - given
        tracing = self.trace(wanted, given)
        return NumpyPlan(link(tracing, map(self._own, wanted), given, partly, values))

    def parameters_read(
        self, wanted: Iterable[Slot], facts: Mapping[Slot, Column]
    ) -> list[tuple[str, Any]]:
        """List the parameters that the formulas of answers read, and their values."""
        needed = self.read_by(wanted, facts) or ()
        given = {slot for slot, column in facts.items() if column.known is None}
        definitions = self._tracer.tracing.definitions
        nodes = live([definitions[slot].node for slot in needed if slot not in given])
        return list(dict.fromkeys(node.detail for node in nodes if node.op == "parameter"))

    def calculate(
        self,
        people: People,
        facts: Mapping[Slot, Column],
        wanted: tuple[Slot, ...],
        plan: NumpyPlan | NumbaPlan | None = None,
    ) -> dict[Slot, Array]:
        """Calculate variables of periods: an array for each, over the entity's instances.

        Args:
            people: who is in which group.
            facts: what is given.
            wanted: variables and periods of their own.
            plan: how; without one the NumPy plan.

        Raises:
            PolicyError: a variable depends on itself, or openfisca-core cannot run its formula.

        """
        return dict(zip(wanted, self.columns(people, facts, wanted, plan), strict=True))

    def columns(
        self,
        people: People,
        facts: Mapping[Slot, Column],
        wanted: tuple[Slot, ...],
        plan: NumpyPlan | NumbaPlan | None = None,
    ) -> list[Array]:
        """Calculate the same: the arrays in the order of what is wanted."""
        plan = plan or self.plan_for(facts, wanted)
        found = plan.run(people, facts, _OpenFisca(self.law, people, facts))
        return self.as_columns(people, wanted, found)

    def as_columns(
        self, people: People, wanted: tuple[Slot, ...], found: Mapping[Slot, Any]
    ) -> list[Array]:
        """Return what a plan found as columns of the variables' own types, in order."""
        return [
            _column(found[slot], people.counts[key], dtype)
            for slot, key, dtype in self._kinds(wanted)
        ]

    def _kinds_of(self, wanted: tuple[Slot, ...]) -> list[tuple[Slot, str, np.dtype[Any]]]:
        """Return under which periods slots are kept, of whom they are, and of which type."""
        kinds = []
        for slot in wanted:
            variable = self.law.variable(slot[0])
            kinds.append((self._own(slot), variable.entity.key, np.dtype(variable.dtype)))
        return kinds

    def plan_for(
        self, facts: Mapping[Slot, Column], wanted: tuple[Slot, ...], backend: str = NUMPY
    ) -> NumpyPlan | NumbaPlan:
        """Return the plan for answers, by which facts are given for all and which for some.

        It is NumPy's where Numba has no code for something asked.

        Raises:
            PolicyError: a variable depends on itself.

        """
        partly = frozenset(slot for slot, column in facts.items() if column.known is not None)
        given = frozenset(facts) - partly if partly else frozenset(facts)
        with self._tracing:
            return self._plan(wanted, given, partly, _same(facts), backend)

    def read_by(self, wanted: Iterable[Slot], facts: Mapping[Slot, Column]) -> list[Slot] | None:
        """List the variables that answers are computed from, each after those it needs itself.

        Returns None where a formula is no expression, so that not all it needs is known.
        """
        given = frozenset(slot for slot, column in facts.items() if column.known is None)
        tracing = self.trace(wanted, given)
        order = in_order(tracing, map(self._own, wanted), given)
        opaque = any(tracing.definitions[slot].opaque for slot in order if slot not in given)
        return None if opaque else order

    def looks_at_all(self, wanted: Iterable[Slot], facts: Mapping[Slot, Column]) -> bool:
        """Tell whether answers need a formula that is no expression.

        What it gives to some people might depend on who else is asked about.
        """
        return self.read_by(wanted, facts) is None

    def _own(self, slot: Slot) -> Slot:
        name, period = slot
        return name, own_period(self.law.variable(name), period)


def _same(facts: Mapping[Slot, Column]) -> frozenset[tuple[Slot, Slot]]:
    """Pair what is given with the first period of its variable that has the same column."""
    if len(set(map(id, facts.values()))) == len(facts):
        return frozenset()
    first: dict[tuple[str, int], Slot] = {}
    pairs = ((slot, first.setdefault((slot[0], id(each)), slot)) for slot, each in facts.items())
    return frozenset((slot, other) for slot, other in pairs if slot is not other)


def _column(value: Array, count: int, dtype: np.dtype[Any]) -> Array:
    """Return the values of a variable for everybody, of the variable's own type."""
    if isinstance(value, np.ndarray) and value.ndim:
        return value if value.dtype is dtype else value.astype(dtype, copy=False)
    if count <= _FEW:
        array = np.empty(count, dtype)
        array.fill(value)
        return array
    known = np.asarray(value).astype(dtype)
    if known.tobytes() == bytes(known.itemsize):
        return np.zeros(count, dtype)  # (memory that nothing is written to)
    return np.full(count, known)


class _OpenFisca:
    """openfisca-core, for the variables whose formulas are no expressions."""

    def __init__(self, law: Legislation, people: People, facts: Mapping[Slot, Column]) -> None:
        self._law = law
        self._people = people
        self._facts = facts
        self._simulation: ReferenceSimulation | None = None

    def __call__(self, slot: Slot, known: Mapping[Slot, Array]) -> Array:
        """Run a formula, with the variables that are already known."""
        if self._simulation is None:
            self._simulation = simulation_of(self._law, self._people, self._facts)
        simulation = self._simulation
        for (name, period), values in known.items():
            holder = simulation.get_holder(name)
            if holder.get_array(period) is None:
                space = self._law.variable(name).entity.key
                holder.put_in_cache(simulation.held(name, self._people.full(values, space)), period)
        array: Array = simulation.calculate(*slot)
        return array


def engine_of(law: Legislation) -> Engine:
    """Return the engine of a statute book, the same each time."""
    engine: Engine = law.derived.get(Engine) or law.derived.setdefault(Engine, Engine(law))
    return engine
