"""What visitors ask most is offered to others, when enough of them asked and found it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from service.analytics.popular import LOOKED_BACK, Popular
from service.analytics.recorder import Recorder
from service.analytics.shared import Shared
from service.identity.actor import OPERATOR
from service.identity.audit import Audit
from service.store import Database, StoreUnavailable
from service.tuning.live import LiveTuning
from service.tuning.model import TuningModel
from service.tuning.preview import TopQuery
from service.tuning.store import TuningStore
from tests.analytics.asking import FOUND, NOTHING, K, ask
from tests.service.conftest import BEARER, Opener, opened
from tests.service.test_server import until

__all__ = ["opened"]

TODAY = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def counted(database: Database, tmp_path: Path) -> Popular:
    """Today's searches, and some of a month ago."""

    def recorder(back: int) -> Recorder:
        day = (TODAY - timedelta(days=back)).date()
        return Recorder(database, tmp_path, Shared(), k=K, keep_days=90, today=lambda: day)

    ask(recorder(LOOKED_BACK), "long ago", FOUND)
    today = recorder(0)
    for text, facts, times in (
        ("uprising", FOUND, 12),
        ("exile", FOUND, 6),
        ("gallows", NOTHING, 17),
        ("rare", FOUND, K - 1),
    ):
        ask(today, text, facts, times)
    return Popular(database, K, TODAY.date)


def test_what_enough_visitors_found_lately_is_offered_the_most_frequent_first(counted: Popular) -> None:
    assert counted.offered() == ("uprising", "exile")


def test_a_preview_asks_what_was_not_found_as_well(counted: Popular) -> None:
    assert counted.top(2) == [TopQuery("gallows", 15), TopQuery("uprising", 10)]


def live_of(database: Database, asked: Callable[[], tuple[str, ...]], *named: str) -> LiveTuning:
    store = TuningStore(database, Audit(database, lambda: TODAY), lambda: TODAY)
    return LiveTuning(store, named, structlog.get_logger(), poll_seconds=0.01, asked=asked)


def test_a_worker_offers_it_soon_and_reads_it_off_the_requests(database: Database, counted: Popular) -> None:
    live = live_of(database, counted.offered)
    assert live().popular == ()
    live.start()
    try:
        until(lambda: live().popular == ("uprising", "exile"), "what is asked most")
        version = live.now.version
        TuningStore(database, Audit(database, lambda: TODAY), lambda: TODAY).publish(
            TuningModel(popular=("named",)), OPERATOR
        )
        until(lambda: live().popular == ("named",), "the tuning's own")
        live.refresh_popular()
        assert live().popular == ("named",)
        assert live.now.version != version
    finally:
        live.stop()


def test_searches_that_a_setting_names_come_first(database: Database, counted: Popular) -> None:
    live = live_of(database, counted.offered, "set")
    live.refresh_popular()
    assert live().popular == ("set",)


def test_a_store_that_is_down_leaves_what_is_known(database: Database) -> None:
    answers: list[tuple[str, ...]] = [("uprising",)]

    def asked() -> tuple[str, ...]:
        if not answers:
            raise StoreUnavailable("gone")
        return answers.pop()

    live = live_of(database, asked)
    live.refresh_popular()
    with pytest.raises(StoreUnavailable):
        live.refresh_popular()
    assert live().popular == ("uprising",)


@pytest.mark.parametrize(("setting", "offered"), [("1", ["parliament"]), ("0", [])])
def test_an_empty_field_offers_what_visitors_asked(setting: str, offered: list[str], opened: Opener) -> None:
    running = opened(popular_from_log=setting)
    assert running.service.recorder is not None
    ask(running.service.recorder, "parliament", FOUND)
    running.service.tuning.refresh_popular()
    answer = json.loads(running.get("/api/v1/suggest", "q=").text)
    assert [one["text"] for one in answer["suggestions"] if one["kind"] == "query"] == offered


def test_a_draft_is_tried_with_what_visitors_ask_most(opened: Opener) -> None:
    running = opened()
    assert running.service.recorder is not None
    ask(running.service.recorder, "the budget of parliament", FOUND)
    answer = running.client.simulate_put(
        "/api/v1/admin/tuning",
        query_string="dry_run=1",
        headers=BEARER,
        json={"rules": [{"name": "all", "query": "parliament", "match": "contains", "hide": ["budget"]}]},
    )
    assert answer.status_code == 200, answer.text
    assert {(row["query"], row["count"]) for row in changes(answer.json)} == {("the budget of parliament", K)}


def changes(report: dict[str, object]) -> list[dict[str, object]]:
    """The questions of a preview whose answer changes."""
    found = report["preview"]["changes"]  # type: ignore[index]
    return [row for row in found if row["source"] == "asked"]
