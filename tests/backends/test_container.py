"""A container gives back what was put in, and is refused when anything about it is not as it was written."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.backends.whoosh.codec.container import ALIGNMENT, Container, ContainerWriter
from indexer.errors import IndexDamaged
from tests import strategies

pytestmark = strategies.patience()

TYPES = ("u1", "u2", "u4", "u8", "i4", "i8", "f4", "f8")
ARRAYS: dict[str, npt.NDArray[Any]] = {
    "empty": np.zeros(0, np.uint32),
    **{kind: np.array([0, 1, 2, 200], kind) for kind in TYPES},
    "limits": np.array([0, 2**64 - 1], np.uint64),
    "negative": np.array([-(2**63), -1, 2**63 - 1], np.int64),
    "many": np.arange(10_000, dtype=np.uint16),
}


def write(path: Path, arrays: dict[str, npt.NDArray[Any]], facts: dict[str, Any] | None = None) -> Path:
    writer = ContainerWriter(path)
    for name, array in arrays.items():
        writer.add(name, array)
    writer.finish(facts or {"documents": 3})
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "a.seg", ARRAYS)


def assert_holds(container: Container, arrays: dict[str, npt.NDArray[Any]]) -> None:
    assert list(container.arrays) == list(arrays)
    for name, array in arrays.items():
        found = container.arrays[name]
        assert (name, found.dtype, found.tolist()) == (name, array.dtype, array.tolist())


def test_every_type_of_array_comes_back(path: Path) -> None:
    container = Container(path)
    assert_holds(container, ARRAYS)
    assert container.facts == {"documents": 3}
    container.verify()


def test_every_array_begins_where_a_cache_line_does(path: Path) -> None:
    """The map begins at a page, so a place in the file is a place in memory."""
    for array in Container(path).arrays.values():
        assert array.__array_interface__["data"][0] % ALIGNMENT == 0 or not len(array)


arrays = st.dictionaries(
    st.text("abc.", min_size=1, max_size=8),
    st.sampled_from(TYPES).flatmap(
        lambda kind: st.binary(max_size=200).map(
            lambda data: np.frombuffer(data[: len(data) // 8 * 8], f"<{kind}" if kind != "u1" else "u1")
        )
    ),
    max_size=6,
)


@settings(max_examples=strategies.examples(100))
@given(arrays=arrays, facts=st.dictionaries(st.text(max_size=5), st.integers(0, 2**60) | st.text()))
def test_any_arrays_and_facts_come_back(arrays: dict[str, npt.NDArray[Any]], facts: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        container = Container(write(Path(folder) / "x.seg", arrays, facts or {"none": 1}))
        assert [array.tobytes() for array in container.arrays.values()] == [
            array.tobytes() for array in arrays.values()
        ]
        assert container.facts == (facts or {"none": 1})
        container.verify()


def test_numbers_of_the_other_byte_order_are_turned_round(tmp_path: Path) -> None:
    container = Container(write(tmp_path / "b.seg", {"big": np.array([1, 2, 500], ">u4")}))
    assert container.arrays["big"].tolist() == [1, 2, 500]


@pytest.mark.parametrize("kind", ["U3", "O", "bool", "complex64", "f2", "i2"])
def test_what_a_kernel_cannot_read_is_not_written(tmp_path: Path, kind: str) -> None:
    writer = ContainerWriter(tmp_path / "c.seg")
    with pytest.raises(TypeError, match="odd"):
        writer.add("odd", np.zeros(3, kind))
    writer.abandon()


def test_a_file_that_was_not_finished_is_refused(tmp_path: Path) -> None:
    writer = ContainerWriter(tmp_path / "d.seg")
    writer.add("many", ARRAYS["many"])
    writer.abandon()
    with pytest.raises(IndexDamaged, match="rebuild"):
        Container(tmp_path / "d.seg")


def test_cut_short_anywhere_it_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "e.seg", {"few": np.arange(40, dtype=np.uint32)})
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(IndexDamaged, match=path.name):
            Container(path)
    path.write_bytes(whole + b"\0")
    with pytest.raises(IndexDamaged):
        Container(path)


def changed_bytes(path: Path, places: Sequence[int], rng: random.Random) -> Any:
    """The file with one byte changed, again and again."""
    whole = path.read_bytes()
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= rng.randrange(1, 256)
        path.write_bytes(damaged)
        yield place
    path.write_bytes(whole)


def test_any_byte_of_head_table_and_tail_counts(path: Path) -> None:
    container = Container(path)
    last = max(
        array.__array_interface__["data"][0] + array.nbytes
        for array in container.arrays.values()
        if len(array)
    )
    first = min(array.__array_interface__["data"][0] for array in container.arrays.values() if len(array))
    begin = last - first + ALIGNMENT  # arrays begin behind the head, which fills a line
    table = begin + -begin % ALIGNMENT
    size = path.stat().st_size
    assert path.read_bytes()[table : table + 2] == b'{"'
    for place in changed_bytes(path, [*range(16), *range(table, size)], random.Random(1)):
        with pytest.raises(IndexDamaged):
            Container(path)
        assert place < size
    Container(path).verify()


def test_a_changed_byte_of_an_array_is_found_by_verifying(path: Path) -> None:
    container = Container(path)
    start = min(array.__array_interface__["data"][0] for array in container.arrays.values() if len(array))
    for name, array in container.arrays.items():
        if not len(array):
            continue
        place = array.__array_interface__["data"][0] - start + ALIGNMENT
        spots = [place, place + array.nbytes - 1, place + array.nbytes // 2]
        for _ in changed_bytes(path, spots, random.Random(2)):
            with pytest.raises(IndexDamaged, match=f"array {name} "):
                Container(path).verify()


def test_another_version_is_told_from_damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[8] = 99
    path.write_bytes(data)
    with pytest.raises(IndexDamaged, match="format 99"):
        Container(path)


def test_an_open_container_outlives_its_name(path: Path) -> None:
    """A commit sweeps segments that older readers still answer from."""
    container = Container(path)
    path.unlink()
    assert_holds(container, ARRAYS)
