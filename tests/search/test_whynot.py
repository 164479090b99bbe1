"""Why an article is in an answer or not: every verdict, behind both backends, with the numbers it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer import Article, Catalog, Dropped, PageNote, article_id
from indexer.backends.base import Index
from indexer.backends.memory import MemoryIndex
from indexer.backends.whoosh import WhooshIndex
from indexer.errors import QueryError
from indexer.limits import RESCORE_WINDOW
from indexer.ranking import Ranking
from service.search.addresses import normal
from service.search.curation import Curation, Rule
from service.search.engine import Engine
from service.search.reasons import Reason, Verdict
from service.search.request import SearchRequest
from service.search.synonyms import SynonymTable, Terms
from service.search.tuning import Tuning
from service.search.whynot import WhyNot
from tests.conftest import COLLECTION, article, labels_of
from tests.search.conftest import SITE, TODAY

NOW = datetime(2025, 1, 22, 9, 30, tzinfo=UTC)
FURNITURE = (Dropped("landmark:nav", "nav#menu", "Home Petition Contact"),)
MANY = 30
LEFT = article_id("test", "left")  # as an article of a folder is called


def accept(catalog: Catalog, one: Article, key: str = "") -> None:
    note = PageNote("test", key or one.id, f"{one.id}.html", "0" * 64, "1", one.url, one.title)
    with catalog.transaction() as changes:
        changes.accept(one, note)
        changes.note(note)


def apply(catalog: Catalog, index: Index) -> None:
    """The whole catalog as a new generation."""
    records = list(catalog.records())
    builder = index.builder()
    for record in records:
        builder.add(record)
    builder.commit(catalog.sequence, labels_of(records))
    index.publish(builder, len(records))
    builder.close()


def refuse(catalog: Catalog, key: str, reason: str, detail: str) -> None:
    url = f"https://example.org/{key}/"
    with catalog.transaction() as changes:
        changes.note(PageNote("test", key, f"{key}.html", "1" * 64, "1", url, "", reason, detail))


def collection() -> Iterator[Article]:
    for record in COLLECTION:
        yield record.article
    yield article("Free speech", "A freepress is no free press. Petitions are signed.", key="speech")
    yield article("Zebra gone", "Zebra removed.", key="gone")
    for number in range(MANY):
        filler = " ".join(["word"] * (number % 7))
        yield article(f"Harbour {number}", f"harbour {filler} crane", key=f"harbour-{number}")


@pytest.fixture(scope="session", params=["memory", "whoosh"])
def whynot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> WhyNot:
    """An index, and a catalog that knows of what the index does not hold."""
    folder: Path = tmp_path_factory.mktemp("whynot")
    catalog = Catalog(folder / "catalog.sqlite3", clock=lambda: NOW)
    index: Index = MemoryIndex() if request.param == "memory" else WhooshIndex(folder / "index")
    for one in collection():
        accept(catalog, one)
    accept(catalog, replace(article("Menu", "An article below a menu.", key="menu"), dropped=FURNITURE))
    accept(catalog, article("Left", "Left.", key=LEFT, url="https://example.org/left/"), "left")
    with catalog.transaction() as changes:
        changes.remove("gone")
        changes.remove(LEFT)
    apply(catalog, index)
    refuse(catalog, "refused", "no_content", "a title and no text of its own")
    refuse(catalog, "undated", "parser_timeout", "took more than 30 s")
    accept(catalog, article("Late moratorium", "Came late.", key="late"))
    accept(catalog, article("Executed at dawn", "Now with another text.", key="executed"))
    return WhyNot(Engine(index, SITE, today=lambda: TODAY, budget_seconds=20.0), catalog)


def tuned(whynot: WhyNot, *rules: Rule, **tuning: object) -> WhyNot:
    """The same under rules."""
    curation = Curation(rules)
    engine = whynot._engine.under(Tuning(curation=curation, **tuning))  # type: ignore[arg-type]  # as named
    return WhyNot(engine, whynot._known)


def ask(whynot: WhyNot, text: str, key: str, **switches: object) -> Verdict:
    rule = switches.pop("rule", None)
    if isinstance(rule, Rule):
        whynot = tuned(whynot, rule)
    request = SearchRequest(text, **switches)  # type: ignore[arg-type]  # as named
    return whynot.of(request, identity=key)


def reason(verdict: Verdict, code: str) -> Reason:
    (found,) = [told for told in verdict.reasons if told.code == code]
    return found


CASES = [
    # text, article, switches, codes, words of the sentences
    ("zebra", "nobody", {}, ["not_indexed"], ["no article 'nobody'"]),
    ("zebra", "gone", {}, ["removed"], ["removed at 2025-01-22T09:30:00"]),
    ("moratorium", "late", {}, ["waiting"], ["as change 47", "is 2 changes behind", "see nothing of it"]),
    ("dawn", "executed", {}, ["waiting", "ranked"], ["see another version of it", "number 1 of 1"]),
    ("dawn", "tribunal", {"filters": {"type": ("report",)}},
     ["excluded_by", "word_missing"],
     ["asks for the post type “Report”; the article has the post type “Post”",
      "“dawn” is not in the title or the text. 1 article holds it."]),
    ("rights", "daubler", {"filters": {"category": ("death-penalty",)}},
     ["excluded_by"], ["the category “Death Penalty”; the article has the category “Human Rights”"]),
    ("rights", "undated", {"filters": {"category": ("death-penalty", "human-rights")}},
     ["rejected", "excluded_by"], ["“Death Penalty” or “Human Rights”; the article has none"]),
    ("rights", "daubler", {"filters": {"tag": ("tech",)}},
     ["excluded_by"], ["the tag “tech”; the article has the tags “law” and “europe”"]),
    ("moratorium", "hinrichtung", {"filters": {"lang": ("en", "fr")}},
     ["excluded_by"], ["the languages “English” or “Français”; the article has the language “Deutsch”"]),
    ("rights", "daubler", {"filters": {"author": ("ada-example",)}},
     ["excluded_by"], ["the author “Ada Example”; the article has none"]),
    ("rights", "daubler", {"published_from": "2025-01-01"},
     ["excluded_by"], ["on or after 2025-01-01; the article is of 2024-06-30"]),
    ("rights", "daubler", {"published_to": "2024-01-01"},
     ["excluded_by"], ["on or before 2024-01-01; the article is of 2024-06-30"]),
    ("tribunal", "chinese", {"published_to": "2030-01-01"},
     ["excluded_by", "word_missing"], ["has no day, and is in no range of days"]),
    ("executing", "moratorium", {"exact": True},
     ["word_missing"], ["“executions” (another form, twice)", "No article holds it."]),
    ("moratorum dawn", "moratorium", {},
     ["word_missing", "ranked"], ["number 2 of 3", "“dawn” is not in the title or the text"]),
    ("parlament", "moratorium", {"exact": True},
     ["word_missing"], ["“parliament” (spelled nearly so, once)"]),
    ("speechfree", "speech", {"exact": True},
     ["word_missing"], ["is not in the title or the text. No article"]),
    ("freespeech", "speech", {"exact": True}, ["word_missing"], ["“free speech” (written apart, once)"]),
    ("press", "speech", {"fields": ("title",)},
     ["word_missing"],
     ["It stands once in the text, where the question does not look.",
      "“freepress” (part of a longer word, once)"]),
    ("petition", "menu", {"exact": True}, ["word_missing"], ["nav#menu, dropped by the rule landmark:nav"]),
    ("“rights of people”", "moratorium", {},
     ["phrase_missing"], ["“rights of” in the text: there “the” follows, not “people”"]),
    ("people rights", "daubler", {"exact": True},
     ["phrase_missing"], ["“people” in the text: there “gather” follows, not “rights”"]),
    ("“rights zebra”", "daubler", {},
     ["word_missing"], ["Exactly “zebra”, a word of the phrase “rights zebra”, is not"]),
    ("rights -moratorium", "moratorium", {},
     ["word_excluded"],
     ["excludes “moratorium”, and the article has it once in the text and once in the title"]),
    ("rights -execution", "moratorium", {}, ["word_excluded"], ["as executions"]),
    ("rights -\"the people\"", "moratorium", {}, ["word_excluded"], ["the phrase “the people”"]),
    ("zeb*", "daubler", {}, ["word_missing"], ["A word beginning with “zeb” is not"]),
    ("...", "daubler", {}, ["words_unusable"], ["nothing that can be looked for"]),
    ("rights", "daubler", {"rule": Rule("no quotes", ("rights",), hidden=("daubler",))},
     ["hidden_by_rule"], ["rule “no quotes” hides it"]),
    ("rights", "daubler", {"rule": Rule("court first", ("rights",), pins=(("daubler", 1),))},
     ["pinned", "ranked"], ["rule “court first” gives it place 1"]),
    ("rights", "chinese", {"rule": Rule("paper", ("rights",), pins=(("chinese", 2),))},
     ["word_missing", "pinned", "ranked"], ["“paper” gives it place 2", "number 2 of 4"]),
    ("rights", "daubler", {"rule": Rule("away", ("rights",), redirect="/court/")},
     ["redirected", "ranked"], ["rule “away” sends whoever asks this to /court/"]),
    ("rights", "daubler", {}, ["ranked"], ["number 3 of 3, on page 1 with 10 a page"]),
    ("rights", "daubler", {"per_page": 2}, ["ranked"], ["on page 2 with 2 a page"]),
    ("rights", "daubler", {"sort": "newest"},
     ["ranked"], ["number 2 of 3", "The order asked for is newest first"]),
    ("", "daubler", {"sort": "oldest"}, ["ranked"], ["of 42"]),
    ("rights zebra", "daubler", {},
     ["word_missing", "ranked"], ["No article has all the words; it has some of them."]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "key", "switches", "codes", "told"), CASES, ids=[f"{row[0]}-{row[1]}" for row in CASES]
)
def test_every_verdict_is_told_in_order_with_its_numbers(
    whynot: WhyNot, text: str, key: str, switches: dict[str, object], codes: list[str], told: list[str]
) -> None:
    verdict = ask(whynot, text, key, **dict(switches))
    assert [reason.code for reason in verdict.reasons] == codes
    said = " ".join(reason.sentence for reason in verdict.reasons)
    assert [part for part in told if part not in said] == [], said
    assert verdict.found == ("ranked" in codes) == (verdict.rank is not None)
    if not verdict.found:
        assert any(reason.keeps_out for reason in verdict.reasons)


def test_details_have_the_numbers_of_the_sentence(whynot: WhyNot) -> None:
    missing = reason(ask(whynot, "executing", "moratorium", exact=True), "word_missing")
    assert missing.details["nearest"] == [{"word": "executions", "kind": "form", "count": 2}]
    dropped = reason(ask(whynot, "petition", "menu", exact=True), "word_missing").details["dropped"]
    assert dropped == [{"rule": "landmark:nav", "where": "nav#menu", "text": "Home Petition Contact"}]
    excluded = reason(ask(whynot, "rights", "daubler", filters={"tag": ("tech",)}), "excluded_by")
    assert excluded.details == {"filter": "tag", "asked": ["tech"], "has": ["law", "europe"]}
    broken = reason(ask(whynot, "people rights", "daubler", exact=True), "phrase_missing").details
    assert (broken["matched"], broken["found"], broken["expected"]) == ("people", "gather", "rights")


ADDRESSES = [
    ("https://example.org/moratorium/", "moratorium"),
    ("http://example.org/moratorium", "moratorium"),
    ("HTTPS://WWW.Example.ORG/Moratorium/?utm_source=mail#top", "moratorium"),
    ("example.org/moratorium", "moratorium"),
    ("https://example.org:443/%6Doratorium/index.html", "moratorium"),
    ("http://example.org/left", LEFT),
]


@pytest.mark.parametrize(("url", "key"), ADDRESSES)
def test_an_address_is_known_however_it_is_written(whynot: WhyNot, url: str, key: str) -> None:
    verdict = whynot.of(SearchRequest("moratorium"), url=url)
    if key == LEFT:
        assert [told.code for told in verdict.reasons] == ["removed"]
    else:
        assert verdict.article is not None
        assert verdict.article.id == key


@pytest.mark.parametrize(
    "address",
    [
        "https://WWW.Example.org:443/A/b.html", "http://example.org:80", "http://example.org:443/x/",
        "HTTPS://example.org/a/index.html", "http://u:p@example.org//", "https://example.org/a,b;c=(d)!/",
    ],
)  # fmt: skip
def test_plain_addresses_are_read_as_those_that_need_care(address: str) -> None:
    assert normal(address) == normal(f"{address}?"), "an empty query is no difference"


def test_an_unknown_address_has_the_nearest_known_ones(whynot: WhyNot) -> None:
    verdict = whynot.of(SearchRequest("rights"), url="https://example.org/moratorum/")
    assert [told.code for told in verdict.reasons] == ["not_indexed"]
    assert verdict.nearest[0].url == "https://example.org/moratorium/"
    assert verdict.nearest[0].likeness > 0.9
    assert verdict.article is None
    for strange in ("", "http://[", "\ud800", "%00", "x" * 2000):
        assert not whynot.of(SearchRequest("rights"), url=strange).found


def test_a_refused_page_says_why_and_whether_its_article_stays(whynot: WhyNot) -> None:
    verdict = whynot.of(SearchRequest("rights"), url="https://example.org/refused/")
    (refused,) = verdict.reasons
    assert (refused.code, refused.keeps_out, refused.details["reason"]) == ("rejected", True, "no_content")
    assert "refused.html: no_content (a title and no text of its own)" in refused.sentence
    kept = reason(ask(whynot, "rights", "undated"), "rejected")
    assert not kept.keeps_out
    assert kept.details["kept_since"] == "2025-01-22T09:30:00+00:00"


def test_all_that_holds_is_told(whynot: WhyNot) -> None:
    """Several reasons at once: a late article of another category that lacks two words."""
    verdict = ask(whynot, "zebra quagga", "late", filters={"category": ("human-rights",)})
    codes = [told.code for told in verdict.reasons]
    assert codes == ["waiting", "excluded_by", "word_missing", "word_missing"]
    assert all(told.keeps_out for told in verdict.reasons)


# -- ranks and scores ------------------------------------------------------------------------------

TEXTS = st.sampled_from(
    ["", "rights", "harbour", "harbour crane", "crane -rights", "word crane harbour zebra", "moratorium dawn"]
)
SWITCHES = st.fixed_dictionaries(
    {
        "sort": st.sampled_from(["relevance", "newest", "oldest"]),
        "per_page": st.integers(1, 7),
        "filters": st.sampled_from([{}, {"lang": ("en",)}, {"category": ("human-rights",)}]),
    }
)


@given(text=TEXTS, switches=SWITCHES, data=st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_rank_is_the_place_in_the_paged_search(
    whynot: WhyNot, text: str, switches: dict[str, object], data: st.DataObject
) -> None:
    engine = whynot._engine
    pages = engine.search(SearchRequest(text, **switches)).pages  # type: ignore[arg-type]  # as named
    shown = [
        hit
        for page in range(1, pages + 1)
        for hit in engine.search(SearchRequest(text, page=page, **switches)).hits  # type: ignore[arg-type]
    ]
    if not shown:
        return
    place = data.draw(st.integers(0, len(shown) - 1))
    verdict = ask(whynot, text, shown[place].id, **switches)
    assert verdict.found
    assert (verdict.rank, verdict.total) == (place + 1, len(shown))
    assert verdict.page == place // int(str(switches["per_page"])) + 1
    if verdict.comparison is not None:
        assert verdict.comparison.first.id == shown[0].id
        assert verdict.comparison.account.score == pytest.approx(shown[place].score, abs=1e-6)
        assert verdict.comparison.first_account.score == pytest.approx(shown[0].score, abs=1e-6)


def test_a_comparison_sets_the_shares_of_every_word_beside_those_of_the_first(whynot: WhyNot) -> None:
    verdict = ask(whynot, "harbour crane", f"harbour-{MANY - 3}")
    told = verdict.comparison
    assert told is not None
    for mine, account in ((True, told.account), (False, told.first_account)):
        shares = [row.share if mine else row.first_share for row in told.rows]
        assert sum(shares) == pytest.approx(account.sum)
        factor = (1.0 + account.proximity + account.title) * account.recency
        assert account.sum * factor == pytest.approx(account.score)
    assert f"{told.account.score:.3f} here, {told.first_account.score:.3f} in the first" in told.sentences[-1]
    assert told.words == 2 + (MANY - 3) % 7
    assert ask(whynot, "harbour crane", told.first.id).comparison is None


def test_a_question_that_cannot_be_asked_is_an_error(whynot: WhyNot) -> None:
    with pytest.raises(QueryError):
        ask(whynot, "rights", "daubler", filters={"category": ("no such",)})


def test_only_the_best_have_what_is_added(whynot: WhyNot) -> None:
    assert RESCORE_WINDOW > MANY
    assert reason(ask(whynot, "harbour", "harbour-3"), "ranked").details["rescored"]
    assert not reason(ask(whynot, "harbour", "harbour-3", sort="newest"), "ranked").details["rescored"]


def test_factors_of_categories_and_types_are_told_with_the_numbers_used(whynot: WhyNot) -> None:
    boosts = {"category": {"human-rights": 2.0}, "type": {"post": 1.5}}
    engine = whynot._engine.under(Tuning(ranking=Ranking(boosts=boosts)))
    verdict = WhyNot(engine, whynot._known).of(SearchRequest("rights"), identity="daubler")
    assert "The category “Human Rights” is weighed by the administrator: times 2.00." in verdict.explanation
    assert "The type “Post” is weighed by the administrator: times 1.50." in verdict.explanation
    shown = engine.search(SearchRequest("rights", explain=True)).hits
    assert verdict.rank == [hit.id for hit in shown].index("daubler") + 1
    last = WhyNot(engine, whynot._known).of(SearchRequest("rights"), identity=shown[-1].id).comparison
    assert last is not None
    for account in (last.account, last.first_account):
        factor = (1.0 + account.proximity + account.title) * account.recency
        for boost in account.boosts:
            factor *= boost.factor
        assert account.sum * factor == pytest.approx(account.score)


SYNONYMS = SynonymTable([Terms(("tribunal", "court"), ("tribunal", "court"))])
PINS = (
    Rule("pins", ("rights",), pins=(("undated", 2), ("chinese", 3), ("nobody", 1)), hidden=("moratorium",)),
    Rule("harbour", ("harbour",), match="prefix", pins=(("harbour-5", 1), ("daubler", 4))),
)


@pytest.mark.parametrize("text", ["rights", "harbour crane", "harbour zebra", "court", "tribunal"])
def test_ranks_are_those_of_a_curated_answer(whynot: WhyNot, text: str) -> None:
    under = tuned(whynot, *PINS, synonyms=SYNONYMS)
    shown = under._engine.search(SearchRequest(text, per_page=100, explain=True)).hits
    assert shown
    for place, hit in enumerate(shown[:12]):
        verdict = under.of(SearchRequest(text), identity=hit.id)
        assert (verdict.rank, verdict.explanation) == (place + 1, hit.explanation)


def test_a_synonym_says_what_it_stands_for(whynot: WhyNot) -> None:
    verdict = tuned(whynot, synonyms=SYNONYMS).of(SearchRequest("court"), identity="tribunal")
    assert verdict.found
    assert any("“tribunal” (it stands for “court” by a synonym)" in line for line in verdict.explanation)


def test_what_stands_behind_all_that_can_be_reached_is_told_from_what_is_not_found(
    whynot: WhyNot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("engine", "examining", "whynot"):
        monkeypatch.setattr(f"service.search.{module}.MAX_WINDOW", 5)
    order = [hit.id for hit in whynot._engine.search(SearchRequest("harbour", per_page=5)).hits]
    assert ask(whynot, "harbour", order[4], per_page=5).rank == 5
    others = [f"harbour-{number}" for number in range(MANY) if f"harbour-{number}" not in order]
    verdict = ask(whynot, "harbour", others[0], per_page=5)
    assert (verdict.found, verdict.rank) == (False, None)
    (beyond,) = verdict.reasons
    assert (beyond.code, beyond.details) == ("beyond_window", {"total": MANY, "window": 5})
    assert ask(whynot, "harbour", "daubler", per_page=5).reasons[0].code == "word_missing"
