"""What a room is taken for: its week, what is still ahead, and who is without a room."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from supervisor import zones
from supervisor.models import (
    Entitlement,
    Group,
    Meeting,
    MeetingRoom,
    Place,
    RoomUse,
    Session,
    Store,
)
from supervisor.rooms.room_hours import Held
from supervisor.rules.days import DAY
from supervisor.rules.kinds import Mode
from supervisor.settings import HubSettings, read
from supervisor.zones import midnight, to_local

WEEK = 7


@dataclass(frozen=True)
class Taken:
    """A meeting in a room, in the wall time of its place. Which kind of support it is, is no
    matter of a room's."""

    starts: datetime
    ends: datetime
    held: Held

    @property
    def group(self) -> Group | None:
        """The group that meets; None where two people do."""
        return self.held.group if isinstance(self.held, Meeting) else None

    @property
    def names(self) -> list[str]:
        """Who meets: the name of the group, or both people's."""
        if isinstance(self.held, Meeting):
            return [self.held.group.name]
        return [self.held.provider.name, self.held.entitlement.person.name]


def zone_of(store: Store, place: Place) -> str:
    """The zone of a place, else the hub's."""
    return zones.of_region(place.region) or read(store, HubSettings).time_zone


def week(store: Store, room: MeetingRoom, monday: date) -> list[tuple[date, list[Taken]]]:
    """Each day of a week with what the room is taken for."""
    zone = zone_of(store, room.place)
    begins, ends = midnight(monday, zone), midnight(monday + DAY * WEEK, zone)
    found = list(_taken(store, room, RoomUse.starts_at < ends, RoomUse.ends_at > begins))
    days = (monday + DAY * n for n in range(WEEK))
    return [(day, [one for one in found if one.starts.date() == day]) for day in days]


def ahead(store: Store, room: MeetingRoom, now: datetime) -> list[Taken]:
    """What the room is still taken for, soonest first."""
    return list(_taken(store, room, RoomUse.starts_at > now))


def _taken(store: Store, room: MeetingRoom, *when: ColumnElement[bool]) -> Iterator[Taken]:
    query = (
        select(RoomUse, Session, Meeting)
        .outerjoin(Session, Session.id == RoomUse.session_id)
        .outerjoin(Meeting, Meeting.id == RoomUse.meeting_id)
        .options(*_SESSION, joinedload(Meeting.group))
        .where(RoomUse.room_id == room.id, *when)
    )
    rows: Any = store.execute(query.order_by(RoomUse.starts_at)).all()
    zone = zone_of(store, room.place)
    for use, session, meeting in rows:
        if session or meeting:
            starts, ends = to_local(use.starts_at, zone), to_local(use.ends_at, zone)
            yield Taken(starts, ends, session or meeting)


_SESSION = (
    joinedload(Session.provider),
    joinedload(Session.entitlement).joinedload(Entitlement.person),
)


def without(store: Store, place: Place, now: datetime) -> list[Taken]:
    """The meetings ahead at a place that have no room there, soonest first."""
    sessions = _in_person(Session, RoomUse.session_id, place, now).options(*_SESSION)
    sessions = sessions.where(Session.outcome.is_(None))
    meetings = _in_person(Meeting, RoomUse.meeting_id, place, now).where(
        Meeting.needs_time.is_(False)
    )
    both: Sequence[Held] = [*store.scalars(sessions), *store.scalars(meetings)]
    zone = zone_of(store, place)
    return [
        Taken(to_local(one.starts_at, zone), _ends(one, zone), one)
        for one in sorted(both, key=lambda one: one.starts_at)
    ]


def _in_person(record: Any, used: Any, place: Place, now: datetime) -> Select[Any]:
    has_one = select(used).where(used.is_not(None))
    return select(record).where(
        record.mode == Mode.IN_PERSON,
        record.place_id == place.id,
        record.starts_at > now,
        record.cancelled_at.is_(None),
        record.id.not_in(has_one),
    )


def _ends(held: Held, zone: str) -> datetime:
    return to_local(held.starts_at + timedelta(minutes=held.minutes), zone)
