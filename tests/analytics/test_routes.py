"""Searches over HTTP reach the reports, and what must not be recorded does not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import count, islice
from pathlib import Path

import falcon.testing
import pytest
from click import ClickException
from sqlalchemy import delete

from service.commands.analytics import analytics
from service.identity.actor import OPERATOR
from service.identity.moments import utc_now
from service.server import open_service
from service.settings import read_settings
from service.store.tables.analytics import days, held, texts, totals
from service.tuning.model import Synonyms, TuningModel
from service.tuning.store import TuningStore
from tests.service.conftest import BEARER, KEY, SITE, Opener, Running, close, fill, opened

__all__ = ["opened"]

READERS = (f"198.51.{number // 250}.{number % 250 + 1}" for number in count())  # who have not asked before
PROXY = {"REMOTE_ADDR": "127.0.0.1"}  # trusted, as the settings are
SOME_WORDS = ("xylophone parliament", "the by the")
REPORT = "/api/v1/admin/analytics/"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One service for all of the tests."""
    data = tmp_path_factory.mktemp("counted") / "data"
    given = {"data": str(data), "api_key": KEY, "query_budget": "20", "rate_limit": "off"}
    service = open_service(read_settings({}, given), SITE, None)
    fill(service)
    yield Running(service, falcon.testing.TestClient(service.app), data)
    close(service)


@pytest.fixture
def running(served: Running) -> Running:
    """The service, of which nobody has asked anything yet."""
    assert served.service.recorder is not None
    served.service.recorder.drain()
    with served.service.database.writing() as connection:
        for table in (held, texts, days, totals):
            connection.execute(delete(table))
    return served


def search(running: Running, text: str, path: str = "/api/v1/search", more: str = "", **headers: str) -> None:
    """Five readers ask."""
    for reader in islice(READERS, 5):
        given: Mapping[str, str] = {"X-Forwarded-For": reader, **headers}
        result = running.client.simulate_get(
            path, params={"q": text} | _pairs(more), headers=given, extras=PROXY
        )
        assert result.status_code == 200


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split("&") if pair)


def report(running: Running, name: str, query: str = "") -> falcon.testing.Result:
    recorder = running.service.recorder
    assert recorder is not None
    recorder.drain()
    return running.get(REPORT + name, query, headers=BEARER)


def queries(running: Running, name: str = "queries") -> list[str]:
    return [row["query"] for row in report(running, name).json["rows"]]


def click(running: Running, body: str, kind: str = "text/plain", **headers: str) -> int:
    result = running.client.simulate_post(
        "/api/v1/events", body=body, headers={"Content-Type": kind, **headers}, extras=PROXY
    )
    return int(result.status_code)


@pytest.mark.parametrize("path", ["/api/v1/search", "/", "/api/v1/suggest"])
def test_a_search_is_counted_wherever_it_is_asked(path: str, running: Running) -> None:
    search(running, "parliament", path)
    assert queries(running) == ["parliament"]


def test_answers_that_are_kept_count_as_well(running: Running) -> None:
    search(running, "halts")
    rows = report(running, "latency").json["rows"]
    assert {row["name"]: row["value"] for row in rows}["kept answers"] == 4


@pytest.mark.parametrize("header", ["Sec-GPC", "DNT"])
def test_who_wants_to_be_in_no_statistics_is_in_none(header: str, running: Running) -> None:
    search(running, "parliament", **{header: "1"})
    assert click(running, '{"kind":"click","q":"parliament","id":"budget","rank":1}', **{header: "1"}) == 204
    assert queries(running) == []
    rows = {row["name"]: row["value"] for row in report(running, "overview").json["rows"]}
    assert (rows["searches"], rows["clicks"], rows["refused"]) == (0, 0, 6)


def test_switched_off_nothing_is_recorded_and_clicks_are_taken_and_forgotten(opened: Opener) -> None:
    running = opened(analytics="0")
    search(running, "parliament")
    assert running.service.recorder is None
    assert click(running, '{"kind":"click","q":"parliament","id":"budget","rank":1}') == 204
    assert running.get(REPORT + "queries", headers=BEARER).json["rows"] == []


def test_a_click_is_taken_from_any_origin_as_plain_text(running: Running) -> None:
    search(running, "parliament")
    queries(running)
    body = '{"kind":"click","q":"parliament","id":"budget","rank":2}'
    for reader in islice(READERS, 5):
        for _ in range(2):
            more = {"Origin": "https://elsewhere.example", "X-Forwarded-For": reader}
            assert click(running, body, **more) == 204
    (row,) = report(running, "clicks").json["rows"]
    assert (row["clicks"], row["mean_rank"]) == (5, 2.0)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ('{"kind":"click","q":"a","id":"none-such","rank":1}', "text/plain", 422),
        ('{"kind":"click","q":"a","id":"budget","rank":0}', "text/plain", 422),
        ('{"kind":"look","q":"a","id":"budget","rank":1}', "text/plain", 422),
        ('{"kind":"click","q":"a","id":"budget","rank":1,"user":"ada"}', "text/plain", 422),
        ("{", "text/plain", 400),
        ("x" * 5000, "text/plain", 413),
        ("{}", "image/png", 415),
    ],
)
def test_what_is_no_click_is_refused(body: str, kind: str, status: int, running: Running) -> None:
    assert click(running, body, kind) == status


