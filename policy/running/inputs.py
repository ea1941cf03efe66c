"""The tables of an input, matched with a question: which column is read as what.

An input is a folder with a table of persons, and with or without tables of their groups and of who
is in which; a DuckDB file with such tables; or one table of persons that has the columns of their
groups, as ``policy calculate TABLE`` and ``policy sample`` have it. What is wrong with the tables
themselves is an error here, before a row is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from policy.errors import Location, PolicyError, Problem, did_you_mean
from policy.population.frame import WEIGHT
from policy.running.schema import ID, MEMBERSHIPS
from policy.running.sources import DUCKDB, Source, is_source, open_source, tables_of_duckdb
from policy.running.values import refuse_kind
from policy.scenario.values import BadValueError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openfisca_core.periods import Period

    from policy.running.schema import Fact, Question

#: Whole numbers or texts: what an id can be.
_WHOLE, _TEXT = "whole numbers", "text"


@dataclass(frozen=True)
class Given:
    """A column that is read.

    Attributes:
        column: its name.
        variable: the variable that it holds.
        periods: the variable's own periods that it is for.

    """

    column: str
    variable: Any
    periods: tuple[Period, ...]


@dataclass(frozen=True)
class Input:
    """The tables of an input.

    Attributes:
        question: what is asked.
        persons: the table of persons.
        members: the table of who is in which group; the persons' own where there is none.
        groups: the table of groups, if there is one.
        person_id: the column of a person's id; none where a row's line is its id.
        group_id: the column of a group's id in the groups' own table.
        person_facts: columns of the table of persons: facts of persons, and of their groups.
        group_facts: columns of the table of groups.
        not_read: columns that no answer needs.
        assumed: the facts that answers need and no column gives.

    """

    question: Question
    persons: Source
    members: Source
    groups: Source | None
    person_id: str | None
    group_id: str
    person_facts: tuple[Given, ...]
    group_facts: tuple[Given, ...]
    not_read: tuple[str, ...]
    assumed: tuple[Fact, ...]

    @property
    def is_one_table(self) -> bool:
        """Whether persons and their groups stand in one table."""
        return self.members is self.persons

    @property
    def sources(self) -> list[Source]:
        """The tables, each once."""
        return list(dict.fromkeys(filter(None, (self.persons, self.members, self.groups))))

    @property
    def has_roles(self) -> bool:
        """Whether a column tells the role of each person."""
        return self.role in self.members.types

    @property
    def in_place_of_the_law(self) -> list[str]:
        """The columns of what the law computes: what they say is taken instead."""
        facts = (*self.person_facts, *self.group_facts)
        return [each.column for each in facts if each.variable.formulas]

    @property
    def role(self) -> str:
        """The name of the column of roles."""
        return f"{self.question.group.key}_role"


def input_of(question: Question, path: str | Path) -> Input:
    """Match the tables of a folder or a file with a question.

    Raises:
        PolicyError: there are no such tables, a column is missing, names nothing or is given twice,
            or holds another kind of values than its variable.

    """
    tables = {source.name: source for source in _sources(question, Path(path))}
    person, group = question.person, question.group
    persons = tables.get(person.plural)
    if persons is None:
        message = f"there is no table of {person.plural}"
        remedy = f"add one, such as {person.plural}.parquet; 'policy schema' tells its columns"
        raise PolicyError(Problem(message, Location(str(path)), remedy))
    members, groups = tables.get(MEMBERSHIPS, persons), tables.get(group.plural)
    person_id = next((name for name in (person.key, ID) if name in persons.types), None)
    _need(members, group.key, f"it names the {group.key} of each {person.key}")
    if members is not persons:
        _need(persons, person.key, "it is the id of each row", found=person_id)
        _need(members, person.key, f"it names the {person.key} of each row")
    if len(group.roles) > 1:
        words = ", ".join(role.plural or role.key for role in group.roles)
        _need(members, f"{group.key}_role", f"it says the role of each {person.key}: {words}")
    group_id = group.key
    if groups is not None:
        group_id = next((name for name in (group.key, ID) if name in groups.types), "")
        _need(groups, group.key, "it is the id of each row", found=group_id)
    if person_id is not None:
        alike = [(persons, person_id), (members, person.key)]
        _refuse_unlike(alike if members is not persons else alike[:1])
    _refuse_unlike([(members, group.key), *([(groups, group_id)] if groups is not None else [])])
    keys = {persons.name: {person.key, ID, WEIGHT}}
    keys.setdefault(members.name, {person.key}).update({group.key, f"{group.key}_role"})
    if groups is not None:
        keys[groups.name] = {group.key, ID, WEIGHT}
    given = {
        source.name: [*_given(question, source, keys[source.name])]
        for source in dict.fromkeys(filter(None, (persons, members, groups)))
    }
    _refuse_twice(given, tables)
    columns = [each.column for table in given.values() for each in table]
    read = set(question.read(columns))
    needed = {
        name: tuple(e for e in table if any((e.variable.name, w) in read for w in e.periods))
        for name, table in given.items()
    }
    used = {
        name: {each.column for each in table} | keys[name] - {WEIGHT}
        for name, table in needed.items()
    }
    for name, table in needed.items():
        for each in table:
            _refuse_column(tables[name], each)
    return Input(
        question,
        persons,
        members,
        groups,
        person_id,
        group_id,
        needed[persons.name],
        needed[groups.name] if groups is not None else (),
        tuple(
            f"{name}.{column}"
            for name, table in used.items()
            for column in tables[name].types
            if column not in table
        ),
        tuple(fact for facts in question.facts(columns).values() for fact in facts),
    )


def _sources(question: Question, path: Path) -> Iterator[Source]:
    person, group = question.person, question.group
    names = [person.plural, group.plural, MEMBERSHIPS]
    found = {
        name: [each for each in sorted(path.glob(f"{name}*")) if _is_named(each, name)]
        for name in names
        if path.is_dir()
    }
    if any(found.values()):
        for name, paths in found.items():
            if len(paths) > 1:
                several = ", ".join(each.name for each in paths)
                message = f"there are several tables of {name}: {several}"
                raise PolicyError(Problem(message, Location(str(path)), "keep one of them"))
            if paths:
                yield open_source(name, paths[0])
    elif not path.exists():
        raise PolicyError(Problem("there is no such file", Location(str(path)), "check the path"))
    elif path.suffix.lower() == DUCKDB:
        yield from tables_of_duckdb(path, names)
    elif is_source(path):
        yield open_source(person.plural, path)
    elif not path.is_dir():
        remedy = "give .parquet, .arrow, .feather, .csv or .duckdb, or a folder of such files"
        raise PolicyError(Problem("it is no kind of table", Location(str(path)), remedy))


def _is_named(path: Path, name: str) -> bool:
    return (path.stem == name or (path.is_dir() and path.name == name)) and is_source(path)


def _need(source: Source, column: str, what: str, found: str | None = "") -> None:
    if column not in source.types and not found:
        near = [name for name in source.types if name.casefold() == column.casefold()]
        hint = f"rename '{near[0]}'" if near else f"add it: {what}"
        message = f"there is no column '{column}'"
        raise PolicyError(Problem(message, Location(source.file), hint))


def _given(question: Question, source: Source, keys: set[str]) -> Iterator[Given]:
    """Yield the columns of a table that hold variables.

    Raises:
        PolicyError: a column names no variable, or one of another table or of other periods.

    """
    law, person, group = question.law, question.person, question.group
    entities = {
        person.plural: (person.key, group.key),
        group.plural: (group.key,),
        MEMBERSHIPS: (),
    }[source.name]
    problems = []
    for column in source.types:
        if column in keys:
            continue
        name = column.partition("@")[0]
        variable = law.system.variables.get(name)
        if variable is None:
            words = [n for n, v in law.system.variables.items() if v.entity.key in entities]
            remedy = did_you_mean(column, [*words, *keys], otherwise="leave it out, or rename it")
            problems.append(_problem(source, column, "no variable has this name", remedy))
        elif variable.is_neutralized:
            message = "it is neutralised: values given for it have no effect"
            problems.append(_problem(source, column, message, "leave it out"))
        elif variable.entity.key not in entities:
            message = f"it is a fact of a {variable.entity.key}, and this is another table"
            remedy = f"move it to the table of {variable.entity.plural}"
            problems.append(_problem(source, column, message, remedy))
        else:
            try:
                _, periods = question.periods_of(column)
            except BadValueError as error:
                problems.append(_problem(source, column, error.message, error.remedy))
                continue
            ended = [when for when in periods if variable.end and when.start.date > variable.end]
            if ended:
                message = f"it ended on {variable.end}: values for {ended[0]} have no effect"
                problems.append(_problem(source, column, message, "leave it out"))
            yield Given(column, variable, tuple(periods))
    if problems:
        raise PolicyError(*problems)


def _problem(source: Source, column: str, message: str, remedy: str) -> Problem:
    return Problem(f"{column}: {message}", Location(source.file), remedy)


def _refuse_twice(given: dict[str, list[Given]], tables: dict[str, Source]) -> None:
    """Refuse a variable of a period that two columns give.

    Raises:
        PolicyError: there is one.

    """
    seen: dict[Any, tuple[str, str]] = {}
    for name, table in given.items():
        for each in table:
            for when in each.periods:
                first = seen.setdefault((each.variable.name, when), (name, each.column))
                if first != (name, each.column):
                    message = f"it is given in the column {first[1]} of the {first[0]} too"
                    raise PolicyError(_problem(tables[name], each.column, message, "keep one"))


def _refuse_column(source: Source, given: Given) -> None:
    try:
        refuse_kind(given.variable, source.types[given.column])
    except BadValueError as error:
        raise PolicyError(_problem(source, given.column, error.message, error.remedy)) from None


def _refuse_unlike(columns: Sequence[tuple[Source, str]]) -> None:
    """Refuse ids that are numbers in one table and text in another, or neither.

    Raises:
        PolicyError: they are.

    """
    (first, _), kind = columns[0], _kind_of_id(*columns[0])
    for source, column in columns[1:]:
        other = _kind_of_id(source, column)
        if other != kind:
            message = f"{column}: ids are {other} here, and {kind} in {first.file}"
            raise PolicyError(Problem(message, Location(source.file), "write both alike"))


def _kind_of_id(source: Source, column: str) -> str:
    kind = source.types[column]
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    if pa.types.is_integer(inner):
        return _WHOLE
    if (
        pa.types.is_string(inner)
        or pa.types.is_large_string(inner)
        or pa.types.is_string_view(inner)
    ):
        return _TEXT
    message = f"ids are whole numbers or text, not {kind}"
    raise PolicyError(_problem(source, column, message, "write them as one of these"))
