"""Brings the store to the newest form of its tables, with Alembic; one process at a time.

PERF: Alembic is imported only when there is something to do, which is once in a release.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock
from sqlalchemy import Connection, Engine, inspect, text

from indexer.errors import ConfigurationError

from .tables import metadata

HEAD: Final = "0005"  # the newest of the migrations in migrations/versions
_KEY: Final = 0x62726F6164  # of PostgreSQL's advisory lock: "broad"
_FOLDER: Final = Path(__file__).parent / "migrations"


def bring_up(engine: Engine) -> None:
    """Make or change the tables as the newest migration wants them.

    Raises:
        ConfigurationError: the store is of a later release.
    """
    with engine.connect() as connection:
        if revision(connection) == HEAD:
            return
    with _alone(engine), engine.begin() as connection:
        if revision(connection) != HEAD:
            _upgrade(connection)


def revision(connection: Connection) -> str:
    """The migration a store stands at; empty when it is new."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 heavy, and seldom needed
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util.exc import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes.update(connection=connection, metadata=metadata)
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise ConfigurationError(f"the store is of another release: {error}") from error


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """No other process migrates meanwhile."""
    if engine.dialect.name == "sqlite":
        with FileLock(f"{engine.url.database}.lock"):
            yield
        return
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _KEY})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _KEY})
