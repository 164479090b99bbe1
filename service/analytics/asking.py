"""Asks the engine what a query that found nothing would find now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from indexer.analysis import fold
from indexer.errors import BroadsheetError

from ..search.engine import Engine
from ..search.request import SearchRequest
from ..search.stopwords import STOP_WORDS
from .diagnosis import Answered, Ask, scripts_of

_STOP: Final[Mapping[str, frozenset[str]]] = {
    lang: frozenset(map(fold, words)) for lang, words in STOP_WORDS.items()
}


def asking(engine: Engine) -> Ask:
    """How the diagnosis asks; an engine that cannot answer says ``None``."""

    def ask(text: str) -> Answered | None:
        try:
            result = engine.search(SearchRequest(text, per_page=1, facets=()))
            languages = tuple(row.value for row in engine.taxonomy("lang") if row.count)
        except BroadsheetError:
            return None
        relaxed = result.applied.relaxed
        return Answered(
            result.applied.complete if relaxed else result.total,
            result.applied.corrected,
            result.applied.unknown,
            _stop_words(text, engine.tuning.stop_words),
            scripts_of(languages),
            result.total if relaxed else 0,
        )

    return ask


def _stop_words(text: str, in_force: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    """The words by the languages whose lists they come from; nothing when one of them is no stop word."""
    words = dict.fromkeys(fold(word) for word in text.split())
    if not words or not all(word in in_force for word in words):
        return {}
    found = {lang: tuple(word for word in words if word in known) for lang, known in _STOP.items()}
    return {lang: listed for lang, listed in found.items() if listed}
