"""Running the command line in this process, as a user would."""

from functools import partial

import pytest
from click.testing import CliRunner

from policy.cli import cli

FAMILY = """\
name: Kati and her new sister
book: estonia
period: 2024-05
persons:
  mari: {birth_date: 1985-03-01}
  kati: {birth_date: 2012-05-15}
  liis: {birth_date: 2024-05-10}
families:
  tamm: {parents: [mari], children: [kati, liis]}
"""


@pytest.fixture
def family(tmp_path, monkeypatch):
    """A scenario in the working folder, under the name a user would type."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "family.yaml").write_text(FAMILY, encoding="utf-8")
    return "family.yaml"


@pytest.fixture
def policy_command(tmp_path_factory, monkeypatch):
    """Run ``policy`` with arguments; returns its output."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))

    def run(*arguments, code=0, env=None):
        result = CliRunner(env=env).invoke(cli, list(arguments), prog_name="policy")
        assert result.exit_code == code, result.output
        return result.output

    return run


@pytest.fixture
def narrow(policy_command):
    """Run ``policy`` as on a terminal of 40 columns."""
    return partial(policy_command, env={"FORCE_COLOR": "1", "COLUMNS": "40", "TERM": "xterm"})
