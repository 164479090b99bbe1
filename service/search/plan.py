"""A request and the tuning, made into a query tree.

Exact: one phrase of every word as typed. Generic: every item must be found; a word is found as
itself, as a form of itself, or, while typing, by what it begins; a word the index does not know is
tried with typos. The relaxed tree asks for some of the words, and still for every phrase and no
exclusion; beside a phrase the words only count. :mod:`.relaxing` says when it is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from indexer.analysis import Token, folded_form
from indexer.limits import FUZZY_LONG_WORD, FUZZY_MIN_LENGTH
from indexer.query import (
    AllOf,
    AnyOf,
    Everything,
    Fuzzy,
    Leaf,
    Not,
    Nothing,
    Phrase,
    Prefix,
    Query,
    Some,
    Word,
    leaves,
)

from .grammar import Item, exact_words, parse
from .request import SearchRequest
from .tuning import Tuning

Knows = Callable[[str], bool]

# What people type as keywords is two to five words long. More is a question, and so are five of
# which one is a stop word: a list of keywords has none. Nobody who asks in a sentence means that an
# article must have every word of it.
QUESTION_WORDS: Final = 6
SENTENCE_WORDS: Final = 5


class Plan(Struct, frozen=True):
    """What to ask the engine for.

    ``relaxed`` is the tree to fall back on when too little is found, ``None`` when there is nothing to
    relax; with ``question`` few articles are too little, else only none. ``words`` are for the
    closeness and title bonuses. ``unknown`` are the items whose word the index does not know.
    """

    query: Query
    relaxed: Query | None = None
    question: bool = False
    words: tuple[Leaf, ...] = ()
    ignored: tuple[str, ...] = ()
    unknown: tuple[Item, ...] = ()


def make_plan(request: SearchRequest, tuning: Tuning, knows: Knows) -> Plan:
    """Plan a request. ``knows`` tells whether any article holds a word.

    Raises:
        BoundExceeded: the text passes a bound of :mod:`indexer.limits`.
    """
    if not request.text.strip():
        return Plan(Everything())
    if request.exact:
        query = phrase_query(exact_words(request.text), request.fields)
        return Plan(query, words=leaves(query)[:1])
    return _generic(request, tuning, knows)


def _generic(request: SearchRequest, tuning: Tuning, knows: Knows) -> Plan:
    items = parse(request.text)
    asked = [item for item in items if not item.excluded]
    ignored = _stop_words(asked, request, tuning.stop_words)
    kept = [item for item in asked if item not in ignored]
    unknown = tuple(item for item in kept if not item.phrase and not item.prefix and not _known(item, knows))
    nodes = [(item, _wanted(item, request, item in unknown)) for item in kept]
    words = [node for item, node in nodes if not item.phrase]
    required = [node for item, node in nodes if item.phrase]
    loose = [_loose(item, node, request) for item, node in nodes if not item.phrase]
    excluded: list[Query] = [Not(_excluded(item, request.fields)) for item in items if item.excluded]
    if not words and not required and not excluded:
        return Plan(Nothing())
    return Plan(
        query=_all([*words, *required], excluded),
        relaxed=_all(relaxed, excluded) if (relaxed := _relaxed(words, loose, required)) else None,
        question=_is_question(len(words) + len(ignored), ignored),
        words=tuple(leaf for _, node in nodes for leaf in leaves(node)[:1]),
        ignored=tuple(request.text[item.start : item.end] for item in ignored),
        unknown=unknown,
    )


def _relaxed(words: list[Query], loose: list[Query], required: list[Query]) -> list[Query]:
    """What must be found when nothing has it all; empty when that would be no less."""
    if required and words:
        # Every phrase; the words only count.
        return [AnyOf((Some(tuple(loose)), Everything())), *required]
    if len(words) > 1:
        return [Some(tuple(loose))]
    return loose if loose != words else []


def _is_question(words: int, ignored: Sequence[Item]) -> bool:
    """Whether words are asked for as in a sentence; phrases and exclusions do not count."""
    return words >= (SENTENCE_WORDS if ignored else QUESTION_WORDS)


def _all(wanted: Sequence[Query], excluded: Sequence[Query]) -> Query:
    children = (*(wanted or (Everything(),)), *excluded)
    return children[0] if len(children) == 1 else AllOf(children)


def _stop_words(
    items: Sequence[Item], request: SearchRequest, stop_words: frozenset[str]
) -> tuple[Item, ...]:
    """The items to ignore: stop words, unless there is nothing else (or a last one still being typed)."""
    found = tuple(
        item
        for item in items
        if not item.phrase
        and not item.prefix
        and not (request.prefix and item.typing)
        and not _is_acronym(request.text, item)
        and all(token.surface in stop_words for token in _singles(item.words[0]))
    )
    return found if len(found) < len(items) else ()


def _is_acronym(text: str, item: Item) -> bool:
    """Whether a word stands in capitals among others that do not: ``WHO report``, ``IT workers``."""
    typed = text[item.start : item.end]
    return len(typed) > 1 and typed.isupper() and not text.isupper()


def _singles(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if token.length == 1]


def _known(item: Item, knows: Knows) -> bool:
    # One CJK character is found by the pairs it begins; the dictionary need not hold it alone.
    return any(is_cjk_character(token.surface) or knows(token.surface) for token in item.words[0])


def may_be_typo(item: Item) -> bool:
    """Whether an unknown item is tried with typos: one word, no number, of some length."""
    tokens = item.words[0]
    surface = tokens[0].surface
    return (
        len(_singles(tokens)) == 1 and not surface.isdigit() and len(folded_form(surface)) >= FUZZY_MIN_LENGTH
    )


def _wanted(item: Item, request: SearchRequest, unknown: bool) -> Query:
    fields, tokens = request.fields, item.words[0]
    if item.phrase:
        return phrase_query(item.words, fields)
    if len(_singles(tokens)) > 1:
        return _any(_compound(tokens, fields))
    surface = tokens[0].surface
    if item.prefix:
        return Prefix(surface, fields, whole=True)
    alternatives: list[Query] = [Word(surface, fields)]
    if (request.prefix and item.typing) or is_cjk_character(surface):
        alternatives.append(Prefix(surface, fields))
    if unknown and may_be_typo(item):
        alternatives.append(Fuzzy(surface, edits_allowed(surface), fields))
    return _any(alternatives)


def _any(alternatives: Sequence[Query]) -> Query:
    return alternatives[0] if len(alternatives) == 1 else AnyOf(tuple(alternatives))


def edits_allowed(surface: str) -> int:
    """How many edits a typo may be away: two in a long word."""
    return 1 if len(folded_form(surface)) < FUZZY_LONG_WORD else 2


def _compound(tokens: Sequence[Token], fields: tuple[str, ...]) -> list[Query]:
    """A compound: its parts side by side, or the joined form."""
    phrase = Phrase(tuple(token.surface for token in _singles(tokens)), fields)
    return [phrase, *(Word(token.surface, fields) for token in tokens if token.length > 1)]


def _loose(item: Item, node: Query, request: SearchRequest) -> Query:
    """What a word of a relaxed answer may be found as: of a compound, its parts in any place, too."""
    singles = _singles(item.words[0])
    if len(singles) < 2 or any(len(token.folded) < 2 for token in singles):
        return node
    anywhere = AllOf(tuple(Word(token.surface, request.fields) for token in singles))
    return _any([*_compound(item.words[0], request.fields), anywhere])


def _excluded(item: Item, fields: tuple[str, ...]) -> Query:
    tokens = item.words[0]
    if item.phrase or len(_singles(tokens)) > 1:
        return phrase_query(item.words, fields)
    return Prefix(tokens[0].surface, fields, whole=True) if item.prefix else Word(tokens[0].surface, fields)


def phrase_query(words: Sequence[Sequence[Token]], fields: tuple[str, ...]) -> Query:
    """The words in order, as themselves; compounds as their parts or as joined."""
    split = [token.surface for tokens in words for token in _singles(tokens)]
    joined = [token.surface for tokens in words for token in _whole(tokens)]
    forms = [_run(split, fields)] + ([_run(joined, fields)] if joined != split else [])
    return forms[0] if len(forms) == 1 else AnyOf(tuple(forms))


def _whole(tokens: Sequence[Token]) -> list[Token]:
    joined = [token for token in tokens if token.length > 1]
    return joined or list(tokens)


def _run(surfaces: list[str], fields: tuple[str, ...]) -> Query:
    if not surfaces:
        return Nothing()
    if len(surfaces) == 1:
        single = surfaces[0]
        return Prefix(single, fields) if is_cjk_character(single) else Word(single, fields, forms=False)
    return Phrase(tuple(surfaces), fields)


def is_cjk_character(text: str) -> bool:
    """Whether a word is one character of a script written without spaces: it is indexed in pairs."""
    return len(text) == 1 and "\u3040" <= text <= "\u9fff"
