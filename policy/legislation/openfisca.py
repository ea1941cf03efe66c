"""The one door to openfisca-core: imported without its side effects on YAML, and quickly.

openfisca-core reads parameters with PyYAML's unsafe loader and registers its own constructors on
``yaml.CLoader``, which changes how every other library in the process reads YAML. Importing it here
leaves ``yaml.CLoader`` as it was and gives openfisca-core a private safe loader. Libraries that
openfisca-core seldom uses are imported when it does. No other module of this library imports
openfisca-core.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: What openfisca-core imports and seldom uses: a third of the time that its import takes.
_SELDOM_USED = (
    "dateutil.parser",
    "dpath",
    "importlib.metadata",
    "numexpr",
    "openfisca_core.tools",
    "psutil",
)


class _WhenUsed(ModuleType):
    """Stands for a module, which is imported when something of it is used."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


@contextmanager
def _left_for_later(names: tuple[str, ...]) -> Iterator[None]:
    """Let modules that are not imported yet wait for their use by what is imported now.

    Whoever imports one of them afterwards has the module itself.
    """
    waiting = {name: _WhenUsed(name) for name in names if name not in sys.modules}
    sys.modules.update(waiting)
    try:
        yield
    finally:
        for name, module in waiting.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
                parent, _, child = name.rpartition(".")
                if parent in sys.modules:
                    vars(sys.modules[parent]).setdefault(child, module)


_shared = getattr(yaml, "CLoader", yaml.Loader)
_before = dict(_shared.__dict__.get("yaml_constructors", {}))

with _left_for_later(_SELDOM_USED):
    from openfisca_core.parameters import config

if _before:
    _shared.yaml_constructors = _before
elif "yaml_constructors" in _shared.__dict__:
    del _shared.yaml_constructors


class _ParameterLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader that openfisca-core reads parameter files with."""


def _text(_loader: yaml.Loader, node: yaml.ScalarNode) -> str:
    return str(node.value)


def _mapping(loader: yaml.Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    return dict(config.dict_no_duplicate_constructor(loader, node, deep=True))


_ParameterLoader.add_constructor("tag:yaml.org,2002:timestamp", _text)
_ParameterLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
config.Loader = _ParameterLoader

with _left_for_later(_SELDOM_USED):
    from openfisca_core import (
        entities,
        errors,
        model_api,
        parameters,
        periods,
        populations,
        projectors,
        simulations,
        taxbenefitsystems,
        taxscales,
        variables,
    )
    from openfisca_core.parameters import Parameter, ParameterNode, ParameterScale
    from openfisca_core.reforms.in_yaml_test_reform import InYamlTestReform


class _Metadata(Mapping[str, Any]):
    """A package's metadata: where it is, and the rest when that is asked for."""

    def __init__(self, location: str, system: Any) -> None:
        self._location = location
        self._system = system

    @cached_property
    def _all(self) -> dict[str, Any]:
        return dict(taxbenefitsystems.TaxBenefitSystem.get_package_metadata(self._system))

    def __getitem__(self, key: str) -> Any:
        return self._location if key == "location" else self._all[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


@contextmanager
def located(kind: Any, folder: Path) -> Iterator[None]:
    """Let a kind of system know where its package is.

    openfisca-core reads all metadata of a package again for each file of variables, and uses that.
    """
    if "get_package_metadata" in vars(kind):  # (one of its own)
        yield
        return
    kind.get_package_metadata = lambda system: _Metadata(str(folder), system)
    try:
        yield
    finally:
        del kind.get_package_metadata


__all__ = [
    "InYamlTestReform",
    "Parameter",
    "ParameterNode",
    "ParameterScale",
    "config",
    "entities",
    "errors",
    "located",
    "model_api",
    "parameters",
    "periods",
    "populations",
    "projectors",
    "simulations",
    "taxbenefitsystems",
    "taxscales",
    "variables",
]
