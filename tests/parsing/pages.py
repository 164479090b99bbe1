"""Pages in one line, and what parsing makes of them."""

from __future__ import annotations

from indexer.article import Article
from indexer.errors import RejectedPage
from indexer.parsing import parse
from indexer.site import Site
from indexer.sources.page import Page

TITLE = "The Harbour Wakes"
PROSE = "The first crane turns at five, long before the gates are open. By six the quay is full of lorries."
MORE = "Nobody remembers who built the second basin, but everybody knows what it cost the town."


def article_page(
    body: str = f"<p>{PROSE}</p><p>{MORE}</p>",
    *,
    head: str = "",
    before: str = "",
    after: str = "",
    title: str = TITLE,
    lang: str = "en",
) -> str:
    """A plain page with one article in it, and places to put what a test is about."""
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body>{before}<main><article><h1>{title}</h1>{body}</article></main>{after}</body></html>"
    )


def read(html: str | bytes, site: Site = Site(), *, url: str = "", charset: str = "") -> Article:  # noqa: B008
    """The article of a page given as text or bytes."""
    data = html if isinstance(html, bytes) else html.encode()
    return parse(Page("test", "page.html", data, url, charset), site)


def refusal(html: str | bytes) -> str:
    """The reason a page is refused for; empty when it is not."""
    try:
        read(html)
    except RejectedPage as error:
        return error.reason
    return ""
