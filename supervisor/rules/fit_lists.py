"""Lists of words and of people as numbers, and what two lists have in common, for many at once.

Words become bits, 64 to a column; people and organisations, of whom there are thousands, stand
in rows filled up with UNKNOWN.
"""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Flags = NDArray[np.bool_]
Points = NDArray[np.int64]
Rows = NDArray[np.intp]
UNKNOWN = -1
BITS = 64


class Codes(dict[str, int]):
    """A number for each word, given when it is first met."""

    def __missing__(self, word: str) -> int:
        return self.setdefault(word, len(self))


def bits(lists: Sequence[Collection[str]], codes: Codes) -> Column:
    """Each list of words as bits. Many people have the same list: each is made once."""
    rows = {words: row for row, words in enumerate(dict.fromkeys(lists))}
    masks = [sum(1 << codes[word] for word in words) for words in rows]
    width, last = len(codes) // BITS + 1, (1 << BITS) - 1
    table = [[mask >> BITS * n & last for n in range(width)] for mask in masks]
    each = np.array([rows[words] for words in lists], np.intp)
    return np.array(table, np.uint64).reshape(-1, width)[each]


def padded(lists: Sequence[Collection[int]], fill: int = UNKNOWN) -> Column:
    """Lists of different length as one table, filled up on the right."""
    table = np.full((len(lists), max([1, *map(len, lists)])), fill, dtype=np.int64)
    for row, values in enumerate(lists):
        if values:
            table[row, : len(values)] = list(values)
    return table


def share_word(one: Column, other: Column) -> Flags:
    """For each pair, whether its two lists have a word in common. The column that was made
    later may be wider: words that the other never met are not in common."""
    width = min(one.shape[1], other.shape[1])
    return _any(one[:, :width] & other[:, :width])


def has_words(one: Column) -> Flags:
    """For each pair, whether there is a word in its list."""
    return _any(one)


def lack_word(one: Column, other: Column) -> Flags:
    """For each pair, whether its first list has a word that its other has not."""
    width = min(one.shape[1], other.shape[1])
    return _any(one[:, :width] & ~other[:, :width]) | _any(one[:, width:])


def _any(words: Column) -> Flags:
    found: Flags = np.zeros(len(words), np.bool_)
    for column in words.T:
        found |= column != 0
    return found


def holds(ids: Column, one: Column) -> Flags:
    """For each pair, whether its list of ids holds its id."""
    found: Flags = np.zeros(len(one), np.bool_)
    for column in ids.T:
        found |= (column == one) & (column != UNKNOWN)
    return found


def share_id(one: Column, other: Column) -> Flags:
    """For each pair, whether its two lists of ids have one in common."""
    found: Flags = np.zeros(len(one), np.bool_)
    for column in one.T:
        found |= holds(other, column)
    return found
