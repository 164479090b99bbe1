"""The query tree of one segment as a program over lists, and from what matches to an answer.

A program is rows of an operation and its argument, in the order of a stack machine: operands first.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from .algebra import (
    add_leaf_to,
    add_to,
    better,
    both,
    both_leaf,
    everything,
    leaf_scores,
    some,
    without,
)
from .memory import DOCS, INNER, OPTIONS, f8, u1, u2, u4, u8
from .selection import count_values_of, first_hits, mark, mark_days, passing

# -- operations, with what their argument is
LIST, ALL, ANY, SOME, WITHOUT, BOOST, EVERY, NONE = range(8)
# leaf; operands; operands; operands; -; place of the factor; -; -

# -- scratch space of a thread, by address: see :class:`..workspace.Workspace`
SUMS, BITS, TOTALS, COUNTS, MARKS, PASSES = range(6)
SPACE = 6

# -- what a search is, beside its tree: see :func:`answer`
WANTED, FIRST_DAY, LAST_DAY, DAYS_BIT, LIMIT, SORT, ARTICLES = range(7)


@njit(**INNER)
def _scored(stack_leaf: int, documents: Any, values: Any, k1: float, idf: Any, norms: Any, count: int) -> Any:
    """A list's scores: of a leaf they are computed, of all else they are there."""
    if stack_leaf < 0:
        return values
    return leaf_scores(documents, values, idf[stack_leaf], k1, f8(norms[stack_leaf], count))


@njit(**INNER)
def _all_of(stack: Any, whose: Any, k1: float, idf: Any, norms: Any, count: int) -> Any:
    """The intersection of some lists, the shortest first."""
    order = np.arange(len(stack))
    for at in range(1, order.size):
        place, to = order[at], at
        while to and stack[order[to - 1]][0].size > stack[place][0].size:
            order[to] = order[to - 1]
            to -= 1
        order[to] = place
    place = order[0]
    documents, values = stack[place]
    values = _scored(whose[place], documents, values, k1, idf, norms, count)
    for place in order[1:]:
        if documents.size == 0:
            break
        others, numbers = stack[place]
        leaf = whose[place]
        if leaf < 0:
            documents, values = both(documents, values, others, numbers)
        else:
            documents, values = both_leaf(
                documents, values, others, numbers, idf[leaf], k1, f8(norms[leaf], count)
            )
    return documents, values


@njit(**INNER)
def _some(
    stack: Any, whose: Any, k1: float, idf: Any, norms: Any, count: int, space: Any, exponent: float
) -> Any:
    totals, counts = f8(space[TOTALS], count), u2(space[COUNTS], count)
    marks = u8(space[MARKS], (count + 63) >> 6)
    for place in range(len(stack)):
        documents, values = stack[place]
        leaf = whose[place]
        if leaf < 0:
            add_to(documents, values, totals, counts, marks)
        else:
            add_leaf_to(documents, values, idf[leaf], k1, f8(norms[leaf], count), totals, counts, marks)
    coverage = np.empty(len(stack) + 1, np.float64)
    for found in range(len(stack) + 1):
        coverage[found] = (found / len(stack)) ** exponent
    return some(totals, counts, marks, coverage)


