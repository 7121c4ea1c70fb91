"""Whose time the meetings of a group take, and when it is given back."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from supervisor.errors import Refused
from supervisor.groups import group_turns
from supervisor.models import Commitment, Group, Meeting, Person, Seat, Store
from supervisor.models.engine import lock_people
from supervisor.rooms import room_hours
from supervisor.rooms.room_hours import NoRoom
from supervisor.rules.roomy import Seats
from supervisor.rules.words import N_
from supervisor.sessions.placing import touch

LEADER_BUSY = N_("The facilitator has another meeting then. Choose another time.")


def make_room(
    store: Store, groups: Iterable[Group], now: datetime, more: Iterable[int] = ()
) -> None:
    """Hold everybody's calendar at once, in order, and drop the holds that have lapsed; `more`
    are those who have no seat."""
    people = {person_id for group in groups for person_id in _people(group)} | set(more)
    lock_people(store, people)
    store.execute(
        delete(Commitment).where(Commitment.person_id.in_(people), Commitment.lapses_at <= now)
    )


def _people(group: Group) -> list[int]:
    """Everybody who leads it, then everybody who has or had a seat."""
    return [*group_turns.ids(group), *(seat.person_id for seat in group.seats)]


def take(store: Store, meeting: Meeting, now: datetime) -> Refused | None:
    """Take a room, and the time of everybody who has a seat, is free, and has not said no.

    Nobody is answered for: whoever has another meeting then keeps that one, stays unanswered
    here, and is told so when they say yes. Without a room, or anybody to lead it, a meeting needs
    a time; it comes back why it does from now on.
    """
    if meeting.needs_time or meeting.cancelled_at or meeting.starts_at <= now:
        return None
    if group_turns.ids(meeting.group) and not find_leader(store, meeting):
        meeting.needs_time = True
        return Refused(LEADER_BUSY, field="start")
    try:
        room_hours.give(store, meeting, seats_for(meeting))
    except NoRoom as none:
        free(store, meeting)
        meeting.needs_time = True
        return none
    leads = group_turns.leads(meeting)
    spared = {one.person_id for one in meeting.attendances if one.coming is False}
    spared |= {leads.id} if leads else set()
    for person_id in people_at(meeting):
        if person_id not in spared:
            commit(store, meeting, person_id)
    return None


def seats_for(meeting: Meeting) -> Seats:
    """A seat for everybody and whoever leads them; rather as many as the group may come to."""
    people, lead = people_at(meeting), group_turns.leads(meeting)
    more = 1 if lead and lead.id not in people else 0
    return room_hours.seats_of(len(people) + more, meeting.group.maximum + more)


def larger_room(store: Store, meeting: Meeting, now: datetime) -> bool:
    """Where more come than its room seats it goes to one that seats them, if one is free; whether
    it did."""
    seats = seats_for(meeting)
    if meeting.room is None or meeting.room.seats >= seats.least:
        return False
    try:
        with store.begin_nested():
            room_hours.give_back(store, meeting)
            room_hours.give(store, meeting, seats)
            touch(meeting, now)
    except NoRoom:
        return False
    return True


def find_leader(store: Store, meeting: Meeting) -> bool:
    """Take the time of whoever leads it: whose turn it is, else the next who is free."""
    here = taken_by(store, meeting)
    for person_id in group_turns.asked(store, meeting):
        if person_id in here or commit(store, meeting, person_id):
            if group_turns.in_turn(meeting):
                meeting.leader = store.get_one(Person, person_id)
                store.flush()
            return True
    return False


def give_back_lead(store: Store, meeting: Meeting) -> None:
    """Who leads it is free again, unless they come as a member, and it is nobody's turn."""
    leads = group_turns.leads(meeting)
    if leads and leads.id not in people_at(meeting):
        free(store, meeting, leads.id)
    meeting.leader, meeting.leader_kept = None, False
    store.flush()


