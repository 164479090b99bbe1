"""What an administrator is told of one article and one question: verdicts with sentence, code and details."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from .addresses import Near
from .explain import Account
from .request import LabelledValue

ReasonCode = Literal[
    "not_indexed",  # no article has this address
    "removed",  # it was an article, and was removed
    "rejected",  # the last run refused its page
    "waiting",  # accepted, but the index has not got so far
    "hidden_by_rule",  # a rule of the administrator hides it for this question
    "excluded_by",  # a filter takes it away
    "word_excluded",  # it has a word that the question excludes
    "word_missing",  # it lacks a word that was asked for
    "phrase_missing",  # it has the words, not one after another
    "words_unusable",  # the question asks for nothing that can be found
    "beyond_window",  # it is in the answer, behind all that can be reached
    "redirected",  # a rule sends whoever asks this elsewhere
    "pinned",  # a rule of the administrator gives it its place
    "ranked",  # it is in the answer
]


class Reason(Struct, frozen=True):
    """One thing that is so. ``keeps_out`` says that the article is not in the answer because of it.

    ``details`` are the numbers and words of the sentence, for programs; which there are depends on ``code``
    and is written down in docs/api.md.
    """

    code: ReasonCode
    sentence: str
    keeps_out: bool
    details: Mapping[str, Any]


class Subject(Struct, frozen=True):
    """An article that is asked about, or that stands first."""

    id: str
    url: str
    title: str
    type: LabelledValue
    categories: tuple[LabelledValue, ...]
    lang: str
    author: str
    published_at: str


class Compared(Struct, frozen=True):
    """What one word or phrase of a question gives to this article and to the first; 0 where it is not found.

    ``occurrences`` are by field.
    """

    what: str
    share: float
    first_share: float
    occurrences: Mapping[str, int]
    first_occurrences: Mapping[str, int]
    documents: int
    weight: float


class Comparison(Struct, frozen=True):
    """This article beside the first of the answer: all numbers, and in words what the first has more of.

    ``words`` and ``first_words`` are the lengths of the texts. ``account`` and ``first_account`` say how the
    scores come about.
    """

    first: Subject
    rows: tuple[Compared, ...]
    account: Account
    first_account: Account
    words: int
    first_words: int
    sentences: tuple[str, ...]


class Verdict(Struct, frozen=True):
    """Why an article is in an answer or not.

    ``found`` says whether it is, and can be reached; ``rank`` is its place from 1 and ``page`` the page it is
    on, ``None`` when it is not found. ``total`` counts the answer. ``reasons`` are in the
    order in which somebody looks into them. ``nearest`` are the addresses that may have been meant.
    """

    found: bool
    rank: int | None
    page: int | None
    total: int
    article: Subject | None
    reasons: tuple[Reason, ...]
    explanation: tuple[str, ...] = ()
    comparison: Comparison | None = None
    nearest: tuple[Near, ...] = ()
    generation: str = ""
    took_ms: float = 0.0
