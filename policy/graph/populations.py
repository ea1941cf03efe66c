"""Persons, groups and parameters as formulas see them while they are traced.

The populations are openfisca-core's own, so that projections (``person.household``,
``household.first_person``, ``famille.declarant``) and their chains mean what they mean there; only
what touches arrays is replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import cache
from inspect import signature
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.graph.build import UntraceableError
from policy.graph.nodes import NOBODY
from policy.graph.ops import ARGUMENT
from policy.graph.symbols import Symbol, elementwise, filled, relation, symbol
from policy.legislation.openfisca import parameters, periods, populations, projectors, taxscales

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policy.graph.tracer import Tracer

_NEUTRAL = {"max": -np.inf, "min": np.inf, "all": True}
_REDUCERS = {np.maximum: "max", np.minimum: "min", np.logical_and: "all"}


class _Symbolic:
    """What persons and groups have in common."""

    tracer: Tracer
    entity: Any

    def __call__(self, variable_name: str, period: Any, options: Any = None) -> Symbol:
        """Return a variable's values for a period."""
        self.entity.check_variable_defined_for_entity(variable_name)
        return self.tracer.value(variable_name, period, options)

    def check_array_compatible_with_entity(self, array: Any) -> None:
        """Refuse values of others."""
        space = symbol(self.tracer, array).node.space
        if space not in {NOBODY, self.entity.key}:
            raise UntraceableError(f"values of a {space} are used as those of a {self.entity.key}")

    def filled_array(self, value: Any, dtype: Any = None) -> Symbol:
        """Return the same value for everybody."""
        made = symbol(self.tracer, value)
        return filled(self.tracer, made if dtype is None else made.astype(dtype))

    def empty_array(self) -> Symbol:
        """Return zeros."""
        return filled(self.tracer, self.tracer.law.amounts.type(0))

    @property
    def count(self) -> int:
        """How many there are is not known."""
        raise UntraceableError("the number of persons or groups is asked for")

    @property
    def ids(self) -> Any:
        """Who they are is not known."""
        raise UntraceableError("the ids of persons or groups are asked for")

    def get_holder(self, _variable_name: str) -> Any:
        """Refuse: what was given is not known."""
        raise UntraceableError("a holder is used")


class SymbolicPersons(_Symbolic, populations.Population):  # type: ignore[misc]
    """The persons."""

    def __init__(self, entity: Any, tracer: Tracer) -> None:
        self.tracer = tracer
        self.entity = entity
        self._holders: dict[str, Any] = {}
        self.simulation = tracer

    @projectors.projectable  # type: ignore[untyped-decorator]
    def has_role(self, role: Any) -> Symbol:
        """Tell who has a role, or one of its subroles."""
        self.entity.check_role_validity(role)
        return self.tracer.role(role)

    @projectors.projectable  # type: ignore[untyped-decorator]
    def get_rank(self, entity: Any, criteria: Any, condition: Any = True) -> Symbol:
        """Rank the persons of each group by a criterion, from 0; -1 outside the condition."""
        group = entity.reference_entity if isinstance(entity, projectors.Projector) else entity
        parts = (criteria, condition)
        return relation(self.tracer, "rank", parts, group.entity.key, self.entity.key)


