"""Forming groups: who could come when, how and where, and which times that makes possible.

A group meets every so many weeks at one hour, so free time is that of a week (`fit_week`).
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product

from supervisor.rules.distance import Point, km_between
from supervisor.rules.fit_week import DAY_MINUTES, WEEK, Stretches
from supervisor.rules.kinds import Mode

DAYS = 7
STEP = 30
"""Groups begin at the full or the half hour."""


@dataclass(frozen=True)
class Room:
    """A room of a site, and the minutes of the hub's week at which a group could begin there, as
    it is free for the first of its meetings."""

    id: int
    seats: int
    starts: Set[int]


@dataclass(frozen=True)
class Site:
    """Where a group could meet in person: in one of its rooms, if it keeps any; None: anywhere."""

    id: int
    point: Point
    land: str | None = None
    rooms: Sequence[Room] | None = None


@dataclass(frozen=True)
class Attender:
    """Somebody who asked, or who leads. `km` is as far as they travel; `waited` in days."""

    id: int
    free: Stretches
    ways: frozenset[Mode]
    point: Point | None = None
    land: str | None = None
    km: int = 0
    waited: int = 0
    region: str | None = None

    def reaches(self, site: Site) -> bool:
        """Whether they would travel there; without coordinates nobody meets in person."""
        return (
            self.point is not None
            and self.land == site.land
            and km_between(self.point, site.point) <= self.km
        )


@dataclass(frozen=True)
class Leader(Attender):
    """Somebody who can lead so many groups more."""

    groups: int = 1


@dataclass(frozen=True)
class Sizes:
    """What a new group is like: how many are in it, how long it meets, between which minutes of
    the day, and how far the hub's clock is ahead of the one of the free time."""

    least: int = 3
    most: int = 6
    minutes: int = 75
    day_from: int = 480
    day_to: int = 1260
    ahead: int = 0

    def starts(self) -> Iterator[int]:
        """The minutes of the hub's week at which a group may begin."""
        minutes = range(self.day_from, self.day_to - self.minutes + 1, STEP)
        return (day * DAY_MINUTES + minute for day, minute in product(range(DAYS), minutes))


@dataclass(frozen=True)
class Slot:
    """One way in which a group could meet: from a minute of the hub's week on, how, and where."""

    start: int
    mode: Mode
    site: int | None = None
    room: int | None = None

    @property
    def where(self) -> tuple[int, Mode, int | None]:
        """The same without the room: who comes to one of these comes to the same door."""
        return self.start, self.mode, self.site


@dataclass(frozen=True)
class Question:
    """Who asked, who can lead, where, and who is kept apart, as pairs either way round."""

    people: Sequence[Attender]
    leaders: Sequence[Leader]
    sites: Sequence[Site] = ()
    sizes: Sizes = field(default_factory=Sizes)
    apart: Set[tuple[int, int]] = frozenset()

    def are_apart(self, one: int, other: int) -> bool:
        """Whether two may not be in one group; nobody leads a group that they are a member of."""
        return one == other or (one, other) in self.apart or (other, one) in self.apart

    def among(self, people: Sequence[Attender], leaders: Sequence[Leader]) -> "Question":
        """The same for some of them."""
        return replace(self, people=people, leaders=leaders)

    @cached_property
    def slots(self) -> list["Open"]:
        """Every way to meet for which somebody can lead and enough people can come."""
        return [one for one in self.meetable if len(one.people) >= self.sizes.least]

    @cached_property
    def meetable(self) -> list["Open"]:
        """The same, if only for one person and somebody who can lead."""
        found = (Open(slot, *self._who(slot)) for slot in self._slots())
        return [one for one in found if one.leaders and one.people]

    def _slots(self) -> Iterator[Slot]:
        for start in self.sizes.starts():
            yield Slot(start, Mode.VIDEO)
            yield Slot(start, Mode.PHONE)
            for site in self.sites:
                yield from self._at(start, site)

    def _at(self, start: int, site: Site) -> Iterator[Slot]:
        """In person at a site, in each room that is free and seats enough."""
        if site.rooms is None:
            yield Slot(start, Mode.IN_PERSON, site.id)
        for room in site.rooms or ():
            if start in room.starts and room.seats > self.sizes.least:
                yield Slot(start, Mode.IN_PERSON, site.id, room.id)

    def most_in(self, slot: Slot) -> int:
        """How many can be in a group there, with a seat for whoever leads."""
        seats = self._seats.get(slot.room)
        return self.sizes.most if seats is None else min(self.sizes.most, seats - 1)

    @cached_property
    def _seats(self) -> dict[int | None, int]:
        return {room.id: room.seats for site in self.sites for room in site.rooms or ()}

    def without_rooms(self) -> "Question":
        """As if a room were free at any time."""
        if all(site.rooms is None for site in self.sites):
            return self
        return replace(self, sites=[replace(site, rooms=None) for site in self.sites])

    def _who(self, slot: Slot) -> tuple[list[int], list[int]]:
        return self.who(slot, self.people), self.who(slot, self.leaders)

    def who(self, slot: Slot, of: Sequence[Attender]) -> list[int]:
        """The positions of those who can come then, so and there."""
        site = self._site.get(slot.site)
        start = (slot.start - self.sizes.ahead) % WEEK
        return [
            n
            for n, one in enumerate(of)
            if slot.mode in one.ways
            and is_free(one.free, start, self.sizes.minutes)
            and (site is None or one.reaches(site))
        ]

    @cached_property
    def _site(self) -> dict[int | None, Site]:
        return {site.id: site for site in self.sites}


@dataclass(frozen=True)
class Open:
    """A way to meet with the positions of those who can come, and of those who can lead it."""

    slot: Slot
    people: list[int]
    leaders: list[int]


@dataclass(frozen=True)
class Made:
    """A group that would be formed: who leads it, when, how and where, and who is in it."""

    leader: int
    slot: Slot
    people: tuple[int, ...]


@dataclass(frozen=True)
class Grouped:
    """The groups of an answer by the ids of people, and how many can be in one at most."""

    groups: list[Made]
    most: int

    @property
    def placed(self) -> int:
        """How many people are in a group."""
        return sum(len(one.people) for one in self.groups)


def is_free(free: Stretches, start: int, minutes: int) -> bool:
    """Whether one stretch of a circle of a week holds a meeting that begins at a minute of it."""
    return any(
        a <= at and at + minutes <= b for a, b in free for at in (start, start + WEEK)
    )  # fmt: skip


def times(slot: Slot, sizes: Sizes) -> tuple[int, int]:
    """The stretch that its meetings take, on the clock of the free time."""
    start = (slot.start - sizes.ahead) % WEEK
    return start, start + sizes.minutes


def overlap(one: Slot, other: Slot, minutes: int) -> bool:
    """Whether two meetings of the week are at the same time."""
    return abs(one.start - other.start) < minutes


def is_taken(slot: Slot, groups: Sequence[Made], minutes: int) -> bool:
    """Whether one of some groups has the room then."""
    return slot.room is not None and any(
        one.slot.room == slot.room and overlap(one.slot, slot, minutes) for one in groups
    )
