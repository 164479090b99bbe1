"""From an engine's answer to what a visitor sees: hits, excerpts, facets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indexer.article import Label
from indexer.backends.base import Found, Labels, Scored
from indexer.query import Leaf

from .explain import explain
from .highlight import Allowance, Look, excerpts, find_marks, find_passages, whole
from .request import FacetValue, Hit, LabelledValue, MatchMode


def present_hits(
    found: Found, leaves: Sequence[Leaf], mode: MatchMode, look: Look, *, explained: bool
) -> tuple[Hit, ...]:
    """The hits of a page, with highlights.

    ``leaves`` are those of the tree that was answered. ``look`` is called between steps and raises
    once the query's time is up: a long text costs more to mark than to find.
    """
    allowance = Allowance()
    return tuple(_hit(scored, leaves, mode, allowance, look, explained=explained) for scored in found.hits)


def _hit(
    scored: Scored,
    leaves: Sequence[Leaf],
    mode: MatchMode,
    allowance: Allowance,
    look: Look,
    *,
    explained: bool,
) -> Hit:
    article = scored.record.article
    title = find_marks(article.title, leaves, "title", article.lang, look)
    # PERF: a text that holds no match, as for a filter alone, is not read.
    sought = leaves if "content" in scored.fields else ()
    content = find_passages(article.text, sought, "content", article.lang, allowance, look)
    return Hit(
        id=article.id,
        url=article.url,
        title=article.title,
        type=_labelled(article.type),
        categories=tuple(_labelled(label) for label in article.categories),
        tags=tuple(_labelled(label) for label in article.tags),
        lang=article.lang,
        author=article.author,
        published_at=article.published_at[:10],
        image=article.image,
        description=article.description,
        score=round(scored.score, 6),
        title_highlight=whole(title),
        content_highlights=excerpts(content),
        mode=mode,
        matched_fields=scored.fields,
        explanation=explain(scored) if explained else (),
    )


def _labelled(label: Label) -> LabelledValue:
    return LabelledValue(label.slug, label.label)


def present_facets(
    counts: Mapping[str, Sequence[tuple[str, int]]], chosen: Mapping[str, tuple[str, ...]], labels: Labels
) -> dict[str, tuple[FacetValue, ...]]:
    """Facets with labels, most frequent first, then by label."""
    return {name: _facet(name, rows, chosen.get(name, ()), labels) for name, rows in counts.items()}


def _facet(
    name: str, rows: Sequence[tuple[str, int]], chosen: tuple[str, ...], labels: Labels
) -> tuple[FacetValue, ...]:
    values = [FacetValue(slug, label_of(name, slug, labels), count, slug in chosen) for slug, count in rows]
    return tuple(sorted(values, key=lambda value: (-value.count, value.label.casefold())))


def label_of(field: str, slug: str, labels: Labels) -> str:
    """What to show for a slug, from the index's labels."""
    return labels.get(field, {}).get(slug, slug)
