"""Which element holds the article: named evidence first, then where the prose is.

The order of evidence:

1. the site's ``content_selectors``;
2. ``itemprop=articleBody`` and class or id names that mean "the text of the post" (WordPress'
   ``entry-content`` and ``wp-block-post-content``, ``article-body``, ``post-content``, ...);
3. the ``<article>`` that holds the title (however short, unless it holds the titles of other pages as
   well), else the one with the most prose; others of its kind that have titles of their own have no
   vote (:mod:`.siblings`);
4. ``<main>`` or ``role=main``;
5. the element that the paragraphs of the page point to: every paragraph votes for its ancestors, the
   nearer the more, weighed by how little of the element is links. Where ``<main>`` holds the title and a
   quarter of the prose, only paragraphs in it vote.

Named evidence holds only if the element has a fair share of the prose that the votes find; so a teaser
with a promising class name does not win over the text beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .listing import CARD_CHARS, LEAST_CARDS, linked_headings_inside
from .measure import Measures
from .tree import Node, Tree

FAIR_SHARE = 0.5
"""A named element must hold this share of the prose around the voted one, or the vote stands."""

LEAD_SHARE, LEAD_CHARS = 0.3, 400
"""More prose than this before the content is not its standfirst but another text."""

TIGHTENED = frozenset(("titled", "article", "main"))
"""Evidence for an element that usually holds more than the text: header, footer, metadata."""

TEASER_WEIGHT = 0.3
"""What a vote for an element with the titles of several other pages is worth."""

NEARLY_ALL = 0.85
"""An element inside a candidate that holds this share of its prose takes its place."""

MAIN_SHARE = 0.25
"""A ``<main>`` with a smaller share of the prose may hold only the top of the page."""

_BODY_NAMES = frozenset(
    "entrycontent postcontent articlecontent articlebody articletext storybody storycontent postbody posttext entrybody "
    "entrytext newsbody newscontent newstext blogcontent blogpostcontent singlepostcontent econtent blogpostbody "
    "wpblockpostcontent tdpostcontent fieldnamebody fieldbody articlebodycontent articlemaincontent articlebodytext "
    "articlecontentbody postbodycontent postentry articlecopy storytext articlefulltext itemfulltext storybodycontent "
    "postfullcontent ghcontent kgcontent storycopy newsdetailtext articlebodycontainer articlebodywrapper".split()
)
_WIDE_NAMES = frozenset(
    "singlecontent bodytext bodycontent contentbody contenttext pagecontent fulltext itempagebody thecontent thepost "
    "postarticle richtext wysiwyg bodymarkup articledetail articledetailbody newsdetail articlewrapper singlepost "
    "articlecontainer postwrapper textcontent maincontent contentmain".split()
)
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_GENERATED = re.compile(r"(?:__|--|[-_])(?=\w*\d)(?=\w*[A-Za-z])\w{4,8}$")
"""The tail that style compilers append to a class name (``body__content__17Yit``)."""
_CONTAINERS = frozenset("div td section article main body center form font span".split())
"""What may hold a text: old pages put paragraphs into ``<font>``."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen elements in document order (usually one), and the evidence that chose them."""

    roots: tuple[Node, ...]
    evidence: str


def choose(tree: Tree, live: Measures, selected: Iterable[Node], heading: Node | None) -> Choice:
    """The elements that hold the article's text.

    Args:
        tree: the page.
        live: the measures without furniture.
        selected: what the site's ``content_selectors`` found.
        heading: the element that gave the title, if one did.
    """
    given = _outermost(node for node in selected if live.chars[node.index])
    if given:
        return Choice(tuple(given), "site")
    listed = linked_headings_inside(tree)
    voted = _voted(tree, live, listed, _main(tree, live, heading))
    for evidence, candidates in _named(tree, live, heading):
        chosen = _best(candidates, live, voted)
        if not chosen and evidence == "titled" and listed[voted.index] >= LEAST_CARDS:
            chosen = tuple(node for node in candidates[-1:] if not listed[node.index])
        if chosen and evidence in TIGHTENED and len(chosen) == 1:
            chosen = (_inmost(chosen[0], [voted], live),)
        if chosen:
            return Choice(chosen, evidence)
    return Choice((voted,), "vote")


def lead(tree: Tree, live: Measures, choice: Choice, heading: Node | None) -> list[Node]:
    """Blocks of prose between the title and the content: the standfirst that many pages set apart.

    Only what stands before the content in the smallest element around title and content, is prose, and
    is short beside it; never a figure's text.
    """
    root = choice.roots[0]
    if heading is None or choice.evidence == "site" or heading.index >= root.index:
        return []
    owners = [unit.owner for unit in live.units if heading.end <= unit.owner < root.index and unit.prose]
    found = [
        tree.nodes[owner]
        for owner in dict.fromkeys(owners)
        if live.prose[owner] and not tree.nodes[owner].holds(root)
    ]
    whole = sum(live.prose[node.index] for node in found)
    return (
        []
        if whole > LEAD_SHARE * live.prose[root.index] + LEAD_CHARS
        else [node for node in found if _is_lead(node)]
    )


def _is_lead(node: Node) -> bool:
    """Not inside a figure, list or another article: those before the text are pictures and teasers."""
    above: Node | None = node
    for _ in range(6):
        if above is None:
            break
        if (
            above.name in ("figure", "figcaption", "li", "article", "aside", "label", "button")
            and above.parent is not None
        ):
            return above.name == "article" and above is not node
        above = above.parent
    return True


