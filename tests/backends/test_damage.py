"""A damaged index is refused with a clear error, never answered from, and built anew."""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from indexer.backends.base import Search
from indexer.backends.whoosh import WhooshIndex
from indexer.errors import IndexDamaged, NoIndex
from indexer.query import Everything
from tests.conftest import COLLECTION, labels_of, publish, record

LOCK = "MAIN_WRITELOCK"  # empty, and no part of what is read


def ids(index: WhooshIndex) -> set[str]:
    return {hit.record.article.id for hit in index.reader().execute(Search(Everything(), limit=1000)).hits}


BEFORE = {item.article.id for item in COLLECTION}


def build(root: Path) -> Path:
    """An index with a previous generation and two segments in the live one; returns the latter's folder."""
    index = WhooshIndex(root)
    publish(index, [record("Older generation", key="older")])
    publish(index, COLLECTION[:-1])
    writer = index.writer()
    writer.add(COLLECTION[-1])
    writer.commit(len(COLLECTION), labels_of(COLLECTION))
    writer.close()
    index.reader().close()
    return root / "g-000002"


@pytest.fixture
def live(tmp_path: Path) -> Path:
    return build(tmp_path / "index")


def names(live: Path) -> list[str]:
    return sorted(path.name for path in live.iterdir() if path.name != LOCK)


# -- unpickling, watched from outside --------------------------------------------------------------

_unpickled: list[str] = []
_watching = False


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _watching and event == "pickle.find_class":
        _unpickled.append(str(arguments))


sys.addaudithook(_hook)  # stays for the life of the process; it listens only while watched


@contextmanager
def unpickling() -> Iterator[list[str]]:
    """What is unpickled by name meanwhile."""
    global _watching  # noqa: PLW0603  an audit hook cannot be taken away, only told to be quiet
    _unpickled.clear()
    _watching = True
    try:
        yield _unpickled
    finally:
        _watching = False


def assert_refused(root: Path, name: str) -> None:
    """Readers and writers refuse it, nothing of it is unpickled, and ``check`` names the file."""
    with unpickling() as unpickled:
        for use in (WhooshIndex(root).reader, WhooshIndex(root).writer):
            with pytest.raises(IndexDamaged) as refusal:
                use()
            assert name in str(refusal.value)
            assert "broadsheet index --rebuild" in str(refusal.value)
    assert unpickled == []
    problems = WhooshIndex(root).check()
    assert len(problems) == 1
    assert name in problems[0]


def test_the_watch_on_unpickling_sees_it(live: Path) -> None:
    with unpickling() as unpickled:
        assert ids(WhooshIndex(live.parent)) == BEFORE
    assert any("whoosh" in entry for entry in unpickled)


def test_an_undamaged_index_has_no_problems(live: Path) -> None:
    assert WhooshIndex(live.parent).check() == ()
    assert len([name for name in names(live) if name.endswith(".seg")]) == 2


