"""The tables of the Estonian registers while entries are made, and the mistakes made in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from policy.registers.sampling.estonian.codes import personal_codes
from policy.registers.sampling.estonian.country import FEMALE
from policy.registers.sampling.estonian.log import (
    NEVER,
    Log,
    chosen,
    coded,
    dates,
    numbered,
    write_private,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from policy.legislation.people import Array
    from policy.registers.sampling.estonian.country import Country

#: Values of columns, in the order of the numbers they are drawn by.
SEXES = ["female", "male"]
RELATIONS = ["mother", "father", "guardian", "adopter"]
LEVELS = ["basic", "upper_secondary", "vocational", "higher", "course"]
ANSWERS = ["accept", "waive", "claim", "recipient"]
BENEFITS = ["parental_benefit"]
#: A surname that ends so has another form for women.
_WITH_FEMALE_FORM = ("ov", "ev", "in")
#: Days after a wrong or second entry by which it is corrected or withdrawn.
_CORRECTED_WITHIN = (3, 60)


class Registry:
    """The tables, empty at first.

    Attributes:
        country: what they are about.
        codes: the personal code of each person, once all are there.

    """

    def __init__(self, country: Country) -> None:
        self.country = country
        self.codes = np.empty(0, np.int64)
        self.duplicates: list[tuple[Array, Array]] = []
        self.couples: list[tuple[Array, Array, Array, dict[str, Any]]] = []
        names, people = country.names, self._code
        # (women's forms stand after all surnames)
        surnames = [*names["surnames"], *map(_female_form, names["surnames"])]
        self.persons = Log(
            "population/persons",
            ("person_code",),
            {
                "person_code": people,
                "given_names": chosen([*names["female"], *names["male"]]),
                "surname": chosen(surnames),
                "sex": chosen(SEXES),
                "birth_date": dates,
                "death_date": dates,
                "residence_from": dates,
                "residence_until": dates,
                "address_code": numbered("EE", 8),
            },
        )
        self.parents = Log(
            "population/parents",
            ("child_code", "parent_code"),
            {
                "child_code": people,
                "parent_code": people,
                "relation": chosen(RELATIONS),
                "raises": pa.array,
                "since": dates,
                "until": dates,
            },
        )
        self.marriages = Log(
            "population/marriages",
            ("person_code", "spouse_code", "since"),
            {"person_code": people, "spouse_code": people, "since": dates, "until": dates},
        )
        self.studies = Log(
            "education/studies",
            ("person_code", "studies_from"),
            {
                "person_code": people,
                "studies_from": dates,
                "studies_until": dates,
                "level": chosen(LEVELS),
                "final_class": pa.array,
            },
        )
        self.social_tax = Log(
            "tax/social_tax",
            ("person_code", "month_from"),
            {
                "person_code": people,
                "month_from": dates,
                "month_until": dates,
                "social_tax": pa.array,
            },
        )
        self.sick_leave = Log(
            "insurance/sick_leave",
            ("person_code", "sick_from"),
            {"person_code": people, "sick_from": dates, "sick_until": dates},
        )
        self.pregnancies = Log(
            "health/pregnancies",
            ("person_code", "due_date"),
            {"person_code": people, "due_date": dates},
        )
        self.employments = Log(
            "employment/employments",
            ("person_code", "employed_from"),
            {"person_code": people, "employed_from": dates, "employed_until": dates},
        )
        self.service = Log(
            "defence/service",
            ("person_code", "service_from"),
            {"person_code": people, "service_from": dates, "service_until": dates},
        )
        self.guardianship = Log(
            "court/guardianship",
            ("child_code", "guardian_code"),
            {
                "child_code": people,
                "guardian_code": people,
                "notified_on": dates,
                "until": dates,
            },
        )
        self.answers = Log(
            "board/answers",
            ("answer_id",),
            {
                "answer_id": numbered("A", 9),
                "person_code": people,
                "case_id": chosen([]),
                "child_code": people,
                "benefit": chosen(BENEFITS),
                "answer": chosen(ANSWERS),
                "value": people,
                "answered_on": dates,
            },
        )

    def _code(self, persons: Array) -> pa.Array:
        return coded(self.codes)(persons)

    def finish(self) -> None:
        """Give each person a code, and make the entries that need it; nobody is added after."""
        self._enter_parents_of_duplicates()
        people = self.country.people
        self.codes = personal_codes(people.born.astype("M8[D]"), people.sex != FEMALE)
        for one, other, recorded_on, days in self.couples:
            is_lower = self.codes[one] < self.codes[other]
            lower, higher = np.where(is_lower, [one, other], [other, one])
            said: dict[str, Any] = {"until": NEVER, **days}
            self.marriages.add(recorded_on, person_code=lower, spouse_code=higher, **said)

    @property
    def tables(self) -> list[Log]:
        """All tables, in the order they are written."""
        return [each for each in vars(self).values() if isinstance(each, Log)]

    def surname(self, persons: Array) -> Array:
        """Return the place of persons' surnames among the written forms."""
        people = self.country.people
        women = np.where(people.sex[persons] == FEMALE, len(self.country.names["surnames"]), 0)
        found: Array = people.surname[persons] + women
        return found

    def enter(self, persons: Array) -> None:
        """Enter persons as they are."""
        people = self.country.people
        self.persons.add(
            people.entered[persons],
            person_code=persons,
            given_names=people.given[persons],
            surname=self.surname(persons),
            sex=people.sex[persons],
            birth_date=people.born[persons],
            death_date=NEVER,
            residence_from=people.here_from[persons],
            residence_until=NEVER,
            address_code=people.home[persons],
        )

    def enter_new(self, persons: Array) -> None:
        """Enter persons of the period: some of them wrong at first, and some of them twice."""
        country, people = self.country, self.country.people
        known, random = country.known, country.random
        everybody = np.arange(len(people))
        self.enter(persons)
        for name, column, wrong, right in (
            ("wrong_birth_dates", "birth_date", people.born - 1, people.born),
            ("wrong_surnames", "surname", country.surnames(len(people)), self.surname(everybody)),
        ):
            mistaken = persons[country.some(len(persons), known[name])]
            entered = people.entered[mistaken]
            corrected = entered + random.integers(*_CORRECTED_WITHIN, len(mistaken))
            for day, values in ((entered, wrong), (corrected, right)):
                said: dict[str, Any] = {column: values[mistaken]}
                self.persons.add(day, person_code=mistaken, **said)
        twice = persons[country.some(len(persons), known["duplicates"])]
        self._enter_again(twice)

    def _enter_again(self, persons: Array) -> None:
        """Enter persons under a second code, and withdraw that entry later."""
        people, random = self.country.people, self.country.random
        wait = random.integers(0, 5, len(persons))
        second = people.add(
            people.born[persons],
            sex=people.sex[persons],
            given=people.given[persons],
            surname=people.surname[persons],
            home=people.home[persons],
            here_from=people.here_from[persons],
            entered=people.entered[persons] + wait,
        )
        self.enter(second)
        gone = people.entered[second] + random.integers(*_CORRECTED_WITHIN, len(second))
        people.gone[second] = gone
        self.persons.add(gone, withdrawn=True, person_code=second)
        self.duplicates.append((second, persons))

    def enter_parent(
        self,
        child: Array,
        parent: Array,
        relation: int,
        raises: object,
        since: Array,
        recorded_on: Array,
    ) -> None:
        """Enter parents of children."""
        self.parents.add(
            recorded_on,
            child_code=child,
            parent_code=parent,
            relation=relation,
            raises=np.broadcast_to(np.asarray(raises, bool), child.shape),
            since=since.astype(np.int32),
            until=NEVER,
        )

    def _enter_parents_of_duplicates(self) -> None:
        """Enter the parents of those with a second code under that too, and withdraw them."""
        people = self.country.people
        entries = self.parents.entries(self.country.period)
        for second, first in self.duplicates:
            own = dict(zip(first.tolist(), second.tolist(), strict=True))
            rows = np.flatnonzero(np.isin(entries["child_code"], first))
            for row in rows.tolist():
                child = own[int(entries["child_code"][row])]
                day = max(int(entries["recorded_on"][row]), int(people.entered[child]))
                if day >= people.gone[child]:
                    continue
                said: dict[str, Any] = {
                    name: entries[name][row : row + 1] for name in self.parents.shown
                }
                said["child_code"] = np.array([child])
                self.parents.add(np.array([day]), **said)
                key: dict[str, Any] = {name: said[name] for name in self.parents.key}
                self.parents.add(people.gone[[child]], withdrawn=True, **key)

    def write(self, folder: Path) -> Iterator[tuple[str, int]]:
        """Write all tables, and who has two codes; yield each path and its number of entries."""
        for table in self.tables:
            yield table.path, table.write(folder, self.country.period)
        empty = np.empty(0, np.int64)
        second, first = (
            np.concatenate([empty, *(each[place] for each in self.duplicates)]) for place in (0, 1)
        )
        columns = {"person_code": second, "same_as": first}
        write_private(
            folder / "truth" / "duplicates.parquet", columns, dict.fromkeys(columns, self._code)
        )
        yield "truth/duplicates", len(second)


def _female_form(surname: str) -> str:
    return f"{surname}a" if surname.endswith(_WITH_FEMALE_FORM) else surname
