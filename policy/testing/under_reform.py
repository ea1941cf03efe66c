"""Tests under a reform: which answers change, and test files with the new ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import yaml

from policy.errors import Location, PolicyError, Problem, not_written
from policy.scenario.values import NOT_KNOWN, has_no_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policy.documents import KeyPath
    from policy.testing.cases import Difference, Verdict
    from policy.testing.runner import ScenarioCase


@dataclass(frozen=True)
class Answer:
    """An expected answer of a test that is another under a reform.

    Attributes:
        before: the answer without the reform.
        difference: what the test expects, and the answer with the reform.
        passes: whether the test expects the answer with the reform.

    """

    case: ScenarioCase
    before: Any
    difference: Difference
    passes: bool

    @property
    def after(self) -> Any:
        """The answer with the reform."""
        return self.difference.got

    def __str__(self) -> str:
        """Say on one line what it was and is."""
        each = self.difference
        numbers = all(isinstance(n, int | float) for n in (self.before, self.after))
        by = f", {self.after - self.before:+.10g}" if numbers else ""
        section = f" [{each.section}]" if each.section else ""
        expected = "" if self.before == each.expected else f", expected {each.expected}"
        return (
            f"{each.location}: {each.variable} of {each.id} for {each.period}:"
            f" {self.before} → {self.after}{by}{expected}{section}"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            "name": self.case.name,
            "before": self.before,
            "after": self.after,
            "passes": self.passes,
            **self.difference.to_dict(),
        }


def changed_answers(pairs: Iterable[tuple[Verdict, Verdict]]) -> list[Answer]:
    """Return the expected answers that a reform changes.

    Args:
        pairs: of each test the verdict without the reform and with it.

    """
    found = []
    for old, new in pairs:
        before, after = _by_place(old), _by_place(new)
        case = cast("ScenarioCase", new.case)
        for place in dict.fromkeys([*before, *after]):
            was, now = before.get(place), after.get(place)
            if now is not None and (was is None or was.got != now.got):
                found.append(Answer(case, was.got if was else now.expected, now, passes=False))
            elif now is None and was is not None and not new.problems:
                found.append(Answer(case, was.got, _met(case, was), passes=True))
    return found


def _by_place(verdict: Verdict) -> dict[tuple[Any, ...], Difference]:
    return {(each.variable, each.id, each.period): each for each in verdict.differences}


def _met(case: ScenarioCase, was: Difference) -> Difference:
    where = case.scenario.document.where(*_path_of(case, was))
    return replace(was, got=was.expected, location=where)


def write_expected(folder: str | Path, answers: Sequence[Answer]) -> list[Path]:
    """Write copies of test files in which the tests expect the answers with the reform.

    Only the values change; comments and layout stay. A file is never written over itself.

    Raises:
        PolicyError: a copy would fall on a file that there is, or cannot be written.

    """
    by_file: dict[str, list[Answer]] = {}
    for each in answers:
        if not each.passes:
            by_file.setdefault(each.difference.location.file, []).append(each)
    made = {Path(folder) / Path(file).name: _rewritten(file, own) for file, own in by_file.items()}
    if len(made) < len(by_file):
        names = ", ".join(sorted(by_file))
        raise PolicyError(
            Problem("two test files have the same name", Location(names), "write one at a time")
        )
    for path in made:
        if path.exists():
            raise PolicyError(
                Problem("there is a file already", Location(str(path)), "name another folder")
            )
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for path, text in made.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise not_written(folder, error) from None
    return list(made)


def _rewritten(file: str, answers: Iterable[Answer]) -> str:
    text = Path(file).read_bytes().decode("utf-8-sig")
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    changes = []
    for each in answers:
        node = _at(root, _path_of(each.case, each.difference))
        changes.append((node.start_mark.index, node.end_mark.index, _written(each.after)))
    for start, end, value in sorted(changes, reverse=True):
        text = text[:start] + value + text[end:]
    return text


def _path_of(case: ScenarioCase, each: Difference) -> KeyPath:
    return next(
        expected.path
        for expected in case.scenario.expected
        if (expected.variable, expected.index, expected.period)
        == (each.variable, each.index, each.period)
    )


def _at(node: Any, path: KeyPath) -> Any:
    for key in path:
        if isinstance(node, yaml.SequenceNode):
            node = node.value[int(key)]
        else:
            pairs: Mapping[str, yaml.Node] = {name.value: each for name, each in node.value}
            node = pairs[str(key)]
    return node


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return NOT_KNOWN if has_no_number(value) else f"{value:.10g}"
    return str(value)
