"""The tuning as the engine takes it: what an administrator wrote, made ready for every request at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from indexer.analysis import fold
from indexer.ranking import Ranking

from .stopwords import STOP_WORDS


@dataclass(frozen=True, slots=True)
class Tuning:
    """What an administrator may set; takes effect with the next request.

    ``stop_words`` are surfaces (see :func:`indexer.analysis.fold`) of all languages together. ``popular``
    are queries that are offered while typing.
    """

    ranking: Ranking = field(default_factory=Ranking)
    stop_words: frozenset[str] = frozenset(fold(word) for words in STOP_WORDS.values() for word in words)
    popular: tuple[str, ...] = ()
    version: str = "default"
