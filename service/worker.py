"""gunicorn's threaded worker, made safe against clients that send half a request.

gunicorn 27's ``gthread`` worker hands a connection to its thread pool as soon as the first byte is
there and reads the rest of the head in the pool, so as many clients as there are threads, each
with half a header, stop a worker for good. Its main loop also waits up to two seconds for each
closing client. Here the main loop collects heads without blocking, and only whole ones are answered, as
:mod:`.duty` says; closing is done in the loop, too. Bodies and answers have the listener's time-outs;
requests with a body are received in the pool, in half of its threads, so that slow ones leave the other half
to searches.
"""

from __future__ import annotations

import errno
import os
import re
import signal
import socket
import struct
import time
from collections import deque
from concurrent.futures import Future
from functools import partial
from selectors import EVENT_READ
from typing import Any, Final

from gunicorn.http.errors import (
    InvalidHeader,
    NoMoreData,
    ParseException,
)
from gunicorn.workers.gthread import TConn

from .duty import LoopWorker
from .refusing import BUSY, TOO_SLOW, oversized, problem_of_error, send_at_once
from .resources.problems import Problem

MAX_HEAD: Final = 64 * 1024  # of a request line and all headers; browsers send one or two kilobytes
SPREAD_SECONDS: Final = 0.000_05  # waited before a connection is accepted, for each that is open
SPREAD_MOST: Final = 8
LINGER_SECONDS: Final = 2.0  # how long a closed connection is listened to, so that its answer arrives
STOPPING: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
PAUSE_SECONDS: Final = 1.0  # without accepting, when the system has no room for one more connection
_NO_MORE: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
LINGER_BYTES: Final = 64 * 1024 * 1024
_PIECE: Final = 64 * 1024
_END: Final = b"\r\n\r\n"
_BODY: Final = re.compile(rb"\n(?:transfer-encoding|content-length[ \t]*:[ \t]*0*[1-9])", re.IGNORECASE)


def hold_signals() -> None:
    """From now on, let what ends a worker wait while this process forks.

    NOTE: until a worker has handlers of its own it has the master's, which put a signal into a queue that
    only the master reads. A worker told to stop in its first moments would not, and a stop take all its time.
    """
    master = os.getpid()

    def mask(how: int) -> None:
        if os.getpid() == master:
            signal.pthread_sigmask(how, STOPPING)

    os.register_at_fork(
        before=partial(mask, signal.SIG_BLOCK), after_in_parent=partial(mask, signal.SIG_UNBLOCK)
    )


class Connection(TConn):
    """A connection and what the main loop has read from it."""

    parser: Any
    timeout: float

    def __init__(self, *told: Any) -> None:
        super().__init__(*told)
        self.head = bytearray()
        self.drained = 0
        self.has_body = False


