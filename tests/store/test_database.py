"""What the store promises on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select, text

from indexer.errors import BroadsheetError, ConfigurationError, StorageError
from service.identity.actor import OPERATOR
from service.identity.audit import Audit
from service.store import Database, StoreUnavailable, store_address
from service.store.migrating import HEAD
from service.store.tables import metadata
from service.store.tables.audit import audit

ROW = {"at": "2026-01-01", "actor": "operator", "action": "tried", "subject": "", "detail": "{}"}


def clock() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def count(database: Database) -> int:
    with database.reading() as connection:
        return len(connection.execute(select(audit)).all())


def test_the_migrations_make_the_tables_that_the_code_knows(database: Database) -> None:
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_newest_migration_is_the_one_that_the_store_is_brought_to() -> None:
    folder = Path(__file__).parents[2] / "service" / "store" / "migrations"
    assert ScriptDirectory(str(folder)).get_current_head() == HEAD


def test_what_fails_half_way_leaves_nothing(database: Database) -> None:
    def half() -> None:
        with database.writing() as connection:
            connection.execute(insert(audit).values(ROW))
            raise KeyError

    with pytest.raises(KeyError):
        half()
    assert count(database) == 0


def test_what_is_written_is_seen_by_another_process_at_once(store: str, tmp_path: Path) -> None:
    one, other = (Database(store_address(store, tmp_path)) for _ in range(2))
    try:
        assert count(other) == 0
        with one.writing() as connection:
            connection.execute(insert(audit).values(ROW))
        assert count(other) == 1
    finally:
        one.close()
        other.close()


def test_stores_that_are_opened_at_the_same_moment_are_made_once(store: str, tmp_path: Path) -> None:
    stores = [Database(store_address(store, tmp_path)) for _ in range(4)]
    failures: list[BroadsheetError] = []

    def use(database: Database) -> None:
        try:
            Audit(database, clock).note(OPERATOR, "tried")
        except BroadsheetError as error:
            failures.append(error)

    threads = [threading.Thread(target=use, args=(database,)) for database in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert count(stores[0]) == len(stores)
    for database in stores:
        database.close()


def test_a_store_of_a_later_release_is_refused(database: Database, store: str, tmp_path: Path) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    later = Database(store_address(store, tmp_path))
    with pytest.raises(ConfigurationError, match="another release"):
        count(later)
    later.close()


def test_a_store_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    database = Database(store_address("postgresql://who:secret@127.0.0.1:9/none", tmp_path))
    with pytest.raises(StoreUnavailable, match="the store cannot be used") as told:
        count(database)
    assert "secret" not in str(told.value)


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    database = Database(store_address(f"sqlite:///{tmp_path / 'file' / 'store'}", tmp_path))
    with pytest.raises((StorageError, StoreUnavailable), match="file"):
        count(database)


@pytest.mark.parametrize("given", ["nonsense", "mysql://host/name", "://"])
def test_an_address_that_is_none_is_refused(given: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="database"):
        store_address(given, tmp_path)


def test_none_stands_for_a_file_in_the_data_folder(tmp_path: Path) -> None:
    database = Database(store_address("", tmp_path))
    Audit(database, clock).note(OPERATOR, "tried", "this", why="because")
    database.close()
    assert (tmp_path / "desk.sqlite3").is_file()
    again = Audit(Database(store_address("", tmp_path)), clock).newest(5)
    assert [(entry.actor, entry.action, entry.subject, entry.detail) for entry in again] == [
        ("operator", "tried", "this", {"why": "because"})
    ]
