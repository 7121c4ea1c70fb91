"""How many people each provider has, against how many they can take."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload, selectinload

from supervisor.access import RUNNING
from supervisor.models import Entitlement, Leave, Match, Offering, Person, Provider, Store
from supervisor.waivers import rules_waived

Some = Collection[int] | Select[int] | None
"""The ids of people, or the question for them; None is everybody."""
ON = bindparam("on", type_=Date)
"""The day, where a question is put together once and asked of many."""


@dataclass(frozen=True)
class Load:
    """One kind of one provider on a day. `away_until` is their first day back, if away."""

    provider: Person
    offering: Offering
    people: int
    away_until: date | None

    @property
    def free(self) -> int:
        """Places left; below zero when over capacity."""
        return self.offering.capacity - self.people


def running(on: date) -> ColumnElement[bool]:
    """Matches that both accepted and that run on the day."""
    return and_(
        Match.state.in_(RUNNING),
        Match.starts_on <= on,
        or_(Match.ends_on.is_(None), Match.ends_on >= on),
    )


def loads(store: Store, on: date, some: Some = None) -> list[Load]:
    """Every offering with its load, by the provider's name, but for those who have left; or those
    of some providers."""
    here = or_(Person.left_on.is_(None), Person.left_on >= on)
    query = (
        select(Offering)
        .join(Offering.provider)
        .join(Provider.person)
        .options(
            joinedload(Offering.provider).joinedload(Provider.person).joinedload(Person.place),
            selectinload(Offering.cultures),
        )
        .where(here if some is None else _of(Offering.person_id, some))
        .order_by(Person.name, Person.id, Offering.kind)
    )
    taken, away = _taken(store, on, some), _away(store, on)
    return [
        Load(
            offering.provider.person,
            offering,
            taken[offering.person_id, offering.kind],
            away.get(offering.person_id),
        )
        for offering in store.scalars(query)
    ]


def _of(person_id: InstrumentedAttribute[int], some: Some) -> ColumnElement[bool]:
    return true() if some is None else person_id.in_(some)


def _taken(store: Store, on: date, some: Some) -> Counter[tuple[int, str]]:
    rows = store.execute(
        select(Match.provider_id, Entitlement.kind, func.count())
        .join(Match.entitlement)
        .where(running(on), Match.cover.is_(False), Entitlement.ends_on >= on)
        .where(_of(Match.provider_id, some))
        .group_by(Match.provider_id, Entitlement.kind)
    )
    return Counter({(provider, kind): count for provider, kind, count in rows})


def _away(store: Store, on: date) -> dict[int, date]:
    rows = store.execute(
        select(Leave.person_id, Leave.ends_on).where(Leave.starts_on <= on, Leave.ends_on > on)
    )
    return {person: back for person, back in rows}  # noqa: C416 - rows are not pairs to mypy


def has_room(store: Store, provider: Person, entitlement: Entitlement, on: date) -> bool:
    """Whether a provider can take one more from that day on: in relationships of the kind, and
    in hours over all kinds (the minutes contracted, never annualised; no hours given = no limit).

    Their row is locked until the transaction ends, so that of two who accept at the same moment
    the second counts the first. SQLite's writers wait for one another by themselves.
    """
    limits = lock(store, provider)
    offering = store.scalar(
        select(Offering)
        .where(Offering.person_id == provider.id, Offering.kind == entitlement.kind)
        .execution_options(populate_existing=True)
    )
    if limits is None or offering is None:
        return False
    held = _held_from(store, provider, on)
    people = sum(one.kind == entitlement.kind for one in held)
    minutes = sum(one.sessions * one.minutes for one in (*held, entitlement))
    hours, waived = limits.hours_a_year, rules_waived(store, entitlement, provider, on)
    place = "place" if offering.capacity else "capacity"
    return (people < offering.capacity or place in waived) and (
        hours is None or minutes <= hours * 60 or "hours" in waived
    )


def lock(store: Store, provider: Person) -> Provider | None:
    """Their limits as they are now, held until the transaction ends: nobody else takes a place."""
    return store.get(Provider, provider.id, with_for_update=True, populate_existing=True)


def _held_from(store: Store, provider: Person, on: date) -> list[Entitlement]:
    """The entitlements whose match they hold on the day or will hold after it, cover apart."""
    holds = exists().where(
        Match.entitlement_id == Entitlement.id, Match.provider_id == provider.id, holding(on),
        ~_follows(on),
    )  # fmt: skip
    return list(store.scalars(select(Entitlement).where(holds, Entitlement.ends_on >= on)))


def holding(on: Any) -> ColumnElement[bool]:
    """Matches that take a place on the day or will take one after it: cover takes none."""
    return and_(
        Match.cover.is_(False),
        Match.state.in_(RUNNING),
        or_(Match.ends_on.is_(None), Match.ends_on >= on),
    )


def _follows(on: Any) -> ColumnElement[bool]:
    """It begins after the day, and the same two meet now for the same kind: the next period comes
    in the place of this one, and takes none of its own."""
    now, owed, later = aliased(Match), aliased(Entitlement), aliased(Entitlement)
    return and_(
        Match.starts_on > on,
        exists()
        .where(later.id == Match.entitlement_id)
        .where(
            now.provider_id == Match.provider_id,
            now.cover.is_(False),
            now.state.in_(RUNNING),
            now.starts_on <= on,
            or_(now.ends_on.is_(None), now.ends_on >= on),
            owed.id == now.entitlement_id,
            owed.id != later.id,
            owed.person_id == later.person_id,
            owed.kind == later.kind,
            owed.ends_on.between(on, later.starts_on),
        ),
    )


def minutes_held(store: Store, on: date, some: Some = None) -> dict[int, int]:
    """The minutes contracted of all that each provider, or each of some, holds or will hold, as
    `has_room` counts them."""
    rows = store.execute(_everybodys() if some is None else _minutes(some), {"on": on})
    return Counter({provider: int(minutes) for provider, minutes in rows})


@cache
def _everybodys() -> Select[Any]:
    return _minutes(None)


def _minutes(some: Some) -> Select[Any]:
    effort = (Entitlement.sessions * Entitlement.minutes).label("effort")
    held = (
        select(Match.provider_id, Match.entitlement_id, effort)
        .join(Match.entitlement)
        .where(holding(ON), ~_follows(ON), Entitlement.ends_on >= ON)
        .where(_of(Match.provider_id, some))
        .distinct()
        .subquery()
    )
    return select(held.c.provider_id, func.sum(held.c.effort)).group_by(held.c.provider_id)


def hours_of(store: Store, person: Person, on: date) -> tuple[float, float | None]:
    """The hours a year that somebody holds, and those that they give; None is no limit."""
    limits = store.get(Provider, person.id)
    minutes = minutes_held(store, on, [person.id]).get(person.id, 0)
    return minutes / 60, limits.hours_a_year if limits else None
