"""Pairs taken one after the other, as a coordinator does by hand: each where there is room."""

import numpy as np

from supervisor.rules.assign_problem import Problem
from supervisor.rules.fit_lists import UNKNOWN, Rows

HARDLY = 1 << 62


class Room:
    """What is left of needs, places, hours and couples while pairs are taken and given back."""

    def __init__(self, problem: Problem) -> None:
        self.need, self.provider = problem.need.tolist(), problem.provider.tolist()
        self.kind, self.effort = problem.kind.tolist(), problem.effort.tolist()
        self.couple, self.strand = problem.couple.tolist(), problem.strand.tolist()
        self.places = problem.places.tolist()
        self.minutes = np.where(problem.minutes == UNKNOWN, HARDLY, problem.minutes).tolist()
        self.by_need: dict[int, int] = {}
        self.by_couple: dict[int, list[int]] = {}

    def take(self, pair: int) -> bool:
        """Take a pair where nothing stands in its way."""
        if self.need[pair] in self.by_need or not self.fits(pair):
            return False
        self.by_need[self.need[pair]] = pair
        self.by_couple.setdefault(self.couple[pair], []).append(pair)
        self._add(pair, -1)
        return True

    def give_back(self, pair: int) -> None:
        """As if it had not been taken."""
        del self.by_need[self.need[pair]]
        self.by_couple[self.couple[pair]].remove(pair)
        self._add(pair, 1)

    def _add(self, pair: int, sign: int) -> None:
        need, provider = self.need[pair], self.provider[pair]
        self.places[provider][self.kind[need]] += sign
        self.minutes[provider] += sign * self.effort[need]

    def fits(self, pair: int, without: int | None = None) -> bool:
        """Whether its provider has room for it, or would have `without` another of theirs."""
        need, provider = self.need[pair], self.provider[pair]
        kind, places = self.kind[need], self.places[provider][self.kind[need]]
        minutes = self.minutes[provider]
        if without is not None:
            places += self.kind[self.need[without]] == kind
            minutes += self.effort[self.need[without]]
        return places > 0 and minutes >= self.effort[need] and not self._clashes(pair, without)

    def _clashes(self, pair: int, without: int | None) -> bool:
        strand = self.strand[pair]
        others = self.by_couple.get(self.couple[pair], ())
        return any(self.strand[other] != strand for other in others if other != without)

    @property
    def chosen(self) -> Rows:
        return np.array(sorted(self.by_need.values()), np.intp)


def filled(problem: Problem, order: Rows) -> Rows:
    """The pairs that can be taken in this order."""
    room = Room(problem)
    for pair in order.tolist():
        room.take(pair)
    return room.chosen


def by_hand(problem: Problem) -> Rows:
    """Mandatory needs first, the best fit first."""
    mandatory, _, fit = problem.aims
    return filled(problem, np.lexsort((-fit, -mandatory)))
