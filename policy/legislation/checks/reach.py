"""What formulas ask for: parameters and variables, found by reading the code.

A formula is followed expression by expression: ``parameters(period).a.b``, names assigned from it,
and the book's own helper functions that a node of parameters or the people are passed to. A node
that goes where it cannot be followed counts as used with all below it.
"""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from policy.errors import Location, Problem, did_you_mean
from policy.legislation import openfisca

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policy.legislation.legislation import Legislation


@dataclass
class Reach:
    """The parameters and variables that formulas use, and what they name that does not exist."""

    parameters: set[str] = field(default_factory=set)
    variables: set[str] = field(default_factory=set)
    problems: set[Problem] = field(default_factory=set)


@dataclass(frozen=True)
class _Parameters:
    """The function ``parameters`` that a formula is given."""


@dataclass(frozen=True)
class _Node:
    """A node of the tree of parameters, by its name."""

    name: str


@dataclass(frozen=True)
class _People:
    """A population, a group, or a function of one."""


@dataclass(frozen=True)
class _Text:
    """A text written in the code."""

    value: str
    location: Location


_Things: TypeAlias = "frozenset[_Parameters | _Node | _People | _Text]"
_Names: TypeAlias = "dict[str, _Things]"
_NOTHING: _Things = frozenset()
#: Numbers that code may hold.
_PLAIN = frozenset({0, 1, 2})


@dataclass(frozen=True)
class _Function:
    """A function of the book and the file it stands in."""

    file: Path
    node: ast.FunctionDef

    @property
    def arguments(self) -> list[str]:
        """The names of what it is given, in order."""
        return [argument.arg for argument in self.node.args.args]


def reach_of(system: Any, name: str = "") -> Reach:
    """Follow every formula of a system, or those of one variable."""
    _forget()
    reader = _Reader(system)
    for variable in [system.variables[name]] if name else system.variables.values():
        reader.follow_all(variable)
    return reader.reach


def reaches(system: Any) -> dict[str, Reach]:
    """Follow the formulas of each variable of a system by itself."""
    _forget()
    found = {}
    for name, variable in system.variables.items():
        reader = _Reader(system)
        reader.follow_all(variable)
        found[name] = reader.reach
    return found


def _forget() -> None:
    """Forget the files that were read before: they may have changed."""
    _tree.cache_clear()
    _functions.cache_clear()


