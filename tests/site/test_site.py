"""The site of a small book: complete, the same each time, never half written."""

import json
import re
import xml.etree.ElementTree as ET

import jsonschema
from click.testing import CliRunner

from policy.cli import cli
from policy.legislation.checks.form import SCHEMAS
from policy.site.pages import PAGE_SCHEMA
from policy.site.serving import Preview
from policy.site.site import Site, build

FIVE = """\
title: Five euros
book: village
bill: A proposal of the village
effective: 2025-01-01
parameters:
  waste_fee.amount: {set: 5}
"""


def sources(village):
    return {file.path: file.text for file in Site((str(village),)).sources()}


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def run(*arguments):
    return CliRunner().invoke(cli, ["docs", *map(str, arguments)], prog_name="policy")


def test_change_a_parameter_and_every_page_that_shows_it_changes(village):
    before = sources(village)
    showing = {path for path, text in before.items() if re.search(r"\b(4\.20?|8\.40?)\b", text)}
    file = village / "parameters" / "village" / "waste_fee" / "amount.yaml"
    file.write_text(file.read_text().replace("value: 4.2", "value: 4.3"))
    tests = village / "tests" / "scenarios" / "village" / "waste_fee.yaml"
    tests.write_text(tests.read_text().replace("8.40", "8.60"))
    after = sources(village)
    assert {path.partition(".")[0] for path in showing} >= {
        "village/index",
        "village/variables/waste_fee",
        "village/parameters/index",
        "village/parameters/waste_fee/amount",
        "village/law/wr/2",
        "timeline/index",
        "timeline/2024",
        "feed",
    }
    assert all(before[path] != after[path] for path in showing)
    assert not any(re.search(r"\b(4\.20?|8\.40?)\b", text) for text in after.values())


def test_every_address_of_the_catalogue_exists(village):
    files = sources(village)
    (book,) = json.loads(files["index.json"])["books"]
    for each in (*book["variables"], *book["parameters"]):
        assert each["page"].replace(".html", ".md") in files
        json.loads(files[each["data"]])
    assert "3.5" in files["village/parameters/waste_fee/amount.csv"]
    for path in SCHEMAS.glob("*.json"):
        assert files[f"schemas/{path.name}"] == path.read_text(encoding="utf-8")


def test_every_page_as_data_is_as_its_schema_says(village):
    write(village / "parameters" / "village" / "reforms" / "five.yaml", FIVE)
    files = sources(village)
    schema = json.loads(files["schemas/page.schema.json"])
    assert schema == json.loads(PAGE_SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    kinds = {
        "index.json": "catalogue",
        "timeline/index.json": "timeline",
        "village/index.json": "book",
        "village/parameters/waste_fee/amount.json": "number",
        "village/reforms/five.json": "reform",
        "village/variables/is_away.json": "variable",
        "village/variables/waste_fee.json": "variable",
    }
    twins = {
        path
        for path in files
        if path.endswith(".json") and not path.startswith(("schemas/", "guides/"))
    }
    assert twins == set(kinds)
    for path, kind in kinds.items():
        own = jsonschema.Draft202012Validator({**schema, "oneOf": [{"$ref": f"#/$defs/{kind}"}]})
        data = json.loads(files[path])
        assert [error.message for error in own.iter_errors(data)] == []
        assert jsonschema.Draft202012Validator(schema).is_valid(data)
        for key in data:
            assert not own.is_valid({name: data[name] for name in data if name != key})
        assert not own.is_valid({**data, "unheard_of": 1})


def test_the_feed_and_the_timeline_tell_the_same(village):
    files = sources(village)
    changes = json.loads(files["timeline/index.json"])["changes"]
    feed = ET.fromstring(files["feed.xml"].encode())
    atom = "{http://www.w3.org/2005/Atom}"
    entries = feed.findall(f"{atom}entry")
    assert [each["date"] for each in changes] == ["2024-01-01"]
    assert [entry.find(f"{atom}updated").text for entry in entries] == ["2024-01-01T00:00:00Z"]
    assert "3.50 EUR/month to 4.20 EUR/month" in entries[0].find(f"{atom}content").text


def test_two_builds_are_the_same_bytes(village, tmp_path):
    made = []
    for name in ("one", "two"):
        result = run("build", village, "--out", tmp_path / name)
        assert result.exit_code == 0, result.output
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        made.append({str(path.relative_to(tmp_path / name)): path.read_bytes() for path in files})
    assert made[0] == made[1]
    page = made[0]["village/variables/waste_fee.html"].decode()
    for text in ("Waste fee by who is away", "present", "Worked examples", "4.20 EUR/month"):
        assert text in page
    hosts = re.findall(r'(?:src|href)="(?:https?:)?//([^/"]+)', page)
    assert set(hosts) == {"village.example"}
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_book_that_cannot_be_read_leaves_the_site_as_it_was(village, tmp_path):
    out = tmp_path / "out"
    build(Site((str(village),)), out)
    before = (out / "index.html").read_bytes()
    file = village / "variables" / "village" / "waste_fee.py"
    file.write_text(file.read_text().replace('label = "Waste fee"', "label = 'Waste fee"))
    result = run("build", village, "--out", out)
    assert result.exit_code == 2
    assert re.match(r".*waste_fee\.py:\d+:1: cannot be imported: SyntaxError", result.output)
    assert (out / "index.html").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "village-book"]


def test_a_folder_that_is_something_else_is_not_touched(village, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"")
    result = run("build", village, "--out", tmp_path / "photos")
    assert result.exit_code == 2
    assert "photos: the folder is not empty, and no site built before" in result.output


def test_a_guide_with_a_broken_link_is_an_error(village, tmp_path):
    guide = village / "docs" / "village.md"
    guide.write_text("# The village\n\n[Fees](fees.md)\n")
    result = run("build", village, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "'fees.md'" in result.output
    assert not (tmp_path / "out").exists()


def test_an_unknown_book(tmp_path):
    result = run("build", "estonai", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "did you mean 'estonia'?" in result.output


def test_evidence_that_is_no_json(village, tmp_path):
    (tmp_path / "village.coverage.json").write_text("{")
    result = run("build", village, "--out", tmp_path / "out", "--evidence", tmp_path)
    assert result.exit_code == 2
    assert "village.coverage.json: not JSON" in result.output


def test_a_preview_makes_again_what_changed(village, tmp_path):
    preview = Preview(Site((str(village),)), tmp_path / "preview")
    preview.build()
    assert preview.build() == []
    file = village / "variables" / "village" / "waste_fee.py"
    file.write_text(file.read_text().replace('label = "Away"', 'label = "Elsewhere"'))
    written = preview.build()
    assert "village/variables/is_away.md" in written
    page = (preview.root / "village" / "variables" / "is_away.html").read_text()
    assert "<h1" in page
    assert "Elsewhere" in page
    assert "data.md" not in written
    kept = preview.site.kept[str(village)].examples
    assert kept
