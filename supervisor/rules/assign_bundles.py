"""What one provider could take together: every set of pairs within places, hours and couples.

The sets are worth the sum of their pairs less load. The best one, and all that are nearly as good,
come from a table of how much can be had with so many places and minutes of the first so many
people: exact, since all values are whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from supervisor.rules.assign_problem import Problem
from supervisor.rules.fit_lists import UNKNOWN, Points, Rows

NEVER = -(1 << 60)
State = tuple[int, ...]  # how many places of each queue, and how much of the hours


@dataclass(frozen=True)
class Option:
    """Pairs with one person that go together, and what they take: of each kind, and of hours."""

    pairs: tuple[int, ...]
    takes: State

    def worth(self, value: Points) -> int:
        return int(value[list(self.pairs)].sum())


class Bundles:
    """One provider's pairs. `load` is what so many of them cost, by number, from none on."""

    def __init__(self, problem: Problem, pairs: Rows) -> None:
        self.pairs = pairs
        provider, effort = problem.provider[pairs[0]], problem.effort[problem.need[pairs]]
        left, unit = int(problem.minutes[provider]), int(np.gcd.reduce(effort))
        if left == UNKNOWN:
            left = int(effort.sum())
        queue, most = _queues(problem, pairs, left)
        longest = sum(np.sort(effort[queue == one])[::-1][:n].sum() for one, n in enumerate(most))
        free = longest <= left
        self.room = (*most, 0 if free else left // unit)
        takes = np.zeros((len(pairs), len(self.room)), np.int64)
        takes[np.arange(len(pairs)), queue] = 1
        takes[:, -1] = 0 if free else effort // unit
        self.people = _people(problem, pairs, takes)
        nth = problem.running[provider] + np.arange(sum(most))
        load = problem.load * nth // max(1, problem.capacity[provider])
        self.load = np.append(0, np.cumsum(load))

    @property
    def cells(self) -> int:
        """How many cells all its tables have."""
        return len(self.people) * int(np.prod([room + 1 for room in self.room]))

    def best(self, value: Points, load: int) -> tuple[int, tuple[int, ...]]:
        """The best bundle at these values of all pairs, with its worth; `load` scales loads."""
        tables = self._tables(value)
        most = int(self._worth(tables[-1], load).max())
        return most, next(self._near(tables, value, load, most))

    def near(self, value: Points, load: int, least: int) -> Iterator[tuple[int, ...]]:
        """Every bundle that is worth at least so much."""
        return self._near(self._tables(value), value, load, least)

    def _tables(self, value: Points) -> list[Points]:
        """The most that can be had with exactly so many places and at most so many hours."""
        table = np.full([room + 1 for room in self.room], NEVER, np.int64)
        table[(0,) * (len(self.room) - 1)] = 0
        tables = [table]
        for options in self.people:
            after = np.full_like(table, NEVER)
            for option in options:
                _improve(after, tables[-1], option.takes, option.worth(value))
            tables.append(after)
        return tables

    def _worth(self, table: Points, load: int) -> Points:
        """With all the hours, by places."""
        number = np.indices(table.shape[:-1]).sum(axis=0)
        return np.asarray(table[..., -1] - self.load[number] * load)

    def _near(
        self, tables: list[Points], value: Points, load: int, least: int
    ) -> Iterator[tuple[int, ...]]:
        worth = self._worth(tables[-1], load)
        for places in zip(*np.nonzero(worth >= least), strict=True):
            state = (*map(int, places), self.room[-1])
            spent = int(self.load[sum(state[:-1])]) * load
            yield from self._back(tables, value, len(self.people), state, least + spent)

    def _back(
        self, tables: list[Points], value: Points, people: int, state: State, least: int
    ) -> Iterator[tuple[int, ...]]:
        """All ways to a state of the first so many people that are worth so much."""
        if not people:
            yield ()
            return
        table = tables[people - 1]
        for option in self.people[people - 1]:
            before = tuple(a - b for a, b in zip(state, option.takes, strict=True))
            rest = least - option.worth(value)
            if min(before) >= 0 and table[before] >= max(rest, NEVER // 2):
                for pairs in self._back(tables, value, people - 1, before, rest):
                    yield (*pairs, *option.pairs)


def _queues(problem: Problem, pairs: Rows, left: int) -> tuple[Rows, list[int]]:
    """Which places each pair asks for, and how many there are to be had. Kinds whose places cannot
    run out stand in one queue: only how many they are together matters."""
    kind, effort = problem.kind[problem.need[pairs]], problem.effort[problem.need[pairs]]
    places = problem.places[problem.provider[pairs[0]]]
    short = [_fitting(effort[kind == one], left) > n for one, n in enumerate(places)]
    queue = np.unique(np.where(np.array(short)[kind], kind, -1), return_inverse=True)[1]
    most = [_fitting(effort[queue == one], left) for one in range(queue.max() + 1)]
    return queue, [
        min(n, int(places[kind[queue == one][0]])) if short[kind[queue == one][0]] else n
        for one, n in enumerate(most)
    ]


def _fitting(efforts: Points, left: int) -> int:
    """How many fit into so many minutes, the shortest first."""
    return int(np.searchsorted(np.cumsum(np.sort(efforts)), left, side="right"))


def _improve(after: Points, before: Points, takes: State, worth: int) -> None:
    """What can be had when an option is added to what there was."""
    if all(take < size for take, size in zip(takes, after.shape, strict=True)):
        now = tuple(slice(take, None) for take in takes)
        was = tuple(slice(size - take) for take, size in zip(takes, after.shape, strict=True))
        np.maximum(after[now], before[was] + worth, out=after[now])


def _people(problem: Problem, pairs: Rows, takes: Points) -> list[list[Option]]:
    """For each person what can be had of them together: nothing, or pairs of one strand."""
    couple, strand = problem.couple[pairs], problem.strand[pairs]
    return [
        [
            Option(tuple(pairs[some].tolist()), tuple(takes[some].sum(axis=0).tolist()))
            for some in _together(np.flatnonzero(couple == who), strand)
        ]
        for who in np.unique(couple)
    ]


def _together(rows: Rows, strand: Points) -> Iterator[list[int]]:
    yield []
    for one in np.unique(strand[rows]):
        same = rows[strand[rows] == one].tolist()
        for count in range(1, len(same) + 1):
            yield from map(list, combinations(same, count))
