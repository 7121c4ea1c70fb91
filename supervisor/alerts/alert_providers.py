"""What an alert can be about with somebody who gives support: until when, and how much."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select, union

from supervisor import capacity, touched
from supervisor.alerts.alert_causes import AlertSettings, Cause
from supervisor.capacity import Load, Some
from supervisor.models import Alert, Offering, Provider, Reader, Store
from supervisor.rules.days import DAY
from supervisor.settings import HubSettings, hub_today, read
from supervisor.touched import News
from supervisor.zones import midnight, today

MINUTES_IN_AN_HOUR = 60
OVER = Reader.OVER_CAPACITY
"""The alert, and the job of the search for it."""


def vetting_ends(store: Store, now: datetime) -> Iterator[Cause]:
    """Whoever has somebody to meet, and is vetted for it until a day soon or past: one thing for
    all that ends on the same day."""
    here, days = read(store, HubSettings).time_zone, read(store, AlertSettings).vetting_days
    on = today(now, here)
    soon = select(Offering.person_id).where(Offering.vetted_until <= on + days * DAY)
    found = {
        (load.provider.id, load.offering.vetted_until): load.provider
        for load in capacity.loads(store, on, soon)
        if ends_soon(load, on, days)
    }
    for (person_id, until), provider in found.items():
        assert until
        since = midnight(until - days * DAY, here)
        yield Cause(f"{provider.ref}:{until}", since, person_id=person_id)


def ends_soon(load: Load, on: date, days: int) -> bool:
    """Whether they are vetted for so many days more or fewer, and somebody meets them."""
    until = load.offering.vetted_until
    return bool(load.people and until and until <= on + timedelta(days=days))


def vetted_until(cause: str) -> date:
    """The day that a cause is about."""
    return date.fromisoformat(cause.rpartition(":")[2])


def over_capacity(store: Store, now: datetime) -> Iterator[Cause]:
    """Whoever has more people of a kind, or more hours, than they can take: an exception lets
    it be so, and it is still for somebody to look at.

    A new day may change it for everybody; else only those are asked about whom something changed,
    and those of whom it was found.
    """
    on = hub_today(store, now)
    some = None if touched.is_everybody(store, OVER, str(on)) else _touched_or_over()
    loads = capacity.loads(store, on, some)
    people = {load.provider.id: load.provider for load in loads}
    over = {load.provider.id for load in loads if load.free < 0} | over_hours(store, on, some)
    for person_id in sorted(over & set(people)):
        yield Cause(people[person_id].ref, now, person_id=person_id)


def load_news(store: Store, now: datetime) -> News:
    """Whom that search has to ask about; read before it asks."""
    return touched.news(store, OVER, str(hub_today(store, now)))


def _touched_or_over() -> Select[int]:
    raised = select(Alert.person_id).where(Alert.name == OVER, Alert.ended_at.is_(None))
    some = union(touched.people(OVER), raised).subquery()
    return select(some.c.person_id)


def over_hours(store: Store, on: date, some: Some = None) -> set[int]:
    """The people, or those of some, of whom more hours are promised than they give in a year."""
    held = capacity.minutes_held(store, on, some)
    limits = select(Provider.person_id, Provider.hours_a_year)
    return {
        person_id
        for person_id, hours in store.execute(limits.where(Provider.hours_a_year.is_not(None)))
        if hours is not None and held.get(person_id, 0) > hours * MINUTES_IN_AN_HOUR
    }
