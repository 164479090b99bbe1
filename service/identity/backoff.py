"""Back-off after failures to sign in, in the store, so that all workers share it.

An attempt is counted before the password is looked at, and given back when it was right, so that a thousand
at once are no more than a thousand one after another. Who tries waits as a client, and as a client under this
name. While one waits nothing is counted, so whoever hammers on prolongs nobody's wait.

What others have failed at under a name only slows a client down: it waits a minute at most before it may try
for itself, and between two tries. So nobody can keep an administrator out, from however many addresses, and
each of those has its own wait, which doubles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, delete, insert, or_, select, update

from ..store import Database
from ..store.tables.identity import failures
from .moments import Clock, moment_of, stamp

FREE: Final = 4  # slips of the finger that cost no wait
FIRST_SECONDS: Final = 2.0
# By kind of subject. Only who knows the password gets as far as a code.
LONGEST_SECONDS: Final = {"client": 900.0, "pair": 900.0, "code": 900.0, "name": 60.0}
FORGOTTEN: Final = timedelta(days=1)


class Tried(Struct, frozen=True):
    """Whose failures an attempt counts among: ``own`` must wait for themselves, ``name`` slows ``pair`` down.

    ``pair`` is one of ``own``; ``name`` is empty where it is not counted by the name.
    """

    own: tuple[str, ...]
    pair: str = ""
    name: str = ""

    @property
    def all(self) -> list[str]:
        """Every subject."""
        return [*self.own, self.name] if self.name else list(self.own)


def of_client(name: str, client: str, *, known: bool, by_name: bool = True) -> Tried:
    """An attempt of a client to be ``name``.

    What nobody is called may be a password in the wrong field: two bytes of a digest stand for it.
    """
    name = name if known else "?" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:4]
    pair = f"pair:{name}|{client}"[:200]
    return Tried((pair, f"client:{client}"[:200]), pair, f"name:{name}" if by_name else "")


def of_code(name: str) -> Tried:
    """An attempt at the code of an administrator, by whoever has the password."""
    return Tried((f"code:{name}",))


def wait_after(count: int, subject: str) -> float:
    """Seconds to wait after so many failures: none for the first, then twice as long each time."""
    if count <= FREE:
        return 0.0
    longest = LONGEST_SECONDS[subject.partition(":")[0]]
    return float(min(longest, FIRST_SECONDS * 2 ** min(count - FREE - 1, 20)))


class Backoff:
    """Counts failures."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def claim(self, tried: Tried) -> float:
        """Count an attempt as failed until it is known to be right; or the seconds until one is allowed."""
        with self._database.reading() as connection:
            wait, _ = self._waiting(connection, tried)
        if wait:
            return wait
        with self._database.writing() as connection:
            _alone(connection)
            wait, known = self._waiting(connection, tried)
            if wait:
                return wait
            now = self._clock()
            connection.execute(delete(failures).where(failures.c.at < stamp(now - FORGOTTEN)))
            slowed = self._slowed(connection, tried)
            if slowed and tried.pair not in known:
                _keep(connection, tried.pair, 0, now, slowed)  # its turn comes, whatever others do meanwhile
                return slowed
            for subject in tried.all:
                _count(connection, subject, now, slowed if subject == tried.pair else 0.0)
            return 0.0

    def give_back(self, tried: Tried, *, within: Connection) -> None:
        """Count the attempt that was claimed last no more; those before it stay counted."""
        now = stamp(self._clock())
        mine = failures.c.subject.in_(tried.all) & (failures.c.count > 0)
        within.execute(update(failures).where(mine).values(count=failures.c.count - 1, until=now))

    @staticmethod
    def forget(tried: Sequence[Tried], *, within: Connection) -> None:
        """Somebody is in: nothing is held against them any more."""
        subjects = [subject for one in tried for subject in one.all]
        within.execute(delete(failures).where(failures.c.subject.in_(subjects)))

    @staticmethod
    def forget_name(name: str, *, within: Connection) -> None:
        """Nothing that was tried under a name is held against anybody."""
        pairs = failures.c.subject.startswith(f"pair:{name}|", autoescape=True)
        own = failures.c.subject.in_([f"name:{name}", f"code:{name}"])
        within.execute(delete(failures).where(or_(pairs, own)))

    def _waiting(self, connection: Connection, tried: Tried) -> tuple[float, set[str]]:
        """The seconds that the subjects wait for themselves, and which of them were counted before."""
        query = select(failures.c.subject, failures.c.until).where(failures.c.subject.in_(tried.own))
        found = connection.execute(query).all()
        wait = max((self._left(row.until) for row in found), default=0.0)
        return wait, {row.subject for row in found}

    def _slowed(self, connection: Connection, tried: Tried) -> float:
        """The seconds by which failures of others under the name slow this client down."""
        query = select(failures.c.count, failures.c.until).where(failures.c.subject == tried.name)
        row = connection.execute(query).one_or_none()
        return wait_after(row[0], tried.name) if row and self._left(row.until) else 0.0

    def _left(self, until: str) -> float:
        return max(0.0, (moment_of(until) - self._clock()).total_seconds())


def _count(connection: Connection, subject: str, now: datetime, least: float) -> None:
    found = connection.execute(select(failures.c.count).where(failures.c.subject == subject)).scalar()
    count = (found or 0) + 1
    _keep(connection, subject, count, now, max(least, wait_after(count, subject)))


def _keep(connection: Connection, subject: str, count: int, now: datetime, seconds: float) -> None:
    values = {"count": count, "at": stamp(now), "until": stamp(now + timedelta(seconds=seconds))}
    kept = connection.execute(update(failures).where(failures.c.subject == subject).values(**values))
    if not kept.rowcount:
        connection.execute(insert(failures).values(subject=subject, **values))


def _alone(connection: Connection) -> None:
    """Count one attempt after the other. On SQLite a transaction that writes is alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE failures IN EXCLUSIVE MODE")
