"""B4: suites of YAML tests end to end, ``policy test`` against ``openfisca test``."""

from __future__ import annotations

import re
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from policy.legislation.legislation import ACCEPTED
from policy.scenario.values import NOT_KNOWN
from tests.benchmarks.environments import PEERS, ROOT, PeerError, source_of
from tests.benchmarks.environments import run as run_command
from tests.benchmarks.measure import FEW, Report, Way, in_turns

if TYPE_CHECKING:
    from tests.benchmarks.environments import Environment
    from tests.benchmarks.setting import Setting

TEMPLATE, TUNISIA = "openfisca-country-template", "openfisca-tunisia"
#: The newest of both that run together.
TUNISIA_VERSION, CORE_OF_TUNISIA = "0.154", "44.7.1"
#: Both exit with this where a test fails.
VERDICTS = (0, 1)
OURS, THEIRS = "policy test", "openfisca test"
#: What a test of this library may say and openfisca-core cannot read.
_NOT_READ = (f": {NOT_KNOWN}", "\n  reforms: ", "\n  as_known_on: ")
#: Of each file, whether its tests passed, in their order.
Verdicts = dict[str, list[bool]]


@dataclass(frozen=True)
class Runner:
    """A command that runs tests in files and writes JUnit XML.

    Attributes:
        command: what is run, before the files.
        folder: where; files are named from here.
        environ: added to the environment; ``{}`` in a value is the file for JUnit XML.
        options: put after the files; ``{}`` as above.

    """

    command: tuple[str, ...]
    folder: Path
    environ: tuple[tuple[str, str], ...] = ()
    options: tuple[str, ...] = ()

    def verdicts(self, files: list[str]) -> Verdicts:
        """Run the tests in files.

        Raises:
            PeerError: the command breaks off.

        """
        with tempfile.TemporaryDirectory() as folder:
            junit = str(Path(folder) / "junit.xml")
            options = [option.format(junit) for option in self.options]
            environ = {name: value.format(junit) for name, value in self.environ}
            run_command(
                [*self.command, *files, *options],
                environ=environ,
                folder=self.folder,
                exit_codes=VERDICTS,
            )
            return _read(Path(junit))


def run(setting: Setting) -> list[Report]:
    """Measure the suites of country-template, of this repository and of Tunisia."""
    reports = [_template(setting), _estonia(setting)]
    return reports if setting.smoke else [*reports, _tunisia(setting)]


def _template(setting: Setting) -> Report:
    package = TEMPLATE.replace("-", "_")
    here = Path(sys.executable).parent
    try:
        source = source_of(setting.folder, TEMPLATE, version(TEMPLATE))
    except PeerError as error:
        return _not_measured("B4 country-template", TEMPLATE, error)
    return _compared(
        setting,
        "B4 country-template",
        "not slower",
        _ours(here, source, package),
        _theirs(here, source, package),
        _files(source, f"{package}/tests"),
    )


def tunisia(setting: Setting) -> Environment:
    """Return an environment with openfisca-tunisia and this library."""
    core = f"openfisca-core=={CORE_OF_TUNISIA}"
    wanted = (f"{TUNISIA}=={TUNISIA_VERSION}", core, "scipy")  # (three of its tests need scipy)
    return setting.environment("tunisia", *wanted, with_policy=True)


def _tunisia(setting: Setting) -> Report:
    package = TUNISIA.replace("-", "_")
    environment = tunisia(setting)
    try:
        here = Path(environment.command("python")).parent
        source = source_of(setting.folder, TUNISIA, TUNISIA_VERSION)
    except PeerError as error:
        return _not_measured("B4 tunisia", TUNISIA, error)
    return _compared(
        setting,
        "B4 tunisia",
        "at least 20 times the speed",
        _ours(here, source, package),
        _theirs(here, source, package),
        _files(source, "tests"),
    )


def _estonia(setting: Setting) -> Report:
    """Compare on copies of this repository's tests that openfisca can read."""
    here = Path(sys.executable).parent
    files = []
    with tempfile.TemporaryDirectory() as folder:
        for file in _files(ROOT, "tests/scenarios/estonia"):
            text = re.sub(r"(?m)^  source: .*\n", "", (ROOT / file).read_text(encoding="utf-8"))
            head, *tests = re.split(r"(?m)^(?=- name:)", text)
            kept = [each for each in tests if not any(key in each for key in _NOT_READ)]
            if kept:
                files.append(file)
                copy = Path(folder) / file
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_text(head + "".join(kept), encoding="utf-8")
        return _compared(
            setting,
            "B4 estonia",
            "not slower",
            Runner(
                (str(here / "policy"), "test"),
                Path(folder),
                options=("--book", "estonia", "--junit", "{}"),
            ),
            _theirs(here, Path(folder), "estonia_package", ("PYTHONPATH", str(PEERS))),
            files,
            "both from copies without the lines 'source' and the tests that expect no number or"
            " name a reform or a day, which it cannot read",
        )


def _ours(here: Path, folder: Path, package: str) -> Runner:
    options = ("--package", package, "--junit", "{}")
    return Runner((str(here / "policy"), "test"), folder, options=options)


def _theirs(here: Path, folder: Path, package: str, *environ: tuple[str, str]) -> Runner:
    junit = ("PYTEST_ADDOPTS", "-p no:cacheprovider -p no:policy --junitxml={}")
    return Runner((str(here / "openfisca"), "test", "-c", package), folder, (junit, *environ))


def _compared(
    setting: Setting,
    number: str,
    aim: str,
    ours: Runner,
    theirs: Runner,
    files: list[str],
    note: str = "",
) -> Report:
    runners = {OURS: ours, THEIRS: theirs}
    try:
        timings, found = in_turns(
            {name: lambda each=each: each.verdicts(files) for name, each in runners.items()},
            dict.fromkeys(runners, setting.runs(FEW)),
        )
    except PeerError as error:
        return Report(number, f"{len(files)} files", aim, [Way(OURS, same=False, note=str(error))])
    cases = [verdict for each in found[THEIRS].values() for verdict in each]
    work = f"{len(cases)} tests in {len(files)} files, end to end; {cases.count(False)} fail"
    same = found[OURS] == found[THEIRS]
    return Report(
        number, work, aim, [Way(OURS, timings[OURS]), Way(THEIRS, timings[THEIRS], same, note=note)]
    )


def _not_measured(number: str, work: str, error: PeerError) -> Report:
    return Report(number, work, "", [Way(OURS, note=f"not measured: {error}")])


def _files(folder: Path, under: str) -> list[str]:
    """List the test files in a folder: not those of what no test can show."""
    files = (file.relative_to(folder) for file in (folder / under).rglob("*.yaml"))
    return sorted(str(file) for file in files if not file.name.endswith(ACCEPTED))


def _read(junit: Path) -> Verdicts:
    """Return the verdicts of either command: one names files, the other writes dots for strokes."""
    verdicts: Verdicts = {}
    for case in ElementTree.parse(junit).iter("testcase"):
        file = (case.get("file") or case.get("classname", "")).replace("/", ".")
        failed = case.find("failure") is not None or case.find("error") is not None
        verdicts.setdefault(file, []).append(not failed)
    return verdicts
