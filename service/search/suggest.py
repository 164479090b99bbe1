"""While typing: articles by their title, categories, and one spelling fix."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from indexer.analysis import chunks, folded_form
from indexer.backends.base import Reader, Search
from indexer.matching import find_marks
from indexer.query import Prefix, leaves

from .grammar import Item
from .highlight import whole
from .plan import Tuning, edits_allowed, make_plan, may_be_typo
from .request import FacetValue, Highlight, SearchRequest, Suggestion

MAX_CATEGORIES = 3  # so that articles keep most of a short list


@dataclass(frozen=True, slots=True)
class Category:
    """A category that may be suggested: its folded words, and how many articles it has."""

    slug: str
    label: str
    words: tuple[str, ...]
    count: int


def categories_of(values: Iterable[FacetValue]) -> tuple[Category, ...]:
    """The values of the taxonomy as they are looked through."""
    return tuple(
        Category(
            value.value,
            value.label,
            tuple(token.folded for tokens in chunks(value.label) for token in tokens),
            value.count,
        )
        for value in values
    )


def suggestions(  # noqa: PLR0913, PLR0917  all that a suggestion depends on
    reader: Reader,
    tuning: Tuning,
    known: Sequence[Category],
    text: str,
    limit: int,
    lang: str | None,
    deadline: float,
    today: str,
) -> tuple[Suggestion, ...]:
    """At most ``limit`` rows: categories, then articles, or a spelling fix when there is neither."""
    text = text.strip()
    if not text:
        return ()
    request = SearchRequest(text, fields=("title",), prefix=True, filters={"lang": (lang,)} if lang else {})
    plan = make_plan(request, tuning, reader.knows)
    if not leaves(plan.query):
        return ()  # nothing but exclusions: everything else would be no suggestion
    categories = _categories(known, text, min(limit, MAX_CATEGORIES))
    search = Search(
        plan.query,
        filters=request.filters,
        limit=limit - len(categories),
        ranking=replace(tuning.ranking, today=today),
        words=plan.words,
        deadline=deadline,
    )
    articles = []
    for scored in reader.execute(search).hits:
        article = scored.document.article
        marked = whole(scored.document.marks("title"))
        articles.append(
            Suggestion("article", article.title, marked, url=article.url, value=article.id, lang=article.lang)
        )
    rows = (*categories, *articles)
    return rows or _spelling(reader, text, plan.unknown)


def _categories(known: Sequence[Category], text: str, limit: int) -> tuple[Suggestion, ...]:
    """Categories whose label holds every word typed, the last one by its beginning."""
    typed = [folded_form(token.surface) for tokens in chunks(text) for token in tokens if token.length == 1]
    if not typed:
        return ()
    found = [
        category
        for category in known
        if all(word in category.words for word in typed[:-1])
        and any(word.startswith(typed[-1]) for word in category.words)
    ]
    found.sort(key=lambda category: (-category.count, category.label, category.slug))
    return tuple(
        Suggestion(
            "category",
            category.label,
            _marked_label(category.label, typed),
            value=category.slug,
            count=category.count,
        )
        for category in found[:limit]
    )


def _marked_label(label: str, typed: Sequence[str]) -> Highlight:
    return whole(find_marks(label, tuple(Prefix(word, ("title",)) for word in typed), "title", "und"))


def _spelling(reader: Reader, text: str, unknown: Sequence[Item]) -> tuple[Suggestion, ...]:
    corrected = correct(reader, text, unknown)
    if corrected is None:
        return ()
    return (Suggestion("spelling", corrected, Highlight("", corrected, ())),)


def correct(reader: Reader, text: str, unknown: Sequence[Item]) -> str | None:
    """The text with each unknown word replaced by the nearest one the index knows, or ``None``."""
    pieces, at, changed = [], 0, False
    for item in unknown:
        nearest = _nearest(reader, item)
        if nearest:
            pieces += [text[at : item.start], nearest]
            at, changed = item.end, True
    return "".join([*pieces, text[at:]]) if changed else None


def _nearest(reader: Reader, item: Item) -> str:
    if not may_be_typo(item):
        return ""
    surface = item.words[0][0].surface
    found = reader.similar(surface, edits_allowed(surface), limit=1)
    return found[0][0] if found else ""
