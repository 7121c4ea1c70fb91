"""Seats in a group: who may join, who waits, who leaves and comes back."""

from collections import defaultdict
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from supervisor import audit
from supervisor.access import current_job
from supervisor.apart import declared
from supervisor.errors import Refused
from supervisor.groups import (
    group_messages,
    group_times,
    group_turns,
    group_wishes,
    hand_on,
    meetings,
)
from supervisor.models import Audit, Group, Job, Person, Seat, Store
from supervisor.models.engine import read_again
from supervisor.rules.kinds import GroupKind
from supervisor.rules.ties import Ties, may_sit_with
from supervisor.rules.words import N_
from supervisor.sessions.placing import revise_set
from supervisor.settings import hub_today

NOT_THIS_ONE = N_("This group is not available. The hub can suggest another.")
TAKEN_OUT = N_("The hub has ended your place in %(group)s. If that is not right, ring the hub.")


def join(store: Store, group: Group, person: Person, by: Person, now: datetime) -> Seat:
    """A seat, or a place in the queue: where the group is full, and where it is a closed one
    that the person asks for themselves.

    Where somebody in the group is a line manager of somebody else in it, or two in it are in
    conflict, the hub is refused in words that give nothing away; the person themselves waits,
    as in a group that is full, and nobody is told of it.
    """
    _lock(store, group)
    if group.closed_at:
        raise Refused(N_("This group is closed."))
    on = hub_today(store, now)
    seat = _seat(store, group, person)
    here = bool(seat.id) and seat.left_on is None
    if here and not seat.waiting:
        return seat
    tied, themselves = ties(store, on), by.id == person.id
    if themselves and was_taken_out(store, seat):
        raise Refused(TAKEN_OUT, group=group.name)
    if not (themselves or _fits(group, person, on, tied)):
        raise Refused(NOT_THIS_ONE)
    if here:
        return seat
    asks = themselves and not group.open
    seat.waiting = asks or free_for(group, person, on, tied) == 0
    seat.left_on, seat.joined_on = None, on
    if not seat.id:
        group.seats.append(seat)
    store.flush()
    _settle(store, seat, by, now)
    audit.record(store, now, by, "join", "group", group.ref, person if by != person else None)
    return seat


def _settle(store: Store, seat: Seat, by: Person, now: datetime) -> None:
    """Who has a seat has its time too, and is told; of who waits, whoever leads is told, if a
    seat can be theirs."""
    if seat.waiting:
        if is_seen(store, seat, now):
            group_messages.somebody_waits(store, seat.group, by, now)
        return
    moved = group_times.take_ahead(store, seat.group, seat.person, now)
    revise_set(group_times.ahead(store, seat.group, now), now)
    group_messages.has_a_place(store, seat, by, now)
    group_messages.rooms_given(store, moved, by, now, [seat.person])


def _lock(store: Store, group: Group) -> None:
    """Hold the group's row and read its seats anew: two at once never share the last place."""
    store.flush()
    read_again(store, group)
    store.refresh(group, ["seats"])
    for seat in group.seats:
        store.refresh(seat)


def _seat(store: Store, group: Group, person: Person) -> Seat:
    """Their seat of before, so that a return is the same row; else a new one."""
    same = (Seat.group_id == group.id, Seat.person_id == person.id)
    return store.scalar(select(Seat).where(*same)) or Seat(person=person)


def free_to_all(group: Group, on: date) -> int:
    """How many seats are free as everybody reads it, whoever may not sit with whom: those whom
    others wait for are not."""
    return max(0, group.maximum - len(group_times.seated(group, on)) - len(_waiting(group)))


def _waiting(group: Group) -> list[Seat]:
    return [seat for seat in group.seats if seat.waiting and seat.left_on is None]


def queue(store: Store, group: Group, now: datetime) -> list[Seat]:
    """Who waits, as whoever leads and the hub see it. Somebody who may not sit with those who
    are there waits unseen: beside free seats it would tell that they are kept apart."""
    waiting, on = _waiting(group), hub_today(store, now)
    if not waiting:
        return []
    tied = ties(store, on)
    return [seat for seat in waiting if _fits(group, seat.person, on, tied)]


def without_a_place(store: Store, now: datetime) -> list[tuple[Person, int]]:
    """Who waits for a group in which no place can be given to them now, and for how many days.
    Neither which group, nor whether it is full or who is in it: the hub offers another."""
    on = hub_today(store, now)
    query = (
        select(Seat)
        .join(Seat.group)
        .where(Seat.waiting, Seat.left_on.is_(None), Group.closed_at.is_(None))
        .options(joinedload(Seat.person), joinedload(Seat.group).selectinload(Group.seats))
    )
    waiting = list(store.scalars(query.order_by(Seat.joined_on, Seat.id)))
    tied = ties(store, on) if waiting else None
    since: dict[Person, int] = {}
    for seat in waiting:
        if tied and (_is_full(seat.group, on) or not _fits(seat.group, seat.person, on, tied)):
            since.setdefault(seat.person, (on - seat.joined_on).days if seat.joined_on else 0)
    return list(since.items())


def is_seen(store: Store, seat: Seat, now: datetime) -> bool:
    """Whether whoever leads sees that they have the seat, or wait for it."""
    return not seat.waiting or seat in queue(store, seat.group, now)


