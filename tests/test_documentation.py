"""The documentation is true: every example calculates, every block does what the page says.

The blocks of a page are run in order, in an empty folder that has the project's ``docs`` in it:

- a ``yaml`` or ``python`` block whose first line is a comment naming a file (``# family.yaml``) is
  written to that file; where the project has that file already, the block must be the same;
- the commands (``$ policy …``) of a ``console`` block are run, and their output compared;
- a ``pycon`` block is run as a doctest; a ``python`` block without a file is run as it stands;
- a ``json`` block must be what the command above it printed.

``…`` stands for anything; the digest of a law version is not compared.
"""

import doctest
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import policy
from policy.cli import cli

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.yaml"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# (\S+/)?[\w-]+\.(yaml|py)")
LAW = re.compile(r"[0-9a-f]{12}\+policy-[0-9.]+")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def run(command):
    """Run a command line in this process; return its output and exit code."""
    result = CliRunner().invoke(cli, shlex.split(command)[1:], prog_name="policy")
    return result.output, result.exit_code


def same(shown, got):
    """Tell whether an output is the one shown."""
    return re.fullmatch(pattern_of(shown), trimmed(got), re.DOTALL) is not None


def pattern_of(shown):
    pattern = re.escape(LAW.sub("LAW", trimmed(shown)))
    return pattern.replace("LAW", LAW.pattern).replace("…", ".*")


def trimmed(text):
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines())


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder with the project's docs, as a reader would start in."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLICY_DEBUG", "1")
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_does_what_it_says(page, folder):
    printed, names = "", {}
    for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        first = text.partition("\n")[0]
        if FILE.fullmatch(first):
            write(folder / first.removeprefix("# "), text)
        elif kind == "console":
            for shown in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                command, _, output = shown.partition("\n")
                if command.startswith("policy "):
                    printed, code = run(command)
                    assert code == 0 or output.strip() != "…", printed
                    assert same(output, printed), f"{page.name}: $ {command}\n{printed}"
        elif kind == "json":
            assert same(text, printed), f"{page.name}: the command prints\n{printed}"
        elif kind == "pycon":
            example = doctest.DocTestParser().get_doctest(text, names, page.name, page.name, 0)
            runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
            assert runner.run(example, clear_globs=False).failed == 0
            names = example.globs
        elif kind == "python":
            exec(compile(text, page.name, "exec"), names)


def write(path, text):
    own = ROOT / path.relative_to(Path.cwd())
    content = text if not own.exists() else own.read_text(encoding="utf-8")
    body = text.partition("\n")[2]
    assert content in (text, body) or content.endswith(f"\n{body}"), f"{own} is not as shown"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_an_example_calculates(file):
    output, code = run(f"policy calculate {file}")
    assert code == 0, output
    assert re.search(r"\d\.\d\d [A-Z]{3}\b", output)


def test_there_are_pages_and_examples():
    assert len(PAGES) > 1
    assert len(EXAMPLES) > 1


@pytest.mark.parametrize("name", policy.books())
def test_every_name_in_the_page_of_a_book_exists(name):
    book = policy.load(name)
    rows = re.findall(r"^\|.*\|$", (ROOT / "docs" / f"{name}.md").read_text("utf-8"), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named - set(book.variables) == set()
    assert set(book.metadata["outputs"]) <= named | {"family_allowances", "family_benefits"}
