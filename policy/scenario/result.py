"""Results: the law's answers, with what was assumed and which law was used."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.errors import PolicyError, Problem, did_you_mean
from policy.legislation.legislation import section_of
from policy.legislation.openfisca import periods
from policy.legislation.times import is_made_of, parts_of
from policy.scenario.answers import answers
from policy.scenario.cases import cases_of
from policy.scenario.writing import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray
    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Array
    from policy.scenario.answers import Question
    from policy.scenario.assumptions import Assumption
    from policy.scenario.cases import Cases
    from policy.scenario.situation import Scenario

#: A single answer: an amount, a count, a yes or no, a date, a text or an enum member's name.
Scalar = float | int | bool | str | datetime.date


@dataclass(frozen=True)
class Row:
    """One answer as a line of a table."""

    entity: str
    id: str
    variable: str
    label: str
    period: str
    value: Scalar
    unit: str
    section: str
    reference: str


class Answers(
    dict[str, "tuple[NDArray[Any], Sequence[int], Sequence[str], Callable[[int], Scalar]]"]
):
    """Answers about scenarios side by side.

    By the name of each variable: an array of all its answers, where those about each scenario
    begin, the ids that they are of, and what returns one as a Python value.
    """

    def __init__(self, law: Legislation, cases: Cases, arrays: Mapping[str, NDArray[Any]]) -> None:
        super().__init__()
        self.law = law
        self.cases = cases
        self.arrays = arrays

    def __missing__(self, name: str) -> Any:
        """Make ready what is asked for."""
        array, variable = self.arrays[name], self.law.variable(name)
        key = variable.entity.key
        found = array, self.cases.first[key], self.cases.people.ids[key], reader(variable, array)
        self[name] = found
        return found


class Arrays(Mapping[str, "NDArray[Any]"]):
    """The answers about one scenario: of each variable an array over the entity's instances."""

    __slots__ = ("answers", "number")

    def __init__(self, answers: Answers, number: int) -> None:
        self.answers = answers
        self.number = number

    def __getitem__(self, name: str) -> NDArray[Any]:
        found, number = self.answers[name], self.number
        first = found[1]
        return found[0][first[number] : first[number + 1]]

    def __iter__(self) -> Iterator[str]:
        return iter(self.answers.arrays)

    def __len__(self) -> int:
        return len(self.answers.arrays)

    def __repr__(self) -> str:
        return repr(dict(self))


