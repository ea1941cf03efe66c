"""A formula in words: each statement told with the labels of what it names, beside its code.

What has no plain words is not paraphrased: it is left as code, with the names in it linked.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import textwrap
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

from policy.legislation import openfisca

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policy.legislation.legislation import Legislation

VARIABLE, PARAMETER = "variable", "parameter"


@dataclass(frozen=True)
class Link:
    """Words that stand for a variable, a parameter or a folder of parameters."""

    kind: str
    name: str
    text: str


@dataclass(frozen=True)
class Quoted:
    """Words that are a name of the formula's own, or code."""

    text: str
    code: bool = False


Piece: TypeAlias = "str | Link | Quoted"


@dataclass(frozen=True)
class Case:
    """One case of a choice: when, and what then; without ``when`` what holds otherwise."""

    when: tuple[Piece, ...]
    then: tuple[Piece, ...]


@dataclass(frozen=True)
class Row:
    """A statement: what it gives a name to (empty for the answer), in words and as code."""

    name: str
    words: tuple[Piece, ...]
    cases: tuple[Case, ...]
    code: str
    #: Names in the code that have a page: as written there, and what they stand for.
    names: tuple[tuple[str, Link], ...]


@dataclass(frozen=True)
class Helper:
    """A function of the book that a formula calls."""

    name: str
    meaning: str
    code: str


@dataclass(frozen=True)
class Told:
    """A formula in words."""

    rows: tuple[Row, ...]
    helpers: tuple[Helper, ...] = ()


#: How tightly words hold together: a name; a product; a sum; a comparison; "and"; "or"; a choice.
_NAME, _PRODUCT, _SUM, _COMPARED, _AND, _OR, _CHOICE = range(7)
_OPERATORS: dict[type[ast.AST], tuple[str, int]] = {
    ast.Add: (" + ", _SUM),
    ast.Sub: (" − ", _SUM),
    ast.Mult: (" × ", _PRODUCT),
    ast.Div: (" ÷ ", _PRODUCT),
    ast.BitAnd: (" and ", _AND),
    ast.BitOr: (" or ", _OR),
}
_COMPARISONS: dict[type[ast.AST], tuple[str, str]] = {
    ast.GtE: (" is at least ", " is on or after "),
    ast.Gt: (" is more than ", " is after "),
    ast.LtE: (" is at most ", " is on or before "),
    ast.Lt: (" is less than ", " is before "),
    ast.Eq: (" is ", " is "),
    ast.NotEq: (" is not ", " is not "),
}
#: Functions of formulas, with places for what they are given.
_PHRASES: dict[str, tuple[str, bool]] = {
    "min_": ("the smaller of {0} and {1}", False),
    "max_": ("the larger of {0} and {1}", False),
    "not_": ("not: {0}", False),
    "round_to_cents": ("{0}, rounded to the cent", False),
    "round_down_to_cents": ("{0}, rounded down to the cent", False),
    "first_day": ("the first day of the period", True),
    "last_day": ("the last day of the period", True),
    "days_in": ("the number of days of the period", False),
    "first_of_month": ("the first day of the month of {0}", True),
    "last_of_month": ("the last day of the month of {0}", True),
    "first_of_year": ("1 January of the year of {0}", True),
    "year_of": ("the year of {0}", False),
    "month_number": ("the month of {0}", False),
    "days_between": ("the days from {0} to {1}", False),
    "days_of_period": ("the days of the period from {1} to {2}", False),
    "add_days": ("{0} and {1} days", True),
    "add_months": ("{0} and {1} months", True),
    "add_years": ("{0} and {1} years", True),
    "working_day_on_or_before": ("{0}, or the last working day before it", True),
}
#: Functions that only change how a date or a number is written.
_SILENT = frozenset({"as_date", "date_of", "day_number", "date"})
_DATES = frozenset({"as_date", "date_of", "day_number"})
#: What formulas ask of people, a group or a schedule.
_METHODS = frozenset(
    {"sum", "any", "all", "max", "min", "project", "nb_persons", "has_role", "calc"}
)
_GROUPS = {
    "sum": "the sum over the members of {0}",
    "any": "any member has: {0}",
    "all": "every member has: {0}",
    "max": "the largest of the members' {0}",
    "min": "the smallest of the members' {0}",
}
#: What formulas ask of a day.
_PARTS = {"year": "the year of ", "month": "the number of the month of ", "day": "the day of "}


