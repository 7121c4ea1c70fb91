"""Somebody's open hours as a file, for a program that books around them."""

from datetime import datetime

from calendars.availability import Open, availability
from supervisor.hours.ways import zone_of
from supervisor.models import Person, Store, Window
from supervisor.settings import HubSettings, read


def hours_bytes(store: Store, person: Person, now: datetime) -> bytes:
    """Their own week, in their own zone; where they go for it and how they meet stand beside each
    stretch, so that another hub can take it in."""
    zone = zone_of(person, read(store, HubSettings))
    return availability(f"hours-{person.ref}", zone, [_open(one) for one in person.windows], now)


def _open(window: Window) -> Open:
    where = window.place.name if window.place else ""
    times = window.weekday, window.starts_minute, window.ends_minute
    return Open(*times, where, window.mode or "")
