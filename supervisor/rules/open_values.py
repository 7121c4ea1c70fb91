"""What is known of one person's time: their week, single days, visit days, what is booked.

All minutes count from midnight of their own zone; instants are aware.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from supervisor.rules.days import Span
from supervisor.rules.distance import Point, km_between
from supervisor.rules.openings import Stretch

REMOTE = "remote"
"""By video or by phone: a way in which hours can be open, not one in which a meeting is held."""
DAY_MINUTES = 1440


class Spot(NamedTuple):
    """A place by its id, and where it is, as far as that is known."""

    id: int
    name: str = ""
    region: str | None = None
    point: Point | None = None
    land: str | None = None


class Weekly(NamedTuple):
    """Free from a minute to a minute of a weekday; for one way of meeting, or for all (None);
    in person at one place, or wherever they go (None)."""

    weekday: int
    starts: int
    ends: int
    mode: str | None = None
    place: Spot | None = None


class OneOff(NamedTuple):
    """Hours of a single day that are open, or closed, whatever the week says."""

    on: date
    starts: int
    ends: int
    opens: bool
    mode: str | None = None
    place: Spot | None = None


class Visit(NamedTuple):
    """A day at another place every so many weeks, from a first one on."""

    first: date
    every: int
    starts: int
    ends: int
    place: Spot
    last: date | None = None

    def falls_on(self, day: date) -> bool:
        """Whether they go there on the day."""
        weeks, rest = divmod((day - self.first).days, 7)
        there = rest == 0 and weeks >= 0 and weeks % self.every == 0
        return there and (self.last is None or day <= self.last)


class Taken(NamedTuple):
    """What is booked, and where, if in person."""

    starts_at: datetime
    ends_at: datetime
    place: Spot | None = None


class Around(NamedTuple):
    """Minutes that are kept free before and after each meeting, and how fast they travel."""

    before: int = 0
    after: int = 0
    kmh: int = 60


class Way(NamedTuple):
    """A way of meeting. In person it has its place, None where that is not known; `far` is a
    place to which they come only in hours that name it."""

    mode: str | None = None
    place: Spot | None = None
    far: bool = False


ANY = Way()
USUAL = Around()


@dataclass(frozen=True)
class Hours:
    """One person's week in their own zone, and what changes it.

    `closed` are public holidays on which they do not work, `full_days` the days (in their zone)
    with no more room, and `busy` is in order. `home` is where they set out from, and to places
    within `reach_km` of it they come in any of their hours; None is the usual distance.
    `elsewhere` is when their own calendar says that they are busy: no meeting of ours, so it
    fills no day and nothing is kept free around it.
    """

    zone: str
    windows: tuple[Weekly, ...]
    leave: tuple[Span, ...] = ()
    closed: frozenset[date] = frozenset()
    busy: tuple[Taken, ...] = ()
    full_days: frozenset[date] = frozenset()
    one_offs: tuple[OneOff, ...] = ()
    visits: tuple[Visit, ...] = ()
    around: Around = USUAL
    home: Spot | None = None
    reach_km: int | None = None
    elsewhere: tuple[Stretch, ...] = ()

    @property
    def named(self) -> list[Spot]:
        """The places that their hours name, each once, as the records have them."""
        opened = [one for one in self.one_offs if one.opens]
        places = (
            *(visit.place for visit in self.visits),
            *(window.place for window in self.windows),
            *(one.place for one in opened),
        )
        return list({place.id: place for place in places if place}.values())

    def reaches(self, place: Spot, usual_km: int) -> bool:
        """Whether they come there in hours that name no place."""
        if self.home is None or self.home.id == place.id:
            return self.home is not None
        if self.home.point is None or place.point is None:
            return False
        km = usual_km if self.reach_km is None else self.reach_km
        lands = {self.home.land, place.land} - {None}
        return len(lands) < 2 and km_between(self.home.point, place.point) <= km
