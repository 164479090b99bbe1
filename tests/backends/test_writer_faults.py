"""What a failing, killed or overlapping writer leaves behind: the last commit, and room for the next one."""

from __future__ import annotations

import resource
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from indexer.backends.base import Record, Search
from indexer.backends.whoosh import WhooshIndex
from indexer.backends.whoosh import index as index_module
from indexer.backends.whoosh.generations import Pointer, swap_pointer
from indexer.backends.whoosh.kernels.table import address
from indexer.backends.whoosh.scale import Scale
from indexer.errors import IndexDamaged, NoIndex
from indexer.query import Everything, Phrase, Prefix, Word
from indexer.ranking import Ranking
from tests.conftest import COLLECTION, labels_of, publish, record

ADDED = record("Added", "A zebra.", key="added")
# A lone surrogate has no bytes: encoding it fails, as a broken record would.
BROKEN = record("Broken \ud800", key="broken")


def ids(index: WhooshIndex) -> set[str]:
    return {hit.record.article.id for hit in index.reader().execute(Search(Everything(), limit=1000)).hits}


def add(index: WhooshIndex, *records: Record, sequence: int = 100) -> None:
    writer = index.writer()
    try:
        for item in records:
            writer.add(item)
        writer.commit(sequence, labels_of(COLLECTION))
    finally:
        writer.close()


