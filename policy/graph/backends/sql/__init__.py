"""The law graph as SQL: one readable statement, with a named step for each variable."""
