"""From an engine's answer to what a visitor sees: hits, excerpts, facets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import UNSET

from indexer.article import Label
from indexer.backends.base import Labels, Scored

from .answering import in_order
from .explain import Rules, explain
from .highlight import EXCERPTS
from .relaxing import Answer
from .request import FacetValue, Highlights, Hit, LabelledValue, Matched, MatchMode, SearchRequest

Tell = Callable[[Scored], Rules]


def present_hits(
    answer: Answer, mode: MatchMode, request: SearchRequest, tell: Tell | None = None
) -> tuple[Hit, ...]:
    """The hits of a page, with highlights; ``mode`` is that of those with all the words.

    With ``tell``, what the tuning did for a hit, each is explained.
    """
    if answer.pinned.pins:
        first = (request.page - 1) * request.per_page
        return tuple(
            _hit(scored, kind or mode, tell)
            for scored, kind in in_order(answer, first, first + request.per_page)
        )
    hits = [_hit(scored, mode, tell) for scored in answer.full.hits]
    if answer.partial is not None:
        hits += [_hit(scored, "some_words", tell) for scored in answer.partial.hits]
    return tuple(hits)


def _hit(scored: Scored, mode: MatchMode, tell: Tell | None) -> Hit:
    article, fields, title, content = scored.document.shown(EXCERPTS)
    return Hit(
        article.id,
        article.url,
        article.title,
        labelled(article.type),
        tuple(map(labelled, article.categories)),
        tuple(map(labelled, article.tags)),
        article.lang,
        article.author,
        article.published_at[:10],
        article.image,
        article.description,
        round(scored.score, 6),
        Highlights(title, content),
        Matched(mode, fields),
        explain(scored, tell(scored)) if tell is not None else UNSET,
    )


def labelled(label: Label) -> LabelledValue:
    """A term of an article as it is shown."""
    return LabelledValue(label.slug, label.label)


def present_facets(
    counts: Mapping[str, Sequence[tuple[str, int]]], chosen: Mapping[str, tuple[str, ...]], labels: Labels
) -> dict[str, tuple[FacetValue, ...]]:
    """Facets with labels, most frequent first, then by label."""
    return {name: _facet(name, rows, chosen.get(name, ()), labels) for name, rows in counts.items()}


def _facet(
    name: str, rows: Sequence[tuple[str, int]], chosen: tuple[str, ...], labels: Labels
) -> tuple[FacetValue, ...]:
    shown = labels.get(name, {})
    values = [FacetValue(slug, shown.get(slug, slug), count, slug in chosen) for slug, count in rows]
    values.sort(key=_first_shown)
    return tuple(values)


def _first_shown(value: FacetValue) -> tuple[int, str]:
    return -value.count, value.label.casefold()


def label_of(field: str, slug: str, labels: Labels) -> str:
    """What to show for a slug, from the index's labels."""
    return labels.get(field, {}).get(slug, slug)
