"""Why a hit is there, in sentences with numbers."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.backends.base import Part, Scored
from indexer.query import Fuzzy, Leaf, Phrase, Prefix, Word

_FIELD = {"title": "the title", "content": "the text"}


def explain(hit: Scored) -> tuple[str, ...]:
    """Sentences that account for a hit's score, the largest share first."""
    parts = sorted(hit.parts, key=lambda part: -part.score)
    return (*(_part(part) for part in parts), *_factors(hit), f"Score: {hit.score:.3f}.")


def _part(part: Part) -> str:
    places = " and ".join(
        f"{_times(count)} in {_FIELD[name]}" for name, count in sorted(part.occurrences.items())
    )
    others = [form for form in part.forms if form not in (getattr(part.leaf, "text", ""), _name(part.leaf))]
    found_as = f" as {', '.join(form.replace(chr(0x200C), '-') for form in others[:5])}" if others else ""
    spread = "1 article holds" if part.documents == 1 else f"{part.documents} articles hold"
    share = f"{spread} it (weight {part.idf:.2f}): {part.score:.3f}."
    return f"{_name(part.leaf)} is found {places}{found_as}; {share}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _name(leaf: Leaf) -> str:
    match leaf:
        case Word(text, _, forms):
            return f"“{text}”" if forms else f"exactly “{text}”"
        case Phrase(words):
            return f"the phrase “{' '.join(words)}”"
        case Prefix(text):
            return f"a word beginning with “{text}”"
        case Fuzzy(text, distance):
            letters = "one letter" if distance == 1 else f"up to {distance} letters"
            return f"a word spelled like “{text}” ({letters} different)"


def _factors(hit: Scored) -> Iterator[str]:
    if hit.coverage != 1.0:
        yield f"Not all words are there: their shares are times {hit.coverage:.2f}."
    if hit.proximity_bonus:
        yield f"The words stand close together: plus {hit.proximity_bonus:.0%}."
    if hit.title_bonus:
        yield f"The title is much of the query: plus {hit.title_bonus:.0%}."
    if hit.recency > 1.0:
        yield f"Published lately: times {hit.recency:.2f}."
