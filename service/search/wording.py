"""A word of a query as a node of the query tree: what it may be found as, under a request and a tuning."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from indexer.analysis import Token, folded_form
from indexer.limits import FUZZY_LONG_WORD, FUZZY_MIN_LENGTH
from indexer.query import AllOf, AnyOf, Boost, Fuzzy, Nothing, Phrase, Prefix, Query, Word

from .grammar import Item
from .protected import ProtectedWords
from .synonyms import AS_SYNONYM, Alternative, Words, singles


class Wording(Struct, frozen=True):
    """What words may be found as: in which ``fields``, the last one by its beginning with ``prefix``,
    unknown ones with ``typos``.
    """

    fields: tuple[str, ...]
    prefix: bool = False
    typos: bool = True
    protected: ProtectedWords | None = None

    def word(self, surface: str) -> Word:
        """A word as itself and its forms, as far as no word is protected."""
        if self.protected is None:
            return Word(surface, self.fields)
        if surface in self.protected:
            return Word(surface, self.fields, forms=False)
        return Word(surface, self.fields, without=self.protected.apart_from(surface))

    def wanted(self, item: Item, *, unknown: bool) -> Query:
        """What an item must be found as."""
        tokens = item.words[0]
        if item.phrase:
            return phrase_query(item.words, self.fields)
        if len(singles(tokens)) > 1:
            return any_of(self._compound(tokens))
        surface = tokens[0].surface
        if item.prefix:
            return Prefix(surface, self.fields, whole=True)
        alternatives: list[Query] = [self.word(surface)]
        if (self.prefix and item.typing) or is_cjk_character(surface):
            alternatives.append(Prefix(surface, self.fields))
        if unknown and self.typos and may_be_typo(item):
            alternatives.append(Fuzzy(surface, edits_allowed(surface), self.fields))
        return any_of(alternatives)

    def loose(self, item: Item, node: Query) -> Query:
        """What a word of a relaxed answer may be found as: of a compound, its parts in any place, too."""
        parts = singles(item.words[0])
        if len(parts) < 2 or any(len(token.folded) < 2 for token in parts):
            return node
        anywhere = AllOf(tuple(self.word(token.surface) for token in parts))
        return any_of([*self._compound(item.words[0]), anywhere])

    def excluded(self, item: Item) -> Query:
        """What must not be found."""
        tokens = item.words[0]
        if item.phrase or len(singles(tokens)) > 1:
            return phrase_query(item.words, self.fields)
        if item.prefix:
            return Prefix(tokens[0].surface, self.fields, whole=True)
        return self.word(tokens[0].surface)

    def synonym(self, alternative: Alternative) -> Query:
        """A synonym, which counts a little less than the word that is typed."""
        words = alternative.words
        if len(words) > 1:
            return Boost(phrase_query(words, self.fields), AS_SYNONYM)
        if len(singles(words[0])) > 1:
            return Boost(any_of(self._compound(words[0])), AS_SYNONYM)
        surface = words[0][0].surface
        single = Prefix(surface, self.fields) if is_cjk_character(surface) else self.word(surface)
        return Boost(single, AS_SYNONYM)

    def variant(self, words: Words) -> Query:
        """A phrase in which a synonym stands for what was typed."""
        return Boost(phrase_query(words, self.fields), AS_SYNONYM)

    def _compound(self, tokens: Sequence[Token]) -> list[Query]:
        """A compound: its parts side by side, or the joined form."""
        phrase = Phrase(tuple(token.surface for token in singles(tokens)), self.fields)
        return [phrase, *(self.word(token.surface) for token in tokens if token.length > 1)]


def may_be_typo(item: Item) -> bool:
    """Whether an unknown item is tried with typos: one word, no number, of some length."""
    tokens = item.words[0]
    surface = tokens[0].surface
    return (
        len(singles(tokens)) == 1 and not surface.isdigit() and len(folded_form(surface)) >= FUZZY_MIN_LENGTH
    )


def any_of(alternatives: Sequence[Query]) -> Query:
    """At least one of some nodes."""
    return alternatives[0] if len(alternatives) == 1 else AnyOf(tuple(alternatives))


def edits_allowed(surface: str) -> int:
    """How many edits a typo may be away: two in a long word."""
    return 1 if len(folded_form(surface)) < FUZZY_LONG_WORD else 2


def phrase_query(words: Sequence[Sequence[Token]], fields: tuple[str, ...]) -> Query:
    """The words in order, as themselves; compounds as their parts or as joined."""
    split = [token.surface for tokens in words for token in singles(tokens)]
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
