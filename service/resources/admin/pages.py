"""The pages of the desk under ``/admin`` that show and keep the archive: their routes, and how each is made.

What a page shows is made in :mod:`service.web.admin`; here are the questions to the parts, and what forms do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ...identity.moments import utc_now
from ...web.admin.frame import DESK
from . import searching
from .articles import ArticlePages
from .overview import OverviewPage
from .queries import QueryPages
from .shell import Action, Page, PageWithForm, Shell
from .upkeep import UpkeepPages

if TYPE_CHECKING:
    from ...app import Parts

QUERIES: Final = f"{DESK}/queries"
ARTICLES: Final = f"{DESK}/articles"
TASKS: Final = f"{DESK}/tasks"
INDEX: Final = f"{DESK}/index"


def routes(parts: Parts, shell: Shell) -> dict[str, Any]:
    """The pages and the forms on them, by path."""
    articles = ArticlePages(parts)
    upkeep = UpkeepPages(parts, utc_now)
    queries = QueryPages(parts)
    return {
        DESK: Page(shell, DESK, OverviewPage(parts, utc_now).show),
        QUERIES: Page(shell, QUERIES, queries.all),
        f"{QUERIES}/missed": PageWithForm(shell, QUERIES, queries.missed, queries.fix),
        f"{QUERIES}/{{tag}}": Page(shell, QUERIES, queries.one),
        **searching.routes(parts, shell),
        ARTICLES: Page(shell, ARTICLES, articles.find),
        f"{ARTICLES}/removed": Page(shell, ARTICLES, articles.removed),
        f"{ARTICLES}/refused/{{reason}}": Page(shell, ARTICLES, articles.refused),
        f"{ARTICLES}/{{article_id}}": Page(shell, ARTICLES, articles.one),
        f"{ARTICLES}/{{article_id}}/reread": Action(shell, ARTICLES, articles.reread),
        f"{ARTICLES}/{{article_id}}/remove": Action(shell, ARTICLES, articles.remove),
        TASKS: PageWithForm(shell, TASKS, upkeep.tasks, upkeep.start),
        f"{TASKS}/{{task_id}}": Page(shell, TASKS, upkeep.task),
        f"{TASKS}/{{task_id}}/cancel": Action(shell, TASKS, upkeep.cancel),
        INDEX: Page(shell, INDEX, upkeep.index),
        f"{INDEX}/verify": Action(shell, INDEX, upkeep.verify),
        f"{INDEX}/rollback": Action(shell, INDEX, upkeep.rollback),
    }
