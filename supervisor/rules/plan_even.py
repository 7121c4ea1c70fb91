"""Days of one kind exchange what they hold, until every ask is as near to its cadence as it gets.

By turns: which session goes for which aim, by their order; then which day holds what, as an
assignment. Neither step makes it worse, so that it comes to rest.
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from supervisor.rules.plan_days import Days

ROUNDS = 20


def even(days: Days) -> None:
    """Exchange them, but for what would come too near to another session of its own."""
    kinds = [here for here in days.kinds().values() if len(here) > 1]
    for _ in range(ROUNDS):
        better = [_exchange(days, here) for here in kinds]
        if not any(better):
            return


def _exchange(days: Days, here: Sequence[int]) -> bool:
    """Whether these days are nearer to the cadence afterwards."""
    held = [sorted(days.on[day]) for day in here]
    aims = [[_aim(days, n, day) for n in group] for day, group in zip(here, held, strict=True)]
    cost = np.array([[sum(abs(day - aim) for aim in some) for day in here] for some in aims])
    rows, order = linear_sum_assignment(cost)
    if cost[rows, order].sum() >= cost.trace():
        return False
    onto = np.array(here)[order].tolist()
    moves = list(zip(held, here, onto, strict=True))
    for group, day, _onto in moves:
        for n in group:
            days.drop(n, day)
    for group, _day, onto in moves:
        days.put_all(group, onto)
    return True


def _aim(days: Days, n: int, day: int) -> int:
    """The aim for which the session of that day goes, by their order."""
    own, aims = sorted(days.of[n]), days.asks[n].aims
    return aims[own.index(day) * len(aims) // len(own)].day
