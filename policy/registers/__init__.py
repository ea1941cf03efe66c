"""Registers of authorities: which facts they hold, what may be read of them, and reading it."""
