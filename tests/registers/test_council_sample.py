"""Generated registers of the council: the same by one seed, for their owner, with their truth."""

import os
import stat

import pytest
from pyarrow import parquet

from policy import PolicyError
from policy.registers.sampling.north_lanarkshire import marginals, sample

DAYS = ("2024-04-01", "2024-09-30")
KEYS = {
    "council_tax/accounts": ["account_no"],
    "benefits/claims": ["claim_no"],
    "benefits/claim_children": ["claim_no", "child_no"],
    "school/pupils": ["pupil_no"],
    "consent/consents": ["consent_no"],
}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn") / "council"
    before = os.umask(0)
    try:
        sample(folder, 2_000, 3, *DAYS)
    finally:
        os.umask(before)
    return folder


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.parquet")}


def test_a_seed_draws_the_same_bytes_and_another_others(drawn, tmp_path):
    sample(tmp_path / "same", 2_000, 3, *DAYS)
    sample(tmp_path / "other", 2_000, 4, *DAYS)
    assert files(drawn) == files(tmp_path / "same")
    assert not files(drawn).items() & files(tmp_path / "other").items()


def test_only_their_owner_can_read_them(drawn):
    places = [drawn, *drawn.rglob("*")]
    modes = {(each.is_dir(), stat.S_IMODE(each.stat().st_mode)) for each in places}
    assert modes == {(True, 0o700), (False, 0o600)}


def test_the_truth_knows_each_entry_and_no_two_are_made_on_one_day(drawn):
    truth = parquet.read_table(drawn / "truth" / "persons.parquet").to_pylist()
    known = {(row["table"], row["key"]) for row in truth}
    for path, key in KEYS.items():
        rows = parquet.read_table(drawn / f"{path}.parquet").to_pylist()
        entered = [(*(row[name] for name in key), row["recorded_on"]) for row in rows]
        assert len(entered) == len(set(entered)), path
        assert {(path, "/".join(row[name] for name in key)) for row in rows} == {
            each for each in known if each[0] == path
        }
        assert DAYS[0] <= min(str(row["recorded_on"]) for row in rows)
        assert max(str(row["recorded_on"]) for row in rows) <= DAYS[1]


def test_every_count_has_a_source_and_a_grade():
    for name, each in marginals().items():
        assert each["source"], name
        assert each["grade"] in {"law", "official", "secondary", "derived", "assumed"}, name


def test_what_cannot_be_drawn_is_said(drawn, tmp_path):
    with pytest.raises(PolicyError, match="99 dwellings cannot be drawn; ask for 100 dwellings"):
        sample(tmp_path / "few", 99, 1, *DAYS)
    with pytest.raises(PolicyError, match="2024-09-30 to 2024-04-01 cannot be drawn"):
        sample(tmp_path / "short", 2_000, 1, *DAYS[::-1])
    with pytest.raises(PolicyError, match="there is such a folder already"):
        sample(drawn, 2_000, 1, *DAYS)
    assert [*tmp_path.iterdir()] == []
