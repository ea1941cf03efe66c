"""A column of a table as the law holds its values, and what is wrong with some of them.

Values are looked at in bulk. Those that might be wrong are looked at one by one, as those of the
rows of ``policy calculate TABLE`` are, which also says what to do about them.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from policy.legislation.variable import limits_of
from policy.population.rows import value_of_cell
from policy.scenario.columns import blank
from policy.scenario.values import BadValueError, cannot_be_negative, divides, share

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from policy.legislation.people import Array

_INT32 = np.iinfo(np.int32)
#: The largest range of whole numbers that a double holds exactly.
_EXACT = 2**53
#: Text that is a whole number, and any number; no more than that is read as one.
_WHOLE, _NUMBER = r"^[-+]?[0-9]+$", r"^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"
_FIRST_DAY, _LAST_DAY = np.datetime64("0001-01-01"), np.datetime64("9999-12-31")


@dataclass
class Values:
    """The values of a column.

    Attributes:
        values: as the variable holds them; its default where none is given.
        given: where one is given; None if everywhere.
        wrong: by row, the cell that is wrong and what is wrong with it.

    """

    values: Array
    given: NDArray[np.bool_] | None = None
    wrong: dict[int, tuple[str, BadValueError]] = field(default_factory=dict)


def is_text(kind: Any) -> bool:
    """Tell whether a type of Arrow is one of text."""
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def refuse_kind(variable: Any, kind: Any) -> None:
    """Refuse a column of a type that can hold no value of a variable.

    Raises:
        BadValueError: it is of such a type.

    """
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    if is_text(inner) or pa.types.is_null(inner):
        return
    if variable.value_type is float and inner in (pa.float16(), pa.float32()):
        message = f"{inner} has lost cents above 167,772"
        raise BadValueError(message, "give float64 from the source on")
    name, fits = _KINDS.get(variable.value_type, _TEXTS)
    if not fits(inner):
        raise BadValueError(f"expected {name}, got a column of {kind}", f"write {name}")


def read_column(variable: Any, column: Any, parts: int = 1) -> Values:
    """Read a column of Arrow's as the values of a variable.

    Args:
        variable: the variable.
        column: an array, or one in chunks.
        parts: over how many periods an amount is divided.

    """
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_null(array.type):
        array = array.cast(pa.string())
    numbers = variable.value_type in (int, float)
    if numbers and is_text(array.type):
        found = _numbers_in_text(variable, array)
    elif is_text(array.type) or pa.types.is_dictionary(array.type):
        found = _by_distinct(variable, array)
    else:
        found = _READERS[variable.value_type](variable, array)
    if variable.formulas and found.given is not None:
        remedy = "give it for all or none"
        empty = BadValueError("the law computes it, and the cell is empty", remedy)
        for row in np.flatnonzero(~found.given).tolist():
            found.wrong.setdefault(row, ("", empty))
    if parts > 1 and divides(variable):
        _divide(variable, found, parts)
    return found


def _by_distinct(variable: Any, array: Any) -> Values:
    """Read each distinct value once."""
    coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    cells = coded.dictionary.to_pylist()
    known = blank(variable, len(cells) + 1)
    empty = np.zeros(len(cells) + 1, dtype=bool)
    empty[-1] = True
    bad: dict[int, tuple[str, BadValueError]] = {}
    enumerated = hasattr(variable, "possible_values")
    for place, cell in enumerate(cells):
        try:
            value = value_of_cell(variable, _stripped(cell))
        except BadValueError as error:
            bad[place] = str(cell), error
            continue
        if value is None:
            empty[place] = True
        else:
            known[place] = value.index if enumerated else value
    codes = _filled(coded.indices.cast(pa.int64()), len(cells))
    found = Values(known[codes])
    if empty[codes].any():
        found.given = ~empty[codes]
    if bad:
        rows = np.flatnonzero(np.isin(codes, list(bad)))
        found.wrong = {row: bad[code] for row, code in zip(rows.tolist(), codes[rows], strict=True)}
    return found


def _stripped(cell: Any) -> Any:
    """Return a cell as it is read; None where nothing is in it."""
    if isinstance(cell, str):
        cell = cell.strip()
    return None if cell == "" else cell


def _filled(array: Any, value: Any) -> Array:
    """Return an array with a value in the place of nothing."""
    full = pc.fill_null(array, pa.scalar(value, array.type)) if array.null_count else array
    found: Array = full.to_numpy(zero_copy_only=False)
    return found


def _numbers_in_text(variable: Any, array: Any) -> Values:
    texts = pc.utf8_trim_whitespace(array)
    texts = pc.if_else(pc.equal(texts, ""), None, texts)
    plain = pc.match_substring_regex(texts, _WHOLE if variable.value_type is int else _NUMBER)
    odd = np.asarray(pc.fill_null(pc.invert(plain), False))
    numbers = pc.cast(pc.if_else(plain, texts, "0"), pa.float64())
    return _numbers(variable, numbers, array, odd)


def _numbers(
    variable: Any, array: Any, cells: Any = None, odd: NDArray[np.bool_] | None = None
) -> Values:
    """Read numbers; amounts as float64.

    Args:
        variable: the variable.
        array: the numbers, of any type.
        cells: what they were read from, if that was something else.
        odd: what is no number.

    """
    cells = array if cells is None else cells
    if pa.types.is_decimal(array.type):
        array = array.cast(pa.float64(), safe=False)
    values = _filled(array, variable.default_value)
    odd = _odd_numbers(variable, values) | (False if odd is None else odd)
    if cells is not array:  # (whole numbers that a double does not hold exactly)
        odd |= np.abs(values) >= _EXACT
    given = np.asarray(array.is_valid()) if array.null_count else None
    if given is not None:
        odd &= given
    found = Values(values, given)
    if odd.any():
        _look(variable, cells, odd, found)
    found.values = found.values.astype(variable.dtype, copy=False)
    return found


def _odd_numbers(variable: Any, values: Array) -> NDArray[np.bool_]:
    """Tell which numbers might be wrong."""
    least, most = limits_of(variable)
    whole = variable.value_type is int
    lowest = 0 if cannot_be_negative(variable) else (_INT32.min if whole else -np.inf)
    highest = _INT32.max if whole else (np.inf if values.dtype.kind == "f" else _EXACT)
    lowest = lowest if least is None else max(lowest, least)
    highest = highest if most is None else min(highest, most)
    if not whole and values.dtype.kind == "i":
        lowest = max(lowest, -_EXACT)
    odd = (values < lowest) | (values > highest)
    if values.dtype.kind == "f":
        odd |= ~np.isfinite(values)
    if values.dtype.kind == "f" and whole:
        odd |= np.trunc(values) != values
    return odd


def _booleans(variable: Any, array: Any) -> Values:
    given = np.asarray(array.is_valid()) if array.null_count else None
    return Values(_filled(array, variable.default_value), given)


def _dates(variable: Any, array: Any) -> Values:
    given = np.asarray(array.is_valid()) if array.null_count else None
    moments = array.to_numpy(zero_copy_only=False)
    days = moments.astype("M8[D]")
    found = Values(days, given)
    least, most = limits_of(variable)
    lowest = _FIRST_DAY if least is None else np.datetime64(least)
    highest = _LAST_DAY if most is None else np.datetime64(most)
    odd = (days < lowest) | (days > highest) | (days != moments)
    if given is not None:
        odd &= given
        days[~given] = variable.default_value
    if odd.any():
        _look(variable, array, odd, found)
    return found


def _look(variable: Any, cells: Any, odd: NDArray[np.bool_], found: Values) -> None:
    """Look at odd values one by one: keep those that are right after all, note the others."""
    rows = np.flatnonzero(odd)
    values = np.array(found.values)
    known: dict[Any, Any] = {}
    for row, cell in zip(rows.tolist(), _cells(cells.take(pa.array(rows))), strict=True):
        if cell not in known:
            try:
                known[cell] = value_of_cell(variable, _stripped(cell))
            except BadValueError as error:
                known[cell] = error
        value = known[cell]
        if isinstance(value, BadValueError):
            found.wrong[row] = str(cell), value
            value = variable.default_value
        values[row] = value
    found.values = values


def _cells(array: Any) -> list[Any]:
    """Return values of Python's; text of what it has no value for, such as the year 12000."""
    try:
        cells: list[Any] = array.to_pylist()
    except (ValueError, OverflowError):
        cells = array.cast(pa.string()).to_pylist()
    return cells


def _divide(variable: Any, found: Values, parts: int) -> None:
    """Divide values over periods; a whole number that does not divide is wrong."""
    if variable.value_type is int:
        for row in np.flatnonzero(found.values % parts).tolist():
            try:
                share(variable, found.values[row], parts)
            except BadValueError as error:
                found.wrong.setdefault(row, (str(found.values[row]), error))
        found.values = found.values // parts
    else:
        found.values = share(variable, found.values, parts)


def _is_whole(kind: Any) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _is_number(kind: Any) -> bool:
    return bool(_is_whole(kind) or pa.types.is_decimal(kind))


def _is_day(kind: Any) -> bool:
    return bool(pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is None))


#: What values are called, and the types of Arrow that hold them, by the type of the variable.
_KINDS: dict[type, tuple[str, Callable[[Any], bool]]] = {
    float: ("numbers", _is_number),
    int: ("whole numbers", _is_whole),
    bool: ("true or false", pa.types.is_boolean),
    datetime.date: ("dates", _is_day),
}
_TEXTS: tuple[str, Callable[[Any], bool]] = ("texts", is_text)
_READERS: dict[type, Callable[..., Values]] = {
    float: _numbers,
    int: _numbers,
    bool: _booleans,
    datetime.date: _dates,
}
