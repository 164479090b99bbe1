"""Folding takes away what nobody searches by, once and for all."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis import exact_term, fold, read_term, strip_accents, tokenize
from indexer.analysis.folding import INVISIBLE
from tests import strategies

# Any text, and text of the characters that folding has rules for.
AWKWARD = (
    "aàÀåÅéíıİIñøØßẞæŒﬁﬀſKΩÅσςΣάйёЙ'’`´ʼ‐‑-.&,1٣۳½²①ｆＷ\u0301\u0308\u0345\u0327\u00ad\u200b\u200c\u200d\ufeff"
    "كکيیىئأإآٱؤةهۀءﷺﻻ\u064b\u0651\u0654\u0655\u0670ـکِابगीகാがカﾞ人民日한\u1112\u1161 \n"
)
any_text = st.text(max_size=40) | st.text(AWKWARD, max_size=20)


@settings(max_examples=strategies.examples(400))
@given(any_text)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=strategies.examples(400))
@given(any_text)
def test_stripping_accents_twice_is_stripping_them_once(text: str) -> None:
    bare = strip_accents(fold(text))
    assert strip_accents(bare) == bare


@settings(max_examples=strategies.examples(400))
@given(any_text)
def test_folding_does_not_depend_on_how_letters_are_composed(text: str) -> None:
    """A page in NFD and a query in NFC are the same text."""
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@settings(max_examples=strategies.examples(400))
@given(any_text)
def test_a_folded_text_has_no_capitals_and_nothing_invisible(text: str) -> None:
    folded = fold(text)
    assert folded == folded.casefold()
    assert not set(folded) & set(INVISIBLE)


@settings(max_examples=strategies.examples(400))
@given(any_text)
def test_a_term_of_the_exact_field_says_what_was_written(text: str) -> None:
    for token in tokenize(text):
        folded, surface, length = read_term(exact_term(token.surface, token.folded))
        assert (folded, surface, length) == (token.folded, token.surface, token.length)


@given(st.text(max_size=20))
def test_what_latin_accents_are_on_does_not_matter(text: str) -> None:
    """Any letter with any Latin accent folds to what the letter alone folds to."""
    for mark in "\u0300\u0301\u0308\u0327\u030a":
        assert strip_accents(fold(f"e{mark}{text}")) == strip_accents(fold(f"e{text}"))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("İstanbul", "istanbul"),
        ("Straße", "strasse"),
        ("ŒUVRE", "oeuvre"),
        ("Łódź", "lodz"),
        ("Ångström", "angstrom"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("Ёлка", "елка"),
        ("الرَّحْمٰن", "الرحمن"),
        ("كـتـاب", "کتاب"),
        ("مسئولي", "مسیولی"),
        ("آزادی", "ازادی"),
        ("हिन्दी", "हिन्दी"),
        ("தமிழ்", "தமிழ்"),
        ("が", "が"),
        ("ﾊﾞ", "バ"),
        ("한국", "한국"),
        ("People´s", "peoples"),
        ("People`s", "peoples"),
        ("People‘s", "peoples"),
        ("Peopleʼs", "peoples"),
    ],
)
def test_folded_forms(text: str, folded: str) -> None:
    assert strip_accents(fold(text)) == folded
