"""Segments as flat arrays on disk, and what stock Whoosh needs to read them."""
