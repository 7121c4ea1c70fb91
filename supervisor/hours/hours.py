"""Whose time is free: each person's week as the records hold it, with what changes it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from supervisor.hours import hours_read, taken_read, ways
from supervisor.hours.closed_days import closed_between
from supervisor.hours.hours_read import Days, chunks, people
from supervisor.hours.ways import point_of, region_of, zone_of
from supervisor.models import Person, Place, Proposal, Session, Store
from supervisor.rules import open_days as rule
from supervisor.rules.days import DAY, Span, merged
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.kinds import Mode
from supervisor.rules.open_values import Around, Hours, Spot, Taken, Way, Weekly
from supervisor.rules.openings import BookingSettings, Stretch, common, joined
from supervisor.rules.roomy import RoomHours, with_a_room
from supervisor.settings import HubSettings, read_each
from supervisor.zones import today

__all__ = ["Diary", "Meet", "chunks", "diary", "people"]
Free = list[Stretch]
Rooms = dict[int, list[RoomHours]]
WORKING_DAYS = range(5)
WISHES = (
    "notice_hours", "horizon_days", "most_a_day", "most_a_week", "before_minutes",
    "after_minutes", "travel_kmh",
)  # fmt: skip
"""The settings of booking that a person may have their own of."""


class Meet(NamedTuple):
    """A way in which two can meet, where, and when both are free for it."""

    mode: str
    place: Spot | None
    both: Free


def main_one(meets: Sequence[Meet]) -> Meet | None:
    """The first way that brings at least half of the time that any of them brings: whoever comes
    to town every other week is still met by video in between."""
    long = [sum((end - start for start, end in one.both), timedelta()) for one in meets]
    return next((one for one, has in zip(meets, long, strict=True) if has * 2 >= max(long)), None)


class Diary:
    """People's hours from a day to a day; what is asked again is worked out once."""

    def __init__(
        self, hours: dict[int, Hours], first: date, last: date, rooms: Rooms | None = None
    ) -> None:
        self.hours, self.first, self.last = hours, first, last
        self.rooms = rooms or {}
        self._free: dict[tuple[int, Way], Free] = {}
        self._met: dict[tuple[int, int], list[Meet]] = {}
        self._open: dict[tuple[int, Spot], Free] = {}

    def free(self, person_id: int, mode: str | None) -> Free:
        """When somebody can meet by a mode, or by any (None), at whatever place."""
        ways = [way for one in ([mode] if mode else Mode) for way in self._ways(person_id, one)]
        return joined(s for way in ways for s in self._by(person_id, way))

    def _ways(self, person_id: int, mode: str) -> list[Way]:
        spots = self.hours[person_id].named if mode == Mode.IN_PERSON else []
        return [Way(mode), *(Way(mode, spot) for spot in spots)]

    def _by(self, person_id: int, way: Way) -> Free:
        """A day either side included: zones differ."""
        key = person_id, way
        if key not in self._free:
            days = self.first - DAY, self.last + DAY
            self._free[key] = rule.free(self.hours[person_id], *days, way)
        return self._free[key]

    def meets_of(
        self,
        worker: Person,
        provider: Person,
        settings: BookingSettings,
        fit: FitSettings,
        agreed: str | None,
    ) -> list[Meet]:
        """As they agreed to meet; where their hours do not allow that, in any way they accept."""
        pair = worker.id, provider.id
        if pair not in self._met:
            near = ways.near(worker, provider, fit.travel_km)
            accepted = ways.accepted(worker, provider, settings, agreed)
            first = accepted[:1] if agreed in accepted else []
            some = (self.meets(*pair, m, fit.travel_km, near=near) for m in (first, accepted))
            self._met[pair] = next(filter(None, some), [])
        return self._met[pair]

    def meets(
        self, worker: int, provider: int, modes: Iterable[str], usual_km: int, *, near: bool
    ) -> list[Meet]:
        """The ways in which two have given hours, in the order of the modes, with those that
        they share. One that adds nothing to those before it is left out.

        In person they meet where the hours of either say, else where the worker is, if the two
        live `near` enough.
        """
        found: list[Meet] = []
        for mode in modes:
            for spot, close in self._spots(worker, provider, mode, near=near):
                theirs = [
                    (one, Way(mode, spot, far=not close and self._is_far(one, spot, usual_km)))
                    for one in (worker, provider)
                ]
                if all(rule.is_ever(self.hours[one], way) for one, way in theirs):
                    both = common(*(self._by(one, way) for one, way in theirs))
                    if not any(both == meet.both for meet in found):
                        found.append(Meet(mode, spot, both))
        return found

    def _spots(
        self, worker: int, provider: int, mode: str, *, near: bool
    ) -> Iterator[tuple[Spot | None, bool]]:
        """Where they could meet by a mode, and whether both go there in hours without a place."""
        if mode != Mode.IN_PERSON:
            yield None, True
            return
        home = self.hours[worker].home
        named = {s.id: s for one in (provider, worker) for s in self.hours[one].named}
        for spot in named.values():
            yield spot, near and home is not None and spot.id == home.id
        if near and (home is None or home.id not in named):
            yield home, True

    def elsewhere(self, worker: int, provider: int, usual_km: int) -> Iterator[tuple[Spot, Free]]:
        """Where the two meet in person when the hours of either say so, in the order that decides;
        at any other time it is where the worker is."""
        both = self.hours[worker], self.hours[provider]
        spots = {spot.id: spot for one in reversed(both) for spot in one.named}
        for spot in spots.values():
            if all(spot in one.named or one.reaches(spot, usual_km) for one in both):
                yield from ((spot, self._named(person, spot)) for person in (worker, provider))

    def _named(self, person_id: int, spot: Spot) -> Free:
        """The hours of somebody that name a place, whatever is booked in them."""
        key = person_id, spot
        if key not in self._open:
            days, way = (self.first - DAY, self.last + DAY), Way(Mode.IN_PERSON, spot, far=True)
            self._open[key] = rule.open_hours(self.hours[person_id], *days, way)
        return self._open[key]

    def with_rooms(self, meets: Sequence[Meet], minutes: int) -> list[Meet]:
        """The same ways of meeting, in person only while a room is free; a place that keeps no
        rooms is as it was."""
        length = timedelta(minutes=minutes)
        return [
            meet._replace(both=with_a_room(meet.both, self.rooms[meet.place.id], length))
            if meet.place and meet.place.id in self.rooms
            else meet
            for meet in meets
        ]

    def _is_far(self, person_id: int, spot: Spot | None, usual_km: int) -> bool:
        return spot is not None and not self.hours[person_id].reaches(spot, usual_km)


