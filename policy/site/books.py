"""A statute book made into what is published: a pure step, from law to plain data."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from policy.errors import PolicyError, Problem
from policy.legislation.catalogue import described, search
from policy.legislation.reforms.reform import own_reforms, read_reform
from policy.legislation.units import is_money
from policy.site.effects import effects
from policy.site.examples import Examples, cases_of, wrong
from policy.site.history import Knowledge, changes_of_number, changes_of_variable, text_of
from policy.site.model import (
    BENEFIT,
    FACT,
    STEP,
    Book,
    Change,
    Evidence,
    Number,
    Proposal,
    Provision,
    ReformChange,
    Thing,
)
from policy.site.sections import citations
from policy.site.tables import tables_in
from policy.site.uses import Uses, number_of
from policy.site.words import told
from policy.testing.merging import verdicts

if TYPE_CHECKING:
    from pathlib import Path

    from policy.book import StatuteBook
    from policy.legislation.parameters import Parameter
    from policy.legislation.reforms.reform import Reform
    from policy.site.sections import Citation

#: So many numbers are shown as what a benefit comes to today.
_HEADLINES = 12
#: So many examples are worked for a benefit, and for a step on the way.
_OF_BENEFIT, _OF_STEP = 3, 1


@dataclass
class Kept:
    """What was worked out for one version of a book and still holds for the next."""

    examples: dict[Any, Any] = field(default_factory=dict)
    tables: dict[Any, Any] = field(default_factory=dict)
    known: dict[Any, Any] = field(default_factory=dict)
    effects: dict[Any, Any] = field(default_factory=dict)
    pages: dict[Any, Any] = field(default_factory=dict)


def published(
    book: StatuteBook,
    docs: Path,
    evidence: dict[str, Any] | None = None,
    kept: Kept | None = None,
    *,
    tests: bool = True,
) -> Book:
    """Work out what a statute book publishes.

    Args:
        book: the statute book.
        docs: the folder of guides that lies beside it.
        evidence: what ``policy coverage --json`` and ``policy mutate --json`` printed, by command.
        kept: what was worked out before.
        tests: run all its scenario tests. Without them it is a draft, for a preview: it has one
            example of each variable, and a reform's effects are those first worked out.

    Raises:
        PolicyError: a scenario test fails, or a file of the book cannot be read.

    """
    kept = kept or Kept()
    maker = _Maker(book, docs, kept, draft=not tests)
    passed = _tested(book) if tests else ()
    return maker.made((*passed, *_evidence(book, evidence or {})))


def _tested(book: StatuteBook) -> tuple[Evidence, ...]:
    """Run the scenario tests; a wrong one is an error."""
    cases = cases_of(book)
    problems: list[Problem] = []
    for verdict in verdicts(cases, processes=1) if cases else ():
        problems += verdict.problems
        problems += [
            wrong(verdict.case, each.variable, each.id, each.expected, each.got)
            for each in verdict.differences
        ]
    if problems:
        raise PolicyError(*problems)
    return (Evidence("scenario tests pass", f"{len(cases):,}", True),) if cases else ()


def _evidence(book: StatuteBook, given: dict[str, Any]) -> tuple[Evidence, ...]:
    """Return what was measured, of this very version of the law."""
    found = []
    coverage, mutation = given.get("coverage"), given.get("mutate")
    if coverage and coverage.get("law_version") == book.version:
        every = [each for each in coverage["conditions"] if each["accepted"] is None]
        shown = sum(each["true"] and each["false"] and each["matters"] for each in every)
        found.append(
            Evidence("conditions covered", f"{shown:,} of {len(every):,}", shown == len(every))
        )
    if mutation and mutation.get("law_version") == book.version:
        total = mutation["changes"] - mutation["accepted"]
        noticed = mutation["noticed"]
        found.append(
            Evidence("small changes noticed", f"{noticed:,} of {total:,}", noticed == total)
        )
    return tuple(found)


class _Maker:
    """Works out the parts of one book."""

    def __init__(self, book: StatuteBook, docs: Path, kept: Kept, *, draft: bool) -> None:
        self.law = book
        self.draft = draft
        self.docs = docs
        self.kept = kept
        self.uses = Uses(book)
        self.outputs = tuple(map(str, book.metadata.get("outputs", ()))) or self._last()
        self.reforms = {name: read_reform(book, file) for name, file in own_reforms(book).items()}
        self.reformed = {name: book.reformed(name) for name in self.reforms}
        self.touched = {name: self._touched(reform) for name, reform in self.reforms.items()}
        self.examples = Examples(book, self.uses, kept.examples)

    def _last(self) -> tuple[str, ...]:
        """Return the variables that no other rests on, of a book that lists no outputs."""
        return tuple(
            name
            for name, variable in self.law.variables.items()
            if variable.formulas and name not in self.uses.used_by
        )

    def _touched(self, reform: Reform) -> tuple[set[str], set[str]]:
        """Return the numbers and the variables that a reform changes."""
        numbers = {number_of(name) for name in reform.data.get("parameters", {})}
        variables: set[str] = set()
        if reform.formulas:
            tree = ast.parse(reform.formulas.read_text(encoding="utf-8"))
            variables = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
            variables &= set(self.law.variables)
        return numbers, variables

    def made(self, evidence: tuple[Evidence, ...]) -> Book:
        law = self.law
        numbers = self._numbers()
        changes = [
            change
            for number in numbers.values()
            for change in changes_of_number(law, number, self.uses)
        ]
        changes += [
            change
            for name, variable in law.variables.items()
            if variable.formulas
            for change in changes_of_variable(law, name, self.uses)
        ]
        changes.sort(key=lambda each: (each.date, each.label, each.name))
        things = self._things(numbers, changes)
        starts = [start for number in numbers.values() for start in number.starts]
        guide = self.docs / f"{law.name}.md"
        languages = tuple(map(str, law.metadata.get("languages", ("en",))))
        return Book(
            name=law.name,
            title=law.title,
            titles={
                key.removeprefix("title_"): str(text)
                for key, text in law.metadata.items()
                if key.startswith("title_")
            },
            description=str(law.system.parameters.description or ""),
            currency=law.currency,
            language=languages[0],
            languages=languages,
            covers_from=law.covers_from,
            as_of=law.law_read_on or max(starts, default=""),
            version=law.version,
            outputs=self.outputs,
            acts=law.acts,
            grades=search(law).grades,
            evidence=evidence,
            things=things,
            numbers=numbers,
            reforms={name: self._proposal(reform) for name, reform in self.reforms.items()},
            provisions=self._provisions(things, numbers),
            changes=tuple(changes),
            guide=guide.stem if guide.is_file() else "",
        )

    def _numbers(self) -> dict[str, Number]:
        grouped: dict[str, list[Parameter]] = {}
        for name, parameter in self.law.parameters.items():
            grouped.setdefault(number_of(name), []).append(parameter)
        knowledge = Knowledge(self.law, self.kept.known)
        found = {}
        for name, parts in sorted(grouped.items()):
            users = self.uses.used_by.get(name, ())
            touching = [
                reform
                for key, reform in self.reforms.items()
                if name in self.touched[key][0] or set(users) & self.touched[key][1]
            ]
            brackets: dict[str, dict[str, Parameter]] = {}
            for part in parts:
                bracket, dot, kind = part.name.rpartition("].")
                if dot:
                    brackets.setdefault(bracket, {})[kind] = part
            found[name] = Number(
                name=name,
                parts=tuple(parts),
                brackets=tuple(brackets.values()),
                citations=self._cited(parts[0].section),
                used_by=users,
                reforms=tuple(each.name for each in touching),
                known=() if brackets else knowledge.of(parts[0], touching),
            )
        return found

    def _cited(self, section: str) -> tuple[Citation, ...]:
        return tuple(citations(section, self.law.acts))

    def _things(self, numbers: dict[str, Number], changes: list[Change]) -> dict[str, Thing]:
        by_name: dict[str, list[Change]] = {}
        for change in changes:
            by_name.setdefault(change.name, []).append(change)
        tables: dict[str, list[Any]] = {}
        folder = self.docs / "tables" / self.law.name
        for name, table in tables_in(self.law, folder, self.kept.tables, self.uses.digest):
            tables.setdefault(name, []).append(table)
        found = {}
        for name, variable in sorted(self.law.variables.items()):
            kind = BENEFIT if name in self.outputs else STEP if variable.formulas else FACT
            near = self.uses.behind([name], 1)
            names = dict.fromkeys(
                [*near, *(each for one in near for each in self.uses.parameters[one])]
            )
            own = [each for one in names for each in by_name.get(one, ())]
            found[name] = Thing(
                kind=kind,
                entry=described(variable),
                whose=str(variable.entity.label or variable.entity.key),
                citations=self._cited(described(variable).section),
                told=tuple(
                    (str(start), told(self.law, formula))
                    for start, formula in variable.formulas.items()
                ),
                variables=self.uses.variables[name],
                parameters=self.uses.parameters[name],
                used_by=self.uses.used_by.get(name, ()),
                facts=tuple(
                    each
                    for each in self.uses.behind([name])
                    if not self.law.variables[each].formulas and each != name
                ),
                headline=self._headline(name, numbers) if kind == BENEFIT else (),
                changes=tuple(sorted(own, key=lambda each: (each.date, each.label, each.name))),
                examples=self.examples.of(
                    name, self._count(kind), edges=kind == BENEFIT and not self.draft
                )
                if variable.formulas
                else (),
                tables=tuple(tables.get(name, ())),
            )
        return found

    def _count(self, kind: str) -> int:
        return _OF_BENEFIT if kind == BENEFIT and not self.draft else _OF_STEP

    def _headline(self, name: str, numbers: dict[str, Number]) -> tuple[str, ...]:
        """Return the amounts that a benefit is made of: the nearest that its formulas use."""
        for depth in range(4):
            near = self.uses.behind([name], depth)
            used = dict.fromkeys(each for one in near for each in self.uses.parameters[one])
            money = [each for each in used if any(is_money(p.unit) for p in numbers[each].parts)]
            if money:
                money.sort(key=lambda each: (numbers[each].first.section, each))
                return tuple(money) if len(money) <= _HEADLINES else ()
        return ()

    def _proposal(self, reform: Reform) -> Proposal:
        law = self.reformed[reform.name]
        changed = self.touched[reform.name]
        changes = []
        for name in sorted(law.parameters):
            before, after = self.law.parameters.get(name), law.parameters[name]
            if before is None or before.values != after.values:
                changes.append(
                    ReformChange(
                        name=name,
                        label=after.label,
                        before=_steps(before) if before else (),
                        after=_steps(after),
                    )
                )
        formulas = tuple(
            (name, told(law, formula))
            for name in sorted(changed[1])
            for formula in law.variable(name).formulas.values()
            if inspect.getfile(formula) == str(reform.formulas)
        )
        users = {
            each
            for name in (*changed[1], *(number_of(change.name) for change in changes))
            for each in (name, *self.uses.before(name))
        }
        return Proposal(
            name=reform.name,
            title=reform.title,
            description=reform.description,
            bill=reform.bill,
            effective=reform.effective or _earliest(changes),
            enacted=reform.enacted,
            repealed=reform.repealed,
            requires=tuple(reform.requires),
            references=reform.references,
            changes=tuple(changes),
            formulas=formulas,
            outputs=tuple(name for name in self.outputs if name in users),
            report=self._effects(reform, reform.effective or _earliest(changes)),
        )

    def _effects(self, reform: Reform, day: str) -> tuple[dict[str, Any], ...]:
        key = (self.law.name if self.draft else self.law.version, reform.digest)
        if key not in self.kept.effects:
            self.kept.effects[key] = effects(self.law, self.reformed[reform.name], day)
        found: tuple[dict[str, Any], ...] = self.kept.effects[key]
        return found

    def _provisions(
        self, things: dict[str, Thing], numbers: dict[str, Number]
    ) -> dict[tuple[str, str], Provision]:
        found: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
        cited = [(0, name, each.citations) for name, each in things.items()]
        cited += [(1, name, each.citations) for name, each in numbers.items()]
        for place, name, citations_ in cited:
            for each in citations_:
                names = found.setdefault((each.act, each.provision), ([], []))[place]
                if each.act and name not in names:
                    names.append(name)
        return {
            key: Provision(*key, tuple(named[0]), tuple(named[1]))
            for key, named in sorted(found.items())
            if key[0]
        }


def _steps(parameter: Parameter) -> tuple[tuple[str, str], ...]:
    return tuple((each.start, text_of(each.value, parameter.unit)) for each in parameter.values)


def _earliest(changes: list[ReformChange]) -> str:
    """Return the first day on which a number is another than before."""
    days = [day for change in changes for day, text in {*change.before} ^ {*change.after}]
    return min(days, default="")
