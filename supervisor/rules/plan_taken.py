"""Whose time and which rooms a plan has taken so far, and what still goes beside that."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np

from supervisor.rules import open_days
from supervisor.rules.kinds import Mode
from supervisor.rules.open_values import Hours, Way
from supervisor.rules.openings import joined, without
from supervisor.rules.plan_flow import Starts, in_weeks, monday
from supervisor.rules.plan_rooms import Places, Several
from supervisor.rules.plan_values import Ask, Giver, Limits, Slots
from supervisor.rules.roomy import RoomHours
from supervisor.rules.wall import Flags, Whole, minutes_of

Held = tuple[int, int, int]
"""When a meeting begins and ends, and its day."""


@dataclass
class Apart:
    """What lies between two meetings: the time that people keep free around each, the road from
    place to place, the rooms there, and the `most` meetings a day and a week that each wants."""

    hours: Mapping[int, Hours] = field(default_factory=dict)
    rooms: Mapping[int, Sequence[RoomHours]] = field(default_factory=dict)
    most: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._known: dict[tuple[int, Way, Way, int], int] = {}

    def least(self, person: int) -> int:
        """Minutes between any two of a person's meetings."""
        return open_days.least_apart(self.hours[person].around) if person in self.hours else 0

    def minutes(self, person: int, one: Way, other: Way, day: int) -> int:
        """Minutes between two ways of meeting, on a day; only who goes on visits has days that
        differ."""
        hours = self.hours.get(person)
        if hours is None:
            return 0
        key = person, one, other, day if hours.visits else 1
        if key not in self._known:
            on = date.fromordinal(key[3])
            self._known[key] = open_days.apart(hours, one.place, other, on)
        return self._known[key]

    def between(self, one: Ask, other: Ask, day: int) -> int:
        """The least minutes between meetings of two asks, whoever is in both."""
        shared = {one.worker, one.provider} & {other.worker, other.provider}
        return max(
            min(self.minutes(person, a, b, day) for a in one.ways for b in other.ways)
            for person in shared
        )


class Taken:
    """Whose time the plan has taken so far, and how many meetings that makes a day."""

    def __init__(
        self, givers: Collection[Giver], limits: Limits, apart: Apart | None = None
    ) -> None:
        self.limits, self.apart = limits, apart or Apart()
        self.own = {person: limits.at_most(most) for person, most in self.apart.most.items()}
        self.own |= {giver.id: limits.of(giver) for giver in givers}
        self.times: dict[int, dict[Way, set[Held]]] = defaultdict(lambda: defaultdict(set))
        self.days: dict[int, set[int]] = defaultdict(set)
        self.held = {person: Counter[int]() for person in self.own}
        self.held |= {giver.id: Counter(giver.held) for giver in givers}
        self.givers = {giver.id for giver in givers}
        self.places = Places(self.apart.rooms)
        for person, hours in self.apart.hours.items():
            self._book(person, hours)

    def _book(self, person: int, hours: Hours) -> None:
        """What is booked of somebody is no part of the plan; a provider's is counted already."""
        there = ZoneInfo(hours.zone)
        for start, end, place in hours.busy:
            way = Way(Mode.IN_PERSON if place else Mode.VIDEO, place)
            day = start.astimezone(there).date().toordinal()
            self.times[person][way].add((minutes_of(start), minutes_of(end), day))
            if person in self.held and person not in self.givers:
                self.held[person][day] += 1

    def open(self, one: Slots) -> Slots:
        """The starts at which both are free still and can be there, on days that have room, far
        enough from what another provider has of the same entitlement."""
        ask = one.ask
        left = self.apart_from_own(one)
        left = left.where(self._has_room(ask.worker, left.day))
        left = left.where(self._has_room(ask.provider, left.day))
        both = self._is_free(ask.worker, left) & self._is_free(ask.provider, left)
        return left.where(both & self.places.open(left))

    def apart_from_own(self, one: Slots) -> Slots:
        """The starts far enough from the other days of the same entitlement."""
        free = np.ones(len(one.at), np.bool_)
        for day in self.days[one.ask.key]:
            free &= np.abs(one.day - day) >= self.limits.gap
        return one.where(free)

    def of_one(self, person: int, one: Slots) -> Slots:
        """The starts at which this person is free still, whoever else is not."""
        left = one.where(self._has_room(person, one.day))
        return left.where(self._is_free(person, left))

    def _has_room(self, person: int, days: Whole) -> Flags:
        if person not in self.held:
            return np.ones(len(days), np.bool_)
        held, own = self.held[person], self.own[person]
        full = [day for day, n in held.items() if n >= own.most_a_day]
        weeks = [week for week, n in in_weeks(held).items() if n >= own.most_a_week]
        return np.asarray(~np.isin(days, full) & ~np.isin(monday(days), weeks))

    def _is_free(self, person: int, one: Slots) -> Flags:
        free, ways = np.ones(len(one.at), np.bool_), one.ask.ways
        nth = one.ask.nth_way(one.at) if len(ways) > 1 else np.zeros(len(one.at), np.int64)
        for n, way in enumerate(ways):
            here = nth == n
            kept = Several(self._kept(person, way))
            free[here] = kept.over(one.at[here], one.at[here] + one.ask.minutes) == 0
        return free

    def _kept(self, person: int, way: Way) -> Iterator[tuple[int, int]]:
        """Their time that is taken, with what lies between it and a meeting held that way."""
        for theirs, times in self.times[person].items():
            for start, end, day in times:
                minutes = self.apart.minutes(person, theirs, way, day)
                yield start - minutes, end + minutes

    def left(self, giver: Giver) -> Giver:
        """A provider with the time that is left to them."""
        spare = self.apart.least(giver.id)
        times = (one for some in self.times[giver.id].values() for one in some)
        taken = joined((start - spare, end + spare) for start, end, _day in times)
        return replace(giver, free=without(giver.free, taken))

    def accept(self, one: Slots, starts: Starts) -> Starts:
        """Take those of an ask's starts that go with what is taken; which these are."""
        if self.apart.hours:
            these = one.where(np.isin(one.at, list(starts.values())))
            fit = set(self.open(these).at.tolist())
            starts = {aim: at for aim, at in starts.items() if at in fit}
        return self._within(one, starts)

    def _within(self, one: Slots, starts: Starts) -> Starts:
        """Take them one after the other, as long as neither has more than they want."""
        days = dict(zip(one.at.tolist(), one.day.tolist(), strict=True))
        taken = Starts()
        for aim, at in starts.items():
            day = np.array([days[at]])
            if all(self._has_room(who, day).all() for who in (one.ask.worker, one.ask.provider)):
                taken[aim] = at
                self.add(one.ask, [at])
        return taken

    def add(self, ask: Ask, starts: Collection[int], by: int = 1) -> None:
        """Take the time of both; with `by` -1 give it back."""
        at, ways = np.array(list(starts), np.int64), ask.ways
        every = zip(starts, ask.clock.day(at).tolist(), ask.nth_way(at).tolist(), strict=True)
        for start, day, nth in every:
            self._put(ask, (start, start + ask.minutes, day), ways[nth], by)

    def _put(self, ask: Ask, held: Held, way: Way, by: int) -> None:
        start, end, day = held
        (self.days[ask.key].add if by > 0 else self.days[ask.key].remove)(day)
        self.places.add(way, (start, end), by)
        for person in (ask.worker, ask.provider):
            times = self.times[person][way]
            (times.add if by > 0 else times.remove)(held)
            if person in self.held:
                self.held[person][day] += by
