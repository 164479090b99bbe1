"""Reading many pages at once, in processes of their own, so that no page can end or stall a run.

NOTE: not a ``ProcessPoolExecutor``: when a process dies, that gives up every page in flight and
cannot say which one was at fault. Here each thread has one process and knows what it is reading.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Protocol, Self

import msgspec

from ..errors import BroadsheetError
from ..site import Site
from ..sources.page import Page
from .frames import LENGTH_BYTES, write_frame
from .reading import Outcome, read_page

PAGE_SECONDS = 30.0  # a 10 MB page takes a few; what takes longer never ends
PUSH_WORKERS = 2  # one page that takes its whole time must not hold up the next one
_START_SECONDS = 60.0  # importing the parser on a busy machine
WORKER = (sys.executable, "-m", "indexer.pipeline.worker")


class PageReader(Protocol):
    """Reads pages; outcomes come as futures so that several are read at once."""

    def submit(self, page: Page) -> Future[Outcome]:
        """Begin to read a page."""

    def close(self) -> None:
        """Stop reading; what has not begun is dropped."""


class InlineReader:
    """Reads in this process, one page after the other: without limits, for tests and for debugging."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def submit(self, page: Page) -> Future[Outcome]:
        future: Future[Outcome] = Future()
        future.set_result(read_page(page, self._site))
        return future

    def close(self) -> None:
        """Nothing to stop."""


class WorkerReader:
    """Reads in up to ``workers`` processes, each started when there is a page for it.

    ``program`` is what speaks :mod:`.worker`'s frames. A page whose process dies, or is not done after
    ``page_seconds``, has an outcome that says so; the process is replaced.
    """

    def __init__(
        self,
        site: Site,
        workers: int,
        page_seconds: float = PAGE_SECONDS,
        program: Sequence[str] = WORKER,
    ) -> None:
        self._site = site
        self._program = program
        self._page_seconds = page_seconds
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="page-reader")
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._workers: list[_Worker] = []

    def submit(self, page: Page) -> Future[Outcome]:
        return self._threads.submit(self._read, page)

    def retire(self) -> None:
        """Read what was begun, and stop then."""
        self._threads.shutdown(wait=True)
        for worker in self._workers:
            worker.stop()

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.kill()  # a run that is given up does not wait for the pages it was reading
        self._threads.shutdown(wait=True)
        for worker in self._workers:
            worker.stop()

    def _read(self, page: Page) -> Outcome:
        worker = self._waiting() or self._start()
        try:
            outcome = worker.read(page, self._page_seconds)
        except _NoAnswer as silence:
            self._end(worker)
            return Outcome(reason=silence.reason, detail=silence.detail, certain=False)
        self._idle.put(worker)
        return outcome

    def _waiting(self) -> _Worker | None:
        """A process that waits for a page; those that ended meanwhile are no page's fault."""
        with suppress(Empty):
            while True:
                worker = self._idle.get_nowait()
                if worker.is_alive():
                    return worker
                self._end(worker)
        return None

    def _end(self, worker: _Worker) -> None:
        worker.stop()
        self._workers.remove(worker)

    def _start(self) -> _Worker:
        worker = _Worker.open(self._program)
        self._workers.append(worker)
        worker.greet(self._site)
        return worker


