"""Tables of identity: keys, administrators, their sessions, and sign-ins that failed.

Of what lets somebody in only a digest is kept; a TOTP secret is the exception, since codes are made from it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, String, Table, Text

from .base import metadata

api_keys: Final = Table(
    "api_keys",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of the whole key
    Column("prefix", String(16), nullable=False),  # what is shown of it
    Column("name", String(100), nullable=False),
    Column("scopes", String(100), nullable=False),  # separated by spaces
    Column("origins", Text, nullable=False),  # separated by spaces; empty: any
    Column("rate", String(100), nullable=False),  # empty: the setting's
    Column("created_at", String(32), nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("expires_at", String(32), nullable=False),  # empty: never
    Column("used_at", String(32), nullable=False),  # empty: never; to the hour
    Column("revoked_at", String(32), nullable=False),  # empty: in use
)

administrators: Final = Table(
    "administrators",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("password", String(300), nullable=False),  # argon2id, with its parameters
    Column("must_change", Boolean, nullable=False),  # the password is a one-time one
    Column("totp", String(64), nullable=False),  # base32; empty: off
    Column("totp_step", BigInteger, nullable=False),  # the newest step of time whose code was used
    Column("created_at", String(32), nullable=False),
)

sessions: Final = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of what the cookie holds
    Column("id", String(24), nullable=False, unique=True),  # names it in the list, and lets nobody in
    Column(
        "administrator",
        String(100),
        ForeignKey("administrators.name", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("client", String(64), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("seen_at", String(32), nullable=False),  # to the minute
)

failures: Final = Table(
    "failures",
    metadata,
    Column("subject", String(200), primary_key=True),  # name:… or client:…
    Column("count", Integer, nullable=False),
    Column("at", String(32), nullable=False, index=True),
    Column("until", String(32), nullable=False),
)
