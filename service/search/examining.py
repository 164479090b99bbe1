"""The answer to a request as a whole: its order, and where each score in it comes from."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from msgspec import structs

from indexer.backends.base import Reader, Scored
from indexer.limits import MAX_WINDOW
from indexer.query import AllOf, Ids, Not, Query
from indexer.ranking import Ranking

from .answering import Answering, in_order
from .curation import Curated
from .explain import Rules, factors_of
from .plan import Plan
from .relaxing import Answer
from .request import SearchRequest


@dataclass(frozen=True, slots=True)
class Examined:
    """A request as it was understood, what was planned and decided for it, and its answer.

    ``answering`` is what answered it, up to ``MAX_WINDOW`` hits; ``curated`` is what the rules say.
    """

    request: SearchRequest
    answering: Answering
    plan: Plan
    answer: Answer
    curated: Curated

    @property
    def reader(self) -> Reader:
        """The view of the index that answered."""
        return self.answering.reader

    @property
    def total(self) -> int:
        """Articles in the answer."""
        return self.answer.total

    @property
    def pinned(self) -> dict[str, str]:
        """The ids of the articles that are pinned in this answer, and the rules that say so."""
        return {pin.article: pin.rule for pin in self.answer.pinned.pins}

    def holds(self, article_id: str) -> bool:
        """Whether an article is in the answer, however far behind.

        Raises:
            TimeBudgetExceeded: as :meth:`.engine.Engine.search`.
        """
        if article_id in self.curated.hidden:
            return False
        return article_id in self.pinned or any(self._alone(tree, article_id) for tree in self._trees())

    def place_of(self, article_id: str) -> int | None:
        """The place of an article in the order, from 0; ``None``: not among those that can be reached.

        PERF: of thousands of hits only those are read whose score the article has, with what is added for
        the best or without.

        Raises:
            TimeBudgetExceeded: as :meth:`.engine.Engine.search`.
        """
        if not self.holds(article_id):
            return None
        if article_id in self.pinned:
            return next((place for place, hit in self._hits() if _id(hit) == article_id), None)
        scores = [score for tree in self._trees() for score in self._scores(tree, article_id)]
        alike = ((place, hit) for place, hit in self._hits() if _is_any(hit.score, scores))
        return next((place for place, hit in alike if _id(hit) == article_id), None)

    def _hits(self) -> Iterator[tuple[int, Scored]]:
        return enumerate(hit for hit, _ in in_order(self.answer, 0, MAX_WINDOW))

    def _trees(self) -> Iterator[Query]:
        """The trees by which articles are found that are not pinned."""
        yield self.plan.query
        if self.answer.partial is not None and self.plan.relaxed is not None:
            yield (
                AllOf((self.plan.relaxed, Not(self.plan.query)))
                if self.answer.complete
                else self.plan.relaxed
            )

    def _alone(self, tree: Query, article_id: str, *, parts: bool = False) -> tuple[Scored, ...]:
        """An article as the only hit of a tree, filters and days included; none when it is not found. PERF:
        the parts of its score are told only when asked for, since its whole text is read for their words.
        """
        search = self.answering.search(AllOf((tree, Ids((article_id,)))), self.plan)
        return self.reader.execute(structs.replace(search, offset=0, limit=1, explain=parts)).hits

    def _scores(self, tree: Query, article_id: str) -> Iterator[float]:
        """What an article may score by a tree: with bonuses and freshness, and without."""
        for hit in self._alone(tree, article_id, parts=True):
            yield hit.score
            yield sum(part.score for part in hit.parts) * hit.boost

    def explained(self, place: int) -> Scored:
        """The hit at a place, with where its score comes from.

        Raises:
            TimeBudgetExceeded: as :meth:`.engine.Engine.search`.
        """
        asked = replace(self.answering.request, page=place + 1, per_page=1, explain=True)
        _, answer = structs.replace(self.answering, request=asked).answer()
        ((hit, _),) = islice(in_order(answer, place, place + 1), 1)
        return hit


def rules_of(plan: Plan, answer: Answer, ranking: Ranking, hit: Scored) -> Rules:
    """What the tuning did for a hit of an answer."""
    article = hit.document.article
    return Rules(
        stands_for=plan.stands_for,
        boosts=factors_of(article, ranking.boosts),
        pinned=next((pin.rule for pin in answer.pinned.pins if pin.article == article.id), ""),
    )


def _id(hit: Scored) -> str:
    return hit.document.article.id


def _is_any(score: float, scores: list[float]) -> bool:
    return any(math.isclose(score, other, rel_tol=1e-6, abs_tol=1e-9) for other in scores)
