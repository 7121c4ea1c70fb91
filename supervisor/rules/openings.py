"""Openings: the times that suit two people, best first. All instants are aware."""

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from supervisor.rules.days import DAY

Stretch = tuple[datetime, datetime]
When = TypeVar("When", datetime, int)
"""Instants, or whole minutes."""


@dataclass(frozen=True)
class BookingSettings:
    """What the hub allows: notice in hours, horizon in days, the grid of starts in minutes, and
    for how many minutes what was called off can be undone.

    `office_from` and `office_to` (minutes from midnight, Monday to Friday) stand in for the
    hours of somebody who has given none. `modes` is the order in which modes are tried. Where
    nothing suits for `long_wait_days`, the list says so. A page shows so many times, and more
    when asked for later ones.

    So many minutes are kept free before and after each meeting, and for the road between two
    places, at `travel_kmh` as the crow flies. Whoever has a wish of their own is booked by that.

    Where a place keeps rooms, two people meet there while one is free, or also `without_room`.
    """

    notice_hours: int = 24
    undo_minutes: int = 10
    horizon_days: int = 56
    grid_minutes: int = 15
    most_a_day: int = 6
    most_a_week: int = 20
    before_minutes: int = 0
    after_minutes: int = 0
    travel_kmh: int = 60
    shown: int = 8
    shown_later: int = 24
    per_day_shown: int = 2
    apart_minutes: int = 60
    long_wait_days: int = 14
    office_from: int = 540
    office_to: int = 1020
    open_on_holidays: bool = False
    without_room: bool = False
    modes: str = "in_person,video,phone"


@dataclass(frozen=True)
class Wish:
    """What would be best: the day the pair's even cadence points to, and their habit."""

    due_on: date
    usual_weekday: int | None = None
    usual_minute: int | None = None


@dataclass(frozen=True)
class Search:
    """The limits of a search; `zone` is the session's, in which starts lie on the grid, and on
    `shut` days nothing is sought."""

    earliest: datetime
    latest: datetime
    zone: str
    minutes: int
    grid: int = 15
    shut: frozenset[date] = frozenset()


class Run(NamedTuple):
    """A match from a day until a day (inside it; None = open)."""

    provider: int
    first: date
    last: date | None
    cover: bool = False

    def holds(self, day: date) -> bool:
        """Whether it runs on the day."""
        return self.first <= day and (self.last is None or day <= self.last)


def in_charge(runs: Iterable[Run], day: date) -> Run | None:
    """Whom the worker meets on a day: the cover while it runs, else the latest match."""
    return max((r for r in runs if r.holds(day)), key=lambda r: (r.cover, r.first), default=None)


def turns(runs: Sequence[Run], first: date, last: date) -> list[Run]:
    """Who is in charge from when to when, in order; days on which nobody is are left out."""
    found: list[Run] = []
    for day in days_of(first, last):
        run = in_charge(runs, day)
        if run is None:
            continue
        before = found[-1] if found else None
        if before and before.provider == run.provider and before.last == day - DAY:
            found[-1] = before._replace(last=day)
        else:
            found.append(run._replace(first=day, last=day))
    return found


def days_of(first: date, last: date) -> Iterator[date]:
    """Each day from the first to the last, both inside."""
    return (first + DAY * n for n in range((last - first).days + 1))


def instant(day: date, minute: int, zone: str) -> datetime:
    """A wall time as an instant; a time that the clock jumps over moves on with the clock."""
    wall = datetime.combine(day, time.min) + timedelta(minutes=minute)
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def joined(stretches: Iterable[tuple[When, When]]) -> list[tuple[When, When]]:
    """The fewest stretches that cover the same time, in order."""
    found: list[tuple[When, When]] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return found


def without(
    stretches: Sequence[tuple[When, When]], taken: Sequence[tuple[When, When]]
) -> list[tuple[When, When]]:
    """What is left of some stretches; both lists are in order and do not overlap themselves."""
    left, n = [], 0
    for start, end in stretches:
        while n < len(taken) and taken[n][1] <= start:
            n += 1
        begin, k = start, n
        while k < len(taken) and taken[k][0] < end:
            if begin < taken[k][0]:
                left.append((begin, taken[k][0]))
            begin, k = max(begin, taken[k][1]), k + 1
        if begin < end:
            left.append((begin, end))
    return left


