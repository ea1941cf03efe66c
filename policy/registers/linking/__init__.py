"""The same person and household in registers that do not tell them apart by a number."""
