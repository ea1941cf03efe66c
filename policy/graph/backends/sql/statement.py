"""A statement: named steps, and what is selected at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policy.graph.backends.sql.dialects import Dialect


@dataclass
class Step:
    """A named step.

    Attributes:
        name: its name.
        query: what it selects.
        uses: how many other steps, and ends, select from it.
        by: the column that rows are best spread over machines by, empty for any.
        is_gathered: whether groups gather from it: what is worked out before and after is best
            planned apart.

    """

    name: str
    query: exp.Select
    uses: int = 0
    by: str = ""
    is_gathered: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether a database should work it out once, on its own."""
        return self.uses > 1 or self.is_gathered


@dataclass(frozen=True)
class Statement:
    """Answers as a statement, or as one for each entity that some are of.

    Attributes:
        dialect: the database's.
        steps: the steps, each after those it selects from.
        ends: what is selected at the end, by the key of the entity.
        about: what is told of the statement, line by line.

    """

    dialect: Dialect
    steps: tuple[Step, ...]
    ends: Mapping[str, exp.Select]
    about: tuple[str, ...] = ()

    def sql(self, entity: str) -> str:
        """Return the statement of an entity's answers as text."""
        waiting = {step.name: step for step in self.steps}
        end = self.ends[entity]
        return self._written(_before(end, waiting), end.copy(), {})

    def parts(self, kept: Mapping[str, str]) -> Iterator[tuple[Step | str, str]]:
        """Yield the statement in parts: steps to keep, and the answers of each entity by its key.

        Args:
            kept: the names of the tables in which steps were kept, by the name of the step; to be
                added to before the next part is asked for.

        """
        waiting: dict[str, Step] = {}
        for step in self.steps:
            if step.is_kept or step.by:
                before = _before(step.query, waiting)
                yield step, self._written(before, step.query.copy(), kept)
            else:
                waiting[step.name] = step
        for entity, end in self.ends.items():
            yield entity, self._written(_before(end, waiting), end.copy(), kept)

    def _written(self, steps: Iterable[Step], query: exp.Select, kept: Mapping[str, str]) -> str:
        """Return a query as text, after the steps it needs."""
        for step in steps:
            is_kept = self.dialect.materializes_all or (self.dialect.materializes and step.is_kept)
            query = query.with_(
                exp.to_identifier(step.name, quoted=True),
                as_=step.query.copy(),
                materialized=is_kept or None,
                copy=False,
            )
        if query.args.get("with_"):
            query.args["with_"].comments = [f" {each} " for each in self.about]
        for table in query.find_all(exp.Table):
            if table.name in kept:
                table.set("this", exp.to_identifier(kept[table.name], quoted=True))
        return query.sql(dialect=self.dialect.name, pretty=True)


def _before(query: exp.Select, waiting: dict[str, Step]) -> list[Step]:
    """Return the steps that a query needs, in order; they wait no longer."""
    found: dict[str, Step] = {}
    todo = [query]
    while todo:
        for table in todo.pop().find_all(exp.Table):
            step = waiting.get(table.name)
            if step is not None and step.name not in found:
                found[step.name] = step
                todo.append(step.query)
    return [waiting.pop(name) for name in list(waiting) if name in found]
