"""Generated registers: the same for a seed, whole or not there, and people as they can be."""

import json
import re
import stat
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from policy import PolicyError
from policy.cli import cli
from policy.registers.reading import Registers
from policy.registers.sampling.estonia import TABLES, marginals, sample
from policy.registers.sampling.estonian.log import NEVER, Log, Period
from policy.registers.sampling.measured import measure

FIRST, LAST = "2023-01-01", "2023-12-31"
SIZE = 20_000
PERSONS, PARENTS = "population/persons", "population/parents"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("drawn") / "registers"
    sample(made, SIZE, 1, FIRST, LAST)
    return made


@pytest.fixture(scope="module")
def everything(sources):
    """Return all columns that may be read."""
    return {
        path: [name for name, column in table.columns.items() if column.readable()]
        for path, table in sources.tables.items()
    }


def rows(folder: Path, path: str, since: str = "1800-01-01") -> list[dict]:
    filters = [("recorded_on", ">=", date.fromisoformat(since))] if path[:5] != "truth" else None
    return parquet.read_table(folder / f"{path}.parquet", filters=filters).to_pylist()


def contents(folder: Path) -> dict[str, bytes]:
    files = (each for each in folder.rglob("*") if each.is_file())
    return {str(each.relative_to(folder)): each.read_bytes() for each in files}


def test_the_same_seed_writes_the_same_bytes(tmp_path):
    for name, seed in (("one", 3), ("two", 3), ("other", 4)):
        sample(tmp_path / name, 3_000, seed, FIRST, "2023-03-31")
    one, two, other = (contents(tmp_path / name) for name in ("one", "two", "other"))
    assert one == two
    assert len(one) == TABLES
    assert one.keys() == other.keys()
    assert all(one[name] != other[name] for name in (f"{PERSONS}.parquet", f"{PARENTS}.parquet"))


def test_only_the_owner_can_read_them(folder):
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_they_are_whole_or_not_there(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("policy.registers.sampling.estonian.log.parquet.ParquetWriter", fail)
    with pytest.raises(PolicyError, match="cannot be written: No space left on device"):
        sample(tmp_path / "registers", 2_000, 0, FIRST, FIRST)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"size": 999}, "registers of 999 residents cannot be drawn; ask for 1,000"),
        ({"last_day": "2022-12-31"}, "registers of 2023-01-01 to 2022-12-31 cannot be drawn"),
        ({"first_day": "2023-02-30"}, "'2023-02-30' is not a date that exists"),
        ({"folder": Path()}, ".: there is such a folder already; name another"),
    ],
)
def test_what_cannot_be_drawn(tmp_path, wrong, said):
    asked = {"size": 2_000, "seed": 0, "first_day": FIRST, "last_day": LAST}
    with pytest.raises(PolicyError, match=re.escape(said)):
        sample(**{"folder": tmp_path / "registers", **asked, **wrong})


def check_digit(code: str) -> int:
    """The rule of the check digit, written down once more."""
    for weights in ("1234567891", "3456789123"):
        found = sum(int(d) * int(w) for d, w in zip(code, weights, strict=False)) % 11
        if found < 10:
            return found
    return 0


def test_personal_codes(folder):
    """Each has its check digit, and says date of birth and sex, but where those were wrong."""
    latest = {each["person_code"]: each for each in rows(folder, PERSONS)}
    wrong = 0
    for code, each in latest.items():
        assert re.fullmatch(r"[1-6]\d{10}", code)
        assert int(code[-1]) == check_digit(code)
        century = 1800 + (int(code[0]) - 1) // 2 * 100
        born = date(century + int(code[1:3]), int(code[3:5]), int(code[5:7]))
        assert each["birth_date"] in {born, born - timedelta(1)}
        wrong += each["birth_date"] != born
        assert each["sex"] == ("male" if int(code[0]) % 2 else "female")
    assert wrong < 5  # (of those entered in the last weeks)


def test_entries_stand_in_the_period(folder, sources):
    """Of before there is the latest of each key alone, and nothing that was withdrawn."""
    for path, table in sources.tables.items():
        entries = rows(folder, path)
        days = [each["recorded_on"].isoformat() for each in entries]
        assert days == sorted(days)
        assert max(days) <= LAST
        before = [
            tuple(each[name] for name in table.key)
            for each, day in zip(entries, days, strict=True)
            if day < FIRST
        ]
        assert len(before) == len(set(before))
        assert not any(
            each["withdrawn"] for each, day in zip(entries, days, strict=True) if day < FIRST
        )


