"""Measurements for docs/benchmarks.md: of the whole path, and of the engine beside its peers."""