def lead_or_wait(store: Store, meeting: Meeting) -> bool:
    """Somebody leads it, or it needs a time."""
    if find_leader(store, meeting) or not group_turns.ids(meeting.group):
        return True
    meeting.needs_time = True
    free(store, meeting)
    return False


def retake(store: Store, group: Group, now: datetime) -> list[Meeting]:
    """Give back the time of every meeting ahead and take it anew: who is in the group changed.
    Which are in another room by that."""
    make_room(store, [group], now)
    return [meeting for meeting in ahead(store, group, now) if _retake(store, meeting, now)]


def _retake(store: Store, meeting: Meeting, now: datetime) -> bool:
    before = meeting.room_id
    free(store, meeting)
    take(store, meeting, now)
    if meeting.needs_time or meeting.room_id == before:
        return False
    touch(meeting, now)
    return True


def seated(group: Group, on: date) -> list[Seat]:
    """Who has a seat on a day, the waiting left out."""
    return [
        seat
        for seat in group.seats
        if not seat.waiting
        and (seat.joined_on is None or seat.joined_on <= on)
        and (seat.left_on is None or seat.left_on > on)
    ]


def people_at(meeting: Meeting) -> dict[int, Person]:
    """Whom a meeting is for, by id: those with a seat that day, and who comes once."""
    seats = seated(meeting.group, meeting.local_start.date())
    people = {guest.person_id: guest.person for guest in meeting.guests}
    return {seat.person_id: seat.person for seat in seats} | people


def commit(store: Store, meeting: Meeting, person_id: int) -> bool:
    """Take one person's time; False when they are elsewhere. The database decides."""
    taken = insert(Commitment).values(
        person_id=person_id,
        starts_at=meeting.starts_at,
        ends_at=meeting.starts_at + timedelta(minutes=meeting.minutes),
        meeting_id=meeting.id,
    )
    try:
        with store.begin_nested():
            store.execute(taken)
    except IntegrityError as clash:
        if "commitment_overlap" not in str(clash.orig):
            raise
        return False
    return True


def taken_by(store: Store, meeting: Meeting) -> set[int]:
    """Whose time it takes."""
    return set(store.scalars(select(Commitment.person_id).filter_by(meeting_id=meeting.id)))


def free(store: Store, meeting: Meeting, person_id: int | None = None) -> None:
    """Give one person's time back; or everybody's, and the room."""
    if person_id is None:
        room_hours.give_back(store, meeting)
    whose = () if person_id is None else (Commitment.person_id == person_id,)
    store.execute(delete(Commitment).where(Commitment.meeting_id == meeting.id, *whose))


def take_ahead(store: Store, group: Group, person: Person, now: datetime) -> list[Meeting]:
    """Take a new member's time for the meetings ahead, where they are free; somebody who comes
    back may have said no before. Which are in a larger room by that."""
    make_room(store, [group], now)
    moved = []
    for meeting in ahead(store, group, now):
        no = any(a.person_id == person.id and a.coming is False for a in meeting.attendances)
        if not (meeting.needs_time or no):
            commit(store, meeting, person.id)
            moved += [meeting] if larger_room(store, meeting, now) else []
    return moved


def free_ahead(store: Store, group: Group, person: Person, now: datetime) -> None:
    """Give somebody who leaves their time back."""
    for meeting in ahead(store, group, now):
        free(store, meeting, person.id)


def ahead(store: Store, group: Group, now: datetime) -> list[Meeting]:
    """Meetings still to come, those without a time included, soonest first."""
    query = select(Meeting).where(
        Meeting.group_id == group.id, Meeting.starts_at > now, Meeting.cancelled_at.is_(None)
    )
    answers = selectinload(Meeting.attendances), selectinload(Meeting.guests)
    loaded = query.options(*answers, joinedload(Meeting.place), joinedload(Meeting.room))
    return list(store.scalars(loaded.order_by(Meeting.starts_at)))
