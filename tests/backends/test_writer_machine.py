"""The Whoosh index as a state machine: whatever is done in whatever order, it holds what a dict would."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from indexer.backends.base import Record, Search, Writer
from indexer.backends.whoosh import WhooshIndex
from indexer.errors import IndexDamaged, NoIndex
from indexer.query import Everything, Word
from tests import strategies
from tests.conftest import labels_of, publish, record

pytestmark = strategies.patience()

keys = st.sampled_from([f"id{number}" for number in range(4)])
words = st.sampled_from(["strike", "fund", "summit", "ballot"])
texts = st.lists(words, max_size=4).map(" ".join)
BROKEN = record("Broken \ud800", key="broken")


@dataclass
class State:
    """What one generation should hold."""

    articles: dict[str, Record] = field(default_factory=dict)
    sequence: int = 0

    def copy(self) -> State:
        return State(dict(self.articles), self.sequence)


class WriterMachine(RuleBasedStateMachine):
    """The model is a dict of committed articles, one of uncommitted changes, and the previous generation."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = TemporaryDirectory()
        self.index = WhooshIndex(Path(self.directory.name))
        self.live = State()
        self.previous: State | None = None
        self.pending: dict[str, Record | None] = {}
        self.writer: Writer | None = None
        self.sequence = 0

    def teardown(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.directory.cleanup()

    # -- what is done ----------------------------------------------------------------------

    @initialize(titles=st.lists(texts, max_size=3))
    def first_build(self, titles: list[str]) -> None:
        self._rebuild(
            {f"id{number}": record(title, key=f"id{number}") for number, title in enumerate(titles)}
        )

    @rule(key=keys, title=texts, text=texts)
    def add_or_replace(self, key: str, title: str, text: str) -> None:
        item = record(title, text, key=key, categories=text.split()[:2], published="2025-01-21")
        self._writer().add(item)
        self.pending[key] = item

    @rule(key=keys)
    def remove(self, key: str) -> None:
        self._writer().remove(key)
        self.pending[key] = None

    def _writer(self) -> Writer:
        """The writer under way, or a new one that goes on from the last commit."""
        if self.writer is None:
            self.writer = self.index.writer()
            assert self.writer.applied == self.live.sequence
        return self.writer

    @rule(changes=st.lists(st.tuples(keys, st.none() | texts), min_size=1, max_size=4))
    def update(self, changes: list[tuple[str, str | None]]) -> None:
        """Several changes and their commit, as after publishing; the writer stays open."""
        for key, text in changes:
            if text is None:
                self.remove(key)
            else:
                self.add_or_replace(key, text, text)
        self.commit()

    @precondition(lambda self: self.writer is not None)
    @rule()
    def commit(self) -> None:
        self.sequence += 1
        for key, item in self.pending.items():
            self.live.articles.pop(key, None)
            if item is not None:
                self.live.articles[key] = item
        self.pending.clear()
        self.live.sequence = self.sequence
        assert self.writer is not None
        self.writer.commit(self.sequence, labels_of(self.live.articles.values()))
        assert self.writer.applied == self.sequence
        self._agrees(WhooshIndex(Path(self.directory.name)))

    @precondition(lambda self: self.writer is not None)
    @rule()
    def commit_fails(self) -> None:
        """Nothing of it is seen; the writer is given up, with all that waited."""
        assert self.writer is not None
        self.writer.add(BROKEN)
        with pytest.raises(UnicodeEncodeError):
            self.writer.commit(self.sequence + 1, {})
        self.close_without_commit()
        self._agrees(WhooshIndex(Path(self.directory.name)))

    @precondition(lambda self: self.writer is not None)
    @rule()
    def close_without_commit(self) -> None:
        assert self.writer is not None
        self.writer.close()
        self.writer = None
        self.pending.clear()

    @precondition(lambda self: self.writer is None)
    @rule()
    def reopen(self) -> None:
        """As another process finds it."""
        self.index = WhooshIndex(Path(self.directory.name))

    @precondition(lambda self: self.writer is None)
    @rule(keep=st.lists(keys, max_size=3), title=texts)
    def rebuild(self, keep: list[str], title: str) -> None:
        kept = {key: item for key, item in self.live.articles.items() if key in keep}
        self._rebuild(kept | {"new": record(title, key="new")})

    @precondition(lambda self: self.writer is None)
    @rule()
    def rebuild_is_refused(self) -> None:
        builder = self.index.builder()
        builder.add(record("Refused", key="refused"))
        builder.commit(self.sequence + 1, {})
        with pytest.raises(IndexDamaged):
            self.index.publish(builder, 2)
        builder.close()

    @precondition(lambda self: self.writer is None)
    @rule()
    def rollback(self) -> None:
        if self.previous is None:
            with pytest.raises(NoIndex):
                self.index.rollback()
            return
        self.index.rollback()
        self.live, self.previous = self.previous, self.live
        self._agrees(WhooshIndex(Path(self.directory.name)))

    def _rebuild(self, articles: dict[str, Record]) -> None:
        had = self.live.copy() if self.sequence else None
        publish(self.index, list(articles.values()))
        self.sequence += 100
        self.live, self.previous = State(dict(articles), len(articles)), had
        self._agrees(WhooshIndex(Path(self.directory.name)))

    # -- what must hold --------------------------------------------------------------------

    @invariant()
    def open_index_agrees(self) -> None:
        if self.sequence:
            self._agrees(self.index)

    def _agrees(self, index: WhooshIndex) -> None:
        view = index.reader()
        found = view.execute(Search(Everything(), limit=100, facets=("category",)))
        assert {hit.record.article.id: hit.record for hit in found.hits} == self.live.articles
        assert (found.total, view.article_count, view.sequence) == (
            len(self.live.articles),
            len(self.live.articles),
            self.live.sequence,
        )
        assert index.check() == ()
        for word in ("strike", "ballot"):
            holding = {
                key
                for key, item in self.live.articles.items()
                if word in f"{item.article.title} {item.article.text}".split()
            }
            hits = view.execute(Search(Word(word, forms=False), limit=100)).hits
            assert {hit.record.article.id for hit in hits} == holding
            assert view.knows(word) == bool(holding)
        labels = [
            slug for item in self.live.articles.values() for slug in {x.slug for x in item.article.categories}
        ]
        assert dict(found.facets["category"]) == {slug: labels.count(slug) for slug in labels}


WriterMachine.TestCase.settings = settings(
    max_examples=strategies.examples(15), stateful_step_count=25, deadline=None
)
test_the_index_holds_what_a_dict_would = WriterMachine.TestCase
