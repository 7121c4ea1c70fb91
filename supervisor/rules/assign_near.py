"""Better answers from neighbourhoods: some providers who share needs, solved by themselves.

Which ones is drawn, from a seed that stays: those who hold pairs that cost much, and whom little
has been tried with in vain. Only pairs that cost little, or that are chosen, are looked at.
"""

from operator import mul
from random import Random
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from supervisor.rules.assign_budget import AssignSettings, Budget
from supervisor.rules.assign_exact import Model
from supervisor.rules.assign_problem import Found, Problem, Score
from supervisor.rules.assign_worth import Worth
from supervisor.rules.fit_lists import Column, Flags, Rows

FIRST: Column = np.array([400.0, 20.0])
LIKELY = 1 / 6
NEXT = 4
LITTLE = 5
VAIN = 2
MORE = 1 / 8


class Near:
    """A problem with an answer that gets better, neighbourhood by neighbourhood."""

    def __init__(
        self, problem: Problem, best: Found, worth: Worth, settings: AssignSettings, parts: slice
    ) -> None:
        self.most, self.parts = best.most, parts
        self.pairs = _likely(problem, worth, best.chosen)
        self.problem, self.settings = problem.only(self.pairs), settings
        self.loss, self.counts = worth.loss[self.pairs], _counts(problem, worth)
        self.chosen = np.isin(self.pairs, best.chosen)
        self.vain = np.zeros(len(self.problem.person), np.int64)
        self.draw, self.tries = Random(0), 0
        self.ties = _ties(self.problem)

    @property
    def found(self) -> Rows:
        """The answer, by pair of the whole problem."""
        return self.pairs[self.chosen]

    @property
    def size(self) -> int:
        """How many needs there are."""
        return len(self.problem.effort)

    @property
    def done(self) -> bool:
        """Whether nothing can be better in the parts of a score that are looked at."""
        return self.score[self.parts] == self.most[self.parts]

    @property
    def score(self) -> Score:
        return self.problem.score(np.flatnonzero(self.chosen))

    def improve(self, needs: int, budget: Budget) -> bool:
        """Solve neighbourhoods of about so many needs until many in a row were in vain; whether
        one got better."""
        better, vain = False, 0
        most = VAIN * len(self.problem.person)
        while vain < most and not budget.over and not self.done:
            providers = self._around(self._first(), needs)
            done = self._solve(providers, budget)
            self.vain[providers] = 0 if done else self.vain[providers] + 1
            better, vain = better or done, 0 if done else vain + len(providers)
        return better

    def _first(self) -> int:
        held = self.problem.provider[self.chosen]
        loss = LITTLE + np.bincount(held, self.loss[self.chosen], len(self.vain))
        return self.draw.choices(range(len(loss)), (loss / 2.0**self.vain).tolist())[0]

    def _around(self, first: int, needs: int) -> list[int]:
        """This provider, some of those who share most with them, some of those next to these,
        until they hold so many needs."""
        held = np.bincount(self.problem.provider[self.chosen], minlength=len(self.vain))
        found, known, left = [], [first], needs
        for provider in known:
            found.append(provider)
            left -= max(1, int(held[provider]))
            if left <= 0:
                break
            known += self._next_to(provider, set(known))
        return found

    def _next_to(self, provider: int, known: set[int]) -> list[int]:
        row = slice(*self.ties.indptr[provider : provider + 2])
        ties = zip(self.ties.indices[row].tolist(), self.ties.data[row].tolist(), strict=True)
        drawn = {one: tie * self.draw.random() for one, tie in ties if one not in known}
        return sorted(drawn, key=lambda one: (-drawn[one], one))[:NEXT]

    def _solve(self, providers: list[int], budget: Budget) -> bool:
        pairs = self._open(providers)
        now = pairs[self.chosen[pairs]]
        if not len(pairs):
            return False
        found = pairs[self._best(self.problem.only(pairs), self.problem.score(now), budget)]
        if self.problem.score(found) <= self.problem.score(now):
            return False
        self.chosen[now] = False
        self.chosen[found] = True
        return True

    def _best(self, part: Problem, now: Score, budget: Budget) -> Rows:
        """All parts of a score in one aim: quick, and near enough to try. Where fewer would be met
        for a better total, the total is looked for with the counts held."""
        model, nodes = Model(part), self.settings.near_nodes
        total = model.columns(part.fit, loaded=True)
        counts = [model.columns(points, loaded=False) for points in part.aims[:2]]
        aim = total + sum(map(mul, self._prices(), counts))
        found, _ = model.best(aim, (), budget.left, nodes)
        if part.score(found)[:2] < now[:2]:
            found, _ = model.best(total, list(zip(counts, now, strict=False)), budget.left, nodes)
        return found

    def _prices(self) -> Column:
        """Points for a mandatory need met, and for a need met; every other time they come first,
        where more might be met."""
        self.tries += 1
        if self.tries % 2 and self.score[:2] != self.most[:2]:
            return FIRST * float(self.problem.fit.max() + self.problem.load)
        return self.counts

    def _open(self, providers: list[int]) -> Rows:
        """Their pairs, without those that what is chosen elsewhere stands in the way of."""
        problem = self.problem
        theirs = np.zeros(len(problem.person), np.bool_)
        theirs[providers] = True
        inside = theirs[problem.provider]
        elsewhere = self.chosen & ~inside
        met = np.zeros(len(problem.effort), np.bool_)
        met[problem.need[elsewhere]] = True
        clash = problem.clashes.T @ (problem.clashes @ elsewhere.astype(np.int64))
        return np.flatnonzero(inside & ~met[problem.need] & (clash == 0))


def _likely(problem: Problem, worth: Worth, chosen: Rows) -> Rows:
    """The pairs that could well be part of the best answer: few others ever are."""
    cheap: Flags = worth.loss < LIKELY * problem.fit.max()
    cheap[chosen] = True
    return np.flatnonzero(cheap)


def _counts(problem: Problem, worth: Worth) -> Column:
    """Points for a mandatory need met, and for a need met: somewhat more than they are worth."""
    counts = np.zeros(2)
    counts[: len(worth.counts)] = worth.counts
    return np.asarray(counts + MORE * problem.fit.max())


def _ties(problem: Problem) -> Any:
    """How many needs each two providers share."""
    shape = len(problem.effort), len(problem.person)
    links = csr_array((np.ones(len(problem)), (problem.need, problem.provider)), shape)
    return csr_array(links.T @ links)
