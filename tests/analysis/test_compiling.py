"""Kernels are compiled once for each state of their code, and never while somebody waits for an answer."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.analysis import compiled
from indexer.analysis.locator import KernelLocator

ROOT = Path(__file__).parents[2]
USES_ALL = """
import sys
from pathlib import Path
from importlib import import_module
from numba.core import event
with event.install_recorder("numba:compile") as found:
    from indexer.analysis.compiled import kernel_modules
    for name in kernel_modules():
        import_module(name)
    from indexer.backends.base import Search
    from indexer.backends.whoosh import WhooshIndex
    from indexer.query import AllOf, AnyOf, Everything, Fuzzy, Phrase, Prefix, Some, Word, leaves
    from tests.conftest import COLLECTION, labels_of, publish
    index = WhooshIndex(Path(sys.argv[1]))
    publish(index, COLLECTION[1:])
    writer = index.writer()
    writer.add(COLLECTION[0])
    writer.commit(50, labels_of(COLLECTION))
    writer.close()
    words = (Word("executions"), Fuzzy("moratorum", 1), Prefix("exec"), Phrase(("the", "people")))
    for query in (*words, AllOf(words), Some(words), Everything()):
        for sort in ("relevance", "newest"):
            search = Search(query, sort=sort, words=leaves(query), facets=("category",), explain=True)
            for hit in index.reader().execute(search).hits:
                hit.document.marks("title"), hit.document.marks("content"), hit.document.record
    publish(index, COLLECTION)
print([record.data["dispatcher"].py_func.__qualname__ for _, record in found.buffer if record.is_start])
"""


def test_once_they_are_compiled_nothing_is_compiled_again(tmp_path: Path) -> None:
    """Neither when a process starts nor while it builds, answers and marks."""
    compiled.compile_kernels(print)
    assert compiled.is_complete()
    command = [sys.executable, "-c", USES_ALL, str(tmp_path / "index")]
    done = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert done.stdout.strip() == "[]"


def test_compiling_what_is_compiled_is_told_to_nobody() -> None:
    compiled.compile_kernels(print)
    compiled.compile_kernels(pytest.fail)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package with our kernels in another place, and another home."""
    place = tmp_path / "indexer"
    for name in compiled._KERNELS:
        shutil.copytree(ROOT / "indexer" / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(compiled, "_PACKAGE", place)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    forget()
    yield place
    forget()


def forget() -> None:
    for known in (compiled.folder, compiled._state, compiled._imported, compiled._source):
        known.cache_clear()


def now() -> Path | None:
    """The folder, as another process finds it."""
    forget()
    return compiled.folder()


def places(package: Path) -> dict[str, str]:
    """The folder of each module, as another process finds it."""
    forget()
    found = {path.stem: compiled.place_of(path) for path in compiled._modules()}
    return {name: place.name for name, place in found.items() if place is not None}


def test_a_changed_module_and_all_that_are_compiled_from_it_are_compiled_anew(package: Path) -> None:
    """And no others: numba itself looks at a function's own file only."""
    before = places(package)
    memory = package / "backends/whoosh/kernels/memory.py"
    terms = memory.with_name("terms.py")
    for path, users in (
        (terms, {"terms", "inversion", "finding"}),
        (memory, set(before) & {path.stem for path in memory.parent.glob("*.py")} - {"__init__", "table"}),
    ):
        path.write_text(path.read_text() + "\n")
        changed = {name for name, place in places(package).items() if place != before[name]}
        assert users <= changed
        assert not changed & {"chunker", "interning", "batch"}
        before = places(package)
    assert places(package) == before


def test_code_that_has_changed_is_not_complete(package: Path) -> None:
    assert now() is not None
    compiled.mark_complete()
    for path in compiled._modules():
        forget()
        assert compiled.is_complete()
        whole = path.read_text()
        path.write_text(whole + "\n")
        forget()
        assert not compiled.is_complete()
        path.write_text(whole)


def test_another_numba_or_processor_asks_for_another_folder(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = now()
    monkeypatch.setattr(compiled, "version", lambda name: "99" if name == "numba" else "1")
    after = now()
    monkeypatch.setattr(compiled, "_machine", lambda: [b"another"])
    assert len({before, after, now()}) == 3


def test_the_folder_is_in_the_package_where_that_can_be_written_to(package: Path) -> None:
    place = now()
    assert place is not None
    assert place.parent == package / "__pycache__"
    assert place.is_dir()


def test_a_package_that_cannot_be_written_to_has_its_folder_in_the_home(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (package / "__pycache__").write_text("no folder")
    place = now()
    assert place is not None
    assert place.is_relative_to(tmp_path / "home" / "broadsheet")
    (tmp_path / "other").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
    assert now() is None
    assert compiled.options()["cache"] is False
    compiled.compile_kernels(pytest.fail)


def test_a_complete_folder_need_only_be_read(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = now()
    compiled.mark_complete()
    monkeypatch.setattr(compiled, "_can_write", lambda place: False)
    assert now() == place


def test_what_earlier_code_and_libraries_have_left_goes_once_all_is_there(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = now()
    assert place is not None
    compiled.mark_complete()
    before = places(package)
    for name in before.values():
        (place / name).mkdir()
    (place.parent / f"{place.name.rpartition('-')[0]}-older").mkdir()
    source = package / "analysis" / "chunker.py"
    source.write_text(source.read_text() + "\n")
    wanted = places(package)
    compiled.mark_complete()
    assert [path.name for path in (package / "__pycache__").iterdir()] == [place.name]
    left = {path.name for path in place.iterdir() if path.is_dir()}
    assert left == set(wanted.values()) & set(before.values())
    assert before["chunker"] not in left
    assert before["tokens"] in left


def test_functions_of_others_are_kept_where_numba_keeps_them() -> None:
    """We are guests in the process."""
    assert KernelLocator.from_function(now, __file__) is None
