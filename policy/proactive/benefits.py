"""What a statute book's people are looked at for, and what a night needs of the book for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from policy.book import StatuteBook
    from policy.registers.reading import Registers


@dataclass(frozen=True)
class Benefit:
    """A benefit that is decided on.

    Attributes:
        variable: the variable of the book: of a person, the subject; or of a family, whose subject
            is the person to whom it is paid.
        role: the role of its subject in a family.
        granted: whether the law grants it without application, where its conditions are met.
        resumed: whether it is paid again without application, where its conditions are met again.
        once: whether it is paid once.

    """

    variable: str
    role: str = "child"
    granted: bool = False
    resumed: bool = True
    once: bool = False


@dataclass(frozen=True)
class Night:
    """A night to be run.

    Attributes:
        day: the ISO day.
        since: that of the last run, or an empty string for the first.
        opened: the first month for which something was decided.
        months: the months looked at, the earliest first.
        everyone: those months in which everybody is looked at, not only who is touched.

    """

    day: str
    since: str
    opened: str = ""
    months: tuple[str, ...] = ()
    everyone: frozenset[str] = frozenset()


class Assembly(Protocol):
    """How the people of a book are put together from its registers: a file for each book.

    It works in temporary tables of the registers' own DuckDB connection:

    - ``touched (person, month, source, recorded_on)``: whom new entries are about, the first month
      that they can change, and where and when they were made;
    - ``scope (person)``: everybody who has to be known for them;
    - ``entitled (subject, person)``: who may answer for whom;
    - ``computed (subject, benefit, month, amount, recipient, unasked)``: what is due;
    - ``members (subject, role, month, family, first, second)``: everybody in the families looked
      at, and the adults who can be paid;
    - ``asked (subject, fact, month)``: facts that no register holds, and which change what is due;
    - ``facts (family, month, scenario)``: what was calculated with, as JSON.
    """

    @property
    def benefits(self) -> Sequence[Benefit]:
        """What is decided on."""

    def fields(self, book: StatuteBook, day: str) -> Mapping[str, Sequence[str]]:
        """Return the columns that may and have to be read, by table."""

    def touch(
        self,
        registers: Registers,
        night: Night,
        fields: Mapping[str, Sequence[str]],
        asking: pa.Table,
    ) -> None:
        """Find who is touched by what is new, or asks: ``touched`` and ``scope``."""

    def read(self, registers: Registers, night: Night, fields: Mapping[str, Sequence[str]]) -> None:
        """Read what is known on the day, of those in scope or of everybody; write ``entitled``."""

    def compute(self, book: StatuteBook, registers: Registers, night: Night) -> None:
        """Calculate what is due in the months of the night.

        It finds what was decided before in tables of :mod:`policy.proactive.deciding`: ``running``,
        ``accepted``, ``claims``, ``voided`` and ``said``.
        """

    def offers(
        self,
        book: StatuteBook,
        registers: Registers,
        night: Night,
        fields: Mapping[str, Sequence[str]],
    ) -> pa.Table:
        """Return what is offered by its day, not month by month.

        Columns ``subject, benefit, period_from, period_until, amounts, recipient, facts``. What is
        accepted of it is granted as it was offered.
        """

    def scenarios(self, registers: Registers) -> None:
        """Write the scenarios of ``wanted_facts (family, month)`` into ``facts``."""

    def answer_by(self, book: StatuteBook, day: str) -> str:
        """Return the last day of an answer to what is notified on a day."""

    def paid_until(self, book: StatuteBook, day: str) -> str:
        """Return the last month that is paid on a day."""
