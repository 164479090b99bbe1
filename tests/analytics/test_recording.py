"""What becomes of searches on their way to the store, and what never gets there."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from service.analytics.counting import MAX_CLICKS, MAX_OF_READER
from service.analytics.diagnosis import Answered
from service.analytics.model import Asked, Clicked, Facts
from service.analytics.recorder import WRITE_SECONDS, Recorder
from service.analytics.reports import DIAGNOSING_SECONDS, REPORTS, Reports
from service.analytics.shared import Shared
from service.store import Database
from service.store.tables import metadata
from service.store.tables.analytics import days, held, texts, totals

DAY = date(2026, 3, 1)
FOUND, NOTHING = Facts(7, 1.5), Facts(0, 0.5)


class Time:
    """A clock and a calendar that go on when they are told to."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.day = DAY


@pytest.fixture
def time() -> Time:
    return Time()


Made = Callable[..., Recorder]


@pytest.fixture
def made(database: Database, tmp_path: Path, time: Time) -> Made:
    """Makes the recorder of a worker; all are of one service."""
    shared = Shared()

    def make(**more: Any) -> Recorder:
        return Recorder(
            database,
            tmp_path,
            shared,
            k=5,
            keep_days=90,
            today=lambda: time.day,
            clock=lambda: time.now,
            categories=lambda: ("women",),
            **more,
        )

    return make


def asked(text: str, who: int = 0, facts: Facts = FOUND, **more: object) -> Asked:
    agent = str(more.pop("agent", "Agent/1.0"))
    return Asked(text, f"10.0.0.{who}", agent, facts, **more)  # type: ignore[arg-type]  # by name


def everything(database: Database) -> list[tuple[object, ...]]:
    """Every value of every row of analytics."""
    tables = [table for name, table in metadata.tables.items() if name.startswith("analytics_")]
    with database.reading() as connection:
        return [tuple(row) for table in tables for row in connection.execute(select(table))]


def shown(database: Database, name: str = "queries", first: date = DAY, last: date = DAY) -> list[str]:
    rows = REPORTS[name](Reports(database, 5), first, last, 100)
    return [str(row["query"]) for row in rows]


def test_ten_thousand_searches_of_a_hundred_readers_separate_no_two_of_them(
    database: Database, made: Made, time: Time
) -> None:
    drawn = random.Random(7)
    common = [f"common words {letter}" for letter in "abcdefghijkl"]
    recorder = made()
    for _ in range(10_000):
        who = drawn.randrange(100)
        time.now += 40
        text = drawn.choice(common) if drawn.random() < 0.98 else f"alone {'xyz'[who % 3]} {'q' * (who + 1)}"
        recorder.asked(asked(text, who))
    recorder.drain()
    rows = everything(database)
    said = repr(rows)
    assert "10.0.0" not in said
    assert "Agent" not in said
    assert "alone" not in said
    assert "qq" not in said
    with database.reading() as connection:
        kept = {row.text for row in connection.execute(select(texts)) if row.kind == "query"}
        counts = connection.execute(select(held.c.sessions)).scalars().all()
        columns = {column.name for table in (held, texts, days, totals) for column in table.columns}
    assert kept == set(common)
    assert all(count < 5 for count in counts)
    assert not columns & {"reader", "session", "address", "agent", "at", "time", "number", "id"}
    for name in REPORTS:
        assert "alone" not in repr(REPORTS[name](Reports(database, 5), DAY, DAY, 500))


def test_the_store_is_the_same_row_for_row_whoever_it_was_that_asked(tmp_path: Path, time: Time) -> None:
    """Readers trade what they asked: nothing that is kept tells it."""

    def written(name: str, order: list[int]) -> list[tuple[object, ...]]:
        database = Database(f"sqlite+pysqlite:///{tmp_path / name}")
        recorder = Recorder(
            database, tmp_path, Shared(), k=5, keep_days=90, today=lambda: DAY, clock=lambda: time.now
        )
        for text in range(8):
            for at in range(text + 1):  # the first is asked for by one reader, the last by eight
                recorder.asked(asked(f"text number {text}", order[(at + text * 3) % 10]))
        recorder.drain()
        rows = everything(database)
        database.close()
        return rows

    readers = list(range(10))
    assert written("one", readers) == written("other", [*reversed(readers)])


