"""Systems beside each other: openfisca-core's system again, with what is not changed shared."""

from __future__ import annotations

import copy
from typing import Any


def sharing(system: Any) -> Any:
    """Return a system that shares the variables and parameters of another.

    It has entities and a list of variables of its own: what is put there does not reach the other.
    The variables and the parameters themselves are the same objects, to be replaced and not
    changed.
    """
    made = object.__new__(type(system))
    vars(made).update(vars(system))
    made.entities = [copy.copy(entity) for entity in system.entities]
    made.person_entity = next(entity for entity in made.entities if entity.is_person)
    made.group_entities = [entity for entity in made.entities if not entity.is_person]
    for entity in made.entities:
        entity.set_tax_benefit_system(made)
    made.variables = dict(system.variables)
    made._parameters_at_instant_cache = {}
    return made
