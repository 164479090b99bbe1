"""JSON-LD as pages really write it: several blocks, graphs, arrays, and broken JSON.

What is tolerated: HTML comments and CDATA markers around it, comments and trailing commas in it, raw
line breaks inside strings, HTML entities, one level of double encoding. What cannot be read after
that is left out.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .tree import collapse

MAX_DATA_CHARS = 2_000_000
"""A longer data script is not read: no article needs it, and reading it costs memory."""

LIST_OF_ARTICLES = 4
"""So many different headlines, none with the page's own address, are a list and not the page's article."""

MAX_THINGS = 2000
"""How many things are looked at over all blocks."""

ARTICLE_TYPES = re.compile(
    r"(?:\w*Article|BlogPosting|SocialMediaPosting|LiveBlogPosting|Report|Review|Recipe|HowTo|ScholarlyArticle|"
    r"NewsArticle|DiscussionForumPosting|Statement|OpinionNewsArticle|CreativeWork|VideoObject|Quotation|Interview)$"
)
_PAGE_TYPES = frozenset(("WebPage", "AboutPage", "ItemPage", "FAQPage", "ContactPage"))
_LISTING_TYPES = frozenset(("CollectionPage", "SearchResultsPage", "ItemList", "Blog", "OfferCatalog"))

_STRINGS_OR_COMMENTS = re.compile(r'"(?:[^"\\]|\\.)*"|/\*.*?\*/|//[^\n]*|,(?=\s*[}\]])', re.DOTALL)
_TAGS = re.compile(r"<[^<>]*>")

Thing = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Data:
    """All the things of a page, in the order found; ``article`` describes the page, or is empty."""

    things: tuple[Thing, ...]
    article: Thing

    def of_type(self, *names: str) -> list[Thing]:
        """The things that have one of these types."""
        return [thing for thing in self.things if not set(names).isdisjoint(types(thing))]

    @property
    def is_listing(self) -> bool:
        """Whether the page calls itself a collection of things, and no article."""
        return not self.article and any(_LISTING_TYPES & set(types(thing)) for thing in self.things)

    def reference(self, value: Any) -> Any:
        """The thing a ``{"@id": …}`` stands for, or the value itself."""
        if isinstance(value, dict) and set(value) <= {"@id", "@type"} and "@id" in value:
            for thing in self.things:
                if thing.get("@id") == value["@id"] and len(thing) > len(value):
                    return thing
        return value


def read_data(scripts: tuple[str, ...], address: str = "") -> Data:
    """Read the data scripts of a page. ``address`` helps to pick the article when there are several."""
    things: list[Thing] = []
    for script in scripts:
        for thing in _walk(_load(script)):
            things.append(thing)
            if len(things) >= MAX_THINGS:
                break
    return Data(tuple(things), _article(things, address))


def types(thing: Thing) -> list[str]:
    """The type names of a thing, without a vocabulary's address."""
    value = thing.get("@type", ())
    given = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return [name.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in given if isinstance(name, str)]


def text(value: Any) -> str:
    """A value as display text, without entities and tags; of a thing its name, of a list its first."""
    if isinstance(value, list):
        return next((found for found in map(text, value[:20]) if found), "")
    if isinstance(value, dict):
        return text(value.get("name") or value.get("@value") or value.get("headline") or "")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return clean(value) if isinstance(value, str) else ""


def texts(value: Any) -> list[str]:
    """Every text of a value that may be one or several."""
    values = value[:100] if isinstance(value, list) else [value]
    return [found for found in map(text, values) if found]


def clean(value: str) -> str:
    """Entities decoded (twice encoded ones too), tags taken out, white space collapsed."""
    once = html.unescape(value)
    return collapse(_TAGS.sub(" ", html.unescape(once) if "&" in once else once))


def _load(script: str) -> Any:
    """What is between the first opening and the last closing bracket: comments and CDATA marks go."""
    starts = [position for position in (script.find("{"), script.find("[{")) if position >= 0]
    source = script[min(starts) : max(script.rfind("}"), script.rfind("]")) + 1] if starts else ""
    if not source or len(source) > MAX_DATA_CHARS:
        return None
    for attempt in (source, _tidied(source), html.unescape(source)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return _pieces(source)


def _tidied(source: str) -> str:
    return _STRINGS_OR_COMMENTS.sub(lambda found: found[0] if found[0].startswith('"') else " ", source)


def _pieces(source: str) -> list[Any]:
    """Several objects one after the other, or an object with rubbish behind it."""
    decoder = json.JSONDecoder(strict=False)
    found: list[Any] = []
    position = source.find("{")
    while position >= 0 and len(found) < 50:
        try:
            value, position = decoder.raw_decode(source, position)
        except (ValueError, RecursionError):
            break
        found.append(value)
        position = source.find("{", position)
    return found


def _walk(value: Any) -> Iterator[Thing]:
    """Every thing in reading order: the top ones, those in graphs, and those nested in main entities."""
    stack = [value]
    seen = 0
    while stack and seen < MAX_THINGS:
        item = stack.pop()
        seen += 1
        if isinstance(item, list):
            stack.extend(reversed(item))
        elif isinstance(item, dict):
            yield item
            inner = [
                item[key] for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart") if key in item
            ]
            stack.extend(part for part in reversed(inner) if isinstance(part, (dict, list)))


def _article(things: list[Thing], address: str) -> Thing:
    candidates = [thing for thing in things if any(ARTICLE_TYPES.match(name) for name in types(thing))]
    if not candidates:
        pages = [thing for thing in things if _PAGE_TYPES & set(types(thing)) and "headline" in thing]
        return pages[0] if len(pages) == 1 else {}
    plain = address.rstrip("/")
    if plain and len(candidates) > 1:
        for thing in candidates:
            named = [thing.get("url"), thing.get("@id"), _address(thing.get("mainEntityOfPage"))]
            if any(isinstance(name, str) and name.split("#")[0].rstrip("/") == plain for name in named):
                return thing
    if len({text(thing.get("headline") or thing.get("name")) for thing in candidates}) >= LIST_OF_ARTICLES:
        return {}
    return max(candidates[:50], key=_fullness)


def own_address(thing: Thing) -> str:
    """The address that a thing gives for itself, without a fragment; empty when it gives none."""
    for value in (_address(thing.get("mainEntityOfPage")), thing.get("url"), thing.get("@id")):
        if isinstance(value, str) and value.startswith(("http://", "https://")):
            return value.split("#")[0]
    return ""


def _address(value: Any) -> Any:
    return value.get("@id") if isinstance(value, dict) else value


def _fullness(thing: Thing) -> int:
    """How much a thing says of what an article says; a tie goes to the first."""
    keys = ("headline", "articleBody", "datePublished", "author", "articleSection", "description", "image")
    return sum(key in thing for key in keys) + ("headline" in thing)
