"""A worker's tuning follows the store, and outlives it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from service.identity.actor import OPERATOR
from service.identity.audit import Audit
from service.store import Database, StoreUnavailable, store_address
from service.tuning.live import LiveTuning
from service.tuning.model import TuningModel
from service.tuning.store import TuningStore

ONE = TuningModel(popular=("one",))


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def store_at(database: Database) -> TuningStore:
    return TuningStore(database, Audit(database, now), now)


def live_of(store: TuningStore, popular: tuple[str, ...] = ()) -> LiveTuning:
    return LiveTuning(store, popular, structlog.get_logger(), poll_seconds=0.01)


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_what_another_process_publishes_is_in_force_soon(database: Database) -> None:
    store, live = store_at(database), live_of(store_at(database), ("offered",))
    live.start()
    try:
        before = live()
        assert before.popular == ("offered",)
        store.publish(ONE, OPERATOR)
        wait_for(lambda: live().popular == ("one",))
        assert live.now.version.number == 1
        store.restore(0, OPERATOR)
        wait_for(lambda: live().popular == ("offered",))
        assert live().version == before.version
    finally:
        live.stop()


def test_a_worker_that_starts_knows_what_is_in_force_before_its_first_answer(database: Database) -> None:
    store_at(database).publish(ONE, OPERATOR)
    live = live_of(store_at(database))
    live.start()
    live.stop()
    assert live().popular == ("one",)


class Failing(TuningStore):
    """A store that can be taken away."""

    down = False
    asked = 0

    def newest_mark(self) -> tuple[int, str]:
        self.asked += 1
        if self.down:
            raise StoreUnavailable("gone")
        return super().newest_mark()


def test_a_store_that_goes_away_takes_nothing_with_it_and_is_told_of_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.tuning.live.DOWN_SECONDS", 0.01)
    database = Database(store_address("", tmp_path))
    store = Failing(database, Audit(database, now), now)
    store.publish(ONE, OPERATOR)
    with capture_logs() as logs:
        live = live_of(store)
        live.start()
        store.down = True
        wait_for(lambda: live.stale)
        asked = store.asked
        wait_for(lambda: store.asked > asked + 3)
        assert live().popular == ("one",)
        store.down = False
        wait_for(lambda: not live.stale)
        live.stop()
    assert [entry["event"] for entry in logs] == ["tuning_in_force", "tuning_unknown"]
    database.close()


def test_without_a_store_the_defaults_are_in_force_and_what_the_setting_offers(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    database = Database(store_address(f"sqlite:///{tmp_path / 'file' / 'store'}", tmp_path))
    live = live_of(store_at(database), ("offered",))
    with capture_logs() as logs:
        live.start()
        live.stop()
    assert live().popular == ("offered",)
    assert live.stale
    assert [entry["event"] for entry in logs] == ["tuning_unknown"]
