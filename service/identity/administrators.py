"""Administrators: their names, passwords and second factors, in the store."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from indexer.errors import BroadsheetError

from ..store import Database
from ..store.tables.identity import administrators
from .actor import OPERATOR, Actor
from .audit import Audit
from .backoff import Backoff
from .moments import Clock, stamp
from .passwords import Passwords, check_new, one_time_password
from .sessions import Sessions

FIRST: Final = "admin"  # who is made when there is nobody
_NAME: Final = re.compile(r"[\w][\w.@+-]{0,99}")


class AdministratorRefused(BroadsheetError):
    """What was asked for cannot be done to this name; the message says why."""


class Administrator(Struct, frozen=True):
    """An administrator. ``password`` is a digest; ``totp`` is the secret, empty when the factor is off."""

    name: str
    password: str
    must_change: bool
    totp: str
    totp_step: int
    created_at: str


def folded(name: str) -> str:
    """The name as it is kept: names that differ in case alone are one."""
    return name.strip().casefold()


class Administrators:
    """Adds, finds, changes and removes administrators. Every change is in the audit.

    All methods raise :class:`AdministratorRefused` for a name that is not known, and ``StoreUnavailable``.
    """

    def __init__(self, database: Database, audit: Audit, clock: Clock, passwords: Passwords) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._passwords = passwords

    def get(self, name: str) -> Administrator | None:
        """The administrator of a name."""
        query = select(administrators).where(administrators.c.name == folded(name)[:100])
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return _administrator(row) if row else None

    def all(self) -> Sequence[Administrator]:
        """Everyone, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(administrators).order_by(administrators.c.name)).all()
        return [_administrator(row) for row in rows]

    def first(self) -> str | None:
        """Make the first administrator when there is nobody yet; the one-time password, once.

        Of many processes that try at the same moment one makes it, and the others get ``None``.
        """
        if self._count():
            return None
        try:
            return self.add(OPERATOR, FIRST, alone=True)
        except AdministratorRefused:
            return None

    def _count(self) -> int:
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(administrators)).scalar_one()

    def add(self, actor: Actor, name: str, *, alone: bool = False) -> str:
        """Add an administrator; gives the one-time password. ``alone``: only when there is nobody else."""
        name = folded(name)
        if not _NAME.fullmatch(name):
            raise AdministratorRefused("A name has 1 to 100 letters, digits, and . _ - + @ behind the first.")
        password = one_time_password()
        digest = self._passwords.digest(password)
        with self._database.writing() as connection:
            if alone and connection.execute(select(administrators.c.name).limit(1)).first():
                raise AdministratorRefused("There is an administrator already.")
            try:
                connection.execute(
                    insert(administrators).values(
                        name=name,
                        password=digest,
                        must_change=True,
                        totp="",
                        totp_step=0,
                        created_at=stamp(self._clock()),
                    )
                )
            except IntegrityError as error:
                raise AdministratorRefused(f"There is an administrator {name!r} already.") from error
            self._audit.note(actor, "administrator.add", name, within=connection)
        return password

    def reset(self, actor: Actor, name: str) -> str:
        """Give a new one-time password; ends all sessions and every wait of the name."""
        password, name = one_time_password(), folded(name)
        digest = self._passwords.digest(password)
        with self._database.writing() as connection:
            self._change(connection, name, password=digest, must_change=True)
            Sessions.end_all(name, within=connection)
            Backoff.forget_name(name, within=connection)
            self._audit.note(actor, "administrator.reset", name, within=connection)
        return password

    def remove(self, actor: Actor, name: str) -> None:
        """Remove an administrator with all sessions. The last one stays, or nobody could sign in."""
        name = folded(name)
        # NOTE: all rows, locked: of two who remove each other at the same moment, one is told.
        everybody = select(administrators.c.name).order_by(administrators.c.name).with_for_update()
        with self._database.writing() as connection:
            if connection.execute(everybody).scalars().all() == [name]:
                raise AdministratorRefused(
                    f"{name!r} is the last administrator, and stays: nobody could sign in any more. "
                    "Add another one first."
                )
            Sessions.end_all(name, within=connection)
            found = connection.execute(delete(administrators).where(administrators.c.name == name))
            if not found.rowcount:
                raise _unknown(name)
            self._audit.note(actor, "administrator.remove", name, within=connection)

    def change_password(self, actor: Actor, name: str, password: str) -> None:
        """Take a new password; ends all sessions.

        Raises:
            PasswordRefused: it is too easily guessed, or the one that is to be changed.
        """
        check_new(password, name)
        known = self.get(name)
        if known and self._passwords.right(known.password, password):
            raise AdministratorRefused("Take a password that is not the one you have.")
        digest = self._passwords.digest(password)
        with self._database.writing() as connection:
            self._change(connection, name, password=digest, must_change=False)
            Sessions.end_all(name, within=connection)
            self._audit.note(actor, "administrator.password", name, within=connection)

    def totp_on(self, actor: Actor, name: str, secret: str, step: int, keep: str = "") -> None:
        """Ask for a code from now on. ``step`` is that of the code which showed that the secret is known.

        All sessions end but the one of the id ``keep``.
        """
        with self._database.writing() as connection:
            self._change(connection, name, totp=secret, totp_step=step)
            Sessions.end_all(name, but=keep, within=connection)
            self._audit.note(actor, "administrator.totp_on", name, within=connection)

    def totp_off(self, actor: Actor, name: str, keep: str = "") -> None:
        """Ask for no code any more; all sessions end but the one of the id ``keep``."""
        name = folded(name)
        with self._database.writing() as connection:
            self._change(connection, name, totp="", totp_step=0)
            Sessions.end_all(name, but=keep, within=connection)
            self._audit.note(actor, "administrator.totp_off", name, within=connection)

    @staticmethod
    def use_step(name: str, step: int, *, within: Connection) -> bool:
        """Use up the code of a step; ``False`` when it, or a later one, was used already."""
        later = (administrators.c.name == name) & (administrators.c.totp_step < step)
        return within.execute(update(administrators).where(later).values(totp_step=step)).rowcount > 0

    def renew_digest(self, name: str, password: str) -> None:
        """Keep the password by a digest that takes as much work as is done now."""
        digest = self._passwords.digest(password)
        with self._database.writing() as connection:
            self._change(connection, name, password=digest)

    @staticmethod
    def _change(connection: Connection, name: str, **values: object) -> None:
        found = connection.execute(
            update(administrators).where(administrators.c.name == name).values(**values)
        )
        if not found.rowcount:
            raise _unknown(name)


def _unknown(name: str) -> AdministratorRefused:
    return AdministratorRefused(f"There is no administrator {name[:100]!r}.")


def _administrator(row: Row) -> Administrator:  # type: ignore[type-arg]  # of whatever columns are asked for
    return Administrator(
        row.name, row.password, bool(row.must_change), row.totp, row.totp_step, row.created_at
    )