class _Checked:
    """Reads a body; what is wrong with its form is a problem for the application to answer with."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def read(self, size: int) -> bytes:
        try:
            piece: bytes = self._reader.read(size)
        except (NoMoreData, ConnectionError) as error:
            raise Problem(400, "incomplete_body", "The connection ended before the body did.") from error
        except ParseException as error:
            raise Problem(400, "malformed_body", "The body is not in the form of chunks.") from error
        return piece


class HeadFirstWorker(LoopWorker):
    """A threaded worker that only ever answers whole request heads.

    Settings are taken from the attributes below, which :mod:`.gunicorn_config` sets.
    """

    pending_conns: deque[Any]
    header_seconds: float = 10.0
    receive_seconds: float = 10.0
    _accepts_from = 0.0

    def init_process(self) -> None:
        """Put the time-outs on the listeners; on Linux and BSD accepted connections inherit them."""
        self._lingering: deque[Connection] = deque()
        self._waiting: deque[Connection] = deque()  # with a body, for one of the threads bodies may have
        self._bodies = 0
        timeout = struct.pack("ll", int(self.receive_seconds), int(self.receive_seconds % 1 * 1_000_000))
        for listener in self.sockets:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeout)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeout)
        super().init_process()

    def init_signals(self) -> None:
        """Take the signals that were held back while nobody could take them: see :func:`hold_signals`."""
        super().init_signals()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """End at once, and only once.

        NOTE: gunicorn's handler shuts the pool down, whose lock is not re-entrant: it would wait for
        ever when the signal comes while the main loop holds it, or a second one while the first is being
        handled. A terminal's Ctrl-C reaches every worker, and the master sends its own behind it.
        """
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGQUIT, signal.SIG_IGN)
        super().handle_quit(sig, frame)

    # -- a head, from the first byte to the last ------------------------------------------------

    def accept(self, listener: Any) -> None:
        """Accept a connection and wait for its head.

        PERF: a connection wakes all workers, and one that is awake anyway would take all of a burst. The
        others would then stand idle for as long as these are kept. So a worker waits the longer the more
        it has, and the one with fewest is there first.
        """
        if self.cfg.workers > 1 and self.nr_conns:
            time.sleep(SPREAD_SECONDS * min(self.nr_conns, SPREAD_MOST))
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in _NO_MORE:
                self._accepts_from = time.monotonic() + PAUSE_SECONDS
                self.set_accept_enabled(False)
                self.log.warning("No connection can be accepted: %s", error.strerror)
            elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        self._await_head(Connection(self.cfg, client, address, listener.getsockname()), b"")

    def set_accept_enabled(self, enabled: bool | None) -> None:
        """Accept connections or not; not again at once when there was no room for one more."""
        super().set_accept_enabled(bool(enabled) and time.monotonic() >= self._accepts_from)

    def _await_head(self, conn: Any, begun: bytes) -> None:
        conn.head += begun
        if _END in conn.head:
            self.enqueue_req(conn)
            return
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + self.header_seconds
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def on_pending_socket_readable(self, conn: Any, client: Any) -> None:
        """Take what has arrived of a head; pass the connection on when the head is whole."""
        piece = _receive(client)
        if piece is None:
            return
        conn.head += piece
        if piece and len(conn.head) <= MAX_HEAD and _END not in conn.head:
            return
        self.poller.unregister(client)
        self.pending_conns.remove(conn)
        if _END in conn.head:
            self.enqueue_req(conn)
            return
        if piece:
            send_at_once(client, oversized(conn.head, self.cfg.limit_request_line))
        self._linger(conn)

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:
        """The next request on a kept connection has begun: its head is collected like the first one."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._await_head(conn, b"")

    def handle(self, conn: Any) -> Any:
        """Serve a request: the parser is given the head that was collected."""
        conn.sock.setblocking(True)
        conn.init()
        conn.parser.unreader.unread(bytes(conn.head))
        conn.head.clear()
        return super().handle(conn)

    # -- bodies: at most so many at once that there are threads left ------------------------------

    def enqueue_req(self, conn: Any) -> None:
        """Have a request answered; one with a body in the pool, where it may have to wait for others."""
        conn.has_body = _BODY.search(conn.head, 0, conn.head.find(_END)) is not None
        if not conn.has_body:
            self._ready.append(conn)
        elif self._bodies < max(1, self.cfg.threads // 2):
            self._bodies += 1
            super().enqueue_req(conn)
        else:
            conn.timeout = time.monotonic() + self.receive_seconds
            self._waiting.append(conn)

    def _body_done(self, conn: Any) -> None:
        if conn.has_body:
            conn.has_body = False
            self._bodies -= 1
            if self._waiting:
                self.enqueue_req(self._waiting.popleft())

    def _refuse_waiting(self, now: float) -> None:
        while self._waiting and self._waiting[0].timeout <= now:
            conn = self._waiting.popleft()
            send_at_once(conn.sock, BUSY)
            self._linger(conn)

    # -- the end of a request -------------------------------------------------------------------

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Serve a request; one with a body is the last of its connection.

        NOTE: the answer says so. What the application leaves unread of a body would have to be read
        before the next request, and a client that never sends it would hold a thread until then.
        """
        if req.version >= (1, 1) and not any(name == "HOST" for name, _ in req.headers):
            raise InvalidHeader("HOST")
        if _has_body(req):
            req.force_close()
            req.body.reader = _Checked(req.body.reader)
        return super().handle_request(req, conn)

    def _keepalive_after(self, conn: Any, keepalive: Any) -> bool:  # noqa: ARG002 gunicorn's signature
        """Whether another request may follow. There is no body to drain: see :meth:`handle_request`.

        NOTE: gunicorn drains with a deadline, and would close a connection that the answer has promised
        to keep whenever this thread is held up for longer.
        """
        return bool(keepalive)

    def finish_request(self, conn: Any, fs: Future[Any]) -> None:
        """Wait for the connection's next request, or close it."""
        self._body_done(conn)
        kept = not fs.cancelled() and fs.exception() is None and fs.result()
        begun = conn.parser.unreader.take_buffered() if kept else b""
        if begun:
            self._await_head(conn, begun)
        elif kept:
            super().finish_request(conn, fs)
        else:
            self._linger(conn)

    def _linger(self, conn: Any) -> None:
        """Close our side; go on reading for a while, since unread bytes would cut off the answer."""
        conn.timeout = time.monotonic() + LINGER_SECONDS
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, EVENT_READ, partial(self._on_lingering, conn))
        except (OSError, ValueError, KeyError):
            self.nr_conns -= 1
            conn.close()
        else:
            self._lingering.append(conn)

    def _on_lingering(self, conn: Any, client: Any) -> None:
        piece = _receive(client)
        conn.drained += len(piece or b"")
        if piece == b"" or conn.drained > LINGER_BYTES:
            self._lingering.remove(conn)
            self._drop(conn)

    def _drop(self, conn: Any) -> None:
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Close connections whose head or turn is overdue, and those that have lingered long enough."""
        now = time.monotonic()
        self._refuse_waiting(now)
        while self.pending_conns and self.pending_conns[0].timeout <= now:
            conn = self.pending_conns.popleft()
            if conn.head:
                send_at_once(conn.sock, TOO_SLOW)
            self._drop(conn)
        while self._lingering and self._lingering[0].timeout <= now:
            self._drop(self._lingering.popleft())

    # -- requests that never reach the application ----------------------------------------------

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer a request that is no HTTP with a problem, like the application would."""
        del req  # gunicorn's access log would want it
        problem = problem_of_error(exc)
        if problem.status == 500:
            self.log.error("Error handling request", exc_info=exc)
        else:
            self.log.info("Invalid request from %s: %s", (addr or ("",))[0], type(exc).__name__)
        send_at_once(client, problem)


def _has_body(request: Any) -> bool:
    given = dict(request.headers)
    return "TRANSFER-ENCODING" in given or given.get("CONTENT-LENGTH", "0") != "0"


def _receive(client: Any) -> bytes | None:
    """What is there to read: ``None`` nothing yet, ``b""`` the end."""
    try:
        piece: bytes = client.recv(_PIECE)
    except (BlockingIOError, InterruptedError):
        return None
    except OSError:
        return b""
    return piece