class KeptReader:
    """Reads single pages now and then, in processes that are started for the first and kept.

    Safe to share between threads; after a fork the child begins with processes of its own. ``workers``
    is 0 to read in this process.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._lock = threading.Lock()
        self._reader: WorkerReader | None = None
        self._for: tuple[int, Site] | None = None

    def read(self, page: Page, site: Site) -> Outcome:
        """Read a page with the site as it is now.

        Raises:
            BroadsheetError: a process that reads pages cannot be started.
        """
        try:
            return self._begin(page, site).result()
        except CancelledError as error:
            raise BroadsheetError("the page was not read: everything is being stopped") from error

    def _begin(self, page: Page, site: Site) -> Future[Outcome]:
        if not self._workers:
            return InlineReader(site).submit(page)
        with self._lock:
            if self._reader is None or self._for != (os.getpid(), site):
                self._reader = self._successor(site)
            return self._reader.submit(page)

    def _successor(self, site: Site) -> WorkerReader:
        if self._reader is not None and self._for is not None and self._for[0] == os.getpid():
            # Pages of other threads may still be with it.
            threading.Thread(target=self._reader.retire, name="page-reader-retiring").start()
        self._for = os.getpid(), site
        return WorkerReader(site, self._workers, PAGE_SECONDS, WORKER)

    def close(self) -> None:
        """Stop; whoever still waits for a page is told that its process has ended."""
        with self._lock:
            reader, self._reader = self._reader, None
            if reader is not None and self._for is not None and self._for[0] == os.getpid():
                reader.close()


class _NoAnswer(Exception):
    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class _Worker:
    """One process that reads pages, as seen by the thread that owns it."""

    def __init__(self, process: subprocess.Popen[bytes], questions: IO[bytes], answers: IO[bytes]) -> None:
        self._process = process
        self._questions = questions
        self._answers = answers
        self._decode = msgspec.msgpack.Decoder(Outcome).decode

    @classmethod
    def open(cls, program: Sequence[str]) -> Self:
        """Start a process."""
        home = str(Path(__file__).parents[2])
        paths = [home, os.environ.get("PYTHONPATH", "")]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}
        # A group of its own: Ctrl-C in a terminal is for the run that asked, which then ends its processes,
        # and would otherwise reach one that is still importing and cannot say that it does not care.
        process = subprocess.Popen(
            program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, process_group=0
        )
        if process.stdin is None or process.stdout is None:
            raise BroadsheetError("a process that reads pages has no pipes")
        return cls(process, process.stdin, process.stdout)

    def greet(self, site: Site) -> None:
        """Tell the process its site and wait until it can read.

        Raises:
            BroadsheetError: it cannot, which no page is to blame for.
        """
        try:
            self._ask(msgspec.msgpack.encode(site), _START_SECONDS)
        except _NoAnswer as silence:
            self.stop()
            raise BroadsheetError(
                f"a process that reads pages cannot be started: {silence.detail}"
            ) from silence

    def read(self, page: Page, seconds: float) -> Outcome:
        """Read a page, or raise :class:`_NoAnswer`."""
        return self._decode(self._ask(msgspec.msgpack.encode(page), seconds))

    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process, whatever it does; who waits for its answer is told."""
        self._process.kill()

    def stop(self) -> None:
        """End the process and give back its pipes; only for who owns it."""
        self._process.kill()
        with suppress(BrokenPipeError):
            self._questions.close()  # half a question may still wait to be sent to a process that is gone
        self._answers.close()
        self._process.wait()

    def _ask(self, question: bytes, seconds: float) -> bytes:
        deadline = time.monotonic() + seconds
        try:
            write_frame(self._questions, question)
        except BrokenPipeError as error:
            raise self._died() from error
        take = _taker(self._answers.fileno(), deadline, seconds, self._died)
        return take(int.from_bytes(take(LENGTH_BYTES), "big"))

    def _died(self) -> _NoAnswer:
        try:
            status = self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            return _NoAnswer("parser_died", "the process that read it closed its output")
        how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
        return _NoAnswer("parser_died", f"the process that read it {how}")


def _taker(
    descriptor: int, deadline: float, seconds: float, died: Callable[[], _NoAnswer]
) -> Callable[[int], bytes]:
    """Takes exactly so many bytes from a pipe, and never waits beyond the deadline."""
    ready = select.poll()
    ready.register(descriptor, select.POLLIN | select.POLLHUP)

    def take(count: int) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            left = max(0.0, deadline - time.monotonic())
            if not ready.poll(left * 1000.0):
                raise _NoAnswer("parser_timeout", f"the page took more than {seconds:g} s to read")
            part = os.read(descriptor, count - len(parts))
            if not part:
                raise died()
            parts += part
        return bytes(parts)

    return take


def open_reader(site: Site, workers: int | None = None) -> PageReader:
    """A reader with ``workers`` processes: as many as this process may use cores, or 0 for none."""
    if workers is None:
        workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return WorkerReader(site, workers) if workers else InlineReader(site)
