"""Tables of analytics."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COUNTS = (
    "sessions", "missed", "missed_partial", "missed_filtered", "missed_language", "missed_exact", "clicks",
    "ranks",
)  # fmt: skip


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "analytics_held",
        sa.Column("tag", sa.String(64), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("sessions", sa.Integer, nullable=False),
        sa.Column("missed", sa.Integer, nullable=False),
        sa.Column("missed_partial", sa.Integer, nullable=False, server_default="0"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "analytics_texts",
        sa.Column("tag", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("other", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "analytics_days",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("tag", sa.String(64), primary_key=True),
        *(sa.Column(name, sa.Integer, nullable=False, server_default="0") for name in _COUNTS),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "analytics_totals",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them."""
    for name in ("totals", "days", "texts", "held"):
        op.drop_table(f"analytics_{name}")
