"""What a funder sees of a month: totals by kind and place, never names, and nothing of few people.

Once a month is over its numbers are kept as they are shown, so that whoever looks twice sees the
same, and nobody can be told from what changed between two days. `totals_count.py` counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from supervisor.models import Place, Publication, Store
from supervisor.reports import totals_count
from supervisor.room import RoomSettings
from supervisor.rules.attack import ANY, ELSEWHERE, Shown
from supervisor.rules.days import year_before
from supervisor.rules.kinds import MATCHED_KINDS, Kind
from supervisor.rules.shown import listed, shown
from supervisor.settings import HubSettings, hub_today, read
from supervisor.zones import zone

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Total:
    """One kind of support; a number is None where fewer than `least` people make it."""

    kind: Kind
    people: int | None
    contracted: int | None
    held: int | None
    delivered: int | None


@dataclass(frozen=True)
class Row:
    """A place, and how many of its people have support: of any kind, and of each. The place is
    None for all that have no row of their own."""

    place: str | None
    people: list[int | None]


@dataclass(frozen=True)
class Totals:
    """A month up to its last day. Every number is a multiple of `least` and not more than there
    are. `talks` is how many asked to talk to somebody in the year so far."""

    last: date
    least: int
    rows: list[Total]
    anybody: int | None
    places: list[Row]
    talks: int | None


def due(store: Store, now: datetime) -> date | None:
    """The first day after the month that is over, if its numbers are not kept yet."""
    until = _month_of(store, now)
    return None if is_kept(store, until) else until


def counted(store: Store, until: date) -> dict[str, Any]:
    """What is shown of the month that ends before the day, safe beside every month of the year:
    its places are those of the first one."""
    least = read(store, RoomSettings).least
    before = _of_year(store, until)
    end = _end_of(store, until)
    had = totals_count.count(store, until - ONE_DAY, end)
    tables = [_table(one) for one in before]
    rows = [place for place in tables[0].rows if place] if tables else listed(had.people, least)
    table = shown(had.people, rows, least, tables)
    begins = _end_of(store, until - ONE_DAY, first=True)
    talks = totals_count.talks(store, begins, end) // least * least
    return {
        "least": least,
        "rows": table.rows,
        "totals": table.totals,
        "sessions": totals_count.sessions(had, table),
        "talks": max([talks, *(one["talks"] for one in before)]),
    }


def keep(store: Store, until: date, made: dict[str, Any], now: datetime) -> None:
    """Keep the numbers of that month, once; a later month never changes them."""
    if not is_kept(store, until):
        store.add(Publication(until_on=until, made_at=now, shown=made))
        store.flush()


def is_kept(store: Store, until: date) -> bool:
    return store.scalar(select(Publication.id).where(Publication.until_on == until)) is not None


def months(store: Store) -> list[date]:
    """The last day of each month that is kept, the latest first."""
    kept = store.scalars(select(Publication.until_on).order_by(Publication.until_on.desc()))
    return [until - ONE_DAY for until in kept]


def of_month(store: Store, last: date) -> Totals | None:
    """The month that ends with the day, as it was shown from the beginning."""
    if last not in months(store):
        return None
    kept = store.scalars(select(Publication).filter_by(until_on=last + ONE_DAY)).one()
    table, said = _table(kept.shown), kept.shown
    return Totals(
        last=last,
        least=table.least,
        rows=[
            Total(kind, table.totals.get(kind) or None, *_sessions(said["sessions"], kind))
            for kind in MATCHED_KINDS
        ],
        anybody=table.totals[ANY] or None,
        places=_places(store, table),
        talks=said["talks"] or None,
    )


def of_year_before(store: Store, last: date) -> Totals | None:
    """The same month a year before, as it was shown then; None where there is no record of it."""
    return of_month(store, year_before(last + ONE_DAY) - ONE_DAY)


def _month_of(store: Store, now: datetime) -> date:
    """The first day after the month that is over at the hub."""
    return hub_today(store, now).replace(day=1)


def _of_year(store: Store, until: date) -> list[dict[str, Any]]:
    """What was shown of the months of the same year, the first one first."""
    first = (until - ONE_DAY).replace(month=1, day=1)
    query = (
        select(Publication.shown)
        .where(Publication.until_on > first, Publication.until_on < until)
        .order_by(Publication.until_on)
    )
    return list(store.scalars(query))


def _end_of(store: Store, day: date, *, first: bool = False) -> datetime:
    """The beginning of the day at the hub, or of the year that it is in."""
    begins = day.replace(month=1, day=1) if first else day
    here = zone(read(store, HubSettings).time_zone)
    return datetime.combine(begins, time.min, here).astimezone(UTC)


def _table(said: Mapping[str, Any]) -> Shown:
    return Shown(said["least"], said["rows"], said["totals"])


def _sessions(said: Mapping[str, Sequence[int]], kind: str) -> list[int | None]:
    return [number or None for number in said.get(kind, (0, 0, 0))]


def _places(store: Store, table: Shown) -> list[Row]:
    """By name, and everywhere else at the end."""
    names = {place.ref: place.name for place in store.scalars(select(Place))}
    columns = (ANY, *MATCHED_KINDS)
    named = sorted((names.get(ref, ref), ref) for ref in table.rows if ref != ELSEWHERE)
    rows = [(*one,) for one in named] + [(None, ELSEWHERE)]
    return [Row(name, [table.rows[ref].get(c, 0) or None for c in columns]) for name, ref in rows]
