"""A page may do what it likes to the process that reads it; the run goes on."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import wait

import pytest

from indexer.errors import BroadsheetError
from indexer.pipeline.readers import InlineReader, WorkerReader, open_reader
from indexer.pipeline.reading import Outcome, read_page, reader_version
from indexer.site import Site
from indexer.sources import Page

from .making import html

WILD = (sys.executable, "-m", "tests.pipeline.wild_worker")


def page(name: str, *, says: str = "") -> Page:
    return Page("test", f"{name}.html", html(name).replace("<body>", f"<body><!--{says}-->").encode())


@pytest.fixture
def reader() -> Iterator[WorkerReader]:
    made = WorkerReader(Site(), 2, page_seconds=1.0, program=WILD)
    yield made
    made.close()


def title(outcome: Outcome) -> str:
    return outcome.article.title if outcome.article else f"{outcome.reason}: {outcome.detail}"


def test_worker_processes_read_what_this_process_reads() -> None:
    pages = [page(f"Page {number}") for number in range(8)]
    reader = open_reader(Site(), 2)
    try:
        read = [future.result() for future in [reader.submit(item) for item in pages]]
    finally:
        reader.close()
    assert read == [read_page(item, Site()) for item in pages]


def test_a_page_that_kills_its_process_fails_alone(reader: WorkerReader) -> None:
    pages = [page(f"P{number}", says="KILL" if number == 2 else "") for number in range(5)]
    read = [future.result() for future in [reader.submit(item) for item in pages]]
    assert [title(outcome) for outcome in read] == [
        "P0",
        "P1",
        "parser_died: the process that read it was ended by signal 9",
        "P3",
        "P4",
    ]
    assert not read[2].certain


def test_a_page_that_ends_its_process_fails_alone(reader: WorkerReader) -> None:
    assert (
        title(reader.submit(page("x", says="EXIT")).result())
        == "parser_died: the process that read it ended with status 3"
    )
    assert title(reader.submit(page("After")).result()) == "After"


def test_a_page_that_never_ends_is_given_up_in_time(reader: WorkerReader) -> None:
    reader.submit(page("warm")).result()
    started = time.monotonic()
    hanging = reader.submit(page("x", says="HANG"))
    others = [reader.submit(page(f"P{number}")) for number in range(3)]
    assert [title(future.result()) for future in others] == ["P0", "P1", "P2"]
    assert title(hanging.result()) == "parser_timeout: the page took more than 1 s to read"
    assert time.monotonic() - started < 20


def test_what_a_parser_prints_does_not_end_up_in_the_answers(reader: WorkerReader) -> None:
    assert title(reader.submit(page("Loud", says="PRINT")).result()) == "Loud"


def test_a_run_that_is_given_up_does_not_wait_for_its_pages() -> None:
    reader = WorkerReader(Site(), 1, page_seconds=600.0, program=WILD)
    reader.submit(page("warm")).result()
    hanging, waiting = reader.submit(page("x", says="HANG")), reader.submit(page("y"))
    started = time.monotonic()
    reader.close()
    assert time.monotonic() - started < 20
    wait([hanging], timeout=0)
    assert hanging.done()
    assert waiting.cancelled() or waiting.done()


def test_a_process_that_cannot_start_is_no_fault_of_a_page() -> None:
    reader = WorkerReader(Site(), 1, program=(*WILD, "broken"))
    try:
        with pytest.raises(BroadsheetError, match="cannot be started"):
            reader.submit(page("x")).result()
    finally:
        reader.close()


def test_a_worker_ends_with_its_input() -> None:
    process = subprocess.Popen([sys.executable, "-m", "indexer.pipeline.worker"], stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(timeout=60) == 0


def test_a_parser_that_fails_gives_a_reason_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(page: Page, site: Site) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("indexer.pipeline.reading.parse", fail)
    outcome = InlineReader(Site()).submit(page("x")).result()
    assert (outcome.reason, outcome.detail) == (
        "parser_error",
        "the parser failed: ZeroDivisionError: by zero",
    )


def test_another_site_means_another_version_and_the_same_site_the_same() -> None:
    assert reader_version(Site()) == reader_version(Site())
    assert reader_version(Site()) != reader_version(Site(name="Herald"))
