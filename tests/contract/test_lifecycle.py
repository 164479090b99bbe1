"""Writers, publishing and views: what every index keeps when articles come, change and go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.article import Dropped
from indexer.backends.base import Index, Reader, Search
from indexer.errors import IndexDamaged, NoIndex
from indexer.query import AllOf, Everything, Not, Phrase, Word
from tests.conftest import COLLECTION, labels_of, publish, record

ONE = record("Strike fund", "The fund pays strikers.", key="one")
TWO = record("Summit programme", "A programme of speeches.", key="two")


def ids(view: Reader) -> set[str]:
    return {hit.record.article.id for hit in view.execute(Search(Everything(), limit=100)).hits}


def words(view: Reader, text: str) -> set[str]:
    found = view.execute(Search(Word(text, forms=False), limit=100))
    return {hit.record.article.id for hit in found.hits}


def test_before_anything_is_published_there_is_no_index(index: Index) -> None:
    for use in (index.reader, index.writer, index.rollback):
        with pytest.raises(NoIndex):
            use()
    assert list(index.generations()) == []


def test_a_builder_is_not_seen_until_it_is_published(index: Index) -> None:
    publish(index, [ONE])
    before = index.reader()
    builder = index.builder()
    builder.add(TWO)
    builder.commit(7, labels_of([TWO]))
    assert index.reader() is before
    index.publish(builder, 1)
    after = index.reader()
    assert (ids(before), ids(after)) == ({"one"}, {"two"})
    assert (after.sequence, after.article_count, after.labels) == (7, 1, labels_of([TWO]))
    assert after.generation != before.generation
    assert after.version != before.version


def test_a_view_is_the_same_object_until_something_newer_is_published(index: Index) -> None:
    publish(index, [ONE])
    view = index.reader()
    assert index.reader() is view
    writer = index.writer()
    writer.add(TWO)
    assert index.reader() is view
    writer.commit(2, labels_of([ONE, TWO]))
    writer.close()
    assert index.reader() is not view
    assert index.reader() is index.reader()


def test_an_open_view_keeps_answering_its_own_state(index: Index) -> None:
    """Nothing of it is read before the change, so whatever is opened late must still be there."""
    publish(index, [ONE, TWO, *COLLECTION])
    before = index.reader()
    for change in (replace(ONE, article=replace(ONE.article, title="Lockout")), TWO):
        writer = index.writer()
        writer.add(change) if change is not TWO else writer.remove("two")
        writer.commit(50, labels_of(COLLECTION))
        writer.close()
    after = index.reader()
    assert (words(before, "strike"), words(before, "lockout"), words(before, "summit")) == (
        {"one"},
        set(),
        {"two"},
    )
    assert (words(after, "strike"), words(after, "lockout"), words(after, "summit")) == (
        set(),
        {"one"},
        set(),
    )
    assert before.get("two") is not None
    assert after.get("two") is None
    facets = before.execute(Search(Everything(), facets=("category", "type"), sort="newest")).facets
    assert dict(facets["category"])["death-penalty"] == 3
    assert before.article_count == len(COLLECTION) + 2


def test_what_is_replaced_is_found_by_its_new_words_alone(index: Index) -> None:
    publish(index, [ONE, TWO])
    writer = index.writer()
    writer.add(record("Lockout", "No fund.", key="one", categories=["Work"], published="2025-01-01"))
    writer.commit(3, labels_of([TWO]))
    writer.close()
    view = index.reader()
    assert (words(view, "strikers"), words(view, "lockout"), view.article_count) == (set(), {"one"}, 2)
    (hit,) = view.execute(Search(Phrase(("no", "fund")))).hits
    assert hit.record.article.categories[0].label == "Work"


def test_a_removed_article_leaves_nothing_behind(index: Index) -> None:
    """Not a hit, a count, a facet, a known word, a suggestion or a stored text; idf and lengths forget it."""
    publish(index, [*COLLECTION, record("Zebra zebras", "zebra " * 50, key="gone", tags=["Animals"])])
    writer = index.writer()
    writer.remove("gone")
    writer.commit(99, labels_of(COLLECTION))
    writer.close()
    view, never = index.reader(), index.builder()
    for item in COLLECTION:
        never.add(item)
    never.commit(1, labels_of(COLLECTION))
    index.publish(never, len(COLLECTION))
    clean = index.reader()
    assert (view.get("gone"), words(view, "zebra")) == (None, set())
    assert (view.knows("zebra"), view.knows("zebras"), view.knows("execution")) == (False, False, True)
    assert view.complete("zeb") == view.similar("zebre", 1) == ()
    assert (
        view.execute(Search(AllOf((Everything(), Not(Word("the")))), facets=("tag",))).facets["tag"]
        == (clean.execute(Search(AllOf((Everything(), Not(Word("the")))), facets=("tag",))).facets["tag"])
    )
    for query in (Word("rights"), Word("execution")):
        scores = [
            {hit.record.article.id: hit.score for hit in reader.execute(Search(query)).hits}
            for reader in (view, clean)
        ]
        assert scores[0] == pytest.approx(scores[1], abs=1e-12)


def test_removing_what_is_not_there_is_no_error(index: Index) -> None:
    publish(index, [ONE])
    writer = index.writer()
    writer.remove("nobody")
    writer.add(TWO)
    writer.remove("two")
    writer.add(TWO)
    writer.remove("one")
    writer.remove("one")
    writer.commit(4, labels_of([TWO]))
    writer.close()
    assert ids(index.reader()) == {"two"}


def test_the_last_word_on_an_article_counts(index: Index) -> None:
    builder = index.builder()
    builder.add(ONE)
    builder.add(record("Later", key="one"))
    builder.commit(2, {})
    index.publish(builder, 1)
    assert index.reader().get("one").article.title == "Later"  # type: ignore[union-attr]


def test_closing_without_a_commit_changes_nothing(index: Index) -> None:
    publish(index, [ONE])
    writer = index.writer()
    writer.add(TWO)
    writer.remove("one")
    writer.close()
    writer.close()
    assert ids(index.reader()) == {"one"}
    again = index.writer()
    assert again.applied == 1
    again.commit(5, {})
    again.close()
    assert (ids(index.reader()), index.reader().sequence) == ({"one"}, 5)


def test_a_writer_goes_on_from_what_was_applied(index: Index) -> None:
    publish(index, [ONE])
    for sequence in (4, 9):
        writer = index.writer()
        writer.add(record(f"Number {sequence}"))
        writer.commit(sequence, {"type": {"post": "Post"}})
        assert writer.applied == sequence
        writer.close()
        assert index.writer().applied == index.reader().sequence == sequence
    assert index.reader().labels == {"type": {"post": "Post"}}


def test_one_writer_commits_several_times(index: Index) -> None:
    publish(index, [ONE])
    writer = index.writer()
    for number in range(5):
        writer.add(record(f"Number {number}", key=f"n{number}"))
        writer.remove(f"n{number - 1}")
        writer.commit(10 + number, {})
        assert ids(index.reader()) == {"one", f"n{number}"}
    writer.close()


def test_the_publish_gate_refuses_a_wrong_count_and_keeps_the_old(index: Index) -> None:
    publish(index, [ONE])
    view = index.reader()
    builder = index.builder()
    builder.add(TWO)
    builder.commit(2, {})
    for wrong in (0, 2):
        with pytest.raises(IndexDamaged, match="1 articles, not"):
            index.publish(builder, wrong)
        assert index.reader() is view
    index.publish(builder, 1)
    assert ids(index.reader()) == {"two"}


def test_rollback_goes_to_what_was_published_before(index: Index) -> None:
    publish(index, [ONE])
    publish(index, [TWO])
    assert ids(index.reader()) == {"two"}
    assert index.rollback()
    assert ids(index.reader()) == {"one"}
    assert [info.articles for info in index.generations() if info.live] == [1]


def test_rollback_goes_only_to_what_is_known(index: Index) -> None:
    for stamp, item in (("x.1", ONE), ("y.1", TWO)):
        builder = index.builder()
        builder.add(item)
        builder.commit(1, {}, stamp)
        index.publish(builder, 1)
        assert index.writer().stamp == index.reader().stamp == stamp
    with pytest.raises(NoIndex, match="never held"):
        index.rollback({"y.1"}.__contains__)
    assert ids(index.reader()) == {"two"}
    index.rollback({"x.1"}.__contains__)
    assert ids(index.reader()) == {"one"}
    assert index.writer().stamp == index.reader().stamp == "x.1"


def test_rollback_needs_something_that_was_published(index: Index) -> None:
    """A generation that was built and refused is nothing to go back to."""
    publish(index, [ONE])
    with pytest.raises(NoIndex):
        index.rollback()
    builder = index.builder()
    builder.add(TWO)
    builder.commit(2, {})
    with pytest.raises(IndexDamaged):
        index.publish(builder, 5)
    builder.close()
    with pytest.raises(NoIndex):
        index.rollback()
    assert ids(index.reader()) == {"one"}


def test_a_stored_article_comes_back_whole(index: Index) -> None:
    """Everything but what was dropped from its page, which the catalog keeps."""
    item = COLLECTION[0]
    full = replace(item, article=replace(item.article, dropped=(Dropped("class:nav", "nav", "Menu"),)))
    publish(index, [full, ONE])
    found = index.reader().get(item.article.id)
    assert found is not None
    assert replace(found, article=replace(found.article, dropped=())) == item
    assert index.reader().get("") is None


def test_words_are_known_completed_and_neighboured(index: Index) -> None:
    publish(index, COLLECTION)
    view = index.reader()
    known = {word: view.knows(word) for word in ("moratorium", "execute", "cafe", "e\u200cmail", "zebra", "")}
    assert known == {
        "moratorium": True,
        "execute": True,
        "cafe": True,
        "e\u200cmail": True,
        "zebra": False,
        "": False,
    }
    assert dict(view.complete("execut")) == dict.fromkeys(
        ("execute", "executed", "execution", "executioner", "executions"), 1
    )
    assert view.complete("right", 1) == (("rights", 3),)
    assert view.similar("rihgts", 1) == (("rights", 3),)
    assert view.similar("eights", 1) == ()
    assert view.similar("rights", 1) == ()
    assert [word for word, _ in view.similar("executian", 2)] == ["execution", "executions"]
