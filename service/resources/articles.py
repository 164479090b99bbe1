"""``/api/v1/articles/{id}``: what is known of an article, and pushing and removing it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar, Final, Literal, Protocol

import falcon
from msgspec import Meta, Struct

from indexer import Article, Block, Label, Record, Site
from indexer.errors import RejectedPage

from ..tasks import Task, TaskKind, TaskStore
from .access import Access
from .convert import article_media, extracted_media
from .exchange import (
    absolute,
    charset_of,
    conditional,
    decode_json,
    media_type,
    no_parameters,
    read_body,
    require_utf8,
    send,
    tag_of,
)
from .media import AcceptedMedia, ArticleMedia, ExtractedMedia, FreshnessMedia
from .operations import HTML, JSON, Operation
from .problems import Fault, Problem, problem_of

_UNLISTED: Final = Site()  # makes terms of labels that no site lists, as tags are
_TAG: Final = re.compile(r'(W/)?"([^"]*)"')


class PushedBlock(Struct, frozen=True, forbid_unknown_fields=True):
    """A block of a pushed article's text, in reading order."""

    text: str
    kind: Literal["heading", "paragraph", "quote", "list", "table", "caption"] = "paragraph"
    level: Annotated[int, Meta(ge=0, le=6)] = 0


class PushedArticle(Struct, frozen=True, forbid_unknown_fields=True):
    """An article pushed as JSON. Either ``blocks`` or ``text`` (paragraphs between empty lines).

    Type, categories and tags are labels; those the site does not list are added.
    """

    title: str
    text: str = ""
    blocks: list[PushedBlock] = []
    url: str = ""
    type: str = "Post"
    categories: list[str] = []
    tags: list[str] = []
    author: str = ""
    lang: str = ""
    published_at: str = ""
    modified_at: str = ""
    image: str = ""
    description: str = ""


class Articles(Protocol):
    """What the routes need to know and to have done; see ``service/desk.py``."""

    @property
    def site(self) -> Site:
        """The site."""

    def get(self, article_id: str) -> Record | None:
        """The accepted article."""

    def freshness(self, record: Record) -> tuple[bool, str | None]:
        """Whether searches have this very version, and when the index was last written."""

    def push_page(self, article_id: str, body: bytes, *, url: str, charset: str) -> Record:
        """Read and accept a page."""

    def push_article(self, article: Article) -> Record:
        """Accept an article."""

    def remove(self, article_id: str) -> int | None:
        """Accept a removal; the sequence number, or ``None`` when there is no such article."""


def _blocks(pushed: PushedArticle) -> tuple[Block, ...]:
    if pushed.blocks and pushed.text:
        detail = "give either text or blocks, not both"
        raise Problem(422, "invalid_body", detail, (Fault("text", detail),))
    if pushed.blocks:
        return tuple(Block(block.kind, block.text.strip(), block.level) for block in pushed.blocks)
    parts = re.split(r"\n\s*\n", pushed.text.replace("\r\n", "\n"))
    return tuple(Block("paragraph", " ".join(part.split())) for part in parts if part.strip())


def _labels(labels: list[str], make: Callable[[str], Label]) -> tuple[Label, ...]:
    return tuple({label.slug: label for label in map(make, labels)}.values())


def article_of(article_id: str, pushed: PushedArticle, site: Site) -> Article:
    """The article a JSON body describes."""
    return Article(
        id=article_id,
        url=pushed.url.strip(),
        title=pushed.title,
        blocks=_blocks(pushed),
        type=site.type(pushed.type),
        categories=_labels(pushed.categories, site.category),
        tags=_labels(pushed.tags, _UNLISTED.category),
        author=" ".join(pushed.author.split()),
        lang=pushed.lang,
        published_at=pushed.published_at,
        modified_at=pushed.modified_at,
        image=pushed.image,
        description=" ".join(pushed.description.split()),
    )


def _missing(article_id: str) -> Problem:
    return Problem(404, "no_article", f"There is no article {article_id[:128]!r}.")


