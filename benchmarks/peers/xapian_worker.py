"""Xapian in a process of its own: ``/usr/bin/python3 -I xapian_worker.py build|ask FOLDER``.

Debian's binding is for Debian's Python, so nothing of the project is imported here. Articles or
questions come as JSON lines on standard input; times are measured here, around Xapian alone.
"""

from __future__ import annotations

import itertools
import json
import resource
import sys
import time
from collections.abc import Iterator
from typing import Any

import xapian

_BATCH = 1_000
_FIRST, _SECOND, _DAY = 0, 1, 2  # value slots; an article has one or two categories
_CATEGORY, _TITLE = "XC", "S"
_TITLE_WEIGHT = 3


def build(folder: str) -> None:
    """Index what comes, compact, and say how long it took without the reading of lines."""
    database = xapian.WritableDatabase(f"{folder}/growing", xapian.DB_CREATE_OR_OVERWRITE)
    generator = xapian.TermGenerator()
    generator.set_stemmer(xapian.Stem("english"))
    seconds = 0.0
    for lines in _batches():
        items = [json.loads(line) for line in lines]
        started = time.perf_counter()
        for item in items:
            database.add_document(_document(generator, item))
        seconds += time.perf_counter() - started
    started = time.perf_counter()
    database.commit()
    database.compact(f"{folder}/whole")
    seconds += time.perf_counter() - started
    database.close()
    _say({"seconds": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024})


def _batches() -> Iterator[list[str]]:
    while lines := list(itertools.islice(sys.stdin, _BATCH)):
        yield lines


def _document(generator: Any, item: dict[str, Any]) -> Any:  # Xapian has no types
    """The title's words count three times, in the text's own terms; its own terms are for title searches."""
    document = xapian.Document()
    generator.set_document(document)
    generator.set_termpos(0)
    generator.index_text(item["title"], 1, _TITLE)
    generator.increase_termpos()
    generator.index_text(item["title"], _TITLE_WEIGHT)
    generator.increase_termpos()
    generator.index_text(item["text"])
    for slot, slug in enumerate(item["categories"]):
        document.add_boolean_term(_CATEGORY + slug)
        document.add_value(slot, slug)
    document.add_value(_DAY, item["day"])
    document.set_data(f"{item['title']}\n{item['text']}")
    return document


class Asker:
    """Questions to one database, prepared and asked."""

    def __init__(self, folder: str) -> None:
        self._database = xapian.Database(f"{folder}/whole")
        self._stem = xapian.Stem("english")
        self._all = self._database.get_doccount()
        self._prepared: list[tuple[dict[str, Any], Any, Any]] = []

    def prepare(self, question: dict[str, Any]) -> dict[str, Any]:
        """Make the question a query; the answer is its number."""
        query = self._query(question)
        wanted = query
        if question["category"]:
            term = xapian.Query(_CATEGORY + question["category"])
            wanted = xapian.Query(xapian.Query.OP_FILTER, query, term)
        self._prepared.append((question, query, wanted))
        return {"prepared": len(self._prepared) - 1}

    def _query(self, question: dict[str, Any]) -> Any:
        words, how = question["words"], question["how"]
        if how == "phrase":
            return xapian.Query(xapian.Query.OP_PHRASE, words)
        if how == "prefix":
            unbounded = (0, xapian.Query.WILDCARD_LIMIT_ERROR, xapian.Query.OP_SYNONYM)
            return xapian.Query(xapian.Query.OP_WILDCARD, words[0], *unbounded)
        stems = [f"Z{self._stem(word).decode()}" for word in words]
        return xapian.Query(xapian.Query.OP_OR if how == "any" else xapian.Query.OP_AND, stems)

    def ask(self, number: int, fetch: bool) -> dict[str, Any]:
        """Ask a prepared question."""
        question, query, wanted = self._prepared[number]
        started = time.perf_counter()
        spies = _spies() if question["facet"] else []
        enquire = self._enquire(wanted, question["newest"])
        for spy in spies if not question["category"] else []:
            enquire.add_matchspy(spy)
        found = enquire.get_mset(question["offset"], question["limit"], self._all)
        ids = [match.docid - 1 for match in found]
        characters = sum(len(match.document.get_data().decode()) - 1 for match in found) if fetch else 0
        facets = self._facets(query, spies, bool(question["category"]))
        seconds = time.perf_counter() - started
        return {
            "total": found.get_matches_estimated(),
            "ids": ids,
            "facets": facets,
            "characters": characters,
            "seconds": seconds,
        }

    def _enquire(self, query: Any, unscored: bool) -> Any:
        enquire = xapian.Enquire(self._database)
        enquire.set_query(query)
        if unscored:
            enquire.set_weighting_scheme(xapian.BoolWeight())
            enquire.set_sort_by_value(_DAY, True)
        else:
            enquire.set_weighting_scheme(xapian.BM25Weight(1.2, 0, 1, 0.65, 0.5))
        return enquire

    def _facets(self, query: Any, spies: list[Any], filtered: bool) -> dict[str, int]:
        """The categories of all that matches without the filter: a search of its own beside one."""
        if spies and filtered:
            enquire = xapian.Enquire(self._database)
            enquire.set_query(query)
            enquire.set_weighting_scheme(xapian.BoolWeight())
            for spy in spies:
                enquire.add_matchspy(spy)
            enquire.get_mset(0, 0, self._all)
        counts: dict[str, int] = {}
        for spy in spies:
            for value in spy.values():
                slug = value.term.decode()
                counts[slug] = counts.get(slug, 0) + value.termfreq
        return counts


def _spies() -> list[Any]:
    return [xapian.ValueCountMatchSpy(_FIRST), xapian.ValueCountMatchSpy(_SECOND)]


def ask(folder: str) -> None:
    """Answer requests until there are no more."""
    asker = Asker(folder)
    _say({"version": xapian.version_string()})
    for line in sys.stdin:
        request = json.loads(line)
        if "question" in request:
            _say(asker.prepare(request["question"]))
        else:
            _say(asker.ask(request["prepared"], request["fetch"]))


def _say(message: dict[str, Any]) -> None:
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    {"build": build, "ask": ask}[sys.argv[1]](sys.argv[2])
