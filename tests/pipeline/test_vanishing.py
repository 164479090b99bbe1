"""A site may be published while it is indexed: what vanishes was removed, and no run ends because of it."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from indexer.sources import FolderSource
from indexer.workspace import Workspace

from .making import folder_of, html, source, titles, workspace, write

RUNS = 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "site", "Alpha", "Beta", "Gamma", "part/Delta", "part/Epsilon")


@pytest.fixture
def space(tmp_path: Path, folder: Path) -> Workspace:
    made = workspace(tmp_path / "data")
    assert made.build([source(folder)]).added == 5
    return made


def as_listed(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Something happens right after a folder has been listed, and before its entries are looked at."""
    scandir = os.scandir

    @contextmanager
    def listed(path: Path) -> Iterator[list[os.DirEntry[str]]]:
        with scandir(path) as entries:
            found = list(entries)
        happens()
        yield found

    monkeypatch.setattr("indexer.sources.walk.os.scandir", listed)


def test_a_page_that_vanishes_between_listing_and_looking_was_removed(
    space: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_listed(monkeypatch, lambda: (folder / "alpha.html").unlink(missing_ok=True))
    report = space.build([source(folder)])
    assert (report.removed, report.unchanged, report.failed) == (1, 4, ())
    assert "Alpha" not in titles(space)


def test_a_folder_that_vanishes_between_listing_and_looking_was_removed(
    space: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = folder / "part"
    as_listed(monkeypatch, lambda: part.exists() and part.rename(folder.parent / "gone"))
    report = space.build([source(folder)])
    assert (report.removed, report.unchanged, report.failed) == (2, 3, ())


def test_a_link_that_vanishes_between_listing_and_looking_was_removed(
    space: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = folder / "link.html"
    link.symlink_to(write(folder.parent, "elsewhere.html", html("Elsewhere")))
    assert space.build([source(folder)]).added == 1
    as_listed(monkeypatch, lambda: link.unlink(missing_ok=True))
    report = space.build([source(folder)])
    assert (report.removed, report.failed) == (1, ())


@pytest.mark.parametrize("number", [errno.ENOENT, errno.ENOTDIR, errno.ESTALE])
def test_a_page_that_vanishes_before_it_is_read_was_removed(
    space: Workspace, folder: Path, number: int
) -> None:
    report = space.build([FolderSource(folder, opener=failing("alpha.html", number))])
    assert (report.removed, report.failed, report.exit_status) == (1, (), 0)
    assert "Alpha" not in titles(space)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO])
def test_any_other_fault_of_a_page_is_its_own_failure_and_its_article_stays(
    space: Workspace, folder: Path, number: int
) -> None:
    report = space.build([FolderSource(folder, opener=failing("alpha.html", number))])
    assert (report.removed, [failure.key for failure in report.failed]) == (0, ["alpha.html"])
    assert "Alpha" in titles(space)


def failing(name: str, number: int) -> Callable[[Path], BinaryIO]:
    def opener(path: Path) -> BinaryIO:
        if path.name == name:
            raise OSError(number, os.strerror(number))
        return path.open("rb")

    return opener


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO])
@pytest.mark.parametrize("name", ["part", "linked"])
def test_a_fault_of_a_folder_is_a_failure_and_nothing_below_it_is_removed(
    space: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int
) -> None:
    write(folder.parent, "elsewhere/zeta.html", html("Zeta"))
    (folder / "linked").symlink_to("../elsewhere")
    assert space.build([source(folder)]).added == 1
    stat = Path.stat

    def fails(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path.name == name:
            raise OSError(number, os.strerror(number))
        return stat(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", fails)
    report = space.build([source(folder)])
    assert (report.removed, [(failure.key, failure.below) for failure in report.failed]) == (
        0,
        [(f"{name}/", True)],
    )
    assert len(titles(space)) == 6


def test_a_source_that_may_not_be_looked_at_is_one_source_that_failed(
    space: Workspace, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no fault of the data folder's disk."""
    shut = source(folder_of(tmp_path / "shut", "Zeta"))
    stat = Path.stat

    def fails(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path == tmp_path / "shut":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return stat(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", fails)
    report = space.build([shut, source(folder)])
    assert report.unchanged == 5
    assert [(failure.reason, failure.detail) for failure in report.failed] == [
        ("source_missing", "cannot be read: Permission denied")
    ]


def test_of_several_parts_one_that_vanished_was_removed(space: Workspace, folder: Path) -> None:
    both = FolderSource(folder / "alpha.html", folder).joined(FolderSource(folder / "part", folder))
    (folder / "alpha.html").unlink()
    report = space.build([both])
    assert (report.removed, report.unchanged, report.failed) == (1, 2, ())


class Publisher(threading.Thread):
    """Writes and deletes pages and folders without pause, as what publishes a site does."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.folder = folder
        self.stop = threading.Event()
        self.rounds = 0

    def run(self) -> None:
        page = html("Passing")
        while not self.stop.is_set():
            for number in range(30):
                write(self.folder, f"new-{number}.html", page)
                write(self.folder, f"new/{number}/a.html", page)
            for number in range(30):
                (self.folder / f"new-{number}.html").unlink()
            shutil.rmtree(self.folder / "new")
            self.rounds += 1


def test_runs_go_well_while_pages_come_and_go(space: Workspace, folder: Path) -> None:
    publisher = Publisher(folder)
    publisher.start()
    try:
        reports = [space.build([source(folder)], allow_removals=True) for _ in range(RUNS)]
    finally:
        publisher.stop.set()
        publisher.join(timeout=60)
    assert publisher.rounds
    # A page caught half written has no text yet; that is said of it, and of nothing else.
    failures = [failure for report in reports for failure in report.failed]
    assert {failure.reason for failure in failures} <= {"empty"}
    assert not [failure for failure in failures if not failure.key.startswith("new")]
    report = space.build([source(folder)], allow_removals=True)
    assert report.failed == ()
    assert titles(space) == ["Alpha", "Beta", "Gamma", "part/Delta", "part/Epsilon"]
    assert space.check() == []
