"""Groups that have outgrown their room, where no larger one was free."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from supervisor.groups import group_times
from supervisor.models import Group, Guest, Meeting, MeetingRoom, Seat, Store
from supervisor.rules.kinds import Mode
from supervisor.settings import hub_today


@dataclass(frozen=True)
class Tight:
    """A group's first meeting in a room with fewer seats than people, who leads it included, and
    how many meetings ahead are so."""

    meeting: Meeting
    people: int
    count: int = 1


def outgrown(store: Store, now: datetime) -> list[Tight]:
    """One line for each group, soonest first."""
    found: dict[int, Tight] = {}
    for meeting in store.scalars(_full_at_most(store, now)):
        least = group_times.seats_for(meeting).least
        if meeting.room and meeting.room.seats < least:
            first = found.get(meeting.group_id, Tight(meeting, least, 0))
            found[meeting.group_id] = Tight(first.meeting, first.people, first.count + 1)
    return list(found.values())


def _full_at_most(store: Store, now: datetime) -> Select[Any]:
    """Those that could be: with a leader, and all who have or had a seat until then."""
    on = hub_today(store, now)
    stays = or_(Seat.left_on.is_(None), Seat.left_on > on)
    members = _number(Seat, Seat.group_id == Meeting.group_id, Seat.waiting.is_(False), stays)
    guests = _number(Guest, Guest.meeting_id == Meeting.id)
    return (
        select(Meeting)
        .join(Meeting.room)
        .where(
            Meeting.mode == Mode.IN_PERSON,
            Meeting.starts_at > now,
            Meeting.cancelled_at.is_(None),
            Meeting.needs_time.is_(False),
            MeetingRoom.seats < 1 + members + guests,
        )
        .options(
            joinedload(Meeting.room),
            joinedload(Meeting.group).selectinload(Group.seats).joinedload(Seat.person),
            selectinload(Meeting.guests),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )


def _number(record: Any, *where: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(record).where(*where).scalar_subquery()
