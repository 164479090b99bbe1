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
