"""A run: the tables of an input calculated, block by block, and written as tables."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from policy.errors import Location, PolicyError, Problem
from policy.running.blocks import BLOCK, blocks_in_order, survey
from policy.running.engines import engine_named
from policy.running.folder import Folder
from policy.running.inputs import Input, input_of
from policy.running.schema import question_of
from policy.running.sorting import Sorter
from policy.running.sources import digest_of
from policy.running.working import Done, Tally, Work, schemas_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.running.blocks import Block
    from policy.running.engines import Asked
    from policy.running.working import Reject

Thing = TypeVar("Thing")
#: Changed where blocks that were kept by an older version cannot be gone on with.
_FORMAT = 1


@dataclass(frozen=True)
class Run:
    """What a run did.

    Attributes:
        given: the tables, and what was asked.
        engine: the engine that was asked for.
        tally: what was counted.
        digests: of each table, a digest of its files.

    """

    given: Input
    engine: str
    tally: Tally
    digests: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON: what ``run.json`` holds."""
        given, tally = self.given, self.tally
        question, law = given.question, given.question.law
        tables = (question.person.plural, question.group.plural)
        return {
            "book": law.name,
            "law_version": law.version,
            "reforms": [reform.title for reform in law.reforms],
            "as_known_on": law.known_on,
            "period": str(question.period),
            "outputs": list(question.outputs),
            "engine": self.engine,
            "input": self.digests,
            "rows": {
                name: {
                    "read": tally.read[name],
                    "computed": tally.computed[name],
                    "rejected": tally.rejected[name],
                }
                for name in tables
            },
            "totals": dict(tally.totals),
            "not_known": {name: n for name, n in tally.not_known.items() if n},
            "mistakes": [
                {"table": table, "column": column, "remedy": remedy, "rows": rows}
                for (table, column, remedy), rows in self.mistakes
            ],
            "assumed": [
                {
                    "variable": fact.entry.name,
                    "periods": list(fact.others) if not fact.now else [],
                    "entity": fact.entry.entity,
                    "label": fact.entry.label,
                    "default": fact.entry.default,
                    "section": fact.entry.section,
                }
                for fact in given.assumed
            ],
            "assumed_where_empty": {name: n for name, n in tally.empty.items() if n},
            "in_place_of_the_law": given.in_place_of_the_law,
            "not_read": list(given.not_read),
        }

    @property
    def mistakes(self) -> list[tuple[tuple[str, str, str], int]]:
        """Table, column and remedy of mistakes, with the number of rows, the commonest first.

        Those who only went with another row of their group come last.
        """
        return sorted(self.tally.reasons.items(), key=lambda e: (not e[0][1], -e[1], e[0]))

    @property
    def rejected(self) -> int:
        """How many rows were not calculated."""
        return sum(self.tally.rejected.values())


def run_tables(
    law: Legislation,
    source: str | Path,
    target: str | Path,
    period: str | Period | None,
    outputs: Iterable[str] | None = None,
    engine: str = "auto",
    *,
    strict: bool = False,
    watch: Callable[[int, int], None] | None = None,
) -> Run:
    """Calculate tables and write tables; see ``StatuteBook.run_tables``."""
    question = question_of(law, outputs, period)
    engine_named(engine)
    given = input_of(question, source)
    digests = {each.name: digest_of(each.files) for each in given.sources}
    folder = Folder(target, _digest(given, engine, digests, strict=strict))
    sorter = Sorter(folder.scratch)
    try:
        tally = _work(given, folder, sorter, engine, watch, strict=strict)
        run = Run(given, engine, tally, digests)
        sorter.close()
        folder.finish(run.to_dict())
    except PolicyError:
        sorter.close()
        folder.give_up()
        raise
    finally:
        sorter.close()
        folder.close()
    return run


def _work(
    given: Input,
    folder: Folder,
    sorter: Sorter,
    engine: str,
    watch: Callable[[int, int], None] | None,
    *,
    strict: bool,
) -> Tally:
    """Calculate all blocks, keep each, and write the tables of the output."""
    seen = survey(given, sorter.are_distinct)
    persons = seen.persons if seen.in_order else sorter.load(given)
    chosen = engine_named(engine, persons)
    size = BLOCK * chosen.blocks

    def found() -> Iterator[Block]:
        return blocks_in_order(given, size) if seen.in_order else sorter.blocks(given, size)

    def worked_on(block: Block) -> Work:
        work = Work(given, block)
        if strict and work.rejects:
            raise _first(given, work.rejects)
        return work

    def asked() -> Iterator[Asked]:
        for block in islice(found(), folder.finished, None):
            if (each := worked_on(block).asked()) is not None:
                yield each

    schemas = schemas_of(given)
    writers = {name: folder.writer(name, schema) for name, schema in schemas.items()}
    tally, blocks = Tally(), 0

    def write(block: Done) -> None:
        for name, writer in writers.items() if seen.in_order else ():
            writer.write(block.tables[name])

    def keep(number: int, block: Done) -> None:
        folder.keep(number, block)
        write(block)

    with chosen.opened(folder.scratch, asked()) as answers, ThreadPoolExecutor(1) as writing:
        written = None
        for block in _ahead(found()):
            is_kept = blocks < folder.finished
            made = folder.kept(blocks) if is_kept else worked_on(block).done(answers)
            if written is not None:
                written.result()  # (no block is kept before those before it)
            written = writing.submit(write, made) if is_kept else writing.submit(keep, blocks, made)
            blocks += 1
            tally.add(made.tally)
            if watch is not None:
                watch(tally.read[given.question.person.plural], persons)
        if written is not None:
            written.result()
    for name, writer in writers.items():
        if not seen.in_order:
            writer.write_all(sorter.by_lines(folder.table(name, blocks)))
        writer.close()
    return tally


def _ahead(things: Iterator[Thing]) -> Iterator[Thing]:
    """Yield things, while another thread gets the next one."""
    with ThreadPoolExecutor(1) as getting:
        coming = getting.submit(next, things, None)
        while (thing := coming.result()) is not None:
            coming = getting.submit(next, things, None)
            yield thing


def _first(given: Input, rejects: Iterable[Reject]) -> PolicyError:
    """Return the error of the first row that is wrong."""
    reject = min((each for each in rejects if each.mistake.column), key=lambda r: r.line or 0)
    source = next(each for each in given.sources if each.name == reject.table)
    column = reject.mistake.column
    place = list(source.types).index(column) + 1 if column in source.types else 0
    where = Location(source.file, reject.line or 0, place)
    message = f"{column}: {reject.mistake.told}"
    return PolicyError(Problem(message, where, reject.mistake.remedy))


def _digest(given: Input, engine: str, digests: dict[str, str], *, strict: bool) -> str:
    """Return a digest of all that the blocks of an output depend on."""
    question = given.question
    asked = {
        "format": _FORMAT,
        "block": BLOCK * engine_named(engine).blocks,
        "law": question.law.version,
        "period": str(question.period),
        "outputs": question.outputs,
        "engine": engine,
        "input": digests,
        "strict": strict,
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
