"""Two laws beside each other: what a change of the law changes for cases and for a population."""
