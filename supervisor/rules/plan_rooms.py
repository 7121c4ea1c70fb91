"""The rooms of places while a plan is made. Nobody knows yet who keeps a proposal first, so each
finds a room free whichever of them the others get."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from supervisor.rules.open_values import Way
from supervisor.rules.plan_values import Slots
from supervisor.rules.roomy import PAIR, RoomHours
from supervisor.rules.wall import Flags, Whole, minutes_of

During = tuple[int, int]
ONE_MORE = 2


class Several:
    """Stretches of time, any of which may overlap others."""

    def __init__(self, some: Iterable[During]) -> None:
        self.begin, self.end = np.array([*some], np.int64).reshape(-1, 2).T
        self._begins, self._ends = np.sort(self.begin), np.sort(self.end)

    def over(self, at: Whole, until: Whole) -> Whole:
        """How many of them each of some others overlaps."""
        begun = np.searchsorted(self._begins, until, side="left")
        return np.asarray(begun - np.searchsorted(self._ends, at, side="right"))


class Rooms:
    """The rooms of one place: what is booked in each, and what is proposed in any of them."""

    def __init__(self, rooms: Sequence[RoomHours]) -> None:
        booked = [room.taken for room in rooms if room.seats >= PAIR]
        self.booked = [Several((minutes_of(a), minutes_of(b)) for a, b in some) for some in booked]
        self.proposed: list[During] = []
        self._drawn: tuple[Several, Several] | None = None

    def add(self, during: During, by: int) -> None:
        """Propose it; with `by` -1 take it back."""
        (self.proposed.append if by > 0 else self.proposed.remove)(during)
        self._drawn = None

    def unbooked(self, at: Whole, until: Whole) -> Whole:
        """In how many rooms nothing is booked then."""
        free = np.zeros(len(at), np.int64)
        for room in self.booked:
            free += room.over(at, until) == 0
        return free

    def open(self, at: Whole, until: Whole) -> Flags:
        """When one more finds a room, and leaves one to each of those that are proposed."""
        every, full = self._drawn = self._drawn or self._draw()
        found = self.unbooked(at, until) > every.over(at, until)
        return np.asarray(found & (full.over(at, until) == 0))

    def _draw(self) -> tuple[Several, Several]:
        """What is proposed, and of it what bears no more beside it."""
        every = Several(self.proposed)
        others = every.over(every.begin, every.end) - 1
        full = self.unbooked(every.begin, every.end) < others + ONE_MORE
        return every, Several(np.stack([every.begin, every.end], axis=1)[full].tolist())


class Places:
    """The rooms of every place that keeps any, by its id."""

    def __init__(self, rooms: Mapping[int, Sequence[RoomHours]]) -> None:
        self.rooms = {place: Rooms(some) for place, some in rooms.items()}

    def add(self, way: Way, during: During, by: int) -> None:
        """Propose a meeting that is held this way, or take it back."""
        if way.place and way.place.id in self.rooms:
            self.rooms[way.place.id].add(during, by)

    def unbooked(self, one: Slots) -> Slots:
        """The starts of an ask at which what is booked leaves a room."""
        free = np.ones(len(one.at), np.bool_)
        for rooms, here, at in self._in_person(one):
            free[here] = rooms.unbooked(at, at + one.ask.minutes) > 0
        return one.where(free)

    def open(self, one: Slots) -> Flags:
        """At which starts of an ask there is a room beside all that is proposed."""
        free = np.ones(len(one.at), np.bool_)
        for rooms, here, at in self._in_person(one):
            free[here] = rooms.open(at, at + one.ask.minutes)
        return free

    def _in_person(self, one: Slots) -> Iterable[tuple[Rooms, Flags, Whole]]:
        """The rooms that an ask's starts would be in, and which starts these are."""
        ways = one.ask.ways if self.rooms else []
        nth = one.ask.nth_way(one.at) if ways else one.at
        for n, way in enumerate(ways):
            if way.place and way.place.id in self.rooms:
                here = nth == n
                yield self.rooms[way.place.id], here, one.at[here]
