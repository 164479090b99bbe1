"""Our query tree as one of Whoosh's, indexes that stock Whoosh writes, our BM25 as a weighting of Whoosh."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from rapidfuzz.distance import OSA
from whoosh import scoring
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import FileIndex
from whoosh.query import And, ColumnQuery, Every, Not, NullQuery, Or, Phrase, Prefix, Query, Term

from indexer import query as ours
from indexer import ranking as formulas
from indexer.analysis import SEPARATOR, folded_form, read_term, stem_terms
from indexer.backends.base import Record, Search
from indexer.backends.evaluate import ordinal
from indexer.backends.whoosh.codec.codec import ColumnarCodec
from indexer.backends.whoosh.schema import FORMS, make_schema, read_record, to_document
from tests.strategies import LANGUAGES

Step = tuple[str, Record]
LAST_DAY = 2**32 - 1


# -- an index that stock Whoosh writes --------------------------------------------------------------


class _Memory(RamStorage):
    """What Whoosh sorts in, too, is no folder: an example should cost milliseconds."""

    def temp_storage(self, name: str | None = None) -> RamStorage:
        return _Memory()


def stock_index(directory: Path | None = None) -> FileIndex:
    """An empty index of our schema; in memory without a directory."""
    storage = _Memory() if directory is None else FileStorage(str(directory))
    return FileIndex.create(storage, make_schema(), "MAIN")


def stock_commit(index: FileIndex, steps: Iterable[Step], *, ours: bool = False, merge: bool = False) -> None:
    """Whoosh's own writer does what the steps say, in one commit; with its codec or with ours.

    Of an article that is changed twice only the last change is made: Whoosh cannot take back what it has not
    committed.
    """
    last = {item.article.id: (action, item) for action, item in steps}
    codec = ColumnarCodec() if ours else None
    writer = index.writer(codec=codec, compound=False)
    for identity, (action, item) in last.items():
        writer.delete_by_term("id", identity)
        if action == "add":
            writer.add_document(**to_document(item))
    writer.commit(merge=merge)


def found(searcher: Any, query: Query) -> list[str]:
    """The ids of the articles that a query finds, sorted; one that is found twice stands there twice."""
    return sorted(
        read_record(searcher.stored_fields(number)["record"]).article.id
        for number in searcher.docs_for_query(query)
    )


def scores(searcher: Any, query: Query) -> dict[str, float]:
    """The score of each article that a query finds."""
    return {
        read_record(hit["record"]).article.id: hit.score
        for hit in searcher.search(query, limit=None, optimize=False)
    }


# -- our questions in Whoosh's terms ----------------------------------------------------------------


def asked(search: Search, reader: Any) -> Query:
    """What matches a whole search, filters and days included."""
    return And([translated(search.query, reader), *_filters(search.filters), *_days(search)])


def _filters(filters: Mapping[str, Sequence[str]]) -> Iterator[Query]:
    for name, slugs in filters.items():
        if slugs:
            yield Or([Term(name, slug) for slug in slugs])


def _days(search: Search) -> Iterator[Query]:
    if search.published_from or search.published_to:
        first = ordinal(search.published_from) or 1
        last = ordinal(search.published_to) or LAST_DAY
        yield _Column("published", lambda day: first <= day <= last)


class _Column(ColumnQuery):
    """Whoosh's And asks each child how much it may find, and this one cannot say (2.7.4)."""

    def estimate_size(self, ixreader: Any) -> int:
        return ixreader.doc_count_all()


def translated(query: ours.Query, reader: Any) -> Query:
    """The documents of our tree, as a tree of Whoosh's. What stands for many words is spelled out."""
    match query:
        case ours.AnyOf(children) | ours.Some(children):
            return Or([translated(child, reader) for child in children])
        case ours.AllOf(children):
            # NOTE: not AndNot, whose matcher (2.7.4) lets through a first document that both sides hold.
            return And([translated(child, reader) for child in children])
        case ours.Not(child):
            return Not(translated(child, reader))
        case ours.Boost(child, _):
            return translated(child, reader)
        case ours.Ids(ids):
            return Or([Term("id", article_id) for article_id in ids] or [NullQuery])
        case ours.Everything():
            return Every()
        case ours.Nothing():
            return NullQuery
        case ours.Word() | ours.Phrase() | ours.Prefix() | ours.Fuzzy():
            return Or([_leaf(query, field, reader) for field in query.fields])


