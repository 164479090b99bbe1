"""Tables of tuning: every version that was published, and the one draft that is shared."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Integer, String, Table, Text

from .base import metadata

# Rows are only ever added: a version that is restored is published anew under the next number.
versions: Final = Table(
    "tuning_versions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("author", String(200), nullable=False),
    Column("note", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("parent", Integer, nullable=False),  # the version it was made from; 0 for none
    Column("restored", Integer, nullable=True),  # the version whose model it has again
    Column("model", Text, nullable=False),  # JSON
)

# One row, once there has been a draft. Without one its model is empty; the revision grows all the same.
draft: Final = Table(
    "tuning_draft",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
    Column("base", Integer, nullable=False),  # the version it was begun on
    Column("at", String(32), nullable=False),
    Column("author", String(200), nullable=False),
    Column("model", Text, nullable=False),  # JSON or empty
)
