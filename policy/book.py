"""The statute book: what ``policy.load`` returns and services call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.legislation.legislation import Legislation
from policy.legislation.parameters import iso_day
from policy.scenario.answers import GRAPH
from policy.scenario.calculation import calculate
from policy.scenario.many import calculate_many

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray
    from openfisca_core.periods import Period

    from policy.documents import Document
    from policy.explain.explanation import Explanation
    from policy.legislation.reforms.reform import ReformLike
    from policy.population.rows import RowsResult
    from policy.running.run import Run
    from policy.running.schema import Schema
    from policy.scenario.result import Result


class StatuteBook(Legislation):
    """A statute book: its entities, parameters, variables and scenarios, and what it gives.

    >>> import policy
    >>> book = policy.load("estonia")
    >>> family = {
    ...     "persons": {"mari": {"birth_date": "1990-03-01"}, "juku": {"birth_date": "2020-06-15"}},
    ...     "families": {"tamm": {"parents": ["mari"], "children": ["juku"]}},
    ... }
    >>> book.calculate(family, ["child_allowance"], "2024-05").value("child_allowance")
    80.0
    """

    def __init__(self, law: Legislation) -> None:
        super().__init__(
            law.name, law.system, law.sources, law.documents, law.metadata, code=law.code
        )

    def reformed(self, *reforms: ReformLike) -> StatuteBook:
        """Return the book with reforms laid over it; this one is not changed.

        Args:
            reforms: files, names of the book's own reforms (``parameters/<book>/reforms/``),
                mappings of what a file would say, or paths of OpenFisca reforms
                (``"package.module.reform"``), in the order they are laid.

        Returns:
            A statute book like any other; building it takes a few milliseconds.

        Raises:
            PolicyError: a reform cannot be read or does not fit the law, or two change the same
                thing at the same time and neither requires the other; names file, line and key.

        >>> import policy
        >>> book = policy.load("estonia")
        >>> change = {"child_allowance.first_and_second_child": {"set": 100}}
        >>> raised = book.reformed(
        ...     {"title": "100 euros", "effective": "2025-01-01", "parameters": change}
        ... )
        >>> parameter = raised.parameter("child_allowance.first_and_second_child")
        >>> parameter.at("2024-12-31").value, parameter.at("2025-01-01").value
        (80, 100)
        >>> book.parameter("child_allowance.first_and_second_child").at("2025-01-01").value
        80

        """
        from policy.legislation.reforms.overlay import overlaid  # noqa: PLC0415 (for a quick start)

        return overlaid(self, reforms)

    def as_known_on(self, date: str | datetime.date) -> StatuteBook:
        """Return the law as it was known on a date, with what was then enacted for the future.

        Values and formulas whose act was passed later are left out, and the book's own reforms
        that were then enacted and not yet repealed are laid over it. A value without a date of
        enactment is taken as known; results name those that an answer rests on in their notes.

        Args:
            date: the day, as a date or an ISO text.

        Raises:
            PolicyError: it is no date.

        >>> import policy
        >>> parameter = "large_family_allowance.three_to_six_children"
        >>> book = policy.load("estonia")
        >>> [
        ...     book.as_known_on(day).parameter(parameter).at("2024-06-01").value
        ...     for day in ("2022-06-01", "2023-03-01", "2023-07-01")
        ... ]
        [300, 650, 450]

        """
        from policy.legislation.reforms.overlay import overlaid  # noqa: PLC0415 (for a quick start)

        return overlaid(self, known_on=iso_day(date))

    def calculate(
        self,
        scenario: Mapping[str, Any] | str | Path | Document,
        outputs: Iterable[str] | None = None,
        period: str | Period | None = None,
        *,
        engine: str = GRAPH,
    ) -> Result:
        """Calculate what the law gives in a scenario.

        Args:
            scenario: a mapping, a path, or YAML or JSON text in OpenFisca's situation format, with
                optional ``book``, ``period``, ``name`` and ``output``.
            outputs: names of variables; without them what the scenario asks for or expects,
                or else the outputs that the book lists.
            period: ``"2024-05"`` or ``"2024"``; without it the scenario's. Over a year monthly
                amounts are summed.
            engine: ``"graph"``, the law graph; or ``"openfisca"``, openfisca-core itself, which
                gives the same and takes longer.

        Returns:
            The result: values (float64 amounts in the book's currency), assumptions, law version.

        Raises:
            PolicyError: naming file, line and key of whatever is wrong in the scenario.

        """
        return calculate(self, scenario, outputs, period, engine)

    def calculate_many(
        self,
        scenarios: Iterable[Mapping[str, Any] | str | Path | Document] | str | Path | Document,
        outputs: Iterable[str] | None = None,
        period: str | Period | None = None,
    ) -> list[Result]:
        """Calculate a list of different scenarios in one pass, much faster than one by one.

        Args:
            scenarios: each as for :meth:`calculate`; or one path or text with a list of them.
            outputs: as for :meth:`calculate`.
            period: as for :meth:`calculate`.

        Returns:
            The result of each, in their order, the same as if it were calculated alone.

        Raises:
            PolicyError: as for :meth:`calculate`; it names the scenario by its number from 0.

        >>> import policy
        >>> book = policy.load("estonia")
        >>> families = [
        ...     {
        ...         "persons": dict.fromkeys(ids, {"birth_date": "2020-06-15"}),
        ...         "families": {"tamm": {"children": ids}},
        ...     }
        ...     for ids in (["a"], ["a", "b"], ["a", "b", "c"])
        ... ]
        >>> results = book.calculate_many(families, ["child_allowance"], "2024-05")
        >>> [result.value("child_allowance") for result in results]
        [80.0, 160.0, 260.0]

        """
        return calculate_many(self, scenarios, outputs, period)

    def calculate_arrays(
        self,
        columns: Mapping[str, Any],
        memberships: Mapping[str, tuple[Any, Any]],
        outputs: Iterable[str],
        period: str | Period,
        *,
        backend: str = "auto",
        with_unknown: bool = False,
    ) -> dict[str, NDArray[Any]]:
        """Calculate a whole population, given and returned as columns.

        Args:
            columns: for each variable given an array with a value for each person or group, NumPy's
                or Arrow's; or a mapping of periods to arrays. Amounts are float64, dates
                datetime64, members of an enumeration their names.
            memberships: for each kind of group, by its key, two arrays with a row for each person:
                the number of its group from 0, and its role in it.
            outputs: names of variables.
            period: ``"2024-05"`` or ``"2024"``. Over a year monthly amounts are summed.
            backend: ``"numpy"``; ``"numba"``, compiled once for each question (if Numba is
                installed; else NumPy); or ``"auto"``, Numba where that is sure to be faster.
            with_unknown: where the law gives no number, return NaN; without it that is an error.

        Returns:
            A column for each output, in the rows' order; amounts are float64.

        Raises:
            PolicyError: naming the column and the first row that is wrong.

        >>> import numpy as np
        >>> import policy
        >>> born = np.array(["1990-03-01", "2020-06-15", "2022-01-31"], "M8[D]")
        >>> policy.load("estonia").calculate_arrays(
        ...     {"birth_date": born},
        ...     {"family": (np.array([0, 0, 0]), np.array(["parent", "child", "child"]))},
        ...     ["child_allowance"],
        ...     "2024-05",
        ... )
        {'child_allowance': array([160.])}

        """
        from policy.population.arrays import calculate_arrays  # noqa: PLC0415 (for a quick start)

        return calculate_arrays(
            self, columns, memberships, outputs, period, backend, with_unknown=with_unknown
        )

    def calculate_table(
        self,
        table: str | Path,
        outputs: Iterable[str] | None = None,
        period: str | Period | None = None,
    ) -> RowsResult:
        """Calculate the rows of a CSV, Excel or Parquet file, and their groups.

        Args:
            table: the path of a file whose columns are named as variables, as the entity of a row
                (or ``id``), and as groups; ``family_role`` says the role in a group.
            outputs: names of variables; else the book's own list.
            period: ``"2026-03"`` or ``"2026"``.

        Returns:
            The answers for each row without a mistake, and what was wrong with the others.

        Raises:
            PolicyError: the file cannot be read, there is no period, or no row is right.

        >>> import policy
        >>> fleet = policy.load("nebraska").calculate_table(
        ...     "docs/examples/nebraska-fleet.csv", ["wheel_tax"], "2026-03"
        ... )
        >>> fleet.value("wheel_tax", 0), fleet.total("wheel_tax"), fleet.problems
        (50.0, 406.0, [])

        """
        from policy.population.rows import calculate_rows  # noqa: PLC0415 (for a quick start)
        from policy.population.tables import read_table  # noqa: PLC0415 (for a quick start)

        return calculate_rows(self, read_table(table), outputs, period)

    def schema(
        self, outputs: Iterable[str] | None = None, period: str | Period | None = None
    ) -> Schema:
        """Return the tables and columns that outputs need, and no others.

        Args:
            outputs: names of variables; else the book's own list.
            period: ``"2024-05"`` or ``"2024"``.

        Raises:
            PolicyError: there is no period, or an output cannot be calculated for it.

        >>> import policy
        >>> schema = policy.load("nebraska").schema(["wheel_tax"], "2026-03")
        >>> [fact.entry.name for fact in schema.facts["owner"]]
        ['city']

        """
        from policy.running.schema import schema_of  # noqa: PLC0415 (for a quick start)

        return schema_of(self, outputs, period)

    def run_tables(
        self,
        source: str | Path,
        target: str | Path,
        period: str | Period,
        outputs: Iterable[str] | None = None,
        *,
        engine: str = "auto",
        strict: bool = False,
        watch: Callable[[int, int], None] | None = None,
    ) -> Run:
        """Calculate tables of any size, in files, and write the answers as Parquet files.

        Memory stays the same however many rows there are. Rows with a mistake, and the groups that
        they are in, are written to ``rejects.parquet``; all others are calculated. A run that was
        interrupted goes on where it was when it is asked for again.

        Args:
            source: a folder with a table for each entity and one of memberships, a DuckDB file with
                such tables, or one table of persons (Parquet, Arrow or CSV).
            target: a folder that is not there yet.
            period: ``"2024-05"`` or ``"2024"``. Over a year monthly amounts are summed.
            outputs: names of variables; else the book's own list.
            engine: ``"auto"``, ``"numba"``, ``"numpy"``; ``"duckdb"`` or ``"spark"``, by SQL; or
                ``"openfisca"``, the reference.
            strict: stop at the first row with a mistake.
            watch: told how many persons are done, and of how many.

        Returns:
            What was read, calculated, rejected, added up and assumed.

        Raises:
            PolicyError: tables or columns are missing, or name nothing; there is something at the
                target already; or, if strict, a row has a mistake.

        """
        from policy.running.run import run_tables  # noqa: PLC0415 (for a quick start)

        return run_tables(self, source, target, period, outputs, engine, strict=strict, watch=watch)

    def explain(
        self,
        scenario: Mapping[str, Any] | str | Path | Document,
        variable: str,
        instance: str | None = None,
        period: str | Period | None = None,
        *,
        everything: bool = False,
    ) -> Explanation:
        """Explain one answer: a tree from it down to facts and parameter values.

        Args:
            scenario: as for :meth:`calculate`.
            variable: the variable to explain.
            instance: the id of the person or group; may be left out when there is only one.
            period: as for :meth:`calculate`.
            everything: also show steps that rest on assumed facts alone, and members of a group
                who add nothing to its answer.

        Raises:
            PolicyError: as for :meth:`calculate`, or an unknown variable or id.

        """
        from policy.explain.explanation import explain  # noqa: PLC0415 (for a quick start)

        return explain(self, scenario, variable, instance, period, everything=everything)
