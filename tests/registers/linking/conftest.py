"""A council's registers: a few entries written by hand, or generated ones."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pytest
from pyarrow import parquet

import policy
from policy.registers.linking.linking import link
from policy.registers.linking.rules import rules_of
from policy.registers.linking.run import run
from policy.registers.reading import Registers
from policy.registers.sampling.north_lanarkshire import sample
from policy.registers.sources import sources_of

BOOK = "north_lanarkshire"
DAY = "2024-08-15"
#: Small, and with some of all that goes wrong.
DWELLINGS, SEEDS = 3_000, (1, 2)
TYPES = {"text": pa.string(), "date": pa.date32(), "bool": pa.bool_(), "number": pa.float64()}
AT_HOME = {"address": "12 Main Street", "postcode": "ML1 2AB"}
FILLED = {
    "council_tax/accounts": {"valuation_band": "A", "discount": "none"},
    "benefits/claims": {
        "council_tax_reduction": 600.0,
        "receives_housing_benefit": False,
        "claimed_from": date(2022, 4, 1),
    },
    "benefits/claim_children": {},
    "school/pupils": {"school_stage": "primary"},
    "consent/consents": {"given_on": date(2022, 8, 20)},
}


@pytest.fixture(scope="session")
def book():
    return policy.load(BOOK)


@pytest.fixture(scope="session")
def rules():
    return rules_of(BOOK)


@dataclass
class Council:
    """Registers of a council in a folder, written by hand."""

    book: object
    folder: object

    def write(self, **tables):
        """Write the tables given by their second name; the others have no entries."""
        sources = sources_of(self.book)
        for path, table in sources.tables.items():
            columns = {"recorded_on": "date", "withdrawn": "bool"}
            columns |= {name: each.type for name, each in table.columns.items()}
            filled = {"recorded_on": date(2023, 1, 1), "withdrawn": False, **FILLED[path]}
            rows = [filled | row for row in tables.get(table.name, ())]
            arrays = {
                name: pa.array([row.get(name) for row in rows], TYPES[kind])
                for name, kind in columns.items()
            }
            place = self.folder / f"{path}.parquet"
            place.parent.mkdir(parents=True, exist_ok=True)
            parquet.write_table(pa.table(arrays), place)
        return self

    def open(self, consents=("record_checks",)):
        return Registers(self.folder, sources_of(self.book), consents=consents)

    def link(self, purpose="measure", answers=None):
        rules = rules_of(BOOK)
        with self.open() as registers:
            return link(registers, rules, rules.purpose(purpose), DAY, answers)


@pytest.fixture
def council(book, tmp_path):
    return Council(book, tmp_path / "council")


@pytest.fixture(scope="session", params=SEEDS)
def generated(request, tmp_path_factory):
    """Generated registers of some dwellings, for each of several seeds."""
    folder = tmp_path_factory.mktemp("generated") / "council"
    sample(folder, DWELLINGS, request.param, "2024-04-01", "2024-09-30")
    return folder


@pytest.fixture(scope="session")
def ran(book, generated, tmp_path_factory):
    """What linking the generated registers found and wrote, for each purpose."""
    folder, truth = tmp_path_factory.mktemp("ran"), generated / "truth"
    return {
        purpose: (
            run(book, generated, folder / purpose, purpose, DAY, truth=truth),
            folder / purpose,
        )
        for purpose in ("measure", "pay")
    }


def outcome(linked, one, other):
    """What became of two entries, by the ends of their names; None if they were not compared."""
    for each in linked.kinds:
        for pair, (result, why) in zip(each.pairs, each.decided.outcomes, strict=True):
            if {end.split("#")[2] for end in pair.ends} == {one, other}:
                return result, why
    return None


def same_person(linked, *keys):
    """Whether entries with these keys are of one person."""
    person = {
        entry.split("#")[2]: of
        for each in linked.kinds
        for entry, of in each.decided.person.items()
    }
    return len({person[key] for key in keys}) == 1
