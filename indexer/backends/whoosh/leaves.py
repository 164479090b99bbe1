"""What a leaf of the query tree is in one segment: terms with weights, or a phrase of groups of terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...analysis import folded_form, read_term, stem_terms
from ...fields import TEXT
from ...matching import spelling_weight
from ...query import Fuzzy, Leaf, Phrase, Prefix, Word
from ...ranking import BY_EDIT, BY_PREFIX, OTHER_FORM
from .codec.opened import OpenSegment
from .kernels.fuzzy import within
from .kernels.terms import find_word

Numbers = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of some fields. ``weights[i, language]`` belongs to ``terms[i]``, as ``lengths[i]`` does.

    With ``uniform`` the languages of the segment do not differ. ``summed`` are the weights that
    frequencies are added up with: a joined form and its first part stand at one position, which counts once.
    """

    fields: Numbers
    terms: Numbers
    weights: Weights
    summed: Weights
    lengths: Numbers
    uniform: bool


@dataclass(frozen=True, slots=True)
class Run:
    """A phrase: its w-th word is any of the terms ``bounds[w]:bounds[w + 1]``."""

    fields: Numbers
    bounds: Numbers
    terms: Numbers
    weights: Weights
    lengths: Numbers


Resolved = tuple[Terms, ...] | Run


def resolve(segment: OpenSegment, leaf: Leaf) -> Resolved:
    """What a leaf is in a segment. A prefix or fuzzy word may stand for any number of terms here."""
    fields = np.array([TEXT.index(name) for name in leaf.fields], np.int64)
    match leaf:
        case Word():
            return (_word(segment, leaf, fields),)
        case Prefix():
            return (_prefix(segment, leaf, fields),)
        case Fuzzy():
            return (_fuzzy(segment, leaf, fields),)
        case Phrase():
            return _phrase(segment, leaf, fields)


def _key(text: str) -> npt.NDArray[np.uint8]:
    # A text with half a character is in no dictionary; what stands for it is none, either.
    return np.frombuffer(bytearray(text.encode("utf-8", "replace")), np.uint8)


def _spellings(segment: OpenSegment, typed: str, folded: str) -> list[tuple[int, float]]:
    """The terms of a folded form, with the weight of each spelling."""
    exact, low, high = find_word(segment.table, _key(folded))
    found = [(exact, spelling_weight(typed, folded))] if exact >= 0 else []
    for term in range(low, high):
        surface = read_term(segment.terms[term].decode())[1]
        found.append((term, spelling_weight(typed, surface)))
    return found


def _word(segment: OpenSegment, leaf: Word, fields: Numbers) -> Terms:
    spelled = _spellings(segment, leaf.text, folded_form(leaf.text))
    columns = len(segment.languages) + 1
    rows = {term: np.full(columns, weight) for term, weight in spelled}
    uniform = True
    for language, term in _forms(segment, leaf) if leaf.forms else ():
        row = rows.setdefault(term, np.zeros(columns))
        uniform &= segment.one_language
        row[language] = max(row[language], OTHER_FORM)
    if segment.one_language:
        rows = {term: np.full(columns, row[0]) for term, row in rows.items()}
    return _terms(segment, fields, rows, uniform)


def _forms(segment: OpenSegment, leaf: Word) -> Iterable[tuple[int, int]]:
    """(language, term) of each form of a word: the terms that share a stem with it in a language."""
    stems = [
        (number, stem.encode())
        for number, lang in enumerate(segment.languages)
        for stem in stem_terms(leaf.text, lang)
    ]
    if not stems:
        return
    starts, terms = segment.arrays["stems.starts"], segment.arrays["stems.terms"]
    found = segment.stems.find_all([stem for _, stem in stems]).tolist()
    for (language, _), number in zip(stems, found, strict=True):
        if number >= 0:
            for term in terms[starts[number] : starts[number + 1]].tolist():
                yield language, term


def _terms(segment: OpenSegment, fields: Numbers, rows: dict[int, Weights], uniform: bool) -> Terms:
    terms = np.array(sorted(rows), np.int64)
    weights = np.array([rows[term] for term in terms.tolist()], np.float64)
    weights = weights.reshape(len(terms), len(segment.languages) + 1)
    return weighted(segment, fields, terms, weights, uniform)


