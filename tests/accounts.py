"""Administrators for tests whose subject is something else: a session in the store of a service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher
from argon2.low_level import Type

from service.identity.actor import OPERATOR
from service.identity.audit import Audit
from service.identity.identity import Identity, open_identity
from service.store import Database, store_address

NAME = "ada"
PASSWORD = "a long walk by the sea"


def now() -> datetime:
    return datetime.now(UTC)


def quick() -> PasswordHasher:
    """argon2id with as little work as it allows. A service takes such a digest, and makes a strong one."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, type=Type.ID)


def identity_of(data: Path, database: str = "") -> tuple[Database, Identity]:
    """What the service on a data folder knows of who there is."""
    opened = Database(store_address(database, data))
    day = timedelta(days=1)
    return opened, open_identity(opened, Audit(opened, now), now, idle=day, longest=day, make_hasher=quick)


def give_account(data: Path, database: str = "", name: str = NAME) -> None:
    """Let there be an administrator with :data:`PASSWORD`."""
    opened, identity = identity_of(data, database)
    if identity.administrators.get(name) is None:
        identity.administrators.add(OPERATOR, name)
        identity.administrators.change_password(OPERATOR, name, PASSWORD)
    opened.close()


def begin_session(data: Path, database: str = "", name: str = NAME) -> str:
    """Sign an administrator in; gives what the cookie holds."""
    give_account(data, database, name)
    opened, identity = identity_of(data, database)
    with opened.writing() as connection:
        token = identity.sessions.begin(name, "127.0.0.1", within=connection)
    opened.close()
    return token
