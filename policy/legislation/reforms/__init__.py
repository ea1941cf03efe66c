"""Reforms: changes of the law as files, laid over it; and the law as it was known on a date."""
