"""What a synonym finds, and what it does not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from indexer.query import Phrase
from indexer.ranking import Ranking
from service.search.engine import Engine
from service.search.plan import make_plan
from service.search.request import SearchRequest
from service.search.synonyms import AS_SYNONYM, MOST_VARIANTS, SynonymTable, Terms, words_of
from service.tuning.compiling import compile_model
from service.tuning.model import Boosts, Synonyms, TuningModel
from tests.conftest import record
from tests.contract.conftest import BACKENDS
from tests.search.conftest import engine_on
from tests.timing import timed

LONG = "National Council of Resistance of Iran"
ARTICLES = (
    record("NCRI news", "The NCRI met today.", key="short"),
    record("A meeting", f"The {LONG} met in Paris.", key="long"),
    record("A council", "The council of Iran met; a national one of resistance did not.", key="scattered"),
    record("Votes", "The World Health Organization votes.", key="who"),
    record("E-mail", "An e-mail came.", key="mail"),
    record("Executions", "Three executions.", key="execution"),
    record("Capital punishment", "Capital punishment is debated.", key="capital"),
    record("Penalties", "The death penalty.", key="death"),
)
GROUP = Synonyms((LONG, "NCRI"))


def tuned(*rules: Synonyms, **others: object) -> TuningModel:
    return TuningModel(synonyms=rules, **others)  # type: ignore[arg-type]  # members as named


@pytest.fixture(scope="module", params=BACKENDS)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine_on(request.param, ARTICLES, tmp_path_factory.mktemp("index"))


def asked(engine: Engine, model: TuningModel, text: str, **options: object) -> list[str]:
    request = SearchRequest(text, **options)  # type: ignore[arg-type]  # options as named
    return [hit.id for hit in engine.under(compile_model(model)).search(request).hits]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NCRI", {"short", "long"}),
        ("ncri met", {"short", "long"}),
        (LONG, {"short", "long", "scattered"}),
        (f"{LONG.upper()} voting", {"short", "long", "scattered", "who"}),
        ("council of iran", {"long", "scattered"}),
        ("national council", {"long", "scattered"}),
        ('"NCRI"', {"short"}),
        (f'"{LONG}"', {"long"}),
        ("met -NCRI", {"long", "scattered"}),
        ("ncri -paris", {"short"}),
        ("NCRI*", {"short"}),
    ],
)
def test_a_term_finds_its_synonym_as_a_phrase(engine: Engine, text: str, found: set[str]) -> None:
    assert set(asked(engine, tuned(GROUP), text)) == found


def test_without_a_rule_nothing_is_added(engine: Engine) -> None:
    assert asked(engine, TuningModel(), "NCRI") == ["short"]


def test_one_way_is_one_way(engine: Engine) -> None:
    rule = Synonyms(("capital punishment",), to=("death penalty", "executions"))
    assert set(asked(engine, tuned(rule), "capital punishment")) == {"capital", "death", "execution"}
    assert asked(engine, tuned(rule), "death penalty") == ["death"]
    assert asked(engine, tuned(rule), "executions") == ["execution"]


def test_synonyms_make_no_chain(engine: Engine) -> None:
    rules = Synonyms(("capital punishment", "death penalty")), Synonyms(("death penalty", "executions"))
    assert set(asked(engine, tuned(*rules), "capital punishment")) == {"capital", "death"}
    assert set(asked(engine, tuned(*rules), "death penalty")) == {"capital", "death", "execution"}


def test_the_longest_term_counts(engine: Engine) -> None:
    rules = Synonyms(("death",), to=("mail",)), Synonyms(("death penalty",), to=("executions",))
    assert set(asked(engine, tuned(*rules), "death penalty")) == {"death", "execution"}


def test_a_stop_word_that_is_a_term_counts_in_capitals_only(engine: Engine) -> None:
    rule = Synonyms(("WHO", "World Health Organization"))
    assert asked(engine, tuned(rule), "WHO votes") == ["who"]
    applied = engine.under(compile_model(tuned(rule))).search(SearchRequest("who votes")).applied
    assert (applied.ignored, applied.synonyms) == (("who",), ())


@pytest.mark.parametrize("text", ["e-mail", "email", "e mail"])
def test_a_compound_is_a_term_however_it_is_written(engine: Engine, text: str) -> None:
    assert set(asked(engine, tuned(Synonyms(("e-mail", "death penalty"))), text)) == {"mail", "death"}


def test_exact_matches_have_no_synonym_unless_a_rule_says_so(engine: Engine) -> None:
    assert asked(engine, tuned(GROUP), "NCRI met", exact=True) == ["short"]
    exact = Synonyms(GROUP.words, exact=True)
    assert set(asked(engine, tuned(exact), "NCRI met", exact=True)) == {"short", "long"}
    assert set(asked(engine, tuned(exact), '"the NCRI met"')) == {"short", "long"}
    assert set(asked(engine, tuned(exact), f"the {LONG} met", exact=True)) == {"short", "long"}
    assert asked(engine, tuned(exact), "council of iran", exact=True) == ["scattered"]


def test_a_synonym_counts_less_than_the_word_typed(engine: Engine) -> None:
    articles = [record("One", "alpha and more words", key="a"), record("Two", "beta and more words", key="b")]
    both = engine_on("memory", articles, Path())
    under = both.under(compile_model(tuned(Synonyms(("alpha", "beta")))))
    scores = {hit.id: hit.score for hit in under.search(SearchRequest("alpha")).hits}
    assert scores["b"] == pytest.approx(scores["a"] * AS_SYNONYM, rel=1e-5)


def test_the_words_of_a_synonym_are_marked(engine: Engine) -> None:
    found = engine.under(compile_model(tuned(GROUP))).search(SearchRequest("ncri"))
    long = next(hit for hit in found.hits if hit.id == "long")
    assert f"<mark>{LONG}</mark>" in long.highlights.content[0].html


def test_what_was_applied_is_said(engine: Engine) -> None:
    applied = engine.under(compile_model(tuned(GROUP))).search(SearchRequest("Ncri met")).applied
    assert applied.synonyms == (f"Ncri → {LONG}",)
    nothing = engine.under(compile_model(tuned(GROUP))).search(SearchRequest("council met")).applied
    assert nothing.synonyms == ()


def test_an_unknown_word_with_a_synonym_is_no_typo(engine: Engine) -> None:
    applied = engine.under(compile_model(tuned(Synonyms(("mojahedin", LONG))))).search(
        SearchRequest("mojahedin xyzzyx")
    )
    assert applied.applied.unknown == ("xyzzyx",)
    assert [hit.id for hit in applied.hits] == ["long"]


def test_a_word_whose_synonyms_no_article_has_is_tried_with_typos_as_without(engine: Engine) -> None:
    alone = engine.search(SearchRequest("counsil"))
    told = engine.under(compile_model(tuned(Synonyms(("counsil", "xyzzyx"))))).search(
        SearchRequest("counsil")
    )
    assert alone.applied.corrected == "council"
    assert (told.applied.corrected, told.applied.unknown) == ("council", ("counsil",))
    assert [hit.id for hit in told.hits] == [hit.id for hit in alone.hits] != []


def test_a_relaxed_answer_takes_a_synonym_for_the_whole_term(engine: Engine) -> None:
    found = asked(engine, tuned(GROUP), "ncri votes")
    assert set(found) == {"short", "long", "who"}


def test_a_last_word_that_is_a_whole_term_has_its_synonyms_while_typing(engine: Engine) -> None:
    under = engine.under(compile_model(tuned(GROUP)))
    rows = under.suggest(SearchRequest("ncri")).rows
    assert {row.value for row in rows if row.kind == "article"} == {"short", "long"}
    assert {row.value for row in under.suggest(SearchRequest("ncr")).rows} == {"short"}


def test_what_a_leaf_stands_for_is_known() -> None:
    plan = make_plan(SearchRequest("ncri"), compile_model(tuned(GROUP)), lambda _: True)
    assert {leaf: typed for leaf, typed in plan.stands_for.items() if isinstance(leaf, Phrase)} == {
        Phrase(tuple(LONG.lower().split())): "ncri"
    }


def test_variants_of_a_phrase_are_few() -> None:
    table = SynonymTable([Terms(("a",), tuple(f"w{number}" for number in range(50)), exact=True)])
    assert len(table.variants(words_of("a b a"))) == MOST_VARIANTS


@pytest.mark.parametrize("rule", [("!?", "ncri"), ("ncri", "NCRI"), ("", "")])
def test_a_term_of_no_words_or_the_same_ones_changes_nothing(engine: Engine, rule: Sequence[str]) -> None:
    found = engine.under(compile_model(tuned(Synonyms(tuple(rule))))).search(SearchRequest("ncri"))
    assert ([hit.id for hit in found.hits], found.applied.synonyms) == (["short"], ())


# -- protected words, and the switches ---------------------------------------------------------------

FORMS = (
    record("New", "A new day.", key="new"),
    record("Newer", "Banks banked.", key="banks"),
    record("Bank", "A bank.", key="bank"),
    record("Banking", "Banking is done.", key="banking"),
)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_protected_word_has_no_other_forms(backend: str, tmp_path: Path) -> None:
    engine = engine_on(backend, FORMS, tmp_path)
    protected = TuningModel(protected=("Banks",))
    assert set(asked(engine, TuningModel(), "bank")) == {"bank", "banks", "banking"}
    assert asked(engine, protected, "banks") == ["banks"]
    assert set(asked(engine, protected, "bank")) == {"bank", "banks", "banking"}  # as "banked"
    both = TuningModel(protected=("banks", "banked"))
    assert set(asked(engine, both, "bank")) == {"bank", "banking"}
    assert set(asked(engine, both, "banking")) == {"bank", "banking"}
    assert set(asked(engine, both, "new -bank")) == {"new"}


@pytest.mark.parametrize("backend", BACKENDS)
def test_typos_and_prefixes_can_be_switched_off(backend: str, tmp_path: Path) -> None:
    engine = engine_on(backend, [record("Moratorium", "A moratorium.", key="one")], tmp_path)
    assert asked(engine, TuningModel(), "moratoriun") == ["one"]
    off = engine.under(compile_model(TuningModel(typos=False)))
    found = off.search(SearchRequest("moratoriun"))
    assert (found.total, found.applied.corrected, found.applied.unknown) == (0, None, ("moratoriun",))
    assert off.suggest(SearchRequest("moratoriun")).corrected is None
    assert asked(engine, TuningModel(), "morat", prefix=True) == ["one"]
    assert asked(engine, TuningModel(prefix=False), "morat", prefix=True) == []
    assert asked(engine, TuningModel(prefix=False), "morat*") == ["one"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_boost_of_a_category_orders_all_hits(backend: str, tmp_path: Path) -> None:
    """More hits than are scored anew for closeness: what is boosted comes first, wherever it stood."""
    articles = [
        record(f"Rights {number}", "rights " + "word " * number, key=f"r{number}", categories=["Low"])
        for number in range(60)
    ]
    articles.append(record("Last", "rights " + "word " * 200, key="last", categories=["High"]))
    engine = engine_on(backend, articles, tmp_path)
    plain = asked(engine, TuningModel(), "rights", per_page=100)
    assert plain[-1] == "last"
    boosted = compile_model(TuningModel(boosts=Boosts(category={"high": 9.0})))
    found = engine.under(boosted).search(SearchRequest("rights", per_page=2, explain=True))
    assert found.hits[0].id == "last"
    assert found.total == 61
    assert any("times 9.00" in line for line in found.hits[0].explanation or ())
    assert boosted.ranking != Ranking()


def test_the_largest_tuning_of_synonyms_is_ready_at_once() -> None:
    rules = [
        Terms(group, group)
        for group in (
            tuple(f"word{number} of{number}x{place}" for place in range(32)) for number in range(1_000)
        )
    ]
    with timed() as took:
        table = SynonymTable(rules)
    (run,) = table.runs(words_of("word7 of7x3"))
    assert len(run.found) == 31
    assert took() < 2.0, f"{took():.1f} s"  # once 7 s; half a second on an idle machine
