"""A database through SQLAlchemy Core: connections, transactions, and what goes wrong in words."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from indexer.errors import BroadsheetError, ConfigurationError
from indexer.storage import storage_errors, trouble_of

from .migrating import bring_up

STORE_FILE: Final = "desk.sqlite3"
BUSY_SECONDS: Final = 5.0  # longer than any transaction of ours by far
POOL: Final = 4  # connections of a worker: its threads write little and seldom
CONNECT_SECONDS: Final = 5
# A server that is gone without a word is noticed: a thread that reads would else wait for it for good.
_PATIENCE: Final = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # milliseconds
}
DRIVERS: Final = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}


class StoreUnavailable(BroadsheetError):
    """The store cannot be read or written. Searches go on without it."""


def store_address(given: str, data: Path) -> str:
    """The address of the store for the setting ``database``; empty stands for a file in the data folder.

    Raises:
        ConfigurationError: it is no address, or of a kind of database that is not known.
    """
    if not given:
        return f"{DRIVERS['sqlite']}:///{data / STORE_FILE}"
    try:
        url = make_url(given)
    except SQLAlchemyError as error:
        raise ConfigurationError(
            "the database is not an address such as postgresql://user@host/name"
        ) from error
    kind = url.drivername.partition("+")[0]
    kind = "postgresql" if kind == "postgres" else kind
    if kind not in DRIVERS:
        raise ConfigurationError(
            f"a database of the kind {kind!r} is not known; known are {', '.join(DRIVERS)}"
        )
    return url.set(drivername=DRIVERS[kind]).render_as_string(hide_password=False)


def require_store(address: str) -> None:
    """Refuse a store in a file that is not there: whoever mistypes a folder would be given an empty one.

    Raises:
        ConfigurationError: it names the file, and says how it is made.
    """
    url = make_url(address)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).is_file():
        raise ConfigurationError(
            f"there is no store at {url.database}; `broadsheet serve` makes it when it first starts, "
            "and --create makes it now"
        )


class Database:
    """The store at an address. Safe to use from several threads; make it, but do not use it, before a fork.

    It is opened, and brought to the newest form, when it is first needed, and again after that has failed.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    @property
    def kind(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return make_url(self._address).get_backend_name()

    @property
    def shown(self) -> str:
        """The address without its password, fit for a log."""
        return make_url(self._address).render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read from; each statement sees what is committed when it begins.

        Raises:
            StoreUnavailable: the store cannot be used.
        """
        with self._errors(), self._opened().connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction, committed when the block ends and rolled back when it raises.

        Raises:
            StoreUnavailable: the store cannot be used; nothing of the transaction is in it.
        """
        with self._errors(), self._opened().begin() as connection:
            yield connection

    def close(self) -> None:
        """Give back the connections."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _opened(self) -> Engine:
        with self._lock:
            if self._engine is None:
                engine = _engine(self._address)
                try:
                    bring_up(engine)
                except BaseException:
                    engine.dispose()
                    raise
                self._engine = engine
            return self._engine

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            with storage_errors(Path(self.shown)):
                yield
        except (DBAPIError, PoolTimeout) as error:
            raise StoreUnavailable(f"{self.shown}: {_in_words(error)}") from error


def _in_words(error: SQLAlchemyError) -> str:
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    trouble = trouble_of(error)
    what = {"full": "there is no room left to write", "read_only": "it may not be written to"}
    return f"{what.get(trouble or '', 'the store cannot be used')} ({said[0] if said else 'no reason given'})"


def _engine(address: str) -> Engine:
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, pool_size=POOL, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
        return engine
    return create_engine(url, pool_size=POOL, pool_pre_ping=True, connect_args=_PATIENCE)


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    # NOTE: the driver would begin transactions by itself, and not before the first write.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _on_sqlite_begin(connection: Connection) -> None:
    """Take the write lock at once: a transaction that read first could not become a writer's."""
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