def weighted(segment: OpenSegment, fields: Numbers, terms: Numbers, weights: Weights, uniform: bool) -> Terms:
    """Ascending terms with their weights; lengths, and what a shared position takes away, are looked up."""
    lengths = np.ones(len(terms), np.int64)
    forms = segment.arrays["joined.terms"]
    if not len(terms) or not len(forms):
        return Terms(fields, terms, weights, weights, lengths, uniform)
    places = np.minimum(np.searchsorted(forms, terms.astype(np.uint32)), len(forms) - 1)
    joined = np.flatnonzero(forms[places] == terms)
    if not len(joined):
        return Terms(fields, terms, weights, weights, lengths, uniform)
    lengths[joined] = segment.arrays["joined.lengths"][places[joined]]
    firsts = segment.arrays["joined.first"][places[joined]].astype(np.int64)
    at = np.minimum(np.searchsorted(terms, firsts), len(terms) - 1)
    shared = terms[at] == firsts
    summed = weights.copy()
    summed[joined[shared]] = np.maximum(0.0, weights[joined[shared]] - weights[at[shared]])
    return Terms(fields, terms, weights, summed, lengths, uniform)


def _prefix(segment: OpenSegment, leaf: Prefix, fields: Numbers) -> Terms:
    folded = folded_form(leaf.text)
    low, high = segment.terms.prefixed(folded.encode("utf-8", "replace"))
    weights = np.full(high - low, BY_PREFIX)
    for term, weight in _spellings(segment, leaf.text, folded):
        weights[term - low] = weight
    return _alike(segment, fields, np.arange(low, high, dtype=np.int64), weights)


def _fuzzy(segment: OpenSegment, leaf: Fuzzy, fields: Numbers) -> Terms:
    folded = folded_form(leaf.text)
    low, high = segment.terms.prefixed(folded[:1].encode("utf-8", "replace")) if folded else (0, 0)
    letters = np.array([ord(letter) for letter in folded], np.uint32)
    terms, distances = within(segment.table, letters, leaf.distance, low, high)
    weights = np.power(BY_EDIT, distances.astype(np.float64))
    for term, weight in _spellings(segment, leaf.text, folded):
        weights[np.searchsorted(terms, term)] = weight
    return _alike(segment, fields, terms, weights)


def _alike(segment: OpenSegment, fields: Numbers, terms: Numbers, weights: Weights) -> Terms:
    """Terms that weigh the same in every language."""
    table = np.repeat(weights.reshape(-1, 1), len(segment.languages) + 1, axis=1)
    return weighted(segment, fields, terms, table, True)


def _phrase(segment: OpenSegment, leaf: Phrase, fields: Numbers) -> Run:
    words = [_spellings(segment, word, folded_form(word)) for word in leaf.words]
    terms = np.array([term for word in words for term, _ in word], np.int64)
    weights = np.array([weight for word in words for _, weight in word], np.float64)
    bounds = np.cumsum([0, *(len(word) for word in words)]).astype(np.int64)
    return Run(fields, bounds, terms, weights, _lengths(segment, terms))


def _lengths(segment: OpenSegment, terms: Numbers) -> Numbers:
    forms = segment.arrays["joined.terms"]
    lengths = np.ones(len(terms), np.int64)
    if len(forms):
        places = np.minimum(np.searchsorted(forms, terms.astype(np.uint32)), len(forms) - 1)
        joined = forms[places] == terms
        lengths[joined] = segment.arrays["joined.lengths"][places[joined]]
    return lengths


def chosen(segment: OpenSegment, found: Terms, kept: Sequence[tuple[int, Numbers]]) -> tuple[Terms, ...]:
    """Of the terms found only those kept in each field: (field, ascending terms)."""
    groups: list[Terms] = []
    for field, terms in kept:
        at = np.searchsorted(found.terms, terms)
        groups.append(weighted(segment, np.array([field], np.int64), terms, found.weights[at], found.uniform))
    return tuple(groups)


def holding(segment: OpenSegment, field: int, terms: Numbers) -> Any:
    """In how many documents of a segment each term stands in a field."""
    starts = segment.arrays[f"{TEXT[field]}.starts"]
    chunks = segment.chunks
    return starts[(terms + 1) * chunks].astype(np.int64) - starts[terms * chunks].astype(np.int64)
