"""Words are cut alike wherever they stand, whoever wrote them, and in bounded time."""

from __future__ import annotations

import time
import unicodedata

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.analysis import ZWNJ, Token, chunks, fold, folded_form, strip_accents, token_count, tokenize
from indexer.analysis.tokens import MAX_JOINED_PARTS, MAX_WORD
from tests import strategies

ALPHABET = "abé'’´-‐.,&+#1٣²l qudn\u0301\u00ad\u200d\u200c\u200f人民日がカー々كی\u064bﷺØß\n\t“*_/@한ก"
any_text = st.one_of(
    st.text(max_size=60),
    st.text(ALPHABET, max_size=30),
    st.lists(st.sampled_from(strategies.WORDS), max_size=8).map(" ".join),
)


def singles(tokens: list[Token]) -> list[Token]:
    return [token for token in tokens if token.length == 1]


def surfaces(text: str) -> list[tuple[str, str, int, int]]:
    return [(token.surface, token.folded, token.position, token.length) for token in tokenize(text)]


@settings(max_examples=strategies.examples(300))
@given(any_text)
def test_a_token_stands_where_it_says(text: str) -> None:
    """The text at its offsets, folded, holds the letters of its surface, in their order."""
    for token in tokenize(text):
        there = iter(fold(text[token.start : token.end]))
        assert all(letter in there for letter in token.surface if letter not in ZWNJ)
        assert 0 <= token.start < token.end <= len(text)


@settings(max_examples=strategies.examples(300))
@given(any_text)
def test_tokens_are_in_order(text: str) -> None:
    """Positions count up without a gap; a joined form covers the parts that begin where it does."""
    tokens = tokenize(text)
    alone = singles(tokens)
    assert [token.position for token in alone] == list(range(len(alone)))
    assert [token.start for token in alone] == sorted({token.start for token in alone})
    assert [token.position for token in tokens] == sorted(token.position for token in tokens)
    assert token_count(tokens) == len(alone)
    for joined in tokens:
        if joined.length > 1:
            parts = alone[joined.position : joined.position + joined.length]
            assert joined.surface == ZWNJ.join(part.surface for part in parts)
            assert joined.folded == "".join(part.folded for part in parts)
            assert (joined.start, joined.end) == (parts[0].start, parts[-1].end)
            assert joined.length <= MAX_JOINED_PARTS


@settings(max_examples=strategies.examples(300))
@given(any_text, any_text, st.sampled_from([" ", "\n", "\u00a0", ", "]))
def test_a_text_of_two_texts_has_the_tokens_of_both(left: str, right: str, between: str) -> None:
    moved, shift = token_count(tokenize(left)), len(left + between)
    expected = tokenize(left) + [
        token._replace(start=token.start + shift, end=token.end + shift, position=token.position + moved)
        for token in tokenize(right)
    ]
    assert tokenize(left + between + right) == expected


@settings(max_examples=strategies.examples(300))
@given(any_text)
def test_a_query_is_cut_as_the_text_is(text: str) -> None:
    """The words of a query are the text's words; only a run of pairs ends before its last character."""
    words = [token for chunk in chunks(text) for token in chunk]
    text_tokens = tokenize(text)
    places = {(token.surface, token.folded, token.start, token.end, token.length) for token in text_tokens}
    assert all((w.surface, w.folded, w.start, w.end, w.length) in places for w in words)
    assert all(chunk[0].position == 0 for chunk in chunks(text))
    if not regex.search(r"[\p{Han}\p{Hiragana}\p{Katakana}ー々]", text):
        assert [token.surface for token in words] == [token.surface for token in text_tokens]


@settings(max_examples=strategies.examples(300))
@given(any_text)
@example("a&aaß")
@example("ﬁ.x")
def test_the_folded_form_of_a_surface_is_the_one_it_was_indexed_by(text: str) -> None:
    """A leaf of the query tree holds a surface; it must be looked up by what the index holds."""
    # NOTE: a ligature that stands for a whole word (ﷲ) beside an ampersand is cut before it is taken apart.
    for token in tokenize(unicodedata.normalize("NFKC", text)):
        assert folded_form(token.surface) == token.folded
        assert token.folded == strip_accents(token.folded)


@settings(max_examples=strategies.examples(300))
@given(any_text)
@example("l’e\u0301te\u0301")
@example("か\u3099っこう")
@example("E\u0301.U.")
@example("R\u0308&D\u0308")
def test_words_do_not_depend_on_how_letters_are_composed(text: str) -> None:
    """A page in NFD and a query in NFC have the same words."""
    assert surfaces(unicodedata.normalize("NFD", text)) == surfaces(unicodedata.normalize("NFC", text))


@settings(max_examples=strategies.examples(200))
@given(st.text(st.characters(), max_size=80))
@example("\ud800 lone surrogate \udfff")
@example("\0\x1f\x7f")
def test_any_text_has_tokens(text: str) -> None:
    for token in tokenize(text):
        assert token.surface
        assert token.folded
        assert len(token.surface) <= MAX_WORD * MAX_JOINED_PARTS + MAX_JOINED_PARTS
        assert (
            not any(char.isspace() or char == "\x1f" for char in token.surface) or "ﷺ" in text or "ﷻ" in text
        )


SIZE = 100_000
HOSTILE = {
    "letters": "a",
    "letters and dots": "a.",
    "letters and hyphens": "a-",
    "letters and apostrophes": "a'",
    "letter apostrophes": "ʼ",
    "hyphens and letter apostrophes": "-ʼ",
    "apostrophes": "'",
    "dots": ".",
    "ampersands": "&",
    "letters and ampersands": "a&",
    "combining marks": "\u0301",
    "a letter with marks": "a\u0301\u0327\u0345",
    "joiners": "\u200c",
    "letters and joiners": "ب\u200c",
    "invisible marks": "\u00ad",
    "letters and invisible marks": "a\u00ad",
    "digits": "1",
    "digits and commas": "1,",
    "thousands": "1,000,",
    "plus signs": "+",
    "a letter and plus signs": "a++",
    "pairs": "人",
    "elisions": "l'",
    "quotes": "“",
    "spaces": " ",
    "everything": "a.b-c'd&e1,2\u200c人'\u0301+",
    "emoji": "👩\u200d👩\u200d👧",
    "bidi": "\u202eא",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_linear_time(piece: str) -> None:
    """Four times the text may take some four times as long; quadratic time would be sixteen times."""

    def seconds(size: int) -> float:
        text = (piece * size)[:size]
        began = time.process_time()
        tokenize("x" + text)
        for chunk in chunks(text):
            assert chunk
        return time.process_time() - began

    seconds(1_000)
    small = seconds(SIZE // 4)
    large = seconds(SIZE)
    assert large < max(0.5, 10 * small)
    assert large < 5.0


def test_a_run_of_letters_beyond_the_bound_is_cut_and_not_lost() -> None:
    (token,) = tokenize("a" * 1_000)
    assert (token.surface, token.start, token.end) == ("a" * MAX_WORD, 0, 1_000)


def test_a_long_chain_has_no_joined_form() -> None:
    assert all(token.length == 1 for token in tokenize("one-two-three-four-five"))
    assert any(token.length == MAX_JOINED_PARTS for token in tokenize("one-two-three-four"))
