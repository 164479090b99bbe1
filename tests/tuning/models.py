"""Tunings to test with: made by hand, and by Hypothesis, all of them good ones."""

from __future__ import annotations

from hypothesis import strategies as st

from service.tuning.limits import MAX_BONUS, MAX_FACTOR, MAX_RECENCY, MAX_WEIGHT, MIN_FACTOR
from service.tuning.model import Boosts, Pin, Rule, StopWords, Synonyms, TuningModel, Weights

HOSTILE = "<script>alert('1')</script> \"; DROP TABLE x; -- \\ ]] = # {{ }} é 人 ‘’"

FULL = TuningModel(
    rules=(
        Rule(
            name="elections",
            query="election results",
            match="contains",
            from_="2025-01-01",
            to="2025-02-01",
            pin=(Pin("moratorium", 2), Pin("https://example.org/a/")),
            hide=("budget",),
            note="two\nlines",
        ),
        Rule(name="donate", query="donate", redirect="https://example.org/donate", enabled=False),
    ),
    synonyms=(
        Synonyms(("National Council of Resistance of Iran", "NCRI"), exact=True),
        Synonyms(("mek",), ("pmoi",), note=HOSTILE),
    ),
    stop_words={"en": StopWords(add=("said",), remove=("who",)), "fa": StopWords()},
    protected=("NCRI", "مجازات"),
    weights=Weights(title=4.5, recency=1.0),
    boosts=Boosts({"women": 1.25, "un reports": 0.5}, {"post": 2.0}),
    typos=False,
    prefix=False,
    popular=("human rights", HOSTILE),
)

_TEXT = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf")), min_size=1, max_size=20
).map(lambda text: f"w{text}")
_WORD = st.text(st.sampled_from("abcdefßéاب人-'\"\\#="), min_size=1, max_size=8).map(lambda text: f"x{text}y")
_PHRASE = st.lists(_WORD, min_size=1, max_size=4).map(" ".join)
_NOTE = st.one_of(st.just(""), _TEXT, st.just(HOSTILE), st.just("a\nb\tc"))


def _key(text: str) -> str:
    return " ".join(text.casefold().split())


def _unique(items: st.SearchStrategy[str], **size: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(items, unique_by=_key, **size).map(tuple)


_SYNONYMS = st.one_of(
    st.builds(Synonyms, _unique(_PHRASE, min_size=2, max_size=4), st.just(()), st.booleans(), _NOTE),
    st.builds(
        Synonyms,
        _PHRASE.map(lambda text: (f"one {text}",)),
        _PHRASE.map(lambda text: (f"other {text}",)),
        st.booleans(),
        _NOTE,
    ),
)
_DAYS = st.dates().map(lambda day: day.isoformat())
_PINS = st.lists(_WORD, unique=True, max_size=3).map(
    lambda names: tuple(Pin(f"p{name}", number + 1) for number, name in enumerate(names))
)
_RULE = st.builds(
    Rule,
    name=_TEXT,
    query=_PHRASE,
    match=st.sampled_from(("exact", "prefix", "contains")),
    from_=st.one_of(st.just(""), _DAYS),
    pin=_PINS,
    hide=st.lists(_WORD.map(lambda name: f"h{name}"), unique=True, max_size=2).map(tuple),
    enabled=st.booleans(),
    note=_NOTE,
)
_FACTORS = st.dictionaries(_TEXT, st.floats(MIN_FACTOR, MAX_FACTOR), max_size=3)
_CODES = st.text(st.sampled_from("abcdefghij"), min_size=2, max_size=3)
MODELS = st.builds(
    TuningModel,
    rules=st.lists(_RULE, max_size=3, unique_by=lambda rule: _key(rule.name)).map(tuple),
    synonyms=st.lists(_SYNONYMS, max_size=3, unique=True).map(tuple),
    stop_words=st.dictionaries(
        _CODES,
        st.builds(
            StopWords,
            _unique(_WORD.map(lambda word: f"a{word}"), max_size=2),
            _unique(_WORD.map(lambda word: f"r{word}"), max_size=2),
        ),
        max_size=2,
    ),
    protected=_unique(_WORD, max_size=3),
    weights=st.builds(
        Weights,
        title=st.floats(0.001, MAX_WEIGHT),
        content=st.floats(0, MAX_WEIGHT),
        title_bonus=st.floats(0, MAX_BONUS),
        recency=st.floats(1, MAX_RECENCY),
    ),
    boosts=st.builds(Boosts, _FACTORS, _FACTORS),
    typos=st.booleans(),
    prefix=st.booleans(),
    popular=_unique(_PHRASE, max_size=3),
)
