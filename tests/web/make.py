"""Questions, answers and sites made by hand, and a reader of HTML that trusts nothing."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from service.search.request import (
    Applied,
    FacetValue,
    Highlight,
    Highlights,
    Hit,
    LabelledValue,
    Matched,
    SearchRequest,
    SearchResult,
)
from service.web.page import SiteSummary

WOMEN = FacetValue("women", "Women", 4, False)
NEWS = FacetValue("news", "News", 3, False)
QUOTES = FacetValue("quotes", "Quotes", 0, False)
SITE = SiteSummary(
    name="The Herald",
    article_count=7,
    categories=(WOMEN, NEWS, QUOTES),
    types=(FacetValue("post", "Post", 5, False), FacetValue("video", "Video", 2, False)),
    languages=(FacetValue("en", "en", 5, False), FacetValue("fa", "fa", 2, False)),
)


def plain(text: str, *ranges: tuple[int, int]) -> Highlight:
    return Highlight("not used", text, ranges)


def hit(**changes: Any) -> Hit:
    title = changes.get("title", "A title")
    values: dict[str, Any] = {
        "id": "a1",
        "url": "https://herald.example/a1",
        "title": title,
        "type": LabelledValue("post", "Post"),
        "categories": (LabelledValue("women", "Women"),),
        "tags": (),
        "lang": "en",
        "author": "A. Writer",
        "published_at": "2025-01-21",
        "image": "",
        "description": "",
        "score": 1.0,
        "highlights": Highlights(plain(title), (plain("An excerpt of it"),)),
        "matched": Matched("all_words", ("title",)),
    }
    return Hit(**(values | changes))


def result(request: SearchRequest, *hits: Hit, **changes: Any) -> SearchResult:
    values: dict[str, Any] = {
        "request": request,
        "applied": Applied(),
        "total": len(hits),
        "pages": 1 if hits else 0,
        "took_ms": 0.5,
        "generation": "g1",
        "version": "g1",
        "hits": hits,
        "facets": {},
    }
    return SearchResult(**(values | changes))


class Seen(HTMLParser):
    """What a browser would see in a page: its tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def skeleton(self) -> list[tuple[str, tuple[str, ...]]]:
        """Tags and the names of their attributes: all that a text could add to by breaking out."""
        return [(tag, tuple(attributes)) for tag, attributes in self.tags]

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        """The attributes of every ``tag`` that has the ``wanted`` ones."""
        return [
            attributes
            for name, attributes in self.tags
            if name == tag and all(attributes.get(key) == value for key, value in wanted.items())
        ]

    def hrefs(self) -> list[str]:
        return [attributes["href"] or "" for _, attributes in self.tags if "href" in attributes]
