"""A run brings the catalog to what the sources hold, and the index to what the catalog holds."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.article import Label
from indexer.errors import SourceError
from indexer.pipeline import Progress
from indexer.pipeline.readers import InlineReader
from indexer.site import Site
from indexer.sources import FolderSource
from indexer.workspace import Workspace

from .making import folder_of, html, source, titles, workspace, write


def counts(report: object) -> tuple[int, ...]:
    return tuple(getattr(report, name) for name in ("added", "changed", "unchanged", "removed"))


def failures(report: object) -> list[tuple[str, str]]:
    return [(failure.key or failure.locator, failure.reason) for failure in report.failed]  # type: ignore[attr-defined]


def test_a_first_run_adds_every_page(tmp_path: Path) -> None:
    space = workspace(tmp_path / "data")
    report = space.build([source(folder_of(tmp_path / "site", "Alpha", "Beta"))])
    assert counts(report) == (2, 0, 0, 0)
    assert (report.exit_status, report.sequence) == (0, 2)
    assert titles(space) == ["Alpha", "Beta"]
    assert report.generation == space.index.reader().generation
    assert space.check() == []


def test_a_second_run_reads_nothing_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_of(tmp_path / "site", "Alpha", "Beta")
    write(folder, "bad.html", "")
    space = workspace(tmp_path / "data")
    space.build([source(folder)])
    before = (space.catalog.sequence, space.index.reader().generation)

    def refuse(*_: object) -> None:
        raise AssertionError("a page was read again")

    monkeypatch.setattr(InlineReader, "submit", refuse)
    report = space.build([source(folder)])
    assert counts(report) == (0, 0, 2, 0)
    assert failures(report) == [("bad.html", "empty")]
    assert (space.catalog.sequence, space.index.reader().generation) == before


def test_a_changed_page_changes_its_article_and_nothing_else(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "site", "Alpha", "Beta")
    space = workspace(tmp_path / "data")
    space.build([source(folder)])
    write(folder, "alpha.html", html("Alpha, corrected"))
    report = space.build([source(folder)])
    assert counts(report) == (0, 1, 1, 0)
    assert titles(space) == ["Alpha, corrected", "Beta"]


def test_a_page_that_is_gone_leaves_the_index(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "site", "Alpha", "Beta")
    space = workspace(tmp_path / "data")
    space.build([source(folder)])
    (folder / "alpha.html").unlink()
    assert counts(space.build([source(folder)])) == (0, 0, 1, 1)
    assert titles(space) == ["Beta"]
    assert space.check() == []


def test_new_furniture_around_an_article_is_no_change(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    write(folder, "a.html", html("Alpha"))
    space = workspace(tmp_path / "data")
    space.build([source(folder)])
    record = next(space.catalog.records())
    write(folder, "a.html", html("Alpha", furniture="Home About Recent Posts"))
    assert counts(space.build([source(folder)])) == (0, 0, 1, 0)
    renewed = next(space.catalog.records())
    assert renewed.sequence == record.sequence
    assert renewed.digest != record.digest
    assert "Recent Posts" in renewed.article.dropped[0].text
    assert counts(space.build([source(folder)])) == (0, 0, 1, 0)


def test_another_site_file_reads_every_page_again(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    write(folder, "a.html", html("Alpha", categories=["Frauen"]))
    workspace(tmp_path / "data").build([source(folder)])
    site = Site(categories=(Label("women", "Frauen"),))
    report = workspace(tmp_path / "data", site).build([source(folder)])
    assert counts(report) == (0, 1, 0, 0)
    (record,) = workspace(tmp_path / "data").catalog.records()
    assert record.article.categories == (Label("women", "Frauen"),)


def test_a_new_category_of_the_site_reaches_the_index_without_a_changed_article(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "site", "Alpha")
    first = workspace(tmp_path / "data", Site(categories=(Label("a", "A"),)))
    first.build([source(folder)])
    second = workspace(tmp_path / "data", Site(categories=(Label("b", "B"), Label("a", "A"))), first.index)
    assert counts(second.build([source(folder)])) == (0, 0, 1, 0)
    assert list(second.index.reader().labels["category"]) == ["b", "a"]


def test_a_run_that_is_not_told_of_the_site_uses_the_one_before(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "site", "Alpha")
    site = Site(name="Herald", categories=(Label("a", "A"),))
    workspace(tmp_path / "data", site).build([source(folder)])
    later = workspace(tmp_path / "data")
    assert later.site == site
    assert counts(later.build([source(folder)])) == (0, 0, 1, 0)


# -- Failures ------------------------------------------------------------------------------


def test_a_page_that_fails_now_keeps_its_last_good_version(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "site", "Alpha", "Beta")
    space = workspace(tmp_path / "data")
    space.build([source(folder)])
    write(folder, "alpha.html", html("Alpha")[:60])
    for _ in range(2):  # as read, and as remembered
        report = space.build([source(folder)])
        assert counts(report) == (0, 0, 1, 0)
        assert [failure.key for failure in report.failed] == ["alpha.html"]
        assert report.failed[0].detail.endswith("; kept the version of 2025-02-01")
        assert report.exit_status == 1
        assert titles(space) == ["Alpha", "Beta"]


def test_a_page_that_is_no_article_is_passed_over_unless_it_stands_in_the_place_of_one(
    tmp_path: Path,
) -> None:
    space, folder = workspace(tmp_path / "data"), folder_of(tmp_path / "pages", "Alpha")
    listing = html("Beta").replace("<body>", '<body class="archive category">')
    write(folder, "listing.html", listing)
    for _ in range(2):  # once read, once remembered
        report = space.build([source(folder)])
        assert [(page.key, page.reason) for page in report.passed] == [("listing.html", "not_article")]
        assert (report.failed, report.exit_status) == ((), 0)
    write(folder, "alpha.html", listing)
    report = space.build([source(folder)])
    assert [failure.key for failure in report.failed] == ["alpha.html"]
    assert "kept the version of" in report.failed[0].detail
    assert [page.key for page in report.passed] == ["listing.html"]


def test_a_failed_page_that_comes_right_is_a_change_again(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "site", "Alpha")
    space = workspace(tmp_path / "data")
    for content, expected in (("", (0, 0, 0, 0)), (html("Alpha two"), (0, 1, 0, 0))):
        space.build([source(folder)])
        write(folder, "alpha.html", content)
        assert counts(space.build([source(folder)])) == expected
    assert titles(space) == ["Alpha two"]


def test_a_failed_page_that_is_taken_away_is_removed(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "site", "Alpha", "Beta")
    space = workspace(tmp_path / "data")
    space.build([source(folder)])
    write(folder, "alpha.html", "")
    space.build([source(folder)])
    (folder / "alpha.html").unlink()
    assert counts(space.build([source(folder)])) == (0, 0, 1, 1)
    assert titles(space) == ["Beta"]


def test_a_page_whose_process_died_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_of(tmp_path / "site", "Alpha")
    space = workspace(tmp_path / "data")
    with monkeypatch.context() as patch:
        patch.setattr("indexer.pipeline.readers.read_page", lambda *_: _died())
        assert failures(space.build([source(folder)])) == [("alpha.html", "parser_died")]
    assert counts(space.build([source(folder)])) == (1, 0, 0, 0)


def _died() -> object:
    from indexer.pipeline.reading import Outcome

    return Outcome(reason="parser_died", detail="it died", certain=False)


# -- Rebuild, dry run, several sources -----------------------------------------------------


def test_a_rebuild_needs_no_page(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "site", "Alpha", "Beta")
    space = workspace(tmp_path / "data")
    before = space.build([source(folder)]).generation
    shutil.rmtree(folder)
    report = space.build([], rebuild=True)
    assert counts(report) == (0, 0, 0, 0)
    assert report.generation != before
    assert titles(space) == ["Alpha", "Beta"]


def test_a_dry_run_says_what_would_change_and_writes_nothing(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "site", "Alpha", "Beta", "Gamma")
    data = tmp_path / "data"
    assert counts(workspace(data).build([source(folder)], dry_run=True)) == (3, 0, 0, 0)
    assert not data.exists()
    space = workspace(data)
    space.build([source(folder)])
    space.close()
    before = {path: path.read_bytes() for path in data.iterdir()}
    write(folder, "alpha.html", html("Alpha, corrected"))
    write(folder, "delta.html", html("Delta"))
    (folder / "beta.html").unlink()
    report = space.build([source(folder)], dry_run=True)
    space.close()
    assert (*counts(report), report.dry_run) == (1, 1, 1, 1, True)
    assert {path: path.read_bytes() for path in data.iterdir()} == before


def test_what_one_source_lost_is_removed_for_that_source_only(tmp_path: Path) -> None:
    one, two = folder_of(tmp_path / "one", "Alpha", "Beta"), folder_of(tmp_path / "two", "Alpha", "Beta")
    space = workspace(tmp_path / "data")
    assert counts(space.build([source(one), source(two)])) == (4, 0, 0, 0)
    (one / "alpha.html").unlink()
    assert counts(space.build([source(one)])) == (0, 0, 1, 1)
    assert titles(space) == ["Alpha", "Beta", "Beta"]


def test_a_source_that_went_missing_removes_nothing(tmp_path: Path) -> None:
    one, two = folder_of(tmp_path / "one", "Alpha"), folder_of(tmp_path / "two", "Beta")
    space = workspace(tmp_path / "data")
    sources = [source(one), source(two)]
    space.build(sources)
    shutil.rmtree(one)
    report = space.build(sources)
    assert failures(report) == [(f"folder:{one}", "source_missing")]
    assert report.failed[0].detail == "there is no such file or folder"
    assert titles(space) == ["Alpha", "Beta"]
    with pytest.raises(SourceError, match="no such file or folder"):
        space.build(sources[:1])
    assert titles(space) == ["Alpha", "Beta"]


def test_progress_is_told_for_pages_and_for_the_index(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "site", "Alpha", "Beta")
    told: list[Progress] = []
    workspace(tmp_path / "data").build([source(folder)], progress=told.append)
    name = f"folder:{folder}"
    assert [told[0], told[2]] == [Progress("reading", 0, 2, name), Progress("reading", 2, 2, name)]
    assert told[-1] == Progress("indexing", 2, 2)


def test_a_run_stopped_from_outside_keeps_what_it_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.pipeline.scan.BATCH", 2)
    monkeypatch.setattr("indexer.pipeline.scan.MAX_AHEAD", 1)
    folder = folder_of(tmp_path / "site", *(f"Page {number}" for number in range(6)))

    def stop(progress: Progress) -> None:
        if progress.done == 5:
            raise KeyboardInterrupt

    space = workspace(tmp_path / "data")
    with pytest.raises(KeyboardInterrupt):
        space.build([source(folder)], progress=stop)
    assert space.catalog.count() == 4
    assert counts(space.build([source(folder)])) == (2, 0, 4, 0)
    assert len(titles(space)) == 6


def test_real_worker_processes_and_the_real_index_do_the_same(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "site", *(f"Page {number}" for number in range(12)))
    write(folder, "broken.html", b"\x00\x01\x02")
    with Workspace(tmp_path / "data", workers=2) as space:
        report = space.build([FolderSource(folder)])
        assert (report.added, len(report.failed)) == (12, 1)
        assert len(titles(space)) == 12
        assert space.check() == []
    with Workspace(tmp_path / "data") as again:
        assert counts(again.build([FolderSource(folder)])) == (0, 0, 12, 0)
        assert replace(report, failed=()).exit_status == 0
