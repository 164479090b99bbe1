"""What was removed by hand stays out until its page says something new, wherever and however it is read."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.site import Site
from indexer.workspace import Workspace

from .making import html, source, titles, workspace, write

ADDRESS = "https://site.example/taken-down/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "first"
    write(folder, "down.html", html("Taken down", canonical=ADDRESS))
    write(folder, "plain.html", html("Without an address"))
    write(folder, "up.html", html("Stays up", canonical="https://site.example/up/"))
    return folder


@pytest.fixture
def space(tmp_path: Path, folder: Path) -> Workspace:
    space = workspace(tmp_path / "data")
    space.build([source(folder)])
    for record in list(space.catalog.records()):
        if record.article.title != "Stays up":
            space.remove(record.article.id)
    space.build([source(folder)])
    assert titles(space) == ["Stays up"]
    return space


def test_a_page_of_the_same_address_and_bytes_in_another_folder_stays_out(
    space: Workspace, folder: Path, tmp_path: Path
) -> None:
    (folder / "plain.html").unlink()
    shutil.copytree(folder, tmp_path / "second")
    for _ in range(2):  # once read, once remembered
        report = space.build([source(tmp_path / "second")])
        assert report.withdrawn == 1
        assert titles(space) == ["Stays up"]
    write(tmp_path / "second", "down.html", html("Taken down, and written anew", canonical=ADDRESS))
    space.build([source(tmp_path / "second")])
    assert sorted(titles(space)) == ["Stays up", "Taken down, and written anew"]


def test_a_page_that_is_read_again_in_another_way_stays_out(
    space: Workspace, folder: Path, tmp_path: Path
) -> None:
    space.close()
    again = workspace(tmp_path / "data", replace(Site(), content_selectors=("main", "body")))
    report = again.build([source(folder)])
    assert report.withdrawn == 2
    assert titles(again) == ["Stays up"]


def test_a_page_whose_article_gave_way_to_a_push_is_not_taken_for_removed(
    space: Workspace, folder: Path, tmp_path: Path
) -> None:
    pushed = replace(
        next(record.article for record in space.catalog.records()), id="pushed", title="Pushed instead"
    )
    space.push_article(pushed)
    assert titles_in_catalog(space) == ["Pushed instead"]
    shutil.copytree(folder, tmp_path / "second")
    (tmp_path / "second" / "down.html").unlink()
    (tmp_path / "second" / "plain.html").unlink()
    report = space.build([source(tmp_path / "second")])
    assert (report.added, report.withdrawn) == (1, 0)
    assert titles_in_catalog(space) == ["Stays up"]


def titles_in_catalog(space: Workspace) -> list[str]:
    return [record.article.title for record in space.catalog.records()]
