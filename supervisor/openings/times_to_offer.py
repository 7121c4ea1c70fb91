"""A few times to choose from: the best, on different days where there are, in order of time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from supervisor.models import Entitlement, Store
from supervisor.openings.openings import Opening, Openings, openings

TIMES = 3
WIDER = 5
"""So many times as many are looked through, for a choice of days."""


def times_to_offer(store: Store, entitlement: Entitlement, now: datetime, count: int) -> Openings:
    """So many times that suit both; two of one day only where there are not enough days."""
    found = openings(store, entitlement, now, count=count * WIDER)
    some = _varied(found.times, count)
    return replace(found, times=sorted(some, key=lambda time: time.starts_at))


def _varied(times: Sequence[Opening], count: int) -> Sequence[Opening]:
    """The best of each day come before the second best."""
    seen: set[date] = set()
    first: list[Opening] = []
    second: list[Opening] = []
    for time in times:
        day = time.local_start.date()
        (second if day in seen else first).append(time)
        seen.add(day)
    return [*first, *second][:count]
