"""Fixtures: the store on each kind of database it may be on, empty and of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.store import Database, store_address
from tests.postgres import Postgres, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this process's own, started when a test first asks for it."""
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store, as the setting ``database`` has it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store' / 'desk.sqlite3'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def database(store: str, tmp_path: Path) -> Iterator[Database]:
    """An empty store."""
    opened = Database(store_address(store, tmp_path))
    yield opened
    opened.close()
