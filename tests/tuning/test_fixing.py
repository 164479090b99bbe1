"""A fix changes the tuning as it says, and shows what it writes."""

from __future__ import annotations

import msgspec
import pytest

from service.tuning.checking import check
from service.tuning.fixing import (
    NOTE,
    StopWordsFix,
    SynonymFix,
    apply,
    decode_fix,
    encode_fix,
    is_possible,
    lines,
)
from service.tuning.model import StopWords, Synonyms, TuningModel

TYPO = SynonymFix(("parlaiment",), ("parliament",))
OFF = StopWordsFix({"en": ("the", "who"), "de": ("wer",)})


def test_a_misspelling_finds_the_word_and_not_the_other_way() -> None:
    before = TuningModel(synonyms=(Synonyms(("a", "b")),))
    after = apply(before, TYPO)
    assert after.synonyms == (Synonyms(("parlaiment",), ("parliament",), note=NOTE), *before.synonyms)
    check(after)
    assert apply(after, TYPO) is after
    assert lines(before, TYPO) == [
        ("+", "[[synonyms]]"),
        ("+", 'words = ["parlaiment"]'),
        ("+", 'to = ["parliament"]'),
        ("+", f'note = "{NOTE}"'),
    ]


def test_stop_words_leave_the_lists_of_their_languages_and_others_stay() -> None:
    before = TuningModel(stop_words={"en": StopWords(("who", "said"), ("of",)), "fr": StopWords(("dit",))})
    after = apply(before, OFF)
    assert after.stop_words == {
        "en": StopWords(("said",), ("of", "the", "who")),
        "de": StopWords((), ("wer",)),
        "fr": StopWords(("dit",)),
    }
    check(after)
    assert apply(after, OFF) is after
    shown = lines(before, OFF)
    assert ("-", 'remove = ["of"]') in shown
    assert ("+", 'remove = ["of", "the", "who"]') in shown
    assert ("+", "[stop_words.de]") in shown
    assert not [line for _, line in shown if "dit" in line]


@pytest.mark.parametrize("fix", [TYPO, OFF])
def test_a_form_brings_the_fix_that_was_shown(fix: SynonymFix | StopWordsFix) -> None:
    assert decode_fix(encode_fix(fix)) == fix


@pytest.mark.parametrize("text", ["", "[]", '{"kind":"other"}', '{"kind":"synonym","words":[1],"to":[]}'])
def test_what_is_no_fix_is_none(text: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_fix(text)


def test_a_fix_that_no_tuning_may_have_is_not_offered() -> None:
    assert is_possible(TYPO)
    assert not is_possible(SynonymFix(("…",), ("parliament",)))
    assert not is_possible(SynonymFix((" ".join("abcdefghijklmnop"),), ("parliament",)))
