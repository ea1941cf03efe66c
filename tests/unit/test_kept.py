"""What is kept between processes: never an old answer, and nothing that must be there."""

import marshal
import os
import subprocess
import sys

import pytest

from policy import kept
from policy.book import StatuteBook
from policy.graph import engine, keeping
from policy.legislation.legislation import Sources, read_folder

RATE = """\
description: Rate
metadata: {label: Rate, unit: "1"}
values: {2020-01-01: {value: %s}}
"""
ENTITIES = """\
from policy.model_api import build_entity
Person = build_entity("person", "persons", "Person", is_person=True)
Home = build_entity("home", "homes", "Home", roles=[{"key": "member", "plural": "members"}])
entities = [Person, Home]
"""
FORMULA = """\
%s
from policy.model_api import MONTH, Variable
from .entities import Person

class wage(Variable):
    entity, value_type, definition_period = Person, float, MONTH

class tax(Variable):
    entity, value_type, definition_period = Person, float, MONTH
    def formula(person, period, parameters):
        return person("wage", period) * parameters(period).rate + %s
"""
HOME = {
    "persons": {"ann": {"wage": {"2024-05": 100}}},
    "homes": {"home": {"members": ["ann"]}},
}
ASK = f"""\
import policy
from policy.graph import engine
traced = []
link = engine.link
engine.link = lambda *args, **options: traced.append(1) or link(*args, **options)
book = policy.load(".")
print(book.calculate({HOME}, ["tax"], "2024-05").value("tax"), len(traced))
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(kept, "_STARTED", float("inf"))  # (an editor may save while tests run)
    kept._code.cache_clear()
    written = tmp_path / "book"
    write(written, "parameters/small/rate.yaml", RATE % 0.1)
    write(written, "variables/small/entities.py", ENTITIES)
    write(written, "variables/small/taxes.py", FORMULA % ("", 1))
    return written


def write(folder, name, text):
    """Write a file; one that there was keeps its times."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    times = file.stat() if file.exists() else None
    file.write_text(text)
    if times:
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def loaded(folder):
    parts = (folder / part / "small" for part in ("parameters", "variables", "tests"))
    return StatuteBook(read_folder("small", Sources(*parts)))


@pytest.fixture
def linked(monkeypatch):
    """Count how often a graph is linked."""
    counted = []
    link = engine.link

    def counting(*args, **options):
        counted.append(1)
        return link(*args, **options)

    monkeypatch.setattr(engine, "link", counting)
    return counted


def tax(book):
    return book.calculate(HOME, ["tax"], "2024-05").value("tax")


def asked(folder, **environ):
    """Ask in a process of its own: the answer, and how often it was linked."""
    # (Python itself runs old bytecode of a file that keeps its size and time: it keeps none here)
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    answer, times = done.stdout.split()
    return float(answer), int(times)


def test_a_second_process_neither_traces_nor_links(folder):
    assert asked(folder) == (11, 1)
    assert asked(folder) == (11, 0)


def test_an_edited_parameter_counts_whatever_its_size_and_time(folder):
    assert asked(folder) == (11, 1)
    write(folder, "parameters/small/rate.yaml", RATE % 0.2)
    assert asked(folder) == (21, 1)
    write(folder, "parameters/small/rate.yaml", RATE % 0.1)
    assert asked(folder) == (11, 0)


def test_an_edited_formula_counts_whatever_its_size_and_time(folder):
    assert asked(folder) == (11, 1)
    write(folder, "variables/small/taxes.py", FORMULA % ("", 2))
    assert asked(folder) == (12, 1)


def test_a_constant_of_another_file_of_the_book_counts(folder):
    write(folder, "variables/small/numbers.py", "MORE = 3\n")
    write(folder, "variables/small/taxes.py", FORMULA % ("from .numbers import MORE", "MORE"))
    assert asked(folder) == (13, 1)
    write(folder, "variables/small/numbers.py", "MORE = 4\n")
    assert asked(folder) == (14, 1)


def test_python_bytecode_that_is_old_is_not_prolonged(folder, linked):
    """Where Python itself runs an old formula, its graph is not taken for that of the new one."""
    assert tax(loaded(folder)) == 11
    write(folder, "variables/small/taxes.py", FORMULA % ("", 2))
    tax(loaded(folder))  # (old or new, as Python sees it)
    for bytecode in folder.rglob("*.pyc"):
        bytecode.unlink()
    assert tax(loaded(folder)) == 12