class SymbolicGroup(_Symbolic, populations.GroupPopulation):  # type: ignore[misc]
    """The groups of one kind."""

    def __init__(self, entity: Any, members: SymbolicPersons, tracer: Tracer) -> None:
        self.tracer = tracer
        self.entity = entity
        self.members = members
        self._holders: dict[str, Any] = {}
        self.simulation = tracer

    @property
    def members_position(self) -> Symbol:
        """Each person's place in its group."""
        key = self.entity.key
        return relation(self.tracer, "position", (), key, self.members.entity.key)

    @property
    def members_role(self) -> Any:
        """Roles can be asked for one by one."""
        raise UntraceableError("the roles of all members are used at once")

    @property
    def members_entity_id(self) -> Any:
        """Which group a person is in is not known."""
        raise UntraceableError("the numbers of the groups are used")

    @property
    def ordered_members_map(self) -> Any:
        """The order of the persons is not known."""
        raise UntraceableError("the order of the persons is used")

    def _with_role(self, array: Any, role: Any) -> tuple[Any, ...]:
        self.entity.check_role_validity(role)
        self.members.check_array_compatible_with_entity(array)
        return (array,) if role is None else (array, self.members.has_role(role))

    @projectors.projectable  # type: ignore[untyped-decorator]
    def sum(self, array: Any, role: Any = None) -> Symbol:
        """Add up the members' values."""
        key = self.entity.key
        return relation(self.tracer, "sum", self._with_role(array, role), key, key)

    @projectors.projectable  # type: ignore[untyped-decorator]
    def any(self, array: Any, role: Any = None) -> Symbol:
        """Tell whether a condition holds for a member."""
        return elementwise(self.tracer, "greater", (self.sum(array, role=role), 0))

    @projectors.projectable  # type: ignore[untyped-decorator]
    def reduce(self, array: Any, reducer: Any, neutral_element: Any, role: Any = None) -> Symbol:
        """Combine the members' values."""
        kind = _REDUCERS.get(reducer)
        if kind is None or neutral_element != _NEUTRAL[kind]:
            raise UntraceableError("values are reduced by another function than max, min and all")
        key = self.entity.key
        return relation(self.tracer, "reduce", self._with_role(array, role), (key, kind), key)

    @projectors.projectable  # type: ignore[untyped-decorator]
    def nb_persons(self, role: Any = None) -> Symbol:
        """Count the members."""
        if role:
            return self.sum(self.members.has_role(role))  # type: ignore[no-any-return]
        return relation(self.tracer, "size", (), self.entity.key, self.entity.key)

    @projectors.projectable  # type: ignore[untyped-decorator]
    def value_from_person(self, array: Any, role: Any, default: Any = 0) -> Symbol:
        """Return the value of the member with a role that one member has."""
        self.entity.check_role_validity(role)
        if role.max != 1:
            raise UntraceableError(f"the role {role.key} is not unique")
        self.members.check_array_compatible_with_entity(array)
        values = symbol(self.tracer, array)
        parts = (values, self.members.has_role(role))
        key = self.entity.key
        return relation(self.tracer, "unique", parts, (key, default), key, values.node.enum)

    @projectors.projectable  # type: ignore[untyped-decorator]
    def value_nth_person(self, n: int, array: Any, default: Any = 0) -> Symbol:
        """Return the value of the member at a position."""
        self.members.check_array_compatible_with_entity(array)
        values = symbol(self.tracer, array)
        key = self.entity.key
        return relation(self.tracer, "nth", (values,), (key, n, default), key, values.node.enum)

    def project(self, array: Any, role: Any = None) -> Symbol:
        """Give each member its group's value."""
        self.check_array_compatible_with_entity(array)
        self.entity.check_role_validity(role)
        values = symbol(self.tracer, array)
        person = self.members.entity.key
        to_all = relation(
            self.tracer, "project", (values,), self.entity.key, person, values.node.enum
        )
        if role is None:
            return to_all
        return elementwise(self.tracer, "where", (self.members.has_role(role), to_all, 0))


class SymbolicParameters:
    """A node of the parameters at an instant."""

    def __init__(self, tracer: Tracer, node: Any) -> None:
        self._tracer = tracer
        self._node = node
        self._name = node._name

    def __getattr__(self, name: str) -> Any:
        return _Children(self) if name == "_children" else self[name]

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, Symbol):
            return _by_key(self._tracer, self._node, key)
        child = self._node[key]
        return wrapped(self._tracer, child, f"{self._name}.{key}" if self._name else key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._node)

    def __contains__(self, key: object) -> bool:
        return key in self._node._children


class _Children(Mapping[str, Any]):
    """The parts of a node by name, each worked out when it is asked for."""

    def __init__(self, node: SymbolicParameters) -> None:
        self._node = node

    def __getitem__(self, key: str) -> Any:
        if key not in self:
            raise KeyError(key)
        return self._node[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._node)

    def __contains__(self, key: object) -> bool:
        return key in self._node

    def __len__(self) -> int:
        return sum(1 for _ in self)


class SymbolicVector:
    """Parameters chosen for each person or group by a key, before the last name."""

    def __init__(self, tracer: Tracer, key: Symbol, detail: Any, parts: list[Any]) -> None:
        self._tracer = tracer
        self._key = key
        self._detail = detail
        self._parts = parts

    def __getattr__(self, name: str) -> Any:
        return self[name]

    def __getitem__(self, name: Any) -> Any:
        parts = [part[name] for part in self._parts]
        return _chosen(self._tracer, self._key, self._detail, parts)


