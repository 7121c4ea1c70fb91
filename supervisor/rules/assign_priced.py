"""Large hubs: flows at moving prices, an answer from what they used, and what they prove."""

from collections import deque
from collections.abc import Callable

import numpy as np

from supervisor.rules.assign_budget import AssignSettings, Budget
from supervisor.rules.assign_chain import chained
from supervisor.rules.assign_flow import Network, Prices
from supervisor.rules.assign_greedy import filled
from supervisor.rules.assign_near import Near
from supervisor.rules.assign_problem import Found, Problem, Score, stacked
from supervisor.rules.fit_lists import Points, Rows

Say = Callable[[Score, Score], None]
"""Hears what has been reached, and the most that can be."""
COUNT_FIRST = 2
PRICING, PROVING = 0.25, 0.4


def priced(
    problem: Problem, known: Rows, settings: AssignSettings, budget: Budget, say: Say
) -> Found:
    """An answer as good as there was time for, never worse than a known one, and its bounds."""
    prices, often = _flows(problem, settings, budget.share(PRICING))
    chosen = max(known, _start(problem, prices, often, budget), key=problem.score)
    reached = problem.score(chosen)
    say(reached, problem.ceiling)
    most = _most(problem, prices, reached, settings, budget.share(PROVING))
    pairs = np.union1d(np.flatnonzero(often), chosen)
    near = Near(problem.only(pairs), np.searchsorted(pairs, chosen))
    _improve(near, most, settings, budget, say)
    return Found(pairs[near.chosen], most)


def _flows(problem: Problem, settings: AssignSettings, budget: Budget) -> tuple[Prices, Points]:
    """Prices that have settled, or nearly, and how often the later flows used each pair."""
    mandatory, ones, fit = problem.aims
    aim = fit + _count_first(problem) * (ones + mandatory)
    prices = Prices(Network(problem), aim, *problem.limits)
    flows = deque([prices.move()], maxlen=max(1, settings.rounds // 2))
    while prices.moves < settings.rounds and not budget.over:
        flows.append(prices.move())
    return prices, np.sum(flows, axis=0)


def _count_first(problem: Problem) -> int:
    """Points for meeting a need at all, so that flows meet many."""
    return COUNT_FIRST * max(1, int(problem.fit.max()) + problem.load)


def _start(problem: Problem, prices: Prices, often: Points, budget: Budget) -> Rows:
    """What the flows used most is taken first; then others are moved along to meet more."""
    order = np.lexsort((-prices.value, -often, -problem.aims[0]))
    return chained(problem, filled(problem, order), prices.value, budget)


def _improve(near: Near, most: Score, settings: AssignSettings, budget: Budget, say: Say) -> None:
    """Neighbourhoods that double until nothing can be better, one holds everything, or time is
    over."""
    needs, better = settings.near_needs, True
    while near.score != most and not budget.over and (better or needs < len(near.problem.effort)):
        better = near.sweep(needs, settings, budget)
        needs *= 2
        say(near.score, most)


def _most(
    problem: Problem, prices: Prices, reached: Score, settings: AssignSettings, budget: Budget
) -> Score:
    """What no answer exceeds: in mandatory needs, in needs, and in the total of those that meet
    as many as have been reached. More needs do not make up for fewer mandatory ones, so the
    total counts on as many needs only where more mandatory ones cannot be."""
    mandatory, met = (
        _bound(Prices(prices.network, points, *problem.limits, loaded=False), value, settings, part)
        for points, value, part in (
            (problem.aims[0], reached.mandatory, budget.share(1 / 4)),
            (problem.aims[1], reached.met, budget.share(1 / 2)),
        )
    )
    held = reached if mandatory == reached.mandatory else Score(reached.mandatory)
    total = _bound(_total(problem, prices, held), reached.total, settings, budget)
    return Score(mandatory, met, total)


def _total(problem: Problem, prices: Prices, least: Score) -> Prices:
    """What has been reached of the counts are two more rows with a price. It begins high, or
    with all the others at nothing, whichever proves more at once."""
    mandatory, ones, fit = problem.aims
    rows, most = problem.limits
    rows = stacked(rows, np.array([-mandatory, -ones]))
    most = np.concatenate([most, [-least.mandatory, -least.met]])
    warm, cold = (Prices(prices.network, fit, rows, most) for _ in range(2))
    warm.begin_at(np.concatenate([prices.points, [_count_first(problem)] * 2]))
    for one in (warm, cold):
        one.move()
    return min(warm, cold, key=lambda one: one.bound)


def _bound(prices: Prices, reached: int, settings: AssignSettings, budget: Budget) -> int:
    """The lowest bound that the prices come to."""
    prices.move()
    while prices.bound > reached and prices.moves < settings.rounds and not budget.over:
        prices.move()
    return prices.bound
