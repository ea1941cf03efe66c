"""Verdicts as data for programs: JSON, and the XML of JUnit that servers of builds read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from policy.errors import Problem
    from policy.testing.cases import Verdict
    from policy.testing.reasons import Reason

#: Characters that XML cannot hold.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_data(
    verdicts: Sequence[Verdict],
    reasons: Iterable[Sequence[Reason]],
    unread: Sequence[Problem],
    seconds: float,
) -> dict[str, Any]:
    """Return verdicts as plain data ready for JSON.

    Args:
        verdicts: of all cases.
        reasons: for each case with differences, in order, the reason of each.
        unread: problems of files that cannot be read as tests.
        seconds: how long it took.

    """
    failed = [
        {
            "name": verdict.case.name,
            "differences": [
                difference.to_dict() | reason.to_dict()
                for difference, reason in zip(verdict.differences, why, strict=True)
            ],
        }
        for verdict, why in zip(
            (each for each in verdicts if each.differences), reasons, strict=True
        )
    ]
    problems = [*unread, *(problem for verdict in verdicts for problem in verdict.problems)]
    return {
        "passed": sum(verdict.passed for verdict in verdicts),
        "failed": failed,
        "errors": [problem.to_dict() for problem in problems],
        "seconds": round(seconds, 3),
    }


def write_junit(
    file: str | Path,
    verdicts: Sequence[Verdict],
    reasons: Iterable[Sequence[Reason]],
    unread: Sequence[Problem],
    seconds: float,
) -> None:
    """Write verdicts as JUnit XML: a suite for each file, a case for each test.

    Args:
        file: where to.
        verdicts: of all cases.
        reasons: for each case with differences, in order, the reason of each.
        unread: problems of files that cannot be read as tests.
        seconds: how long it took.

    """
    why = iter(reasons)
    root = ElementTree.Element("testsuites", name="policy", time=f"{seconds:.3f}")
    suites: dict[str, ElementTree.Element] = {}

    def add(file: str, name: str) -> ElementTree.Element:
        if file not in suites:
            suites[file] = ElementTree.SubElement(root, "testsuite", name=file)
        return ElementTree.SubElement(
            suites[file], "testcase", name=_text(name), classname=Path(file).stem, file=file
        )

    for verdict in verdicts:
        case = add(verdict.case.location.file, verdict.case.name)
        case.set("line", str(verdict.case.location.line))
        if verdict.differences:
            _add(case, "failure", list(_told(verdict, next(why))))
        _add(case, "error", list(map(str, verdict.problems)))
    for problem in unread:
        _add(add(problem.location.file, "the file is read"), "error", [str(problem)])
    for suite in (*suites.values(), root):
        for key, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
            suite.set(key, str(sum(1 for _ in suite.iter(tag))))
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)


def _told(verdict: Verdict, reasons: Sequence[Reason]) -> Iterator[str]:
    for difference, reason in zip(verdict.differences, reasons, strict=True):
        yield str(difference)
        if reason.changed:
            yield f"  {reason.changed}"
        if reason.parting:
            yield f"  {reason.parting}"


def _add(case: ElementTree.Element, tag: str, lines: list[str]) -> None:
    if lines:
        element = ElementTree.SubElement(case, tag, message=_text(lines[0]))
        element.text = _text("\n".join(lines))


def _text(text: str) -> str:
    return _NOT_XML.sub("?", text)
