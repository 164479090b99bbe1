"""Whoever writes a tuning is told every mistake, where it is, in words; what may be right tomorrow is a
warning.
"""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from service.tuning import limits
from service.tuning.checking import Known, check, find_faults
from service.tuning.faults import MAX_TOLD, InvalidTuning
from service.tuning.model import Boosts, Pin, Rule, StopWords, Synonyms, TuningModel, Weights
from service.tuning.reading import read_model
from service.tuning.warning import find_warnings
from tests.tuning.models import FULL, HOSTILE

RULE = Rule("name", "query")


def rules(*given: Rule) -> TuningModel:
    return TuningModel(rules=given)


def synonyms(*words: str, to: tuple[str, ...] = ()) -> TuningModel:
    return TuningModel(synonyms=(Synonyms(words, to),))


FAULTS = [
    (rules(replace(RULE, name=" ")), "rules[0].name", "is empty"),
    (rules(replace(RULE, query="")), "rules[0].query", "is empty"),
    (rules(replace(RULE, query="?!")), "rules[0].query", "holds no word"),
    (rules(replace(RULE, name="x" * 201)), "rules[0].name", "has 201 characters, more than 200"),
    (rules(RULE, replace(RULE, name=" NAME")), "rules[1].name", "is there already, in rules[0]"),
    (rules(replace(RULE, from_="2025-02-30")), "rules[0].from", "is no day"),
    (rules(replace(RULE, from_="2025-2-3")), "rules[0].from", "is no day"),
    (rules(replace(RULE, from_="2025-02-02", to="2025-02-01")), "rules[0].to", "is before 2025-02-02"),
    (rules(replace(RULE, pin=(Pin("a", 0),))), "rules[0].pin[0].position", "not a place from 1"),
    (rules(replace(RULE, pin=(Pin("a", 101),))), "rules[0].pin[0].position", "not a place from 1"),
    (rules(replace(RULE, pin=(Pin("a", 1), Pin("b", 1)))), "rules[0].pin[1].position", "is there already"),
    (rules(replace(RULE, pin=(Pin("a", 1), Pin("a", 2)))), "rules[0].pin[1].article", "is there already"),
    (rules(replace(RULE, pin=(Pin("a"),), hide=("a",))), "rules[0].hide[0]", "is pinned by the same rule"),
    (rules(replace(RULE, hide=("a", "a"))), "rules[0].hide[1]", "is there already"),
    (rules(replace(RULE, redirect="javascript:alert(1)")), "rules[0].redirect", "is neither"),
    (rules(replace(RULE, redirect="/x", hide=("a",))), "rules[0].redirect", "sees no answer"),
    (rules(replace(RULE, note="\x00")), "rules[0].note", "holds U+0000"),
    (rules(replace(RULE, name="a\u202eb")), "rules[0].name", "right-to-left override"),
    (rules(*(replace(RULE, name=str(n)) for n in range(1_001))), "rules", "has 1,001 entries"),
    (synonyms("one"), "synonyms[0]", "says nothing"),
    (synonyms("one", "ONE"), "synonyms[0].words[1]", "is there already"),
    (synonyms("one", to=("One",)), "synonyms[0].to", "says nothing"),
    (synonyms(to=("one",)), "synonyms[0].words", "is empty"),
    (synonyms("one", "…"), "synonyms[0].words[1]", "holds no word"),
    (synonyms("one", "a " * 13), "synonyms[0].words[1]", "has more than 12 words"),
    (TuningModel(stop_words={"english": StopWords(("x",))}), "stop_words.english", "is not the code"),
    (TuningModel(stop_words={"en": StopWords(("a b",))}), "stop_words.en.add[0]", "more than one word"),
    (TuningModel(stop_words={"en": StopWords(("a",), ("A",))}), "stop_words.en.add[0]", "is removed as well"),
    (TuningModel(protected=("a b",)), "protected[0]", "is more than one word"),
    (TuningModel(weights=Weights(title=0, content=0)), "weights", "are both 0"),
    (TuningModel(weights=Weights(title=float("nan"))), "weights.title", "is not a number from 0 to 100"),
    (TuningModel(weights=Weights(half_life_days=0)), "weights.half_life_days", "is not a number from 1"),
    (TuningModel(boosts=Boosts({"a": 0.0})), "boosts.category.a", "is not a number from 0.1 to 10"),
    (TuningModel(boosts=Boosts({}, {"a": 11.0})), "boosts.type.a", "is not a number from 0.1 to 10"),
    (TuningModel(popular=("x", "X ")), "popular[1]", "is there already"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "path", "detail"), FAULTS)
def test_what_cannot_be_used_is_named(model: TuningModel, path: str, detail: str) -> None:
    assert any(fault.path == path and detail in fault.detail for fault in find_faults(model))
    with pytest.raises(InvalidTuning):
        check(model)


def test_a_tuning_with_everything_is_a_good_one_and_its_values_stay_as_they_were_written() -> None:
    check(FULL)
    again = msgspec.json.decode(msgspec.json.encode(FULL), type=TuningModel)
    assert again == FULL
    assert again.synonyms[1].note == HOSTILE


