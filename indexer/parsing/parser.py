"""One page to one article: the steps in order."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from ..article import Article, Block, Dropped, article_id
from ..errors import RejectedPage
from ..site import Site
from ..sources.page import MAX_PAGE_BYTES, Page
from . import (
    address,
    author,
    blocks,
    consent,
    content,
    dates,
    furniture,
    jsonld,
    language,
    quotes,
    refine,
    responses,
    scope,
    siblings,
    taxonomy,
    title,
    verdict,
)
from .decode import decode
from .head import Head, read_head
from .markup import strip
from .measure import Measures, inside, measure, total
from .tree import INLINE, Node, Tree, build, collapse, text_of


def parse(page: Page, site: Site) -> Article:
    """The article of a page.

    Args:
        page: the bytes, with what the source knows about them.
        site: what the site says about itself; the empty site does.

    Raises:
        RejectedPage: the page is no article; ``reason`` and ``detail`` say why.
    """
    if len(page.data) > MAX_PAGE_BYTES:
        raise RejectedPage("too_large", f"{len(page.data)} bytes; at most {MAX_PAGE_BYTES} are read")
    markup = strip(decode(page.data, page.charset))
    tree = build(markup.html)
    head = read_head(tree)
    data = jsonld.read_data(markup.data, page.url or head.link("canonical"))
    url = address.canonical(page, head, site, data)
    verdict.refuse_listing(head, data)
    found = _extract(tree, head, data, site, url)
    return _article(page, site, found, url)


LITTLE = 100
"""With less text than this, characters, the page is read again with the rules that are never wrong only."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What one page gave, before it is put together."""

    tree: Tree
    head: Head
    data: jsonld.Data
    title: title.Title
    names: set[str]
    dead: dict[int, str]
    roots: tuple[Node, ...]
    refined: refine.Refined
    near: scope.Surroundings
    measures: Measures


def _extract(tree: Tree, head: Head, data: jsonld.Data, site: Site, url: str) -> _Found:
    measures = measure(tree)
    dropped = frozenset(node.index for selector in site.drop_selectors for node in tree.select(selector))
    page = furniture.Page(tree, measures, dropped, consent.banners(tree), responses.comments(tree, measures))
    dead = furniture.find(page)
    live = total(tree, measures.units, dead)
    verdict.refuse_redirect(head, live)
    names = title.site_names(head, data, site, url)
    named = title.find_title(tree, head, data, site, dead, names)
    if not named.text:
        raise RejectedPage("no_title", "no title by any evidence")
    others = siblings.other_articles(tree, live, named.node)
    if others:
        dead |= {node.index: "class:teasers" for node in others}
        live = total(tree, measures.units, dead)
    selected = [node for selector in site.content_selectors for node in tree.select(selector)]
    choice, refined = _read(tree, live, dead, selected, named)
    if _size(refined) < LITTLE:
        hard = furniture.find_sure(page)
        other = _read(tree, total(tree, measures.units, hard), hard, selected, named)
        if _size(other[1]) > 2 * _size(refined) + LITTLE:
            (choice, refined), dead = other, hard
    if _size(refined) < LITTLE:
        stated = refine.refine(tree, _from_data(data), named.text)
        refined = stated if _size(stated) > _size(refined) else refined
    verdict.judge(verdict.Extract(tree, head, data, named.text, refined.kept, live, choice.roots, named.node))
    near = scope.surroundings(tree, measures, live, dead, choice.roots, named, _host(url))
    return _Found(tree, head, data, named, names, dead, choice.roots, refined, near, measures)


def _host(url: str) -> str:
    host = urlsplit(url).hostname if address.is_address(url) else None
    return (host or "").removeprefix("www.")


