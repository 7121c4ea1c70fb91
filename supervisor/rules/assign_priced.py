"""Large hubs: flows at moving prices, an answer from what they used, and what they prove."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from supervisor.rules.assign_bound import Bounds
from supervisor.rules.assign_budget import AssignSettings, Budget
from supervisor.rules.assign_chain import chained
from supervisor.rules.assign_exact import Model
from supervisor.rules.assign_flow import Network, Prices
from supervisor.rules.assign_greedy import filled
from supervisor.rules.assign_near import Near
from supervisor.rules.assign_problem import Aim, Found, Problem, Score
from supervisor.rules.assign_worth import Worth, roughly, worth
from supervisor.rules.fit_lists import Column, Points, Rows

Say = Callable[[Score, Score], None]
"""Hears what has been reached, and the most that can be."""
COUNT_FIRST: Column = np.array([6.0, 2.0])
FEW = 1 / 40
PRICING, WEIGHING, CHOOSING, COUNTING, MEETING, PROVING = 0.2, 0.25, 0.4, 0.05, 0.25, 0.6
COUNTS, ALL = slice(2), slice(3)


def priced(
    problem: Problem, known: Rows, settings: AssignSettings, budget: Budget, say: Say
) -> Found:
    """An answer as good as there was time for, never worse than a known one, and its bounds."""
    large = Large(problem, known, settings, say)
    rough = large.start(budget)
    each = large.weigh(rough, budget.share(WEIGHING))
    large.bound_counts(each, budget)
    if each is not rough:
        large.choose(each, budget.share(CHOOSING))
    large.improve(each, budget.share(MEETING), COUNTS)
    each = large.bound_total(each, budget.share(PROVING))
    large.improve(each, budget, ALL)
    return Found(large.chosen, large.most)


class Large:
    """A problem with the best answer that is known so far, and what no answer exceeds."""

    def __init__(self, problem: Problem, known: Rows, settings: AssignSettings, say: Say) -> None:
        self.problem, self.settings, self.say = problem, settings, say
        self.network = Network(problem)
        self.bounds = Bounds(problem, self.network, settings)
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
        self._take(chained(self.problem, first, prices.value, budget.share(PRICING)))
        return roughly(self.problem, prices, often, self._first)

    def _flows(self, budget: Budget) -> tuple[Prices, Points]:
        """Prices that have settled, or nearly, and how often the later flows used each pair."""
        prices = Prices(self.network, self.problem, self._counting)
        flows = deque([prices.move()], maxlen=max(1, self.settings.rounds // 2))
        while prices.moves < self.settings.rounds and not budget.over:
            flows.append(prices.move())
        return prices, np.sum(flows, axis=0)

    def weigh(self, rough: Worth, budget: Budget) -> Worth:
        """What each pair is worth in the best answer in parts, where there is time for that."""
        each = worth(self.problem, self._counting, budget.left)
        return rough if each is None else replace(each, counts=self._first)

    def choose(self, each: Worth, budget: Budget) -> None:
        """The best answer of the few pairs that cost least, where more might be met."""
        if self.reached[COUNTS] == self.most[COUNTS]:
            return
        few = np.flatnonzero(each.loss < FEW * self.problem.fit.max())
        model = Model(self.problem.only(few))
        aim = model.columns(self._counting.points[few], loaded=True)
        found = few[model.best(aim, (), budget.left)[0]]
        self._take(chained(self.problem, found, -each.loss, budget))

    @property
    def _first(self) -> Column:
        """Points for a mandatory need met, and for a need met at all, so that many are."""
        return np.asarray(COUNT_FIRST * max(1.0, self.problem.fit.max() + self.problem.load))

    @property
    def _counting(self) -> Aim:
        """The total, with these points for the counts."""
        mandatory, ones, fit = self.problem.aims
        first = self._first.astype(np.int64)
        return Aim(fit + first[0] * mandatory + first[1] * ones)

    def _take(self, chosen: Rows) -> None:
        """The better answer is kept."""
        self.chosen = max(self.chosen, chosen, key=self.problem.score)
        self.say(self.reached, self.most)

    def bound_counts(self, each: Worth, budget: Budget) -> None:
        """What no answer exceeds in mandatory needs, and in needs with as many mandatory ones."""
        mandatory, ones, _ = self.problem.aims
        rough = each.of_a_need
        for aim in (Aim(mandatory, loaded=False), Aim(ones, self.reached[:1], loaded=False)):
            part = len(aim.least)
            share = budget.share(COUNTING)
            most = self.bounds.moved(aim, self.reached[part], rough, share)
            self.most = self.most._replace(**{Score._fields[part]: most})

    def bound_total(self, rough: Worth, budget: Budget) -> Worth:
        """What no answer exceeds in the total, of those that meet as many as have been reached;
        and what each pair is worth then. More needs do not make up for fewer mandatory ones, so
        the total counts on as many needs only where more mandatory ones cannot be."""
        proved = self.most.mandatory == self.reached.mandatory
        held = Aim(self.problem.fit, self.reached[: 1 + proved])
        most, each = self.bounds.weighed(held, self.reached.total, rough, budget)
        self.most = self.most._replace(total=most)
        return each or rough

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
