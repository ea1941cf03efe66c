"""The ledger of decisions: what was decided each night, on which facts, by which law."""
