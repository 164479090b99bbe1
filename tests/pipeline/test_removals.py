"""Removal is what a source no longer holds, and never an accident."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.errors import SourceError
from indexer.sources import Failure, FolderSource, Page
from indexer.workspace import Workspace

from .making import folder_of, html, source, titles, workspace, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "site", *(f"Page {number}" for number in range(20)))


@pytest.fixture
def space(tmp_path: Path, folder: Path) -> Workspace:
    made = workspace(tmp_path / "data")
    made.build([source(folder)])
    return made


def take(folder: Path, count: int) -> None:
    for path in sorted(folder.glob("*.html"))[:count]:
        path.unlink()


def test_half_of_a_source_may_go(space: Workspace, folder: Path) -> None:
    take(folder, 10)
    assert space.build([source(folder)]).removed == 10
    assert len(titles(space)) == 10


def test_more_than_half_is_refused_and_said(space: Workspace, folder: Path) -> None:
    take(folder, 11)
    report = space.build([source(folder)])
    assert (report.removed, report.exit_status) == (0, 1)
    assert report.failed[0].reason == "removals_refused"
    assert report.failed[0].detail.startswith("11 of 20 articles are gone")
    assert len(titles(space)) == 20


def test_more_than_half_may_go_when_allowed(space: Workspace, folder: Path) -> None:
    take(folder, 19)
    assert space.build([source(folder)], allow_removals=True).removed == 19
    assert len(titles(space)) == 1


def test_a_small_source_may_lose_most(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "site", "Alpha", "Beta", "Gamma")
    space = workspace(tmp_path / "data")
    space.build([source(folder)])
    take(folder, 2)
    assert space.build([source(folder)]).removed == 2


def test_a_source_with_no_page_left_removes_nothing_unless_allowed(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "site", "Alpha")
    space = workspace(tmp_path / "data")
    space.build([source(folder)])
    take(folder, 1)
    report = space.build([source(folder)])
    assert [failure.reason for failure in report.failed] == ["no_pages", "removals_refused"]
    assert titles(space) == ["Alpha"]
    assert space.build([source(folder)], allow_removals=True).removed == 1
    assert titles(space) == []


def test_an_empty_source_says_that_it_is_empty(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    report = workspace(tmp_path / "data").build([source(tmp_path / "site")])
    assert [failure.reason for failure in report.failed] == ["no_pages"]


class Troubled(FolderSource):
    """A folder of which a part cannot be read this time."""

    def __init__(self, path: Path, trouble: Failure) -> None:
        super().__init__(path)
        self.trouble = trouble

    def pages(self) -> Iterator[Page | Failure]:
        yield self.trouble
        hidden = self.trouble.key
        yield from (item for item in super().pages() if not item.key.startswith(hidden) or not hidden)


def test_pages_below_a_folder_that_cannot_be_read_are_not_gone(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "site", "Alpha")
    folder_of(folder / "women", "Beta", "Gamma")
    space = workspace(tmp_path / "data")
    space.build([source(folder)])
    closed = Failure(str(folder / "women"), "unreadable", "Permission denied", "women/", below=True)
    report = space.build([Troubled(folder, closed)])
    assert (report.removed, report.failed) == (0, (closed,))
    assert titles(space) == ["Alpha", "Beta", "Gamma"]


def test_a_page_that_cannot_be_read_is_not_gone(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "site", "Alpha", "Beta")
    space = workspace(tmp_path / "data")
    space.build([source(folder)])
    report = space.build([Troubled(folder, Failure("alpha", "unreadable", "I/O error", "alpha.html"))])
    assert report.removed == 0
    assert report.failed[0].detail == "I/O error; kept the version of 2025-02-01"
    assert titles(space) == ["Alpha", "Beta"]
    assert space.build([source(folder)]).unchanged == 2


# -- Parts of sources, and sources inside sources ------------------------------------------


def test_one_page_of_a_source_leaves_the_others_alone(space: Workspace, folder: Path) -> None:
    write(folder, "page-3.html", html("Page three"))
    take(folder, 1)
    report = space.build([FolderSource(folder / "page-3.html", folder)])
    assert (report.changed, report.unchanged, report.removed) == (1, 0, 0)
    assert len(titles(space)) == 20


def test_a_subfolder_of_a_source_loses_only_its_own(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "site", "Alpha")
    folder_of(folder / "women", "Beta", "Gamma")
    space = workspace(tmp_path / "data")
    space.build([source(folder)])
    (folder / "alpha.html").unlink()
    (folder / "women" / "beta.html").unlink()
    assert space.build([FolderSource(folder / "women", folder)]).removed == 1
    assert titles(space) == ["Alpha", "Gamma"]


def test_a_folder_takes_over_what_was_indexed_from_inside_it(tmp_path: Path) -> None:
    folder_of(tmp_path / "site" / "articles", "Alpha", "Beta")
    space = workspace(tmp_path / "data")
    space.build([source(tmp_path / "site" / "articles")])
    report = space.build([source(tmp_path / "site")])
    assert (report.added, report.removed) == (2, 2)
    assert titles(space) == ["Alpha", "Beta"]
    assert space.catalog.sources() == (f"folder:{tmp_path / 'site'}",)


def test_a_source_that_has_moved_is_forgotten_by_name_or_path(space: Workspace, folder: Path) -> None:
    shutil.rmtree(folder)
    with pytest.raises(SourceError):
        FolderSource(folder)
    name = space.source_name(str(folder))
    assert name == f"folder:{folder}"
    assert space.source_name("folder:/elsewhere") is None
    assert space.forget(name) == 20
    space.apply()
    assert titles(space) == []
