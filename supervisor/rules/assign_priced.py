"""Large hubs: flows at moving prices, what they prove, and an answer that gets better.

The best answer in parts says which pairs are worth a try: among the few that cost least in it the
best whole answer is looked for, and then around whatever is chosen.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from supervisor.rules.assign_budget import AssignSettings, Budget
from supervisor.rules.assign_chain import chained
from supervisor.rules.assign_exact import Model
from supervisor.rules.assign_flow import Network, Prices
from supervisor.rules.assign_greedy import filled
from supervisor.rules.assign_near import Near
from supervisor.rules.assign_problem import Aim, Found, Problem, Score
from supervisor.rules.assign_worth import Worth, worth
from supervisor.rules.fit_lists import Column, Points, Rows

Say = Callable[[Score, Score], None]
"""Hears what has been reached, and the most that can be."""
COUNT_FIRST: Column = np.array([6.0, 2.0])
FEW = 1 / 100
PRICING, WEIGHING, CHOOSING, MEETING = 0.15, 0.25, 0.4, 0.2
COUNTING, PROVING, SETTLING = 0.15, 0.4, 0.75
COUNTS, ALL = slice(2), slice(3)


def priced(
    problem: Problem, known: Rows, settings: AssignSettings, budget: Budget, say: Say
) -> Found:
    """An answer as good as there was time for, never worse than a known one, and its bounds."""
    large = Large(problem, known, settings, say)
    large.start(budget)
    each = large.weigh_counts(budget.share(WEIGHING))
    large.bound_counts(each, budget)
    large.choose(each, budget.share(CHOOSING))
    large.improve(each, budget.share(MEETING), COUNTS)
    each = large.bound_total(budget.share(PROVING))
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

    def start(self, budget: Budget) -> None:
        """What the flows used most is taken first; then others are moved along to meet more."""
        prices, often = self._flows(budget.share(PRICING))
        order = np.lexsort((-prices.value, -often, -self.problem.aims[0]))
        first = filled(self.problem, order)
        self._take(chained(self.problem, first, prices.value, budget.share(PRICING)))

    def _flows(self, budget: Budget) -> tuple[Prices, Points]:
        """Prices that have settled, or nearly, and how often the later flows used each pair."""
        prices = Prices(self.network, self.problem, self._counting)
        flows = deque([prices.move()], maxlen=max(1, self.settings.rounds // 2))
        while prices.moves < self.settings.rounds and not budget.over:
            flows.append(prices.move())
        return prices, np.sum(flows, axis=0)

    def _take(self, chosen: Rows) -> None:
        """The better answer is kept."""
        self.chosen = max(self.chosen, chosen, key=self.problem.score)
        self.say(self.reached, self.most)

    def weigh_counts(self, budget: Budget) -> Worth:
        """What each pair is worth where the counts come first."""
        return replace(worth(self.problem, self._counting, budget.left), counts=self._first)

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

    def bound_counts(self, each: Worth, budget: Budget) -> None:
        """What no answer exceeds in mandatory needs, and in needs with as many mandatory ones."""
        mandatory, ones, _ = self.problem.aims
        for aim in (Aim(mandatory, loaded=False), Aim(ones, self.reached[:1], loaded=False)):
            known, share = each.per(self._first[1]), budget.share(COUNTING)
            if self._begun(aim, known).bound > self.reached[len(aim.least)]:
                known = worth(self.problem, aim, share.share(SETTLING).left)
            self._bound(aim, known, share)

    def _bound(self, aim: Aim, each: Worth, budget: Budget) -> None:
        """What no answer has more of in one part of a score: prices are moved from nothing or from
        what is known, whichever proves more, until so much as was reached is proved."""
        part = 2 if aim.loaded else len(aim.least)
        prices = min(self._begun(aim, None), self._begun(aim, each), key=lambda one: one.bound)
        rounds = self.settings.rounds
        while prices.bound > self.reached[part] and prices.moves < rounds and not budget.over:
            prices.move()
        self.most = self.most._replace(**{Score._fields[part]: prices.bound})

    def _begun(self, aim: Aim, each: Worth | None) -> Prices:
        """Prices from which one flow was solved."""
        prices = Prices(self.network, self.problem, aim)
        if each is not None:
            prices.begin_at(np.concatenate([each.limits, each.counts[: len(aim.least)]]))
        prices.move()
        return prices

    def choose(self, each: Worth, budget: Budget) -> None:
        """The best answer of the few pairs that cost least, where more might be met."""
        if self.reached[COUNTS] == self.most[COUNTS]:
            return
        few = np.flatnonzero(each.loss <= FEW * self.problem.fit.max())
        model = Model(self.problem.only(few))
        aim = model.columns(self._counting.points[few], loaded=True)
        found = few[model.best(aim, (), budget.left)[0]]
        self._take(chained(self.problem, found, -each.loss, budget))

    def bound_total(self, budget: Budget) -> Worth:
        """What no answer exceeds in the total, of those that meet as many as have been reached;
        and what each pair is worth then. More needs do not make up for fewer mandatory ones, so
        the total counts on as many needs only where more mandatory ones cannot be."""
        proved = self.most.mandatory == self.reached.mandatory
        held = Aim(self.problem.fit, self.reached[: 1 + proved])
        each = worth(self.problem, held, budget.share(SETTLING).left)
        self._bound(held, each, budget)
        return each

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
