"""Curation and judgements at the desk in Chromium: with keys, with a mouse, and without a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from service.identity.actor import OPERATOR
from service.identity.audit import Audit
from service.store import Database, store_address
from service.tuning.judging import JudgementStore
from service.tuning.model import Pin, Rule, TuningModel
from service.tuning.store import TuningStore
from tests.accounts import now
from tests.browser.conftest import Visits
from tests.browser.desk.looks import look_at
from tests.browser.test_look import PHONE, failures
from tests.service.test_server import until

QUERY = "executions"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def store(live_folder: Path, address: str) -> Iterator[Database]:
    """The store of the running service."""
    opened = Database(store_address("", live_folder / "data"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def tuning(store: Database) -> TuningStore:
    return TuningStore(store, Audit(store, now), now)


@pytest.fixture(scope="module", autouse=True)
def as_it_was(tuning: TuningStore, store: Database) -> Iterator[None]:
    """Other tests find neither rules nor marks."""
    yield
    tuning.drop_draft(OPERATOR)
    tuning.publish(TuningModel(), OPERATOR)
    judgements = JudgementStore(store, Audit(store, now), now)
    for known in judgements.all():
        judgements.drop(known.name, OPERATOR)


@pytest.fixture(scope="module")
def hits(address: str) -> list[str]:
    """What readers find before anything is curated, by id."""
    found = httpx.get(f"{address}/api/v1/search", params={"q": QUERY, "per_page": 20}, timeout=30)
    return [hit["id"] for hit in found.json()["hits"]]


def draft(tuning: TuningStore, *rules: Rule) -> None:
    """Let the draft have these rules."""
    tuning.save_draft(TuningModel(rules=rules), OPERATOR)


def pins(tuning: TuningStore) -> tuple[Pin, ...]:
    """The pins of the only rule of the draft."""
    found = tuning.draft()
    assert found is not None
    return found.model.rules[0].pin


def order(page: Page) -> list[str]:
    """The keys of a list in the order shown."""
    keys: list[str] = page.locator("[data-order] > [data-key]").evaluate_all(
        "lines => lines.map(line => line.dataset.key)"
    )
    return keys


def handle(page: Page, key: str) -> Locator:
    return page.locator(f'[data-key="{key}"] [data-handle]')


def test_an_article_is_pinned_by_keys_and_readers_find_it_there(
    window: Page, tuning: TuningStore, hits: list[str], address: str
) -> None:
    window.goto(f"/admin/search?q={QUERY}")
    third = window.locator("#hit-3")
    third.get_by_role("button", name="Pin here").focus()
    window.keyboard.press("Enter")
    window.wait_for_url("**/admin/curation/executions?*done=pinned")
    grip = handle(window, hits[2])
    grip.focus()
    window.keyboard.press("ArrowUp")
    window.keyboard.press("ArrowUp")  # at once: a move waits for the one before
    expect(window.locator("#moved")).to_contain_text("is at place 1 of")
    expect(grip).to_be_focused()
    assert order(window)[:3] == [hits[2], hits[0], hits[1]]
    assert pins(tuning) == (Pin(hits[2], 1),)
    down = window.locator(f'[data-key="{hits[2]}"] [data-step="1"]')
    down.focus()
    window.keyboard.press("Enter")
    expect(window.locator("#moved")).to_contain_text("is at place 2 of")
    expect(down).to_be_focused()
    window.keyboard.press("Home")  # of a button, which is no handle: nothing happens
    grip.press("Home")
    expect(window.locator("#moved")).to_contain_text("is at place 1 of")
    tuning.publish_draft(OPERATOR)

    url = httpx.get(f"{address}/api/v1/articles/{hits[2]}", timeout=30).json()["url"]
    until(lambda: first_address(window).startswith(url), "the pin in the public search")


def first_address(window: Page) -> str:
    """Where the first hit of the search page leads."""
    window.goto(f"/?q={QUERY}")
    return str(window.locator("main h2 a").first.get_attribute("href"))


def test_an_article_is_dragged_to_its_place(window: Page, tuning: TuningStore, hits: list[str]) -> None:
    draft(tuning, Rule("drag", QUERY, pin=(Pin(hits[0], 1),)))
    window.goto("/admin/curation/drag")
    start = handle(window, hits[0]).bounding_box()
    goal = window.locator(f'[data-key="{hits[2]}"]').bounding_box()
    assert start
    assert goal
    window.mouse.move(start["x"] + 10, start["y"] + 10)
    window.mouse.down()
    window.mouse.move(goal["x"] + 20, goal["y"] + goal["height"] / 2, steps=6)
    expect(window.locator(f'[data-key="{hits[2]}"]')).to_have_class("item below")
    window.mouse.up()
    expect(window.locator("#moved")).to_contain_text("is at place 3 of")
    assert order(window)[:3] == [hits[1], hits[2], hits[0]]
    assert pins(tuning) == (Pin(hits[0], 3),)
    again = handle(window, hits[0]).bounding_box()
    assert again
    window.mouse.move(again["x"] + 10, again["y"] + 10)
    window.mouse.down()
    window.mouse.move(start["x"] + 10, start["y"] + 10, steps=4)
    window.keyboard.press("Escape")
    window.mouse.up()
    assert pins(tuning) == (Pin(hits[0], 3),), "let go with Escape, it stays where it was"


def test_who_is_quicker_is_not_overwritten(window: Page, tuning: TuningStore, hits: list[str]) -> None:
    draft(tuning, Rule("late", QUERY))
    window.goto("/admin/curation/late")
    draft(tuning, Rule("late", QUERY, note="somebody else's"))
    handle(window, hits[1]).press("ArrowUp")
    expect(window.get_by_role("heading", name="Somebody was quicker")).to_be_visible()
    assert pins(tuning) == ()
    assert failures(window) == []
    window.get_by_role("button", name="Do it all the same").click()
    window.wait_for_url("**/admin/curation/late*")
    assert pins(tuning) == (Pin(hits[1], 1),)


def test_rules_are_moved_found_and_removed(window: Page, tuning: TuningStore) -> None:
    draft(tuning, Rule("one", "one"), Rule("two", "two"), Rule("three", "three"))
    window.goto("/admin/curation")
    handle(window, "three").press("Home")
    expect(window.locator("#moved")).to_contain_text("“three” is at place 1 of 3.")
    assert order(window) == ["three", "one", "two"]
    line = window.locator('[data-key="one"]')
    line.locator("summary").press("Enter")
    line.get_by_role("button", name="Remove the rule").press("Enter")
    window.wait_for_url("**done=rule-removed")
    assert order(window) == ["three", "two"]
    window.keyboard.press("Control+k")
    window.keyboard.type("two")
    window.keyboard.press("Enter")
    window.wait_for_url("**q=two")
    assert order(window) == ["two"]


def test_hits_are_marked_and_the_measurement_is_in_the_chart(window: Page, hits: list[str]) -> None:
    window.goto(f"/admin/search?q={QUERY}")
    expect(window.get_by_label("Marks go into the set")).to_have_value("desk")
    for rank, word in ((1, "Good"), (2, "Bad"), (3, "Good")):
        mark = window.locator(f"#hit-{rank}").get_by_role("button", name=re.compile(f"^{word}"))
        with window.expect_navigation():  # to its end: a page on its way takes the focus once more
            mark.press("Enter")
        pressed = window.locator(f"#hit-{rank} [aria-pressed=true]")
        expect(pressed).to_contain_text(word)
    window.goto("/admin/judgements/desk")
    window.get_by_role("button", name="Evaluate now").press("Enter")
    window.wait_for_url("**done=evaluated*")
    window.get_by_role("button", name="Evaluate now").press("Enter")
    window.wait_for_url("**done=evaluated*")
    expect(window.get_by_role("img", name="nDCG@10, in percent")).to_be_visible()
    window.locator("figure summary").first.press("Enter")
    expect(window.locator("figure table").first).to_contain_text("version")


def test_why_an_article_is_not_in_the_answer(window: Page, address: str) -> None:
    other = httpx.get(f"{address}/api/v1/search?q=&lang=fa", timeout=30).json()["hits"][0]
    window.goto(f"/admin/search?q={QUERY}")
    window.get_by_role("button", name="Ask why").press("Enter")
    expect(window.get_by_text("Type the address or the id of the article.")).to_be_visible()
    window.get_by_label("Why is this article not here?").fill(other["url"])
    window.keyboard.press("Enter")
    verdict = window.get_by_role("region", name="It is not in this answer")
    expect(verdict).to_contain_text(other["title"])
    expect(verdict.locator(".keeps-out").first).to_be_visible()


STATES = {
    "rules": "/admin/curation",
    "no rules": "/admin/curation?q=nosuch",
    "rule": "/admin/curation/executions?find=moratorium",
    "redirect": "/admin/curation/away",
    "sets": "/admin/judgements",
    "set": "/admin/judgements/desk",
    "search": "/admin/search?q=executions&set=none&why=",
    "no such article": "/admin/search?q=executions&why=https://example.org/none",
}


@pytest.mark.parametrize("state", STATES)
def test_a_page_owes_its_readers_room_contrast_and_size(
    window: Page, tuning: TuningStore, hits: list[str], state: str
) -> None:
    draft(
        tuning,
        Rule("executions", QUERY, pin=(Pin(hits[4], 2), Pin("nosuch", 9)), hide=(hits[1],), note="why"),
        Rule("away", "donate", redirect="https://example.org/donate", from_="2999-01-01"),
        Rule(HOSTILE, HOSTILE, enabled=False, note=HOSTILE),
    )
    window.goto(STATES[state] + (hits[-1] if state == "search" else ""))
    look_at(window)


def test_curation_and_judgements_work_without_a_script(
    office: Visits, administrator: dict[str, Any], tuning: TuningStore, hits: list[str]
) -> None:
    tuning.drop_draft(OPERATOR)
    tuning.publish(TuningModel(), OPERATOR)
    page = office.window(java_script_enabled=False, **administrator, **PHONE)
    page.goto("/admin/curation")
    page.get_by_label("Query").fill(QUERY)
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("button", name="Pin here").nth(2).click()
    expect(page.get_by_role("status").first).to_contain_text("The article is pinned, in the draft.")
    page.locator(f'[data-key="{hits[2]}"] [data-step="-1"]').click()
    assert pins(tuning) == (Pin(hits[2], 2),)
    page.get_by_placeholder("Words, address or id").fill(hits[-1])
    page.get_by_role("button", name="Find").click()
    page.locator("#add + form + ul").get_by_role("button", name="Pin").click()
    assert pins(tuning) == (Pin(hits[-1], 1), Pin(hits[2], 2))
    page.goto("/admin/judgements")
    closed = page.locator("details:not([open]) > summary", has_text="Bring in a set")
    if closed.count():  # open where there is no set yet
        closed.click()
    page.get_by_label("Name", exact=True).fill("plain")
    page.get_by_label("Questions", exact=True).fill('{"id": "q1", "text": "executions"}')
    page.get_by_label("Judgements", exact=True).fill(f"q1\t{hits[0]}\t1")
    page.get_by_role("button", name="Keep the set").click()
    page.get_by_role("button", name="Evaluate now").click()
    expect(page.get_by_role("status")).to_contain_text("What was measured is in the charts.")
