"""What an alert can be about with somebody who gives support: until when, and how much."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select

from supervisor import capacity
from supervisor.alerts.alert_causes import AlertSettings, Cause
from supervisor.capacity import Load
from supervisor.models import Provider, Store
from supervisor.rules.days import DAY
from supervisor.settings import HubSettings, read
from supervisor.zones import midnight, today

MINUTES_IN_AN_HOUR = 60


def vetting_ends(store: Store, now: datetime) -> Iterator[Cause]:
    """Whoever has somebody to meet, and is vetted for it until a day soon or past: one thing for
    all that ends on the same day."""
    here, days = read(store, HubSettings).time_zone, read(store, AlertSettings).vetting_days
    found = {
        (load.provider.id, load.offering.vetted_until): load.provider
        for load in capacity.loads(store, today(now, here))
        if ends_soon(load, today(now, here), days)
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
    it be so, and it is still for somebody to look at."""
    on = today(now, read(store, HubSettings).time_zone)
    loads = capacity.loads(store, on)
    people = {load.provider.id: load.provider for load in loads}
    over = {load.provider.id for load in loads if load.free < 0} | over_hours(store, on)
    for person_id in sorted(over & set(people)):
        yield Cause(people[person_id].ref, now, person_id=person_id)


def over_hours(store: Store, on: date) -> set[int]:
    """The people of whom more hours are promised than they give in a year."""
    held = capacity.minutes_held(store, on)
    limits = select(Provider.person_id, Provider.hours_a_year)
    return {
        person_id
        for person_id, hours in store.execute(limits.where(Provider.hours_a_year.is_not(None)))
        if hours is not None and held.get(person_id, 0) > hours * MINUTES_IN_AN_HOUR
    }
