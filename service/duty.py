"""gunicorn's threaded worker, answering in its main loop as long as answers are quick.

PERF: to hand a request to another thread and its connection back takes two wake-ups, and threads of one
process take the interpreter from each other: with all that was in the processor's caches. Answered where
it was read, a search takes a sixth less work and the slowest in a hundred half the time.

An answer may also take long: a hard question, a client that does not read. So there is a stand-in. It looks
every :data:`LOOK_SECONDS` whether the main thread is at the same request still. If so it takes the watch over
the connections, and leaves requests to the pool, until the main thread is back. The main thread looks at
neither its parent nor the time meanwhile, so the stand-in does.
"""

from __future__ import annotations

import socket
import sys
import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Any, Final

from gunicorn.workers.base import Worker
from gunicorn.workers.gthread import ThreadWorker

LOOK_SECONDS: Final = 0.01  # ten times what a search takes; others wait for two looks at most
IDLE_LOOKS: Final = 100  # looks without a request after which the stand-in sleeps until there is one
ANSWER_SECONDS: Final = 60.0  # for one answer: a megabyte at 17 kB/s; then its client is cut off
STUCK_SECONDS: Final = 10.0  # behind that, after which the master is left to think that the worker is stuck
_MISTAKE_SECONDS: Final = 1.0  # between attempts at what fails


class LoopWorker(ThreadWorker):
    """Answers requests in the thread that watches the connections.

    Whoever holds ``_duty`` may touch the poller and everything that is known of connections. That is the
    main thread, but while it answers.
    """

    _at: Any = None  # the connection whose request the main thread answers
    _quitting = False  # end as soon as the application is done with it

    def init_process(self) -> None:
        """Prepare what both threads use."""
        self._ready: deque[Any] = deque()  # connections whose request is there, for the thread on duty
        self._duty = Lock()
        self._began = 0.0  # when it began; 0 while it answers none
        self._ended = 0.0  # when the worker was first seen to be stopping
        self._awake = False  # whether the stand-in looks
        self._wake = Event()
        super().init_process()

    def run(self) -> None:
        """Serve until told to stop."""
        self._duty.acquire()  # for good, but while answering
        Thread(target=self._stand_in, name="stand-in", daemon=True).start()
        super().run()

    def is_parent_alive(self) -> bool:
        """Whether the master is there still; without it a worker stops, and takes no more connections."""
        there = bool(super().is_parent_alive())
        self.alive = self.alive and there
        return there

    def handle_quit(self, sig: int, frame: Any) -> None:
        """End at once; while answering as soon as the application is done, which nobody waits for.

        NOTE: an exception raised in the midst of an answer would be the application's to handle, and
        gunicorn's, which takes it for a fault.
        """
        if self._at is None:
            Worker.handle_quit(self, sig, frame)
        else:
            self._quitting, self.alive = True, False
            self.cfg.worker_int(self)
            _cut_off(self._at)

    # -- the main thread ------------------------------------------------------------------------

    def wait_for_and_dispatch_events(self, timeout: float | None) -> None:
        """Wait for what connections send; answer the requests that are there then.

        Those that come up meanwhile, on a connection whose client does not wait for answers, have to wait
        until the others have been looked at.
        """
        super().wait_for_and_dispatch_events(0.0 if self._ready else timeout)
        for _ in range(len(self._ready)):
            if not self._ready:
                return  # the stand-in has had them answered
            self._answer(self._ready.popleft())

    def _answer(self, conn: Any) -> None:
        done: Future[bool] = Future()
        self._at, self._began = conn, time.monotonic()
        if not self._awake:
            self._awake = True
            self._wake.set()
        self._duty.release()
        try:
            done.set_result(self.handle(conn))
        except Exception as error:  # noqa: BLE001  as in the pool: it ends the connection
            done.set_exception(error)
        finally:
            self._began = 0.0
            if not self._duty.acquire(blocking=False):
                self.method_queue.defer(_nothing)  # wakes the stand-in
                self._duty.acquire()
            self._at = None
        if self._quitting:
            sys.exit(0)
        self.finish_request(conn, done)

    # -- the stand-in ---------------------------------------------------------------------------

    def _stand_in(self) -> None:
        idle, last = 0, 0.0
        while True:
            began = self._began
            idle = idle + 1 if began == last == 0.0 else 0
            if idle >= IDLE_LOOKS:
                self._sleep()
                idle = 0
            elif began and began == last and self._duty.acquire(blocking=False):
                try:
                    self._keep_watch(began)
                except Exception:  # whatever it was, the connections must be watched
                    self.log.exception("Error while standing in")
                    time.sleep(_MISTAKE_SECONDS)
                finally:
                    self._duty.release()
            last = began
            time.sleep(LOOK_SECONDS)

    def _sleep(self) -> None:
        self._awake = False
        # NOTE: in this order, since the main thread says that it has begun before it looks whether to wake.
        if self._began:
            self._awake = True
            return
        self._wake.wait()
        self._wake.clear()

    def _keep_watch(self, began: float) -> None:
        while self._began == began:
            while self._ready:
                super().enqueue_req(self._ready.popleft())
            self._look_at_the_time(began)
            if self.alive:
                self.is_parent_alive()
            self.set_accept_enabled(self.alive and self.nr_conns < self.worker_connections)
            super().wait_for_and_dispatch_events(1.0)
            self.murder_keepalived()
            self.murder_pending()

    def _look_at_the_time(self, began: float) -> None:
        """Cut off a client that takes its answer too slowly; tell the master that all is well while it is."""
        now = time.monotonic()
        self._ended = self._ended or (0.0 if self.alive else now)
        overdue = now - began > ANSWER_SECONDS
        if overdue or (self._ended and now - self._ended > self.cfg.graceful_timeout):
            _cut_off(self._at)
        if now - began < ANSWER_SECONDS + STUCK_SECONDS:
            self.notify()


def _cut_off(conn: Any) -> None:
    """Let what is being sent to a client, or received from it, fail at once."""
    if conn is not None:
        with suppress(OSError):
            conn.sock.shutdown(socket.SHUT_RDWR)


def _nothing() -> None:
    """What there is to do: only to be awake."""
