"""What an engine must do: the Writer and Reader protocols and the data that crosses them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, Protocol

import msgspec

from ..article import Article
from ..highlight import Highlight, Shape
from ..matching import Marks
from ..query import Leaf, Query
from ..ranking import Ranking

Sort = Literal["relevance", "newest", "oldest"]
# Said of a generation that cannot be gone back to; its name is put in.
NOT_OF_THIS_CATALOG = "{} holds what this catalog never held: it was made from another, or from a later state"

Labels = Mapping[str, Mapping[str, str]]  # field -> slug -> label, in the order to show them


@dataclass(frozen=True, slots=True)
class Record:
    """An accepted article as the catalog holds it: the article and what is known about its page.

    ``digest`` is the SHA-256 of the page's bytes, ``sequence`` the number of the change that
    accepted it, ``accepted_at`` an ISO 8601 UTC time.
    """

    article: Article
    source: str
    key: str
    locator: str
    digest: str
    sequence: int
    accepted_at: str


class Search(msgspec.Struct, frozen=True):
    """One question to an engine. Filters stand beside the tree so that facets can leave one out.

    ``filters`` maps a field of :data:`indexer.fields.FILTERS` to slugs (any of them); different
    fields are AND. ``published_from`` and ``published_to`` are inclusive ISO days or empty; an
    article without a date is in no date range. ``words`` are the query's words in the order
    typed, for the closeness and title bonuses. ``deadline`` is a ``time.monotonic()`` value.
    """

    query: Query
    filters: Mapping[str, tuple[str, ...]] = {}
    published_from: str = ""
    published_to: str = ""
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 10
    facets: tuple[str, ...] = ()
    ranking: Ranking = msgspec.field(default_factory=Ranking)
    words: tuple[Leaf, ...] = ()
    explain: bool = False
    deadline: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf's share of a hit's score, for ``explain``.

    ``score`` is what the leaf adds, boosts and coverage included; of the children of an
    :class:`~indexer.query.AnyOf` only the best has parts. The parts of a hit, times
    ``boost * (1 + proximity_bonus + title_bonus) * recency``, are its score.
    ``occurrences`` maps a field to how often the leaf was found there; ``documents`` is how many
    articles hold it; ``forms`` are the indexed words it was found as, of a text longer than
    ``limits.EXPLAINED_CHARACTERS`` only those at its beginning.
    """

    leaf: Leaf
    score: float
    idf: float
    documents: int
    occurrences: Mapping[str, int]
    forms: tuple[str, ...] = ()


class Shown(NamedTuple):
    """What a hit is shown by: the article as :attr:`Document.article`, the fields a leaf was found in, the
    title with its marks, and passages of the text.
    """

    article: Article
    fields: tuple[str, ...]
    title: Highlight
    content: tuple[Highlight, ...]


class Document(Protocol):
    """An article that was found. What is not asked for need not be read."""

    @property
    def record(self) -> Record:
        """The stored article."""

    @property
    def article(self) -> Article:
        """The article, without its blocks where they have not been read: enough to show a hit by."""

    @property
    def text(self) -> str:
        """The article's text: its blocks, a line break between them."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields a leaf of the query was found in, in the order of :data:`indexer.fields.TEXT`."""

    def marks(self, field: str) -> Marks:
        """What of a text field the query's leaves found; see :func:`indexer.matching.find_marks`."""

    def shown(self, shape: Shape) -> Shown:
        """All that a hit is shown by, in one go; ``shape`` is that of the passages."""


