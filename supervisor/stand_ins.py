"""Who of the hub is told: whoever is here, else whoever stands in for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from supervisor.models import Leave, Person, Store
from supervisor.reach import is_working_day
from supervisor.rules.days import DAY, Span, is_away, merged
from supervisor.settings import HubSettings, read
from supervisor.viewers import coordinators
from supervisor.zones import midnight, today


@dataclass(frozen=True)
class StandInSettings:
    """Whoever stands in for the hub, by e-mail: one of those who coordinate. They are told what
    nobody has in hand after so many working days, and everything while all others are away for at
    least as many."""

    email: str = ""
    silent_days: int = 3


def stand_in(store: Store) -> Person | None:
    """Whoever stands in; None where the hub has named nobody who can."""
    named = read(store, StandInSettings).email.strip().lower()
    return next((one for one in coordinators(store) if named and one.email == named), None)


def usual(store: Store) -> list[Person]:
    """Those for whom somebody stands in; the one who stands in where there is nobody else."""
    everybody, stands = coordinators(store), stand_in(store)
    return [one for one in everybody if one != stands] or everybody


def readers(store: Store, now: datetime) -> list[Person]:
    """Whom the hub's messages go to now. Where everybody is away, they wait for them all."""
    theirs, stands = usual(store), stand_in(store)
    here = [one for one in theirs if not is_gone(store, one, now)]
    if here or stands is None or is_gone(store, stands, now):
        return here or theirs
    return [stands]


def is_gone(store: Store, person: Person, now: datetime) -> bool:
    """Whether they have left, or are away for so long that nothing can wait for them."""
    hub = read(store, HubSettings)
    on = today(now, hub.time_zone)
    if person.left_on is not None and person.left_on < on:
        return True
    away, days = _away(store, person, on), read(store, StandInSettings).silent_days
    return is_away(on, away) and is_away(_working_day(on, max(days - 1, 0), hub.region), away)


def _away(store: Store, person: Person, on: date) -> Sequence[Span]:
    columns = select(Leave.starts_on, Leave.ends_on).where(
        Leave.person_id == person.id, Leave.ends_on > on
    )
    return merged((first, back) for first, back in store.execute(columns))


def _working_day(on: date, days: int, region: str) -> date:
    """So many working days later; the day itself, or the first one after it, for none."""
    while days > 0 or not is_working_day(on, region):
        days -= is_working_day(on, region)
        on += DAY
    return on


def waits_until(store: Store, since: datetime) -> datetime:
    """When the hub has had its working days for something: as one of them begins."""
    hub, days = read(store, HubSettings), read(store, StandInSettings).silent_days
    return midnight(_working_day(today(since, hub.time_zone), days, hub.region), hub.time_zone)
