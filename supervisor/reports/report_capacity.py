"""The capacity report: each kind of each provider, what is taken, and what will be free."""

from datetime import datetime

from supervisor.models import Store
from supervisor.room import Giver, Provides, room
from supervisor.rules.regions import region_name
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read
from supervisor.spreadsheets import Cell, Table
from supervisor.zones import today, zone

COLUMNS = (
    "provider", "name", "kind", "place", "region", "capacity", "people", "free", "hours_a_year",
    "hours_taken", "away_until", "vetted_until",
)  # fmt: skip
NOTES = (
    Words(N_("People: whom they support now. Those whom they only cover for are not counted.")),
    Words(
        N_(
            "Free: places that can be given on the day, and on the first day of each month ahead. "
            "None are free of somebody who is away for long or not vetted then."
        )
    ),
    Words(N_("Hours taken: all that was contracted of those matches, over all kinds.")),
    Words(
        N_(
            "A place is free again when a match or a period ends. That people go on in a new "
            "period is likely, and not counted."
        )
    ),
    Words(
        N_(
            "Whom to look for next is on a page of its own, for the hub alone: it would tell who "
            "the people are who have nobody."
        )
    ),
)


def capacity_table(store: Store, now: datetime) -> Table:
    """Per provider and kind: load against capacity, and the places free in the months ahead."""
    here = read(store, HubSettings).time_zone
    found = room(store, today(now, here))
    columns = (*COLUMNS, *(f"free_in_{n}_months" for n in range(1, len(found.days))))
    rows = [_row(giver, one) for giver in found.givers for one in giver.kinds]
    return Table(N_("Capacity"), columns, rows, now.astimezone(zone(here)), NOTES)


def _row(giver: Giver, one: Provides) -> tuple[Cell, ...]:
    place, offering = giver.person.place, one.load.offering
    return (
        giver.person.ref,
        giver.person.name,
        offering.kind,
        place.name if place else None,
        str(region_name(place.region)) if place and place.region else None,
        offering.capacity,
        one.load.people,
        one.ahead[0],
        giver.hours,
        giver.hours_taken,
        giver.away_until,
        offering.vetted_until,
        *one.ahead[1:],
    )
