"""How facts are read from tables, and who has which role and place in a group."""

from __future__ import annotations

from functools import partial, reduce
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from policy.graph.backends.sql.dialects import cast, column, operator, text, whole

if TYPE_CHECKING:
    from policy.graph.backends.sql.plan import SqlPlan
    from policy.graph.nodes import Node

#: The table that tells who is in which group.
MEMBERSHIPS = "memberships"
#: What columns of facts are, by the kind of NumPy's type; others are texts.
_TYPES = {"f": "DOUBLE", "i": "BIGINT", "u": "BIGINT", "b": "BOOLEAN", "M": "DATE"}


def role_column(group: str) -> str:
    """Return the name of the column that tells a person's role in a group."""
    return f"{group}_role"


class Facts:
    """Reads what is known of people, or of groups.

    Args:
        plan: tells where facts stand.
        table: how the table of those is called whom the facts are about.
        members: how the table is called that tells who is in which group.

    """

    def __init__(self, plan: SqlPlan, table: str, members: str) -> None:
        self._plan = plan
        self._table = table
        self._members = members

    def of(self, node: Node) -> exp.Expr:
        """Return how a fact is read, or a role, or a place in a group."""
        if node.op == "position":
            return self._place(column(node.detail, self._members))
        if node.op == "role":
            return self._role(*node.detail)
        fact = self._plan.given[node.detail]
        read = column(fact.column, self._table)
        if node.op == "given":
            return exp.Not(this=exp.Is(this=read, expression=exp.Null()))
        value = cast(read, "TEXT" if node.enum else _TYPES.get(node.dtype.kind, "TEXT"))
        if fact.parts == 1:
            return value
        if node.dtype.kind in "iu":
            return exp.IntDiv(this=value, expression=whole(fact.parts))
        return operator(exp.Div, value, whole(fact.parts))

    def _place(self, *among: exp.Expr) -> exp.Expr:
        """Return the place of a person among others, from 0, in the order of their ids."""
        order = exp.Ordered(this=column(self._plan.person, self._members), nulls_first=False)
        window = exp.Window(
            this=exp.RowNumber(),
            partition_by=list(among),
            order=exp.Order(expressions=[order]),
        )
        return operator(exp.Sub, window, whole(1))

    def _role(self, group: str, numbers: tuple[int, ...]) -> exp.Expr:
        """Return who has one of some roles; those of one role are told apart by their order."""
        entity = self._plan.entities[group]
        flat = list(entity.flattened_roles)
        found: list[exp.Expr] = []
        for role in entity.roles:
            own = role.subroles or [role]
            places = [place for place, each in enumerate(own) if flat.index(each) in numbers]
            if len(places) == len(own) == len(flat):
                return exp.Boolean(this=True)
            if places:
                found.append(self._having(group, role, places, len(own)))
        return reduce(partial(operator, exp.Or), found)

    def _having(self, group: str, role: Any, places: list[int], count: int) -> exp.Expr:
        held = column(role_column(group), self._members)
        has = exp.In(
            this=held, expressions=[text(word) for word in (role.key, role.plural) if word]
        )
        if len(places) == count == 1:
            return has
        own = exp.In(this=held.copy(), expressions=[text(role.subroles[n].key) for n in places])
        if len(places) < count:
            place = exp.Paren(this=self._place(column(group, self._members), has.copy()))
            among = exp.In(this=place, expressions=list(map(whole, places)))
            return operator(exp.Or, operator(exp.And, has, among), own)
        return operator(exp.Or, has, own)
