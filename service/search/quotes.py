"""Where a passage stands: the exact run first, then the nearest passages.

Exact is what ``exact=1`` means (:func:`.plan.phrase_query`): the whole text as one phrase, after folding
only, over the ends of paragraphs if need be. Nearest are the passages that have much of it in the same order:
articles are found by the rarest of its words, and in each the part where most of these stand together is held
against the quote word by word (:mod:`.aligning`).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from indexer.analysis import Token, token_count, tokenize
from indexer.article import Article
from indexer.backends.base import Document, Reader, Search
from indexer.errors import BoundExceeded, Message, TimeBudgetExceeded
from indexer.fields import TEXT
from indexer.highlight import Range
from indexer.limits import MAX_QUOTE_CHARACTERS, MAX_QUOTE_WORDS, QUOTE_CANDIDATES, QUOTE_TELLING_WORDS
from indexer.matching import Marks
from indexer.query import AllOf, Leaf, Not, Query, Some, Word
from indexer.ranking import Ranking

from .aligning import agreement
from .passages import passage_of, ranges_of
from .present import labelled
from .request import QuoteHit, QuoteMatch, QuoteRequest, Stretch
from .wording import is_cjk_character, phrase_query

LEAST_STRENGTH: Final = 0.3  # of an agreement to be near; that of texts on other matters is below 0.2
LEAST_WORDS: Final = 4  # in common of a passage to be near: fewer are a turn of phrase
LEAST_TOLD: Final = 0.2  # of the telling words for an article to be looked at
MOST_HOLDERS: Final = 0.1  # of all articles that hold a telling word, unless there are too few such words
FEW_ARTICLES: Final = 100  # that may hold one anyway: a small site has no rarer words
FEW_WORDS: Final = 8  # to look for articles by: with fewer rare ones, common ones help
SKIPPED_CHARACTERS: Final = 1_000  # that an ellipsis in the quote may stand for
_MARGIN: Final = 300  # characters looked at around where the quote should begin and end
_CONTENT: Final = ("content",)


class Asked(NamedTuple):
    """A quote, how its candidates are ranked, and when its time began and ends (monotonic seconds)."""

    request: QuoteRequest
    tokens: tuple[Token, ...]
    ranking: Ranking
    began: float
    deadline: float

    def search(self, query: Query, limit: int, words: tuple[Leaf, ...] = ()) -> Search:
        """A question within the filters; articles in which ``words`` stand close together rise."""
        filters, deadline = self.request.filters, self.deadline
        return Search(query, filters, limit=limit, ranking=self.ranking, words=words, deadline=deadline)

    def look_at_the_time(self) -> None:
        """Raise once it is up."""
        if time.monotonic() > self.deadline:
            raise TimeBudgetExceeded(max(0.0, self.deadline - self.began))


def find_quote(
    reader: Reader, request: QuoteRequest, ranking: Ranking, deadline: float
) -> tuple[int, tuple[QuoteHit, ...]]:
    """How many articles hold the quote word for word, and the hits. Filter values are known ones.

    Raises:
        BoundExceeded: more than ``MAX_QUOTE_CHARACTERS`` or ``MAX_QUOTE_WORDS``.
        TimeBudgetExceeded: the deadline has passed.
    """
    tokens = quoted_words(request.text)
    if not tokens:
        return 0, ()
    asked = Asked(request, tokens, ranking, time.monotonic(), deadline)
    phrase = phrase_query(list(_words(tokens)), TEXT)
    found = reader.execute(asked.search(phrase, request.limit))
    hits = [_exact_hit(scored.document) for scored in found.hits]
    if len(hits) < request.limit:
        hits += _nearest(reader, asked, phrase)[: request.limit - len(hits)]
    return found.total, tuple(hits)


# -- the quote -------------------------------------------------------------------------------------


def quoted_words(text: str) -> tuple[Token, ...]:
    """The words of a quote as they are in a text that it stands in.

    Raises:
        BoundExceeded: as :func:`find_quote`.
    """
    if len(text) > MAX_QUOTE_CHARACTERS:
        detail = f"the passage has {len(text)} characters; at most {MAX_QUOTE_CHARACTERS} are allowed"
        said = Message("too_many_characters", {"count": len(text), "most": MAX_QUOTE_CHARACTERS})
        raise BoundExceeded("text", "characters", detail, said)
    tokens = tokenize(text)
    # Pairs of a run end with the last one, so that it is found inside a longer run, too.
    if len(tokens) > 1 and is_cjk_character(tokens[-1].surface) and tokens[-2].end == tokens[-1].end:
        tokens.pop()
    if (count := token_count(tokens)) > MAX_QUOTE_WORDS:
        detail = f"the passage has {count} words; at most {MAX_QUOTE_WORDS} are allowed"
        said = Message("too_many_words", {"count": count, "most": MAX_QUOTE_WORDS})
        raise BoundExceeded("text", "words", detail, said)
    return tuple(tokens)


def _words(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens of each word: several for a compound."""
    word: list[Token] = []
    end = 0
    for token in tokens:
        if word and token.position >= end:
            yield word
            word = []
        word.append(token)
        end = max(end, token.position + token.length)
    yield word


class Telling(NamedTuple):
    """The words that tell most of where a quote is from, in its order, each with its first and last place."""

    words: tuple[str, ...]
    places: tuple[Range, ...]


