"""Who looked at what is about somebody: noted for them, and read by them on their own page.

Whoever coordinates or manages may see a lot; nobody asks them why, and everybody can read that
they did. A page that is opened again within the hour is one look.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select

from supervisor.models import Look, Person, Store
from supervisor.settings import read
from supervisor.trail.refusals import PRIVATE

HOUR = timedelta(hours=1)
PAGE, TEAM, PACK, REPORT = "page", "team", "pack", "report:"
"""What was looked at; a report by its name, after the colon."""
WAYS = (
    ("person_id",),
    ("entitlement", "person_id"),
    ("job", "person_id"),
    ("match", "entitlement", "person_id"),
)
"""How a record leads to whom it is about."""
Seen = tuple[int | None, str]
"""Whom something is about, and what it was; None for a report about everybody."""


@dataclass(frozen=True)
class LookSettings:
    """How many days it is kept who looked at whose page."""

    keep_days: int = 366


@dataclass(frozen=True)
class Looks:
    """What one person looked at of somebody's: how many hours of it, and when last."""

    name: str
    what: str
    hours: int
    last: datetime


def about(record: Any) -> int | None:
    """Whom a record is about; None for what is nobody's, and for what nobody may know of."""
    if isinstance(record, Person):
        return record.id
    if isinstance(record, PRIVATE):
        return None
    for first, *rest in WAYS:
        found = getattr(record, first, None)
        for step in rest:
            found = getattr(found, step, None)
        if found is not None:
            return int(found)
    return None


def news(store: Store, by: Person, seen: Iterable[Seen], now: datetime) -> set[Seen]:
    """What of it is not noted yet in this hour; one's own is nobody's news."""
    lately = select(Look.of_id, Look.what).where(Look.by_id == by.id, Look.at > now - HOUR)
    others = {one for one in seen if one[0] != by.id}
    return others - {(of, what) for of, what in store.execute(lately)} if others else set()


def note(store: Store, by: Person, seen: Iterable[Seen], now: datetime) -> None:
    """Write it down; ids alone."""
    store.add_all(Look(by_id=by.id, of_id=of, what=what, at=now) for of, what in seen)
    store.flush()


def of(store: Store, person: Person) -> list[Looks]:
    """Who looked at what is about somebody, or about everybody; the latest first."""
    last = func.max(Look.at)
    query = (
        select(Person.name, Look.what, func.count(), last)
        .join(Person, Person.id == Look.by_id)
        .where(or_(Look.of_id == person.id, Look.of_id.is_(None)), Look.by_id != person.id)
        .group_by(Person.id, Person.name, Look.what)
        .order_by(last.desc(), Person.name)
    )
    return [Looks(*row) for row in store.execute(query)]


def forget(store: Store, now: datetime) -> None:
    """Delete what is older than the hub keeps it."""
    before = now - timedelta(days=read(store, LookSettings).keep_days)
    store.execute(delete(Look).where(Look.at < before))
