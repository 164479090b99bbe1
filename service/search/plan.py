"""A request and the tuning, made into a query tree.

Exact: one phrase of every word as typed. Generic: every item must be found; a word is found as
itself, as a form of itself, or, while typing, by what it begins; a word the index does not know is
tried with typos. The relaxed tree asks for some of the words, and still for every phrase and no
exclusion; beside a phrase the words only count. :mod:`.relaxing` says when it is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from indexer.analysis import Token
from indexer.query import AllOf, AnyOf, Everything, Leaf, Not, Nothing, Query, Some, leaves

from .grammar import Item, exact_words, parse
from .request import ARROW, SearchRequest
from .synonyms import Alternative, Run, Words, singles
from .tuning import Tuning
from .wording import Wording, any_of, is_cjk_character, phrase_query

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
    ``synonyms`` says which were applied; ``stands_for`` what was typed for each leaf that one brought.
    """

    query: Query
    relaxed: Query | None = None
    question: bool = False
    words: tuple[Leaf, ...] = ()
    ignored: tuple[str, ...] = ()
    unknown: tuple[Item, ...] = ()
    synonyms: tuple[str, ...] = ()
    stands_for: Mapping[Leaf, str] = {}


class _Wish(Struct):
    """What is asked for in one go, and what it is found as: an item, or several that are a term.

    ``node`` must be found, ``loose`` counts in a relaxed answer, ``words`` are the first leaves of the items.
    """

    items: tuple[Item, ...]
    node: Query
    loose: Query
    words: tuple[Leaf, ...]

    @property
    def phrase(self) -> bool:
        return self.items[0].phrase


def make_plan(request: SearchRequest, tuning: Tuning, knows: Knows) -> Plan:
    """Plan a request. ``knows`` tells whether any article holds a word.

    Raises:
        BoundExceeded: the text passes a bound of :mod:`indexer.limits`.
    """
    if not request.text.strip():
        return Plan(Everything())
    prefix = request.prefix and tuning.prefix
    planning = _Planning(
        request.text, tuning, Wording(request.fields, prefix, tuning.typos, tuning.protected), knows
    )
    return planning.exact() if request.exact else planning.generic()


