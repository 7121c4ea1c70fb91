"""Openings: the times that suit two people, best first. All instants are aware."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from supervisor.rules.days import DAY, Span, is_away

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class BookingSettings:
    """What the hub allows: notice in hours, horizon in days, the grid of starts in minutes.

    `office_from` and `office_to` (minutes from midnight, Monday to Friday) stand in for the
    hours of somebody who has given none. `modes` is the order in which modes are tried.
    """

    notice_hours: int = 24
    horizon_days: int = 56
    grid_minutes: int = 15
    most_a_day: int = 6
    most_a_week: int = 20
    per_day_shown: int = 2
    office_from: int = 540
    office_to: int = 1020
    open_on_holidays: bool = False
    modes: str = "in_person,video,phone"


@dataclass(frozen=True)
class Hours:
    """One person's week in their own zone: (weekday, from, to) in minutes, leave, holidays.

    `busy` holds what is taken; `full_days` the days (in their zone) with no more room.
    """

    zone: str
    windows: tuple[tuple[int, int, int], ...]
    leave: tuple[Span, ...] = ()
    closed: frozenset[date] = frozenset()
    busy: tuple[Stretch, ...] = ()
    full_days: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Wish:
    """What would be best: the day the pair's even cadence points to, and their habit."""

    due_on: date
    usual_weekday: int | None = None
    usual_minute: int | None = None


@dataclass(frozen=True)
class Search:
    """The limits of a search; `zone` is the session's, in which starts lie on the grid."""

    earliest: datetime
    latest: datetime
    zone: str
    minutes: int
    grid: int = 15
    refused: frozenset[datetime] = field(default=frozenset())


def free(hours: Hours, first: date, last: date) -> list[Stretch]:
    """When a person can meet from the first to the last of their own days, in order, in UTC."""
    open_ = [stretch for day in _days(first, last) for stretch in _open_on(hours, day)]
    return _without(_joined(open_), hours.busy)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + DAY * n for n in range((last - first).days + 1))


def _open_on(hours: Hours, day: date) -> Iterator[Stretch]:
    if day in hours.closed or day in hours.full_days or is_away(day, hours.leave):
        return
    for weekday, start, end in hours.windows:
        if weekday == day.weekday():
            yield instant(day, start, hours.zone), instant(day, end, hours.zone)


def instant(day: date, minute: int, zone: str) -> datetime:
    """A wall time as an instant; a time that the clock jumps over moves on with the clock."""
    wall = datetime.combine(day, time.min) + timedelta(minutes=minute)
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return joined


def _without(stretches: Sequence[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    left = list(stretches)
    for gone_from, gone_to in taken:
        cut: list[Stretch] = []
        for start, end in left:
            if gone_to <= start or end <= gone_from:
                cut.append((start, end))
                continue
            cut += [(start, gone_from)] if start < gone_from else []
            cut += [(gone_to, end)] if gone_to < end else []
        left = cut
    return left


def common(one: Sequence[Stretch], other: Sequence[Stretch]) -> list[Stretch]:
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
            if at not in search.refused and _once(at, search.zone):
                yield at
            at += step


def _on_grid(at: datetime, search: Search) -> datetime:
    local = at.astimezone(ZoneInfo(search.zone))
    over = (local.minute * 60 + local.second + local.microsecond / 1e6) % (search.grid * 60)
    return at + timedelta(seconds=search.grid * 60 - over) if over else at


def _once(at: datetime, zone: str) -> bool:
    local = at.astimezone(ZoneInfo(zone))
    return local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset()


def best(found: Iterable[datetime], wish: Wish, zone: str, per_day: int) -> list[datetime]:
    """Best first: nearest to the pair's cadence, then their own habit, then the earlier time.

    At most `per_day` of a day, and these an hour or more apart, so that a list is a choice.
    """
    there = ZoneInfo(zone)
    ranked = sorted(found, key=lambda at: _worth(at.astimezone(there), wish))
    kept: dict[date, list[datetime]] = {}
    chosen = []
    for at in ranked:
        day = kept.setdefault(at.astimezone(there).date(), [])
        if len(day) < per_day and all(abs(at - other) >= timedelta(hours=1) for other in day):
            day.append(at)
            chosen.append(at)
    return chosen


def _worth(local: datetime, wish: Wish) -> tuple[int, int, int, datetime]:
    minute = local.hour * 60 + local.minute
    return (
        abs((local.date() - wish.due_on).days),
        0 if wish.usual_weekday in {None, local.weekday()} else 1,
        abs(minute - wish.usual_minute) if wish.usual_minute is not None else 0,
        local,
    )
