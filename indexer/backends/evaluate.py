"""The query tree over lists of occurrences: which documents, and how well. Plain and exact.

A backend that can list where a leaf occurs (:class:`Occurrences`) gets the rest from here:
the set algebra of the tree, BM25F, the bonuses, filters, facets, order and paging.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from .. import ranking as formulas
from ..errors import BoundExceeded, Message, TimeBudgetExceeded
from ..fields import TEXT
from ..limits import MAX_EXPANSIONS, RESCORE_WINDOW
from ..matching import Span
from ..query import (
    AllOf,
    AnyOf,
    Boost,
    Everything,
    Fuzzy,
    Ids,
    Leaf,
    Not,
    Nothing,
    Phrase,
    Prefix,
    Query,
    Some,
    Word,
    leaves,
)
from .base import Found, Record, Scored, Search
from .explaining import coverage_of, explain_parts
from .plain import PlainDocument

Hits = dict[int, float]  # document number -> score
Finding = Mapping[int, Mapping[str, Sequence[Span]]]  # document number -> field -> where


class Occurrences(Protocol):
    """What a backend knows. Document numbers are its own, of live documents only."""

    def documents(self) -> Collection[int]:
        """Every live document."""

    def find(self, leaf: Leaf, watch: Watch) -> Finding:
        """Where a leaf occurs, in the leaf's fields."""

    def length(self, document: int, field: str) -> int:
        """Positions in a field of a document."""

    def average_length(self, field: str) -> float:
        """The mean of :meth:`length` over the live documents."""

    def with_value(self, field: str) -> Mapping[str, Collection[int]]:
        """Slug to the documents that carry it, for a filter field."""

    def day(self, document: int) -> int | None:
        """The day of publication as a proleptic ordinal."""

    def tie(self, document: int) -> int:
        """A number fixed by the article's id: the last word on order."""

    def record(self, document: int) -> Record:
        """The stored article."""

    def document_of(self, article_id: str) -> int:
        """The live document of an article, or -1."""


class Watch:
    """A time budget, looked at every so many steps."""

    STEPS = 2048  # reading the clock costs about as much as a few steps

    def __init__(self, deadline: float | None) -> None:
        self._deadline = deadline
        self._started = time.monotonic()
        self._steps = 0

    def step(self, count: int = 1) -> None:
        """Count work done; raise :class:`TimeBudgetExceeded` once the deadline has passed."""
        self._steps += count
        if self._steps >= self.STEPS:
            self._steps = 0
            self.look()

    def look(self) -> None:
        """Look at the clock now."""
        if self._deadline is not None and time.monotonic() > self._deadline:
            raise TimeBudgetExceeded(max(0.0, self._deadline - self._started))


def window() -> int:
    """How many of the best hits are scored anew with what is added for closeness, title and freshness."""
    return RESCORE_WINDOW


def execute(source: Occurrences, search: Search) -> Found:
    """Answer a search; see :class:`~indexer.backends.base.Reader`."""
    return _Evaluation(source, search).answer()


