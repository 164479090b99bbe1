"""A question and its answer, as the engine knows them: frozen, and free of HTTP.

PERF: what an answer has by the dozen are msgspec's structs: making one takes an eighth of the time, and the
API sends some as they are. ``gc=False`` says that a struct can be part of no cycle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from indexer.backends.base import Sort
from indexer.highlight import Highlight

MatchMode = Literal["exact", "all_words", "some_words", "filter", "pinned"]
ARROW: Final = " \u2192 "  # in what is said of a synonym: what was typed, what it was also found as
QuoteMatch = Literal["exact", "near"]


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a visitor asks, already validated in shape (types and ranges), not yet in meaning.

    ``fields`` is a non-empty subset of ``("title", "content")``. ``filters`` maps a filter field
    (type, category, tag, lang, author) to slugs as given. Days are inclusive ISO days or empty.
    ``page`` counts from 1. ``facets`` names the fields to count. ``prefix`` lets the last word
    stand for words that begin with it (while typing).
    """

    text: str
    exact: bool = False
    fields: tuple[str, ...] = ("title", "content")
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    published_from: str = ""
    published_to: str = ""
    sort: Sort = "relevance"
    page: int = 1
    per_page: int = 10
    facets: tuple[str, ...] = ("category", "type", "lang")
    prefix: bool = False
    explain: bool = False


class LabelledValue(Struct, frozen=True, gc=False):
    """A taxonomy value as shown: ``value`` goes into addresses, ``label`` is read."""

    value: str
    label: str


class FacetValue(Struct, frozen=True, gc=False):
    """One row of a facet."""

    value: str
    label: str
    count: Annotated[int, Meta(ge=0)]
    selected: bool


class Highlights(Struct, frozen=True, gc=False):
    """The title with its matches, and the passages of the text that matched."""

    title: Highlight
    content: tuple[Highlight, ...]


class Matched(Struct, frozen=True, gc=False):
    """How the article matched, and which fields hold words of the question."""

    mode: MatchMode
    fields: tuple[str, ...]


class Hit(Struct, frozen=True):
    """One article of the answer; ``published_at`` is a day or empty, ``explanation`` there when asked for."""

    id: str
    url: str
    title: str
    type: LabelledValue
    categories: tuple[LabelledValue, ...]
    tags: tuple[LabelledValue, ...]
    lang: str
    author: str
    published_at: str
    image: str
    description: str
    score: float
    highlights: Highlights
    matched: Matched
    explanation: tuple[str, ...] | UnsetType = UNSET


class Applied(Struct, frozen=True):
    """What was done to the question beyond what was typed.

    ``relaxed``: few articles or none have all the words, so those with some are shown, too (see
    :mod:`.relaxing`); ``complete`` articles have them all. ``ignored``: words that could not be asked
    for (stop words). ``corrected``: the text with typos replaced, when typos were tried; ``unknown``:
    words no article has. ``synonyms``: words and what they were also found as. ``rules``: the names of the
    administrator's rules that changed the answer; ``redirect``: an address that one sends readers to.
    """

    relaxed: bool = False
    complete: int = 0
    synonyms: tuple[str, ...] = ()
    corrected: str | None = None
    rules: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    redirect: str | None = None


class SearchResult(Struct, frozen=True):
    """The answer. ``pages`` counts pages that can be asked for; ``took_ms`` is the engine's own time.

    ``generation`` names the commit of the index it comes from, ``version`` tells that from any other.
    ``state`` names all that the answer depends on beside the question (:attr:`.engine.Engine.state`).
    """

    request: SearchRequest
    applied: Applied
    total: int
    pages: int
    took_ms: float
    generation: str
    version: str
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    state: str = ""


class Suggestion(Struct, frozen=True):
    """One row of the suggest answer; ``kind`` groups it. ``url`` is empty for a query to run.

    What an article is shown by beside its title: its day, its categories, and a ``snippet`` of its text.
    """

    kind: Literal["article", "category", "query", "spelling"]
    text: str
    highlight: Highlight
    url: str = ""
    value: str = ""
    count: int | None = None
    lang: str = ""
    published_at: str = ""
    categories: tuple[LabelledValue, ...] = ()
    snippet: Highlight | None = None


class Suggestions(Struct, frozen=True):
    """The suggest answer: how many articles a search finds so far, the right spelling it is for, and rows.

    ``state`` is as in :class:`SearchResult`.
    """

    total: int
    corrected: str | None
    rows: tuple[Suggestion, ...]
    state: str = ""


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """A passage that somebody has, and wants to know where it stands.

    ``filters`` are as in :class:`SearchRequest`; ``limit`` is how many places are wanted at most.
    """

    text: str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limit: int = 10


class Stretch(Struct, frozen=True, gc=False):
    """Where in an article a quote stands: its lines as they are printed, and from where to where in them."""

    text: str
    start: int
    end: int


class QuoteHit(Struct, frozen=True):
    """An article that holds the quote, or a passage near to it.

    ``agreement`` is the share of the quote's words that stand in the passage in the same order;
    the ranges of ``passage`` mark these. ``stretch`` is what a link can lead to.
    """

    id: str
    url: str
    title: str
    categories: tuple[LabelledValue, ...]
    lang: str
    published_at: str
    match: QuoteMatch
    agreement: float
    passage: Highlight
    stretch: Stretch


class QuoteResult(Struct, frozen=True):
    """Where a quote stands: ``exact`` articles hold it word for word. They come first, then the nearest.

    ``took_ms``, ``generation`` and ``version`` are as in :class:`SearchResult`.
    """

    request: QuoteRequest
    exact: int
    took_ms: float
    generation: str
    version: str
    hits: tuple[QuoteHit, ...]


__all__ = [
    "Applied",
    "FacetValue",
    "Highlight",
    "Highlights",
    "Hit",
    "LabelledValue",
    "MatchMode",
    "Matched",
    "QuoteHit",
    "QuoteMatch",
    "QuoteRequest",
    "QuoteResult",
    "SearchRequest",
    "SearchResult",
    "Stretch",
    "Suggestion",
    "Suggestions",
]
