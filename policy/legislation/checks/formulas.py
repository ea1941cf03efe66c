"""Variables and formulas: labels, units, names, what is never used, what a formula returns."""

from __future__ import annotations

import datetime
import inspect
import re
import traceback
import warnings
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.errors import Location, Problem, did_you_mean
from policy.legislation import openfisca
from policy.legislation.checks.form import validator
from policy.legislation.checks.reach import defined_twice, numbers_written, texts_in
from policy.legislation.checks.values import unknown_acts
from policy.legislation.legislation import labels_of, section_of
from policy.legislation.reference import fault_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.legislation.checks.draft import Draft
    from policy.legislation.legislation import Legislation

#: The kinds of array (NumPy's letters) that hold each type of value.
_KINDS = {bool: "b", int: "iu", float: "fiu", datetime.date: "M", str: "UOS"}
_ENUM_KINDS = "iuOU"
#: What arrays of each kind hold, in words.
_WORDS = {
    "b": "true or false",
    "i": "whole numbers",
    "u": "whole numbers",
    "f": "numbers with fractions",
    "M": "dates",
    "O": "nothing",
}


def place_of(made: Any) -> Location:
    """Return where a class or function is defined."""
    return Location(inspect.getfile(made), inspect.getsourcelines(made)[1], 1)


def unknown_names(draft: Draft) -> Iterator[Problem]:
    """Report parameters and variables that formulas name and that do not exist."""
    yield from draft.reach.problems


def twice(draft: Draft) -> Iterator[Problem]:
    """Report variables and formulas that silently take the place of others."""
    if draft.law:
        yield from defined_twice(draft.law)


def numbers(draft: Draft) -> Iterator[Problem]:
    """Report numbers that formulas hold."""
    if draft.law:
        yield from numbers_written(draft.law)


def outputs(draft: Draft) -> Iterator[Problem]:
    """Report outputs, doubts and total of the book that are no variables."""
    if not draft.law or not draft.index:
        return
    lists = {"outputs": draft.metadata["outputs"], "doubts": draft.law.doubts}
    named = [(("metadata", key, n), o) for key, each in lists.items() for n, o in enumerate(each)]
    total = [(("metadata", "total"), draft.metadata["total"])] if draft.law.total else []
    for path, name in (*named, *total):
        if name not in draft.law.variables:
            yield draft.index.problem(
                path,
                f"there is no variable '{name}'",
                did_you_mean(name, draft.law.variables, kind="variables"),
                "unknown-variable",
            )


def unused_parameters(draft: Draft) -> Iterator[Problem]:
    """Report parameters that no formula uses, when it is no matter of a misspelt name."""
    if not draft.law or draft.reach.problems:
        return
    for entry in draft.entries:
        if entry.name not in draft.reach.parameters:
            yield entry.problem(
                (),
                f"no formula uses the parameter {entry.name}",
                "use it in the formula of the rule, or remove the file",
                "unused-parameter",
            )


def unused_variables(draft: Draft) -> Iterator[Problem]:
    """Report variables that are no output, that no formula uses and no scenario test expects."""
    if not draft.law or draft.reach.problems:
        return
    tests = (path.read_text(encoding="utf-8") for path in draft.law.scenarios)
    tested = set(chain.from_iterable(re.findall(r"\w+", text) for text in tests))
    used = texts_in(draft.law) | {*draft.metadata["outputs"], *draft.law.doubts, draft.law.total}
    for variable in draft.law.variables.values():
        if variable.name not in used and not (variable.formulas and variable.name in tested):
            yield Problem(
                f"nothing uses the variable {variable.name}",
                place_of(type(variable)),
                "use it in a formula, test it, list it in the book's outputs, or remove it",
                code="unused-variable",
            )


def descriptions(draft: Draft) -> Iterator[Problem]:
    """Report variables without label, unit, section or reference."""
    if not draft.law:
        return
    for variable in draft.law.variables.values():
        for message, remedy in _lacking(variable, draft):
            yield Problem(message, place_of(type(variable)), remedy, variable.name, "description")


def _lacking(variable: Any, draft: Draft) -> Iterator[tuple[str, str]]:
    section = section_of(variable)
    doubts = draft.metadata.get("doubts", [])
    explained = variable.documentation and (not variable.formulas or variable.name in doubts)
    present = {
        "label": variable.label,
        **{f"label_{x}": labels_of(variable).get(x) for x in draft.metadata["languages"][1:]},
        "unit": variable.unit or variable.value_type not in (int, float, datetime.date),
        "section": section or explained,
        "reference": variable.reference or explained,
    }
    yield from ((f"'{key}' is missing", "add it") for key, value in present.items() if not value)
    yield from unknown_acts(section, draft.metadata["acts"]) if section else ()


