"""Tables of judgements: which articles answer which questions how well, and how well they were answered
when.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Float, ForeignKeyConstraint, Integer, String, Table, Text

from .base import metadata

sets: Final = Table(
    "judgement_sets",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("note", Text, nullable=False),
    Column("at", String(32), nullable=False),
    Column("author", String(200), nullable=False),
)

questions: Final = Table(
    "judgement_questions",
    metadata,
    Column("set_name", String(64), primary_key=True),
    Column("question", String(200), primary_key=True),
    Column("text", Text, nullable=False),
    ForeignKeyConstraint(["set_name"], ["judgement_sets.name"], ondelete="CASCADE"),
)

grades: Final = Table(
    "judgement_grades",
    metadata,
    Column("set_name", String(64), primary_key=True),
    Column("question", String(200), primary_key=True),
    Column("article", String(500), primary_key=True),
    Column("grade", Integer, nullable=False),
    Column("at", String(32), nullable=False),
    Column("author", String(200), nullable=False),
    ForeignKeyConstraint(
        ["set_name", "question"],
        ["judgement_questions.set_name", "judgement_questions.question"],
        ondelete="CASCADE",
    ),
)

# What was measured stays when the set is gone or has changed; it is of its time.
evaluations: Final = Table(
    "evaluations",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("author", String(200), nullable=False),
    Column("set_name", String(64), nullable=False, index=True),
    Column("tuning", Integer, nullable=False),  # the version asked under; 0 for none published
    Column("digest", String(64), nullable=False),  # of its model
    Column("generation", String(64), nullable=False),
    Column("hits", Integer, nullable=False),  # looked at of each answer
    Column("queries", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("recall", Float, nullable=False),
    Column("ndcg", Float, nullable=False),
    Column("mrr", Float, nullable=False),
    Column("mean_ms", Float, nullable=False),
    Column("p95_ms", Float, nullable=False),
    sqlite_autoincrement=True,
)
