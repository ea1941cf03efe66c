"""Tables in files: which columns they have, and their rows in batches; never a whole file at once.

Parquet, Arrow's own files, CSV, a folder of Parquet files, and the tables of a DuckDB file. What
CSV holds is text; :mod:`policy.running.values` reads it as the law's values.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import csv, ipc, parquet

from policy.errors import Location, PolicyError, Problem
from policy.population.tables import library
from policy.running.values import is_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

DUCKDB = ".duckdb"
#: Rows that are read at a time.
_BATCH = 65_536
#: Bytes that the words of a column may take in a small table.
_FEW = 1_000
#: What is read by whole megabytes: enough for the first lines of any file.
_CSV_BLOCK = 4 << 20


@dataclass(frozen=True, eq=False)
class Source:
    """A table in a file.

    Attributes:
        name: what it is a table of: ``persons``, ``families``, ``memberships``.
        file: the path, for errors.
        types: pyarrow's type of each column, by its name.
        files: the files that it is read from.
        batches: reads some of the columns.

    """

    name: str
    file: str
    types: dict[str, Any]
    files: tuple[Path, ...]
    batches: Callable[[Sequence[str]], Iterator[Any]]

    def read(self, columns: Sequence[str]) -> Iterator[Any]:
        """Yield some of the columns, a batch of rows at a time.

        Raises:
            PolicyError: the file cannot be read.

        """
        with _readable(self.file):
            yield from self.batches(columns)


def is_source(path: Path) -> bool:
    """Tell whether a table could be read from a path, by its name."""
    return path.suffix.lower() in _OPENERS or _is_parts(path)


def open_source(name: str, path: Path) -> Source:
    """Open the table of a file, or of a folder of Parquet files.

    Raises:
        PolicyError: it cannot be read, or two of its columns have the same name.

    """
    opener = _OPENERS[".parquet" if path.is_dir() else path.suffix.lower()]
    with _readable(str(path)):
        schema, files, batches = opener(path)
    return _source(name, str(path), schema, files, batches)


def tables_of_duckdb(path: Path, names: Sequence[str]) -> Iterator[Source]:
    """Yield those of the named tables that a DuckDB file has.

    Raises:
        PolicyError: it cannot be read, DuckDB is not installed, or the file has none of them.

    """
    duckdb = library("duckdb", path, extra="scale")

    def reader(name: str) -> Callable[[Sequence[str]], Iterator[Any]]:
        def batches(columns: Sequence[str]) -> Iterator[Any]:
            with _readable(str(path)), duckdb.connect(str(path), read_only=True) as own:
                chosen = map(duckdb.ColumnExpression, columns)
                yield from own.table(name).select(*chosen).to_arrow_reader(_BATCH)

        return batches

    with _readable(str(path)), duckdb.connect(str(path), read_only=True) as connection:
        there = {
            row[0] for row in connection.sql("SELECT table_name FROM duckdb_tables").fetchall()
        }
        there |= {row[0] for row in connection.sql("SELECT view_name FROM duckdb_views").fetchall()}
        schemas = {
            name: connection.table(name).limit(0).to_arrow_table().schema
            for name in names
            if name in there
        }
    for name, schema in schemas.items():
        yield _source(name, f"{path}:{name}", schema, (path,), reader(name))


def digest_of(files: Sequence[Path]) -> str:
    """Return a digest of what files hold."""
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _source(
    name: str,
    file: str,
    schema: Any,
    files: Sequence[Path],
    batches: Callable[[Sequence[str]], Iterator[Any]],
) -> Source:
    twice = next((each for each in schema.names if schema.names.count(each) > 1), None)
    if twice is not None:
        message = f"two columns are named '{twice}'"
        raise PolicyError(Problem(message, Location(file), "keep one of them"))
    types = dict(zip(schema.names, schema.types, strict=True))
    return Source(name, file, types, tuple(files), batches)


@contextmanager
def _readable(file: str) -> Iterator[None]:
    """Turn what libraries raise about a file into an error that names it, without its content."""
    try:
        yield
    except PolicyError:
        raise
    except Exception as error:  # (pyarrow and DuckDB raise several kinds, and quote what they read)
        message = f"it cannot be read ({type(error).__name__})"
        raise PolicyError(Problem(message, Location(file), "write it anew")) from None


def _is_parts(path: Path) -> bool:
    return path.is_dir() and any(path.glob("*.parquet"))


def _open_parquet(path: Path) -> tuple[Any, Sequence[Path], Any]:
    """Open a file, or a folder of files, which are read in the order of their names."""
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    schema = parquet.read_schema(files[0])
    for file in files[1:]:
        if not parquet.read_schema(file).equals(schema):
            message = f"its columns are not those of {files[0].name}"
            remedy = "write all files of the folder with the same columns and types"
            raise PolicyError(Problem(message, Location(str(file)), remedy))
    words = sorted(set.intersection(*map(_words, files)))

    def batches(columns: Sequence[str]) -> Iterator[Any]:
        for each in files:
            with parquet.ParquetFile(each, read_dictionary=words, pre_buffer=False) as file:
                yield from file.iter_batches(_BATCH, columns=list(columns))

    return schema, files, batches


def _words(path: Path) -> set[str]:
    """Return the columns of texts that hold few words, many times over.

    Each is written once, and its number, in less than a byte, wherever it stands.
    """
    with parquet.ParquetFile(path) as file:
        found = {field.name for field in file.schema_arrow if is_text(field.type)}
        for group in range(file.metadata.num_row_groups):
            rows = file.metadata.row_group(group)
            for place in range(rows.num_columns):
                column = rows.column(place)
                if column.total_uncompressed_size > max(column.num_values, _FEW):
                    found.discard(column.path_in_schema)
    return found


def _open_arrow(path: Path) -> tuple[Any, Sequence[Path], Any]:
    """Open a file of Arrow's: one with a table of contents, or a stream."""

    @contextmanager
    def opened() -> Iterator[tuple[Any, Iterator[Any]]]:
        with pa.memory_map(str(path)) as source:
            try:
                file = ipc.open_file(source)
            except pa.ArrowInvalid:
                source.seek(0)
                stream = ipc.open_stream(source)
                yield stream.schema, iter(stream)
            else:
                yield file.schema, map(file.get_batch, range(file.num_record_batches))

    def batches(columns: Sequence[str]) -> Iterator[Any]:
        with opened() as (_, each):
            for batch in each:
                yield batch.select(list(columns))

    with opened() as (schema, _):
        return schema, (path,), batches


