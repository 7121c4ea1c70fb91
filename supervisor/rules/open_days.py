"""When one person can meet: the hours that they have given, less what is taken out of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from math import ceil
from zoneinfo import ZoneInfo

from supervisor.rules.days import DAY, is_away
from supervisor.rules.distance import Point, km_between
from supervisor.rules.kinds import Mode
from supervisor.rules.open_values import (
    ANY,
    DAY_MINUTES,
    REMOTE,
    Around,
    Hours,
    OneOff,
    Spot,
    Taken,
    Visit,
    Way,
    Weekly,
)
from supervisor.rules.openings import Stretch, days_of, instant, joined, without

FIVE = 5
Minutes = tuple[int, int]


def free(hours: Hours, first: date, last: date, way: Way = ANY) -> list[Stretch]:
    """When a person can meet from the first to the last of their own days, in order, in UTC."""
    days = (day for day in days_of(first, last) if _has_room(hours, day))
    open_ = joined(s for day in days for s in _open_on(hours, day, way))
    return without(open_, joined([*_kept(hours, way), *hours.elsewhere]))


def _has_room(hours: Hours, day: date) -> bool:
    return day not in hours.full_days and not is_away(day, hours.leave)


def open_hours(hours: Hours, first: date, last: date, way: Way = ANY) -> list[Stretch]:
    """The hours that they have given, away or not, and whatever is booked in them."""
    return joined(s for day in days_of(first, last) for s in _open_on(hours, day, way))


def _open_on(hours: Hours, day: date, way: Way) -> Iterator[Stretch]:
    for starts, ends in minutes_on(hours, day, way):
        yield instant(day, starts, hours.zone), instant(day, ends, hours.zone)


def is_ever(hours: Hours, way: Way) -> bool:
    """Whether any of the hours that they have given are for this way of meeting."""
    opened = (one for one in hours.one_offs if one.opens)
    given: tuple[Weekly | OneOff, ...] = (*hours.windows, *opened)
    there = way.mode == Mode.IN_PERSON and any(_held_at(v.place, way) for v in hours.visits)
    return there or any(_serves(one, way) for one in given)


def minutes_on(hours: Hours, day: date, way: Way = ANY) -> list[Minutes]:
    """The open minutes of one day for one way of meeting, in order.

    What is closed for the day wins over what is open in it. On a public holiday only what was
    opened for that very day counts. Nobody is in two towns at once, nor on the road between.
    """
    visits = _visits_on(hours, day)
    opened = [one for one in hours.one_offs if one.on == day and one.opens]
    week = () if day in hours.closed else hours.windows
    weekly = [one for one in week if one.weekday == day.weekday()]
    given: list[Weekly | OneOff] = [*weekly, *opened]
    open_ = [(one.starts, one.ends) for one in given if _serves(one, way)]
    if way.mode == Mode.IN_PERSON:
        open_ += [(v.starts, v.ends) for v in visits if _held_at(v.place, way)]
    gone = (minutes for visit in visits for minutes in _gone(hours, visit, way))
    return without(joined(open_), joined([*_shut_on(hours, day, way), *gone]))


def _visits_on(hours: Hours, day: date) -> list[Visit]:
    """Where they go on a day; a visit that is closed for that day is not made at all."""
    if day in hours.closed:
        return []
    return [
        v
        for v in hours.visits
        if v.falls_on(day)
        and without([(v.starts, v.ends)], _shut_on(hours, day, Way(Mode.IN_PERSON, v.place)))
    ]


def _shut_on(hours: Hours, day: date, way: Way) -> list[Minutes]:
    return joined(
        (one.starts, one.ends)
        for one in hours.one_offs
        if one.on == day and not one.opens and _shuts(one, way)
    )


def _serves(one: Weekly | OneOff, way: Way) -> bool:
    if not _of_way(one, way):
        return False
    if way.mode != Mode.IN_PERSON:
        return True
    return not way.far if one.place is None else _held_at(one.place, way)


def _shuts(one: OneOff, way: Way) -> bool:
    """A closing without a way closes all; one with a place only what is held there."""
    if not _of_way(one, way):
        return False
    return one.place is None or (way.mode == Mode.IN_PERSON and _held_at(one.place, way))


def _of_way(one: Weekly | OneOff, way: Way) -> bool:
    if one.mode == REMOTE:
        return way.mode in {Mode.VIDEO, Mode.PHONE}
    return one.mode is None or one.mode == way.mode


def _held_at(place: Spot, way: Way) -> bool:
    return way.place is not None and way.place.id == place.id


def _gone(hours: Hours, visit: Visit, way: Way) -> Iterator[Minutes]:
    """What a visit takes from other ways: the road there and back, and its hours from meeting
    in person anywhere else."""
    road = _travel(hours.home, visit.place, hours.around.kmh)
    yield max(0, visit.starts - road), visit.starts
    yield visit.ends, min(DAY_MINUTES, visit.ends + road)
    if way.mode == Mode.IN_PERSON and not _held_at(visit.place, way):
        yield visit.starts, visit.ends


def _kept(hours: Hours, way: Way) -> Iterator[Stretch]:
    """What is booked, with what is kept free around it."""
    for taken in hours.busy:
        day = taken.starts_at.astimezone(ZoneInfo(hours.zone)).date() if hours.visits else date.min
        minutes = timedelta(minutes=apart(hours, taken.place, way, day))
        yield taken.starts_at - minutes, taken.ends_at + minutes


def least_apart(around: Around) -> int:
    """Minutes between any two meetings, though they are in one place."""
    return max(around.before, around.after)


def apart(hours: Hours, place: Spot | None, way: Way, day: date) -> int:
    """Minutes between a meeting of a day, at a place or by a call (None), and one that would be
    held this way."""
    before, after, kmh = hours.around
    there = place or hours.home
    here = way.place if way.mode == Mode.IN_PERSON else hours.home
    if hours.visits and (place is None or way.mode != Mode.IN_PERSON):
        there, here = _on_visit(hours, day, (place, way.place)) or (there, here)
    road = _travel(there, here, kmh)
    return after + road + before if road else least_apart(hours.around)


def _on_visit(hours: Hours, day: date, places: Sequence[Spot | None]) -> tuple[Spot, Spot] | None:
    """On a visit day a call is taken where they are; the road there is kept free already."""
    for visit in _visits_on(hours, day):
        if {visit.place.id} == {spot.id for spot in places if spot}:
            return visit.place, visit.place
    return None


def _travel(one: Spot | None, other: Spot | None, kmh: int) -> int:
    """Minutes on the road from one place to another, in fives; none where either is unknown."""
    if one is None or other is None or one.id == other.id or not (one.point and other.point):
        return 0
    return _minutes_between(one.point, other.point, kmh)


@cache
def _minutes_between(one: Point, other: Point, kmh: int) -> int:
    return ceil(km_between(one, other) * 60 / kmh / FIVE) * FIVE


def full_days(
    busy: Sequence[Taken], zone_name: str, most_a_day: int, most_a_week: int
) -> frozenset[date]:
    """Days on which the day or its week already holds as much as it may."""
    days = meetings_on(busy, zone_name)
    weeks: Counter[date] = Counter()
    for day, number in days.items():
        weeks[monday(day)] += number
    full = {day for day, number in days.items() if number >= most_a_day}
    for first, number in weeks.items():
        if number >= most_a_week:
            full |= {first + DAY * n for n in range(7)}
    return frozenset(full)


def meetings_on(busy: Sequence[Taken], zone_name: str) -> Counter[date]:
    """How many meetings each day holds."""
    there = ZoneInfo(zone_name)
    return Counter(one.starts_at.astimezone(there).date() for one in busy)


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - DAY * day.weekday()
