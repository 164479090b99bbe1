"""A tuning as a TOML file: nothing is lost, and whoever wrote it by hand is told the line."""

from __future__ import annotations

import pytest
from hypothesis import given

from service.tuning.checking import find_faults
from service.tuning.compiling import digest_of
from service.tuning.difference import differences, in_words
from service.tuning.faults import InvalidTuning
from service.tuning.limits import MAX_BYTES
from service.tuning.model import TuningModel
from service.tuning.toml import from_toml, to_toml
from tests.timing import timed
from tests.tuning.models import FULL, MODELS


@given(MODELS)
def test_what_is_written_is_read_back_as_it_was(model: TuningModel) -> None:
    assert list(find_faults(model)) == []
    read = from_toml(to_toml(model, ["by\nhand"]))
    assert read == model
    assert digest_of(read) == digest_of(model)


@given(MODELS, MODELS)
def test_two_tunings_have_no_difference_exactly_when_they_are_the_same(
    one: TuningModel, other: TuningModel
) -> None:
    assert differences(one, one) == []
    assert bool(differences(one, other)) == (one != other)


def test_a_file_says_what_differs_with_a_word_on_each_part_and_nothing_else() -> None:
    assert [line for line in to_toml(TuningModel()).splitlines() if not line.startswith("#")] == []
    text = to_toml(FULL)
    assert from_toml(text) == FULL
    assert '[boosts.category]\n"un reports" = 0.5\nwomen = 1.25' in text
    assert 'pin = [{ article = "moratorium", position = 2 }, { article = "https://example.org/a/" }]' in text
    assert "title = 4.5\nrecency = 1.0" in text
    assert "proximity" not in text


def test_tables_are_written_in_the_same_order_however_they_were_made() -> None:
    one = from_toml("[boosts.category]\nb = 2\na = 3\n")
    other = from_toml("[boosts.category]\na = 3\nb = 2\n")
    assert to_toml(one) == to_toml(other)
    assert to_toml(one).endswith("[boosts.category]\na = 3.0\nb = 2.0\n")


FAULTY = [
    ("weghts = 1", ["line 1: weghts: is not a member of this; did you mean weights?"]),
    ("\n[weights]\ntitle = 'x'\nrecency = 2", ["line 3: weights.title: 'x' is not a number"]),
    ("\n[weights]\nrecency = 2", ["line 3: weights.recency: 2 is not a number from 1 to 1.2"]),
    ("typos = 1", ["line 1: typos: 1 is not true or false"]),
    ("protected = ['a']\nprotected = ['b']\n", ["line 2: cannot be read as TOML: Cannot overwrite a value"]),
    (
        "[[rules]]\nname='a'\nquery='q'\n\n[[rules]]\nname='b'\nquery='q'\nmatch='like'",
        ["line 8: rules[1].match: 'like' is not one of"],
    ),
    (
        "[[rules]]\nname='a'\nquery='q'\npin=[\n{article='x'},\n{article='y', position=0}]",
        ["line 4: rules[0].pin[1].position: 0 is not a place from 1 to 100"],
    ),
    ("[[synonyms]]\nto=['x']", ["line 1: synonyms[0].words: is missing"]),
    ("rules = 3", ["line 1: rules: 3 is not a list"]),
    ("[stop_words]\nen = ['a']", ["line 2: stop_words.en: a list is not a table"]),
]


@pytest.mark.parametrize(("text", "told"), FAULTY)
def test_a_fault_is_told_with_its_line_and_its_member(text: str, told: list[str]) -> None:
    with pytest.raises(InvalidTuning) as refused:
        from_toml(text)
    for fault, start in zip(refused.value.faults, told, strict=False):
        assert str(fault).startswith(start)


def test_a_file_is_named_where_it_is_known() -> None:
    with pytest.raises(InvalidTuning, match=r"^tuning\.toml:2: weights\.title"):
        from_toml("[weights]\ntitle = -1", "tuning.toml")


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(InvalidTuning, match="larger than"):
        from_toml("#" * (MAX_BYTES + 1))


def test_what_two_tunings_differ_in_can_be_read() -> None:
    lines = list(in_words(differences(TuningModel(), FULL)))
    assert "+ rules: elections (election results)" in lines
    assert "~ weights: title: 3.0 -> 4.5" in lines
    assert "+ boosts.type: post" in lines
    assert "+ synonyms: mek -> pmoi" in lines
    assert "~ typos: true -> false" in lines
    swapped = differences(FULL, from_toml(to_toml(FULL).replace("title = 4.5", "title = 5.5")))
    assert list(in_words(swapped)) == ["~ weights: title: 4.5 -> 5.5"]


@pytest.mark.parametrize(
    "text",
    [
        ".".join("x" * 100_000) + " = 1",
        "a = 1\n[" + " . ".join("x" * 100_000) + "]",
        ".".join(['"x"'] * 100_000) + " = 1",
        "protected = " + "[" * 200_000,
        "a = " + "{ a = " * 100_000,
        "a = " + "9" * 200_000,
        "[weights]\ntitle = 0x" + "f" * 200_000,
        "x-" * 400_000,
        '"' + "\\a" * 400_000,
        '"' + '\\"' * 400_000,
        '"""' + '\n\\"""' * 150_000,
    ],
    ids=[
        "names",
        "tables",
        "quoted",
        "lists",
        "inline",
        "digits",
        "hexadecimal",
        "dashes",
        "string",
        "quotes",
        "lines",
    ],
)
def test_what_would_take_long_to_read_is_refused_at_once(text: str) -> None:
    with timed() as took, pytest.raises(InvalidTuning):
        from_toml(text)
    assert took() < 1.0


def test_dots_and_brackets_inside_strings_and_comments_are_text() -> None:
    dots = ".".join("abcdefghijklmnopqrst") + "[[[[[[[[[[[[[["
    rule = f"name = \"{dots}\"\nquery = '{dots}'\nnote = '''\n{dots}'''\n"
    text = f"# {dots}\nprotected = ['a']\n[[rules]]\n{rule}"
    assert from_toml(text).rules[0].query == dots
