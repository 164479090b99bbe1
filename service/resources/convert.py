"""From what the engine and the catalog know to the structs of :mod:`.media`. Free of Falcon."""

from __future__ import annotations

from indexer import Article, Dropped, Label, Record

from ..search.request import (
    FacetValue,
    LabelledValue,
    QuoteHit,
    QuoteResult,
    SearchResult,
    Suggestion,
)
from ..web.fragments import passage_link
from .media import (
    AppliedMedia,
    ArticleMedia,
    BlockMedia,
    DroppedMedia,
    ExtractedMedia,
    FreshnessMedia,
    LinksMedia,
    QueryMedia,
    QuoteHitMedia,
    QuoteMedia,
    QuoteQueryMedia,
    SearchMedia,
    SuggestionMedia,
    TermMedia,
)


def of_label(label: Label) -> LabelledValue:
    """A label of an article."""
    return LabelledValue(label.slug, label.label)


def query_media(result: SearchResult) -> QueryMedia:
    """The question of a result."""
    request = result.request
    filters = {
        name: list(request.filters.get(name, ())) for name in ("type", "category", "tag", "lang", "author")
    }
    return QueryMedia(
        text=request.text,
        exact=request.exact,
        in_=list(request.fields),
        from_=request.published_from,
        to=request.published_to,
        sort=request.sort,
        prefix=request.prefix,
        **filters,
    )


def search_media(result: SearchResult, links: LinksMedia) -> SearchMedia:
    """The answer to a search."""
    request, applied = result.request, result.applied
    return SearchMedia(
        query=query_media(result),
        applied=AppliedMedia(
            relaxed=applied.relaxed,
            synonyms=list(applied.synonyms),
            corrected=applied.corrected,
            rules=list(applied.rules),
            ignored=list(applied.ignored),
            unknown=list(applied.unknown),
            redirect=applied.redirect,
        ),
        total=result.total,
        page=request.page,
        per_page=request.per_page,
        pages=result.pages,
        took_ms=round(result.took_ms, 3),
        generation=result.generation,
        hits=result.hits,
        facets=result.facets,
        links=links,
    )


def quote_media(result: QuoteResult) -> QuoteMedia:
    """Where a passage stands."""
    request = result.request
    filters = {name: list(request.filters.get(name, ())) for name in ("type", "category", "lang")}
    return QuoteMedia(
        query=QuoteQueryMedia(text=request.text, limit=request.limit, **filters),
        exact=result.exact,
        took_ms=result.took_ms,
        generation=result.generation,
        hits=list(map(_quote_hit, result.hits)),
    )


def _quote_hit(hit: QuoteHit) -> QuoteHitMedia:
    stretch = hit.stretch
    return QuoteHitMedia(
        id=hit.id,
        url=hit.url,
        title=hit.title,
        categories=hit.categories,
        lang=hit.lang,
        published_at=hit.published_at,
        match=hit.match,
        agreement=hit.agreement,
        passage=hit.passage,
        link=passage_link(hit.url, stretch.text, ((stretch.start, stretch.end),)),
    )


def term_media(row: FacetValue) -> TermMedia:
    """One value of a taxonomy."""
    return TermMedia(row.value, row.label, row.count)


def suggestion_media(row: Suggestion) -> SuggestionMedia:
    """One suggestion."""
    snippet = row.snippet
    link = passage_link(row.url, snippet.text, snippet.ranges) if snippet else row.url
    return SuggestionMedia(
        row.kind,
        row.text,
        row.highlight,
        row.url,
        link,
        row.value,
        row.count,
        row.lang,
        row.published_at,
        row.categories,
        snippet,
    )


def article_media(record: Record, freshness: FreshnessMedia) -> ArticleMedia:
    """An article's metadata. Where its page lies on this machine is left out."""
    article = record.article
    return ArticleMedia(
        id=article.id,
        url=article.url,
        title=article.title,
        type=of_label(article.type),
        categories=[of_label(label) for label in article.categories],
        tags=[of_label(label) for label in article.tags],
        lang=article.lang,
        author=article.author,
        published_at=article.published_at,
        modified_at=article.modified_at,
        image=article.image,
        description=article.description,
        freshness=freshness,
    )


def extracted_media(article: Article) -> ExtractedMedia:
    """What was kept and dropped of an article's page."""
    return ExtractedMedia(
        article.id,
        article.title,
        [BlockMedia(block.kind, block.level, block.text) for block in article.blocks],
        [_dropped(part) for part in article.dropped],
    )


def _dropped(part: Dropped) -> DroppedMedia:
    return DroppedMedia(part.rule, part.where, part.text)
