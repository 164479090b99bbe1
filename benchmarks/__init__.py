"""Measurements of the whole path, for docs/benchmarks.md."""
