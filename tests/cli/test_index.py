"""``broadsheet index`` says what it did, in its words and in its exit status."""

from __future__ import annotations

import io
import json
import os
import pty
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress as Bars

from indexer.cli.progress import Bar, Lines
from indexer.lock import WriterLock
from indexer.pipeline import Progress
from indexer.workspace import Workspace
from tests.pipeline.making import folder_of, html, write

from .running import run


def test_the_folder_corpus_is_indexed_when_nothing_is_named(tmp_path: Path) -> None:
    folder_of(tmp_path / "corpus", "Alpha", "Beta")
    result = run("index")
    assert result.exit_code == 0
    first, second = result.stdout.splitlines()
    assert first.startswith("2 added, 0 changed, 0 unchanged, 0 removed, 0 failed, in ")
    assert second == "generation g-000001.1, change 2"
    assert result.stderr == ""
    assert (tmp_path / "var" / "catalog.sqlite3").is_file()


def test_the_setting_names_the_sources_and_an_argument_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder_of(tmp_path / "one", "Alpha")
    folder_of(tmp_path / "with space", "Beta")
    folder_of(tmp_path / "corpus", "Gamma")
    monkeypatch.setenv("BROADSHEET_SOURCE", "one 'with space'")
    assert run("index").stdout.startswith("2 added")
    assert run("index", "corpus").stdout.startswith("1 added")


def test_without_any_source_it_says_how_to_name_one() -> None:
    result = run("index")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("broadsheet: name a SOURCE")
    assert not Path("var").exists()


def test_a_source_that_is_not_there_is_status_2_and_named() -> None:
    result = run("index", "nowhere")
    missing = Path("nowhere").absolute()
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"broadsheet: {missing}: there is no such file or folder\n"


def test_of_several_sources_those_there_are_indexed(tmp_path: Path) -> None:
    folder_of(tmp_path / "one", "Alpha")
    result = run("index", "one", "nowhere")
    assert result.exit_code == 1
    missing = tmp_path / "nowhere"
    assert result.stdout.startswith(f"failed: {missing}: source_missing: there is no such file or folder\n")
    assert "1 added" in result.stdout


def test_failed_pages_are_listed_with_reason_and_status_1(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "corpus", "Alpha")
    write(folder, "empty.html", "")
    result = run("index")
    assert result.exit_code == 1
    assert result.stdout.startswith(f"failed: {folder / 'empty.html'}: empty: ")
    assert "1 added, 0 changed, 0 unchanged, 0 removed, 1 failed" in result.stdout


def test_json_is_one_object_with_the_whole_report(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "corpus", "Alpha")
    write(folder, "empty.html", "")
    report = json.loads(run("index", "--json").stdout)
    failure = report["failed"][0]
    assert (failure["locator"], failure["reason"]) == (str(folder / "empty.html"), "empty")
    del report["failed"], report["seconds"]
    assert report == {
        "added": 1,
        "changed": 0,
        "unchanged": 0,
        "removed": 0,
        "withdrawn": 0,
        "passed": [],
        "replaced": [],
        "repaired": "",
        "generation": "g-000001.1",
        "sequence": 1,
        "dry_run": False,
    }


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    folder_of(tmp_path / "corpus", "Alpha")
    result = run("index", "--dry-run")
    assert result.stdout.startswith("would be: 1 added")
    assert not Path("var").exists()


def test_a_rebuild_without_a_source_reads_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_of(tmp_path / "corpus", "Alpha")
    assert run("index", "--rebuild").exit_code == 2
    run("index")
    shutil.rmtree(folder)
    monkeypatch.setenv("BROADSHEET_SOURCE", "gone")
    result = run("index", "--rebuild")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1] == "generation g-000002.1, change 1"


def test_a_rebuild_with_a_source_follows_that_too(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "corpus", "Alpha")
    run("index")
    folder_of(folder, "Beta")
    result = run("index", "--rebuild", "corpus")
    assert result.stdout.startswith("1 added, 0 changed, 1 unchanged")
    assert "generation g-000002.1, change 2" in result.stdout


def test_removals_are_allowed_by_an_option(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "corpus", "Alpha")
    run("index")
    (folder / "alpha.html").unlink()
    refused = run("index")
    assert (refused.exit_code, "removals_refused" in refused.stdout) == (1, True)
    allowed = run("index", "--allow-removals")
    assert "1 removed" in allowed.stdout