def test_a_query_is_known_when_the_fifth_day_session_asks_and_not_before(
    database: Database, made: Made
) -> None:
    recorder = made()
    for who in range(4):
        recorder.asked(asked("Human  Rights", who))
    recorder.drain()
    assert shown(database) == []
    assert "human" not in repr(everything(database))
    recorder.asked(asked("human rights", 4))
    recorder.drain()
    assert shown(database) == ["human rights"]


def test_one_reader_is_one_whatever_worker_answers_and_however_often(database: Database, made: Made) -> None:
    workers = [made() for _ in range(6)]
    for worker in workers:
        worker.asked(asked("human rights", 1))
        worker.drain()
        worker.asked(asked("human rights", 1))
        worker.drain()
    assert "human" not in repr(everything(database))


def test_workers_count_together_and_days_add_up(database: Database, made: Made, time: Time) -> None:
    for at in range(5):
        time.day = DAY + timedelta(days=at)
        worker = made()  # a worker that was started anew: what was counted before is not lost
        worker.asked(asked("human rights", 1))
        worker.drain()
    assert shown(database) == [], "one day alone has one"
    assert shown(database, first=DAY, last=time.day) == ["human rights"]


def test_counts_are_forgotten_after_their_days(database: Database, made: Made, time: Time) -> None:
    recorder = made()
    for who in range(5):
        recorder.asked(asked("human rights", who))
    recorder.asked(asked("something else", 1))
    recorder.drain()
    time.day, time.now = DAY + timedelta(days=91), time.now + 91 * 86_400
    recorder.drain()
    assert everything(database) == []


@pytest.mark.parametrize("text", ["ada@example.org", "+49 170 1234567", "4111 1111 1111 1111"])
def test_what_looks_like_a_persons_own_is_not_kept_however_many_ask(
    text: str, database: Database, made: Made
) -> None:
    recorder = made()
    for who in range(9):
        recorder.asked(asked(text, who))
        recorder.clicked(Clicked(text, 1, f"10.0.0.{who}", "a"))
    recorder.drain()
    with database.reading() as connection:
        assert connection.execute(select(texts)).all() == []
        assert connection.execute(select(held)).all() == []


def test_what_does_not_fit_in_the_queue_is_dropped_counted_and_told(database: Database, made: Made) -> None:
    recorder = made(size=10)
    for who in range(25):
        recorder.asked(asked("human rights", who))
    recorder.drain()
    rows = Reports(database, 5).overview(DAY, DAY)
    assert {row["name"]: row["value"] for row in rows}["dropped"] == 15


def test_clicks_count_by_query_with_their_ranks(database: Database, made: Made) -> None:
    recorder = made()
    for who in range(5):
        recorder.asked(asked("human rights", who))
    recorder.drain()
    for who in range(5):
        for _ in range(3):  # by one who cannot stop
            recorder.clicked(Clicked("Human rights", 1, f"10.0.0.{who}", "a"))
    for who in range(3):
        recorder.clicked(Clicked("human rights", 5, f"10.0.0.{who}", "b"))
    recorder.clicked(Clicked("nobody asked for this", 1, "10.0.0.1", "a"))
    recorder.drain()
    (row,) = Reports(database, 5).clicks(DAY, DAY)
    assert (row["clicks"], row["mean_rank"], row["click_through"]) == (5, 2.5, 1.0)
    assert "nobody" not in repr(everything(database))


def test_a_synonym_is_mined_when_enough_sessions_ask_again_and_find(database: Database, made: Made) -> None:
    recorder = made()
    for who in range(5):
        recorder.asked(asked("capital punishment", who, NOTHING))
        recorder.asked(asked("death penalty", who))
    recorder.drain()
    (row,) = Reports(database, 5).pairs(DAY, DAY)
    assert row["fix"] == {"kind": "synonym", "words": ["capital punishment"], "to": ["death penalty"]}
    (missed,) = Reports(database, 5).missed(DAY, DAY)
    assert (missed["query"], missed["diagnosis"], missed["fix"]) == (
        "capital punishment", "synonym", row["fix"],
    )  # fmt: skip


