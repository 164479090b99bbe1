"""The answers of the reading routes: their form, their validators, their links."""

from __future__ import annotations

import base64
import gzip
import hashlib
from datetime import date
from urllib.parse import parse_qs, urlsplit

import falcon.testing
import pytest

from indexer.errors import TimeBudgetExceeded
from service.search.engine import Engine
from tests.service.conftest import Opener, Running

READING = ["/api/v1/search", "/api/v1/suggest", "/api/v1/categories", "/api/v1/types", "/api/v1/openapi.json",
           "/api/v1/articles/moratorium", "/api/v1/articles/moratorium/extracted", "/"]  # fmt: skip


def test_a_search_answers_in_the_documented_form(reading: Running) -> None:
    answer = reading.get("/api/v1/search", "q=moratorium").json
    assert set(answer) == {
        "query", "applied", "total", "page", "per_page", "pages", "took_ms", "generation", "hits",
        "facets", "links",
    }  # fmt: skip
    hit = answer["hits"][0]
    assert hit | {"score": 0, "highlights": 0} == {
        "id": "moratorium",
        "url": "https://example.org/moratorium/",
        "title": "A moratorium on executions",
        "type": {"value": "post", "label": "Post"},
        "categories": [{"value": "women", "label": "Women"}],
        "tags": [{"value": "law", "label": "law"}],
        "lang": "en",
        "author": "Ada Example",
        "published_at": "2025-01-21",
        "image": "",
        "description": "",
        "score": 0,
        "highlights": 0,
        "matched": {"mode": "all_words", "fields": ["title", "content"]},
    }
    title = hit["highlights"]["title"]
    assert title == {
        "html": "A <mark>moratorium</mark> on executions",
        "text": "A moratorium on executions",
        "ranges": [[2, 12]],
    }
    assert answer["facets"]["category"] == [
        {"value": "women", "label": "Women", "count": 1, "selected": False}
    ]


def test_hits_are_explained_only_when_asked(reading: Running) -> None:
    assert "explanation" not in reading.get("/api/v1/search", "q=moratorium").json["hits"][0]
    assert reading.get("/api/v1/search", "q=moratorium&explain=1").json["hits"][0]["explanation"]


def test_facets_are_those_asked_for(reading: Running) -> None:
    assert set(reading.get("/api/v1/search", "q=budget").json["facets"]) == {"category", "type", "lang"}
    assert set(reading.get("/api/v1/search", "facets=author").json["facets"]) == {"author"}
    assert reading.get("/api/v1/search", "q=budget&facets=none").json["facets"] == {}


def test_links_lead_through_all_pages_and_keep_the_question(reading: Running) -> None:
    query = "per_page=1&sort=oldest&facets=none&lang=en&lang=de&exact=0"
    answer = reading.get("/api/v1/search", query).json
    assert answer["links"]["prev"] is None
    seen = [answer["hits"][0]["id"]]
    while following := answer["links"]["next"]:
        parts = urlsplit(following)
        back = answer["links"]["self"]
        answer = reading.get(parts.path, parts.query).json
        assert answer["links"]["prev"] == back
        assert answer["facets"] == {}
        assert parse_qs(parts.query)["lang"] == ["en", "de"]
        seen.append(answer["hits"][0]["id"])
    assert seen == ["haushalt", "budget", "moratorium"]
    assert answer["pages"] == 3


def test_a_page_beyond_the_end_links_back_to_the_last_one(reading: Running) -> None:
    links = reading.get("/api/v1/search", "q=moratorium&page=7").json["links"]
    assert links["next"] is None
    assert "page" not in parse_qs(urlsplit(links["prev"]).query)


@pytest.mark.parametrize("path", READING)
def test_an_answer_the_client_has_is_not_sent_again(reading: Running, path: str) -> None:
    first = reading.get(path)
    assert first.status_code == 200
    again = reading.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.text) == (304, "")
    assert again.headers["etag"] == first.headers["etag"]
    assert reading.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    for given in ("*", f'"other", {first.headers["etag"]}', f"W/{first.headers['etag'].removeprefix('W/')}"):
        assert reading.get(path, headers={"If-None-Match": given}).status_code == 304, given


