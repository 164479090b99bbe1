"""The parts of identity, put together: keys, administrators, sessions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from argon2 import PasswordHasher

from indexer.errors import BroadsheetError

from ..store import Database
from .administrators import Administrators
from .audit import Audit
from .keyring import KeyRing
from .keys import Keys
from .moments import Clock
from .passwords import Passwords, production_hasher
from .refusals import Refusals
from .sessions import Sessions
from .signing_in import SigningIn

FLUSH_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Identity:
    """Who there is, and who was refused."""

    audit: Audit
    keys: Keys
    ring: KeyRing
    administrators: Administrators
    sessions: Sessions
    signing_in: SigningIn
    refusals: Refusals
    clock: Clock


def open_identity(
    database: Database,
    audit: Audit,
    clock: Clock,
    *,
    idle: timedelta = timedelta(hours=1),
    longest: timedelta = timedelta(hours=12),
    make_hasher: Callable[[], PasswordHasher] = production_hasher,
) -> Identity:
    """Put the parts together; opens nothing. ``make_hasher`` says how much work a password is."""
    passwords = Passwords(make_hasher)
    keys = Keys(database, audit, clock)
    administrators = Administrators(database, audit, clock, passwords)
    sessions = Sessions(database, clock, idle, longest)
    refusals = Refusals(audit)
    return Identity(
        audit=audit,
        keys=keys,
        ring=KeyRing(keys, clock),
        administrators=administrators,
        sessions=sessions,
        signing_in=SigningIn(database, clock, administrators, sessions, passwords, audit, refusals),
        refusals=refusals,
        clock=clock,
    )


class LastUses:
    """Keeps in the store when keys and sessions were last used, now and then, in a thread of its own."""

    def __init__(self, *remembered: KeyRing | Sessions) -> None:
        self._remembered = remembered
        self._told = False
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, after the fork."""
        self._thread = threading.Thread(target=self._run, name="last-uses", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Keep what is not kept yet, and end."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(5)
        self._flush()

    def _run(self) -> None:
        while not self._ended.wait(FLUSH_SECONDS):
            self._flush()

    def _flush(self) -> None:
        try:
            for one in self._remembered:
                one.flush()
        except BroadsheetError as error:
            if not self._told:
                structlog.get_logger("broadsheet").warning("last_uses_not_kept", detail=str(error))
            self._told = True
        else:
            self._told = False
