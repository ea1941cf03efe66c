"""What a process that runs nights holds before it begins: forked from, it is quick to start."""

import policy
from policy.ledger.ledger import Ledger
from policy.ledger.verifying import verify
from policy.proactive.night import SERVICES, run_nights

BOOK = policy.load("estonia")
SERVICES["estonia"].fields(BOOK, "2026-05-01")


def run(registers, ledger, days, target, told=None):
    """Run nights; tell, where one listens, when the adding to the ledger begins and has ended."""
    if told:
        Ledger.append = telling(Ledger.append, told)
    for _ in run_nights(BOOK, registers, ledger, days, target):
        pass


def telling(append, told):
    def appending(*given):
        told.send_bytes(b"in it")
        done = append(*given)
        told.send_bytes(b"after it")
        return done

    return appending


def whole(ledger):
    """Return the seals of a ledger's nights, if nothing in it is broken."""
    with Ledger.open(ledger, read_only=True) as opened:
        assert verify(opened) == []
        return [(each.date, each.hash) for each in opened.runs()]
