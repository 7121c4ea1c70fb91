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
from supervisor.rules.assign_worth import Worth, roughly, worth
from supervisor.rules.fit_lists import Points, Rows

Say = Callable[[Score, Score], None]
"""Hears what has been reached, and the most that can be."""
COUNT_FIRST = 2
PRICING, COUNTING, MEETING, WEIGHING, PROVING = 0.25, 0.2, 0.25, 0.25, 0.25
COUNTS, ALL = slice(2), slice(3)


def priced(
    problem: Problem, known: Rows, settings: AssignSettings, budget: Budget, say: Say
) -> Found:
    """An answer as good as there was time for, never worse than a known one, and its bounds."""
    large = Large(problem, known, settings, say)
    rough = large.start(budget)
    large.bound_counts(budget.share(COUNTING))
    large.improve(rough, budget.share(MEETING), COUNTS)
    each = large.bound_total(rough, budget)
    large.improve(each, budget, ALL)
    return Found(large.chosen, large.most)


class Large:
    """A problem with the best answer that is known so far, and what no answer exceeds."""

    def __init__(self, problem: Problem, known: Rows, settings: AssignSettings, say: Say) -> None:
        self.problem, self.settings, self.say = problem, settings, say
        self.network = Network(problem)
        self.chosen, self.most = known, problem.ceiling

    @property
    def reached(self) -> Score:
        return self.problem.score(self.chosen)

    def start(self, budget: Budget) -> Worth:
        """What the flows used most is taken first; then others are moved along to meet more. The
        prices say about what each pair is worth."""
        prices, often = self._flows(budget.share(PRICING))
        order = np.lexsort((-prices.value, -often, -self.problem.aims[0]))
        first = filled(self.problem, order)
        more = chained(self.problem, first, prices.value, budget.share(PRICING))
        self.chosen = max(self.chosen, more, key=self.problem.score)
        self.say(self.reached, self.most)
        return roughly(self.problem, prices, often, self._count_first)

    def _flows(self, budget: Budget) -> tuple[Prices, Points]:
        """Prices that have settled, or nearly, and how often the later flows used each pair."""
        mandatory, ones, fit = self.problem.aims
        aim = fit + self._count_first * (ones + mandatory)
        prices = Prices(self.network, aim, *self.problem.limits)
        flows = deque([prices.move()], maxlen=max(1, self.settings.rounds // 2))
        while prices.moves < self.settings.rounds and not budget.over:
            flows.append(prices.move())
        return prices, np.sum(flows, axis=0)

    @property
    def _count_first(self) -> int:
        """Points for meeting a need at all, so that flows meet many."""
        return COUNT_FIRST * max(1, int(self.problem.fit.max()) + self.problem.load)

    def bound_counts(self, budget: Budget) -> None:
        """What no answer exceeds in mandatory needs, and in needs."""
        mandatory, met = (
            self._bound(self._count(points), value, part)
            for points, value, part in (
                (self.problem.aims[0], self.reached.mandatory, budget.share(1 / 2)),
                (self.problem.aims[1], self.reached.met, budget),
            )
        )
        self.most = Score(mandatory, met, self.most.total)

    def _count(self, points: Points) -> Prices:
        return Prices(self.network, points, *self.problem.limits, loaded=False)

    def _bound(self, prices: Prices, reached: int, budget: Budget) -> int:
        """The lowest bound that the prices come to."""
        prices.move()
        while prices.bound > reached and prices.moves < self.settings.rounds and not budget.over:
            prices.move()
        return prices.bound

    def bound_total(self, rough: Worth, budget: Budget) -> Worth:
        """What no answer exceeds in the total, of those that meet as many as have been reached;
        and what each pair is worth then.

        Prices of the best answer in parts prove all that prices can. Where there is no time for
        it, they are moved from all that counts alone, or from nothing, whichever proves more.
        """
        each = worth(self.problem, self.held, budget.share(WEIGHING).left)
        if each is not None:
            prices = self._total(each)
            prices.move()
            self.most = self.most._replace(total=prices.bound)
            return each
        begun = self._total(rough), self._total(None)
        for one in begun:
            one.move()
        best = min(begun, key=lambda one: one.bound)
        total = self._bound(best, self.reached.total, budget.share(PROVING))
        self.most = self.most._replace(total=total)
        return rough

    @property
    def held(self) -> Score:
        """The counts that are held. More needs do not make up for fewer mandatory ones, so the
        total counts on as many needs only where more mandatory ones cannot be."""
        reached = self.reached
        return reached if self.most.mandatory == reached.mandatory else Score(reached.mandatory)

    def _total(self, each: Worth | None) -> Prices:
        """Prices for the total. The counts that are held are two more rows with a price."""
        mandatory, ones, fit = self.problem.aims
        rows, most = self.problem.limits
        rows = stacked(rows, np.array([-mandatory, -ones]))
        most = np.concatenate([most, [-self.held.mandatory, -self.held.met]])
        prices = Prices(self.network, fit, rows, most)
        if each is not None:
            prices.begin_at(np.concatenate([each.limits, each.counts]))
        return prices

    def improve(self, each: Worth, budget: Budget, parts: slice) -> None:
        """Neighbourhoods that double until nothing can be better in these parts of a score, one
        holds everything, or time is over."""
        if self.reached[parts] == self.most[parts]:
            return
        near = Near(self.problem, Found(self.chosen, self.most), each, self.settings, parts)
        needs, better = self.settings.near_needs, True
        self.say(near.score, self.most)
        while not near.done and not budget.over and (better or needs < near.size):
            better = near.improve(needs, budget)
            needs *= 2
            self.say(near.score, self.most)
        self.chosen = near.found
