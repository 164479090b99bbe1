"""The record of who changed what, and of who was refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Connection, insert, select

from ..store import Database
from ..store.tables.audit import audit
from .actor import Actor

MAX_SUBJECT: Final = 500  # characters; the column's width
MAX_ACTOR: Final = 200  # as above
MAX_ACTORS: Final = 500  # of a list of them


class Entry(Struct, frozen=True):
    """One line of the record. ``at`` is ISO 8601 UTC."""

    number: int
    at: str
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]


class Audit:
    """Writes and reads the record. ``clock`` gives the time in UTC."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def note(
        self,
        actor: Actor,
        action: str,
        subject: str = "",
        *,
        within: Connection | None = None,
        **detail: Any,
    ) -> None:
        """Write a line; ``within`` the transaction of the change itself, where there is one.

        Raises:
            StoreUnavailable: it cannot be written.
        """
        row = {
            "at": self._clock().isoformat(timespec="milliseconds"),
            "actor": actor.shown[:MAX_ACTOR],
            "action": action,
            "subject": subject[:MAX_SUBJECT],
            "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True),
        }
        if within is not None:
            within.execute(insert(audit).values(row))
            return
        with self._database.writing() as connection:
            connection.execute(insert(audit).values(row))

    def newest(
        self,
        limit: int,
        before: int | None = None,
        action: str = "",
        *,
        actions: Sequence[str] = (),
        actor: str = "",
    ) -> Sequence[Entry]:
        """Lines, newest first; those before a number, of an action or of any of several, and of an actor as
        the lines name one, when given.
        """
        query = select(audit).order_by(audit.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(audit.c.number < before)
        if action or actions:
            query = query.where(audit.c.action.in_([action] if action else actions))
        if actor:
            query = query.where(audit.c.actor == actor)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [
            Entry(row.number, row.at, row.actor, row.action, row.subject, json.loads(row.detail))
            for row in rows
        ]

    def actors(self) -> Sequence[str]:
        """Everybody of whom there is a line, as the lines name them."""
        query = select(audit.c.actor).distinct().order_by(audit.c.actor).limit(MAX_ACTORS)
        with self._database.reading() as connection:
            return connection.execute(query).scalars().all()
