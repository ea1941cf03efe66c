"""What Python runs of a book's files: known by its digest, module by module, as it is imported.

A file that was edited may still run as it was, from bytecode, as Python sees files by the second.
What rests on formulas is therefore known by the code that ran, and never by what the files say.
"""

from __future__ import annotations

import hashlib
import marshal
import sys
from functools import partial
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path
    from types import CodeType

#: Digests of the code of modules, by their name.
Code: TypeAlias = dict[str, bytes]


class _Loader(SourceFileLoader):
    """Loads a module as Python does, and takes down what is run."""

    def __init__(self, code: Code, name: str, path: str) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType | None:
        """Return the code of the module."""
        found = super().get_code(fullname)
        # (in the second version equal code is equal bytes, read from a file or compiled just now)
        self._code[fullname] = hashlib.sha256(marshal.dumps(found, 2)).digest()
        return found


def find_by_code(folder: Path) -> Code:
    """Have the modules of a folder, and of those in it, imported from now on by their code.

    Returns:
        The digests of the modules imported so far: filled as they are.

    """
    code: Code = {}
    for each in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        loader: Any = partial(_Loader, code)
        sys.path_importer_cache[str(each)] = FileFinder(str(each), (loader, SOURCE_SUFFIXES))
    return code
