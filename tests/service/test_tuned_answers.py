"""Answers under a tuning that changes: what is sent on, what is kept, and what a tag vouches for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from service.search.tuning import Tuning
from service.tuning.compiling import compile_model
from service.tuning.model import Pin, Rule, TuningModel
from tests.service.conftest import Opener, Running

PINNED = compile_model(TuningModel(rules=(Rule("first", "parliament", pin=(Pin("haushalt"),)),)))
HIDING = compile_model(TuningModel(rules=(Rule("away", "parliament", hide=("budget",)),)))
PLAIN = compile_model(TuningModel())
PATHS = ("/api/v1/search", "/api/v1/suggest", "/")


def tune(running: Running, tuning: Callable[[], Tuning]) -> Running:
    """Let the engine ask for its tuning here, as it asks the store."""
    running.service.engine._tuning = tuning
    return running


def sent_on(running: Running, address: str) -> Running:
    model = TuningModel(rules=(Rule("help", "how to help", redirect=address),))
    tuning = compile_model(model)
    return tune(running, lambda: tuning)


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("https://example.org/help", "https://example.org/help"),
        ("/help?a=1#now", "/help?a=1#now"),
        ("https://example.org/hilfe/ä", "https://example.org/hilfe/%C3%A4"),
    ],
)
def test_who_submits_the_form_is_sent_on(opened: Opener, address: str, location: str) -> None:
    running = sent_on(opened(), address)
    for headers in ({}, {"Sec-Fetch-Mode": "navigate"}):
        answer = running.get("/", "q=How+to+help%3F", headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, location)
        assert answer.headers["cache-control"] == "no-store"
        assert "Sec-Fetch-Mode" in answer.headers["vary"]
    assert running.get("/", "q=help").status_code == 200


def test_a_script_is_shown_the_page_with_a_link(opened: Opener) -> None:
    running = sent_on(opened(), 'https://example.org/?a="<b>')
    answer = running.get("/", "q=how+to+help", headers={"Sec-Fetch-Mode": "cors"})
    assert answer.status_code == 200
    assert 'href="https://example.org/?a=&#34;&lt;b&gt;"' in answer.text
    assert "Sec-Fetch-Mode" in answer.headers["vary"]
    media = running.get("/api/v1/search", "q=how+to+help").json
    assert media["applied"]["redirect"] == 'https://example.org/?a="<b>'
    assert media["applied"]["rules"] == ["help"]


def test_a_page_is_not_sent_on_to_itself(opened: Opener) -> None:
    running = sent_on(opened(), "/?q=how+to+help")
    assert running.get("/", "q=how+to+help").status_code == 200


@pytest.mark.parametrize(
    "address", ["/?q=gift", "/?s=gift", "http://falconframework.org/?q=gift", "/?q=Gift&lang=en"]
)
def test_nobody_is_sent_to_a_search_that_is_sent_on(opened: Opener, address: str) -> None:
    model = TuningModel(
        rules=(
            Rule("help", "how to help", redirect=address),
            Rule("back", "gift", redirect="/?q=how+to+help"),
        )
    )
    tuning = compile_model(model)
    running = tune(opened(), lambda: tuning)
    assert running.get("/", "q=how+to+help").status_code == 200
    assert running.get("/", "q=gift").status_code == 200


@pytest.mark.parametrize("changes_at", [1, 2, 3])
@pytest.mark.parametrize("path", PATHS)
def test_a_tag_is_that_of_the_answer_when_tuning_changes_in_between(
    opened: Opener, path: str, changes_at: int
) -> None:
    running = opened()
    turns = iter([PLAIN] * changes_at)
    answer = tune(running, lambda: next(turns, HIDING)).get(path, "q=parliament")
    alone = {}
    for tuning in (PLAIN, HIDING):
        steady = tune(running, lambda: tuning).get(path, "q=parliament")  # noqa: B023  asked at once
        alone[steady.headers["etag"]] = "the budget" in steady.text
    assert len(set(alone.values())) == 2
    # Of a page that shows two states the tag is of neither, so that no one has it.
    assert alone.get(answer.headers["etag"], "the budget" in answer.text) == ("the budget" in answer.text)


@pytest.mark.parametrize("path", PATHS)
def test_a_version_restored_gives_the_same_bytes(opened: Opener, path: str) -> None:
    """Same generation, same tuning, same answer; that of the version between is another."""
    running = opened()
    before = tune(running, lambda: PLAIN).get(path, "q=parliament")
    between = tune(running, lambda: HIDING).get(path, "q=parliament")
    restored = compile_model(TuningModel())
    after = tune(running, lambda: restored).get(path, "q=parliament")
    assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])
    assert between.headers["etag"] != before.headers["etag"]
    assert between.content != before.content


def test_a_change_of_tuning_is_in_the_next_answer(opened: Opener) -> None:
    running = opened()
    found = []
    for tuning in (PLAIN, PINNED, HIDING, PLAIN):
        tune(running, lambda: tuning)  # noqa: B023  asked before the next turn
        found.append([hit["id"] for hit in running.get("/api/v1/search", "q=parliament").json["hits"]])
    assert found[1][0] == "haushalt"
    assert "budget" not in found[2]
    assert found[0] == found[3]


def test_an_article_is_pinned_by_its_address(opened: Opener) -> None:
    running = opened()
    rule = Rule("by address", "budget", pin=(Pin("https://example.org/moratorium"),))
    tuning = compile_model(TuningModel(rules=(rule,)))
    media = tune(running, lambda: tuning).get("/api/v1/search", "q=budget").json
    assert [hit["id"] for hit in media["hits"]] == ["moratorium", "budget"]
    assert media["hits"][0]["matched"]["mode"] == "pinned"
