"""A row that a disk has changed is told of in one line that names it, whoever comes upon it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.catalog import Catalog, PageNote
from indexer.errors import CatalogError
from indexer.site import Site
from tests.conftest import article
from tests.pipeline.making import NOON

HERE = "https://example.org/a/"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A catalog with an article ``a`` and a site."""
    place = tmp_path / "catalog.sqlite3"
    with Catalog(place, clock=lambda: NOON) as catalog:
        accept(catalog, "a")
        catalog.remember_site(Site(name="A site"))
        catalog.new_stamp()
    return place


def accept(catalog: Catalog, key: str) -> None:
    with catalog.transaction() as changes:
        changes.accept(
            replace(article("Title", "Text.", key=key), url=HERE), PageNote("push", key, key, "1", "")
        )


def state(catalog: Catalog) -> object:
    with catalog.state(Site()) as found:
        return list(found.changes)


READERS: dict[str, Callable[[Catalog], object]] = {
    "get": lambda catalog: catalog.get("a"),
    "records": lambda catalog: list(catalog.records()),
    "changes": lambda catalog: list(catalog.changes(0)),
    "state": state,
}
WRITERS: dict[str, Callable[[Catalog], object]] = {
    "accept": lambda catalog: accept(catalog, "a"),
    "accept in its place": lambda catalog: accept(catalog, "b"),
    "forget": lambda catalog: catalog.forget_source("push"),
}
BYTES = (b"", b'{"id":"a"\0\0\0\0\0\0', b"\xff\xfe\x00", b'{"id":"\xff"}', b"[1]", b'{"id":1}')


@pytest.mark.parametrize("damage", BYTES)
@pytest.mark.parametrize("column", ["metadata", "blocks", "dropped"])
@pytest.mark.parametrize("reader", READERS)
def test_who_reads_a_damaged_article_is_told_which_and_what_to_do(
    path: Path, reader: str, column: str, damage: bytes
) -> None:
    spoil(path, f"UPDATE articles SET {column} = ?", damage)
    assert_told(path, READERS[reader], "article a")


@pytest.mark.parametrize("damage", BYTES)
@pytest.mark.parametrize("writer", WRITERS)
def test_who_replaces_a_damaged_article_is_told_too_and_nothing_is_changed(
    path: Path, writer: str, damage: bytes
) -> None:
    spoil(path, "UPDATE articles SET metadata = ?", damage)
    assert_told(path, WRITERS[writer], "article a")
    with Catalog(path, clock=lambda: NOON) as catalog:
        assert (catalog.sequence, catalog.count()) == (1, 1)


def test_an_article_whose_columns_hold_another_kind_is_told_of(path: Path) -> None:
    spoil(path, "UPDATE articles SET blocks = ?", 5)
    assert_told(path, READERS["get"], "article a")


@pytest.mark.parametrize(
    ("name", "reader", "row"),
    [
        ("site", lambda catalog: catalog.site(), "the site"),
        ("index_stamps", lambda catalog: catalog.knows("x"), "the list of generations"),
    ],
)
def test_a_damaged_fact_is_told_of(
    path: Path, name: str, reader: Callable[[Catalog], object], row: str
) -> None:
    spoil(path, f"UPDATE facts SET value = ? WHERE name = '{name}'", b'{"na\0\0\0')
    assert_told(path, reader, row)


def spoil(path: Path, statement: str, value: object) -> None:
    with sqlite3.connect(path) as connection:
        assert connection.execute(statement, (value,)).rowcount == 1
    connection.close()


def assert_told(path: Path, act: Callable[[Catalog], object], row: str) -> None:
    with Catalog(path, clock=lambda: NOON) as catalog, pytest.raises(CatalogError) as raised:
        act(catalog)
    told = str(raised.value)
    assert told.startswith(f"{path}: {row} cannot be read back (")
    assert told.endswith("restore it from a backup, or move it away and index again")
    assert "\n" not in told
