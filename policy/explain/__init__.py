"""Explanations: why the law gives what it gives."""
