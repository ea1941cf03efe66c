"""Which registers hold the facts of a statute book: read from ``parameters/BOOK/registers``.

A file is a register: its tables, what each column says, which facts of the book it feeds, and by
which section of the law, or by whose consent, it may be read. What has neither is never read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from policy.documents import Document, read_document
from policy.errors import Location, PolicyError, Problem, did_you_mean
from policy.legislation.checks.form import violations
from policy.legislation.parameters import Reference, references_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policy.documents import KeyPath
    from policy.legislation.legislation import Legislation

#: What each table has besides its own columns: the day of the entry, and whether it takes it back.
RECORDED_ON, WITHDRAWN = "recorded_on", "withdrawn"
ENTRY = (RECORDED_ON, WITHDRAWN)
#: How a column feeds a fact that it holds as it stands.
DIRECTLY = "directly"
#: Types of columns.
TEXT, DATE, BOOL, NUMBER = "text", "date", "bool", "number"


@dataclass(frozen=True)
class Column:
    """A column of a register's table.

    Attributes:
        name: its name.
        type: ``"text"``, ``"date"``, ``"bool"`` or ``"number"``.
        description: what it says.
        optional: whether it may be empty.
        values: the only texts it can have; none where any will do.
        identifies: ``"person"`` where it names one, else an empty string.
        feeds: the variables, and kinds of groups, that it feeds, each with ``"directly"`` or how it
            is worked out.
        basis: the section by which it may be read, or an empty string.
        consent: the consent by which it may be read, or an empty string.
        references: where that is said.

    """

    name: str
    type: str
    description: str
    optional: bool
    values: tuple[str, ...]
    identifies: str
    feeds: Mapping[str, str]
    basis: str
    consent: str
    references: tuple[Reference, ...]

    def readable(self, consents: Iterable[str] = ()) -> bool:
        """Tell whether it may be read, where these consents are given."""
        return bool(self.basis) or self.consent in set(consents)


@dataclass(frozen=True)
class Table:
    """A table of a register: a row for each entry, and later entries in the place of earlier ones.

    Attributes:
        register: the name of its register.
        name: its own name.
        description: what a row is.
        key: the columns that tell one thing from another.
        columns: its columns by name, without ``recorded_on`` and ``withdrawn``.

    """

    register: str
    name: str
    description: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]

    @property
    def path(self) -> str:
        """Its name with the register's: ``"population/persons"``."""
        return f"{self.register}/{self.name}"

    @property
    def persons(self) -> tuple[str, ...]:
        """The columns that name a person."""
        return tuple(name for name, each in self.columns.items() if each.identifies == "person")


@dataclass(frozen=True)
class Register:
    """A register: who keeps it, and its tables by name."""

    name: str
    title: str
    titles: Mapping[str, str]
    keeper: str
    description: str
    tables: Mapping[str, Table]
    references: tuple[Reference, ...]
    document: Document = field(repr=False, compare=False)


@dataclass(frozen=True)
class Sources:
    """The registers of a statute book, by name."""

    book: str
    registers: Mapping[str, Register]

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The tables of all registers by path, ``"population/persons"``."""
        return {
            table.path: table
            for register in self.registers.values()
            for table in register.tables.values()
        }

    def table(self, path: str) -> Table:
        """Return a table.

        Raises:
            PolicyError: there is none of that path; the nearest is given.

        """
        if path not in self.tables:
            raise PolicyError(
                Problem(
                    f"no register of the {self.book} book has a table '{path}'",
                    remedy=did_you_mean(path, self.tables, kind="tables"),
                    code="unknown-table",
                )
            )
        return self.tables[path]

    def column(self, path: str, name: str) -> Column:
        """Return a column of a table.

        Raises:
            PolicyError: there is no such table or column; the nearest is given.

        """
        table = self.table(path)
        if name not in table.columns:
            raise PolicyError(
                Problem(
                    f"the table '{path}' has no column '{name}'",
                    remedy=did_you_mean(name, table.columns, kind="columns"),
                    code="unknown-column",
                )
            )
        return table.columns[name]

    @cached_property
    def feeding(self) -> dict[str, list[tuple[Table, Column]]]:
        """The columns that feed each variable, or kind of group, by its name."""
        found: dict[str, list[tuple[Table, Column]]] = {}
        for table in self.tables.values():
            for column in table.columns.values():
                for name in column.feeds:
                    found.setdefault(name, []).append((table, column))
        return found


def sources_of(law: Legislation) -> Sources:
    """Return the registers that the facts of a statute book are taken from.

    Raises:
        PolicyError: the book declares none, or a file is wrong; names file, line and key.

    >>> import policy
    >>> sources = sources_of(policy.load("estonia"))
    >>> sources.column("population/persons", "birth_date").feeds["birth_date"]
    'directly'
    >>> [table.path for table, _ in sources.feeding["due_date"]]
    ['health/pregnancies']

    """
    found = law.derived.get(Sources)
    if found is None:
        found, problems = _read(law)
        if problems:
            raise PolicyError(*problems)
        if not found.registers:
            raise PolicyError(
                Problem(
                    f"the {law.name} book says of no register what it holds",
                    Location(str(law.sources.registers)),
                    "declare registers there, a file for each",
                    code="no-registers",
                )
            )
        law.derived[Sources] = found
    sources: Sources = found
    return sources


def check(law: Legislation) -> list[Problem]:
    """Return what is wrong in the files of a book's registers; nothing where it has none."""
    return _read(law)[1]


