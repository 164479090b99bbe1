"""Whatever is done to a catalog in whatever order, it holds what a dictionary would hold."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from indexer.article import Article
from indexer.backends.base import Record
from indexer.catalog import Catalog, PageNote
from indexer.site import Site
from tests.conftest import article

NAMES = st.sampled_from(["a", "b", "c", "d"])
SOURCES = st.sampled_from(["one", "two"])
ARTICLES = st.builds(
    article,
    st.sampled_from(["Title", "Other title", "عنوان"]),
    st.sampled_from(["Text.", "Other text.\nMore."]),
    key=NAMES,
    categories=st.lists(st.sampled_from(["Women", "women", "Iran", "NCRI"]), max_size=3),
    author=st.sampled_from(["", "Ann"]),
)


class Model(RuleBasedStateMachine):
    """The catalog beside a dictionary: id to (article, source, sequence), and the ids ever used."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "catalog.sqlite3"
        self.catalog = self.open()
        self.live: dict[str, tuple[Article, str, int]] = {}
        self.removed: dict[str, int] = {}
        self.sequence = 0

    def open(self) -> Catalog:
        return Catalog(self.path, clock=lambda: datetime(2025, 1, 1, tzinfo=UTC))

    def teardown(self) -> None:
        self.catalog.close()
        self.folder.cleanup()

    def accepted(self, made: Article, source: str) -> None:
        self.sequence += 1
        self.live[made.id] = (made, source, self.sequence)
        self.removed.pop(made.id, None)

    def gone(self, identity: str) -> None:
        self.sequence += 1
        del self.live[identity]
        self.removed[identity] = self.sequence

    @rule(batch=st.lists(st.tuples(ARTICLES, SOURCES), min_size=1, max_size=4))
    def accept(self, batch: list[tuple[Article, str]]) -> None:
        with self.catalog.transaction() as changes:
            for made, source in batch:
                changes.accept(made, PageNote(source, made.id, made.id, "digest", "reader"))
                self.accepted(made, source)

    @rule(identity=NAMES)
    def remove(self, identity: str) -> None:
        with self.catalog.transaction() as changes:
            assert changes.remove(identity) == (identity in self.live)
        if identity in self.live:
            self.gone(identity)

    @rule(source=SOURCES)
    def forget(self, source: str) -> None:
        mine = sorted(
            (sequence, identity) for identity, (_, of, sequence) in self.live.items() if of == source
        )
        assert self.catalog.forget_source(source) == len(mine)
        for _, identity in mine:
            self.gone(identity)

    @rule(batch=st.lists(ARTICLES, min_size=1, max_size=3))
    def fail(self, batch: list[Article]) -> None:
        try:
            with self.catalog.transaction() as changes:
                for made in batch:
                    changes.accept(made, PageNote("one", made.id, made.id, "digest", "reader"))
                raise KeyError
        except KeyError:
            pass

    @rule()
    def reopen(self) -> None:
        self.catalog.close()
        self.catalog = self.open()

    @invariant()
    def holds_the_same(self) -> None:
        assert self.catalog.sequence == self.sequence
        assert self.catalog.count() == len(self.live)
        held = {
            record.article.id: (record.article, record.source, record.sequence)
            for record in self.catalog.records()
        }
        assert held == self.live

    @invariant()
    def tells_every_change_once(self) -> None:
        half = self.sequence // 2
        told = {
            (change.article.id if isinstance(change, Record) else change.article_id): change.sequence
            for change in self.catalog.changes(half)
        }
        known = {identity: sequence for identity, (_, _, sequence) in self.live.items()} | self.removed
        assert told == {identity: sequence for identity, sequence in known.items() if sequence > half}
        assert list(told.values()) == sorted(told.values())

    @invariant()
    def knows_the_labels_in_use(self) -> None:
        used = {label.slug for made, _, _ in self.live.values() for label in made.categories}
        assert set(self.catalog.labels(Site())["category"]) == used
        assert self.catalog.check() == []


TestModel = Model.TestCase
TestModel.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
