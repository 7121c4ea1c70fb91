"""How many of a provider's sessions can be at most, and days that reach it.

Days of one kind hold the same. What is asked is only how often each group of asks shares a day of
each kind: a small integer program over all groups to which nobody could be added. Its relaxation
is nearly always whole, so that it is proved at once (as in cutting stock; Gilmore and Gomory 1961).
Where every day is a kind of its own, it keeps the shortest gap of each ask as well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import floor

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from supervisor.rules.plan_days import Days, Group

HAIR = 1e-6
NODES = 200


@dataclass(frozen=True)
class Together:
    """The most that can be, and for each kind of day its days and the groups that share them."""

    most: int
    shared: list[tuple[list[int], list[Group]]]


def together(days: Days, kinds: Sequence[list[int]], effort: int) -> Together | None:
    """None where there are more groups than the effort allows."""
    every = [(k, group) for k, here in enumerate(kinds) for group in _groups(days, here[0], effort)]
    return _solve(days, kinds, every) if 0 < len(every) <= effort else None


def _groups(days: Days, day: int, effort: int) -> Iterator[Group]:
    """Every group that can share a day and to which nobody can be added."""
    here = [n for n, starts in enumerate(days.starts) if day in starts]
    if here and days.room(day):
        yield from islice(_grow(days, day, Group(), here, []), effort + 1)


def _grow(
    days: Days, day: int, group: Group, later: Sequence[int], earlier: Sequence[int]
) -> Iterator[Group]:
    """Groups that hold one, some of those that come later, and none that comes earlier."""
    full = len(group) >= days.room(day)
    more = [] if full else [n for n in later if days.go_together(day, group | {n})]
    if not more and (full or not any(days.go_together(day, group | {n}) for n in earlier)):
        yield group
    for nth, n in enumerate(more):
        yield from _grow(days, day, group | {n}, more[nth + 1 :], [*earlier, *more[:nth]])


@dataclass
class Rows:
    """Sums of columns, each with the most that it may be."""

    cells: list[tuple[int, int, int]] = field(default_factory=list)
    most: list[int] = field(default_factory=list)

    def add(self, columns: Sequence[int], most: int, less: Sequence[int] = ()) -> None:
        """The columns together, less some others."""
        row = len(self.most)
        self.cells += [(row, c, 1) for c in columns] + [(row, c, -1) for c in less]
        self.most.append(most)

    def within(self, columns: int) -> LinearConstraint:
        """All of them at once."""
        row, column, value = np.array(self.cells).T
        table = csr_array((value, (row, column)), shape=(len(self.most), columns))
        return LinearConstraint(table, ub=self.most)


def _solve(
    days: Days, kinds: Sequence[list[int]], every: Sequence[tuple[int, Group]]
) -> Together | None:
    """One column for each ask and kind: how many of its sessions are on such days; then one for
    each group: how many days it shares."""
    pairs = sorted({(n, k) for k, group in every for n in group})
    column = {pair: c for c, pair in enumerate(pairs)}
    rows, size = _rows(days, kinds, every, column), len(pairs) + len(every)
    found = milp(np.append(-np.ones(len(pairs)), np.zeros(len(every))),
                 constraints=rows.within(size), bounds=Bounds(0, np.inf),
                 integrality=np.ones(size, np.int64), options={"node_limit": NODES})  # fmt: skip
    if found.x is None:
        return None
    times = np.rint(found.x).astype(int).tolist()
    met = {pair for pair in pairs if times[column[pair]]}
    shared: list[tuple[list[int], list[Group]]] = [(here, []) for here in kinds]
    for (k, group), count in zip(every, times[len(pairs) :], strict=True):
        shared[k][1].extend([Group(n for n in group if (n, k) in met)] * count)
    return Together(floor(-found.mip_dual_bound + HAIR), shared)


def _rows(
    days: Days,
    kinds: Sequence[list[int]],
    every: Sequence[tuple[int, Group]],
    column: dict[tuple[int, int], int],
) -> Rows:
    rows, behind = Rows(), len(column)
    for (n, k), own in column.items():
        holds = [behind + g for g, (kind, group) in enumerate(every) if kind == k and n in group]
        rows.add([own], 0, less=holds)
    for k, here in enumerate(kinds):
        rows.add([behind + g for g, (kind, _group) in enumerate(every) if kind == k], len(here))
    for n, ask in enumerate(days.asks):
        own_days = {k: c for (m, k), c in column.items() if m == n}
        rows.add(list(own_days.values()), len(ask.aims))
        if all(len(here) == 1 for here in kinds):
            _keep_gap(rows, {kinds[k][0]: c for k, c in own_days.items()}, days.limits.gap)
    return rows


def _keep_gap(rows: Rows, column: dict[int, int], gap: int) -> None:
    """Of any days that are too near to one another, an ask has one at most."""
    for first in column:
        near = [c for day, c in column.items() if first <= day < first + gap]
        if len(near) > 1:
            rows.add(near, 1)
