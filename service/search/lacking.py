"""What one article lacks of what a question asks for, and what it has instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from msgspec.structs import asdict

from indexer import Article
from indexer.analysis import tokenize
from indexer.fields import TEXT
from indexer.matching import spans
from indexer.query import AllOf, Boost, Leaf, Not, Nothing, Phrase, Query, Word, leaves

from .breaking import break_of
from .explain import name_of, places_of, times
from .reading import Reading, forms_in, nearest_words
from .reasons import Reason

_FIELDS: Final = {("title",): "the title", ("content",): "the text", TEXT: "the title or the text"}
Holders = Callable[[Leaf], int]  # how many articles of the index hold a leaf


def lacking(query: Query, reading: Reading, holders: Holders) -> Iterator[Reason]:
    """A reason for each part of a question's tree that the article does not fulfil, exclusions first."""
    parts = _parts(query)
    for part in parts:
        # Articles that a rule takes away by their ids have no word in common: the rule is told elsewhere.
        if isinstance(part, Not) and leaves(part.child) and reading.holds(part.child):
            yield _excluded(part.child, reading)
    for part in parts:
        if isinstance(part, Nothing):
            yield Reason("words_unusable", "The question holds nothing that can be looked for.", True, {})
        elif not isinstance(part, Not) and not reading.holds(part):
            yield from _missing(part, reading, holders)


def _parts(query: Query) -> tuple[Query, ...]:
    match query:
        case AllOf(children):
            return tuple(part for child in children for part in _parts(child))
        case Boost(child, _):
            return _parts(child)
        case _:
            return (query,)


def _excluded(query: Query, reading: Reading) -> Reason:
    found = {leaf: reading.occurrences(leaf) for leaf in leaves(query)}
    leaf = next((leaf for leaf, where in found.items() if where), leaves(query)[0])
    sentence = (
        f"The question excludes {name_of(leaf)}, and the article has it {places_of(found[leaf])}"
        f"{_as(forms_in(leaf, reading))}."
    )
    details = {"word": _text(leaf), "occurrences": found[leaf], "forms": forms_in(leaf, reading)}
    return Reason("word_excluded", sentence, True, details)


def _as(forms: Sequence[str]) -> str:
    return f" as {', '.join(forms)}" if forms else ""


def _missing(query: Query, reading: Reading, holders: Holders) -> Iterator[Reason]:
    """Of a phrase either the words that are not there, or where it breaks; of alternatives what was typed."""
    typed = leaves(query)
    first = next(iter(typed), None)
    if first is None:
        return
    if not isinstance(first, Phrase):
        yield _word_missing(first, reading, holders, typed[1:])
        return
    words = [Word(word, first.fields, forms=False) for word in dict.fromkeys(first.words)]
    absent = [word for word in words if not reading.holds(word)]
    if absent:
        yield from (_word_missing(word, reading, holders, (), first) for word in absent)
    else:
        yield _phrase_missing(first, reading, holders)


def _word_missing(
    leaf: Leaf, reading: Reading, holders: Holders, others: Sequence[Leaf], phrase: Phrase | None = None
) -> Reason:
    elsewhere = reading.occurrences(leaf, [name for name in TEXT if name not in leaf.fields])
    dropped = _dropped(leaf, reading.article)
    near = nearest_words(leaf, reading)
    documents = holders(leaf)
    details: dict[str, Any] = {
        "word": _text(leaf),
        "fields": list(leaf.fields),
        "documents": documents,
        "elsewhere": elsewhere,
        "nearest": near,
        "dropped": dropped,
        "alternatives": [name_of(other) for other in others],
        "phrase": " ".join(phrase.words) if phrase else "",
    }
    part_of = f", a word of the phrase “{' '.join(phrase.words)}”," if phrase else ""
    tried = f", nor is {' or '.join(map(name_of, others))}" if others else ""
    sentences = [
        f"{_capital(name_of(leaf))}{part_of} is not in {_where(leaf.fields)}{tried}.",
        _said_elsewhere(elsewhere),
        _said_dropped(dropped),
        _said_near(near),
        _said_documents(documents),
    ]
    return Reason("word_missing", " ".join(filter(None, sentences)), True, details)


def _said_elsewhere(elsewhere: dict[str, int]) -> str:
    if not elsewhere:
        return ""
    return f"It stands {places_of(elsewhere)}, where the question does not look."


def _said_dropped(dropped: Sequence[dict[str, str]]) -> str:
    if not dropped:
        return ""
    first = dropped[0]
    more = f" and {len(dropped) - 1} more" if len(dropped) > 1 else ""
    return (
        f"It stands in a part of the page that is not the article: {first['where']}, dropped by the rule "
        f"{first['rule']}{more}."
    )


def _said_near(near: Sequence[dict[str, Any]]) -> str:
    if not near:
        return ""
    told = [f"“{row['word']}” ({_KINDS[row['kind']]}, {times(row['count'])})" for row in near]
    return f"Nearest in the article: {', '.join(told)}."


_KINDS: Final = {
    "form": "another form",
    "spelling": "spelled nearly so",
    "split": "written apart",
    "joined": "part of a longer word",
}


def _said_documents(documents: int) -> str:
    if not documents:
        return "No article holds it."
    return "1 article holds it." if documents == 1 else f"{documents:,} articles hold it."


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _where(fields: tuple[str, ...]) -> str:
    return _FIELDS.get(fields, " or ".join(fields))


def _text(leaf: Leaf) -> str:
    return " ".join(leaf.words) if isinstance(leaf, Phrase) else leaf.text


def _dropped(leaf: Leaf, article: Article) -> list[dict[str, str]]:
    """The parts of the page that hold the leaf and were dropped: where, and by which rule."""
    return [
        {"rule": part.rule, "where": part.where, "text": part.text}
        for part in article.dropped
        if spans(leaf, tokenize(part.text), article.lang)
    ]


def _phrase_missing(phrase: Phrase, reading: Reading, holders: Holders) -> Reason:
    elsewhere = reading.occurrences(phrase, [name for name in TEXT if name not in phrase.fields])
    broken, documents, text = break_of(phrase, reading), holders(phrase), " ".join(phrase.words)
    where = _where((broken.field,))
    instead = f"“{broken.found}” follows" if broken.found else "the text ends"
    sentences = [
        f"The words of the phrase “{text}” are there, not one after another in this order.",
        f"Its longest beginning is “{broken.matched}” in {where}: there {instead}, not “{broken.expected}”.",
        f"Nearest passage: “{broken.passage}”.",
        _said_elsewhere(elsewhere),
        _said_documents(documents),
    ]
    details = {
        "phrase": text,
        "fields": list(phrase.fields),
        "elsewhere": elsewhere,
        "documents": documents,
        **asdict(broken),
    }
    return Reason("phrase_missing", " ".join(filter(None, sentences)), True, details)