def free_for(group: Group, person: Person, on: date, tied: Ties[int]) -> int:
    """How many seats are free for somebody, as only who gives one learns: those whom others wait
    for are not, and none is where they may not sit."""
    if not _fits(group, person, on, tied):
        return 0
    first = [
        seat
        for seat in _waiting(group)
        if seat.person_id != person.id and _fits(group, seat.person, on, tied)
    ]
    return max(0, group.maximum - len(group_times.seated(group, on)) - len(first))


def _is_full(group: Group, on: date) -> bool:
    return len(group_times.seated(group, on)) >= group.maximum


def offer_place(store: Store, seat: Seat, by: Person, now: datetime) -> None:
    """From the queue into the group, if there is room and it still fits."""
    group, on = seat.group, hub_today(store, now)
    _lock(store, group)
    if not seat.waiting or seat.left_on:
        raise Refused(N_("They are not waiting any more."))
    if _is_full(group, on):
        raise Refused(N_("The group is full."))
    if not _fits(group, seat.person, on, ties(store, on)):
        raise Refused(NOT_THIS_ONE)
    seat.waiting, seat.joined_on = False, on
    store.flush()
    _settle(store, seat, by, now)
    audit.record(store, now, by, "offer_place", "group", group.ref, seat.person)


def leave(store: Store, group: Group, person: Person, by: Person, now: datetime) -> None:
    """Give the seat up; no reason is asked, and their time is free again.

    What was to go ahead with them is looked at again, and whoever leads hears who waits.
    """
    seat = _seat(store, group, person)
    if not seat.id or seat.left_on:
        return
    seat.left_on = hub_today(store, now)
    hand_on.drop(store, group, person, by, now)
    group_times.free_ahead(store, group, person, now)
    store.flush()
    ahead = group_times.ahead(store, group, now)
    for meeting in ahead:
        meetings.look_again(store, meeting, now)
    if not seat.waiting:
        revise_set(ahead, now)
    group_messages.place_ended(store, seat, by, now)
    if not seat.waiting and queue(store, group, now):
        group_messages.somebody_waits(store, group, by, now)
    audit.record(store, now, by, "leave", "group", group.ref, person if by != person else None)


def was_taken_out(store: Store, seat: Seat) -> bool:
    """Whether somebody else ended the place: then the hub alone gives it back."""
    return bool(seat.left_on) and _who_ended(store, seat) not in {None, seat.person_id}


def _who_ended(store: Store, seat: Seat) -> int | None:
    """Who ended the place the last time; None where it was never ended here."""
    own = and_(Audit.by_id == seat.person_id, Audit.for_id.is_(None))
    ended = Audit.verb == "leave", Audit.noun == "group", Audit.noun_ref == seat.group.ref
    query = select(Audit.by_id).where(*ended, or_(own, Audit.for_id == seat.person_id))
    return store.scalar(query.order_by(Audit.id.desc()).limit(1))


def left_today(store: Store, person: Person, now: datetime) -> list[Seat]:
    """The seats that somebody gave up today: a mistake can be put right all day."""
    ended = _ended_today(store, person, now)
    return [seat for seat in ended if _who_ended(store, seat) == person.id]


def taken_out_today(store: Store, person: Person, now: datetime) -> list[Seat]:
    """The seats of somebody that the hub ended today."""
    return [seat for seat in _ended_today(store, person, now) if was_taken_out(store, seat)]


def _ended_today(store: Store, person: Person, now: datetime) -> list[Seat]:
    query = (
        select(Seat)
        .join(Seat.group)
        .where(
            Seat.person_id == person.id,
            Seat.left_on == hub_today(store, now),
            Group.closed_at.is_(None),
        )
        .options(joinedload(Seat.group))
    )
    return list(store.scalars(query.order_by(Group.name)))


def come_back(store: Store, seat: Seat, now: datetime) -> None:
    """As if they had not left today; where somebody else has their seat by now, they wait."""
    group, on = seat.group, hub_today(store, now)
    _lock(store, group)
    if seat.left_on != on or _who_ended(store, seat) != seat.person_id:
        return
    seat.waiting = seat.waiting or free_for(group, seat.person, on, ties(store, on)) == 0
    seat.left_on = None
    store.flush()
    _settle(store, seat, seat.person, now)
    audit.record(store, now, seat.person, "join", "group", group.ref)


def open_groups(store: Store, person: Person, now: datetime) -> list[Group]:
    """The groups that somebody may join themselves: the network is one of consumer advisors."""
    query = select(Group).where(Group.open, Group.closed_at.is_(None))
    if not group_wishes.is_advisor(store, person, now):
        query = query.where(Group.kind != GroupKind.NETWORK)
    return list(store.scalars(query.order_by(Group.name)))


def _fits(group: Group, person: Person, on: date, tied: Ties[int]) -> bool:
    others = {seat.person_id for seat in group_times.seated(group, on)}
    others |= group_turns.ids(group)
    return may_sit_with(person.id, others - {person.id}, tied)


def ties(store: Store, on: date) -> Ties[int]:
    """Who is whose manager, and who is to be kept apart from whom; for the whole hub at once."""
    jobs = select(Job.person_id, Job.manager_id, Job.organisation_id).where(current_job(on))
    managers, employers = defaultdict(set), defaultdict(set)
    for worker, manager, organisation in store.execute(jobs):
        employers[worker].add(organisation)
        if manager is not None:
            managers[worker].add(manager)
    apart = declared(store)
    return Ties(managers, apart.people, apart.organisations, employers)
