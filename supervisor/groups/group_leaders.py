"""Who leads a group: the hub asks somebody else to, above all where one who leads it leaves."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import contains_eager

from supervisor import audit
from supervisor.errors import Refused
from supervisor.groups import group_messages, group_times, seats
from supervisor.models import Group, Meeting, Person, Store
from supervisor.models.engine import read_again
from supervisor.rules.ties import may_sit_with
from supervisor.sessions.placing import revise_set
from supervisor.settings import hub_today


def lead(store: Store, group: Group, person: Person, by: Person, now: datetime) -> None:
    """They lead it from now on, and are told; whoever led it does not any more. Its meetings
    keep their times; one for which they are not free needs another."""
    store.flush()
    read_again(store, group)
    on = hub_today(store, now)
    if group.facilitator_id == person.id:
        return
    others = {seat.person_id for seat in group_times.seated(group, on)} - {person.id}
    gone = person.left_on is not None and person.left_on < on
    if group.closed_at or gone or not may_sit_with(person.id, others, seats.ties(store, on)):
        raise Refused(seats.NOT_THIS_ONE)
    moved = _hand_over(store, group, person, now)
    group_messages.rooms_given(store, moved, by, now)
    group_messages.to_lead(store, group, by, now)
    audit.record(store, now, by, "lead", "group", group.ref, person)


def _hand_over(store: Store, group: Group, person: Person, now: datetime) -> list[Meeting]:
    """The calendars of both are held while its times change hands; what is in another room now."""
    group_times.make_room(store, [group], now, [person.id])
    _remember(store, group, now)
    for meeting in group_times.ahead(store, group, now):
        if meeting.leader_id and meeting.leader_id == group.facilitator_id:
            meeting.leader = person
    group.facilitator = person
    store.flush()
    moved = group_times.retake(store, group, now)
    revise_set(group_times.ahead(store, group, now), now)
    store.flush()
    return moved


def _remember(store: Store, group: Group, now: datetime) -> None:
    """Who led those behind stays written with them."""
    behind = Meeting.group_id == group.id, Meeting.starts_at <= now, Meeting.leader_id.is_(None)
    store.execute(update(Meeting).where(*behind).values(leader_id=group.facilitator_id))


def without(store: Store) -> list[Group]:
    """Groups that nobody leads, or whose leader has a last day; by name."""
    none = Group.facilitator_id.is_(None) | Person.left_on.is_not(None)
    query = (
        select(Group)
        .outerjoin(Group.facilitator)
        .where(Group.closed_at.is_(None), none)
        .options(contains_eager(Group.facilitator))
    )
    return list(store.scalars(query.order_by(Group.name)))
