"""``broadsheet serve``: the parts of one worker, and gunicorn around them."""

from __future__ import annotations

import importlib
import os
import random
import secrets
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

import click
import structlog
from gunicorn.app.base import BaseApplication

from indexer import Site, Workspace
from indexer.errors import BroadsheetError, CatalogError, ConfigurationError

from .analytics.popular import Popular
from .analytics.recorder import Recorder
from .analytics.shared import shared
from .app import App, Parts, create_app
from .calendar import today
from .counts import Ledger
from .desk import Desk
from .identity.administrators import FIRST, Administrators
from .identity.audit import Audit
from .identity.identity import Identity, LastUses, open_identity
from .identity.limiting import Clients, Limiter
from .identity.moments import utc_now
from .identity.refusals import SETTLE_SECONDS
from .metrics import Metrics
from .resources.access import Access
from .search.engine import Engine
from .settings import Settings
from .standing import readings, tuning_readings
from .store import Database, store_address
from .tasks import Owners, Runner, TaskStore
from .tuning.judging import JudgementStore
from .tuning.live import LiveTuning
from .tuning.store import TuningStore
from .upkeep import Upkeep

POINTER: Final = "index/current"  # the file whose swap publishes a commit
TASKS_FILE: Final = "tasks.sqlite3"
OWNERS_FOLDER: Final = "workers"
BOOT_ERROR: Final = 3  # gunicorn takes this exit status of a worker for one that no restart would mend
_CONFIG: Final = "service.gunicorn_config"


def new_id() -> str:
    """An id that cannot be guessed."""
    return secrets.token_hex(12)


def request_ids() -> Callable[[], str]:
    """Makes ids of requests: no two alike, which is all that is asked of them.

    PERF: for each, :func:`new_id` would ask the system, and meanwhile give up the interpreter.
    """
    drawn = random.Random(secrets.randbits(256)).getrandbits  # noqa: S311  no secret
    return lambda: f"{drawn(96):024x}"


@dataclass(frozen=True, slots=True)
class Service:
    """What one worker process holds open."""

    app: App
    engine: Engine
    workspace: Workspace
    tasks: TaskStore
    owners: Owners
    runner: Runner
    tuning: LiveTuning
    database: Database
    identity: Identity
    last_uses: LastUses
    recorder: Recorder | None
    audit: Audit

    def start(self) -> None:
        """Begin what goes on beside the requests."""
        self.tuning.start()
        self.identity.ring.begin()
        self.runner.start()
        self.last_uses.start()
        if self.recorder is not None:
            self.recorder.start()

    def close(self, seconds: float) -> None:
        """Let the task in hand end, for at most so long, and give everything back."""
        self.tuning.stop()
        if self.recorder is not None:
            self.recorder.stop(seconds)
        if self.runner.stop(seconds):
            self.last_uses.stop()
            self.identity.refusals.settle(min(seconds + 0.5, SETTLE_SECONDS))
            self.owners.close()
            self.tasks.close()
            self.database.close()
            self.workspace.close()


def open_service(settings: Settings, site: Site | None, ledger: Ledger | None) -> Service:
    """Open the data folder and put the parts together. After the fork, once in a worker.

    ``site`` is ``None`` for the one last indexed with; ``ledger`` is where this worker counts for
    the metrics, ``None`` counts in this process alone.

    Raises:
        BroadsheetError: the data folder cannot be used.
    """
    workspace = Workspace(settings.data, site, clock=utc_now, memory_mb=settings.index_memory_mb)
    known_site = _known(workspace)
    database = Database(store_address(settings.database, settings.data))
    audit = Audit(database, utc_now)
    versions = TuningStore(database, audit, utc_now)
    popular = Popular(database, settings.analytics_k, today)
    tuning = _tuning(settings, versions, popular)
    engine = _engine(settings, workspace, known_site, tuning)
    desk = Desk(workspace, engine, settings.data / POINTER)
    tasks = TaskStore(settings.data / TASKS_FILE, clock=utc_now, new_id=new_id)
    owners = Owners(settings.data / OWNERS_FOLDER, new_id())
    runner = Runner(tasks, desk, owners, structlog.get_logger("broadsheet.tasks"))
    metrics = Metrics(lambda: {**readings(engine, desk, tasks), **tuning_readings(tuning)}, ledger)
    identity = _identity(settings, database, audit)
    clients = Clients(settings.forwarded_allow_ips)
    recorder = _recorder(settings, database, metrics, engine)
    parts = Parts(
        settings=settings,
        site=known_site,
        engine=engine,
        desk=desk,
        tasks=tasks,
        metrics=metrics,
        notify=runner.notify,
        today=today,
        new_id=request_ids(),
        database=database,
        audit=audit,
        access=Access(settings.api_key, identity, clients, public=settings.public_search),
        identity=identity,
        limiter=Limiter(settings.rate_limit_store),
        versions=versions,
        tuning=tuning,
        judgements=JudgementStore(database, audit, utc_now),
        recorder=recorder,
        upkeep=Upkeep(workspace),
        top_queries=popular.top,
    )
    return Service(
        app=create_app(parts),
        engine=engine,
        workspace=workspace,
        tasks=tasks,
        owners=owners,
        runner=runner,
        tuning=tuning,
        database=database,
        identity=identity,
        last_uses=LastUses(identity.ring, identity.sessions),
        recorder=recorder,
        audit=audit,
    )