def _read(law: Legislation) -> tuple[Sources, list[Problem]]:
    registers: dict[str, Register] = {}
    problems: list[Problem] = []
    folder = law.sources.registers
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith("."):
            continue
        if path.suffix != ".yaml":
            message, remedy = "this file is not read", "end its name in .yaml, or remove it"
            problems.append(Problem(message, Location(str(path)), remedy, code="file"))
            continue
        try:
            document = read_document(path)
        except PolicyError as error:
            problems += error.problems
            continue
        wrong = list(violations(document, "register")) or list(_wrong(law, document))
        problems += wrong
        if not wrong:
            registers[path.stem] = _register(path.stem, document)
    return Sources(law.name, registers), problems


def _register(name: str, document: Document) -> Register:
    data = document.data
    references = references_of(data.get("reference"))
    return Register(
        name,
        data["title"],
        {key.removeprefix("title_"): data[key] for key in data if key.startswith("title_")},
        data["keeper"],
        data.get("description", ""),
        {
            each: Table(
                name,
                each,
                table["description"],
                tuple(table["key"]),
                {key: _column(key, column, references) for key, column in table["columns"].items()},
            )
            for each, table in data["tables"].items()
        },
        references,
        document,
    )


def _column(name: str, data: Mapping[str, Any], references: tuple[Reference, ...]) -> Column:
    return Column(
        name,
        data["type"],
        data["description"],
        "optional" in data,
        tuple(data.get("values", ())),
        data.get("identifies", ""),
        dict(data.get("feeds", {})),
        data.get("basis", ""),
        data.get("consent", ""),
        references_of(data.get("reference")) or references,
    )


def _wrong(law: Legislation, document: Document) -> Iterator[Problem]:
    """Yield what the schema cannot see: names that the book or the table does not have."""
    for name, table in document.data["tables"].items():
        path: KeyPath = ("tables", name)
        columns = table["columns"]
        for number, key in enumerate(table["key"]):
            where = (*path, "key", number)
            if key not in columns:
                near = did_you_mean(key, columns, kind="columns")
                yield document.problem(where, f"the table has no column '{key}'", near, "register")
            elif "optional" in columns[key]:
                message = f"'{key}' may be empty and cannot tell one thing from another"
                yield document.problem(where, message, "remove it from the key", "register")
        for key, column in columns.items():
            for place, message, remedy in _wrong_in(law, key, column):
                yield document.problem((*path, "columns", key, *place), message, remedy, "register")


def _wrong_in(
    law: Legislation, name: str, column: Mapping[str, Any]
) -> Iterator[tuple[KeyPath, str, str]]:
    if name in ENTRY:
        yield (), f"each table has '{name}' besides its own columns", "remove it"
    if "values" in column and column["type"] != TEXT:
        yield ("values",), "only a text has values to choose from", "write 'type: text'"
    if column.get("identifies") and column["type"] != TEXT:
        yield ("type",), "a person is named by a text", "write 'type: text'"
    if "basis" in column and "consent" in column:
        yield ("consent",), "what the law lets be read needs no consent", "keep one of the two"
    act = next((key for key in law.acts if column.get("basis", key).startswith(key)), None)
    if act is None:
        written = column["basis"]
        remedy = did_you_mean(written.split(" §")[0], law.acts, kind="acts")
        yield ("basis",), f"'{written}' begins with no act that the book names", remedy
    groups = {entity.key for entity in law.entities.values() if not entity.is_person}
    for fed in column.get("feeds", {}):
        if fed not in law.variables and fed not in groups:
            remedy = did_you_mean(fed, [*law.variables, *groups], kind="variables")
            yield ("feeds", fed), f"the {law.name} book has no variable '{fed}'", remedy
