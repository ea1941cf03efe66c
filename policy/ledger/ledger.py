"""A ledger of decisions: a DuckDB file to which whole nights are added, and nothing is changed."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

from policy.errors import Location, PolicyError, Problem, did_you_mean
from policy.ledger.law import KeptLaw
from policy.ledger.rows import (
    DECISION,
    FORM,
    KINDS,
    NOTHING,
    RUN,
    SAID,
    TABLES,
    Decision,
    canonical,
    decision_of,
    digest_of,
    id_of,
    seals,
)
from policy.private import duckdb_settings

try:
    import duckdb
    import pyarrow as pa
except ImportError:
    raise PolicyError(
        Problem(
            "duckdb and pyarrow are needed for a ledger of decisions",
            remedy="pip install 'policy-statutes[registers]'",
        )
    ) from None

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: What to do with a ledger that is broken.
_COPY = "take the last good copy of it"
_VERIFY = "see 'policy ledger verify'"
#: How the columns of a decision, and its seal, are asked for.
_COLUMNS = ", ".join((*DECISION, "hash"))
#: What DuckDB's messages of a file that it does not open say, and what that means and asks for.
_NOT_OPENED = {
    "Could not set lock": ("the ledger is open in another process", "wait until it has ended"),
    "different configuration": ("the ledger is open in this process already", "close it there"),
    "Permission denied": ("you may not read it, or write to it", "ask its owner"),
    "storage version": ("it was written by a newer version of DuckDB", "install a newer duckdb"),
}


@dataclass(frozen=True)
class Run:
    """A night.

    Attributes:
        date: the ISO day.
        read: what was read, by table: how many entries there are, how many are new, their digest.
        counts: how many decisions of each kind were made.
        law_version: the law they were made by.
        hash: the seal of the ledger after the night.

    """

    date: str
    read: Mapping[str, Any]
    counts: Mapping[str, int] = field(default_factory=dict)
    law_version: str = ""
    hash: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {**vars(self), "read": dict(self.read), "counts": dict(self.counts)}


class Ledger:
    """A ledger, open; use it in a ``with`` statement, or close it.

    >>> from tempfile import TemporaryDirectory
    >>> folder = TemporaryDirectory()
    >>> with Ledger.open(f"{folder.name}/decisions.duckdb") as ledger:
    ...     print(ledger.runs(), ledger.last_hash[:8])
    [] 00000000
    >>> folder.cleanup()
    """

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self.path = path
        self._spill = TemporaryDirectory(prefix="policy-")  # (for this user alone)
        with _private():
            self.connection = duckdb.connect(
                path, read_only=read_only, config=duckdb_settings(self._spill.name)
            )

    @classmethod
    def open(cls, path: str | Path, *, read_only: bool = False) -> Ledger:
        """Open a ledger; one that is not there is made, for its owner alone to read (mode 0600).

        Args:
            path: the DuckDB file.
            read_only: only look at it; it has to be there.

        Raises:
            PolicyError: it is no ledger, broken, of another form, or open in another process.

        """
        path = Path(path)
        if not path.exists():
            if read_only:
                raise _wrong(path, "there is no such file", "check the path")
            _make(path)
        try:
            ledger = cls(path, read_only=read_only)
        except duckdb.Error as error:
            raise _cannot_be_opened(path, error) from None
        try:
            ledger._check_form()
        except PolicyError:
            ledger.close()
            raise
        return ledger

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        with _private():
            self.connection.close()
        self._spill.cleanup()

    def _check_form(self) -> None:
        columns: dict[str, dict[str, str]] = {}
        for table, name, kind in self._rows(
            "SELECT table_name, column_name, data_type FROM duckdb_columns()"
            " WHERE NOT internal ORDER BY table_name, column_index"
        ):
            columns.setdefault(table, {})[name] = kind
        if "form" not in columns.get("ledger", {}):
            raise _wrong(self.path, "this DuckDB file is no ledger", "name a ledger")
        forms = [form for (form,) in self._rows("SELECT form FROM ledger")]
        if forms != [FORM]:
            raise _wrong(
                self.path,
                f"the ledger is of form {forms[0] if forms else 'none'}; this library reads form"
                f" {FORM}",
                "use the library of its time",
            )
        for table, kinds in TABLES.items():
            if columns.get(table) != {name: kind.split()[0] for name, kind in kinds.items()}:
                raise _wrong(
                    self.path,
                    f"the ledger is broken: its table '{table}' was changed or is missing",
                    _COPY,
                )

    @property
    def last_hash(self) -> str:
        """The seal after the last night: kept elsewhere, it proves that none was taken away."""
        runs = self.runs()
        return runs[-1].hash if runs else NOTHING

    def runs(self) -> list[Run]:
        """Return the nights in their order."""
        rows = self._rows(
            "SELECT run_date, read, counts, law_version, hash FROM runs ORDER BY run_date"
        )
        with self._readable():
            return [
                Run(date, json.loads(read), json.loads(counts), version, seal)
                for date, read, counts, version, seal in rows
            ]

    def opened(self) -> str:
        """Return the first month for which something was decided, or an empty string."""
        return str(self._rows("SELECT coalesce(min(period_from), '') FROM decisions")[0][0])

    def law_of(self, night: str) -> KeptLaw:
        """Return the law that the decisions of a night were made by.

        Raises:
            PolicyError: it is not kept here, or is not what it was.

        """
        rows = self._rows(
            "SELECT version, files, digest FROM laws JOIN runs ON law_digest = digest"
            " WHERE run_date = ?",
            night,
        )
        if not rows:
            raise _wrong(self.path, f"the law of {night} is not kept in it", _VERIFY)
        version, files, digest = rows[0]
        if files is None or sha256(files).hexdigest() != digest:
            raise _wrong(self.path, f"the law of {night} was changed", _VERIFY)
        return KeptLaw(version, files)

    def facts(self, digest: str) -> str:
        """Return the facts of a digest, as JSON.

        Raises:
            PolicyError: they are not here, or are not what they were.

        """
        rows = self._rows("SELECT facts FROM inputs WHERE digest = ?", digest)
        if not rows or digest_of(str(rows[0][0])) != digest:
            raise _wrong(self.path, f"no facts have the digest {digest}", _VERIFY)
        return str(rows[0][0])

    def decision(self, id_: str) -> Decision:
        """Return a decision.

        Raises:
            PolicyError: there is none of that id.

        """
        rows = self._rows(f"SELECT {_COLUMNS} FROM decisions WHERE id = ?", id_)
        if not rows:
            near = self._rows("SELECT id FROM decisions ORDER BY number DESC LIMIT 1000")
            remedy = did_you_mean(id_, [row[0] for row in near], kind="decisions", otherwise=" ")
            raise _wrong(self.path, f"there is no decision '{id_}'", remedy.strip())
        with self._readable():
            return decision_of(rows[0])

    def history(
        self,
        subject: str | None = None,
        benefit: str | None = None,
        *,
        kind: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> list[Decision]:
        """Return decisions, the first first: those of whatever is named, or all.

        Args:
            subject: the person whom they are about.
            benefit: the benefit.
            kind: one of :data:`~policy.ledger.rows.KINDS`.
            since: the ISO day of the first night.
            until: the ISO day of the last night.

        """
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM decisions WHERE coalesce(subject = $subject, true)"
            " AND coalesce(benefit = $benefit, true) AND coalesce(kind = $kind, true)"
            " AND coalesce(run_date >= $since, true) AND coalesce(run_date <= $until, true)"
            " ORDER BY number",
            {"subject": subject, "benefit": benefit, "kind": kind, "since": since, "until": until},
        )
        with self._readable():
            return [decision_of(row) for row in rows]

    def decided(self, subjects: pa.Array | None = None) -> pa.Table:
        """Return what was decided about some persons, or about all: a row for each decision."""
        columns = ", ".join(name for name in DECISION if name != "reasons")
        query = f"SELECT {columns} FROM decisions"
        if subjects is not None:
            self.connection.register("asked_for", pa.table({"subject": subjects}))
            query += " SEMI JOIN asked_for USING (subject)"
        return self._table(query)

    def of_night(self, day: str) -> pa.Table:
        """Return the decisions of a night: a row for each, with its seal."""
        query = f"SELECT {_COLUMNS} FROM decisions WHERE run_date = ? ORDER BY number"
        return self._table(query, day)

    def unanswered(self, day: str) -> pa.Table:
        """Return the offers whose last day of an answer is before a day, and still stand."""
        return self._table(
            "SELECT offer.id, offer.subject, offer.benefit, offer.period_from, offer.recipient"
            " FROM decisions AS offer"
            " WHERE offer.kind = 'offer' AND offer.answer_by < ? AND NOT EXISTS ("
            "FROM decisions AS later WHERE later.subject = offer.subject"
            " AND later.benefit = offer.benefit AND later.number > offer.number"
            " AND later.kind <> 'question')",
            day,
        )

    def cases(self, ids: pa.Array, persons: pa.Array) -> pa.Table:
        """Return whom decisions of some ids, or about some persons, are about, and since when."""
        self.connection.register("asked_for", pa.table({"id": ids}))
        self.connection.register("who", pa.table({"person": persons}))
        return self._table(
            "SELECT person, min(month) AS month FROM ("
            "SELECT unnest([subject, recipient]) AS person, period_from || '-01' AS month"
            " FROM decisions WHERE kind IN ('offer', 'award', 'question')"
            " AND (id IN (FROM asked_for) OR subject IN (FROM who))"
            ") WHERE person IS NOT NULL GROUP BY person"
        )

    def append(self, run: Run, law: KeptLaw, inputs: pa.Table, decisions: pa.Table) -> Run:
        """Add a night: all of it, or nothing.

        Args:
            run: the night, without its seal.
            law: the law the decisions were made by.
            inputs: columns ``digest`` and ``facts`` (JSON); those that are here already are left
                out.
            decisions: the columns of :data:`~policy.ledger.rows.SAID`, as texts; ``amounts`` and
                ``reasons`` are JSON. They are written in the order of kind, subject, benefit and
                period.

        Returns:
            The night, sealed. One that is here already with the same ``read`` is returned as it is,
            and nothing is written.

        Raises:
            PolicyError: the night is here with other entries, or a later one is.

        """
        earlier = self.done(run)
        if earlier:
            return earlier
        before = self.last_hash
        rows, counts = self._numbered(run, law, decisions)
        sealed = list(seals(before, rows))
        text = (run.date, law.version, law.digest, canonical(run.read), canonical(counts))
        closing = (*text, len(rows))
        (seal,) = seals(sealed[-1] if sealed else before, [closing])
        columns = [*zip(*rows, strict=True)] if rows else [() for _ in DECISION]
        kinds = [pa.int64() if name == "number" else pa.string() for name in DECISION]
        table = pa.table(
            [*(pa.array(c, k) for c, k in zip(columns, kinds, strict=True)), pa.array(sealed)]
            if rows
            else [*(pa.array([], k) for k in kinds), pa.array([], pa.string())],
            names=[*DECISION, "hash"],
        )
        with _private(), self._transaction() as cursor:
            cursor.execute(
                "INSERT INTO laws VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (law.digest, law.version, law.files),
            )
            cursor.register("new_inputs", inputs.select(["digest", "facts"]))
            cursor.execute(
                "INSERT INTO inputs SELECT DISTINCT digest, facts FROM new_inputs"
                " ANTI JOIN inputs USING (digest) ORDER BY digest"
            )
            cursor.register("new_decisions", table)
            cursor.execute("INSERT INTO decisions SELECT * FROM new_decisions")
            marks = ", ".join("?" * (len(RUN) + 1))
            cursor.execute(f"INSERT INTO runs VALUES ({marks})", (*closing, seal))
        return Run(run.date, run.read, counts, law.version, seal)

    def done(self, run: Run) -> Run | None:
        """Return a night if it is here already; None if it comes next.

        Raises:
            PolicyError: it is here with other entries, or a later one is.

        """
        runs = self.runs()
        for earlier in runs:
            if earlier.date == run.date:
                if canonical(earlier.read) == canonical(run.read):
                    return earlier
                other = [name for name in run.read if earlier.read.get(name) != run.read[name]]
                raise _wrong(
                    self.path,
                    f"the night of {run.date} was run with other entries in"
                    f" {', '.join(sorted(other)) or 'other tables'}",
                    "enter what is new under a later day: a night that was run is not run anew",
                )
        if runs and runs[-1].date > run.date:
            raise _wrong(
                self.path,
                f"the night of {run.date} is before the last one, {runs[-1].date}",
                "run nights in their order",
            )
        return None

    def _numbered(
        self, run: Run, law: KeptLaw, decisions: pa.Table
    ) -> tuple[list[tuple[Any, ...]], dict[str, int]]:
        """Return the rows of decisions in their order, and how many there are of each kind."""
        columns = [decisions.column(name).to_pylist() for name in SAID]
        order = {kind: place for place, kind in enumerate(KINDS)}
        said = sorted(
            zip(*columns, strict=True),
            key=lambda row: (order[row[0]], row[1], row[2], row[3]),
        )
        count = self._rows("SELECT count(*) FROM decisions")[0][0]
        rows = [
            (number, id_of(run.date, *row[:5]), run.date, *row, law.version)
            for number, row in enumerate(said, count + 1)
        ]
        ids = {row[1] for row in rows}
        if len(ids) != len(rows):
            raise ValueError("two decisions of one night have one id")
        counts: dict[str, int] = {}
        for row in said:
            counts[row[0]] = counts.get(row[0], 0) + 1
        return rows, counts

    @contextmanager
    def _transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        cursor = self.connection.cursor()
        cursor.begin()
        try:
            yield cursor
            cursor.commit()
        except duckdb.Error as error:  # (DuckDB itself leaves what was there)
            reason = "there is no room" if "No space" in str(error) else "the file takes no more"
            message = f"the night cannot be written: {reason}; nothing of it was"
            raise _wrong(self.path, message, "make room, and run it again") from None
        except BaseException:
            cursor.rollback()
            raise
        finally:
            cursor.close()

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except (duckdb.Error, ValueError, TypeError):
            raise _wrong(self.path, "the ledger is broken: it cannot be read", _COPY) from None

    def _table(self, query: str, *given: str) -> pa.Table:
        with self._readable():
            return self.connection.sql(query, params=given).to_arrow_table()

    def _rows(self, query: str, given: Sequence[Any] | str | dict[str, Any] = ()) -> list[Any]:
        values = (given,) if isinstance(given, str) else given
        with self._readable():
            return self.connection.execute(query, values).fetchall()


def _make(path: Path) -> None:
    """Make an empty ledger: aside, and moved into its place when it is whole."""
    new = path.with_name(f".{path.name}.new")
    try:
        with _alone_in(path.parent), _private():
            if path.exists():  # (another process was quicker)
                return
            new.unlink(missing_ok=True)  # (of a process that was stopped)
            connection = duckdb.connect(new)
            for name, columns in TABLES.items():
                said = ", ".join(f"{column} {kind}" for column, kind in columns.items())
                connection.execute(f"CREATE TABLE {name} ({said})")
            connection.execute("INSERT INTO ledger VALUES (?)", (FORM,))
            connection.close()
            os.link(new, path)
            new.unlink()
    except (OSError, duckdb.Error):
        remedy = "name a file in a folder that you may write to"
        raise _wrong(path, "it cannot be made there", remedy) from None


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let one process at a time make a ledger in a folder, where the system can."""
    try:
        import fcntl  # noqa: PLC0415 (not on every system)
    except ImportError:
        yield
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


@contextmanager
def _private() -> Iterator[None]:
    """Make files that only their owner may read."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _wrong(path: Path, message: str, remedy: str) -> PolicyError:
    return PolicyError(Problem(message, Location(str(path)), remedy, code="ledger"))


def _cannot_be_opened(path: Path, error: Exception) -> PolicyError:
    if path.is_dir():
        return _wrong(path, "this is a folder, not a ledger", "name a file in it")
    for said, (message, remedy) in _NOT_OPENED.items():
        if said in str(error):
            return _wrong(path, message, remedy)
    return _wrong(path, "this is no ledger, or it is broken", "name a ledger, or a good copy of it")
