"""bm25s with its numba backend: the best ten of any of the words, and nothing else.

It has one field, so the title stands three times before the text. It scores every article and
keeps no totals, so its times are for less than the others answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import bm25s
import numpy as np
import Stemmer
from bm25s.tokenization import Tokenizer
from bm25s.utils.corpus import JsonlCorpus

from ..data import Item
from ..questions import Question
from .base import TITLE_WEIGHT, Answer, Unable, files_by_suffix

_FACTS = "categories.json"


@dataclass(frozen=True, slots=True)
class _Prepared:
    words: list[str]
    mask: np.ndarray | None
    offset: int
    limit: int


class Bm25s:
    """See the module."""

    name = "bm25s"
    note = "numba backend; gives no totals: only the best hits of any of the words"

    def __init__(self) -> None:
        self._model: bm25s.BM25 | None = None

    def version(self) -> str:
        return version("bm25s")

    def build(self, items: Iterable[Item], folder: Path, expected: int) -> None:
        kept = list(items)
        texts = [f"{f'{item.title}. ' * int(TITLE_WEIGHT)}{item.text}" for item in kept]
        tokens = _tokenizer().tokenize(texts, show_progress=False, return_as="tuple")
        model = bm25s.BM25(backend="numba", method="lucene", k1=1.2, b=0.65)
        model.index(tokens, show_progress=False)
        corpus = [{"number": item.number, "title": item.title, "text": item.text} for item in kept]
        model.save(str(folder), corpus=corpus, show_progress=False)
        facts = json.dumps([item.categories for item in kept])
        (folder / _FACTS).write_text(facts, encoding="utf-8")

    def open(self, folder: Path) -> None:
        self._model = bm25s.BM25.load(str(folder), load_corpus=False, mmap=False)
        self._stored = JsonlCorpus(folder / "corpus.jsonl", show_progress=False)
        self._categories = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
        self._stemmer = Stemmer.Stemmer("english")

    def prepare(self, question: Question) -> _Prepared:
        if question.how != "any" or question.newest:
            raise Unable("bm25s finds any of the words, by score, and nothing else")
        if question.facet:
            raise Unable("bm25s counts nothing")
        mask = None
        if question.category:
            mask = np.array([question.category in slugs for slugs in self._categories], dtype=np.float32)
        return _Prepared(self._stemmer.stemWords(list(question.words)), mask, question.offset, question.limit)

    def ask(self, prepared: _Prepared, fetch: bool) -> Answer:
        assert self._model is not None
        wanted = min(prepared.offset + prepared.limit, len(self._categories))
        found = self._model.retrieve(
            [prepared.words],
            k=wanted,
            sorted=True,
            show_progress=False,
            n_threads=1,
            weight_mask=prepared.mask,
        )
        ids = tuple(map(int, found.documents[0][prepared.offset :]))
        characters = 0
        if fetch:
            hits = [self._stored[number] for number in ids]
            characters = sum(len(hit["title"]) + len(hit["text"]) for hit in hits)
        return Answer(None, ids, characters=characters)

    def parts(self, folder: Path) -> Mapping[str, int]:
        return files_by_suffix(folder)

    def close(self) -> None:
        self._model = None


def _tokenizer() -> Tokenizer:
    return Tokenizer(lower=True, splitter=r"(?u)\b\w+\b", stopwords=[], stemmer=Stemmer.Stemmer("english"))
