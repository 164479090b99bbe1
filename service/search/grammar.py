"""What a visitor typed, cut into words, phrases and exclusions.

The grammar of a generic query::

    query      = { item } ;
    item       = [ "-" ] , ( phrase | word ) ;
    phrase     = quote , text , quote ;          straight, curly, low or angle double quotes
    word       = letters and digits, with inner apostrophes, hyphens, dots ;
    prefix     = word , "*" ;

- A ``-`` excludes only at the start of an item (begin of text or after white space) and directly
  before a word or a quote. A hyphen inside a word joins it: ``Däubler-Gmelin`` is one item.
- A quote without a partner is ignored: its words are plain words, as they are while typing.
- A ``*`` directly after a word asks for words that begin with it. A ``*`` directly before a word
  is refused (:data:`LEADING_WILDCARD`); anywhere else it is punctuation.
- Everything else that is no letter, digit or mark separates words and means nothing. There are no
  operators: ``AND``, ``OR``, ``NOT`` and parentheses are what they say.

With ``exact`` none of this applies: see :func:`exact_words`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from indexer.analysis import Token, chunks
from indexer.errors import BoundExceeded, Message
from indexer.limits import MAX_QUERY_CHARACTERS, MAX_QUERY_WORDS

LEADING_WILDCARD = "leading wildcard"

_QUOTES = '"\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02'
_PHRASE = re.compile(rf"(?:(?<=\s)|^)?(-?)[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]")
_MINUS = re.compile(r"(?:(?<=\s)|^)-(?=\w)")
_LEADING_STAR = re.compile(r"(?:(?<=[\s-])|^)\*(?=\w)")


class Item(Struct, frozen=True):
    """One thing asked for.

    ``words`` are the tokens of each word as typed: one for a phrase of one, several for a longer
    phrase, exactly one entry for a plain word (which may hold several tokens: a compound).
    ``typing`` marks a last word that is not followed by anything yet.
    """

    words: tuple[tuple[Token, ...], ...]
    phrase: bool = False
    excluded: bool = False
    prefix: bool = False
    typing: bool = False
    start: int = 0
    end: int = 0


def parse(text: str) -> tuple[Item, ...]:
    """Cut a generic query into items, in the order typed.

    Raises:
        BoundExceeded: more than ``MAX_QUERY_CHARACTERS`` or ``MAX_QUERY_WORDS``, or a leading wildcard.
    """
    _check_length(text)
    items = tuple(_items(text))
    _check_words(sum(len(item.words) for item in items))
    return items


def exact_words(text: str) -> tuple[tuple[Token, ...], ...]:
    """The words of an exact query: the whole text in order, quotes and signs without meaning.

    Raises:
        BoundExceeded: as :func:`parse`.
    """
    _check_length(text)
    words = tuple(tuple(tokens) for tokens in chunks(text, phrase=True))
    _check_words(len(words))
    return words


def _check_length(text: str) -> None:
    if len(text) > MAX_QUERY_CHARACTERS:
        detail = f"the query has {len(text)} characters; at most {MAX_QUERY_CHARACTERS} are allowed"
        said = Message("too_many_characters", {"count": len(text), "most": MAX_QUERY_CHARACTERS})
        raise BoundExceeded("q", "characters", detail, said)


def _check_words(count: int) -> None:
    if count > MAX_QUERY_WORDS:
        detail = f"the query has {count} words; at most {MAX_QUERY_WORDS} are allowed"
        said = Message("too_many_words", {"count": count, "most": MAX_QUERY_WORDS})
        raise BoundExceeded("q", "words", detail, said)


def _items(text: str) -> Iterator[Item]:
    at = 0
    for match in _PHRASE.finditer(text):
        begins = match.start() == 0 or text[match.start() - 1].isspace()
        yield from _plain(text, at, match.start(), last=False)
        excluded = bool(match.group(1)) and begins
        words = tuple(tuple(tokens) for tokens in chunks(match.group(2), phrase=True))
        if words:
            yield Item(words, phrase=True, excluded=excluded, start=match.start(), end=match.end())
        at = match.end()
    yield from _plain(text, at, len(text), last=True)


def _plain(text: str, start: int, end: int, *, last: bool) -> Iterator[Item]:
    part = text[start:end]
    if _LEADING_STAR.search(text, start, end):
        detail = "a word cannot begin with a wildcard; put the * after it"
        raise BoundExceeded("q", LEADING_WILDCARD, detail, Message("leading_wildcard"))
    # In the text and not the part: what stands right behind a phrase begins no item.
    minus = {match.end() for match in _MINUS.finditer(text, start, end)}
    for tokens in chunks(part):
        first, final = tokens[0].start, max(token.end for token in tokens)
        yield Item(
            (tuple(tokens),),
            excluded=start + first in minus,
            prefix=part[final : final + 1] == "*",
            typing=last and final == len(part),
            start=start + first,
            end=start + final,
        )
