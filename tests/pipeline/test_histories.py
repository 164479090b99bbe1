"""Catalogs are copied, put back, lost and begun anew; an index holds nothing of another history."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from indexer.backends.base import Labels, Search, Writer
from indexer.backends.whoosh import WhooshIndex
from indexer.errors import NoIndex, StorageError
from indexer.pipeline import publish
from indexer.query import Everything
from indexer.workspace import CATALOG_FILE, INDEX_FOLDER, Workspace
from tests import strategies
from tests.conftest import article

from .making import NOON

pytestmark = pytest.mark.timeout(900)


class Killed(BaseException):
    """Stands where the process would end."""


class Mortal(WhooshIndex):
    """Ends at a commit or a publish, when told so."""

    commits_left = 1_000

    def writer(self) -> Writer:
        return self._mortal(super().writer())

    def builder(self) -> Writer:
        return self._mortal(super().builder())

    def _mortal(self, writer: Writer) -> Writer:
        commit = writer.commit

        def commit_or_die(sequence: int, labels: Labels, stamp: str = "") -> None:
            self.commits_left -= 1
            if self.commits_left < 0:
                raise Killed
            commit(sequence, labels, stamp)

        writer.commit = commit_or_die  # type: ignore[method-assign]  # the real one, until its end
        return writer


@dataclass
class Past:
    """What a catalog has ever accepted: id, sequence and title; and what it holds now."""

    ever: set[tuple[str, int, str]] = field(default_factory=set)
    now: dict[str, tuple[int, str]] = field(default_factory=dict)

    def copy(self) -> Past:
        return Past(set(self.ever), dict(self.now))


class Place:
    """A data folder whose catalog can be copied, put back and lost."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.past = Past()
        self.copies: list[tuple[Path, Past]] = []
        self.made = 0
        self.open()

    def open(self) -> None:
        self.index = Mortal(self.data / INDEX_FOLDER)
        self.space = Workspace(self.data, clock=lambda: NOON, index=self.index, workers=0)

    def accept(self, key: str) -> None:
        self.made += 1
        title = f"Number {self.made}"
        record = self.space.push_article(article(title, "Text.", key=key))
        self.past.ever.add((key, record.sequence, title))
        self.past.now[key] = (record.sequence, title)

    def remove(self, key: str) -> None:
        assert self.space.remove(key) == (key in self.past.now)
        self.past.now.pop(key, None)

    def copy(self) -> None:
        path = self.data / f"copy-{len(self.copies)}"
        _ = self.space.catalog
        source, target = sqlite3.connect(self.data / CATALOG_FILE), sqlite3.connect(path)
        source.backup(target)
        source.close()
        target.close()
        self.copies.append((path, self.past.copy()))

    def put_back(self, number: int) -> None:
        path, past = self.copies[number]
        self.lose()
        (self.data / CATALOG_FILE).write_bytes(path.read_bytes())
        self.past = past.copy()

    def lose(self) -> None:
        self.space.close()
        for end in ("", "-wal", "-shm"):
            (self.data / f"{CATALOG_FILE}{end}").unlink(missing_ok=True)
        self.past = Past()
        self.open()

    def bring_up(self, *, rebuild: bool = False) -> None:
        """Afterwards the index holds what the catalog holds, no more and no less."""
        self.space.build([], rebuild=rebuild)
        assert {(key, *value) for key, value in self.past.now.items()} == self.held()
        assert self.space.check() == []
        assert not self.space.behind()

    def bring_up_and_die(self, commits: int, *, rebuild: bool = False) -> None:
        self.index.commits_left = commits
        try:
            self.space.build([], rebuild=rebuild)
        except Killed:
            pass
        else:
            assert {(key, *value) for key, value in self.past.now.items()} == self.held()
        self.space.close()
        self.open()

    def bring_up_without_pointer(self) -> None:
        """All is written but the pointer, which is the last step and fails."""
        block = self.data / INDEX_FOLDER / "current.new"
        block.mkdir(parents=True)
        try:
            self.space.build([])
        except StorageError:
            pass
        finally:
            block.rmdir()

    def roll_back(self) -> None:
        """Only to what the catalog held once."""
        try:
            self.space.rollback()
        except NoIndex:
            return
        assert self.held() <= self.past.ever

    def held(self) -> set[tuple[str, int, str]]:
        found = self.index.reader().execute(Search(Everything(), limit=100))
        return {(hit.record.article.id, hit.record.sequence, hit.record.article.title) for hit in found.hits}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_catalog_put_back_and_grown_past_the_index_is_not_taken_for_its_maker(place: Place) -> None:
    place.accept("a")
    place.bring_up()
    place.copy()
    place.accept("b")
    place.bring_up()
    place.put_back(0)
    assert place.space.behind()
    for key in "cde":
        place.accept(key)
    assert place.space.behind()
    place.bring_up()
    assert not place.space.behind()