@pytest.fixture
def index(tmp_path: Path) -> WhooshIndex:
    made = WhooshIndex(tmp_path)
    publish(made, COLLECTION)
    return made


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """No file may grow beyond ``size`` bytes, as on a full disk: the write fails with an OSError."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


BEFORE = {item.article.id for item in COLLECTION}


def test_a_record_that_cannot_be_written_fails_the_commit_and_nothing_else(index: WhooshIndex) -> None:
    """Whoosh 2.7.4 keeps its lock when a commit fails; ours gives it back."""
    with pytest.raises(UnicodeEncodeError):
        add(index, ADDED, BROKEN)
    assert ids(index) == BEFORE
    assert index.check() == ()
    add(index, ADDED)
    assert ids(index) == BEFORE | {"added"}


# Whoosh drops the files it could not write without closing them; they are closed with its last reference.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("size", [0, 100, 1_000, 2_000, 4_000, 6_000, 8_000, 10_000, 14_000])
def test_a_full_disk_fails_the_commit_and_the_next_one_works(index: WhooshIndex, size: int) -> None:
    """Wherever the disk ends, in a posting, a column, the manifest or the pointer."""
    big = [record(f"Big {number}", f"word{number} " * 50) for number in range(5)]
    names = {item.article.id for item in big}
    try:
        with file_size_limit(size):
            add(index, *big)
    except OSError:
        assert ids(index) == BEFORE
    else:
        assert ids(index) == BEFORE | names
    assert index.check() == ()
    assert index.writer().applied in (len(COLLECTION), 100)
    add(index, ADDED)
    assert ids(index) - names == BEFORE | {"added"}
    assert index.check() == ()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_a_small_disk_is_full_at_several_places(index: WhooshIndex) -> None:
    """The test above would show nothing if no commit failed, or all."""
    with pytest.raises(OSError, match="File too large"), file_size_limit(0):
        add(index, ADDED)
    with file_size_limit(1 << 20):
        add(index, ADDED)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_the_same_writer_may_commit_again_after_a_failure(index: WhooshIndex) -> None:
    writer = index.writer()
    writer.add(ADDED)
    with pytest.raises(OSError, match="File too large"), file_size_limit(0):
        writer.commit(100, labels_of(COLLECTION))
    assert writer.applied == len(COLLECTION)
    writer.commit(100, labels_of(COLLECTION))
    writer.close()
    assert ids(index) == BEFORE | {"added"}
    assert index.check() == ()


def test_a_commit_whose_pointer_cannot_be_swapped_did_not_happen(index: WhooshIndex, tmp_path: Path) -> None:
    """All is written but the last file: nobody sees the commit, and the writer does not claim it."""
    (tmp_path / "current.new").mkdir()  # the pointer is written there first
    writer = index.writer()
    writer.add(ADDED)
    with pytest.raises(OSError, match=r"current\.new"):
        writer.commit(100, labels_of(COLLECTION))
    assert ids(index) == BEFORE
    assert writer.applied == len(COLLECTION)
    writer.close()
    (tmp_path / "current.new").rmdir()
    assert index.writer().applied == len(COLLECTION)
    add(index, ADDED)
    assert ids(index) == BEFORE | {"added"}
    assert index.check() == ()


def test_leftovers_of_a_kill_are_swept_by_the_next_writer(index: WhooshIndex, tmp_path: Path) -> None:
    live = tmp_path / "g-000001"
    before = {path.name for path in live.iterdir()}
    for name in (
        "MAIN_zzzz.seg",
        "MAIN_zzzz.trm",
        "_MAIN_9.toc",
        "_MAIN_9.toc.1",
        "MANIFEST.9.json",
        "x.new",
    ):
        (live / name).write_bytes(b"left over")
    (live / "MAIN.tmp").mkdir()
    (live / "MAIN.tmp" / "run").write_bytes(b"left over")
    fresh = WhooshIndex(tmp_path)
    assert ids(fresh) == BEFORE
    fresh.writer().close()
    assert {path.name for path in live.iterdir()} == before
    add(fresh, ADDED)
    assert ids(fresh) == BEFORE | {"added"}


def test_a_commit_killed_before_its_pointer_is_swept_and_done_again(
    index: WhooshIndex, tmp_path: Path
) -> None:
    """The pointer is the commit point: put back, it stands for a kill right before the swap."""
    pointer = (tmp_path / "current").read_bytes()
    saved = {path.name: path.read_bytes() for path in (tmp_path / "g-000001").iterdir()}
    add(index, ADDED)
    for name, data in saved.items():
        (tmp_path / "g-000001" / name).write_bytes(data)
    (tmp_path / "current").write_bytes(pointer)
    fresh = WhooshIndex(tmp_path)
    assert ids(fresh) == BEFORE
    assert fresh.writer().applied == len(COLLECTION)
    add(fresh, ADDED)
    assert ids(fresh) == BEFORE | {"added"}
    assert fresh.check() == ()


def test_an_unfinished_build_is_never_seen_and_goes_with_the_next_publish(
    index: WhooshIndex, tmp_path: Path
) -> None:
    killed = index.builder()
    killed.add(ADDED)
    killed.commit(1, {})
    assert ids(WhooshIndex(tmp_path)) == BEFORE
    assert len(index.generations()) == 1
    publish(index, [ADDED])
    assert ids(index) == {"added"}
    publish(index, COLLECTION)
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 2


def folders(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if path.is_dir())


def test_what_a_killed_build_left_goes_when_the_next_one_begins(index: WhooshIndex, tmp_path: Path) -> None:
    """Not when it is published: builds that fail one after the other would fill the disk."""
    killed = index.builder()
    killed.add(ADDED)
    killed.commit(1, {})
    following = WhooshIndex(tmp_path).builder()
    assert len(folders(tmp_path)) == 2
    following.close()
    assert folders(tmp_path) == ["g-000001"]


def test_a_build_that_is_given_up_or_refused_leaves_nothing(index: WhooshIndex, tmp_path: Path) -> None:
    for refused in (False, True):
        builder = index.builder()
        builder.add(ADDED)
        builder.commit(1, {})
        if refused:
            with pytest.raises(IndexDamaged):
                index.publish(builder, 2)
        builder.close()
        builder.close()
        assert folders(tmp_path) == ["g-000001"]


def test_a_build_whose_pointer_cannot_be_written_is_nothing_to_go_back_to(
    index: WhooshIndex, tmp_path: Path
) -> None:
    (tmp_path / "current.new").mkdir()
    builder = index.builder()
    builder.add(ADDED)
    builder.commit(1, {})
    with pytest.raises(OSError, match=r"current\.new"):
        index.publish(builder, 1)
    builder.close()
    (tmp_path / "current.new").rmdir()
    assert folders(tmp_path) == ["g-000001"]
    with pytest.raises(NoIndex):
        index.rollback()
    assert ids(index) == BEFORE


@pytest.mark.parametrize("lost", ["toc", "manifest", "segment"])
def test_rollback_takes_the_newest_commit_that_is_whole(
    index: WhooshIndex, tmp_path: Path, lost: str
) -> None:
    """A kill inside a commit leaves a manifest of files that never came to be beside the good one."""
    old = tmp_path / "g-000001"
    saved = {path.name: path.read_bytes() for path in old.iterdir()}
    pointer = (tmp_path / "current").read_bytes()
    add(index, ADDED)
    newer = {path.name for path in old.iterdir()} - saved.keys()
    gone = next(
        name for name in newer if name.startswith({"toc": "_", "manifest": "MANIFEST"}.get(lost, "MAIN_"))
    )
    (old / gone).write_bytes(b"{") if lost == "manifest" else (old / gone).unlink()
    for name, data in saved.items():
        (old / name).write_bytes(data)
    (tmp_path / "current").write_bytes(pointer)
    publish(index, [ADDED])
    listed = [(info.name, info.articles, info.problem) for info in index.generations()]
    assert listed == [("g-000001", len(COLLECTION), ""), ("g-000002", 1, "")]
    assert index.rollback() == "g-000001"
    assert ids(WhooshIndex(tmp_path)) == BEFORE
    add(index, ADDED)
    assert ids(index) == BEFORE | {"added"}


def test_a_builder_cannot_touch_what_it_has_published(index: WhooshIndex, tmp_path: Path) -> None:
    """A commit of the builder after publishing would sweep the files the pointer names."""
    builder = index.builder()
    builder.add(ADDED)
    builder.commit(1, {})
    index.publish(builder, 1)
    builder.add(COLLECTION[0])
    with pytest.raises((ValueError, OSError)):
        builder.commit(2, {})
    fresh = WhooshIndex(tmp_path)
    assert ids(fresh) == {"added"}
    assert fresh.check() == ()


def test_a_build_that_lacks_a_file_is_refused(index: WhooshIndex, tmp_path: Path) -> None:
    builder = index.builder()
    builder.add(ADDED)
    builder.commit(1, {})
    for path in builder.directory.glob("*.seg"):  # type: ignore[attr-defined]  # Whoosh's own writer
        path.unlink()
    with pytest.raises(IndexDamaged):
        index.publish(builder, 1)
    assert ids(index) == BEFORE


def test_a_view_opened_while_a_commit_sweeps_gets_the_newer_commit(
    index: WhooshIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit lands while another process reads the files of the one before: it opens the newer one."""
    other, real, done = WhooshIndex(tmp_path), index_module.problems, []

    def commit_first(*arguments: object, **options: object) -> Iterator[str]:
        if not done:
            done.append(True)
            publish(index, COLLECTION)
            publish(index, [*COLLECTION, ADDED])
            publish(index, [ADDED])
        return real(*arguments, **options)  # type: ignore[arg-type]  # as called

    monkeypatch.setattr(index_module, "problems", commit_first)
    assert ids(other) == {"added"}


