"""What parents answer to the offers and awards that births bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from policy.registers.sampling.estonian.log import NEVER

if TYPE_CHECKING:
    from policy.legislation.people import Array
    from policy.registers.sampling.estonian.births import Births
    from policy.registers.sampling.estonian.country import Country
    from policy.registers.sampling.estonian.registry import Registry

ACCEPT, WAIVE, CLAIM, RECIPIENT = range(4)
PARENTAL_BENEFIT = 0
#: Days in which to answer, and by which those who are late answer at most.
_DAYS, _LATE = 14, 90
#: Days before the due date on which a mother who works is offered parental benefit.
_OFFERED_BEFORE = 80


def answer(
    country: Country, registry: Registry, births: Births, due: Array, employed: Array
) -> None:
    """Enter answers: of mothers to offers and awards, of fathers who claim or are chosen.

    An award of a second or later child with the same parents needs no answer; a few waive it within
    the 14 days, or the other parent claims. An offer is accepted, at once or late, or never.
    """
    known, random = country.known, country.random
    child, of = births.children, births.of
    mother, father, again = births.mother[of], births.father[of], births.again[of]
    told = country.people.entered[child] + 1
    count = len(child)
    chance = random.uniform(size=count)
    in_time, late = random.integers(0, _DAYS, count), random.integers(_DAYS, _LATE, count)
    accepts = ~again & (chance < known["accepts"] + known["accepts_late"])
    wait = np.where(chance < known["accepts"], in_time, late)
    waives = again & (chance < known["waives"])
    claims = again & ~waives & (chance < known["waives"] + known["other_parent_claims"])
    claims &= father != NEVER
    picks = accepts & (father != NEVER) & country.some(count, known["chooses_father"])
    nobody = np.full(count, NEVER)
    working = np.isin(births.mother, employed) & country.some(len(due), known["accepts"])
    before = due[working] - _OFFERED_BEFORE + random.integers(0, _DAYS, int(working.sum()))
    given: list[tuple[Array, dict[str, Any]]] = [
        (told + wait, {"where": accepts, "person_code": mother, "answer": ACCEPT}),
        (told + in_time, {"where": waives, "person_code": mother, "answer": WAIVE}),
        (told + in_time, {"where": claims, "person_code": father, "answer": CLAIM}),
        (told + wait, {"where": picks, "person_code": mother, "answer": RECIPIENT}),
    ]
    number = 0
    for day, said in given:
        value = father if said["answer"] == RECIPIENT else nobody
        registry.answers.add(
            day,
            answer_id=np.arange(number, number + count),
            case_id=NEVER,
            child_code=child,
            benefit=NEVER,
            value=value,
            answered_on=day.astype(np.int32),
            **said,
        )
        number += count
    registry.answers.add(
        before,
        answer_id=np.arange(number, number + len(before)),
        person_code=births.mother[working],
        case_id=NEVER,
        child_code=NEVER,
        benefit=PARENTAL_BENEFIT,
        answer=ACCEPT,
        value=NEVER,
        answered_on=before.astype(np.int32),
    )
