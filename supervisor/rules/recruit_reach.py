"""Which needs could give way, so that one which nobody meets is met: by moving others along.

From an unmet need it goes to every provider who may meet it, from them to the needs that they
meet, and so on. Whatever meets the needs outside is not touched: so the part inside can be solved
by itself, and what it comes to is proved for the whole.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from supervisor.rules.assign_problem import Problem
from supervisor.rules.fit_lists import Flags, Points, Rows


@dataclass(frozen=True)
class Reach:
    """What each unmet need reaches: itself, and what all of its `bundle` reach. Many needs have
    the same ways to go, and are of one bundle; `bundles` has a row for each, over the needs."""

    unmet: Rows
    bundle: Rows
    bundles: Flags

    @property
    def pool(self) -> Rows:
        """All needs that any of them reaches, themselves included."""
        return np.union1d(self.unmet, np.flatnonzero(self.bundles.any(axis=0)))

    def touches(self, needs: Rows) -> Flags:
        """Which unmet ones reach one of these needs."""
        met = np.asarray(self.bundles[:, needs].any(axis=1))
        return np.asarray(met[self.bundle] | np.isin(self.unmet, needs))

    def inside(self, touched: Flags) -> Flags:
        """The needs of the parts that these unmet ones stand in: what they reach, and what others
        reach who share a need with them."""
        same = np.isin(self._part, self._part[touched])
        found = np.asarray(self.bundles[np.unique(self.bundle[same])].any(axis=0))
        found[self.unmet[same]] = True
        return found

    @cached_property
    def _part(self) -> Points:
        """A number for each unmet one, the same where bundles overlap; who reaches nobody is
        alone."""
        bundle, need = self.bundles.nonzero()
        ends, size = (bundle, len(self.bundles) + need), sum(self.bundles.shape)
        links = coo_array((np.ones(len(need), np.int8), ends), shape=(size, size))
        count, label = connected_components(links, directed=False)
        alone = ~np.asarray(self.bundles.any(axis=1))[self.bundle]
        return np.where(alone, count + np.arange(len(self.unmet)), label[self.bundle])


def reach(problem: Problem, chosen: Rows, unmet: Rows) -> Reach:
    """What each of the unmet needs reaches, when these pairs are chosen."""
    ways, needs = _ways(problem, chosen), len(problem.effort)
    knot = connected_components(ways, connection="strong")[1]
    keys = [tuple(np.unique(knot[_next(ways, need)]).tolist()) for need in unmet.tolist()]
    rows = {key: row for row, key in enumerate(dict.fromkeys(keys))}
    bundles = np.zeros((len(rows), needs), np.bool_)
    for key, need in dict(zip(keys, unmet.tolist(), strict=True)).items():
        nodes = breadth_first_order(ways, need, return_predecessors=False)[1:]
        bundles[rows[key], nodes[nodes < needs]] = True
    return Reach(unmet, np.array([rows[key] for key in keys], np.intp), bundles)


def _next(ways: Any, node: int) -> Rows:
    start, end = ways.indptr[node : node + 2]
    return np.asarray(ways.indices[start:end])


def _ways(problem: Problem, chosen: Rows) -> Any:
    """From a need to its providers; from a provider to the needs that they meet; and to a need
    whose match stands in the way of another between the same two people."""
    needs, size = len(problem.effort), len(problem.effort) + len(problem.person)
    pair, other = _in_the_way(problem, chosen)
    tails = [problem.need, needs + problem.provider[chosen], problem.need[pair]]
    heads = [needs + problem.provider, problem.need[chosen], problem.need[other]]
    ends = np.concatenate(tails), np.concatenate(heads)
    return csr_array(coo_array((np.ones(len(ends[0])), ends), shape=(size, size)))


def _in_the_way(problem: Problem, chosen: Rows) -> tuple[Rows, Rows]:
    """Pairs, each with a chosen one that it clashes with."""
    mine = problem.clashes[:, chosen]
    pair, at = (problem.clashes.T @ mine).nonzero()
    return pair, chosen[at]
