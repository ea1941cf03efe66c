"""Reading many scenarios at once, column by column: as strictly, and much faster.

Most scenarios are alike: the same facts under the same keys. Here they are taken apart by shape
(the keys of a mapping), and each fact of all of them is checked at once. What is not quite regular,
or wrong, is left to the strict reader (:mod:`policy.scenario.reading`), which says what and where:
both read the same, or this one reads nothing.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections import defaultdict
from functools import lru_cache
from itertools import accumulate, chain, count
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.legislation.people import Membership, People
from policy.legislation.times import ETERNITY, is_one
from policy.scenario.cases import Cases
from policy.scenario.columns import column
from policy.scenario.situation import Members, Scenario, Situation
from policy.scenario.times import period_of
from policy.scenario.values import BadValueError, cannot_be_negative, checked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from openfisca_core.periods import Period

    from policy.documents import Document, KeyPath
    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Column, Slot

    #: Rows of people or groups, rising.
    Rows = Sequence[int]
    #: Mappings of the same keys: the keys, the rows, and the values of each key.
    Alike = tuple[tuple[str, ...], Rows, list[Sequence[Any]]]
    #: Returns the document of a scenario, by its number, and the path in it.
    Place = Callable[[int], tuple[Document, KeyPath]]

#: What a scenario may say here besides its entities.
_NAME, _PERIOD = "name", "period"
#: Fewer values than this are looked at one by one.
_FEW = 16
#: So many scenarios are read at once.
_AT_ONCE = 256
#: So many forms of scenarios are kept for each statute book.
_MOST_FORMS = 512
#: Keys, ids and periods in a form that is kept.
_LONGEST_FORM = 1_000
_EXACT = 2**53  # the largest range of whole numbers that a double holds exactly
_NUMBERS = frozenset({float, int})
_KINDS = frozenset({str, int, float, bool, datetime.date})


class _IrregularError(Exception):
    """The strict reader must look at it."""


def read_columns(
    law: Legislation, scenarios: Sequence[Any], place: Place, asked: Period | None
) -> tuple[Cases, Period] | None:
    """Read scenarios that are regular throughout.

    Args:
        law: the statute book.
        scenarios: what is to be read.
        place: returns the document of a scenario, by its number, and the path in it.
        asked: the period that is asked for in place of the scenarios' own.

    Returns:
        The scenarios and their one period, or None: the strict reader must read them.

    """
    try:
        if len(scenarios) == 1:
            return _read_one(law, scenarios[0], place, asked)
        read = _Columns(law, scenarios, asked)
        return read.cases(place), read.period
    except (_IrregularError, BadValueError, KeyError, TypeError, ValueError, OverflowError):
        return None


class _Columns:
    """Takes scenarios apart into columns."""

    def __init__(self, law: Legislation, scenarios: Sequence[Any], asked: Period | None) -> None:
        _require(set(map(type, scenarios)) == {dict})
        self.law = law
        self.person = law.system.person_entity
        words = law.derived.get(_Words) or law.derived.setdefault(_Words, _Words(law))
        self.words = words.of_roles
        self.ids: dict[str, list[str]] = {key: [] for key in self.words}
        self.first: dict[str, list[int]] = {key: [0] for key in self.words}
        self.group_of: dict[str, list[int]] = {key: [] for key in self.words}
        self.role_of: dict[str, list[int]] = {key: [] for key in self.words}
        #: What each of the parts that are read at once gives; no row of a slot twice.
        self.given: list[list[tuple[Slot, Rows, Sequence[Any]]]] = []
        self.checked: dict[tuple[str, type], dict[Any, Any]] = defaultdict(dict)
        self.names: list[str] = []
        self.period = self._head(scenarios, asked)
        for start in range(0, len(scenarios), _AT_ONCE):
            self._read(scenarios[start : start + _AT_ONCE])

    def _head(self, scenarios: Sequence[Any], asked: Period | None) -> Period:
        """Return the one period of all, after a look at what else they say."""
        keys = set(chain.from_iterable(scenarios))
        keys -= {entity.plural for entity in self.law.system.entities}
        _require(keys <= {_NAME, _PERIOD})
        if _NAME in keys:
            self.names = [each.get(_NAME, "") for each in scenarios]
            _require(set(map(type, self.names)) == {str})
        written: set[Period | None] = {None}
        if _PERIOD in keys:
            written = {period_of(each[_PERIOD]) for each in scenarios}
        if asked is not None:
            return asked
        (period,) = written
        if period is None:
            raise _IrregularError
        return period

    def _read(self, scenarios: Sequence[Any]) -> None:
        """Read some scenarios: few enough to stay in the processor's cache."""
        self.given.append([])
        number, before = len(self.first[self.person.key]) - 1, len(self.ids[self.person.key])
        persons = self._instances(self.person, scenarios)
        first = self.first[self.person.key]
        _require(all(first[n] < first[n + 1] for n in range(number, len(first) - 1)))
        for entity in self.law.system.group_entities:
            groups_before = len(self.ids[entity.key])
            groups = self._instances(entity, scenarios)
            self._read_members(entity, groups, number)
            self._read_facts(entity, groups, groups_before)
        self._read_facts(self.person, persons, before)

    def _instances(self, entity: Any, scenarios: Sequence[Any]) -> list[dict[str, Any]]:
        """Take note of an entity's ids, and return what is said of each."""
        of_each = list(map(itemgetter(entity.plural), scenarios))
        _require(set(map(type, of_each)) == {dict})
        ids, first = list(chain.from_iterable(of_each)), self.first[entity.key]
        first += list(accumulate(map(len, of_each), initial=first.pop()))
        instances = list(chain.from_iterable(map(dict.values, of_each)))
        _require(set(map(type, ids)) == {str} and set(map(type, instances)) == {dict})
        self.ids[entity.key] += ids
        return instances

    # Who is in which group

    def _read_members(self, entity: Any, groups: list[dict[str, Any]], number: int) -> None:
        """Read who is in each of some groups, everybody in one; and from which scenario on."""
        words = self.words[entity.key]
        told: list[Any] = [None] * len(groups)
        for keys, rows, columns in _by_shape(groups):
            held = [words[word] for word in keys if word in words]
            _require(0 < len(held) == len(set(map(id, held))))
            lists = [names for word, names in zip(keys, columns, strict=True) if word in words]
            _require(set(map(type, chain.from_iterable(lists))) == {list})
            for row, names in zip(rows, zip(*lists, strict=True), strict=True):
                told[row] = zip(held, names, strict=True)
        ids, of_people = self.ids[self.person.key], self.first[self.person.key]
        of_groups, group_of = self.first[entity.key], self.group_of[entity.key]
        role_of = self.role_of[entity.key]
        group_of += [0] * (len(ids) - len(group_of))
        role_of += [0] * (len(ids) - len(role_of))
        group = of_groups[number]
        for scenario in range(number, len(of_people) - 1):
            start, stop = of_people[scenario], of_people[scenario + 1]
            row_of = dict(zip(ids[start:stop], range(start, stop), strict=True))
            while group < of_groups[scenario + 1]:
                left = len(row_of)
                for (numbers, most), names in told[group - of_groups[number]]:
                    _require(not most or len(names) <= most)
                    for place, name in enumerate(names):
                        row = row_of.pop(name)  # (an error if there is none, or it came before)
                        group_of[row] = group
                        role_of[row] = numbers[place] if most else numbers[0]
                _require(len(row_of) < left)
                group += 1
            _require(not row_of)

    # What is known about them

    def _read_facts(self, entity: Any, instances: list[dict[str, Any]], before: int) -> None:
        words = self.words[entity.key]
        for names, rows, columns in _by_shape(instances):
            own = _moved(rows, before)
            for name, values in zip(names, columns, strict=True):
                if name not in words:
                    self._read_fact(entity, name, own, values)

    def _read_fact(self, entity: Any, name: str, rows: Rows, values: Sequence[Any]) -> None:
        variable = self.law.system.variables[name]
        known = variable.entity.key == entity.key
        _require(known and not variable.is_neutralized and not variable.end)
        unit = variable.definition_period
        if type(values[0]) is not dict:
            self._give(variable, _own_period(unit, None, self.period), rows, values)
            return
        _require(set(map(type, values)) == {dict})
        for written, some, columns in _by_shape(values):
            periods = [_own_period(unit, each, None) for each in written]
            _require(len(periods) == 1 or 0 < len(periods) == len(set(periods)))
            own = rows if len(some) == len(rows) else [rows[place] for place in some]
            for period, held in zip(periods, columns, strict=True):
                self._give(variable, period, own, held)

    def _give(self, variable: Any, period: Period, rows: Rows, values: Sequence[Any]) -> None:
        slot = variable.name, period
        self.given[-1].append((slot, rows, self._checked(variable, values)))

    def _checked(self, variable: Any, values: Sequence[Any]) -> Sequence[Any]:
        """Return values as the variable holds them; each is checked, equal ones once."""
        kinds = set(map(type, values))
        if len(values) <= _FEW:
            _require(kinds <= _KINDS)
            return [checked(variable, value) for value in values]
        if kinds <= _NUMBERS and variable.value_type is float:
            return _numbers(variable, values, kinds)
        (kind,) = kinds
        _require(kind in _KINDS and kind is not float)  # (-0.0 and 0.0 are equal)
        known = self.checked[variable.name, kind]
        for value in set(values).difference(known):
            known[value] = checked(variable, value)
        return list(map(known.__getitem__, values))

    # All of it

    def cases(self, place: Place) -> Cases:
        """Return what was read, side by side."""
        people = self.people()
        parts_of: dict[Slot, list[tuple[Rows, Sequence[Any]]]] = defaultdict(list)
        for slot, rows, values in chain.from_iterable(self.given):
            parts_of[slot].append((rows, values))
        facts = {slot: self._column(slot, parts, people.counts) for slot, parts in parts_of.items()}
        reading = _Scenarios(self, people, self.given, self.names, place)
        return Cases(people, facts, self.first, reading.scenario)

    def people(self) -> People:
        """Return who is in which group."""
        counts = {key: len(ids) for key, ids in self.ids.items()}
        memberships = {
            entity.key: Membership(
                counts[entity.key],
                np.array(self.group_of[entity.key], dtype=np.intp),
                np.array(self.role_of[entity.key], dtype=np.intp),
            )
            for entity in self.law.system.group_entities
        }
        return People(counts, memberships, self.ids)

    def _column(
        self, slot: Slot, parts: list[tuple[Rows, Sequence[Any]]], counts: dict[str, int]
    ) -> Column:
        variable = self.law.system.variables[slot[0]]
        count = counts[variable.entity.key]
        rows, values = parts[0]
        if len(parts) > 1:
            values = list(chain.from_iterable(held for _, held in parts))
            in_order = len(values) == count and all(type(some) is range for some, _ in parts)
            rows = range(count) if in_order else list(chain.from_iterable(r for r, _ in parts))
        return column(variable, count, rows, values)


