"""What the best answer in parts says, in which a need may be met by several people at once.

It says what each limit is worth, and how far each pair is from being part of such an answer.
"""

from dataclasses import dataclass

import numpy as np

from supervisor.rules.assign_exact import Model
from supervisor.rules.assign_flow import Prices
from supervisor.rules.assign_problem import Problem, Score
from supervisor.rules.fit_lists import Column, Points


@dataclass(frozen=True)
class Worth:
    """`limits` is the worth of one more of each row of `Problem.limits`, `counts` that of one
    mandatory need fewer to be met, and of one need fewer; `loss` what each pair costs."""

    limits: Column
    counts: Column
    loss: Column


def worth(problem: Problem, least: Score, seconds: float) -> Worth | None:
    """Of the best total with at least so many met; nothing, where there is too little time."""
    model = Model(problem)
    aim = model.columns(problem.fit, loaded=True)
    counts = [model.columns(points, loaded=False) for points in problem.aims[:2]]
    held = list(zip(counts, least, strict=False))
    each = model.worth(aim, held, seconds)
    if each is None:
        return None
    rows, _ = model.with_least(held)
    loss = np.maximum(0, rows.T @ each - aim)[: len(problem)]
    return Worth(each[model.limits], each[len(model.most) :], loss)


def roughly(problem: Problem, prices: Prices, often: Points, count_first: int) -> Worth:
    """The same from flows: what they used costs nothing, another pair what it is worth less than
    the best of its need."""
    best = np.zeros(len(problem.effort))
    np.maximum.at(best, problem.need, prices.value)
    loss = np.where(often > 0, 0, best[problem.need] - prices.value) / prices.scale
    return Worth(prices.points, np.full(2, float(count_first)), loss)
