"""Where a phrase breaks in an article that has all its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from indexer.analysis import Token, folded_form
from indexer.query import Phrase

from .reading import Reading

_AROUND: Final = 40  # characters shown around the place where a phrase breaks


class Break(Struct, frozen=True):
    """The longest beginning of a phrase that stands in an article, and what stands there instead of the rest.

    ``found`` is the word that follows, empty at the end of the text; ``expected`` the word of the phrase.
    """

    matched: str
    expected: str
    found: str
    field: str
    passage: str


def break_of(phrase: Phrase, reading: Reading) -> Break:
    """Where a phrase breaks whose words are all in the article, and which is not."""
    run, field, end = _longest_run(phrase, reading)
    matched, rest = phrase.words[: len(run)], phrase.words[len(run) :]
    follows = _follows(reading, field, end)
    return Break(" ".join(matched), rest[0], follows, field, _passage(reading, field, run))


def _longest_run(phrase: Phrase, reading: Reading) -> tuple[list[Token], str, int]:
    """The longest beginning of a phrase that stands somewhere: its tokens, the field, the position behind."""
    best: tuple[list[Token], str, int] = ([], phrase.fields[0], 0)
    wanted = [folded_form(word) for word in phrase.words]
    for name in phrase.fields:
        at: dict[int, list[Token]] = {}
        for token in reading.tokens[name]:
            at.setdefault(token.position, []).append(token)
        for start in at:
            run, place = _run(wanted, at, start)
            if len(run) > len(best[0]):
                best = run, name, place
    return best


def _run(wanted: Sequence[str], at: dict[int, list[Token]], start: int) -> tuple[list[Token], int]:
    run: list[Token] = []
    place = start
    for word in wanted:
        token = next((token for token in at.get(place, ()) if token.folded == word), None)
        if token is None:
            break
        run.append(token)
        place += token.length
    return run, place


def _follows(reading: Reading, field: str, position: int) -> str:
    text = reading.texts[field]
    for token in reading.tokens[field]:
        if token.position == position and token.length == 1:
            return text[token.start : token.end]
    return ""


def _passage(reading: Reading, field: str, run: Sequence[Token]) -> str:
    """The text around the end of a run, on one line, cut between words."""
    text = reading.texts[field]
    start, end = max(0, run[0].start - _AROUND), min(len(text), run[-1].end + _AROUND)
    if start:
        start = text.find(" ", start, run[0].start) + 1 or run[0].start
    if end < len(text):
        end = max(text.rfind(" ", run[-1].end, end), run[-1].end)
    before, after = "…" if start else "", "…" if end < len(text) else ""
    return f"{before}{' '.join(text[start:end].split())}{after}"
