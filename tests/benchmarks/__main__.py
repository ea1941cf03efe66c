"""``python -m tests.benchmarks``: measure everything side by side."""

from __future__ import annotations

import datetime
import json
import os
import platform
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from tests.benchmarks import (
    b1_one_family,
    b2_many_scenarios,
    b3_population,
    b4_suites,
    b5_streamed,
    b6_cold_start,
    b7_country_package,
    b8_reforms,
    nebraska,
)
from tests.benchmarks.measure import Report, Way, ratio
from tests.benchmarks.setting import Setting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BENCHMARKS: dict[str, Callable[[Setting], Iterable[Report]]] = {
    "B1": b1_one_family.run,
    "B2": b2_many_scenarios.run,
    "B3": b3_population.run,
    "B4": b4_suites.run,
    "B5": b5_streamed.run,
    "B6": b6_cold_start.run,
    "B7": b7_country_package.run,
    "B8": b8_reforms.run,
    "NE": nebraska.run,
}
PACKAGES = ("numpy", "numba", "pyarrow", "openfisca-core", "openfisca-country-template")
_MINUTE, _MILLI = 60, 1e-3


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(BENCHMARKS)), help="Only these.")
@click.option("--smoke", is_flag=True, help="Small sizes, once: are the answers equal?")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write the numbers here.")
@click.option(
    "--environments",
    "folder",
    type=click.Path(path_type=Path),
    default=Path(tempfile.gettempdir()) / "policy-benchmarks",
    help="Where peers are installed; kept for the next time.",
)
@click.option("--families", type=int, multiple=True, help="Of B5: stream so many instead.")
@click.pass_context
def main(
    context: click.Context,
    only: tuple[str, ...],
    smoke: bool,
    file: Path | None,
    folder: Path,
    families: tuple[int, ...],
) -> None:
    """Measure this library against its peers. Exits with 1 where answers differ."""
    console = Console(width=None if Console().is_terminal else 120)
    setting = Setting(smoke, folder, families)
    reports: list[Report] = []
    machine = _machine()
    console.print(", ".join(f"{name} {value}" for name, value in machine.items()))
    for name in only or BENCHMARKS:
        for report in BENCHMARKS[name](setting):
            reports.append(report)
            console.print(_table(report))
    if file:
        data = {"machine": machine, "benchmarks": [report.as_data() for report in reports]}
        file.write_text(json.dumps(data, indent=1), encoding="utf-8")
    differing = [report.id for report in reports if not report.agrees]
    if differing:
        console.print(f"answers differ: {', '.join(differing)}", style="bold red")
    context.exit(1 if differing else 0)


def _machine() -> dict[str, Any]:
    """Return what the numbers were measured on."""
    return {
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load before": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":")[1].strip() for line in lines if "model name" in line), "")


def _table(report: Report) -> Table:
    table = Table(title=f"{report.id}: {report.work}", title_justify="left", expand=False)
    table.add_column("way")
    for column in ("median", "least", "most", "runs", "× first", "memory"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("answers")
    table.add_column("note", overflow="fold")
    for way in report.ways:
        table.add_row(*_row(report, way))
    table.caption = f"aim: {report.aim}" if report.aim else None
    return table


def _row(report: Report, way: Way) -> list[str]:
    timing, times = way.timing, ratio(report, way)
    seconds = (
        [_seconds(each) for each in (timing.median, timing.least, timing.most)]
        if timing
        else [""] * 3
    )
    return [
        way.name,
        *seconds,
        str(timing.runs) if timing else "",
        f"{times:.3g}" if times else "",
        f"{way.memory:.2f} GB" if way.memory else "",
        {None: "", True: "equal", False: "DIFFERENT"}[way.same],
        way.note,
    ]


def _seconds(seconds: float) -> str:
    if seconds >= _MINUTE:
        return f"{seconds / _MINUTE:.1f} min"
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds / _MILLI:.3g} ms"


if __name__ == "__main__":
    main()
