"""What a person changes at the desk changes that and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.tuning import editing
from service.tuning.checking import check
from service.tuning.model import Pin, Rule, StopWords, Synonyms, TuningModel
from tests.tuning.models import FULL, MODELS

EMPTY = TuningModel()


def pins(model: TuningModel) -> list[tuple[str, int]]:
    return [(item.article, item.position) for item in model.rules[0].pin]


def test_a_pin_takes_its_place_and_others_make_room() -> None:
    model = editing.pin(EMPTY, "Human  Rights", "a", 1)
    assert (model.rules[0].query, model.rules[0].match) == ("Human  Rights", "exact")
    model = editing.pin(editing.pin(model, "human rights", "b", 1), "human rights", "c", 5)
    assert pins(model) == [("b", 1), ("a", 2), ("c", 5)]
    model = editing.pin(model, "human rights", "c", 1)
    assert pins(model) == [("c", 1), ("b", 2), ("a", 3)]
    assert len(model.rules) == 1


def test_the_last_pin_that_is_taken_away_takes_its_rule_with_it() -> None:
    assert editing.unpin(editing.pin(EMPTY, "q", "a", 1), "q", "a") == EMPTY
    assert editing.unpin(EMPTY, "q", "a") == EMPTY
    assert editing.unhide(editing.hide(EMPTY, "q", "a"), "q", "a") == EMPTY


def test_what_is_hidden_is_not_pinned_and_the_reverse() -> None:
    model = editing.hide(editing.pin(EMPTY, "q", "a", 1), "q", "a")
    assert (model.rules[0].pin, model.rules[0].hide) == ((), ("a",))
    model = editing.pin(model, "q", "a", 3)
    assert (model.rules[0].pin, model.rules[0].hide) == ((Pin("a", 3),), ())


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers(1, 6), st.booleans()), max_size=12))
def test_however_pins_are_moved_no_two_share_a_place_and_the_moved_one_has_its_own(
    moves: list[tuple[str, int, bool]],
) -> None:
    model = EMPTY
    for article, position, hide in moves:
        if hide:
            model = editing.hide(model, "q", article)
        else:
            model = editing.pin(model, "q", article, position)
            assert (article, position) in pins(model)
        check(model)


def test_a_rule_of_a_day_or_another_kind_is_not_changed_by_a_pin() -> None:
    dated = Rule("other", "q", from_="2025-01-01", pin=(Pin("x"),))
    model = editing.pin(TuningModel(rules=(dated,)), "q", "a", 1)
    assert [rule.name for rule in model.rules] == ["q", "other"]
    assert model.rules[1] == dated


def test_rules_are_changed_moved_and_removed_by_their_names() -> None:
    model = editing.make_rule(editing.make_rule(EMPTY, "a", redirect="/a"), "A", match="prefix")
    assert [rule.name for rule in model.rules] == ["A 2", "a"]
    assert [rule.name for rule in editing.move_rule(model, "a", 0).rules] == ["a", "A 2"]
    changed = editing.put_rule(model, Rule("b", "b"), "A 2")
    assert [rule.name for rule in changed.rules] == ["b", "a"]
    assert [rule.name for rule in editing.remove_rule(changed, "b").rules] == ["a"]
    with pytest.raises(KeyError):
        editing.remove_rule(model, "none")


def test_synonyms_are_added_changed_and_removed() -> None:
    one, other = Synonyms(("a", "b")), Synonyms(("c",), ("d",))
    model = editing.add_synonyms(editing.add_synonyms(EMPTY, one), other)
    assert model.synonyms == (other, one)
    assert editing.change_synonyms(model, 1, other).synonyms == (other, other)
    assert editing.remove_synonyms(model, 0).synonyms == (one,)
    with pytest.raises(IndexError):
        editing.remove_synonyms(model, 2)


@given(MODELS)
def test_what_says_nothing_leaves_nothing_behind(model: TuningModel) -> None:
    without = editing.set_boost(model, "category", "women", None)
    assert (
        editing.set_boost(editing.set_boost(without, "category", "women", 2.0), "category", "women", 1.0)
        == without
    )
    plain = editing.set_stop_words(model, "xx")
    assert editing.set_stop_words(editing.set_stop_words(plain, "xx", ["a"]), "xx") == plain


def test_the_rest_is_set_by_name() -> None:
    assert editing.set_weights(FULL, title=2.0, recency=1.1).weights.title == 2.0
    assert editing.set_stop_words(EMPTY, "en", ["a"], ["b"]).stop_words == {"en": StopWords(("a",), ("b",))}
    assert editing.protect(editing.protect(EMPTY, "NCRI"), "NCRI").protected == ("NCRI",)
    assert editing.unprotect(FULL, "NCRI").protected == ("مجازات",)
    assert editing.set_popular(EMPTY, ["a"]).popular == ("a",)
    off = editing.set_switches(EMPTY, typos=False, prefix=True)
    assert (off.typos, off.prefix) == (False, True)
