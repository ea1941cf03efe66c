"""Benchmarks: ``python -m tests.benchmarks`` runs all of them side by side; pytest runs none."""
