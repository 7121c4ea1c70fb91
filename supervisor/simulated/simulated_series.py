"""The other way of working: a series on the first day, and nobody follows it up."""

from datetime import datetime

from supervisor.models import Entitlement, Store
from supervisor.openings.openings import openings
from supervisor.rules.chance import YEAR
from supervisor.rules.rhythm import Rhythm
from supervisor.sessions import series, sessions
from supervisor.simulated.simulated_world import World, attempt, serving

A_YEAR = {Rhythm.MONTHLY: 12, Rhythm.FORTNIGHTLY: 26, Rhythm.WEEKLY: 52}


def begin(world: World, store: Store, now: datetime) -> None:
    """Each pair that has somebody books all that is owed, as often as it takes, and no more is
    done. What falls through is not booked again, and nobody is found for anybody."""
    for id_ in world.owed:
        owed = store.get_one(Entitlement, id_)
        if serving(store, owed, now):
            _book(world, store, owed, now)


def _book(world: World, store: Store, owed: Entitlement, now: datetime) -> None:
    rhythm, by = _rhythm(world, owed), world.by(store)
    for time in openings(store, owed, now).times:
        asked = series.Asked(owed, time.starts_at, time.mode, rhythm, by)
        if owed.sessions >= series.FEWEST:
            done = attempt(store, series.book, asked, now)
        else:
            done = attempt(store, sessions.book, owed, time.starts_at, time.mode, by, now)
        if done:
            return


def _rhythm(world: World, owed: Entitlement) -> Rhythm:
    """The slowest that brings in all that is owed."""
    a_year = owed.sessions * YEAR / len(world.year.days)
    return next((rhythm for rhythm, most in A_YEAR.items() if a_year <= most), Rhythm.WEEKLY)
