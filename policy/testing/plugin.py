"""The pytest plugin: scenario tests in YAML are collected as tests.

Name the folders in the project's pytest settings; nothing is collected without it::

    [tool.pytest.ini_options]
    policy_scenarios = ["tests/scenarios"]
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from policy.testing.cases import Case, Verdict


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the settings."""
    parser.addini(
        "policy_scenarios", "folders whose YAML files are scenario tests", type="args", default=[]
    )
    parser.addini("policy_book", "statute book of the scenario tests that name none", default="")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a YAML file that lies in one of the folders."""
    if file_path.suffix not in {".yaml", ".yml"} or file_path.name.endswith(".accepted.yaml"):
        return None
    root, folders = parent.config.rootpath, parent.config.getini("policy_scenarios")
    if not any(file_path.is_relative_to(root / folder) for folder in folders):
        return None
    from policy.legislation.legislation import ACCEPTED  # noqa: PLC0415

    is_test = not file_path.name.endswith(ACCEPTED)
    return ScenarioFile.from_parent(parent, path=file_path) if is_test else None


class ScenarioFile(pytest.File):
    """A file of scenario tests."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item for each test of the file."""
        from policy.errors import PolicyError  # noqa: PLC0415
        from policy.loading import load  # noqa: PLC0415
        from policy.testing.runner import read_cases  # noqa: PLC0415

        name = self.config.getini("policy_book")
        try:
            cases = read_cases(self.path, load(name) if name else None)
        except PolicyError as error:
            raise self.CollectError(str(error)) from None
        for case in cases:
            yield ScenarioItem.from_parent(self, name=case.name, file=self, case=case)

    @cached_property
    def verdicts(self) -> dict[int, Verdict]:
        """The verdict of each test of the file that is run, by the identity of its case."""
        from policy.testing.merging import verdicts  # noqa: PLC0415

        items = (item for item in self.session.items if isinstance(item, ScenarioItem))
        cases = [item.case for item in items if item.file is self]
        return {id(verdict.case): verdict for verdict in verdicts(cases)}


class ScenarioItem(pytest.Item):
    """One scenario test."""

    def __init__(self, *, file: ScenarioFile, case: Case, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.file = file
        self.case = case

    def runtest(self) -> None:
        """Tell what came of the scenario, which is run with the others of its file."""
        verdict = self.file.verdicts[id(self.case)]
        if not verdict.passed:
            raise ScenarioFailure("\n".join(map(str, (*verdict.differences, *verdict.problems))))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what differs, without Python frames."""
        if isinstance(excinfo.value, ScenarioFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say where the test stands."""
        return self.path, self.case.location.line - 1, self.name


class ScenarioFailure(AssertionError):  # noqa: N818  (pytest's word)
    """A scenario test whose expectation does not hold."""
