"""Whoosh and the plain reference give the same answer to any question about any collection."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.backends.base import Found, Index, Reader, Record, Search
from indexer.backends.memory import MemoryIndex
from indexer.backends.whoosh import WhooshIndex
from indexer.query import Everything
from tests import strategies
from tests.conftest import labels_of, publish

pytestmark = strategies.patience()

SAME = 1e-9
Step = tuple[str, Record]


def apply(index: Index, commits: Sequence[Sequence[Step]]) -> None:
    """Several commits of one writer after another, each with additions and removals."""
    for number, steps in enumerate(commits, start=100):
        writer = index.writer()
        for action, item in steps:
            if action == "add":
                writer.add(item)
            else:
                writer.remove(item.article.id)
        writer.commit(number, labels_of(item for _, item in steps))
        writer.close()


def assert_same(expected: Found, found: Found, search: Search) -> None:
    assert found.total == expected.total
    assert [hit.record.article.id for hit in found.hits] == [hit.record.article.id for hit in expected.hits]
    assert found.facets == expected.facets
    for mine, theirs in zip(found.hits, expected.hits, strict=True):
        assert math.isclose(mine.score, theirs.score, abs_tol=SAME)
        assert mine.record == theirs.record
        assert len(mine.parts) == len(theirs.parts)
        for part, other in zip(mine.parts, theirs.parts, strict=True):
            assert math.isclose(part.score, other.score, abs_tol=SAME)
            assert (part.leaf, part.documents, part.occurrences, part.forms) == (
                other.leaf,
                other.documents,
                other.occurrences,
                other.forms,
            )
        factors = ("proximity_bonus", "title_bonus", "recency", "coverage", "boost")
        assert all(math.isclose(getattr(mine, name), getattr(theirs, name), abs_tol=SAME) for name in factors)


def assert_same_words(expected: Reader, found: Reader, word: str) -> None:
    assert found.knows(word) == expected.knows(word)
    assert found.complete(word) == expected.complete(word)
    assert found.similar(word, 1) == expected.similar(word, 1)
    assert found.similar(word, 2, 3) == expected.similar(word, 2, 3)


@settings(max_examples=strategies.examples(60), deadline=None)
@given(
    first=strategies.collections(),
    commits=st.lists(
        st.lists(
            st.tuples(
                st.sampled_from(("add", "add", "remove")),
                strategies.records(st.integers(0, 12).map(lambda number: f"id{number}")),
            ),
            max_size=4,
        ),
        max_size=3,
    ),
    searches=st.lists(strategies.searches, min_size=1, max_size=12),
    words=st.lists(strategies.surfaces, max_size=5),
)
def test_any_question_has_the_same_answer_on_both(
    first: list[Record], commits: list[list[Step]], searches: list[Search], words: list[str]
) -> None:
    """Over any history of commits: ids, order, totals, facets, scores and explanations agree."""
    with TemporaryDirectory() as directory:
        memory, whoosh = MemoryIndex(), WhooshIndex(Path(directory))
        for index in (memory, whoosh):
            publish(index, first)
            apply(index, commits)
        expected, found = memory.reader(), whoosh.reader()
        assert found.article_count == expected.article_count
        assert (found.sequence, found.labels) == (expected.sequence, expected.labels)
        for search in (Search(Everything(), limit=100), *searches):
            assert_same(expected.execute(search), found.execute(search), search)
        for word in words:
            assert_same_words(expected, found, word)
        found.close()
