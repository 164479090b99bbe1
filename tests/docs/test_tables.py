"""The tables of the documentation list what there is, and nothing else.

``python -m tests.docs.expected`` prints what they must say.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

import falcon.inspect
import falcon.testing
import pytest

from indexer.limits import __name__ as limits_name
from indexer.lock import LOCK_FILE
from indexer.site import Site
from indexer.workspace import CATALOG_FILE, INDEX_FOLDER
from service.analytics.keeping import KEY_FILE
from service.metrics import metrics_folder
from service.resources.admin.analytics import ANALYTICS
from service.resources.admin.judgements import MARKS, SERIES
from service.resources.admin.tuning import DRAFTING, DROPPING, PUBLISHING
from service.resources.admin.versions import DIFFERING, LISTING
from service.resources.openapi import OpenApiResource
from service.resources.parameters import AUDIT, EXPLAIN, SEARCH, SUGGEST, TASKS, Parameter
from service.resources.query_string import ALIASES, GENERIC
from service.search.reasons import ReasonCode
from service.server import OWNERS_FOLDER, TASKS_FILE, Service, open_service
from service.settings import Settings, read_settings
from service.store.database import STORE_FILE
from service.tuning.limits import __name__ as tuning_limits_name
from tests.docs import expected
from tests.docs.reading import (
    API,
    BENCHMARKS,
    DESK,
    OPERATING,
    VERSIONS,
    Row,
    code,
    names,
    read,
    table,
)
from tests.live import ROOT

REQUEST_BOUNDS = (
    "service.resources.parameters",
    "service.resources.exchange",
    "service.resources.quoting",
    "service.resources.events",
    "service.resources.tasks",
)
# What a folder of data holds, by the constants that name it.
DATA_FOLDER = (
    CATALOG_FILE,
    f"{INDEX_FOLDER}/",
    STORE_FILE,
    TASKS_FILE,
    KEY_FILE,
    f"{OWNERS_FOLDER}/",
    LOCK_FILE,
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return read_settings({}, {"data": str(tmp_path_factory.mktemp("docs") / "data")})


@pytest.fixture(scope="module")
def service(settings: Settings) -> Iterator[Service]:
    opened = open_service(settings, Site(), None)
    yield opened
    opened.owners.close()
    opened.tasks.close()
    opened.workspace.close()


def first(rows: list[Row], count: int) -> list[Row]:
    """The leading cells of every row."""
    return [row[:count] for row in rows]


def test_settings_are_those_of_the_table_in_the_code() -> None:
    assert table(OPERATING, "Settings") == expected.settings_rows()


@pytest.mark.parametrize(
    ("heading", "parameters"),
    [
        ("Parameters of search", SEARCH),
        ("Parameters of explain", EXPLAIN),
        ("Parameters of suggest", SUGGEST),
        ("Parameters of tasks", TASKS),
        ("Parameters of audit", AUDIT),
        ("Parameters of analytics", ANALYTICS),
    ],
)
def test_parameters_are_those_of_the_reader(heading: str, parameters: tuple[Parameter, ...]) -> None:
    rows = table(API, heading)
    assert first(rows, 3) == expected.parameter_rows(parameters)
    assert all(row[3] for row in rows)


def test_reasons_are_those_an_article_may_be_told_by() -> None:
    assert tuple(names(table(API, "Reasons"))) == get_args(ReasonCode)


@pytest.mark.parametrize(
    ("heading", "parameters"),
    [
        ("Parameters of publishing", PUBLISHING),
        ("Parameters of keeping a draft", DRAFTING),
        ("Parameters of dropping a draft", DROPPING),
        ("Parameters of the list of versions", LISTING),
        ("Parameters of the difference", DIFFERING),
        ("Parameters of marks", MARKS),
        ("Parameters of the series", SERIES),
    ],
)
def test_parameters_of_tuning_are_those_of_the_reader(
    heading: str, parameters: tuple[Parameter, ...]
) -> None:
    rows = table(VERSIONS, heading)
    assert first(rows, 3) == expected.parameter_rows(parameters)
    assert all(row[3] for row in rows)


def test_bounds_on_a_tuning_are_those_of_the_code() -> None:
    assert figures(table(VERSIONS, "Bounds")) == expected.constants(tuning_limits_name)


def test_commands_and_their_options_are_those_of_the_command_line() -> None:
    rows = table(OPERATING, "Commands")
    assert first(rows, 2) == expected.command_rows()


def test_routes_methods_and_keys_are_those_of_the_application(service: Service) -> None:
    routes = {
        route.path: route
        for route in falcon.inspect.inspect_routes(service.app)
        if not route.path.startswith("/admin")  # pages for people, in docs/desk.md
    }
    secured = _secured(service)
    rows = table(API, "Routes")
    assert sorted(names(rows)) == sorted(routes)
    for row in rows:
        path = code(row[0])
        known = {method.method for method in routes[path].methods if method.internal is False}
        assert _listed(row[1]) == known - {"HEAD", "OPTIONS"}, path
        assert ("HEAD" in known) == ("GET" in known), path
        assert _listed(row[2]) == secured.get(path, set()), path


def test_the_pages_of_the_desk_are_those_of_the_application(service: Service) -> None:
    shown = {
        route.path
        for route in falcon.inspect.inspect_routes(service.app)
        if route.path.startswith("/admin")
        and "GET" in {method.method for method in route.methods if not method.internal}
    }
    assert sorted(names(table(DESK, "Pages"))) == sorted(shown)


def _listed(cell: str) -> set[str]:
    return {word.strip() for word in cell.split(",")} - {""}


def _secured(service: Service) -> dict[str, set[str]]:
    """The methods that need the key, by route, as the description of the running application says."""
    client = falcon.testing.TestClient(service.app)
    paths: Mapping[str, Mapping[str, Mapping[str, object]]] = client.simulate_get(
        "/api/v1/openapi.json"
    ).json["paths"]
    found = {
        path: {method.upper() for method, told in item.items() if "security" in told}
        for path, item in paths.items()
    }
    return {path: methods - {"HEAD"} for path, methods in found.items()}


def test_the_description_is_where_the_page_says(service: Service) -> None:
    routes = {route.path: route.class_name for route in falcon.inspect.inspect_routes(service.app)}
    assert routes["/api/v1/openapi.json"] == OpenApiResource.__name__


def test_bounds_on_queries_are_those_of_the_code() -> None:
    assert figures(table(API, "Bounds on queries")) == expected.constants(limits_name)


def test_bounds_on_requests_are_those_of_the_code() -> None:
    own = [expected.constants(module) for module in REQUEST_BOUNDS]
    assert figures(table(API, "Bounds on requests")) == {
        name: value for part in own for name, value in part.items()
    }


def figures(rows: list[Row]) -> dict[str, float]:
    return {code(row[0]): float(row[1]) for row in rows}


def test_error_codes_and_statuses_are_those_problems_are_made_with() -> None:
    rows = table(API, "Codes")
    told = {code(row[0]): int(row[1] or expected.NO_STATUS) for row in rows}
    assert len(told) == len(rows)
    assert told == expected.error_codes()


def test_reasons_of_failures_are_those_reports_give() -> None:
    assert set(names(table(OPERATING, "Reasons of failures"))) == expected.failure_reasons()


def test_metrics_are_those_the_service_counts(service: Service) -> None:
    service.workspace.apply()  # an empty index: every gauge has something to read
    client = falcon.testing.TestClient(service.app)
    client.simulate_get("/health/live")
    text = client.simulate_get("/metrics").text
    found = re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE)
    kinds = {name: kind for name, kind in found if not name.endswith("_created")}
    rows = table(OPERATING, "Metrics")
    assert {code(row[0]): row[1] for row in rows} == kinds
    assert {code(row[0]): _listed(row[2]) for row in rows} == _labels(text, kinds)


def _labels(text: str, kinds: Mapping[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {name: set() for name in kinds}
    for name, labels in re.findall(r"^(\w+)\{(.*?)\} ", text, re.MULTILINE):
        family = re.sub(r"_(bucket|sum|count)$", "", name)
        if family in found:
            found[family] |= set(re.findall(r"(\w+)=", labels)) - {"le"}
    return found


def test_targets_are_those_of_the_makefile() -> None:
    targets = re.findall(r"^([a-z]+):.*?## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert names(table(OPERATING, "Install")) == targets


def test_the_data_folder_holds_what_the_page_lists(settings: Settings) -> None:
    figures_folder = metrics_folder(settings, 1).relative_to(settings.data).parts[0]
    told = names(table(OPERATING, "The data folder"))
    assert sorted(told) == sorted((*DATA_FOLDER, f"{figures_folder}/"))


def test_the_original_parameters_are_those_that_are_understood() -> None:
    rows = table(API, "The original plugin's parameters")
    told = {code(row[0]): code(row[1]) for row in rows if code(row[0]) != GENERIC}
    assert told == dict(ALIASES)
    assert GENERIC in names(rows)


@pytest.mark.parametrize(
    "setting", ["limit_request_line", "limit_request_fields", "worker_connections", "timeout"]
)
def test_limits_of_the_server_are_those_of_its_configuration(setting: str) -> None:
    row = _limit(setting)
    value = _assigned(ROOT / "service" / "gunicorn_config.py")[setting]
    assert re.search(rf"\b{value}\b", row[1]), f"{setting} is {value}, the page says {row[1]!r}"


@pytest.mark.parametrize(
    ("module", "name", "unit"),
    [
        ("service.worker", "MAX_HEAD", 1),
        ("service.resources.exchange", "MAX_BODY", 1024 * 1024),
        ("service.resources.exchange", "BODY_SECONDS", 1),
        ("indexer.sources.page", "MAX_PAGE_BYTES", 1024 * 1024),
        ("indexer.pipeline.readers", "PAGE_SECONDS", 1),
        ("indexer.pipeline.worker", "MEMORY_BYTES", 1024**3),
        ("service.tasks.model", "MAX_FINISHED", 1),
    ],
)
def test_limits_of_the_service_are_those_of_the_code(module: str, name: str, unit: int) -> None:
    value = int(expected.constants(module)[name] / unit)
    assert re.search(rf"\b{value}\b", _limit(name)[1]), (
        f"{name} is {value}, the page says {_limit(name)[1]!r}"
    )


@pytest.mark.parametrize("name", ["header_timeout", "receive_timeout", "query_budget"])
def test_time_outs_of_the_page_are_the_defaults_of_their_settings(name: str, settings: Settings) -> None:
    row = _limit(f"BROADSHEET_{name.upper()}")
    assert row[1].startswith(f"{getattr(settings, name):g} s")


def test_every_limit_of_the_page_is_looked_at() -> None:
    told = {
        name for row in table(OPERATING, "Limits and time-outs") for name in re.findall(r"`(\w+)`", row[2])
    }
    source = read(Path(__file__))
    unseen = {
        name for name in told if name not in source and name.removeprefix("BROADSHEET_").lower() not in source
    }
    assert unseen == set()


def _limit(name: str) -> Row:
    """The row that names this constant or setting."""
    found = [row for row in table(OPERATING, "Limits and time-outs") if f"`{name}`" in row[2]]
    assert len(found) == 1, f"{name} is named {len(found)} times"
    return found[0]


def _assigned(path: Path) -> dict[str, int]:
    """The whole numbers a module assigns, read without running it."""
    found: dict[str, int] = {}
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            found |= {target.id: node.value.value for target in node.targets if isinstance(target, ast.Name)}
    return found


def test_the_field_size_is_that_of_the_configuration() -> None:
    value = _assigned(ROOT / "service" / "gunicorn_config.py")["limit_request_field_size"]
    assert re.search(rf"of {value} bytes each", _limit("limit_request_fields")[1])


def test_benchmarks_are_those_that_are_run() -> None:
    source = (ROOT / "benchmarks" / "pages.py").read_text("utf-8")
    keys = [
        [key.value for key in node.keys if isinstance(key, ast.Constant)]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Dict)
    ]
    printed = {key for own in keys for key in own}
    queries = [row[0] for row in table(BENCHMARKS, "Queries")]
    assert queries in keys
    assert {row[0] for row in table(BENCHMARKS, "Parsing and indexing")} <= printed
