"""From an engine's answer to what a visitor sees: hits, excerpts, facets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import UNSET

from indexer.article import Label
from indexer.backends.base import Found, Labels, Scored

from .explain import explain
from .highlight import EXCERPTS
from .request import FacetValue, Highlights, Hit, LabelledValue, Matched, MatchMode


def present_hits(found: Found, mode: MatchMode, *, explained: bool) -> tuple[Hit, ...]:
    """The hits of a page, with highlights."""
    return tuple([_hit(scored, mode, explained=explained) for scored in found.hits])


def _hit(scored: Scored, mode: MatchMode, *, explained: bool) -> Hit:
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
        explain(scored) if explained else UNSET,
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
