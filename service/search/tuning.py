"""The tuning as the engine takes it: what an administrator wrote, made ready for every request at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from indexer.analysis import fold
from indexer.ranking import Ranking

from .curation import Curation
from .protected import ProtectedWords
from .stopwords import STOP_WORDS
from .synonyms import SynonymTable


@dataclass(frozen=True, slots=True)
class Tuning:
    """What an administrator may set; takes effect with the next request.

    ``stop_words`` are surfaces (see :func:`indexer.analysis.fold`) of all languages together: of a query no
    language is known. ``popular`` are queries that are offered while typing. ``typos`` and ``prefix`` say
    whether unknown words are tried with typos, and whether a last word that is being typed may stand for
    longer ones. PERF: what is ``None`` is not looked at.
    """

    ranking: Ranking = field(default_factory=Ranking)
    stop_words: frozenset[str] = frozenset(fold(word) for words in STOP_WORDS.values() for word in words)
    popular: tuple[str, ...] = ()
    version: str = "default"
    synonyms: SynonymTable | None = None
    protected: ProtectedWords | None = None
    curation: Curation | None = None
    typos: bool = True
    prefix: bool = True