class _Form(_Columns):
    """How scenarios of the same keys, ids and members are taken apart, whatever their values.

    It is read off one of them in which each value is its own number.
    """

    def __init__(self, law: Legislation, scenario: Any, asked: Period | None) -> None:
        super().__init__(law, [_numbered(scenario)], asked)
        self.everybody = self.people()
        number_of: dict[Slot, dict[int, int]] = defaultdict(dict)
        for slot, rows, numbers in self.given[0]:
            number_of[slot] |= zip(rows, numbers, strict=True)
        self.parts: list[tuple[Slot, Any, Rows, list[int]]] = []
        for slot, by_row in number_of.items():
            variable = law.variable(slot[0])
            every = range(self.everybody.counts[variable.entity.key])
            rows = every if len(by_row) == len(every) else sorted(by_row)
            self.parts.append((slot, variable, rows, [by_row[row] for row in rows]))

    def _checked(self, variable: Any, values: Sequence[Any]) -> Sequence[Any]:
        return values

    def filled(self, values: Sequence[Any], name: str, place: Place) -> Cases:
        """Return the scenario of this form that has some values."""
        variables, counts = self.law.system.variables, self.everybody.counts
        facts: dict[Slot, Column] = {}
        given: list[tuple[Slot, Rows, Sequence[Any]]] = []
        for slot, variable, rows, numbers in self.parts:
            own = [values[number] for number in numbers]
            _require(variables[slot[0]] is variable and set(map(type, own)) <= _KINDS)
            held = [checked(variable, value) for value in own]
            given.append((slot, rows, held))
            facts[slot] = column(variable, counts[variable.entity.key], rows, held)
        reading = _Scenarios(self, self.everybody, [given], [name], place)
        return Cases(self.everybody, facts, self.first, reading.scenario)


