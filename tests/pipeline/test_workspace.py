"""Pushing, removing, and keeping the index in step: one article at a time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from indexer.article import Article, Block, Label
from indexer.backends.memory import MemoryIndex
from indexer.errors import CatalogError, IndexDamaged, NoIndex, RejectedPage
from indexer.pipeline import publish
from indexer.sources import pushed_page
from indexer.workspace import Workspace
from tests.conftest import article

from .making import folder_of, html, source, titles, workspace, write


def push(space: Workspace, name: str, content: str, url: str = "") -> None:
    space.push(name, pushed_page(name, content.encode(), url=url))


def test_a_pushed_page_is_accepted_at_once_and_found_after_apply(space: Workspace) -> None:
    push(space, "news-1", html("Pushed"), url="https://example.org/news-1")
    (record,) = space.catalog.records()
    assert (record.source, record.key, record.locator) == ("push", "news-1", "https://example.org/news-1")
    with pytest.raises(NoIndex):
        space.index.reader()
    assert space.apply() == 1
    assert titles(space) == ["Pushed"]


def test_pushing_the_same_again_changes_nothing(space: Workspace) -> None:
    first = space.push("a", pushed_page("a", html("Pushed").encode()))
    assert space.push("a", pushed_page("a", html("Pushed").encode())) == first
    made = article("Title", "Text.", key="b")
    assert space.push_article(made) == space.push_article(made)
    assert space.catalog.sequence == 2


def test_a_pushed_article_is_taken_as_it_is(space: Workspace) -> None:
    made = Article(
        "a", "https://example.org/a", " Two  words ", (Block("paragraph", "Text."), Block("paragraph", " "))
    )
    record = space.push_article(replace(made, categories=(Label("women", "Women"),)))
    assert (record.article.title, record.article.blocks) == ("Two words", (Block("paragraph", "Text."),))
    space.apply()
    assert space.index.reader().labels["category"] == {"women": "Women"}


def test_a_pushed_page_that_is_no_article_is_refused_and_changes_nothing(space: Workspace) -> None:
    for content, reason in (("", "empty"), (html("Title", ""), "no_content")):
        with pytest.raises(RejectedPage) as refusal:
            push(space, "a", content)
        assert refusal.value.reason == reason
    assert space.catalog.sequence == 0


def test_an_identity_that_cannot_stand_in_an_address_is_refused(space: Workspace) -> None:
    for name in ("", "a/b", "..", "a b", "x" * 129, "ä"):
        with pytest.raises(RejectedPage, match=r"^invalid: id:"):
            space.push_article(article("Title", "Text.", key=name or "?"))


def test_a_removed_article_is_gone_after_apply(space: Workspace) -> None:
    push(space, "a", html("Alpha"))
    push(space, "b", html("Beta"))
    space.apply()
    assert space.remove("a")
    assert not space.remove("a")
    assert not space.remove("unknown")
    assert space.apply() == 3
    assert titles(space) == ["Beta"]
    assert space.check() == []


def test_the_newest_of_page_and_push_wins(space: Workspace, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "site", "Alpha")
    space.build([source(folder)])
    (record,) = space.catalog.records()
    push(space, record.article.id, html("Alpha, pushed"))
    assert space.build([source(folder)]).unchanged == 1
    assert titles(space) == ["Alpha, pushed"]
    write(folder, "alpha.html", html("Alpha, saved"))
    assert space.build([source(folder)]).changed == 1
    assert titles(space) == ["Alpha, saved"]
    (folder / "alpha.html").unlink()
    folder_of(folder, "Beta")
    assert space.build([source(folder)]).removed == 1


def test_a_removed_article_stays_removed_until_its_page_changes(space: Workspace, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "site", "Alpha", "Beta")
    space.build([source(folder)])
    alpha = next(record for record in space.catalog.records() if record.article.title == "Alpha")
    space.remove(alpha.article.id)
    report = space.build([source(folder)])
    assert (report.unchanged, report.withdrawn, report.added) == (1, 1, 0)
    assert titles(space) == ["Beta"]
    write(folder, "alpha.html", html("Alpha again"))
    assert space.build([source(folder)]).added == 1
    assert titles(space) == ["Alpha again", "Beta"]


# -- The index follows the catalog, whatever happened to it --------------------------------


def test_apply_with_nothing_to_do_does_nothing(space: Workspace) -> None:
    push(space, "a", html("Alpha"))
    space.apply()
    before = space.index.reader().generation
    assert space.apply() == 1
    assert space.index.reader().generation == before


def test_a_lost_index_is_made_again_from_the_catalog(tmp_path: Path) -> None:
    push(workspace(tmp_path / "data"), "a", html("Alpha"))
    later = workspace(tmp_path / "data", index=MemoryIndex())
    assert later.check() == ["index: there is none; `broadsheet index` brings it up to date"]
    later.apply()
    assert (titles(later), later.check()) == (["Alpha"], [])


def test_an_index_of_another_catalog_is_not_built_on(tmp_path: Path) -> None:
    index = MemoryIndex()
    first = workspace(tmp_path / "first", index=index)
    for name in ("a", "b", "c"):
        push(first, name, html(f"First {name}"))
    first.apply()
    second = workspace(tmp_path / "second", index=index)
    push(second, "z", html("Second"))
    assert second.check() == [
        "index: was not made from this catalog; `broadsheet index` brings it up to date"
    ]
    second.apply()
    assert titles(second) == ["Second"]
    assert second.index.reader().article_count == 1


def test_an_index_of_another_catalog_is_told_even_when_it_holds_as_many(tmp_path: Path) -> None:
    index = MemoryIndex()
    first = workspace(tmp_path / "first", index=index)
    for name in ("a", "b"):
        push(first, name, html(f"First {name}"))
    first.remove("b")
    first.apply()
    second = workspace(tmp_path / "second", index=index)
    push(second, "z", html("Second"))
    second.apply()
    assert (titles(second), second.check()) == (["Second"], [])


def test_a_removal_is_an_update_of_the_live_generation(space: Workspace) -> None:
    for name in ("a", "b"):
        push(space, name, html(f"Title {name}"))
    space.apply()
    before = space.index.reader().generation
    space.remove("a")
    space.apply()
    assert titles(space) == ["Title b"]
    assert space.index.reader().generation.partition(".")[0] == before.partition(".")[0]


def test_many_changes_are_made_visible_in_several_commits(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(space, "a", html("Alpha"))
    space.apply()
    monkeypatch.setattr(publish, "COMMIT_EVERY", 3)
    for number in range(8):
        push(space, f"b{number}", html(f"Beta {number}"))
    space.remove("b0")
    before = int(space.index.reader().generation.rpartition(".")[2])
    assert space.apply() == 10
    assert int(space.index.reader().generation.rpartition(".")[2]) == before + 3
    assert space.check() == []


def test_an_update_stopped_between_commits_says_how_far_it_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopping(MemoryIndex):
        commits_left = 1_000

        def writer(self):  # type: ignore[no-untyped-def]
            writer = super().writer()
            commit = writer.commit

            def stop_or_commit(*told: object) -> None:
                self.commits_left -= 1
                if self.commits_left < 0:
                    raise KeyboardInterrupt
                commit(*told)

            writer.commit = stop_or_commit
            return writer

    monkeypatch.setattr(publish, "COMMIT_EVERY", 3)
    index = Stopping()
    space = workspace(tmp_path / "data", index=index)
    space.apply()
    for number in range(8):
        push(space, f"b{number}", html(f"Beta {number}"))
    index.commits_left = 1
    with pytest.raises(KeyboardInterrupt):
        space.apply()
    assert space.check() == ["index: stands at change 3 of 8; `broadsheet index` brings it up to date"]
    index.commits_left = 1_000
    assert space.apply() == 8
    assert space.check() == []


def test_an_index_that_does_not_hold_what_it_should_is_built_anew(tmp_path: Path) -> None:
    class Forgetful(MemoryIndex):
        forgets = True

        def writer(self):  # type: ignore[no-untyped-def]
            writer = super().writer()
            if self.forgets:
                writer.add = lambda record: None
            return writer

    space = workspace(tmp_path / "data", index=Forgetful())
    push(space, "a", html("Alpha"))
    space.apply()
    before = space.index.reader().generation
    push(space, "b", html("Beta"))
    space.apply()
    assert titles(space) == ["Alpha", "Beta"]
    assert space.index.reader().generation.partition(".")[0] != before.partition(".")[0]


def test_a_generation_that_does_not_pass_the_gate_is_not_shown(tmp_path: Path) -> None:
    class Lossy(MemoryIndex):
        loses = False

        def builder(self):  # type: ignore[no-untyped-def]
            builder = super().builder()
            if self.loses:
                builder.add = lambda record: None
            return builder

    index = Lossy()
    space = workspace(tmp_path / "data", index=index)
    push(space, "a", html("Alpha"))
    space.apply()
    before = index.reader().generation
    index.loses = True
    with pytest.raises(IndexDamaged, match="holds 0 articles, not 1"):
        space.build([], rebuild=True)
    assert index.reader().generation == before


def test_damage_on_disk_is_found_and_mended_from_the_catalog(tmp_path: Path) -> None:
    with Workspace(tmp_path / "data", workers=0) as space:
        for name in ("a", "b"):
            push(space, name, html(f"Title {name}"))
        space.apply()
    largest = max((tmp_path / "data" / "index").rglob("*.*"), key=lambda path: path.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 0xFF
    largest.write_bytes(content)
    with Workspace(tmp_path / "data", workers=0) as space:
        assert space.check()
        space.apply()
        assert space.check() == []
        assert titles(space) == ["Title a", "Title b"]


def test_rollback_goes_back_and_the_next_run_comes_forward(tmp_path: Path) -> None:
    with Workspace(tmp_path / "data", workers=0) as space:
        push(space, "a", html("Alpha"))
        first = space.build([]).generation
        push(space, "b", html("Beta"))
        space.build([], rebuild=True)
        assert space.rollback() == first.partition(".")[0]
        assert space.index.reader().article_count == 1
        assert space.check() == ["index: stands at change 1 of 2; `broadsheet index` brings it up to date"]
        space.apply()
        assert titles(space) == ["Alpha", "Beta"]


def test_check_tells_a_removed_article_that_is_still_there(space: Workspace) -> None:
    push(space, "a", html("Alpha"))
    space.apply()
    space.remove("a")
    writer = space.index.writer()
    writer.commit(2, space.catalog.labels(space.site), space.catalog.new_stamp(writer.stamp))
    assert space.check() == [
        "index: holds 1 articles, the catalog 0",
        "index: article a was removed and is still there",
    ]


def test_check_tells_an_old_version_and_a_missing_article(space: Workspace) -> None:
    push(space, "a", html("Alpha"))
    push(space, "b", html("Beta"))
    space.apply()
    push(space, "a", html("Alpha two"))
    writer = space.index.writer()
    writer.remove("b")
    writer.commit(3, space.catalog.labels(space.site), space.catalog.new_stamp(writer.stamp))
    assert space.check() == [
        "index: holds 1 articles, the catalog 2",
        "index: article b (push:b) is missing",
        "index: article a (push:a) is not its last version",
    ]


def test_a_folder_nobody_indexed_into_is_told_from_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="nothing has been indexed here yet"):
        Workspace(tmp_path / "data", create=False)
    assert not (tmp_path / "data").exists()
    assert workspace(tmp_path / "data").check() == []
