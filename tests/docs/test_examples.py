"""What the documents print is what the sample site answers."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import falcon.testing
import pytest

from service.server import open_service
from service.settings import read_settings
from tests.live import CORPUS, broadsheet

from .reading import API, README, blocks

# They depend on where the site lies, when it was indexed, how fast the machine is, and on today's date.
VARYING = {"took_ms", "generation", "id", "score", "instance", "request_id"}
DATED = ("Published lately:", "Score:")
KEY = "a-key-for-the-examples-0123"
HOST = "127.0.0.1:8000"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample site, indexed by the command."""
    data = tmp_path_factory.mktemp("examples") / "data"
    broadsheet(data, "index", str(CORPUS))
    return data


@pytest.fixture(scope="module")
def client(data: Path) -> Iterator[falcon.testing.TestClient]:
    given = {"data": str(data), "query_budget": "20", "api_key": KEY}
    service = open_service(read_settings({}, given), None, None)
    yield falcon.testing.TestClient(service.app)
    service.close(0.0)


def asked() -> list[tuple[str, Any]]:
    """Every question of the page that is followed by its answer: the path with its query, and the JSON."""
    pairs = []
    found = blocks(API, "sh", "json")
    for question, answer in pairwise(found):
        words = shlex.split(question.text)
        if question.language == "sh" and answer.language == "json" and len(words) == 2 and words[0] == "curl":
            pairs.append((words[1].removeprefix(HOST), json.loads(answer.text)))
    return pairs


def lasting(value: Any) -> Any:
    """An answer without what varies."""
    if isinstance(value, dict):
        article = {"value"} if value.get("kind") == "article" else set()
        return {name: lasting(part) for name, part in value.items() if name not in VARYING | article}
    if isinstance(value, list):
        return [lasting(part) for part in value if not (isinstance(part, str) and part.startswith(DATED))]
    return value


def posted() -> list[tuple[str, Any, Any]]:
    """Every question of the page that is a body, with its answer: the path, the body, and the JSON."""
    pairs = []
    for question, answer in pairwise(blocks(API, "sh", "json")):
        words = shlex.split(question.text.replace("\\\n", " "))
        if answer.language == "json" and words[:3] == ["curl", "-X", "POST"] and "/search" in words[3]:
            body = json.loads(words[words.index("--data") + 1])
            pairs.append((words[3].removeprefix(HOST), body, json.loads(answer.text)))
    return pairs


@pytest.mark.parametrize(("path", "body", "told"), posted())
def test_an_answer_to_a_body_is_as_the_page_shows_it(
    path: str, body: Any, told: Any, client: falcon.testing.TestClient
) -> None:
    assert lasting(client.simulate_post(path, json=body).json) == lasting(told)


def keyed() -> list[tuple[str, Any]]:
    """Every question of the page that is asked with a key and has its answer: the path, and the JSON."""
    pairs = []
    for question, answer in pairwise(blocks(API, "sh", "json")):
        words = shlex.split(question.text)
        if answer.language == "json" and len(words) == 4 and words[2] == "Authorization: Bearer $KEY":
            pairs.append((words[3].removeprefix(HOST), json.loads(answer.text)))
    return pairs


@pytest.mark.parametrize(("path", "told"), keyed(), ids=[path for path, _ in keyed()])
def test_an_answer_to_who_has_a_key_is_as_the_page_shows_it(
    path: str, told: Any, client: falcon.testing.TestClient
) -> None:
    route, _, query = path.partition("?")
    headers = {"Authorization": f"Bearer {KEY}"}
    assert lasting(client.simulate_get(route, query_string=query, headers=headers).json) == lasting(told)


def test_the_page_shows_answers() -> None:
    assert {path.partition("?")[0].rpartition("/")[2] for path, _ in asked()} == {
        "search",
        "suggest",
        "types",
    }
    assert [path for path, _, _ in posted()] == ["/api/v1/search"]
    assert [path.partition("?")[0] for path, _ in keyed()] == ["/api/v1/explain"]


@pytest.mark.parametrize(("path", "told"), asked(), ids=[path for path, _ in asked()])
def test_an_answer_is_as_the_page_shows_it(path: str, told: Any, client: falcon.testing.TestClient) -> None:
    answer = client.simulate_get(path.partition("?")[0], query_string=path.partition("?")[2]).json
    assert lasting(answer) == lasting(told)


def test_a_search_on_a_terminal_prints_what_the_readme_shows(data: Path) -> None:
    (example,) = (block for block in blocks(README, "console") if "broadsheet search" in block.text)
    command, _, told = example.text.partition("\n")
    arguments = shlex.split(re.sub(r"^\$ \S+ ", "", command))
    assert broadsheet(data, *arguments).strip() == told.strip()
