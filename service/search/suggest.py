"""While typing: articles, titles first, categories, popular queries, and one spelling fix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

import msgspec
from rapidfuzz.distance import OSA

from indexer.analysis import chunks, folded_form
from indexer.backends.base import Document, Reader, Search
from indexer.highlight import Shape
from indexer.limits import FUZZY_MIN_LENGTH
from indexer.matching import find_marks
from indexer.query import AllOf, Ids, Not, Prefix, leaves
from indexer.ranking import Ranking

from .grammar import Item, parse
from .highlight import to_highlight, whole
from .plan import Plan, make_plan
from .request import FacetValue, Highlight, LabelledValue, SearchRequest, Suggestion, Suggestions
from .tuning import Tuning
from .wording import edits_allowed, may_be_typo

MAX_CATEGORIES: Final = 3  # so that articles keep most of a short list
MAX_QUERIES: Final = 3  # as above
SNIPPET_CHARACTERS: Final = 120  # a line of a list on a desktop, two on a phone
_SNIPPET: Final = Shape(width=SNIPPET_CHARACTERS, before=30, reach=90, most=1)
_STEM_LETTERS: Final = 3  # of a word that is being typed: those that are taken to be right
_COMPLETIONS: Final = 1_024  # words that begin so, which are compared with what was typed


@dataclass(frozen=True, slots=True)
class Category:
    """A category that may be suggested: its folded words, and how many articles it has."""

    slug: str
    label: str
    words: tuple[str, ...]
    count: int


def categories_of(values: Iterable[FacetValue]) -> tuple[Category, ...]:
    """The values of the taxonomy as they are looked through."""
    return tuple(Category(value.value, value.label, _words(value.label), value.count) for value in values)


def _words(text: str) -> tuple[str, ...]:
    return tuple(token.folded for tokens in chunks(text) for token in tokens)


@dataclass(frozen=True, slots=True)
class Suggesting:
    """What a suggestion is made from: the index, the tuning, the categories, a day and a deadline. Articles
    whose ids are ``hidden`` are not found.
    """

    reader: Reader
    tuning: Tuning
    known: Sequence[Category]
    ranking: Ranking
    deadline: float
    hidden: tuple[str, ...] = ()

    def answer(self, request: SearchRequest, limit: int) -> Suggestions:
        """At most ``limit`` rows for the text of ``request``, under its switches and filters.

        When no article has a word, the nearest one that some have is looked for instead; the first row says
        so. ``total`` is how many articles the search for the text, or for its right spelling, finds so far.
        """
        text = request.text.strip()
        if not text:
            return Suggestions(0, None, tuple(self._popular((), limit)))
        typed = replace(request, text=text, prefix=not request.exact, facets=())
        plan = self._plan(typed)
        unknown = plan.unknown if self.tuning.typos else ()
        corrected = correct(self.reader, text, unknown, typing=True) if unknown else None
        if corrected is None:
            rows, total = self._rows(typed, plan, limit)
            return Suggestions(total, None, rows)
        spelling = Suggestion("spelling", corrected, to_highlight(corrected, ()))
        asked = replace(typed, text=corrected)
        rows, total = self._rows(asked, self._plan(asked), limit - 1)
        return Suggestions(total, corrected, (spelling, *rows))

    def _plan(self, request: SearchRequest) -> Plan:
        """The plan of a text being typed: its last word is known when words begin so."""
        items = parse(request.text) if request.prefix else ()
        last = items[-1].words[0][0].surface if items and items[-1].typing else ""

        def knows(word: str) -> bool:
            return self.reader.knows(word) or (word == last and self._begins(word))

        return make_plan(request, self.tuning, knows)

    def _begins(self, word: str) -> bool:
        search = Search(Prefix(word), limit=0, deadline=self.deadline)
        return self.reader.execute(search).total > 0

    def _rows(self, request: SearchRequest, plan: Plan, limit: int) -> tuple[tuple[Suggestion, ...], int]:
        if not leaves(plan.query):
            return (), 0  # nothing but exclusions: everything else would be no suggestion
        typed = _typed(request.text)
        categories = _categories(self.known, typed, min(limit, MAX_CATEGORIES))
        queries = tuple(self._popular(typed, min(limit - len(categories), MAX_QUERIES)))
        articles, total = self._articles(request, plan, limit - len(categories) - len(queries))
        return (*categories, *queries, *articles), total

    def _articles(self, request: SearchRequest, plan: Plan, limit: int) -> tuple[list[Suggestion], int]:
        """Articles with the words in their title, then those with them anywhere; and how many there are."""
        titles: dict[str, Document] = {}
        if len(request.fields) > 1:
            plan_of_titles = self._plan(replace(request, fields=("title",)))
            titles, _ = self._found(request, plan_of_titles, limit)
        anywhere, total = self._found(request, plan, limit)
        if not total and plan.relaxed is not None:  # as the search will, which says so
            anywhere, total = self._found(request, msgspec.structs.replace(plan, query=plan.relaxed), limit)
        # A document of the second search knows what its text has of the words, too.
        best = {key: anywhere.get(key, document) for key, document in titles.items()} | anywhere
        return [_article(document) for document in islice(best.values(), limit)], total

    def _found(self, request: SearchRequest, plan: Plan, limit: int) -> tuple[dict[str, Document], int]:
        search = Search(
            AllOf((plan.query, Not(Ids(self.hidden)))) if self.hidden else plan.query,
            filters=request.filters,
            published_from=request.published_from,
            published_to=request.published_to,
            limit=limit,
            ranking=self.ranking,
            words=plan.words,
            deadline=self.deadline,
        )
        found = self.reader.execute(search)
        return {scored.document.article.id: scored.document for scored in found.hits}, found.total

    def _popular(self, typed: Sequence[str], limit: int) -> Iterator[Suggestion]:
        """Queries of the tuning that hold every word typed, the last one by its beginning; with none, all.

        What has been typed already is no offer.
        """
        known = [(text, _typed(text)) for text in self.tuning.popular]
        matching = [
            text for text, words in known if not typed or (_holds(words, typed) and words != tuple(typed))
        ]
        for text in matching[: max(limit, 0)]:
            yield Suggestion("query", text, _marked(text, typed))


def _article(document: Document) -> Suggestion:
    article, _, title, content = document.shown(_SNIPPET)
    return Suggestion(
        "article",
        article.title,
        title,
        url=article.url,
        value=article.id,
        lang=article.lang,
        published_at=article.published_at[:10],
        categories=tuple(LabelledValue(label.slug, label.label) for label in article.categories),
        snippet=content[0] if content else None,
    )


def _typed(text: str) -> tuple[str, ...]:
    """The folded words typed, the parts of compounds for themselves."""
    return tuple(
        folded_form(token.surface) for tokens in chunks(text) for token in tokens if token.length == 1
    )


def _holds(words: Sequence[str], typed: Sequence[str]) -> bool:
    return all(word in words for word in typed[:-1]) and any(word.startswith(typed[-1]) for word in words)


def _categories(known: Sequence[Category], typed: Sequence[str], limit: int) -> tuple[Suggestion, ...]:
    """Categories whose label holds every word typed, the last one by its beginning."""
    found = [category for category in known if typed and _holds(category.words, typed)]
    found.sort(key=lambda category: (-category.count, category.label, category.slug))
    return tuple(
        Suggestion(
            "category",
            category.label,
            _marked(category.label, typed),
            value=category.slug,
            count=category.count,
        )
        for category in found[:limit]
    )


def _marked(label: str, typed: Sequence[str]) -> Highlight:
    return whole(find_marks(label, tuple(Prefix(word, ("title",)) for word in typed), "title", "und"))


def correct(reader: Reader, text: str, unknown: Sequence[Item], *, typing: bool = False) -> str | None:
    """The text with each unknown word replaced by the nearest one the index knows, or ``None``.

    While ``typing``, a last word with a typo may also be replaced by one that begins nearly so. A search for
    the whole word would not find that.
    """
    pieces, at, changed = [], 0, False
    for item in unknown:
        nearest = _nearest(reader, item, typing=typing and item.typing)
        if nearest:
            pieces += [text[at : item.start], nearest]
            at, changed = item.end, True
    return "".join([*pieces, text[at:]]) if changed else None


def _nearest(reader: Reader, item: Item, *, typing: bool) -> str:
    if not may_be_typo(item):
        return ""
    surface = item.words[0][0].surface
    found = reader.similar(surface, edits_allowed(surface), limit=1)
    return found[0][0] if found else _begun(reader, surface) if typing else ""


def _begun(reader: Reader, surface: str) -> str:
    """The most frequent word that begins as what was typed, one edit aside: ``presidn`` for president."""
    if len(surface) < FUZZY_MIN_LENGTH:
        return ""
    for word, _ in reader.complete(surface[:_STEM_LETTERS], _COMPLETIONS):
        beginnings = (word[: len(surface) + change] for change in (0, 1, -1))
        if any(OSA.distance(surface, start, score_cutoff=1) <= 1 for start in beginnings):
            return word
    return ""
