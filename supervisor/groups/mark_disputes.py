"""Somebody says that they were at a meeting, and whoever led it says no, or the other way round:
nothing counts until the hub has settled it. Both words are kept."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from supervisor import audit, entitlements, group_credits
from supervisor.errors import Refused
from supervisor.group_credits import Rules
from supervisor.groups import group_turns
from supervisor.models import Attendance, Entitlement, Group, Meeting, Person, Store
from supervisor.models.engine import read_again
from supervisor.rules.words import N_


def differs(mark: Attendance) -> bool:
    """The two differ, and the hub has not settled it."""
    said = {mark.own, mark.led}
    return mark.settled is None and None not in said and len(said) == 2


def settled(mark: Attendance) -> bool:
    """The two differed, and the hub has decided."""
    return mark.settled is not None


def waiting(store: Store, now: datetime, before: datetime) -> list[Attendance]:
    """Those that would count toward something, of meetings that began before then, until each is
    settled."""
    rules = group_credits.rules(store, now)
    kinds = {kind for rule in rules.each for kind in rule.kinds}
    query = (
        select(Attendance)
        .join(Attendance.meeting)
        .join(Meeting.group)
        .where(
            Attendance.own.is_not(None),
            Attendance.led.is_not(None),
            Attendance.own != Attendance.led,
            Attendance.settled.is_(None),
            Group.kind.in_(kinds),
            Meeting.cancelled_at.is_(None),
            Meeting.needs_time.is_(False),
            Meeting.starts_at < before,
        )
        .options(
            joinedload(Attendance.person), joinedload(Attendance.meeting).joinedload(Meeting.group)
        )
        .order_by(Meeting.starts_at, Attendance.id)
    )
    found = list(store.scalars(query)) if kinds else []
    owed = _owed(store, found)
    return [mark for mark in found if any(_may_count(mark, one, rules) for one in owed)]


def _owed(store: Store, marks: list[Attendance]) -> list[Entitlement]:
    people = {mark.person_id for mark in marks}
    return list(store.scalars(select(Entitlement).where(Entitlement.person_id.in_(people))))


def _may_count(mark: Attendance, owed: Entitlement, rules: Rules) -> bool:
    rule, on = rules.of(owed.ends_on), mark.meeting.local_start.date()
    theirs = owed.person_id == mark.person_id and owed.starts_on <= on <= owed.ends_on
    return theirs and owed.kind == rule.toward and mark.meeting.group.kind in rule.kinds


def of_entitlement(store: Store, owed: Entitlement, now: datetime) -> list[Attendance]:
    """Those that may count toward this one, the latest first."""
    rules = group_credits.rules(store, now)
    found = [mark for mark in waiting(store, now, now) if _may_count(mark, owed, rules)]
    return found[::-1]


def settle(
    store: Store,
    meeting: Meeting,
    person: Person,
    *,
    came: bool,
    by: Person,
    now: datetime,
    again: bool = False,
) -> None:
    """The hub decides; what both said stays. Nobody decides about what they said themselves. With
    `again` it puts right what it decided."""
    leads = group_turns.leads(meeting)
    if by.id in {person.id, leads.id if leads else None}:
        raise Refused(N_("You were in this meeting. Somebody else of the hub settles it."))
    same = Attendance.meeting_id == meeting.id, Attendance.person_id == person.id
    mark = store.scalar(select(Attendance).where(*same))
    if mark:
        read_again(store, mark)
    if mark and settled(mark) and not again:
        raise Refused(N_("That meeting is already settled."))
    if mark is None or not (settled(mark) if again else differs(mark)):
        raise Refused(N_("The two do not differ on this meeting."))
    mark.settled = mark.came = came
    mark.marked_at, mark.marked_by_id = now, by.id
    store.flush()
    entitlements.reassess_all(store, group_credits.touched(store, meeting, [person], now), now)
    audit.record(store, now, by, "settle", "meeting", meeting.ref, person)
