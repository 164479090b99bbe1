"""``broadsheet search`` answers on a terminal what the search box answers in a browser."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from indexer.workspace import Workspace
from service.commands.showing import show
from service.search.engine import Engine
from service.search.request import SearchRequest

from .running import run

pytestmark = pytest.mark.usefixtures("collection")


def test_hits_come_with_total_title_address_date_categories_and_excerpt() -> None:
    result = run("search", "campaigners")
    assert result.exit_code == 0
    total, blank, title, *rest = result.stdout.splitlines()
    assert (total, blank, title) == ("1 article", "", " 1. A moratorium on executions")
    assert rest[0] == "    https://example.org/moratorium/"
    assert rest[1] == "    2025-01-21 · Death Penalty, Human Rights"
    assert "before the will of the state, campaigners say." in result.stdout


def test_no_hit_is_status_1() -> None:
    result = run("search", "xylophone")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (1, "0 articles")


def test_json_is_the_answer_of_the_api() -> None:
    answer = json.loads(run("search", "moratorium", "--json", "--per-page", "1").stdout)
    assert (answer["per_page"], len(answer["hits"]), answer["pages"]) == (1, 1, answer["total"])
    assert "<mark>" in answer["hits"][0]["highlights"]["title"]["html"]


def ids(*arguments: str) -> list[str]:
    return [hit["id"] for hit in json.loads(run("search", "--json", *arguments).stdout)["hits"]]


def test_every_switch_of_the_api_is_an_option() -> None:
    assert ids('"the rights of the people"') == ["moratorium"]
    assert ids("the rights of the people", "--exact") == ["moratorium"]
    assert ids("rights people", "--exact") == ["daubler"]
    assert ids("moratorium", "--in", "title", "--lang", "de") == ["hinrichtung"]
    assert ids("--type", "Report", "--lang", "en") == ["executed"]
    assert ids("--category", "Human Rights", "--tag", "law", "--sort", "oldest") == ["daubler", "moratorium"]
    days = ("--from", "2025-01-20", "--to", "2025-01-20")
    assert ids("dawn", "--author", "Ada Example", *days) == ["executed"]
    pages = [ids("--sort", "newest", "--per-page", "2", "--page", page) for page in ("1", "2")]
    assert pages[0] + pages[1] == ids("--sort", "newest", "--per-page", "4")


def test_an_explanation_is_in_words() -> None:
    assert "    - Score: " in run("search", "moratorium", "--explain").stdout


def test_what_cannot_be_asked_is_status_2_and_says_why() -> None:
    for arguments, named in (
        (("x", "--category", "nope"), "'nope' is not a category"),
        (("x", "--from", "soon"), "--from: 'soon' is no day"),
        (("x " * 300,), "512"),
    ):
        result = run("search", *arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert named in result.stderr


def test_what_was_done_to_the_question_is_said() -> None:
    assert "No article has: xylophone" in run("search", "moratorium xylophone").stdout
    assert "No article has all the words" in run("search", "moratorium xylophone").stdout
    assert "Did you mean: moratorium" in run("search", "moratoriun").stdout


def test_matches_are_emphasised_on_a_terminal_and_plain_elsewhere() -> None:
    with Workspace(Path("var")) as space:
        result = Engine(space.index, space.site).search(SearchRequest("moratorium"))
    screens = []
    for terminal in (True, False):
        screen = io.StringIO()
        show(result, Console(file=screen, force_terminal=terminal, width=60, highlight=False))
        screens.append(screen.getvalue())
    assert "\x1b[1;33mmoratorium\x1b[0m" in screens[0]
    assert max(len(line) for line in screens[1].splitlines()) > 60
    assert "\x1b" not in screens[1]
