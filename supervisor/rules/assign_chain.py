"""More needs met by moving others along: one goes to another provider, and leaves room behind."""

from collections import defaultdict, deque
from collections.abc import Iterator

import numpy as np

from supervisor.rules.assign_budget import Budget
from supervisor.rules.assign_greedy import Room
from supervisor.rules.assign_problem import Problem
from supervisor.rules.fit_lists import Points, Rows


class Chains:
    """An answer to which needs are added; `value` says which of a need's pairs to try first."""

    def __init__(self, problem: Problem, chosen: Rows, value: Points) -> None:
        self.room = Room(problem)
        self.held: defaultdict[int, set[int]] = defaultdict(set)
        self.pairs: defaultdict[int, list[int]] = defaultdict(list)
        self.stuck: set[int] = set()
        for pair in np.argsort(-value, kind="stable").tolist():
            self.pairs[self.room.need[pair]].append(pair)
        for pair in chosen.tolist():
            self._take(pair)

    def _take(self, pair: int) -> bool:
        taken = self.room.take(pair)
        if taken:
            self.held[self.room.provider[pair]].add(pair)
        return taken

    def _give_back(self, pair: int) -> None:
        self.room.give_back(pair)
        self.held[self.room.provider[pair]].remove(pair)

    def back_to(self, chosen: Rows) -> None:
        """As it was when these pairs were chosen."""
        then, now = set(chosen.tolist()), set(self.room.by_need.values())
        for pair in sorted(now - then):
            self._give_back(pair)
        for pair in sorted(then - now):
            self._take(pair)
        self.stuck.clear()

    def meet(self, need: int) -> bool:
        """Meet it by the shortest chain of moves, if there is one.

        Whom a search in vain has reached is stuck: no later one looks at them again.
        """
        came: dict[int, int | None] = {need: None}
        ahead = deque([need])
        while ahead:
            for pair in self.pairs[ahead.popleft()]:
                if self.room.fits(pair) and self._move(pair, came):
                    return True
                leaving = self._who_could_leave(pair, came)
                came.update(dict.fromkeys(leaving, pair))
                ahead.extend(leaving)
        self.stuck.update(came)
        return False

    def _who_could_leave(self, pair: int, came: dict[int, int | None]) -> list[int]:
        """Needs whose provider could take this pair in their stead."""
        need = self.room.need
        return [
            need[other]
            for other in sorted(self.held[self.room.provider[pair]])
            if need[other] not in came
            and need[other] not in self.stuck
            and self.room.fits(pair, without=other)
        ]

    def _move(self, last: int, came: dict[int, int | None]) -> bool:
        """Everybody along the chain; nobody, where it asks too much of somebody it passes twice."""
        steps = list(_back(last, came, self.room.need))
        before = [self.room.by_need[self.room.need[step]] for step in steps[:-1]]
        for pair in before:
            self._give_back(pair)
        taken = [step for step in steps if self._take(step)]
        if len(taken) == len(steps):
            return True
        for pair in taken:
            self._give_back(pair)
        for pair in before:
            self._take(pair)
        return False


def _back(last: int, came: dict[int, int | None], need: list[int]) -> Iterator[int]:
    """The steps of a chain from its end to the need that began it."""
    step: int | None = last
    while step is not None:
        yield step
        step = came[need[step]]


def chained(problem: Problem, chosen: Rows, value: Points, budget: Budget) -> Rows:
    """The chosen ones, and as many more as chains of moves can meet: the mandatory ones first."""
    chains = Chains(problem, chosen, value)
    unmet = np.setdiff1d(problem.need, problem.need[chosen])
    for need in unmet[np.argsort(~problem.mandatory[unmet], kind="stable")].tolist():
        if not budget.over:
            chains.meet(need)
    return chains.room.chosen
