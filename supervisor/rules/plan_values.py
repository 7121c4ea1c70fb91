"""What a plan is asked: who owes whom how many sessions, and in which hours they can be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from supervisor.rules.cadence import Aim
from supervisor.rules.open_values import ANY, Spot, Way
from supervisor.rules.wall import DAY, Clock, Flags, Whole

Free = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class PlanSettings:
    """What a plan weighs: a day away from the cadence, another weekday or hour than the pair's
    own habit. It looks ahead `longest_days` at most. For a provider whom the flow leaves
    short of what could be, `effort` groups of pairs that can share a day are looked at, at most."""

    a_day: int = 100
    another_weekday: int = 40
    an_hour: int = 8
    longest_days: int = 800
    effort: int = 20_000


@dataclass(frozen=True)
class Limits:
    """What no plan may break: the shortest gap of a pair in days, the grid of starts in minutes,
    and the most meetings a day and a week."""

    gap: int = 7
    grid: int = 15
    most_a_day: int = 6
    most_a_week: int = 20

    def of(self, giver: "Giver") -> "Limits":
        """With what a provider wants at most instead."""
        return self.at_most(giver.most) if giver.most else self

    def at_most(self, most: tuple[int, int]) -> "Limits":
        """With so many meetings a day and a week instead."""
        return replace(self, most_a_day=most[0], most_a_week=most[1])


@dataclass(frozen=True)
class Giver:
    """A provider: when they are free (minutes, in order), how many meetings their days hold, and
    the most that they want in a day and a week; None is as for everybody."""

    id: int
    free: Free
    clock: Clock
    held: Mapping[int, int] = field(default_factory=dict)
    most: tuple[int, int] | None = None


@dataclass(frozen=True)
class Ask:
    """The sessions that one provider owes an entitlement: `aims`, and when both are free.

    `kept` holds the days of its sessions, held or booked; `usual` the weekday and the minute of
    the pair's habit. `key` names the entitlement. They meet this `way`, but at the first of the
    places `elsewhere` whose hours hold the whole session.
    """

    key: int
    worker: int
    provider: int
    minutes: int
    aims: Sequence[Aim]
    both: Free
    clock: Clock
    kept: Sequence[int] = ()
    usual: tuple[int, int] | None = None
    way: Way = ANY
    elsewhere: Sequence[tuple[Spot, Free]] = ()

    @property
    def ways(self) -> list[Way]:
        """All the ways in which they may meet, in the order in which `nth_way` counts them."""
        return [self.way, *(self.way._replace(place=place) for place, _hours in self.elsewhere)]

    def nth_way(self, at: Whole) -> Whole:
        """Which of these ways a session is held that begins at each of some starts."""
        found = np.zeros(len(at), np.int64)
        for nth in range(len(self.elsewhere), 0, -1):
            begin, end = np.array(self.elsewhere[nth - 1][1], np.int64).reshape(-1, 2).T
            last = np.searchsorted(begin, at, side="right") - 1
            ends = np.append(end, 0)[last]
            found[(last >= 0) & (at + self.minutes <= ends)] = nth
        return found


@dataclass(frozen=True, eq=False)
class Slots:
    """Every start of an ask, in order, with its day and what it costs against the habit."""

    ask: Ask
    at: Whole
    day: Whole
    cost: Whole

    def where(self, kept: Flags) -> "Slots":
        """Those only."""
        return Slots(self.ask, self.at[kept], self.day[kept], self.cost[kept])


def slots(ask: Ask, limits: Limits, settings: PlanSettings) -> Slots:
    """The starts on the grid with room for a whole session, none inside a clock change, none
    too near to a session that is kept."""
    at = _on_grid(ask, limits.grid)
    at = at[ask.clock.once(at)]
    day = ask.clock.day(at)
    found = Slots(ask, at, day, _against_habit(ask, at, day, settings))
    apart = np.ones(len(at), np.bool_)
    for kept in ask.kept:
        apart &= np.abs(day - kept) >= limits.gap
    return found.where(apart)


def _on_grid(ask: Ask, grid: int) -> Whole:
    begin, end = np.array(ask.both, np.int64).reshape(-1, 2).T
    first = begin + -ask.clock.local(begin) % grid
    count = np.maximum((end - ask.minutes - first) // grid + 1, 0)
    return np.asarray(np.repeat(first, count) + grid * nth_of_each(count))


def nth_of_each(count: Whole) -> Whole:
    """0, 1, … for each of several counts, one after the other."""
    return np.asarray(np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count))


def _against_habit(ask: Ask, at: Whole, day: Whole, settings: PlanSettings) -> Whole:
    if ask.usual is None:
        return np.zeros(len(at), np.int64)
    weekday, minute = ask.usual
    hours = np.abs(ask.clock.local(at) % DAY - minute) * settings.an_hour // 60
    return np.asarray(hours + np.where((day - 1) % 7 == weekday, 0, settings.another_weekday))
