"""The public holidays of a region as a calendar to follow: nothing of anybody is in it."""

from datetime import UTC, date, datetime

from calendars.days import Day, render_day
from calendars.feed import join
from supervisor.errors import NotFound
from supervisor.feeds.feed_events import Say
from supervisor.hours.closed_days import closed_between, name_of
from supervisor.rules.words import N_, Words
from supervisor.zones import of_region

HOLIDAYS = N_("Public holidays")
AHEAD, DAILY = 2, 24


def holiday_bytes(region: str, on: date, say: Say = str) -> bytes:
    """Last year's, this year's and those of the two years to come."""
    if of_region(region) is None:
        raise NotFound(N_("No such region."))
    days = closed_between(date(on.year - 1, 1, 1), date(on.year + AHEAD, 12, 31), region)
    entries = [render_day(_day(day, region, say)) for day in sorted(days)]
    return join(say(Words(HOLIDAYS)), DAILY, [], entries)


def _day(on: date, region: str, say: Say) -> Day:
    """Written down, for a calendar, at the beginning of its year: the same octets every time."""
    name = name_of(on, region) or Words(HOLIDAYS)
    written = datetime(on.year, 1, 1, tzinfo=UTC)
    return Day(f"holiday-{region.lower()}-{on.isoformat()}", on, say(name), written)
