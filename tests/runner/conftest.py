"""The toy book of the unit tests, and ``policy`` run as on the command line."""

from ..cli.conftest import policy_command  # noqa: F401  (a fixture)
from ..unit.conftest import toy, toy_folder  # noqa: F401  (fixtures)
