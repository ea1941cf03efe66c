"""YAML and JSON read safely, strictly, and with the line and column of every key.

Only plain data comes out: mappings, lists, text, numbers, true, false and null. Nothing is
executed, ``no`` is not false, ``010`` is not eight, a key given twice is an error, and a file that
is too large, too deep or a YAML bomb is refused before it takes memory.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from policy.errors import Location, PolicyError, Problem
from policy.json_text import plain_json

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 50_000_000
MAX_DEPTH = 40
MAX_NODES = 2_000_000

Key = str | int
KeyPath = tuple[Key, ...]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS = frozenset(
    {None, "!"} | {f"tag:yaml.org,2002:{name}" for name in ("map", "seq", "str")}
)
_WORDS: dict[str, bool | None] = {"": None, "~": None}
for _word, _value in (("null", None), ("true", True), ("false", False)):
    _WORDS |= dict.fromkeys((_word, _word.capitalize(), _word.upper()), _value)
#: What the parser says on the line after a key that it took for text, and how such a line begins.
_NO_KEY = ("mapping values are not allowed", "could not find expected ':'")
_KEY_WITHOUT_SPACE = re.compile(r"\s*([A-Za-z_]\w*):(?=[^\s/])")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|(0|[1-9][0-9]*)(?=[eE]))([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|nan)|NaN|[-+]?Infinity", re.IGNORECASE)


@dataclass(frozen=True)
class Document:
    """Plain data with the place of every key: ``places[("persons", "mari")]`` is (line, column)."""

    data: Any
    file: str
    places: Mapping[KeyPath, tuple[int, int]] = field(repr=False)

    def where(self, *path: Key) -> Location:
        """Return the location of a key, or of the nearest enclosing key that has one."""
        if not self.places:
            return Location(self.file)
        keys = tuple(path)
        while keys and keys not in self.places:
            keys = keys[:-1]
        return Location(self.file, *self.places.get(keys, (1, 1)))

    def problem(self, path: KeyPath, message: str, remedy: str = "", code: str = "") -> Problem:
        """Return a problem at a key."""
        return Problem(message, self.where(*path), remedy, dotted(path), code)


def dotted(path: KeyPath) -> str:
    """Write a path as one name.

    >>> dotted(("families", "tamm", "parents", 0))
    'families.tamm.parents[0]'
    """
    keys = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return keys.removeprefix(".")


def read_document(source: str | Path) -> Document:
    """Read a YAML or JSON file.

    Raises:
        PolicyError: the file is missing, too large, not UTF-8, or not a well-formed document.

    """
    return parse_bytes(read_bytes(source), str(source))


def read_bytes(source: str | Path) -> bytes:
    """Read the content of a YAML or JSON file.

    Raises:
        PolicyError: the file is missing, too large, or cannot be read.

    """
    path = Path(source)
    file = str(source)
    try:
        size = path.stat().st_size
    except OSError:
        raise PolicyError(
            Problem(
                "there is no such file", Location(file), "check the path and the working folder"
            )
        ) from None
    if path.is_dir():
        raise PolicyError(
            Problem("this is a folder, not a file", Location(file), "name a file in it")
        )
    if size > MAX_BYTES:
        raise PolicyError(
            Problem(
                f"the file has {size:,} bytes; the largest read is {MAX_BYTES:,}",
                Location(file),
                "split it into several files",
                code="too-large",
            )
        )
    try:
        return path.read_bytes()
    except OSError as error:
        raise PolicyError(Problem(f"cannot be read: {error.strerror}", Location(file))) from None


def parse_bytes(content: bytes, file: str) -> Document:
    """Parse the content of a YAML or JSON file.

    Raises:
        PolicyError: it is not UTF-8, or not a well-formed document.

    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise PolicyError(
            Problem("the file is not UTF-8 text", Location(file, line, 1), "save it as UTF-8")
        ) from None
    return parse_document(text, file)


