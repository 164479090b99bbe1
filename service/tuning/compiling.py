"""From what an administrator wrote to what the engine takes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from indexer.analysis import fold
from indexer.ranking import Ranking

from ..search.curation import Curation, Rule, is_safe, words_of
from ..search.protected import ProtectedWords
from ..search.stopwords import STOP_WORDS
from ..search.synonyms import SynonymTable, Terms
from ..search.tuning import Tuning
from .model import Boosts, Synonyms, TuningModel, Weights


def compile_model(model: TuningModel) -> Tuning:
    """The tuning in force under a model; models that say the same make tunings of the same version."""
    return Tuning(
        ranking=_ranking(model.weights, model.boosts),
        stop_words=stop_words_of(model),
        popular=model.popular,
        version=digest_of(model)[:12],
        synonyms=SynonymTable(map(_terms, model.synonyms)) if model.synonyms else None,
        protected=ProtectedWords(model.protected) if model.protected else None,
        curation=Curation(_rules(model)) if any(rule.enabled for rule in model.rules) else None,
        typos=model.typos,
        prefix=model.prefix,
    )


def digest_of(model: TuningModel) -> str:
    """A digest of all that a model says."""
    return hashlib.sha256(msgspec.json.encode(model, order="sorted")).hexdigest()


def _terms(rule: Synonyms) -> Terms:
    """Those of a group stand for each other: what a term is found as leaves out itself."""
    return Terms(rule.words, rule.to or rule.words, exact=rule.exact)


def _rules(model: TuningModel) -> Iterator[Rule]:
    for rule in model.rules:
        if rule.enabled:
            yield Rule(
                name=rule.name,
                words=words_of(rule.query),
                match=rule.match,
                first=rule.from_,
                last=rule.to,
                pins=tuple((pin.article, pin.position) for pin in rule.pin),
                hidden=rule.hide,
                redirect=rule.redirect if is_safe(rule.redirect) else "",
            )


def _ranking(weights: Weights, boosts: Boosts) -> Ranking:
    factors = {"category": boosts.category, "type": boosts.type}
    return Ranking(
        weights={"title": weights.title, "content": weights.content},
        title=weights.title_bonus,
        proximity=weights.proximity,
        recency=weights.recency,
        half_life_days=weights.half_life_days,
        boosts={name: slugs for name, slugs in factors.items() if slugs},
    )


def stop_words_of(model: TuningModel) -> frozenset[str]:
    """The stop words of all languages under a model, folded."""
    words = {lang: {fold(word) for word in known} for lang, known in STOP_WORDS.items()}
    for lang, change in model.stop_words.items():
        kept = words.get(lang, set()) - {fold(word) for word in change.remove}
        words[lang] = kept | {fold(word) for word in change.add}
    return frozenset(word for known in words.values() for word in known)
