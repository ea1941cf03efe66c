"""Tables of people in files: CSV, Excel and Parquet, read and written as they are."""

from __future__ import annotations

import csv
import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy.errors import Location, PolicyError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Kinds of files that hold a table.
SUFFIXES = (".csv", ".xlsx", ".parquet")


@dataclass(frozen=True)
class Table:
    """A table of a file.

    Attributes:
        file: the path that it was read from.
        columns: the names of the columns.
        rows: a list of cells for each row; text in CSV, values otherwise, None where empty.
        lines: the number of each row, as a person counts in the file; empty ones are left out.

    """

    file: str
    columns: list[str]
    rows: list[list[Any]]
    lines: list[int]

    def where(self, row: int | None, column: str) -> Location:
        """Return where a cell stands, or the name of a column."""
        line = 1 if row is None else self.lines[row]
        return Location(
            self.file, line, self.columns.index(column) + 1 if column in self.columns else 0
        )


def is_table(path: str | Path) -> bool:
    """Tell whether a file is a table by its name.

    >>> is_table("fleet.csv"), is_table("family.yaml")
    (True, False)
    """
    return Path(path).suffix.lower() in SUFFIXES


def read_table(path: str | Path) -> Table:
    """Read the table of a file; of an Excel file its first sheet.

    Raises:
        PolicyError: the file cannot be read, has no rows or no names of columns, or names one
            twice; or a library that reads it is not installed.

    """
    file = Path(path)
    if not file.is_file():
        raise _wrong(path, "there is no such file", "check the path")
    try:
        cells = _READERS[file.suffix.lower()](file)
    except UnicodeDecodeError:
        remedy = "save it as UTF-8; Excel calls that 'CSV UTF-8'"
        raise _wrong(path, "its letters are not in UTF-8", remedy) from None
    except (OSError, ValueError, KeyError, csv.Error) as error:
        remedy = "save it again, as CSV for instance"
        raise _wrong(path, f"it cannot be read: {error}", remedy) from None
    if not cells:
        raise _wrong(path, "the file is empty", "name the columns in the first line")
    names = ["" if name is None else str(name).strip() for name in cells[0]]
    while names and not names[-1]:
        names.pop()
    wrong = next((n for n, name in enumerate(names) if not name or name in names[:n]), None)
    if wrong is not None:
        what = f"named '{names[wrong]}' as another is" if names[wrong] else "without a name"
        raise _wrong(path, f"column {wrong + 1} is {what}", "give each column its own name")
    long = next((n for n, row in enumerate(cells) if any(map(_is_filled, row[len(names) :]))), None)
    if long is not None:
        raise _wrong(
            path, f"line {long + 1} has more cells than there are columns", "name them all"
        )
    numbered = [(n, row) for n, row in enumerate(cells[1:], 2) if any(map(_is_filled, row))]
    if not numbered:
        raise _wrong(path, "the table has no rows", "write a row for each person or thing")
    rows = [list(row[: len(names)]) + [None] * (len(names) - len(row)) for _, row in numbered]
    return Table(str(path), names, rows, [line for line, _ in numbered])


def write_table(path: str | Path, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write a table: whole, or not at all.

    Raises:
        PolicyError: the name is of no kind of table, or the file cannot be written.

    """
    file = Path(path)
    write = _WRITERS.get(file.suffix.lower())
    if write is None:
        kinds = ", ".join(SUFFIXES)
        raise _wrong(path, "tables are not written to such a file", f"name it with one of {kinds}")
    aside = file.with_name(f".{file.name}.part{file.suffix}")
    try:
        write(aside, columns, rows)
        aside.replace(file)
    except OSError as error:
        message = f"it cannot be written: {error.strerror}"
        raise _wrong(path, message, "choose another place") from None
    finally:
        aside.unlink(missing_ok=True)


def _is_filled(cell: Any) -> bool:
    return cell is not None and cell != ""


def _wrong(path: str | Path, message: str, remedy: str) -> PolicyError:
    return PolicyError(Problem(message, Location(str(path)), remedy))


def library(name: str, path: Path, work: str = "", extra: str = "tables") -> Any:
    """Import a library that reads or writes some kinds of files.

    Args:
        name: the module.
        path: a file of such a kind.
        work: what it is needed for, if for something else.
        extra: what is to be installed.

    Raises:
        PolicyError: it is not installed; says how to install it.

    """
    try:
        return importlib.import_module(name)
    except ImportError:
        library = name.split(".", maxsplit=1)[0]
        remedy = f"run: pip install 'policy-statutes[{extra}]'"
        message = f"{work or f'reading and writing {path.suffix} files'} needs {library}"
        raise PolicyError(Problem(message, remedy=remedy)) from None


def _read_csv(path: Path) -> list[list[Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        head = file.readline()
        file.seek(0)
        comma = ";" if head.count(";") > head.count(",") else ","
        return list(csv.reader(file, delimiter=comma))


def _write_csv(path: Path, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _read_excel(path: Path) -> list[list[Any]]:
    try:
        book = library("openpyxl", path).load_workbook(path, read_only=True, data_only=True)
    except PolicyError:
        raise
    except Exception as error:  # (zipfile and openpyxl raise several kinds)
        raise ValueError(str(error)) from None
    try:
        return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    finally:
        book.close()


def _write_excel(path: Path, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    book = library("openpyxl", path).Workbook(write_only=True)
    sheet = book.create_sheet("policy")
    sheet.append(list(columns))
    for row in rows:
        sheet.append(list(row))
    book.save(path)


def _read_parquet(path: Path) -> list[list[Any]]:
    table = library("pyarrow.parquet", path).read_table(path)
    columns = [column.to_pylist() for column in table.columns]
    return [list(table.column_names), *(list(row) for row in zip(*columns, strict=True))]


def _write_parquet(path: Path, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    arrow, parquet = library("pyarrow", path), library("pyarrow.parquet", path)
    by_column = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in columns]
    parquet.write_table(arrow.table(dict(zip(columns, by_column, strict=True))), path)


_READERS: dict[str, Callable[[Path], list[list[Any]]]] = {
    ".csv": _read_csv,
    ".xlsx": _read_excel,
    ".parquet": _read_parquet,
}
_WRITERS: dict[str, Callable[[Path, Sequence[str], Sequence[Sequence[Any]]], None]] = {
    ".csv": _write_csv,
    ".xlsx": _write_excel,
    ".parquet": _write_parquet,
}
