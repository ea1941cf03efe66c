"""Past decisions: who was paid what for which period, read from YAML or from a table.

In YAML a decision is a scenario with ``paid`` in the place of ``output``; it may say with
``settled`` what was paid later or recovered since, and with ``decided`` the day of the decision. In
a table a row is a person or thing as in any table, with columns ``period``, ``paid_VARIABLE`` and
``settled_VARIABLE``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from policy.documents import Document, read_document
from policy.errors import Location, PolicyError, Problem
from policy.legislation.parameters import iso_day
from policy.population.rows import calculate_rows
from policy.population.tables import Table, read_table, write_table
from policy.scenario.reading import DECISION_KEYS, read_scenario, read_scenarios
from policy.scenario.values import shown
from policy.scenario.writing import plain_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from policy.documents import KeyPath
    from policy.legislation.legislation import Legislation
    from policy.scenario.situation import Expected, Scenario

PAID, SETTLED, DECIDED = DECISION_KEYS
PERIOD = "period"


@dataclass(frozen=True)
class Decision:
    """A decision written as a scenario.

    Attributes:
        number: its place in the file.
        scenario: the facts, under the law now; what it expects is what was paid.
        settled: what was settled since, by variable, index and period.
        decided: the ISO day of the decision, or an empty string.

    """

    number: int
    scenario: Scenario
    settled: Mapping[tuple[str, int, Any], float]
    decided: str

    @property
    def name(self) -> str:
        """What the decision is called, or where it stands."""
        where = self.scenario.document.where(*self.scenario.path)
        return self.scenario.name or str(where)


def read_decisions(law: Legislation, path: str | Path) -> list[Decision]:
    """Read the decisions of a YAML file.

    Raises:
        PolicyError: with every problem in the file.

    """
    document = read_document(path)
    data = document.data if isinstance(document.data, list) else [document.data]
    if not data or not all(isinstance(each, dict) for each in data):
        raise PolicyError(
            Problem(
                "the file holds no decisions",
                Location(str(path), 1, 1),
                "write a list: name, period, persons, groups, and what was 'paid'",
            )
        )
    problems = [
        document.problem((number,), "nothing is said to be paid", "add 'paid', like 'output'")
        for number, each in enumerate(data)
        if not each.get(PAID)
    ]

    def read(what: Callable[..., Any], *given: Any) -> Any:
        try:
            return what(*given)
        except PolicyError as error:
            problems.extend(error.problems)
            return None

    paid = read(read_scenarios, law, _asking(document, data, PAID))
    settled, days = {}, {}
    for number, each in enumerate(data):
        if each.get(SETTLED):
            asking = _asking(document, [each], SETTLED, number)
            settled[number] = read(read_scenario, law, asking)
        days[number] = read(_day, document, number, each.get(DECIDED, ""))
    if problems:
        raise PolicyError(*dict.fromkeys(problems))
    return [
        Decision(
            number,
            scenario,
            {_key(each): float(each.value) for each in _amounts(settled.get(number))},
            days[number],
        )
        for number, scenario in enumerate(paid)
    ]


def _amounts(scenario: Scenario | None) -> list[Expected]:
    return scenario.expected if scenario else []


def _key(each: Expected) -> tuple[str, int, Any]:
    return each.variable, each.index, each.period


def _day(document: Document, number: int, given: Any) -> str:
    try:
        return iso_day(given) if given else ""
    except PolicyError as error:
        message = error.problems[0].message
        raise PolicyError(document.problem((number, DECIDED), message, "2023-01-05")) from None


def _asking(document: Document, data: list[Any], key: str, first: int = 0) -> Document:
    """Return decisions as scenarios that expect what stands under a key."""
    scenarios = [
        {
            **{name: each[name] for name in each if name not in DECISION_KEYS},
            **({"output": each[key]} if each.get(key) else {}),
        }
        for each in data
    ]
    listed = isinstance(document.data, list)
    places = {}
    for path, place in document.places.items():
        own: KeyPath = path if listed else (0, *path)
        if own and isinstance(own[0], int):
            own = (own[0] - first, *own[1:])
            own = (*own[:1], "output", *own[2:]) if own[1:2] == (key,) else own
        places[own] = place
    return Document(scenarios, document.file, places)


def write_decisions(
    source: str | Path, target: str | Path, settled: Mapping[int, Mapping[str, Any]]
) -> None:
    """Write decisions again, with what is settled now.

    Args:
        source: the file they were read from.
        target: the file to write; never the same.
        settled: by the place of a decision what stands under its ``settled``.

    Raises:
        PolicyError: it is the same file, or it cannot be written.

    """
    if Path(source).resolve() == Path(target).resolve():
        raise PolicyError(
            Problem("this is the file of the decisions", Location(str(target)), "name another")
        )
    document = read_document(source)
    data = document.data if isinstance(document.data, list) else [document.data]
    written = [
        {**each, SETTLED: settled[number]} if settled.get(number) else each
        for number, each in enumerate(data)
    ]
    try:
        Path(target).write_text(plain_yaml(written), encoding="utf-8")
    except (OSError, yaml.YAMLError) as error:
        raise PolicyError(Problem(f"cannot be written: {error}", Location(str(target)))) from None


@dataclass(frozen=True)
class Paid:
    """What a table says was paid, and what the law gives: of one variable, for one of a period."""

    row: int
    id: str
    variable: str
    period: str
    paid: float
    settled: float
    due: float


def read_paid(law: Legislation, path: str | Path) -> tuple[Table, list[Paid]]:
    """Read a table of decisions, and calculate what is due for each.

    Raises:
        PolicyError: the table cannot be read, says nothing paid, or holds a mistake.

    """
    table = read_table(path)
    names = [name.removeprefix(f"{PAID}_") for name in table.columns if name.startswith(f"{PAID}_")]
    if not names or PERIOD not in table.columns:
        raise PolicyError(
            Problem(
                f"the table has no column '{PERIOD}', or none such as 'paid_child_allowance'",
                Location(table.file, 1, 1),
                "add them",
            )
        )
    aside = {PERIOD, *(f"{kind}_{name}" for kind in (PAID, SETTLED) for name in names)}
    kept = [number for number, name in enumerate(table.columns) if name not in aside]
    by_period: dict[str, list[int]] = {}
    at = table.columns.index(PERIOD)
    for row, cells in enumerate(table.rows):
        by_period.setdefault(str(cells[at]), []).append(row)
    found: list[Paid] = []
    problems: list[Problem] = []
    for period, rows in by_period.items():
        part = Table(
            table.file,
            [table.columns[number] for number in kept],
            [[table.rows[row][number] for number in kept] for row in rows],
            [table.lines[row] for row in rows],
        )
        try:
            result = calculate_rows(law, part, names, period)
        except PolicyError as error:
            problems += error.problems
            continue
        problems += result.problems
        if problems:
            continue
        for name in names:
            ids = _ids(law, result, name)
            first: dict[str, int] = {}
            for row, id_ in zip(rows, _ids_of_rows(law, part, result, name), strict=True):
                first.setdefault(id_, row)
            for index, id_ in enumerate(ids):
                row = first[id_]
                found.append(
                    Paid(
                        row,
                        id_,
                        name,
                        period,
                        _amount(table, row, f"{PAID}_{name}"),
                        _amount(table, row, f"{SETTLED}_{name}"),
                        float(result.answers[name][index]),
                    )
                )
    if problems:
        raise PolicyError(*dict.fromkeys(problems))
    return table, found


def _ids(law: Legislation, result: Any, name: str) -> list[str]:
    key = law.variable(name).entity.key
    return list(result.ids if key == law.system.person_entity.key else result.groups[key])


def _ids_of_rows(law: Legislation, part: Table, result: Any, name: str) -> Iterator[str]:
    """Yield for each row the id of the person, or of the group it is in."""
    key = law.variable(name).entity.key
    if key == law.system.person_entity.key:
        yield from result.ids
        return
    at = part.columns.index(key) if key in part.columns else None
    for cells in part.rows:
        yield key if at is None else str(cells[at]).strip()


def _amount(table: Table, row: int, column: str) -> float:
    if column not in table.columns:
        return 0.0
    given = table.rows[row][table.columns.index(column)]
    if given is None or given == "":
        return 0.0
    try:
        return float(given)
    except (TypeError, ValueError):
        raise PolicyError(
            Problem(
                f"{column}: expected an amount, got {shown(given)}",
                table.where(row, column),
                "write a number",
            )
        ) from None


def write_paid(table: Table, target: str | Path, settled: Mapping[tuple[int, str], float]) -> None:
    """Write a table of decisions again, with what is settled now.

    Raises:
        PolicyError: it is the same file, or it cannot be written.

    """
    if Path(table.file).resolve() == Path(target).resolve():
        raise PolicyError(
            Problem("this is the file of the decisions", Location(str(target)), "name another")
        )
    names = list(dict.fromkeys(name for _, name in settled))
    columns = [*table.columns]
    columns += [f"{SETTLED}_{name}" for name in names if f"{SETTLED}_{name}" not in columns]
    rows = [[*cells, *([None] * (len(columns) - len(cells)))] for cells in table.rows]
    for (row, name), amount in settled.items():
        rows[row][columns.index(f"{SETTLED}_{name}")] = amount
    write_table(target, columns, rows)
