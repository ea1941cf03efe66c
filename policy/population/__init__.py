"""Whole populations: columns of people in, columns of answers out."""
