"""The monthly benefits of May 2024 written by hand: what somebody would write for speed alone.

The same rules as the Estonian book, as far as dates of birth, school, triplets and single parents
determine them: everything is folded into days between which a child was born. Two ways: array
operations of NumPy, and a loop over people fused and compiled by Numba. The benchmark checks that
both give what the law graph gives, to the cent, for every family.
"""

from __future__ import annotations

import numba
import numpy as np

from tests.benchmarks.families import CHILD, Families


def _day(text: str) -> int:
    return int(np.datetime64(text, "D").astype(np.int64))


FIRST, LAST = _day("2024-05-01"), _day("2024-05-31")
DAYS = LAST - FIRST + 1
#: Born from this day on: under 19 on a day of the month; turns 19 in this school year.
UNDER_19, IN_SCHOOL_YEAR = _day("2005-05-02"), _day("2004-09-01")
#: From the birth of a child that turns 19 in the month to its last day under 19.
TO_LAST_DAY = FIRST - UNDER_19
#: Born from this day on: under 18 months on a day of the month.
UNDER_18_MONTHS = _day("2022-11-02")

LOWER, HIGHER, AT_LOWER = 80.0, 100.0, 2
SINGLE_PARENT = 80.0
LARGE, VERY_LARGE = (3, 450.0), (7, 650.0)
RISE = VERY_LARGE[1] - LARGE[1]
TRIPLETS, TRIPLETS_AMOUNT = 3, 1000.0
BIRTH, BIRTH_OF_TRIPLETS = 320.0, 1000.0

#: Benefits that these facts cannot give in this month.
NONE = (
    "survivors_allowance",
    "guardianship_allowance",
    "large_family_exit_allowance",
    "large_family_parent_allowance",
    "childcare_allowance",
    "adoption_allowance",
    "start_in_independent_life_allowance",
    "parental_benefit",
    "maintenance_support",
    "conscripts_child_allowance",
)
SOME = (
    "child_allowance",
    "single_parent_allowance",
    "large_family_allowance",
    "triplets_allowance",
    "birth_allowance",
    "family_benefits",
)

_LOST = 100 * (1 + 16 * np.finfo(np.float64).eps)


def _cents(amount):
    """Round an amount that is not negative half up to the cent."""
    return np.floor(amount * _LOST + 0.5) / 100


def by_numpy(made: Families) -> dict[str, np.ndarray]:
    """Return the benefits by array operations."""
    rows = np.flatnonzero(made.role == CHILD)
    born, student = made.birth_date.view(np.int64)[rows], made.is_student[rows]
    entitled = (born <= LAST) & ((born >= UNDER_19) | (student & (born >= IN_SCHOOL_YEAR)))
    rows, born, student = rows[entitled], born[entitled], student[entitled]
    family = made.family[rows]
    triplet = made.children_of_the_birth[rows] >= TRIPLETS
    last = np.where(student, LAST, born + TO_LAST_DAY)

    def per_family(of, amounts=None):
        return np.bincount(of, amounts, made.count)

    new = np.flatnonzero(born > FIRST)
    new = new[np.lexsort((born[new], family[new]))]
    of_new, born_new = family[new], born[new]
    share = (LAST - born_new + 1) / DAYS
    before = per_family(family) - per_family(of_new)
    place = before[of_new] + np.arange(len(new)) - np.searchsorted(of_new, of_new)
    rate = np.where(place < AT_LOWER, LOWER, HIGHER)
    children = np.minimum(before, AT_LOWER) * LOWER + np.maximum(before - AT_LOWER, 0) * HIGHER
    child_allowance = children + per_family(of_new, _cents(rate * share))

    def share_with(least):
        share_of_month = (before >= least).astype(float)
        completes = place == least - 1
        day = np.zeros(made.count, np.int64)
        day[of_new[completes]] = born_new[completes]
        among = np.flatnonzero(day[family] > 0)
        still = per_family(family[among[last[among] >= day[family[among]]]])
        share_of_month[day > 0] = (LAST - day[day > 0] + 1) / DAYS
        share_of_month[(day > 0) & (still < least)] = 0
        return share_of_month

    large = _cents(share_with(LARGE[0]) * LARGE[1] + share_with(VERY_LARGE[0]) * RISE)
    young = np.flatnonzero(triplet & (born >= UNDER_18_MONTHS))
    part = np.zeros(made.count)
    np.maximum.at(part, family[young], np.minimum((LAST - born[young] + 1) / DAYS, 1))
    started = np.maximum(made.sole_parent_from.view(np.int64)[rows], born)
    sole = np.flatnonzero((started <= LAST) & (started <= last))
    of_month = _cents(SINGLE_PARENT * np.minimum((LAST - started[sole] + 1) / DAYS, 1))
    in_month = np.flatnonzero(born >= FIRST)
    at_birth = np.where(triplet[in_month], BIRTH_OF_TRIPLETS, BIRTH)
    found = {
        "child_allowance": _cents(child_allowance),
        "single_parent_allowance": _cents(per_family(family[sole], of_month)),
        "large_family_allowance": large,
        "triplets_allowance": _cents(part * TRIPLETS_AMOUNT),
        "birth_allowance": per_family(family[in_month], at_birth),
    }
    total = _cents(sum(found.values()))
    return {**found, "family_benefits": total, **{name: np.zeros(made.count) for name in NONE}}