@pytest.mark.parametrize("day", [FIRST, "2023-06-15", LAST])
def test_people_are_as_they_can_be(folder, sources, everything, day):
    with Registers(folder, sources) as registers:
        registers.as_known_on(day, everything)  # (which checks all that is declared of columns)

        def ask(query: str) -> list[tuple]:
            return registers.connection.sql(query).fetchall()

        # nobody is raised in two homes, and everybody named is entered
        assert (
            ask(f"""
            SELECT child_code FROM "{PARENTS}" JOIN "{PERSONS}" ON person_code = parent_code
            WHERE raises AND death_date IS NULL AND residence_until IS NULL
            GROUP BY child_code HAVING count(DISTINCT address_code) > 1""")
            == []
        )
        for column in ("child_code", "parent_code"):
            assert (
                ask(f"""SELECT {column} FROM "{PARENTS}"
                WHERE {column} NOT IN (SELECT person_code FROM "{PERSONS}")""")
                == []
            )
        # a child has at most one mother and one father, who are older
        assert (
            ask(f"""SELECT child_code FROM "{PARENTS}" WHERE relation IN ('mother', 'father')
            GROUP BY child_code, relation HAVING count(*) > 1""")
            == []
        )
        assert (
            ask(f"""SELECT child_code FROM "{PARENTS}"
            JOIN "{PERSONS}" AS child ON child.person_code = child_code
            JOIN "{PERSONS}" AS parent ON parent.person_code = parent_code
            WHERE child.birth_date < parent.birth_date + INTERVAL 16 YEARS - INTERVAL 3 DAYS""")
            == []
        )
        # nobody is married to two, and each couple is entered once
        assert (
            ask("""SELECT spouse FROM (
                SELECT unnest([person_code, spouse_code]) AS spouse FROM "population/marriages"
                WHERE until IS NULL) GROUP BY spouse HAVING count(*) > 1""")
            == []
        )
        assert (
            ask("""SELECT 1 FROM "population/marriages" WHERE person_code >= spouse_code""") == []
        )
        # spells end after they begin
        for path, begin, end in (
            (PARENTS, "since", "until"),
            ("population/marriages", "since", "until"),
            ("education/studies", "studies_from", "studies_until"),
            ("tax/social_tax", "month_from", "month_until"),
            ("insurance/sick_leave", "sick_from", "sick_until"),
            ("employment/employments", "employed_from", "employed_until"),
            ("defence/service", "service_from", "service_until"),
        ):
            assert ask(f'SELECT {begin}, {end} FROM "{path}" WHERE {end} < {begin}') == []
        # nobody is at two schools on a day, or has two pays for a month
        assert (
            ask(f"""SELECT person_code FROM "education/studies"
            WHERE studies_until IS NULL OR studies_until >= DATE '{day}'
            GROUP BY person_code HAVING count(*) > 1""")
            == []
        )
        assert (
            ask("""SELECT person_code FROM "tax/social_tax" WHERE month_until IS NULL
            GROUP BY person_code HAVING count(*) > 1""")
            == []
        )


def test_births_are_entered_within_days_and_some_late(folder):
    first: dict[str, dict] = {}
    for each in rows(folder, PERSONS):
        first.setdefault(each["person_code"], each)
    second = {each["person_code"] for each in rows(folder, "truth/duplicates")}
    waits = [
        (each["recorded_on"] - each["birth_date"]).days
        for code, each in first.items()
        if each["birth_date"].isoformat() >= FIRST
        and each["residence_from"] is None
        and code not in second
    ]
    assert min(waits) >= 1
    assert 0.9 < np.mean(np.array(waits) <= 11) < 1
    assert max(waits) <= 61


def test_duplicates_are_declared_and_withdrawn(tmp_path):
    """A second code has the same parents as the first, until it is withdrawn."""
    folder = tmp_path / "registers"
    sample(folder, 200_000, 5, FIRST, "2023-06-30")
    declared = {e["person_code"]: e["same_as"] for e in rows(folder, "truth/duplicates")}
    assert declared
    persons, parents = rows(folder, PERSONS, FIRST), rows(folder, PARENTS, FIRST)
    gone = {each["person_code"]: each["recorded_on"] for each in persons if each["withdrawn"]}
    assert set(gone) <= set(declared)
    assert gone
    raised = {}
    for each in parents:
        raised.setdefault(each["child_code"], set()).add(each["parent_code"])
        if each["withdrawn"]:
            assert each["recorded_on"] == gone[each["child_code"]]
    for second, first in declared.items():
        assert raised.get(second, set()) <= raised.get(first, set())
    # nobody else is entered twice: of one mother, name and day only twins could be
    mothers = {e["child_code"]: e["parent_code"] for e in parents if e["relation"] == "mother"}
    names: dict[tuple, set] = {}
    for each in persons:
        code = each["person_code"]
        if code in mothers and each["birth_date"].isoformat() >= FIRST:
            key = (mothers[code], each["given_names"], each["sex"])
            names.setdefault(key, set()).add(code)
    twice = [codes for codes in names.values() if len(codes) > 1]
    assert sum(any(code in declared for code in codes) for codes in twice) >= len(twice) - 3


def test_corrections_and_changes(folder):
    """Names change by marriage, addresses by moves; deaths and departures are entered."""
    entries: dict[str, list[dict]] = {}
    for each in rows(folder, PERSONS):
        entries.setdefault(each["person_code"], []).append(each)
    changes = dict.fromkeys(
        ("surname", "address_code", "death_date", "residence_until", "birth_date"), 0
    )
    for own in entries.values():
        for before, after in pairwise(own):
            for name in changes:
                changes[name] += before[name] != after[name]
    assert all(changes.values()), changes
    letters = set("".join(each["surname"] + each["given_names"] for [each, *_] in entries.values()))
    assert set("õäöüšžÕÜ") <= letters


