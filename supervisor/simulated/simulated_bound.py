"""The most that anybody could hold in a simulated year, knowing all of it beforehand.

It is a bound, proved for each entitlement by itself: whoever may be met is free for nobody else,
is found on the first day, and everybody remembers to say so. Days on which a meeting would be
called off or forgotten are left out, since perfect foresight avoids them.
"""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select

from supervisor.access import RUNNING
from supervisor.fits.fits import loaded
from supervisor.hours import hours
from supervisor.hours.hours import Diary
from supervisor.models import Entitlement, Match, Person, Store
from supervisor.rules import openings as rule
from supervisor.rules.chance import here, most
from supervisor.rules.fit import candidates
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.openings import BookingSettings, Search
from supervisor.rules.pace import PaceSettings
from supervisor.settings import HubSettings, read_each
from supervisor.simulated.simulated_world import World
from supervisor.zones import to_local

Lawful = dict[int, list[Person]]


def bounds(world: World, store: Store, now: datetime) -> dict[int, int]:
    """Of each entitlement that is followed, asked on the first day, before anything is booked."""
    hub, booking, fit, pace = read_each(
        store, HubSettings, BookingSettings, FitSettings, PaceSettings
    )
    year, lawful = world.year, _lawful(world, store, world.on(now))
    everybody = hours.people(store, set(world.people.values()))
    diary = hours.diary(store, list(everybody.values()), year.first, year.last, now, hub, booking)
    found = {}
    for id_ in world.owed:
        owed = store.get_one(Entitlement, id_)
        days = {
            day
            for provider in lawful[id_]
            for day in _days(world, diary, owed, everybody[provider.id], booking, fit)
        }
        number = year.owed(owed.sessions, world.leaving(owed.person.ref))
        found[id_] = most(list(days), pace.shortest_gap_days, number)
    return found


def _lawful(world: World, store: Store, on: date) -> Lawful:
    """Who may be matched if nobody were matched yet, and who is."""
    table = loaded(store, on, reopen=True)
    found = candidates(table.table, table.open)
    pairs = {
        (table.table.needs[need].id, table.table.providers[provider].party.id)
        for need, provider in zip(found.need.tolist(), found.provider.tolist(), strict=True)
    }
    running = select(Match.entitlement_id, Match.provider_id).where(Match.state.in_(RUNNING))
    pairs |= {(one, other) for one, other in store.execute(running)}
    people = {one.id: one for one in store.scalars(select(Person))}
    known = set(world.providers.values())
    return {
        id_: [people[p] for e, p in sorted(pairs) if e == id_ and p in known] for id_ in world.owed
    }


def _days(
    world: World,
    diary: Diary,
    owed: Entitlement,
    provider: Person,
    booking: BookingSettings,
    fit: FitSettings,
) -> Iterable[date]:
    """The days on which the two could meet and nothing would come in between."""
    worker = owed.person
    for meet in diary.meets_of(worker, provider, booking, fit, None):
        zone = diary.hours[worker.id].zone
        for start, end in meet.both:
            search = Search(start, end, zone, owed.minutes, booking.grid_minutes)
            at = next(rule.starts([(start, end)], search), None)
            if at and _good(world, owed, worker, provider, to_local(at, zone).date()):
                yield to_local(at, zone).date()


def _good(world: World, owed: Entitlement, worker: Person, provider: Person, day: date) -> bool:
    both = all(here(day, world.away(p.ref), world.leaving(p.ref)) for p in (worker, provider))
    inside = world.year.first <= day <= world.year.last
    return inside and both and world.year.falls(owed.ref, day) is None
