"""Disorder as registers have it: mistyped names, short names, dates the wrong way round.

Each function takes an array of texts or dates and the share of them to change, and returns a
changed copy. What is drawn depends on the generator alone.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.random import Generator

    from policy.legislation.people import Array

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LAST_OF_BOTH = 12  # the last day that may be a month, too


def typos(texts: Array, share: float, random: Generator) -> Array:
    """Mistype some texts: a letter added, left out, changed, or put before another.

    >>> str(typos(np.array(["margaret"], object), 1.0, np.random.default_rng(1))[0])
    'amrgaret'
    """

    def mistype(text: str) -> str:
        kind, letter = random.integers(4), _LETTERS[random.integers(26)]
        at = int(random.integers(1, max(len(text), 2)))
        head, tail = text[:at], text[at:]
        changed = (head + letter + tail, head + tail[1:], head + letter + tail[1:])
        return [*changed, head[:-1] + tail[:1] + head[-1:] + tail[1:]][kind]

    return _changed(texts, share, random, mistype)


def digits(texts: Array, share: float, random: Generator) -> Array:
    """Mistype a digit, or a letter, of some texts such as a postcode."""

    def mistype(text: str) -> str:
        at = int(random.integers(len(text))) if text else 0
        new = str(random.integers(10)) if text[at : at + 1].isdigit() else text[at : at + 1]
        return text[:at] + new + text[at + 1 :]

    return _changed(texts, share, random, mistype)


def replaced(
    texts: Array, share: float, random: Generator, others: Mapping[str, Sequence[str]]
) -> Array:
    """Put one of the other forms in the place of some of the texts that have them."""

    def replace(text: str) -> str:
        forms = others.get(text, ())
        return forms[int(random.integers(len(forms)))] if forms else text

    return _changed(texts, share, random, replace)


def respelt(texts: Array, share: float, random: Generator) -> Array:
    """Spell some names another way: without accents, apostrophe or hyphen, Mac as Mc.

    >>> names = np.array(["O'Neill", "MacDonald", "Zoë", "Smith"], object)
    >>> [str(name) for name in respelt(names, 1.0, np.random.default_rng(0))]
    ['ONeill', 'McDonald', 'Zoe', 'Smith']
    """

    def respell(text: str) -> str:
        plain = without_accents(text)
        if plain.startswith("O'"):
            return plain.replace("'", "’ "[random.integers(2)] if random.integers(2) else "")
        for prefix, other in (("Mac", "Mc"), ("Mc", "Mac")):
            if plain.startswith(prefix) and plain[len(prefix) :][:1].isupper():
                return other + (" " if random.integers(4) == 0 else "") + plain[len(prefix) :]
        return plain.replace("-", " ")

    return _changed(texts, share, random, respell)


def without_accents(text: str) -> str:
    """Return a text in plain Latin letters.

    >>> without_accents("Łukasz Siân")
    'Lukasz Sian'
    """
    plain = text.translate(str.maketrans("łŁ", "lL"))
    return "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))


def in_capitals(texts: Array, share: float, random: Generator) -> Array:
    """Write some texts in capitals."""
    return _changed(texts, share, random, str.upper)


def left_out(values: Array, share: float, random: Generator) -> Array:
    """Leave some values out."""
    missing = np.datetime64("NaT") if values.dtype.kind == "M" else ""
    changed = values.copy()
    changed[random.uniform(size=len(values)) < share] = missing
    return changed


def day_for_month(days: Array, share: float, random: Generator) -> Array:
    """Write some dates with day and month in the place of each other.

    >>> day_for_month(np.array(["2012-03-09"], "M8[D]"), 1.0, np.random.default_rng(0))
    array(['2012-09-03'], dtype='datetime64[D]')
    """
    year, month, day = _parts(days)
    chosen = (random.uniform(size=len(days)) < share) & (day <= _LAST_OF_BOTH)
    return np.where(chosen, _date(year, day, month), days)


def mistyped_date(days: Array, share: float, random: Generator) -> Array:
    """Write some dates with another day, month or year."""
    year, month, day = _parts(days)
    kind = random.integers(3, size=len(days))
    chosen = random.uniform(size=len(days)) < share
    other_day = np.where(day > 9, day - 9, day + 1)  # noqa: PLR2004 (the other ten)
    other_month = np.where(month > 1, month - 1, month + 1)
    year = year + np.where(chosen & (kind == 0), random.choice([-10, -1, 1], len(days)), 0)
    month = np.where(chosen & (kind == 1), other_month, month)
    day = np.where(chosen & (kind == 2), other_day, day)  # noqa: PLR2004 (three kinds)
    return np.where(chosen, _date(year, month, day), days)


def _parts(days: Array) -> tuple[Array, Array, Array]:
    months = days.astype("M8[M]")
    year = days.astype("M8[Y]").astype(int) + 1970
    return year, months.astype(int) % 12 + 1, (days - months.astype("M8[D]")).astype(int) + 1


def _date(year: Array, month: Array, day: Array) -> Array:
    months = ((year - 1970) * 12 + month - 1).astype("M8[M]")
    last = (months + 1).astype("M8[D]") - np.timedelta64(1, "D")
    found: Array = np.minimum(months.astype("M8[D]") + (day - 1), last)
    return found


def _changed(texts: Array, share: float, random: Generator, change: Callable[[str], str]) -> Array:
    changed = texts.copy()
    for row in np.flatnonzero(random.uniform(size=len(texts)) < share).tolist():
        changed[row] = change(texts[row])
    return changed
