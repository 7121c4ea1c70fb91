"""Somebody comes once to a group in which they have no seat: because theirs is too few and joins
another for one meeting, or to see what an open group is like."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from supervisor import audit
from supervisor.errors import Refused
from supervisor.groups import group_messages, group_times, group_turns, meetings, seats
from supervisor.groups.forming_settings import FormingSettings
from supervisor.hours import elsewhere
from supervisor.models import Group, Guest, Meeting, Person, Store
from supervisor.models.engine import read_again
from supervisor.rules.ties import Ties, may_sit_with
from supervisor.rules.words import N_
from supervisor.sessions import calendar_letters
from supervisor.sessions.placing import revise_set
from supervisor.settings import hub_today, read

NEAR = timedelta(days=6)
NOT_TO_VISIT = N_(
    "That meeting is not open to visitors now. You can ask for a place in the group, or ring "
    "the hub."
)
NOT_THESE = N_("These two groups can not meet together then.")


@dataclass(frozen=True)
class Shared:
    """A meeting of another group that one of too few could join: `guests` would be asked to come,
    `yes` of those who belong there said that they will. Of the guests `busy` have something else
    then."""

    meeting: Meeting
    guests: list[Person]
    yes: int
    busy: int = 0

    @property
    def together(self) -> int:
        """How many they would be, as far as anybody knows."""
        return self.yes + len(self.guests) - self.busy


def options(store: Store, meeting: Meeting, now: datetime) -> list[Shared]:
    """Meetings of sister groups in the same days that those who can come could join, the nearest
    in time first."""
    if meeting.cancelled_at or meeting.starts_at <= now or meeting.needs_time:
        return []
    tied = _ties(store, now)
    cap = read(store, FormingSettings).cap
    found = (_shared(meeting, other, tied, cap) for other in _sisters(store, meeting, now))
    some = [replace(one, busy=_busy(store, one)) for one in found if one]
    near = [one for one in some if one.together >= one.meeting.group.minimum]
    return sorted(near, key=lambda one: abs(one.meeting.starts_at - meeting.starts_at))


def _busy(store: Store, one: Shared) -> int:
    """By another meeting of ours, or by their own calendar."""
    ids, there = [guest.id for guest in one.guests], one.meeting
    free = {who for who in ids if group_turns.is_free(store, there, who)}
    return len(ids) - len(free - elsewhere.busy_then(store, ids, there.starts_at, there.minutes))


def _ties(store: Store, now: datetime) -> Ties[int]:
    return seats.ties(store, hub_today(store, now))


def _sisters(store: Store, meeting: Meeting, now: datetime) -> Sequence[Meeting]:
    query = (
        select(Meeting)
        .join(Meeting.group)
        .where(
            Group.kind == meeting.group.kind,
            Group.closed_at.is_(None),
            Group.id != meeting.group_id,
            Meeting.starts_at > now,
            Meeting.starts_at.between(meeting.starts_at - NEAR, meeting.starts_at + NEAR),
            Meeting.cancelled_at.is_(None),
            Meeting.needs_time.is_(False),
        )
        .options(
            joinedload(Meeting.group).selectinload(Group.seats),
            selectinload(Meeting.attendances), selectinload(Meeting.guests),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )  # fmt: skip
    return store.scalars(query).all()


def _shared(meeting: Meeting, other: Meeting, tied: Ties[int], cap: int) -> Shared | None:
    """Those who have not said no are asked; where that would be too many, only who said yes."""
    here = {one.id: one for one in _not_refused(other)}
    room = max(other.group.maximum, cap) - len(here)
    others = {*here, *group_turns.ids(other.group)}
    asked = [one for one in _not_refused(meeting) if one.id not in others]
    sure = {said.person_id for said in meeting.attendances if said.coming}
    guests = asked if len(asked) <= room else [one for one in asked if one.id in sure]
    if not guests or len(guests) > room:
        return None
    if not all(may_sit_with(one.id, others, tied) for one in guests):
        return None
    return Shared(other, sorted(guests, key=lambda one: one.name), meetings.coming(other))


def _not_refused(meeting: Meeting) -> list[Person]:
    no = {said.person_id for said in meeting.attendances if said.coming is False}
    return [one for number, one in group_times.people_at(meeting).items() if number not in no]


def join(store: Store, meeting: Meeting, other: Meeting, by: Person, now: datetime) -> Shared:
    """For once both meet together: the one is called off, and its people are asked to the other."""
    for group in sorted((meeting.group, other.group), key=lambda one: one.id):
        read_again(store, group)
    found = next((one for one in options(store, meeting, now) if one.meeting is other), None)
    if found is None:
        raise Refused(NOT_THESE)
    meetings.call_off(store, meeting, now)
    for person in found.guests:
        store.add(Guest(meeting=other, person=person, instead=meeting))
    store.flush()
    _take(store, other, found.guests, now, by)
    revise_set([other], now)
    group_messages.joined(store, meeting, found.meeting, found.guests, by, now)
    audit.record(store, now, by, "join_once", "meeting", meeting.ref)
    return found


def _take(
    store: Store, meeting: Meeting, people: Iterable[Person], now: datetime, by: Person
) -> None:
    """Whoever has another meeting then keeps that one, and is told so when they say yes. If
    that takes a larger room, those who were there read which."""
    people = list(people)
    group_times.make_room(store, [meeting.group], now, [one.id for one in people])
    for person in people:
        group_times.commit(store, meeting, person.id)
    _roomier(store, meeting, by, now, people)


def _roomier(
    store: Store, meeting: Meeting, by: Person, now: datetime, new: Sequence[Person]
) -> None:
    if group_times.larger_room(store, meeting, now):
        group_messages.rooms_given(store, [meeting], by, now, new)


def of_person(store: Store, person: Person, now: datetime) -> list[Meeting]:
    """Where somebody comes once, and what is still ahead, soonest first."""
    query = (
        select(Meeting)
        .join(Guest, Guest.meeting_id == Meeting.id)
        .where(
            Guest.person_id == person.id,
            Meeting.starts_at > now,
            Meeting.cancelled_at.is_(None),
        )
        .options(joinedload(Meeting.group), joinedload(Meeting.place), joinedload(Meeting.room))
    )
    return list(store.scalars(query.order_by(Meeting.starts_at)))


def next_of(store: Store, group: Group, now: datetime) -> Meeting | None:
    """The next meeting of a group that has a time."""
    ahead = group_times.ahead(store, group, now)
    return next((one for one in ahead if not one.needs_time), None)


def drop_in(store: Store, group: Group, person: Person, now: datetime) -> Meeting:
    """Come once to the next meeting of an open group, without a seat; it is counted with those who
    were there. Where it is full and where they may not sit with somebody it reads the same; a seat
    that is free for good says nothing of one meeting."""
    read_again(store, group)
    meeting = next_of(store, group, now)
    if meeting is None:
        raise Refused(N_("No meeting is planned."))
    here = group_times.people_at(meeting)
    if person.id in here:
        return meeting
    if not _may_drop_in(store, meeting, person, now):
        raise Refused(NOT_TO_VISIT)
    store.add(Guest(meeting=meeting, person=person))
    store.flush()
    meetings.answer(store, meeting, person, True, now)  # noqa: FBT003
    revise_set([meeting], now)
    calendar_letters.tell(store, person, meeting, now)
    _roomier(store, meeting, person, now, [person])
    return meeting


def _may_drop_in(store: Store, meeting: Meeting, person: Person, now: datetime) -> bool:
    group, there = meeting.group, {one.id for one in _not_refused(meeting)}
    leads = group_turns.ids(group)
    seat = next((one for one in group.seats if one.person_id == person.id), None)
    return (
        len(there) < group.maximum
        and person.id not in leads
        and not (seat and seats.was_taken_out(store, seat))
        and may_sit_with(person.id, there | leads, _ties(store, now))
    )
