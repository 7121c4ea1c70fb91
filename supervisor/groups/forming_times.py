"""When a new group would meet, and which rooms are free for the first of its meetings."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import select

from supervisor.groups.forming_settings import FormingSettings
from supervisor.hours.closed_days import is_closed
from supervisor.models import MeetingRoom, Place, RoomUse, Store
from supervisor.rooms import room_hours
from supervisor.rules.fit_week import DAY_MINUTES
from supervisor.rules.grouping import Room
from supervisor.rules.openings import BookingSettings, Stretch
from supervisor.settings import HubSettings, read, read_each
from supervisor.zones import today, zone

DAYS = 7


def first(store: Store, start: int, place: Place | None, now: datetime) -> datetime:
    """The wall time of the first meeting: after the notice, and on no public holiday."""
    return _times(store, start, place, now)[0]


def _times(store: Store, start: int, place: Place | None, now: datetime) -> list[datetime]:
    """The wall times of the first meetings for which a room is to be free. A holiday among them
    needs a time of its own, and no room then."""
    hub, forming = read_each(store, HubSettings, FormingSettings)
    region = place.region if place and place.region else hub.region
    day, minute = divmod(start, DAY_MINUTES)
    soonest = today(now, hub.time_zone) + timedelta(days=forming.notice_days)
    on = soonest + timedelta(days=(day - soonest.weekday()) % DAYS)
    while is_closed(on, region):
        on += timedelta(weeks=1)
    weeks = (timedelta(weeks=forming.every_weeks * n) for n in range(forming.rooms_ahead))
    days = [on, *(on + week for week in weeks if week and not is_closed(on + week, region))]
    return [datetime.combine(one, time(*divmod(minute, 60))) for one in days]


def rooms(store: Store, place: Place, starts: Iterable[int], now: datetime) -> list[Room] | None:
    """The rooms of a place, each with the starts of the week at which it is free for the first
    meetings; None where it keeps none, or the hub lets people meet without."""
    kept = _kept(store, place)
    if not kept:
        return None
    taken, starts = _taken(store, kept, now), list(starts)
    times = {start: _stretches(store, start, place, now) for start in starts}
    return [
        Room(room.id, room.seats, frozenset(_free(times, taken.get(room.id, ())))) for room in kept
    ]


def _kept(store: Store, place: Place) -> Sequence[MeetingRoom]:
    without = read(store, BookingSettings).without_room
    return [] if without else room_hours.rooms_at(store, place.id)


def _taken(
    store: Store, kept: Sequence[MeetingRoom], now: datetime
) -> Mapping[int, Sequence[Stretch]]:
    found: dict[int, list[Stretch]] = {}
    query = select(RoomUse.room_id, RoomUse.starts_at, RoomUse.ends_at).where(
        RoomUse.room_id.in_([room.id for room in kept]), RoomUse.ends_at > now
    )
    for room, begins, ends in store.execute(query):
        found.setdefault(room, []).append((begins, ends))
    return found


def _stretches(store: Store, start: int, place: Place, now: datetime) -> list[Stretch]:
    there = zone(read(store, HubSettings).time_zone)
    long = timedelta(minutes=read(store, FormingSettings).minutes)
    begins = (one.replace(tzinfo=there) for one in _times(store, start, place, now))
    return [(one, one + long) for one in begins]


def _free(times: Mapping[int, Sequence[Stretch]], taken: Sequence[Stretch]) -> Iterable[int]:
    for start, wanted in times.items():
        if not any(a < end and begin < b for a, b in wanted for begin, end in taken):
            yield start


def is_free(store: Store, room: MeetingRoom, start: int, now: datetime) -> bool:
    """Whether a room that was found is free still."""
    found = rooms(store, room.place, [start], now)
    return found is None or any(one.id == room.id and start in one.starts for one in found)


def are_kept(store: Store) -> bool:
    """Whether groups wait for rooms at any place."""
    used = select(MeetingRoom.id).filter_by(retired_at=None)
    return not read(store, BookingSettings).without_room and bool(store.scalar(used.limit(1)))
