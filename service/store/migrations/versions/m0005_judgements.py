"""Judgements and evaluations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "judgement_sets",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
    )
    op.create_table(
        "judgement_questions",
        sa.Column("set_name", sa.String(64), primary_key=True),
        sa.Column("question", sa.String(200), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["set_name"], ["judgement_sets.name"], ondelete="CASCADE"),
    )
    op.create_table(
        "judgement_grades",
        sa.Column("set_name", sa.String(64), primary_key=True),
        sa.Column("question", sa.String(200), primary_key=True),
        sa.Column("article", sa.String(500), primary_key=True),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_name", "question"],
            ["judgement_questions.set_name", "judgement_questions.question"],
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "evaluations",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("set_name", sa.String(64), nullable=False, index=True),
        sa.Column("tuning", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("generation", sa.String(64), nullable=False),
        sa.Column("hits", sa.Integer, nullable=False),
        sa.Column("queries", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("recall", sa.Float, nullable=False),
        sa.Column("ndcg", sa.Float, nullable=False),
        sa.Column("mrr", sa.Float, nullable=False),
        sa.Column("mean_ms", sa.Float, nullable=False),
        sa.Column("p95_ms", sa.Float, nullable=False),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("evaluations")
    op.drop_table("judgement_grades")
    op.drop_table("judgement_questions")
    op.drop_table("judgement_sets")
