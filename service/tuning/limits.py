"""Bounds on a tuning, each with its reason. docs/versions.md prints this table."""

from __future__ import annotations

MAX_RULES = 1_000  # each is a line that somebody must understand a year later
MAX_SYNONYMS = 1_000  # groups; a thesaurus of more is no work of one's own hands
MAX_WORDS_OF_GROUP = 32  # words, on each side, that are found for each other; each is looked up in a search
MAX_WORDS_OF_PHRASE = 12  # words of one synonym; the longest names of organisations have nine
MAX_STOP_WORDS = 1_000  # changes of one language; the longest list that comes with us has 180 words
MAX_LANGUAGES = 50  # languages with stop words of their own
MAX_PROTECTED = 2_000  # names that are never inflected
MAX_POPULAR = 100  # searches to offer; a list shows eight
MAX_PINS = 50  # of one rule; who places more writes a page, not an answer
MAX_HIDES = 200  # of one rule
MAX_POSITION = 100  # of a pin: the most hits a page can have
MAX_BOOSTS = 200  # of categories, and of types
MAX_TEXT = 200  # characters of a query, a word or a name
MAX_ARTICLE = 2_000  # characters of an id or an address; what browsers and servers pass on
MAX_NOTE = 500  # characters; a reason is a sentence or two
MAX_BYTES = 1_048_576  # of a whole tuning as JSON or TOML; a thousand rules of a kilobyte each

MAX_WEIGHT = 100.0  # of a field; beyond that the other field is not seen
MAX_BONUS = 2.0  # share that a bonus adds at most: twice the score of the words themselves
MAX_RECENCY = 1.2  # what is old must stay findable: the design's bound
MAX_HALF_LIFE = 36_500.0  # days; a century, in which nothing grows old
MIN_FACTOR = 0.1  # of a boost; what should not be found is hidden by a rule
MAX_FACTOR = 10.0  # of a boost; beyond that the words hardly matter any more