@dataclass(frozen=True)
class _Said:
    """Words with how tightly they hold together."""

    pieces: tuple[Piece, ...]
    level: int = _NAME
    date: bool = False
    cases: tuple[Case, ...] = ()

    def within(self, level: int) -> tuple[Piece, ...]:
        """Return the words, in brackets where they would fall apart."""
        return ("(", *self.pieces, ")") if self.level > level else self.pieces


@dataclass(frozen=True)
class _Folder:
    """A node of parameters."""

    name: str


@dataclass(frozen=True)
class _Members:
    """The members of a group, asked for what is each one's own."""

    role: str = ""


class _NoWordsError(Exception):
    """There are no plain words for an expression."""


_PEOPLE, _PERIOD, _PARAMETERS = object(), object(), object()


def told(law: Legislation, formula: Any) -> Told:
    """Tell a formula in words.

    Args:
        law: the statute book.
        formula: a formula function of one of its variables.

    >>> import policy
    >>> book = policy.load("estonia")
    >>> formula = book.variable("large_family_allowance").get_formula("2024-05")
    >>> print(plain(told(book, formula).rows[-1].words))  # doctest: +NORMALIZE_WHITESPACE
    Share of the month with many children × Large family allowance, 3 to 6 children + Share of the
    month with the higher amount for many children × rise, rounded to the cent

    """
    source = textwrap.dedent(inspect.getsource(formula))
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    teller = _Teller(law, formula.__globals__, source.splitlines())
    things = (_PEOPLE, _PERIOD, _PARAMETERS)
    for argument, thing in zip(function.args.args, things, strict=False):
        teller.names[argument.arg] = thing
    body = function.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    teller.tell(body)
    return Told(tuple(teller.rows), tuple(teller.helpers.values()))


def plain(pieces: Iterable[Piece]) -> str:
    """Return words as plain text."""
    return "".join(each if isinstance(each, str) else each.text for each in pieces)


