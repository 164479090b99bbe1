"""gunicorn's configuration, read anew at every graceful reload (HUP).

The names are gunicorn's own; the values come from the settings. The application is not loaded
before the fork: memory maps and SQLite connections must be opened by the worker that uses them,
and a reload then takes a new ``site.toml`` and a new key. Its modules are: a worker then answers at
once, and shares their memory with the others.
"""

from __future__ import annotations

import gc
import os
from typing import Any

from indexer import load_engine, load_site

from .analytics.shared import prepare
from .counts import Ledger
from .logging import GunicornLogger
from .metrics import metrics_folder, prepare_folder, use_ledger
from .settings import read_settings
from .worker import HeadFirstWorker, hold_signals

settings = read_settings(os.environ)
# Read here and handed to the workers, so that a mistake in it refuses a reload and ends no worker.
site = load_site(settings.site) if settings.site else None
figures = metrics_folder(settings, os.getpid())
HeadFirstWorker.header_seconds = settings.header_timeout
HeadFirstWorker.receive_seconds = settings.receive_timeout

bind = str(settings.bind)
proc_name = "broadsheet"
worker_class = HeadFirstWorker
workers = settings.workers
threads = settings.threads
worker_connections = 1_000  # waiting ones cost a few kilobytes each
backlog = 1_024
preload_app = False
control_socket_disable = True  # the signals are enough, and a socket is one more thing to guard

# A worker that is silent for this long is stuck: it says that it is well while it waits, and while it answers
# for as long as an answer may take (service/duty.py).
timeout = 60
graceful_timeout = settings.graceful_timeout
keepalive = settings.keepalive
max_requests = settings.max_requests
max_requests_jitter = settings.max_requests // 10

# A question of 512 characters, each six bytes when percent-encoded in Persian, with filters beside it.
limit_request_line = 8_190
limit_request_fields = 64
limit_request_field_size = 8_190
forwarded_allow_ips = settings.forwarded_allow_ips
forwarder_headers = ""  # no proxy sets the path for us

loglevel = settings.log_level
logger_class = GunicornLogger
accesslog = None  # the application logs requests, with their route and without the words searched for
errorlog = "-"


def on_starting(_server: Any) -> None:
    """Empty the folder of the figures; load what the workers answer with."""
    prepare_folder(figures)
    hold_signals()
    prepare()
    load_engine()
    gc.collect()
    gc.freeze()  # or each worker's first collection would copy the memory they share


def pre_fork(server: Any, worker: Any) -> None:
    """Give the worker the lowest slot that no living worker has."""
    taken = {other.slot for other in server.WORKERS.values()}
    worker.slot = next(slot for slot in range(len(taken) + 1) if slot not in taken)


def post_fork(_server: Any, worker: Any) -> None:
    """Let the worker count in the files of its slot."""
    worker.app.ledger = Ledger(figures, worker.slot)
    use_ledger(worker.app.ledger)


def post_worker_init(worker: Any) -> None:
    """Say where the service is, once the first worker can answer."""
    if worker.age == 1:
        worker.app.announce(worker.sockets)


def worker_exit(_server: Any, worker: Any) -> None:
    """Let a stopping worker finish its task."""
    worker.app.stop(graceful_timeout)
