"""The law as one SQL statement.

Tables: one for each entity, named by its plural (``persons``, ``families``), with a column of ids
named by its key (``person``, ``family``) and a column for each fact; and ``memberships``, with the
id of each person and of its group, and its role there (``person``, ``family``, ``family_role``) as
in the tables of ``policy calculate``. Members stand in their groups in the order of their ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policy.graph.backends.expressions import UnsupportedError
from policy.graph.backends.sql.building import Building, group_of
from policy.graph.backends.sql.dialects import dialect_named
from policy.graph.backends.sql.facts import MEMBERSHIPS
from policy.graph.backends.sql.idioms import told_shortly
from policy.graph.engine import engine_of
from policy.graph.linking import link_apart
from policy.graph.nodes import live
from policy.legislation.times import own_period

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from policy.graph.backends.sql.statement import Statement
    from policy.graph.nodes import Node
    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Slot


@dataclass(frozen=True)
class Fact:
    """Where a fact is read.

    Attributes:
        column: the name of the column.
        parts: by how much an amount is divided that is given for a longer period.
        partly: whether it is given for some alone: an empty cell (NULL) has what the formula gives.

    """

    column: str
    parts: int = 1
    partly: bool = False


class SqlPlan:
    """A law's answers made ready to be written in SQL.

    Args:
        law: the statute book.
        wanted: the answers, by the name of their column: variables and periods to add up.
        given: where facts are read; what is not given has its default.
        tables: names of tables where they are not the plural of an entity, or ``memberships``.
        about: what is told at the beginning of a statement, line by line.

    Raises:
        PolicyError: a variable depends on itself.
        UnsupportedError: a formula that an answer needs is no expression.

    """

    def __init__(
        self,
        law: Legislation,
        wanted: Mapping[str, Sequence[Slot]],
        given: Mapping[Slot, Fact],
        tables: Mapping[str, str] | None = None,
        about: Iterable[str] = (),
    ) -> None:
        self.law = law
        self.about = tuple(about)
        own = {name: tuple(map(self._own, slots)) for name, slots in wanted.items()}
        self.wanted = own
        self.given = {self._own(slot): fact for slot, fact in given.items()}
        self.tables = self._tables(tables or {})
        self.entities = {each.key: each for each in law.system.entities}
        self.person = law.system.person_entity.key
        slots = tuple(dict.fromkeys(slot for parts in own.values() for slot in parts))
        partly = frozenset(slot for slot, fact in self.given.items() if fact.partly)
        wholly = frozenset(self.given) - partly
        asked = [slot for parts in wanted.values() for slot in parts]
        self.tracing = engine_of(law).trace(asked, wholly)
        apart = link_apart(self.tracing, slots, wholly, partly, self._same())
        roots = [*apart.definitions.values(), *apart.outputs.values()]
        short = told_shortly(apart.graph, roots, self.person)
        self.nodes = {
            old: short[node.number] for old, node in apart.nodes.items() if node.number in short
        }
        self.definitions = {slot: short[node.number] for slot, node in apart.definitions.items()}
        self.outputs = {slot: short[node.number] for slot, node in apart.outputs.items()}
        self._refuse_opaque()

    def _own(self, slot: Slot) -> Slot:
        name, period = slot
        return name, own_period(self.law.variable(name), period)

    def _tables(self, given: Mapping[str, str]) -> dict[str, str]:
        names = {each.key: each.plural for each in self.law.system.entities}
        return {**names, MEMBERSHIPS: MEMBERSHIPS, **given}

    def _same(self) -> dict[Slot, Slot]:
        """Pair facts with the first that is read from the same column."""
        first: dict[tuple[str, Fact], Slot] = {}
        return {slot: first.setdefault((slot[0], fact), slot) for slot, fact in self.given.items()}

    def _refuse_opaque(self) -> None:
        for slot, node in self.definitions.items():
            for each in live([node]):
                if each.op == "opaque":
                    definition = self.tracing.definitions[each.detail[0]]
                    raise UnsupportedError(
                        f"{self._at(each.detail[0], definition.line)}: the formula of {slot[0]} is"
                        f" no expression: {definition.opaque}"
                    )

    def _at(self, slot: Slot, line: int) -> str:
        formula = self.law.variable(slot[0]).get_formula(slot[1])
        return f"{formula.__code__.co_filename}:{line}" if formula else slot[0]

    def entity_of(self, answer: str) -> str:
        """Return the key of the entity that an answer is of."""
        key: str = self.law.variable(self.wanted[answer][0][0]).entity.key
        return key

    def answers_of(self) -> dict[str, list[str]]:
        """Return the names of answers by the key of their entity."""
        found: dict[str, list[str]] = {}
        for name in self.wanted:
            found.setdefault(self.entity_of(name), []).append(name)
        return found

    def read(self) -> list[Slot]:
        """List the facts that the answers are worked out from."""
        found = {node.detail: None for node in self._live() if node.op == "input"}
        same: dict[Slot, list[Slot]] = {}
        for slot, first in self._same().items():
            same.setdefault(first, []).append(slot)
        return [slot for first in found for slot in same[first]]

    def _live(self) -> Iterator[Node]:
        """Yield what is worked out for the answers, and for the variables they need."""
        done: set[Slot] = set()
        todo = list(self.outputs.values())
        while todo:
            for node in live([todo.pop()]):
                yield node
                if node.op == "value" and node.detail not in done:
                    done.add(node.detail)
                    todo.append(self.definitions[node.detail])

    def groups(self) -> list[str]:
        """Return the keys of the groups whose members matter to the answers."""
        return sorted({group for node in self._live() if (group := group_of(node))})

    def sql(self, dialect: str) -> str:
        """Return the statements, one for each entity that answers are of.

        Raises:
            PolicyError: there is no such dialect.
            UnsupportedError: there is no SQL for an operation.

        """
        statements = (self.statement(dialect, entity).sql(entity) for entity in self.answers_of())
        return "".join(f"{each};\n" for each in statements)

    def statement(self, dialect: str, entity: str = "", *, wide: bool = False) -> Statement:
        """Return the statement of the answers.

        Args:
            dialect: the database's.
            entity: the key of the entity whose answers alone are asked for.
            wide: whether steps are few and wide, for databases that plan each anew, and not one
                for each variable, to be read.

        Raises:
            PolicyError: there is no such dialect.
            UnsupportedError: there is no SQL for an operation.

        """
        answers = self.answers_of()
        asked = {entity: answers[entity]} if entity else answers
        return Building(self, asked, dialect_named(dialect), wide=wide).statement()
