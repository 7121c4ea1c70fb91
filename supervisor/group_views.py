"""What the pages of a group show: all of it to whoever leads it, their own part to a member."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from supervisor import group_times
from supervisor.models import Group, Meeting, Person, Seat, Series, Store
from supervisor.settings import HubSettings, read
from supervisor.zones import today


@dataclass(frozen=True)
class Next:
    """The next meeting, and how many of those with a seat said what."""

    meeting: Meeting
    yes: int
    no: int
    silent: int
    enough: bool
    mine: bool | None


@dataclass(frozen=True)
class View:
    """The page of one group. `marks` is the attendance list of the last meeting."""

    group: Group
    series: Series | None
    next: Next | None
    without_time: list[Meeting]
    last: Meeting | None
    marks: list[tuple[Person, bool | None]]
    mine: bool | None
    has_mark: bool
    waits: bool
    seats: int
    queue: list[tuple[Seat, int | None]]


def of(store: Store, group: Group, person: Person, now: datetime) -> View:
    """Everything about a group as this person, who leads it or has a seat in it, may need it."""
    on = today(now, read(store, HubSettings).time_zone)
    coming = group_times.ahead(store, group, now)
    last = _last(store, group, now)
    marks, queue = _marks(last), _queue(group, on)
    return View(
        group=group,
        series=_rhythm(group),
        next=next((_next(m, person) for m in coming if not m.needs_time), None),
        without_time=[meeting for meeting in coming if meeting.needs_time],
        last=last,
        marks=marks,
        mine=next((came for who, came in marks if who.id == person.id), None),
        has_mark=any(who.id == person.id for who, _came in marks),
        waits=any(seat.person_id == person.id for seat, _days in queue),
        seats=len(group_times.seated(group, on)),
        queue=queue,
    )


def _queue(group: Group, on: date) -> list[tuple[Seat, int | None]]:
    """Who waits for a place, and for how many days."""
    return [
        (seat, (on - seat.joined_on).days if seat.joined_on else None)
        for seat in group.seats
        if seat.waiting and seat.left_on is None
    ]


def _rhythm(group: Group) -> Series | None:
    """The latest rhythm; an earlier one has ended."""
    return group.series[-1] if group.series else None


def _next(meeting: Meeting, person: Person) -> Next:
    seats = {seat.person_id for seat in _seats(meeting)}
    said = {a.person_id: a.coming for a in meeting.attendances if a.person_id in seats}
    yes = sum(coming is True for coming in said.values())
    no = sum(coming is False for coming in said.values())
    return Next(
        meeting=meeting,
        yes=yes,
        no=no,
        silent=len(seats) - yes - no,
        enough=yes >= meeting.group.minimum,
        mine=said.get(person.id),
    )


def _seats(meeting: Meeting) -> list[Seat]:
    return group_times.seated(meeting.group, meeting.local_start.date())


def _last(store: Store, group: Group, now: datetime) -> Meeting | None:
    """The latest meeting that has begun."""
    query = select(Meeting).where(
        Meeting.group_id == group.id,
        Meeting.starts_at <= now,
        Meeting.cancelled_at.is_(None),
        Meeting.needs_time.is_(False),
    )
    loaded = query.options(selectinload(Meeting.attendances))
    return store.scalars(loaded.order_by(Meeting.starts_at.desc()).limit(1)).first()


def _marks(meeting: Meeting | None) -> list[tuple[Person, bool | None]]:
    if meeting is None:
        return []
    came = {a.person_id: a.came for a in meeting.attendances}
    marks = [(seat.person, came.get(seat.person_id)) for seat in _seats(meeting)]
    return sorted(marks, key=lambda mark: mark[0].name)


@dataclass(frozen=True)
class Row:
    """One group of the list."""

    group: Group
    leads: bool
    waiting: bool
    next: Meeting | None
    needs_time: int


def mine(store: Store, person: Person, now: datetime, *, everything: bool = False) -> list[Row]:
    """The groups that a person leads or has a seat in; the hub asks for everything."""
    seat = select(Seat.group_id).where(Seat.person_id == person.id, Seat.left_on.is_(None))
    theirs = or_(Group.facilitator_id == person.id, Group.id.in_(seat))
    query = select(Group).where(Group.closed_at.is_(None)).order_by(Group.name)
    if not everything:
        query = query.where(theirs)
    loaded = query.options(selectinload(Group.seats), selectinload(Group.facilitator))
    return [_row(store, group, person, now) for group in store.scalars(loaded)]


def _row(store: Store, group: Group, person: Person, now: datetime) -> Row:
    coming = group_times.ahead(store, group, now)
    return Row(
        group=group,
        leads=group.facilitator_id == person.id,
        waiting=any(seat.waiting and seat.person_id == person.id for seat in group.seats),
        next=next((meeting for meeting in coming if not meeting.needs_time), None),
        needs_time=sum(meeting.needs_time for meeting in coming),
    )
