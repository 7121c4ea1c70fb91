"""Answers proved by integer programming: first the counts, then the total with the counts held."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from supervisor.rules.assign_budget import Budget
from supervisor.rules.assign_greedy import by_hand
from supervisor.rules.assign_problem import Found, Problem, Score, stacked
from supervisor.rules.fit_lists import Column, Points, Rows

SHORTEST = 0.05
NEARLY = 1e-6
SHARES = (1 / 4, 1 / 3, 1)


def exact(problem: Problem, budget: Budget) -> Found:
    """The best answer, as far as there is time to find and to prove it."""
    model = Model(problem)
    chosen, most = by_hand(problem), list(problem.ceiling)
    least: list[tuple[Points, int]] = []
    for nth, points in enumerate(problem.aims):
        aim = model.columns(points, loaded=points is problem.fit)
        if problem.score(chosen)[nth] < most[nth]:
            found, bound = model.best(aim, least, budget.left * SHARES[nth])
            chosen = max(chosen, found, key=problem.score)
            if nth == 0 or most[0] == problem.score(chosen)[0]:
                most[nth] = int(min(most[nth], np.floor(bound + NEARLY)))
        least.append((aim, problem.score(chosen)[nth]))
    return Found(chosen, Score(*most))


class Model:
    """The pairs as columns, after them a column for each relationship that has a load."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        slot, self.load = problem.slots
        hours, most = problem.limits
        pairs, slots = np.arange(len(problem)), np.arange(len(slot))
        providers, kinds = problem.places.shape
        of_kind = problem.provider * kinds + problem.kind[problem.need]
        self.width = len(problem) + len(slot)
        once = self._rows(problem.need, pairs, len(problem.effort))
        places = self._rows(of_kind, pairs, providers * kinds)
        taken = self._rows(problem.provider, pairs, providers)
        load = self._rows(slot, len(problem) + slots, providers)
        wide = csr_array((hours.data, hours.indices, hours.indptr), (hours.shape[0], self.width))
        self.rows = stacked(once, places, wide, taken - load)
        self.most = np.concatenate(
            [np.ones(len(problem.effort)), problem.places.ravel(), most, np.zeros(providers)]
        )

    def _rows(self, row: Rows, column: Rows, count: int) -> Any:
        return csr_array((np.ones(len(row)), (row, column)), (count, self.width))

    def columns(self, points: Points, *, loaded: bool) -> Points:
        """An aim over all columns."""
        return np.concatenate([points, -self.load if loaded else 0 * self.load])

    def best(
        self, aim: Points, least: Sequence[tuple[Points, int]], seconds: float, nodes: int = 10**9
    ) -> tuple[Rows, float]:
        """The pairs that reach most of an aim, with at `least` so much of others, as far as there
        was time (nobody, when there was too little); and what cannot be exceeded."""
        rows, most = self.with_least(least)
        answer = milp(
            -aim,
            integrality=np.ones(self.width, np.int8),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(rows, -np.inf, most),
            options={
                "time_limit": max(seconds, SHORTEST), "mip_rel_gap": 0, "node_limit": nodes
            },
        )  # fmt: skip
        bound = np.inf if answer.mip_dual_bound is None else -answer.mip_dual_bound
        used = np.zeros(self.width) if answer.x is None else answer.x
        return np.flatnonzero(used[: len(self.problem)] > 1 / 2), bound

    def prices(self, aim: Points, least: Sequence[tuple[Points, int]]) -> Column:
        """What each need, each row of clashes, and each of `least` is worth; nothing, where not
        even so `least` can be."""
        each = self.worth(aim, least)
        if each is None:
            each = np.zeros(len(self.most) + len(least))
        clashes = self.limits.stop - self.problem.clashes.shape[0]
        parts = slice(len(self.problem.effort)), slice(clashes, self.limits.stop)
        return np.concatenate([each[part] for part in (*parts, slice(len(self.most), None))])

    def worth(
        self, aim: Points, least: Sequence[tuple[Points, int]], seconds: float = np.inf
    ) -> Column | None:
        """What one more of each row would be worth where parts of pairs may be chosen; None,
        where there is no answer, or too little time. A pair has no limit of its own, which would
        hide what its need is worth."""
        rows, most = self.with_least(least)
        highest = np.where(np.arange(self.width) < len(self.problem), np.inf, 1)
        bounds: Any = np.stack([np.zeros(self.width), highest], axis=1)
        options: Any = {"time_limit": seconds}
        answer: Any = linprog(-aim, A_ub=rows, b_ub=most, bounds=bounds, options=options)
        return -answer.ineqlin.marginals if answer.success else None

    @property
    def limits(self) -> slice:
        """Which of the rows are those of the problem's limits."""
        end = len(self.most) - len(self.problem.person)
        return slice(end - self.problem.limits[0].shape[0], end)

    def with_least(self, least: Sequence[tuple[Points, int]]) -> tuple[Any, Points]:
        """The rows with those of `least`, and the most that each may come to."""
        rows = stacked(self.rows, *(csr_array(-points[None, :]) for points, _ in least))
        return rows, np.concatenate([self.most, [-value for _, value in least]])
