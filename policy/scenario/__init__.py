"""Scenarios: who is asked about, read strictly, and what the law gives them."""