def diary(
    store: Store,
    people: Sequence[Person],
    first: date,
    last: date,
    now: datetime,
    hub: HubSettings,
    settings: BookingSettings,
    but: Session | None = None,
) -> Diary:
    """These people's hours, in two questions; the session `but` takes nobody's time."""
    ids = [person.id for person in people]
    days = hours_read.days(store, ids, first, last)
    places = {id_ for one in people for id_ in _places_of(one, days[one.id])}
    taken = taken_read.taken(store, ids, places, last, now, but)
    closed = first - DAY, last + DAY
    hours = {
        person.id: replace(
            _hours(person, days[person.id], taken.people[person.id], closed, hub, settings),
            elsewhere=tuple(taken.elsewhere[person.id]),
        )
        for person in people
    }
    return Diary(hours, first, last, taken.rooms)


def _places_of(person: Person, days: Days) -> set[int]:
    """Where somebody may be met."""
    spots = {*(one.place for one in days.one_offs), *(one.place for one in days.visits)}
    named = (person.place_id, *(window.place_id for window in person.windows))
    return {spot.id for spot in spots if spot} | {id_ for id_ in named if id_}


def _hours(
    person: Person,
    days: Days,
    busy: Sequence[Taken],
    between: Span,
    hub: HubSettings,
    settings: BookingSettings,
) -> Hours:
    zone, wish = zone_of(person, hub), wishes(person, settings)
    holidays = closed_between(*between, region_of(person, hub))
    return Hours(
        zone=zone,
        windows=windows_of(person, settings),
        leave=_away(person, days.leave),
        closed=frozenset() if settings.open_on_holidays else holidays - days.opened,
        busy=tuple(busy),
        full_days=rule.full_days(busy, zone, wish.most_a_day, wish.most_a_week),
        one_offs=tuple(days.one_offs),
        visits=tuple(days.visits),
        around=Around(wish.before_minutes, wish.after_minutes, wish.travel_kmh),
        home=_home(person),
        reach_km=person.travel_km,
    )


