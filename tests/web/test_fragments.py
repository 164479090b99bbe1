"""Links that lead to a passage: what they name stands there, in whole words, in the standard's grammar."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from service.web.fragments import AROUND, END_WORDS, LONGEST_WHOLE, passage_link, text_directive
from tests.strategies import examples

PAGE = "https://example.org/article/"
TEXT = (
    "We met at the harbour before dawn, and the harbour was silent.\n"
    "Nobody will forget how the women – all forty – walked to the gates with bread, "
    "well-known songs & hope.\n"
    "seven gates\tfour towers"
)
LETTER = regex.compile(r"[\p{L}\p{N}]")
WORDLIKE = regex.compile(r"[\p{L}\p{N}\p{M}]")


def of(part: str, text: str = TEXT) -> list[tuple[int, int]]:
    start = text.index(part)
    return [(start, start + len(part))]


def parts(link: str) -> list[str]:
    """What a link looks for, in plain text."""
    directive = link.partition(":~:text=")[2]
    assert regex.fullmatch(
        r"(?:[A-Za-z0-9._~]|%[0-9A-F]{2})+(?:,(?:[A-Za-z0-9._~]|%[0-9A-F]{2})+)?", directive
    )
    return [unquote(part, errors="strict") for part in directive.split(",")]


def test_a_short_mark_is_named_with_a_handful_of_words_around_it() -> None:
    (named,) = parts(passage_link(PAGE, TEXT, of("forget")))
    assert "will forget how" in named
    assert len(named.split()) <= AROUND
    assert named in TEXT


def test_a_long_mark_is_named_by_its_first_and_its_last_words() -> None:
    mark = "forget how the women – all forty – walked to the gates with bread"
    start, end = parts(passage_link(PAGE, TEXT, of(mark)))
    assert start == "forget how the women"
    assert end == "the gates with bread"
    assert len(mark.split()) > LONGEST_WHOLE
    assert len(end.split()) == END_WORDS


def test_a_mark_over_a_line_break_is_named_by_words_of_each_block() -> None:
    start, end = parts(passage_link(PAGE, TEXT, of("was silent.\nNobody will")))
    assert start == "the harbour was silent"
    assert end.startswith("Nobody will")
    assert end in TEXT


def test_a_mark_over_the_end_of_a_sentence_of_an_excerpt_may_run_over_a_block_and_is_named_so() -> None:
    text = "…the end of it. And a new beginning · an item of a list…"
    assert parts(passage_link(PAGE, text, of("it. And a", text))) == ["the end of it", "And a new beginning"]
    assert parts(passage_link(PAGE, text, of("beginning · an item", text)))[1] == "an item of a"
    assert parts(passage_link(PAGE, text, of("end", text))) == ["the end of it"]


def test_cells_are_blocks_of_their_own() -> None:
    assert parts(passage_link(PAGE, TEXT, of("gates\tfour"))) == ["seven gates", "four towers"]
    assert parts(passage_link(PAGE, TEXT, of("towers"))) == ["four towers"]


def test_signs_that_mean_something_in_the_grammar_are_escaped() -> None:
    link = passage_link(PAGE, TEXT, of("bread, well-known songs & hope"))
    directive = link.partition(":~:")[2].removeprefix("text=")
    assert not set("-&, ") & set(directive)
    assert "well%2Dknown" in directive
    assert "bread%2C" in directive
    assert "%26" in directive


def test_half_a_word_is_made_whole() -> None:
    text = "a well-known Däubler-Gmelin’s cafe\u0301 1,000 words"
    for part in ("ublER".lower(), "melin", "cafe", "000", "known"):
        (named,) = parts(passage_link(PAGE, text, of(part, text)))
        assert named == text
    assert "cafe\u0301" in parts(passage_link(PAGE, "a cafe\u0301", [(2, 6)]))[0]


def test_the_first_mark_with_a_word_is_the_one_that_is_linked_to() -> None:
    assert parts(passage_link(PAGE, TEXT, [(33, 34), *of("seven"), *of("forget")])) == ["seven gates"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a", "https://example.org/a#:~:text=seven%20gates"),
        ("https://example.org/a?b=c#part", "https://example.org/a?b=c#part:~:text=seven%20gates"),
        ("https://example.org/a#part:~:text=old", "https://example.org/a#part:~:text=seven%20gates"),
        ("http://example.org/#", "http://example.org/#:~:text=seven%20gates"),
    ],
)
def test_the_directive_stands_behind_a_fragment_that_is_there(url: str, expected: str) -> None:
    assert passage_link(url, TEXT, of("seven")) == expected


@pytest.mark.parametrize(
    "url", ["", "pages/a.html", "javascript:alert(1)", "ftp://example.org/", "https://["]
)
def test_what_is_no_web_page_is_left_as_it_is(url: str) -> None:
    assert passage_link(url, TEXT, of("seven")) == url


@pytest.mark.parametrize(("text", "ranges"), [("", []), ("…", [(0, 1)]), ("a b", []), ("— “”", [(0, 4)])])
def test_without_a_word_there_is_no_directive(text: str, ranges: list[tuple[int, int]]) -> None:
    assert text_directive(text, ranges) == ""
    assert passage_link(PAGE, text, ranges) == PAGE


def test_scripts_without_spaces_are_named_by_whole_clauses() -> None:
    text = "女性たちは、パンを手に監獄の門へ歩いた。誰も答えなかった。"
    assert parts(passage_link(PAGE, text, of("監獄", text))) == ["女性たちは、パンを手に監獄の門へ歩いた"]
    text = "زنان به سوی دروازه‌های زندان می‌رفتند. جاده بسته بود"
    assert parts(passage_link(PAGE, text, of("های", text)))[0] in text


PIECES = st.sampled_from([
    "word", "a", "well-known", "Däubler", "cafe\u0301", "می‌رود", "人民", "東京で", "1,000", "U.S.",
    "rock’n’roll", "_x", " ", " ", " ", "\n", "\t", ", ", ". ", " · ", "…", "-", "&", " – ", "“", "”", "。",
    "\u00ad", "\u0301", "\ud800", "\u00a0", "\u200f", "\u200d", "👩", "%2D", "#:~:text=",
    "=", "'", "\x00", "\u2028",
])  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=40).map("".join)


@settings(max_examples=examples(300))
@given(TEXTS, st.data())
def test_whatever_is_named_stands_in_the_text_as_whole_words_of_one_block(
    text: str, data: st.DataObject
) -> None:
    places = st.integers(0, len(text))
    ranges = sorted(
        (min(pair), max(pair))
        for pair in data.draw(st.lists(st.tuples(places, places), min_size=1, max_size=3))
    )
    link = passage_link(PAGE, text, ranges)
    if link == PAGE:
        return
    assert urlsplit(link).path == urlsplit(PAGE).path
    found = parts(link)
    assert 1 <= len(found) <= 2
    at = 0
    for part in found:
        assert LETTER.search(part)
        assert not set(part) & set("\n\r\t…")
        at = _stands(part, text, at)
        assert at >= 0, f"{part!r} is not in {text!r}"


def _stands(part: str, text: str, start: int) -> int:
    """Behind which place the words stand, with no more of a word on either side; -1 when nowhere."""
    pattern = r"[^\S\n\r\t]+".join(map(regex.escape, part.split(" ")))
    for match in regex.finditer(pattern, text, pos=start, overlapped=True):
        before, behind = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        if not LETTER.match(before) and not WORDLIKE.match(behind):
            return match.end()
    return -1
