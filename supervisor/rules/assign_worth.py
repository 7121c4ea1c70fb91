"""What the best answer in parts says, in which a need may be met by several people at once.

It says what each limit is worth, and how far each pair is from being part of such an answer.
"""

from dataclasses import dataclass

import numpy as np

from supervisor.rules.assign_exact import Model
from supervisor.rules.assign_flow import Prices
from supervisor.rules.assign_problem import Aim, Problem
from supervisor.rules.fit_lists import Column, Points


@dataclass(frozen=True)
class Worth:
    """`limits` is the worth of one more of each row of `Problem.limits`, `counts` that of one less
    of each count that is held; `loss` is what each pair costs."""

    limits: Column
    counts: Column
    loss: Column

    @property
    def of_a_need(self) -> "Worth":
        """The same in needs met in place of points."""
        parts = self.limits, self.counts, self.loss
        return Worth(*(part / self.counts[1] for part in parts))


def worth(problem: Problem, aim: Aim, seconds: float) -> Worth | None:
    """Of the best answer in parts; nothing, where there is too little time."""
    if seconds <= 0:
        return None
    model = Model(problem)
    points = model.columns(aim.points, loaded=aim.loaded)
    held = [(model.columns(count, loaded=False), least) for count, least in aim.held(problem)]
    each = model.worth(points, held, seconds)
    if each is None:
        return None
    rows, _ = model.with_least(held)
    loss = np.maximum(0, rows.T @ each - points)[: len(problem)]
    return Worth(each[model.limits], each[len(model.most) :], loss)


def roughly(problem: Problem, prices: Prices, often: Points, counts: Column) -> Worth:
    """The same from flows: what they used costs nothing, another pair what it is worth less than
    the best of its need."""
    best = np.zeros(len(problem.effort))
    np.maximum.at(best, problem.need, prices.value)
    loss = np.where(often > 0, 0, best[problem.need] - prices.value) / prices.scale
    return Worth(prices.points, counts, loss)
