"""The neutral query tree: what is asked, in no engine's own language.

The tree says which articles match and how the words count. Filters, sorting, paging and facets are not in the
tree; they stand beside it in :class:`indexer.backends.base.Search`.

Leaves name *words*, already cut into tokens by :func:`indexer.analysis.query_tokens`. A leaf
matches in any of its ``fields`` (``title``, ``content``). What a leaf finds in a document is a
set of *spans* (position, length), and its score is BM25F over the fields as one (see
:mod:`indexer.ranking`).

=========== =====================================================================================
Word        the word as itself or, with ``forms``, as a form of itself: same stem in the article's language
Phrase      the words one after another, as themselves, no gap
Prefix      a word that begins with the text
Fuzzy       a word within ``distance`` edits of the text (optimal string alignment), same first letter
AnyOf       at least one child; a synonym group: *scores as its best child*
AllOf       every child; scores add up
Some        at least one child; scores add up, and the share of children found counts (relaxed answers)
Not         documents the child does not match; only inside AllOf beside something that matches
Boost       the child, its score multiplied
Ids         the articles of some ids, score 0 (what is pinned or hidden by hand)
Everything  every article, score 0 (browsing by filter alone)
Nothing     no article (a query whose words are all unusable)
=========== =====================================================================================

PERF: nodes are msgspec's structs: one is made, compared and hashed in an eighth of the time.
"""

from __future__ import annotations

import math

from msgspec import Struct

TEXT_FIELDS = ("title", "content")


class Word(Struct, frozen=True):
    """One word. ``text`` is a folded token, accents kept; accents never prevent a match.

    With ``forms`` the article's language decides which other forms match; without, only the word itself.
    ``without`` are words that are no form of it, whatever a language says.
    """

    text: str
    fields: tuple[str, ...] = TEXT_FIELDS
    forms: bool = True
    without: tuple[str, ...] = ()


class Phrase(Struct, frozen=True):
    """The words in order, each as itself, one directly after the other, in one field."""

    words: tuple[str, ...]
    fields: tuple[str, ...] = TEXT_FIELDS


class Prefix(Struct, frozen=True):
    """Words that begin with ``text``.

    When more than ``limits.MAX_EXPANSIONS`` do, the most frequent stand for all, as while typing; with
    ``whole`` that is an error (:class:`~indexer.errors.BoundExceeded`), for totals are exact.
    """

    text: str
    fields: tuple[str, ...] = TEXT_FIELDS
    whole: bool = False


class Fuzzy(Struct, frozen=True):
    """Words at most ``distance`` edits (1 or 2) from ``text`` and with the same first letter."""

    text: str
    distance: int = 1
    fields: tuple[str, ...] = TEXT_FIELDS


class AnyOf(Struct, frozen=True):
    """At least one child matches; the best child's score counts."""

    children: tuple[Query, ...]


class AllOf(Struct, frozen=True):
    """Every child matches; the scores add up."""

    children: tuple[Query, ...]


class Some(Struct, frozen=True):
    """At least one child matches; scores add up times the coverage factor of :mod:`indexer.ranking`."""

    children: tuple[Query, ...]


class Not(Struct, frozen=True):
    """Documents the child does not match."""

    child: Query


class Boost(Struct, frozen=True):
    """The child with its score multiplied by ``factor`` (> 0).

    Raises:
        ValueError: another factor.
    """

    child: Query
    factor: float

    def __post_init__(self) -> None:
        if not 0.0 < self.factor < math.inf:
            raise ValueError(f"the factor of a boost is {self.factor}, not more than 0")


class Ids(Struct, frozen=True):
    """The articles of these ids, each with score 0; an id that no article has finds none."""

    ids: tuple[str, ...]


class Everything(Struct, frozen=True):
    """Every article."""


class Nothing(Struct, frozen=True):
    """No article."""


Leaf = Word | Phrase | Prefix | Fuzzy
Query = Word | Phrase | Prefix | Fuzzy | AnyOf | AllOf | Some | Not | Boost | Ids | Everything | Nothing


def leaves(query: Query) -> tuple[Leaf, ...]:
    """The positive leaves in reading order (nothing under :class:`Not`): what a hit may be highlighted by.

    :class:`Ids` are none: they find no words.
    """
    match query:
        case Word() | Phrase() | Prefix() | Fuzzy():
            return (query,)
        case AnyOf(children) | AllOf(children) | Some(children):
            return tuple(leaf for child in children for leaf in leaves(child))
        case Boost(child, _):
            return leaves(child)
        case Not() | Ids() | Everything() | Nothing():
            return ()
