"""What changed when, and what was known of a number when."""

from __future__ import annotations

import datetime
import hashlib
from typing import TYPE_CHECKING, Any

from policy.legislation.reforms.known import known_reforms
from policy.legislation.units import shown
from policy.legislation.variable import day_after, enacted_of
from policy.site.model import Change, Known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policy.book import StatuteBook
    from policy.legislation.parameters import Parameter, Value
    from policy.legislation.reforms.reform import Reform
    from policy.site.model import Number
    from policy.site.uses import Uses

#: The day OpenFisca gives to a formula that always held.
ALWAYS = "0001-01-01"


def text_of(value: Any, unit: str = "") -> str:
    """Write a value of the law in words.

    >>> text_of(450, "EUR/month"), text_of(None, "EUR"), text_of(["2024-01-01"], "date")
    ('450.00 EUR/month', 'not known', '2024-01-01')
    """
    if value is None:
        return "not known"
    if isinstance(value, list | tuple):
        return ", ".join(text_of(each, unit) for each in value)
    return shown(value, unit)


class Knowledge:
    """The law of a book as known on each day on which that changed."""

    def __init__(self, book: StatuteBook, kept: dict[Any, Any]) -> None:
        self.book = book
        self.kept = kept
        found = hashlib.sha256()
        for path in sorted(book.sources.parameters.rglob("*.*")):
            if path.suffix in {".yaml", ".py"}:
                found.update(path.read_bytes())
        self.digest = found.hexdigest()

    def _as_known_on(self, day: str) -> tuple[Mapping[str, Parameter], list[Reform]]:
        key = (self.book.name, self.digest, day)
        if key not in self.kept:
            law = self.book.as_known_on(day)
            self.kept[key] = (dict(law.parameters), known_reforms(self.book, day))
        found: tuple[Mapping[str, Parameter], list[Reform]] = self.kept[key]
        return found

    def of(self, parameter: Parameter, touching: Iterable[Reform]) -> tuple[Known, ...]:
        """Return what was known of a parameter when; nothing where no later act has a date."""
        names = {each.name for each in touching}
        days = {value.enacted for value in parameter.values if value.enacted}
        for reform in touching:
            days.update(day for day in (reform.enacted, reform.repealed) if day)
        found: list[Known] = []
        for day in sorted(days):
            parameters, reforms = self._as_known_on(day)
            known = parameters.get(parameter.name)
            planned = tuple(each.name for each in reforms if each.name in names)
            values = tuple(known.values) if known else ()
            if found and (found[-1].values, found[-1].planned) == (values, planned):
                continue
            if found:
                before = datetime.date.fromisoformat(day) - datetime.timedelta(days=1)
                last = found[-1]
                found[-1] = Known(last.first, before.isoformat(), last.values, last.planned)
            found.append(Known(day, "", values, planned))
        return tuple(found)


def changes_of_number(book: StatuteBook, number: Number, uses: Uses) -> Iterator[Change]:
    """Yield the changes of a parameter, or of a schedule as a whole, since the book covers it."""
    for start in number.starts:
        if start <= book.covers_from:
            continue
        parts = [part for part in number.parts if any(v.start == start for v in part.values)]
        first = next(value for value in parts[0].values if value.start == start)
        before, after = _told(number, parts, start)
        if before == after:
            continue
        yield Change(
            date=start,
            enacted=first.enacted,
            kind="parameter",
            name=number.name,
            label=number.label,
            before=before,
            after=after,
            whom=_whom(book, uses.used_by.get(number.name, ())),
            outputs=_outputs(book, uses, number.name),
            references=first.references,
        )


def _told(number: Number, parts: list[Parameter], start: str) -> tuple[str, str]:
    if not number.brackets:
        earlier: Value | None = None
        for value in parts[0].values:
            if value.start == start:
                unit = parts[0].unit
                return (
                    text_of(earlier.value, unit) if earlier else "",
                    text_of(value.value, unit),
                )
            earlier = value
    count = f"{len(parts)} of its numbers change" if len(parts) > 1 else "one number changes"
    began = all(part.values[0].start == start for part in number.parts)
    return ("", "a new schedule") if began else ("schedule", f"schedule: {count}")


def changes_of_variable(book: StatuteBook, name: str, uses: Uses) -> Iterator[Change]:
    """Yield the days from which a variable is worked out otherwise, or no more."""
    variable = book.variable(name)
    enacted = enacted_of(variable)
    days = [
        (day, "" if number == 0 else "another rule", "a new rule")
        for number, day in enumerate(sorted(variable.formulas))
        if day != ALWAYS and day > book.covers_from
    ]
    if variable.end:
        days.append((day_after(variable.end), "in force", "ended"))
    for day, before, after in days:
        yield Change(
            date=str(day),
            enacted=enacted.get(day, ""),
            kind="variable",
            name=name,
            label=str(variable.label or name),
            before=before,
            after=after,
            whom=_whom(book, (name,)),
            outputs=_outputs(book, uses, name),
            references=(),
        )


def _whom(book: StatuteBook, variables: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({str(book.variable(name).entity.plural) for name in variables}))


def _outputs(book: StatuteBook, uses: Uses, name: str) -> tuple[str, ...]:
    listed = [str(each) for each in book.metadata.get("outputs", [])]
    users = uses.before(name) | {name}
    reached = tuple(each for each in listed if each in users)
    parts = tuple(each for each in reached if each != book.total)
    return parts or reached
