"""The folder of an output: made aside, block by block, and moved into place when it is whole.

What is made lies in ``NAME.part`` beside the output, which only this user can read: each block that
is done in a folder of its own, moved into place whole, and a manifest of what was asked about which
input. A run that was interrupted goes on after the last of its blocks. Whenever a run is killed,
there is no output, or all of it.
"""

from __future__ import annotations

import json
import os
import shutil
from itertools import count
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import ipc, parquet

from policy.errors import Location, PolicyError, Problem
from policy.private import open_private
from policy.running.blocks import BLOCK, Rows
from policy.running.working import LINE, Done, Tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: How ids and lines are written: by how much each is more than the one before.
_RISING = "DELTA_BINARY_PACKED"
_MANIFEST, _TALLY, _RECORD = "manifest.json", "tally.json", "run.json"
_LOCK = "lock"


class Folder:
    """The folder in which an output is made.

    Raises:
        PolicyError: the output is there already, or something else where it is made; it cannot be
            written; or another run is at work.

    """

    def __init__(self, target: str | Path, question: str) -> None:
        self.target = Path(target)
        self.part = self.target.with_name(f"{self.target.name}.part")
        if self.target.exists() and (not self.target.is_dir() or any(self.target.iterdir())):
            if self._asked() == question:  # (what is left of the run that made it)
                shutil.rmtree(self.part, ignore_errors=True)
            raise _wrong(self.target, "there is something already", "name another, or remove it")
        if self.part.exists() and not self._is_of_a_run():
            remedy = "rename it, or name another output"
            raise _wrong(self.part, "there is something that no run made", remedy)
        try:
            self._lock = self._locked()
            if self._asked() != question:
                self.remove_content()
                _write_text(self.part / _MANIFEST, json.dumps({"question": question}))
            shutil.rmtree(self.part / "answers", ignore_errors=True)
            shutil.rmtree(self.scratch, ignore_errors=True)
            self._blocks.mkdir(mode=0o700, exist_ok=True)
            self._answers.mkdir(mode=0o700)
        except OSError as error:
            message = f"it cannot be written: {error.strerror}"
            raise _wrong(self.target, message, "choose another place") from None
        self.finished = next(n for n in count() if not self._place(n).exists())

    @property
    def scratch(self) -> Path:
        """Where tables are sorted."""
        return self.part / "scratch"

    @property
    def _blocks(self) -> Path:
        return self.part / "blocks"

    @property
    def _answers(self) -> Path:
        return self.part / "answers"

    def _place(self, number: int) -> Path:
        return self._blocks / f"{number:07}"

    def _is_of_a_run(self) -> bool:
        """Tell whether what is made may be made here: the lock is what a run makes first."""
        return self.part.is_dir() and ((self.part / _LOCK).exists() or not any(self.part.iterdir()))

    def _locked(self) -> IO[Any]:
        """Make the folder, and keep other runs out of it for as long as the file is open."""
        self.part.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = open_private(self.part / _LOCK)
        try:
            import fcntl  # noqa: PLC0415 (not on every system)

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            pass
        except BlockingIOError:
            raise _wrong(self.part, "another run is at work here", "let it end") from None
        return lock

    def _asked(self) -> str:
        try:
            return str(json.loads((self.part / _MANIFEST).read_text("utf-8"))["question"])
        except (OSError, ValueError, KeyError):
            return ""

    def remove_content(self) -> None:
        """Remove what was made, but for the lock."""
        (self.part / _MANIFEST).unlink(missing_ok=True)
        for folder in (self._blocks, self._answers, self.scratch):
            shutil.rmtree(folder, ignore_errors=True)

    def give_up(self) -> None:
        """Remove all that was made."""
        shutil.rmtree(self.part, ignore_errors=True)
        self._lock.close()

    def close(self) -> None:
        """Let other runs at it."""
        self._lock.close()

    def keep(self, number: int, block: Done) -> None:
        """Keep a block that is done: whole, or not at all."""
        draft = self._blocks / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        options = ipc.IpcWriteOptions(compression="lz4")
        for name, table in block.tables.items():
            with (
                open_private(draft / f"{name}.arrow") as file,
                ipc.new_file(file, table.schema, options=options) as writer,
            ):
                writer.write_table(table)
                writer.close()
                _settle(file)
        _write_text(draft / _TALLY, json.dumps(block.tally.to_dict()))
        draft.replace(self._place(number))

    def kept(self, number: int) -> Done:
        """Return a block that was kept."""
        folder = self._place(number)
        tables = {}
        for path in folder.glob("*.arrow"):
            with pa.OSFile(str(path)) as file:
                tables[path.stem] = ipc.open_file(file).read_all()
        return Done(tables, Tally.from_dict(json.loads((folder / _TALLY).read_text("utf-8"))))

    def table(self, name: str, blocks: int) -> Iterator[Any]:
        """Yield the rows of a table in all blocks that were kept."""
        for number in range(blocks):
            yield from self.kept(number).tables[name].to_batches()

    def writer(self, name: str, schema: Any) -> TableWriter:
        """Return a writer of a table of the output."""
        return TableWriter(self._answers / f"{name}.parquet", schema)

    def finish(self, record: Mapping[str, Any]) -> None:
        """Write the record of the run, and move the output into place."""
        text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
        _write_text(self._answers / _RECORD, text)
        self._answers.replace(self.target)
        self.give_up()


class TableWriter:
    """Writes a Parquet file, without the lines of its rows unless they are asked for."""

    def __init__(self, path: Path, schema: Any) -> None:
        self._file = open_private(path)
        lines = schema.get_field_index(LINE)
        self._columns = [n for n in schema.names if n != LINE] if lines == 0 else schema.names
        chosen = pa.schema([schema.field(name) for name in self._columns])
        numbers = [field.name for field in chosen if field.type == pa.int64()]
        self._writer = parquet.ParquetWriter(
            self._file,
            chosen,
            compression="zstd",
            use_dictionary=[name for name in chosen.names if name not in numbers],
            column_encoding=dict.fromkeys(numbers, _RISING),
        )

    def write(self, table: Any) -> None:
        """Write rows: a row group."""
        if table.num_rows:
            self._writer.write_table(table.select(self._columns), table.num_rows)

    def write_all(self, batches: Iterator[Any]) -> None:
        """Write batches of any size in row groups of one."""
        rows = Rows(batches)
        while columns := rows.take(BLOCK):
            self.write(pa.table(columns))

    def close(self) -> None:
        """End the file."""
        self._writer.close()
        _settle(self._file)
        self._file.close()


def _write_text(path: Path, text: str) -> None:
    with open_private(path) as file:
        file.write(text.encode())
        _settle(file)


def _settle(file: IO[bytes]) -> None:
    """Have what was written on the disk."""
    file.flush()
    os.fsync(file.fileno())


def _wrong(path: Path, message: str, remedy: str) -> PolicyError:
    return PolicyError(Problem(message, Location(str(path)), remedy))