def test_a_reader_opened_before_an_update_and_a_deletion_answers_its_own_state(index: WhooshIndex) -> None:
    """Later Whoosh forks return deleted documents after a refresh; here old and new stay apart."""
    before = index.reader()
    writer = index.writer()
    writer.remove("moratorium")
    writer.add(record("Executed no more", "Changed.", key="executed"))
    writer.commit(100, labels_of(COLLECTION))
    writer.close()
    after = index.reader()

    def found(view: object, text: str) -> set[str]:
        answer = view.execute(Search(Word(text, forms=False)))  # type: ignore[attr-defined]
        return {hit.record.article.id for hit in answer.hits}

    assert (found(before, "parliament"), found(before, "dawn")) == ({"moratorium"}, {"executed"})
    assert (found(after, "parliament"), found(after, "dawn"), found(after, "changed")) == (
        set(),
        set(),
        {"executed"},
    )


def test_a_phrase_over_stop_words_is_exact(index: WhooshIndex) -> None:
    """Whoosh's own analyzers drop stop words and let a phrase step over the holes."""
    found = index.reader().execute(Search(Phrase(("rights", "of", "the", "people"))))
    assert [hit.record.article.id for hit in found.hits] == ["moratorium"]
    holes = index.reader().execute(Search(Phrase(("rights", "people"))))
    assert [hit.record.article.id for hit in holes.hits] == ["daubler"]


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_writing_closes_what_it_opens(index: WhooshIndex) -> None:
    """Fifty commits, ten of them failing, leave no file open in the process."""
    add(index, ADDED)
    index.reader().close()
    before = open_files()
    for number in range(50):
        if number % 5:
            add(index, ADDED, sequence=number)
        else:
            with pytest.raises(UnicodeEncodeError):
                add(index, BROKEN)
    assert open_files() <= before + 1


