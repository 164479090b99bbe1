"""The answer to a quotation as the template shows it: a headline, and the articles with their passages."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup, escape

from ..search.request import QuoteHit, QuoteResult
from . import urls
from .fragments import passage_link
from .highlight import marked, public_address
from .hits import Link
from .phrases import Phrases, direction, primary
from .typography import printed


@dataclass(frozen=True, slots=True)
class QuoteView:
    """An article made ready: texts are HTML-safe, empty texts are not shown.

    ``href`` leads to the passage; ``verdict`` says how near it is. The rest is as in
    :class:`.hits.HitView`.
    """

    href: str
    title: Markup
    passage: Markup
    verdict: Markup
    lang: str
    dir: str
    published: str
    day: str
    language: str
    categories: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class QuotesView:
    """An answer made ready; ``notice`` is empty when the headline says all."""

    headline: Markup
    notice: Markup | str
    hits: tuple[QuoteView, ...]


def quotes_view(result: QuoteResult, say: Phrases) -> QuotesView:
    """The view of ``result``."""
    headline, notice = _said(result, say)
    return QuotesView(headline, notice, tuple(_view(hit, say) for hit in result.hits))


def _said(result: QuoteResult, say: Phrases) -> tuple[Markup, Markup | str]:
    if not result.hits:
        return say("quote_none"), ""
    if not result.exact:
        return say("quote_near"), say("quote_nearest")
    more = result.hits[-1].match == "near"
    return say.counted("quote_found", result.exact), say("quote_others") if more else ""


def _view(hit: QuoteHit, say: Phrases) -> QuoteView:
    stretch = hit.stretch
    link = passage_link(hit.url, stretch.text, ((stretch.start, stretch.end),))
    return QuoteView(
        href=link if public_address(hit.url) else "",
        title=escape(printed(hit.title, primary(hit.lang))),
        passage=marked(hit.passage),
        verdict=_verdict(hit, say),
        lang="" if hit.lang == "und" else hit.lang,
        dir=direction(hit.lang),
        published=hit.published_at,
        day=say.day(hit.published_at),
        language="" if primary(hit.lang) in (say.lang, "und") else say.language(hit.lang),
        categories=tuple(
            Link(category.label, urls.address(urls.only("category", category.value)))
            for category in hit.categories
        ),
    )


def _verdict(hit: QuoteHit, say: Phrases) -> Markup:
    if hit.match == "exact":
        return say("quote_exact")
    return say("quote_agreement", share=say.percent(hit.agreement))