def test_answers(folder):
    persons = {}
    for each in rows(folder, PERSONS):
        persons.setdefault(each["person_code"], each)
    fathers = {
        (each["child_code"], each["parent_code"])
        for each in rows(folder, PARENTS)
        if each["relation"] == "father"
    }
    kinds = set()
    for each in rows(folder, "board/answers"):
        kinds.add(each["answer"])
        assert each["recorded_on"] == each["answered_on"]
        assert each["case_id"] is None
        if each["benefit"] == "parental_benefit":
            continue
        told = persons[each["child_code"]]["recorded_on"]
        assert told < each["answered_on"]
        if each["answer"] in {"waive", "claim"}:
            assert (each["answered_on"] - told).days <= 14
        if each["answer"] == "claim":
            assert (each["child_code"], each["person_code"]) in fathers
        assert (each["value"] is not None) == (each["answer"] == "recipient")
        if each["answer"] == "recipient":
            assert (each["child_code"], each["value"]) in fathers
    assert {"accept", "waive", "recipient"} <= kinds


def test_counts_come_near_those_drawn_from(folder, sources):
    """Within five standard deviations, and entries still to come in the last weeks."""
    for each in measure(folder, sources, SIZE, FIRST, LAST):
        late = 0.1 * each.known if each.name.endswith("of the period") else 0
        assert abs(each.drawn - each.known) <= 5 * each.known**0.5 + late, each


def test_every_marginal_says_where_it_stands():
    for name, each in marginals().items():
        assert each["grade"] in {"law", "official", "secondary", "derived", "assumed"}, name
        assert each["source"], name


keys = st.integers(0, 3)
made = st.lists(
    st.tuples(
        keys,
        st.integers(0, 12),
        st.one_of(st.none(), st.integers(0, 9)),
        st.one_of(st.none(), st.integers(0, 9)),
    ),
    max_size=15,
)


@given(wholes=st.dictionaries(keys, st.integers(0, 12), min_size=1), made=made)
def test_log(wholes, made):
    """Against plain Python: what an entry does not say it has from the one before."""
    period = Period(4, 10)
    log = Log("a/b", ("who",), {"who": None, "one": None, "two": None})
    said = [(who, day, {"one": 0, "two": 0}) for who, day in wholes.items()]
    for who, day, one, two in made:
        values = {"one": one, "two": two}
        if who in wholes:
            said.append((who, day, {n: v for n, v in values.items() if v is not None}))
    for who, day, values in said:
        log.add([day], who=[who], **{name: [value] for name, value in values.items()})
    expected = []
    for who in wholes:
        own = [(day, values) for key, day, values in said if key == who]
        first = min(day for day, values in own if len(values) == 2)
        state: dict[str, int] = {}
        days: dict[int, dict[str, int]] = {}
        for day, values in sorted(own, key=lambda each: max(each[0], first)):
            state = state | values
            days[max(day, first)] = state
        of_before = [day for day in days if day < period.first]
        kept = [*of_before[-1:], *(d for d in days if period.first <= d <= period.last)]
        expected += [(day, who, days[day]["one"], days[day]["two"]) for day in kept]
    entries = log.entries(period)
    names = ("recorded_on", "who", "one", "two")
    found = list(zip(*(entries[name].tolist() for name in names), strict=True))
    assert sorted(found) == sorted(expected)
    assert entries["recorded_on"].tolist() == sorted(entries["recorded_on"].tolist())
    assert NEVER not in entries["one"]


def test_command(tmp_path):
    out = str(tmp_path / "registers")
    asked = ["registers", "sample", "estonia", "--residents", "5000", "--out"]
    text = CliRunner().invoke(cli, [*asked, out])
    assert text.exit_code == 0, text.output
    assert "population/persons" in text.output
    assert "births of the period" in text.output
    again = CliRunner().invoke(cli, [*asked, out])
    assert again.exit_code == 2
    assert "there is such a folder already" in again.output
    data = json.loads(CliRunner().invoke(cli, [*asked, f"{out}2", "--json"]).stdout)
    assert set(data) == {"tables", "counts"}
    assert len(data["tables"]) == TABLES
    shown = CliRunner().invoke(cli, ["registers", "sample", "estonia", "--marginals"])
    assert "order of birth" in shown.output
    other = CliRunner().invoke(cli, ["registers", "sample", "nebraska", "--out", out])
    assert other.exit_code == 2
    assert "there are no generated registers for 'nebraska'" in other.output
    without = CliRunner().invoke(cli, ["registers", "sample", "estonia"])
    assert "Name a folder to write: --out registers" in without.output
    negative = CliRunner().invoke(cli, [*asked, f"{out}3", "--seed", "-1"])
    assert negative.exit_code == 2
    assert "Invalid value for '--seed': -1 is not in the range x>=0." in negative.output