def wishes(person: Person, settings: BookingSettings) -> BookingSettings:
    """The hub's settings, with what this person wants instead."""
    own = person.own_booking
    names = [name for name in WISHES if own and getattr(own, name) is not None]
    return replace(settings, **{name: getattr(own, name) for name in names})


def bounds(pair: Iterable[Person], settings: BookingSettings) -> tuple[int, int | None]:
    """The hours of notice that two people need, and the days ahead beyond which one of them is
    not booked: None where neither says."""
    owns = [person.own_booking for person in pair if person.own_booking]
    notice = [own.notice_hours for own in owns if own.notice_hours is not None]
    ahead = [own.horizon_days for own in owns if own.horizon_days is not None]
    return max(notice, default=settings.notice_hours), min(ahead, default=None)


def windows_of(person: Person, settings: BookingSettings) -> tuple[Weekly, ...]:
    """Their own hours, else the hub's office hours."""
    own = tuple(
        Weekly(
            w.weekday, w.starts_minute, w.ends_minute, w.mode, spot_of(w.place) if w.place else None
        )
        for w in person.windows
    )
    office = (settings.office_from, settings.office_to)
    return own or tuple(Weekly(day, *office) for day in WORKING_DAYS)


def spot_of(place: Place) -> Spot:
    """A place as a value."""
    return Spot(place.id, place.name, place.region, point_of(place), place.land)


def _home(person: Person) -> Spot | None:
    """Where they set out from: their own coordinates go before their town's."""
    if person.place is None:
        point = point_of(person)
        return Spot(0, point=point) if point else None
    return spot_of(person.place)._replace(point=point_of(person, person.place))


def _away(person: Person, leave: Sequence[Span]) -> tuple[Span, ...]:
    """Leave, merged; who leaves for good is away from the day after their last."""
    gone = [(person.left_on + DAY, date.max)] if person.left_on else []
    return merged([*leave, *gone])


def within(
    store: Store, person: Person, some: Sequence[Session | Proposal], now: datetime
) -> list[bool]:
    """Of each of these meetings, whether it lies in the hours that somebody gives, whatever else
    they have then."""
    hub, booking = read_each(store, HubSettings, BookingSettings)
    zone = zone_of(person, hub)
    days = [today(one.starts_at, zone) for one in some]
    if not days:
        return []
    hours = diary(store, [person], min(days), max(days), now, hub, booking).hours[person.id]
    return [_covers(hours, one, day) for one, day in zip(some, days, strict=True)]


def _covers(hours: Hours, one: Session | Proposal, day: date) -> bool:
    ends = one.starts_at + timedelta(minutes=one.minutes)
    return any(
        start <= one.starts_at and ends <= end
        for way in _ways_of(hours, one)
        for start, end in rule.open_hours(hours, day - DAY, day + DAY, way)
    )


def _ways_of(hours: Hours, one: Session | Proposal) -> list[Way]:
    """How it would be held; what is only proposed has no place yet."""
    place_id = one.place_id if isinstance(one, Session) else None
    if one.mode != Mode.IN_PERSON or place_id:
        return [Way(one.mode, Spot(place_id) if place_id else None)]
    return [Way(one.mode), *(Way(one.mode, spot) for spot in hours.named)]
