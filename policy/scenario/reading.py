"""Reading scenarios strictly: every key and value is understood, or is an error with its place.

The format is OpenFisca's: entities by plural name, their members by role, variables by period. The
short forms are read too: one instance under an entity's singular name, or variables alone.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy.documents import Document, KeyPath, parse_document, read_document
from policy.errors import PolicyError, Problem, did_you_mean
from policy.legislation.openfisca import periods
from policy.legislation.times import ETERNITY
from policy.scenario.its_law import law_of
from policy.scenario.situation import Expected, Members, Scenario, Situation
from policy.scenario.times import ASK_FOR, definition_periods, period_of
from policy.scenario.values import (
    BadValueError,
    checked,
    divides,
    expected_value,
    share,
    shown,
)

if TYPE_CHECKING:
    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation

#: What a scenario may say besides its entities.
SCENARIO_KEYS = (
    "name",
    "description",
    "source",
    "keywords",
    "book",
    "reforms",
    "as_known_on",
    "period",
    "input",
    "output",
    "absolute_error_margin",
    "relative_error_margin",
)
#: What a past decision says besides.
DECISION_KEYS = ("paid", "settled", "decided")
_SEE_LIST = "the variables that 'policy list' shows"
MARGINS = ("absolute_error_margin", "relative_error_margin")


#: What errors call a mapping that is passed as a scenario.
NAMELESS = "<scenario>"


def document_of(
    scenario: Mapping[str, Any] | str | Path | Document, named: str = NAMELESS
) -> Document:
    """Turn what a caller passes as a scenario into a document: a mapping, a path, or YAML text.

    Args:
        scenario: what the caller passes.
        named: what errors call a mapping.

    Raises:
        PolicyError: none of these, or not readable.

    """
    if isinstance(scenario, Document):
        return scenario
    if isinstance(scenario, Mapping):
        return Document(_plain(scenario), named, {})
    if isinstance(scenario, Path):
        return read_document(scenario)
    if isinstance(scenario, str):
        return parse_document(scenario) if _is_text(scenario) else read_document(scenario)
    raise PolicyError(
        Problem(
            f"a scenario is a mapping, a path or YAML text, not {type(scenario).__name__}",
            remedy="pass a dict such as {'persons': …, 'families': …}",
        )
    )


def _is_text(text: str) -> bool:
    return "\n" in text or ":" in text.removeprefix(Path(text).drive) or text.lstrip()[:1] in "{["


_LEAVES = frozenset({str, float, int, bool, datetime.date})


def _plain(value: Any) -> Any:
    if type(value) in _LEAVES:  # (most values are: asking for abstract types is slow)
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def read_scenarios(
    law: Legislation, document: Document, asked: Period | None = None
) -> list[Scenario]:
    """Read every scenario of a document: one mapping, or a list of them.

    Args:
        law: the statute book.
        document: the document.
        asked: the period that is asked for in place of the scenario's own; facts without a period
            of their own are then those of this period.

    Raises:
        PolicyError: with every problem found in the document.

    """
    if document.data is None:
        raise PolicyError(
            document.problem(
                (), "the file is empty", "write a scenario: 'period', persons and groups"
            )
        )
    if isinstance(document.data, list):
        entries: list[tuple[KeyPath, Any]] = [((n,), item) for n, item in enumerate(document.data)]
    else:
        entries = [((), document.data)]
    problems: list[Problem] = []
    scenarios = []
    for path, data in entries:
        try:
            own = law_of(law, document, path, data)
            scenarios.append(_Reader(own, document, path, asked).read(data))
        except PolicyError as error:
            problems += error.problems
    if problems:
        raise PolicyError(*problems)
    if not scenarios:
        raise PolicyError(document.problem((), "the list of scenarios is empty", "add a scenario"))
    return scenarios


def read_scenario(law: Legislation, document: Document, asked: Period | None = None) -> Scenario:
    """Read a document that holds exactly one scenario; see :func:`read_scenarios`.

    Raises:
        PolicyError: with every problem found, or because there are several scenarios.

    """
    scenarios = read_scenarios(law, document, asked)
    if len(scenarios) > 1:
        raise PolicyError(
            document.problem(
                (1,),
                f"the file holds {len(scenarios)} scenarios where one is expected",
                "calculate one at a time, or run them all with 'policy test'",
            )
        )
    return scenarios[0]


class _Reader:
    """Reads one scenario and collects every problem in it."""

    def __init__(
        self, law: Legislation, document: Document, path: KeyPath, asked: Period | None
    ) -> None:
        self.law = law
        self.document = document
        self.path = path
        self.problems: list[Problem] = []
        self.default: Period | None = None
        self.asked = asked
        self.person = law.system.person_entity
        self.groups = law.system.group_entities
        self.by_plural = {entity.plural: entity for entity in law.system.entities}
        self.by_key = {entity.key: entity for entity in law.system.entities}

    def read(self, data: Any) -> Scenario:
        """Return the scenario, or raise with all problems."""
        if not isinstance(data, dict):
            self.report(
                self.path, f"a scenario is a mapping, got {shown(data)}", "write 'key: value' lines"
            )
            self.stop_if_wrong()
        own = {key: data[key] for key in data if key in SCENARIO_KEYS}
        book = self.text(own, "book")
        if book and book != self.law.name:
            self.report(
                (*self.path, "book"),
                f"the scenario is for the book '{book}', not '{self.law.name}'",
                f"load '{book}', or correct the name",
            )
        rest = {key: data[key] for key in data if key not in SCENARIO_KEYS}
        self.read_period(own.get("period"))
        input_path: KeyPath = self.path
        if "input" in own:
            input_path = (*self.path, "input")
            for key in rest:
                self.report_beside_input(key)
            rest = own["input"]
            if not isinstance(rest, dict):
                self.report(
                    input_path,
                    f"input is a mapping of entities, got {shown(rest)}",
                    f"write '{self.person.plural}' and the groups under it",
                )
        margins = self.read_margins(own)
        name, source = self.text(own, "name"), self.text(own, "source")
        self.stop_if_wrong()
        situation = self.read_situation(rest, input_path)
        output, names, expected = own.get("output"), [], []
        if output and isinstance(output, str | list):
            names = self.read_names([output] if isinstance(output, str) else output)
        elif "output" in own:
            expected = self.read_output(output, situation)
        scenario = Scenario(
            law=self.law,
            name=name,
            source=source,
            book=book,
            period=self.default,
            situation=situation,
            names=names,
            expected=expected,
            margins=margins,
            document=self.document,
            path=self.path,
        )
        self.stop_if_wrong()
        return scenario

    # What is said about the scenario

    def text(self, own: dict[str, Any], key: str) -> str:
        value = own.get(key, "")
        if not isinstance(value, str):
            self.report(
                (*self.path, key),
                f"expected text, got {shown(value)}",
                "write text, in quotes if it looks like a number",
            )
            return ""
        return value

    def read_period(self, value: Any) -> None:
        try:
            self.default = None if value is None else period_of(value)
        except BadValueError as error:
            self.report((*self.path, "period"), error.message, ASK_FOR)
        self.default = self.asked or self.default

    def read_margins(self, own: dict[str, Any]) -> dict[str, float]:
        margins = {}
        for key in MARGINS:
            if key in own:
                value = own[key]
                number = isinstance(value, int | float) and not isinstance(value, bool)
                if number and 0 <= value < math.inf:
                    margins[key] = float(value)
                else:
                    self.report(
                        (*self.path, key),
                        f"a margin is a number of 0 or more, got {shown(value)}",
                        "write what an answer may differ by, such as 0.01",
                    )
        return margins

    # Who there is

    def read_situation(self, data: dict[str, Any], path: KeyPath) -> Situation:
        entity_words = {*self.by_plural, *self.by_key}
        if any(key in self.law.system.variables for key in data) and not entity_words & set(data):
            return self.read_variables_alone(data, path)
        instances = self.instances(data, path)
        situation = self.read_people(instances, path)
        self.stop_if_wrong()
        for entity in self.groups:
            self.read_groups(entity, instances[entity.key], situation)
            self.read_facts_of_all(entity, instances, situation)
            if not self.problems:
                self.require_a_group_of_each(entity, instances, situation)
        self.read_facts_of_all(self.person, instances, situation)
        self.stop_if_wrong()
        return situation

    def read_facts_of_all(
        self, entity: Any, instances: dict[str, Any], situation: Situation
    ) -> None:
        for index, (where, facts) in enumerate(instances[entity.key].values()):
            self.read_facts(entity, index, facts, where, situation)

    def instances(
        self, data: dict[str, Any], path: KeyPath
    ) -> dict[str, dict[str, tuple[KeyPath, Any]]]:
        """Return each entity's instances with places: ``{"person": {"mari": (path, facts)}}``."""
        found: dict[str, dict[str, tuple[KeyPath, Any]]] = {}
        for key, value in data.items():
            where = (*path, key)
            if key in self.by_plural:
                entity = self.by_plural[key]
                if not isinstance(value, dict):
                    self.report(
                        where,
                        f"{key} is a mapping of ids, got {shown(value)}",
                        f"write '{key}: {{id: {{…}}}}'",
                    )
                    continue
                items = {name: ((*where, name), facts) for name, facts in value.items()}
            elif key in self.by_key:
                entity = self.by_key[key]
                if self.has_ids(entity, value):
                    self.report(
                        where,
                        f"'{key}' is one {key}, without an id",
                        f"write '{entity.plural}' before ids",
                    )
                    continue
                items = {entity.key: (where, value)}
            else:
                self.report_unknown_top(key, path)
                continue
            if entity.key in found:
                self.report(
                    where,
                    f"{entity.plural} are given twice",
                    "use the plural or the singular, not both",
                )
                continue
            found[entity.key] = items
        return found

    def has_ids(self, entity: Any, value: Any) -> bool:
        """Tell whether ids stand under a singular name, as they would under the plural."""
        words = {*self.law.system.variables}
        if not entity.is_person:
            words |= {word for role in entity.roles for word in (role.key, role.plural)}
        return (
            isinstance(value, dict)
            and bool(value)
            and all(isinstance(facts, dict) and name not in words for name, facts in value.items())
        )

    def read_people(self, instances: dict[str, Any], path: KeyPath) -> Situation:
        people = list(instances.get(self.person.key, {}))
        if not people and not self.problems:
            self.report(
                path,
                f"there are no {self.person.plural}",
                f"add '{self.person.plural}: {{mari: {{…}}}}'",
            )
        for entity in self.groups:
            if entity.key not in instances and not self.problems:
                roles = " and ".join(role.plural or role.key for role in entity.roles)
                self.report(
                    path,
                    f"there are no {entity.plural}: nobody is in a {entity.key}",
                    f"add '{entity.plural}' with {roles}",
                )
        return Situation(ids={self.person.key: people}, members={})

    def read_groups(self, entity: Any, groups: dict[str, Any], situation: Situation) -> None:
        """Read who is in each of an entity's groups, nobody in two."""
        people = situation.ids[self.person.key]
        situation.ids[entity.key] = list(groups)
        members = Members([-1] * len(people), [None] * len(people))
        situation.members[entity.key] = members
        index_of = {name: index for index, name in enumerate(people)}
        place_of: dict[str, KeyPath] = {}
        for number, (where, facts) in enumerate(groups.values()):
            for name, role, place in self.read_members(entity, facts, where):
                if name not in index_of:
                    self.report(
                        place,
                        f"'{name}' is not one of the {self.person.plural}",
                        did_you_mean(name, people, kind=self.person.plural),
                    )
                elif name in place_of:
                    first = self.document.where(*place_of[name])
                    self.report(
                        place,
                        f"'{name}' is in two {entity.plural} or twice in one"
                        + (f"; first on line {first.line}" if first.line else ""),
                        f"put each person in one {entity.key}",
                    )
                else:
                    place_of[name] = place
                    members.group_of_person[index_of[name]] = number
                    members.role_of_person[index_of[name]] = role

    def require_a_group_of_each(
        self, entity: Any, instances: dict[str, Any], situation: Situation
    ) -> None:
        """Report every person who is in none of an entity's groups."""
        roles = " or ".join(role.plural or role.key for role in entity.roles)
        group_of = situation.members[entity.key].group_of_person
        for (name, (where, _)), group in zip(
            instances[self.person.key].items(), group_of, strict=True
        ):
            if group < 0:
                self.report(
                    where,
                    f"'{name}' is in no {entity.key}",
                    f"add '{name}' to the {roles} of one of the {entity.plural}",
                )

    def read_members(
        self, entity: Any, facts: Any, path: KeyPath
    ) -> list[tuple[str, Any, KeyPath]]:
        """Read the members of one group: name, role and place of each."""
        if not isinstance(facts, dict):
            roles = ", ".join(f"{role.plural or role.key}: […]" for role in entity.roles)
            self.report(
                path,
                f"a {entity.key} is a mapping of roles, got {shown(facts)}",
                f"write '{{{roles}}}'",
            )
            return []
        found: list[tuple[str, Any, KeyPath]] = []
        for role in entity.roles:
            keys = [word for word in dict.fromkeys((role.plural, role.key)) if word in facts]
            names = [name for key in keys for name in self.names(facts[key], (*path, key))]
            allowed = len(role.subroles or []) or role.max
            if allowed and len(names) > allowed:
                self.report(
                    (*path, keys[-1]),
                    f"at most {allowed} {role.plural or role.key}, got {len(names)}",
                    f"put the others in another role or {entity.key}",
                )
            held = role.subroles or [role] * len(names)
            found += [(name, own, at) for (name, at), own in zip(names, held, strict=False)]
        if not found and not self.problems:
            self.report(path, f"this {entity.key} has no members", "add members, or remove it")
        return found

    def names(self, value: Any, path: KeyPath) -> list[tuple[str, KeyPath]]:
        if isinstance(value, str):
            return [(value, path)]
        if not isinstance(value, list):
            self.report(
                path,
                f"expected a list of {self.person.plural}, got {shown(value)}",
                "write their ids in brackets, [] for nobody",
            )
            return []
        names = []
        for number, name in enumerate(value):
            place = (*path, number)
            if isinstance(name, int) and not isinstance(name, bool):
                name = str(name)  # noqa: PLW2901  (an id such as 1, unquoted)
            if isinstance(name, str):
                names.append((name, place))
            else:
                self.report(
                    place,
                    f"expected the id of one of the {self.person.plural}, got {shown(name)}",
                    "write the id alone, in quotes if it looks like a number or a word of YAML",
                )
        return names

    # What is known about them

    def read_facts(
        self, entity: Any, index: int, facts: Any, path: KeyPath, situation: Situation
    ) -> None:
        if facts is None or (not isinstance(facts, dict) and not entity.is_person):
            return  # (a group that is no mapping was reported by read_members)
        if not isinstance(facts, dict):
            colon = isinstance(facts, str) and ":" in facts
            self.report(
                path,
                f"expected 'variable: value' lines, got {shown(facts)}",
                "write a space after the colon" if colon else "write {} for no facts",
            )
            return
        roles = set()
        if not entity.is_person:
            roles = {word for role in entity.roles for word in (role.key, role.plural)}
        for name, value in facts.items():
            if name not in roles:
                self.read_fact(entity, index, name, value, (*path, name), situation)

    def read_fact(
        self, entity: Any, index: int, name: str, value: Any, path: KeyPath, situation: Situation
    ) -> None:
        variable = self.variable(entity, name, path)
        if variable is None:
            return
        if variable.is_neutralized:
            self.report(
                path, f"{name} is neutralised: a value given for it has no effect", "remove it"
            )
            return
        for period, given, where in self.dated(variable, value, path):
            for own_period, own_value in self.spread(variable, period, given, where):
                facts = situation.facts.setdefault((name, own_period), {})
                if index in facts and own_period.unit == periods.DateUnit.ETERNITY:
                    self.report(
                        where,
                        f"{name} is given twice, and it does not change over time",
                        "give one value, without a period",
                    )
                elif index in facts:
                    self.report(
                        where,
                        f"{name} is given twice for {own_period}",
                        "give each period once; a year and a month within it overlap",
                    )
                facts[index] = own_value
                if own_period != period:
                    situation.spread.setdefault((name, own_period), {})[index] = period

    def dated(
        self, variable: Any, value: Any, path: KeyPath
    ) -> Iterable[tuple[Period, Any, KeyPath]]:
        """Yield period, value and place of each value given for a variable."""
        if isinstance(value, dict):
            if not value:
                self.report(
                    path, "no value is given", "write a value, or a mapping of periods to values"
                )
            for written, given in value.items():
                try:
                    yield period_of(written), given, (*path, written)
                except BadValueError as error:
                    self.report((*path, written), error.message, error.remedy)
        elif variable.definition_period == periods.DateUnit.ETERNITY:
            yield ETERNITY, value, path
        elif self.default is None:
            self.report(
                path,
                f"{variable.name} needs a period, and the scenario has no default period",
                "add 'period: 2024-05' to the scenario, or write {2024-05: value}",
            )
        else:
            yield self.default, value, path

    def spread(
        self, variable: Any, period: Period, value: Any, path: KeyPath
    ) -> list[tuple[Period, Any]]:
        """Check a value and give it to each of the variable's own periods in the period."""
        try:
            own_periods = definition_periods(variable, period)
            if value is None:
                raise BadValueError("no value is given", "remove the line, or write the value")
            own_value = checked(variable, value)
            if len(own_periods) > 1 and divides(variable):
                own_value = share(variable, own_value, len(own_periods))
        except BadValueError as error:
            self.report(path, error.message, error.remedy)
            return []
        if variable.end and any(p.start.date > variable.end for p in own_periods):
            self.report(
                path,
                f"{variable.name} ended on {variable.end}: a value for {period} has no effect",
                "remove it, or check the period",
            )
            return []
        return [(own_period, own_value) for own_period in own_periods]

    def variable(self, entity: Any, name: str, path: KeyPath) -> Any:
        """Return the entity's variable of that name, or report and return None."""
        variable = self.law.system.variables.get(name)
        if variable is None:
            mine = [
                v.name for v in self.law.system.variables.values() if v.entity.key == entity.key
            ]
            roles = [] if entity.is_person else [r.plural or r.key for r in entity.roles]
            kind = "role or variable" if roles else "variable"
            self.report(
                path,
                f"there is no {kind} '{name}' of a {entity.key}",
                did_you_mean(
                    name,
                    [*mine, *roles],
                    otherwise=f"valid names: {', '.join([*roles, _SEE_LIST])}",
                ),
            )
            return None
        if variable.entity.key != entity.key:
            self.report(
                path,
                f"{name} is a variable of a {variable.entity.key}, not of a {entity.key}",
                f"move it under {variable.entity.plural}",
            )
            return None
        return variable

    def read_variables_alone(self, data: dict[str, Any], path: KeyPath) -> Situation:
        """Read the short form: variables only, one person alone in a group of each kind."""
        first = {entity.key: [entity.key] for entity in (self.person, *self.groups)}
        situation = Situation(
            ids=first,
            members={
                entity.key: Members([0], [entity.flattened_roles[0]]) for entity in self.groups
            },
        )
        for name, value in data.items():
            if name not in self.law.system.variables:
                self.report_unknown_top(name, path)
                continue
            entity = self.law.system.variables[name].entity
            own = self.by_key[entity.key]
            self.read_fact(own, 0, name, value, (*path, name), situation)
        self.stop_if_wrong()
        return situation

    # What is asked for, or expected

    def read_names(self, names: list[Any]) -> list[str]:
        """Read the names of variables to calculate."""
        for number, name in enumerate(names):
            try:
                self.law.variable(name)
            except PolicyError as error:
                problem = error.problems[0]
                self.report((*self.path, "output", number), problem.message, problem.remedy)
        return names

    def read_output(self, output: Any, situation: Situation) -> list[Expected]:
        path = (*self.path, "output")
        if not isinstance(output, dict) or not output:
            self.report(
                path,
                "output names nothing",
                "write 'output: {variable: value}' for what to expect, 'output: [variable]' for"
                " what to calculate",
            )
            return []
        expected: list[Expected] = []
        for key, value in output.items():
            where = (*path, key)
            if key in self.by_plural:
                entity = self.by_plural[key]
                ids = situation.ids[entity.key]
                if not isinstance(value, dict) or not value:
                    self.report(where, f"expected 'id: {{variable: value}}', got {shown(value)}")
                    continue
                for name, facts in value.items():
                    if name not in ids:
                        self.report(
                            (*where, name),
                            f"'{name}' is not one of the {entity.plural}",
                            did_you_mean(name, ids, kind=entity.plural),
                        )
                        continue
                    expected += self.read_expected(entity, ids.index(name), facts, (*where, name))
            elif key in self.by_key:
                entity = self.by_key[key]
                if self.single(entity, situation, where):
                    expected += self.read_expected(entity, 0, value, where)
            elif key in self.law.system.variables:
                entity = self.by_key[self.law.system.variables[key].entity.key]
                expected += self.read_expected_of_all(entity, key, value, where, situation)
            else:
                words = [*self.by_plural, *self.by_key, *self.law.system.variables]
                self.report(
                    where,
                    f"'{key}' is neither an entity nor a variable",
                    did_you_mean(key, words, kind="names"),
                )
        return expected

    def single(self, entity: Any, situation: Situation, path: KeyPath) -> bool:
        count = len(situation.ids[entity.key])
        if count != 1:
            self.report(
                path,
                f"one {entity.key} is expected here, but there are {count}",
                f"write '{entity.plural}: {{id: …}}'",
            )
        return count == 1

    def read_expected(self, entity: Any, index: int, facts: Any, path: KeyPath) -> list[Expected]:
        if not isinstance(facts, dict) or not facts:
            self.report(path, "output expects nothing here", "name a variable and its value")
            return []
        expected = []
        for name, value in facts.items():
            variable = self.variable(entity, name, (*path, name))
            if variable is not None:
                expected += self.read_value(variable, entity, index, value, (*path, name))
        return expected

    def read_expected_of_all(
        self,
        entity: Any,
        name: str,
        value: Any,
        path: KeyPath,
        situation: Situation,
    ) -> list[Expected]:
        """Read ``variable: value`` for one instance, or ``variable: [a value each]``."""
        variable = self.law.system.variables[name]
        count = len(situation.ids[entity.key])
        by_period = value.items() if isinstance(value, dict) else [(None, value)]
        expected = []
        for written, given in by_period:
            where = path if written is None else (*path, written)
            if isinstance(given, list):
                if len(given) != count:
                    self.report(
                        where,
                        f"{len(given)} values for {count} {entity.plural}",
                        "give one for each",
                    )
                    continue
                each = list(enumerate(given))
            elif count == 1:
                each = [(0, given)]
            else:
                self.report(
                    where,
                    f"one value for {count} {entity.plural}",
                    f"give a list of {count}, or '{entity.plural}: {{id: {{{name}: …}}}}'",
                )
                continue
            for index, one in each:
                dated = one if written is None else {written: one}
                expected += self.read_value(variable, entity, index, dated, where)
        return expected

    def read_value(
        self, variable: Any, entity: Any, index: int, value: Any, path: KeyPath
    ) -> list[Expected]:
        expected = []
        if isinstance(value, dict) and not value:
            self.report(path, "output expects nothing here", "give the value expected")
        dated = self.dated(variable, value, path)
        if not isinstance(value, dict) and self.default is not None:
            dated = [(self.default, value, path)]
        for period, given, where in dated:
            try:
                if given is None:
                    raise BadValueError("no value is given", "give the value expected")
                own = expected_value(variable, given)
            except BadValueError as error:
                self.report(where, error.message, error.remedy)
                continue
            expected.append(Expected(variable.name, entity.key, index, period, own, where))
        return expected

    # Problems

    def report(self, path: KeyPath, message: str, remedy: str = "") -> None:
        self.problems.append(self.document.problem(path, message, remedy))

    def stop_if_wrong(self) -> None:
        """Raise what was found so far, from the top of the file down."""
        if self.problems:
            raise PolicyError(*sorted(self.problems, key=lambda problem: problem.location))

    def report_beside_input(self, key: str) -> None:
        if key in self.by_plural or key in self.by_key or key in self.law.system.variables:
            self.report(
                (*self.path, key), f"'{key}' stands beside 'input'", "move it under 'input'"
            )
        else:
            self.report_unknown_top(key, self.path)

    def report_unknown_top(self, key: str, path: KeyPath) -> None:
        variable = self.law.system.variables.get(key)
        if variable is not None:
            message = f"{key} is a variable of a {variable.entity.key}, not of a scenario"
            self.report((*path, key), message, f"move it under {variable.entity.plural}")
            return
        if key in DECISION_KEYS:
            message = f"'{key}' is what a past decision says, not a scenario"
            self.report((*path, key), message, "run 'policy recalculate' on the file")
            return
        self.report(
            (*path, key),
            f"'{key}' is neither an entity nor a key of a scenario",
            did_you_mean(
                key,
                [*self.by_plural, *SCENARIO_KEYS, *self.law.system.variables],
                otherwise=f"valid keys: {', '.join([*self.by_plural, *SCENARIO_KEYS])}",
            ),
        )
