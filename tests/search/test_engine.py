"""What a visitor asks and what comes back: the engine over the small collection."""

from __future__ import annotations

import pytest

from indexer.article import Article
from indexer.backends.memory import MemoryIndex
from indexer.errors import BoundExceeded, NoIndex, QueryError, TimeBudgetExceeded
from indexer.limits import MAX_WINDOW
from service.search.engine import Engine
from service.search.request import SearchRequest, SearchResult
from tests.conftest import COLLECTION, record
from tests.search.conftest import SITE, TODAY, engine_over


def ask(engine: Engine, text: str, **switches: object) -> SearchResult:
    return engine.search(SearchRequest(text, **switches))  # type: ignore[arg-type]  # as named


def ids(result: SearchResult) -> set[str]:
    assert result.total == len(result.hits)
    return {hit.id for hit in result.hits}


# -- what is found ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "switches", "found", "mode"),
    [
        ("moratorium executions", {}, {"moratorium"}, "all_words"),
        ("execution", {}, {"moratorium", "executed", "execution"}, "all_words"),
        ("execution", {"exact": True}, {"execution"}, "exact"),
        ("executing", {"exact": True}, set(), "exact"),
        ("the rights of the people", {"exact": True}, {"moratorium"}, "exact"),
        ("rights people", {"exact": True}, {"daubler"}, "exact"),
        ('the "rights" of, the: people!', {"exact": True}, {"moratorium"}, "exact"),
        ("moratorum", {"exact": True}, set(), "exact"),
        ('"rights people"', {}, {"daubler"}, "all_words"),
        ('"rights of the people" moratorium', {}, {"moratorium"}, "all_words"),
        ("rights -human", {}, {"moratorium", "daubler", "undated"}, "all_words"),
        ('rights -"rights of the people"', {}, {"daubler", "undated"}, "all_words"),
        ("dawn", {"fields": ("title",)}, {"executed"}, "all_words"),
        ("dawn", {"fields": ("content",)}, set(), "all_words"),
        ("Däubler-Gmelin", {}, {"daubler"}, "all_words"),
        ("daubler gmelin", {}, {"daubler"}, "all_words"),
        ("e mail", {}, {"executed"}, "all_words"),
        ("email", {}, {"executed", "tribunal", "undated"}, "all_words"),
        ("morat*", {}, {"moratorium", "hinrichtung"}, "all_words"),
        ("morat", {"prefix": True}, {"moratorium", "hinrichtung"}, "all_words"),
        ("morat", {}, set(), "all_words"),
        ("人民的权利", {}, {"chinese"}, "all_words"),
        ("京", {}, {"chinese"}, "all_words"),
        ("人民的权利。東京で会議", {"exact": True}, {"chinese"}, "exact"),
        ("权利、東京で", {"exact": True}, {"chinese"}, "exact"),
        ("権利。東京", {"exact": True}, set(), "exact"),
        ('"权利。東京で"', {}, {"chinese"}, "all_words"),
        ("کتابهای", {}, {"farsi"}, "all_words"),
    ],
)
def test_what_is_found(
    engine: Engine, text: str, switches: dict[str, object], found: set[str], mode: str
) -> None:
    result = ask(engine, text, **switches)
    assert ids(result) == found
    assert {hit.matched.mode for hit in result.hits} <= {mode}
    assert not result.applied.relaxed


@pytest.mark.parametrize("article", [item.article for item in COLLECTION], ids=lambda article: article.id)
def test_a_text_and_a_title_find_their_article_exactly(engine: Engine, article: Article) -> None:
    for text in (article.title, *(block.text for block in article.blocks)):
        assert article.id in {hit.id for hit in ask(engine, text, exact=True).hits}, text


def test_nothing_typed_shows_the_newest(engine: Engine) -> None:
    result = ask(engine, "  ")
    days = [hit.published_at for hit in result.hits]
    assert result.total == len(COLLECTION)
    assert days == sorted(days, reverse=True)
    assert {hit.matched.mode for hit in result.hits} == {"filter"}
    assert {hit.matched.fields for hit in result.hits} == {()}


