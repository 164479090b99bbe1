"""The catalog keeps what it accepted, tells what changed, and says what is wrong with its file."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indexer.article import Block, Dropped, Label
from indexer.backends.base import Record
from indexer.catalog import Catalog, PageNote, Tombstone
from indexer.catalog.schema import MIGRATIONS
from indexer.errors import CatalogError
from indexer.site import Site
from tests.conftest import article

NOON = datetime(2025, 2, 1, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.sqlite3"


@pytest.fixture
def catalog(path: Path) -> Iterator[Catalog]:
    with Catalog(path, clock=lambda: NOON) as opened:
        yield opened


def note(key: str, **fields: str) -> PageNote:
    return PageNote("folder:/site", key, f"/site/{key}", "d" * 64, "reader", **fields)


def accept(catalog: Catalog, *titles: str) -> list[Record]:
    with catalog.transaction() as changes:
        return [changes.accept(article(title, "Text.", key=title), note(title)) for title in titles]


def test_an_accepted_article_reads_back_with_everything_it_had(catalog: Catalog) -> None:
    full = replace(
        article(
            "Title",
            [Block("heading", "H", 2), Block("table", "a\tb\nc\td")],
            categories=["Women"],
            author="Ann",
        ),
        modified_at="2025-01-22T10:00:00+01:00",
        image="https://example.org/i.png",
        description="‘quoted’ 👩🏽‍🚀 می‌رود",
        dropped=(Dropped("landmark:nav", "nav#main", "Home About"),),
    )
    with catalog.transaction() as changes:
        record = changes.accept(full, note("a.html"))
    assert catalog.get(full.id) == record
    assert record.article == full
    assert (record.source, record.key, record.locator) == ("folder:/site", "a.html", "/site/a.html")
    assert (record.sequence, record.accepted_at) == (1, "2025-02-01T12:00:00+00:00")


def test_sequence_numbers_grow_with_every_change_and_are_never_used_again(catalog: Catalog) -> None:
    first, second = accept(catalog, "a", "b")
    with catalog.transaction() as changes:
        assert changes.remove("b")
        again = changes.accept(article("b", "New.", key="b"), note("b"))
    assert [first.sequence, second.sequence, again.sequence] == [1, 2, 4]
    assert catalog.sequence == 4


def test_changes_are_the_last_state_of_each_article_in_order(catalog: Catalog) -> None:
    accept(catalog, "a", "b", "c")
    accept(catalog, "a")
    with catalog.transaction() as changes:
        changes.remove("b")
    seen = [(change.article.id if isinstance(change, Record) else change) for change in catalog.changes(1)]
    assert seen == ["c", "a", Tombstone("b", 5, "2025-02-01T12:00:00+00:00")]


def test_a_removed_article_is_no_longer_there_and_its_text_is_gone(catalog: Catalog, path: Path) -> None:
    accept(catalog, "a", "b")
    with catalog.transaction() as changes:
        changes.remove("a")
    assert catalog.get("a") is None
    assert [record.article.id for record in catalog.records()] == ["b"]
    assert catalog.count() == 1
    rows = sqlite3.connect(path)
    assert rows.execute("SELECT metadata, blocks, dropped FROM articles WHERE id = 'a'").fetchone() == (
        "",
        "",
        "",
    )
    rows.close()


def test_removing_what_is_not_there_says_so_and_changes_nothing(catalog: Catalog) -> None:
    accept(catalog, "a")
    with catalog.transaction() as changes:
        assert not changes.remove("unknown")
        assert changes.remove("a")
        assert not changes.remove("a")
    assert catalog.sequence == 2


def test_a_transaction_that_fails_leaves_nothing_behind(catalog: Catalog) -> None:
    accept(catalog, "a")

    def fail() -> None:
        with catalog.transaction() as changes:
            changes.accept(article("b", "Text.", key="b"), note("b"))
            changes.remove("a")
            changes.note(note("b"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert [record.article.id for record in catalog.records()] == ["a"]
    assert (catalog.sequence, catalog.page("folder:/site", "b")) == (1, None)
    assert catalog.check() == []


def test_a_commit_is_synchronous_and_write_ahead(catalog: Catalog) -> None:
    with catalog._connections.read() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL


def test_records_are_all_of_one_moment_whoever_writes_meanwhile(catalog: Catalog) -> None:
    accept(catalog, "a", "b", "c")
    reading = catalog.records()
    first = next(reading)
    accept(catalog, "a", "d")
    with catalog.transaction() as changes:
        changes.remove("c")
    assert [first.article.id, *(record.article.id for record in reading)] == ["a", "b", "c"]
    assert [record.article.id for record in catalog.records()] == ["b", "a", "d"]


def test_a_state_is_of_one_moment_whoever_writes_meanwhile(catalog: Catalog) -> None:
    accept(catalog, "a")
    with catalog.state(Site()) as state:
        accept(catalog, "b")
        seen = [change.article.id for change in state.changes if isinstance(change, Record)]
    assert (state.sequence, state.count, seen) == (1, 1, ["a"])


def test_labels_come_in_the_sites_order_then_as_found(catalog: Catalog) -> None:
    made = article("t", "x", categories=["Zebra", "Women", "Äpfel"], tags=["law"], author="Ann B", lang="fa")
    with catalog.transaction() as changes:
        changes.accept(made, note("a"))
    site = Site(categories=(Label("women", "Women"), Label("iran", "Iran")), types=(Label("video", "Video"),))
    labels = catalog.labels(site)
    assert list(labels["category"].items())[:2] == [("women", "Women"), ("iran", "Iran")]
    assert set(labels["category"]) == {"women", "iran", "zebra", "apfel"}
    assert list(labels["type"]) == ["video", "post"]
    assert labels["lang"] == {"fa": "فارسی"}
    assert labels["author"] == {"ann-b": "Ann B"}


def test_languages_come_in_the_sites_order_as_far_as_articles_are_in_them(catalog: Catalog) -> None:
    with catalog.transaction() as changes:
        for lang in ("ar", "de", "en", "fa"):
            changes.accept(article("t", "x", key=lang, lang=lang), note(lang))
    labels = catalog.labels(Site(languages=("fa", "fr", "en")))
    assert list(labels["lang"]) == ["fa", "en", "de", "ar"]


def test_a_label_nobody_uses_any_more_is_gone(catalog: Catalog) -> None:
    with catalog.transaction() as changes:
        changes.accept(article("t", "x", key="a", categories=["Women", "Iran"]), note("a"))
        changes.accept(article("u", "x", key="b", categories=["Women"]), note("b"))
    with catalog.transaction() as changes:
        changes.accept(article("t", "x", key="a"), note("a"))
    assert catalog.labels(Site())["category"] == {"women": "Women"}
    assert catalog.check() == []


def test_of_several_labels_with_one_slug_the_usual_one_is_shown(catalog: Catalog) -> None:
    with catalog.transaction() as changes:
        for key, label in (("a", "human rights"), ("b", "Human Rights"), ("c", "Human Rights")):
            changes.accept(article("t", "x", key=key, categories=[label]), note(key))
    assert catalog.labels(Site())["category"] == {"human-rights": "Human Rights"}


def test_renewing_the_digest_is_no_change_for_the_index(catalog: Catalog) -> None:
    (record,) = accept(catalog, "a")
    parts = (Dropped("landmark:nav", "nav", "Other"),)
    with catalog.transaction() as changes:
        changes.refresh(replace(record.article, dropped=parts), "e" * 64)
    renewed = catalog.get("a")
    assert renewed is not None
    assert (renewed.sequence, renewed.digest, renewed.article.dropped) == (1, "e" * 64, parts)


def test_forgetting_a_source_removes_its_articles_and_nobody_elses(catalog: Catalog) -> None:
    accept(catalog, "a", "b")
    with catalog.transaction() as changes:
        changes.note(note("a"))
        changes.accept(article("c", "x", key="c"), replace(note("c"), source="push"))
    assert catalog.forget_source("folder:/site") == 2
    assert [record.article.id for record in catalog.records()] == ["c"]
    assert catalog.sources() == ("push",)


def test_failures_are_kept_per_source(catalog: Catalog) -> None:
    bad = note("bad", reason="empty", detail="no bytes")
    with catalog.transaction() as changes:
        changes.note(bad)
        changes.note(note("good"))
        changes.note(replace(bad, source="other"))
    assert catalog.failures("folder:/site") == (bad,)
    assert len(catalog.failures()) == 2


def test_every_thread_may_read_and_write(catalog: Catalog) -> None:
    def work(number: int) -> None:
        for turn in range(5):
            accept(catalog, f"{number}-{turn}")
            list(catalog.records())

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(record.sequence for record in catalog.records()) == list(range(1, 21))
    assert catalog.check() == []


def test_a_forked_process_opens_the_file_for_itself(catalog: Catalog) -> None:
    accept(catalog, "a")
    inherited = set(map(id, catalog._connections._idle))
    child = os.fork()
    if child == 0:
        with catalog._connections.read() as connection:
            os._exit(1 if id(connection) in inherited else 0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert catalog.count() == 1


# -- Files that are not as they should be --------------------------------------------------


def test_a_missing_catalog_is_made_only_when_asked_for(path: Path) -> None:
    with pytest.raises(CatalogError, match="there is no catalog yet"):
        Catalog(path, clock=lambda: NOON, create=False)
    assert not path.exists()


def test_a_newer_catalog_is_refused_and_left_alone(path: Path) -> None:
    Catalog(path, clock=lambda: NOON).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(CatalogError, match="newer Broadsheet"):
        Catalog(path, clock=lambda: NOON)
    assert path.read_bytes() == before


def test_another_programs_database_is_refused(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()
    with pytest.raises(CatalogError, match="not a catalog"):
        Catalog(path, clock=lambda: NOON)


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.write_text("this is a text file, and a long enough one to be looked at twice" * 40)
    with pytest.raises(CatalogError, match="damaged"):
        Catalog(path, clock=lambda: NOON)


def test_an_older_catalog_is_brought_up_to_date(
    catalog: Catalog, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(catalog, "a")
    catalog.close()
    step = ("ALTER TABLE pages ADD COLUMN etag TEXT NOT NULL DEFAULT ''",)
    monkeypatch.setattr("indexer.catalog.schema.MIGRATIONS", (*MIGRATIONS, step))
    with Catalog(path, clock=lambda: NOON) as newer:
        assert newer.count() == 1
        with newer._connections.read() as connection:
            assert connection.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS) + 1
            assert "etag" in [row[1] for row in connection.execute("PRAGMA table_info(pages)")]


def test_damage_inside_the_file_is_found_by_check(catalog: Catalog, path: Path) -> None:
    accept(catalog, *(f"article {number}" for number in range(200)))
    with catalog._connections.read() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    catalog.close()
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4096] = os.urandom(4096)
    path.write_bytes(content)
    assert Catalog(path, clock=lambda: NOON).check()


def test_counts_that_differ_from_the_articles_are_found_by_check(catalog: Catalog) -> None:
    accept(catalog, "a")
    with catalog._connections.write() as connection:
        connection.execute("UPDATE terms SET articles = 7 WHERE field = 'type'")
    assert catalog.check() == ["catalog: the counts of categories, types and tags differ from the articles"]


def test_an_article_that_cannot_be_read_back_is_found_by_check(catalog: Catalog) -> None:
    accept(catalog, "a")
    with catalog._connections.write() as connection:
        connection.execute("UPDATE articles SET blocks = '{'")
    assert any("article a cannot be read back" in line for line in catalog.check())


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CatalogError, match="cannot be made"):
        Catalog(tmp_path / "file" / "below" / "catalog.sqlite3", clock=lambda: NOON)


def test_the_site_is_remembered_for_runs_that_are_not_told_of_it(catalog: Catalog) -> None:
    assert catalog.site() is None
    site = Site(name="Herald", categories=(Label("women", "Women"),))
    catalog.remember_site(site)
    assert catalog.site() == site


def test_an_article_under_anothers_identity_is_found_by_check(catalog: Catalog) -> None:
    accept(catalog, "a", "b")
    with catalog._connections.write() as connection:
        connection.execute("UPDATE articles SET metadata = (SELECT metadata FROM articles WHERE id = 'b')")
    assert "catalog: article a calls itself b" in catalog.check()


def test_a_step_that_fails_leaves_the_older_catalog_as_it_was(
    catalog: Catalog, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(catalog, "a")
    catalog.close()
    step = ("ALTER TABLE pages ADD COLUMN etag TEXT", "NONSENSE")
    with monkeypatch.context() as patch:
        patch.setattr("indexer.catalog.schema.MIGRATIONS", (*MIGRATIONS, step))
        with pytest.raises(CatalogError, match="cannot be used"):
            Catalog(path, clock=lambda: NOON)
    with Catalog(path, clock=lambda: NOON) as same:
        assert (same.count(), same.check()) == (1, [])


def test_a_writer_that_waits_too_long_is_told_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.catalog.connections.BUSY_SECONDS", 0.05)
    with (
        Catalog(path, clock=lambda: NOON) as one,
        Catalog(path, clock=lambda: NOON) as two,
        one.transaction(),
        pytest.raises(CatalogError, match=r"writing to it for more than 0\.05 s"),
        two.transaction(),
    ):
        pass


def test_a_site_of_another_versions_settings_is_as_good_as_none(catalog: Catalog) -> None:
    with catalog.transaction() as changes:
        changes.remember("site", b'{"name": 7}')
    assert catalog.site() is None


def test_a_language_nobody_has_a_name_for_is_called_by_its_tag(catalog: Catalog) -> None:
    with catalog.transaction() as changes:
        for key, lang in (("a", "und"), ("b", "zzz"), ("c", "de")):
            changes.accept(article("t", "x", key=key, lang=lang), note(key))
    assert catalog.labels(Site())["lang"] == {"de": "Deutsch", "und": "Unknown", "zzz": "zzz"}
