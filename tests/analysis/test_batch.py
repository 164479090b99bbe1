"""Texts analysed at once have the very tokens of the tokenizer, whatever was analysed before them."""

from __future__ import annotations

import string
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.analysis import Token, exact_term, stem_terms, token_count, tokenize
from indexer.analysis.batch import Batch, BatchAnalyzer
from indexer.analysis.chunker import CharacterClasses, code_points, find_chunks
from indexer.analysis.interning import Interner
from indexer.analysis.stems import STEMMERS, plain_stems
from indexer.analysis.tokens import _CHARACTER, _CHUNK
from tests import strategies
from tests.analysis.test_tokens import HOSTILE

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "corpus" / "articles").rglob("*.html"))

# Each kind of character that the pattern tells apart, and those that are of two kinds at once.
ALPHABET = (
    "abé'’´`ʼʻ‘＇-‐‑.,٬٫&&++##_1٣²Ⅳ〇㊀l qudnsS\u0301\u0327\u00ad\u200d\u200c\u200f\ufeff人民日が々カーｶ"
    "\u3099\u309a\uff9e\uff9fكیء\u064bﷺØßﬁŉ\n\t“*@/한ก𝒳𠀀\U000e0100\ud800\udfff\0\x1f"
)
nasty = st.one_of(
    st.text(ALPHABET, max_size=30),
    st.lists(st.sampled_from(ALPHABET), min_size=1, max_size=6).flatmap(
        lambda few: st.text(st.sampled_from(few), max_size=20)
    ),
    st.text(st.characters(), max_size=40),
)
any_text = st.one_of(
    nasty,
    strategies.texts(),
    st.lists(st.sampled_from(strategies.WORDS) | nasty, max_size=8).map(" ".join),
)
languages = st.sampled_from((*strategies.LANGUAGES, "ar", "tr", "EN", ""))
articles = st.lists(st.tuples(any_text, languages), max_size=6)

classes = CharacterClasses()
shared = BatchAnalyzer()


def spans(text: str) -> list[tuple[int, int]]:
    """Where the pattern finds chunks, its runs of CJK cut into pairs."""
    found: list[tuple[int, int]] = []
    for match in _CHUNK.finditer(text):
        if not match.group("cjk"):
            found.append(match.span())
            continue
        characters = [character.span() for character in _CHARACTER.finditer(text, *match.span())]
        following = [*characters[1:], characters[-1]]
        found += [(first[0], second[1]) for first, second in zip(characters, following, strict=True)]
    return found


def spans_found(texts: Sequence[str]) -> list[list[tuple[int, int]]]:
    codes = code_points("".join(texts))
    bounds = np.cumsum([0, *map(len, texts)])
    starts, ends = np.zeros((2, len(codes)), np.int64)
    chunks = np.zeros(len(bounds), np.int64)
    find_chunks(classes.of(codes), bounds, starts, ends, chunks)
    return [
        [(int(start - offset), int(end - offset)) for start, end in zip(starts[a:b], ends[a:b], strict=True)]
        for offset, a, b in zip(bounds, chunks[:-1], chunks[1:], strict=False)
    ]


def places(numbers: Iterable[int], starts: Iterable[int], ends: Iterable[int]) -> list[tuple[int, int, int]]:
    return list(zip(numbers, starts, ends, strict=True))


def expect_tokens(analyzer: BatchAnalyzer, batch: Batch, texts: Sequence[str]) -> None:
    """A batch holds the tokens of its texts, and nothing else."""
    assert len(batch.tokens) == len(batch.positions) == len(texts) + 1
    assert (batch.tokens[0], batch.positions[0]) == (0, 0)
    assert (batch.tokens[-1], batch.positions[-1]) == (len(batch.term), len(batch.start))
    for at, text in enumerate(texts):
        expect_text(
            analyzer,
            batch,
            slice(*batch.tokens[at : at + 2]),
            slice(*batch.positions[at : at + 2]),
            tokenize(text),
        )


def expect_text(
    analyzer: BatchAnalyzer, batch: Batch, own: slice, positions: slice, tokens: list[Token]
) -> None:
    terms = batch.term[own].tolist()
    assert [analyzer.terms[term].decode() for term in terms] == [
        exact_term(token.surface, token.folded) for token in tokens
    ]
    assert batch.position[own].tolist() == [token.position for token in tokens]
    assert [analyzer.lengths[term] for term in terms] == [token.length for token in tokens]
    alone = [token for token in tokens if token.length == 1]
    assert places(range(len(alone)), batch.start[positions], batch.end[positions]) == [
        (token.position, token.start, token.end) for token in alone
    ]
    assert positions.stop - positions.start == token_count(tokens)
    for before, term, token in zip([-1, *terms], terms, tokens, strict=False):
        assert analyzer.first_parts[term] == (before if token.length > 1 else -1)
    assert len(set(zip(terms, batch.position[own].tolist(), strict=True))) == len(terms)


