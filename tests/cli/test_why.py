"""``broadsheet why`` says on a terminal why an article is found, or why not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .running import run

pytestmark = pytest.mark.usefixtures("collection")
ADDRESS = "https://example.org/moratorium/"


def test_what_keeps_an_article_out_is_marked() -> None:
    result = run("why", "executing", ADDRESS, "--exact", "--lang", "de")
    assert result.exit_code == 1
    title, address, *reasons = result.stdout.splitlines()
    assert (title, address) == ("A moratorium on executions", f"  {ADDRESS}")
    assert [line[:2] for line in reasons] == ["✗ ", "✗ "]
    assert "another form" in reasons[1]


def test_an_article_that_is_found_has_its_place_and_its_account() -> None:
    result = run("why", "rights", "moratorium", "--id")
    assert result.exit_code == 0
    assert run("why", "rights", "moratorium").stdout == result.stdout, "what is no address is an id"
    assert "- It is number " in result.stdout
    assert "Its score" in result.stdout
    assert "  - Score: " in result.stdout
    assert "Beside the first, “" in result.stdout


def test_an_unknown_address_has_those_that_resemble_it() -> None:
    result = run("why", "rights", "https://example.org/moratorum/")
    assert result.exit_code == 1
    assert ADDRESS in result.stdout


def test_json_is_the_answer_of_the_api() -> None:
    told = json.loads(run("why", "rights", ADDRESS, "--json", "--per-page", "1").stdout)
    assert (told["found"], told["page"]) == (True, told["rank"])


@pytest.mark.parametrize(("question", "address"), [("*x", ADDRESS), ("rights", " ")])
def test_a_question_that_cannot_be_asked_is_one_line(question: str, address: str) -> None:
    result = run("why", question, address)
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)


def test_a_terminal_answers_under_the_published_tuning(tmp_path: Path) -> None:
    file = tmp_path / "tuning.toml"
    file.write_text('[[rules]]\nname = "halt"\nquery = "moratorium"\nhide = ["moratorium"]\n', "utf-8")
    assert run("search", "moratorium").exit_code == 0
    assert run("tune", "import", str(file)).exit_code == 0
    assert ADDRESS not in run("search", "moratorium").stdout
    result = run("why", "moratorium", ADDRESS)
    assert result.exit_code == 1
    assert "halt" in result.stdout
