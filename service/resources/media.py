"""The JSON of every answer: one struct each, which is both the encoder and the schema. Free of Falcon.

PERF: what an answer has by the dozen is encoded as the engine makes it, see :mod:`..search.request`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct, field

from ..search.request import FacetValue, Highlight, Hit, LabelledValue, QuoteMatch

encode: Final = msgspec.json.Encoder(decimal_format="number").encode

Count = Annotated[int, Meta(ge=0)]


class QueryMedia(Struct, frozen=True):
    """The question as it was understood."""

    text: str
    exact: bool
    in_: list[str] = field(name="in")
    type: list[str]
    category: list[str]
    tag: list[str]
    lang: list[str]
    author: list[str]
    from_: str = field(name="from")
    to: str
    sort: str
    prefix: bool


class AppliedMedia(Struct, frozen=True):
    """What was done beyond what was typed."""

    relaxed: bool
    synonyms: list[str]
    corrected: str | None
    rules: list[str]
    ignored: list[str]
    unknown: list[str]
    redirect: str | None


class LinksMedia(Struct, frozen=True):
    """Addresses of this page of the answer and its neighbours."""

    self: str
    next: str | None
    prev: str | None


class SearchMedia(Struct, frozen=True):
    """The answer to a search."""

    query: QueryMedia
    applied: AppliedMedia
    total: Count
    page: int
    per_page: int
    pages: Count
    took_ms: float
    generation: str
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    links: LinksMedia


class QuoteQueryMedia(Struct, frozen=True):
    """The passage and the filters as they were understood."""

    text: str
    type: list[str]
    category: list[str]
    lang: list[str]
    limit: int


class QuoteHitMedia(Struct, frozen=True):
    """An article in which the passage stands, or one near to it; ``link`` leads to the very place."""

    id: str
    url: str
    title: str
    categories: tuple[LabelledValue, ...]
    lang: str
    published_at: str
    match: QuoteMatch
    agreement: Annotated[float, Meta(ge=0, le=1)]
    passage: Highlight
    link: str


class QuoteMedia(Struct, frozen=True):
    """Where a passage stands. ``exact`` articles have it word for word; these come first."""

    query: QuoteQueryMedia
    exact: Count
    took_ms: float
    generation: str
    hits: list[QuoteHitMedia]


class SuggestionMedia(Struct, frozen=True):
    """One row of the suggest answer. ``link`` is the article's address, at the passage of the snippet."""

    kind: str
    text: str
    highlight: Highlight
    url: str
    link: str
    value: str
    count: int | None
    lang: str
    published_at: str
    categories: tuple[LabelledValue, ...]
    snippet: Highlight | None


class SuggestMedia(Struct, frozen=True):
    """What could be meant by what has been typed so far."""

    q: str
    total: Count
    corrected: str | None
    suggestions: list[SuggestionMedia]
    generation: str


class TermMedia(Struct, frozen=True):
    """A taxonomy value with the number of articles that have it."""

    value: str
    label: str
    count: Count


class CategoriesMedia(Struct, frozen=True):
    """Every category, in the site's order."""

    categories: list[TermMedia]
    generation: str


class TypesMedia(Struct, frozen=True):
    """Every post type, in the site's order."""

    types: list[TermMedia]
    generation: str


class FreshnessMedia(Struct, frozen=True):
    """How the article stands: when it was accepted, and whether searches have it yet.

    ``indexed_at`` is when the index last changed, for whichever article that was.
    """

    digest: str
    sequence: int
    accepted_at: str
    searchable: bool
    indexed_at: str | None


class ArticleMedia(Struct, frozen=True):
    """An article's metadata."""

    id: str
    url: str
    title: str
    type: LabelledValue
    categories: list[LabelledValue]
    tags: list[LabelledValue]
    lang: str
    author: str
    published_at: str
    modified_at: str
    image: str
    description: str
    freshness: FreshnessMedia


class BlockMedia(Struct, frozen=True):
    """A part of the page that was kept."""

    kind: str
    level: int
    text: str


class DroppedMedia(Struct, frozen=True):
    """A part of the page that was dropped, and the rule that dropped it."""

    rule: str
    where: str
    text: str


class ExtractedMedia(Struct, frozen=True):
    """What was read out of the article's page."""

    id: str
    title: str
    kept: list[BlockMedia]
    dropped: list[DroppedMedia]


class TaskMedia(Struct, frozen=True):
    """A task. ``subject`` is the article's id, or empty; ``progress`` and ``report`` as far as known."""

    id: str
    kind: str
    state: str
    subject: str
    sequence: int
    created_at: str
    started_at: str | None
    finished_at: str | None
    progress: dict[str, Any] | None
    report: dict[str, Any] | None
    error: str | None
    url: str


class TasksMedia(Struct, frozen=True):
    """Tasks, newest first."""

    tasks: list[TaskMedia]


class AcceptedMedia(Struct, frozen=True):
    """A change that is accepted and durable; the task brings it to the index."""

    task_id: str
    task: str
    article_id: str
    sequence: int


class LiveMedia(Struct, frozen=True):
    """The process is up."""

    status: str


class ReadyMedia(Struct, frozen=True):
    """What is being served. ``lag`` is how many changes the index is behind the catalog.

    It and ``catalog_sequence`` are null while the catalog cannot be read, as on a full disk.
    """

    status: str
    generation: str
    articles: Count
    sequence: int
    catalog_sequence: int | None
    lag: Count | None
    indexed_at: str | None
