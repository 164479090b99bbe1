"""Articles of made-up text with the real frequencies of English words, from ``wordfreq``.

Words are drawn independently, so the text has the dictionary and the document frequencies of real
English but no topics. A title is made of words of its article. The same seed gives the same
articles, and a smaller set is the beginning of a larger one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import wordfreq

from .items import Item, draw_facts

SEED = 20_250_121
_CHUNK = 2_000
_MEAN_LENGTH, _SPREAD, _SHORTEST, _LONGEST = 470, 0.45, 60, 3_000
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_COMMA, _PARAGRAPH = 0.05, 0.2  # shares of words before a comma, and of sentences that end a paragraph
_PLAIN, _CAPITAL, _BEFORE_COMMA, _FULL_STOP, _LAST = range(5)  # the forms of a word in a sentence


class Vocabulary:
    """English words, most frequent first, each in the forms it has in a sentence."""

    def __init__(self) -> None:
        words = {w: f for w, f in wordfreq.get_frequency_dict("en", "large").items() if _WORD.fullmatch(w)}
        self.words = list(words)
        self.cumulative = np.cumsum(np.fromiter(words.values(), np.float64))
        self.cumulative /= self.cumulative[-1]
        forms = [
            self.words,
            [word[0].upper() + word[1:] for word in self.words],
            [f"{word}," for word in self.words],
            [f"{word}." for word in self.words],
            [f"{word}.\n" for word in self.words],
        ]
        self.forms = np.array(forms, dtype=object)

    def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Ranks of ``count`` words by their frequencies."""
        return np.searchsorted(self.cumulative, rng.random(count)).clip(max=len(self.words) - 1)


def zipf(count: int, seed: int = SEED) -> Iterator[Item]:
    """Stream ``count`` articles of about 470 words."""
    vocabulary = Vocabulary()
    for start in range(0, count, _CHUNK):
        rng = np.random.default_rng([seed, start // _CHUNK])
        yield from _chunk(vocabulary, start, min(_CHUNK, count - start), rng)


def _chunk(vocabulary: Vocabulary, start: int, wanted: int, rng: np.random.Generator) -> Iterator[Item]:
    location = np.log(_MEAN_LENGTH) - _SPREAD**2 / 2
    lengths = rng.lognormal(location, _SPREAD, _CHUNK).astype(np.int64).clip(_SHORTEST, _LONGEST)
    ends = np.cumsum(lengths)
    ranks = vocabulary.draw(int(ends[-1]), rng)
    words = vocabulary.forms[_forms(ends, rng), ranks]
    title_at = ends - lengths + (rng.random((12, _CHUNK)) * lengths).astype(np.int64)
    titles = vocabulary.forms[_PLAIN, ranks[title_at.T]]
    title_lengths = rng.integers(5, 13, _CHUNK).tolist()
    facts = draw_facts(_CHUNK, rng)
    for at, end in enumerate(ends[:wanted].tolist()):
        title = " ".join(titles[at, : title_lengths[at]])
        text = " ".join(words[end - int(lengths[at]) : end].tolist()).replace("\n ", "\n").strip()
        yield Item(
            start + at,
            title[0].upper() + title[1:],
            text,
            facts.categories[at],
            facts.types[at],
            facts.days[at],
        )


def _forms(ends: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Which form each word of a chunk has: sentences of 6 to 28 words, the last of an article cut short."""
    total = int(ends[-1])
    forms = np.where(rng.random(total) < _COMMA, _BEFORE_COMMA, _PLAIN)
    stops = np.cumsum(rng.integers(6, 29, total // 6 + 1)) - 1
    stops = np.union1d(stops[stops < total], ends - 1)
    forms[stops] = np.where(rng.random(len(stops)) < _PARAGRAPH, _LAST, _FULL_STOP)
    first = np.concatenate(([0], stops[:-1] + 1))
    forms[first] = np.where(forms[first] >= _FULL_STOP, forms[first], _CAPITAL)
    return forms