FINDS = Answered(3)


@pytest.mark.parametrize(
    ("query", "then", "missed", "answers", "offered"),
    [
        ("gallows", "executions", 5, {"executions": FINDS}, True),
        ("gallows", "executions", 5, {}, False),  # it finds nothing by now
        ("gallows", "the", 5, {"the": Answered(3, stop_words={"en": ("the",)})}, False),
        ("Gallows in Tehran", "gallows", 5, {"gallows": FINDS}, False),  # a part is no other name
        ("gallows", "executions", 30, {"executions": FINDS}, False),  # one in six: they sought other things
    ],
)
def test_a_synonym_needs_support_and_another_name_that_finds(
    query: str,
    then: str,
    missed: int,
    answers: dict[str, Answered],
    offered: bool,
    database: Database,
    made: Made,
) -> None:
    recorder = made()
    for who in range(missed):
        recorder.asked(asked(query, who, NOTHING))
        recorder.asked(asked(then if who < 5 else f"alone {who}", who))
    recorder.drain()
    reports = Reports(database, 5, lambda text: answers.get(text, Answered(0)))
    fix = {"kind": "synonym", "words": [query.lower()], "to": [then]} if offered else None
    assert [row["fix"] for row in reports.pairs(DAY, DAY)] == [fix]
    (row,) = reports.missed(DAY, DAY)
    assert (row["fix"], row["diagnosis"]) == (fix, "synonym" if offered else "nothing")
    said = "Readers who asked “gallows” then asked “executions”, at least 5 times"
    assert (said in row["detail"]) is offered


def test_what_found_only_some_of_the_words_is_counted_apart(
    database: Database, made: Made, time: Time
) -> None:
    recorder = made()
    for who in range(15):
        facts = NOTHING if who < 5 else Facts(0, 0.5, relaxed=True, partial=True)
        recorder.asked(asked("old ferry", who, facts))
        if who in (3, 12):  # what is held until the fifth asks knows it, too
            recorder.drain()
    recorder.drain()
    reports = Reports(database, 5)
    counts = {"missed": 15, "nothing": 5, "partial": 10}
    for row in (*reports.queries(DAY, DAY), *reports.missed(DAY, DAY), *reports.trends(DAY, DAY)):
        assert {name: row[name] for name in counts} == counts
    assert counts.items() <= {row["name"]: row["value"] for row in reports.overview(DAY, DAY)}.items()


def test_a_report_says_nothing_of_what_fewer_than_k_did_with_a_known_text(
    database: Database, made: Made
) -> None:
    recorder = made()
    for who in range(14):
        some = Facts(0, 0.5, relaxed=True, partial=True)
        narrowed = ("category",) if who == 3 else ("lang",) if who == 4 else ("exact",) if who == 5 else ()
        recorder.asked(asked("old ferry", who, some if who < 4 else NOTHING, narrowed=narrowed))
    recorder.drain()
    reports = Reports(database, 5, lambda _: Answered(total=3))
    (row,) = reports.missed(DAY, DAY)
    assert (row["missed"], row["nothing"], row["partial"]) == (10, 10, 0), "four found some of the words"
    assert row["diagnosis"] == "found_now", "one reader had chosen a category"


def test_a_pair_that_fewer_asked_is_in_no_report_though_both_queries_are(
    database: Database, made: Made
) -> None:
    recorder = made()
    for who in range(4):
        recorder.asked(asked("capital punishment", who, NOTHING))
        recorder.asked(asked("death penalty", who))
    for who in range(4, 9):
        recorder.asked(asked("death penalty", who))
        recorder.asked(asked("capital punishment", who, NOTHING))
    recorder.drain()
    assert set(shown(database)) == {"death penalty", "capital punishment"}
    assert Reports(database, 5).pairs(DAY, DAY) == []


