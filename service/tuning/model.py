"""The tuning as an administrator writes it: frozen structs, which JSON and TOML are read into and made from.

Every member has a default, so that a file says only what differs. What a value may be is checked by
:mod:`.checking`; what it does to a search is decided in :mod:`service.search`. Order of effect: curation
(rules), synonyms, weights.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

Match = Literal["exact", "prefix", "contains"]


class Synonyms(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Words that are found for each other: each of any number of words, those of several as a phrase.

    Without ``to``, each of ``words`` is found for each other. With it, whoever asks for one of ``words``
    finds those of ``to`` as well, and not the other way. With ``exact`` also inside "Exact matches only".
    """

    words: tuple[str, ...]
    to: tuple[str, ...] = ()
    exact: bool = False
    note: str = ""


class StopWords(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How the stop words of a language differ from those that come with Broadsheet."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class Weights(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How matches become an order; see :class:`indexer.ranking.Ranking`, whose defaults these are.

    ``title`` and ``content`` are the fields' weights. ``title_bonus`` and ``proximity`` are the largest
    shares added for a title that is the query, and for words that stand together. ``recency`` is the largest
    factor for an article of today (1 switches it off, at most 1.2), halved every ``half_life_days``.
    """

    title: float = 3.0
    content: float = 1.0
    title_bonus: float = 0.2
    proximity: float = 0.3
    recency: float = 1.1
    half_life_days: float = 180.0


class Pin(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An article, by its id or its address, and the place it has in the answer, from 1."""

    article: str
    position: int = 1


class Rule(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, rename={"from_": "from"}):
    """Curation: what happens to the answer of a query.

    ``query`` is compared with what is asked by its folded words: the same ones (``exact``), those it begins
    with (``prefix``, whole words), or those that stand in it one after another (``contains``). ``from`` and
    ``to`` are inclusive ISO days or empty. Pins obey filters. ``redirect`` is an address to go to instead.
    ``name`` tells the rule from others, in answers and in the audit.
    """

    name: str
    query: str
    match: Match = "exact"
    from_: str = ""
    to: str = ""
    pin: tuple[Pin, ...] = ()
    hide: tuple[str, ...] = ()
    redirect: str = ""
    enabled: bool = True
    note: str = ""


class Boosts(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Factors by the slug of a category or of a post type; the score of an article of several is multiplied
    by each.
    """

    category: dict[str, float] = field(default_factory=dict)
    type: dict[str, float] = field(default_factory=dict)


class TuningModel(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """All that is tuned. ``stop_words`` is by language code; words of ``protected`` have no other forms.

    ``typos`` and ``prefix`` say whether unknown words are tried with typos, and whether the last word
    of a text that is being typed may stand for longer ones. ``popular`` are searches to offer while typing.
    """

    rules: tuple[Rule, ...] = ()
    synonyms: tuple[Synonyms, ...] = ()
    stop_words: dict[str, StopWords] = field(default_factory=dict)
    protected: tuple[str, ...] = ()
    weights: Weights = field(default_factory=Weights)
    boosts: Boosts = field(default_factory=Boosts)
    typos: bool = True
    prefix: bool = True
    popular: tuple[str, ...] = ()
