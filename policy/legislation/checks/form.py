"""The form of parameter files: names, the line for editors, and the schema."""

from __future__ import annotations

import json
import keyword
import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema

from policy.errors import Location, Problem, did_you_mean
from policy.legislation import openfisca
from policy.legislation.parameters import BESIDE_THE_LAW, RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.documents import Document, Key, KeyPath
    from policy.legislation.checks.draft import Draft

#: The JSON Schemas that come with the library.
SCHEMAS = Path(__file__).parent.parent / "schemas"

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?")
_COMMENT = re.compile(r"# yaml-language-server: \$schema=(\S+)")
_node = openfisca.ParameterNode("", data={})
#: Names that mean something else to OpenFisca, or that no formula could write.
_TAKEN = frozenset({*RESERVED, *vars(_node), *dir(_node), "values", "brackets", *keyword.kwlist})


@cache
def validator(kind: str, definition: str = "") -> Any:
    """Return the validator of a schema (``parameter``, ``book``, ``scenario``), or of a part."""
    schema = json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))
    if definition:
        schema = {"$defs": schema["$defs"], "$ref": f"#/$defs/{definition}"}
    own = jsonschema.Draft202012Validator
    return own(schema, format_checker=own.FORMAT_CHECKER)


def index_exists(draft: Draft) -> Iterator[Problem]:
    """Report a book without a file about itself."""
    if draft.folder and not draft.index:
        yield Problem(
            "the book has no readable index.yaml",
            Location(str(draft.folder / "index.yaml")),
            "write one with the book's title, country, currency, languages, outputs and acts",
            code="no-index",
        )


def files(draft: Draft) -> Iterator[Problem]:
    """Report files that would not be read, or that have the name of a folder beside them."""
    for path in sorted(draft.folder.rglob("*") if draft.folder else ()):
        beside = path.relative_to(draft.folder or "").parts[0] in BESIDE_THE_LAW
        if path.is_dir() or path.name.startswith(".") or beside:
            continue
        if path.suffix != ".yaml":
            message, remedy = "this file is not read", "end its name in .yaml, or remove it"
        elif path.with_suffix("").is_dir():
            message, remedy = f"there is a folder '{path.stem}' too", "rename one of the two"
        else:
            continue
        yield Problem(message, Location(str(path)), remedy, code="file")


def names(draft: Draft) -> Iterator[Problem]:
    """Report names of files, folders and parameters that formulas could not reach."""
    for path, document in draft.documents.items():
        inside = path.relative_to(draft.folder or "")
        for part in (*inside.parts[:-1], *([] if path.stem == "index" else [path.stem])):
            yield from _name(document, (), part)
        if path.stem != "index":
            for keys in _children(document.data, ()):
                yield from _name(document, keys, str(keys[-1]))


def _name(document: Document, path: KeyPath, name: str) -> Iterator[Problem]:
    if not _NAME.fullmatch(name):
        message = f"'{name}' is not a name that formulas can write"
        remedy = "use small letters, digits and _, a letter first"
    elif name in _TAKEN:
        message = f"'{name}' is a word of OpenFisca or Python and cannot name a parameter"
        remedy = "use another name, such as the Act's own term"
    else:
        return
    yield document.problem(path, message, remedy, "reserved-name")


def _children(data: Any, path: KeyPath) -> Iterator[KeyPath]:
    """Yield the paths of parameters under their own names in a file."""
    if isinstance(data, dict) and not {"values", "brackets"} & set(data):
        for key, child in data.items():
            if key not in RESERVED and not _has_dates(child):
                yield (*path, key)
                yield from _children(child, (*path, key))


def _has_dates(child: Any) -> bool:
    return isinstance(child, dict) and any(_DATE.fullmatch(key) for key in child)


def schema_comment(draft: Draft) -> Iterator[Problem]:
    """Report files whose first line does not tell editors the schema.

    A book that does not stand beside the schemas may do without the line.
    """
    for path, document in draft.documents.items():
        schema = SCHEMAS / f"{_kind(draft, path)}.schema.json"
        beside = _in_checkout(schema, draft)
        with path.open(encoding="utf-8-sig") as file:
            found = _COMMENT.match(file.readline())
        if (beside.exists() and not found) or (
            found and not _leads_to(found[1], path, (schema, beside))
        ):
            target = Path(os.path.relpath(schema, path.parent)).as_posix()
            yield Problem(
                "the first line does not lead editors to the schema",
                document.where(),
                f"write '# yaml-language-server: $schema={target}'",
                code="schema-comment",
            )


def _in_checkout(schema: Path, draft: Draft) -> Path:
    checkout = draft.folder.parent.parent if draft.folder else Path()
    return checkout / "policy" / "legislation" / "schemas" / schema.name


