"""The OpenAPI description: complete, and true of the running service."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.resources.parameters import SEARCH
from tests.service.conftest import BEARER, Running
from tests.service.test_server import live, make_data

UNDESCRIBED = {"/static/{name}", "/favicon.ico", "/robots.txt", "/api/v1/openapi.json"}
DESK = "/admin"  # its pages are for people: docs/desk.md tells of them


def undescribed(path: str) -> bool:
    """The desk's pages are for people; what they do, programs do by the routes under ``/api``."""
    return path in UNDESCRIBED or path.startswith("/admin")


@pytest.fixture(scope="module")
def description(reading: Running) -> Any:
    return reading.get("/api/v1/openapi.json").json


def routes(reading: Running) -> dict[str, set[str]]:
    """Route -> methods, as Falcon knows them."""
    found: dict[str, set[str]] = {}
    nodes = list(reading.service.app._router._roots)
    while nodes:
        node = nodes.pop()
        nodes += node.children
        if node.resource is not None and not node.uri_template.startswith(DESK):
            own = {name[3:] for name in dir(node.resource) if re.fullmatch("on_[a-z]+", name)}
            found[node.uri_template] = own
    return found


def test_every_method_of_every_route_is_described_and_nothing_else(
    reading: Running, description: Any
) -> None:
    described = {
        path: {method for method in item if method != "parameters"}
        for path, item in description["paths"].items()
    }
    known = routes(reading)
    assert known.keys() >= UNDESCRIBED
    assert described == {path: methods for path, methods in known.items() if not undescribed(path)}


def test_the_parameters_of_the_description_are_those_of_the_reader(description: Any) -> None:
    told = description["paths"]["/api/v1/search"]["get"]["parameters"]
    assert [parameter["name"] for parameter in told] == [parameter.name for parameter in SEARCH]
    assert all(parameter["description"] for parameter in told)
    by_name = {parameter["name"]: parameter["schema"] for parameter in told}
    assert (by_name["per_page"]["minimum"], by_name["per_page"]["maximum"]) == (1, 100)
    assert by_name["in"]["items"]["enum"] == ["title", "content"]


def test_what_needs_the_key_says_so(description: Any) -> None:
    secured = {
        (method, path)
        for path, item in description["paths"].items()
        for method, operation in item.items()
        if method != "parameters" and "security" in operation
    }
    admin = {(method, path) for method, path in secured if path.startswith("/api/v1/admin/")}
    every = {
        (method, path)
        for path, item in description["paths"].items()
        for method in item
        if path.startswith("/api/v1/admin/") and method != "parameters"
    }
    assert admin == every
    assert secured - admin == {
        ("put", "/api/v1/articles/{article_id}"),
        ("delete", "/api/v1/articles/{article_id}"),
        ("post", "/api/v1/reindex"),
        ("get", "/api/v1/explain"),
        ("head", "/api/v1/explain"),
        ("get", "/api/v1/tasks"),
        ("head", "/api/v1/tasks"),
        ("delete", "/api/v1/tasks/{task_id}"),
    }


def test_every_operation_tells_what_any_other_answer_looks_like(reading: Running, description: Any) -> None:
    for path, item in description["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            other = operation["responses"]["default"]
            assert other["description"]
            if method == "head":
                assert "content" not in other
                continue
            expected = {"application/problem+json"} | ({"text/html"} if path in {"/", "/quotes"} else set())
            assert set(other["content"]) == expected, (method, path)
    told = description["paths"]["/api/v1/search"]["get"]["responses"]["default"]["content"]
    assert told["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/ProblemMedia"}
    refused = reading.client.simulate_put("/api/v1/search")
    assert refused.headers["content-type"] in told
    members = description["components"]["schemas"]["ProblemMedia"]
    assert set(members["required"]) <= set(refused.json) <= set(members["properties"])


def test_operations_have_names_of_their_own(description: Any) -> None:
    names = [
        operation["operationId"]
        for item in description["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    ]
    assert len(names) == len(set(names))


# NOTE: whether a well-formed request is also a good one depends on the data (a category that exists, a
# day that is not after another), which a schema cannot say; so that one check of schemathesis is out.
KEY_HEADER = f"Authorization: {BEARER['Authorization']}"
NOT_PROMISED = "positive_data_acceptance"


@pytest.mark.service
@pytest.mark.slow
@pytest.mark.timeout(600)  # hundreds of requests, on a machine that may be busy
def test_the_running_service_does_what_its_description_says(tmp_path: Path) -> None:
    with live(
        make_data(tmp_path / "data"), BROADSHEET_SOURCE=str(tmp_path), BROADSHEET_WORKERS="2"
    ) as running:
        done = subprocess.run(
            [str(Path(sys.executable).with_name("schemathesis")), "run",
             f"{running.address}/api/v1/openapi.json", "--header", KEY_HEADER,
             "--max-examples", "6", "--generation-deterministic", "--no-color", "--workers", "1",
             "--exclude-checks", NOT_PROMISED, "--request-timeout", "20"],
            cwd=tmp_path, capture_output=True, text=True, timeout=500, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        paths = httpx.get(f"{running.address}/api/v1/openapi.json", timeout=20).json()["paths"]
        count = sum(len(item.keys() - {"parameters"}) for item in paths.values())
        assert f"{count}/{count}" in done.stdout
        failed = [event for event in running.events() if event.get("event") == "request_failed"]
        assert failed == []
