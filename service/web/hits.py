"""One hit of the answer as the template shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from indexer.analysis import chunks

from ..search.request import Highlight, Hit, LabelledValue, SearchRequest
from . import urls
from .fragments import passage_link
from .highlight import marked, public_address
from .phrases import Phrases, direction, primary
from .typography import printed

PLAIN_TYPE = "post"


@dataclass(frozen=True, slots=True)
class Link:
    """A link, or with an empty ``href`` the text alone; ``note`` is a count beside it."""

    label: Markup | str
    href: str
    note: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class HitView:
    """A hit made ready: texts are HTML-safe, empty texts are not shown.

    ``lang`` is the article's language for the ``lang`` attribute and ``dir`` how it is written.
    ``kind`` is its type unless that is the plain one, ``language`` the name of its language
    when that is known and not the page's own.
    """

    id: str
    href: str
    title: Markup
    excerpts: tuple[Markup, ...]
    lang: str
    dir: str
    published: str
    day: str
    kind: str
    language: str
    categories: tuple[Link, ...]
    author: Markup | str
    why: str
    explanation: tuple[str, ...]


def hit_view(hit: Hit, request: SearchRequest, say: Phrases) -> HitView:
    """The view of ``hit``, with links that narrow ``request`` to its categories and author."""
    return HitView(
        id=hit.id,
        href=_href(hit),
        title=_title(hit),
        excerpts=_excerpts(hit),
        lang="" if hit.lang == "und" else hit.lang,
        dir=direction(hit.lang),
        published=hit.published_at,
        day=say.day(hit.published_at),
        kind="" if hit.type.value == PLAIN_TYPE else hit.type.label,
        language="" if primary(hit.lang) in (say.lang, "und") else say.language(hit.lang),
        categories=tuple(_category(value, request) for value in hit.categories),
        author=_author(hit.author, request, say),
        why=_why(hit, request),
        explanation=hit.explanation or (),
    )


def _href(hit: Hit) -> str:
    """The article's address, at the first passage that is shown of it and holds words of the question."""
    found = next((passage for passage in hit.highlights.content if passage.ranges), None)
    return (
        passage_link(public_address(hit.url), found.text, found.ranges) if found else public_address(hit.url)
    )


def _why(hit: Hit, request: SearchRequest) -> str:
    """The address of the same answer with its reasons, at this hit; a hit found by filters alone has none."""
    asked = any(True for _ in chunks(request.text))
    return f"{urls.address(replace(request, explain=True))}#hit-{hit.id}" if asked else ""


def _title(hit: Hit) -> Markup:
    found = hit.highlights.title
    shown = Highlight(found.html, printed(found.text, primary(hit.lang)), found.ranges)
    return marked(shown) or escape(printed(hit.title, primary(hit.lang)))


def _excerpts(hit: Hit) -> tuple[Markup, ...]:
    found = tuple(marked(highlight) for highlight in hit.highlights.content if highlight.text)
    return found or ((escape(hit.description),) if hit.description else ())


def _category(category: LabelledValue, request: SearchRequest) -> Link:
    return Link(category.label, urls.address(urls.narrowed_to(request, "category", category.value)))


def _author(author: str, request: SearchRequest, say: Phrases) -> Markup | str:
    if not author:
        return ""
    href = urls.address(urls.narrowed_to(request, "author", author))
    return say("by", author=Markup('<a href="{}"><bdi>{}</bdi></a>').format(href, author))