@dataclass(eq=False)
class Result:
    """What the law gives in a scenario.

    Attributes:
        law: the statute book.
        period: the period asked for.
        arrays: the answer of each requested variable, an array over the entity's instances.
        not_known: variables of the book's own list that have no answer: a value of the law that
            they need is not known.

    """

    law: Legislation
    period: Period
    arrays: Arrays
    not_known: tuple[str, ...] = ()

    @cached_property
    def scenario(self) -> Scenario:
        """What was asked."""
        return self.arrays.answers.cases.scenario(self.arrays.number)

    @property
    def law_version(self) -> str:
        """Which text of law and which library gave the answer."""
        return self.law.version

    def value(self, variable: str, instance: str | None = None) -> Scalar:
        """Return one answer.

        Args:
            variable: a requested variable.
            instance: the id of the person or group; may be left out when there is only one.

        Raises:
            PolicyError: the variable was not requested, or there is no such instance.

        """
        try:
            _, first, ids, read = self.arrays.answers[variable]
        except (KeyError, TypeError):  # (a name that is no text may be one that has no hash)
            raise PolicyError(
                Problem(
                    f"'{variable}' is not among the results",
                    remedy=did_you_mean(variable, self.arrays, kind="results"),
                )
            ) from None
        start, stop = first[self.arrays.number], first[self.arrays.number + 1]
        if instance is None and stop - start == 1:
            return read(start)
        if instance in ids[start:stop]:
            return read(ids.index(instance, start, stop))
        asked = "an id is needed" if instance is None else f"'{instance}' is not an id"
        plural = self.law.variable(variable).entity.plural
        raise PolicyError(
            Problem(
                f"{asked} of the {plural}",
                remedy=did_you_mean(instance or "", ids[start:stop], kind=plural),
            )
        )

    def rows(self) -> list[Row]:
        """Return the answers as lines of a table, by variable in the order requested."""
        lines = []
        for name in self.arrays:
            variable = self.law.variable(name)
            references = variable.reference or [""]
            for index, instance in enumerate(self.scenario.situation.ids[variable.entity.key]):
                lines.append(
                    Row(
                        entity=variable.entity.key,
                        id=instance,
                        variable=name,
                        label=variable.label or name,
                        period=str(self.period),
                        value=self._scalar(name, index),
                        unit=variable.unit or "",
                        section=section_of(variable),
                        reference=references[0],
                    )
                )
        return lines

    @cached_property
    def months(self) -> tuple[Result, ...]:
        """The same answers for each month of a longer period.

        Raises:
            PolicyError: the period is not made of months, or an answer is not by the month.

        """
        if not is_made_of(periods.DateUnit.MONTH, self.period):
            raise PolicyError(
                Problem(f"{self.period} is not made of months", remedy="ask for a year or a month")
            )
        months = parts_of(self.period, periods.DateUnit.MONTH)
        found = self._answers((name, month) for name in self.arrays for month in months)
        alone = cases_of(self.law, [self.scenario])
        by_month = (
            Answers(self.law, alone, {name: found[name, month] for name in self.arrays})
            for month in months
        )
        return tuple(
            replace(self, period=month, arrays=Arrays(answers, 0))
            for month, answers in zip(months, by_month, strict=True)
        )

    @cached_property
    def assumptions(self) -> tuple[Assumption, ...]:
        """Facts that were not given and made a difference to the answer, with the value assumed."""
        from policy.scenario.assumptions import assumptions_of  # noqa: PLC0415 (for a quick start)

        return assumptions_of(self.law, self.scenario.situation, tuple(self.arrays), self.period)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know about the facts given and the law used."""
        return (
            *self._reformed(),
            *self._as_known(),
            *self._lacking(),
            *self._weak(),
            *self._doubts(),
            *self._replaced(),
            *self._unused(),
            *self._newer_than_the_law(),
        )

    def _reformed(self) -> Iterator[str]:
        """Say which reforms the law has."""
        if self.law.reforms:
            titles = "; ".join(each.title for each in self.law.reforms)
            yield f"The law with reforms laid over it: {titles}."

    def _as_known(self) -> Iterator[str]:
        """Say as of when the law is known, and what does not say when it was enacted."""
        if not self.law.known_on:
            return
        from policy.scenario.known_values import undated_of  # noqa: PLC0415 (for a quick start)

        known = f"The law as it was known on {self.law.known_on}."
        later, undated = undated_of(self.law, self.scenario.situation, self.arrays, self.period)
        if later:
            known += (
                f" In force only later, without a date of enactment, and taken as known:"
                f" {', '.join(later)}."
            )
        if undated:
            known += f" {undated} other values that were read have no date of enactment."
        yield known

    def _lacking(self) -> Iterator[str]:
        """Say which answers of the book's own list there are not."""
        if self.not_known:
            labels = [self.law.variable(name).label or name for name in self.not_known]
            yet = ", or no act had set it yet" if self.law.known_on else ""
            yield (
                f"Not known for {self.period}: {', '.join(labels)}. A value of the law that is"
                f" needed was found in no source{yet}."
            )

    def _weak(self) -> Iterator[str]:
        """Say which values that the answers rest on no law or official page gives."""
        from policy.scenario.weak_values import weak_values_of  # noqa: PLC0415 (for a quick start)

        weak = weak_values_of(self.law, self.scenario.situation, self.arrays, self.period)
        if weak:
            values = "; ".join(f"{each.label} ({each.source})" for each in weak)
            yield f"Rests on values that no law or official page gives: {values}."

    def _doubts(self) -> Iterator[str]:
        """Say which facts can hardly be: the book's doubts, of a long period at its end."""
        asked = {}
        for name in self.law.doubts:
            unit = self.law.variable(name).definition_period
            longer = is_made_of(unit, self.period)
            asked[name] = parts_of(self.period, unit)[-1] if longer else self.period
        for (name, _), found in self._answers(asked.items()).items():
            variable = self.law.variable(name)
            ids = self.scenario.situation.ids[variable.entity.key]
            some = [ids[index] for index in np.flatnonzero(found)]
            if some:
                yield f"{variable.label} ({', '.join(some)}). {variable.documentation}"

    def _replaced(self) -> Iterator[str]:
        """Say which answers are those that the scenario gives, in place of the law's."""
        for name in self.arrays:
            variable = self.law.variable(name)
            ids = self.scenario.situation.ids[variable.entity.key]
            given = {
                ids[row]
                for (given, _), values in self.scenario.situation.facts.items()
                if given == name and variable.formulas
                for row in values
            }
            if given:
                yield (
                    f"{variable.label or name} of {', '.join(sorted(given))} is what the scenario"
                    " gives, not what the law does."
                )

    def _unused(self) -> Iterator[str]:
        """Say which facts given no answer reads."""
        from policy.scenario.unused import unused_of  # noqa: PLC0415 (for a quick start)

        asked = (*self.arrays, *self.not_known)
        unused = unused_of(self.law, self.scenario.situation, asked, self.period)
        if unused:
            yield f"Given, but not used by these answers: {'; '.join(map(str, unused))}."

    def _newer_than_the_law(self) -> Iterator[str]:
        said = self.law.read_before(str(self.period.stop))
        if said:
            yield said

    def _answers(self, questions: Iterable[Question]) -> dict[Question, Array]:
        """Answer more questions about the same scenario."""
        alone = cases_of(self.law, [self.scenario])
        return answers(self.law, alone.people, alone.facts, questions)

    def to_dict(self, *, monthly: bool = False) -> dict[str, Any]:
        """Return plain data ready for JSON: answers by entity, id, variable and period.

        Args:
            monthly: also give the answers for each month of the period.

        """
        values: dict[str, Any] = {}
        results = (self, *(self.months if monthly else ()))
        for name in self.arrays:
            entity = self.law.variable(name).entity
            for index, instance in enumerate(self.scenario.situation.ids[entity.key]):
                by_name = values.setdefault(entity.plural, {}).setdefault(instance, {})
                by_name[name] = {
                    str(each.period): plain(each._scalar(name, index)) for each in results
                }
        return {
            "book": self.law.name,
            "name": self.scenario.name,
            "period": str(self.period),
            "law_version": self.law_version,
            "reforms": [each.title for each in self.law.reforms],
            "as_known_on": self.law.known_on,
            **values,
            "assumptions": [assumption.to_dict() for assumption in self.assumptions],
            "notes": list(self.notes),
        }

    def _scalar(self, name: str, index: int) -> Scalar:
        return scalar(self.law.variable(name), self.arrays[name], index)


def scalar(variable: Any, array: NDArray[Any], index: int) -> Scalar:
    """Return one element of an answer as a Python value; an enum member by its name."""
    return reader(variable, array)(index)


def reader(variable: Any, array: NDArray[Any]) -> Callable[[int], Scalar]:
    """Return what reads one element of an answer as a Python value; an enum member by its name."""
    item: Callable[[int], Any] = np.asarray(array).item
    if hasattr(variable, "possible_values"):
        members = list(variable.possible_values)
        return lambda index: str(members[item(index)].name)
    return (lambda index: item(index).decode()) if array.dtype.kind == "S" else item
