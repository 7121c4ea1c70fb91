"""Other times for one meeting of a group: those at which most of them can come, as far as
anybody knows. Never who can not, or why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from supervisor.errors import Refused
from supervisor.groups import group_times, group_turns, groups
from supervisor.groups.groups import GroupSettings
from supervisor.hours import hours
from supervisor.hours.hours import Diary
from supervisor.models import Meeting, RoomUse, Store
from supervisor.rooms import room_hours
from supervisor.rules.days import DAY
from supervisor.rules.grouping import STEP
from supervisor.rules.kinds import Mode
from supervisor.rules.openings import BookingSettings, Stretch
from supervisor.rules.roomy import by_size
from supervisor.settings import HubSettings, read, read_each
from supervisor.zones import to_local, to_utc

NEAR = timedelta(days=7)
FEW = 4


@dataclass(frozen=True)
class OtherTime:
    """A wall time at which whoever leads is free, and so many of all who belong there."""

    local: datetime
    can: int
    of: int


def other_times(store: Store, meeting: Meeting, now: datetime) -> list[OtherTime]:
    """The best in the week before and after, one on a day: most can come, then the nearest.
    With too few for the group to meet, or no room, a time is none."""
    ids, leaders = list(group_times.people_at(meeting)), group_turns.ids(meeting.group)
    diary = _diary(store, meeting, [*ids, *leaders], now)
    members = [diary.free(one, meeting.mode) for one in ids]
    lead = [diary.free(one, meeting.mode) for one in leaders]
    rooms = _rooms(store, meeting, now)
    found = [
        OtherTime(local, sum(_covers(free, during) for free in members), len(ids))
        for local, during in _starts(store, meeting, now)
        if (not lead or any(_covers(free, during) for free in lead)) and _room(rooms, during)
    ]
    enough = [one for one in found if one.can >= meeting.group.minimum]
    return sorted(_best(enough, meeting.local_start), key=lambda one: one.local)


def _diary(store: Store, meeting: Meeting, ids: Sequence[int], now: datetime) -> Diary:
    hub, booking = read_each(store, HubSettings, BookingSettings)
    first, last = _days(meeting, now)
    everybody = list(hours.people(store, ids).values())
    return hours.diary(store, everybody, first, last, now, hub, booking)


def _days(meeting: Meeting, now: datetime) -> tuple[date, date]:
    """From tomorrow on at the soonest: they have to hear of it."""
    first = max(meeting.local_start - NEAR, to_local(now, meeting.zone) + DAY)
    return first.date(), (meeting.local_start + NEAR).date()


def _starts(store: Store, meeting: Meeting, now: datetime) -> Iterator[tuple[datetime, Stretch]]:
    """Within the hours in which groups meet, on no holiday, and not where it is already."""
    settings, (on, last) = read(store, GroupSettings), _days(meeting, now)
    taken = {one.local_start for one in group_times.ahead(store, meeting.group, now)}
    long = timedelta(minutes=meeting.minutes)
    while on <= last:
        if not groups.is_holiday(store, meeting.group, on):
            for minute in range(settings.day_from, settings.day_to - meeting.minutes + 1, STEP):
                local = datetime.combine(on, time(*divmod(minute, 60)))
                begins = _instant(local, meeting.zone)
                if begins and local not in taken:
                    yield local, (begins, begins + long)
        on += DAY


def _instant(local: datetime, zone: str) -> datetime | None:
    """None inside a clock change."""
    try:
        return to_utc(local, zone)
    except Refused:
        return None


def _rooms(store: Store, meeting: Meeting, now: datetime) -> list[list[Stretch]] | None:
    """When each of the rooms that seat them is taken; None where they need none."""
    needs = meeting.mode == Mode.IN_PERSON and not read(store, BookingSettings).without_room
    kept = room_hours.rooms_at(store, meeting.place_id) if needs and meeting.place_id else []
    if not kept:
        return None
    fit = by_size({room.id: room.seats for room in kept}, group_times.seats_for(meeting))
    taken: dict[int, list[Stretch]] = {id_: [] for id_ in fit}
    query = select(RoomUse.room_id, RoomUse.starts_at, RoomUse.ends_at).where(
        RoomUse.room_id.in_(fit),
        RoomUse.ends_at > now,
        RoomUse.meeting_id.is_distinct_from(meeting.id),
    )
    for room, starts, ends in store.execute(query):
        taken[room].append((starts, ends))
    return list(taken.values())


def _room(rooms: Sequence[Sequence[Stretch]] | None, during: Stretch) -> bool:
    """Whether one is free then."""
    begins, ends = during
    return rooms is None or any(
        not any(start < ends and begins < end for start, end in taken) for taken in rooms
    )


def _covers(free: Sequence[Stretch], during: Stretch) -> bool:
    return any(start <= during[0] and during[1] <= end for start, end in free)


def _best(found: Sequence[OtherTime], around: datetime) -> list[OtherTime]:
    def place(one: OtherTime) -> tuple[int, timedelta]:
        return -one.can, abs(one.local - around)

    days: dict[date, OtherTime] = {}
    for one in sorted(found, key=place):
        days.setdefault(one.local.date(), one)
    return list(days.values())[:FEW]
