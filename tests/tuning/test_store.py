"""Versions and draft, on SQLite and on PostgreSQL: nothing is undone unseen, and who did what is written
down.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from indexer.errors import BroadsheetError
from service.identity.actor import OPERATOR, Actor
from service.identity.audit import Audit
from service.store import Database, store_address
from service.tuning.faults import InvalidTuning, NoVersion, VersionMoved
from service.tuning.model import TuningModel, Weights
from service.tuning.store import TuningStore
from tests.tuning.models import FULL

ADA = Actor("administrator", "ada", frozenset({"tune"}))
BO = Actor("administrator", "bo", frozenset({"tune"}))
ONE, TWO = TuningModel(popular=("one",)), TuningModel(popular=("two",))


def ticking() -> Iterator[datetime]:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    while True:
        now += timedelta(seconds=1)
        yield now


@pytest.fixture
def audit(database: Database) -> Audit:
    clock = ticking()
    return Audit(database, lambda: next(clock))


@pytest.fixture
def versions(database: Database, audit: Audit) -> TuningStore:
    clock = ticking()
    return TuningStore(database, audit, lambda: next(clock))


def test_before_the_first_version_the_defaults_are_in_force(versions: TuningStore) -> None:
    assert versions.published().version.number == 0
    assert versions.published().model == TuningModel()
    assert versions.newest_mark() == (0, versions.published().version.digest)
    assert list(versions.history(10)) == []
    assert versions.draft() is None


def test_a_version_is_kept_as_it_was_published_with_author_note_and_time(versions: TuningStore) -> None:
    made = versions.publish(FULL, ADA, note="as agreed")
    found = versions.version(1)
    assert found == made == versions.published()
    assert found.model == FULL
    told = found.version
    assert (told.author, told.note, told.at) == (
        "administrator:ada",
        "as agreed",
        "2026-01-01T00:00:01.000+00:00",
    )
    assert versions.newest_mark() == (1, told.digest)


def test_what_is_in_force_already_is_not_published_again(versions: TuningStore) -> None:
    versions.publish(ONE, ADA)
    assert versions.publish(ONE, BO).version.number == 1
    assert len(versions.history(10)) == 1


def test_whoever_comes_second_is_told_who_was_first_and_when(versions: TuningStore) -> None:
    versions.publish(ONE, ADA, base=0)
    with pytest.raises(
        VersionMoved, match=r"version 1 was published meanwhile, by administrator:ada at 2026"
    ):
        versions.publish(TWO, BO, base=0)
    assert versions.published().model == ONE
    with pytest.raises(VersionMoved):
        versions.restore(0, BO, base=0)


def test_of_many_who_publish_at_once_on_one_base_exactly_one_does(versions: TuningStore) -> None:
    outcomes: list[str] = []
    start = threading.Barrier(6)

    def attempt(number: int) -> None:
        start.wait()
        try:
            versions.publish(TuningModel(popular=(f"p{number}",)), ADA, base=0)
            outcomes.append("published")
        except VersionMoved:
            outcomes.append("refused")

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["published"] + ["refused"] * 5
    assert versions.published().version.number == 1


def test_to_undo_is_a_version_of_its_own_with_the_same_digest(versions: TuningStore) -> None:
    first = versions.publish(ONE, ADA)
    versions.publish(TWO, ADA)
    again = versions.restore(1, BO)
    assert (again.version.number, again.version.restored, again.version.parent) == (3, 1, 2)
    assert again.model == ONE
    assert again.version.digest == first.version.digest
    assert [version.number for version in versions.history(2)] == [3, 2]
    assert [version.number for version in versions.history(10, before=3)] == [2, 1]
    assert versions.restore(0, BO).model == TuningModel()
    with pytest.raises(NoVersion, match="no version 9"):
        versions.restore(9, BO)


def test_a_draft_is_shared_and_changed_by_one_at_a_time(versions: TuningStore) -> None:
    draft = versions.save_draft(ONE, ADA, revision=0)
    assert (draft.revision, draft.base, versions.draft()) == (1, 0, draft)
    with pytest.raises(VersionMoved, match="changed meanwhile, by administrator:ada"):
        versions.save_draft(TWO, BO, revision=0)
    assert versions.save_draft(TWO, BO, revision=1).revision == 2
    with pytest.raises(VersionMoved):
        versions.drop_draft(ADA, revision=1)
    assert versions.drop_draft(ADA, revision=2)
    assert not versions.drop_draft(ADA)
    assert versions.draft() is None
    with pytest.raises(VersionMoved, match="published or dropped"):
        versions.save_draft(ONE, BO, revision=2)
    assert versions.save_draft(ONE, BO).revision == 4


def test_a_draft_that_is_published_is_gone_and_undoes_nothing_unseen(versions: TuningStore) -> None:
    with pytest.raises(NoVersion, match="no draft"):
        versions.publish_draft(ADA)
    versions.save_draft(TWO, ADA)
    versions.publish(ONE, BO)
    with pytest.raises(VersionMoved, match="administrator:bo"):
        versions.publish_draft(ADA)
    assert versions.draft() is not None
    made = versions.publish_draft(ADA, note="looked at", base=1)
    assert (made.version.number, made.model, versions.draft()) == (2, TWO, None)


def test_what_cannot_be_used_is_stored_nowhere(versions: TuningStore, audit: Audit) -> None:
    bad = TuningModel(weights=Weights(title=-1))
    for attempt in (versions.publish, versions.save_draft):
        with pytest.raises(InvalidTuning):
            attempt(bad, ADA)
    with pytest.raises(InvalidTuning, match="501 characters"):
        versions.publish(ONE, ADA, note="x" * 501)
    assert list(versions.history(10)) == []
    assert versions.draft() is None
    assert list(audit.newest(10)) == []


def test_every_change_is_in_the_audit_with_its_author(versions: TuningStore, audit: Audit) -> None:
    versions.save_draft(ONE, ADA)
    versions.publish_draft(BO, note="why")
    versions.restore(0, ADA)
    versions.save_draft(TWO, ADA)
    versions.drop_draft(BO)
    told = [(entry.action, entry.actor, entry.subject) for entry in reversed(audit.newest(10))]
    assert told == [
        ("tuning.draft", "administrator:ada", "revision 1"),
        ("tuning.publish", "administrator:bo", "version 1"),
        ("tuning.restore", "administrator:ada", "version 2"),
        ("tuning.draft", "administrator:ada", "revision 3"),
        ("tuning.drop", "administrator:bo", "revision 3"),
    ]


def test_a_model_of_a_later_release_is_told_and_not_guessed(
    versions: TuningStore, database: Database
) -> None:
    versions.publish(ONE, OPERATOR)
    with database.writing() as connection:
        connection.execute(text("UPDATE tuning_versions SET model = '{\"newer\": 1}'"))
    with pytest.raises(BroadsheetError, match="cannot read"):
        versions.published()


def test_versions_outlive_the_process(store: str, tmp_path: Path) -> None:
    clock = ticking()
    for expected in (1, 2):
        opened = Database(store_address(store, tmp_path))
        kept = TuningStore(opened, Audit(opened, lambda: next(clock)), lambda: next(clock))
        made = kept.publish(TuningModel(popular=(str(expected),)), ADA)
        assert made.version.number == expected
        opened.close()
