"""The registers of a council with nothing to tell persons apart by but what they say of them.

Families are drawn from ``marginals/north_lanarkshire.yaml``; each entry about a person is then
written as somebody at a desk would: with a short name, last year's address, a mistyped letter.
Who is who stands in the folder ``truth``, which linking never reads.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from policy.documents import read_document
from policy.errors import PolicyError, Problem
from policy.legislation.parameters import iso_day
from policy.private import made_whole
from policy.registers.files import write_table
from policy.registers.reading import Registers
from policy.registers.sampling.council_people import People, people
from policy.registers.sampling.disorder import (
    day_for_month,
    digits,
    in_capitals,
    left_out,
    mistyped_date,
    replaced,
    respelt,
    typos,
)
from policy.registers.sampling.measured import Count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.random import Generator

    from policy.legislation.people import Array
    from policy.registers.sources import Sources

#: Fewer dwellings have too few families of each kind.
LEAST = 100
#: The tables that are written.
TABLES = 6
_FEW_DAYS = 3
#: What is counted, and what it is drawn from.
_FIELDS = {
    "council_tax/accounts": ["valuation_band"],
    "benefits/claims": ["claimed_until"],
    "school/pupils": ["school_stage"],
}
_COUNTED = {
    "groups": ("dwellings", 'SELECT count(*) FROM "council_tax/accounts"'),
    "bands_a_and_b": (
        "in bands A and B",
        "SELECT count(*) FROM \"council_tax/accounts\" WHERE valuation_band IN ('A', 'B')",
    ),
    "claims": (
        "claims in payment",
        'SELECT count(*) FROM "benefits/claims" WHERE claimed_until IS NULL',
    ),
    "pupils": (
        "pupils of primary and secondary schools",
        "SELECT count(*) FROM \"school/pupils\" WHERE school_stage <> 'early_years'",
    ),
}
_MARGINALS = Path(__file__).parent / "marginals"
#: Dwellings of a postcode, and postcodes of a street.
_OF_POSTCODE, _OF_STREET = 15, 3
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
#: Ages of starting primary and secondary school, and of leaving.
_SCHOOL, _SECONDARY, _LEAVING = 5, 12, 18
#: Years of school, and those to S3.
_STAGES, _TO_S3 = 13, 10
_YEAR = 365.2425
#: Shares that only give the tables some life: assumed, and of no weight in what is measured.
_SECOND_ADULT, _FLATS, _NEVER = 0.4, 0.3, np.datetime64("NaT")
#: How an address is written another way.
_SHORT = {"Street": "St", "Road": "Rd", "Avenue": "Ave", "Drive": "Dr", "Crescent": "Cres"}


def marginals() -> dict[str, dict[str, Any]]:
    """Return what the registers are drawn from, with source and grade.

    >>> marginals()["groups"]["value"]
    152155

    """
    return dict(read_document(_MARGINALS / "north_lanarkshire.yaml").data)


def sample(
    folder: Path,
    size: int,
    seed: int,
    first_day: str,
    last_day: str,
    progress: Callable[[str, int], None] = lambda _path, _count: None,
) -> None:
    """Write the generated registers of a council, and the truth about them.

    Args:
        folder: where the registers' folders are written; only their owner can read them.
        size: how many dwellings.
        seed: another seed draws others; the same writes the same bytes.
        first_day: entries of before stand on this ISO day.
        last_day: the last day of entries.
        progress: called with the path of each table and its number of entries, once written.

    Raises:
        PolicyError: there are too few dwellings or days, there is such a folder already, or a file
            cannot be written.

    """
    days = np.datetime64(iso_day(first_day)), np.datetime64(iso_day(last_day))
    if size < LEAST or days[1] - days[0] < _FEW_DAYS:
        what = f"{size:,} dwellings" if size < LEAST else f"{first_day} to {last_day}"
        remedy = f"ask for {LEAST:,} dwellings or more, and for {_FEW_DAYS} days or more"
        raise PolicyError(Problem(f"registers of {what} cannot be drawn", remedy=remedy))
    random = np.random.default_rng(seed)
    known = {name: each["value"] for name, each in marginals().items()}
    names = read_document(_MARGINALS / "north_lanarkshire_names.yaml").data
    everybody = people(known, names, size, random, days[0])
    with made_whole(folder) as aside:
        _Desk(known, names, everybody, size, random, days, aside, progress).write()


def measure(
    folder: Path, sources: Sources, size: int, first_day: str, last_day: str
) -> list[Count]:
    """Count dwellings, claims and pupils in generated registers, beside what is known of them."""
    del first_day
    known = marginals()
    share = size / known["groups"]["value"]
    found = []
    with Registers(folder, sources, consents=["record_checks"]) as registers:
        registers.as_known_on(last_day, _FIELDS)
        for name, (said, query) in _COUNTED.items():
            ((drawn,),) = registers.connection.sql(query).fetchall()
            each = known[name]
            found.append(Count(said, drawn, each["value"] * share, each["grade"], each["source"]))
    return found


class _Desk:
    """Where entries are made: each method writes the tables of a register."""

    def __init__(
        self,
        known: Mapping[str, Any],
        names: Mapping[str, Any],
        everybody: People,
        size: int,
        random: Generator,
        days: tuple[np.datetime64, np.datetime64],
        folder: Path,
        progress: Callable[[str, int], None],
    ) -> None:
        self.progress = progress
        self.known, self.names, self.people, self.size = known, names, everybody, size
        self.random, self.days, self.folder = random, days, folder
        self.address, self.postcode = _addresses(names, size, random)
        self.truth: list[dict[str, Array]] = []

    def write(self) -> None:
        """Write all tables, and the truth."""
        self._accounts()
        claims = self._claims()
        self._consents(claims)
        self._pupils()
        truth = {
            name: np.concatenate([each[name] for each in self.truth]) for name in self.truth[0]
        }
        self._write("truth/persons", truth)

    def _accounts(self) -> None:
        people = self.people
        liable = np.full(self.size, -1)
        chosen = np.where(
            (people.second >= 0) & self._some(len(people.first), 1 - _SECOND_ADULT),
            people.second,
            people.first,
        )
        liable[people.home[chosen[::-1]]] = chosen[::-1]  # (the first family of a dwelling)
        empty = liable < 0
        liable[empty] = self.random.choice(people.first, int(empty.sum()))
        bands = {"AB": "bands_a_and_b", "CD": "bands_c_and_d", "EFGH": "bands_e_to_h"}
        shares = np.array([self.known[name] / len(of) for of, name in bands.items() for _ in of])
        band = self.random.choice([*"ABCDEFGH"], self.size, p=shares / shares.sum())
        keys = self._keys("C", self.size)
        dwellings = np.arange(self.size)
        self._know("council_tax/accounts", "liable", keys, liable, dwellings)
        clean = self._names(liable) | self._residence(dwellings)
        dirty = self._mistaken_names(clean) | self._written(self._residence(dwellings))
        alone = np.bincount(people.home[people.adults], minlength=self.size) == 1
        facts = {
            "valuation_band": band.astype(object),
            "discount": np.where(empty, "empty", np.where(alone, "one_adult", "none")),
        }
        on = np.full(self.size, self.days[0])
        self._table("council_tax/accounts", {"account_no": keys}, dirty, clean, facts, on)

    def _claims(self) -> tuple[Array, Array, Array]:
        """Write claims and their children; return families, claimants and numbers of claims."""
        people, known = self.people, self.known
        of_pupils = known["pupils_on_claims_p1_to_s3"] / _TO_S3 * _STAGES / known["pupils"]
        families = len(people.first)
        has_children = np.bincount(people.family, minlength=families) > 0
        wanted = known["claims"] / known["groups"] * self.size
        others = (wanted - of_pupils * has_children.sum()) / max((~has_children).sum(), 1)
        claims = self._some(families, np.where(has_children, of_pupils, others))
        family = np.flatnonzero(claims)
        claimant = self._one_of(family)
        grown = people.grown_up[self._some(len(people.grown_up), known["sons_with_claims"])]
        who = np.concatenate([claimant, grown])
        of_family = np.concatenate([family, np.full(len(grown), -1)])
        again = np.flatnonzero(self._some(len(who), known["earlier_claim"]))
        twice = np.flatnonzero(self._some(len(who), known["entered_twice"]))
        rows = np.concatenate([np.arange(len(who)), again, twice])
        is_earlier = (np.arange(len(rows)) >= len(who)) & (
            np.arange(len(rows)) < len(rows) - len(twice)
        )
        who, of_family, keys = who[rows], of_family[rows], self._keys("B", len(rows))
        mistaken = np.arange(len(rows)) >= len(rows) - len(twice)
        self._know("benefits/claims", "claimant", keys, who, people.home[who])
        clean = self._person(who)
        dirty = self._mistaken(who, is_earlier * 0.5)
        reduced = self._some(len(rows), known["share_with_reduction"])
        housing = ~reduced | self._some(len(rows), known["share_with_housing_benefit"])
        start = self.days[0] - self.random.integers(30, 1500, len(rows)).astype("m8[D]")
        ended = start + self.random.integers(1, 29, len(rows)).astype("m8[D]")
        facts = {
            "council_tax_reduction": np.where(
                reduced, self.random.uniform(150, 1200, len(rows)).round(2), 0.0
            ),
            "receives_housing_benefit": housing,
            "claimed_from": start,
            "claimed_until": np.where(is_earlier, ended, _NEVER),
        }
        put_right = mistaken & self._some(len(rows), 0.5)
        on = self._made_on(len(rows))
        self._table("benefits/claims", {"claim_no": keys}, dirty, clean, facts, on, put_right)
        self._claim_children(of_family, keys, on, put_right)
        return family, claimant, keys[: len(family)]

    def _claim_children(self, family: Array, claims: Array, on: Array, put_right: Array) -> None:
        people = self.people
        starts = np.searchsorted(people.family, np.arange(len(people.first) + 1))
        with_family = family >= 0
        number = np.where(with_family, starts[family + 1] - starts[family], 0)
        of = np.repeat(np.arange(len(family)), number)
        order = np.arange(len(of)) - np.repeat(np.cumsum(number) - number, number)
        who = people.children[starts[family[of]] + order]
        named = ~self._some(len(of), self.known["child_missing_on_claim"])
        of, order, who = of[named], order[named], who[named]
        number_of = (order + 1).astype(str).astype(object)
        keys = claims[of] + "/" + number_of
        self._know("benefits/claim_children", "child", keys, who, people.home[who])
        clean = self._names(who) | {"birth_date": people.born[who]}
        dirty = self._mistaken_names(clean | self._short(who, clean)) | {
            "birth_date": self._mistaken_dates(clean["birth_date"])
        }
        key = {"claim_no": claims[of], "child_no": number_of}
        self._table("benefits/claim_children", key, dirty, clean, {}, on[of], put_right[of])

    def _consents(self, claims: tuple[Array, Array, Array]) -> None:
        people, known = self.people, self.known
        family, claimant, numbers = claims
        has_children = np.bincount(people.family, minlength=len(people.first)) > 0
        consenting = has_children[family] & self._some(len(family), known["consent_with_claim"])
        others = np.setdiff1d(np.flatnonzero(has_children), family)
        others = others[self._some(len(others), known["consent_without_claim"])]
        who = np.concatenate([claimant[consenting], self._one_of(others)])
        number = np.concatenate([numbers[consenting], np.full(len(others), "", object)])
        twice = self._some(len(who), known["consented_twice"])
        who = np.concatenate([who, who[twice]])
        number = np.concatenate([number, number[twice]])
        number[~self._some(len(who), known["claim_number_on_form"])] = ""
        number = digits(number, known["typo_in_claim_number"], self.random)
        keys = self._keys("R", len(who))
        self._know("consent/consents", "claimant", keys, who, people.home[who])
        given = self.days[0] - self.random.integers(60, 1200, len(who)).astype("m8[D]")
        gone = given + self.random.integers(1, 60, len(who)).astype("m8[D]")
        withdrawn = self._some(len(who), known["consent_withdrawn"])
        facts = {
            "claim_no": number,
            "given_on": given,
            "withdrawn_on": np.where(withdrawn, gone, _NEVER),
        }
        key = {"consent_no": keys}
        clean, on = self._person(who), self._made_on(len(who))
        self._table("consent/consents", key, self._mistaken(who), clean, facts, on)

    def _pupils(self) -> None:
        people, known = self.people, self.known
        age = (self.days[0] - people.born[people.children]).astype(int) / _YEAR
        share = np.where(
            age < _SCHOOL, known["share_in_early_years"], known["share_at_council_schools"]
        )
        at_school = np.flatnonzero((age < _LEAVING) & self._some(len(age), share))
        who, family, age = people.children[at_school], people.family[at_school], age[at_school]
        keys = self._keys("S", len(who))
        parent = self._one_of(family)
        elsewhere = self._some(len(who), known["parent_elsewhere"])
        parent = np.where(elsewhere, self.random.choice(people.adults, len(who)), parent)
        homes = people.home[who]
        self._know("school/pupils", "pupil", keys, who, homes)
        self._know("school/pupils", "parent", keys, parent, homes)
        stage = np.where(
            age < _SCHOOL, "early_years", np.where(age < _SECONDARY, "primary", "secondary")
        )
        named = self._names(parent)
        wrong = self._mistaken_names(named | self._short(parent, named))
        facts = {
            "school_stage": stage.astype(object),
            "school": self.random.choice(np.array(self.names["schools"], object), len(who)),
        }
        clean = self._person(who) | {f"parent_{name}": each for name, each in named.items()}
        dirty = self._mistaken(who) | {f"parent_{name}": each for name, each in wrong.items()}
        self._table(
            "school/pupils", {"pupil_no": keys}, dirty, clean, facts, self._made_on(len(who))
        )

    def _one_of(self, family: Array) -> Array:
        """Return an adult of each family."""
        second = self.people.second[family]
        other = (second >= 0) & self._some(len(family), _SECOND_ADULT)
        return np.where(other, second, self.people.first[family])

    def _some(self, count: int, share: Any) -> Array:
        chosen: Array = self.random.uniform(size=count) < share
        return chosen

    def _keys(self, letter: str, count: int) -> Array:
        """Return numbers that tell nothing of the order of persons."""
        numbers = self.random.permutation(count) + 10_000_000
        return np.array([f"{letter}{number}" for number in numbers.tolist()], object)

    def _know(self, table: str, role: str, keys: Array, who: Array, homes: Array) -> None:
        same = {
            "table": np.full(len(keys), table, object),
            "role": np.full(len(keys), role, object),
        }
        self.truth.append({**same, "key": keys, "person": who, "household": homes})

    def _names(self, who: Array) -> dict[str, Array]:
        people = self.people
        full = (people.middle[who] != "") & self._some(len(who), self.known["middle_name"])
        middle = np.where(full, " " + people.middle[who], "")
        return {"given_names": people.given[who] + middle, "surname": people.surname[who]}

    def _residence(self, dwellings: Array) -> dict[str, Array]:
        return {"address": self.address[dwellings], "postcode": self.postcode[dwellings]}

    def _person(self, who: Array) -> dict[str, Array]:
        people = self.people
        return {
            **self._names(who),
            "birth_date": people.born[who],
            **self._residence(people.home[who]),
        }

    def _mistaken(self, who: Array, moved: Any = 0.0) -> dict[str, Array]:
        """Write entries about persons with all that goes wrong."""
        people, known = self.people, self.known
        clean = self._person(who)
        old = self._some(len(who), np.maximum(known["old_address"], moved))
        parents = people.namesake_home[who]
        to_parents = (parents >= 0) & self._some(len(who), known["address_of_parents"])
        homes = np.where(old, np.where(to_parents, parents, people.former[who]), people.home[who])
        residence = self._written(self._residence(homes))
        address = typos(residence["address"], known["typo_in_address"], self.random)
        postcode = digits(residence["postcode"], known["typo_in_address"] / 2, self.random)
        dates = self._mistaken_dates(clean["birth_date"])
        return {
            **self._mistaken_names(clean | self._short(who, clean)),
            "birth_date": left_out(dates, known["missing_date"], self.random),
            "address": left_out(address, known["missing_address"], self.random),
            "postcode": left_out(postcode, known["missing_address"], self.random),
        }

    def _short(self, who: Array, clean: Mapping[str, Array]) -> dict[str, Array]:
        """Write some persons with short or earlier names."""
        people, known = self.people, self.known
        short = replaced(people.given[who], known["nickname"], self.random, self.names["short"])
        given = np.where(short != people.given[who], short, clean["given_names"])
        child = np.isin(who, people.children)
        share = np.where(child, known["surname_of_other_parent"], known["maiden_name"])
        other = self._some(len(who), share)
        surname = np.where(other, people.other_surname[who], people.surname[who])
        return {"given_names": given, "surname": surname}

    def _mistaken_names(self, names: Mapping[str, Array]) -> dict[str, Array]:
        known, random = self.known, self.random
        changed = {}
        capitals = self._some(len(names["surname"]), known["capitals"])
        for name in ("given_names", "surname"):
            spelt = respelt(names[name], known["spelling_of_name"], random)
            written = typos(spelt, known["typo_in_name"], random)
            changed[name] = np.where(capitals, in_capitals(written, 1.0, random), written)
        return changed

    def _mistaken_dates(self, days: Array) -> Array:
        turned = day_for_month(days, self.known["day_and_month_changed"], self.random)
        return mistyped_date(turned, self.known["typo_in_date"], self.random)

    def _written(self, residence: Mapping[str, Array]) -> dict[str, Array]:
        """Write addresses and postcodes in one of several ways."""
        other = self._some(len(residence["address"]), self.known["writing_of_address"])
        address, postcode = residence["address"].copy(), residence["postcode"].copy()
        for row in np.flatnonzero(other).tolist():
            for long, short in _SHORT.items():
                address[row] = address[row].replace(long, short)
            address[row] = address[row].replace("Flat ", "").replace(",", "")
            postcode[row] = postcode[row].replace(" ", "").lower()
        return {"address": address, "postcode": postcode}

    def _table(
        self,
        path: str,
        key: Mapping[str, Array],
        dirty: Mapping[str, Array],
        clean: Mapping[str, Array],
        facts: Mapping[str, Array],
        on: Array,
        taken_back: Array | None = None,
    ) -> None:
        """Write a table: entries made on some days, then those that put some right."""
        count = len(on)
        again = np.minimum(on + self.random.integers(1, self._window, count), self.days[1])
        wrong = np.zeros(count, bool)
        for name, each in dirty.items():
            wrong |= ~((each == clean[name]) | (_empty(each) & _empty(clean[name])))
        back = np.zeros(count, bool) if taken_back is None else taken_back
        right = wrong & ~back & self._some(count, self.known["put_right"])
        rows = np.concatenate([np.arange(count), np.flatnonzero(right), np.flatnonzero(back)])
        corrected = np.zeros(len(rows), bool)
        corrected[count : count + int(right.sum())] = True
        withdrawn = np.arange(len(rows)) >= count + int(right.sum())
        columns = {
            **{name: each[rows] for name, each in key.items()},
            **{name: np.where(corrected, clean[name][rows], dirty[name][rows]) for name in dirty},
            **{name: each[rows] for name, each in facts.items()},
            "recorded_on": np.where(np.arange(len(rows)) < count, on[rows], again[rows]),
            "withdrawn": withdrawn,
        }
        self._write(path, columns)

    @property
    def _window(self) -> int:
        return int((self.days[1] - self.days[0]).astype(int))

    def _made_on(self, count: int) -> Array:
        """Draw the days of entries: the first, or one of the others but the last."""
        late = self._some(count, self.known["entered_in_time"])
        days = self.days[0] + self.random.integers(1, self._window, count)
        return np.where(late, days, self.days[0])

    def _write(self, path: str, columns: Mapping[str, Array]) -> None:
        arrays = {name: _shown(each) for name, each in columns.items()}
        write_table(self.folder / f"{path}.parquet", pa.table(arrays))
        self.progress(path, len(_first(columns)))


def _first(key: Mapping[str, Array]) -> Array:
    """Return the first column of a key."""
    return next(iter(key.values()))


def _shown(values: Array) -> pa.Array:
    """Return a column to write; an empty text is missing."""
    if values.dtype.kind in "OU":
        return pa.array([each or None for each in values.tolist()], pa.string())
    return pa.array(values, from_pandas=True)


def _empty(values: Array) -> Array:
    return np.isnat(values) if values.dtype.kind == "M" else values == ""


def _addresses(names: Mapping[str, Any], size: int, random: Generator) -> tuple[Array, Array]:
    """Name dwellings: those of a postcode lie in one street, beside each other."""
    codes = np.arange(size) // _OF_POSTCODE
    streets = codes // _OF_STREET
    name = random.integers(len(names["streets"]), size=streets[-1] + 1)
    kind = random.integers(len(names["kinds_of_street"]), size=streets[-1] + 1)
    flats = random.uniform(size=codes[-1] + 1) < _FLATS
    area = np.sort(random.integers(len(names["outward_codes"]), size=codes[-1] + 1))
    letters = len(_INWARD)
    address, postcode = [], []
    for dwelling, (code, street) in enumerate(zip(codes.tolist(), streets.tolist(), strict=True)):
        number = dwelling - street * _OF_STREET * _OF_POSTCODE
        road = f"{names['streets'][name[street]]} {names['kinds_of_street'][kind[street]]}"
        flat = f"Flat {number // 2 % 4}/{number % 2 + 1}, " if flats[code] else ""
        house = number // 8 * 2 + 1 if flats[code] else number + 1
        address.append(f"{flat}{house} {road}")
        two = _INWARD[code // letters % letters] + _INWARD[code % letters]
        outward = names["outward_codes"][area[code]]
        postcode.append(f"{outward} {code // letters**2 % 10}{two}")
    return np.array(address, object), np.array(postcode, object)
