"""The pairs a person is asked about: a table to fill in, and to give back on the next run.

An answer holds for what the two entries said when it was given. Where one of them says something
else since, the pair is asked about again.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from policy.errors import Location, PolicyError, Problem, did_you_mean
from policy.registers.linking.deciding import DIFFERENT, REVIEW, SAME, UNSURE
from policy.registers.linking.entries import SAID, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import duckdb

    from policy.registers.linking.linking import Linked
    from policy.registers.linking.rules import Kind

ANSWERS = (SAME, DIFFERENT, UNSURE)
_SIDES = ("one", "other")
_HEADER = (
    *("answer", "kind", "weight", "why"),
    *(f"{name}_{side}" for name in ("entry", *SAID) for side in _SIDES),
    "digest",
)
_NEEDED = ("answer", "kind", "entry_one", "entry_other", "digest")
#: How a spreadsheet knows a formula; a text that begins so is written behind an apostrophe.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


@dataclass(frozen=True)
class Answers:
    """What persons said of pairs.

    Attributes:
        given: of each kind and pair of entries, the answer and the digest of what they said.

    """

    given: Mapping[tuple[str, str, str], tuple[str, str]]

    def that_hold(
        self, connection: duckdb.DuckDBPyConnection, kind: Kind
    ) -> dict[tuple[str, str], str]:
        """Return the answers about pairs of a kind that say what they said then."""
        pairs = [(one, other) for name, one, other in self.given if name == kind.name]
        return {
            pair: answer
            for pair, said in _said(connection, kind, pairs).items()
            for answer, digest in [self.given[kind.name, *pair]]
            if digest == _digest(said)
        }


def read_answers(path: Path) -> Answers:
    """Read a review file that a person filled in.

    Raises:
        PolicyError: it cannot be read, lacks a column, has an answer that is none, or two that
            differ about one pair; names the line.

    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        head = text.partition("\n")[0]
        comma = ";" if head.count(";") > head.count(",") else ","  # (some spreadsheets write ";")
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=comma, strict=True)
        names, lines = rows.fieldnames or (), [(rows.line_num, row) for row in rows]
    except FileNotFoundError:
        raise _unread(path, "there is no such file", "check the path") from None
    except UnicodeDecodeError:
        raise _unread(path, "its letters are not UTF-8", "save it as CSV in UTF-8") from None
    except (OSError, csv.Error):
        remedy = "give a review file that 'policy registers link' wrote"
        raise _unread(path, "cannot be read", remedy) from None
    lacking = [name for name in _NEEDED if name not in names]
    if lacking:
        message = f"the column '{lacking[0]}' is missing"
        remedy = "give a review file that 'policy registers link' wrote, with all its columns"
        raise PolicyError(Problem(message, Location(str(path), 1, 1), remedy))
    given: dict[tuple[str, str, str], tuple[str, str]] = {}
    problems = []
    for line, row in lines:
        answer = (row["answer"] or "").strip().casefold()
        if not answer:
            continue
        where = Location(str(path), line, 1)
        if answer not in ANSWERS:
            near = did_you_mean(answer, ANSWERS, kind="answers")
            problems.append(Problem("this answer is none", where, near, "answer"))
            continue
        kind, one, other = (_unescaped(row[name] or "") for name in _NEEDED[1:4])
        said = answer, row["digest"] or ""
        if given.setdefault((kind, one, other), said) != said:
            message = "a line before says something else of this pair"
            problems.append(Problem(message, where, "keep one of the two lines", "answer"))
    if problems:
        raise PolicyError(*problems)
    return Answers(given)


def review_file(
    connection: duckdb.DuckDBPyConnection, linked: Linked, answers: Answers | None
) -> str:
    """Return the table of pairs that a person is asked about; those answered keep their answer."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    for row in _rows(connection, linked, answers):
        writer.writerow([_escaped(cell) for cell in row])
    return text.getvalue()


def _rows(
    connection: duckdb.DuckDBPyConnection, linked: Linked, answers: Answers | None
) -> Iterator[tuple[str, ...]]:
    for each in linked.kinds:
        held = answers.that_hold(connection, each.kind) if answers else {}
        asked = {
            pair.ends: (f"{pair.weight:.1f}", why)
            for pair, (outcome, why) in zip(each.pairs, each.decided.outcomes, strict=True)
            if outcome == REVIEW or pair.ends in held
        }
        said = _said(connection, each.kind, asked)
        for ends, (weight, why) in asked.items():
            told = [text for pair in zip(*said[ends], strict=True) for text in pair]
            answer = held.get(ends, "")
            yield answer, each.kind.name, weight, why, *ends, *told, _digest(said[ends])


def _said(
    connection: duckdb.DuckDBPyConnection, kind: Kind, pairs: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return what both entries of pairs say; of pairs only that are there."""
    wanted = list(pairs)
    ends = sorted({end for pair in wanted for end in pair})
    connection.register("entries asked", pa.table({"entry": pa.array(ends, pa.string())}))
    listed = ", ".join(f"coalesce(CAST({quoted(f'said_{name}')} AS VARCHAR), '')" for name in SAID)
    rows = connection.sql(
        f'SELECT entry, {listed} FROM {quoted(kind.name)} SEMI JOIN "entries asked" USING (entry)'
    ).fetchall()
    said = {entry: texts for entry, *texts in rows}
    return {
        (one, other): (tuple(said[one]), tuple(said[other]))
        for one, other in wanted
        if one in said and other in said
    }


def _digest(said: tuple[tuple[str, ...], tuple[str, ...]]) -> str:
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _escaped(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _unread(path: Path, message: str, remedy: str) -> PolicyError:
    return PolicyError(Problem(message, Location(str(path)), remedy))


def _unescaped(text: str) -> str:
    return text.removeprefix("'")
