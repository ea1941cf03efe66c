"""``policy registers link`` and the council's sample, from the command line."""

import json

import pytest
from click.testing import CliRunner

from policy.cli import cli


def invoke(*arguments):
    result = CliRunner().invoke(cli, ["registers", *map(str, arguments)], prog_name="policy")
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town") / "town"
    code, output = invoke(
        *("sample", "north_lanarkshire", "--dwellings", 400, "--out", folder),
        *("--from", "2024-04-01", "--until", "2024-09-30", "--json"),
    )
    assert code == 0, output
    assert json.loads(output)["tables"]["council_tax/accounts"] >= 400
    return folder


def test_links_are_counted_for_people_and_programs(town, tmp_path):
    link = ("link", "north_lanarkshire", "--registers", town, "--date", "2024-08-15")
    code, output = invoke(*link, "--out", tmp_path / "a")
    assert code == 0, output
    assert output.startswith("Of           Entries   Found   Linked pairs   To review\n")
    truth = (
        "--purpose",
        "measure",
        "--truth",
        town / "truth",
        "--review",
        tmp_path / "a" / "review.csv",
    )
    code, output = invoke(*link, *truth, "--out", tmp_path / "b", "--json")
    assert code == 0, output
    found = json.loads(output)
    assert [each["name"] for each in found["counts"]] == ["adults", "children", "households"]
    assert found["quality"]["links that pay"]["precision"] == 1.0
    assert (found["answers"], found["lapsed"]) == (0, 0)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"book": "estonia"}, "the registers of 'estonia' are not linked; valid books: north_lan"),
        ({"--purpose": "pays"}, "nothing is linked for the purpose 'pays'; did you mean 'pay'?"),
        ({"--purpose": "measure"}, "name their truth with --truth"),
        ({"--registers": "nowhere"}, "nowhere: there is no such folder"),
        ({"--date": "2024-02-30"}, "2024-02-30"),
        ({"--review": "nothing.csv"}, "nothing.csv: there is no such file"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(town, tmp_path, changed, message):
    options = {"--registers": town, "--out": tmp_path / "out", "--date": "2024-08-15"} | changed
    book = options.pop("book", "north_lanarkshire")
    code, output = invoke("link", book, *(part for pair in options.items() for part in pair))
    assert code == 2
    assert message in output
    assert "Traceback" not in output
    assert [*tmp_path.iterdir()] == []
