"""The law graph: formulas traced into expressions, and ways of running them."""
