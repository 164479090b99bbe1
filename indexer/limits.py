"""Bounds on queries and expansions, each with its reason. docs/api.md prints this table."""

from __future__ import annotations

MAX_QUERY_CHARACTERS = 512  # a sentence or two; longer passages are what the quote finder is for
MAX_QUERY_WORDS = 32  # each word is a scan of postings; a longer question gains no precision
MAX_QUERY_DEPTH = 8  # nesting of the query tree, so that evaluation never recurses without bound
MAX_EXPANSIONS = 1_024  # terms a prefix or a fuzzy word may stand for; more begin with one letter
MAX_WINDOW = 10_000  # hits reachable by paging; deeper pages are asked for by machines, not readers
RESCORE_WINDOW = 200  # best hits whose word positions are read for the closeness and title bonuses
FUZZY_MIN_LENGTH = 4  # shorter words have too many neighbours for a typo to be told from another word
FUZZY_LONG_WORD = 8  # from this length on two edits are tried
EXPLAINED_CHARACTERS = 50_000  # of a text, read for the forms a word was found as; about 8,000 words
MAX_QUOTE_CHARACTERS = 2_000  # a long paragraph; who has more finds it by any part
MAX_QUOTE_WORDS = 1_000  # each is looked up and compared; of a script without spaces every character is one
QUOTE_TELLING_WORDS = 16  # rarest words of a quote, by which articles that may hold it are found
QUOTE_CANDIDATES = 30  # articles with most of those words, in which its nearest passage is looked for
