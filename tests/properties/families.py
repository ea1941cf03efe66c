"""Hypothesis strategies for whole families, over the whole time of the law.

Facts are generated from the statute book itself: every input variable of the book, by its type, so
that a new input is covered without a change here. Dates fall around the ages and periods at which
the law changes its answer.
"""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

import policy

BOOK = policy.load("estonia")
AMOUNTS = sorted(
    name
    for name, variable in BOOK.variables.items()
    if variable.value_type is float and variable.unit == "EUR" and variable.formulas
)
FAMILY_AMOUNTS = [name for name in AMOUNTS if BOOK.variables[name].entity.key == "family"]
FIRST_MONTH, LAST_MONTH = (2017, 1), (2027, 12)
Scenario = dict[str, Any]

_AMOUNTS = st.one_of(
    st.just(0.0),
    st.decimals(0, 3_000, places=2).map(float),
    st.decimals(0, 100_000, places=2).map(float),
)
_BIRTH_AGES_IN_DAYS = st.one_of(
    st.integers(-300, 60),
    st.integers(0, 23 * 366),
    st.sampled_from([1, 3, 8, 16, 18, 19, 20, 21]).map(lambda years: int(years * 365.25)),
)


def months() -> st.SearchStrategy[str]:
    """Draw a month the book covers."""
    first = FIRST_MONTH[0] * 12 + FIRST_MONTH[1] - 1
    last = LAST_MONTH[0] * 12 + LAST_MONTH[1] - 1
    return st.integers(first, last).map(lambda n: f"{n // 12:04d}-{n % 12 + 1:02d}")


def first_day(month: str) -> datetime.date:
    """Return the first day of a month."""
    return datetime.date.fromisoformat(f"{month}-01")


def inputs_of(entity: str) -> dict[str, Any]:
    """Return the book's input variables of an entity: those without a formula."""
    return {
        name: variable
        for name, variable in BOOK.variables.items()
        if variable.entity.key == entity and not variable.formulas
    }


def values_of(variable: Any, month: str) -> st.SearchStrategy[Any]:
    """Draw a value that a variable can take."""
    if variable.value_type is bool:
        return st.booleans()
    if variable.value_type is int:
        return st.integers(0, 31) | st.integers(0, 400)
    if variable.value_type is float:
        return _AMOUNTS
    if variable.value_type is datetime.date:
        near = st.integers(-60, 60) | st.integers(-22 * 366, 366)
        return near.map(lambda days: (first_day(month) + datetime.timedelta(days)).isoformat())
    return st.sampled_from([member.name for member in variable.possible_values])


@st.composite
def facts(draw: st.DrawFn, entity: str, month: str, most: int = 6) -> dict[str, Any]:
    """Draw values for a few of an entity's inputs."""
    inputs = inputs_of(entity)
    inputs.pop("birth_date", None)
    names = draw(st.lists(st.sampled_from(sorted(inputs)), max_size=most, unique=True))
    return {name: draw(values_of(inputs[name], month)) for name in names}


@st.composite
def families(
    draw: st.DrawFn,
    month: str | None = None,
    *,
    children: st.SearchStrategy[int] | None = None,
    most_facts: int = 6,
) -> Scenario:
    """Draw a family and a month: one or two parents, up to twelve children, and facts."""
    when = month or draw(months())
    counts = st.one_of(st.integers(0, 4), st.integers(0, 12)) if children is None else children
    count = draw(counts)
    parents = {
        f"parent{n}": {"birth_date": "1985-06-15", **draw(facts("person", when, most_facts))}
        for n in range(draw(st.integers(1, 2)))
    }
    own: dict[str, dict[str, Any]] = {}
    for n in range(count):
        twin = bool(own) and draw(st.integers(0, 5)) == 0
        previous = own.get(f"child{n - 1}", {}).get("birth_date")
        age = draw(_BIRTH_AGES_IN_DAYS)
        born = previous if twin else (first_day(when) - datetime.timedelta(age)).isoformat()
        own[f"child{n}"] = {"birth_date": born, **draw(facts("person", when, most_facts))}
    family = {
        "parents": list(parents),
        "children": list(own),
        **draw(facts("family", when, most_facts)),
    }
    return {"period": when, "persons": parents | own, "families": {"family": family}}


def merged(scenarios: list[Scenario]) -> Scenario:
    """Put scenarios of one month side by side in one, ids marked with their number."""
    persons: dict[str, Any] = {}
    groups: dict[str, Any] = {}
    for number, scenario in enumerate(scenarios):
        persons |= {f"{name}.{number}": given for name, given in scenario["persons"].items()}
        for name, given in scenario["families"].items():
            renamed = {
                key: [f"{member}.{number}" for member in value]
                if isinstance(value, list)
                else value
                for key, value in given.items()
            }
            groups[f"{name}.{number}"] = renamed
    return {"period": scenarios[0]["period"], "persons": persons, "families": groups}


def amounts(
    scenario: Scenario, names: tuple[str, ...] = tuple(FAMILY_AMOUNTS), period: str | None = None
) -> dict[str, Any]:
    """Return the answers of a scenario as plain arrays; leave out where the law is not known."""
    try:
        return dict(BOOK.calculate(scenario, names, period).arrays)
    except policy.PolicyError as error:
        if error.problems[0].code != "value-not-known":
            raise
        return reject()


def value_on(parameter: str, month: str) -> Any:
    """Return a parameter's value on the first of a month, or 0 before its first."""
    found = BOOK.parameters[parameter].at(f"{month}-01")
    return 0 if found is None else found.value
