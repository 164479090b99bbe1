"""Which words of a quote stand in a text, in the same order: an alignment by chains of common runs.

As programs do that find where a piece of a genome comes from (seed, chain, extend): words that follow each
other in both texts are *runs*; a *chain* is runs that follow each other in both, too. A run adds the words
it has, and costs half the logarithm of the gap before it, as in minimap2 (Li 2018, Bioinformatics 34:3094,
section 2.1): two words in common behind a hundred others are chance, eight are not. What lies between two
runs of the best chain is compared word by word (longest common subsequence).

Words are compared by their folded forms, so case, accents, quotes and dashes do not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from math import log2
from typing import Final, NamedTuple

from rapidfuzz.distance import LCSseq

from indexer.analysis import Token, token_count

SEED: Final = 2  # words that must follow each other to be a run; single ones are in every text
SEED_PLACES: Final = 8  # of a pair of words that a quote says again and again, the first so many count
MAX_RUNS: Final = 250  # the longest are chained; a passage has a dozen, unless it says the same all the time
_SPARE: Final = 3  # words by which what stands between two runs may be longer than in the quote, and more

Pair = tuple[int, int]


class Run(NamedTuple):
    """Words that follow each other in both texts: where they begin, and how many they are."""

    quote: int
    text: int
    length: int


class Agreement(NamedTuple):
    """How much of a quote stands in a text.

    ``share`` is the share of its words that do, in the same order; ``words`` are these, as tokens of the
    text. ``strength`` is the share that the chain's runs have, less what gaps cost: what there is more of
    than chance puts together. ``agreed`` counts words of the quote.
    """

    share: float
    strength: float
    agreed: int
    words: tuple[Token, ...]


NOTHING: Final = Agreement(0.0, 0.0, 0, ())


def agreement(quote: Sequence[Token], text: Sequence[Token]) -> Agreement:
    """The passage of a text that agrees best with a quote. Both are tokens by position."""
    total = token_count(list(quote))
    asked, there = units(quote, _folded(text)), units(text, _folded(quote))
    ours, theirs = [token.folded for token in asked], [token.folded for token in there]
    score, chain = best_chain(common_runs(ours, theirs))
    if not chain:
        return NOTHING
    pairs = list(_pairs(chain, ours, theirs))
    agreed = sum(asked[at].length for at, _ in pairs)
    return Agreement(agreed / total, score / len(asked), agreed, tuple(there[at] for _, at in pairs))


def _folded(tokens: Iterable[Token]) -> Set[str]:
    return {token.folded for token in tokens}


def units(tokens: Sequence[Token], known: Set[str]) -> list[Token]:
    """The words of a text one after another: of a compound its parts, or it as joined if that is known.

    ``e-mail`` is so compared with ``e mail`` and with ``email``.
    """
    joined = {token.position: token for token in tokens if token.length > 1 and token.folded in known}
    found: list[Token] = []
    done = 0
    for token in tokens:
        if token.length == 1 and token.position >= done:
            unit = joined.get(token.position, token)
            found.append(unit)
            done = unit.position + unit.length
    return found


# -- runs ------------------------------------------------------------------------------------------


def common_runs(quote: Sequence[str], text: Sequence[str]) -> list[Run]:
    """The runs of at least :data:`SEED` words, as long as they can be."""
    places = _seeds(quote)
    reached: dict[int, int] = {}  # by diagonal: up to where the text is in a run already
    runs: list[Run] = []
    for at in range(len(text) - SEED + 1):
        for place in places.get((text[at], text[at + 1]), ()):
            if reached.get(at - place, 0) <= at:
                length = _common(quote, text, place, at)
                reached[at - place] = at + length
                runs.append(Run(place, at, length))
    return runs


def _seeds(quote: Sequence[str]) -> dict[tuple[str, str], list[int]]:
    places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for at in range(len(quote) - SEED + 1):
        known = places[quote[at], quote[at + 1]]
        if len(known) < SEED_PLACES:
            known.append(at)
    return places


def _common(quote: Sequence[str], text: Sequence[str], at: int, place: int) -> int:
    """How many words from two places on are the same."""
    most = min(len(quote) - at, len(text) - place)
    return next((n for n in range(SEED, most) if quote[at + n] != text[place + n]), most)


# -- chains ----------------------------------------------------------------------------------------


def best_chain(runs: Iterable[Run]) -> tuple[float, list[Run]]:
    """The runs, one behind the other in both texts, that add most, and how much that is, in words.

    Where two overlap the later is cut.
    """
    longest = sorted(runs, key=lambda run: (-run.length, run.text, run.quote))[:MAX_RUNS]
    ordered = sorted(longest, key=lambda run: (run.text, run.quote))
    chains: list[tuple[float, int, Run]] = []  # of each run: the best that ends with it, its last but one
    for run in ordered:
        best = (float(run.length), -1, run)
        for number, (score, _, before) in enumerate(chains):
            behind, gap = _behind(before, run)
            together = score + behind.length - log2(1 + gap) / 2
            if behind.length > 0 and together > best[0]:
                best = (together, number, behind)
        chains.append(best)
    return _traced(chains)


def _behind(before: Run, run: Run) -> tuple[Run, int]:
    """What of a run is behind another one in both texts, and how many words lie between them."""
    quote, text = run.quote - before.quote - before.length, run.text - before.text - before.length
    cut = max(0, -quote, -text)
    return Run(run.quote + cut, run.text + cut, run.length - cut), max(quote, text) + cut


def _traced(chains: Sequence[tuple[float, int, Run]]) -> tuple[float, list[Run]]:
    at = max(range(len(chains)), key=lambda number: chains[number][0], default=-1)
    score = chains[at][0] if chains else 0.0
    chain: list[Run] = []
    while at >= 0:
        _, before, run = chains[at]
        chain.append(run)
        at = before
    return score, chain[::-1]


# -- words -----------------------------------------------------------------------------------------


def _pairs(chain: Sequence[Run], quote: Sequence[str], text: Sequence[str]) -> Iterator[Pair]:
    """Places in quote and text of the same word: those of the chain, and single ones around its runs."""
    first = chain[0]
    yield from _between(quote, text, (0, max(0, first.text - first.quote - _SPARE)), first[:2])
    for run, after in zip(chain, [*chain[1:], None], strict=True):
        yield from ((run.quote + n, run.text + n) for n in range(run.length))
        end = (run.quote + run.length, run.text + run.length)
        rest = len(quote) - end[0]
        last = (len(quote), min(len(text), end[1] + rest + _SPARE if rest else end[1]))
        yield from _between(quote, text, end, after[:2] if after else last)


def _between(quote: Sequence[str], text: Sequence[str], start: Pair, end: Pair) -> Iterator[Pair]:
    """Single words in the same order, where the text says about as much as the quote in their place."""
    ours, theirs = quote[start[0] : end[0]], text[start[1] : end[1]]
    if not ours or not theirs or len(theirs) > 2 * len(ours) + _SPARE:
        return
    for step in LCSseq.opcodes(ours, theirs):
        if step.tag == "equal":
            places = zip(
                range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True
            )
            yield from ((start[0] + at, start[1] + place) for at, place in places)
