"""The law that a scenario is about: with the reforms, or as known on the day, that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from policy.errors import PolicyError, did_you_mean
from policy.legislation.legislation import Legislation
from policy.legislation.parameters import iso_day
from policy.scenario.values import shown

if TYPE_CHECKING:
    from policy.documents import Document, KeyPath

Law = TypeVar("Law", bound=Legislation)

#: The keys of a scenario that name its law.
REFORMS, KNOWN_ON = "reforms", "as_known_on"


def law_of(law: Law, document: Document, path: KeyPath, data: Any) -> Law:
    """Return the law with the reforms, or as known on the day, that a scenario names.

    A scenario may come from anybody and must not run code: it can name the reforms that lie with
    the book, and no file.

    Raises:
        PolicyError: there is no such reform, or no such day.

    """
    if not isinstance(data, dict) or not (REFORMS in data or KNOWN_ON in data):
        return law
    from policy.legislation.reforms.overlay import overlaid  # noqa: PLC0415 (for a quick start)
    from policy.legislation.reforms.reform import own_reforms  # noqa: PLC0415 (for a quick start)

    names, day = data.get(REFORMS, []), data.get(KNOWN_ON, "")
    own = own_reforms(law)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise PolicyError(
            document.problem(
                (*path, REFORMS),
                f"expected a list of names of reforms, got {shown(names)}",
                "write them like: [name]",
            )
        )
    for number, name in enumerate(names):
        if name not in own:
            raise PolicyError(
                document.problem(
                    (*path, REFORMS, number),
                    f"the {law.name} book has no reform '{name}'",
                    did_you_mean(name, own, kind="reforms"),
                    "unknown-reform",
                )
            )
    try:
        known_on = iso_day(day) if KNOWN_ON in data else ""
    except PolicyError as error:
        message = error.problems[0].message
        raise PolicyError(
            document.problem((*path, KNOWN_ON), message, "write it like: 2023-03-01")
        ) from None
    return overlaid(law, names, known_on)
