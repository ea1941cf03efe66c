"""What is known of a person."""

from __future__ import annotations

from ttsim.tt import TTSIMUnit, policy_input


@policy_input(unit=TTSIMUnit.DIMENSIONLESS)
def p_id() -> int:
    """Identifier of the person."""


@policy_input(unit=TTSIMUnit.DIMENSIONLESS)
def fam_id() -> int:
    """Identifier of the family."""


@policy_input(unit=TTSIMUnit.INDICATOR)
def is_child() -> bool:
    """Whether the person is a child of the family."""


@policy_input(unit=TTSIMUnit.INDICATOR)
def is_student() -> bool:
    """Whether the person is at school in the month."""


@policy_input(unit=TTSIMUnit.DIMENSIONLESS)
def birth_month() -> int:
    """Month of birth, counted from the year 0."""


@policy_input(unit=TTSIMUnit.DIMENSIONLESS)
def birth_day() -> int:
    """Day of the month of birth."""
