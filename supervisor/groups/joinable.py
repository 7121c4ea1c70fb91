"""Groups that somebody may join: where, how often, and how many seats are free. Never who is in
them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from supervisor.groups import group_turns, seats, visits
from supervisor.groups.group_views import rhythm
from supervisor.models import Group, Meeting, Person, Seat, Series, Store
from supervisor.settings import hub_today


@dataclass(frozen=True)
class Joinable:
    """One group, and how many of its seats are free: the same number for everybody who may join
    it themselves; for the hub, none where the person may not sit. `next` is the meeting to which
    they may come once, without a seat; `comes` says that they do."""

    group: Group
    series: Series | None
    free: int
    next: Meeting | None = None
    comes: bool = False


def for_person(store: Store, person: Person, now: datetime) -> list[Joinable]:
    """The open groups that they are not in, nor lead, and of which nobody took them out."""
    on = hub_today(store, now)
    out = {seat.group_id for seat in _past(store, person) if seats.was_taken_out(store, seat)}
    return [
        _joinable(store, group, person, on, now)
        for group in _others(person, seats.open_groups(store, person, now), held(store, person))
        if group.id not in out
    ]


def _joinable(store: Store, group: Group, person: Person, on: date, now: datetime) -> Joinable:
    following = visits.next_of(store, group, now)
    comes = following is not None and any(g.person_id == person.id for g in following.guests)
    free = seats.free_to_all(group, on)
    return Joinable(group, rhythm(group), free, following, comes)


def by_hub(store: Store, person: Person, now: datetime) -> list[Joinable]:
    """All that the hub can give them a seat in."""
    query = select(Group).where(Group.closed_at.is_(None)).options(selectinload(Group.seats))
    on = hub_today(store, now)
    tied, groups = seats.ties(store, on), store.scalars(query.order_by(Group.name))
    return [
        Joinable(group, rhythm(group), seats.free_for(group, person, on, tied))
        for group in _others(person, groups, seen(store, person, now))
    ]


def _others(person: Person, groups: Iterable[Group], places: Iterable[Seat]) -> list[Group]:
    """Those in which they have none of these places, nor lead them."""
    theirs = {seat.group_id for seat in places}
    return [one for one in groups if one.id not in theirs and person.id not in group_turns.ids(one)]


def _past(store: Store, person: Person) -> list[Seat]:
    query = select(Seat).where(Seat.person_id == person.id, Seat.left_on.is_not(None))
    return list(store.scalars(query))


def seen(store: Store, person: Person, now: datetime) -> list[Seat]:
    """The seats of somebody that the hub sees: one waits unseen where they may not sit."""
    return [seat for seat in held(store, person) if seats.is_seen(store, seat, now)]


def held(store: Store, person: Person) -> list[Seat]:
    """The seats that somebody has or waits for, by the name of the group."""
    query = (
        select(Seat)
        .join(Seat.group)
        .where(Seat.person_id == person.id, Seat.left_on.is_(None), Group.closed_at.is_(None))
    )
    return list(store.scalars(query.order_by(Group.name)))
