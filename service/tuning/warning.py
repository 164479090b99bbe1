"""What may be wrong with a tuning, though it can be used: it does nothing, or other than its writer thinks.

A warning says of which rule, synonym or boost it is in the words that people know it by; its path says where
that stands in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from indexer.analysis import fold, tokenize

from ..search.curation import words_of
from .checking import Known
from .compiling import stop_words_of
from .faults import Fault
from .leading import meet
from .model import Rule, Synonyms, TuningModel, Weights
from .reading import shown, within

MAX_WARNED: Final = 50  # told at once; who has more has made one mistake many times


def find_warnings(model: TuningModel, known: Known) -> Iterator[Fault]:
    """All that is worth a look, in the order of the model's members."""
    for number, rule in enumerate(model.rules):
        yield from _rule(f"rules[{number}]", rule, known)
    yield from _same_searches(model.rules)
    stop_words = stop_words_of(model)
    for number, group in enumerate(model.synonyms):
        yield from _synonyms(f"synonyms[{number}]", group, stop_words)
    for code in model.stop_words:
        if known.languages is not None and code not in known.languages:
            detail = f"the stop words of {shown(code)} are of a language that no article is in"
            yield Fault(within("stop_words", code), detail)
    yield from _weights(model.weights)
    for kind, factors, there, what in (
        ("category", model.boosts.category, known.categories, "category"),
        ("type", model.boosts.type, known.types, "post type"),
    ):
        for slug in factors:
            if there is not None and slug not in there:
                detail = f"the boost of the {what} {shown(slug)} does nothing: the site has no such {what}"
                yield Fault(within(f"boosts.{kind}", slug), detail)


def called(rule: Rule) -> str:
    """What a person knows a rule by: its query, and its name where that is another."""
    name = "" if rule.name == rule.query else f" ({shown(rule.name)})"
    return f"the rule for {shown(rule.query)}{name}"


def _rule(path: str, rule: Rule, known: Known) -> Iterator[Fault]:
    missing = "which no article of the index has as its id or address"
    for place, pin in enumerate(rule.pin):
        if not known.has_article(pin.article):
            detail = f"{called(rule)} pins {shown(pin.article)}, {missing}"
            yield Fault(f"{path}.pin[{place}].article", detail)
    for place, article in enumerate(rule.hide):
        if not known.has_article(article):
            yield Fault(f"{path}.hide[{place}]", f"{called(rule)} hides {shown(article)}, {missing}")
    if not (rule.pin or rule.hide or rule.redirect):
        yield Fault(path, f"{called(rule)} does nothing: it neither pins, hides nor redirects")


def _same_searches(rules: Sequence[Rule]) -> Iterator[Fault]:
    """Rules that are in force for the same searches on one day, each with the first that stands above it."""
    above: dict[tuple[str, tuple[str, ...]], list[Rule]] = {}
    for number, rule in enumerate(rules):
        if not rule.enabled:
            continue
        others = above.setdefault((rule.match, words_of(rule.query)), [])
        first = next((other for other in others if meet(rule, other)), None)
        if first is not None:
            yield Fault(f"rules[{number}].query", _which_wins(first, rule))
        others.append(rule)


def _which_wins(first: Rule, rule: Rule) -> str:
    upper, lower = shown(first.name), shown(rule.name)
    both = f"two rules for {shown(rule.query)} are in force on the same days, {upper} and below it {lower}"
    if first.redirect and rule.redirect:
        return f"{both}: readers are led where {upper} leads"
    if first.redirect or rule.redirect:
        leading, other = (upper, lower) if first.redirect else (lower, upper)
        return f"{both}: readers are led where {leading} leads, and do not see what {other} does"
    return (
        f"{both}: both count; where they give one place or one article twice, {upper} wins; "
        "what either hides stays hidden"
    )


def _synonyms(path: str, group: Synonyms, stop_words: frozenset[str]) -> Iterator[Fault]:
    """Sides that are made of stop words alone: asked for they hardly count, and found they are everywhere."""
    for name, words in (("words", group.words), ("to", group.to)):
        found = name == "to" or not group.to
        for number, text in enumerate(words):
            if not _only_stop_words(text, stop_words):
                continue
            asked = "beside other words it counts only when a reader types it in capitals"
            everywhere = "whoever asks for the others finds every article that has it"
            said = "; ".join(([asked] if name == "words" else []) + ([everywhere] if found else []))
            yield Fault(f"{path}.{name}[{number}]", f"the synonym {shown(text)} is only stop words: {said}")


def _only_stop_words(text: str, stop_words: frozenset[str]) -> bool:
    words = [token.surface for token in tokenize(text) if token.length == 1]
    return bool(words) and all(fold(word) in stop_words for word in words)


def _weights(weights: Weights) -> Iterator[Fault]:
    for name, where in (("title", "title"), ("content", "text")):
        if getattr(weights, name) == 0.0:
            detail = f"the weight of words in the {where} is 0: they add nothing to any score"
            yield Fault(f"weights.{name}", detail)
