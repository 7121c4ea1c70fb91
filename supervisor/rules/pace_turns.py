"""The days on which more happens to pace than that time goes by.

From one of them to the day before the next, what is short only grows and what still fits only
shrinks: what stands alike on the first and on the last day stands so on all days between.
"""

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Any

from supervisor.rules.days import DAY, Span
from supervisor.rules.pace_facts import Facts

Stands = Callable[[date], Any]


def first_day(stands: Stands, calm: Span, wanted: Callable[[date], bool]) -> date | None:
    """The first wanted day of a stretch in which nothing happens; whether a day is wanted follows
    from how it `stands`."""
    first, last = calm
    if wanted(first):
        return first
    if stands(first) == stands(last):
        return None
    if last - first == DAY:
        return last if wanted(last) else None
    middle = first + (last - first) // 2
    before = first_day(stands, (first, middle), wanted)
    return before or first_day(stands, (middle, last), wanted)


def calm(facts: Facts, first: date, last: date) -> list[Span]:
    """The days from the first to the last in stretches in which nothing happens."""
    turns = {first, *(day for day in _turns(facts) if first < day <= last), last + DAY}
    return [(start, end - DAY) for start, end in pairwise(sorted(turns)) if first <= last]


def _turns(facts: Facts) -> Iterator[date]:
    yield from (facts.starts_on, facts.ends_on + DAY)
    yield from (*facts.held, *facts.credited, *(day for day, _total in facts.totals))
    for start, end in (*facts.away, *facts.unsaid):
        yield from (start, end)
    for start, until in facts.matched or ():
        yield from (start, until + DAY) if until and until < date.max else (start,)
    for booking in facts.bookings:
        yield from (booking.known_from, booking.gone_from)
        yield from (booking.on - DAY * floor(one) for one in _intervals(facts))


def _intervals(facts: Facts) -> set[Fraction]:
    """The usual interval by each total; a booking is soon from so many days before it."""
    found = (facts.interval(day) for day in (date.min, *(day for day, _total in facts.totals)))
    return {one for one in found if one}
