"""Environments of their own for peers, made once and kept; and what their scripts answer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PEERS = Path(__file__).parent / "peers"


class PeerError(Exception):
    """A peer could not be installed or run; it says why."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment with what is installed in it.

    Attributes:
        folder: where environments are kept.
        name: its own.
        requirements: what pip is to install.

    """

    folder: Path
    name: str
    requirements: tuple[str, ...]

    @property
    def home(self) -> Path:
        """Where it is."""
        return self.folder / self.name

    def command(self, name: str) -> str:
        """Return the path of a command in it, installed now if it was not before.

        Raises:
            PeerError: pip cannot install what it needs.

        """
        ready = self.home / "installed.txt"
        wanted = "\n".join(self.requirements)
        if not ready.exists() or ready.read_text() != wanted:
            venv.create(self.home, with_pip=True, clear=True)
            run([str(self.home / "bin" / "pip"), "install", "-q", *self.requirements])
            ready.write_text(wanted)
        return str(self.home / "bin" / name)

    def answer(self, script: str, *arguments: str) -> Any:
        """Run a script of ``peers`` in it and return the JSON that it prints last.

        Raises:
            PeerError: it cannot be installed, or the script fails.

        """
        return answer(self.command("python"), script, *arguments)


def source_of(folder: Path, package: str, version: str) -> Path:
    """Return the folder of a package's source, which holds its tests.

    Raises:
        PeerError: it cannot be had.

    """
    source = folder / "sources" / f"{package}-{version}"
    if not source.exists():
        with tempfile.TemporaryDirectory() as held:
            options = ["--no-deps", "--no-binary", ":all:", "-d", held]
            run([sys.executable, "-m", "pip", "download", "-q", *options, f"{package}=={version}"])
            with tarfile.open(next(Path(held).glob("*.tar.gz"))) as archive:
                archive.extractall(held, filter="data")
            unpacked = next(each for each in Path(held).iterdir() if each.is_dir())
            shutil.copytree(unpacked, source)
    return source


def answer(python: str, script: str, *arguments: str) -> Any:
    """Run a script of ``peers`` with a Python and return the JSON that it prints last.

    Raises:
        PeerError: the script fails.

    """
    done = run([python, str(PEERS / script), *arguments], environ={"PYTHONPATH": str(ROOT)})
    return json.loads(done.stdout.splitlines()[-1])


def _environment() -> dict[str, str]:
    """Return the environment, in which compiled Python is kept as it is for users."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def run(
    command: list[str],
    *,
    environ: dict[str, str] | None = None,
    folder: Path | None = None,
    exit_codes: tuple[int, ...] = (0,),
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end.

    Raises:
        PeerError: it exits with another code; the last line it wrote says why.

    """
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**_environment(), **(environ or {})},
    )
    if done.returncode not in exit_codes:
        lines = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["no output"]
        said = next((line for line in reversed(lines) if "rror" in line), lines[-1])
        raise PeerError(f"{Path(command[0]).name} failed: {said.strip()[:300]}")
    return done


def own_python() -> str:
    """Return the Python that runs the benchmarks."""
    return sys.executable
