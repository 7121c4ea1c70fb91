"""Which needs could give way, so that one which nobody meets is met: by moving others along.

From an unmet need it goes to every provider who may meet it, from them to the needs that they
meet, and so on. Whatever meets the needs outside is not touched: so the part inside can be solved
by itself, and what it comes to is proved for the whole.
"""

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from supervisor.rules.assign_problem import Problem
from supervisor.rules.fit_lists import Flags, Points, Rows


def reach(problem: Problem, chosen: Rows, unmet: Rows) -> Flags:
    """For each unmet need a row: which needs it could ask to give way, itself included."""
    needs = len(problem.effort)
    found = np.zeros((len(unmet), needs), np.bool_)
    ways = _ways(problem, chosen)
    for row, need in enumerate(unmet.tolist()):
        nodes = breadth_first_order(ways, need, return_predecessors=False)
        found[row, nodes[nodes < needs]] = True
    return found


def anywhere(reached: Flags) -> Flags:
    """The needs that any of them reaches."""
    return np.asarray(reached.any(axis=0))


def _ways(problem: Problem, chosen: Rows) -> csr_array:
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


def groups(reached: Flags) -> Points:
    """Unmet needs whose reaches have a need in common bear the same number."""
    unmet, need = reached.nonzero()
    size = sum(reached.shape)
    links = coo_array((np.ones(len(need)), (unmet, len(reached) + need)), shape=(size, size))
    return np.asarray(connected_components(links, directed=False)[1][: len(reached)], np.int64)