def units(draft: Draft) -> Iterator[Problem]:
    """Report units that are unknown, or that do not fit what a variable holds."""
    if not draft.law:
        return
    own = draft.metadata["currency"]
    for variable in draft.law.variables.values():
        unit = variable.unit or ""
        currency = unit.split("/", maxsplit=1)[0]
        if not unit:
            continue
        if not validator("parameter", "unit").is_valid(unit):
            message, remedy = f"unknown unit '{unit}'", f"write {own}, days, date, 1 …"
        elif (unit == "date") != (variable.value_type is datetime.date):
            message, remedy = f"the unit {unit} does not fit its type", "a date is under 'date'"
        elif currency.isupper() and variable.value_type is not float:
            message, remedy = f"an amount in {unit} loses its cents", "write value_type = float"
        elif currency.isupper() and currency != own:
            message, remedy = f"the unit {unit} is not in the book's currency", f"write {own}"
        else:
            continue
        yield Problem(message, place_of(type(variable)), remedy, variable.name, "unit")


def results(draft: Draft) -> Iterator[Problem]:
    """Run every formula on default facts, at the ends of its time; report what it returns wrong."""
    law = draft.law
    if not law:
        return
    simulation = _simulation(law)
    seen = {(p.location.file, p.location.line) for p in draft.reach.problems}
    for variable in law.variables.values():
        for start, formula in variable.formulas.items():
            for period in _periods(law, variable, start):
                problem = _run(law, simulation, variable, formula, period)
                if not problem:
                    continue
                line = (problem.location.file, problem.location.line)
                if line not in seen:
                    seen.add(line)
                    yield problem


def _simulation(law: Legislation) -> Any:
    """Build three people in two groups of each kind, of whom nothing is known."""
    populations = law.system.instantiate_entities()
    for population in populations.values():
        entity = population.entity
        population.count = 3 if entity.is_person else 2
        population.ids = [f"{entity.key}{number}" for number in range(population.count)]
        if not entity.is_person:
            first, last = entity.flattened_roles[0], entity.flattened_roles[-1]
            population.members_entity_id = np.array([0, 0, 1])
            population.members_role = [first, last, first]
    return openfisca.simulations.Simulation(law.system, populations)


def _periods(law: Legislation, variable: Any, start: str) -> list[Any]:
    """Return the first and the last period in which a formula is in force in the book's time."""
    last = law.law_read_on or datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    following = [other for other in variable.formulas if other > start]
    if following:
        end = datetime.date.fromisoformat(min(following)) - datetime.timedelta(days=1)
        last = min(last, end.isoformat())
    if variable.end:
        last = min(last, str(variable.end))
    first = max(start, law.covers_from or last)
    last = max(first, last)
    unit = variable.definition_period
    eternal = unit == openfisca.periods.DateUnit.ETERNITY
    unit = openfisca.periods.DateUnit.MONTH if eternal else unit
    days = (openfisca.periods.instant(day).offset("first-of", unit) for day in (first, last))
    return [openfisca.periods.Period((unit, day, 1)) for day in dict.fromkeys(days)]


def _run(
    law: Legislation, simulation: Any, variable: Any, formula: Any, period: Any
) -> Problem | None:
    population = simulation.get_variable_population(variable.name)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = np.asarray(simulation._run_formula(variable, population, period))
    except Exception as error:  # whatever a formula does wrong
        return _failure(law, variable, formula, period, error)
    kinds = _KINDS.get(variable.value_type, _ENUM_KINDS)
    int_wanted = variable.value_type is int
    if result.ndim and result.shape != (population.count,):
        message = f"returns {result.size} values for {population.count} {population.entity.plural}"
        remedy = "return one value for each: check whose the variable is, and whose its parts are"
        code = "result-length"
    elif result.dtype.kind not in kinds and not (int_wanted and _whole(result)):
        got = _WORDS.get(result.dtype.kind, str(result.dtype))
        message = f"returns {got} where value_type is {variable.value_type.__name__}"
        remedy = "return what value_type says, or correct value_type"
        code = "result-type"
    else:
        return None
    return Problem(message, place_of(formula), remedy, variable.name, code)


def _whole(result: Any) -> bool:
    """Tell whether an array of floats holds whole numbers, as OpenFisca's sums of members do."""
    return bool(result.dtype.kind == "f" and (result == np.floor(result)).all())


def _failure(
    law: Legislation, variable: Any, formula: Any, period: Any, error: Exception
) -> Problem:
    """Say where in the book's code a formula failed."""
    book = str(law.sources.variables)
    steps = [s for s in traceback.extract_tb(error.__traceback__) if s.filename.startswith(book)]
    location = Location(steps[-1].filename, steps[-1].lineno or 0, 1) if steps else None
    fault, remedy = fault_of(error)
    return Problem(
        f"the formula fails for {period}: {fault}",
        location or place_of(formula),
        f"{remedy}; it was run on people of whom nothing is known",
        variable.name,
        "formula-failed",
    )
