"""What parameter files say: values over time, schedules, units, labels, acts."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from policy.errors import Problem, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policy.legislation.checks.draft import Draft, Entry


def order(draft: Draft) -> Iterator[Problem]:
    """Report values that do not stand in the order of their dates."""
    for entry in draft.entries:
        for path, values in entry.histories:
            for before, date in pairwise(values):
                if date < before:
                    yield entry.document.problem(
                        (*path, date),
                        f"the value from {date} stands after that from {before}",
                        "write the oldest value first",
                        "order",
                    )


def gaps(draft: Draft) -> Iterator[Problem]:
    """Report times without a value that no documentation explains."""
    for entry in draft.entries:
        for path, values in entry.histories:
            dates = sorted(values)
            if values[dates[0]]["value"] is None:
                yield entry.document.problem(
                    (*path, dates[0], "value"),
                    "the first value is null, as is all time before it",
                    "remove it",
                    "gap",
                )
            for date, following in pairwise(dates):
                if values[date]["value"] is None and not entry.data.get("documentation"):
                    yield entry.document.problem(
                        (*path, date, "value"),
                        f"there is no value from {date} until {following}, and nothing says why",
                        "give the value, or explain the gap under 'documentation'",
                        "gap",
                    )


def needless(draft: Draft) -> Iterator[Problem]:
    """Report values that repeat the one before, with nothing new about them."""
    for entry in draft.entries:
        for path, values in entry.histories:
            for before, date in pairwise(sorted(values)):
                if values[before] == values[date]:
                    yield entry.document.problem(
                        (*path, date),
                        f"the value from {date} and its source are those from {before}",
                        "remove it, or correct it",
                        "needless-value",
                    )


def enacted(draft: Draft) -> Iterator[Problem]:
    """Report acts passed after the law was read."""
    read = draft.metadata.get("law_read_on", "")
    for entry in draft.entries:
        for path, values in entry.histories:
            for date, value in values.items():
                day = value.get("metadata", entry.metadata).get("enacted", "")
                if read and day > read:
                    yield entry.document.problem(
                        (*path, date, "metadata", "enacted"),
                        f"enacted on {day}, after the law was read on {read}",
                        "correct it, or 'law_read_on' in the book's index.yaml",
                        "enacted",
                    )


def schedules(draft: Draft) -> Iterator[Problem]:
    """Report brackets that come or go in part, and thresholds that do not rise."""
    for entry in draft.entries:
        if "brackets" in entry.data:
            yield from _parts(entry)
            yield from _thresholds(entry)


def _parts(entry: Entry) -> Iterator[Problem]:
    for number, bracket in enumerate(entry.data["brackets"]):
        spans = {part: _spans(values) for part, values in bracket.items()}
        for part, days in spans.items():
            if days != spans["threshold"]:
                yield entry.problem(
                    ("brackets", number, part),
                    f"the {part} is in force {_shown(days)}, its threshold"
                    f" {_shown(spans['threshold'])}",
                    "let the parts of a bracket begin and end on the same days",
                    "bracket-parts",
                )


def _spans(values: dict[str, Any]) -> tuple[str, ...]:
    """Return the days on which a history begins, ends, and so on by turns."""
    known = [values[date]["value"] is not None for date in sorted(values)]
    changes = zip(sorted(values), known, [False, *known], strict=False)
    return tuple(date for date, now, before in changes if now != before)


def _shown(days: tuple[str, ...]) -> str:
    words = ("from", "to")
    return " ".join(f"{words[number % 2]} {day}" for number, day in enumerate(days))


def _thresholds(entry: Entry) -> Iterator[Problem]:
    """Compare the thresholds of neighbours on each day on which one changes."""
    histories = [bracket["threshold"] for bracket in entry.data["brackets"]]
    seen = set()
    for day in sorted({date for values in histories for date in values}):
        in_force = [
            (n, value) for n, h in enumerate(histories) if (value := _at(h, day)) is not None
        ]
        for (_, lower), (number, upper) in pairwise(in_force):
            if upper > lower or (number, upper == lower) in seen:
                continue
            seen.add((number, upper == lower))
            same = upper == lower
            yield entry.problem(
                ("brackets", number, "threshold"),
                f"from {day} the threshold {upper} is {'that of' if same else 'below'} the bracket"
                f" before{'' if same else f', {lower}'}",
                "the rates of two brackets with one threshold would be added: keep one"
                if same
                else "write the brackets by rising threshold",
                "duplicate-threshold" if same else "threshold-order",
            )


def _at(values: dict[str, Any], day: str) -> Any:
    started = [date for date in sorted(values) if date <= day]
    return values[started[-1]]["value"] if started else None


def currency(draft: Draft) -> Iterator[Problem]:
    """Report amounts in another currency than the book's."""
    own = draft.metadata.get("currency", "")
    for entry in draft.entries:
        for key, unit in entry.units.items():
            used = unit.split("/", maxsplit=1)[0]
            if used.isupper() and used != own:
                yield entry.problem(
                    ("metadata", key),
                    f"the unit {unit} is not in the book's currency, {own}",
                    f"write {unit.replace(used, own, 1)}, or correct the book's currency",
                    "unit",
                )


def labels(draft: Draft) -> Iterator[Problem]:
    """Report parameters that lack a label in a language of the book."""
    wanted = [f"label_{language}" for language in draft.metadata.get("languages", [])[1:]]
    for entry in draft.entries:
        for key in wanted:
            if key not in entry.metadata:
                yield entry.problem(
                    ("metadata",), f"'{key}' is missing", "add it: a short name", "label"
                )
        for key in entry.metadata:
            if key.startswith("label_") and key not in wanted:
                yield entry.problem(
                    ("metadata", key),
                    f"'{key}' is in none of the book's languages",
                    "remove it, or add the language in the book's index.yaml",
                    "label",
                )


def acts(draft: Draft) -> Iterator[Problem]:
    """Report sections of acts that the book does not list."""
    for entry in draft.entries:
        for wrong in unknown_acts(entry.metadata["section"], draft.metadata["acts"]):
            yield entry.problem(("metadata", "section"), *wrong, "act")


def unknown_acts(section: str, acts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield message and remedy for each part of a section that begins with no act of the book.

    >>> list(unknown_acts("PHS § 17; TLS § 63(1)", ["PHS", "TLS"]))
    []
    >>> list(unknown_acts("PHS", ["PHS", "TLS"]))
    []
    >>> list(unknown_acts("PSH § 17", ["PHS", "TLS"]))
    [("'PSH § 17' begins with no act of the book", "did you mean 'PHS'?")]
    """
    for part in section.split("; "):
        if not any(part == act or part.startswith(f"{act} ") for act in acts):
            word = part.split(" ", maxsplit=1)[0]
            yield (
                f"'{part}' begins with no act of the book",
                did_you_mean(word, acts, kind="acts in the book's index.yaml"),
            )
