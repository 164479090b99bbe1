"""Finding articles by what a person types: words, an address or an id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from indexer.errors import BroadsheetError

from ...desk import Desk
from ...search.addresses import Addresses, variants
from ...search.engine import Engine
from ...search.request import SearchRequest
from ...web.admin.articles import asks_for

MOST: Final = 10  # articles to choose from; more words find better than a longer list


@dataclass(frozen=True, slots=True)
class Found:
    """An article to choose."""

    id: str
    title: str
    address: str
    published: str


class Finder:
    """Asks the index by words, and the catalog by address and id."""

    def __init__(self, engine: Engine, desk: Desk) -> None:
        self._engine = engine
        self._desk = desk

    def find(self, text: str) -> tuple[Found, ...]:
        """The articles that a text may mean, the best first."""
        match asks_for(text):
            case "":
                return ()
            case "id":
                ids: tuple[str, ...] = (text.strip(),)
            case "address":
                ids = self._at(text.strip())
            case _:
                return self._with_words(text) or self._known(self._at(text.strip()))
        return self._known(ids) or self._with_words(text)

    def describe(self, article_id: str) -> tuple[str, str] | None:
        """Title and address of an article; ``None`` when there is none."""
        record = self._desk.get(article_id)
        return (record.article.title, record.article.url) if record else None

    def _at(self, address: str) -> tuple[str, ...]:
        catalog = self._desk.catalog
        found = catalog.at_addresses(variants(address))
        return found or tuple(identity for _, identity in Addresses(catalog.addresses).same(address))[:MOST]

    def _known(self, ids: tuple[str, ...]) -> tuple[Found, ...]:
        articles = [record.article for one in ids if (record := self._desk.get(one))]
        return tuple(Found(item.id, item.title, item.url, item.published_at[:10]) for item in articles)

    def _with_words(self, text: str) -> tuple[Found, ...]:
        try:
            hits = self._engine.search(SearchRequest(text, facets=(), per_page=MOST)).hits
        except BroadsheetError:  # there is no index yet, or the text is one that no search takes
            return ()
        return tuple(Found(hit.id, hit.title, hit.url, hit.published_at[:10]) for hit in hits)