def test_an_index_that_is_lost_and_made_again_is_seen_as_another_one(
    index: WhooshIndex, tmp_path: Path
) -> None:
    """Its first generation has the name of the one that is gone."""
    before = index.reader()
    shutil.rmtree(tmp_path)
    publish(WhooshIndex(tmp_path), [ADDED])
    assert ids(index) == {"added"}
    assert index.reader().version != before.version
    assert index.reader().generation == before.generation == "g-000001.1"


def test_a_commit_that_may_be_live_is_not_written_over(
    index: WhooshIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pointer was swapped and then the disk failed: whoever tries once more does so with a new writer."""
    writer = index.writer()
    writer.add(ADDED)

    def swapped_and_failed(root: Path, pointer: Pointer) -> None:
        swap_pointer(root, pointer)
        raise OSError("the disk failed")

    with monkeypatch.context() as patch:
        patch.setattr(index_module, "swap_pointer", swapped_and_failed)
        with pytest.raises(OSError, match="the disk failed"):
            writer.commit(100, labels_of(COLLECTION))
    with pytest.raises(ValueError, match="closed"):
        writer.commit(101, labels_of(COLLECTION))
    assert ids(index) == ids(WhooshIndex(tmp_path)) == BEFORE | {"added"}
    add(index, record("Another", key="another"))
    assert ids(index) == BEFORE | {"added", "another"}


def test_rollback_never_goes_to_what_was_never_published(
    index: WhooshIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build that is killed between its name and the pointer leaves a whole generation behind."""
    publish(index, [ADDED])

    def killed(root: Path, pointer: Pointer) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(index_module, "swap_pointer", killed)
        with pytest.raises(KeyboardInterrupt):
            publish(index, [record("Never", key="never")])
    assert index.rollback() == "g-000001"
    assert ids(index) == BEFORE
    publish(index, [ADDED])
    assert [info.articles for info in index.generations()] == [len(BEFORE), 1]


def test_scratch_space_that_an_error_left_dirty_is_not_used_again(index: WhooshIndex) -> None:
    reader = index.reader()
    search = Search(Prefix("m"), limit=100)
    expected = [hit.record.article.id for hit in reader.execute(search).hits]
    scratch = reader.segments[0].scratch
    scratch.sums[:] = 7.0
    scratch.bits[:] = np.uint64((1 << 64) - 1)
    scratch.used = True  # as a kernel leaves it that does not come to its end
    assert [hit.record.article.id for hit in reader.execute(search).hits] == expected


def test_threads_that_ask_with_a_new_ranking_at_once_share_its_numbers(index: WhooshIndex) -> None:
    """Kernels have the addresses of these: none may be made twice and one of them given back."""
    reader = index.reader()
    for place in range(50):
        scale = Scale(reader, Ranking(k1=1.0 + place / 100))
        together, found = threading.Barrier(4), []

        def ask(
            scale: Scale = scale, together: threading.Barrier = together, found: list[int] = found
        ) -> None:
            together.wait()
            found.append(address(scale.norms(0, ("title", "content"))))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 4
        assert set(found) == {address(scale.norms(0, ("title", "content")))}


def test_half_a_character_names_no_article(index: WhooshIndex) -> None:
    add(index, record("Marked", key="id?"))
    assert index.reader().get("id\ud800") is None
    writer = index.writer()
    writer.remove("id\ud800")
    writer.commit(101, labels_of(COLLECTION))
    writer.close()
    assert index.reader().get("id?") is not None
