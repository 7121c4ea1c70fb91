"""The public holidays that somebody has before them, where they live."""

from datetime import date
from typing import NamedTuple

from supervisor.hours import ways
from supervisor.hours.closed_days import closed_between, name_of
from supervisor.models import Person, Store
from supervisor.rules.days import DAY
from supervisor.rules.openings import BookingSettings
from supervisor.rules.words import Words
from supervisor.settings import HubSettings, read_each

YEAR = DAY * 365


class Holiday(NamedTuple):
    """A public holiday and what it is called."""

    on: date
    name: Words


def ahead(store: Store, person: Person, on: date) -> list[Holiday]:
    """Those of the next year; none where the hub meets on them anyway."""
    hub, booking = read_each(store, HubSettings, BookingSettings)
    region = ways.region_of(person, hub)
    days = [] if booking.open_on_holidays else sorted(closed_between(on, on + YEAR, region))
    return [Holiday(day, name) for day in days if (name := name_of(day, region))]