def test_without_a_store_nothing_stops_and_what_waits_is_written_later(
    database: Database, made: Made, tmp_path: Path, time: Time
) -> None:
    away = Database(f"sqlite+pysqlite:///{tmp_path / 'file' / 'desk.sqlite3'}")
    (tmp_path / "file").write_text("")
    recorder = Recorder(
        away, tmp_path, Shared(), k=5, keep_days=90, today=lambda: time.day, clock=lambda: time.now
    )
    for who in range(5):
        recorder.asked(asked("human rights", who))
    recorder.drain()
    recorder._database = database
    recorder._keeping = None
    recorder.drain()
    assert shown(database) == ["human rights"]


def test_latency_is_told_as_the_bounds_that_a_share_stays_below(database: Database, made: Made) -> None:
    recorder = made()
    for who in range(100):
        recorder.asked(asked("human rights", who, Facts(1, 0.9 if who < 60 else 80.0)))
    recorder.drain()
    found = {row["name"]: row["value"] for row in Reports(database, 5).latency(DAY, DAY)}
    assert (found["p50"], found["p90"]) == ("<= 1 ms", "<= 100 ms")


def test_filters_and_categories_are_counted_but_not_told_below_k(database: Database, made: Made) -> None:
    recorder = made()
    for who in range(6):
        recorder.asked(asked("human rights", who, narrowed=("exact",), categories=("women",)))
    recorder.asked(asked("human rights", 7, narrowed=("author",)))
    recorder.drain()
    for number in range(9):
        recorder.asked(asked(f"text {number}", 8, narrowed=("author",), categories=("free text",)))
    recorder.drain()
    rows = Reports(database, 5).usage(DAY, DAY)
    assert "free text" not in repr(everything(database)), "an address may name any category"
    assert [(row["kind"], row["name"], row["sessions"]) for row in rows] == [
        ("categories", "women", 6),
        ("switches", "exact", 6),
    ]


def test_one_person_makes_no_text_known_by_calling_the_browser_otherwise(
    database: Database, made: Made
) -> None:
    recorder = made()
    for number in range(20):
        recorder.asked(asked("made known", 1, agent=f"Agent/{number}"))
    recorder.drain()
    assert "made known" not in repr(everything(database))


def test_two_browsers_behind_an_address_are_not_folded_into_one_intent_or_pair(
    database: Database, made: Made
) -> None:
    recorder = made()
    for who in range(5):
        recorder.asked(asked("capital punishment", who, NOTHING))
        recorder.asked(asked("death penalty", who, agent="Another/1.0"))
    recorder.drain()
    assert shown(database) == ["capital punishment", "death penalty"]
    assert Reports(database, 5).pairs(DAY, DAY) == []


def test_a_text_that_falls_below_k_is_held_again_and_known_when_enough_ask(
    database: Database, made: Made, time: Time
) -> None:
    recorder = made()
    for who in range(5):
        recorder.asked(asked("human rights", who))
    recorder.drain()
    time.day, time.now = DAY + timedelta(days=60), time.now + 60 * 86_400
    for who in range(4):
        recorder.asked(asked("human rights", who))
    recorder.drain()
    time.day, time.now = DAY + timedelta(days=91), time.now + 31 * 86_400
    recorder.drain()
    assert "human" not in repr(everything(database))
    recorder.asked(asked("human rights", 1))
    recorder.drain()
    assert shown(database, first=DAY, last=time.day) == ["human rights"]


def test_two_periods_taken_from_each_other_tell_of_no_reader(
    database: Database, made: Made, time: Time
) -> None:
    recorder = made()
    for who in range(5):
        recorder.asked(asked("human rights", who, NOTHING))
        recorder.clicked(Clicked("human rights", 1, f"10.0.0.{who}", "a"))
    recorder.drain()
    time.day = DAY + timedelta(days=1)
    recorder.asked(asked("human rights", 1, NOTHING))
    recorder.clicked(Clicked("human rights", 9, "10.0.0.1", "a"))
    recorder.drain()
    reports = Reports(database, 5)
    (one,), (both,) = reports.queries(DAY, DAY), reports.queries(DAY, time.day)
    named = ("sessions", "missed", "clicks")
    assert [one[name] for name in named] == [both[name] for name in named] == [5, 5, 5]
    (by_day,) = reports.by_day(reports.tags(DAY, time.day).values(), DAY, time.day).values()
    assert by_day == (5, 0)


