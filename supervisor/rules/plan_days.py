"""One provider's days: whose sessions go together on a day, and when each of them begins then."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from itertools import combinations

import numpy as np

from supervisor.rules.plan_flow import DAYS_A_WEEK, in_weeks
from supervisor.rules.plan_values import Ask, Limits, Slots

Group = frozenset[int]
"""Asks by their number."""
Between = Callable[[Ask, Ask, int], int]
"""The minutes that lie between two asks' meetings on a day."""
Kind = tuple[Group, int, int]
LONG_AGO = -(10**9)


class Days:
    """On which days each ask has its sessions. Every ask keeps its shortest gap, and no day or
    week holds more than it may; what `held` counts is there already."""

    def __init__(
        self,
        several: Sequence[Slots],
        held: Mapping[int, int],
        limits: Limits,
        between: Between | None = None,
    ) -> None:
        self.asks, self.held, self.limits = [one.ask for one in several], held, limits
        self.between = between
        self.of: list[set[int]] = [set() for _ in several]
        self.on: dict[int, set[int]] = defaultdict(set)
        self.weeks: Counter[int] = in_weeks(held)
        self.begins = _begins(several)
        self.starts = [_by_day(one, self.begins) for one in several]
        self._shapes: dict[object, int] = {}
        self.shapes = [
            {day: self._number((n, some)) for day, some in starts.items()}
            for n, starts in enumerate(self.starts)
        ]
        self.roads = {day: self._number(self._roads(day)) for day in self.begins}
        self._known: dict[tuple[Group, int], list[tuple[int, int]] | None] = {}

    def empty(self) -> "Days":
        """The same days before anything is on them."""
        other = copy(self)
        other.of, other.on = [set() for _ in self.of], defaultdict(set)
        other.weeks = in_weeks(self.held)
        return other

    def put(self, n: int, day: int) -> None:
        """An ask meets on that day."""
        self.on[day].add(n)
        self.of[n].add(day)
        self.weeks[_monday(day)] += 1

    def put_all(self, group: Iterable[int], day: int) -> None:
        """Those of a group meet on that day who lack a session and are far enough from others."""
        for n in sorted(group):
            if self.lacks(n) > 0 and self.is_apart(n, day) and self.has_room(day):
                self.put(n, day)

    def drop(self, n: int, day: int) -> None:
        """It does not, after all."""
        self.on[day].remove(n)
        self.of[n].remove(day)
        self.weeks[_monday(day)] -= 1

    def count(self) -> int:
        """How many sessions have a day."""
        return sum(map(len, self.of))

    def lacks(self, n: int) -> int:
        """How many sessions of an ask have no day."""
        return len(self.asks[n].aims) - len(self.of[n])

    def is_apart(self, n: int, day: int, lost: int | None = None) -> bool:
        """Whether a day is far enough from an ask's others, but for one that it has lost."""
        return all(abs(day - own) >= self.limits.gap for own in self.of[n] if own != lost)

    def has_room(self, day: int) -> bool:
        """Whether the day and its week hold one more."""
        week = self.weeks[_monday(day)] < self.limits.most_a_week
        return week and len(self.on[day]) < self.room(day)

    def room(self, day: int) -> int:
        """How many the day holds of these asks."""
        return max(0, self.limits.most_a_day - self.held.get(day, 0))

    def go_together(self, day: int, group: Iterable[int]) -> bool:
        """Whether all of them can be met on one day."""
        return self._arranged(day, group) is not None

    def times(self) -> list[list[int]]:
        """When each ask's sessions begin, one after the other on each day."""
        found: list[list[int]] = [[] for _ in self.asks]
        for day, group in self.on.items():
            for n, at in self._arranged(day, group) or ():
                found[n].append(self.begins[day] + at)
        return found

    def kinds(self) -> dict[Kind, list[int]]:
        """Days on which just the same can be: the same starts, roads and room."""
        found: dict[Kind, list[int]] = defaultdict(list)
        for day in sorted(self.begins):
            shapes = Group(shapes[day] for shapes in self.shapes if day in shapes)
            found[shapes, self.roads[day], self.room(day)].append(day)
        return found

    def _roads(self, day: int) -> tuple[int, ...]:
        """The minutes between any two, were both met that day."""
        pairs = combinations(range(len(self.asks)), 2) if self.between else ()
        return tuple(self._road(one, other, day) for one, other in pairs)

    def _road(self, one: int, other: int, day: int) -> int:
        return self.between(self.asks[one], self.asks[other], day) if self.between else 0

    def _number(self, something: object) -> int:
        return self._shapes.setdefault(something, len(self._shapes))

    def _arranged(self, day: int, group: Iterable[int]) -> list[tuple[int, int]] | None:
        key = Group(self.shapes[n][day] for n in group), self.roads[day]
        if key not in self._known:
            self._known[key] = self._arrange(day, sorted(group))
        return self._known[key]

    def _arrange(self, day: int, here: Sequence[int]) -> list[tuple[int, int]] | None:
        """Each with its start, so that the last ends as early as can be; None where they do not
        fit. Whoever of some comes last, the earliest end is all that matters for the rest."""
        best: dict[tuple[int, int], tuple[int, tuple[tuple[int, int], ...]]] = {}
        for chosen in range(1, 1 << len(here)):
            for last in (i for i in range(len(here)) if chosen >> i & 1):
                ways = self._ways(day, here, chosen & ~(1 << last), last, best)
                if found := min(ways, default=None):
                    best[chosen, last] = found
        whole = (1 << len(here)) - 1
        ends = [best[whole, last] for last in range(len(here)) if (whole, last) in best]
        return list(min(ends)[1]) if ends else None if here else []

    def _ways(
        self,
        day: int,
        here: Sequence[int],
        before: int,
        last: int,
        best: Mapping[tuple[int, int], tuple[int, tuple[tuple[int, int], ...]]],
    ) -> Iterable[tuple[int, tuple[tuple[int, int], ...]]]:
        """One after some others, whichever of these was the last: when it ends, and all starts."""
        n, free = here[last], LONG_AGO
        for previous in range(len(here)) if before else (None,):
            path: tuple[tuple[int, int], ...] = ()
            if previous is not None:
                if (before, previous) not in best:
                    continue
                free, path = best[before, previous]
                free += self._road(here[previous], n, day)
            k = bisect_left(self.starts[n][day], free)
            if k < len(self.starts[n][day]):
                at = self.starts[n][day][k]
                yield at + self.asks[n].minutes, (*path, (n, at))


def _monday(day: int) -> int:
    return day - (day - 1) % DAYS_A_WEEK


def _begins(several: Sequence[Slots]) -> dict[int, int]:
    """The first start of each day, from which its minutes are counted."""
    first: dict[int, int] = {}
    for one in several:
        days, at = np.unique(one.day, return_index=True)
        for day, start in zip(days.tolist(), one.at[at].tolist(), strict=True):
            first[day] = min(start, first.get(day, start))
    return first


def _by_day(one: Slots, begins: Mapping[int, int]) -> dict[int, tuple[int, ...]]:
    days, first = np.unique(one.day, return_index=True)
    pieces = np.split(one.at, first[1:]) if len(days) else []
    return {
        day: tuple((piece - begins[day]).tolist())
        for day, piece in zip(days.tolist(), pieces, strict=True)
    }