@dataclass
class _Teller:
    """Tells the statements of one function in order."""

    law: Legislation
    globals: dict[str, Any]
    lines: list[str]
    names: dict[str, Any] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    helpers: dict[str, Helper] = field(default_factory=dict)

    def tell(self, statements: Sequence[ast.stmt]) -> None:
        """Add a row for each statement; one that only gives a name goes with the next."""
        waiting: list[ast.stmt] = []
        for statement in statements:
            waiting.append(statement)
            name, said = self._statement(statement)
            if said is None:
                continue
            self.rows.append(
                Row(name, said.pieces, said.cases, self._code(waiting), self._links(waiting))
            )
            waiting = []
        if waiting:
            self.rows.append(Row("", (), (), self._code(waiting), self._links(waiting)))

    def _statement(self, statement: ast.stmt) -> tuple[str, _Said | None]:
        """Return the name and words of a statement; no words where it only gives a name."""
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                try:
                    thing = self.thing(value)
                except _NoWordsError:
                    self.names[name] = _Said((Quoted(_spoken(name)),))
                    return _spoken(name), _Said(())
                if not isinstance(thing, _Said) or (
                    len(thing.pieces) <= 2 and thing.level == _NAME and not thing.cases  # noqa: PLR2004
                ):
                    self.names[name] = thing
                    return name, None
                self.names[name] = _Said((Quoted(_spoken(name)),), date=thing.date)
                return _spoken(name), thing
            case ast.Return(value=ast.expr() as value):
                try:
                    return "", self.said(value)
                except _NoWordsError:
                    return "", _Said(())
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self.names[node.id] = _Said((Quoted(_spoken(node.id)),))
        return "…", _Said(())

    def said(self, node: ast.expr) -> _Said:
        """Return the words of an expression."""
        thing = self.thing(node)
        if isinstance(thing, _Said):
            return thing
        if isinstance(thing, _Folder):
            return _Said((self._folder(thing),))
        raise _NoWordsError

    def thing(self, node: ast.expr) -> Any:  # noqa: PLR0911 (one for each kind of expression)
        """Return what an expression stands for: words, or what words can be asked of."""
        match node:
            case ast.Name(id=name):
                return self.names[name] if name in self.names else self._global(name)
            case ast.Constant(value=bool() as value):
                return _Said(("yes" if value else "no",))
            case ast.Constant(value=int() | float() as value):
                return _Said((f"{value:g}",))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.thing(operand)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _Said(("−", *self.said(operand).within(_NAME)))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return self._operated(left, op, right)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
                return self._compared(left, op, right)
            case ast.Attribute(value=owner, attr=key):
                return self._attribute(self.thing(owner), key)
            case ast.Subscript(value=owner, slice=index):
                folder = self.thing(owner)
                if not isinstance(folder, _Folder):
                    raise _NoWordsError
                return _Said((self._folder(folder), " for ", *self.said(index).within(_NAME)))
            case ast.Call():
                return self._call(node)
        raise _NoWordsError

    def _global(self, name: str) -> Any:
        value = self.globals.get(name)
        if isinstance(value, bool | int | float):
            return _Said((f"{value:g}",))
        if isinstance(value, str):
            return _Said((value,))
        if value is None:
            raise _NoWordsError
        return value

    def _operated(self, left: ast.expr, op: ast.operator, right: ast.expr) -> _Said:
        word, level = _OPERATORS[type(op)]
        first, second = self.said(left), self.said(right)
        if isinstance(op, ast.Mult) and first.pieces == ("1",):
            return second
        after = level if level in {_AND, _OR} or isinstance(op, ast.Add | ast.Mult) else level - 1
        return _Said((*first.within(level), word, *second.within(after)), level)

    def _compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> _Said:
        first, second = self.said(left), self.said(right)
        word = _COMPARISONS[type(op)][first.date or second.date]
        return _Said((*first.within(_SUM), word, *second.within(_SUM)), _COMPARED)

    def _attribute(self, owner: Any, key: str) -> Any:
        """Return a parameter, a member of an enumeration, or what people can be asked."""
        if isinstance(owner, _Folder):
            return self._parameter(f"{owner.name}.{key}" if owner.name else key)
        if isinstance(owner, type) and issubclass(owner, Enum):
            member = owner[key]
            return _Said((Quoted(str(member.value)),))
        if owner is _PEOPLE and key == "members":
            return _Members()
        if owner is _PEOPLE and key in self.law.entities:
            return _PEOPLE
        if owner is _PERIOD and key == "start":
            return _Said(("the first day of the period",), date=True)
        if isinstance(owner, _Said) and owner.date and key in _PARTS:
            return _Said((_PARTS[key], *owner.pieces))
        raise _NoWordsError

    def _parameter(self, name: str) -> Any:
        node: Any = self.law.system.parameters
        for part in name.split("."):
            node = node.children.get(part)
            if node is None:
                raise _NoWordsError
        if isinstance(node, openfisca.ParameterNode):
            return _Folder(name)
        label = node.metadata.get("label") or node.description or name
        return _Said((Link(PARAMETER, name, label),), date=str(node.metadata.get("unit")) == "date")

    def _folder(self, folder: _Folder) -> Link:
        text = _spoken(folder.name.rpartition(".")[2]) or "the law's numbers"
        return Link(PARAMETER, folder.name, text)

    def _call(self, node: ast.Call) -> Any:  # noqa: PLR0911 (one for each kind of call)
        given = node.args
        match node.func:
            case ast.Name(id="where") if len(given) == 3:  # noqa: PLR2004
                return self._choice([given[0]], [given[1]], given[2])
            case ast.Name(id="select") if len(given) >= 2:  # noqa: PLR2004
                whens, thens = given[0], given[1]
                if isinstance(whens, ast.List) and isinstance(thens, ast.List):
                    default = [*given[2:], *(word.value for word in node.keywords)]
                    return self._choice(whens.elts, thens.elts, default[0] if default else None)
            case ast.Name(id=name) if name in _SILENT and len(given) == 1:
                said = self.said(given[0])
                return _Said(said.pieces, said.level, date=name in _DATES, cases=said.cases)
            case ast.Name(id=name) if name in _PHRASES:
                phrase, date = _PHRASES[name]
                return _Said((*self._phrase(phrase, given),), _COMPARED, date=date)
            case ast.Name(id="known") if len(given) == 2:  # noqa: PLR2004
                return self._known(given)
            case ast.Name(id=name) if name not in self.names:
                return self._helper(name, [*given, *(word.value for word in node.keywords)])
            case ast.Attribute(value=owner, attr=method) if method in _METHODS:
                return self._asked(self.thing(owner), method, given, node.keywords)
        return self._looked_up(self.thing(node.func), given)

    def _looked_up(self, asked: Any, given: list[ast.expr]) -> Any:
        """Return what people, or the parameters, are asked for."""
        if asked is _PARAMETERS:
            return _Folder("")
        if asked is not _PEOPLE and not isinstance(asked, _Members):
            raise _NoWordsError
        match given:
            case [ast.Constant(value=str(name)), *rest] if name in self.law.variables:
                variable = self.law.variable(name)
                link = Link(VARIABLE, name, str(variable.label or name))
                at = self._at(rest[0]) if rest else ()
                if rest[1:]:
                    at = (*at, " (", Quoted(ast.unparse(rest[1]), code=True), ")")
                is_date = variable.value_type.__name__ == "date"
                return _Said((link, *at), date=is_date)
        raise _NoWordsError

    def _at(self, node: ast.expr) -> tuple[Piece, ...]:
        """Return the words for another period than the answer's."""
        if isinstance(node, ast.Name) and self.names.get(node.id) is _PERIOD:
            return ()
        return (" for ", Quoted(ast.unparse(node), code=True))

    def _known(self, given: list[ast.expr]) -> _Said:
        folder, key = self.thing(given[0]), given[1]
        if isinstance(folder, _Folder) and isinstance(key, ast.Constant):
            found = self._parameter(f"{folder.name}.{key.value!s}")
            if isinstance(found, _Said):
                return found
        raise _NoWordsError

    def _asked(
        self, owner: Any, method: str, given: list[ast.expr], words: list[ast.keyword]
    ) -> Any:
        """Return what a method of people, of a group or of a schedule gives."""
        if method == "calc" and isinstance(owner, _Said) and len(given) == 1:
            return _Said((*owner.pieces, " for ", *self.said(given[0]).within(_NAME)))
        if owner is not _PEOPLE:
            raise _NoWordsError
        if method in _GROUPS and len(given) == 1:
            said = self.said(given[0])
            phrase = _GROUPS[method]
            counts = method == "sum" and self._is_yes_or_no(given[0])
            phrase = "the number of members with: {0}" if counts else phrase
            role = [word.value for word in words if word.arg == "role"]
            phrase = phrase.replace("member", f"{plain(self._role(role)).strip()} member".lstrip())
            return _Said((*_filled(phrase, [said.within(_PRODUCT)]),), _PRODUCT)
        if method == "project" and len(given) == 1:
            return self.said(given[0])
        if method == "nb_persons":
            return _Said(("the number of members", *self._role(given)))
        if method == "has_role" and len(given) == 1:
            return _Said(("is", *self._role(given)), _COMPARED)
        raise _NoWordsError

    def _role(self, given: list[ast.expr]) -> tuple[Piece, ...]:
        if not given:
            return ()
        if isinstance(given[0], ast.Attribute):
            return (" who are " if len(given) > 1 else " ", Quoted(given[0].attr.lower()))
        raise _NoWordsError

    def _is_yes_or_no(self, node: ast.expr) -> bool:
        """Tell whether what is summed is true or false of each member."""
        match node:
            case ast.BinOp(left=ast.Constant(value=1), op=ast.Mult()):
                return True
            case ast.BinOp(op=ast.BitAnd() | ast.BitOr()) | ast.Compare():
                return True
            case ast.Call(args=[ast.Constant(value=str(name)), *_]) if name in self.law.variables:
                return self.law.variable(name).value_type is bool
            case ast.Name(id=name):
                said = self.names.get(name)
                match getattr(said, "pieces", ()):
                    case (Link(kind="variable", name=variable),):
                        return self.law.variable(variable).value_type is bool
        return False

    def _choice(
        self, whens: Sequence[ast.expr], thens: Sequence[ast.expr], other: ast.expr | None
    ) -> _Said:
        cases = []
        for when, then in zip(whens, thens, strict=False):
            if isinstance(when, ast.Starred | ast.ListComp):
                raise _NoWordsError
            cases.append(Case(self.said(when).pieces, self.said(then).pieces))
        otherwise = self.said(other) if other is not None else None
        if otherwise and otherwise.cases:
            cases += otherwise.cases
        elif otherwise:
            cases.append(Case((), otherwise.pieces))
        if not cases:
            raise _NoWordsError
        pieces: list[Piece] = []
        for case in cases:
            if case.when:
                pieces += [*("; " if pieces else "",), "if ", *case.when, ": ", *case.then]
            else:
                pieces += ["; otherwise ", *case.then]
        return _Said(tuple(each for each in pieces if each), _CHOICE, cases=tuple(cases))

    def _helper(self, name: str, given: list[ast.expr]) -> _Said:
        """Return the call of a function of the book, which is shown under the formula."""
        function = self.globals.get(name)
        if not inspect.isfunction(function) or hasattr(builtins, name):
            raise _NoWordsError
        parts: list[Piece] = []
        for each in given:
            try:
                said = self.said(each)
            except _NoWordsError:
                continue
            parts += [*([", "] if parts else []), *said.within(_SUM)]
        meaning = inspect.getdoc(function) or ""
        if function.__module__.partition(".")[0] != "policy":
            self.helpers[name] = Helper(name, meaning, textwrap.dedent(inspect.getsource(function)))
        of = (" (", *parts, ")") if parts else ()
        return _Said((Quoted(_spoken(name)), *of))

    def _phrase(self, phrase: str, given: list[ast.expr]) -> Iterable[Piece]:
        said: list[tuple[Piece, ...]] = []
        for number, each in enumerate(given):
            if f"{{{number}}}" in phrase:
                words = self.said(each)
                said.append(words.pieces if number == 0 else words.within(_SUM))
            else:
                said.append(())
        return _filled(phrase, said)

    def _code(self, statements: Sequence[ast.stmt]) -> str:
        first, last = statements[0].lineno, statements[-1].end_lineno
        return textwrap.dedent("\n".join(self.lines[first - 1 : last]))

    def _links(self, statements: Sequence[ast.stmt]) -> tuple[tuple[str, Link], ...]:
        """Return the names in the code of statements that have a page."""
        found: dict[str, Link] = {}
        for node in (each for statement in statements for each in ast.walk(statement)):
            match node:
                case ast.Constant(value=str(name)) if name in self.law.variables:
                    label = str(self.law.variable(name).label or name)
                    found[f'"{name}"'] = Link(VARIABLE, name, label)
                case ast.Attribute(attr=key):
                    try:
                        thing = self.thing(node)
                    except _NoWordsError:
                        continue
                    match getattr(thing, "pieces", None):
                        case (Link() as link,):
                            found[key] = link
        return tuple(found.items())


def _filled(phrase: str, words: Iterable[tuple[Piece, ...]]) -> Iterable[Piece]:
    """Yield a phrase with words in its places."""
    rest = phrase
    for number, each in enumerate(words):
        before, place, after = rest.partition(f"{{{number}}}")
        if not place:
            continue
        if before:
            yield before
        yield from each
        rest = after
    if rest:
        yield rest


def _spoken(name: str) -> str:
    return name.replace("_", " ")