def _tuning(settings: Settings, versions: TuningStore, popular: Popular) -> LiveTuning:
    """The tuning in force; with what is asked most among its suggestions, where that is wanted."""
    return LiveTuning(
        versions,
        settings.popular_queries,
        structlog.get_logger("broadsheet.tuning"),
        asked=popular.offered if settings.analytics and settings.popular_from_log else None,
    )


def _engine(settings: Settings, workspace: Workspace, site: Site, tuning: LiveTuning) -> Engine:
    return Engine(
        workspace.index,
        site,
        today=today,
        budget_seconds=settings.query_budget,
        tuning=tuning,
        resolve=workspace.id_at,
    )


def _identity(settings: Settings, database: Database, audit: Audit) -> Identity:
    """Who there is, and for how long one is signed in."""
    return open_identity(
        database,
        audit,
        utc_now,
        idle=timedelta(minutes=settings.session_idle),
        longest=timedelta(hours=settings.session_longest),
    )


def _recorder(settings: Settings, database: Database, metrics: Metrics, engine: Engine) -> Recorder | None:
    if not settings.analytics:
        return None
    return Recorder(
        database,
        settings.data,
        shared(),
        k=settings.analytics_k,
        keep_days=settings.analytics_days,
        told=metrics.recorded,
        categories=lambda: _categories(engine),
    )


def _categories(engine: Engine) -> frozenset[str]:
    try:
        return frozenset(row.value for row in engine.taxonomy("category"))
    except BroadsheetError:
        return frozenset()


def _known(workspace: Workspace) -> Site:
    """The site; a damaged catalog does not keep searches from being answered."""
    try:
        return workspace.site
    except CatalogError as error:
        structlog.get_logger("broadsheet").error("catalog_unavailable", detail=str(error))
        return Site()


class Server(BaseApplication):
    """gunicorn with our configuration. Each worker opens its own service."""

    service: Service | None = None
    ledger: Ledger | None = None

    def do_load_config(self) -> None:
        """Read the configuration. One that cannot be used ends a start, but not a reload.

        Raises:
            ConfigurationError: at the start.
        """
        before = self.cfg
        try:
            self.load_default_config()
            self.load_config()
        except ConfigurationError as error:
            if before is None:
                raise
            self.cfg = before
            structlog.get_logger("broadsheet").error("reload_refused", detail=str(error))

    def load_config(self) -> None:
        """Take gunicorn's settings from our module, which is run anew every time."""
        loaded = sys.modules.get(_CONFIG)
        module = importlib.reload(loaded) if loaded else importlib.import_module(_CONFIG)
        for name, value in vars(module).items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)
        self.cfg.validate()

    def load(self) -> Any:
        """The WSGI application of this worker, with its tasks running."""
        config = sys.modules[_CONFIG]
        try:
            self.service = open_service(config.settings, config.site, self.ledger)
        except BroadsheetError as error:
            _say(f"broadsheet: {error}", err=True)
            raise SystemExit(BOOT_ERROR) from error
        self.service.start()
        return self.service.app

    def announce(self, listeners: Sequence[Any]) -> None:
        """Print, on one line, what is served where."""
        if self.service is None:
            return
        try:
            count = self.service.engine.article_count
        except BroadsheetError as error:
            count = _explain(error, self.service.workspace)
        articles = "1 article" if count == 1 else f"{count} articles"
        address = _address(listeners[0])
        _say(f"Broadsheet serves {articles} at {address}")
        # Beside the requests: on the first start of all it makes the store, and a digest of a password.
        welcome = partial(_welcome, self.service.identity.administrators, address)
        threading.Thread(target=welcome, name="welcome", daemon=True).start()

    def stop(self, seconds: float) -> None:
        """End what this worker has begun."""
        if self.service is not None:
            self.service.close(seconds)


def _welcome(administrators: Administrators, address: str) -> None:
    """Make the first administrator when there is nobody, and print the one-time password, this once."""
    try:
        password = administrators.first()
    except BroadsheetError as error:
        structlog.get_logger("broadsheet").warning("store_unavailable", detail=str(error))
        return
    if password is not None:
        _say(f"Broadsheet's desk is at {address}admin")
        _say(f"Sign in as {FIRST} with the one-time password {password} and choose another then.")


def _say(text: str, *, err: bool = False) -> None:
    """Print a line; on a disk that has no room for it, the service is worth more than the line."""
    with suppress(OSError):
        click.echo(text, err=err)


def _explain(error: BroadsheetError, workspace: Workspace) -> int:
    """Say why searches are not answered yet; gives the number of articles that will be."""
    try:
        accepted = workspace.catalog.count()
    except CatalogError as other:
        _say(f"broadsheet: {other}", err=True)
        accepted = 0
    now = "the index is being made anew from the catalog" if accepted else "the service waits for it"
    _say(f"broadsheet: {error}; {now}, until then searches are answered with 503", err=True)
    return accepted


def _address(listener: Any) -> str:
    name = listener.getsockname()
    if not isinstance(name, tuple):
        return f"unix:{name}"
    host = f"[{name[0]}]" if ":" in name[0] else name[0]
    return f"http://{host}:{name[1]}/"


def serve(options: dict[str, str]) -> None:
    """Serve until a signal ends it. ``options`` are settings as environment variables.

    Raises:
        ConfigurationError: a setting, or ``site.toml``, cannot be used.
    """
    # NOTE: through the environment, so that a reload and a re-executed master see them as well.
    os.environ.update(options)
    Server().run()
