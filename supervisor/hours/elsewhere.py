"""When people's own calendars say that they are busy. It holds nobody's time: it is gone by when
a time is chosen, and refuses none."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from supervisor.hours.hours_read import chunks
from supervisor.models import BusySpan, Store
from supervisor.rules.busy_weeks import Minutes, usual
from supervisor.zones import midnight, to_local

WEEKS = 8
DAYS = 7
MINUTE = timedelta(minutes=1)


def busy_then(
    store: Store, ids: Collection[int], starts_at: datetime, minutes: int
) -> frozenset[int]:
    """Who of these people has something else at a time."""
    there = select(BusySpan.person_id).where(
        BusySpan.person_id.in_(list(ids)),
        BusySpan.starts_at < starts_at + minutes * MINUTE,
        BusySpan.ends_at > starts_at,
    )
    return frozenset(store.scalars(there))


def usual_weeks(
    store: Store, ids: Iterable[int], on: date, zone: str
) -> Mapping[int, Sequence[Minutes]]:
    """The hours of the week, on the clock of a zone, in which each has something in most of the
    weeks to come; whoever has none is left out."""
    monday = on + timedelta(days=DAYS - on.weekday())
    busy: defaultdict[int, list[Minutes]] = defaultdict(list)
    until = midnight(monday + timedelta(weeks=WEEKS), zone)
    for some in chunks(sorted(set(ids))):
        query = select(BusySpan.person_id, BusySpan.starts_at, BusySpan.ends_at).where(
            BusySpan.person_id.in_(some),
            BusySpan.ends_at > midnight(monday, zone),
            BusySpan.starts_at < until,
        )
        for person, starts, ends in store.execute(query):
            busy[person].append((_minute(starts, monday, zone), _minute(ends, monday, zone)))
    return {person: found for person, spans in busy.items() if (found := usual(spans, WEEKS))}


def _minute(at: datetime, monday: date, zone: str) -> int:
    """By the clock on the wall, so that a clock change moves nothing."""
    return (to_local(at, zone) - datetime.combine(monday, time.min)) // MINUTE
