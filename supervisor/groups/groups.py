"""Groups that meet: the standing rhythm, and each meeting of it as a row."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from supervisor.errors import Refused
from supervisor.groups import group_times
from supervisor.hours.closed_days import is_closed
from supervisor.models import Group, Meeting, MeetingRoom, Series, Store
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, read
from supervisor.zones import to_utc, today, zone


@dataclass(frozen=True)
class GroupSettings:
    """How many days ahead the meetings of a rhythm are laid out, and within which minutes of a
    day one may be moved."""

    ahead_days: int = 182
    day_from: int = 480
    day_to: int = 1260


def meet(
    store: Store,
    group: Group,
    first_local: datetime,
    zone_name: str,
    every_weeks: int,
    minutes: int,
    until: date | None,
    now: datetime,
) -> Series:
    """Begin a rhythm at a wall time; `until` is its last day, None while it goes on."""
    refuse(group, first_local, zone_name)
    series = Series(
        group=group,
        first_start=first_local,
        zone=zone_name,
        every_weeks=every_weeks,
        minutes=minutes,
        until_on=until,
    )
    return begin(store, series, now)


def refuse(group: Group, first_local: datetime, zone_name: str) -> None:
    """A group that is closed, and an hour inside a clock change."""
    if group.closed_at:
        raise Refused(N_("This group is closed."))
    to_utc(first_local, zone_name)


def begin(store: Store, series: Series, now: datetime, room: MeetingRoom | None = None) -> Series:
    """The same of a rhythm as it was written down; in that room, whenever it is free."""
    store.add(series)
    store.flush()
    group_times.make_room(store, [series.group], now)
    _lay(store, series, now, room)
    return series


def extend(store: Store, now: datetime) -> int:
    """Lay out what has come within sight of every rhythm; how many meetings that made.

    A rhythm that came in by import is laid from its first day on, so that those behind can
    still say who came; they take nobody's time.
    """
    query = (
        select(Series)
        .join(Group)
        .where(
            Group.closed_at.is_(None),
            or_(
                Series.laid_until.is_(None),
                Series.until_on.is_(None),
                Series.laid_until < Series.until_on,
            ),
        )
        .options(joinedload(Series.group).selectinload(Group.seats))
        .options(joinedload(Series.group).selectinload(Group.leaders))
        .order_by(Series.id)
    )
    found = list(store.scalars(query))
    group_times.make_room(store, [series.group for series in found], now)
    return sum(_lay(store, series, now) for series in found)


def _lay(store: Store, series: Series, now: datetime, room: MeetingRoom | None = None) -> int:
    ahead = today(now, series.zone) + timedelta(days=read(store, GroupSettings).ahead_days)
    last = min(series.until_on or date.max, ahead)
    starts = list(_occurrences(series, last))
    for local in starts:
        meeting = _meeting(store, series, local, now)
        if room and not meeting.needs_time:
            meeting.room, meeting.room_chosen = room, True
        store.add(meeting)
        store.flush()
        group_times.take(store, meeting, now)
    if starts:
        series.sequence, series.changed_at = series.sequence + 1, now
    series.laid_until = max(last, series.laid_until or last)
    store.flush()
    return len(starts)


def _occurrences(series: Series, last: date) -> Iterator[datetime]:
    """Wall times of the rhythm after those that are rows already, until the last day."""
    local, laid = series.first_start, series.laid_until or date.min
    while local.date() <= last:
        if local.date() > laid:
            yield local
        local += timedelta(weeks=series.every_weeks)


def _meeting(store: Store, series: Series, local: datetime, now: datetime) -> Meeting:
    group = series.group
    return Meeting(
        group_id=group.id,
        group=group,
        series=series,
        series_start=local,
        starts_at=local.replace(tzinfo=zone(series.zone)),
        local_start=local,
        zone=series.zone,
        minutes=series.minutes,
        mode=group.mode,
        place_id=group.place_id,
        needs_time=is_holiday(store, group, local.date()) or not _once(local, series.zone),
        changed_at=now,
    )


def is_holiday(store: Store, group: Group, on: date) -> bool:
    """A public holiday where the group meets; the hub's region where it has no place."""
    place = group.place
    return is_closed(
        on, place.region if place and place.region else read(store, HubSettings).region
    )


def _once(local: datetime, zone_name: str) -> bool:
    try:
        to_utc(local, zone_name)
    except Refused:
        return False
    return True
