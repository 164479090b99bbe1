"""The desk's search: the visitor's answer, with the score of each hit and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup, escape

from indexer.evaluation import names_of
from indexer.highlight import Highlight

from ...search.request import Hit, SearchRequest, SearchResult
from ...tuning.judging import JudgementSet
from .. import urls
from ..highlight import marked, public_address
from ..phrases import direction
from .figures import plural

PATH = "/admin/search"
FIRST_SET = "desk"  # of judgements, where there is none yet


@dataclass(frozen=True, slots=True)
class WhyRow:
    """A hit with its place, its score, that as a share of the first one's, and the sentences behind it.

    ``judged`` is what the chosen set of judgements calls it, ``grade`` what is said there.
    """

    rank: int
    id: str
    title: Markup
    href: str
    address: str
    lang: str
    dir: str
    kind: str
    published: str
    excerpt: Markup | str
    score: float
    share: float
    reasons: tuple[str, ...]
    judged: str = ""
    grade: int | None = None


@dataclass(frozen=True, slots=True)
class Sets:
    """The sets of judgements that marks may go into, by name; ``chosen`` is the one they do go into,
    ``given`` the one that the address names. ``error`` says that there is none of that name.
    """

    names: tuple[str, ...]
    chosen: str
    given: str = ""
    error: str = ""

    @classmethod
    def of(cls, known: Sequence[JudgementSet], given: str) -> Sets:
        """The choice: what the address names, else what was marked in last; with no set at all,
        :data:`FIRST_SET`, which the first mark makes.
        """
        names = tuple(one.name for one in known) or (FIRST_SET,)
        usual = max(known, key=lambda one: one.at).name if known else FIRST_SET
        if not given:
            return cls(names, usual)
        if given in names:
            return cls(names, given, given)
        return cls(names, usual, error=f"There is no set “{given[:64]}”: marks go into “{usual}”.")

    @property
    def is_new(self) -> bool:
        """Whether there is no set yet."""
        return self.names == (FIRST_SET,)


@dataclass(frozen=True, slots=True)
class WhyView:
    """An answer made ready. ``notes`` say how the question was understood, ``pages`` how many there are."""

    total: int
    pages: int
    took_ms: float
    generation: str
    notes: tuple[str, ...]
    rows: tuple[WhyRow, ...]
    previous: str
    next: str


def why_view(
    result: SearchResult,
    root: str = "",
    grades: Mapping[str, int] = {},
    more: Sequence[tuple[str, str]] = (),
) -> WhyView:
    """The view of an answer; ``root`` is the path the service is mounted under.

    ``grades`` are those that the chosen set of judgements gives for this text; ``more`` is what the address
    of every page of the answer says beside the question.
    """
    request = result.request
    first = (request.page - 1) * request.per_page + 1
    highest = max((hit.score for hit in result.hits), default=0.0)
    return WhyView(
        total=result.total,
        pages=result.pages,
        took_ms=result.took_ms,
        generation=result.generation,
        notes=tuple(_notes(result)),
        rows=tuple(_row(hit, rank, highest, grades) for rank, hit in enumerate(result.hits, first)),
        previous=_at(request, min(request.page - 1, result.pages), root, more) if request.page > 1 else "",
        next=_at(request, request.page + 1, root, more) if request.page < result.pages else "",
    )


def _at(request: SearchRequest, page: int, root: str, more: Sequence[tuple[str, str]]) -> str:
    return f"{root}{PATH}?{urlencode([*urls.pairs(request, page), *more])}"


def _row(hit: Hit, rank: int, highest: float, grades: Mapping[str, int]) -> WhyRow:
    judged = next((name for name in (hit.id, *sorted(names_of((hit.id, hit.url)))) if name in grades), "")
    passages = [passage for passage in hit.highlights.content if passage.text]
    return WhyRow(
        rank=rank,
        id=hit.id,
        title=_title(hit),
        href=public_address(hit.url),
        address=hit.url,
        lang="" if hit.lang == "und" else hit.lang,
        dir=direction(hit.lang),
        kind=hit.type.label,
        published=hit.published_at,
        excerpt=marked(passages[0]) if passages else "",
        score=hit.score,
        share=hit.score / highest if highest > 0 else 0.0,
        reasons=hit.explanation or (),
        judged=judged or hit.id,
        grade=grades.get(judged),
    )


def _title(hit: Hit) -> Markup:
    found: Highlight = hit.highlights.title
    return marked(found) or escape(hit.title)


def _notes(result: SearchResult) -> Iterator[str]:
    applied = result.applied
    if applied.corrected:
        yield f"Taken for “{applied.corrected}”: no article has the words as they were typed."
    if applied.relaxed:
        whole = plural(applied.complete, "article")
        yield (
            f"{whole} with all the words; those with some of them follow."
            if applied.complete
            else "No article has all the words: these have some of them."
        )
    if applied.synonyms:
        yield f"Synonyms: {', '.join(applied.synonyms)}."
    if applied.ignored:
        yield f"Not asked for, being stop words: {', '.join(applied.ignored)}."
    if applied.unknown and not applied.corrected:
        yield f"In no article: {', '.join(applied.unknown)}."
    if applied.rules:
        yield f"Rules of curation: {', '.join(f'“{name}”' for name in applied.rules)}."
    if applied.redirect:
        yield f"Readers are led to {applied.redirect} instead."