def _leaf(leaf: ours.Leaf, field: str, reader: Any) -> Query:
    match leaf:
        case ours.Word():
            return _word(leaf, field)
        case ours.Prefix():
            return Prefix(field, folded_form(leaf.text))
        case ours.Fuzzy():
            return Or([Term(field, term) for term in _near(leaf, field, reader)] or [NullQuery])
        case ours.Phrase():
            spelled = product(*(list(spellings(reader, field, word)) for word in leaf.words))
            return Or([_run(field, words) for words in spelled] or [NullQuery])


def _run(field: str, words: tuple[str, ...]) -> Query:
    return Phrase(field, list(words)) if len(words) > 1 else Term(field, words[0])


def _word(word: ours.Word, field: str) -> Query:
    folded = folded_form(word.text)
    stems = {stem for lang in LANGUAGES for stem in stem_terms(word.text, lang)} if word.forms else set()
    forms = [Term(f"{field}_forms", stem) for stem in sorted(stems)]
    return Or([Term(field, folded), Prefix(field, folded + SEPARATOR), *forms])


def spellings(reader: Any, field: str, word: str) -> Iterator[str]:
    """Every term of a word's folded form in a field."""
    folded = folded_form(word)
    for term in reader.expand_prefix(field, folded):
        text = term.decode()
        if read_term(text)[0] == folded:
            yield text


def _near(leaf: ours.Fuzzy, field: str, reader: Any) -> Iterator[str]:
    typed = folded_form(leaf.text)
    for term in reader.lexicon(field):
        folded = read_term(term.decode())[0]
        if folded[:1] == typed[:1] and OSA.distance(folded, typed) <= leaf.distance:
            yield term.decode()


# -- our formula ------------------------------------------------------------------------------------


class LuceneBM25(scoring.BM25F):
    """Whoosh's BM25F, which is our formula for one field, with Lucene's idf and what is exact of us.

    Whoosh rounds a document's length to one of 256, and counts deleted documents where it counts articles.
    """

    def __init__(self, ranking: formulas.Ranking) -> None:
        super().__init__(B=ranking.b, K1=ranking.k1)

    def idf(self, searcher: Any, fieldname: str, text: bytes) -> float:
        return formulas.idf(searcher.doc_count(), _holders(searcher, fieldname, text))

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> Any:
        if not searcher.schema[fieldname].scorable:
            return super().scorer(searcher, fieldname, text, qf=qf)
        return _Scorer(searcher, fieldname, text, self.B, self.K1, qf=qf)


class _Scorer(scoring.BM25FScorer):
    """Lengths are those of the column, of live documents."""

    def setup(self, searcher: Any, fieldname: str, text: bytes) -> None:
        top, fieldname = searcher.get_parent(), fieldname.removesuffix(FORMS)
        lengths = [length for leaf in top.leaf_searchers() for length in _live_lengths(leaf[0], fieldname)]
        self.avgfl = sum(lengths) / max(1, len(lengths)) or 1
        column = searcher.reader().column_reader(f"{fieldname}_length")
        self.dfl = lambda document: column[document]
        self._maxquality = float("inf")


def _holders(searcher: Any, fieldname: str, text: bytes) -> int:
    """How many live documents hold a term."""
    readers = [leaf.reader() for leaf, _ in searcher.leaf_searchers()]
    return sum(
        len(list(reader.postings(fieldname, text).all_ids()))
        for reader in readers
        if (fieldname, text) in reader
    )


def _live_lengths(searcher: Any, fieldname: str) -> Iterator[int]:
    reader = searcher.reader()
    if reader.doc_count_all():
        column = reader.column_reader(f"{fieldname}_length")
        yield from (column[document] for document in reader.all_doc_ids())
