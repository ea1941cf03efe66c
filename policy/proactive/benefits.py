"""What a statute book's people are looked at for, and what a night needs of the book for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from policy.book import StatuteBook
    from policy.ledger.ledger import Ledger, Run
    from policy.registers.linking.review import Answers
    from policy.registers.reading import Registers

    #: The columns that are read, by table.
    Fields: TypeAlias = Mapping[str, Sequence[str]]
    #: Files beside the decisions of a night, by name.
    Papers: TypeAlias = Mapping[str, pa.Table | str]


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
        read: what is read in it, by table: how many entries there are, how many are new.
        last: the last run before it, or None.
        review: what persons said of uncertain links between registers, or None.
        opened: the first month for which something was decided.
        months: the months looked at, the earliest first.
        everyone: those months in which everybody is looked at, not only who is touched.

    """

    day: str
    since: str
    read: Mapping[str, Any] = field(default_factory=dict)
    last: Run | None = None
    review: Answers | None = None
    opened: str = ""
    months: tuple[str, ...] = ()
    everyone: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Decided:
    """What is decided in a night.

    Attributes:
        decisions: the columns of :data:`policy.ledger.rows.SAID`.
        inputs: the facts they rest on: columns ``digest`` and ``facts``.
        papers: what is written beside them.

    """

    decisions: pa.Table
    inputs: pa.Table
    papers: Papers = field(default_factory=dict)


class Service(Protocol):
    """The proactive service of a book."""

    @property
    def consents(self) -> Sequence[str]:
        """The consents by which columns are read that have no basis in law."""

    def fields(self, book: StatuteBook, day: str) -> Fields:
        """Return the columns that may and have to be read, by table."""

    def decide(
        self,
        book: StatuteBook,
        registers: Registers,
        ledger: Ledger,
        night: Night,
        fields: Fields,
    ) -> Decided:
        """Decide what follows from what is new in a night."""

    def papers(
        self,
        book: StatuteBook,
        registers: Registers,
        ledger: Ledger,
        night: Night,
        fields: Fields,
    ) -> Papers:
        """Return what is written beside the decisions of a night that is in the ledger already."""


class Assembly(Protocol):
    """How people are put together from a book's registers, for benefits paid by the month.

    What they answer stands in the register ``board/answers``. It works in temporary tables of the
    registers' own DuckDB connection:

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
        ``acceptances``, ``accepted``, ``claims``, ``voided`` and ``said``.
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
