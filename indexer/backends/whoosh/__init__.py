"""Whoosh: schema, writer, reader and generations; the only place that imports it."""

from __future__ import annotations

from .index import WhooshIndex

__all__ = ["WhooshIndex"]
