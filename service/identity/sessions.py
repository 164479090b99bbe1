"""Sessions of administrators, kept in the store: the cookie holds a random id, the store its digest."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, Row, delete, insert, select, update

from indexer.errors import BroadsheetError

from ..store import Database
from ..store.tables.identity import administrators, sessions
from .actor import Actor
from .moments import Clock, moment_of, stamp

TOKEN_BYTES: Final = 32
TOKEN_LENGTH: Final = 43  # what so many bytes have in base64
SEEN: Final = timedelta(minutes=1)  # how exactly the last use of a session is kept
_CSRF: Final = b"broadsheet csrf"


class Session(Struct, frozen=True):
    """A session. ``id`` names it and lets nobody in; moments are ISO 8601 in UTC.

    ``must_change`` says that the administrator signed in with a one-time password, and may do nothing
    but change it.
    """

    id: str
    administrator: str
    client: str
    created_at: str
    seen_at: str
    must_change: bool = False

    @property
    def actor(self) -> Actor:
        """Who acts in it."""
        return Actor("administrator", self.administrator, frozenset({"admin"}))


def csrf_of(token: str) -> str:
    """The token that the forms of a session carry. It tells nothing of the session's own."""
    return hmac.digest(token.encode(), _CSRF, "sha256").hex()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Sessions:
    """Begins, finds and ends sessions.

    One that was not used for ``idle``, or is older than ``longest``, is over. When one was last used is
    remembered here and kept in the store by :meth:`flush`: nobody who only reads waits for a writer.
    """

    def __init__(self, database: Database, clock: Clock, idle: timedelta, longest: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._idle = idle
        self._longest = longest
        self._seen: dict[str, datetime] = {}  # by digest; what is not in the store yet

    @property
    def longest(self) -> timedelta:
        """How long a session may last."""
        return self._longest

    def begin(self, administrator: str, client: str, *, within: Connection) -> str:
        """Begin a session under a new id, which is returned; sessions that are over are forgotten."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._clock()
        self._forget(within)
        within.execute(
            insert(sessions).values(
                digest=_digest(token),
                id=secrets.token_hex(8),
                administrator=administrator,
                client=client[:64],
                created_at=stamp(now),
                seen_at=stamp(now),
            )
        )
        return token

    def find(self, token: str) -> Session | None:
        """The session of a cookie; ``None`` when there is none, or it is over.

        Raises:
            StoreUnavailable: the store cannot be read.
        """
        if len(token) != TOKEN_LENGTH:
            return None
        digest = _digest(token)
        query = (
            select(sessions, administrators.c.must_change)
            .join(administrators, administrators.c.name == sessions.c.administrator)
            .where(sessions.c.digest == digest)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or self._over(row):
            return None
        now = self._clock()
        if now - moment_of(row.seen_at) >= SEEN:
            self._seen[digest] = now
        return _session(row)

    def flush(self) -> None:
        """Keep in the store when sessions were last used. Off the request path.

        Raises:
            StoreUnavailable: that cannot be kept now, and is remembered.
        """
        seen, self._seen = self._seen, {}
        if not seen:
            return
        try:
            with self._database.writing() as connection:
                for digest, moment in seen.items():
                    mine = sessions.c.digest == digest
                    connection.execute(update(sessions).where(mine).values(seen_at=stamp(moment)))
        except BroadsheetError:
            self._seen = seen | self._seen
            raise

    def of(self, administrator: str) -> Sequence[Session]:
        """The sessions of an administrator, the newest first."""
        query = (
            select(sessions)
            .where(sessions.c.administrator == administrator)
            .order_by(sessions.c.created_at.desc())
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [_session(row) for row in rows if not self._over(row)]

    def end(self, administrator: str, session_id: str) -> bool:
        """End one session; ``False`` when the administrator has no such."""
        mine = (sessions.c.administrator == administrator) & (sessions.c.id == session_id)
        with self._database.writing() as connection:
            return connection.execute(delete(sessions).where(mine)).rowcount > 0

    @staticmethod
    def end_all(administrator: str, *, but: str = "", within: Connection) -> None:
        """End every session of an administrator, but the one of the id ``but``."""
        theirs = (sessions.c.administrator == administrator) & (sessions.c.id != but)
        within.execute(delete(sessions).where(theirs))

    def _over(self, row: Row) -> bool:  # type: ignore[type-arg]  # of whatever columns are asked for
        now = self._clock()
        kept = moment_of(row.seen_at)
        seen = max(kept, self._seen.get(row.digest, kept))
        return now - seen > self._idle or now - moment_of(row.created_at) > self._longest

    def _forget(self, connection: Connection) -> None:
        now = self._clock()
        idle = sessions.c.seen_at < stamp(now - self._idle)
        old = sessions.c.created_at < stamp(now - self._longest)
        connection.execute(delete(sessions).where(idle | old))


def _session(row: Row) -> Session:  # type: ignore[type-arg]  # of whatever columns are asked for
    return Session(
        row.id,
        row.administrator,
        row.client,
        row.created_at,
        row.seen_at,
        bool(getattr(row, "must_change", False)),
    )
