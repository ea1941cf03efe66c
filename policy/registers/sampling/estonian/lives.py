"""Studies, work, sickness and service: what other registers hold of people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from policy.registers.sampling.estonian.country import MALE, YEAR
from policy.registers.sampling.estonian.log import NEVER

if TYPE_CHECKING:
    from policy.legislation.people import Array
    from policy.registers.sampling.estonian.births import Births
    from policy.registers.sampling.estonian.country import Country
    from policy.registers.sampling.estonian.registry import Registry

BASIC, SECONDARY, VOCATIONAL, HIGHER = range(4)
#: Years of age at which school begins, and years of basic, other and higher school.
_BEGINS, _OF_BASIC, _OF_OTHER = 7, 9, 3
#: The youngest and oldest whose studies are entered, in years before the last day.
_YOUNGEST, _OLDEST = 6, 23
#: Month and day on which schools begin and end.
_SEPTEMBER, _JUNE = 8, 5
_LAST_OF_JUNE = 19
#: Working age, and months back to which earnings are entered.
_WORKING = (18, 66)
_BACK, _LONGEST = 36, 120
#: Months before a birth in which a mother stops to earn, and after it in which she goes on.
_STOPS, _GOES_ON = 2, 18
_GOES_ON_AT_ALL = 0.85
#: Days of the following month on which a month's tax is entered.
_TAX_KNOWN = (9, 15)
_LEAVE_BACK = 730
#: Months of service, and months in which it begins.
_OF_SERVICE, _SERVICE_BEGINS = (8, 11), (0, 6, 9)
_CONSCRIPTS_AGE = (18, 27)


def study(country: Country, registry: Registry) -> None:
    """Enter studies: basic school, then upper secondary or vocational school, or neither."""
    people, known, period = country.people, country.known, country.period
    year = people.born.astype("M8[D]").astype("M8[Y]").astype(int) + 1970
    last = int(str(np.datetime64(period.last, "D"))[:4])
    who = np.flatnonzero((year >= last - _OLDEST) & (year <= last - _YOUNGEST))
    begins = year[who] + _BEGINS + country.some(len(who), known["delayed_school"])
    _school(country, registry, who, BASIC, begins, _OF_BASIC, np.zeros(len(who), bool))
    path = country.random.choice(3, len(who), p=known["paths_after_basic_school"])
    goes_on = np.zeros(len(who), bool)
    for choice, level in ((0, SECONDARY), (1, VOCATIONAL)):
        own = path == choice
        early = country.some(int(own.sum()), known["leaves_early"])
        _school(country, registry, who[own], level, begins[own] + _OF_BASIC, _OF_OTHER, early)
        goes_on[np.flatnonzero(own)[~early]] = level == SECONDARY
    higher = goes_on & country.some(len(who), known["higher_education"])
    start = begins[higher] + _OF_BASIC + _OF_OTHER
    _school(country, registry, who[higher], HIGHER, start, _OF_OTHER, np.zeros(len(start), bool))


def _school(
    country: Country,
    registry: Registry,
    who: Array,
    level: int,
    begins: Array,
    years: int,
    early: Array,
) -> None:
    """Enter a spell at school: its begin, its final class and its end."""
    random, people = country.random, country.people
    start = np.maximum(_day(begins, _SEPTEMBER, 0), people.here_from[who])
    final = _day(begins + years - 1, _SEPTEMBER, 0)
    end = _day(begins + years, _JUNE, _LAST_OF_JUNE)
    left = start + random.integers(60, np.maximum(end - start, 61))
    end = np.where(early, np.minimum(left, end), end)
    some = (start < end) & (start < people.gone[who])
    wait = random.integers(0, 11, len(who))
    log = registry.studies
    key: dict[str, Any] = {"person_code": who, "studies_from": start.astype(np.int32)}
    new: dict[str, Any] = {"studies_until": NEVER, "level": np.full(len(who), level, np.int32)}
    is_final = final <= start
    log.add(start + wait, where=some, final_class=is_final, **key, **new)
    log.add(
        final + wait,
        where=some & ~is_final & (final < end),
        final_class=np.full(len(who), True),
        **key,
    )
    log.add(end + wait, where=some, studies_until=end.astype(np.int32), **key)


def _day(years: Array, month: int, day: int) -> Array:
    months = ((years - 1970) * 12 + month).astype("M8[M]")
    found: Array = months.astype("M8[D]").astype(np.int64) + day
    return found


def work(country: Country, registry: Registry, births: Births) -> Array:
    """Enter employments and social tax; return who is employed."""
    people, known, random = country.people, country.known, country.random
    age = (country.period.first - people.born) / YEAR
    of_age = (age >= _WORKING[0]) & (age < _WORKING[1]) & (people.gone > country.period.first)
    who = np.flatnonzero(of_age & country.some(len(people), known["employed"]))
    count = len(who)
    here = np.where(people.here_from[who] == NEVER, -(2**30), people.here_from[who])
    first = _month(np.array([country.period.first]))[0]
    start = np.maximum(first - random.integers(1, _LONGEST, count), _month(here) + 2)
    deviation = known["spread_of_earnings"]
    mean = np.log(known["mean_earnings"]) - deviation**2 / 2
    pay = np.exp(random.normal(mean, deviation, count))
    stops = _stops(country, births)[who]
    is_mother = stops != NEVER
    months = country.years * 12
    new = first + random.integers(-_BACK, max(int(months), 1), count)
    span = (months + _BACK) / 12
    rises = ~is_mother & country.some(count, min(1, known["new_pay"] * span)) & (new > start + 1)
    change = first + random.integers(0, max(int(months), 1), count)
    leaves = ~is_mother & country.some(count, min(1, known["job_changes"] * country.years))
    leaves &= (change > new + 1) & (change > start + 1)
    again = leaves & country.some(count, 0.7)
    back = change + random.integers(1, 4, count)
    later = pay * np.maximum(random.normal(1 + known["rise"], known["rise"], count), 0.5)
    early = np.where(rises, pay, later)
    end = np.where(leaves, change - 1, NEVER)
    _tax(country, registry, who, start, np.where(rises, new - 1, end), early, ~is_mother)
    _tax(country, registry, who, new, end, later, rises)
    _tax(country, registry, who, back, np.full(count, NEVER), later, again)
    goes_on = is_mother & country.some(count, _GOES_ON_AT_ALL)
    earned = is_mother & (start < stops)
    _tax(country, registry, who, start, stops, pay, earned)
    resumed = stops + _STOPS + _GOES_ON
    _tax(country, registry, who, resumed, np.full(count, NEVER), later, goes_on & earned)
    hired = (start.astype("M8[M]").astype("M8[D]").astype(int)).astype(np.int32)
    until = (change.astype("M8[M]").astype("M8[D]").astype(int) - 1).astype(np.int32)
    log = registry.employments
    log.add(hired, person_code=who, employed_from=hired, employed_until=NEVER)
    log.add(until + 2, where=leaves, person_code=who, employed_from=hired, employed_until=until)
    hired_again = (back.astype("M8[M]").astype("M8[D]").astype(int)).astype(np.int32)
    log.add(
        hired_again, where=again, person_code=who, employed_from=hired_again, employed_until=NEVER
    )
    return who


def _stops(country: Country, births: Births) -> Array:
    """Return the last month in which each mother of a small child earns; NEVER for others."""
    people, children = country.people, country.children
    found = np.full(len(people), NEVER, np.int64)
    born = people.born[children.person]
    small = born > country.period.first - (_GOES_ON + 2) * 31
    found[children.mother[small]] = _month(born[small]) - _STOPS
    found[births.mother] = _month(births.day) - _STOPS
    return found


def _tax(
    country: Country,
    registry: Registry,
    who: Array,
    first: Array,
    last: Array,
    pay: Array,
    where: Array,
) -> None:
    """Enter a spell of months with the same pay, and its end when that is known."""
    day = country.random.integers(*_TAX_KNOWN, len(who))
    month_from = _first_day(first)
    tax = np.round(pay * country.known["social_tax_rate"], 2)
    log = registry.social_tax
    key: dict[str, Any] = {"person_code": who, "month_from": month_from}
    log.add(_first_day(first + 1) + day, where=where, month_until=NEVER, social_tax=tax, **key)
    ends = where & (last != NEVER)
    until = np.where(ends, last, 0)
    log.add(_first_day(until + 2) + day, where=ends, month_until=_first_day(until), **key)


def _month(days: Array) -> Array:
    found: Array = days.astype("M8[D]").astype("M8[M]").astype(np.int64)
    return found


def _first_day(months: Array) -> Array:
    found: Array = months.astype("M8[M]").astype("M8[D]").astype(np.int64).astype(np.int32)
    return found


def be_sick(country: Country, registry: Registry, employed: Array) -> None:
    """Enter certificates of incapacity for work, after they end."""
    random, known, period = country.random, country.known, country.period
    years = country.years + _LEAVE_BACK / YEAR
    count = round(len(employed) * known["sick_leaves"] * years)
    who = random.choice(employed, count) if len(employed) else employed
    begin = random.integers(period.first - _LEAVE_BACK, period.last + 1, count).astype(np.int32)
    length = 1 + random.exponential(known["days_of_sick_leave"] - 1, count)
    until = (begin + length).astype(np.int32)
    here = begin > country.people.here_from[who]
    registry.sick_leave.add(
        until + random.integers(0, 4, count),
        where=here,
        person_code=who,
        sick_from=begin,
        sick_until=until,
    )


def serve(country: Country, registry: Registry) -> None:
    """Enter conscript service: its begin, and its end."""
    people, random, period = country.people, country.random, country.period
    age = (period.first - people.born) / YEAR
    fits = (people.sex == MALE) & (age >= _CONSCRIPTS_AGE[0]) & (age < _CONSCRIPTS_AGE[1])
    fits &= (people.here_from == NEVER) & (people.gone > period.last)
    count = round(country.known["conscripts"] * country.share * (country.years + 1))
    who = country.pick(fits.astype(float), count)
    months = _month(np.array([period.first - 365, period.last]))
    every = np.arange(months[0], months[1] + 1)
    begin = _first_day(random.choice(every[np.isin(every % 12, _SERVICE_BEGINS)], len(who)))
    until = _first_day(_month(begin) + random.choice(_OF_SERVICE, len(who))) - 1
    log = registry.service
    log.add(begin, person_code=who, service_from=begin, service_until=NEVER)
    log.add(until + 1, person_code=who, service_from=begin, service_until=until)