class Scored(NamedTuple):
    """One hit: what was found, its score, and with ``explain`` where the score comes from.

    The factors are those of :mod:`indexer.ranking`: bonuses are shares added to 1, ``recency``
    is a factor, and so is ``boost``; ``coverage`` is already in the scores of the parts. A hit
    sorted by day, or beyond ``limits.RESCORE_WINDOW``, has no bonuses.
    """

    document: Document
    score: float
    parts: tuple[Part, ...] = ()
    proximity_bonus: float = 0.0
    title_bonus: float = 0.0
    recency: float = 1.0
    coverage: float = 1.0
    boost: float = 1.0

    @property
    def record(self) -> Record:
        """The stored article."""
        return self.document.record

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields a leaf of the query was found in."""
        return self.document.fields


_PLAIN: Final = tuple(Scored._field_defaults.values())


def plain_hits(documents: Iterable[Document], scores: Iterable[float]) -> tuple[Scored, ...]:
    """Hits of which nothing is explained.

    PERF: put together as the tuples they are; by their names each would take as long as to find it.
    """
    new = tuple.__new__
    found = zip(documents, scores, strict=True)
    return tuple([new(Scored, (document, score, *_PLAIN)) for document, score in found])


@dataclass(frozen=True, slots=True)
class Found:
    """An engine's answer: the exact total, one page of hits, and facet counts.

    ``facets[name]`` are (slug, count) pairs with count > 0 or selected, disjunctive (the field's
    own filter is left out), most frequent first, then by label.
    """

    total: int
    hits: tuple[Scored, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)


class Reader(Protocol):
    """One immutable view of one commit. Safe to use from several threads."""

    @property
    def generation(self) -> str:
        """Names the generation and commit. Another index may have had a commit of the same name."""

    @property
    def version(self) -> str:
        """Tells this view from any other there has been, fit for an ETag."""

    @property
    def sequence(self) -> int:
        """The catalog's sequence number this view has applied."""

    @property
    def article_count(self) -> int:
        """Live articles."""

    @property
    def stamp(self) -> str:
        """What the catalog knows this commit by; see :meth:`Writer.commit`."""

    @property
    def labels(self) -> Labels:
        """Field to slug to label, for the filter fields."""

    def execute(self, search: Search) -> Found:
        """Answer a question.

        Raises:
            TimeBudgetExceeded: ``search.deadline`` has passed.
        """

    def get(self, article_id: str) -> Record | None:
        """The stored article, or ``None``."""

    def knows(self, word: str) -> bool:
        """Whether any live article holds the word, as itself or as a form of itself."""

    def similar(self, word: str, distance: int, limit: int = 10) -> tuple[tuple[str, int], ...]:
        """Indexed words within ``distance`` edits and with the same first letter, with their document
        counts; nearest first, then most frequent."""

    def complete(self, prefix: str, limit: int = 10) -> tuple[tuple[str, int], ...]:
        """Indexed words that begin with ``prefix``, with their document counts; most frequent first."""

    def close(self) -> None:
        """Give back files and memory. Further use is an error."""


class Writer(Protocol):
    """Changes to an index, atomic at :meth:`commit`."""

    @property
    def applied(self) -> int:
        """The catalog's sequence number of the last commit; 0 for an empty index."""

    @property
    def stamp(self) -> str:
        """The stamp of the last commit; empty for an empty index."""

    def add(self, record: Record) -> None:
        """Add the article or replace the one of the same id."""

    def remove(self, article_id: str) -> None:
        """Remove the article; unknown ids are no error (a replay after a crash)."""

    def commit(self, sequence: int, labels: Labels, stamp: str = "") -> None:
        """Make all since the last commit visible, together with ``sequence``, atomically and durably.

        ``stamp`` is what the catalog that the articles are from knows its own commits by
        (:meth:`indexer.catalog.Catalog.new_stamp`).
        """

    def close(self) -> None:
        """Drop what was not committed and give back the lock. May be called twice."""


class Index(Protocol):
    """A place on disk that holds generations."""

    def reader(self) -> Reader:
        """The newest published view; the same object until something newer is published.

        Raises:
            NoIndex: nothing has been published.
            IndexDamaged: the manifest does not vouch for what is on disk.
        """

    def writer(self) -> Writer:
        """A writer on the live generation. Raises :class:`NoIndex` when there is none."""

    def builder(self) -> Writer:
        """A writer on a new generation beside the live one; nothing is seen until :meth:`publish`."""

    def publish(self, builder: Writer, expected_articles: int) -> str:
        """Pass the publish gate and swap the pointer; returns the generation's name.

        Raises:
            IndexDamaged: the new generation does not hold what it should; the old one stays.
        """

    def rollback(self, knows: Callable[[str], bool] | None = None) -> str:
        """Point back to the previous generation, at its newest whole commit, and return its name.

        ``knows`` tells from a commit's stamp whether it may be gone back to.

        Raises:
            NoIndex: there is none, or none that is known.
            IndexDamaged: there is one, and it is not whole.
        """

    def generations(self) -> Sequence[GenerationInfo]:
        """What is on disk, oldest first."""

    def check(self) -> Sequence[str]:
        """Verify every file of the live generation against its manifest; one line a problem."""


@dataclass(frozen=True, slots=True)
class GenerationInfo:
    """A generation on disk; ``problem`` says why one cannot be read, and its numbers are then 0."""

    name: str
    live: bool
    articles: int
    sequence: int
    bytes: int
    problem: str = ""
