"""Rules as code: legislation for benefits and fees, calculated, explained and tested.

>>> import policy
>>> book = policy.load("estonia")
>>> book.title
'Family benefits of Estonia'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from policy.garbage import importing
from policy.version import __version__

if TYPE_CHECKING:
    from policy.book import StatuteBook
    from policy.errors import Location, PolicyError, Problem
    from policy.explain.explanation import Explanation, Step
    from policy.legislation.parameters import Parameter, Reference, Value
    from policy.loading import books, load
    from policy.scenario.assumptions import Assumption
    from policy.scenario.result import Result, Row

__all__ = [
    "Assumption",
    "Explanation",
    "Location",
    "Parameter",
    "PolicyError",
    "Problem",
    "Reference",
    "Result",
    "Row",
    "StatuteBook",
    "Step",
    "Value",
    "__version__",
    "books",
    "load",
]

#: Where each name is defined. They are imported when first used, so that the command line and the
#: pytest plugin start without openfisca-core.
_HOMES = {
    "Assumption": "policy.scenario.assumptions",
    "Explanation": "policy.explain.explanation",
    "Location": "policy.errors",
    "Parameter": "policy.legislation.parameters",
    "PolicyError": "policy.errors",
    "Problem": "policy.errors",
    "Reference": "policy.legislation.parameters",
    "Result": "policy.scenario.result",
    "Row": "policy.scenario.result",
    "StatuteBook": "policy.book",
    "Step": "policy.explain.explanation",
    "Value": "policy.legislation.parameters",
    "books": "policy.loading",
    "load": "policy.loading",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'policy' has no attribute '{name}'")
    with importing():
        value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