def test_a_lost_catalog_begun_anew_shares_nothing_with_the_index(place: Place) -> None:
    for key in "ab":
        place.accept(key)
    place.bring_up()
    place.lose()
    for key in "cd":
        place.accept(key)
    place.bring_up()
    place.roll_back()
    place.bring_up()


def test_rollback_refuses_a_generation_of_another_history(place: Place) -> None:
    place.accept("a")
    place.bring_up()
    place.lose()
    place.accept("b")
    place.bring_up()
    with pytest.raises(NoIndex, match=r"g-000001 holds what this catalog never held"):
        place.space.rollback()
    assert {key for key, _, _ in place.held()} == {"b"}


def test_a_failed_publish_does_not_make_another_generation_belong(place: Place) -> None:
    place.accept("a")
    place.bring_up()
    place.copy()
    for key in "bc":
        place.accept(key)
    place.bring_up()
    place.put_back(0)
    for key in "de":
        place.accept(key)
    place.bring_up_and_die(0)
    place.bring_up_without_pointer()
    place.bring_up()


def test_an_update_that_ended_half_way_is_no_base_for_an_older_copy(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The half that was committed lacks what was replaced meanwhile; the copy still holds it."""
    monkeypatch.setattr(publish, "COMMIT_EVERY", 1)
    place.accept("a")
    place.bring_up()
    for key in "abc":
        place.accept(key)
    place.bring_up_and_die(0)
    place.copy()
    place.accept("a")
    place.bring_up_and_die(1)
    place.put_back(0)
    place.bring_up()


def test_a_copy_put_back_at_once_needs_no_rebuild(place: Place) -> None:
    place.accept("a")
    place.bring_up()
    place.copy()
    place.put_back(0)
    place.accept("b")
    place.bring_up()
    assert [info.name for info in place.index.generations()] == ["g-000001"]


keys = st.sampled_from("abc")


class HistoryMachine(RuleBasedStateMachine):
    """Whatever became of the catalog, the next run that ends well ends with index and catalog alike."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.place = Place(Path(self.folder.name))

    def teardown(self) -> None:
        self.place.bring_up()
        self.place.space.close()
        self.folder.cleanup()

    @rule(names=st.lists(keys, min_size=1, max_size=4))
    def accept(self, names: list[str]) -> None:
        for key in names:
            self.place.accept(key)

    @rule(key=keys)
    def remove(self, key: str) -> None:
        self.place.remove(key)

    @rule(rebuild=st.booleans())
    def bring_up(self, rebuild: bool) -> None:
        self.place.bring_up(rebuild=rebuild)

    @rule(commits=st.integers(0, 3), rebuild=st.booleans())
    def die(self, commits: int, rebuild: bool) -> None:
        self.place.bring_up_and_die(commits, rebuild=rebuild)

    @rule()
    def fail(self) -> None:
        self.place.bring_up_without_pointer()

    @rule()
    def roll_back(self) -> None:
        self.place.roll_back()

    @rule()
    def copy(self) -> None:
        self.place.copy()

    @precondition(lambda self: self.place.copies)
    @rule(data=st.data())
    def put_back(self, data: st.DataObject) -> None:
        self.place.put_back(data.draw(st.integers(0, len(self.place.copies) - 1)))

    @rule()
    def lose(self) -> None:
        self.place.lose()


def test_index_and_catalog_end_alike_whatever_became_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "COMMIT_EVERY", 2)
    run_state_machine_as_test(
        HistoryMachine,
        settings=settings(max_examples=strategies.examples(40), stateful_step_count=20, deadline=None),
    )
