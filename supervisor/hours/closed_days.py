"""Public holidays: national, each region's anniversary day, Matariki."""

from datetime import date
from functools import cache

from holidays import country_holidays

from supervisor.rules.words import N_, Words

NEW_ZEALAND = "NZ"
OBSERVED = " (observed)"
KEPT_ON = N_("%(holiday)s, kept on this day")
NAMES = (
    N_("New Year's Day"), N_("Day after New Year's Day"), N_("Waitangi Day"), N_("Good Friday"),
    N_("Easter Monday"), N_("Anzac Day"), N_("King's Birthday"), N_("Matariki"), N_("Labour Day"),
    N_("Christmas Day"), N_("Boxing Day"), N_("Auckland Anniversary Day"),
    N_("Canterbury Anniversary Day"), N_("Chatham Islands Anniversary Day"),
    N_("Hawke's Bay Anniversary Day"), N_("Marlborough Anniversary Day"),
    N_("Nelson Anniversary Day"), N_("Otago Anniversary Day"), N_("Southland Anniversary Day"),
    N_("Taranaki Anniversary Day"), N_("Wellington Anniversary Day"),
    N_("West Coast Anniversary Day"),
)  # fmt: skip
"""What the library calls them, gathered for the translators."""


@cache
def _of(region: str, year: int) -> dict[date, str]:
    """A region by its code, an Australian one as `AU-TAS`; an unknown one has the national days
    of New Zealand."""
    country, _dash, part = region.rpartition("-")
    try:
        days = country_holidays(country or NEW_ZEALAND, subdiv=part or None, years=year)
    except NotImplementedError:
        days = country_holidays(NEW_ZEALAND, years=year)
    return dict(days)


def is_closed(on: date, region: str) -> bool:
    """Whether the day is a public holiday in the region; weekends are a matter of hours."""
    return on in _of(region, on.year)


def closed_between(first: date, last: date, region: str) -> frozenset[date]:
    """The public holidays from the first to the last day, both inside."""
    years = range(first.year, last.year + 1)
    return frozenset(d for year in years for d in _of(region, year) if first <= d <= last)


def name_of(on: date, region: str) -> Words | None:
    """What the public holiday is called; None where it is an ordinary day."""
    name = _of(region, on.year).get(on)
    if name is None or not name.endswith(OBSERVED):
        return Words(name) if name else None
    return Words(KEPT_ON, {"holiday": Words(name.removesuffix(OBSERVED))})
