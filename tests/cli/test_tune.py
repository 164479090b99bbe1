"""``broadsheet tune`` and ``broadsheet judgements``: what is tuned and judged, as files."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from service.store import Database, store_address
from service.tuning.toml import from_toml, to_toml
from tests.tuning.models import FULL

from .running import run

WEIGHTED = "[weights]\ntitle = 0.0\ntitle_bonus = 0.0\n"


@pytest.fixture(autouse=True)
def folder(elsewhere: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BROADSHEET_DATABASE", raising=False)
    Path("var").mkdir()
    with closing(Database(store_address("", Path("var")))) as database, database.reading():
        """What a service makes when it first starts."""


def written(name: str, text: str) -> str:
    Path(name).write_text(text, "utf-8")
    return name


def test_what_is_imported_is_exported() -> None:
    done = run("tune", "import", written("full.toml", to_toml(FULL)), "--note", "first", "--author", "ada")
    assert done.output.splitlines()[-1] == "version 1 is in force"
    assert "+ rules: elections" in done.output
    assert from_toml(run("tune", "export").output) == FULL
    assert run("tune", "export", "out.toml").output == ""
    assert Path("out.toml").read_text("utf-8").splitlines()[2].startswith("# Version 1, the operator ada, ")
    listed = run("tune", "versions").output
    assert "UTC" in listed
    assert "the operator ada  first" in listed


def test_a_dry_run_and_a_draft_publish_nothing() -> None:
    file = written("w.toml", WEIGHTED)
    assert "nothing is published" in run("tune", "import", file, "--dry-run").output
    assert run("tune", "import", file, "--draft").output.splitlines()[-1] == "it is the draft now"
    assert run("tune", "versions").output == "nothing has been published yet\n"
    assert from_toml(run("tune", "export", "--draft").output).weights.title == 0.0
    assert run("tune", "publish", "--note", "go").output.endswith("version 1 is in force\n")
    assert run("tune", "publish").exit_code == 2


def test_versions_and_files_are_compared_and_restored() -> None:
    file = written("w.toml", WEIGHTED)
    run("tune", "import", file)
    run("tune", "import", written("p.toml", 'popular = ["a"]'))
    told = run("tune", "diff", "1", "2")
    assert (told.exit_code, told.output.splitlines()[0]) == (1, "~ weights: title: 0.0 -> 3.0")
    assert run("tune", "diff", file, "1").exit_code == 0
    assert run("tune", "diff", "2", "published").exit_code == 0
    run("tune", "import", file, "--draft")
    told = run("tune", "diff", "published", "draft")
    assert (told.exit_code, told.output.splitlines()[0]) == (1, "~ weights: title: 3.0 -> 0.0")
    assert run("tune", "diff", "draft", file).exit_code == 0
    assert run("tune", "diff", "draft", "published").output.startswith("~ weights: title: 0.0 -> 3.0")
    assert run("tune", "diff", file).exit_code == 1
    assert run("tune", "restore", "1").output.splitlines()[-1] == "version 3 is in force"
    assert run("tune", "diff", file).exit_code == 0
    assert run("tune", "export", "--version", "2").output.endswith('popular = ["a"]\n')
    refused = run("tune", "restore", "9")
    assert (refused.exit_code, refused.output) == (2, "broadsheet: there is no version 9 of the tuning\n")


def test_what_is_worth_a_look_is_told_when_a_file_comes_in(collection: None) -> None:
    text = """[boosts.category]
nowhere = 2.0
[[synonyms]]
words = ["who", "agency"]
[[rules]]
name = "r1"
query = "peace"
pin = [{ article = "moratorium" }, { article = "gone", position = 2 }]
[weights]
title = 0.0
"""
    for more in ([], ["--dry-run"], ["--draft"]):
        told = run("tune", "import", written("w.toml", text), *more).stderr.splitlines()
        assert [line.split(": ")[:2] for line in told] == [
            ["warning", "rules[0].pin[1].article"],
            ["warning", "synonyms[0].words[0]"],
            ["warning", "weights.title"],
            ["warning", "boosts.category.nowhere"],
        ]
        assert told[0].split(": ", 2)[2].startswith("the rule for 'peace' ('r1') pins 'gone'")


def test_mistakes_of_a_file_are_told_with_their_lines() -> None:
    refused = run("tune", "import", written("bad.toml", "typos = 1\n[weights]\ntitle = -1\nwrong = 2\n"))
    assert refused.exit_code == 2
    assert "bad.toml:1: typos: 1 is not true or false" in refused.output
    assert "bad.toml:4: weights.wrong: is not a member" in refused.output
    assert run("tune", "import", "nowhere.toml").output.startswith("broadsheet: nowhere.toml: cannot be read")
    gone = run("tune", "versions", "--data", "nowhere")
    assert "nothing has been indexed here yet" in gone.output
    Path("empty").mkdir()
    assert run("tune", "import", written("w.toml", WEIGHTED), "--data", "empty").exit_code == 2
    assert list(Path("empty").iterdir()) == []


def test_a_set_comes_in_and_goes_out_as_files_and_is_measured_under_versions(collection: None) -> None:
    queries = written("q.jsonl", json.dumps({"id": "q", "text": "moratorium"}) + "\n")
    qrels = written("q.tsv", "q\tmoratorium\t1\n")
    done = run("judgements", "import", "golden", "--queries", queries, "--qrels", qrels)
    assert done.output == "golden: 1 questions, 1 judgements\n"
    assert run("judgements", "list").output.startswith("golden  1 questions, 1 judgements")
    run("judgements", "export", "golden", "--queries", "o.jsonl", "--qrels", "o.tsv")
    assert Path("o.jsonl").read_text() == Path(queries).read_text()
    assert Path("o.tsv").read_text() == Path(qrels).read_text()
    measured = json.loads(run("evaluate", "--set", "golden", "--json", "--record").output)
    assert (measured["queries"], measured["recall"]) == (1, 1.0)
    run("tune", "import", written("w.toml", WEIGHTED))
    for version in ("0", "1", "w.toml"):
        assert (
            json.loads(run("evaluate", "--set", "golden", "--tuning", version, "--json").output)["queries"]
            == 1
        )
    assert run("evaluate", "--set", "none").exit_code == 2
    for wrong in (
        ["--set", "golden", "--queries", queries, "--qrels", qrels],
        ["--queries", queries],
        ["--queries", queries, "--qrels", qrels, "--record"],
        ["--set", "golden", "--tuning", "w.toml", "--record"],
    ):
        assert run("evaluate", *wrong).exit_code == 2