def common(
    one: Sequence[tuple[When, When]], other: Sequence[tuple[When, When]]
) -> list[tuple[When, When]]:
    """Where two ordered lists of stretches overlap."""
    both, i, j = [], 0, 0
    while i < len(one) and j < len(other):
        start, end = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if start < end:
            both.append((start, end))
        i, j = (i + 1, j) if one[i][1] <= other[j][1] else (i, j + 1)
    return both


def starts(both: Sequence[Stretch], search: Search) -> Iterator[datetime]:
    """Every start on the grid of the session's zone that leaves room for the whole session.

    None lies inside a clock change: the same wall time must not come twice or never.
    """
    length, step = timedelta(minutes=search.minutes), timedelta(minutes=search.grid)
    for begin, end in both:
        at = _on_grid(max(begin, search.earliest), search)
        while at + length <= min(end, search.latest):
            if _once(at, search.zone):
                yield at
            at += step


def _on_grid(at: datetime, search: Search) -> datetime:
    local = at.astimezone(ZoneInfo(search.zone))
    since_midnight = timedelta(
        hours=local.hour,
        minutes=local.minute,
        seconds=local.second,
        microseconds=local.microsecond,
    )
    return at + -since_midnight % timedelta(minutes=search.grid)


def _once(at: datetime, zone: str) -> bool:
    local = at.astimezone(ZoneInfo(zone))
    return local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset()


def best(
    both: Sequence[Stretch], search: Search, wish: Wish, settings: BookingSettings, count: int
) -> list[datetime]:
    """So many starts, best first: nearest to the pair's cadence, then their own habit, then the
    earlier time. At most so many of a day, and these some way apart, so that a list is a choice.

    Days are looked at from the wished one outwards, so that a few times cost little.
    """
    chosen: list[datetime] = []
    for days in _outwards(search, wish):
        if len(chosen) >= count:
            break
        found = [at for day in days for at in _shown(both, search, wish, settings, day)]
        chosen += sorted(found, key=lambda at: worth(at, search.zone, wish))
    return chosen[:count]


def _outwards(search: Search, wish: Wish) -> Iterator[tuple[date, ...]]:
    """The days of the search by their distance from the wished one."""
    there = ZoneInfo(search.zone)
    first, last = (at.astimezone(there).date() for at in (search.earliest, search.latest))
    far = max(abs((first - wish.due_on).days), abs((last - wish.due_on).days))
    for n in range(far + 1):
        days = {wish.due_on - DAY * n, wish.due_on + DAY * n}
        yield tuple(sorted(day for day in days - search.shut if first <= day <= last))


def _shown(
    both: Sequence[Stretch], search: Search, wish: Wish, settings: BookingSettings, day: date
) -> list[datetime]:
    """The best few starts of one day."""
    begins, ends = instant(day, 0, search.zone), instant(day + DAY, 0, search.zone)
    here = replace(search, earliest=max(search.earliest, begins))
    there = both[max(0, bisect(both, (begins, begins)) - 1) : bisect(both, (ends, ends))]
    apart, kept = timedelta(minutes=settings.apart_minutes), list[datetime]()
    found = (at for at in starts(there, here) if at < ends)
    for at in sorted(found, key=lambda at: worth(at, search.zone, wish)):
        if len(kept) < settings.per_day_shown and all(abs(at - one) >= apart for one in kept):
            kept.append(at)
    return kept


def worth(at: datetime, zone: str, wish: Wish) -> tuple[int, int, int, datetime]:
    """How far a start is from what would be best; the least is the best."""
    local = at.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    return (
        abs((local.date() - wish.due_on).days),
        0 if wish.usual_weekday in {None, local.weekday()} else 1,
        abs(minute - wish.usual_minute) if wish.usual_minute is not None else 0,
        at,
    )


def due_on(kept: Sequence[date], first: date, interval: Fraction) -> date:
    """The first day from `first` on at which the cadence has a hole.

    `kept` holds the days of the sessions held and booked. The next is due one interval after
    the last of them, unless more than one and a half pass before one that is booked.
    """
    before = [day for day in kept if day < first]
    due = max(before) + DAY * round(interval) if before else first
    for day in sorted(day for day in kept if day >= first):
        if day - due > DAY * round(interval / 2):
            break
        due = day + DAY * round(interval)
    return max(due, first)
