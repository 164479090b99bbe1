"""From what an administrator wrote to what the engine takes."""

from __future__ import annotations

import hashlib

import msgspec

from indexer.analysis import fold
from indexer.ranking import Ranking

from ..search.stopwords import STOP_WORDS
from ..search.tuning import Tuning
from .model import TuningModel, Weights


def compile_model(model: TuningModel) -> Tuning:
    """The tuning in force under a model; models that say the same make tunings of the same version."""
    return Tuning(
        ranking=_ranking(model.weights),
        stop_words=_stop_words(model),
        popular=model.popular,
        version=digest_of(model)[:12],
    )


def digest_of(model: TuningModel) -> str:
    """A digest of all that a model says."""
    return hashlib.sha256(msgspec.json.encode(model, order="sorted")).hexdigest()


def _ranking(weights: Weights) -> Ranking:
    return Ranking(
        weights={"title": weights.title, "content": weights.content},
        title=weights.title_bonus,
        proximity=weights.proximity,
        recency=weights.recency,
        half_life_days=weights.half_life_days,
    )


def _stop_words(model: TuningModel) -> frozenset[str]:
    words = {lang: {fold(word) for word in known} for lang, known in STOP_WORDS.items()}
    for lang, change in model.stop_words.items():
        kept = words.get(lang, set()) - {fold(word) for word in change.remove}
        words[lang] = kept | {fold(word) for word in change.add}
    return frozenset(word for known in words.values() for word in known)
