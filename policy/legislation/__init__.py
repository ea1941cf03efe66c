"""Legislation: statute books read from parameters and variables, over openfisca-core."""
