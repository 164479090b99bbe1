"""``/api/v1/explain``: for administrators, one article and one question."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import article
from tests.service.conftest import BEARER, Opener, Running

ROUTE = "/api/v1/explain"


def ask(running: Running, query: str) -> Any:
    answer = running.get(ROUTE, query, headers=BEARER)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json


def codes(running: Running, query: str) -> list[str]:
    return [reason["code"] for reason in ask(running, query)["reasons"]]


def test_it_is_for_administrators_alone(reading: Running) -> None:
    query = "q=budget&id=budget"
    assert reading.get(ROUTE, query).status_code == 401
    assert reading.get(ROUTE, query, headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert reading.client.simulate_head(ROUTE, query_string=query, headers=BEARER).status_code == 200


@pytest.mark.parametrize(
    "named", ["id=budget", "url=https://example.org/budget/", "url=http://EXAMPLE.org/budget"]
)
def test_an_article_is_named_by_address_or_id(reading: Running, named: str) -> None:
    told = ask(reading, f"q=parliament&{named}")
    assert (told["found"], told["article"]["id"], told["total"]) == (True, "budget", 3)
    searched = reading.get("/api/v1/search", "q=parliament&explain=1").json["hits"]
    assert searched[told["rank"] - 1]["id"] == "budget"
    assert searched[told["rank"] - 1]["explanation"] == told["explanation"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=executions&id=budget&category=Women&type=Post", ["excluded_by", "excluded_by", "word_missing"]),
        ("q=budget+parliament&id=budget&exact=1", ["phrase_missing"]),
        ("q=halts&id=moratorium&in=title", ["word_missing"]),
        ("q=mora&id=moratorium&prefix=1", ["ranked"]),
        ("q=parliament&id=haushalt&lang=de-DE", ["ranked"]),
        ("q=&id=haushalt&from=2024-01-01", ["excluded_by"]),
        ("q=parliament&url=https://example.org/budgets/", ["not_indexed"]),
    ],
)
def test_switches_and_filters_are_those_of_the_search(
    reading: Running, query: str, expected: list[str]
) -> None:
    assert codes(reading, query) == expected


@pytest.mark.parametrize(
    "query", ["q=a", "q=a&id=b&url=c", "q=a&id=b&page=2", "q=a&id=b&category=nowhere", "id=b&q=*x"]
)
def test_what_cannot_be_asked_is_a_problem(reading: Running, query: str) -> None:
    answer = reading.get(ROUTE, query, headers=BEARER)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_is_pushed_and_removed_is_told_before_the_index_has_it(opened: Opener) -> None:
    running = opened()
    running.service.workspace.push_article(article("Late news", "Late.", key="late"))
    assert codes(running, "q=late&url=https://example.org/late/") == ["waiting"]
    running.service.workspace.remove("budget")
    assert codes(running, "q=budget&id=budget") == ["removed", "ranked"]
    running.service.workspace.apply()
    assert codes(running, "q=late&url=https://example.org/late/") == ["ranked"]
    assert codes(running, "q=budget&id=budget") == ["removed"]
