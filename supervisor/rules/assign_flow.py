"""The relaxation for large hubs: a flow of needs to providers, with prices on what it cannot hold.

Places and loads are arcs. Hours, and one match between two people, are rows with a price each;
a price rises while its row is exceeded and falls while there is room. Every flow is solved in
whole numbers, so that what it proves is exact.
"""

from typing import Any

import numpy as np
from ortools.graph.python import min_cost_flow
from scipy.sparse import csr_array

from supervisor.rules.assign_problem import Aim, Problem, stacked
from supervisor.rules.fit_lists import Column, Flags, Points

FINE = 1 << 22
FIRST_STEP = 0.05
FASTER, SLOWER = 1.5, 0.5


class Network:
    """From each need to a provider's kind, to the provider, by the load to the end; or unmet."""

    def __init__(self, problem: Problem) -> None:
        providers, kinds = problem.places.shape
        needs = np.arange(len(problem.effort))
        of_kind = np.arange(providers * kinds) + len(needs)
        of_provider = np.arange(providers) + len(needs) + len(of_kind)
        end = len(needs) + len(of_kind) + providers
        slot, self.load = problem.slots
        held = problem.provider * kinds + problem.kind[problem.need]
        self.pairs, self.others = len(problem), len(of_kind)
        self.tails = np.concatenate([problem.need, of_kind, of_provider[slot], needs])
        self.heads = np.concatenate(
            [of_kind[held], np.repeat(of_provider, kinds), np.full(len(slot) + len(needs), end)]
        )
        once = np.ones(len(self.tails), np.int64)
        once[self.pairs : self.pairs + self.others] = problem.places.ravel()
        self.most = once
        self.supplies = np.zeros(end + 1, np.int64)
        self.supplies[needs], self.supplies[end] = 1, -len(needs)

    def flow(self, value: Points, load: Points) -> tuple[int, Flags]:
        """The highest value of pairs less load that a flow can have, and its pairs."""
        unmet = np.zeros(len(self.tails) - self.pairs - self.others - len(load), np.int64)
        cost = np.concatenate([-value, np.zeros(self.others, np.int64), load, unmet])
        solver: Any = min_cost_flow.SimpleMinCostFlow()
        arcs = solver.add_arcs_with_capacity_and_unit_cost(
            self.tails.astype(np.int32), self.heads.astype(np.int32), self.most, cost
        )
        solver.set_nodes_supplies(np.arange(len(self.supplies), dtype=np.int32), self.supplies)
        solver.solve()
        return -solver.optimal_cost(), solver.flows(arcs[: self.pairs]) > 0


class Prices:
    """Prices for the rows of a problem's limits, and of the counts that are held.

    `bound` is the lowest proved so far: no answer that keeps to the rows has more of the aim.
    """

    def __init__(self, network: Network, problem: Problem, aim: Aim) -> None:
        self.network = network
        self.rows, self.most = _rows(problem, aim)
        self.scale = max(1, FINE // max(1, int(aim.points.max(initial=0))))
        self.aim, self.load = aim.points * self.scale, network.load * self.scale * aim.loaded
        self.price: Column = np.zeros(len(self.most))
        widest = np.abs(self.rows).max(axis=1).toarray().ravel()
        self.step: Column = FIRST_STEP * FINE / np.maximum(widest, 1)
        self.turn: Points = np.zeros(len(self.most), np.int64)
        self.bound, self.moves = int(self.aim.sum()) // self.scale, 0

    @property
    def points(self) -> Column:
        """The prices in the points of the aim."""
        return self.price / self.scale

    def begin_at(self, points: Column) -> None:
        """Prices that are known to be about right, to be moved a little."""
        self.price, self.step = points * self.scale, self.step * SLOWER**4

    def move(self) -> Flags:
        """One flow at these prices, and the next prices; the pairs of the flow."""
        price = np.rint(self.price).astype(np.int64)
        self.value = self.aim - self.rows.T @ price
        value, used = self.network.flow(self.value, self.load)
        self.bound = min(self.bound, (value + int(price @ self.most)) // self.scale)
        self.moves += 1
        self._turn(np.sign(self.rows @ used.astype(np.int64) - self.most))
        return used

    def _turn(self, turn: Points) -> None:
        """The same way again: faster. Back: slower, so that prices settle."""
        same = turn * self.turn
        self.step *= np.where(same > 0, FASTER, np.where(same < 0, SLOWER, 1.0))
        self.step = np.maximum(self.step, 1.0)
        self.price = np.maximum(0.0, self.price + self.step * turn)
        self.turn = np.where((self.price > 0) | (turn > 0), turn, 0)


def _rows(problem: Problem, aim: Aim) -> tuple[Any, Points]:
    """What a flow cannot hold, and the most that each row may come to."""
    rows, most = problem.limits
    held = aim.held(problem)
    counts = [csr_array(-points[None, :]) for points, _ in held]
    least = np.array([-least for _, least in held], np.int64)
    return stacked(rows, *counts), np.concatenate([most, least])
