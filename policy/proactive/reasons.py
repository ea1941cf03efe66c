"""Why something is decided."""

BY_LAW, ACCEPTED, CLAIMED, RESUMED = "law", "accepted", "claimed", "resumed"
RUNNING, CHANGED, NO_LONGER, OTHER_RECIPIENT = "running", "changed", "no longer", "other recipient"
FIRST_TIME, WAIVED, NO_ANSWER, TOO_LATE = "first time", "waived", "no answer", "too late"
NOT_HELD, NO_NUMBER = "in no register", "no number in the law kept here"
CONSENTED, NO_AMOUNT, PUBLISHED = "consent", "consent, no amount", "amount published"
