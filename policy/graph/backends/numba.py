"""The fast way of running a linked graph: one compiled loop over groups and their people.

What depends on one date alone is looked up (:mod:`policy.graph.tables`), and the rest is written as
one Python function (:mod:`policy.graph.backends.loops`) that Numba compiles, blocks of groups in
parallel. Compiled code is kept on disk. Where a date has no place in the tables, NumPy answers.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.graph.backends import dates
from policy.graph.backends.expressions import UnsupportedError
from policy.graph.backends.loops import BLOCKS, GROUPS, NO_ORDER, NO_PLACE, program_of
from policy.graph.backends.numpy import NumpyPlan
from policy.graph.crowds import told_in_crowds
from policy.graph.gathering import gathered_from_some
from policy.graph.tables import tabulated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from policy.graph.linking import Linked
    from policy.graph.nodes import Node
    from policy.legislation.people import Array, Column, Limits, People, Slot


class NumbaPlan:
    """A linked graph compiled into a loop.

    Raises:
        UnsupportedError: there is no compiled code for some of it.

    """

    def __init__(self, linked: Linked, person: str) -> None:
        self.program = program_of(tabulated(told_in_crowds(gathered_from_some(linked))), person)
        self._linked = linked
        self._roles = len(linked.graph.roles.get(self.program.group, ()))
        self._tables = list(map(_small, map(_plain, self.program.tables)))
        self._kernel = _compiled(self.program.source)

    @property
    def is_compiled(self) -> bool:
        """Whether the kernel was compiled before, on this machine."""
        path = _path(self.program.source)
        return any((path.parent / "__pycache__").glob(f"{path.stem}.kernel-*.nbc"))

    def reads_all(self, facts: Mapping[Slot, Column]) -> bool:
        """Tell whether the kernel reads all columns that are given."""
        read = {id(facts[node.detail]) for node in self.program.inputs}
        return read.issuperset(map(id, facts.values()))

    @cached_property
    def _without_tables(self) -> NumpyPlan:
        return NumpyPlan(self._linked)

    def run(self, people: People, facts: Mapping[Slot, Column], opaque: Any) -> dict[Slot, Array]:
        """Run the kernel; arguments and result as of the NumPy plan."""
        told, found = self._run(people, facts)
        if told & NO_ORDER:
            told, found = self._run(
                people, facts, order=people.memberships[self.program.group].order
            )
        if told & NO_PLACE:
            return self._without_tables.run(people, facts, opaque)
        return found

    def run_looking(
        self, people: People, facts: Mapping[Slot, Column], limits: Mapping[Slot, Limits]
    ) -> dict[Slot, Array] | None:
        """Run the kernel on people and facts that nobody has looked at yet.

        Args:
            people: who is in which group.
            facts: what is given.
            limits: between which numbers the values of a fact must lie, where they are numbers.

        Returns:
            The answers; None where something is wrong, or not as a kernel needs it, or where there
            is no number for somebody.

        """
        told, found = self._run(people, facts, limits)
        are_numbers = not told and self.program.is_known_in_numbers
        return found if are_numbers else None

    def _run(
        self,
        people: People,
        facts: Mapping[Slot, Column],
        limits: Mapping[Slot, Limits] | None = None,
        order: Any = None,
    ) -> tuple[int, dict[Slot, Array]]:
        """Run the kernel on people in an order; return also what it says of them."""
        program = self.program
        membership = people.memberships[program.group]
        group_of, role_of = (
            each if order is None else each[order]
            for each in (membership.group_of, membership.role_of)
        )
        inputs = [
            _plain(_ordered(_values(facts, node), node, program.group, order))
            for node in program.inputs
        ]
        results = [
            np.empty(people.counts[node.space], dtype=node.dtype) for _, node in program.outputs
        ]
        bounds = np.searchsorted(group_of, np.arange(0, membership.groups + GROUPS, GROUPS))
        bounds = np.maximum.accumulate(bounds)  # (searched in vain where there is no order)
        bounds[0], bounds[-1] = 0, len(group_of)
        told = np.zeros(-(-(len(bounds) - 1) // BLOCKS), dtype=np.int64)
        no_limits: Limits = (-np.inf, np.inf)
        of_inputs = (
            [limits.get(node.detail, no_limits) for node in program.inputs]
            if limits is not None
            else []
        )
        self._kernel(
            told,
            *np.array(of_inputs, dtype=np.float64).reshape(-1, 2).T.copy(),
            bounds,
            group_of,
            membership.groups,
            role_of,
            self._roles,
            *inputs,
            *self._tables,
            *map(_plain, results),
        )
        found = dict(program.known)
        for (slot, node), result in zip(program.outputs, results, strict=True):
            found[slot] = result
            if order is not None and node.space != program.group:
                found[slot] = np.empty_like(result)
                found[slot][order] = result
        return int(np.bitwise_or.reduce(told)), found


def _values(facts: Mapping[Slot, Column], node: Node) -> Any:
    column = facts[node.detail]
    return column.values if node.op == "input" else column.known


def _ordered(values: Array, node: Node, group: str, order: Any) -> Array:
    return values if order is None or node.space == group else values[order]


def _plain(values: Array) -> Array:
    """Return dates as the whole numbers that they are in memory."""
    return np.ascontiguousarray(values.view(np.int64) if values.dtype.kind in "mM" else values)


def _small(table: Array) -> Array:
    """Return a table of whole numbers in half the memory, if that is enough for them."""
    small = table.astype(np.int32) if table.dtype == np.int64 else table
    return small if (small == table).all() else table


def _cache() -> Path:
    """Return the folder where kernels are kept: numba's own, or one under the user's cache."""
    base = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    folder = Path(base) if base else Path.home() / ".cache"
    folder = folder / "policy-kernels"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _path(source: str) -> Path:
    """Return where a kernel is kept: by its source, and that of what it calls."""
    calendar = Path(dates.__file__).read_bytes()
    digest = hashlib.sha256(source.encode() + calendar).hexdigest()
    return _cache() / f"policy_kernel_{digest[:24]}.py"


def _compiled(source: str) -> Callable[..., None]:
    """Return the kernel of a source, compiled or about to be; its code is kept on disk."""
    path = _path(source)
    name = path.stem
    if not path.exists():
        draft = path.with_suffix(f".{id(source)}")
        draft.write_text(source, encoding="utf-8")
        draft.replace(path)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UnsupportedError(f"cannot be imported: {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    kernel: Callable[..., None] = module.kernel
    return kernel
