"""Which articles a query tree finds: the same table for every backend and every history."""

from __future__ import annotations

import pytest

from indexer.backends.base import Reader, Search
from indexer.query import (
    AllOf,
    AnyOf,
    Boost,
    Everything,
    Fuzzy,
    Ids,
    Not,
    Nothing,
    Phrase,
    Prefix,
    Query,
    Some,
    Word,
)
from tests.conftest import COLLECTION, record
from tests.contract.conftest import Build

TITLE, CONTENT = ("title",), ("content",)
EVERY_ID = {item.article.id for item in COLLECTION}


def found(view: Reader, query: Query) -> set[str]:
    """The ids a tree finds; the total is asserted to be their number."""
    answer = view.execute(Search(query, limit=1000))
    ids = [hit.record.article.id for hit in answer.hits]
    assert answer.total == len(ids) == len(set(ids))
    return set(ids)


def exactly(text: str, *fields: str) -> Word:
    return Word(text, fields or ("title", "content"), forms=False)


def phrase(text: str, *fields: str) -> Phrase:
    return Phrase(tuple(text.split()), fields or ("title", "content"))


CASES: list[tuple[str, Query, set[str]]] = [
    # -- every node ----------------------------------------------------------------------------
    ("a word is found in either field", Word("moratorium"), {"moratorium", "hinrichtung"}),
    ("a word is found in the title alone", Word("moratorium", TITLE), {"moratorium", "hinrichtung"}),
    ("a word is found in the content alone", Word("moratorium", CONTENT), {"moratorium"}),
    ("a word that is nowhere finds nothing", Word("zebra"), set()),
    ("a form of a word is found", Word("execution"), {"moratorium", "executed", "execution"}),
    ("without forms only the word itself", exactly("executed"), {"executed"}),
    ("without forms a singular is no plural", exactly("execution"), {"execution"}),
    ("a form in the title alone", Word("execution", TITLE), {"moratorium", "executed", "execution"}),
    ("a phrase in order", phrase("rights of the people"), {"moratorium"}),
    ("a phrase in the wrong field", phrase("rights of the people", "title"), set()),
    ("a phrase out of order", phrase("people the of rights"), set()),
    ("a phrase keeps its stop words", phrase("rights people"), {"daubler"}),
    ("a phrase has no stems", phrase("a moratorium on execution"), set()),
    ("a phrase of one word", phrase("moratorium", "content"), {"moratorium"}),
    ("a phrase does not join two fields", phrase("executions a moratorium"), set()),
    ("a phrase goes over a block's end", phrase("death penalty the rights"), {"moratorium"}),
    ("a phrase of a word twice needs it twice", phrase("rights rights"), set()),
    ("a prefix", Prefix("morat"), {"moratorium", "hinrichtung"}),
    ("a prefix is a whole word too", Prefix("moratorium", CONTENT), {"moratorium"}),
    ("a prefix in the title alone", Prefix("parl", TITLE), set()),
    ("a prefix of nothing indexed", Prefix("zeb"), set()),
    ("one edit", Fuzzy("moratorum"), {"moratorium", "hinrichtung"}),
    ("one edit in the content alone", Fuzzy("moratorum", 1, CONTENT), {"moratorium"}),
    ("a transposition is one edit", Fuzzy("paliament"), {"moratorium"}),
    ("two letters exchanged are one edit", Fuzzy("parlaiment"), {"moratorium"}),
    ("two edits are too many for one", Fuzzy("moratrum"), set()),
    ("two edits", Fuzzy("moratrum", 2), {"moratorium", "hinrichtung"}),
    ("an edit never changes the first letter", Fuzzy("noratorium", 2), set()),
    ("any of", AnyOf((Word("dawn"), Word("tribunal"))), {"executed", "tribunal"}),
    ("any of none", AnyOf((Word("zebra"), Nothing())), set()),
    ("all of", AllOf((Word("moratorium"), Word("rights"))), {"moratorium"}),
    ("all of, across fields", AllOf((Word("dawn", TITLE), Word("cafe", CONTENT))), {"executed"}),
    ("all of with one missing", AllOf((Word("moratorium"), Word("zebra"))), set()),
    (
        "some of",
        Some((Word("dawn"), Word("moratorium"), Word("zebra"))),
        {"executed", "moratorium", "hinrichtung"},
    ),
    ("not", AllOf((Word("moratorium"), Not(Word("rights")))), {"hinrichtung"}),
    (
        "not a phrase",
        AllOf((Word("rights"), Not(phrase("human rights")), Not(phrase("rights people")))),
        {"moratorium", "undated"},
    ),
    (
        "not among everything",
        AllOf((Everything(), Not(Word("the")))),
        EVERY_ID - {"moratorium", "executed", "daubler", "tribunal"},
    ),
    (
        "not in a nested group",
        AllOf((AllOf((Word("rights"), Not(Word("email")))), Not(Word("berlin")))),
        {"moratorium"},
    ),
    ("a boost finds what its child finds", Boost(Word("dawn"), 3.0), {"executed"}),
    ("articles by their ids", Ids(("executed", "arabic", "executed")), {"executed", "arabic"}),
    ("ids of no article", Ids(("none", "", "execut", "executedd", "\ud800")), set()),
    ("no ids at all", Ids(()), set()),
    ("ids among others", AnyOf((Ids(("farsi",)), Word("dawn"))), {"farsi", "executed"}),
    ("a word within ids", AllOf((Ids(("farsi", "executed")), Word("dawn"))), {"executed"}),
    ("ids without a word", AllOf((Ids(("farsi", "executed")), Not(Word("dawn")))), {"farsi"}),
    (
        "a word but not these ids",
        AllOf((Word("moratorium"), Not(Ids(("none", "moratorium"))))),
        {"hinrichtung"},
    ),
    (
        "all but some ids",
        AllOf((Everything(), Not(Ids(("farsi", "arabic"))))),
        EVERY_ID - {"farsi", "arabic"},
    ),
    ("ids as some of what is asked", Some((Ids(("farsi",)), Word("dawn"))), {"farsi", "executed"}),
    ("everything", Everything(), EVERY_ID),
    ("nothing", Nothing(), set()),
    ("a word with no letters finds nothing", Word(""), set()),
    # -- accents -------------------------------------------------------------------------------
    ("accents typed, accents written", exactly("däubler"), {"daubler"}),
    ("accents left out", exactly("daubler"), {"daubler"}),
    ("accents typed, none written", exactly("cafè"), {"executed", "undated"}),
    ("accents the other way", exactly("café", "content"), {"executed", "undated"}),
    ("a prefix without the accents", Prefix("republ"), {"execution"}),
    ("an edit beside an accent", Fuzzy("republiqe"), {"execution"}),
    ("capitals and width", exactly("full"), {"tribunal"}),
    # -- compounds -----------------------------------------------------------------------------
    ("joined finds hyphened", exactly("email"), {"executed", "tribunal", "undated"}),
    ("split finds hyphened", phrase("e mail"), {"executed"}),
    ("a part finds hyphened", exactly("mail"), {"executed"}),
    ("hyphened as its joined form", exactly("e\u200cmail"), {"executed", "tribunal", "undated"}),
    ("a double name by its parts", phrase("daubler gmelin"), {"daubler"}),
    ("a double name joined", exactly("daublergmelin"), {"daubler"}),
    ("a word before a compound", phrase("by email"), {"executed"}),
    ("a word before a compound's parts", phrase("by e mail"), {"executed"}),
    ("a word behind a compound joined", phrase("daublergmelin spoke in"), {"daubler"}),
    ("a word behind a compound split", phrase("gmelin spoke in"), {"daubler"}),
    ("a word does not reach into a compound", phrase("daubler spoke"), set()),
    # -- letters of Arabic script ----------------------------------------------------------------
    ("zwnj, joined", exactly("میرود"), {"farsi"}),
    ("zwnj, split", phrase("می رود"), {"farsi"}),
    ("zwnj as written", exactly("می\u200cرود"), {"farsi"}),
    ("Persian kaf and yeh for the Arabic ones", exactly("یکدیگر"), {"farsi"}),
    ("Arabic kaf and yeh for the Arabic ones", exactly("يكديگر"), {"farsi"}),
    ("a hamza left out, its seat kept", exactly("المسوول"), {"arabic"}),
    ("a hamza on yeh left out", exactly("مسيول"), {"farsi"}),
    ("a hamza on another seat is another word", exactly("مسؤول"), set()),
    ("harakat are not typed", exactly("الكتاب"), {"arabic"}),
    ("an Arabic stem meets its article", Word("كتاب"), {"arabic", "farsi"}),
    # -- apostrophes, acronyms, numbers ----------------------------------------------------------
    ("a curly apostrophe", exactly("people’s"), {"daubler", "tribunal"}),
    ("a straight apostrophe", exactly("people's"), {"daubler", "tribunal"}),
    ("no apostrophe at all", exactly("peoples", "title"), {"tribunal"}),
    ("an elision is two words", exactly("homme"), {"execution"}),
    ("an elision in a phrase", phrase("l homme attend"), {"execution"}),
    ("an elision in a title", exactly("exécution", "title"), {"execution"}),
    ("an acronym with dots", exactly("u.s."), {"tribunal"}),
    ("an acronym without dots", exactly("us"), {"tribunal"}),
    ("an ampersand", exactly("r&d"), {"tribunal"}),
    ("plus signs", exactly("c++"), {"tribunal"}),
    ("plus signs are not dropped", exactly("c"), set()),
    ("a dotted name joined", exactly("nodejs"), {"tribunal"}),
    ("a dotted name split", phrase("node js"), {"tribunal"}),
    ("a number without its comma", exactly("1000"), {"tribunal"}),
    ("a number with its comma", exactly("1,000"), {"tribunal"}),
    ("a part of a number is another number", exactly("000"), set()),
    # -- scripts without spaces ------------------------------------------------------------------
    ("a pair of characters", exactly("人民"), {"chinese"}),
    ("a run of pairs", phrase("人民 民日 日报"), {"chinese"}),
    ("pairs in the content alone", exactly("人民", "content"), {"chinese"}),
    ("pairs that are not neighbours", phrase("人民 日报"), set()),
    ("one character by its pairs", Prefix("京"), {"chinese"}),
    # -- stems by language -----------------------------------------------------------------------
    ("a German form in a German text", Word("hinrichtungen"), {"hinrichtung"}),
    ("a French form in a French text", Word("avocats"), {"execution"}),
    ("a German form answers no French or English word", Word("avocaten"), set()),
    ("the word itself in any language", Word("gift"), {"hinrichtung"}),
]


