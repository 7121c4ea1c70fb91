"""Groups that somebody may join: where, how often, and how many seats are free. Never who is in
them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from supervisor import seats
from supervisor.group_views import rhythm
from supervisor.models import Group, Person, Seat, Series, Store
from supervisor.settings import HubSettings, read
from supervisor.zones import today


@dataclass(frozen=True)
class Joinable:
    """One group as somebody may join it. None is free where it is full, and where they may not
    sit: both read the same."""

    group: Group
    series: Series | None
    free: int


def for_person(store: Store, person: Person, now: datetime) -> list[Joinable]:
    """The open groups that they are not in, nor lead."""
    return _of(store, person, seats.open_groups(store), now)


def by_hub(store: Store, person: Person, now: datetime) -> list[Joinable]:
    """All that the hub can give them a seat in."""
    query = select(Group).where(Group.closed_at.is_(None)).options(selectinload(Group.seats))
    return _of(store, person, store.scalars(query.order_by(Group.name)), now)


def _of(store: Store, person: Person, groups: Iterable[Group], now: datetime) -> list[Joinable]:
    on = today(now, read(store, HubSettings).time_zone)
    theirs = {seat.group_id for seat in held(store, person)}
    tied = seats.ties(store, on)
    return [
        Joinable(group, rhythm(group), seats.free_for(group, person, on, tied))
        for group in groups
        if group.id not in theirs and group.facilitator_id != person.id
    ]


def held(store: Store, person: Person) -> list[Seat]:
    """The seats that somebody has or waits for, by the name of the group."""
    query = (
        select(Seat)
        .join(Seat.group)
        .where(Seat.person_id == person.id, Seat.left_on.is_(None), Group.closed_at.is_(None))
    )
    return list(store.scalars(query.order_by(Group.name)))