def stem_pairs(given: Iterable[tuple[str, str]]) -> dict[str, set[tuple[str, str]]]:
    """By language: each stem and the exact term it is of."""
    expected: dict[str, set[tuple[str, str]]] = {}
    for text, lang in given:
        for token in tokenize(text):
            for stem in stem_terms(token.surface, lang):
                pair = (stem, exact_term(token.surface, token.folded))
                expected.setdefault(lang, set()).add(pair)
    return expected


def stem_pairs_found(analyzer: BatchAnalyzer) -> dict[str, set[tuple[str, str]]]:
    found = {}
    for lang, stems in analyzer.stems().items():
        assert len(set(stems.stems)) == len(stems.stems)
        pairs = [
            (stems.stems[stem].decode(), analyzer.terms[term].decode())
            for stem, term in zip(stems.stem.tolist(), stems.term.tolist(), strict=True)
        ]
        assert len(pairs) == len(set(pairs))
        found[lang] = set(pairs)
    return {lang: pairs for lang, pairs in found.items() if pairs}


@settings(max_examples=strategies.examples(500))
@given(st.lists(any_text, max_size=4))
@example(["a-ʼb", "a-ʼ", "a-ʼ-", "a-ʼ&b", "ʼ-ʼ"])
@example(["1,", "2", "1,2,〇", "1٬2,", ",1", "a&", "b", "a&人"])
@example(["C++", "C", "++", "C++_", "aC#", "_C#", "人\u0301#", "C\u0301#", "\u0301#", "C++#", "1#"])
@example(["人", "\u3099民", "人\u3099\uff9eカー", "aカb", "\u3099"])
def test_chunks_are_where_the_pattern_finds_them(texts: list[str]) -> None:
    """No text sees its neighbours, though all are one array."""
    assert spans_found(texts) == [spans(text) for text in texts]


def test_every_character_has_the_classes_of_the_pattern() -> None:
    """All of the first two planes, where nearly all scripts are, and some of the others."""
    codes = (*range(0x20000), *range(0x20000, sys.maxunicode + 1, 97))
    text = "".join("a{0}b 1{0}2-{0}\n人{0}\nC{0}#\n".format(chr(code)) for code in codes)
    assert spans_found([text]) == [spans(text)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_source_of_a_page_is_cut_as_the_pattern_cuts_it(page: Path) -> None:
    text = page.read_text(errors="replace")
    assert spans_found([text]) == [spans(text)]
    expect_tokens(shared, shared.analyse([text], ["und"]), [text])


@settings(max_examples=strategies.examples(300))
@given(st.lists(articles, max_size=3))
def test_a_batch_has_the_tokens_of_the_tokenizer(batches: list[list[tuple[str, str]]]) -> None:
    """Also in later batches of one analyzer, which knows some of the words by then."""
    analyzer = BatchAnalyzer()
    for batch in batches:
        texts, langs = [text for text, _ in batch], [lang for _, lang in batch]
        expect_tokens(analyzer, analyzer.analyse(texts, langs), texts)
    assert stem_pairs_found(analyzer) == stem_pairs(article for batch in batches for article in batch)


@settings(max_examples=strategies.examples(200))
@given(articles)
def test_what_was_analysed_before_changes_nothing(batch: list[tuple[str, str]]) -> None:
    texts, langs = [text for text, _ in batch], [lang for _, lang in batch]
    expect_tokens(shared, shared.analyse(texts, langs), texts)
    known = len(shared.terms)
    expect_tokens(shared, shared.analyse(texts, langs), texts)
    assert len(shared.terms) == known == len(set(shared.terms))


@settings(max_examples=strategies.examples(100))
@given(st.lists(articles, max_size=3), st.sampled_from((0, 1, 3)), st.sampled_from((2, 4, 1024)))
def test_words_of_one_hash_are_two_words(
    batches: list[list[tuple[str, str]]], hash_bits: int, slots: int
) -> None:
    """A table that is full grows, in the middle of a text if need be."""
    analyzer = BatchAnalyzer(Interner(slots, hash_bits))
    for batch in batches:
        texts, langs = [text for text, _ in batch], [lang for _, lang in batch]
        expect_tokens(analyzer, analyzer.analyse(texts, langs), texts)


def test_many_words_keep_their_numbers() -> None:
    analyzer = BatchAnalyzer(Interner(slots=2))
    words = [f"w{number}{'é' * (number % 3)}" for number in range(5_000)]
    first = analyzer.analyse([" ".join(words)], ["en"])
    again = analyzer.analyse([" ".join(reversed(words)), *words], ["en"] * 5_001)
    assert first.term.tolist() == list(range(5_000))
    assert again.term.tolist() == [*range(4_999, -1, -1), *range(5_000)]


@pytest.mark.parametrize("text", ["", " ", "\0", "\ud800", "a", "a" * 1_000, "人", "\u00ad", "a-b", "ء"])
@pytest.mark.parametrize("surroundings", [[], [""], ["", "b", ""]])
def test_texts_of_little_or_nothing(text: str, surroundings: list[str]) -> None:
    texts = [*surroundings, text, *surroundings]
    analyzer = BatchAnalyzer()
    expect_tokens(analyzer, analyzer.analyse(texts, ["en"] * len(texts)), texts)


def test_no_texts_have_no_tokens() -> None:
    analyzer = BatchAnalyzer()
    expect_tokens(analyzer, analyzer.analyse([], []), [])
    assert analyzer.stems() == {}


def test_each_text_has_a_language() -> None:
    with pytest.raises(ValueError, match="2 texts, but 1 languages"):
        BatchAnalyzer().analyse(["a", "b"], ["en"])


def test_stems_are_of_the_words_of_their_language_only() -> None:
    analyzer = BatchAnalyzer()
    analyzer.analyse(["executions", "Häuser", "gifts", "x"], ["en", "de", "und", "EN"])
    assert stem_pairs_found(analyzer) == stem_pairs([("executions", "en"), ("Häuser", "de")])
    analyzer.analyse(["gifts executions"], ["en"])
    assert stem_pairs_found(analyzer) == stem_pairs([("gifts executions", "en"), ("Häuser", "de")])


def test_a_word_is_stemmed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[bytes, str]] = []

    def stems(terms: Sequence[bytes], lang: str) -> list[tuple[bytes, ...]]:
        asked.extend((term, lang) for term in terms)
        return [(b"%s:%s" % (lang.encode(), term),) for term in terms]

    monkeypatch.setattr("indexer.analysis.stem_pairs.stems_of", stems)
    analyzer = BatchAnalyzer()
    for _ in range(2):
        analyzer.analyse(["Right right", "right", "left"], ["en", "de", "en"])
        analyzer.stems()
    assert sorted(asked) == [(b"left", "en"), (b"right", "de"), (b"right", "en")]


