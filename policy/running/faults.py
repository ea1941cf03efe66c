"""What can be wrong with ids and with who is in which group, and how it is said."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Fault(IntEnum):
    """What is wrong with a row's ids; nothing is 0."""

    NO_ID = 1
    SAME_ID = 2
    NO_GROUP = 3
    IN_NONE = 4
    IN_SEVERAL = 5
    TWICE_IN_ONE = 6
    UNKNOWN_PERSON = 7
    UNKNOWN_GROUP = 8
    SAME_GROUP = 9
    NO_GROUP_ID = 10
    EMPTY_GROUP = 11
    OTHERS = 12


class Said(NamedTuple):
    """What is said of a fault: where it stands, what is wrong, and what to do.

    Attributes:
        table: ``persons``, ``members`` or ``groups``.
        column: ``person`` or ``group``: the column that is wrong.
        reason: what is wrong.
        remedy: what to do.

    """

    table: str
    column: str
    reason: str
    remedy: str


SAID = {
    Fault.NO_ID: Said("persons", "person", "no id is given", "give each row its own id"),
    Fault.SAME_ID: Said(
        "persons", "person", "another row has the same id", "give each row its own id"
    ),
    Fault.NO_GROUP: Said("members", "group", "no {group} is given", "name the {group}"),
    Fault.IN_NONE: Said(
        "persons", "person", "the {person} is in no {group}", "add a row to the memberships"
    ),
    Fault.IN_SEVERAL: Said(
        "members", "person", "the {person} is in two {groups}", "put each {person} in one {group}"
    ),
    Fault.TWICE_IN_ONE: Said(
        "members", "person", "the {person} is twice in one {group}", "keep one of the rows"
    ),
    Fault.UNKNOWN_PERSON: Said(
        "members", "person", "there is no such {person}", "add it to the {persons}"
    ),
    Fault.UNKNOWN_GROUP: Said(
        "members", "group", "there is no such {group}", "add it to the {groups}"
    ),
    Fault.SAME_GROUP: Said(
        "groups", "group", "another row has the same id", "give each row its own id"
    ),
    Fault.NO_GROUP_ID: Said("groups", "group", "no id is given", "give each row its own id"),
    Fault.EMPTY_GROUP: Said(
        "groups", "group", "nobody is in the {group}", "add its members, or remove it"
    ),
    Fault.OTHERS: Said(
        "persons", "person", "another row of the {group} was rejected", "see that row"
    ),
}
