"""What a request becomes: the table from query text and switches to the tree."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import BoundExceeded
from indexer.query import (
    AllOf,
    AnyOf,
    Everything,
    Fuzzy,
    Not,
    Nothing,
    Phrase,
    Prefix,
    Query,
    Some,
    Word,
    leaves,
)
from service.search.plan import Plan, make_plan
from service.search.request import SearchRequest
from service.search.tuning import Tuning
from tests import strategies

KNOWN = {
    "strike",
    "fund",
    "law",
    "e",
    "mail",
    "e\u200cmail",
    "däubler",
    "gmelin",
    "the",
    "of",
    "rights",
    "people",
}


def plan(text: str, **switches: object) -> Plan:
    return make_plan(SearchRequest(text, **switches), Tuning(), KNOWN.__contains__)  # type: ignore[arg-type]  # as named


def exactly(text: str) -> Word:
    return Word(text, forms=False)


E_MAIL = AnyOf((Phrase(("e", "mail")), Word("e\u200cmail")))
DOUBLE_NAME = AnyOf((Phrase(("däubler", "gmelin")), Word("däubler\u200cgmelin")))
DOUBLE_NAME_ANYWHERE = AnyOf((*DOUBLE_NAME.children, AllOf((Word("däubler"), Word("gmelin")))))

TABLE: list[tuple[str, dict[str, object], Query]] = [
    ("", {}, Everything()),
    (" \n", {}, Everything()),
    ("", {"exact": True}, Everything()),
    ("!?", {}, Nothing()),
    ("!?", {"exact": True}, Nothing()),
    ("strike", {}, Word("strike")),
    ("strike", {"fields": ("title",)}, Word("strike", ("title",))),
    ("Strike FUND", {}, AllOf((Word("strike"), Word("fund")))),
    ("the strike", {}, Word("strike")),
    ("the of", {}, AllOf((Word("the"), Word("of")))),
    ("strike strike", {}, AllOf((Word("strike"), Word("strike")))),
    ("strike", {"exact": True}, exactly("strike")),
    ("the strike", {"exact": True}, Phrase(("the", "strike"))),
    ('the "strike fund"', {"exact": True}, Phrase(("the", "strike", "fund"))),
    ("-strike fund", {"exact": True}, Phrase(("strike", "fund"))),
    ("e-mail", {"exact": True}, AnyOf((Phrase(("e", "mail")), exactly("e\u200cmail")))),
    ("e-mail", {}, E_MAIL),
    ("Däubler-Gmelin", {}, DOUBLE_NAME),
    ('"strike fund"', {}, Phrase(("strike", "fund"))),
    ('"the of"', {}, Phrase(("the", "of"))),
    ('"strike"', {}, exactly("strike")),
    ('"by e-mail"', {}, AnyOf((Phrase(("by", "e", "mail")), Phrase(("by", "e\u200cmail"))))),
    ('law "strike fund"', {}, AllOf((Word("law"), Phrase(("strike", "fund"))))),
    ('the "strike fund"', {}, Phrase(("strike", "fund"))),
    ("strike -fund", {}, AllOf((Word("strike"), Not(Word("fund"))))),
    ("-fund", {}, AllOf((Everything(), Not(Word("fund"))))),
    ("strike -the", {}, AllOf((Word("strike"), Not(Word("the"))))),
    ('strike -"law fund"', {}, AllOf((Word("strike"), Not(Phrase(("law", "fund")))))),
    (
        "strike -e-mail",
        {},
        AllOf((Word("strike"), Not(AnyOf((Phrase(("e", "mail")), exactly("e\u200cmail")))))),
    ),
    ("strike -fun*", {}, AllOf((Word("strike"), Not(Prefix("fun", whole=True))))),
    ("strik*", {}, Prefix("strik", whole=True)),
    ("the*", {}, Prefix("the", whole=True)),
    ("strike", {"prefix": True}, AnyOf((Word("strike"), Prefix("strike")))),
    ("strike ", {"prefix": True}, Word("strike")),
    ("strike fund", {"prefix": True}, AllOf((Word("strike"), AnyOf((Word("fund"), Prefix("fund")))))),
    ("strike th", {"prefix": True}, AllOf((Word("strike"), AnyOf((Word("th"), Prefix("th")))))),
    ("strike the", {"prefix": True}, AllOf((Word("strike"), AnyOf((Word("the"), Prefix("the")))))),
    ("strkie", {}, AnyOf((Word("strkie"), Fuzzy("strkie", 1)))),
    ("strkieing", {}, AnyOf((Word("strkieing"), Fuzzy("strkieing", 2)))),
    ("stk", {}, Word("stk")),
    ("20251", {}, Word("20251")),
    ("strkie", {"exact": True}, exactly("strkie")),
    ("人民", {}, Word("人民")),
    ("人民日报", {}, Phrase(("人民", "民日", "日报"))),
    ("人", {}, AnyOf((Word("人"), Prefix("人")))),
    ("人", {"exact": True}, Prefix("人")),
]


@pytest.mark.parametrize(("text", "switches", "tree"), TABLE, ids=[f"{t!r} {s}" for t, s, _ in TABLE])
def test_the_tree_of_a_request(text: str, switches: dict[str, object], tree: Query) -> None:
    assert plan(text, **switches).query == tree


@pytest.mark.parametrize(
    ("text", "relaxed"),
    [
        ("strike", None),
        ("strike fund", Some((Word("strike"), Word("fund")))),
        (
            '"strike fund" law',
            AllOf((AnyOf((Some((Word("law"),)), Everything())), Phrase(("strike", "fund")))),
        ),
        (
            '"strike fund" law mail',
            AllOf((AnyOf((Some((Word("law"), Word("mail"))), Everything())), Phrase(("strike", "fund")))),
        ),
        ("Däubler-Gmelin", DOUBLE_NAME_ANYWHERE),
        ("strike Däubler-Gmelin", Some((Word("strike"), DOUBLE_NAME_ANYWHERE))),
        ("e-mail", None),
        ("strike fund -law", AllOf((Some((Word("strike"), Word("fund"))), Not(Word("law"))))),
        ('"strike fund"', None),
        ("-strike", None),
        ("the strike", None),
    ],
)
def test_what_is_asked_for_when_too_little_is_found(text: str, relaxed: Query | None) -> None:
    """Some of the words, of a compound its parts anywhere; still every phrase, and no exclusion."""
    assert plan(text).relaxed == relaxed
    assert plan(text, exact=True).relaxed is None


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("strike fund law rights people", False),
        ("strike fund law rights people mail", True),
        ("the strike fund law rights", True),
        ("the rights of people", False),
        ("the rights of the people", True),
        ('the rights "strike fund law mail rights people"', False),
        ("the strike fund -law -rights -people", False),
        ("the of a to in for by", True),
        ("Däubler-Gmelin strike fund e-mail law", False),
    ],
)
def test_more_words_than_keywords_are_a_question_and_so_is_a_sentence(text: str, question: bool) -> None:
    """Six words, or five with a stop word; of phrases and exclusions none counts."""
    assert plan(text).question == question
    assert not plan(text, exact=True).question


@pytest.mark.parametrize(
    ("text", "switches", "ignored"),
    [
        ("the rights of the people", {}, ("the", "of", "the")),
        ("The Rights", {}, ("The",)),
        ("the of", {}, ()),
        ('"the rights"', {}, ()),
        ("the rights", {"exact": True}, ()),
        ("rights the", {"prefix": True}, ()),
        ("rights -the", {}, ()),
        ("WHO report", {}, ()),
        ("report of the WHO", {}, ("of", "the")),
        ("THE RIGHTS OF THE PEOPLE", {}, ("THE", "OF", "THE")),
        ("A report", {}, ("A",)),
    ],
)
def test_stop_words_are_told(text: str, switches: dict[str, object], ignored: tuple[str, ...]) -> None:
    assert plan(text, **switches).ignored == ignored


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("strkie fund", ["strkie"]),
        ("strike fund", []),
        ('"strkie fund"', []),
        ("-strkie fund", []),
        ("strk*", []),
        ("e-mail", []),
        ("xx-yy", ["xx-yy"]),
    ],
)
def test_unknown_words_are_told(text: str, unknown: list[str]) -> None:
    """A beginning is no word: nobody says that the index does not know it."""
    assert [text[item.start : item.end] for item in plan(text).unknown] == unknown


def test_the_words_for_closeness_are_those_typed_in_order() -> None:
    """As typed: a phrase stands between the words it was typed between."""
    assert plan('law "strike fund" e-mail -mail the').words == (
        Word("law"),
        Phrase(("strike", "fund")),
        Phrase(("e", "mail")),
    )


@settings(max_examples=strategies.examples(200))
@given(
    text=st.text(max_size=40) | st.lists(strategies.words, max_size=8).map(" ".join),
    exact=st.booleans(),
    prefix=st.booleans(),
    fields=strategies.fields,
)
def test_a_plan_asks_only_in_the_chosen_fields(
    text: str, exact: bool, prefix: bool, fields: tuple[str, ...]
) -> None:
    request = SearchRequest(text, exact=exact, prefix=prefix, fields=fields)
    try:
        made = make_plan(request, Tuning(), lambda word: len(word) % 2 == 0)
    except BoundExceeded:
        return
    for tree in (made.query, made.relaxed or made.query):
        assert all(leaf.fields == fields for leaf in leaves(tree))
    assert all(leaf.fields == fields for leaf in made.words)
    if exact:
        assert all(
            not isinstance(leaf, Fuzzy) and not (isinstance(leaf, Word) and leaf.forms)
            for leaf in leaves(made.query)
        )
        assert made.relaxed is None


def test_stop_words_are_the_administrators() -> None:
    tuning = replace(Tuning(), stop_words=frozenset({"strike"}))
    made = make_plan(SearchRequest("strike the fund"), tuning, KNOWN.__contains__)
    assert (made.query, made.ignored) == (AllOf((Word("the"), Word("fund"))), ("strike",))


@pytest.mark.parametrize(
    "text", ["war crimes", "prisoners die", "not guilty", "son of a reporter", "EU sanctions"]
)
def test_a_word_that_means_something_is_asked_for_though_another_language_has_it_as_a_stop_word(
    text: str,
) -> None:
    ignored = plan(text).ignored
    assert set(ignored) <= {"of", "a"}