@pytest.mark.parametrize(("query", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_a_query_finds(view: Reader, query: Query, expected: set[str]) -> None:
    assert found(view, query) == expected


def test_a_stem_answers_only_in_the_articles_own_language(view_of: Build) -> None:
    """The forms of "gift" in English are not those of "Gift", which is poison in German."""
    view = view_of([record("One", "gift", lang="en", key="en"), record("Two", "Gift", lang="de", key="de")])
    assert found(view, Word("gifting")) == {"en"}
    assert found(view, Word("giften")) == {"de"}
    assert found(view, Word("gift")) == {"en", "de"}


def test_an_article_without_a_stemmer_is_found_by_its_words_alone(view_of: Build) -> None:
    view = view_of(
        [record("One", "executions", lang="und", key="und"), record("Two", "executions", key="en")]
    )
    assert found(view, Word("execution")) == {"en"}
    assert found(view, Word("executions")) == {"und", "en"}


def test_the_very_spelling_counts_more_than_another(view_of: Build) -> None:
    """Accents never prevent a match, and the article that has them as typed comes first."""
    view = view_of([record("Cafe", "cafe", key="plain"), record("Café", "café", key="accent")])
    typed, plain = (
        [hit.record.article.id for hit in view.execute(Search(Word(text))).hits] for text in ("café", "cafe")
    )
    assert (typed, plain) == (["accent", "plain"], ["plain", "accent"])


def test_an_empty_index_answers(view_of: Build) -> None:
    view = view_of([])
    assert view.article_count == 0
    for query in (Everything(), Word("a"), Prefix("a"), Fuzzy("abcd"), phrase("a b"), Not(Word("a"))):
        assert found(view, query) == set()
    assert (view.knows("a"), view.similar("a", 1), view.complete("a")) == (False, (), ())
    assert view.get("nobody") is None


def test_an_article_without_words_is_found_by_browsing(view_of: Build) -> None:
    view = view_of([record("", "", key="blank"), record("Words", "more words", key="words")])
    assert found(view, Everything()) == {"blank", "words"}
    assert found(view, Word("words")) == {"words"}