class _Planning:
    """A plan being made; notes which synonyms it applies."""

    def __init__(self, text: str, tuning: Tuning, wording: Wording, knows: Knows) -> None:
        self._text = text
        self._tuning = tuning
        self._wording = wording
        self._knows = knows
        self._synonyms: dict[str, dict[str, None]] = {}
        self._stands_for: dict[Leaf, str] = {}

    def exact(self) -> Plan:
        """One phrase of every word."""
        query = self._phrase(exact_words(self._text))
        return Plan(query, words=leaves(query)[:1], synonyms=self._applied(), stands_for=self._stands_for)

    def generic(self) -> Plan:
        """Every item, or some of them."""
        items = parse(self._text)
        asked = [item for item in items if not item.excluded]
        ignored = self._stop_words(asked)
        runs = self._runs(items, ignored)
        in_runs = {id(item): run for run in runs for item in items[run.start : run.end]}
        kept = [item for item in asked if item not in ignored]
        unknown = tuple(
            item
            for item in kept
            if self._is_unknown(item) and not (id(item) in in_runs and self._is_answered(in_runs[id(item)]))
        )
        starts = {id(items[run.start]): run for run in runs}
        wishes = []
        for item in asked:
            if id(item) in starts:
                wishes.append(self._term(items, starts[id(item)], ignored, unknown))
            elif id(item) not in in_runs and item not in ignored:
                wishes.append(self._item(item, unknown=item in unknown))
        return self._planned(items, wishes, ignored, unknown)

    def _planned(
        self,
        items: Sequence[Item],
        wishes: Sequence[_Wish],
        ignored: Sequence[Item],
        unknown: tuple[Item, ...],
    ) -> Plan:
        words = [wish.node for wish in wishes if not wish.phrase]
        required = [wish.node for wish in wishes if wish.phrase]
        loose = [wish.loose for wish in wishes if not wish.phrase]
        excluded: list[Query] = [Not(self._wording.excluded(item)) for item in items if item.excluded]
        if not words and not required and not excluded:
            return Plan(Nothing())
        count = sum(len(wish.items) for wish in wishes if not wish.phrase)
        return Plan(
            query=_all([*words, *required], excluded),
            relaxed=_all(relaxed, excluded) if (relaxed := _relaxed(words, loose, required)) else None,
            question=_is_question(count + len(ignored), ignored),
            words=tuple(leaf for wish in wishes for leaf in wish.words),
            ignored=tuple(self._text[item.start : item.end] for item in ignored),
            unknown=unknown,
            synonyms=self._applied(),
            stands_for=self._stands_for,
        )

    def _item(self, item: Item, *, unknown: bool) -> _Wish:
        if item.phrase:
            phrase = self._phrase(item.words)
            return _Wish((item,), phrase, phrase, leaves(phrase)[:1])
        node = self._wording.wanted(item, unknown=unknown)
        return _Wish((item,), node, self._wording.loose(item, node), leaves(node)[:1])

    # -- synonyms --------------------------------------------------------------------------

    def _runs(self, items: Sequence[Item], ignored: Sequence[Item]) -> tuple[Run, ...]:
        """The terms among the items, but for those that are stop words alone."""
        if self._tuning.synonyms is None:
            return ()
        plain = [None if item.phrase or item.excluded or item.prefix else item.words[0] for item in items]
        found = self._tuning.synonyms.runs(plain)
        return tuple(run for run in found if any(item not in ignored for item in items[run.start : run.end]))

    def _term(
        self, items: Sequence[Item], run: Run, ignored: Sequence[Item], unknown: Sequence[Item]
    ) -> _Wish:
        """What was typed, or a synonym."""
        mine = [item for item in items[run.start : run.end] if item not in ignored]
        typed = [self._item(item, unknown=item in unknown) for item in mine]
        name = self._text[items[run.start].start : items[run.end - 1].end]
        others = [self._synonym(name, other) for other in run.found]
        together = _all([wish.node for wish in typed], ())
        loose = [wish.loose for wish in typed]
        return _Wish(
            tuple(mine),
            any_of([together, *others]),
            any_of([loose[0] if len(loose) == 1 else Some(tuple(loose)), *others]),
            tuple(leaf for wish in typed for leaf in wish.words),
        )

    def _is_answered(self, run: Run) -> bool:
        """Whether the index knows a synonym: then an unknown word that has it is no typo."""
        return any(all(map(self._is_known, other.words)) for other in run.found)

    def _phrase(self, words: Words) -> Query:
        """The words in order; with the synonyms that are meant word for word, too."""
        typed = phrase_query(words, self._wording.fields)
        if self._tuning.synonyms is None:
            return typed
        made = [
            self._noted(name, other, self._wording.variant(variant))
            for variant, name, other in self._tuning.synonyms.variants(words)
        ]
        return any_of([typed, *made])

    def _synonym(self, typed: str, other: Alternative) -> Query:
        return self._noted(typed, other, self._wording.synonym(other))

    def _noted(self, typed: str, other: Alternative, node: Query) -> Query:
        self._synonyms.setdefault(typed, {})[other.text] = None
        for leaf in leaves(node):
            self._stands_for.setdefault(leaf, typed)
        return node

    def _applied(self) -> tuple[str, ...]:
        return tuple(f"{typed}{ARROW}{', '.join(found)}" for typed, found in self._synonyms.items())

    # -- words -----------------------------------------------------------------------------

    def _stop_words(self, items: Sequence[Item]) -> tuple[Item, ...]:
        """The items to ignore: stop words, unless there is nothing else (or a last one still being typed)."""
        found = tuple(
            item
            for item in items
            if not item.phrase
            and not item.prefix
            and not (self._wording.prefix and item.typing)
            and not _is_acronym(self._text, item)
            and all(token.surface in self._tuning.stop_words for token in singles(item.words[0]))
        )
        return found if len(found) < len(items) else ()

    def _is_unknown(self, item: Item) -> bool:
        return not item.phrase and not item.prefix and not self._is_known(item.words[0])

    def _is_known(self, tokens: Sequence[Token]) -> bool:
        # One CJK character is found by the pairs it begins; the dictionary need not hold it alone.
        return any(is_cjk_character(token.surface) or self._knows(token.surface) for token in tokens)


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


def _is_acronym(text: str, item: Item) -> bool:
    """Whether a word stands in capitals among others that do not: ``WHO report``, ``IT workers``."""
    typed = text[item.start : item.end]
    return len(typed) > 1 and typed.isupper() and not text.isupper()
