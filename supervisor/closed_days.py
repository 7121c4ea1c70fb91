"""Public holidays: national, each region's anniversary day, Matariki."""

from datetime import date
from functools import cache

import holidays


@cache
def _of(region: str, year: int) -> frozenset[date]:
    """A region by its code in New Zealand; an unknown one has the national days."""
    known = region in holidays.NZ.subdivisions
    return frozenset(holidays.NZ(subdiv=region if known else None, years=year))


def is_closed(on: date, region: str) -> bool:
    """Whether the day is a public holiday in the region; weekends are a matter of hours."""
    return on in _of(region, on.year)


def closed_between(first: date, last: date, region: str) -> frozenset[date]:
    """The public holidays from the first to the last day, both inside."""
    years = range(first.year, last.year + 1)
    return frozenset(d for year in years for d in _of(region, year) if first <= d <= last)
