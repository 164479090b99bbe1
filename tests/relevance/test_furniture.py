"""The list of all categories stands on nearly every page; a search must not notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from indexer import Site, Workspace, load_site, open_source
from indexer.analysis import tokenize
from service.search.engine import Engine
from service.search.request import SearchRequest
from tests.live import CORPUS

SITE = load_site(CORPUS / "site.toml")
LABELS = [category.label for category in SITE.categories]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with Workspace(tmp_path_factory.mktemp("furniture"), SITE) as workspace:
        report = workspace.build([open_source(str(CORPUS))])
        assert not report.failed
        yield workspace


@pytest.fixture(scope="module")
def engine(workspace: Workspace) -> Engine:
    return Engine(workspace.index, SITE, today=lambda: date(2026, 1, 1), budget_seconds=30.0)


def words(text: str) -> str:
    """A text as its folded words, so that a label can be looked for by plain comparison."""
    return f" {' '.join(token.folded for token in tokenize(text) if token.length == 1)} "


def test_the_sample_site_has_all_43_categories_and_an_article_in_each(engine: Engine) -> None:
    counts = {value.label: value.count for value in engine.taxonomy("category")}
    assert list(counts) == LABELS
    assert len(LABELS) == 43
    assert all(counts.values())


@pytest.mark.parametrize("label", LABELS)
def test_a_category_label_in_quotes_finds_only_articles_that_hold_it(
    label: str, engine: Engine, workspace: Workspace
) -> None:
    result = engine.search(SearchRequest(f'"{label}"', per_page=100))
    assert not result.applied.relaxed
    for hit in result.hits:
        record = workspace.catalog.get(hit.id)
        assert record is not None
        own = [record.article.title, record.article.text, *(c.label for c in record.article.categories)]
        assert any(words(label) in words(text) for text in own), hit.url


@pytest.mark.parametrize(
    "label", ["Generic selectors", "Exact matches only", "Post Type Selectors", "Recent Posts"]
)
def test_the_words_of_the_settings_box_and_side_columns_find_no_article(label: str, engine: Engine) -> None:
    assert engine.search(SearchRequest(label, exact=True)).total == 0


def test_pages_are_the_same_articles_with_and_without_a_site_file(
    tmp_path: Path, workspace: Workspace
) -> None:
    """Without ``site.toml`` everything still works; categories come by their label."""
    with Workspace(tmp_path, Site()) as bare:
        assert not bare.build([open_source(str(CORPUS))]).failed
        found = {record.key: record.article for record in bare.catalog.records()}
    for record in workspace.catalog.records():
        article = found[record.key]
        assert (article.title, article.text) == (record.article.title, record.article.text)
        labels = {category.label for category in article.categories}
        assert labels == {category.label for category in record.article.categories}
