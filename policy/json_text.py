"""JSON text read fast: plain data, where Python's own reader surely gives what a strict one does.

JSON is YAML too, and the strict reader of YAML reads it, with the place of each key; but that takes
ten times as long. Wherever the two might disagree (a key given twice, numbers that are not finite
or too long, deep nesting, signs written by their halves), nothing is returned, and the strict
reader decides.
"""

from __future__ import annotations

import json
import math
import re
from itertools import chain
from typing import Any

from policy.garbage import collection_paused

#: Halves of a sign, a colon that is written by its number, and a key that takes in a mapping.
_DOUBTFUL = re.compile(r'\\u([dD][89a-fA-F]|003)|"<<"')
_LONGEST_INTEGER = 18
_CONTAINERS = frozenset({dict, list})


class _DoubtError(ValueError):
    """Something that the strict reader must look at."""


def plain_json(text: str, max_depth: int, max_nodes: int) -> dict[str, Any] | list[Any] | None:
    """Return what JSON text holds; None where it is not JSON, or not surely read alike.

    >>> plain_json('{"persons": {"mari": {"birth_date": "1990-05-01"}}}', 40, 1000)
    {'persons': {'mari': {'birth_date': '1990-05-01'}}}
    >>> plain_json('{"period": 1, "period": 2}', 40, 1000), plain_json("{a: 1}", 40, 1000)
    (None, None)
    """
    begins = text[:1] in {"{", "["} or text.lstrip()[:1] in {"{", "["}
    if not begins or _DOUBTFUL.search(text):
        return None
    with collection_paused():
        try:
            found: dict[str, Any] | list[Any] = _DECODER.decode(text)
        except (ValueError, RecursionError):
            return None
        return found if _is_whole(found, text, max_depth, max_nodes) else None


def _is_whole(found: dict[str, Any] | list[Any], text: str, max_depth: int, max_nodes: int) -> bool:
    """Tell whether each colon of a text is that of a key, or stands in a text of the data.

    Of a key given twice only the last value is in the data.
    """
    colons, nodes, texts = 0, 1, []
    level: list[Any] = [found]
    for _ in range(max_depth):
        mappings = [each for each in level if type(each) is dict]
        values = list(chain(*(each for each in level if type(each) is list)))
        values += chain.from_iterable(map(dict.values, mappings))
        keys = sum(map(len, mappings))
        colons, nodes = colons + keys, nodes + keys + len(values)
        texts += [*mappings, values]
        level = [value for value in values if type(value) in _CONTAINERS]
        if not level or nodes > max_nodes:
            break
    if level or nodes > max_nodes:
        return False
    missing = text.count(":") - colons
    return not missing or missing == sum(
        each.count(":") for each in chain.from_iterable(texts) if type(each) is str
    )


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_INTEGER:
        raise _DoubtError
    return int(digits)


def _decimal(digits: str) -> float:
    found = float(digits)
    if not math.isfinite(found):
        raise _DoubtError
    return found


def _not_finite(_word: str) -> float:
    raise _DoubtError


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_decimal, parse_constant=_not_finite)
