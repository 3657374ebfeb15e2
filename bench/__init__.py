"""Benchmarks against named peers; ``pytest bench`` runs them and prints one table of ratios.  None asserts a time."""