def parse_document(text: str, file: str = "<text>") -> Document:
    """Parse YAML or JSON text.

    >>> document = parse_document("persons: {mari: {birth_date: 1990-05-01}}")
    >>> document.data
    {'persons': {'mari': {'birth_date': '1990-05-01'}}}
    >>> str(document.where("persons", "mari"))
    '<text>:1:11'

    Raises:
        PolicyError: malformed text, a duplicate key, a tag, more than one document, or a bomb.

    """
    if len(text) > MAX_BYTES:
        raise PolicyError(
            Problem(
                f"the text has {len(text):,} characters; the largest read is {MAX_BYTES:,}",
                Location(file),
                "split it",
                code="too-large",
            )
        )
    data = plain_json(text, MAX_DEPTH, MAX_NODES)
    return _parse_strictly(text, file) if data is None else Document(data, file, _Places(text))


class _Places(Mapping[KeyPath, tuple[int, int]]):
    """The places of keys in JSON text, found when one is asked for: where something is wrong."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _found(self) -> Mapping[KeyPath, tuple[int, int]]:
        return _parse_strictly(self._text, "").places

    def __getitem__(self, path: KeyPath) -> tuple[int, int]:
        return self._found[path]

    def __iter__(self) -> Iterator[KeyPath]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _parse_strictly(text: str, file: str) -> Document:
    """Parse YAML or JSON text with the place of each key."""
    composer = _Composer(file)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            composer.feed(event)
    except yaml.MarkedYAMLError as error:
        raise PolicyError(_malformed(error, text, file)) from None
    except yaml.reader.ReaderError as error:
        before = text.encode()[: error.position].decode(errors="ignore")
        column = len(before) - before.rfind("\n")
        raise PolicyError(
            Problem(
                f"the character U+{error.character:04X} is not allowed in YAML",
                Location(file, before.count("\n") + 1, column),
                "remove it",
                code="malformed",
            )
        ) from None
    return Document(composer.root, file, composer.places)


def _malformed(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    """Say what the parser stumbled on, and where what it was reading began."""
    if "nesting depth" in str(error.problem):
        return _too_deep(text, file)
    mark, began = error.problem_mark, error.context_mark
    message = f"not well-formed YAML: {error.problem}"
    if mark and began and began.line != mark.line:
        message += f", {error.context} that begins on line {began.line + 1}"
    line, column = (mark.line, mark.column) if mark else (0, 0)
    spaceless = _spaceless(text, line) if str(error.problem).startswith(_NO_KEY) else None
    if spaceless:
        number, key = spaceless
        place = Location(file, number + 1, 1)
        remedy = f"write '{key}: …', with a space"
        return Problem(f"no space after the colon of '{key}'", place, remedy, code="malformed")
    tab = any(row[column:].startswith("\t") for row in text.split("\n")[line : line + 1])
    remedy = "check indentation, colons, quotes and brackets around this place"
    return Problem(
        message,
        Location(file, line + 1, column + 1),
        "indent with spaces, not tabs" if tab else remedy,
        code="malformed",
    )


def _spaceless(text: str, line: int) -> tuple[int, str] | None:
    """Return the last line at or before one that is no key for want of a space after its colon."""
    rows = text.split("\n")[: line + 1]
    for number in range(len(rows) - 1, max(-1, len(rows) - 3), -1):
        found = _KEY_WITHOUT_SPACE.match(rows[number])
        if found:
            return number, found[1]
    return None


def _too_deep(text: str, file: str) -> Problem:
    """Say where brackets are nested too deep for the parser to read on."""
    depth = place = 0
    while place < len(text) and depth <= MAX_DEPTH:
        depth += (text[place] in "[{") - (text[place] in "]}")
        place += 1
    before = text[: place - 1]
    return Problem(
        f"nested more than {MAX_DEPTH} levels deep",
        Location(file, before.count("\n") + 1, len(before) - before.rfind("\n")),
        "flatten it",
        code="malformed",
    )


@dataclass
class _Frame:
    """A mapping or list being filled."""

    container: Any
    path: KeyPath
    anchor: str | None
    nodes_before: int
    key: str | None = None
    seen: dict[str, int] = field(default_factory=dict)


class _Composer:
    """Builds plain data from parse events with an explicit stack, so depth cannot overflow."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Any = None
        self.places: dict[KeyPath, tuple[int, int]] = {}
        self.stack: list[_Frame] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.nodes = 0
        self.documents = 0

    def feed(self, event: Any) -> None:
        """Take one event of ``yaml.parse``."""
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    self.fail(event, "the file holds more than one document", "remove the '---'")
            case yaml.ScalarEvent():
                self.tag(event)
                self.count(event, 1)
                value = event.value if self.is_text(event) else self.plain(event)
                if event.anchor:
                    self.anchors[event.anchor] = (value, 1)
                self.add(event, value)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self.tag(event)
                self.count(event, 1)
                if len(self.stack) >= MAX_DEPTH:
                    self.fail(event, f"nested more than {MAX_DEPTH} levels deep", "flatten it")
                container: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
                path = self.add(event, container)
                self.stack.append(_Frame(container, path, event.anchor, self.nodes - 1))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                frame = self.stack.pop()
                if frame.anchor:
                    self.anchors[frame.anchor] = (frame.container, self.nodes - frame.nodes_before)
            case yaml.AliasEvent():
                if event.anchor not in self.anchors:
                    self.fail(
                        event,
                        f"'*{event.anchor}' refers to nothing that is complete before it",
                        f"write the values out, or put '&{event.anchor}' before them further up",
                    )
                value, size = self.anchors[str(event.anchor)]
                self.count(event, size)
                self.add(event, value)
            case _:
                pass

    def add(self, event: Any, value: Any) -> KeyPath:
        """Put a value in the open container; return its path."""
        if not self.stack:
            self.root = value
            return ()
        frame = self.stack[-1]
        place = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(frame.container, list):
            path = (*frame.path, len(frame.container))
            frame.container.append(value)
            self.places[path] = place
            return path
        if frame.key is None:
            self.open_key(event, frame, place)
            return frame.path
        key, frame.key = frame.key, None
        if key == "<<":
            if not isinstance(value, dict):
                self.fail(event, "'<<' takes in one mapping, by its alias", "write '<<: *name'")
            for name, merged in value.items():
                frame.container.setdefault(name, merged)
            return (*frame.path, key)
        frame.container[key] = value
        return (*frame.path, key)

    def open_key(self, event: Any, frame: _Frame, place: tuple[int, int]) -> None:
        """Take a mapping's key; refuse one that is not text or comes twice."""
        if not isinstance(event, yaml.ScalarEvent):
            self.fail(event, "a key must be a single word or text", "check for a stray '{' or '['")
        key = event.value
        if key in frame.seen:
            self.fail(
                event,
                f"'{key}' is given twice; first on line {frame.seen[key]}",
                "keep one of the two",
                "duplicate-key",
            )
        frame.seen[key] = place[0]
        frame.key = key
        self.places[(*frame.path, key)] = place

    def plain(self, event: Any) -> Any:
        """Read an unquoted scalar: null, true, false, a decimal number, or text."""
        text = event.value
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        if _DECIMAL.fullmatch(text):
            number = float(text)
            if math.isfinite(number):
                return number
        if _DECIMAL.fullmatch(text) or _NOT_FINITE.fullmatch(text):
            self.fail(
                event,
                f"'{text}' is not a number that can be calculated with",
                "give a number, or remove the line",
            )
        return text

    def is_text(self, event: Any) -> bool:
        """Tell whether a scalar was quoted or tagged as text."""
        return bool(event.style) or event.tag == "tag:yaml.org,2002:str"

    def tag(self, event: Any) -> None:
        """Refuse tags: they are how YAML is made to run code."""
        if event.tag not in _PLAIN_TAGS:
            self.fail(event, f"the tag '{event.tag}' is not allowed", "write plain values", "tag")

    def count(self, event: Any, nodes: int) -> None:
        """Count values, aliases by what they stand for, and stop at the limit."""
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            self.fail(
                event,
                f"the document stands for more than {MAX_NODES:,} values",
                "split it, or remove aliases that multiply",
                "too-large",
            )

    def fail(self, event: Any, message: str, remedy: str = "", code: str = "malformed") -> None:
        """Raise at an event's place."""
        mark = event.start_mark
        raise PolicyError(
            Problem(message, Location(self.file, mark.line + 1, mark.column + 1), remedy, code=code)
        )