def telling_words(reader: Reader, asked: Asked) -> Telling:
    """The rarest words of a quote that the index knows: at most ``QUOTE_TELLING_WORDS``, and no common
    ones unless it has few others.
    """
    places: dict[str, list[Token]] = {}
    for token in asked.tokens:
        if token.length == 1:
            places.setdefault(token.folded, []).append(token)
    known: list[tuple[int, list[Token]]] = []
    for tokens in places.values():
        word = Word(tokens[0].surface, _CONTENT, forms=False)
        holders = reader.execute(Search(word, limit=0, deadline=asked.deadline)).total
        if holders:
            known.append((holders, tokens))
    known.sort(key=lambda row: row[0])
    # PERF: a long text has a common word in a thousand places, and none of them tells anything.
    few = max(FEW_ARTICLES, MOST_HOLDERS * reader.article_count)
    rare = sum(holders <= few for holders, _ in known)
    kept = known[: min(QUOTE_TELLING_WORDS, max(rare, FEW_WORDS))]
    best = sorted((tokens for _, tokens in kept), key=lambda tokens: tokens[0].start)
    return Telling(
        tuple(tokens[0].surface for tokens in best),
        tuple((tokens[0].start, tokens[-1].start) for tokens in best),
    )


# -- exact -----------------------------------------------------------------------------------------


def _exact_hit(document: Document) -> QuoteHit:
    marks = document.marks("content" if "content" in document.fields else "title")
    text, (start, end) = marks.text, marks.ranges[0]
    return _hit(document.article, "exact", 1.0, text, _ranges(text, start, tokenize(text[start:end])))


# -- nearest ---------------------------------------------------------------------------------------


def _nearest(reader: Reader, asked: Asked, phrase: Query) -> list[QuoteHit]:
    """Articles with a passage near to the quote, the nearest first; none that holds the quote itself."""
    if token_count(list(asked.tokens)) < LEAST_WORDS:
        return []
    telling = telling_words(reader, asked)
    if not telling.words:
        return []
    words = tuple(Word(word, _CONTENT, forms=False) for word in telling.words)
    found = reader.execute(asked.search(AllOf((Some(words), Not(phrase))), QUOTE_CANDIDATES, words))
    hits: list[QuoteHit] = []
    for scored in found.hits:
        asked.look_at_the_time()
        hit = _near_hit(asked, telling, scored.document)
        if hit is not None:
            hits.append(hit)
    return sorted(hits, key=lambda hit: -hit.agreement)


def _near_hit(asked: Asked, telling: Telling, document: Document) -> QuoteHit | None:
    marks = document.marks("content")
    together = densest(marks, len(asked.request.text) + SKIPPED_CHARACTERS)
    if len({leaf for _, leaf in together}) < LEAST_TOLD * len(telling.words):
        return None
    text = marks.text
    start, end = _region(text, together, telling, len(asked.request.text))
    found = agreement(asked.tokens, tokenize(text[start:end]))
    if found.strength < LEAST_STRENGTH or found.agreed < LEAST_WORDS:
        return None
    return _hit(document.article, "near", found.share, text, _ranges(text, start, found.words))


Mark = tuple[Range, int]


def densest(marks: Marks, width: int) -> list[Mark]:
    """Of the marks in a text those that stand within ``width`` characters where most leaves do."""
    found: list[Mark] = list(zip(marks.ranges, marks.leaves, strict=True))
    held: Counter[int] = Counter()
    first, different, most, best = 0, 0, 0, slice(0)
    for last, ((_, end), leaf) in enumerate(found):
        different += not held[leaf]
        held[leaf] += 1
        while end - found[first][0][0] > width and first < last:
            held[found[first][1]] -= 1
            different -= not held[found[first][1]]
            first += 1
        if different > most:
            most, best = different, slice(first, last + 1)
    return found[best]


def _region(text: str, marks: Sequence[Mark], telling: Telling, length: int) -> Range:
    """The part of a text in which a quote of ``length`` characters stands, if it is where the marks are."""
    starts = [start - telling.places[leaf][1] for (start, _), leaf in marks]
    ends = [start - telling.places[leaf][0] + length for (start, _), leaf in marks]
    first, last = max(0, min(starts) - _MARGIN), min(len(text), max(ends) + _MARGIN)
    return text.rfind(" ", 0, first) + 1 if first else 0, last


# -- hits ------------------------------------------------------------------------------------------


def _ranges(text: str, start: int, words: Sequence[Token]) -> list[Range]:
    """Where words of the part of a text that begins at ``start`` are in it."""
    return ranges_of(text, [word._replace(start=start + word.start, end=start + word.end) for word in words])


def _hit(article: Article, match: QuoteMatch, share: float, text: str, ranges: Sequence[Range]) -> QuoteHit:
    return QuoteHit(
        id=article.id,
        url=article.url,
        title=article.title,
        categories=tuple(map(labelled, article.categories)),
        lang=article.lang,
        published_at=article.published_at[:10],
        match=match,
        agreement=round(share, 3),
        passage=passage_of(text, ranges),
        stretch=_stretch(text, ranges[0][0], ranges[-1][1]),
    )


def _stretch(text: str, start: int, end: int) -> Stretch:
    """The lines that a range stands in."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    return Stretch(text[first : last if last >= 0 else len(text)], start - first, end - first)