def _has_name(node: Node, names: frozenset[str]) -> bool:
    """Whether a class name or the id is one of these, whatever way it is spelt."""
    given = [*node.get("class")[:600].split(), node.get("id")[:100]]
    return any(_NOT_LETTERS.sub("", _GENERATED.sub("", name).lower()) in names for name in given if name)


def _named(tree: Tree, live: Measures, heading: Node | None) -> Iterable[tuple[str, list[Node]]]:
    # A page of a few words has no prose: its words are its text then.
    held = live.prose if live.prose[0] else live.chars
    filled = [node for node in tree.nodes if held[node.index]]
    yield "itemprop", [node for node in filled if "articlebody" in node.get("itemprop").lower()]
    inner = [node for node in filled if node.name not in ("body", "html")]
    yield "class", [node for node in inner if _has_name(node, _BODY_NAMES)]
    articles = [node for node in filled if node.name == "article" or node.get("role") == "article"]
    yield "titled", [node for node in articles if heading is not None and node.holds(heading)]
    yield "article", articles
    yield "class", [node for node in inner if _has_name(node, _WIDE_NAMES)]
    yield "main", [node for node in filled if node.is_main]


def _best(candidates: list[Node], live: Measures, voted: Node) -> tuple[Node, ...]:
    """The candidates with the most prose, if it is a fair share of what the vote found."""
    if not candidates:
        return ()
    outer = _outermost(candidates)
    top = max(outer, key=lambda node: live.prose[node.index])
    siblings = tuple(node for node in outer if node.parent is top.parent and _alike(node, top))
    chosen = (
        siblings if len(siblings) > 1 and not _teasers(siblings, live) else (_inmost(top, candidates, live),)
    )
    prose = sum(live.prose[node.index] for node in chosen)
    return chosen if prose >= FAIR_SHARE * live.prose[voted.index] else ()


def _inmost(top: Node, candidates: list[Node], live: Measures) -> Node:
    """The innermost candidate that still holds nearly all the prose: the text without its surroundings."""
    for node in candidates:
        if (
            node is not top
            and top.holds(node)
            and live.prose[node.index] >= NEARLY_ALL * live.prose[top.index]
        ):
            top = node
    return top


def _alike(one: Node, other: Node) -> bool:
    return one.name == other.name and one.get("class") == other.get("class")


def _teasers(nodes: tuple[Node, ...], live: Measures) -> bool:
    """Several articles side by side are a list of articles, unless one is no more than a part of the text."""
    return any(node.name == "article" for node in nodes) or live.prose[nodes[0].index] < 200


def _outermost(nodes: Iterable[Node]) -> list[Node]:
    kept: list[Node] = []
    for node in sorted(nodes, key=lambda node: node.index):
        if not kept or not kept[-1].holds(node):
            kept.append(node)
    return kept


def _main(tree: Tree, live: Measures, heading: Node | None) -> Node:
    """The ``<main>`` that holds the title and a text: what stands outside has no vote. Else the page."""
    if heading is None:
        return tree.root
    least = MAIN_SHARE * live.prose[0]
    mains = (node for node in tree.nodes if node.is_main)
    return next((node for node in mains if node.holds(heading) and live.prose[node.index] > least), tree.root)


def _voted(tree: Tree, live: Measures, listed: list[int], within: Node) -> Node:
    """The element inside ``within`` that the prose votes for.

    Each unit of prose gives its weight to the container it stands in (for a paragraph its parent), half
    to the next one up, a third to the one above, and so on up to five levels (Arc90's Readability, 2009,
    stops at two). Elements with several headings that lead to other pages (``listed``) count less: they
    hold teasers.
    """
    votes: dict[int, float] = {}
    for unit in live.units:
        if unit.prose and live.prose[unit.owner] and within.index <= unit.owner < within.end:
            owner = tree.nodes[unit.owner]
            node: Node | None = owner if owner.name in _CONTAINERS else owner.parent
            for distance in range(1, 6):
                if node is None:
                    break
                if node.name in _CONTAINERS:
                    votes[node.index] = votes.get(node.index, 0.0) + unit.prose / distance
                node = node.parent
    if not votes:
        return within if within is not tree.root else tree.first("body") or tree.root

    def score(index: int) -> float:
        teasers = TEASER_WEIGHT if listed[index] >= LEAST_CARDS else 1.0
        return votes[index] * (1 - live.link_density(tree.nodes[index])) * teasers

    top = max(votes, key=score)
    return _widened(tree.nodes[top], live, listed, within)


def _widened(node: Node, live: Measures, listed: list[int], within: Node) -> Node:
    """Up while the parent brings in more prose than links: texts cut into several boxes are one text."""
    while node.parent is not None and node is not within and node.name not in ("body", "html"):
        parent = node.parent
        more = live.prose[parent.index] - live.prose[node.index]
        noise = live.chars[parent.index] - live.chars[node.index] - more
        titles = listed[parent.index] - listed[node.index]
        if titles >= LEAST_CARDS and more <= CARD_CHARS * titles:
            break  # teasers, not further parts of the text
        if (more > 0.15 * live.prose[node.index] and noise < 0.5 * more) or (more == 0 and noise == 0):
            node = parent
        else:
            break
    return node