class _Forms(dict[Any, _Form]):
    """The forms of scenarios that were read alone, by what they have in common."""


def _read_one(
    law: Legislation, scenario: Any, place: Place, asked: Period | None
) -> tuple[Cases, Period]:
    """Read a scenario by its form: many that are asked about alone have the same."""
    _require(type(scenario) is dict)
    name, period = scenario.get(_NAME, ""), scenario.get(_PERIOD)
    _require(type(name) is str and (period is None or type(period) is str))
    told: list[Any] = [asked, period]
    values: list[Any] = []
    for plural, of_each in scenario.items():
        if plural in (_NAME, _PERIOD):
            continue
        _require(type(of_each) is dict)
        told += (plural, len(of_each))
        for id_, facts in of_each.items():
            _require(type(facts) is dict)
            told += (id_, len(facts))
            for key, value in facts.items():
                kind = type(value)
                if kind is dict:
                    told += (key, dict, len(value), *value)
                    values += value.values()
                elif kind is list:
                    told += (key, list, len(value), *value)
                else:
                    told.append(key)
                    values.append(value)
    if len(told) > _LONGEST_FORM:
        read = _Columns(law, [scenario], asked)
        return read.cases(place), read.period
    forms = law.derived.get(_Forms) or law.derived.setdefault(_Forms, _Forms())
    form = forms.get(tuple(told))
    if form is None:
        form = _Form(law, scenario, asked)
        if len(forms) >= _MOST_FORMS:
            forms.clear()
        forms[tuple(told)] = form
    return form.filled(values, name, place), form.period


