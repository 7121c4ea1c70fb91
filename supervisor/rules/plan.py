"""The year's plan: what is still owed, near an even cadence, in the hours that two have in common.

Provider by provider, the scarcest first, a min-cost flow: session → hour → day → week. Whoever
is still short then has their own sessions placed anew, anywhere in the hours that are left. What
the flow finds is taken only if it goes with all that is taken: the flow knows neither the road from
one place to the next nor who else needs a room. A relaxation without cadence proves how many could
be placed at most. Nothing in it is random.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from supervisor.rules.plan_days import Days
from supervisor.rules.plan_exact import exact
from supervisor.rules.plan_flow import Starts, flow, most
from supervisor.rules.plan_taken import Apart, Taken
from supervisor.rules.plan_values import Ask, Giver, Limits, PlanSettings, Slots, slots
from supervisor.rules.wall import Whole

LEFT_OUT = 10**9


class Why(StrEnum):
    """Why a session found no place."""

    NOTHING = "nothing"
    NOTHING_NEAR = "nothing_near"
    TOO_CLOSE = "too_close"
    TAKEN = "taken"
    WORKER_TAKEN = "worker_taken"
    ROOMS_TAKEN = "rooms_taken"


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
    asks: Sequence[Ask],
    givers: Mapping[int, Giver],
    limits: Limits,
    settings: PlanSettings,
    apart: Apart | None = None,
) -> Plan:
    """Places for as many sessions as can be found."""
    taken, found, bound = Taken(givers.values(), limits, apart), [Starts() for _ in asks], 0
    every = [taken.places.unbooked(slots(ask, limits, settings)) for ask in asks]
    for provider, mine in _scarcest_first(asks, givers):
        several = [every[n] for n in mine]
        placed, at_most = _with_one(several, givers[provider], taken, settings)
        bound += at_most
        for n, starts in zip(mine, placed, strict=True):
            found[n] = starts
    short = [
        _why(one, starts, taken, settings)
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
    several: Sequence[Slots], giver: Giver, taken: Taken, settings: PlanSettings
) -> tuple[list[Starts], int]:
    """All that one provider owes, in the time that is left, and the most that it can be."""
    placed = _by_flow(several, giver, taken, settings)
    _fill(several, placed, taken, settings)
    count, owed = sum(map(len, placed)), sum(len(one.ask.aims) for one in several)
    if count == owed:
        return placed, owed
    at_most = most(several, giver, taken.own[giver.id], taken.apart.least(giver.id))
    if count == at_most:
        return placed, at_most
    return _whole(several, placed, at_most, giver, taken, settings)


def _by_flow(
    several: Sequence[Slots], giver: Giver, taken: Taken, settings: PlanSettings
) -> list[Starts]:
    """The longest sessions first, since the shorter fit into what these leave."""
    placed, spare = [Starts() for _ in several], taken.apart.least(giver.id)
    for minutes in sorted({one.ask.minutes for one in several}, reverse=True):
        mine = [n for n, one in enumerate(several) if one.ask.minutes == minutes]
        left = [taken.open(several[n]) for n in mine]
        held, own = taken.held[giver.id], taken.own[giver.id]
        found = flow(left, taken.left(giver), held, own, settings, spare)
        for n, starts in zip(mine, found, strict=True):
            placed[n] = taken.accept(several[n], starts)
    return placed


def _fill(
    several: Sequence[Slots], placed: list[Starts], taken: Taken, settings: PlanSettings
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
    taken: Taken,
    settings: PlanSettings,
) -> tuple[list[Starts], int]:
    """Solve the provider exactly; then bring each pair as near to its cadence as is left."""
    _give_back(several, placed, taken)
    left = [taken.open(one) for one in several]
    begin = [list(starts.values()) for starts in placed]
    between = taken.apart.between if taken.apart.hours else None
    days = Days(left, taken.held[giver.id], taken.own[giver.id], between)
    found, proved = exact(days, begin, at_most, settings.effort)
    anywhere = [
        taken.accept(one, dict(enumerate(starts)))
        for one, starts in zip(several, found, strict=True)
    ]
    after = [
        _anew(one, starts, taken, settings) for one, starts in zip(several, anywhere, strict=True)
    ]
    alone = all(len(one.at) == len(here.at) for one, here in zip(several, left, strict=True))
    _give_back(several, after, taken)
    most_of = max(after, placed, key=lambda some: sum(map(len, some)))
    best = [taken.accept(one, starts) for one, starts in zip(several, most_of, strict=True)]
    return best, proved if alone else at_most


def _give_back(several: Sequence[Slots], placed: Sequence[Starts], taken: Taken) -> None:
    for one, starts in zip(several, placed, strict=True):
        taken.add(one.ask, starts.values(), by=-1)


def _lacks(ask: Ask, starts: Starts) -> int:
    return len(ask.aims) - len(starts)


def _anew(one: Slots, before: Starts, taken: Taken, settings: PlanSettings) -> Starts:
    """One ask placed again, at any distance from its aims, never fewer than before."""
    taken.add(one.ask, before.values(), by=-1)
    after = taken.accept(one, _best(taken.open(one), taken.limits.gap, settings))
    if len(after) >= len(before):
        return after
    taken.add(one.ask, after.values(), by=-1)
    taken.add(one.ask, before.values())
    return before


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


def _why(one: Slots, starts: Starts, taken: Taken, settings: PlanSettings) -> Short:
    """What stands in the way of the first session without a place: the two themselves, were
    they alone, or what else one of them has, or the rooms."""
    alone = _best(one, taken.limits.gap, settings)
    lacking = [aim for n, aim in enumerate(one.ask.aims) if n not in alone]
    aims = lacking or [aim for n, aim in enumerate(one.ask.aims) if n not in starts]
    aim, count = aims[0], _lacks(one.ask, starts)
    if not len(one.at):
        return Short(one.ask, count, aim.day, Why.NOTHING)
    if not lacking:
        return Short(one.ask, count, aim.day, _whose(one, taken))
    near = (one.day >= min(aim.first, aim.day)) & (one.day <= max(aim.last, aim.day))
    return Short(one.ask, count, aim.day, Why.TOO_CLOSE if near.any() else Why.NOTHING_NEAR)


def _whose(one: Slots, taken: Taken) -> Why:
    """Whose time it is that is taken; the provider's, where it is that of both."""
    left = taken.of_one(one.ask.provider, taken.apart_from_own(one))
    if not len(left.at):
        return Why.TAKEN
    both = taken.of_one(one.ask.worker, left)
    if not len(both.at):
        return Why.WORKER_TAKEN
    return Why.TAKEN if taken.places.open(both).any() else Why.ROOMS_TAKEN
