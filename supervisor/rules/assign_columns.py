"""The proof for small hubs whose hours are scarce: bundles of each provider, chosen together.

A linear program over the bundles met so far prices the needs; each provider offers the best bundle
at these prices, until none is better. What the prices prove is so close that few bundles can be
part of a better answer: among all of those an integer program finds the best one.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, hstack

from supervisor.rules.assign_budget import Budget
from supervisor.rules.assign_bundles import Bundles
from supervisor.rules.assign_exact import NEARLY, SHORTEST
from supervisor.rules.assign_problem import Problem, stacked
from supervisor.rules.fit_lists import Column, Points, Rows

FINE = 1 << 10
HALFWAY = 0.5
DEAR = 4.0
Bundle = tuple[int, tuple[int, ...]]


class Columns:
    """Bundles against one aim over the pairs, with at `least` so much of each of the counts.

    `lowest` is what the best prices prove, `FINE` times: no answer has more of the aim.
    """

    def __init__(
        self,
        problem: Problem,
        providers: list[Bundles],
        aim: Points,
        least: Sequence[int],
        *,
        loaded: bool,
    ) -> None:
        self.problem, self.providers, self.aim, self.loaded = problem, providers, aim, int(loaded)
        self.rows, self.most = _rows(problem, least)
        self.short = np.zeros((len(self.most) + len(providers), len(least)))
        self.short[len(self.most) - len(least) : len(self.most)] = -np.eye(len(least))
        self.prices = np.zeros(len(self.most), np.int64)
        self.lowest = int(aim.sum()) * FINE
        self.met: dict[Bundle, None] = {}

    @property
    def bound(self) -> int:
        return self.lowest // FINE

    def start_with(self, chosen: Rows, prices: Points) -> None:
        """The bundles of an answer, each pair alone, and prices that are about right."""
        for number, provider in enumerate(self.providers):
            self.met[number, tuple(np.intersect1d(provider.pairs, chosen).tolist())] = None
            self.met.update(dict.fromkeys((number, (pair,)) for pair in provider.pairs.tolist()))
        self._ask(np.rint(prices * FINE).astype(np.int64))

    def settle(self, reached: int, budget: Budget) -> None:
        """Prices until no provider has a better bundle, or there is nothing left to prove.

        They move half of the way at first, which settles sooner than all of it.
        """
        step = HALFWAY
        while self.bound > reached and not budget.over:
            worth, prices = self._program()
            aimed = self.prices + (prices * FINE - self.prices) * step
            news = self._ask(np.rint(aimed).astype(np.int64))
            if self.bound <= worth + NEARLY or not (news or step < 1):
                return
            step = HALFWAY if news else 1.0

    def _program(self) -> tuple[float, Points]:
        """What the bundles met so far come to together, and the prices that say so. To fall short
        of the counts is allowed, and dear."""
        rows, worth = self._columns(list(self.met))
        dear = np.full(self.short.shape[1], -DEAR * (int(self.aim.max()) + self.problem.load))
        answer: Any = linprog(
            -np.concatenate([worth, dear]),
            A_ub=hstack([rows, csr_array(self.short)], format="csc"),
            b_ub=np.append(self.most, np.ones(len(self.providers))),
        )
        return -answer.fun, np.maximum(0, -answer.ineqlin.marginals[: len(self.most)])

    def _columns(self, bundles: Sequence[Bundle]) -> tuple[Any, Points]:
        """Rows over the bundles, one for each provider among them; and what each is worth."""
        number = np.array([one for one, _ in bundles], np.intp)
        column = np.repeat(np.arange(len(bundles)), [len(pairs) for _, pairs in bundles])
        pair = np.array([pair for _, pairs in bundles for pair in pairs], np.intp)
        shape = len(self.problem), len(bundles)
        holds = csr_array((np.ones(len(pair), np.int64), (pair, column)), shape=shape)
        whose = csr_array(
            (np.ones(len(bundles), np.int64), (number, np.arange(len(bundles)))),
            shape=(len(self.providers), len(bundles)),
        )
        load = [self.providers[one].load[len(pairs)] for one, pairs in bundles]
        worth = self.aim @ holds - self.loaded * np.array(load, np.int64)
        return stacked(self.rows @ holds, whose), worth

    def _ask(self, prices: Points) -> bool:
        """Each provider's best bundle at these prices; whether one is new."""
        value = self.aim * FINE - self.rows.T @ prices
        before, proved = len(self.met), int(prices @ self.most)
        for number, provider in enumerate(self.providers):
            worth, pairs = provider.best(value, FINE * self.loaded)
            self.met[number, pairs] = None
            proved += worth
        if proved < self.lowest:
            self.lowest, self.prices = proved, prices
        return len(self.met) > before

    def choose(self, slack: int, most: int, budget: Budget) -> Rows | None:
        """The best answer of all that lie at most so much, `FINE` times, below what is proved;
        None where there is none, or too many bundles could be part of one."""
        found = list(islice(self._near(slack, budget), most + 1))
        return None if len(found) > most or budget.over else self._best_of(found, budget)

    def _near(self, slack: int, budget: Budget) -> Iterator[Bundle]:
        value = self.aim * FINE - self.rows.T @ self.prices
        for number, provider in enumerate(self.providers):
            worth, _ = provider.best(value, FINE * self.loaded)
            for pairs in provider.near(value, FINE * self.loaded, worth - slack):
                if budget.over:
                    return
                yield number, pairs

    def _best_of(self, bundles: list[Bundle], budget: Budget) -> Rows | None:
        rows, worth = self._columns(bundles)
        most: Column = np.append(self.most, np.ones(len(self.providers)))
        answer = milp(
            -worth,
            integrality=np.ones(len(bundles), np.int8),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(rows, -np.inf, most),
            options={"time_limit": max(budget.left, SHORTEST), "mip_rel_gap": 0},
        )
        if answer.status or answer.x is None:
            return None
        chosen = [pair for n in np.flatnonzero(answer.x > HALFWAY) for pair in bundles[n][1]]
        return np.array(sorted(chosen), np.intp)


def _rows(problem: Problem, least: Sequence[int]) -> tuple[Any, Points]:
    """Over the pairs: each need once, no two matches of two people, and the counts."""
    pairs = np.arange(len(problem))
    shape = len(problem.effort), len(problem)
    once = csr_array((np.ones(len(problem), np.int64), (problem.need, pairs)), shape=shape)
    counts = csr_array(-np.array(problem.aims[: len(least)]).reshape(-1, len(problem)))
    rows = stacked(once, problem.clashes, counts)
    single = np.ones(rows.shape[0] - len(least), np.int64)
    return rows, np.concatenate([single, -np.array(least, np.int64)])
