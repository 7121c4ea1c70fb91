"""Whose turn it is to lead a meeting of a group that several lead, as it is on record."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import delete, select

from supervisor.hours import elsewhere
from supervisor.models import Commitment, Group, Leader, Leave, Meeting, PassedOn, Person, Store
from supervisor.rules.kinds import GroupKind
from supervisor.rules.rota import in_order
from supervisor.settings import read


@dataclass(frozen=True)
class RotaSettings:
    """In which kinds of group members may lead in turn; how many days before a meeting whoever
    leads it is reminded."""

    co_reflection: bool = True
    community_of_practice: bool = True
    learning_set: bool = True
    network: bool = True
    learning_collaborative: bool = False
    remind_days: int = 7


def members_may(store: Store, group: Group) -> bool:
    """Whether members may lead this kind of group."""
    return members_may_in(store, group.kind)


def members_may_in(store: Store, kind: str) -> bool:
    """The same of a kind."""
    return bool(getattr(read(store, RotaSettings), GroupKind(kind)))


def leaders(group: Group) -> list[Person]:
    """Everybody who leads it, its facilitator first."""
    first = [group.facilitator] if group.facilitator else []
    return list(dict.fromkeys([*first, *(one.person for one in group.leaders)]))


def ids(group: Group) -> set[int]:
    """The same by id."""
    others = {one.person_id for one in group.leaders}
    return others | ({group.facilitator_id} if group.facilitator_id else set())


def sees_all(group: Group, person_id: int) -> bool:
    """Whether they lead it without being one of its members."""
    others = {one.person_id for one in group.leaders if not one.member}
    return person_id in {group.facilitator_id, *others}


def leads(meeting: Meeting) -> Person | None:
    """Who leads one meeting."""
    return meeting.leader or meeting.group.facilitator


def who_decides(meeting: Meeting) -> Person | None:
    """Who sees all of it and decides what happens: whoever leads it, and for a member the
    facilitator."""
    group = meeting.group
    members = {one.person_id for one in group.leaders if one.member}
    return group.facilitator if meeting.leader_id in members else leads(meeting)


def in_turn(meeting: Meeting) -> bool:
    """Whether turns are dealt for it."""
    group, on = meeting.group, meeting.local_start.date()
    return bool(group.leaders) and (group.rota_from is None or on >= group.rota_from)


def asked(store: Store, meeting: Meeting) -> list[int]:
    """Who is asked to lead it, the first one first: whose turn it is already, then the others in
    order, those last whose own calendar has something else. Who is away, has left, or can not
    come or lead is skipped."""
    group = meeting.group
    if not in_turn(meeting):
        return [group.facilitator_id] if group.facilitator_id else []
    everybody = [person.id for person in leaders(group)]
    out = _out(store, meeting)
    able = [one for one in everybody if one not in out]
    order = in_order(able, _turns(store, meeting), meeting.starts_at)
    busy = elsewhere.busy_then(store, able, meeting.starts_at, meeting.minutes)
    return sorted(order, key=lambda one: (one != meeting.leader_id, one in busy))


def _turns(store: Store, meeting: Meeting) -> list[tuple[datetime, int]]:
    """The other turns of the group, from the day on which the rota began."""
    first = meeting.group.rota_from
    query = select(Meeting.starts_at, Meeting.leader_id).where(
        Meeting.group_id == meeting.group_id,
        Meeting.leader_id.is_not(None),
        Meeting.cancelled_at.is_(None),
        Meeting.id != meeting.id,
    )
    if first:
        query = query.where(Meeting.local_start >= datetime.combine(first, time.min))
    return [(starts, one) for starts, one in store.execute(query) if one is not None]


def _out(store: Store, meeting: Meeting) -> set[int]:
    """Who can not lead it, whatever their calendar says."""
    on, everybody = meeting.local_start.date(), leaders(meeting.group)
    away = select(Leave.person_id).where(
        Leave.person_id.in_([one.id for one in everybody]),
        Leave.starts_on <= on,
        Leave.ends_on > on,
    )
    passed = select(PassedOn.person_id).where(PassedOn.meeting_id == meeting.id)
    no = {said.person_id for said in meeting.attendances if said.coming is False}
    gone = {one.id for one in everybody if one.left_on and one.left_on < on}
    return {*store.scalars(away), *store.scalars(passed), *no, *gone}


def is_free(store: Store, meeting: Meeting, person_id: int) -> bool:
    """Whether somebody has nothing else at that time."""
    ends = meeting.starts_at + timedelta(minutes=meeting.minutes)
    other = select(Commitment.id).where(
        Commitment.person_id == person_id,
        Commitment.starts_at < ends,
        Commitment.ends_at > meeting.starts_at,
        Commitment.meeting_id.is_distinct_from(meeting.id),
    )
    return store.scalar(other.limit(1)) is None


def can_lead(store: Store, meeting: Meeting, person_id: int) -> bool:
    """Whether it can be their turn: they are here, and free."""
    return person_id not in _out(store, meeting) and is_free(store, meeting, person_id)


def pass_on(store: Store, meeting: Meeting, person_id: int) -> None:
    """They are not asked to lead it again."""
    store.merge(PassedOn(meeting_id=meeting.id, person_id=person_id))
    store.flush()


def take_up(store: Store, meeting: Meeting, person_id: int) -> None:
    """They can lead it after all."""
    mine = PassedOn.meeting_id == meeting.id, PassedOn.person_id == person_id
    store.execute(delete(PassedOn).where(*mine))


def forget_passes(store: Store, meeting: Meeting) -> None:
    """It is at another time: everybody is asked anew."""
    store.execute(delete(PassedOn).where(PassedOn.meeting_id == meeting.id))


def leader_of(group: Group, person_id: int) -> Leader | None:
    """Their part in the rota, beside the facilitator's."""
    return next((one for one in group.leaders if one.person_id == person_id), None)
