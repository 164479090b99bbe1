"""The answer as the template shows it: headline, notices, hits and pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from indexer.analysis import chunks

from ..search.request import ARROW, SearchRequest, SearchResult
from . import urls
from .hits import HitView, Link, hit_view
from .phrases import Phrases

NEIGHBOURS = 1  # numbered pages shown on each side of the current one


@dataclass(frozen=True, slots=True)
class Pager:
    """Links to other pages of the answer; an empty ``href`` is a page that is not there.

    ``numbers`` holds ``None`` where pages are left out.
    """

    first: str
    previous: str
    next: str
    numbers: tuple[Link | None, ...]


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer made ready. ``past_end`` is set when the page asked for lies behind the
    last; its note is the number of that last page."""

    headline: Markup
    range: Markup | str
    notices: tuple[Markup, ...]
    hits: tuple[HitView, ...]
    sorts: tuple[Link, ...]
    pager: Pager | None
    past_end: Link | None
    data: str


def answer_view(result: SearchResult, say: Phrases) -> AnswerView:
    """The view of ``result``."""
    request = result.request
    past_end = bool(result.total) and not result.hits
    return AnswerView(
        headline=headline(result, say),
        range=_range(result, say),
        notices=tuple(_notices(result, say)),
        hits=tuple(hit_view(hit, request, say) for hit in result.hits),
        sorts=_sorts(request, say),
        pager=pager(request, result.pages, say) if result.pages > 1 and not past_end else None,
        past_end=_last_page(result, say) if past_end else None,
        data=urls.address(request, urls.API),
    )


def headline(result: SearchResult, say: Phrases) -> Markup:
    """``12 results for “…”``, or what was not found, or that nothing was asked for."""
    text = result.request.text.strip()
    if not result.total:
        key = "nothing_for" if any(True for _ in chunks(text)) else "no_word"
        return say(key, query=say.quoted(text)) if text else say("nothing")
    if not text:
        return say.counted("articles", result.total)
    return say.counted("results_for", result.total, query=say.quoted(text))


def _range(result: SearchResult, say: Phrases) -> Markup | str:
    if not result.hits or result.pages < 2:
        return ""
    first = (result.request.page - 1) * result.request.per_page + 1
    numbers = {"first": first, "last": first + len(result.hits) - 1, "total": result.total}
    return say("range", **{name: say.number(n) for name, n in numbers.items()})


def _notices(result: SearchResult, say: Phrases) -> Iterator[Markup]:
    if sentences := tuple(_sentences(result, say)):
        yield Markup(" ").join(sentences)
    if address := result.applied.redirect:
        yield say("redirect", address=Markup('<a href="{0}">{0}</a>').format(address))


def _sentences(result: SearchResult, say: Phrases) -> Iterator[Markup]:
    """How the question was understood, which reads as one paragraph."""
    applied = result.applied
    if applied.corrected and result.total:
        yield say("corrected", corrected=say.quoted(applied.corrected))
    if applied.relaxed and result.total:
        yield say("relaxed_few" if applied.complete else "relaxed")
    unknown = () if applied.corrected else applied.unknown
    for key, words in (("unknown", unknown), ("ignored", applied.ignored), ("synonyms", applied.synonyms)):
        if words:
            yield say(key, words=say.listed(say.quoted(word.rpartition(ARROW)[2]) for word in words))


def _sorts(request: SearchRequest, say: Phrases) -> tuple[Link, ...]:
    return tuple(
        Link(say(sort), urls.address(urls.sorted_by(request, sort)), current=sort == request.sort)
        for sort in urls.SORTS
    )


def _last_page(result: SearchResult, say: Phrases) -> Link:
    href = urls.address(urls.on_page(result.request, result.pages))
    return Link(say("last_page"), href, note=say.number(result.pages))


def pager(request: SearchRequest, pages: int, say: Phrases) -> Pager:
    """The links to the pages around ``request.page`` of ``pages`` (at least 1)."""
    here = request.page

    def href(page: int) -> str:
        return urls.address(urls.on_page(request, page)) if 1 <= page <= pages and page != here else ""

    numbers = tuple(
        Link(say.number(page), href(page), current=page == here) if page else None
        for page in shown_pages(here, pages)
    )
    return Pager(href(1), href(here - 1), href(here + 1), numbers)


def shown_pages(here: int, pages: int) -> tuple[int, ...]:
    """Numbers to show: the first, the last and those around ``here``; 0 stands for pages left out.

    A gap of a single page is filled with that page.
    """
    near = range(here - NEIGHBOURS, here + NEIGHBOURS + 1)
    wanted = sorted({1, pages, *(page for page in near if 1 <= page <= pages)})
    shown: list[int] = []
    for page in wanted:
        missing = page - shown[-1] - 1 if shown else 0
        if missing:
            shown.append(page - 1 if missing == 1 else 0)
        shown.append(page)
    return tuple(shown)