def test_only_exclusions_show_the_newest_of_the_rest(engine: Engine) -> None:
    result = ask(engine, '-rights -"the prisoner"')
    assert ids(result) == {item.article.id for item in COLLECTION} - {
        "moratorium", "daubler", "undated", "executed"
    }  # fmt: skip
    days = [hit.published_at for hit in result.hits]
    assert days == sorted(days, reverse=True)
    assert {hit.matched.mode for hit in result.hits} == {"filter"}


def test_a_question_of_stop_words_alone_asks_for_them(engine: Engine) -> None:
    result = ask(engine, "of the")
    assert ids(result) == {"moratorium", "daubler", "tribunal"}
    assert result.applied.ignored == ()


def test_stop_words_beside_words_are_ignored_and_said_to_be(engine: Engine) -> None:
    result = ask(engine, "the moratorium in dawn")
    assert result.applied.ignored == ("the", "in")


# -- relaxed, corrected ----------------------------------------------------------------------------


def test_when_no_article_has_all_words_those_with_some_are_shown_and_it_is_said(engine: Engine) -> None:
    result = ask(engine, "moratorium dawn")
    assert ids(result) == {"moratorium", "executed", "hinrichtung"}
    assert result.applied.relaxed
    assert {hit.matched.mode for hit in result.hits} == {"some_words"}


def test_a_phrase_and_an_exclusion_are_never_relaxed_away(engine: Engine) -> None:
    result = ask(engine, '"rights people" dawn moratorium -tribunal')
    assert (ids(result), result.applied.relaxed) == ({"daubler"}, True)
    result = ask(engine, '"rights people" berlin dawn -tribunal')
    assert (ids(result), result.applied.relaxed) == ({"daubler"}, True)
    assert ids(ask(engine, "moratorium dawn -parliament")) == {"executed", "hinrichtung"}
    assert ask(engine, '"people rights"').total == 0


def test_nothing_at_all_is_not_called_relaxed(engine: Engine) -> None:
    """To say that articles with some of the words are shown, when none is, helps nobody."""
    result = ask(engine, "zebra quagga")
    assert (result.total, result.applied.relaxed) == (0, False)
    assert result.applied.unknown == ("zebra", "quagga")


def test_exact_is_never_relaxed_stemmed_or_corrected(engine: Engine) -> None:
    for text in ("moratorium dawn", "executing", "moratorum", "email parliament"):
        result = ask(engine, text, exact=True)
        assert result.total == 0
        assert (result.applied.relaxed, result.applied.corrected, result.applied.unknown) == (False, None, ())


@pytest.mark.parametrize(
    ("text", "corrected", "found"),
    [
        ("moratorum", "moratorium", {"moratorium", "hinrichtung"}),
        ("Moratorum, parlaiment!", "moratorium, parliament!", {"moratorium"}),
        ("parlaiment", "parliament", {"moratorium"}),
        ("parliament", None, {"moratorium"}),
        ("rihgts people", "rights people", {"moratorium", "daubler"}),
        ("zebra", None, set()),
        ("19822", None, set()),
        ("parlaiment-moratorum", None, set()),
    ],
)
def test_typos_are_tried_only_for_words_nobody_wrote(
    engine: Engine, text: str, corrected: str | None, found: set[str]
) -> None:
    result = ask(engine, text)
    assert result.applied.corrected == corrected
    assert ids(result) == found


def test_a_known_word_is_never_a_typo(engine: Engine) -> None:
    """Though "courts" or "count" stood nearer to other articles."""
    result = ask(engine, "court")
    assert (ids(result), result.applied.corrected) == ({"daubler"}, None)


