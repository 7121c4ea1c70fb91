"""The year's plan: what is still owed, near an even cadence, in the hours that two have in common.

Provider by provider, the scarcest first, a min-cost flow: session → hour → day → week. Whoever
is still short then has their own sessions placed anew, anywhere in the hours that are left. A
relaxation without cadence proves how many could be placed at most. Nothing in it is random.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from supervisor.rules.openings import without
from supervisor.rules.plan_exact import exact
from supervisor.rules.plan_flow import Starts, flow, in_weeks, monday, most
from supervisor.rules.plan_values import Ask, Giver, Limits, PlanSettings, Slots, slots
from supervisor.rules.wall import Flags, Whole

LEFT_OUT = 10**9


class Why(StrEnum):
    """Why a session found no place."""

    NOTHING = "nothing"
    NOTHING_NEAR = "nothing_near"
    TOO_CLOSE = "too_close"
    TAKEN = "taken"


@dataclass(frozen=True)
class Short:
    """How many sessions of an ask found no place, near which day the first of them, and why."""

    ask: Ask
    count: int
    near: int
    why: Why


@dataclass(frozen=True)
class Plan:
    """The starts found, by ask in the order given, and how many could be placed at most."""

    starts: list[list[int]]
    short: list[Short]
    bound: int


def plan(
    asks: Sequence[Ask], givers: Mapping[int, Giver], limits: Limits, settings: PlanSettings
) -> Plan:
    """Places for as many sessions as can be found."""
    every = [slots(ask, limits, settings) for ask in asks]
    taken, found, bound = Taken(givers.values(), limits), [Starts() for _ in asks], 0
    for provider, mine in _scarcest_first(asks, givers):
        several = [every[n] for n in mine]
        placed, at_most = _with_one(several, givers[provider], taken, settings)
        bound += at_most
        for n, starts in zip(mine, placed, strict=True):
            found[n] = starts
    short = [
        _why(one, starts, limits, settings)
        for one, starts in zip(every, found, strict=True)
        if _lacks(one.ask, starts)
    ]
    return Plan([sorted(starts.values()) for starts in found], short, bound)


def _scarcest_first(
    asks: Sequence[Ask], givers: Mapping[int, Giver]
) -> list[tuple[int, list[int]]]:
    """Providers with the numbers of their asks, those with the fewest free minutes for each
    that is owed first."""
    of: dict[int, list[int]] = defaultdict(list)
    for n, ask in enumerate(asks):
        of[ask.provider].append(n)

    def plenty(provider: int) -> float:
        owed = sum(asks[n].minutes * len(asks[n].aims) for n in of[provider])
        return sum(end - start for start, end in givers[provider].free) / max(owed, 1)

    return sorted(of.items(), key=lambda item: (plenty(item[0]), item[0]))


def _with_one(
    several: Sequence[Slots], giver: Giver, taken: "Taken", settings: PlanSettings
) -> tuple[list[Starts], int]:
    """All that one provider owes, in the time that is left, and the most that it can be."""
    placed = _by_flow(several, giver, taken, settings)
    _fill(several, placed, taken, settings)
    count, owed = sum(map(len, placed)), sum(len(one.ask.aims) for one in several)
    if count == owed:
        return placed, owed
    at_most = most(several, giver, taken.own[giver.id])
    if count == at_most:
        return placed, at_most
    return _whole(several, placed, at_most, giver, taken, settings)


def _by_flow(
    several: Sequence[Slots], giver: Giver, taken: "Taken", settings: PlanSettings
) -> list[Starts]:
    """The longest sessions first, since the shorter fit into what these leave."""
    placed = [Starts() for _ in several]
    for minutes in sorted({one.ask.minutes for one in several}, reverse=True):
        mine = [n for n, one in enumerate(several) if one.ask.minutes == minutes]
        left = [taken.open(several[n]) for n in mine]
        found = flow(left, taken.left(giver), taken.held[giver.id], taken.own[giver.id], settings)
        for n, starts in zip(mine, found, strict=True):
            placed[n] = starts
            taken.add(several[n].ask, starts.values())
    return placed


def _fill(
    several: Sequence[Slots], placed: list[Starts], taken: "Taken", settings: PlanSettings
) -> None:
    """Place those who are short anew, one after the other, as long as it helps."""
    before = -1
    while before < sum(map(len, placed)):
        before = sum(map(len, placed))
        for n, one in enumerate(several):
            if _lacks(one.ask, placed[n]):
                placed[n] = _anew(one, placed[n], taken, settings)


def _whole(
    several: Sequence[Slots],
    placed: list[Starts],
    at_most: int,
    giver: Giver,
    taken: "Taken",
    settings: PlanSettings,
) -> tuple[list[Starts], int]:
    """Solve the provider exactly; then bring each pair as near to its cadence as is left."""
    for one, starts in zip(several, placed, strict=True):
        taken.add(one.ask, starts.values(), by=-1)
    left = [taken.open(one) for one in several]
    begin = [list(starts.values()) for starts in placed]
    held, limits = taken.held[giver.id], taken.own[giver.id]
    found, proved = exact(left, begin, at_most, held, limits, settings.effort)
    for one, anywhere in zip(several, found, strict=True):
        taken.add(one.ask, anywhere)
    for n, one in enumerate(several):
        placed[n] = _anew(one, dict(enumerate(found[n])), taken, settings)
    alone = all(len(one.at) == len(here.at) for one, here in zip(several, left, strict=True))
    return placed, proved if alone else at_most


def _lacks(ask: Ask, starts: Starts) -> int:
    return len(ask.aims) - len(starts)


def _anew(one: Slots, before: Starts, taken: "Taken", settings: PlanSettings) -> Starts:
    """One ask placed again, at any distance from its aims, never fewer than before."""
    taken.add(one.ask, before.values(), by=-1)
    after = _best(taken.open(one), taken.limits.gap, settings)
    taken.add(one.ask, after.values())
    return after


def _best(one: Slots, gap: int, settings: PlanSettings) -> Starts:
    """The most aims that find days far enough apart, and the nearest days for these.

    `worth[i][k]` is the least cost of the first i aims on the first k days; an aim that is left
    out costs more than any distance.
    """
    days, at, habit = _one_a_day(one)
    before = np.searchsorted(days, days - gap, side="right")
    costs = [np.abs(days - aim.day) * settings.a_day + habit for aim in one.ask.aims]
    worth = [np.zeros(len(days) + 1, np.int64)]
    for cost in costs:
        here = worth[-1] + LEFT_OUT
        here[1:] = np.minimum(here[1:], worth[-1][before] + cost)
        worth.append(np.minimum.accumulate(here))
    found, k = Starts(), len(days)
    for n in reversed(range(len(costs))):
        k = int(np.argmax(worth[n + 1] == worth[n + 1][k]))
        if k and worth[n + 1][k] == worth[n][before[k - 1]] + costs[n][k - 1]:
            found[n], k = int(at[k - 1]), int(before[k - 1])
    return found


def _one_a_day(one: Slots) -> tuple[Whole, Whole, Whole]:
    """Each day with its start nearest to the habit, and what that costs."""
    order = np.lexsort((one.at, one.cost, one.day))
    days, first = np.unique(one.day[order], return_index=True)
    return days, one.at[order][first], one.cost[order][first]


def _why(one: Slots, starts: Starts, limits: Limits, settings: PlanSettings) -> Short:
    """What stands in the way of the first session without a place: the two themselves, were
    they alone, or those who meet the provider too."""
    alone = _best(one, limits.gap, settings)
    lacking = [aim for n, aim in enumerate(one.ask.aims) if n not in alone]
    aims = lacking or [aim for n, aim in enumerate(one.ask.aims) if n not in starts]
    aim, count = aims[0], _lacks(one.ask, starts)
    if not len(one.at):
        return Short(one.ask, count, aim.day, Why.NOTHING)
    if not lacking:
        return Short(one.ask, count, aim.day, Why.TAKEN)
    near = (one.day >= min(aim.first, aim.day)) & (one.day <= max(aim.last, aim.day))
    return Short(one.ask, count, aim.day, Why.TOO_CLOSE if near.any() else Why.NOTHING_NEAR)


class Taken:
    """Whose time the plan has taken so far, and how many meetings that makes a day."""

    def __init__(self, givers: Collection[Giver], limits: Limits) -> None:
        self.limits = limits
        self.own = {giver.id: limits.of(giver) for giver in givers}
        self.times: dict[int, set[tuple[int, int]]] = defaultdict(set)
        self.days: dict[int, set[int]] = defaultdict(set)
        self.held = {giver.id: Counter(giver.held) for giver in givers}

    def open(self, one: Slots) -> Slots:
        """The starts at which both are free still, on days that have room, far enough from
        what another provider has of the same entitlement."""
        ask = one.ask
        ends, free = one.at + ask.minutes, self._has_room(ask, one.day)
        for person in (ask.worker, ask.provider):
            for start, end in self.times[person]:
                free &= (ends <= start) | (one.at >= end)
        for day in self.days[ask.key]:
            free &= np.abs(one.day - day) >= self.limits.gap
        return one.where(free)

    def _has_room(self, ask: Ask, days: Whole) -> Flags:
        held, own = self.held[ask.provider], self.own[ask.provider]
        full = [day for day, n in held.items() if n >= own.most_a_day]
        weeks = [week for week, n in in_weeks(held).items() if n >= own.most_a_week]
        return np.asarray(~np.isin(days, full) & ~np.isin(monday(days), weeks))

    def left(self, giver: Giver) -> Giver:
        """A provider with the time that is left to them."""
        return replace(giver, free=without(giver.free, sorted(self.times[giver.id])))

    def add(self, ask: Ask, starts: Collection[int], by: int = 1) -> None:
        """Take the time of both; with `by` -1 give it back."""
        days = ask.clock.day(np.array(list(starts), np.int64)).tolist()
        for at, day in zip(starts, days, strict=True):
            (self.days[ask.key].add if by > 0 else self.days[ask.key].remove)(day)
            for person in (ask.worker, ask.provider):
                times = self.times[person]
                (times.add if by > 0 else times.remove)((at, at + ask.minutes))
                if person in self.held:
                    self.held[person][day] += by
