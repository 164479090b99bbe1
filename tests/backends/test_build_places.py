"""Where the words of a text stand is kept in few bytes, and read back as it was."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.analysis.batch import BatchAnalyzer
from indexer.backends.whoosh.kernels.places import pack_places, read_places
from tests import strategies
from tests.analysis.test_batch import any_text
from tests.analysis.test_tokens import HOSTILE

shared = BatchAnalyzer()


def encodable(text: str) -> str:
    """Half a character cannot be stored."""
    return text.encode(errors="ignore").decode()


def packed(texts: list[str]) -> list[bytes]:
    batch = shared.analyse(texts, ["en"] * len(texts))
    data, cuts = pack_places(batch.codes, batch.bounds, batch.start, batch.end, batch.positions)
    return [data[cuts[at] : cuts[at + 1]].tobytes() for at in range(len(texts))]


def unpacked(text: str, data: bytes, most: int | None = None) -> list[tuple[int, int]]:
    raw = b"before" + text.encode() + data + b"behind"
    ends = [6 + len(text.encode()), len(raw) - 6]
    limit = len(text) if most is None else most
    found = read_places(np.frombuffer(raw, np.uint8), 6, ends[0], *ends, limit)
    return list(zip(*(numbers.tolist() for numbers in found), strict=True))


def expected(texts: list[str]) -> list[list[tuple[int, int]]]:
    batch = shared.analyse(texts, ["en"] * len(texts))
    spans = list(zip(batch.start.tolist(), batch.end.tolist(), strict=True))
    return [spans[batch.positions[at] : batch.positions[at + 1]] for at in range(len(texts))]


@settings(max_examples=strategies.examples(500))
@given(st.lists(any_text.map(encodable), max_size=5), st.integers(0, 5))
@example(
    ["people's U.S. e-mail", "", "人民的权利。東京で会議。", "می‌رود و كتاب‌های", "a-b a", "C++", "ª² ab"], 2
)
@example(["", "", "-", "a"], 0)
def test_places_are_read_back_as_they_were(texts: list[str], most: int) -> None:
    """Of texts of every script, none of which sees its neighbours."""
    found = [unpacked(text, data) for text, data in zip(texts, packed(texts), strict=True)]
    assert found == expected(texts)
    some = [unpacked(text, data, most) for text, data in zip(texts, packed(texts), strict=True)]
    assert some == [spans[:most] for spans in found]


def test_plain_words_take_no_bytes_of_their_own() -> None:
    (data,) = packed(["The prisoner was executed at dawn, " * 100])
    assert len(data) == 2
    (data,) = packed(["حقوق بشر برای همه است. " * 100])
    assert len(data) == 2


def test_a_word_of_a_hundred_thousand_letters_has_its_place() -> None:
    text = "x " + "y" * 100_000 + " z-z"
    assert unpacked(text, packed([text])[0]) == expected([text])[0]


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_bounded_time_and_room(piece: str) -> None:
    text = encodable((piece * 400_000)[:400_000])
    batch = shared.analyse([text], ["en"])
    began = time.process_time()
    data, _ = pack_places(batch.codes, batch.bounds, batch.start, batch.end, batch.positions)
    assert time.process_time() - began < 1.0
    assert len(data) <= 4 * len(batch.start) + 10
    began = time.process_time()
    assert unpacked(text, data.tobytes()) == expected([text])[0]
    assert time.process_time() - began < 5.0