# -- filters ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", ["human-rights", "Human Rights", "HUMAN RIGHTS", "human rights", "humanrights"]
)
def test_a_label_is_as_good_as_a_slug(engine: Engine, value: str) -> None:
    result = ask(engine, "rights", filters={"category": (value,)})
    assert ids(result) == {"moratorium", "daubler"}
    assert result.request.filters == {"category": ("human-rights",)}
    assert [row.value for row in result.facets["category"] if row.selected] == ["human-rights"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("category", "Sports"),
        ("type", "podcast"),
        ("tag", ""),
        ("lang", "xx"),
        ("author", "Nobody"),
        ("category", "—"),
    ],
)
def test_a_value_that_does_not_exist_is_refused_by_name(engine: Engine, field: str, value: str) -> None:
    with pytest.raises(QueryError) as refusal:
        ask(engine, "rights", filters={field: (value,)})
    assert (refusal.value.parameter, refusal.value.code) == (field, "unknown_value")
    assert repr(value) in refusal.value.detail


def test_a_value_that_does_not_exist_is_refused_with_the_nearest_one_that_does(engine: Engine) -> None:
    known = next(iter(engine.taxonomy("category")))
    with pytest.raises(QueryError) as refusal:
        ask(engine, "rights", filters={"category": (f"{known.label}x",)})
    assert f"did you mean {known.label!r}?" in refusal.value.detail


@pytest.mark.parametrize("name", ["German", "german", "Deutsch", "de", "Allemand"])
def test_a_language_may_be_called_by_its_name(engine: Engine, name: str) -> None:
    asked = lambda lang: [hit.id for hit in ask(engine, "", filters={"lang": (lang,)}).hits]  # noqa: E731
    assert asked(name) == asked("de") != []


def test_an_unknown_filter_is_refused_by_name(engine: Engine) -> None:
    with pytest.raises(QueryError) as refusal:
        ask(engine, "rights", filters={"colour": ("red",)})
    assert refusal.value.parameter == "colour"


def test_facets_have_labels_counts_and_what_is_ticked(engine: Engine) -> None:
    result = ask(engine, "", filters={"category": ("human-rights",)}, facets=("category", "type", "lang"))
    assert [(row.value, row.label, row.count, row.selected) for row in result.facets["category"]] == [
        ("death-penalty", "Death Penalty", 3, False),
        ("human-rights", "Human Rights", 3, True),
    ]
    assert [(row.value, row.label, row.count) for row in result.facets["lang"]] == [
        ("en", "English", 2),
        ("fa", "فارسی", 1),
    ]
    with pytest.raises(QueryError) as refusal:
        ask(engine, "", facets=("colour",))
    assert refusal.value.parameter == "facets"


def test_days_in_the_wrong_order_are_refused(engine: Engine) -> None:
    with pytest.raises(QueryError) as refusal:
        ask(engine, "", published_from="2025-01-02", published_to="2025-01-01")
    assert refusal.value.parameter == "from"


# -- pages, hits, errors ---------------------------------------------------------------------------


