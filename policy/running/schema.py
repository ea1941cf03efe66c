"""What answers need: which columns, of which tables, and no others. Read off the law graph.

A column is named as the variable that it holds. What answers need for another time than the one
asked about stands in a column of its own, with the period in its name: ``is_student@2024-04``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.errors import PolicyError, Problem
from policy.graph.engine import engine_of
from policy.legislation.catalogue import described
from policy.legislation.people import Column
from policy.legislation.times import own_period, slots_asked
from policy.scenario.assumptions import is_fact
from policy.scenario.calculation import asked_period, check_covered, outputs_asked
from policy.scenario.times import definition_periods, period_of
from policy.scenario.values import BadValueError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openfisca_core.periods import Period

    from policy.legislation.catalogue import VariableEntry
    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Slot

#: What stands between a variable and a period in the name of a column.
AT = "@"
MEMBERSHIPS = "memberships"
#: A column of which it is only asked whether it is given.
_GIVEN = Column(np.zeros(0))
#: Names of columns that any book understands.
ID = "id"


@dataclass(frozen=True)
class Key:
    """A column of ids or of roles.

    Attributes:
        name: the column.
        meaning: what it says.
        choices: the words that it may hold; none where it holds ids.
        required: whether a table must have it.

    """

    name: str
    meaning: str
    choices: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True)
class Fact:
    """A variable that answers are computed from, and nobody computes.

    Attributes:
        entry: the variable: type, unit, meaning, choices, default, section.
        now: whether the period asked about, or a part of it, is among those needed.
        others: the other periods that it is needed for, each a column of its own.

    """

    entry: VariableEntry
    now: bool
    others: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns."""
        name = self.entry.name
        return (name,) * self.now + tuple(f"{name}{AT}{when}" for when in self.others)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        entry = self.entry
        return {
            "column": entry.name if self.now else self.columns[0],
            "other_periods": list(self.others),
            "label": entry.label,
            "type": entry.type,
            "unit": entry.unit,
            "values": list(entry.choices),
            "least": entry.limits[0],
            "most": entry.limits[1],
            "default": entry.default,
            "section": entry.section,
            "meaning": entry.meaning,
        }


