"""How often two people meet: the wall times of a rhythm.

A fortnightly Tuesday at 9:00 stays at 9:00; which instant that is, each day says for itself.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import count

from supervisor.rules.words import N_, Words


class Rhythm(StrEnum):
    """How often."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


WEEKS = {Rhythm.WEEKLY: 1, Rhythm.FORTNIGHTLY: 2}
EACH_MONTH = (
    N_("On the first %(weekday)s of each month"),
    N_("On the second %(weekday)s of each month"),
    N_("On the third %(weekday)s of each month"),
    N_("On the fourth %(weekday)s of each month"),
    N_("On the last %(weekday)s of each month"),
)
LAST = len(EACH_MONTH) - 1


def times(first: datetime, rhythm: Rhythm, last: date) -> Iterator[datetime]:
    """The wall times from the first one on, none after the last day."""
    for n in count():
        time = _nth(first, rhythm, n)
        if time.date() > last:
            return
        yield time


def _nth(first: datetime, rhythm: Rhythm, n: int) -> datetime:
    if rhythm in WEEKS:
        return first + n * timedelta(weeks=WEEKS[rhythm])
    year, month = divmod(first.year * 12 + first.month - 1 + n, 12)
    day = _weekday_of_month(date(year, month + 1, 1), first.weekday(), place(first))
    return datetime.combine(day, first.time())


def place(first: date) -> int:
    """Which of its weekdays in the month a day is, from 0; the fifth is the last."""
    return min((first.day - 1) // 7, LAST)


def _weekday_of_month(first: date, weekday: int, nth: int) -> date:
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    found = day + timedelta(weeks=nth)
    return found if found.month == first.month else found - timedelta(weeks=1)


def words(first: date, rhythm: Rhythm) -> Words:
    """The rhythm in words; `weekday` is a day to be said by its name."""
    if rhythm == Rhythm.WEEKLY:
        text = N_("Every %(weekday)s")
    elif rhythm == Rhythm.FORTNIGHTLY:
        text = N_("Every second %(weekday)s")
    else:
        text = EACH_MONTH[place(first)]
    return Words(text, {"weekday": first})


def nearest(days: float) -> Rhythm:
    """The rhythm that comes nearest to one meeting in so many days."""
    apart = {Rhythm.WEEKLY: 7, Rhythm.FORTNIGHTLY: 14, Rhythm.MONTHLY: 365 / 12}
    return min(apart, key=lambda one: abs(apart[one] - days))
