"""Those of a population who gain or lose most, as scenarios ready to calculate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from policy.scenario.writing import as_yaml, plain

if TYPE_CHECKING:
    from policy.comparing.population import Effect, Named
    from policy.legislation.legislation import Legislation
    from policy.population.frame import Population


def scenario_of(law: Legislation, population: Population, effect: Effect, named: Named) -> str:
    """Return one of a population, with all in the same groups, as a YAML scenario."""
    person = law.system.person_entity
    key = law.variable(effect.measured).entity.key
    rows = np.array([named.index])
    if key != person.key:
        rows = np.flatnonzero(population.memberships[key][0] == named.index)
    names = [f"{person.key}_{population.ids[person.key][row]}" for row in rows]
    found: dict[str, Any] = {
        person.plural: {
            name: _facts(law, population, person.key, int(row))
            for name, row in zip(names, rows, strict=True)
        }
    }
    for entity in law.system.group_entities:
        group_of, roles = population.memberships[entity.key]
        groups: dict[str, Any] = {}
        for name, row in zip(names, rows, strict=True):
            number = int(group_of[row])
            id_ = f"{entity.key}_{population.ids[entity.key][number]}"
            facts = groups.setdefault(id_, _facts(law, population, entity.key, number))
            role = next(each for each in entity.roles if each.key == roles[row])
            facts.setdefault(role.plural or role.key, []).append(name)
        found[entity.plural] = groups
    return as_yaml(
        {
            "name": f"{named.id}: {named.before:,.2f} before, {named.after:,.2f} after",
            "book": law.name,
            "period": effect.period,
            "input": found,
            "output": [effect.measured],
        }
    )


def _facts(law: Legislation, population: Population, key: str, row: int) -> dict[str, Any]:
    """Return what is given of one, but for what is the default anyway."""
    found = {}
    for name, column in population.columns.items():
        variable = law.variable(name)
        if variable.entity.key == key:
            value = column[row]
            value = plain(value.item() if isinstance(value, np.generic) else value)
            if value != plain(variable.default_value):
                found[name] = value
    return found