def texts_in(law: Legislation) -> set[str]:
    """Return every text written in the book's code."""
    return {
        node.value
        for file in law.sources.variables.rglob("*.py")
        for node in ast.walk(_tree(file))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def defined_twice(law: Legislation) -> Iterator[Problem]:
    """Yield variables, formulas and functions that take the place of one of the same name."""
    for file in sorted(law.sources.variables.rglob("*.py")):
        classes = [node for node in _tree(file).body if isinstance(node, ast.ClassDef)]
        for body in (_tree(file).body, *(node.body for node in classes)):
            first: dict[str, int] = {}
            for node in body:
                if isinstance(node, ast.ClassDef | ast.FunctionDef):
                    if node.name in first:
                        yield Problem(
                            f"'{node.name}' takes the place of that on line {first[node.name]}",
                            Location(str(file), node.lineno, node.col_offset + 1),
                            "rename one of the two, or remove it",
                            code="defined-twice",
                        )
                    first.setdefault(node.name, node.lineno)


def numbers_written(law: Legislation) -> Iterator[Problem]:
    """Yield the numbers in the book's code that are neither 0, 1 or 2 nor a named constant."""
    for file in sorted(law.sources.variables.rglob("*.py")):
        for statement in _tree(file).body:
            for node in () if _is_constant(statement) else _numbers(statement):
                yield Problem(
                    f"the number {node.value!r} stands in the code",
                    Location(str(file), node.lineno, node.col_offset + 1),
                    "make it a parameter, with its source; a fact of the calendar is a constant of"
                    " the file, in capitals",
                    code="number",
                )


def _is_constant(statement: ast.stmt) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name.isupper()
    return False


def _numbers(node: ast.AST) -> Iterator[ast.Constant]:
    """Yield numbers, but for those of indices, offsets of periods, and attributes of classes."""
    inside: Iterable[ast.AST] = ast.iter_child_nodes(node)
    match node:
        case ast.Constant(value=int() | float() as number) if number not in _PLAIN:
            yield node
        case ast.ClassDef(body=body):
            inside = [each for each in body if isinstance(each, ast.FunctionDef)]
        case ast.Subscript(value=owner, slice=ast.Constant()):
            inside = [owner]
        case ast.Call(func=ast.Attribute(value=owner, attr="offset")):
            inside = [owner]
    for each in inside:
        yield from _numbers(each)


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _formulas(variable: Any) -> list[_Function]:
    file = Path(inspect.getfile(type(variable)))
    classes = [node for node in _tree(file).body if isinstance(node, ast.ClassDef)]
    own = next((node for node in classes if node.name == variable.name), None)
    return [
        _Function(file, node)
        for node in (own.body if own else [])
        if isinstance(node, ast.FunctionDef) and node.name.startswith("formula")
    ]


@cache
def _functions(file: Path) -> dict[str, _Function]:
    """Return the functions a file defines or imports from files of its own package, by name."""
    found = {}
    for node in _tree(file).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = _Function(file, node)
        elif isinstance(node, ast.ImportFrom) and node.level and node.module:
            folder = file.parents[node.level - 1]
            source = folder.joinpath(*node.module.split(".")).with_suffix(".py")
            if source.is_file():
                theirs = _functions(source)
                for name in node.names:
                    if name.name in theirs:
                        found[name.asname or name.name] = theirs[name.name]
    return found


class _Reader:
    """Follows functions; each once for what it is given."""

    def __init__(self, system: Any) -> None:
        root = system.parameters
        self.variables = system.variables
        self.nodes = {"": root} | {node.name: node for node in root.get_descendants()}
        self.reach = Reach()
        self.followed: dict[tuple[_Function, tuple[tuple[str, _Things], ...]], _Things] = {}

    def follow_all(self, variable: Any) -> None:
        """Follow the formulas of a variable."""
        given: list[_Things] = [frozenset({_People()}), _NOTHING, frozenset({_Parameters()})]
        for formula in _formulas(variable):
            self.follow(formula, tuple(zip(formula.arguments, given, strict=False)))

    def follow(self, function: _Function, given: tuple[tuple[str, _Things], ...]) -> _Things:
        """Follow a function with what it is given; return what it returns."""
        key = (function, given)
        if key not in self.followed:
            self.followed[key] = _NOTHING  # (for a function that calls itself)
            body = _Body(self, function.file, dict(given))
            body.run(function.node.body)
            self.followed[key] = body.returned
        return self.followed[key]

    def child(self, node: _Node, key: str) -> _Things:
        """Return the child of a node; a value or a schedule is used and followed no further."""
        name = f"{node.name}.{key}" if node.name else key
        if isinstance(self.nodes[name], openfisca.ParameterNode):
            return frozenset({_Node(name)})
        self.reach.parameters.add(name)
        return _NOTHING

    def use(self, things: _Things) -> None:
        """Count all below the nodes as used."""
        for thing in things:
            if isinstance(thing, _Parameters) or thing == _Node(""):
                self.reach.parameters.update(self.nodes)
            elif isinstance(thing, _Node):
                below = f"{thing.name}."
                self.reach.parameters.update(n for n in self.nodes if n.startswith(below))


class _Body:
    """The code of one function."""

    def __init__(self, reader: _Reader, file: Path, names: _Names) -> None:
        self.reader = reader
        self.file = file
        self.names = names
        self.returned = _NOTHING

    def run(self, nodes: Iterable[ast.AST]) -> None:
        """Go through statements, and parts of statements, in order."""
        for node in nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self.names[name] = self.names.get(name, _NOTHING) | self.read(value)
                case ast.Return(value=ast.expr() as value):
                    self.returned |= self.read(value)
                case ast.expr():
                    self.reader.use(self.read(node))
                case _:
                    self.run(ast.iter_child_nodes(node))

    def read(self, node: ast.expr) -> _Things:
        """Return what an expression stands for."""
        found = _NOTHING
        match node:
            case ast.Name(id=name):
                found = self.names.get(name, _NOTHING)
            case ast.Constant(value=str(text)):
                found = frozenset({_Text(text, self.location(node))})
            case ast.Attribute(value=owner, attr=key):
                things = self.read(owner)
                people: _Things = frozenset(t for t in things if isinstance(t, _People))
                found = people | self.below(things, frozenset({_Text(key, self.location(node))}))
            case ast.Subscript(value=owner, slice=index):
                found = self.below(self.read(owner), self.read(index))
            case ast.Call():
                found = self.call(node)
            case ast.IfExp(test=test, body=body, orelse=other):
                self.run([test])
                found = self.read(body) | self.read(other)
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[right]):
                self.run([left])
                self.read(right)
            case _:
                self.run(ast.iter_child_nodes(node))
        return found

    def below(self, owners: _Things, keys: _Things) -> _Things:
        """Return the children of nodes; one that is in none of the nodes does not exist."""
        nodes = [thing for thing in owners if isinstance(thing, _Node)]
        texts = [thing for thing in keys if isinstance(thing, _Text)]
        if not texts:
            self.reader.use(frozenset(nodes))
        found = _NOTHING
        for text in texts:
            holders = [n for n in nodes if text.value in self.reader.nodes[n.name].children]
            for holder in holders:
                found |= self.reader.child(holder, text.value)
            if nodes and not holders:
                self.report_parameter(nodes[0], text)
        return found

    def call(self, node: ast.Call) -> _Things:
        """Follow a call: of ``parameters``, of the people, or of one of the book's functions."""
        called = self.read(node.func)
        arguments = [self.read(argument) for argument in node.args]
        keywords = {word.arg: self.read(word.value) for word in node.keywords if word.arg}
        if _Parameters() in called:
            return frozenset({_Node("")})
        if _People() in called:
            self.ask(arguments[:1])
        elif isinstance(node.func, ast.Name) and node.func.id in _functions(self.file):
            function = _functions(self.file)[node.func.id]
            given = dict(zip(function.arguments, arguments, strict=False)) | keywords
            return self.reader.follow(function, tuple(given.items()))
        for things in (*arguments, *keywords.values()):
            self.reader.use(things)
        return _NOTHING

    def ask(self, names: list[_Things]) -> None:
        """Count the variables that people are asked for; report those that do not exist."""
        for text in (thing for things in names for thing in things):
            if not isinstance(text, _Text):
                continue
            if text.value in self.reader.variables:
                self.reader.reach.variables.add(text.value)
            else:
                self.reader.reach.problems.add(
                    Problem(
                        f"there is no variable '{text.value}'",
                        text.location,
                        did_you_mean(text.value, self.reader.variables, kind="variables"),
                        code="unknown-variable",
                    )
                )

    def report_parameter(self, node: _Node, text: _Text) -> None:
        """Report a parameter that does not exist."""
        name = f"{node.name}.{text.value}" if node.name else text.value
        children = self.reader.nodes[node.name].children
        self.reader.reach.problems.add(
            Problem(
                f"there is no parameter '{name}'",
                text.location,
                did_you_mean(text.value, children, kind=f"names in '{node.name}'"),
                code="unknown-parameter",
            )
        )

    def location(self, node: ast.expr) -> Location:
        """Return the place of an expression; of an attribute that of its name."""
        column = node.col_offset
        if isinstance(node, ast.Attribute):
            column = (node.end_col_offset or 0) - len(node.attr)
        return Location(str(self.file), node.end_lineno or node.lineno, column + 1)
