"""A pushed page is read under the limits of any other page; whatever it does, the next one is read."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from indexer.errors import RejectedPage
from indexer.pipeline import readers
from indexer.pipeline.readers import KeptReader
from indexer.pipeline.reading import read_page
from indexer.site import Site
from indexer.sources import Page, pushed_page
from indexer.workspace import Workspace

from .making import html
from .test_readers import WILD


def page(name: str, *, says: str = "") -> Page:
    return pushed_page(name, html(f"Title {name}").replace("<body>", f"<body><!--{says}-->").encode())


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr(readers, "WORKER", WILD)
    monkeypatch.setattr(readers, "PAGE_SECONDS", 1.5)
    with Workspace(tmp_path) as opened:
        opened.push("warm", page("warm"))
        yield opened


@pytest.mark.parametrize(
    ("does", "reason"), [("HANG", "parser_timeout"), ("KILL", "parser_died"), ("EXIT", "parser_died")]
)
def test_a_page_beyond_the_limits_is_refused_with_the_reason(
    space: Workspace, does: str, reason: str
) -> None:
    with pytest.raises(RejectedPage) as refusal:
        space.push("bad", page("bad", says=does))
    assert refusal.value.reason == reason
    assert space.push("good", page("good")).article.title == "Title good"
    assert [record.key for record in space.catalog.records()] == ["warm", "good"]


def test_a_page_that_hangs_does_not_hold_up_the_next(space: Workspace) -> None:
    with ThreadPoolExecutor(1) as threads:
        hanging = threads.submit(space.push, "bad", page("bad", says="HANG"))
        for name in ("a", "b", "c"):
            space.push(name, page(name))
        assert not hanging.done()
        assert isinstance(hanging.exception(), RejectedPage)


def test_many_threads_push_at_once(space: Workspace) -> None:
    names = [f"n{number}" for number in range(24)]
    with ThreadPoolExecutor(8) as threads:
        records = list(threads.map(lambda name: space.push(name, page(name)), names))
    assert [record.article.title for record in records] == [f"Title {name}" for name in names]


@pytest.fixture
def reader() -> Iterator[KeptReader]:
    made = KeptReader(2)
    yield made
    made.close()


def children() -> set[int]:
    """The processes of this one, from whichever thread they were started."""
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {int(child) for task in tasks for child in task.read_text().split()}


def test_one_process_is_kept_for_page_after_page(reader: KeptReader) -> None:
    before = children()
    reader.read(page("a"), Site())
    (process,) = children() - before
    for name in ("b", "c"):
        reader.read(page(name), Site())
        assert children() - before == {process}
    reader.close()
    assert children() == before
    assert reader.read(page("d"), Site()) == read_page(page("d"), Site())


def test_a_process_that_ended_while_it_waited_is_no_pages_fault(reader: KeptReader) -> None:
    before = children()
    reader.read(page("a"), Site())
    (process,) = children() - before
    os.kill(process, 9)
    os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    assert reader.read(page("b"), Site()) == read_page(page("b"), Site())


def test_a_page_is_read_with_the_site_as_it_is_now(reader: KeptReader) -> None:
    for address in ("https://one.example", "https://two.example", "https://one.example"):
        site = Site(address=address)
        assert reader.read(page("a"), site) == read_page(page("a"), site)
    for thread in threading.enumerate():
        if thread.name == "page-reader-retiring":
            thread.join()


def test_a_forked_process_reads_with_processes_of_its_own(reader: KeptReader) -> None:
    """As a web worker would whose parent has read pages; the parent's stay the parent's."""
    reader.read(page("a"), Site())
    child = os.fork()
    if not child:
        status = 1
        try:
            status = int(reader.read(page("b"), Site()) != read_page(page("b"), Site()))
            reader.close()
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert reader.read(page("c"), Site()) == read_page(page("c"), Site())
