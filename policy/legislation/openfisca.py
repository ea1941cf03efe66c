"""The one door to openfisca-core: imported without its side effects on YAML.

openfisca-core reads parameters with PyYAML's unsafe loader and registers its own constructors on
``yaml.CLoader``, which changes how every other library in the process reads YAML. Importing it here
leaves ``yaml.CLoader`` as it was and gives openfisca-core a private safe loader. No other module of
this library imports openfisca-core.
"""

from __future__ import annotations

from typing import Any

import yaml

_shared = getattr(yaml, "CLoader", yaml.Loader)
_before = dict(_shared.__dict__.get("yaml_constructors", {}))

from openfisca_core.parameters import config  # noqa: E402

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

from openfisca_core import (  # noqa: E402
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
from openfisca_core.parameters import Parameter, ParameterNode, ParameterScale  # noqa: E402
from openfisca_core.reforms.in_yaml_test_reform import InYamlTestReform  # noqa: E402

__all__ = [
    "InYamlTestReform",
    "Parameter",
    "ParameterNode",
    "ParameterScale",
    "config",
    "entities",
    "errors",
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