def test_the_site_file_beside_the_pages_is_used_and_remembered(tmp_path: Path) -> None:
    write(tmp_path, "corpus/site.toml", '[[categories]]\nslug = "frauen"\nlabel = "Women"\n')
    write(tmp_path, "corpus/articles/a.html", html("Alpha", categories=["Women"]))
    run("index", "corpus/articles")
    assert [record.article.categories[0].slug for record in Workspace(Path("var")).catalog.records()] == [
        "frauen"
    ]
    assert run("index", "--rebuild").exit_code == 0
    assert Workspace(Path("var")).index.reader().labels["category"] == {"frauen": "Women"}


def test_an_option_wins_over_the_site_file_beside_the_pages(tmp_path: Path) -> None:
    write(tmp_path, "corpus/site.toml", '[site]\nname = "Beside"\n')
    folder_of(tmp_path / "corpus", "Alpha")
    given = write(tmp_path, "given.toml", '[site]\nname = "Given"\n')
    run("index", "--site", given)
    assert Workspace(Path("var")).site.name == "Given"


def test_two_site_files_need_a_choice(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path, f"{name}/site.toml", "")
        folder_of(tmp_path / name, "Alpha")
    result = run("index", "one", "two")
    assert result.exit_code == 2
    assert "choose one with --site" in result.stderr
    assert run("index", "one", "two", "--site", "one/site.toml").exit_code == 0


def test_a_site_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    folder_of(tmp_path / "corpus", "Alpha")
    bad = write(tmp_path, "bad.toml", "[[nonsense")
    for given in (bad, tmp_path / "nowhere.toml"):
        result = run("index", "--site", given)
        assert (result.exit_code, str(given) in result.stderr) == (2, True)


def test_another_writer_is_named_and_waited_for_no_longer_than_asked(tmp_path: Path) -> None:
    folder_of(tmp_path / "corpus", "Alpha")
    with WriterLock(tmp_path / "var", clock=lambda: datetime(2025, 2, 1, tzinfo=UTC)).held():
        result = run("index", "--wait", "0.1")
    assert result.exit_code == 2
    waiting, busy = result.stderr.splitlines()
    assert waiting.startswith("broadsheet: waiting up to 0.1 s for process ")
    assert "is being written to by process" in busy


def test_a_damaged_catalog_is_told_in_words(tmp_path: Path) -> None:
    folder_of(tmp_path / "corpus", "Alpha")
    write(tmp_path, "var/catalog.sqlite3", "no database " * 1000)
    result = run("index")
    assert (result.exit_code, "the catalog is damaged" in result.stderr) == (2, True)


def test_an_interrupted_run_says_that_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    folder_of(tmp_path / "corpus", "Alpha")
    monkeypatch.setattr(Workspace, "build", interrupt)
    result = run("index")
    assert result.exit_code == 130
    assert "what was accepted is kept" in result.stderr


def test_as_a_process_of_its_own_it_prints_and_returns_the_same(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "corpus", "Alpha")
    write(folder, "empty.html", "")
    command = [sys.executable, "-m", "service", "index"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "1 added" in done.stdout


def test_on_a_terminal_of_its_own_it_ends_with_the_same_report(tmp_path: Path) -> None:
    folder_of(tmp_path / "corpus", "Alpha")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "service", "index"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, text=True, check=False)
    os.close(theirs)
    drawn = os.read(ours, 65_536).decode()
    os.close(ours)
    assert (done.returncode, done.stdout.startswith("1 added")) == (0, True)
    assert "reading folder:" in drawn


# -- Progress ------------------------------------------------------------------------------


def test_elsewhere_than_on_a_terminal_a_line_comes_now_and_then() -> None:
    now = 0.0
    lines: list[str] = []
    show = Lines(lambda line, err: lines.append(line), seconds=5.0, timer=lambda: now)
    for done in range(1, 1201):
        now += 1 / 64
        show(Progress("reading", done, 1200, "folder:/site"))
    now += 5.0
    show(Progress("indexing", 50, None))
    assert lines == [
        "reading folder:/site: 320 of 1,200",
        "reading folder:/site: 640 of 1,200",
        "reading folder:/site: 960 of 1,200",
        "indexing: 50",
    ]


def test_on_a_terminal_there_is_a_bar() -> None:
    screen = io.StringIO()
    with Bars(console=Console(file=screen, force_terminal=True, width=80)) as bars:
        show = Bar(bars)
        show(Progress("reading", 1, 2, "folder:/site"))
        show(Progress("reading", 2, 2, "folder:/site"))
        show(Progress("indexing", 1, None))
    assert "reading folder:/site" in screen.getvalue()
    assert "100%" in screen.getvalue()
