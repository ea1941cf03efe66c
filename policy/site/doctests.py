"""Examples in docstrings, shown as code in the reference."""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension

#: What Sphinx writes before a name that is a link there.
_ROLE = re.compile(r":(?:func|meth|class):(?=`)")


def fenced(text: str) -> str:
    r"""Put the doctests of a docstring between fences, as Markdown has code.

    >>> fenced("Add.\n\n>>> 1 + 1\n2\n\nDone.").splitlines()
    ['Add.', '', '```pycon', '>>> 1 + 1', '2', '```', '', 'Done.']
    """
    lines: list[str] = []
    indent, inside = "", False
    for line in [*text.splitlines(), ""]:
        if line.lstrip().startswith(">>>") and not inside:
            indent = line[: len(line) - len(line.lstrip())]
            lines.append(f"{indent}```pycon")
            inside = True
        elif inside and not line.strip():
            lines.append(f"{indent}```")
            inside = False
        lines.append(line)
    return "\n".join(lines[:-1] if not lines[-1] else lines)


class Doctests(Extension):
    """Fences the doctests of every docstring that is read."""

    def on_object(self, *, obj: Any, **_: Any) -> None:
        """Fence those of one."""
        if obj.docstring:
            obj.docstring.value = fenced(_ROLE.sub("", obj.docstring.value))
