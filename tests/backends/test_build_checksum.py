"""A file's quick checksum is the same however it was read, and another one when any byte has changed."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.backends.whoosh.kernels.checksum import Checksum
from tests import strategies


def checksum(data: bytes, cuts: list[int] | None = None) -> str:
    made, places = Checksum(), [0, *sorted(cuts or []), len(data)]
    for start, end in pairwise(places):
        made.update(data[start:end])
    return made.hexdigest()


@settings(max_examples=strategies.examples(200))
@given(st.integers(0, 3_000), st.lists(st.integers(0, 3_000), max_size=8), st.randoms(use_true_random=False))
def test_it_does_not_depend_on_the_pieces_that_were_read(
    size: int, cuts: list[int], rng: random.Random
) -> None:
    data = rng.randbytes(size)
    assert checksum(data, [cut for cut in cuts if cut <= size]) == checksum(data)


def test_any_changed_byte_changes_it() -> None:
    """Wherever it is, and whichever bits are turned."""
    rng = random.Random(7)
    for size in (1, 255, 256, 257, 511, 1_024, 2_000):
        data = rng.randbytes(size)
        before = checksum(data)
        for place in range(size):
            changed = bytearray(data)
            changed[place] ^= rng.randrange(1, 256)
            assert checksum(bytes(changed)) != before


def test_zeros_more_or_fewer_words_that_change_places_and_stripes_twice_count() -> None:
    zeros = [checksum(bytes(size)) for size in range(2_000)]
    assert len(set(zeros)) == len(zeros)
    data = random.Random(8).randbytes(1_024)
    moved = {checksum(data[place:] + data[:place]) for place in range(0, 1_024, 4)}
    assert len(moved) == 256
    assert checksum(data[:256] * 2) != checksum(data[:256])


def test_the_highest_bit_turned_in_two_words_of_one_sum_counts() -> None:
    """A sum that only multiplied would lose it: the highest bit has nowhere to go."""
    data = random.Random(9).randbytes(256 * 40)
    before = checksum(data)
    for first in range(39):
        changed = bytearray(data)
        changed[256 * first + 3] ^= 0x80
        changed[256 * first + 256 + 3] ^= 0x80
        assert checksum(bytes(changed)) != before
