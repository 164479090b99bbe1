"""Writes counts to the store: a text when k day-sessions asked for it, before that only how many did.

What fewer asked for is known by a digest under a key that is not in the store. The digest is what later
sessions are counted by; their own request brings the text when it is time. So there is nothing to decrypt.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field
from sqlalchemy import Connection, Table, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from indexer.storage import storage_errors

from ..store import Database
from ..store.tables.analytics import days, held, texts, totals

KEY_FILE: Final = "analytics.key"
_INSERT: Final[Mapping[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def read_key(data: Path) -> bytes:
    """The key of the digests: a file in the data folder, made by who needs it first.

    Raises:
        StorageError: it can neither be read nor made.
    """
    path = data / KEY_FILE
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            own = path.with_name(f"{KEY_FILE}.{secrets.token_hex(6)}")
            own.touch(mode=0o600)
            own.write_bytes(secrets.token_bytes(32))
            with suppress(FileExistsError):  # another worker was first
                os.link(own, path)
            own.unlink()
        return path.read_bytes()


class Text(Struct, frozen=True):
    """A query; with ``other``, what was asked instead of it."""

    text: str
    other: str = ""

    def tag(self, key: bytes) -> str:
        """What it is known by in the store."""
        return hmac.digest(key, f"{self.text}\n{self.other}".encode(), hashlib.sha256).hex()


class Batch(Struct):
    """What is to be added to the counts of a day."""

    day: str
    counts: dict[Text, Counter[str]] = field(default_factory=dict)
    clicks: dict[Text, Counter[str]] = field(default_factory=dict)
    totals: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __bool__(self) -> bool:
        return bool(self.counts or self.clicks or self.totals)


class Keeping:
    """The counts in the store. ``k`` day-sessions make a text known; counts are kept for ``keep`` days."""

    def __init__(self, database: Database, key: bytes, k: int) -> None:
        self._database = database
        self._key = key
        self._k = k

    def tag(self, text: Text) -> str:
        """What a text is known by."""
        return text.tag(self._key)

    def write(self, batch: Batch) -> None:
        """Add a batch, whole or not at all.

        Raises:
            StoreUnavailable: nothing of it was written.
        """
        # The order of digests is that of no reader, and the same for all workers: no two wait for each other.
        counted = sorted((text.tag(self._key), text, counts) for text, counts in batch.counts.items())
        clicked = sorted((text.tag(self._key), counts) for text, counts in batch.clicks.items())
        with self._database.writing() as connection:
            for tag, text, counts in counted:
                if not self._known(connection, tag) and not self._hold(connection, batch.day, tag, counts):
                    continue
                self._publish(connection, tag, text, batch.day, counts)
            for tag, counts in clicked:
                if self._known(connection, tag):
                    self._add(connection, days, {"day": batch.day, "tag": tag}, counts)
            for (kind, name), count in sorted(batch.totals.items()):
                self._add(
                    connection,
                    totals,
                    {"day": batch.day, "kind": kind, "name": name[:200]},
                    {"count": count},
                )

    def forget(self, before: str) -> None:
        """Remove the counts of days before one, and texts that fewer than k asked for since: what remains
        of those is held, as if they had not been known.

        Raises:
            StoreUnavailable: nothing was removed.
        """
        with self._database.writing() as connection:
            for table in (held, days, totals):
                connection.execute(delete(table).where(table.c.day < before))
            few = select(days.c.tag).group_by(days.c.tag).having(func.sum(days.c.sessions) < self._k)
            # NOTE: in one statement: another worker that does the same at the time gets none of these rows.
            gone = delete(days).where(days.c.tag.in_(few)).returning(*days.c)
            for row in sorted(connection.execute(gone).all(), key=lambda row: (row.tag, row.day)):
                if row.sessions:
                    kept = _held(row.sessions, row.missed, row.missed_partial)
                    self._add(connection, held, {"tag": row.tag, "day": row.day}, kept)
            connection.execute(delete(texts).where(texts.c.tag.not_in(select(days.c.tag))))

    def _known(self, connection: Connection, tag: str) -> bool:
        return connection.execute(select(texts.c.tag).where(texts.c.tag == tag)).first() is not None

    def _hold(self, connection: Connection, day: str, tag: str, counts: Mapping[str, int]) -> bool:
        """Whether with these sessions there are enough; they are held until there are."""
        sessions = counts.get("sessions", 0)
        so_far = connection.execute(select(func.sum(held.c.sessions)).where(held.c.tag == tag)).scalar() or 0
        if so_far + sessions >= self._k:
            return True
        if sessions:
            kept = _held(sessions, counts.get("missed", 0), counts.get("missed_partial", 0))
            self._add(connection, held, {"tag": tag, "day": day}, kept)
        return False

    def _publish(
        self, connection: Connection, tag: str, text: Text, day: str, counts: Mapping[str, int]
    ) -> None:
        kind = "pair" if text.other else "query"
        row = {"tag": tag, "kind": kind, "text": text.text, "other": text.other}
        insert = _INSERT[self._database.kind]
        connection.execute(insert(texts).values(row).on_conflict_do_nothing())
        for old in connection.execute(select(held).where(held.c.tag == tag)).all():
            known = _held(old.sessions, old.missed, old.missed_partial)
            self._add(connection, days, {"day": old.day, "tag": tag}, known)
        connection.execute(delete(held).where(held.c.tag == tag))
        self._add(connection, days, {"day": day, "tag": tag}, counts)

    def _add(
        self, connection: Connection, table: Table, at: Mapping[str, str], counts: Mapping[str, int]
    ) -> None:
        insert = _INSERT[self._database.kind](table)
        base = {"sessions": 0, "missed": 0} if table is days else {}
        connection.execute(
            insert.values({**base, **at, **counts}).on_conflict_do_update(
                index_elements=list(at),
                set_={name: table.c[name] + insert.excluded[name] for name in counts},
            )
        )


def _held(sessions: int, missed: int, partial: int) -> Mapping[str, int]:
    """What is held of a text that is not known: how many asked, and how many of those did not find it."""
    missed = min(sessions, missed)
    return {"sessions": sessions, "missed": missed, "missed_partial": min(missed, partial)}
