"""One provider's sessions as a flow: session → hour → day → week, and the most that could be.

The provider's free time is cut into cells as long as their longest session; whatever fits into a
cell may have it. For the proof the cells are as long as the shortest session: two that do not
overlap never begin in the same one, and a pair never meets twice within its shortest gap. In both
the time that a provider keeps free around each meeting lies between two cells.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike
from ortools.graph.python import max_flow, min_cost_flow

from supervisor.rules.plan_values import Giver, Limits, PlanSettings, Slots, nth_of_each
from supervisor.rules.wall import DAY, Clock, Whole

Starts = dict[int, int]
SOURCE, SINK, FIRST = 0, 1, 2
DAYS_A_WEEK = 7


def monday(days: Whole) -> Whole:
    """The Monday of each day's week, as ordinals."""
    return np.asarray(days - (days - 1) % DAYS_A_WEEK)


def in_weeks(held: Mapping[int, int]) -> Counter[int]:
    """Meetings a week, by its Monday, of meetings a day."""
    weeks: Counter[int] = Counter()
    for day, count in held.items():
        weeks[day - (day - 1) % DAYS_A_WEEK] += count
    return weeks


class Net:
    """Arcs of a network from the source to the sink, gathered as columns."""

    def __init__(self) -> None:
        self.columns: list[Whole] = []
        self.arcs = 0

    def add(
        self, tails: ArrayLike, heads: ArrayLike, room: ArrayLike = 1, cost: ArrayLike = 0
    ) -> slice:
        """Arcs side by side; where they stand among all."""
        columns = np.stack(np.broadcast_arrays(tails, heads, room, cost)).astype(np.int64)
        self.columns.append(columns)
        before, self.arcs = self.arcs, self.arcs + columns.shape[1]
        return slice(before, self.arcs)

    def downhill(
        self, cells: Whole, first: int, giver: Giver, held: Mapping[int, int], limits: Limits
    ) -> None:
        """From cells to their days and weeks, as many as each still has room for."""
        days, day_node = _numbered(giver.clock.day(cells), first + len(cells))
        weeks, week_node = _numbered(monday(days), first + len(cells) + len(days))
        by_week = in_weeks(held)
        day_room = [max(0, limits.most_a_day - held.get(day, 0)) for day in days.tolist()]
        week_room = [max(0, limits.most_a_week - by_week[week]) for week in weeks.tolist()]
        self.add(first + np.arange(len(cells)), day_node)
        self.add(first + len(cells) + np.arange(len(days)), week_node, day_room)
        self.add(first + len(cells) + len(days) + np.arange(len(weeks)), SINK, week_room)

    def cheapest(self, most: int) -> Whole:
        """What flows through each arc when as much as can be does, at the least cost."""
        tails, heads, room, cost = np.hstack(self.columns)
        solver = min_cost_flow.SimpleMinCostFlow()
        arcs = solver.add_arcs_with_capacity_and_unit_cost(tails, heads, room, cost)
        solver.set_node_supply(SOURCE, most)
        solver.set_node_supply(SINK, -most)
        solver.solve_max_flow_with_min_cost()
        return np.asarray(solver.flows(arcs))

    def most(self) -> int:
        """How much can flow at all."""
        tails, heads, room, _cost = np.hstack(self.columns)
        solver = max_flow.SimpleMaxFlow()
        solver.add_arcs_with_capacity(tails, heads, room)
        solver.solve(SOURCE, SINK)
        return int(solver.optimal_flow())


def _numbered(keys: Whole, first: int) -> tuple[Whole, Whole]:
    """Different keys, and for each key its node, counted from `first`."""
    unique, inverse = np.unique(keys, axis=-1, return_inverse=True)
    return unique, inverse.ravel() + first


def flow(
    several: Sequence[Slots],
    giver: Giver,
    held: Mapping[int, int],
    limits: Limits,
    settings: PlanSettings,
    spare: int = 0,
) -> list[Starts]:
    """For each of a provider's asks, the starts of its aims by their number: as many as the
    cells hold, and these as near to the aims as can be. Between cells some minutes are spare."""
    found: list[Starts] = [{} for _ in several]
    cells, ends = _cells(giver, max(one.ask.minutes for one in several), limits.grid, spare)
    arcs = np.hstack([_to_cells(n, one, cells, ends, settings) for n, one in enumerate(several)])
    if not arcs.size:
        return found
    owner, aim, cell, cost, at = arcs
    aims, aim_node = _numbered(np.stack([owner, aim]), FIRST)
    behind = FIRST + aims.shape[1]
    used, cell_node = _numbered(cell, behind)
    net = Net()
    net.add(SOURCE, np.arange(FIRST, behind))
    choices = net.add(aim_node, cell_node, cost=cost)
    net.downhill(cells[used], behind, giver, held, limits)
    for n in np.flatnonzero(net.cheapest(aims.shape[1])[choices]):
        found[owner[n]][int(aim[n])] = int(at[n])
    return found