def by_numba(made: Families) -> dict[str, np.ndarray]:
    """Return the benefits by one compiled pass over the people, parallel over stretches of them."""
    found = {name: np.zeros(made.count) for name in (*SOME, *NONE)}
    _pass(
        made.family,
        made.role,
        made.birth_date.view(np.int64),
        made.is_student,
        made.children_of_the_birth,
        made.sole_parent_from.view(np.int64),
        *(found[name] for name in SOME),
    )
    return found


_compiled = numba.njit(cache=True, error_model="numpy")
_round = _compiled(_cents)


@_compiled
def _is_entitled(role, born, student):
    of_age = born >= UNDER_19 or (student and born >= IN_SCHOOL_YEAR)
    return role == CHILD and born <= LAST and of_age


@_compiled
def _last_day(born, student):
    return LAST if student else born + TO_LAST_DAY


@_compiled
def _share_from(day):
    return 1.0 if day <= FIRST else (LAST - day + 1) / DAYS


@numba.njit(cache=True, error_model="numpy")
def _of_new(start, stop, role, birth, student, before):
    """Return what children born within the month bring: allowance, and shares as large families."""
    allowance, with_three, with_seven = 0.0, 0.0, 0.0
    for row in range(start, stop):
        day = birth[row]
        if day <= FIRST or not _is_entitled(role[row], day, student[row]):
            continue
        place, still = before, 0
        for other in range(start, stop):
            if not _is_entitled(role[other], birth[other], student[other]):
                continue
            born = birth[other]
            place += born > FIRST and (born < day or (born == day and other < row))
            still += _last_day(born, student[other]) >= day
        share = _share_from(day)
        allowance += _round((LOWER if place < AT_LOWER else HIGHER) * share)
        if place == LARGE[0] - 1 and still >= LARGE[0]:
            with_three = share
        if place == VERY_LARGE[0] - 1 and still >= VERY_LARGE[0]:
            with_seven = share
    return allowance, with_three, with_seven


@numba.njit(parallel=True, error_model="numpy")
def _pass(
    family,
    role,
    birth,
    student,
    of_the_birth,
    sole_from,
    child_allowance,
    single_parent_allowance,
    large_family_allowance,
    triplets_allowance,
    birth_allowance,
    family_benefits,
):
    people = len(family)
    stretches = 8 * numba.get_num_threads()
    for stretch in numba.prange(stretches):
        row, end = people * stretch // stretches, people * (stretch + 1) // stretches
        while 0 < row < people and family[row] == family[row - 1]:
            row += 1
        while row < end:
            start, own = row, family[row]
            before, new = 0, 0
            sole, at_birth, part = 0.0, 0.0, 0.0
            while row < people and family[row] == own:
                born, is_student = birth[row], student[row]
                if _is_entitled(role[row], born, is_student):
                    new += born > FIRST
                    before += born <= FIRST
                    triplet = of_the_birth[row] >= TRIPLETS
                    if triplet and born >= UNDER_18_MONTHS:
                        part = max(part, _share_from(born))
                    if born >= FIRST:
                        at_birth += BIRTH_OF_TRIPLETS if triplet else BIRTH
                    begins = max(sole_from[row], born)
                    if begins <= LAST and begins <= _last_day(born, is_student):
                        sole += _round(SINGLE_PARENT * _share_from(begins))
                row += 1
            allowance = min(before, AT_LOWER) * LOWER + max(before - AT_LOWER, 0) * HIGHER
            with_three, with_seven = 1.0 * (before >= LARGE[0]), 1.0 * (before >= VERY_LARGE[0])
            if new:
                more, three, seven = _of_new(start, row, role, birth, student, before)
                allowance += more
                with_three, with_seven = max(with_three, three), max(with_seven, seven)
            large = _round(with_three * LARGE[1] + with_seven * RISE)
            triplets = _round(part * TRIPLETS_AMOUNT)
            allowance, sole = _round(allowance), _round(sole)
            child_allowance[own] = allowance
            single_parent_allowance[own] = sole
            large_family_allowance[own] = large
            triplets_allowance[own] = triplets
            birth_allowance[own] = at_birth
            family_benefits[own] = _round(allowance + sole + large + triplets + at_birth)