def _read(
    tree: Tree, live: Measures, dead: dict[int, str], selected: list[Node], named: title.Title
) -> tuple[content.Choice, refine.Refined]:
    choice = content.choose(tree, live, selected, named.node)
    roots = (*content.lead(tree, live, choice, named.node), *choice.roots)
    # The title is no part of the text, whatever element it stands in.
    left_out = dead | ({named.node.index: "title-repeat"} if named.node else {})
    raw = [block for root in roots for block in blocks.read(tree, root, left_out)]
    choice = content.Choice(roots, choice.evidence)
    return choice, refine.refine(tree, raw, named.text)


def _size(refined: refine.Refined) -> int:
    """How much text was found, headings left out."""
    return sum(len(block.text) for block in refined.kept if block.kind != "heading")


def _from_data(data: jsonld.Data) -> list[blocks.Raw]:
    """The article body of JSON-LD as paragraphs: for pages that show nothing without scripts."""
    body = data.article.get("articleBody")
    if not isinstance(body, str):
        return []
    lines = (jsonld.clean(line) for line in body.splitlines())
    return [blocks.Raw("paragraph", line, 0, 0, 0) for line in lines if line]


def _article(page: Page, site: Site, found: _Found, url: str) -> Article:
    text = "\n".join([found.title.text, *(block.text for block in found.refined.kept)])
    when = dates.find_dates(
        dates.Evidence(
            found.head,
            found.data,
            found.near.own,
            found.near.far,
            found.near.items,
            _edge_lines(found.refined),
            url,
        )
    )
    terms = taxonomy.find_terms(found.tree, found.head, found.data, site, found.near, found.roots[-1], url)
    return Article(
        id=article_id(page.source, page.key),
        url=url,
        title=quotes.as_typed(found.title.text, found.head),
        blocks=tuple(Block(block.kind, block.text, block.level) for block in found.refined.kept),
        type=terms.type,
        categories=terms.categories,
        tags=terms.tags,
        author=author.find_author(found.tree, found.head, found.data, found.near, found.names),
        lang=language.find_language(found.head, found.data, site, text, url),
        published_at=when.published,
        modified_at=when.modified,
        image=address.image(found.head, found.data, url, _pictures(found)),
        description=_description(found.head, found.data),
        dropped=_dropped(found),
    )


def _pictures(found: _Found) -> list[Node]:
    """The pictures between the title and the end of the content, furniture left out."""
    heading = found.title.node
    start = min(found.roots[0].index, heading.index if heading else found.roots[0].index)
    gone = inside(found.tree, found.dead)
    nodes = found.tree.nodes[start : max(root.end for root in found.roots)]
    return [node for node in nodes if node.name == "img" and not gone[node.index]][:3]


def _edge_lines(refined: refine.Refined) -> list[str]:
    """The short texts at the top and the end of the content, and those the last checks dropped there."""
    dropped = [block.text for rule, block in refined.dropped if rule == "class:meta"]
    texts = [block.text for block in refined.kept]
    return [text for text in (*dropped, *texts[:4], *texts[-2:]) if len(text) <= dates.MAX_DATE_CHARS]


def _description(head: Head, data: jsonld.Data) -> str:
    stated = head.first("og:description", "description", "twitter:description", "dc.description")
    return jsonld.clean(stated) or jsonld.text(data.article.get("description"))


def _dropped(found: _Found) -> tuple[Dropped, ...]:
    """What was left out, in the page's order, then what the last checks left out."""
    taken = found.roots if found.title.node is None else (*found.roots, found.title.node)
    records = [
        Dropped(rule, furniture.where(node), text)
        for index, rule in sorted(found.dead.items())
        for node in [found.tree.nodes[index]]
        if (found.measures.chars[index] or node.name in INLINE) and (text := _start(text_of(node)))
    ]
    records += [
        Dropped("outside", furniture.where(node), _start(text_of(node)))
        for node in scope.outside(found.tree, found.measures, found.dead, taken)
    ]
    records += [
        Dropped(rule, furniture.where(found.tree.nodes[block.owner]), _start(block.text))
        for rule, block in found.refined.dropped
    ]
    return tuple(records[: furniture.MAX_DROPPED])


def _start(text: str) -> str:
    return collapse(text)[: furniture.MAX_DROPPED_CHARS]