def _cells(giver: Giver, minutes: int, grid: int, spare: int = 0) -> tuple[Whole, Whole]:
    """Where each cell of the free time begins and ends; what is left of a stretch is a cell too,
    and none goes over midnight."""
    step = -(-(minutes + spare) // grid) * grid
    begin, end = _by_day(np.array(giver.free, np.int64).reshape(-1, 2), giver.clock).T
    first = np.minimum(begin + -giver.clock.local(begin) % grid, end)
    count = -((first - end) // step)
    starts = np.repeat(first, count) + step * nth_of_each(count)
    return starts, np.minimum(starts + minutes, np.repeat(end, count))


def _by_day(free: Whole, clock: Clock) -> Whole:
    """Stretches cut at each midnight."""
    begin, end = free.T
    over = clock.day(begin) != clock.day(end - 1)
    if not over.any():
        return free
    midnight = begin[over] + DAY - clock.local(begin[over]) % DAY
    cut = free.copy()
    cut[over, 1] = midnight
    rest = np.stack([midnight, end[over]], axis=1)
    pieces = np.concatenate([cut, _by_day(rest, clock)])
    return np.asarray(pieces[np.argsort(pieces[:, 0])])


def _to_cells(n: int, one: Slots, cells: Whole, ends: Whole, settings: PlanSettings) -> Whole:
    """The choices of an ask as columns of (ask, aim, cell, cost, start), the first of each cell."""
    cell = np.searchsorted(cells, one.at, side="right") - 1
    aim = _nearest(one)
    fits = (cell >= 0) & (aim >= 0) & (one.at + one.ask.minutes <= ends[cell])
    cell, chosen = np.unique(cell[fits], return_index=True)
    aim, day = aim[fits][chosen], one.day[fits][chosen]
    target = np.array([a.day for a in one.ask.aims], np.int64)[aim]
    cost = np.abs(day - target) * settings.a_day + one.cost[fits][chosen]
    return np.stack([np.full(len(cell), n), aim, cell, cost, one.at[fits][chosen]])


def _nearest(one: Slots) -> Whole:
    """The number of the aim within whose days each start lies; -1 for none."""
    aim = np.full(len(one.at), -1)
    for number, a in enumerate(one.ask.aims):
        aim[np.searchsorted(one.day, a.first) : np.searchsorted(one.day, a.last + 1)] = number
    return aim


def most(several: Sequence[Slots], giver: Giver, limits: Limits, spare: int = 0) -> int:
    """No plan places more of a provider's sessions than this, with so many minutes between them."""
    cells, _ends = _cells(giver, min(one.ask.minutes for one in several) + spare, 1)
    arcs = np.hstack([_to_blocks(n, one, cells, limits) for n, one in enumerate(several)])
    if not arcs.size:
        return 0
    wanted = [len(one.ask.aims) for one in several]
    blocks, block_node = _numbered(arcs[:2], FIRST + len(several))
    behind = FIRST + len(several) + blocks.shape[1]
    used, cell_node = _numbered(arcs[2], behind)
    net = Net()
    net.add(SOURCE, FIRST + np.arange(len(several)), wanted)
    net.add(FIRST + blocks[0], np.arange(FIRST + len(several), behind))
    net.add(block_node, cell_node)
    net.downhill(cells[used], behind, giver, giver.held, limits)
    return net.most()


def _to_blocks(n: int, one: Slots, cells: Whole, limits: Limits) -> Whole:
    """Each (ask, block of days, cell) in which an ask can begin; a block is one shortest gap."""
    cell = np.searchsorted(cells, one.at, side="right") - 1
    pairs = np.unique(np.stack([one.day // limits.gap, cell]), axis=1)
    return np.concatenate([np.full((1, pairs.shape[1]), n), pairs])
