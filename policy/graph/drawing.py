"""The law graph for people: what a variable is computed from, as lines of text or as a picture."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from policy.errors import Location, Problem
from policy.graph.engine import engine_of
from policy.graph.linking import in_order
from policy.graph.nodes import live
from policy.graph.symbols import DECIDES
from policy.graph.tracer import NO_VALUE, Tracer
from policy.legislation.legislation import section_of
from policy.legislation.openfisca import periods
from policy.legislation.times import ETERNITY, own_period, slots_asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openfisca_core.periods import Period

    from policy.graph.nodes import Node
    from policy.graph.tracer import Definition, Tracing
    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Slot


@dataclass(frozen=True)
class Expression:
    """One expression of a formula.

    Attributes:
        number: its number, by which others refer to it.
        text: the operation, with the numbers of the expressions it works on.
        dtype: the type of its values.
        entity: of whom they are; empty where they are the same for everybody.
        lines: the lines of the formula it comes from.

    """

    number: int
    text: str
    dtype: str
    entity: str
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Part:
    """A variable of a period in the graph, or a parameter, with what it is computed from."""

    key: str
    kind: str
    name: str
    label: str
    period: str
    section: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drawing:
    """What a variable of a period is computed from.

    Attributes:
        variable: its name.
        period: its period.
        file: where its formula stands.
        opaque: why it is no expression; empty where it is one.
        expressions: the expressions of its own formula, each after those it works on.
        parts: the variable, all variables and all parameters it rests on, the answer first.
        total: how many expressions there are with those of the variables it rests on.

    """

    variable: str
    period: str
    file: str
    opaque: str
    expressions: tuple[Expression, ...]
    parts: tuple[Part, ...] = field(repr=False)
    total: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            "variable": self.variable,
            "period": self.period,
            "file": self.file,
            "opaque": self.opaque,
            "expressions": [vars(each) for each in self.expressions],
            "parts": [vars(each) for each in self.parts],
            "total": self.total,
        }

    def mermaid(self) -> str:
        """Return a picture in Mermaid's language: arrows lead from what is needed to the answer.

        >>> import policy
        >>> from openfisca_core.periods import period
        >>> book = policy.load("estonia")
        >>> print(draw(book, "birth_allowance", period("2024-05"), depth=0).mermaid())
        flowchart BT
          n0["Birth allowance<br/>birth_allowance 2024-05"]
        """
        number = {part.key: f"n{place}" for place, part in enumerate(self.parts)}
        lines = ["flowchart BT"]
        for part in self.parts:
            before, after = _SHAPES[part.kind]
            text = f"{part.label}<br/>{part.name} {part.period}".rstrip()
            text = part.name if part.kind == PARAMETER else text
            lines.append(f'  {number[part.key]}{before}"{_escaped(text)}"{after}')
        lines += [
            f"  {number[need]} --> {number[part.key]}"
            for part in self.parts
            for need in part.needs
            if need in number
        ]
        return "\n".join(lines)


@dataclass(frozen=True)
class Opaque:
    """A formula that is no expression, and which openfisca-core runs."""

    variable: str
    period: str
    file: str
    line: int
    reason: str


#: Reasons for which a formula that is no expression decides for all people what is each one's own.
_ONE_FOR_ALL = frozenset({DECIDES, "the array's any is used", "the array's all is used"})
#: A month that any law can be asked about.
_SOME_MONTH = "2020-01"

COMPUTED, FACT, PARAMETER = "computed", "fact", "parameter"
_SHAPES = {COMPUTED: ("[", "]"), FACT: ("([", "])"), PARAMETER: ("{{", "}}")}


def draw(law: Legislation, name: str, period: Period, depth: int | None = None) -> Drawing:
    """Return what a variable of a period is computed from.

    Args:
        law: the statute book.
        name: the variable.
        period: one of its own periods, or a longer one, of which the first is drawn.
        depth: how many steps away from the answer parts are shown; all without it.

    Raises:
        PolicyError: there is no such variable or period, or the variable depends on itself.

    """
    variable = law.variable(name)
    (_, when), *_ = slots_asked(variable, period)
    slot = (name, own_period(variable, when))
    tracing = engine_of(law).trace([(name, when)])
    definition = tracing.definitions[slot]
    order = in_order(tracing, [slot], frozenset())
    formula = variable.get_formula(when)
    return Drawing(
        variable=name,
        period=_written(slot),
        file=inspect.getfile(formula) if formula else "",
        opaque=definition.opaque,
        expressions=tuple(_expressions(tracing, definition, name)),
        parts=tuple(_parts(law, tracing, slot, depth)),
        total=len({node.number for need in order for node in _nodes(tracing.definitions[need])}),
    )


def opaque(law: Legislation, period: Period) -> list[Opaque]:
    """List the formulas of a book that are no expressions, at a period and at their own beginning.

    Args:
        law: the statute book.
        period: a month; of variables by the year or the day, that of the month.

    """
    engine = engine_of(law)
    found: dict[tuple[str, str], Opaque] = {}
    for name, variable in law.variables.items():
        for when in _periods(variable, period, law.covers_from):
            slot = (name, own_period(variable, when))
            definition = engine.trace([(name, when)], alone=True).definitions[slot]
            if definition.opaque not in {"", NO_VALUE}:
                file = inspect.getfile(variable.get_formula(when))
                found.setdefault(
                    (name, definition.opaque),
                    Opaque(name, _written(slot), file, definition.line, definition.opaque),
                )
    return list(found.values())


def changing_formulas(law: Legislation) -> list[Problem]:
    """List what is wrong with formulas for eternity that give something else from some day on."""
    tracer = Tracer(law)
    eternal = [
        name
        for name, variable in law.variables.items()
        if variable.formulas and variable.definition_period == periods.DateUnit.ETERNITY
    ]
    month = periods.period(law.covers_from[:7] or _SOME_MONTH)
    found = [tracer.define((name, ETERNITY), month).changing for name in eternal]
    return [problem for problem in found if problem]


def no_expressions(law: Legislation) -> list[Problem]:
    """List the formulas of a book that are no expressions: openfisca-core runs them, slowly."""
    return [
        Problem(
            f"the formula is no expression: {each.reason}",
            Location(each.file, each.line, 1),
            "write where(condition, a, b), which chooses for each; not 'if', any() or all() on data"
            if each.reason in _ONE_FOR_ALL
            else "write it for all at once: where, select, min_, max_, &, |, sums of groups",
            each.variable,
            "no-expression",
        )
        for each in opaque(law, periods.period(law.covers_from[:7] or _SOME_MONTH))
    ]


def _periods(variable: Any, period: Period, covers_from: str) -> Iterator[Period]:
    """Yield the periods of a variable at which its formulas are looked at."""
    unit = variable.definition_period
    if unit == periods.DateUnit.ETERNITY:
        yield period
        return
    begins = [start for start in variable.formulas if start >= (covers_from or "1900")]
    for start in dict.fromkeys([str(period.start), *begins]):
        yield periods.Period((unit, periods.instant(start).offset("first-of", unit), 1))


def _nodes(definition: Definition) -> Iterator[Node]:
    return live([definition.node])


def _expressions(tracing: Tracing, definition: Definition, name: str) -> Iterator[Expression]:
    for node in _nodes(definition):
        origins = tracing.graph.origins.get(node.number, {})
        lines = {origin.line for origin in origins if origin.variable == name}
        yield Expression(
            node.number, _text(node), str(node.dtype), node.space, tuple(sorted(lines))
        )


def _text(node: Node) -> str:
    if node.op == "constant":
        return str(node.detail)
    if node.op == "value":
        return f"{node.detail[0]} {_written(node.detail)}".rstrip()
    if node.op == "parameter":
        return f"{node.detail[0]} = {node.detail[1]}"
    args = [f"#{arg.number}" for arg in node.args]
    if node.detail is not None and node.op != "opaque":
        args.append(_shortened(node.detail))
    return f"{node.op}({', '.join(args)})"


def _shortened(detail: Any) -> str:
    text = str(detail)
    return text if len(text) <= 40 else f"{text[:39]}…"  # noqa: PLR2004


def _parts(law: Legislation, tracing: Tracing, first: Slot, depth: int | None) -> Iterator[Part]:
    """Yield parts level by level, the answer first."""
    seen = {first}
    level, steps = [first], 0
    parameters: dict[str, None] = {}
    while level:
        for slot in level:
            yield _part(law, tracing, slot, parameters)
        if depth is not None and steps >= depth:
            break
        needs = dict.fromkeys(need for slot in level for need in tracing.definitions[slot].needs)
        level = [need for need in needs if need not in seen]
        seen.update(level)
        steps += 1
    for name in parameters:
        parameter = law.parameter(name)
        yield Part(
            name,
            PARAMETER,
            name,
            parameter.label if parameter else name,
            "",
            parameter.section if parameter else "",
        )


def _part(law: Legislation, tracing: Tracing, slot: Slot, parameters: dict[str, None]) -> Part:
    variable, definition = law.variable(slot[0]), tracing.definitions[slot]
    own = {node.detail[0]: None for node in _nodes(definition) if node.op == "parameter"}
    parameters.update(own)
    return Part(
        _key(slot),
        COMPUTED if variable.formulas else FACT,
        variable.name,
        variable.label or variable.name,
        _written(slot),
        section_of(variable),
        (*map(_key, definition.needs), *own),
    )


def _key(slot: Slot) -> str:
    return f"{slot[0]} {slot[1]}"


def _written(slot: Slot) -> str:
    eternal = slot[1].unit == periods.DateUnit.ETERNITY
    return "" if eternal else str(slot[1])


def _escaped(text: str) -> str:
    return text.replace('"', "&quot;")