class _Evaluation:
    """One search under way; remembers what each leaf found."""

    def __init__(self, source: Occurrences, search: Search) -> None:
        self._source = source
        self._search = search
        self._ranking = search.ranking
        self._watch = Watch(search.deadline)
        self._found: dict[Leaf, Finding] = {}

    def answer(self) -> Found:
        scores = {doc: score * self._boost(doc) for doc, score in self._scores(self._search.query).items()}
        facets = {name: self._facet(name, scores) for name in self._search.facets}
        allowed = self._allowed(scores.keys())
        hits = {document: scores[document] for document in allowed}
        page = self._page(hits)
        places = enumerate(page, start=self._search.offset)
        return Found(len(hits), tuple(self._hit(*hit, self._rescored(at)) for at, hit in places), facets)

    def _boost(self, document: int) -> float:
        """The factor of a document by what it carries."""
        if not self._ranking.boosts:
            return 1.0
        carried = {
            name: [slug for slug, documents in self._source.with_value(name).items() if document in documents]
            for name in self._ranking.boosts
        }
        return formulas.boost(carried, self._ranking)

    # -- which documents, and their scores -------------------------------------------------

    def _scores(self, query: Query) -> Hits:
        self._watch.look()
        match query:
            case AllOf(children):
                return self._all_of(children)
            case AnyOf(children):
                return self._any_of(children)
            case Some(children):
                return self._some(children)
            case Boost(child, factor):
                return {document: score * factor for document, score in self._scores(child).items()}
            case Not(child):
                return self._without(dict.fromkeys(self._source.documents(), 0.0), child)
            case Ids(ids):
                found = (self._source.document_of(article_id) for article_id in ids)
                return {document: 0.0 for document in found if document >= 0}
            case Everything() | Nothing():
                return dict.fromkeys(self._source.documents() if isinstance(query, Everything) else (), 0.0)
            case Word() | Phrase() | Prefix() | Fuzzy():
                return self._leaf(query)

    def _all_of(self, children: tuple[Query, ...]) -> Hits:
        wanted = [self._scores(child) for child in children if not isinstance(child, Not)]
        if not wanted:
            wanted = [dict.fromkeys(self._source.documents(), 0.0)]
        fewest = min(wanted, key=len)
        hits = {
            doc: sum(part[doc] for part in wanted) for doc in fewest if all(doc in part for part in wanted)
        }
        for child in children:
            if isinstance(child, Not):
                hits = self._without(hits, child.child)
        return hits

    def _without(self, hits: Hits, excluded: Query) -> Hits:
        gone = self._scores(excluded)
        return {document: score for document, score in hits.items() if document not in gone}

    def _any_of(self, children: tuple[Query, ...]) -> Hits:
        best: Hits = {}
        for child in children:
            for document, score in self._scores(child).items():
                if score >= best.get(document, 0.0):
                    best[document] = score
        return best

    def _some(self, children: tuple[Query, ...]) -> Hits:
        sums: Hits = {}
        counts: dict[int, int] = {}
        for child in children:
            for document, score in self._scores(child).items():
                sums[document] = sums.get(document, 0.0) + score
                counts[document] = counts.get(document, 0) + 1
        return {
            document: score * formulas.coverage(counts[document], len(children), self._ranking)
            for document, score in sums.items()
        }

    def _leaf(self, leaf: Leaf) -> Hits:
        hits: Hits = {}
        rarity = self._rarity(leaf)
        average = self._weighted(leaf, self._source.average_length)
        for document, fields in self._finding(leaf).items():
            hits[document] = rarity * self._saturation(leaf, document, fields, average)
            self._watch.step()
        return hits

    def _rarity(self, leaf: Leaf) -> float:
        return formulas.idf(len(self._source.documents()), len(self._finding(leaf)))

    def _finding(self, leaf: Leaf) -> Finding:
        if leaf not in self._found:
            self._found[leaf] = self._source.find(leaf, self._watch)
        return self._found[leaf]

    def _saturation(
        self, leaf: Leaf, document: int, fields: Mapping[str, Sequence[Span]], average: float
    ) -> float:
        weights = self._ranking.weights
        frequency = sum(weights[name] * sum(span.weight for span in spans) for name, spans in fields.items())
        length = self._weighted(leaf, lambda name: self._source.length(document, name))
        return formulas.saturation(frequency, length, average, self._ranking)

    def _weighted(self, leaf: Leaf, length: Callable[[str], float]) -> float:
        return sum(self._ranking.weights[name] * length(name) for name in leaf.fields)

    # -- filters and facets ----------------------------------------------------------------

    def _allowed(self, documents: Iterable[int], leave_out: str = "") -> set[int]:
        allowed = set(documents)
        for name, values in self._search.filters.items():
            if values and name != leave_out:
                carriers = self._source.with_value(name)
                allowed &= set().union(*(carriers.get(value, ()) for value in values))
        return self._in_dates(allowed)

    def _in_dates(self, documents: set[int]) -> set[int]:
        first, last = ordinal(self._search.published_from), ordinal(self._search.published_to)
        if first is None and last is None:
            return documents
        low, high = first or 0, last or date.max.toordinal()
        days = ((document, self._source.day(document)) for document in documents)
        return {document for document, day in days if day is not None and low <= day <= high}

    def _facet(self, name: str, scores: Hits) -> tuple[tuple[str, int], ...]:
        allowed = self._allowed(scores.keys(), leave_out=name)
        chosen = self._search.filters.get(name, ())
        counts = {
            slug: len(allowed.intersection(docs)) for slug, docs in self._source.with_value(name).items()
        }
        counts.update((slug, 0) for slug in chosen if slug not in counts)
        shown = [(slug, count) for slug, count in counts.items() if count or slug in chosen]
        return tuple(sorted(shown, key=lambda pair: (-pair[1], pair[0])))

    # -- order and paging ------------------------------------------------------------------

    def _page(self, hits: Hits) -> list[tuple[int, float]]:
        first, last = self._search.offset, self._search.offset + self._search.limit
        if self._search.sort != "relevance":
            return heapq.nsmallest(last, hits.items(), key=self._by_day)[first:]
        window = heapq.nsmallest(max(last, RESCORE_WINDOW), hits.items(), key=self._by_score)
        best = [(doc, score * self._factor(doc)) for doc, score in window[:RESCORE_WINDOW]]
        return (sorted(best, key=self._by_score) + window[RESCORE_WINDOW:])[first:last]

    def _by_score(self, hit: tuple[int, float]) -> tuple[float, int, int]:
        return -round(hit[1], 9), -(self._source.day(hit[0]) or 0), self._source.tie(hit[0])

    def _by_day(self, hit: tuple[int, float]) -> tuple[bool, int, float, int]:
        day = self._source.day(hit[0])
        signed = (day or 0) * (1 if self._search.sort == "oldest" else -1)
        return day is None, signed, -round(hit[1], 9), self._source.tie(hit[0])

    def _factor(self, document: int) -> float:
        proximity, title = self._bonuses(document)
        return (1.0 + proximity + title) * self._recency(document)

    def _bonuses(self, document: int) -> tuple[float, float]:
        words = self._search.words
        if not words:
            return 0.0, 0.0
        self._watch.step(len(words))
        found = [self._finding(word).get(document, {}) for word in words]
        positions = [
            {name: [span.position for span in spans] for name, spans in fields.items()} for fields in found
        ]
        in_title = {position for fields in positions for position in fields.get("title", ())}
        words_in_title = sum("title" in fields for fields in positions)
        title = formulas.title_bonus(
            words_in_title, len(words), len(in_title), self._source.length(document, "title"), self._ranking
        )
        return formulas.proximity_bonus(positions, self._ranking), title

    def _recency(self, document: int) -> float:
        return formulas.recency(self._source.day(document), ordinal(self._ranking.today), self._ranking)

    # -- what is shown ---------------------------------------------------------------------

    def _rescored(self, place: int) -> bool:
        """Whether the hit at a place of the whole order has the bonuses and recency in its score."""
        return self._search.sort == "relevance" and place < RESCORE_WINDOW

    def _hit(self, document: int, score: float, rescored: bool) -> Scored:
        record = self._source.record(document)
        query = leaves(self._search.query)
        hit = Scored(PlainDocument(record, self._fields(document, query), query), score)
        if not self._search.explain:
            return hit
        coverage = coverage_of(self, self._search.query, document)
        boost = self._boost(document)
        hit = hit._replace(parts=explain_parts(self, document, record), coverage=coverage, boost=boost)
        if not rescored:
            return hit
        proximity, title = self._bonuses(document)
        recency = self._recency(document)
        return hit._replace(proximity_bonus=proximity, title_bonus=title, recency=recency)

    def _fields(self, document: int, query: Sequence[Leaf]) -> tuple[str, ...]:
        """The fields any leaf was found in."""
        found = [self._finding(leaf).get(document, {}) for leaf in query]
        return tuple(name for name in TEXT if any(name in fields for fields in found))

    # -- for explanations ------------------------------------------------------------------

    @property
    def search(self) -> Search:
        """What is asked."""
        return self._search

    def holders(self, leaf: Leaf) -> int:
        """How many documents hold a leaf."""
        return len(self._finding(leaf))

    def rarity(self, leaf: Leaf) -> float:
        """The idf of a leaf."""
        return self._rarity(leaf)

    def share(self, leaf: Leaf, document: int) -> float | None:
        """A leaf's own score for a document; ``None`` where it is not found."""
        fields = self._finding(leaf).get(document)
        if not fields:
            return None
        average = self._weighted(leaf, self._source.average_length)
        return self._rarity(leaf) * self._saturation(leaf, document, fields, average)

    def is_any(self, ids: Sequence[str], document: int) -> bool:
        """Whether a document is the article of one of some ids."""
        return any(self._source.document_of(article_id) == document for article_id in ids)

    def counts(self, leaf: Leaf, document: int) -> Mapping[str, int]:
        """How often a leaf is found in each field of a document."""
        return {name: len(spans) for name, spans in self._finding(leaf)[document].items()}

    def look(self) -> None:
        """Raise once the time is up."""
        self._watch.look()


def check_expansions(leaf: Leaf | Ids, count: int) -> None:
    """Refuse a prefix that was typed as such and stands for more words than may be looked for.

    Raises:
        BoundExceeded: it does.
    """
    if isinstance(leaf, Prefix) and leaf.whole and count > MAX_EXPANSIONS:
        detail = f"more than {MAX_EXPANSIONS} words begin with {leaf.text!r}; type more letters"
        said = Message("too_many_expansions", {"text": leaf.text, "most": MAX_EXPANSIONS})
        raise BoundExceeded("q", "expansions", detail, said)


def ordinal(day: str) -> int | None:
    """The proleptic ordinal of an ISO day, or of the day of a date and time; ``None`` for an empty one."""
    return date.fromisoformat(day[:10]).toordinal() if day else None


def day_of(published_at: str) -> int | None:
    """The ordinal of an ISO date or date and time; ``None`` when there is none or it is not one."""
    try:
        return ordinal(published_at)
    except ValueError:
        return None
