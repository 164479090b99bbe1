"""``/api/v1/explain``: why one article is in an answer, or why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import falcon

from ..desk import Desk
from ..search.reasons import Verdict
from ..search.whynot import WhyNot
from .access import Access
from .exchange import send
from .operations import Operation
from .parameters import EXPLAIN
from .problems import Fault, Problem
from .query_string import read_query
from .search import Answers, request_of

if TYPE_CHECKING:
    from ..app import Parts


@dataclass(frozen=True, slots=True)
class ExplainResource:
    """Tells administrators of one article and one question."""

    answers: Answers
    desk: Desk
    access: Access

    operations: ClassVar[Mapping[str, Operation]] = {
        "get": Operation(
            "Why an article is in the answer to a search, or why not",
            Verdict,
            parameters=EXPLAIN,
            problems=(400, 401, 403, 503),
            secured=True,
        )
    }

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Explain."""
        self.access.require(req, "tune")
        resp.cache_control = ["no-store"]
        given = read_query(req.query_string, EXPLAIN)
        url, identity = _named(given)
        # The catalog is opened now: searches are answered, too, when it is damaged.
        whynot = WhyNot(self.answers.engine, self.desk.catalog)
        send(resp, whynot.of(self.answers.understood(request_of(given)), url=url, identity=identity))

    on_head = on_get


def _named(given: Mapping[str, Any]) -> tuple[str, str]:
    """Address and id of the article that is asked about; one of the two is empty.

    Raises:
        Problem: 400, unless just one is given.
    """
    url, identity = given["url"].strip(), given["id"].strip()
    if bool(url) == bool(identity):
        detail = "url: give the address of the article, or its id"
        detail += "; both are given" if url else ""
        raise Problem(400, "invalid_parameter", detail, (Fault("url", detail),))
    return url, identity


def routes(parts: Parts, answers: Answers) -> dict[str, Any]:
    """The route, by its path."""
    return {"/api/v1/explain": ExplainResource(answers, parts.desk, parts.access)}