def test_a_client_that_has_anything_is_still_told_that_nothing_is_there(reading: Running) -> None:
    anything = {"If-None-Match": "*"}
    assert reading.get("/api/v1/articles/nothing", headers=anything).status_code == 404
    for path in ("/api/v1/search", "/api/v1/suggest", "/"):
        assert reading.get(path, "lang=xx", headers=anything).status_code == 400


@pytest.mark.parametrize(
    "path", [*READING, "/health/live", "/health/ready", "/metrics", "/robots.txt", "/favicon.ico"]
)
def test_head_is_get_without_the_body(reading: Running, path: str) -> None:
    head = reading.client.simulate_head(path)
    got = reading.get(path)
    assert (head.status_code, head.text) == (200, "")
    assert head.headers["content-type"] == got.headers["content-type"]
    assert int(head.headers["content-length"]) > 0


def test_the_validator_depends_on_the_question_the_index_and_the_day(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = opened()
    tags = {running.get("/api/v1/search", query).headers["etag"] for query in ("q=a", "q=b", "q=a&page=2")}
    assert len(tags) == 3
    before = running.get("/api/v1/search", "q=a").headers["etag"]
    assert running.get("/api/v1/search", "utm_source=x&q=a&exact=0").headers["etag"] == before
    running.service.workspace.remove("budget")
    running.service.workspace.apply()
    after = running.get("/api/v1/search", "q=a").headers["etag"]
    assert after != before
    monkeypatch.setattr("service.server.today", lambda: date(2100, 1, 1))
    reopened = opened(empty=True)
    assert reopened.get("/api/v1/search", "q=a").headers["etag"] != after


def test_the_page_depends_on_the_readers_language(reading: Running) -> None:
    english = reading.get("/", "q=budget", headers={"Accept-Language": "en"})
    german = reading.get("/", "q=budget", headers={"Accept-Language": "de-AT,de;q=0.9"})
    assert english.headers["etag"] != german.headers["etag"]
    assert german.headers["vary"] == "Accept-Language"
    assert 'lang="de"' in german.text


def test_browsers_ask_again_each_time_unless_the_setting_says_otherwise(opened: Opener) -> None:
    assert opened().get("/api/v1/search").headers["cache-control"] == "no-cache"
    lasting = opened(empty=True, cache_seconds="30")
    assert lasting.get("/api/v1/search").headers["cache-control"] == "public, max-age=30"


def test_categories_and_types_are_listed_in_the_sites_order_zero_included(reading: Running) -> None:
    assert reading.get("/api/v1/categories").json["categories"] == [
        {"value": "women", "label": "Women", "count": 1},
        {"value": "un-reports", "label": "UN, Reports", "count": 1},
        {"value": "empty", "label": "Empty", "count": 0},
    ]
    assert [row["value"] for row in reading.get("/api/v1/types").json["types"]] == ["post", "report"]


def test_all_routes_name_the_same_generation(reading: Running) -> None:
    routes = (
        ("/api/v1/search", "q=mora"),
        ("/api/v1/suggest", "q=mora"),
        ("/api/v1/categories", ""),
        ("/api/v1/types", ""),
        ("/health/ready", ""),
    )
    assert {reading.get(path, query).json["generation"] for path, query in routes} == {"g-000001.1"}


def test_suggestions_complete_titles(reading: Running) -> None:
    answer = reading.get("/api/v1/suggest", "q=mora&limit=3&lang=en").json
    assert answer["q"] == "mora"
    assert answer["suggestions"][0]["text"] == "A moratorium on executions"
    assert reading.get("/api/v1/suggest", "q=mora&limit=99").status_code == 400
    twice = reading.get("/api/v1/suggest", "q=mora&limit=3&limit=4")
    assert (twice.status_code, twice.json["code"]) == (400, "repeated_parameter")


@pytest.mark.parametrize("tag", ["de-DE", "de_AT", "DE-de", "de-Latn-CH-1996"])
def test_a_language_tag_stands_for_the_nearest_language_of_the_site(reading: Running, tag: str) -> None:
    answer = reading.get("/api/v1/search", f"lang={tag}&lang=de").json
    assert (answer["query"]["lang"], answer["total"]) == (["de"], 1)
    assert "lang=de&" in answer["links"]["self"] + "&"
    suggested = reading.get("/api/v1/suggest", f"q=haus&lang={tag}").json["suggestions"]
    assert [row["value"] for row in suggested] == ["haushalt"]
    assert reading.get("/", f"lang={tag}").status_code == 200


def test_a_tag_of_no_language_of_the_site_is_named_as_it_was_written(reading: Running) -> None:
    answer = reading.get("/api/v1/search", "lang=pt-BR")
    assert (answer.status_code, "pt-BR" in answer.json["detail"]) == (400, True)


def test_an_answer_that_takes_too_long_is_a_503_that_says_when_to_try_again(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object) -> None:
        raise TimeBudgetExceeded(2.0)

    running = opened()
    monkeypatch.setattr(Engine, "search", slow)
    answer = running.get("/api/v1/search", "q=x")
    assert (answer.status_code, answer.json["code"]) == (503, "time_budget")
    assert int(answer.headers["retry-after"]) > 0


def test_without_an_index_every_reading_route_says_what_to_run(opened: Opener) -> None:
    running = opened(empty=True)
    for path in ("/api/v1/search", "/api/v1/suggest", "/api/v1/categories", "/api/v1/types", "/health/ready"):
        answer = running.get(path)
        assert (answer.status_code, answer.json["code"]) == (503, "no_index"), path
        assert "broadsheet index" in answer.json["detail"]
        assert answer.headers["retry-after"]
    page = running.get("/", "q=x")
    assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert running.get("/health/live").status_code == 200


def test_readiness_tells_what_is_served_and_how_far_it_is_behind(opened: Opener) -> None:
    running = opened()
    ready = running.get("/health/ready").json
    assert ready["articles"] == 3
    assert (ready["sequence"], ready["catalog_sequence"], ready["lag"]) == (3, 3, 0)
    assert ready["generation"]
    assert ready["indexed_at"].endswith("+00:00")
    running.service.workspace.remove("budget")
    behind = running.get("/health/ready").json
    assert (behind["sequence"], behind["catalog_sequence"], behind["lag"]) == (3, 4, 1)


def test_a_damaged_index_is_not_ready_and_its_place_is_not_told(opened: Opener) -> None:
    running = opened()
    (running.data / "index" / "current").write_text("nonsense")
    answer = opened(empty=True).get("/health/ready")
    assert (answer.status_code, answer.json["code"]) == (503, "index_damaged")
    assert str(running.data) not in answer.text


def test_the_search_page_shows_what_is_wrong_with_a_question(reading: Running) -> None:
    answer = reading.get("/", "q=a&sort=best")
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/html")
    assert "is not one of these: <bdi>Relevance</bdi>, <bdi>Newest first</bdi>" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_what_the_form_sends_leads_to_the_short_address(reading: Running) -> None:
    form = "q=Der+Haushalt&in=title&in=content&lang=de&from=&to=&sort=relevance"
    answer = reading.get("/", form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?q=Der+Haushalt&lang=de")
    assert reading.get("/", "q=&sort=relevance").headers["location"] == "/"
    assert reading.get("/", "q=Der+Haushalt&lang=de").status_code == 200


def test_the_short_address_keeps_every_byte_and_stays_on_this_site(reading: Running) -> None:
    raw = "q=Däubler+%D8%AD%22&from=".encode().decode("latin-1")
    assert reading.get("/", raw).headers["location"] == "/?q=D%C3%A4ubler+%D8%AD%22"
    assert reading.get("/", "from=&//evil.example").headers["location"] == "/?//evil.example"


def test_a_fault_is_said_once_beside_its_label(reading: Running) -> None:
    text = reading.get("/", "q=a&from=2025-02-01&to=2025-01-01").text
    assert '<a href="#from">From</a>: February 1, 2025 is after January 1, 2025, where' in text
    assert "from: 2025" not in text


@pytest.mark.parametrize("typed", ["%22", "-", "%3F%21", "%E2%80%9C%E2%80%9D", "*&exact=1"])
def test_signs_alone_are_no_question_about_articles(reading: Running, typed: str) -> None:
    answer = reading.get("/", f"q={typed}")
    assert answer.status_code == 200
    assert "<h1>There is no word to search for in" in answer.text
    assert "No article matches" not in answer.text


def test_static_files_last_a_year_under_the_address_with_their_digest(reading: Running) -> None:
    from service.web.page import static_address

    plain = reading.get("/static/broadsheet.css")
    assert plain.headers["content-type"] == "text/css; charset=utf-8"
    assert plain.headers["cache-control"] == "no-cache"
    lasting = urlsplit(static_address("broadsheet.css"))
    answer = reading.get(lasting.path, lasting.query)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.content == plain.content
    assert reading.get("/favicon.ico").headers["content-type"] == "image/svg+xml"


def test_the_script_can_be_loaded_pinned_and_kept_by_pages_of_any_origin(reading: Running) -> None:
    from service.web.embed import integrity
    from service.web.page import static_address

    address = urlsplit(static_address("search-box.js"))
    plain = reading.get(address.path, address.query)
    for query, coding in ((address.query, "gzip"), (address.query, ""), ("", "gzip"), ("v=0123456789ab", "")):
        answer = reading.get(
            address.path, query, headers={"Accept-Encoding": coding, "Origin": "https://a.example"}
        )
        headers = answer.headers
        assert headers["content-type"] == "text/javascript; charset=utf-8"
        assert headers["access-control-allow-origin"] == "*"
        assert headers["cross-origin-resource-policy"] == "cross-origin"
        assert headers["vary"] == "Accept-Encoding", "not Origin: one answer serves all of them"
        assert headers.get("content-encoding", "") == coding
        content = gzip.decompress(answer.content) if coding else answer.content
        assert content == plain.content
        assert ("immutable" in headers["cache-control"]) is (query == address.query), (
            "an old address is asked again"
        )
    digest = base64.b64encode(hashlib.sha384(plain.content).digest()).decode()
    assert integrity() == f"sha384-{digest}"


def test_the_script_is_not_sent_to_one_who_has_it_nor_for_its_headers(reading: Running) -> None:
    address = "/static/search-box.js"
    first = reading.get(address, headers={"Accept-Encoding": "gzip"})
    again = reading.get(address, headers={"If-None-Match": first.headers["etag"]})
    head = reading.client.simulate_head(address, headers={"Accept-Encoding": "gzip"})
    assert (again.status_code, again.content) == (304, b"")
    assert (head.status_code, head.content) == (200, b"")
    for answer in (again, head):
        for name in (
            "etag",
            "cache-control",
            "vary",
            "access-control-allow-origin",
            "cross-origin-resource-policy",
        ):
            assert answer.headers[name] == first.headers[name], name
    assert head.headers["content-length"] == first.headers["content-length"]


@pytest.mark.parametrize("name", ["nothing.css", "..%2Fpage.py", "%2e%2e%2fpage.py", "__init__.py"])
def test_only_the_static_files_can_be_had(reading: Running, name: str) -> None:
    assert reading.get(f"/static/{name}").status_code == 404


def test_crawlers_are_kept_from_endless_answers(reading: Running) -> None:
    rules = reading.get("/robots.txt").text
    assert "Disallow: /\n" in rules
    assert "Allow: /$" in rules


def test_links_stay_under_the_path_the_service_is_mounted_at(reading: Running) -> None:
    answer = falcon.testing.simulate_get(
        reading.service.app, "/api/v1/search", query_string="q=budget", root_path="/search"
    )
    assert answer.json["links"]["self"] == "/search/api/v1/search?q=budget"