@njit(**INNER)
def evaluate(
    seg: Any,
    program: Any,
    factors: Any,
    documents: Any,
    values: Any,
    ends: Any,
    idf: Any,
    norms: Any,
    k1: float,
    exponent: float,
    space: Any,
) -> Any:
    """Run a program: the documents that match, ascending, and their scores."""
    count = seg[DOCS]
    stack = [(documents[:0], values[:0])]
    whose = [-1]
    for step in range(program.shape[0]):
        operation, argument = program[step, 0], program[step, 1]
        if operation == LIST:
            start, end = ends[argument], ends[argument + 1]
            stack.append((documents[start:end], values[start:end]))
            whose.append(argument)
        elif operation == EVERY:
            found = everything(seg)
            stack.append((found, np.zeros(found.size, np.float64)))
            whose.append(-1)
        elif operation == NONE:
            stack.append((documents[:0], values[:0]))
            whose.append(-1)
        elif operation == BOOST:
            found, scores = stack.pop()
            scores = _scored(whose.pop(), found, scores, k1, idf, norms, count)
            stack.append((found, scores * factors[argument]))
            whose.append(-1)
        elif operation == WITHOUT:
            gone, _ = stack.pop()
            whose.pop()
            found, scores = stack.pop()
            scores = _scored(whose.pop(), found, scores, k1, idf, norms, count)
            stack.append(without(found, scores, gone))
            whose.append(-1)
        else:
            operands, leaves = [stack.pop()], [whose.pop()]
            for _ in range(argument - 1):
                operands.append(stack.pop())
                leaves.append(whose.pop())
            if operation == ALL:
                made = _all_of(operands, leaves, k1, idf, norms, count)
            elif operation == SOME:
                made = _some(operands, leaves, k1, idf, norms, count, space, exponent)
            else:
                made = (
                    operands[0][0],
                    _scored(leaves[0], operands[0][0], operands[0][1], k1, idf, norms, count),
                )
                for place in range(1, argument):
                    others, numbers = operands[place]
                    numbers = _scored(leaves[place], others, numbers, k1, idf, norms, count)
                    made = better(made[0], made[1], others, numbers)
            stack.append(made)
            whose.append(-1)
    found, scores = stack.pop()
    return found, _scored(whose.pop(), found, scores, k1, idf, norms, count)


@njit(**INNER)
def _marked(seg: Any, search: Any, filters: Any, space: Any) -> Any:
    """A bit for each filter that a document passes; empty without filters."""
    if search[WANTED] == 0:
        return u1(space[PASSES], 0)
    passes = u1(space[PASSES], seg[DOCS])
    passes[:] = 0
    for row in range(filters.shape[0]):
        mark(passes, u4(filters[row, 1], filters[row, 2]), np.uint8(filters[row, 0]))
    if search[DAYS_BIT]:
        mark_days(seg, passes, search[FIRST_DAY], search[LAST_DAY], np.uint8(search[DAYS_BIT]))
    return passes


@njit(**INNER)
def rarity(holders: Any, ends: Any, articles: int) -> Any:
    """The idf of each leaf (:func:`indexer.ranking.idf`); without ``holders`` its list tells how many hold
    it.
    """
    idf = np.empty(ends.size - 1, np.float64)
    for leaf in range(idf.size):
        count = holders[leaf] if holders.size else ends[leaf + 1] - ends[leaf]
        idf[leaf] = math.log(1.0 + (articles - count + 0.5) / (count + 0.5))
    return idf


@njit(
    "Tuple((int64, uint32[::1], float64[::1], int64[::1]))"
    "(int64[::1], int64[:, ::1], float64[::1], uint32[::1], float64[::1], int64[::1], int64[::1], int64[::1],"
    " float64, float64, int64[::1], int64[::1], int64[:, ::1], int64[:, ::1])",
    **OPTIONS,
)
def answer(
    seg: Any,
    program: Any,
    factors: Any,
    documents: Any,
    values: Any,
    ends: Any,
    holders: Any,
    norms: Any,
    k1: float,
    exponent: float,
    space: Any,
    search: Any,
    filters: Any,
    facets: Any,
) -> Any:
    """The total, the first hits in order with their scores, and the counts of all facets, one behind the
    other.

    ``documents``, ``values`` and ``ends`` are the lists of the leaves, ``holders`` how many articles hold
    each, if there are more than those, ``norms`` the addresses of what stands below its frequencies. A
    filter's row is its bit, and address and number of the documents that carry one of its values; a facet's
    its bit, addresses of the values' bounds and numbers of each document, and how many values there are.
    """
    idf = rarity(holders, ends, search[ARTICLES])
    found, scores = evaluate(seg, program, factors, documents, values, ends, idf, norms, k1, exponent, space)
    passes = _marked(seg, search, filters, space)
    room = 0
    for row in range(facets.shape[0]):
        room += facets[row, 3]
    counts, at = np.zeros(room, np.int64), 0
    for row in range(facets.shape[0]):
        needed = np.uint8(search[WANTED] & ~facets[row, 0])
        count_values_of(
            found, passes, needed, facets[row, 1], facets[row, 2], seg[DOCS], counts[at : at + facets[row, 3]]
        )
        at += facets[row, 3]
    if search[WANTED]:
        found, scores = passing(found, scores, passes, np.uint8(search[WANTED]))
    best = first_hits(seg, search[SORT], found, scores, search[LIMIT])
    return found.size, found[best], scores[best], counts
