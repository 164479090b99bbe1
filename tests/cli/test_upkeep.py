"""check, generations, rollback, forget, export: what the operator sees."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from indexer.article import Block
from indexer.sources import pushed_page
from indexer.workspace import Workspace
from tests.conftest import article
from tests.pipeline.making import folder_of, html, write

from .running import run


@pytest.fixture
def indexed(tmp_path: Path) -> Path:
    folder = folder_of(tmp_path / "corpus", "Alpha", "Beta")
    assert run("index").exit_code == 0
    return folder


@pytest.mark.parametrize("command", ["check", "generations", "rollback", "export", "search"])
def test_a_folder_nobody_indexed_into_is_status_2(command: str) -> None:
    result = run(command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "broadsheet: var: nothing has been indexed here yet; run `broadsheet index`\n"
    assert not Path("var").exists()


@pytest.mark.usefixtures("indexed")
def test_a_sound_folder_is_said_to_be_sound() -> None:
    result = run("check")
    assert (result.exit_code, result.stdout) == (0, "sound: 2 articles, change 2\n")


@pytest.mark.usefixtures("indexed")
def test_damage_is_status_1_and_named() -> None:
    damaged = max(Path("var/index").rglob("*.*"), key=lambda path: path.stat().st_size)
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    result = run("check")
    assert result.exit_code == 1
    assert damaged.name in result.stdout
    repaired = run("index")
    assert repaired.exit_code == 0
    assert "\nrepaired: " in f"\n{repaired.stdout}"
    assert damaged.name in repaired.stdout
    assert "repaired" not in run("index").stdout
    assert run("check").exit_code == 0


@pytest.mark.usefixtures("indexed")
def test_an_index_that_is_gone_is_made_again_and_a_first_one_is_no_repair() -> None:
    shutil.rmtree("var/index")
    assert "repaired: the index was gone" in run("index").stdout
    shutil.rmtree("var")
    assert "repaired" not in run("index").stdout


@pytest.mark.usefixtures("indexed")
def test_generations_are_listed_and_rollback_goes_back() -> None:
    run("index", "--rebuild")
    first, second = run("generations").stdout.splitlines()
    assert first.startswith("      g-000001  2 articles  change 2  ")
    assert second.startswith("live  g-000002  2 articles  change 2  ")
    assert run("rollback").stdout == "generation g-000001\n"
    assert run("generations").stdout.splitlines()[0].startswith("live  g-000001")


@pytest.mark.usefixtures("indexed")
def test_rollback_without_an_older_generation_is_status_2() -> None:
    result = run("rollback")
    assert (result.exit_code, "no previous generation" in result.stderr) == (2, True)


def test_a_source_that_moved_is_forgotten(indexed: Path, tmp_path: Path) -> None:
    shutil.move(indexed, tmp_path / "moved")
    run("index", "moved")
    assert run("forget", "corpus").stdout == "2 removed\n"
    assert run("check").stdout.startswith("sound: 2 articles")
    unknown = run("forget", "nowhere")
    assert unknown.exit_code == 2
    assert f"known sources: folder:{tmp_path / 'moved'}" in unknown.stderr


def test_of_a_folder_that_has_moved_not_every_page_is_a_line(indexed: Path, tmp_path: Path) -> None:
    for number in range(30):
        page = html(f"Page {number}", canonical=f"https://site.example/{number}/")
        write(indexed, f"page-{number}.html", page)
    assert run("index").exit_code == 0
    shutil.copytree(indexed, tmp_path / "moved")
    lines = [line for line in run("index", "moved").stdout.splitlines() if line.startswith("replaced: ")]
    assert len(lines) == 11
    assert lines[-1].startswith("replaced: 20 more")


def test_what_was_removed_by_hand_is_said_to_stay_out(indexed: Path) -> None:
    with Workspace(Path("var")) as space:
        space.remove(next(space.catalog.records()).article.id)
    result = run("index")
    assert result.exit_code == 0
    assert "1 removed by hand before; they come back when their page changes" in result.stdout


def test_an_export_is_a_json_line_an_article(indexed: Path) -> None:
    made = article(
        "Title",
        [Block("heading", "H", 2), Block("paragraph", "‘Text’ می‌رود")],
        key="news-1",
        kind="Video",
        categories=["Women", "R&D"],
        tags=["law"],
        author="Ann",
        lang="fa",
        published="2025-01-21T10:00:00+03:30",
    )
    with Workspace(Path("var")) as space:
        space.push_article(made)
    lines = [json.loads(line) for line in run("export").stdout.splitlines()]
    assert [line["title"] for line in lines] == ["Alpha", "Beta", "Title"]
    assert lines[0]["source"] == str(indexed / "alpha.html")
    assert lines[2] == {
        "id": "news-1",
        "url": "https://example.org/news-1/",
        "source": "https://example.org/news-1/",
        "title": "Title",
        "type": "video",
        "categories": ["Women", "R&D"],
        "tags": ["law"],
        "lang": "fa",
        "author": "Ann",
        "published_at": "2025-01-21T10:00:00+03:30",
        "text": "H\n‘Text’ می‌رود",
    }


@pytest.mark.usefixtures("indexed")
def test_an_export_is_utf8_and_of_one_moment_whatever_is_pushed() -> None:
    with Workspace(Path("var")) as space:
        reading = space.catalog.records()
        next(reading)
        space.push("new", pushed_page("new", html("New").encode()))
        assert [record.article.title for record in reading] == ["Beta"]
    assert len(run("export").stdout.splitlines()) == 3


def test_help_tells_every_command() -> None:
    result = run("--help")
    for command in (
        "index",
        "check",
        "search",
        "evaluate",
        "export",
        "forget",
        "generations",
        "rollback",
        "serve",
    ):
        assert f"  {command} " in result.stdout
        assert run(command, "--help").exit_code == 0


def test_a_damaged_article_ends_what_reads_it_in_one_line(tmp_path: Path) -> None:
    pages = folder_of(tmp_path / "pages", "Alpha", "Beta")
    assert run("index", pages, "--data", "var").exit_code == 0
    with sqlite3.connect("var/catalog.sqlite3") as connection:
        connection.execute(
            "UPDATE articles SET metadata = '{\"id', blocks = x'0000' WHERE key = 'alpha.html'"
        )
    connection.close()
    write(pages, "alpha.html", html("Alpha, changed"))
    for command in (("export",), ("index", "--rebuild"), ("index", pages)):
        result = run(*command, "--data", "var")
        assert result.exit_code == 2
        line = next(line for line in result.output.splitlines() if line.startswith("broadsheet: "))
        assert line.startswith("broadsheet: var/catalog.sqlite3: article ")
        assert "`broadsheet check`" in line
    result = run("check", "--data", "var")
    assert result.exit_code == 1
    assert "cannot be read back" in result.output
