"""How well tests cover the law: every condition, every value, every small change of it."""
