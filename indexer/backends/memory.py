"""The reference backend: plain Python over tokens in memory. Obviously right, and slow.

Nothing is indexed: every leaf looks at every token of every article. Tests compare other backends
with it; nothing else uses it.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz.distance import OSA

from ..analysis import Token, exact_term, folded_form, token_count, tokenize
from ..errors import IndexDamaged, NoIndex
from ..fields import TEXT
from ..limits import MAX_EXPANSIONS
from ..matching import Span, spans
from ..query import Fuzzy, Leaf, Prefix, Word
from ..site import slugify
from .base import NOT_OF_THIS_CATALOG, Found, GenerationInfo, Labels, Reader, Record, Search, Writer
from .evaluate import Finding, Watch, check_expansions, day_of, execute


def filter_values(record: Record) -> dict[str, tuple[str, ...]]:
    """What an article carries for each filter field, as slugs; a name without letters is no value."""
    article = record.article
    values = {
        "type": (article.type.slug,),
        "category": tuple(label.slug for label in article.categories),
        "tag": tuple(label.slug for label in article.tags),
        "lang": (article.lang,),
        "author": (slugify(article.author),),
    }
    return {name: tuple(filter(None, slugs)) for name, slugs in values.items()}


@dataclass(frozen=True)
class _Document:
    record: Record

    @cached_property
    def tokens(self) -> dict[str, list[Token]]:
        article = self.record.article
        return {"title": tokenize(article.title), "content": tokenize(article.text)}

    @cached_property
    def values(self) -> dict[str, tuple[str, ...]]:
        return filter_values(self.record)


@dataclass(frozen=True)
class MemoryReader:
    """One frozen state; a :class:`~indexer.backends.base.Reader`."""

    generation: str
    sequence: int
    labels: Labels
    store: Mapping[str, _Document]
    stamp: str = ""

    @property
    def version(self) -> str:
        """As its name: nothing is ever lost here."""
        return self.generation

    @property
    def article_count(self) -> int:
        return len(self.store)

    @cached_property
    def _all(self) -> tuple[_Document, ...]:
        return tuple(self.store.values())

    # -- Reader ----------------------------------------------------------------------------

    def execute(self, search: Search) -> Found:
        return execute(self, search)

    def get(self, article_id: str) -> Record | None:
        document = self.store.get(article_id)
        return document.record if document else None

    def knows(self, word: str) -> bool:
        return bool(self.find(Word(word), Watch(None)))

    def similar(self, word: str, distance: int, limit: int = 10) -> tuple[tuple[str, int], ...]:
        typed = folded_form(word)
        near = (
            (OSA.distance(typed, term, score_cutoff=distance), -count, term)
            for term, count in self._lexicon.items()
            if term[:1] == typed[:1] and term != typed
        )
        best = sorted(entry for entry in near if entry[0] <= distance)[:limit]
        return tuple((term, -count) for _, count, term in best)

    def complete(self, prefix: str, limit: int = 10) -> tuple[tuple[str, int], ...]:
        typed = folded_form(prefix)
        found = [(-count, term) for term, count in self._lexicon.items() if term.startswith(typed)]
        return tuple((term, -count) for count, term in sorted(found)[:limit])

    def close(self) -> None:
        """Nothing to give back."""

    @cached_property
    def _lexicon(self) -> Counter[str]:
        """Folded single words and how many articles hold them."""
        return Counter(
            term
            for document in self._all
            for term in {
                token.folded for name in TEXT for token in document.tokens[name] if token.length == 1
            }
        )

    # -- Occurrences -----------------------------------------------------------------------

    def documents(self) -> Collection[int]:
        return range(len(self._all))

    def find(self, leaf: Leaf, watch: Watch) -> Finding:
        found: dict[int, dict[str, Sequence[Span]]] = {}
        for number, document in enumerate(self._all):
            lang = document.record.article.lang
            where = {
                name: spans(leaf, self._within_bounds(leaf, name, document), lang) for name in leaf.fields
            }
            where = {name: list(places) for name, places in where.items() if places}
            if where:
                found[number] = dict(where)
            watch.step(16)
        return found

    def _within_bounds(self, leaf: Leaf, field: str, document: _Document) -> list[Token]:
        """The tokens a leaf may be found as: of a prefix or a fuzzy word only the most frequent terms."""
        if not isinstance(leaf, Prefix | Fuzzy):
            return document.tokens[field]
        kept = self._expansions(leaf, field)
        return [token for token in document.tokens[field] if _term(token) in kept]

    def _expansions(self, leaf: Prefix | Fuzzy, field: str) -> frozenset[str]:
        if (leaf, field) not in self._expanded:
            counts = Counter(
                term
                for document in self._all
                for term in {_term(token) for token in document.tokens[field] if spans(leaf, [token], "")}
            )
            check_expansions(leaf, len(counts))
            best = sorted(counts, key=lambda term: (-counts[term], term))
            self._expanded[leaf, field] = frozenset(best[:MAX_EXPANSIONS])
        return self._expanded[leaf, field]

    @cached_property
    def _expanded(self) -> dict[tuple[Leaf, str], frozenset[str]]:
        return {}

    def length(self, document: int, field: str) -> int:
        return token_count(self._all[document].tokens[field])

    def average_length(self, field: str) -> float:
        lengths = [self.length(number, field) for number in self.documents()]
        return sum(lengths) / len(lengths) if lengths else 0.0

    def with_value(self, field: str) -> Mapping[str, Collection[int]]:
        carriers: dict[str, list[int]] = {}
        for number, document in enumerate(self._all):
            for slug in document.values[field]:
                carriers.setdefault(slug, []).append(number)
        return carriers

    def day(self, document: int) -> int | None:
        return day_of(self._all[document].record.article.published_at)

    def tie(self, document: int) -> int:
        return zlib.crc32(self._all[document].record.article.id.encode())

    def record(self, document: int) -> Record:
        return self._all[document].record

    def document_of(self, article_id: str) -> int:
        return self._numbers.get(article_id, -1)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {article_id: number for number, article_id in enumerate(self.store)}


def _term(token: Token) -> str:
    return exact_term(token.surface, token.folded)


@dataclass
class _MemoryWriter:
    """Changes to a copy; a :class:`~indexer.backends.base.Writer`."""

    index: MemoryIndex
    live: bool
    applied: int = 0
    labels: Labels = field(default_factory=dict)
    stamp: str = ""
    pending: dict[str, _Document] = field(default_factory=dict)
    committed: dict[str, _Document] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        self.pending[record.article.id] = _Document(record)

    def remove(self, article_id: str) -> None:
        self.pending.pop(article_id, None)

    def commit(self, sequence: int, labels: Labels, stamp: str = "") -> None:
        self.applied, self.labels, self.stamp = sequence, labels, stamp
        self.committed = dict(self.pending)
        if self.live:
            self.index.show(self)

    def close(self) -> None:
        self.pending = dict(self.committed)


class MemoryIndex:
    """Generations in a list; an :class:`~indexer.backends.base.Index` without a disk."""

    def __init__(self) -> None:
        self._views: list[MemoryReader] = []
        self._commits = 0

    def show(self, writer: _MemoryWriter, *, fresh: bool = False) -> MemoryReader:
        """Make a writer's commit the live view; ``fresh`` begins a generation of its own."""
        self._commits += 1
        number = len(self._views) + 1 if fresh else max(1, len(self._views))
        name = f"m-{number:06d}.{self._commits}"
        view = MemoryReader(name, writer.applied, writer.labels, dict(writer.committed), writer.stamp)
        self._views = [*self._views, view] if fresh else [*self._views[:-1], view]
        return view

    def reader(self) -> Reader:
        return self._live()

    def _live(self) -> MemoryReader:
        if not self._views:
            raise NoIndex("nothing has been indexed yet: run `broadsheet index`")
        return self._views[-1]

    def writer(self) -> Writer:
        view = self._live()
        store = dict(view.store)
        return _MemoryWriter(self, True, view.sequence, view.labels, view.stamp, dict(store), dict(store))

    def builder(self) -> Writer:
        return _MemoryWriter(self, False)

    def publish(self, builder: Writer, expected_articles: int) -> str:
        if not isinstance(builder, _MemoryWriter):
            raise TypeError("this builder belongs to another kind of index")
        if len(builder.committed) != expected_articles:
            raise IndexDamaged(
                f"the new generation holds {len(builder.committed)} articles, not {expected_articles}"
            )
        return self.show(builder, fresh=True).generation

    def rollback(self, knows: Callable[[str], bool] | None = None) -> str:
        if len(self._views) < 2:
            raise NoIndex("there is no previous generation to go back to")
        if knows is not None and not knows(self._views[-2].stamp):
            raise NoIndex(NOT_OF_THIS_CATALOG.format(self._views[-2].generation))
        self._views.pop()
        return self._views[-1].generation

    def generations(self) -> Sequence[GenerationInfo]:
        last = len(self._views) - 1
        return [
            GenerationInfo(view.generation, number == last, view.article_count, view.sequence, 0)
            for number, view in enumerate(self._views)
        ]

    def check(self) -> Sequence[str]:
        return ()