def test_what_is_changed_in_memory_counts(folder, linked):
    assert tax(loaded(folder)) == 11
    changed = loaded(folder)
    changed.system.parameters.rate.update(start="2024-01-01", value=0.5)
    assert tax(changed) == 51
    neutral = loaded(folder)
    neutral.system.neutralize_variable("tax")
    assert tax(neutral) == 0
    assert tax(loaded(folder)) == 11
    assert len(linked) == 3


def test_a_reform_is_not_answered_by_the_law_before(folder, linked):
    assert tax(loaded(folder)) == 11
    reform = {"title": "More", "effective": "2024-01-01", "parameters": {"rate": {"set": 0.3}}}
    assert tax(loaded(folder).reformed(reform)) == 31


@pytest.mark.parametrize("package", ["policy", "openfisca_core", "numpy", "yaml"])
def test_another_version_of_a_library_reads_nothing(folder, linked, monkeypatch, package):
    assert tax(loaded(folder)) == 11
    kept._code.cache_clear()
    if package in {"policy", "openfisca_core"}:
        states = kept._states

        def other(*packages):
            (path, size, *times), *rest = states(*packages)
            return [(path, size, *(each - 1 for each in times)), *rest]

        monkeypatch.setattr(kept, "_states", other)
    else:
        monkeypatch.setattr(f"{package}.__version__", "another")
    assert tax(loaded(folder)) == 11
    assert len(linked) == 2
    monkeypatch.undo()
    kept._code.cache_clear()


def test_a_library_that_changes_while_it_runs_keeps_nothing(folder, linked, monkeypatch):
    kept._code.cache_clear()
    monkeypatch.setattr(kept, "_STARTED", 0)
    assert [tax(loaded(folder)) for _ in range(2)] == [11, 11]
    assert len(linked) == 2
    kept._code.cache_clear()


@pytest.mark.parametrize("imports", ["import time", "import numpy, os.path", "from os import path"])
def test_formulas_that_could_see_the_time_or_files_are_not_kept(folder, linked, imports):
    write(folder, "variables/small/taxes.py", FORMULA % (imports, 1))
    assert [tax(loaded(folder)) for _ in range(2)] == [11, 11]
    assert len(linked) == 2


def test_only_the_first_question_is_kept(folder, linked):
    for period in ("2024-05", "2024-06", "2024-06", "2024-05"):
        book = loaded(folder)
        book.calculate(HOME, ["tax"], period)
        book.calculate(HOME, ["tax"], "2023-01")
    assert len(linked) == 2 + 4


def spoilt(content):
    """Yield contents of a file that are not what was written."""
    yield b""
    yield b"rubbish"
    yield content[:-1]
    yield content[:40] + bytes([content[40] ^ 1]) + content[41:]
    yield content[32:]
    yield content[:32] + marshal.dumps({})
    yield content[:32] + marshal.dumps(compile("print('run')", "file", "exec"))


@pytest.mark.parametrize("number", range(7))
def test_spoilt_files_are_as_if_there_were_none(folder, linked, number, capsys):
    assert tax(loaded(folder)) == 11
    files = [*(folder.parent / "cache" / "policy").iterdir()]
    assert sorted(file.name.split("-")[0] for file in files) == ["small.linked", "small.parsed"]
    for file in files:
        file.write_bytes([*spoilt(file.read_bytes())][number])
    assert tax(loaded(folder)) == 11
    assert len(linked) == 2
    assert capsys.readouterr().out == ""


def test_a_home_that_cannot_be_written_to_is_left_alone(folder, tmp_path):
    (tmp_path / "file").touch()
    assert asked(folder, XDG_CACHE_HOME=str(tmp_path / "file")) == (11, 1)


def test_nobodys_home(folder, linked, monkeypatch):
    def nowhere():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(kept.Path, "home", nowhere)
    assert [tax(loaded(folder)) for _ in range(2)] == [11, 11]
    assert len(linked) == 2


def test_processes_at_once(folder):
    command = [sys.executable, "-c", ASK]
    running = [
        subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert [float(each.communicate()[0].split()[0]) for each in running] == [11, 11, 11]
    assert asked(folder) == (11, 0)
    assert len([*(folder.parent / "cache" / "policy").iterdir()]) == 2


def test_the_last_questions_are_kept(folder):
    for month in range(1, 13):
        for year in (2023, 2024):
            loaded(folder).calculate(HOME, ["tax"], f"{year}-{month:02}")
    assert len(kept.read("small.linked")) == keeping._QUESTIONS
