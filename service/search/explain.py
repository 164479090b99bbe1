"""Why a hit is there, in sentences with numbers that add up.

The shares of what was found are added; the sum, times the factors, is the score. :func:`account_of` has these
numbers for programs, :func:`explain` says them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from indexer import Article
from indexer.backends.base import Part, Scored
from indexer.query import Fuzzy, Leaf, Phrase, Prefix, Word

_FIELD: Final = {"title": "the title", "content": "the text"}
_SHOWN_FORMS: Final = 5
# A factor nearer to 1 than this changes no score that is shown.
_NOTHING: Final = 5e-5


class Factor(Struct, frozen=True, gc=False):
    """A factor of the administrator's that is in a score: what it is for, in words, and its size."""

    what: str
    factor: float


class Rules(Struct, frozen=True):
    """What the tuning did for a hit, to be told with it.

    ``stands_for`` says of leaves that are asked for by a synonym which words of the query they stand for.
    ``boosts`` are the factors that are in the score beside those of :mod:`indexer.ranking`. ``pinned`` names
    the rule that put the hit in its place; empty when none did.
    """

    stands_for: Mapping[Leaf, str] = field(default_factory=dict)
    boosts: tuple[Factor, ...] = ()
    pinned: str = ""


NO_RULES: Final = Rules()
_BOOSTED: Final = "Its categories and type are weighed by the administrator"


def factors_of(article: Article, boosts: Mapping[str, Mapping[str, float]]) -> tuple[Factor, ...]:
    """The factors an article has by what it carries, of those of :class:`indexer.ranking.Ranking`."""
    carried = {"category": article.categories, "type": (article.type,), "tag": article.tags}
    return tuple(
        Factor(f"The {name} “{label.label}” is weighed by the administrator", factors[label.slug])
        for name, factors in boosts.items()
        for label in dict.fromkeys(carried.get(name, ()))
        if label.slug in factors
    )


class Share(Struct, frozen=True, gc=False):
    """What one word or phrase adds to a score.

    ``what`` names it, ``stands_for`` the words of the query it is a synonym for (empty: it was asked for
    itself), ``forms`` are the words it was found as. ``documents`` articles hold it, which gives ``weight``
    (the idf). ``occurrences`` is by field.
    """

    what: str
    stands_for: str
    share: float
    weight: float
    documents: int
    occurrences: Mapping[str, int]
    forms: tuple[str, ...]


class Account(Struct, frozen=True):
    """How a score comes about: ``sum`` of the shares, times ``(1 + proximity + title)``, times ``recency``,
    times every factor of ``boosts``, is ``score``. ``coverage`` is in the shares already.
    """

    shares: tuple[Share, ...]
    sum: float
    proximity: float
    title: float
    recency: float
    coverage: float
    boosts: tuple[Factor, ...]
    score: float


def account_of(hit: Scored, rules: Rules = NO_RULES) -> Account:
    """The numbers of a hit that was searched for with ``explain``, the largest share first."""
    parts = sorted(hit.parts, key=lambda part: -part.score)
    boosts = rules.boosts or ((Factor(_BOOSTED, hit.boost),) if hit.boost != 1.0 else ())
    return Account(
        tuple(_share(part, rules) for part in parts),
        sum(part.score for part in parts),
        hit.proximity_bonus,
        hit.title_bonus,
        hit.recency,
        hit.coverage,
        boosts,
        hit.score,
    )


def _share(part: Part, rules: Rules) -> Share:
    return Share(
        name_of(part.leaf),
        rules.stands_for.get(part.leaf, ""),
        part.score,
        part.idf,
        part.documents,
        dict(part.occurrences),
        part.forms,
    )


def explain(hit: Scored, rules: Rules = NO_RULES) -> tuple[str, ...]:
    """Sentences that account for a hit's score, the largest share first."""
    pinned = (f"It has its place by the rule “{rules.pinned}”, whatever its score.",) if rules.pinned else ()
    return (*pinned, *sentences(account_of(hit, rules)))


def sentences(account: Account) -> tuple[str, ...]:
    """An account in words; the last sentence is the calculation."""
    if not account.shares:  # browsing: nothing was asked for that counts
        return (f"Score: {account.score:.3f}.",)
    return (*map(_found, account.shares), *_factors(account), _result(account))


def _found(share: Share) -> str:
    others = [form for form in share.forms if f"“{form}”" not in share.what]
    found_as = f" as {', '.join(map(_written, others[:_SHOWN_FORMS]))}" if others else ""
    by = f" (it stands for “{share.stands_for}” by a synonym)" if share.stands_for else ""
    spread = "1 article holds" if share.documents == 1 else f"{share.documents:,} articles hold"
    places = places_of(share.occurrences)
    return (
        f"{share.what}{by} is found {places}{found_as}; "
        f"{spread} it (weight {share.weight:.2f}): {share.share:.3f}."
    )


def places_of(occurrences: Mapping[str, int]) -> str:
    """How often in which field: ``twice in the text and once in the title``."""
    found = [
        f"{times(count)} in {_FIELD.get(name, name)}" for name, count in sorted(occurrences.items()) if count
    ]
    return " and ".join(found) or "nowhere"


def times(count: int) -> str:
    """``once``, ``twice``, ``12 times``."""
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def _written(form: str) -> str:
    return form.replace(chr(0x200C), "-")


def name_of(leaf: Leaf) -> str:
    """What a leaf asks for, in words."""
    match leaf:
        case Word(text, _, forms):
            return f"“{text}”" if forms else f"exactly “{text}”"
        case Phrase(words):
            return f"the phrase “{' '.join(words)}”"
        case Prefix(text):
            return f"a word beginning with “{text}”"
        case Fuzzy(text, distance):
            letters = "one letter" if distance == 1 else f"up to {distance} letters"
            return f"a word spelled like “{text}” ({letters} different)"


def _factors(account: Account) -> Iterator[str]:
    if account.coverage != 1.0:
        yield f"Not all words are there: their shares are times {account.coverage:.2f}."
    if account.proximity:
        yield f"The words stand close together: plus {_percent(account.proximity)}."
    if account.title:
        yield f"Title and query share words: plus {_percent(account.title)}."
    if abs(account.recency - 1.0) > _NOTHING:
        yield f"Published lately: times {account.recency:.4f}."
    for boost in account.boosts:
        yield f"{boost.what}: times {boost.factor:.2f}."


def _percent(share: float) -> str:
    return f"{share:.2%}"


def _result(account: Account) -> str:
    bonus = 1.0 + account.proximity + account.title
    factors = [bonus, account.recency, *(boost.factor for boost in account.boosts)]
    told = [f"{factor:.4f}" for factor in factors if abs(factor - 1.0) > _NOTHING]
    if len(account.shares) < 2 and not told:
        return f"Score: {account.score:.3f}."
    added = [f"{share.share:.3f}" for share in account.shares]
    together = " + ".join(added)
    if told and len(added) > 1:
        together = f"({together})"
    return f"Score: {' × '.join([together, *told])} = {account.score:.3f}."
