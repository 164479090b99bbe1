"""Every command of these tests runs in a folder of its own."""

from __future__ import annotations

from .running import elsewhere

__all__ = ["elsewhere"]
