"""A situation written down as a scenario, ready for a file."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import yaml

from policy.legislation.openfisca import periods
from policy.scenario.values import NOT_KNOWN, has_no_number

if TYPE_CHECKING:
    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.scenario.situation import Situation


def as_data(law: Legislation, situation: Situation, period: Period) -> dict[str, Any]:
    """Return a situation as a scenario's ``input``; facts of the period stand without it."""
    person = law.system.person_entity
    found: dict[str, dict[str, dict[str, Any]]] = {
        entity.plural: {id_: {} for id_ in situation.ids[entity.key]}
        for entity in (person, *law.system.group_entities)
    }
    for entity in law.system.group_entities:
        members = situation.members[entity.key]
        pairs = zip(members.group_of_person, members.role_of_person, strict=True)
        for row, (group, role) in enumerate(pairs):
            name = role.plural or role.key
            into = found[entity.plural][situation.ids[entity.key][group]]
            into.setdefault(name, []).append(situation.ids[person.key][row])
    by_period: dict[tuple[str, int], dict[Period, Any]] = {}
    for (name, when), rows in situation.facts.items():
        for row, value in rows.items():
            by_period.setdefault((name, row), {})[when] = plain(value)
    for (name, row), values in by_period.items():
        entity = law.variable(name).entity
        about = found[entity.plural][situation.ids[entity.key][row]]
        (when, value), *others = values.items()
        alone = not others and (when == period or is_eternal(when))
        about[name] = value if alone else {str(each): known for each, known in values.items()}
    return found


def is_eternal(period: Period) -> bool:
    """Tell whether a period is that of what never changes."""
    return bool(period.unit == periods.DateUnit.ETERNITY)


def plain(value: Any) -> Any:
    """Return a value as it is written in YAML."""
    if has_no_number(value):
        return NOT_KNOWN
    return value.isoformat() if isinstance(value, datetime.date) else getattr(value, "name", value)


def as_yaml(scenario: dict[str, Any]) -> str:
    """Write one scenario as an item of a list of scenario tests."""
    return plain_yaml([scenario])


def plain_yaml(data: Any) -> str:
    """Write plain data as the YAML files here have it."""
    text: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
    return text


class _Dumper(yaml.SafeDumper):
    """Writes dates as the YAML tests have them: without quotes, and lists on one line."""


def _text(dumper: yaml.SafeDumper, text: str) -> Any:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return dumper.represent_str(text)
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", text)


def _list(dumper: yaml.SafeDumper, items: list[Any]) -> Any:
    flow = not any(isinstance(item, dict) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=flow)


_Dumper.add_multi_representer(str, _text)
_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)