def _by_key(tracer: Tracer, node: Any, key: Symbol) -> Any:
    """Return the parameters that a key picks for each person or group."""
    parameters.VectorialParameterNodeAtInstant.check_node_vectorisable(node)
    wrapper = SymbolicParameters(tracer, node)
    names = list(node)
    parts = [wrapper[name] for name in names]
    if key.dtype.kind == "M":
        after = [name for name in names if not name.startswith("before")]
        days = ["-".join(name[len("after_") :].split("_")) for name in after]
        return _chosen(tracer, key, tuple(days), parts, op="after")
    return _chosen(tracer, key, (_keys(key, names), node._name, key.node.enum), parts)


def _keys(key: Symbol, names: list[str]) -> tuple[Any, ...]:
    if key.node.enum is not None:
        index = {member.name: member.index for member in key.node.enum}
        return tuple(index.get(name, -1) for name in names)
    return tuple(int(name) for name in names) if key.dtype.kind in "iu" else tuple(names)


def _chosen(tracer: Tracer, key: Symbol, detail: Any, parts: list[Any], op: str = "pick") -> Any:
    if isinstance(parts[0], SymbolicParameters | SymbolicVector):
        if op != "pick":
            raise UntraceableError("parameters by date have parts")
        return SymbolicVector(tracer, key, detail, parts)
    return elementwise(tracer, op, (key, *parts), detail)


class SymbolicScale:
    """A scale of brackets, whose thresholds, rates and amounts are symbols.

    What makes another scale of it, or changes it in its place, is openfisca-core's own.
    """

    def __init__(self, tracer: Tracer, scale: Any) -> None:
        self._tracer = tracer
        self._scale = scale

    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # (formulas may ask what kind of scale it is)
        return type(self._scale)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._scale, name)
        if name in _METHODS:
            return lambda *args, **options: self._run(name, args, options)
        return self._wrapped(found) if callable(found) else found

    def _wrapped(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **options: Any) -> Any:
            made = method(*args, **options)
            if made is self._scale:
                return self
            is_scale = isinstance(made, taxscales.TaxScaleLike)
            return SymbolicScale(self._tracer, made) if is_scale else made

        return run

    def _run(self, method: str, args: tuple[Any, ...], options: dict[str, Any]) -> Symbol:
        told = _signature(getattr(type(self._scale), method)).bind(self, *args, **options).arguments
        _, (_, base), *named = told.items()
        values = self._scale.rates if hasattr(self._scale, "rates") else self._scale.amounts
        extra = [value for _, value in named if isinstance(value, Symbol)]
        detail = (
            type(self._scale).__name__,
            method,
            len(values),
            tuple((key, ARGUMENT if isinstance(each, Symbol) else each) for key, each in named),
        )
        parts = (base, *self._scale.thresholds, *values, *extra)
        return elementwise(self._tracer, "scale", parts, detail)


_signature = cache(signature)
#: The methods of scales that take an array.
_METHODS = frozenset(
    {
        "calc",
        "marginal_rates",
        "rate_from_bracket_indice",
        "rate_from_tax_base",
        "bracket_indices",
        "threshold_from_tax_base",
    }
)


def _scale_of(tracer: Tracer, scale: Any, name: str) -> SymbolicScale:
    """Return a scale of the law: a copy, as some methods change a scale in its place."""
    own = copy(scale)
    for part in {"thresholds", "rates", "amounts"} & vars(scale).keys():
        numbers = [
            wrapped(tracer, value, f"{name}[{number}].{part[:-1]}")
            for number, value in enumerate(getattr(scale, part))
        ]
        setattr(own, part, numbers)
    return SymbolicScale(tracer, own)


def wrapped(tracer: Tracer, child: Any, name: str) -> Any:
    """Return a part of the parameters as a formula sees it."""
    if isinstance(child, parameters.ParameterNodeAtInstant):
        return SymbolicParameters(tracer, child)
    if isinstance(child, taxscales.TaxScaleLike):
        return _scale_of(tracer, child, name)
    value = tracer.amended(name, child)
    if isinstance(value, int | float):
        return tracer.parameter(name, value)
    tracer.pin_parameter(name)
    return value


def parameters_at(tracer: Tracer) -> Callable[[Any], SymbolicParameters]:
    """Return what formulas get as ``parameters``."""

    def at(when: Any) -> SymbolicParameters:
        instant = when.start if isinstance(when, periods.Period) else when
        return SymbolicParameters(tracer, tracer.system.get_parameters_at_instant(instant))

    return at
