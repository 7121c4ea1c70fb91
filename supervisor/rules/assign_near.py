"""Better answers from small neighbourhoods: some providers who share needs, solved exactly.

Only pairs that the flows used, or that are chosen, are looked at: few are ever chosen otherwise.
"""

import numpy as np

from supervisor.rules.assign_budget import AssignSettings, Budget
from supervisor.rules.assign_exact import Model
from supervisor.rules.assign_problem import Problem, Score
from supervisor.rules.fit_lists import Points, Rows

COUNT_FIRST = 20


class Near:
    """A problem with an answer that gets better, neighbourhood by neighbourhood."""

    def __init__(self, problem: Problem, chosen: Rows) -> None:
        self.problem = problem
        self.chosen = np.zeros(len(problem), np.bool_)
        self.chosen[chosen] = True
        self.of_provider = _lists(problem.provider)
        self.of_need = _lists(problem.need)
        self.changed = np.zeros(len(problem.person), np.int64)
        self.tried: dict[tuple[int, ...], int] = {}
        self.clock = 0

    @property
    def score(self) -> Score:
        return self.problem.score(np.flatnonzero(self.chosen))

    def sweep(self, needs: int, settings: AssignSettings, budget: Budget) -> bool:
        """Try every neighbourhood of about so many needs; whether one got better."""
        better, seen = False, set[int]()
        for first in sorted(self.of_provider, key=lambda row: -len(self.of_provider[row])):
            if first in seen or budget.over:
                continue
            providers = self._around(first, needs)
            seen.update(providers[: (len(providers) + 1) // 2])
            if self._is_new(providers):
                better |= self._solve(providers, settings, budget)
        return better

    def _around(self, first: int, needs: int) -> list[int]:
        """The providers next to this one, then those next to them, until there are needs enough."""
        found, known, inside = [first], {first}, set[int]()
        for provider in found:
            if len(inside) >= needs:
                return found[: found.index(provider)]
            for need in self._needs_of(provider) - inside:
                inside.add(need)
                near = set(self._providers_of(need)) - known
                known |= near
                found += sorted(near)
        return found

    def _needs_of(self, provider: int) -> set[int]:
        return set(self.problem.need[self.of_provider[provider]].tolist())

    def _providers_of(self, need: int) -> set[int]:
        return set(self.problem.provider[self.of_need[need]].tolist())

    def _is_new(self, providers: list[int]) -> bool:
        """Whether something has changed since these were tried last."""
        key, self.clock = tuple(sorted(providers)), self.clock + 1
        if self.tried.get(key, -1) >= self.changed[providers].max():
            return False
        self.tried[key] = self.clock
        return True

    def _solve(self, providers: list[int], settings: AssignSettings, budget: Budget) -> bool:
        pairs = self._open(providers)
        now = pairs[self.chosen[pairs]]
        if not len(pairs):
            return False
        part = self.problem.only(pairs)
        model = Model(part)
        found, _ = model.best(_aim(model), (), budget.left, settings.near_nodes)
        if self.problem.score(pairs[found]) <= self.problem.score(now):
            return False
        self.chosen[now] = False
        self.chosen[pairs[found]] = True
        self.changed[providers] = self.clock
        return True

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


def _aim(model: Model) -> Points:
    """All parts of a score in one: quick, and near enough to try."""
    mandatory, ones, fit = model.problem.aims
    count = COUNT_FIRST * max(1, fit.max() + model.problem.load)
    return model.columns(fit + count * ones + COUNT_FIRST * count * mandatory, loaded=True)


def _lists(key: Rows) -> dict[int, Rows]:
    """The pairs of each row."""
    order = np.argsort(key, kind="stable")
    ends = np.flatnonzero(np.diff(key[order])) + 1
    return {int(key[pairs[0]]): pairs for pairs in np.split(order, ends) if len(pairs)}
