"""Seats in a group: who may join, who waits, who leaves."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import and_, exists, or_, select

from supervisor import audit, group_times
from supervisor.access import current_job
from supervisor.errors import Refused
from supervisor.models import Conflict, Group, Job, Person, Seat, Store
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, read
from supervisor.zones import today

NOT_THIS_ONE = N_("This group is not available. The hub can suggest another.")


def join(store: Store, group: Group, person: Person, by: Person, now: datetime) -> Seat:
    """A seat, or a place in the queue: where the group is full, and where it is a closed one
    that the person asks for themselves.

    Refused, in words that give nothing away, where somebody in the group is a line manager of
    somebody else in it or two in it are in conflict.
    """
    if group.closed_at:
        raise Refused(N_("This group is closed."))
    on = today(now, read(store, HubSettings).time_zone)
    seat = _seat(store, group, person)
    if seat.id and seat.left_on is None:
        return seat
    _refuse_unfit(store, group, person, on)
    seat.waiting = _is_full(group, on) or (by.id == person.id and not group.open)
    seat.left_on, seat.joined_on = None, on
    if not seat.id:
        group.seats.append(seat)
    store.flush()
    if not seat.waiting:
        group_times.take_ahead(store, group, person, now)
    audit.record(store, now, by, "join", "group", group.ref, person if by != person else None)
    return seat


def _seat(store: Store, group: Group, person: Person) -> Seat:
    """Their seat of before, so that a return is the same row; else a new one."""
    same = (Seat.group_id == group.id, Seat.person_id == person.id)
    return store.scalar(select(Seat).where(*same)) or Seat(person=person)


def _is_full(group: Group, on: date) -> bool:
    return len(group_times.seated(group, on)) >= group.maximum


def offer_place(store: Store, seat: Seat, by: Person, now: datetime) -> None:
    """From the queue into the group, if there is room and it still fits."""
    group, on = seat.group, today(now, read(store, HubSettings).time_zone)
    if not seat.waiting or seat.left_on:
        raise Refused(N_("They are not waiting any more."))
    if _is_full(group, on):
        raise Refused(N_("The group is full."))
    _refuse_unfit(store, group, seat.person, on)
    seat.waiting, seat.joined_on = False, on
    store.flush()
    group_times.take_ahead(store, group, seat.person, now)
    audit.record(store, now, by, "offer_place", "group", group.ref, seat.person)


def leave(store: Store, group: Group, person: Person, by: Person, now: datetime) -> None:
    """Give the seat up; no reason is asked, and their time is free again."""
    on = today(now, read(store, HubSettings).time_zone)
    seat = _seat(store, group, person)
    if not seat.id or seat.left_on:
        return
    seat.left_on, seat.waiting = on, False
    group_times.free_ahead(store, group, person, now)
    store.flush()
    audit.record(store, now, by, "leave", "group", group.ref, person if by != person else None)


def _refuse_unfit(store: Store, group: Group, person: Person, on: date) -> None:
    known = {seat.person_id for seat in group_times.seated(group, on)}
    known |= {group.facilitator_id} if group.facilitator_id else set()
    known -= {person.id}
    if _managed(store, person.id, known, on) or _in_conflict(store, person.id, known, on):
        raise Refused(NOT_THIS_ONE)


def _managed(store: Store, person_id: int, others: Iterable[int], on: date) -> bool:
    """Whether one is in the other's reporting chain: any job, any level, either way."""
    query = select(Job.person_id, Job.manager_id).where(
        current_job(on), Job.manager_id.is_not(None)
    )
    managers: dict[int, set[int]] = {}
    for worker_id, manager_id in store.execute(query):
        managers.setdefault(worker_id, set()).add(manager_id or 0)
    above = _above(person_id, managers)
    return any(other in above or person_id in _above(other, managers) for other in others)


def _above(person_id: int, managers: dict[int, set[int]]) -> set[int]:
    """Everybody above; a circle in the records ends it."""
    above: set[int] = set()
    climb = [person_id]
    while climb:
        new = managers.get(climb.pop(), set()) - above
        above |= new
        climb += new
    return above


def _in_conflict(store: Store, person_id: int, others: Iterable[int], on: date) -> bool:
    """Pairwise and either way, whoever declared it; an organisation stands for who works there."""
    ids = list(others)
    people = or_(
        and_(Conflict.person_id == person_id, Conflict.other_person_id.in_(ids)),
        and_(Conflict.other_person_id == person_id, Conflict.person_id.in_(ids)),
    )
    works_there = and_(Job.organisation_id == Conflict.other_organisation_id, current_job(on))
    organisations = or_(
        and_(Conflict.person_id == person_id, exists().where(works_there, Job.person_id.in_(ids))),
        and_(Conflict.person_id.in_(ids), exists().where(works_there, Job.person_id == person_id)),
    )
    return bool(store.scalar(select(exists().where(or_(people, organisations)))))
