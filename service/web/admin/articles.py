"""Articles as the desk shows them: in a list, and one with what was kept and dropped of its page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from indexer import Gone, Listed, PageNote, Record
from indexer.article import Block, Dropped

from ...search.request import Hit, SearchResult
from ..highlight import public_address
from ..phrases import direction
from .figures import day

PER_PAGE: Final = 30
SHORT_DIGEST: Final = 16  # digits that tell one version from another at a glance; the API gives all
_ID: Final = re.compile(r"[0-9a-f]{20}")
_ADDRESS: Final = re.compile(r"https?://|/")
_BLOCKS: Final = {
    "heading": "Heading", "paragraph": "Paragraph", "quote": "Quotation", "list": "List", "table": "Table",
    "caption": "Caption",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article of a list. ``found`` is ``False`` while searches do not have its newest version.

    ``tongue`` is its language where that is worth showing.
    """

    id: str
    title: str
    address: str
    href: str
    kind: str
    lang: str
    tongue: str
    dir: str
    published: str
    accepted: str
    found: bool | None


@dataclass(frozen=True, slots=True)
class GoneRow:
    """An article that was removed, and whether it can be had back."""

    id: str
    title: str
    address: str
    source: str
    removed_at: str
    why: str
    can_return: bool


@dataclass(frozen=True, slots=True)
class KeptBlock:
    """A block of the text with the name of its kind."""

    kind: str
    name: str
    level: int
    text: str
    cells: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One article made ready. ``can_reread``: its source holds a page of it."""

    id: str
    title: str
    href: str
    address: str
    lang: str
    dir: str
    facts: tuple[tuple[str, str], ...]
    kept: tuple[KeptBlock, ...]
    dropped: tuple[Dropped, ...]
    rules: tuple[tuple[str, int], ...]
    words: int
    searchable: bool
    indexed_at: str | None
    accepted_at: str
    can_reread: bool
    origin: str


def asks_for(text: str) -> str:
    """What a text in the field of the list is: ``id``, ``address``, ``words``, or nothing."""
    text = text.strip()
    if not text:
        return ""
    if _ID.fullmatch(text):
        return "id"
    return "address" if _ADDRESS.match(text) else "words"


def listed_row(row: Listed, applied: int, plain_lang: str = "") -> ArticleRow:
    """A row of the catalog. Searches have changes up to ``applied``; ``plain_lang`` is not shown."""
    return ArticleRow(
        id=row.id,
        title=row.title or row.id,
        address=row.url,
        href=public_address(row.url),
        kind=row.type,
        lang=_tongue(row.lang),
        tongue="" if row.lang == plain_lang else _tongue(row.lang),
        dir=direction(row.lang),
        published=row.published_at,
        accepted=row.accepted_at,
        found=row.sequence <= applied,
    )


def found_row(hit: Hit, plain_lang: str = "") -> ArticleRow:
    """A hit of a search."""
    return ArticleRow(
        id=hit.id,
        title=hit.title,
        address=hit.url,
        href=public_address(hit.url),
        kind=hit.type.label,
        lang=_tongue(hit.lang),
        tongue="" if hit.lang == plain_lang else _tongue(hit.lang),
        dir=direction(hit.lang),
        published=hit.published_at,
        accepted="",
        found=True,
    )


def found_rows(result: SearchResult, plain_lang: str = "") -> tuple[ArticleRow, ...]:
    """The hits of a search."""
    return tuple(found_row(hit, plain_lang) for hit in result.hits)


def gone_row(gone: Gone) -> GoneRow:
    """An article that was removed."""
    by_hand = gone.has_page and not gone.reason
    if by_hand:
        why = "by hand; its page is still in the source"
    elif gone.reason == "duplicate":
        why = "another article stands for its address"
    elif gone.has_page:
        why = "its page is no article any more"
    else:
        why = "its page left the source, or it was pushed and removed"
    return GoneRow(gone.id, gone.title or gone.key, gone.url, gone.source, gone.removed_at, why, by_hand)


def article_view(
    record: Record, note: PageNote | None, *, searchable: bool, indexed_at: str | None
) -> ArticleView:
    """The page of one article. ``note`` is what is remembered of its page; ``None``: it was pushed."""
    article = record.article
    return ArticleView(
        id=article.id,
        title=article.title,
        href=public_address(article.url),
        address=article.url,
        lang=_tongue(article.lang),
        dir=direction(article.lang),
        facts=tuple((name, value) for name, value in _facts(record) if value),
        kept=tuple(map(_kept, article.blocks)),
        dropped=article.dropped,
        rules=tuple(Counter(part.rule for part in article.dropped).most_common()),
        words=len(article.text.split()),
        searchable=searchable,
        indexed_at=indexed_at,
        accepted_at=record.accepted_at,
        can_reread=note is not None and note.reason != "duplicate",
        origin=_origin(record, note),
    )


def _facts(record: Record) -> Sequence[tuple[str, str]]:
    article = record.article
    return (
        ("Type", article.type.label),
        ("Categories", ", ".join(label.label for label in article.categories)),
        ("Tags", ", ".join(label.label for label in article.tags)),
        ("Author", article.author),
        ("Language", article.lang),
        ("Published", day(article.published_at) if article.published_at else ""),
        ("Modified", day(article.modified_at) if article.modified_at else ""),
        ("Change", f"{record.sequence:,}"),
        ("Id", article.id),
        ("Digest", f"{record.digest[:SHORT_DIGEST]}…"),
        ("Source", record.source),
        ("Page", record.key),
    )


def _origin(record: Record, note: PageNote | None) -> str:
    if note is None:
        return "It was pushed, so there is no page to read again: push it anew."
    if note.digest and note.digest != record.digest:
        return "A pushed version stands in the place of its page; reading the page again brings that back."
    return ""


def _kept(block: Block) -> KeptBlock:
    cells = tuple(tuple(row.split("\t")) for row in block.text.split("\n")) if block.kind == "table" else ()
    return KeptBlock(block.kind, _BLOCKS[block.kind], block.level, block.text, cells)


def _tongue(lang: str) -> str:
    return "" if lang == "und" else lang
