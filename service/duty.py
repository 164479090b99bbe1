"""gunicorn's threaded worker, answering in its main loop as long as answers are quick.

PERF: to hand a request to another thread and its connection back takes two wake-ups, and threads of one
process take the interpreter from each other: with all that was in the processor's caches. Answered where
it was read, a search takes a sixth less work and the slowest in a hundred half the time.

An answer may also take long: a hard question, a client that does not read. So there is a stand-in. It looks
every :data:`RELIEF_SECONDS` whether the main thread is at the same request still. If so it takes the watch
over the connections, and leaves requests to the pool, until the main thread is back.
"""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import Future
from threading import Event, Lock, Thread
from typing import Any, Final

from gunicorn.workers.gthread import ThreadWorker

RELIEF_SECONDS: Final = 0.01  # ten times what a search takes; others wait for no longer than this
IDLE_LOOKS: Final = 100  # looks without a request after which the stand-in sleeps until there is one


class LoopWorker(ThreadWorker):
    """Answers requests in the thread that watches the connections.

    Whoever holds ``_duty`` may touch the poller and everything that is known of connections. That is the
    main thread, but while it answers.
    """

    def init_process(self) -> None:
        """Prepare what both threads use."""
        self._ready: deque[Any] = deque()  # connections whose request is there, for the thread on duty
        self._duty = Lock()
        self._began = 0.0  # when the request began that the main thread answers; 0 while it answers none
        self._awake = False  # whether the stand-in looks
        self._wake = Event()
        super().init_process()

    def run(self) -> None:
        """Serve until told to stop."""
        with self._duty:
            Thread(target=self._stand_in, name="stand-in", daemon=True).start()
            super().run()

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
        self._began = time.monotonic()
        if not self._awake:
            self._awake = True
            self._wake.set()
        done: Future[bool] = Future()
        self._duty.release()
        try:
            done.set_result(self.handle(conn))
        finally:
            self._began = 0.0
            self._come_back()
        self.finish_request(conn, done)

    def _come_back(self) -> None:
        if not self._duty.acquire(blocking=False):
            self.method_queue.defer(_nothing)  # wakes the stand-in
            self._duty.acquire()

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
                except Exception:
                    self.log.exception("Error while standing in")
                finally:
                    self._duty.release()
            last = began
            time.sleep(RELIEF_SECONDS)

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
            self.notify()
            if self.alive:
                self.set_accept_enabled(self.nr_conns < self.worker_connections)
            super().wait_for_and_dispatch_events(1.0)
            while self._ready:
                super().enqueue_req(self._ready.popleft())
            self.murder_keepalived()
            self.murder_pending()


def _nothing() -> None:
    """What there is to do: only to be awake."""
