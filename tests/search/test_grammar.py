"""What a visitor types becomes words, phrases and exclusions, and never an accident."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.analysis import chunks, tokenize
from indexer.errors import BoundExceeded
from indexer.limits import MAX_QUERY_CHARACTERS, MAX_QUERY_WORDS
from service.search.grammar import LEADING_WILDCARD, Item, exact_words, parse
from service.search.wording import is_cjk_character
from tests import strategies

typed = st.one_of(
    st.text(max_size=40),
    st.text("ab \"“”„«»-*?'’.&+ \n\u200cé人", max_size=40),
    st.lists(st.sampled_from(['"', "-", "*", " ", '-"', *strategies.WORDS]), max_size=12).map("".join),
)
BOUNDS = {"characters", "words", LEADING_WILDCARD}


def shape(text: str) -> list[str]:
    """Each item as it reads: ``-`` for an exclusion, quotes for a phrase, ``*`` for a prefix."""
    return [_read(item) for item in parse(text)]


def _read(item: Item) -> str:
    words = " ".join("+".join(token.surface for token in word if token.length == 1) for word in item.words)
    inner = f'"{words}"' if item.phrase else words
    return f"{'-' if item.excluded else ''}{inner}{'*' if item.prefix else ''}"


@settings(max_examples=strategies.examples(300))
@given(typed)
@example('"-"-"')
@example("\ud800-\udfff")
def test_any_text_is_read_or_refused_by_a_named_bound(text: str) -> None:
    try:
        items = parse(text)
    except BoundExceeded as error:
        refusal = error
    else:
        assert_spans_hold(text, items)
        return
    assert (refusal.parameter, refusal.bound in BOUNDS) == ("q", True)


def assert_spans_hold(text: str, items: tuple[Item, ...]) -> None:
    """Spans ascend, lie in the text, never overlap, and say what their item says."""
    end = 0
    for item in items:
        assert end <= item.start < item.end <= len(text)
        end = item.end
        held = chunks(text[item.start : item.end].lstrip("-"), phrase=item.phrase)
        assert [token.surface for word in item.words for token in word] == [
            token.surface for word in held for token in word
        ]
    assert sum(len(item.words) for item in items) <= MAX_QUERY_WORDS


@settings(max_examples=strategies.examples(300))
@given(typed)
def test_no_word_is_lost(text: str) -> None:
    """Every word of the text is in an item, once, in order: quotes and signs take none away."""
    try:
        items = parse(text)
    except BoundExceeded:
        return
    said = [token.surface for item in items for word in item.words for token in word if token.length == 1]
    pieces = text.translate(str.maketrans(dict.fromkeys('"“”„‟«»＂', " ")))
    held = [token.surface for word in chunks(pieces) for token in word if token.length == 1]
    # In a phrase the last character of a CJK run has a place of its own; its pair has named it already.
    assert [word for word in said if not is_cjk_character(word)] == [
        word for word in held if not is_cjk_character(word)
    ]


@settings(max_examples=strategies.examples(200))
@given(typed)
def test_exact_words_are_all_the_words_at_their_places(text: str) -> None:
    """But for the last character of a CJK run at the end, with which a longer run may go on."""
    said = [token.surface for word in exact_words(text) for token in word]
    held = [token.surface for token in tokenize(text)]
    assert said in (held, held[:-1])


@given(st.lists(st.sampled_from(["strike", "fund", "l'homme", "e-mail"]), min_size=1, max_size=6))
def test_a_quoted_text_is_one_phrase(words: list[str]) -> None:
    for opening, closing in ('""', "“”", "„“", "«»", "»«", "””"):
        (item,) = parse(f"{opening}{' '.join(words)}{closing}")
        assert item.phrase
        assert len(item.words) == len(words)
        (excluded,) = parse(f"-{opening}{' '.join(words)}{closing}")
        assert excluded.excluded
        assert excluded.words[0][0].surface == item.words[0][0].surface


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("   ", []),
        ("…!?", []),
        ("strike fund", ["strike", "fund"]),
        ('"strike fund" law', ['"strike fund"', "law"]),
        ('law "strike fund"', ["law", '"strike fund"']),
        ("“strike fund” law", ['"strike fund"', "law"]),
        ("«strike fund» law", ['"strike fund"', "law"]),
        ("„strike fund“ law", ['"strike fund"', "law"]),
        ('"strike', ["strike"]),
        ('strike" fund', ["strike", "fund"]),
        ('"one" two" three', ['"one"', "two", "three"]),
        ('""', []),
        ('"" strike', ["strike"]),
        ('"-" strike', ["strike"]),
        ("‘strike fund’", ["strike", "fund"]),
        ("strike -fund", ["strike", "-fund"]),
        ("-strike", ["-strike"]),
        ('-"strike fund"', ['-"strike fund"']),
        ('law -"strike fund" day', ["law", '-"strike fund"', "day"]),
        ("Däubler-Gmelin", ["däubler+gmelin"]),
        ("-Däubler-Gmelin", ["-däubler+gmelin"]),
        ("strike - fund", ["strike", "fund"]),
        ("strike -- fund", ["strike", "fund"]),
        ("--strike", ["strike"]),
        ("strike-", ["strike"]),
        ("strike\n-fund", ["strike", "-fund"]),
        ("(-fund)", ["fund"]),
        ('foo-"bar baz"', ["foo", '"bar baz"']),
        ('"foo"-bar', ['"foo"', "bar"]),
        ('"foo" -bar', ['"foo"', "-bar"]),
        ('"foo""bar"', ['"foo"', '"bar"']),
        ("execut*", ["execut*"]),
        ("execut* law", ["execut*", "law"]),
        ("-execut*", ["-execut*"]),
        ("strike * fund", ["strike", "fund"]),
        ("what?", ["what"]),
        ("¿qué?", ["qué"]),
        ("strike AND fund OR NOT law", ["strike", "and", "fund", "or", "not", "law"]),
        ("(strike | fund) ~2 ^3 title:law", ["strike", "fund", "2", "3", "title", "law"]),
        ("l’homme", ["l+homme"]),
        ("U.S. R&D C++", ["u.s", "r&d", "c++"]),
        ("人民日报", ["人民+民日+日报"]),
    ],
)
def test_how_a_query_reads(text: str, expected: list[str]) -> None:
    assert shape(text) == expected


@pytest.mark.parametrize("text", ["*strike", "fund *strike", "-*strike", "law -*strike"])
def test_a_leading_wildcard_is_refused(text: str) -> None:
    with pytest.raises(BoundExceeded) as refusal:
        parse(text)
    assert (refusal.value.parameter, refusal.value.bound) == ("q", LEADING_WILDCARD)


@pytest.mark.parametrize("read", [parse, exact_words])
def test_bounds_are_where_they_are_said_to_be(read: object) -> None:
    assert callable(read)
    read("x" * MAX_QUERY_CHARACTERS)
    read("a " * MAX_QUERY_WORDS)
    for text, bound in (
        ("x" * (MAX_QUERY_CHARACTERS + 1), "characters"),
        ("a " * (MAX_QUERY_WORDS + 1), "words"),
    ):
        with pytest.raises(BoundExceeded) as refusal:
            read(text)
        assert refusal.value.bound == bound
        assert str(MAX_QUERY_WORDS if bound == "words" else MAX_QUERY_CHARACTERS) in refusal.value.detail


@pytest.mark.parametrize(
    ("text", "typing"),
    [
        ("stri", True),
        ("stri ", False),
        ("law stri", True),
        ("stri.", False),
        ('"stri', True),
        ('"stri"', False),
    ],
)
def test_the_last_word_is_still_being_typed(text: str, typing: bool) -> None:
    assert parse(text)[-1].typing is typing
    assert not any(item.typing for item in parse(text)[:-1])