def test_pages_are_counted_and_bounded(engine: Engine) -> None:
    result = ask(engine, "", per_page=3, page=4)
    assert (result.total, result.pages, len(result.hits)) == (10, 4, 1)
    assert ask(engine, "", per_page=3, page=5).hits == ()
    assert ask(engine, "zebra").pages == 0
    assert ask(engine, "", per_page=10, page=MAX_WINDOW // 10).hits == ()
    with pytest.raises(BoundExceeded) as refusal:
        ask(engine, "", per_page=10, page=MAX_WINDOW // 10 + 1)
    assert (refusal.value.parameter, refusal.value.bound) == ("page", "window")


def test_a_hit_says_where_it_matched(engine: Engine) -> None:
    result = ask(engine, "moratorium")
    fields = {hit.id: hit.matched.fields for hit in result.hits}
    assert fields == {"moratorium": ("title", "content"), "hinrichtung": ("title",)}
    (hit,) = ask(engine, "dawn").hits
    assert hit.highlights.title.html == "Executed at <mark>dawn</mark>"
    assert (hit.published_at, hit.type.label, [label.value for label in hit.categories]) == (
        "2025-01-20",
        "Report",
        ["death-penalty"],
    )


def test_an_excluded_word_is_not_marked(engine: Engine) -> None:
    for hit in ask(engine, "rights -dawn -tribunal").hits:
        assert "tribunal" not in hit.highlights.title.html.casefold().partition("<mark>")[2]


def test_sorts(engine: Engine) -> None:
    newest = [hit.id for hit in ask(engine, "rights", sort="newest").hits]
    oldest = [hit.id for hit in ask(engine, "rights", sort="oldest").hits]
    assert newest == ["moratorium", "daubler", "undated"]
    assert oldest == ["daubler", "moratorium", "undated"]


def test_a_recent_article_is_preferred_within_bounds() -> None:
    twins = [
        record("Strike fund", "Same words.", key="old", published="2015-01-01"),
        record("Strike  fund", "Same words.", key="new", published="2025-01-21"),
    ]
    old, new = sorted(ask(engine_over(twins), "strike").hits, key=lambda hit: hit.published_at)
    assert 1.0 < new.score / old.score <= 1.2


def test_an_explanation_is_sentences_that_end_with_the_score(engine: Engine) -> None:
    (hit,) = ask(engine, "rights moratorium", explain=True).hits
    assert any("“rights” is found once in the text" in line for line in hit.explanation)
    assert any(
        "“moratorium” is found once in the text and once in the title" in line for line in hit.explanation
    )
    assert hit.explanation[-1].startswith("Score: ")
    assert hit.explanation[-1].endswith(f" = {hit.score:.3f}.")
    assert all(line.endswith(".") for line in hit.explanation)
    assert not ask(engine, "rights").hits[0].explanation
    (typo,) = ask(engine, "parlaiment", explain=True).hits
    assert "as parliament" in typo.explanation[0]


def test_an_answer_names_its_generation(engine: Engine) -> None:
    assert ask(engine, "rights").generation == engine.generation
    assert (engine.article_count, engine.sequence) == (len(COLLECTION), len(COLLECTION))
    assert engine.article("daubler") is not None
    assert engine.article("nobody") is None


def test_before_the_first_index_every_question_says_so() -> None:
    empty = Engine(MemoryIndex(), SITE, today=lambda: TODAY)
    for use in (
        lambda: ask(empty, "x"),
        lambda: empty.suggest(SearchRequest("x")),
        lambda: empty.taxonomy("category"),
    ):
        with pytest.raises(NoIndex):
            use()


def test_a_question_beyond_its_time_is_refused() -> None:
    slow = engine_over(COLLECTION, budget_seconds=-1.0)
    with pytest.raises(TimeBudgetExceeded):
        ask(slow, "rights")
    with pytest.raises(TimeBudgetExceeded):
        slow.suggest(SearchRequest("rights"))


def test_the_taxonomy_has_every_known_value(engine: Engine) -> None:
    rows = [(row.value, row.label, row.count, row.selected) for row in engine.taxonomy("category")]
    assert rows == [("death-penalty", "Death Penalty", 3, False), ("human-rights", "Human Rights", 3, False)]


def test_a_compound_is_one_word_unless_nobody_has_it(engine: Engine) -> None:
    """Parts that stand anywhere are a relaxed answer, which says so."""
    strict = ask(engine, "Däubler-Gmelin")
    assert (strict.total, strict.applied.relaxed) == (1, False)
    loose = ask(engine, "Berlin-court")
    assert (loose.total, loose.applied.relaxed) == (1, True)


def test_a_phrase_holds_when_a_word_beside_it_is_unknown(engine: Engine) -> None:
    answer = ask(engine, '"death penalty" zzzzqq')
    assert answer.applied.relaxed
    assert answer.total == ask(engine, '"death penalty"').total > 0
