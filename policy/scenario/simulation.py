"""Running a situation on openfisca-core: the reference way of calculating the law."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.errors import Location, PolicyError, Problem
from policy.legislation.openfisca import errors, periods, simulations
from policy.scenario.times import is_made_of, is_one, own_period

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.scenario.situation import Situation

#: A fact changed in one copy of a situation: variable, period, index of the instance, value.
Change = tuple[str, "Period", int, Any]


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

    def _run_formula(self, variable: Any, population: Any, period: Any) -> Any:
        try:
            result = super()._run_formula(variable, population, period)
        except PolicyError:
            raise
        except errors.ParameterNotFoundError as error:
            raise PolicyError(
                Problem(
                    f"{variable.name} for {period}: "
                    + (_first_line(error) if error.name else "a parameter has no value yet"),
                    _formula_location(variable, period, error),
                    "ask for a period the law covers, or give the parameter a value from that date",
                    code="no-parameter-value",
                )
            ) from error
        except Exception as error:
            raise PolicyError(
                Problem(
                    f"the formula of {variable.name} for {period} failed:"
                    f" {type(error).__name__}: {_first_line(error)}",
                    _formula_location(variable, period, error),
                    "correct the formula",
                    code="formula-failed",
                )
            ) from error
        if isinstance(result, np.ndarray) and result.ndim == 0:
            result = np.full(population.count, result[()])
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
    law: Legislation, situation: Situation, changes: Iterable[Change] = (), copies: int = 1
) -> ReferenceSimulation:
    """Build the simulation of a situation, or of many copies of it side by side.

    Args:
        law: the statute book.
        situation: people, groups and facts.
        changes: a fact changed in each copy, in the order of the copies (at most one a copy).
        copies: how many copies.

    """
    system = law.system
    populations = system.instantiate_entities()
    for key, ids in situation.ids.items():
        population = populations[key]
        population.count = len(ids) * copies
        population.ids = ids * copies
    for key, members in situation.members.items():
        groups = len(situation.ids[key])
        group_of = np.asarray(members.group_of_person, dtype=np.intp)
        offsets = np.repeat(np.arange(copies) * groups, len(group_of))
        populations[key].members_entity_id = np.tile(group_of, copies) + offsets
        populations[key].members_role = members.role_of_person * copies
    simulation = ReferenceSimulation(system, populations)
    facts = {slot: dict(_repeated(law, situation, slot, copies)) for slot in situation.facts}
    for copy, (name, period, index, value) in enumerate(changes):
        count = len(situation.ids[law.system.variables[name].entity.key])
        facts.setdefault((name, period), {})[copy * count + index] = value
    for (name, period), values in facts.items():
        _give(simulation, system.variables[name], period, values)
    return simulation


def _repeated(
    law: Legislation, situation: Situation, slot: tuple[str, Period], copies: int
) -> Iterable[tuple[int, Any]]:
    count = len(situation.ids[law.system.variables[slot[0]].entity.key])
    for index, value in situation.facts[slot].items():
        for copy in range(copies):
            yield copy * count + index, value


def _give(
    simulation: ReferenceSimulation,
    variable: Any,
    period: Period,
    values: dict[int, Any],
) -> None:
    holder = simulation.get_holder(variable.name)
    array = holder.default_array()
    rows = np.fromiter(values, dtype=np.intp, count=len(values))
    if variable.value_type is str and not variable.max_length:
        array = np.asarray(array, dtype=object)
    enumerated = hasattr(variable, "possible_values")
    column = [value.index if enumerated else value for value in values.values()]
    array[rows] = np.array(column, dtype=array.dtype)
    if variable.formulas and len(rows) < len(array):
        simulation.given[variable.name, period] = (rows, array[rows])
        return
    simulation.set_input(variable.name, period, array)


def run(
    simulation: ReferenceSimulation,
    variable: Any,
    period: Period,
    where: Location = Location(),  # noqa: B008  (immutable)
) -> NDArray[Any]:
    """Calculate a variable for a period; a longer period than the variable's own is summed.

    Args:
        simulation: the simulation.
        variable: the variable.
        period: one of the variable's own periods, or a longer one.
        where: where the period is asked for, for errors.

    Raises:
        PolicyError: the variable cannot be calculated for such a period, or a formula fails.

    """
    unit = variable.definition_period
    if unit == periods.DateUnit.ETERNITY or is_one(unit, period):
        return _numbers(simulation, variable, period, simulation.calculate(variable.name, period))
    longer = is_made_of(unit, period)
    if longer and variable.value_type in (float, int):
        total = simulation.calculate_add(variable.name, period)
        return _numbers(simulation, variable, period, total)
    what = "summed over" if longer else "calculated for"
    raise PolicyError(
        Problem(
            f"{variable.name} is defined by the {unit} and cannot be {what} {period}",
            where,
            f"ask for one {unit}",
            code="wrong-period",
        )
    )


def _numbers(
    simulation: ReferenceSimulation,
    variable: Any,
    period: Period,
    array: Any,
) -> NDArray[Any]:
    """Return an answer; where the law gives no number that is an error, not an answer."""
    answer = np.asarray(array)
    missing = np.isnan(answer) if answer.dtype.kind == "f" else np.zeros(0, dtype=bool)
    if missing.any():
        population = simulation.get_variable_population(variable.name)
        names = [str(population.ids[index]) for index in np.flatnonzero(missing)[:5]]
        raise PolicyError(
            Problem(
                f"{variable.name} of {', '.join(names)} for {period} cannot be calculated: a value"
                " of the law that it needs is not known",
                remedy=f"see 'policy show {variable.name}'",
                code="value-not-known",
            )
        )
    return answer


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0]


def _formula_location(variable: Any, period: Any, error: BaseException) -> Location:
    formula = variable.get_formula(period)
    file = formula.__code__.co_filename
    frames = traceback.extract_tb(error.__traceback__)
    line = next((frame.lineno for frame in reversed(frames) if frame.filename == file), None)
    return Location(file, line or formula.__code__.co_firstlineno, 1)
