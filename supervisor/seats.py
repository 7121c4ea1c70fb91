"""Seats in a group: who may join, who waits, who leaves."""

from collections import defaultdict
from datetime import date, datetime

from sqlalchemy import select

from supervisor import audit, group_times
from supervisor.access import current_job
from supervisor.apart import declared
from supervisor.errors import Refused
from supervisor.models import Group, Job, Person, Seat, Store
from supervisor.rules.ties import Ties, may_sit_with
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
    _lock(store, group)
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


def _lock(store: Store, group: Group) -> None:
    """Hold the group's row and read its seats anew: two at once never share the last place."""
    store.flush()
    store.refresh(group, with_for_update=True)
    store.refresh(group, ["seats"])
    for seat in group.seats:
        store.refresh(seat)


def _seat(store: Store, group: Group, person: Person) -> Seat:
    """Their seat of before, so that a return is the same row; else a new one."""
    same = (Seat.group_id == group.id, Seat.person_id == person.id)
    return store.scalar(select(Seat).where(*same)) or Seat(person=person)


def _is_full(group: Group, on: date) -> bool:
    return len(group_times.seated(group, on)) >= group.maximum


def offer_place(store: Store, seat: Seat, by: Person, now: datetime) -> None:
    """From the queue into the group, if there is room and it still fits."""
    group, on = seat.group, today(now, read(store, HubSettings).time_zone)
    _lock(store, group)
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
    others = {seat.person_id for seat in group_times.seated(group, on)}
    others |= {group.facilitator_id} if group.facilitator_id else set()
    if not may_sit_with(person.id, others - {person.id}, _ties(store, on)):
        raise Refused(NOT_THIS_ONE)


def _ties(store: Store, on: date) -> Ties[int]:
    jobs = select(Job.person_id, Job.manager_id, Job.organisation_id).where(current_job(on))
    managers, employers = defaultdict(set), defaultdict(set)
    for worker, manager, organisation in store.execute(jobs):
        employers[worker].add(organisation)
        if manager is not None:
            managers[worker].add(manager)
    apart = declared(store)
    return Ties(managers, apart.people, apart.organisations, employers)
