"""Somebody has a passage and asks where it stands: exactly first, then the nearest."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.article import Block
from indexer.backends.base import Record
from indexer.backends.whoosh import WhooshIndex
from indexer.errors import BoundExceeded, QueryError, TimeBudgetExceeded
from indexer.limits import MAX_QUOTE_CHARACTERS, MAX_QUOTE_WORDS
from service.search.engine import Engine
from service.search.quotes import LEAST_STRENGTH
from service.search.request import QuoteHit, QuoteRequest, QuoteResult
from tests.conftest import COLLECTION, publish, record
from tests.search.conftest import SITE, TODAY, engine_over
from tests.strategies import examples

SPEECH = (
    "We met at the harbour before dawn, and the harbour was silent.\n"
    "Nobody who was there will forget how the women walked to the gates of the prison with bread in "
    "their hands.\n"
    "The governor’s men – there were forty of them – had closed the road. “Let us pass,” said the eldest, "
    "“for we bring nothing but bread.” They waited until the sun stood over the café, and no one answered.\n"
    "In the evening the gates were opened, and the bread was carried in."
)
OTHERS = (
    record("At the harbour", SPEECH, key="speech", categories=["Women"], published="2025-01-02"),
    record(
        "The harbour again",
        "A reader writes: nobody who was there will forget how the women walked to the gates of the town.",
        key="letter",
        categories=["Letters"],
    ),
    record(
        "همایش بندر",
        "زنان به سوی دروازه‌های زندان می‌رفتند و نان در دست داشتند.\nهيچ كس پاسخی نداد و جاده بسته بود.",
        key="persian",
        lang="fa",
    ),
    record("مؤتمر الميناء", "سارت النساء إلى أبواب السجن وفي أيديهنّ الخبز، ولم يُجِبْ أحدٌ.",
           key="arab", lang="ar"),
    record("港の会議", "女性たちはパンを手に監獄の門へ歩いた。誰も答えなかった。道は閉ざされていた。",
           key="japanese", lang="ja"),
    record("Cats", "The cat sat on the mat and the dog sat on the log by the road to the town.", key="cats"),
)  # fmt: skip


@pytest.fixture(scope="module", params=["memory", "whoosh"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    records = (*COLLECTION, *OTHERS)
    if request.param == "memory":
        return engine_over(records)
    return indexed(tmp_path_factory.mktemp("quotes"), *records)


def indexed(folder: Path, *records: Record) -> Engine:
    index = WhooshIndex(folder)
    publish(index, records)
    return Engine(index, SITE, today=lambda: TODAY)


def find(engine: Engine, text: str, **more: object) -> QuoteResult:
    return engine.find_quote(QuoteRequest(text, **more))  # type: ignore[arg-type]  # as named


def best(engine: Engine, text: str) -> QuoteHit:
    return find(engine, text).hits[0]


def marked(hit: QuoteHit) -> list[str]:
    return [hit.passage.text[start:end] for start, end in hit.passage.ranges]


# -- exact -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("how the women walked to the gates of the prison with bread in their hands", "speech"),
        ("HOW THE WOMEN WALKED to the gates of the prison, with bread in their hands!", "speech"),
        ("the governor's men - there were forty of them - had closed the road", "speech"),
        ('"Let us pass", said the eldest, "for we bring nothing but bread."', "speech"),
        ("until the sun stood over the cafe, and no one answered", "speech"),
        ("the harbour was silent. Nobody who was there will forget how the women walked", "speech"),
        ("دروازههای زندان میرفتند و نان در دست داشتند", "persian"),
        ("زنان به سوي دروازه‌هاي زندان مي‌رفتند و نان در دست داشتند هیچ کس پاسخی نداد", "persian"),
        ("وفي ايديهن الخبز ولم يجب أحد", "arab"),
        ("監獄の門へ歩いた。誰も答えなかった", "japanese"),
        ("Däubler-Gmelin spoke in Berlin", "daubler"),
        ("daubler gmelin spoke in berlin", "daubler"),
        ("Herta Daubler-Gmelin on the rule of law", "daubler"),
        ("bread", "speech"),
    ],
)
def test_a_quote_is_found_word_for_word_whatever_its_case_quotes_dashes_and_accents(
    engine: Engine, text: str, found: str
) -> None:
    hit = best(engine, text)
    assert (hit.id, hit.match, hit.agreement) == (found, "exact", 1.0)
    assert hit.passage.ranges


def test_the_words_in_another_order_or_form_are_not_exact(engine: Engine) -> None:
    assert find(engine, "the gates of the prisons with bread in their hands").exact == 0
    assert find(engine, "with bread in their hands the women walked to the gates").exact == 0


def test_a_quote_may_have_more_words_than_a_question(engine: Engine) -> None:
    result = find(engine, SPEECH)
    assert (result.exact, result.hits[0].id, result.hits[0].match) == (1, "speech", "exact")


def test_exact_hits_come_first_and_those_that_have_much_of_it_follow(engine: Engine) -> None:
    result = find(engine, "Nobody who was there will forget how the women walked to the gates of the prison")
    assert [(hit.id, hit.match) for hit in result.hits] == [("speech", "exact"), ("letter", "near")]
    assert result.exact == 1
    assert result.hits[1].agreement == pytest.approx(15 / 16, abs=0.001)


def test_the_exact_articles_are_all_counted_however_few_are_wanted() -> None:
    copies = [record(f"Copy {n}", "the same four words again and again", key=f"c{n}") for n in range(5)]
    result = find(engine_over(copies), "the same four words", limit=2)
    assert (result.exact, len(result.hits)) == (5, 2)


# -- nearest ---------------------------------------------------------------------------------------

TRUE = SPEECH.split("\n")[1].rstrip(".")


@pytest.mark.parametrize(
    ("text", "least"),
    [
        (TRUE.replace("prison", "fortress"), 0.94),
        (TRUE.replace("forget", "ever forget"), 0.94),
        (TRUE.replace("walked to", "to"), 0.99),
        (TRUE.replace("how the women walked to the", "…"), 0.99),
        ("We met at the harbour before dawn […] In the evening the gates were opened", 0.99),
        ("the gates of the prison with bread in their hands ... had closed the road", 0.99),
        ("As he told me: " + TRUE, 0.8),
        ("harbour was silent. Nobody who was present will forget how the women walked", 0.9),
        ("زنان به سوی دروازه‌های زندان دویدند و نان در دست داشتند", 0.8),
        ("سارت النساء إلى أبواب القصر وفي أيديهن الخبز", 0.8),
        ("女性たちはパンを手に監獄の窓へ歩いた。誰も答えなかった", 0.8),
    ],
)
def test_a_quote_with_something_changed_is_found_nearly(engine: Engine, text: str, least: float) -> None:
    hit = best(engine, text)
    assert hit.id in ("speech", "persian", "arab", "japanese")
    assert hit.match == "near"
    assert hit.agreement >= least


def test_the_words_that_agree_are_marked_and_no_others(engine: Engine) -> None:
    hit = best(engine, TRUE.replace("prison", "fortress"))
    shown = " ".join(marked(hit))
    assert shown.startswith("Nobody who was there will forget")
    assert shown.endswith("with bread in their hands")
    assert "prison" not in shown
    assert hit.passage.html.count("<mark>") == len(hit.passage.ranges)


def test_marks_do_not_run_over_the_end_of_a_paragraph(engine: Engine) -> None:
    hit = best(engine, "the harbour was silent. Nobody who was there will forget")
    assert marked(hit) == ["the harbour was silent", "Nobody who was there will forget"]
    assert "silent. Nobody" in hit.passage.text


def test_cells_and_items_are_parted_in_the_passage() -> None:
    blocks = [Block("heading", "Prisons of the north", 2), Block("list", "seven gates\nfour towers of stone")]
    hit = best(engine_over([record("A list", blocks, key="list")]), "of the north seven gates four towers")
    assert hit.match == "exact"
    assert hit.passage.text == "Prisons of the north · seven gates · four towers of stone"
    assert marked(hit) == ["of the north", "seven gates", "four towers"]


def test_what_an_ellipsis_left_out_is_left_out_of_the_passage() -> None:
    between = " ".join(f"filler{n}" for n in range(60))
    text = f"The first half of a long sentence was spoken here. {between} And the second half came after it."
    made = engine_over([record("Two halves", text, key="two")])
    hit = best(made, "first half of a long sentence was spoken here … the second half came after it")
    assert (hit.match, hit.agreement) == ("near", 1.0)
    assert " … " in hit.passage.text
    assert "filler30" not in hit.passage.text
    assert marked(hit)[0].startswith("first half")
    assert marked(hit)[-1].endswith("after it")


@pytest.mark.parametrize(
    "text",
    [
        "colourless green ideas sleep furiously under a yellow submarine of the state",
        "xyzzy plugh frotz nitfol",
        "of the and to the in their who was there and at before",
        "bread gates women forget sun forty eldest governor evening harbour",
        "…",
        "?!",
    ],
)
def test_nonsense_finds_nothing(engine: Engine, text: str) -> None:
    result = find(engine, text)
    assert (result.exact, result.hits) == (0, ())


def test_few_words_in_common_are_a_turn_of_phrase_and_no_quote(engine: Engine) -> None:
    assert find(engine, "the women walked xyzzy").hits == ()
    assert find(engine, "no harbour").hits == ()


def test_whatever_is_near_agrees_enough_and_is_in_order_of_agreement(engine: Engine) -> None:
    words = SPEECH.split()
    for seed in range(30):
        chance = random.Random(seed)
        changed = [word if chance.random() < 0.75 else "xyzzy" for word in words[:60]]
        hits = find(engine, " ".join(changed)).hits
        assert hits[0].id == "speech"
        shares = [hit.agreement for hit in hits]
        assert shares == sorted(shares, reverse=True)
        assert all(LEAST_STRENGTH <= share <= 1 for share in shares)


def test_a_passage_is_found_in_the_middle_of_a_very_long_text_and_shown_alone(tmp_path: Path) -> None:
    filler = "\n".join(f"Paragraph {n} of a very long report says little that is new." for n in range(3000))
    text = f"{filler}\n{SPEECH}\n{filler}"
    hit = best(indexed(tmp_path, record("Long", text, key="long")), TRUE.replace("prison", "fortress"))
    assert hit.match == "near"
    assert hit.agreement > 0.9
    assert hit.passage.text.startswith("…")
    assert hit.passage.text.endswith("…")
    assert len(hit.passage.text) < 700
    assert hit.stretch.text[hit.stretch.start : hit.stretch.end].startswith("Nobody")


def test_a_long_quote_is_shown_as_far_as_there_is_room() -> None:
    text = " ".join(f"word{n}" for n in range(300))
    hit = best(engine_over([record("Long", f"Before it. {text} And after.", key="long")]), text[:1990])
    assert hit.match in ("exact", "near")
    assert 400 < len(hit.passage.text) < 700
    assert hit.passage.ranges[0][0] == hit.passage.text.index("word0")
    assert hit.stretch.text[hit.stretch.start :].startswith("word0")


def test_a_text_that_says_the_same_again_and_again_is_no_trouble(tmp_path: Path) -> None:
    made = indexed(tmp_path, record("Refrain", "to be or not to be " * 500, key="refrain"))
    assert find(made, "to be or not to be " * 100).exact == 1
    assert find(made, "to be or not to be xyzzy " * 50).exact == 0


# -- filters and bounds ----------------------------------------------------------------------------


def test_filters_hold_for_exact_and_near_hits(engine: Engine) -> None:
    result = find(engine, TRUE, filters={"category": ("Letters",)})
    assert [(hit.id, hit.match) for hit in result.hits] == [("letter", "near")]
    assert result.request.filters == {"category": ("letters",)}
    assert find(engine, TRUE, filters={"lang": ("de",)}).hits == ()
    with pytest.raises(QueryError, match="nonsense"):
        find(engine, TRUE, filters={"category": ("nonsense",)})


def test_a_quote_is_bounded_in_characters_and_words(engine: Engine) -> None:
    with pytest.raises(BoundExceeded, match=str(MAX_QUOTE_CHARACTERS)):
        find(engine, "a" * (MAX_QUOTE_CHARACTERS + 1))
    with pytest.raises(BoundExceeded, match=str(MAX_QUOTE_WORDS)):
        find(engine, "人" * (MAX_QUOTE_WORDS + 5))


def test_a_quote_keeps_to_the_time_budget() -> None:
    with pytest.raises(TimeBudgetExceeded):
        find(engine_over(OTHERS, budget_seconds=-1.0), TRUE.replace("prison", "fortress"))


WORDS = [word for text in (SPEECH, *(one.article.text for one in OTHERS[2:])) for word in text.split()]
PASSAGES = st.lists(
    st.one_of(st.sampled_from(WORDS), st.sampled_from(["xyzzy", "…", "[…]", "\n", "—"]), st.text(max_size=3)),
    max_size=30,
).map(" ".join)


@settings(max_examples=examples(60))
@given(st.integers(0, len(WORDS)), st.integers(4, 40), PASSAGES)
def test_whatever_is_asked_is_answered_and_every_mark_stands_in_the_article(
    start: int, length: int, more: str
) -> None:
    texts = {one.article.id: f"{one.article.title}\n{one.article.text}" for one in (*COLLECTION, *OTHERS)}
    for hit in find(_reference(), " ".join(WORDS[start : start + length]) + " " + more).hits:
        assert 0 < hit.agreement <= 1
        assert marked(hit)
        assert all(mark and mark in texts[hit.id] for mark in marked(hit))
        assert hit.stretch.text in texts[hit.id]
        assert 0 <= hit.stretch.start < hit.stretch.end <= len(hit.stretch.text)


@cache
def _reference() -> Engine:
    return engine_over((*COLLECTION, *OTHERS), budget_seconds=60.0)


def test_nothing_asked_finds_nothing(engine: Engine) -> None:
    assert find(engine, "  ").hits == ()