@settings(max_examples=strategies.examples(300))
@given(
    st.lists(st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=12)),
    st.sampled_from(sorted(STEMMERS)),
)
@example(["public", "read", "women", "news", "djelfa", "1988"], "tr")
@example(["public", "read", "women", "news", "djelfa", "1988"], "sr")
@example(["public", "read", "women", "news", "djelfa", "1988"], "en")
def test_plain_words_stemmed_at_once_have_the_stems_they_have_alone(words: list[str], lang: str) -> None:
    alone = [tuple(stem.encode() for stem in stem_terms(word, lang)) for word in words]
    assert plain_stems([word.encode() for word in words], lang) == alone


def test_a_failure_in_between_leaves_the_analyzer_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks that were numbered and not yet analysed are analysed with the next batch."""
    analyzer = BatchAnalyzer()

    def fail(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr("indexer.analysis.vocabulary.exact_term", fail)
        with pytest.raises(MemoryError):
            analyzer.analyse(["plain e-mail"], ["en"])
    texts = ["e-mail", "plain text"]
    expect_tokens(analyzer, analyzer.analyse(texts, ["en", "en"]), texts)


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_analysed_alike(piece: str) -> None:
    text = ("x" + piece * 2_000)[:2_000]
    expect_tokens(shared, shared.analyse([text], ["en"]), [text])


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_bounded_time(piece: str) -> None:
    text = (piece * 400_000)[:400_000]
    began = time.process_time()
    BatchAnalyzer().analyse([text], ["en"])
    assert time.process_time() - began < 5.0


def test_a_very_long_text_is_analysed() -> None:
    words = " ".join(strategies.WORDS) + ".\n"
    times = 10_000_000 // len(words)
    last = [token for token in tokenize(words) if token.length == 1][-1]
    batch = shared.analyse(["before", words * times, "after"], ["en", "und", "en"])
    assert batch.positions.tolist() == [0, 1, 1 + token_count(tokenize(words)) * times, len(batch.start)]
    assert (int(batch.start[-2]), int(batch.end[-2])) == (
        last.start + len(words) * (times - 1),
        last.end + len(words) * (times - 1),
    )


def test_the_analysis_package_loads_no_compiler() -> None:
    """A query needs the tokenizer, and shall not wait for what a build needs."""
    code = "import sys, indexer.analysis; sys.exit('numba' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
