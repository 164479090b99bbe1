"""Pins, hides, dates and filters: what an administrator's rules make of an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.backends.base import Record
from service.search.curation import Pin as Placed
from service.search.curation import is_safe, places
from service.search.engine import Engine
from service.search.request import SearchRequest, SearchResult
from service.tuning.compiling import compile_model
from service.tuning.model import Pin, Rule, Synonyms, TuningModel
from tests import strategies
from tests.conftest import record
from tests.contract.conftest import BACKENDS
from tests.search.conftest import engine_on

# Six articles with the word, each a little longer than the one before, so that their order is known; three
# without it, and one that has another word.
WITH = [
    record(
        f"Report {number}",
        "peace " + "word " * (10 * number),
        key=f"p{number}",
        kind="Post" if number % 2 else "Page",
        categories=["Odd" if number % 2 else "Even"],
        published=f"2024-0{number}-01",
    )
    for number in range(1, 7)
]
WITHOUT = [
    record("Elsewhere", "Nothing of it.", key="x1", categories=["Odd"], published="2024-03-03"),
    record("Elsewhere too", "Nothing.", key="x2", categories=["Even"]),
    record(
        "Other",
        "A treaty for all, in a word.",
        key="x3",
        kind="Page",
        categories=["Third"],
        url="https://example.org/treaty/",
    ),
    record("Fourth", "One word more.", key="x4", categories=["Third"]),
]
ADDRESSES = {"https://example.org/treaty/": "x3"}
TODAY = date(2025, 1, 22)
ALL = ("p1", "p2", "p3", "p4", "p5", "p6")


def rule(query: str = "peace", **others: Any) -> Rule:
    pins = tuple(Pin(*pin) if isinstance(pin, tuple) else Pin(pin) for pin in others.pop("pin", ()))
    return Rule(others.pop("name", "a rule"), query, pin=pins, **others)


@dataclass(frozen=True)
class Case:
    """A promise: under some rules a text finds these articles in this order."""

    says: str
    rules: tuple[Rule, ...]
    found: tuple[str, ...]
    text: str = "peace"
    options: dict[str, Any] = field(default_factory=dict)
    applied: tuple[str, ...] | None = None  # names of rules, where it matters


def case(says: str, rules: Rule | tuple[Rule, ...], found: str, text: str = "peace", **others: Any) -> Case:
    applied = others.pop("applied", None)
    given = rules if isinstance(rules, tuple) else (rules,)
    return Case(says, given, tuple(found.split()), text, others, applied)


EVEN, ODD = {"category": ("even",)}, {"category": ("odd",)}
PAGES = {"type": ("page",)}

CASES = [
    case("without rules nothing changes", (), "p1 p2 p3 p4 p5 p6", applied=()),
    # -- when a rule applies
    case("exact: the same words", rule(pin=["x1"]), "x1 p1 p2 p3 p4 p5 p6"),
    case(
        "exact: capitals and signs do not matter",
        rule("Peace!", pin=["x1"]),
        "x1 p1 p2 p3 p4 p5 p6",
        "PEACE?",
    ),
    case("exact: not with another word", rule(pin=["x1"]), "p1 p2 p3 p4 p5 p6", "peace word", applied=()),
    case("exact: accents do not matter", rule("péace", pin=["x1"]), "x1 p1 p2 p3 p4 p5 p6"),
    case("prefix: words that follow", rule(match="prefix", pin=["x1"]), "x1 p1 p2 p3 p4 p5 p6", "peace word"),
    case("prefix: the words alone", rule(match="prefix", pin=["x1"]), "x1 p1 p2 p3 p4 p5 p6"),
    case("prefix: whole words", rule("pea", match="prefix", pin=["x1"]), "p1 p2 p3 p4 p5 p6"),
    case(
        "prefix: only at the beginning", rule(match="prefix", pin=["x1"]), "p1 p2 p3 p4 p5 p6", "word peace"
    ),
    case("contains: anywhere", rule(match="contains", pin=["x1"]), "x1 p1 p2 p3 p4 p5 p6", "word peace"),
    case(
        "contains: words in a row",
        rule("word peace", match="contains", pin=["x1"]),
        "x1 p1 p2 p3 p4 p5 p6",
        "word peace word",
    ),
    case(
        "contains: not scattered",
        rule("peace peace", match="contains", pin=["x1"]),
        "p1 p2 p3 p4 p5 p6",
        "peace word peace",
    ),
    case(
        "a rule that is switched off does nothing",
        rule(pin=["x1"], hide=("p1",), enabled=False),
        "p1 p2 p3 p4 p5 p6",
        applied=(),
    ),
    case("a rule of no words does nothing", rule("", match="contains", pin=["x1"]), "p1 p2 p3 p4 p5 p6"),
    # -- dates
    case("from today on", rule(pin=["x1"], from_="2025-01-22"), "x1 p1 p2 p3 p4 p5 p6"),
    case("not before its day", rule(pin=["x1"], from_="2025-01-23"), "p1 p2 p3 p4 p5 p6"),
    case("until today", rule(pin=["x1"], to="2025-01-22"), "x1 p1 p2 p3 p4 p5 p6"),
    case("not behind its day", rule(pin=["x1"], to="2025-01-21"), "p1 p2 p3 p4 p5 p6"),
    case(
        "from a day to a day", rule(pin=["x1"], from_="2025-01-01", to="2025-01-31"), "x1 p1 p2 p3 p4 p5 p6"
    ),
    case("hides have days, too", rule(hide=("p1",), to="2025-01-21"), "p1 p2 p3 p4 p5 p6"),
    # -- pins
    case(
        "a pin that has the word is not there twice",
        rule(pin=["p4"]),
        "p4 p1 p2 p3 p5 p6",
        applied=("a rule",),
    ),
    case("a pin in the middle", rule(pin=[("x1", 3)]), "p1 p2 x1 p3 p4 p5 p6"),
    case("a pin at its own place", rule(pin=[("p2", 2)]), "p1 p2 p3 p4 p5 p6"),
    case("a pin moved down", rule(pin=[("p1", 4)]), "p2 p3 p4 p1 p5 p6"),
    case("a pin beyond the end stands at the end", rule(pin=[("x1", 50)]), "p1 p2 p3 p4 p5 p6 x1"),
    case("several pins", rule(pin=[("x1", 1), ("x2", 2), ("p6", 3)]), "x1 x2 p6 p1 p2 p3 p4 p5"),
    case("pins in any order", rule(pin=[("x2", 3), ("x1", 1)]), "x1 p1 x2 p2 p3 p4 p5 p6"),
    case(
        "two pins for one place: the first stays", rule(pin=[("x1", 2), ("x2", 2)]), "p1 x1 x2 p2 p3 p4 p5 p6"
    ),
    case(
        "the first rule has the place",
        (rule(pin=[("x1", 1), ("x3", 2)]), rule(pin=[("x2", 1)], name="two")),
        "x1 x3 x2 p1 p2 p3 p4 p5 p6",
        applied=("a rule", "two"),
    ),
    case(
        "an article pinned twice has the first place",
        (rule(pin=[("x1", 1)]), rule(pin=[("x1", 4)], name="two")),
        "x1 p1 p2 p3 p4 p5 p6",
        applied=("a rule",),
    ),
    case("pins where nothing is found", rule("zebra", pin=["x1", "x2"]), "x1 x2", "zebra"),
    case(
        "more pins than hits", rule("treaty", pin=[("x1", 1), ("x2", 2), ("p1", 9)]), "x1 x2 x3 p1", "treaty"
    ),
    case("a pin by its address", rule(pin=["https://example.org/treaty/"]), "x3 p1 p2 p3 p4 p5 p6"),
    case(
        "an address of no article", rule(pin=["https://example.org/none/"]), "p1 p2 p3 p4 p5 p6", applied=()
    ),
    case("an id of no article", rule(pin=["none"]), "p1 p2 p3 p4 p5 p6", applied=()),
    # -- filters
    case("a pin obeys a filter", rule(pin=["x1"]), "p2 p4 p6", filters=EVEN, applied=()),
    case("a pin that passes a filter", rule(pin=["x1"]), "x1 p1 p3 p5", filters=ODD),
    case("a pin obeys the type", rule(pin=[("x1", 1), ("x3", 2)]), "p2 x3 p4 p6", filters=PAGES),
    case(
        "a filter that leaves a pin alone is no reason to relax",
        rule("peace word", pin=["x3"]),
        "x3",
        "peace word",
        filters={"category": ("third",)},
    ),
    case(
        "a pin obeys days",
        rule(pin=[("x1", 2), "x2"]),
        "p3 x1 p4",
        published_from="2024-03-01",
        published_to="2024-04-30",
    ),
    case("a pin need not be in the field", rule(pin=["x1"]), "x1", fields=("title",)),
    case("pins apply to an exact question", rule(pin=["x1"]), "x1 p1 p2 p3 p4 p5 p6", exact=True),
    case(
        "who asks for the newest first has no pins",
        rule(pin=["x1"]),
        "p6 p5 p4 p3 p2 p1",
        sort="newest",
        applied=(),
    ),
    case("nor who asks for the oldest", rule(pin=["x1"]), "p1 p2 p3 p4 p5 p6", sort="oldest", applied=()),
    # -- hides
    case("a hidden article is not found", rule(hide=("p2",)), "p1 p3 p4 p5 p6", applied=("a rule",)),
    case("hidden by its address", rule("treaty", hide=("https://example.org/treaty/",)), "", "treaty"),
    case("hidden in every order", rule(hide=("p2",)), "p6 p5 p4 p3 p1", sort="newest"),
    case("hidden from an exact question", rule(hide=("p2",)), "p1 p3 p4 p5 p6", exact=True),
    case("hiding all of it", rule(hide=ALL), ""),
    case("hiding what is not found changes nothing", rule(hide=("x1",)), "p1 p2 p3 p4 p5 p6", applied=()),
    case(
        "hidden beats pinned",
        (rule(pin=["x1"]), rule(hide=("x1",), name="two")),
        "p1 p2 p3 p4 p5 p6",
        applied=("two",),
    ),
    case("hidden beats pinned, in one rule", rule(pin=["p1"], hide=("p1",)), "p2 p3 p4 p5 p6"),
    case("pins and hides together", rule(pin=[("x1", 2)], hide=("p1", "p3")), "p2 x1 p4 p5 p6"),
    case("an unknown id hides nothing", rule(hide=("none",)), "p1 p2 p3 p4 p5 p6", applied=()),
    # -- answers with some of the words
    case(
        "a pin in a relaxed answer",
        rule("treaty elsewhere", pin=[("p1", 2)]),
        "x1 p1 x2 x3",
        "treaty elsewhere",
    ),
    case(
        "a hidden one of a relaxed answer",
        rule("treaty elsewhere", hide=("x1",)),
        "x2 x3",
        "treaty elsewhere",
        applied=("a rule",),
    ),
    case(
        "what is pinned and has all the words keeps an answer whole",
        rule("nothing of", pin=["x1"]),
        "x1 x2",
        "nothing of",
    ),
]


@pytest.fixture(scope="module", params=BACKENDS)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    directory = tmp_path_factory.mktemp("index")
    return engine_on(request.param, [*WITH, *WITHOUT], directory, resolve=ADDRESSES.get)


def ask(engine: Engine, rules: tuple[Rule, ...], text: str, **options: Any) -> SearchResult:
    tuned = engine.under(compile_model(TuningModel(rules=rules)))
    return tuned.search(SearchRequest(text, **{"per_page": 100, **options}))


def ids(result: SearchResult) -> tuple[str, ...]:
    return tuple(hit.id for hit in result.hits)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
def test_what_the_rules_make_of_an_answer(engine: Engine, case: Case) -> None:
    """And the same on pages of two, with totals, facets and what ticking a facet finds in agreement."""
    result = ask(engine, case.rules, case.text, **case.options)
    assert ids(result) == case.found
    if case.applied is not None:
        assert result.applied.rules == case.applied
    assert_coherent(engine, case.rules, case.text, case.options, result)


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 40
    assert len({case.says for case in CASES}) == len(CASES)


def assert_coherent(
    engine: Engine, rules: tuple[Rule, ...], text: str, options: dict[str, Any], whole: SearchResult
) -> None:
    found = ids(whole)
    assert (whole.total, len(set(found))) == (len(found), len(found))
    size = 2
    pages = [
        ids(ask(engine, rules, text, **options, per_page=size, page=page))
        for page in range(1, len(found) // size + 3)
    ]
    assert tuple(article for page in pages for article in page) == found
    assert all(len(page) == size for page in pages[: len(found) // size])
    records = {item.article.id: item for item in (*WITH, *WITHOUT)}
    chosen = options.get("filters", {})
    for name in ("category", "type"):
        if name not in chosen:
            counts = {row.value: row.count for row in whole.facets[name]}
            assert counts == _counted(name, [records[article] for article in found])
            for value, count in counts.items():
                ticked = {**options, "filters": {**chosen, name: (value,)}}
                assert ask(engine, rules, text, **ticked).total == count


def _counted(name: str, records: list[Record]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in records:
        article = item.article
        for label in (article.type,) if name == "type" else article.categories:
            counts[label.slug] = counts.get(label.slug, 0) + 1
    return counts


articles = st.sampled_from((*ALL, "x1", "x2", "x3", "none"))
rules_of = st.builds(
    Rule,
    name=st.sampled_from(("one", "two", "three")),
    query=st.sampled_from(("peace", "word", "peace word", "treaty elsewhere", "elsewhere")),
    match=st.sampled_from(("exact", "prefix", "contains")),
    pin=st.lists(st.builds(Pin, articles, st.integers(1, 12)), max_size=4).map(tuple),
    hide=st.lists(articles, max_size=2).map(tuple),
)
options_of = st.fixed_dictionaries(
    {},
    optional={
        "filters": st.sampled_from((EVEN, ODD, PAGES)),
        "published_from": st.just("2024-03-01"),
        "sort": st.sampled_from(("relevance", "newest", "oldest")),
        "exact": st.booleans(),
    },
)
texts = st.sampled_from(("peace", "word peace", "peace word", "treaty elsewhere", "peace treaty", "zebra"))


@settings(max_examples=strategies.examples(60), deadline=None)
@given(rules=st.lists(rules_of, max_size=3).map(tuple), text=texts, options=options_of)
def test_pages_are_cut_from_one_list_whatever_the_rules(
    engine: Engine, rules: tuple[Rule, ...], text: str, options: dict[str, Any]
) -> None:
    result = ask(engine, rules, text, **options)
    assert_coherent(engine, rules, text, options, result)
    curation = compile_model(TuningModel(rules=rules)).curation
    decided = curation.of(text, TODAY.isoformat(), lambda name: name) if curation else None
    assert not decided or not decided.hidden.keys() & set(ids(result))
    assert result.total == ask(engine, rules, text, **options, per_page=1).total


@given(st.lists(st.integers(1, 30), max_size=8), st.integers(0, 20))
def test_every_pin_has_a_place_of_its_own(positions: list[int], others: int) -> None:
    """No place twice, none beyond the end, and none before what was asked for but for lack of hits."""
    pins = [Placed(f"a{number}", position, "r") for number, position in enumerate(positions)]
    found = places(pins, others)
    assert len(set(found)) == len(pins)
    assert all(0 <= at < others + len(pins) for at in found)
    for at, pin in zip(found, pins, strict=True):
        later = sum(other > at for other in found)
        assert at >= pin.place - 1 or at == others + len(pins) - 1 - later


def test_a_pin_says_how_it_was_found(engine: Engine) -> None:
    result = ask(engine, (rule(pin=[("x1", 1), ("p5", 2)]),), "peace")
    assert [(hit.id, hit.matched.mode) for hit in result.hits[:3]] == [
        ("x1", "pinned"), ("p5", "all_words"), ("p1", "all_words"),
    ]  # fmt: skip
    assert "<mark>peace</mark>" in result.hits[1].highlights.content[0].html


def test_a_pin_with_some_of_the_words_is_marked(engine: Engine) -> None:
    result = ask(engine, (rule("peace treaty", pin=["x3"]),), "peace treaty")
    assert result.hits[0].matched.mode == "pinned"
    assert "<mark>treaty</mark>" in result.hits[0].highlights.content[0].html


def test_hidden_articles_are_not_suggested(engine: Engine) -> None:
    tuned = engine.under(compile_model(TuningModel(rules=(rule("report", hide=("p1", "p2")),))))
    rows = tuned.suggest(SearchRequest("report")).rows
    assert {row.value for row in rows if row.kind == "article"} == {"p3", "p4", "p5", "p6"}


def test_a_redirect_is_said_and_the_first_rule_wins(engine: Engine) -> None:
    rules = rule(redirect="/help?a=1"), rule(redirect="https://example.org/", name="two")
    result = ask(engine, rules, "peace")
    assert (result.applied.redirect, result.applied.rules, result.total) == ("/help?a=1", ("a rule",), 6)
    assert ask(engine, rules, "war").applied.redirect is None


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//evil.example",
        "/\\evil.example",
        "data:text/html,x",
        "https:/x\n",
        "help",
        "/a b",
        "ftp://host/",
        "http://",
        "https://",
        "https://user@host/",
        "https://@host/",
        "https://[",
        "\t/x",
    ],
)
def test_an_address_that_is_none_of_the_web_is_not_gone_to(engine: Engine, address: str) -> None:
    assert not is_safe(address)
    assert ask(engine, (rule(redirect=address),), "peace").applied.redirect is None


@pytest.mark.parametrize(
    "address",
    ["/", "/help?q=1#top", "https://example.org/a", "HTTP://example.org", "http://example.org:8000/é"],
)
def test_an_address_of_the_web_or_the_site_is_gone_to(address: str) -> None:
    assert is_safe(address)


def test_an_address_is_resolved_once_for_each_commit() -> None:
    asked: list[str] = []

    def resolve(address: str) -> str | None:
        asked.append(address)
        return ADDRESSES.get(address)

    tuned = engine_on(
        "memory",
        WITHOUT,
        None,  # type: ignore[arg-type]  # in memory there is no folder
        resolve=resolve,
        tuning=lambda: compile_model(TuningModel(rules=(rule(pin=["https://example.org/treaty/"]),))),
    )
    for _ in range(3):
        assert ids(tuned.search(SearchRequest("peace"))) == ("x3",)
    assert asked == ["https://example.org/treaty/"]


def test_curation_comes_before_synonyms(engine: Engine) -> None:
    """A rule is about what was typed, and what it hides no synonym brings back."""
    model = TuningModel(
        rules=(rule("war", hide=("p1",), pin=["x1"]),), synonyms=(Synonyms(("war",), to=("peace",)),)
    )
    result = engine.under(compile_model(model)).search(SearchRequest("war"))
    assert ids(result) == ("x1", "p2", "p3", "p4", "p5", "p6")
