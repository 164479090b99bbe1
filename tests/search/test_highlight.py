"""Marks are where the words are, and no text of a page can become markup."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.analysis import tokenize
from indexer.backends.base import Search
from indexer.backends.whoosh import WhooshIndex
from indexer.matching import find_marks, spans
from indexer.query import Leaf, Phrase, Prefix, Word
from service.search.highlight import (
    ELLIPSIS,
    EXCERPT_CHARACTERS,
    MAX_EXCERPTS,
    excerpts,
    to_highlight,
    whole,
)
from service.search.request import Highlight
from tests import strategies
from tests.conftest import publish, record

HOSTILE = st.sampled_from(
    [
        "<script>alert(1)</script>",
        "</mark><img src=x onerror=alert(1)>",
        "&lt;mark&gt;",
        "&amp;amp;",
        "<mark>rights</mark>",
        "'\"><svg/onload=1>",
        "\u202erights\u202c",
        "\u2066\u2069\u200f",
        "\0",
        "rights",
        "people",
        "e-mail",
        "می‌رود",
        "人民日报",
        "x" * 300,
        "\n",
        "\t",
        " ",
        "word ",
    ]
)
texts = st.lists(HOSTILE | strategies.words.map(lambda word: word + " "), max_size=60).map("".join)
queries = st.lists(strategies.leaves, min_size=1, max_size=4).map(tuple)
MARK = re.compile(r"<mark>(.*?)</mark>", re.DOTALL)
LONGEST_MARK = EXCERPT_CHARACTERS


def assert_sound(found: Highlight) -> None:
    """Both forms say the same, nothing but ``<mark>`` is markup, and ranges are in order and in the text."""
    assert unescape(MARK.sub(r"\1", found.html)) == found.text
    assert "<" not in found.html.replace("<mark>", "").replace("</mark>", "")
    assert [unescape(marked) for marked in MARK.findall(found.html)] == [
        found.text[start:end] for start, end in found.ranges
    ]
    ends = [0, *(end for _, end in found.ranges)]
    assert all(
        before <= start < end <= len(found.text)
        for before, (start, end) in zip(ends, found.ranges, strict=False)
    )


@settings(max_examples=strategies.examples(200), deadline=None)
@given(texts, queries, st.sampled_from(["en", "fa", "und"]))
@example("<script>rights</script>", (Word("rights"), Word("script")), "en")
@example("x" * 5000, (Prefix("x"),), "en")
def test_highlights_are_sound_in_both_forms(text: str, leaves: tuple[Leaf, ...], lang: str) -> None:
    marks = find_marks(text, leaves, "content", lang)
    title = whole(marks)
    assert_sound(title)
    assert title.text == text
    for passage in excerpts(marks):
        assert_sound(passage)
        assert len(passage.text) <= EXCERPT_CHARACTERS + LONGEST_MARK + 60 + 2 * len(ELLIPSIS)


@settings(max_examples=strategies.examples(200), deadline=None)
@given(texts, queries)
def test_every_mark_is_a_match_and_every_match_is_marked(text: str, leaves: tuple[Leaf, ...]) -> None:
    """What is marked covers each occurrence of a leaf, and nothing where no leaf occurs."""
    marks = find_marks(text, leaves, "content", "en")
    tokens = tokenize(text)
    places = {token.position: (token.start, token.end) for token in tokens if token.length == 1}
    matched = {
        position
        for leaf in leaves
        if "content" in leaf.fields
        for span in spans(leaf, tokens, "en")
        for position in range(span.position, span.position + span.length)
    }
    for position, (start, end) in places.items():
        touched = any(a < end and start < b for a, b in marks.ranges)
        if position in matched:
            assert touched
    for a, b in marks.ranges:
        assert any(a <= places[position][0] and places[position][1] <= b for position in matched)


def bare(text: str) -> str:
    """A text without white space and without what excerpts put at the end of a line."""
    return re.sub(r"[\s·]", "", text)


@settings(max_examples=strategies.examples(200), deadline=None)
@given(texts, queries)
def test_excerpts_are_passages_of_the_text(text: str, leaves: tuple[Leaf, ...]) -> None:
    """In order, apart from line breaks word for word; cut ends show an ellipsis; a match is shown."""
    marks = find_marks(text, leaves, "content", "en")
    found = excerpts(marks)
    assert len(found) <= MAX_EXCERPTS
    flat = bare(text)
    at = 0
    for passage in found:
        inner = bare(passage.text.removeprefix(ELLIPSIS).removesuffix(ELLIPSIS))
        assert inner in flat
        if ELLIPSIS not in text:
            at = flat.index(inner, at)
    assert bool(found) == bool(text)
    if marks.ranges:
        assert any(passage.ranges for passage in found)


def excerpt_of(text: str, *leaves: Leaf, lang: str = "en") -> list[str]:
    return [passage.html for passage in excerpts(find_marks(text, leaves, "content", lang))]


def test_a_short_text_is_shown_whole() -> None:
    assert excerpt_of("A strike fund.", Word("fund")) == ["A strike <mark>fund</mark>."]
    assert excerpt_of("One\tTwo\tThree", Word("two")) == ["One <mark>Two</mark> Three"]


def test_a_heading_does_not_run_into_the_text() -> None:
    text = "What it does not do\nA moratorium ends nothing.\nIt is a pause"
    assert excerpt_of(text, Word("moratorium"), Word("pause")) == [
        "What it does not do · A <mark>moratorium</mark> ends nothing. It is a <mark>pause</mark>"
    ]
    over = Phrase(("do", "a", "moratorium"))
    assert excerpt_of(text, over)[0].startswith("What it does not <mark>do · A moratorium</mark> ends")


def test_a_cut_behind_a_sentence_shows_that_it_is_one() -> None:
    (passage,) = excerpt_of(("word " * 47 + "end. ") * 3, Word("rights"))
    assert passage.endswith("end. …")


def test_a_phrase_is_one_mark() -> None:
    assert excerpt_of("The death penalty ended.", Phrase(("death", "penalty"))) == [
        "The <mark>death penalty</mark> ended."
    ]


@pytest.mark.parametrize(
    ("text", "leaf", "lang", "html"),
    [
        ("Executions ended", Word("execution"), "en", "<mark>Executions</mark> ended"),
        ("Däubler spoke", Word("daubler"), "de", "<mark>Däubler</mark> spoke"),
        ("By e-mail.", Word("e\u200cmail"), "en", "By <mark>e-mail</mark>."),
        ("By e-mail.", Word("mail"), "en", "By e-<mark>mail</mark>."),
        ("L’homme", Word("homme"), "fr", "L’<mark>homme</mark>"),
        ("People’s R&D", Word("r&d"), "en", "People’s <mark>R&amp;D</mark>"),
        ("او می‌رود.", Word("میرود"), "fa", "او <mark>می‌رود</mark>."),
        ("人民日报", Phrase(("人民", "民日")), "zh", "<mark>人民日</mark>报"),
        ("cafe\u0301 bar", Word("cafe"), "en", "<mark>cafe\u0301</mark> bar"),
        ("ex\u00adecution", Word("execution"), "en", "<mark>ex\u00adecution</mark>"),
        ("1 < 2 & rights", Word("rights"), "en", "1 &lt; 2 &amp; <mark>rights</mark>"),
    ],
)
def test_what_is_marked(text: str, leaf: Leaf, lang: str, html: str) -> None:
    assert excerpt_of(text, leaf, lang=lang) == [html]


def test_a_field_that_was_not_asked_for_has_no_marks() -> None:
    assert find_marks("rights", (Word("rights", ("title",)),), "content", "en").ranges == ()


def test_the_passage_with_most_different_words_is_shown() -> None:
    text = "rights rights rights. " + "filler " * 200 + "rights of the people. " + "filler " * 200 + "people."
    found = excerpt_of(text, Word("rights"), Word("people"))
    assert any("<mark>rights</mark> of the <mark>people</mark>" in passage for passage in found)


def test_without_a_match_the_beginning_is_shown() -> None:
    (passage,) = excerpts(find_marks("word " * 200, (Word("rights"),), "content", "en"))
    assert passage.text.startswith("word word")
    assert passage.text.endswith(ELLIPSIS)
    assert excerpts(find_marks("", (Word("rights"),), "content", "en")) == ()


def test_a_word_as_long_as_a_page_does_not_make_a_page_of_an_excerpt() -> None:
    long = "rights" * 20_000
    for text in (f"before {long} after", f"{long} rights after", f"rights {long}", f"{long} x {long} rights"):
        found = excerpts(find_marks(text, (Prefix("rights"),), "content", "en"))
        assert any(passage.ranges for passage in found)
        for passage in found:
            assert_sound(passage)
            assert len(passage.text) <= 2 * EXCERPT_CHARACTERS


LONG = 20_000  # characters: longer than nearly all articles


@pytest.mark.parametrize("before", [0, 1, LONG - 1, LONG, 3 * LONG])
@pytest.mark.parametrize("filler", ["filler ", "x"])
def test_a_match_far_into_a_long_text_is_shown(tmp_path: Path, before: int, filler: str) -> None:
    """Wherever it stands, by an index as by the definition: the marks are the same."""
    text = (filler * before)[:before] + " the death penalty " + filler * LONG
    index = WhooshIndex(tmp_path)
    publish(index, [record("Far", text)])
    for leaf in (Word("penalty"), Phrase(("death", "penalty"))):
        (hit,) = index.reader().execute(Search(leaf)).hits
        marks = hit.document.marks("content")
        wanted = find_marks(hit.record.article.text, (leaf,), "content", "en")
        assert (marks.ranges, marks.leaves) == (wanted.ranges, wanted.leaves)
        assert any("penalty</mark>" in passage.html for passage in excerpts(marks))


def test_escaping_is_done_once() -> None:
    assert to_highlight("a&amp;<b>", ((0, 1),)).html == "<mark>a</mark>&amp;amp;&lt;b&gt;"