def _open_csv(path: Path) -> tuple[Any, Sequence[Path], Any]:
    with path.open(encoding="utf-8-sig") as file:
        head = file.readline()
    if not head.strip():
        raise PolicyError(
            Problem("the file is empty", Location(str(path)), "name the columns in the first line")
        )
    comma = ";" if head.count(";") > head.count(",") else ","

    def broken(row: Any) -> str:
        message = (
            f"a row has {row.actual_columns} cells, and there are {row.expected_columns} columns"
        )
        where = Location(str(path), row.number or 0)
        wrong.append(PolicyError(Problem(message, where, "write a cell for each column")))
        return "error"

    wrong: list[PolicyError] = []
    parsing = csv.ParseOptions(delimiter=comma, newlines_in_values=True, invalid_row_handler=broken)
    reading = csv.ReadOptions(block_size=_CSV_BLOCK)

    def opened(columns: Sequence[str] | None, names: Sequence[str]) -> Any:
        converting = csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=columns,
            null_values=[""],
            strings_can_be_null=True,
        )
        try:
            return csv.open_csv(path, reading, parsing, converting)
        except pa.ArrowInvalid:
            raise (wrong[0] if wrong else _unreadable(path)) from None

    names = opened(None, ()).schema.names

    def batches(columns: Sequence[str]) -> Iterator[Any]:
        try:
            yield from opened(list(columns), names)
        except pa.ArrowInvalid:
            raise (wrong[0] if wrong else _unreadable(path)) from None

    return pa.schema([(name, pa.string()) for name in names]), (path,), batches


def _unreadable(path: Path) -> PolicyError:
    return PolicyError(Problem("it is no CSV in UTF-8", Location(str(path)), "save it again"))


_OPENERS: dict[str, Callable[[Path], tuple[Any, Sequence[Path], Any]]] = {
    ".parquet": _open_parquet,
    ".arrow": _open_arrow,
    ".feather": _open_arrow,
    ".csv": _open_csv,
}
