"""``policy`` run as on the command line."""

from ..cli.conftest import policy_command  # noqa: F401  (a fixture)
