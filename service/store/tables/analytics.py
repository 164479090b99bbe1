"""Tables of analytics: counts by day, of queries that enough readers asked. See docs/analytics.md.

No row is of one reader, and none has a number that tells when it came: keys are keyed digests.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Integer, String, Table, Text

from .base import metadata

# What fewer than k day-sessions asked for: no text, only how many. ``missed`` of them did not find all of the
# words, ``missed_partial`` of those some of them.
held: Final = Table(
    "analytics_held",
    metadata,
    Column("tag", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("sessions", Integer, nullable=False),
    Column("missed", Integer, nullable=False),
    Column("missed_partial", Integer, nullable=False, server_default="0"),
    sqlite_with_rowid=False,  # or the order in which rows came would be kept
)

# The texts that k day-sessions asked for: ``kind`` is query or pair (with ``other``, what was asked next).
texts: Final = Table(
    "analytics_texts",
    metadata,
    Column("tag", String(64), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("other", Text, nullable=False),
    sqlite_with_rowid=False,
)

# The same by day. Of those ``missed`` the other columns say how many found some of the words, and under what
# the rest was asked.
days: Final = Table(
    "analytics_days",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("tag", String(64), primary_key=True),
    *(
        Column(name, Integer, nullable=False, server_default="0")
        for name in (
            "sessions", "missed", "missed_partial", "missed_filtered", "missed_language", "missed_exact",
            "clicks", "ranks",
        )
    ),
    sqlite_with_rowid=False,
)  # fmt: skip

# Over all queries together: switches, filters, categories, latency, what was not recorded.
totals: Final = Table(
    "analytics_totals",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)
