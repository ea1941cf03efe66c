"""Synthetic populations, drawn from published counts."""
