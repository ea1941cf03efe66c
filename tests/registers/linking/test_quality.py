"""How good links are on generated registers, and that they are the same on every run."""

from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from policy import PolicyError
from policy.registers.linking.run import run

from .conftest import DAY

LEAST_PRECISION = 0.999
#: One wrong address puts whole families together, and these towns are small. Nothing is paid by it.
LEAST_OF_HOUSEHOLDS = 0.995


def names_and_bytes(folder):
    return {path.name: path.read_bytes() for path in sorted(Path(folder).rglob("*.*"))}


@pytest.mark.parametrize("purpose", ["measure", "pay"])
def test_links_are_right(ran, purpose):
    found, _ = ran[purpose]
    assert set(found.quality) == {"adults", "children", "households", "links that pay"}
    for name, of in found.quality.items():
        least = LEAST_PRECISION if name != "households" else LEAST_OF_HOUSEHOLDS
        assert of.precision >= least, (name, of)
        assert of.recall > 0.75, (name, of)
    assert found.quality["links that pay"].rightly == found.quality["links that pay"].linked > 100
    for of in (found.quality["adults"], found.quality["children"]):
        assert of.linked > 50
        assert 0 < of.review < 0.3 * of.linked


def test_another_run_of_entries_in_another_order_writes_the_same_bytes(
    book, generated, ran, tmp_path
):
    for path in generated.rglob("*.parquet"):
        place = tmp_path / "shuffled" / path.relative_to(generated)
        place.parent.mkdir(parents=True, exist_ok=True)
        table = parquet.read_table(path)
        parquet.write_table(table.take(pa.array(range(len(table))[::-1])), place)
    run(book, tmp_path / "shuffled", tmp_path / "again", "pay", DAY)
    written = names_and_bytes(tmp_path / "again")
    assert set(written) == {
        *("golden_persons.parquet", "golden_households.parquet", "links.parquet", "review.csv")
    }
    assert written == names_and_bytes(ran["pay"][1])


def test_each_entry_is_of_one_golden_person_and_household(ran):
    _, out = ran["measure"]
    persons = parquet.read_table(out / "golden_persons.parquet").to_pylist()
    households = parquet.read_table(out / "golden_households.parquet").to_pylist()
    entries = [entry for each in persons for entry in each["entries"]]
    assert len(entries) == len(set(entries))
    assert sorted(entries) == sorted(entry for each in households for entry in each["entries"])
    assert len({each["person"] for each in persons}) == len(persons)
    assert {each["household"] for each in households} == {
        home for each in persons for home in each["households"]
    }


def test_the_evidence_of_a_link_adds_up(ran):
    links = parquet.read_table(ran["pay"][1] / "links.parquet").to_pylist()
    assert {"linked", "review"} <= {link["outcome"] for link in links}
    before = links[0]["weight"] - parts(links[0])
    for link in links:
        assert link["weight"] == pytest.approx(before + parts(link))


def parts(link):
    return sum(value for name, value in link.items() if name.endswith("_weight"))


def test_a_truth_of_others_does_not_measure(book, council, tmp_path):
    council.write(accounts=[{"account_no": "1", "given_names": "Ann", "surname": "Bell"}])
    out = tmp_path / "out"
    columns = {name: pa.array([], pa.string()) for name in ("table", "role", "key")}
    numbers = {name: pa.array([], pa.int64()) for name in ("person", "household")}
    parquet.write_table(pa.table(columns | numbers), tmp_path / "persons.parquet")
    with pytest.raises(PolicyError, match="this is the truth of other registers"):
        run(book, council.folder, out, "measure", DAY, truth=tmp_path)
    with pytest.raises(PolicyError, match="there is no truth to measure by"):
        run(book, council.folder, out, "pay", DAY, truth=tmp_path / "nowhere")
    assert not out.exists()


def test_without_truth_nobody_is_read_who_did_not_consent(book, council, tmp_path):
    council.write()
    with pytest.raises(PolicyError, match="name their truth with --truth"):
        run(book, council.folder, tmp_path / "out", "measure", DAY)
    with pytest.raises(PolicyError, match="did you mean 'pay'"):
        run(book, council.folder, tmp_path / "out", "play", DAY)


def test_registers_without_entries_link_nobody(book, council, tmp_path):
    council.write()
    found = run(book, council.folder, tmp_path / "out", "pay", DAY)
    assert [(each.entries, each.linked, each.review) for each in found.counts] == [(0, 0, 0)] * 3
    assert (tmp_path / "out" / "review.csv").read_text().count("\n") == 1
