"""The toy book is law, not tests."""

collect_ignore = ["toy"]
