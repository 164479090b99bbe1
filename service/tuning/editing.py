"""Small changes to a tuning, as a person makes them at the desk: pure functions from a model to a model.

None of them checks what :mod:`.checking` does; what is saved is checked then. Where the thing to change is
not there, they raise :class:`KeyError` or :class:`IndexError`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec.structs import replace

from . import ruling
from .model import Boosts, Match, Rule, StopWords, Synonyms, TuningModel

Item = TypeVar("Item")

# -- synonyms ----------------------------------------------------------------------------------------


def add_synonyms(model: TuningModel, group: Synonyms) -> TuningModel:
    """The model with a group more, in front, where it is seen."""
    return replace(model, synonyms=(group, *model.synonyms))


def change_synonyms(model: TuningModel, at: int, group: Synonyms) -> TuningModel:
    """The model with another group in the place of one."""
    return replace(model, synonyms=_replaced(model.synonyms, at, group))


def remove_synonyms(model: TuningModel, at: int) -> TuningModel:
    """The model without a group."""
    return replace(model, synonyms=_without(model.synonyms, at))


# -- curation ----------------------------------------------------------------------------------------


def rule_at(model: TuningModel, name: str) -> int:
    """Where the rule of a name stands."""
    for number, rule in enumerate(model.rules):
        if rule.name == name:
            return number
    raise KeyError(name)


def rule_for(model: TuningModel, query: str) -> Rule | None:
    """The rule that a person means who curates the answer of a query: for that query exactly, always in
    force.
    """
    wanted = _key(query)
    for rule in model.rules:
        plain = rule.match == "exact" and rule.enabled and not (rule.redirect or rule.from_ or rule.to)
        if plain and _key(rule.query) == wanted:
            return rule
    return None


def put_rule(model: TuningModel, rule: Rule, name: str = "") -> TuningModel:
    """The model with a rule in the place of the one named, or in front when none is named."""
    if not name:
        return replace(model, rules=(rule, *model.rules))
    return replace(model, rules=_replaced(model.rules, rule_at(model, name), rule))


def remove_rule(model: TuningModel, name: str) -> TuningModel:
    """The model without a rule."""
    return replace(model, rules=_without(model.rules, rule_at(model, name)))


def move_rule(model: TuningModel, name: str, to: int) -> TuningModel:
    """The model with a rule at another place, from 0."""
    at = rule_at(model, name)
    rest = list(_without(model.rules, at))
    rest.insert(max(to, 0), model.rules[at])
    return replace(model, rules=tuple(rest))


def pin(model: TuningModel, query: str, article: str, position: int) -> TuningModel:
    """The model in which an article has a place in the answer of a query; others make room for it.

    An article that the same rule hid is hidden no more. A query without a rule gets one.
    """
    return _curated(model, query, lambda rule: ruling.pinned(rule, article, position))


def unpin(model: TuningModel, query: str, article: str) -> TuningModel:
    """The model in which an article stands where the search puts it."""
    return _curated(model, query, lambda rule: ruling.unpinned(rule, article))


def hide(model: TuningModel, query: str, article: str) -> TuningModel:
    """The model in which an article is not in the answer of a query."""
    return _curated(model, query, lambda rule: ruling.hidden(rule, article))


def unhide(model: TuningModel, query: str, article: str) -> TuningModel:
    """The model in which an article is hidden no more."""
    return _curated(model, query, lambda rule: ruling.unhidden(rule, article))


def _curated(model: TuningModel, query: str, change: Callable[[Rule], Rule]) -> TuningModel:
    """The model with the rule of a query changed; one that does nothing any more is taken away."""
    known = rule_for(model, query)
    made = change(known or Rule(name=free_name(model, query), query=query.strip()))
    empty = ruling.is_idle(made)
    if known is None:
        return model if empty else put_rule(model, made)
    return remove_rule(model, known.name) if empty else put_rule(model, made, known.name)


def free_name(model: TuningModel, wanted: str) -> str:
    """A name for a rule that no other has: the one wanted, or that with a number."""
    taken = {_key(rule.name) for rule in model.rules}
    name, number = wanted.strip() or "rule", 1
    while _key(name) in taken:
        number += 1
        name = f"{wanted.strip() or 'rule'} {number}"
    return name


def make_rule(
    model: TuningModel,
    query: str,
    *,
    match: Match = "exact",
    redirect: str = "",
    from_: str = "",
    to: str = "",
    note: str = "",
) -> TuningModel:
    """The model with a new rule of a free name."""
    rule = Rule(free_name(model, query), query, match, from_, to, redirect=redirect, note=note)
    return put_rule(model, rule)


# -- the rest ----------------------------------------------------------------------------------------


def set_weights(model: TuningModel, **weights: float) -> TuningModel:
    """The model with some of its weights changed, by their names."""
    return replace(model, weights=replace(model.weights, **weights))


def set_boost(model: TuningModel, kind: str, slug: str, factor: float | None) -> TuningModel:
    """The model with the factor of a ``category`` or a ``type``; 1 or ``None`` is none."""
    known = dict(getattr(model.boosts, kind))
    known.pop(slug, None)
    if factor is not None and factor != 1.0:
        known[slug] = factor
    other: Boosts = replace(model.boosts, **{kind: known})
    return replace(model, boosts=other)


def set_stop_words(
    model: TuningModel, lang: str, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> TuningModel:
    """The model with the changes of a language's stop words; none at all is no entry."""
    words = {code: known for code, known in model.stop_words.items() if code != lang}
    if add or remove:
        words[lang] = StopWords(tuple(add), tuple(remove))
    return replace(model, stop_words=words)


def protect(model: TuningModel, word: str) -> TuningModel:
    """The model with a word more that has no other forms."""
    return model if word in model.protected else replace(model, protected=(*model.protected, word))


def unprotect(model: TuningModel, word: str) -> TuningModel:
    """The model with a word less of these."""
    return replace(model, protected=tuple(item for item in model.protected if item != word))


def set_popular(model: TuningModel, texts: Sequence[str]) -> TuningModel:
    """The model with other searches to offer."""
    return replace(model, popular=tuple(texts))


def set_switches(model: TuningModel, *, typos: bool, prefix: bool) -> TuningModel:
    """The model with typos and prefixes on or off."""
    return replace(model, typos=typos, prefix=prefix)


def _key(text: str) -> str:
    return " ".join(text.casefold().split())


def _replaced(items: tuple[Item, ...], at: int, item: Item) -> tuple[Item, ...]:
    _check(items, at)
    return (*items[:at], item, *items[at + 1 :])


def _without(items: tuple[Item, ...], at: int) -> tuple[Item, ...]:
    _check(items, at)
    return (*items[:at], *items[at + 1 :])


def _check(items: Sequence[object], at: int) -> None:
    if not 0 <= at < len(items):
        raise IndexError(at)
