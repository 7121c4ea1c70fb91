"""The totals of a month as a file: the same numbers as on the page, and no more."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from supervisor.models import Store
from supervisor.reports.totals import Totals
from supervisor.rules.attack import ANY
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read
from supervisor.spreadsheets import Cell, Table
from supervisor.zones import zone

COLUMNS = ("place", "kind", "people", "contracted", "held", "delivered")
IN_ALL, ELSEWHERE = N_("In all"), N_("All other places")
SAFE = N_(
    "Each number is rounded down to a multiple of %(n)d, for itself, so they need not add up. "
    "Where there is none, fewer than %(n)d people make it, perhaps nobody; or it would tell of so "
    "few."
)
NOTES = (
    Words(N_("Contracted: agreed on for the period that ran then, for as many people as shown.")),
    Words(N_("Held: one side says it happened and nobody disagrees. Delivered: both say so.")),
    Words(N_("Booked is in none of these numbers. They stay as they were shown.")),
)


def totals_table(store: Store, found: Totals) -> Table:
    """By kind for the whole hub, with the sessions, then the people of each place."""
    here = zone(read(store, HubSettings).time_zone)
    end = datetime.combine(found.last + timedelta(days=1), time.min, here)
    safe = Words(SAFE, {"n": found.least})
    return Table(N_("Totals"), COLUMNS, list(_rows(found)), end, (*NOTES, safe))


def _rows(found: Totals) -> Iterator[tuple[Cell, ...]]:
    yield (IN_ALL, ANY, found.anybody, None, None, None)
    for one in found.rows:
        yield (IN_ALL, one.kind, one.people, one.contracted, one.held, one.delivered)
    columns = (ANY, *(one.kind for one in found.rows))
    for row in found.places:
        for column, people in zip(columns, row.people, strict=True):
            yield (row.place or ELSEWHERE, column, people, None, None, None)
