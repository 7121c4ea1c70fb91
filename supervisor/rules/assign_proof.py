"""Small hubs, proved: what bundles say about an answer, and a better one where there is one."""

import numpy as np

from supervisor.rules.assign_budget import AssignSettings, Budget
from supervisor.rules.assign_bundles import Bundles
from supervisor.rules.assign_columns import FINE, Columns
from supervisor.rules.assign_exact import Model
from supervisor.rules.assign_problem import Found, Problem, Score
from supervisor.rules.fit_lists import Points

Counts = tuple[int, ...]
SLACKS = (1 / 32, 1 / 8, 1 / 2, 1)
LIKELY = 0.005


def proved(problem: Problem, found: Found, settings: AssignSettings, budget: Budget) -> Found:
    """The answer, or a better one, with bounds as low as bundles prove in the time."""
    proof = Proof(problem, found, settings)
    if max(provider.cells for provider in proof.providers) > settings.bundle_cells:
        return found
    proof.count(budget.share(1 / 3))
    if proof.reached == proof.most:
        return Found(proof.chosen, proof.most)
    goal = proof.most[:2]
    proof.total(goal, budget.share(1 / 2) if proof.reached[:2] != goal else budget)
    if proof.reached[:2] != goal:
        proof.total(proof.reached[:2], budget)
    return Found(proof.chosen, proof.most)


class Proof:
    """A problem, the bundles of each of its providers, and the best that is known so far."""

    def __init__(self, problem: Problem, found: Found, settings: AssignSettings) -> None:
        self.problem, self.settings, self.model = problem, settings, Model(problem)
        self.chosen, self.most = found.chosen, found.most
        order = np.argsort(problem.provider, kind="stable")
        ends = np.flatnonzero(np.diff(problem.provider[order])) + 1
        self.providers = [Bundles(problem, pairs) for pairs in np.split(order, ends)]

    @property
    def reached(self) -> Score:
        return self.problem.score(self.chosen)

    def count(self, budget: Budget) -> None:
        """The most that can be met, as one aim: a mandatory need is worth all others together."""
        mandatory, ones, _ = self.problem.aims
        everybody = len(self.problem.effort) + 1
        counts = self._columns(mandatory * everybody + ones, (), loaded=False)
        worth = self.reached.mandatory * everybody + self.reached.met
        counts.settle(worth, budget)
        best = counts.bound
        if best > worth and self._choose(counts, counts.lowest - worth * FINE, budget):
            best = self.reached.mandatory * everybody + self.reached.met
        most, met = divmod(best, everybody)
        if most == self.reached.mandatory:
            self.most = Score(most, min(met, self.most.met), self.most.total)

    def total(self, goal: Counts, budget: Budget) -> None:
        """The best total of those that meet so many. Where nobody has met so many yet, answers are
        looked for a little below what is proved."""
        there = self.reached[:2] == goal
        total = self._columns(self.problem.fit, goal, loaded=True)
        total.settle(self.reached.total if there else 0, budget.share(1 / 2))
        slack = total.lowest - self.reached.total * FINE if there else int(total.lowest * LIKELY)
        best = total.bound
        for part in SLACKS:
            near = max(0, int(slack * part))
            if self._choose(total, near, budget) and self._is_best(total, near):
                best = self.reached.total
                break
        if self.reached[:2] == goal:
            self.most = self.most._replace(total=min(self.most.total, best))

    def _is_best(self, total: Columns, near: int) -> bool:
        """Whether whatever was not looked at is worse."""
        return self.reached.total * FINE >= total.lowest - near

    def _columns(self, aim: Points, goal: Counts, *, loaded: bool) -> Columns:
        columns = Columns(self.problem, self.providers, aim, goal, loaded=loaded)
        counts = zip(self.problem.aims, goal, strict=False)
        least = [(self.model.columns(points, loaded=False), n) for points, n in counts]
        prices = self.model.prices(self.model.columns(aim, loaded=loaded), least)
        columns.start_with(self.chosen, prices)
        return columns

    def _choose(self, columns: Columns, near: int, budget: Budget) -> bool:
        """Take the best of all answers that lie so near to what is proved, if it can be told."""
        chosen = columns.choose(near, self.settings.bundles, budget)
        if chosen is not None:
            self.chosen = max(self.chosen, chosen, key=self.problem.score)
        return chosen is not None
