"""Public holidays: national, each region's anniversary day, Matariki."""

from datetime import date
from functools import cache

from holidays import country_holidays

NEW_ZEALAND = "NZ"


@cache
def _of(region: str, year: int) -> frozenset[date]:
    """A region by its code, an Australian one as `AU-TAS`; an unknown one has the national days
    of New Zealand."""
    country, _dash, part = region.rpartition("-")
    try:
        days = country_holidays(country or NEW_ZEALAND, subdiv=part or None, years=year)
    except NotImplementedError:
        days = country_holidays(NEW_ZEALAND, years=year)
    return frozenset(days)


def is_closed(on: date, region: str) -> bool:
    """Whether the day is a public holiday in the region; weekends are a matter of hours."""
    return on in _of(region, on.year)


def closed_between(first: date, last: date, region: str) -> frozenset[date]:
    """The public holidays from the first to the last day, both inside."""
    years = range(first.year, last.year + 1)
    return frozenset(d for year in years for d in _of(region, year) if first <= d <= last)