@dataclass(frozen=True)
class Question:
    """Outputs of a period, and the law that they are asked of.

    Raises:
        PolicyError: an output cannot be calculated from tables, block by block.

    """

    law: Legislation
    period: Period
    outputs: tuple[str, ...]

    @cached_property
    def asked(self) -> dict[str, tuple[Slot, ...]]:
        """Of each output, the variable's own periods that it is the sum of."""
        return {name: slots_asked(self.law.variable(name), self.period) for name in self.outputs}

    @property
    def person(self) -> Any:
        """The entity that a row of the first table is about."""
        return self.law.system.person_entity

    @cached_property
    def group(self) -> Any:
        """The one kind of groups that the book has."""
        kinds = list(self.law.system.group_entities)
        if len(kinds) != 1:
            found = "no kind of groups" if not kinds else f"{len(kinds)} kinds of groups"
            raise PolicyError(
                Problem(
                    f"the {self.law.name} book has {found}: its people cannot be cut into blocks",
                    remedy="read the columns yourself, and give them to 'calculate_arrays'",
                )
            )
        return kinds[0]

    def of(self, entity: Any) -> tuple[str, ...]:
        """Return the outputs of an entity."""
        return tuple(n for n in self.outputs if self.law.variable(n).entity.key == entity.key)

    def periods_of(self, column: str) -> tuple[str, list[Period]]:
        """Return the variable that a column is named after, and the periods that it is for.

        Raises:
            BadValueError: the variable is not defined for such a period.

        """
        name, at, written = column.partition(AT)
        variable = self.law.variable(name)
        return name, definition_periods(variable, period_of(written) if at else self.period)

    def read(self, columns: Iterable[str] = ()) -> list[Slot]:
        """List the variables of periods that the answers are computed from.

        Args:
            columns: the columns given; what is given is not computed.

        Raises:
            PolicyError: a formula is no expression: what it needs is not known, and it might look
                at everybody.

        """
        slots = [slot for each in self.asked.values() for slot in each]
        given = {}
        for column in columns:
            name, periods = self.periods_of(column)
            own = self.law.variable(name)
            given.update({(name, own_period(own, when)): _GIVEN for when in periods})
        read = engine_of(self.law).read_by(slots, given)
        if read is None:
            raise PolicyError(
                Problem(
                    "an output needs a formula that is no expression; it might look at everybody,"
                    " and cannot be calculated block by block",
                    remedy="read the columns yourself, and give them to 'calculate_arrays'",
                )
            )
        return list(dict.fromkeys(read))

    def facts(self, columns: Iterable[str] = ()) -> dict[str, list[Fact]]:
        """Return the facts that the answers need, beside the columns given, by entity."""
        columns = list(columns)
        known = {(name, w) for name, whens in map(self.periods_of, columns) for w in whens}
        needed: dict[str, list[Period]] = {}
        for name, when in self.read(columns):
            if is_fact(self.law, name) and (name, when) not in known:
                needed.setdefault(name, []).append(when)
        found: dict[str, list[Fact]] = {each.key: [] for each in self.law.system.entities}
        for name in [each for each in self.law.variables if each in needed]:
            variable = self.law.variable(name)
            own = self._own(variable)
            others = sorted({str(when) for when in needed[name] if when not in own})
            now = any(when in own for when in needed[name])
            found[variable.entity.key].append(Fact(described(variable), now, tuple(others)))
        return found

    def _own(self, variable: Any) -> list[Period]:
        try:
            return definition_periods(variable, self.period)
        except BadValueError:  # (it is defined for longer periods than the one asked about)
            return []

    def keys(self) -> dict[str, list[Key]]:
        """Return the columns of ids and roles, by table: of persons, of who is in which group."""
        person, group = self.person, self.group
        roles = tuple(role.plural or role.key for role in group.roles)
        of_person = Key(person.key, f"the {person.key}'s id; or '{ID}'")
        of_group = Key(group.key, f"the id of the {group.key}")
        in_role = Key(
            f"{group.key}_role",
            f"the {person.key}'s role in the {group.key}",
            roles,
            len(roles) > 1,
        )
        return {
            person.plural: [of_person],
            MEMBERSHIPS: [of_person, of_group, in_role],
            group.plural: [Key(group.key, f"the {group.key}'s id; or '{ID}'")],
        }


def question_of(
    law: Legislation, outputs: Iterable[str] | None, period: str | Period | None
) -> Question:
    """Return outputs of a period as they are asked for; without outputs those that the book lists.

    Raises:
        PolicyError: there is no period, or an output cannot be calculated for it.

    """
    if period is None:
        remedy = "ask for a month or a year (--period 2026-03)"
        raise PolicyError(Problem("no period to calculate", remedy=remedy, key="period"))
    when = asked_period(period)
    check_covered(law, when)
    question = Question(law, when, tuple(outputs_asked(law, [], outputs, when)))
    _ = question.asked, question.group
    return question


@dataclass(frozen=True)
class Schema:
    """The tables and columns that answers need.

    >>> import policy
    >>> schema = policy.load("estonia").schema(["birth_allowance"], "2024-05")
    >>> [fact.entry.name for fact in schema.facts["family"]]
    []
    >>> "birth_date" in [fact.entry.name for fact in schema.facts["person"]]
    True
    """

    question: Question
    facts: dict[str, list[Fact]]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        law, question = self.question.law, self.question
        keys = question.keys()
        tables: dict[str, dict[str, Any]] = {
            table: {
                "keys": [
                    {
                        "column": key.name,
                        "required": key.required,
                        "meaning": key.meaning,
                        "values": list(key.choices),
                    }
                    for key in keys[table]
                ],
                "facts": [],
            }
            for table in keys
        }
        for key, facts in self.facts.items():
            tables[law.entities[key].plural]["facts"] = [fact.to_dict() for fact in facts]
        return {
            "book": law.name,
            "law_version": law.version,
            "period": str(question.period),
            "outputs": list(question.outputs),
            "tables": tables,
        }


def schema_of(
    law: Legislation, outputs: Iterable[str] | None, period: str | Period | None
) -> Schema:
    """Return the tables and columns that outputs need; see ``StatuteBook.schema``."""
    question = question_of(law, outputs, period)
    return Schema(question, question.facts())