def test_forged_clicks_of_one_address_are_few_and_stop_no_others(database: Database, made: Made) -> None:
    recorder = made(size=40_000)
    for who in range(5):
        recorder.asked(asked("human rights", who))
    recorder.drain()
    for number in range(12_000):
        recorder.clicked(Clicked(f"made up {number}", 1, "10.0.0.66", "a"))
        recorder.clicked(Clicked("human rights", 1, "10.0.0.66", f"article {number}"))
    for who in range(5):
        recorder.clicked(Clicked("human rights", 2, f"10.0.0.{who}", "a"))
    recorder.drain()
    (row,) = Reports(database, 5).clicks(DAY, DAY)
    assert 5 <= row["clicks"] <= 5 + MAX_CLICKS


def test_made_up_texts_of_one_address_leave_room_for_those_of_others(database: Database, made: Made) -> None:
    recorder = made(size=20_000)
    for number in range(7_000):
        recorder.asked(asked(f"made up {number}", 66))
    for who in range(5):
        recorder.asked(asked("human rights", who))
    recorder.drain()
    assert shown(database) == ["human rights"]
    with database.reading() as connection:
        assert len(connection.execute(select(held)).all()) <= MAX_OF_READER


def test_a_batch_is_never_of_one_reader_before_the_day_is_over(
    database: Database, made: Made, time: Time
) -> None:
    recorder = made()

    def a_minute_later() -> None:
        time.now += WRITE_SECONDS + 1
        recorder._read()
        recorder._fold()
        if recorder._is_due():
            recorder._write()

    a_minute_later()
    for number in range(9):
        recorder.asked(asked(f"text {number}", 1))
        a_minute_later()
        a_minute_later()
    assert everything(database) == []
    for who in range(2, 6):
        recorder.asked(asked("another", who))
        a_minute_later()
        a_minute_later()
    assert len(everything(database)) > 9
    recorder.asked(asked("the last of the day", 1))
    a_minute_later()
    before = len(everything(database))
    time.day += timedelta(days=1)
    a_minute_later()
    assert len(everything(database)) > before


def test_a_worker_that_is_late_does_not_forget_who_was_counted_on_the_next_day() -> None:
    shared = Shared()
    assert shared.first("2026-03-02", b"reader", "text")
    assert not shared.first("2026-03-01", b"reader", "text"), "in doubt"
    assert not shared.first("2026-03-02", b"reader", "text")


def test_a_reader_of_the_day_that_ends_is_not_counted_again_while_it_does() -> None:
    class Turning(Shared):
        """Between the first look and the lock another worker begins the next day."""

        turned = True

        @contextmanager
        def _alone(self) -> Iterator[None]:
            if not self.turned:
                self.turned = True
                self.reader("2026-03-02", "anybody")
            with super()._alone():
                yield

    shared = Turning()
    shared.reader("2026-03-01", "anybody")
    shared.turned = False
    assert not shared.first("2026-03-01", b"reader", "text")


def test_a_worker_that_is_killed_with_the_lock_holds_up_no_other() -> None:
    shared = Shared()
    reading, writing = os.pipe()
    worker = os.fork()
    if not worker:
        with shared._alone():
            os.write(writing, b"x")
            signal.pause()
    os.read(reading, 1)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    os.close(reading)
    os.close(writing)
    assert shared.first("2026-03-01", b"reader", "text")


def test_what_there_is_no_time_to_look_at_is_told_as_such(database: Database, made: Made) -> None:
    recorder = made()
    for who in range(5):
        for text in ("first", "second", "third"):
            recorder.asked(asked(text, who, NOTHING))
    recorder.drain()
    now = [0.0]

    def slow(_text: str) -> Answered:
        now[0] += DIAGNOSING_SECONDS * 0.7
        return Answered(0)

    rows = Reports(database, 5, slow, clock=lambda: now[0]).missed(DAY, DAY)
    assert [row["diagnosis"] for row in rows] == ["nothing", "nothing", "not_looked_at"]