def test_reports_need_the_key_and_a_name_that_is_known(running: Running) -> None:
    assert running.get(REPORT + "queries").status_code == 401
    assert running.get(REPORT + "readers", headers=BEARER).status_code == 404
    assert running.get(REPORT + "queries", "from=2026-02-02&to=2026-01-01", headers=BEARER).status_code == 400


@pytest.mark.parametrize(
    ("text", "more", "diagnosis", "fix"),
    [
        ("parlaiment", "exact=1", "typo", {"kind": "synonym", "words": ["parlaiment"], "to": ["parliament"]}),
        ("moratorium", "category=empty", "filter_too_narrow", None),
        ("moratorium", "lang=de", "other_language", None),
        ("executions moratorium", "exact=1", "exact_too_narrow", None),
        ("правительство", "", "other_script", None),
        ("xylophone", "", "unknown_words", None),
        ("xylophone parliament", "", "unknown_words", None),
        (
            "the by the",
            "",
            "only_stop_words",
            {"kind": "stop_words", "remove": {"en": ["the", "by"]}},
        ),
        (
            "nach du",
            "",
            "only_stop_words",
            {"kind": "stop_words", "remove": {"de": ["nach", "du"], "fr": ["du"]}},
        ),
    ],
)
def test_what_finds_nothing_is_told_why(
    text: str, more: str, diagnosis: str, fix: object, running: Running
) -> None:
    search(running, text, more=more)
    (row,) = report(running, "missed").json["rows"]
    assert (row["diagnosis"], row["fix"]) == (diagnosis, fix), row["detail"]
    assert row["missing"] == (["xylophone"] if diagnosis == "unknown_words" else [])
    assert (row["nothing"], row["partial"]) == ((0, 5) if text in SOME_WORDS else (5, 0))
    assert report(running, "missed", "format=csv").status_code == 200


def test_a_query_is_no_formula_in_a_spreadsheet(running: Running) -> None:
    search(running, '=cmd|" /c calc"!a0')
    result = report(running, "queries", "format=csv")
    assert result.headers["content-type"].startswith("text/csv")
    assert result.text.splitlines()[1].lstrip('"').startswith("'=")


def test_the_command_prints_what_the_route_tells(
    running: Running, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    search(running, "parliament")
    assert queries(running) == ["parliament"]
    monkeypatch.delenv("BROADSHEET_DATABASE", raising=False)
    analytics.main(["queries", "--data", str(running.data), "--format", "csv"], standalone_mode=False)
    assert capsys.readouterr().out.splitlines()[-1].startswith("parliament,5,")
    analytics.main(["--data", str(running.data)], standalone_mode=False)
    out = capsys.readouterr().out.splitlines()
    assert out[1].split() == ["searches", "5", "0"], "the overview, unless told"


def test_the_command_knows_what_is_published_and_makes_no_store_by_a_slip(
    running: Running, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("BROADSHEET_DATABASE", raising=False)
    search(running, "xylophone")
    assert report(running, "missed").json["rows"][0]["diagnosis"] == "unknown_words"
    mended = TuningModel(synonyms=(Synonyms(("xylophone",), ("parliament",)),))
    TuningStore(running.service.database, running.service.audit, utc_now).publish(mended, OPERATOR)
    capsys.readouterr()
    analytics.main(["missed", "--data", str(running.data), "--format", "json"], standalone_mode=False)
    (row,) = json.loads(capsys.readouterr().out)
    assert row["diagnosis"] == "found_now"
    with pytest.raises(ClickException, match="nothing has been indexed here yet"):
        analytics.main(["--data", str(tmp_path)], standalone_mode=False)
    assert list(tmp_path.iterdir()) == []


def test_readers_behind_a_trusted_proxy_are_as_many_as_they_are(running: Running) -> None:
    def ask(text: str, readers: list[str]) -> None:
        for reader in readers:
            result = running.client.simulate_get(
                "/api/v1/search", params={"q": text}, headers={"X-Forwarded-For": reader}, extras=PROXY
            )
            assert result.status_code == 200

    ask("parliament", list(islice(READERS, 10)))
    ask("halts", [f"2001:db8:1:2::{number:x}" for number in range(1, 10)])  # one home has them all
    rows = report(running, "queries").json["rows"]
    assert [(row["query"], row["sessions"]) for row in rows] == [("parliament", 10)]
    for reader in islice(READERS, 5):  # one asks and finds nothing, the next one asks something else
        ask("xylophone", [reader])
        ask("moratorium", [next(READERS)])
    assert "xylophone" in queries(running)
    assert report(running, "pairs").json["rows"] == []