def test_what_the_site_does_not_have_is_a_warning_that_says_of_what() -> None:
    known = Known(
        frozenset({"women"}), frozenset({"post"}), frozenset({"en"}), lambda article: article == "a"
    )
    model = replace(FULL, rules=(Rule("r", "q", pin=(Pin("a"), Pin("b", 2)), hide=("c",)), Rule("i", "idle")))
    told = {fault.path: fault.detail for fault in find_warnings(model, known)}
    missing = "which no article of the index has as its id or address"
    assert told == {
        "rules[0].pin[1].article": f"the rule for 'q' ('r') pins 'b', {missing}",
        "rules[0].hide[0]": f"the rule for 'q' ('r') hides 'c', {missing}",
        "rules[1]": "the rule for 'idle' ('i') does nothing: it neither pins, hides nor redirects",
        "boosts.category.un reports": (
            "the boost of the category 'un reports' does nothing: the site has no such category"
        ),
        "stop_words.fa": "the stop words of 'fa' are of a language that no article is in",
    }
    assert list(find_warnings(replace(FULL, rules=()), Known())) == [], (
        "where nothing is known nothing is told"
    )


PIN, HIDE = (Pin("a"),), ("b",)


@pytest.mark.parametrize(
    ("model", "path", "detail"),
    [
        (synonyms("who is", "agency"), "synonyms[0].words[0]", "in capitals; whoever asks for the others"),
        (synonyms("WHO", to=("health",)), "synonyms[0].words[0]", "'WHO' is only stop words: beside"),
        (synonyms("agency", to=("the",)), "synonyms[0].to[0]", "stop words: whoever asks for the others"),
        (TuningModel(weights=Weights(title=0)), "weights.title", "words in the title is 0: they add nothing"),
        (TuningModel(weights=Weights(content=0)), "weights.content", "words in the text is 0: they add"),
        (
            rules(Rule("one", "Hunger strike", pin=PIN), Rule("two", "hunger  STRIKE", hide=HIDE)),
            "rules[1].query",
            "'one' and below it 'two': both count; where they give one place or one article twice, 'one'",
        ),
        (
            rules(Rule("one", "q", redirect="/a"), Rule("two", "q", redirect="/b")),
            "rules[1].query",
            "readers are led where 'one' leads",
        ),
        (
            rules(Rule("one", "q", pin=PIN), Rule("two", "q", redirect="/b")),
            "rules[1].query",
            "readers are led where 'two' leads, and do not see what 'one' does",
        ),
    ],
)  # fmt: skip
def test_what_does_other_than_its_writer_thinks_is_a_warning(
    model: TuningModel, path: str, detail: str
) -> None:
    check(model)
    (told,) = find_warnings(model, Known())
    assert told.path == path
    assert detail in told.detail


@pytest.mark.parametrize(
    "others",
    [
        rules(Rule("one", "q", "prefix", pin=PIN), Rule("two", "q", pin=PIN)),
        rules(Rule("one", "q", pin=PIN, to="2026-01-31"), Rule("two", "q", pin=PIN, from_="2026-02-01")),
        rules(Rule("one", "q", pin=PIN, enabled=False), Rule("two", "q", pin=PIN)),
        TuningModel(synonyms=(Synonyms(("who", "agency")),), stop_words={"en": StopWords((), ("who",))}),
    ],
)
def test_rules_that_do_not_meet_and_words_that_are_no_stop_words_are_none(others: TuningModel) -> None:
    assert list(find_warnings(others, Known())) == []


def test_every_member_of_the_wrong_kind_is_named_at_once() -> None:
    data = {
        "rules": [{"name": 1, "query": "q", "pin": [{"article": None}]}, "x"],
        "weights": {"title": True},
        "popular": "text",
        "nothing": 1,
        "boosts": {"category": {"a": "b"}},
    }
    with pytest.raises(InvalidTuning) as refused:
        read_model(data)
    assert {fault.path for fault in refused.value.faults} == {
        "nothing", "rules[0].name", "rules[0].pin[0].article", "rules[1]", "weights.title", "popular",
        "boosts.category.a",
    }  # fmt: skip
    with pytest.raises(InvalidTuning, match="is not a table"):
        read_model([])


def test_an_answer_names_no_more_faults_than_can_be_read() -> None:
    with pytest.raises(InvalidTuning) as refused:
        check(TuningModel(protected=tuple("a b" for _ in range(limits.MAX_PROTECTED))))
    assert len(refused.value.faults) == MAX_TOLD


@pytest.mark.parametrize(
    "others",
    [
        (Rule("there", "gift", redirect="/?q=donate"), Rule("back", "donate", redirect="/?q=gift")),
        (Rule("self", "donate", redirect="/?q=Donate"),),
        (
            Rule("on", "gift", redirect="/?lang=en&q=to+donate"),
            Rule("away", "donate", "contains", redirect="/x"),
        ),
    ],
)
def test_no_rule_leads_to_a_search_that_is_led_on(others: tuple[Rule, ...]) -> None:
    (fault, *_) = find_faults(TuningModel(rules=others))
    assert fault.path == "rules[0].redirect"
    assert "which the rule" in fault.detail


@pytest.mark.parametrize(
    "others",
    [
        (Rule("on", "gift", redirect="/?q=donations"), Rule("away", "donate", redirect="/x")),
        (Rule("on", "gift", redirect="/?q=donate"), Rule("away", "donate", redirect="/x", enabled=False)),
        (
            Rule("on", "gift", to="2026-01-31", redirect="/?q=donate"),
            Rule("away", "donate", from_="2026-02-01", redirect="/x"),
        ),
        (Rule("on", "gift", redirect="https://example.org/?q=donate"), Rule("a", "donate", redirect="/x")),
    ],
)
def test_a_rule_may_lead_to_a_search_that_answers(others: tuple[Rule, ...]) -> None:
    assert list(find_faults(TuningModel(rules=others))) == []
