"""The day it is: that of UTC, wherever the machine stands, as the pages and the documentation say it."""

from __future__ import annotations

from datetime import UTC, date, datetime


def today() -> date:
    """Today."""
    return datetime.now(UTC).date()
