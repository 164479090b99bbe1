"""The composition root of the HTTP side: parts in, a WSGI application out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Any, TypeAlias

import falcon
import structlog

from indexer import Site

from .analytics.recorder import Recorder
from .desk import Desk
from .identity.audit import Audit
from .identity.identity import Identity
from .identity.limiting import Limiter, read_rate
from .metrics import Metrics
from .resources import explain
from .resources.access import Access
from .resources.admin import admin_routes
from .resources.admin.session import Sessions
from .resources.admin.shell import Shell
from .resources.articles import ArticleResource, ExtractedResource
from .resources.errors import Errors
from .resources.events import EventsResource
from .resources.health import LiveResource, MetricsResource, ReadyResource
from .resources.kept import KeptAnswers
from .resources.limiting import Admission, Limiting
from .resources.middleware import Accounting, Cors, Methods
from .resources.openapi import Described, OpenApiResource, describe
from .resources.page import Pages, QuotesPageResource, SearchPageResource
from .resources.recording import Recording
from .resources.search import Answers, CategoriesResource, SearchResource, SuggestResource, TypesResource
from .resources.static import IconResource, RobotsResource, StaticResource, load_static
from .resources.tasks import ReindexResource, TaskResource, TasksResource
from .search.engine import Engine
from .settings import Settings
from .standing import standing
from .store import Database
from .tasks import TaskStore
from .tuning.judging import JudgementStore
from .tuning.live import LiveTuning
from .tuning.preview import TopQueries
from .tuning.store import TuningStore
from .upkeep import Upkeep

App: TypeAlias = falcon.App[falcon.Request, falcon.Response]

API = "/api/v1"
VERSION = version("broadsheet")


@dataclass(frozen=True, slots=True)
class Parts:
    """What the application is made of. ``notify`` says that there is a new task; ``top_queries`` gives what
    is asked most, and how often.
    """

    settings: Settings
    site: Site
    engine: Engine
    desk: Desk
    tasks: TaskStore
    metrics: Metrics
    notify: Callable[[], None]
    today: Callable[[], date]
    new_id: Callable[[], str]
    database: Database
    audit: Audit
    access: Access
    versions: TuningStore
    tuning: LiveTuning
    judgements: JudgementStore
    identity: Identity
    limiter: Limiter
    recorder: Recorder | None
    upkeep: Upkeep
    top_queries: TopQueries


def create_app(parts: Parts) -> App:
    """The WSGI application. Opens nothing; safe to serve from several threads."""
    settings, log = parts.settings, structlog.get_logger("broadsheet.http")
    around: list[Any] = [
        Accounting(parts.metrics, log, parts.new_id, log_queries=settings.log_queries),
        Methods(),
        Cors(settings.cors_origins),
        Limiting(parts.access, parts.limiter, read_rate(settings.rate_limit)),
        Admission(parts.access),
    ]
    app: App = falcon.App(middleware=around)
    pages = Pages(parts.engine, parts.site)
    shell = Shell(Sessions(parts.access), parts.site.name)
    Errors(pages, shell, log).install(app)
    kept = KeptAnswers(settings.result_cache_mb * 2**20, parts.metrics.looked_up)
    answers = Answers(parts.engine, settings.cache_seconds, kept)
    recording = Recording(parts.recorder, parts.access.client)
    routes = (
        _api(parts, answers, recording)
        | explain.routes(parts, answers)
        | _pages(parts, pages, answers, recording)
        | admin_routes(parts, shell)
    )
    for path, resource in routes.items():
        app.add_route(path, resource)
    described = [
        Described(path, resource.operations) for path, resource in routes.items() if resource.operations
    ]
    app.add_route(f"{API}/openapi.json", OpenApiResource(describe(described, VERSION)))
    return app


def _api(parts: Parts, answers: Answers, recording: Recording) -> dict[str, Any]:
    tasks, notify, access = parts.tasks, parts.notify, parts.access
    return {
        f"{API}/search": SearchResource(answers, parts.metrics, recording),
        f"{API}/suggest": SuggestResource(answers, parts.settings.suggest_cache_seconds, recording),
        f"{API}/events": EventsResource(recording, parts.engine),
        f"{API}/articles/{{article_id}}": ArticleResource(parts.desk, tasks, notify, access),
        f"{API}/articles/{{article_id}}/extracted": ExtractedResource(parts.desk),
        f"{API}/categories": CategoriesResource(answers),
        f"{API}/types": TypesResource(answers),
        f"{API}/reindex": ReindexResource(tasks, notify, access, parts.settings.source),
        f"{API}/tasks": TasksResource(tasks, access),
        f"{API}/tasks/{{task_id}}": TaskResource(tasks, access),
        "/health/live": LiveResource(),
        "/health/ready": ReadyResource(lambda: standing(parts.engine, parts.desk)),
        "/metrics": MetricsResource(parts.metrics),
    }


def _pages(parts: Parts, pages: Pages, answers: Answers, recording: Recording) -> dict[str, Any]:
    static = StaticResource(load_static())
    return {
        "/": SearchPageResource(answers, pages, parts.metrics, recording),
        "/quotes": QuotesPageResource(answers, pages, parts.metrics),
        "/static/{name}": static,
        "/favicon.ico": IconResource(static),
        "/robots.txt": RobotsResource(),
    }