def _numbered(scenario: dict[str, Any]) -> dict[str, Any]:
    """Return a scenario with each value's number in the place of it."""
    number = count()

    def numbered(value: Any) -> Any:
        if type(value) is dict:
            return {key: next(number) for key in value}
        return value if type(value) is list else next(number)

    return {
        plural: of_each
        if plural in (_NAME, _PERIOD)
        else {
            id_: {key: numbered(value) for key, value in facts.items()}
            for id_, facts in of_each.items()
        }
        for plural, of_each in scenario.items()
    }


class _Scenarios:
    """What was read, one scenario at a time."""

    def __init__(
        self,
        read: _Columns,
        people: People,
        given: list[list[tuple[Slot, Rows, Sequence[Any]]]],
        names: list[str],
        place: Place,
    ) -> None:
        self.law = read.law
        self.period = read.period
        self.first = read.first
        self.people = people
        self.given = given
        self.names = names
        self.place = place

    def scenario(self, number: int) -> Scenario:
        """Return a scenario, as the strict reader would."""
        document, path = self.place(number)
        return Scenario(
            law=self.law,
            name=self.names[number] if self.names else "",
            source="",
            book="",
            period=self.period,
            situation=self._situation(number),
            names=[],
            expected=[],
            margins={},
            document=document,
            path=path,
        )

    def _situation(self, number: int) -> Situation:
        start = {key: first[number] for key, first in self.first.items()}
        stop = {key: first[number + 1] for key, first in self.first.items()}
        person = self.law.system.person_entity.key
        persons = slice(start[person], stop[person])
        members = {}
        for entity in self.law.system.group_entities:
            membership = self.people.memberships[entity.key]
            groups = membership.group_of[persons] - start[entity.key]
            roles = membership.role_of[persons]
            members[entity.key] = Members(
                groups.tolist(), [entity.flattened_roles[role] for role in roles]
            )
        facts: dict[Slot, dict[int, Any]] = {}
        for slot, rows, values in self.given[number // _AT_ONCE]:
            key = self.law.variable(slot[0]).entity.key
            first, last = (bisect_left(rows, each[key]) for each in (start, stop))
            if first < last:
                into = facts.setdefault(slot, {})
                into |= {rows[at] - start[key]: values[at] for at in range(first, last)}
        ids = {key: every[start[key] : stop[key]] for key, every in self.people.ids.items()}
        return Situation(ids, members, facts)


def _require(regular: bool) -> None:
    if not regular:
        raise _IrregularError


def _by_shape(instances: Sequence[dict[str, Any]]) -> list[Alike]:
    """Return mappings of the same keys together: the keys, the rows, and the values of each key."""
    keys = tuple(instances[0])
    columns = _values_of(keys, instances)
    if columns is not None:
        return [(keys, range(len(instances)), columns)]
    rows_of: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, keys in enumerate(map(tuple, instances)):
        rows_of[keys].append(row)
    return [
        (keys, rows, list(zip(*(instances[row].values() for row in rows), strict=True)))
        for keys, rows in rows_of.items()
    ]


def _values_of(keys: tuple[str, ...], instances: Sequence[dict[str, Any]]) -> list[Any] | None:
    """Return the values of keys in mappings that have these and no others, else None."""
    if not keys or set(map(len, instances)) != {len(keys)}:
        return None
    values = map(itemgetter(*keys), instances)
    try:
        return [list(values)] if len(keys) == 1 else list(zip(*values, strict=True))
    except KeyError:
        return None


def _moved(rows: Rows, by: int) -> Rows:
    return range(by, by + len(rows)) if type(rows) is range else [row + by for row in rows]


class _Words:
    """The words of a book's roles, by entity."""

    def __init__(self, law: Legislation) -> None:
        self.of_roles = {entity.key: _role_words(entity) for entity in law.system.entities}


def _role_words(entity: Any) -> dict[str, tuple[list[int], int]]:
    """Return the words of a group's roles: numbers, and how many can have it if that is limited."""
    if entity.is_person:
        return {}
    number = {role: place for place, role in enumerate(entity.flattened_roles)}
    words: dict[str, tuple[list[int], int]] = {}
    for role in entity.roles:
        numbers = [number[each] for each in role.subroles or [role]]
        told = (
            numbers * (1 if role.subroles else role.max or 1),
            len(role.subroles or []) or role.max,
        )
        words |= {word: told for word in (role.plural, role.key) if word}
    return words


@lru_cache(4096)
def _own_period(unit: Any, written: str | None, default: Period | None) -> Period:
    """Return the one period of a variable that is meant; all else is for the strict reader."""
    if written is not None:
        _require(type(written) is str)
        period: Period | None = period_of(written)
    else:
        period = ETERNITY if unit == ETERNITY.unit else default
    if period is None or (
        period != ETERNITY if unit == ETERNITY.unit else not is_one(unit, period)
    ):
        raise _IrregularError
    return period


def _numbers(variable: Any, values: Sequence[Any], kinds: set[type]) -> Sequence[float]:
    if int in kinds:
        _require(max(values) <= _EXACT and min(values) >= -_EXACT)
        values = list(map(float, values))
    array = np.array(values)
    _require(bool(np.isfinite(array).all()))
    _require(array.min() >= 0 or not cannot_be_negative(variable))
    return values
