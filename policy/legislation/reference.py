"""Calculation on openfisca-core: the reference, which the law graph is measured against."""

from __future__ import annotations

import traceback
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.errors import Location, PolicyError, Problem
from policy.legislation.openfisca import errors, simulations
from policy.legislation.times import own_period

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Column, People, Slot


class ReferenceSimulation(simulations.Simulation):  # type: ignore[misc]
    """openfisca-core's simulation, with its silences turned into errors.

    A value given for some instances of a variable that has a formula holds for those instances; the
    formula is run for the others. A calculation that runs in a circle, or back in time without end,
    is an error that names the way, not a default value. Arrays are read-only: nobody who is given
    one can change another's answer.
    """

    def __init__(self, system: Any, populations: Any) -> None:
        super().__init__(system, populations)
        self.given: dict[tuple[str, Period], tuple[NDArray[np.intp], NDArray[Any]]] = {}

    def calculate(self, variable_name: str, period: Any) -> Any:
        """Return a variable's array for a period."""
        array = super().calculate(variable_name, period)
        array.flags.writeable = False
        return array

    def held(self, name: str, values: NDArray[Any]) -> Any:
        """Return values as openfisca-core holds them: those of an enumeration know their names."""
        if not hasattr(self.tax_benefit_system.variables[name], "possible_values"):
            return values
        array = self.get_holder(name).default_array()
        array[:] = values
        return array

    def _run_formula(self, variable: Any, population: Any, period: Any) -> Any:
        try:
            result = super()._run_formula(variable, population, period)
        except PolicyError:
            raise
        except Exception as error:
            raise PolicyError(*self._failure(variable, period, error)) from error
        if result is not None and np.ndim(result) == 0:
            result = np.full(population.count, result)
        rows_and_values = self.given.get((variable.name, own_period(variable, period)))
        if rows_and_values is None:
            return result
        rows, values = rows_and_values
        merged = np.array(
            population.get_holder(variable.name).default_array() if result is None else result
        )
        merged = np.array(self._cast_formula_result(merged, variable))
        merged[rows] = values
        return self._cast_formula_result(merged, variable)

    def _failure(self, variable: Any, period: Any, error: Exception) -> list[Problem]:
        """Say what is wrong: names that do not exist, a value that is not known, or a fault."""
        where = _formula_location(variable, period, error)
        if isinstance(error, errors.ParameterNotFoundError | errors.VariableNotFoundError):
            from policy.legislation.checks.reach import reach_of  # noqa: PLC0415 (seldom needed)

            misnamed = reach_of(self.tax_benefit_system, variable.name).problems
            if misnamed:
                return sorted(misnamed, key=lambda problem: problem.location)
        if isinstance(error, errors.ParameterNotFoundError):
            return [
                Problem(
                    f"{variable.name} for {period}: "
                    + (_first_line(error) if error.name else "a parameter has no value yet"),
                    where,
                    "ask for a period the law covers, or give the parameter a value from that date",
                    code="no-parameter-value",
                )
            ]
        fault, remedy = fault_of(error)
        message = f"the formula of {variable.name} for {period} failed: {fault}"
        return [Problem(message, where, remedy, code="formula-failed")]

    def _check_for_cycle(self, variable: str, period: Any) -> None:
        try:
            super()._check_for_cycle(variable, period)
        except (errors.CycleError, errors.SpiralError):
            way = [(frame["name"], frame["period"]) for frame in self.tracer.stack]
            first = next(n for n, (name, _) in enumerate(way) if name == variable)
            steps = " → ".join(f"{name} {when}" for name, when in way[first:])
            raise PolicyError(
                Problem(
                    f"{variable} depends on itself: {steps}",
                    remedy="give one of them as an input, or break the circle in a formula",
                    code="cycle",
                )
            ) from None


def simulation_of(
    law: Legislation, people: People, facts: Mapping[Slot, Column]
) -> ReferenceSimulation:
    """Build openfisca-core's simulation of people and what is known of them."""
    populations = law.system.instantiate_entities()
    for key, count in people.counts.items():
        populations[key].count = count
        populations[key].ids = people.ids.get(key) or list(range(count))
        populations[key].empty_array = partial(np.zeros, count, law.amounts)
    for key, membership in people.memberships.items():
        roles = np.array(law.entities[key].flattened_roles, dtype=object)
        populations[key].members_entity_id = membership.group_of
        populations[key].members_role = roles[membership.role_of]
    simulation = ReferenceSimulation(law.system, populations)
    for (name, period), column in facts.items():
        if column.known is not None:
            rows = np.flatnonzero(column.known)
            simulation.given[name, period] = (rows, column.values[rows])
        else:
            simulation.set_input(name, period, simulation.held(name, column.values))
    return simulation


def fault_of(error: Exception) -> tuple[str, str]:
    """Say what a formula did wrong, and what to do about it."""
    line = _first_line(error)
    if line.startswith("The truth value of an array"):
        return (
            "'if', 'and', 'or' or 'not' takes one answer, and there is one for each",
            "write where(condition, a, b), &, | or not_(…)",
        )
    return f"{type(error).__name__}: {line}", "correct the formula"


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0]


def _formula_location(variable: Any, period: Any, error: BaseException) -> Location:
    formula = variable.get_formula(period)
    file = formula.__code__.co_filename
    frames = traceback.extract_tb(error.__traceback__)
    line = next((frame.lineno for frame in reversed(frames) if frame.filename == file), None)
    return Location(file, line or formula.__code__.co_firstlineno, 1)