def test_a_flipped_bit_anywhere_is_refused(live: Path) -> None:
    """In every file, at its ends, at even steps, and at places drawn at random."""
    rng = random.Random(20250121)
    for name in names(live):
        path = live / name
        whole = path.read_bytes()
        places = {0, len(whole) - 1, *range(0, len(whole), max(97, len(whole) // 20))}
        places |= {rng.randrange(len(whole)) for _ in range(10)}
        for place in places:
            damaged = bytearray(whole)
            damaged[place] ^= 1 << rng.randrange(8)
            path.write_bytes(damaged)
            assert_refused(live.parent, name)
        path.write_bytes(whole)
    assert ids(WhooshIndex(live.parent)) == BEFORE


def test_every_bit_of_the_manifest_counts(live: Path) -> None:
    """But for the white space at its end: a manifest that reads the same is the same."""
    (path,) = live.glob("MANIFEST.*.json")
    whole = path.read_bytes()
    for place in range(len(whole) - 1):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << (place % 8)
        path.write_bytes(damaged)
        with pytest.raises(IndexDamaged):
            WhooshIndex(live.parent).reader()


def test_every_bit_of_the_pointer_counts(live: Path) -> None:
    """No flip leads to the generation before, or to another commit."""
    path = live.parent / "current"
    whole = path.read_bytes()
    for place in range(len(whole)):
        for bit in range(8):
            damaged = bytearray(whole)
            damaged[place] ^= 1 << bit
            path.write_bytes(damaged)
            with pytest.raises(IndexDamaged):
                WhooshIndex(live.parent).reader()


@pytest.mark.parametrize(
    "said",
    [b"", b"\n", b"g-000002", b"g-000002 x", b"g-2 1", b"../g-000002 1", b"\xff\xfe", b"nonsense\n" * 99],
)
def test_a_pointer_that_says_nothing_is_refused(live: Path, said: bytes) -> None:
    (live.parent / "current").write_bytes(said)
    assert_refused(live.parent, "current")
    assert WhooshIndex(live.parent).generations() != []


def test_without_a_pointer_nothing_has_been_indexed(live: Path) -> None:
    (live.parent / "current").unlink()
    with pytest.raises(NoIndex):
        WhooshIndex(live.parent).reader()
    assert len(WhooshIndex(live.parent).check()) == 1


DAMAGE: dict[str, Callable[[Path], None]] = {
    "missing": Path.unlink,
    "empty": lambda path: path.write_bytes(b"") and None,
    "cut by one byte": lambda path: path.write_bytes(path.read_bytes()[:-2]) and None,
    "cut in half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]) and None,
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"x") and None,
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)) and None,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_file_that_is_not_whole_is_refused(live: Path, damage: Callable[[Path], None]) -> None:
    for name in names(live):
        whole = (live / name).read_bytes()
        damage(live / name)
        assert_refused(live.parent, name)
        (live / name).write_bytes(whole)
    assert ids(WhooshIndex(live.parent)) == BEFORE


def test_a_missing_generation_is_refused(live: Path) -> None:
    shutil.rmtree(live)
    assert_refused(live.parent, "MANIFEST")


def test_a_file_of_another_commit_is_refused(live: Path) -> None:
    """A segment put back from a backup is whole by itself, and is not the one the manifest means."""
    first, second = sorted(live.glob("*.seg"))
    first.write_bytes(second.read_bytes())
    assert_refused(live.parent, first.name)


def test_a_damaged_index_is_built_anew(live: Path) -> None:
    for path in (*live.glob("*.seg"), live.parent / "current"):
        path.write_bytes(b"damaged")
    index = WhooshIndex(live.parent)
    with pytest.raises(IndexDamaged):
        index.reader()
    publish(index, COLLECTION)
    assert ids(index) == BEFORE
    assert index.check() == ()
    assert ids(WhooshIndex(live.parent)) == BEFORE


def test_rolling_back_to_a_damaged_generation_is_refused_and_the_live_one_stays(live: Path) -> None:
    for damage in (b"damaged", None):
        for path in (live.parent / "g-000001").glob("*.seg"):
            path.write_bytes(damage) if damage else path.unlink()
        with pytest.raises(IndexDamaged):
            WhooshIndex(live.parent).rollback()
        assert ids(WhooshIndex(live.parent)) == BEFORE


def test_rollback_goes_back_and_forth(live: Path) -> None:
    index = WhooshIndex(live.parent)
    assert [index.rollback(), ids(index)] == ["g-000001", {"older"}]
    assert [index.rollback(), ids(index)] == ["g-000002", BEFORE]
    assert [(info.name, info.live, info.articles) for info in index.generations()] == [
        ("g-000001", False, 1),
        ("g-000002", True, len(COLLECTION)),
    ]


def test_after_a_rollback_writing_goes_on_from_the_older_state(live: Path) -> None:
    index = WhooshIndex(live.parent)
    index.rollback()
    writer = index.writer()
    assert writer.applied == 1
    writer.add(COLLECTION[0])
    writer.commit(50, labels_of(COLLECTION))
    writer.close()
    assert ids(index) == {"older", "moratorium"}
    assert index.check() == ()


def test_an_index_of_another_format_is_refused(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text pipeline that cuts words otherwise would miss what an older index holds."""
    monkeypatch.setattr("indexer.backends.whoosh.generations.ANALYSIS_VERSION", 999)
    with pytest.raises(IndexDamaged, match="another version"):
        WhooshIndex(live.parent).reader()
