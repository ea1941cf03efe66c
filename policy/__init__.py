"""Rules as code: legislation for benefits and fees, calculated, explained and tested.

>>> import policy
>>> book = policy.load("estonia")
>>> book.title
'Family benefits of Estonia'
"""

from policy.book import StatuteBook
from policy.books import books, load
from policy.errors import Location, PolicyError, Problem
from policy.explain.explanation import Explanation, Step
from policy.legislation.parameters import Parameter, Reference, Value
from policy.scenario.assumptions import Assumption
from policy.scenario.result import Result, Row
from policy.version import __version__

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