def _leads_to(target: str, path: Path, schemas: tuple[Path, ...]) -> bool:
    """Tell whether a target is the schema: its address, its file, or its file in the checkout."""
    if target.startswith(("https://", "http://")):
        return target.endswith(f"/{schemas[0].name}")
    return Path(os.path.normpath(path.parent / target)) in schemas


def _kind(draft: Draft, path: Path) -> str:
    return "book" if draft.folder and path == draft.folder / "index.yaml" else "parameter"


def schema(draft: Draft) -> Iterator[Problem]:
    """Report what the schemas do not allow."""
    for path, document in draft.documents.items():
        yield from wrong_form(document, _kind(draft, path))


def wrong_form(document: Document, kind: str) -> list[Problem]:
    """Return what a schema does not allow in a file of a book."""
    misspelt = _misspelt(document) if kind == "parameter" else None
    if misspelt:
        return [misspelt]
    if Path(document.file).stem != "index" and not _holds_values(document.data):
        message, remedy = "the file holds no values", "give it 'values' or 'brackets'"
        return [document.problem((), message, remedy, "schema")]
    return list(violations(document, kind))


def _misspelt(document: Document) -> Problem | None:
    """Find dates under a key that is not ``values``: it would pass for a parameter's name."""
    data = document.data if isinstance(document.data, dict) else {}
    wrong = [key for key, child in data.items() if key not in ("values", *RESERVED)]
    found = next((key for key in wrong if _has_dates(data[key])), None)
    if found is None:
        return None
    return document.problem(
        (found,), f"unknown key '{found}' above dates", "write 'values'", "schema"
    )


def _holds_values(data: Any) -> bool:
    if not isinstance(data, dict):
        return False
    children = [child for key, child in data.items() if key not in RESERVED]
    return "values" in data or "brackets" in data or any(map(_holds_values, children))


def violations(document: Document, kind: str) -> Iterator[Problem]:
    """Yield what a schema does not allow in a document, as problems that tell what to write."""
    seen = set()
    for error in validator(kind).iter_errors(document.data):
        for path, message, remedy in _explained(error):
            if (path, message) not in seen:
                seen.add((path, message))
                yield document.problem(path, message, remedy, "schema")


def _explained(error: Any) -> Iterator[tuple[KeyPath, str, str]]:
    """Turn an error of jsonschema into path, message and remedy."""
    path: tuple[Key, ...] = tuple(error.absolute_path)
    here, wanted = error.schema, error.validator_value
    properties = here.get("properties", {}) if isinstance(here, dict) else {}
    match error.validator:
        case "required":
            for key in wanted:
                if key not in error.instance:
                    yield path, f"'{key}' is missing", _such_as(key, properties)
        case "additionalProperties":
            patterns = here.get("patternProperties", {})
            for key in error.instance:
                if key not in properties and not any(re.search(p, key) for p in patterns):
                    yield (*path, key), f"unknown key '{key}'", did_you_mean(key, properties)
        case "anyOf" if all("required" in option for option in wanted):
            keys = " or ".join(f"'{key}'" for option in wanted for key in option["required"])
            yield path, f"{keys} is missing", "add one of them"
        case "oneOf" if all("required" in option for option in wanted):
            choice = [key for option in wanted for key in option["required"]]
            yield from ((path, *said) for said in _not_one(error.instance, choice, properties))
        case "minProperties" | "minItems" | "minLength":
            yield path, "there is nothing here", f"write it like: {_example(here)}"
        case "uniqueItems":
            yield path, "an item is given twice", "keep one of the two"
        case _:
            where = (*path, error.instance) if "propertyNames" in error.schema_path else path
            given = json.dumps(error.instance, ensure_ascii=False)
            given = given if len(given) <= 40 else "something longer"  # noqa: PLR2004
            remedy = f"write it like: {_example(here)}"
            if error.validator == "enum":
                remedy = did_you_mean(str(error.instance), map(str, wanted), kind="values")
            yield where, f"expected {here.get('title', 'something else')}, got {given}", remedy


def _not_one(
    given: dict[str, Any], choice: list[str], properties: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """Say that several of some keys are given, or none; not where another key is misspelt."""
    several = [f"'{key}'" for key in choice if key in given]
    if len(several) > 1:
        yield f"{' and '.join(several)} are two changes", "write a list of changes"
    elif set(given) <= set(properties):
        yield "nothing says what is changed", f"add one of: {', '.join(choice)}"


def _such_as(key: str, properties: dict[str, Any]) -> str:
    example = _example(_resolved(properties.get(key, {})))
    return f"add it, such as '{key}: {example}'" if example else "add it"


def _resolved(part: dict[str, Any]) -> dict[str, Any]:
    """Return a part of the parameter schema with what it refers to."""
    reference = part.get("$ref", "").removeprefix("#/$defs/")
    defined = validator("parameter").schema["$defs"].get(reference, {})
    return {**defined, **part}


def _example(part: dict[str, Any]) -> str:
    return str(part.get("examples", [part.get("title", "")])[0])
