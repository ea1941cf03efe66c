"""Pictures as SVG in the page's colours: steps of a number, and what rests on what.

They are drawn here, not by a charting library, so that they follow light and dark, scale to a
phone, carry links, and weigh a few kilobytes.
"""

from __future__ import annotations

import datetime
import textwrap
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_WIDTH, _HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 16, 28
#: A picture of dependencies: the size of a box, the room between them, how many there are at most.
_BOX, _LINE, _GAP_X, _GAP_Y = 188, 40, 56, 12
_MOST, _LETTERS = 28, 25


def steps(values: Sequence[tuple[str, float, str]], until: str, title: str) -> str:
    """Draw a number's history as steps.

    Args:
        values: the day from which each holds, the number, and the number in words.
        until: the day up to which the law was read.
        title: what the picture is called.

    >>> steps([("2020-01-01", 60, "60 EUR"), ("2023-01-01", 80, "80 EUR")], "2024-01-01", "A")[:4]
    '<svg'

    """
    days = [_ordinal(day) for day, _, _ in values]
    last = max(days[-1], _ordinal(until)) + max((days[-1] - days[0]) // 12, 60)
    top = max(0.0, *(number for _, number, _ in values))
    low = min(0.0, *(number for _, number, _ in values))
    ticks = _ticks(low, top)
    top, low = max(top, ticks[-1]), min(low, ticks[0])

    def x(day: int) -> float:
        return round(_LEFT + (day - days[0]) / (last - days[0]) * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(number: float) -> float:
        return round(
            _HEIGHT - _BOTTOM - (number - low) / ((top - low) or 1) * (_HEIGHT - _TOP - _BOTTOM), 1
        )

    parts = [
        f'<svg class="steps" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        f' aria-label="{escape(title)}">'
    ]
    for tick in ticks:
        parts.append(f'<path class="grid" d="M{_LEFT} {y(tick)}H{_WIDTH - _RIGHT}"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y(tick) + 4}" text-anchor="end">{tick:,g}</text>')
    first_year, last_year = (datetime.date.fromordinal(day).year for day in (days[0], last))
    every = max(1, -(-(last_year - first_year) // 8))
    for year in range(first_year + 1, last_year + 1, every):
        begins = x(datetime.date(year, 1, 1).toordinal())
        parts.append(f'<path class="grid" d="M{begins} {_HEIGHT - _BOTTOM}v5"/>')
        parts.append(f'<text x="{begins}" y="{_HEIGHT - 8}" text-anchor="middle">{year}</text>')
    line = ""
    for (_, value, _), place in zip(values, days, strict=True):
        line += f"{'H' if line else 'M'}{x(place)} {'V' if line else ''}{y(value)}"
    parts.append(f'<path class="line" d="{line}H{x(last)}"/>')
    if until > values[0][0]:
        read = x(_ordinal(until))
        parts.append(f'<path class="until" d="M{read} {_TOP}V{_HEIGHT - _BOTTOM}"/>')
    for (day, number, text), place in zip(values, days, strict=True):
        said = escape(f"from {day}: {text}")
        parts.append(
            f'<circle cx="{x(place)}" cy="{y(number)}" r="4"><title>{said}</title></circle>'
        )
    parts.append("</svg>")
    return "".join(parts)


def _ordinal(day: str) -> int:
    return datetime.date.fromisoformat(day).toordinal()


def _ticks(low: float, top: float) -> list[float]:
    """Return three to six round numbers that span a range.

    >>> _ticks(0, 650)
    [0, 200, 400, 600, 800]
    """
    span = (top - low) or 1.0
    size = 10.0 ** (len(f"{span:.0f}") - 1 if span >= 1 else -len(f"{span:.6f}"[2:].rstrip("0")))
    step = next(size * each for each in (0.1, 0.2, 0.5, 1, 2, 5, 10) if span / (size * each) <= 4.5)  # noqa: PLR2004
    first, last = int(low // step), -int(-top // step)
    found = [round(number * step, 9) for number in range(first, last + 1)]
    return [int(each) if each == int(each) else each for each in found]


@dataclass(frozen=True)
class Node:
    """A box of a picture: what it is called, what kind of thing it is, and its page."""

    label: str
    kind: str
    href: str


def dependencies(
    root: str, needs: Callable[[str], Sequence[str]], node: Callable[[str], Node], title: str
) -> str:
    """Draw what something rests on: itself on the left, what it is made of to the right.

    Args:
        root: the key of what is drawn.
        needs: gives the keys that a key rests on.
        node: gives the box of a key.
        title: what the picture is called.

    """
    level_by_level: list[list[str]] = [[root]]
    placed = {root}
    while True:
        level = dict.fromkeys(each for key in level_by_level[-1] for each in needs(key))
        fresh = [key for key in level if key not in placed]
        if not fresh or (len(placed) + len(fresh) > _MOST and len(level_by_level) > 1):
            break
        level_by_level.append(fresh)
        placed.update(fresh)
    return columns(level_by_level, needs, node, title)


def columns(
    names: Sequence[Sequence[str]],
    needs: Callable[[str], Sequence[str]],
    node: Callable[[str], Node],
    title: str,
) -> str:
    """Draw things in columns, with lines from each to those that it needs.

    Args:
        names: the keys of each column, from the left.
        needs: gives the keys that a key needs.
        node: gives the box of a key.
        title: what the picture is called.

    """
    ordered = [list(column) for column in names]
    placed = {key for column in ordered for key in column}
    _ordered(ordered, needs)
    places = _places(ordered)
    width = len(ordered) * (_BOX + _GAP_X) - _GAP_X + 4
    height = max(y for _, y in places.values()) + _LINE + 4
    parts = [
        f'<svg class="needs" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="group" aria-label="{escape(title)}">'
    ]
    for key, (x, y) in places.items():
        for need in needs(key):
            if need in places and places[need][0] != x:
                parts.append(_edge((x, y), places[need]))
    for key, (x, y) in places.items():
        hidden = sum(1 for each in needs(key) if each not in placed)
        parts.append(_box(node(key), x, y, hidden))
    parts.append("</svg>")
    return "".join(parts)


def _ordered(columns: list[list[str]], needs: Callable[[str], Sequence[str]]) -> None:
    """Order each column by the places of what needs its boxes, so that lines cross little."""
    for before, column in pairwise(columns):
        place: Mapping[str, list[int]] = {
            key: [number for number, user in enumerate(before) if key in needs(user)]
            for key in column
        }
        column.sort(key=lambda key: sum(place[key]) / (len(place[key]) or 1))


def _places(columns: list[list[str]]) -> dict[str, tuple[int, int]]:
    tallest = max(map(len, columns))
    found = {}
    for number, column in enumerate(columns):
        top = (tallest - len(column)) * (_LINE + _GAP_Y) // 2
        for row, key in enumerate(column):
            found[key] = (2 + number * (_BOX + _GAP_X), 2 + top + row * (_LINE + _GAP_Y))
    return found


def _edge(start: tuple[int, int], end: tuple[int, int]) -> str:
    (x, y), (u, v) = start, end
    x, y, v = x + _BOX if u > x else x, y + _LINE // 2, v + _LINE // 2
    u = u if u >= x else u + _BOX
    middle = (x + u) // 2
    return f'<path class="edge" d="M{x} {y}C{middle} {y} {middle} {v} {u} {v}"/>'


def _box(node: Node, x: int, y: int, hidden: int) -> str:
    lines = textwrap.wrap(node.label, _LETTERS)
    if len(lines) > 2:  # noqa: PLR2004
        lines = [lines[0], f"{lines[1][: _LETTERS - 1]}…"]
    top = y + _LINE / 2 + (4 if len(lines) == 1 else -3)
    text = "".join(
        f'<tspan x="{x + _BOX // 2}" y="{top + 14 * number:g}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    more = f" (and {hidden} more behind it)" if hidden else ""
    title = f"<title>{escape(node.label)}{more}</title>"
    round_ = _LINE // 2 if node.kind == "fact" else 4
    return (
        f'<a href="{escape(node.href)}" class="{node.kind}">{title}'
        f'<rect x="{x}" y="{y}" width="{_BOX}" height="{_LINE}" rx="{round_}"/>'
        f'<text text-anchor="middle">{text}</text></a>'
    )
