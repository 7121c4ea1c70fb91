"""At most one match between two people, in either direction.

A couple is the two people of a pair. Pairs of one couple may stand together only when they agree
in their strand: another period of the same support is the same match, another kind or the other
direction is not.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from supervisor.rules.fit_lists import Flags, Points, Rows

ID_BITS = 31


def couple_of(one: Points, other: Points) -> Points:
    """A number for two people, whichever comes first."""
    return np.minimum(one, other) << ID_BITS | np.maximum(one, other)


def in_the_way(couple: Points, strand: Points, held: Points, held_strand: Points) -> Flags:
    """Whether a match that is held already is another one between the same two people."""
    order = np.argsort(held)
    held, held_strand = held[order], held_strand[order]
    at = np.minimum(np.searchsorted(held, couple), max(0, len(held) - 1))
    if not len(held):
        return np.zeros(len(couple), np.bool_)
    return np.asarray((held[at] == couple) & (held_strand[at] != strand))


def clash_rows(couple: Points, strand: Points) -> Any:
    """Rows over the pairs: of those in a row one at most can be chosen.

    A couple with one pair of each strand is a row; with several of one, every way is.
    """
    order = np.lexsort((strand, couple))
    order = order[_mixed(couple[order], strand[order])]
    several = np.isin(couple[order], couple[order][1:][_same(order, couple, strand)])
    pair = order[~several]
    row = np.unique(couple[pair], return_inverse=True)[1]
    more = [np.zeros(0, np.intp), *_in_every_way(order[several], couple, strand)]
    first = row.max(initial=-1) + 1
    at = np.repeat(np.arange(len(more)) - 1 + first, [len(one) for one in more])
    at, pair = np.concatenate([row, at]), np.concatenate([pair, *more])
    shape = int(first) + len(more) - 1, len(couple)
    return csr_array((np.ones(len(at), np.int64), (at, pair)), shape=shape)


def _same(order: Rows, couple: Points, strand: Points) -> Flags:
    """Which pairs, sorted by couple and strand, agree in both with the one before."""
    couples, strands = np.diff(couple[order]), np.diff(strand[order])
    return np.asarray((couples == 0) & (strands == 0))


def _in_every_way(order: Rows, couple: Points, strand: Points) -> Iterator[Rows]:
    """One pair of each strand of a couple, in every way."""
    for pairs in _runs(order, couple):
        if len(pairs):
            yield from (np.array(row) for row in product(*_runs(pairs, strand)))


def _mixed(couple: Points, strand: Points) -> Flags:
    """Which pairs, sorted by couple and strand, are of a couple with more than one strand."""
    _, row, size = np.unique(couple, return_inverse=True, return_counts=True)
    first = np.cumsum(size) - size
    last = first + size - 1
    return np.asarray((strand[first] != strand[last])[row])


def _runs(pairs: Rows, key: Points) -> list[Rows]:
    """Pairs, sorted by a key, split where it changes."""
    return np.split(pairs, np.flatnonzero(np.diff(key[pairs])) + 1)
