"""What a newcomer stumbled over, as promises."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from indexer import Site, load_site
from indexer.analysis import stem_terms
from indexer.errors import ConfigurationError
from indexer.parsing import parse
from indexer.sources import Page
from service.resources.problems import Problem
from service.resources.search import search_request
from tests.live import ROOT, broadsheet, environment

PAGE = """<!doctype html><html lang="en"><head><title>{0}</title></head><body><article><h1>{0}</h1>
<p>{0} explains at some length how a small society keeps its books, elects its officers, and
tells its members every year what was spent, what was saved and what is still to be done.</p></article>
</body></html>"""


def status_and_errors(data: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        env=environment(data),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_articles_of_a_folder_that_is_gone_are_told_and_kept(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "books.html").write_text(PAGE.format("The Society's Books"), encoding="utf-8")
    broadsheet(tmp_path / "data", "index", str(pages))
    moved = pages.rename(tmp_path / "moved")
    _, errors = status_and_errors(tmp_path / "data", "index", str(moved))
    assert f"1 article is from {pages}, which is gone" in errors
    assert len(broadsheet(tmp_path / "data", "export").splitlines()) == 2


def test_a_page_without_an_address_of_its_own_stands_under_the_sites_address() -> None:
    page = Page("folder:/x", "women/the books.html", PAGE.format("The Society's Books").encode())
    assert parse(page, Site()).url == "women/the books.html"
    site = Site(address="https://herald.example/")
    assert parse(page, site).url == "https://herald.example/women/the%20books.html"


def test_a_selector_that_is_none_is_named_once_and_stops_the_run(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text('[parsing]\ntitle_selectors = ["h1[[["]\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"site\.toml: parsing\.title_selectors: 'h1\[\[\["):
        load_site(file)


def test_the_page_passes_over_what_a_link_carries_and_the_api_names_it() -> None:
    link = "q=strike&ref=twitter&post_type=post"
    assert search_request(link, strict=False).text == "strike"
    with pytest.raises(Problem, match="ref"):
        search_request(link)


def test_a_measurement_that_finds_no_judged_article_says_so(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "books.html").write_text(PAGE.format("The Society's Books"), encoding="utf-8")
    broadsheet(tmp_path / "data", "index", str(pages))
    (tmp_path / "queries.jsonl").write_text(json.dumps({"id": "1", "text": "books"}) + "\n", encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("1\tnobody\t1\n", encoding="utf-8")
    files = ["--queries", str(tmp_path / "queries.jsonl"), "--qrels", str(tmp_path / "qrels.tsv")]
    status, errors = status_and_errors(tmp_path / "data", "evaluate", *files)
    assert status == 0
    assert "no judged article is among the hits" in errors


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("woman", "women", True),
        ("child", "children", True),
        ("organisation", "organizations", True),
        ("execution", "executions", True),
        ("execution", "executive", False),
        ("organization", "organ", False),
        ("relative", "relate", False),
    ],
)
def test_english_forms_meet_as_a_newspaper_would_have_it(one: str, other: str, meet: bool) -> None:
    assert (not set(stem_terms(one, "en")).isdisjoint(stem_terms(other, "en"))) is meet