class ArticleResource:
    """One article."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "An article's metadata and freshness",
            ArticleMedia,
            problems=(400, 404, 503, 507),
            conditional=True,
        ),
        "put": Operation(
            "Push an article after publishing: its HTML page, or its fields as JSON",
            AcceptedMedia,
            202,
            problems=(400, 401, 403, 408, 412, 413, 415, 422, 503, 507),
            bodies={HTML: None, JSON: PushedArticle},
            secured=True,
            headers=("Location",),
            leads_to=(
                ("get_tasks_task_id", "task_id", "task_id"),
                ("get_articles_article_id", "article_id", "article_id"),
                ("get_articles_article_id_extracted", "article_id", "article_id"),
                ("delete_articles_article_id", "article_id", "article_id"),
            ),
        ),
        "delete": Operation(
            "Remove an article",
            AcceptedMedia,
            202,
            problems=(400, 401, 403, 404, 412, 503, 507),
            secured=True,
            headers=("Location",),
        ),
    }  # fmt: skip

    def __init__(
        self, articles: Articles, tasks: TaskStore, notify: Callable[[], None], access: Access
    ) -> None:
        self._articles = articles
        self._tasks = tasks
        self._notify = notify
        self._access = access

    def on_get(self, req: falcon.Request, resp: falcon.Response, article_id: str) -> None:
        """Tell what is known of the article."""
        no_parameters(req.query_string)
        record = self._articles.get(article_id)
        if record is None:
            raise _missing(article_id)
        searchable, indexed_at = self._articles.freshness(record)
        # The digest stands in front, for If-Match: an article is the same however often others are indexed.
        tag = f"{record.digest}.{tag_of('article', record.sequence, searchable, indexed_at)}"
        if conditional(req, resp, tag, strong=True):
            return
        freshness = FreshnessMedia(record.digest, record.sequence, record.accepted_at, searchable, indexed_at)
        send(resp, article_media(record, freshness))

    on_head = on_get

    def on_put(self, req: falcon.Request, resp: falcon.Response, article_id: str) -> None:
        """Accept the article and leave a task that brings it to the index."""
        self._access.require(req, "index")
        no_parameters(req.query_string)
        kind = media_type(req)
        if kind not in (HTML, JSON):
            raise Problem(
                415, "unsupported_media_type", f"Send {HTML} or {JSON}, not {kind[:60] or 'no type'!r}."
            )
        if kind == JSON:
            require_utf8(req)
        body = read_body(req)
        self._check_match(req, article_id)
        record = self._accept(req, article_id, kind, body)
        self._answer(resp, self._task("push", article_id, record.sequence), req)

    def _accept(self, req: falcon.Request, article_id: str, kind: str, body: bytes) -> Record:
        try:
            if kind == JSON:
                pushed = decode_json(body, PushedArticle)
                return self._articles.push_article(article_of(article_id, pushed, self._articles.site))
            url = req.get_header("Content-Location") or ""
            return self._articles.push_page(article_id, body, url=url, charset=charset_of(req))
        except RejectedPage as error:
            raise _rejected(error) from error

    def on_delete(self, req: falcon.Request, resp: falcon.Response, article_id: str) -> None:
        """Accept the removal and leave a task that takes the article out of the index."""
        self._access.require(req, "index")
        no_parameters(req.query_string)
        self._check_match(req, article_id)
        sequence = self._articles.remove(article_id)
        if sequence is None:
            raise _missing(article_id)
        self._answer(resp, self._task("remove", article_id, sequence), req)

    def _task(self, kind: TaskKind, article_id: str, sequence: int) -> Task:
        try:
            return self._tasks.enqueue(kind, subject=article_id, sequence=sequence)
        finally:
            self._notify()  # when there was no room for the task, the accepted change is applied all the same

    def _check_match(self, req: falcon.Request, article_id: str) -> None:
        """``If-Match`` holds the digest or ETag the client has seen; another means somebody was faster."""
        wanted, unwanted = req.get_header("If-Match"), req.get_header("If-None-Match")
        if not wanted and not unwanted:
            return
        record = self._articles.get(article_id)
        if wanted and not _matches(wanted, record, strongly=True):
            seen = f"its digest is {record.digest}" if record else "there is none"
            raise Problem(412, "changed", f"The article is not the one of If-Match: {seen}.")
        if unwanted and _matches(unwanted, record, strongly=False):
            raise Problem(412, "exists", "The article of If-None-Match is there already.")

    def _answer(self, resp: falcon.Response, task: Task, req: falcon.Request) -> None:
        address = absolute(req, f"/api/v1/tasks/{task.id}")
        resp.location = address
        send(resp, AcceptedMedia(task.id, address, task.subject, task.sequence), 202)


def _matches(header: str, record: Record | None, *, strongly: bool) -> bool:
    """Whether the header names the article: by its digest, or by an ETag, which begins with it."""
    if record is None:
        return False
    named = [tag.partition(".")[0] for weak, tag in _TAG.findall(header) if not (weak and strongly)]
    return header.strip() == "*" or record.digest in named


def _rejected(error: RejectedPage) -> Problem:
    """The rejection of a field ("url: must begin …") names the field."""
    name, colon, rest = error.detail.partition(": ")
    problem = problem_of(error)
    if error.reason in ("invalid", "no_title", "no_content") and colon and name.isidentifier():
        problem.errors = (Fault(name, rest),)
    return problem


class ExtractedResource:
    """What was read out of an article's page."""

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "The parts of the page that were kept, and those that were dropped with their rule",
            ExtractedMedia,
            problems=(400, 404, 503, 507),
            conditional=True,
        )
    }

    def __init__(self, articles: Articles) -> None:
        self._articles = articles

    def on_get(self, req: falcon.Request, resp: falcon.Response, article_id: str) -> None:
        """Show what was kept and dropped."""
        no_parameters(req.query_string)
        record = self._articles.get(article_id)
        if record is None:
            raise _missing(article_id)
        if not conditional(req, resp, tag_of("extracted", record.digest, record.sequence)):
            send(resp, extracted_media(record.article))

    on_head = on_get
