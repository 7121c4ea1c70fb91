"""Weeks, months and quarters: the day after one is over, and the days of the one before."""

from datetime import date
from enum import StrEnum

from supervisor.rules.days import DAY
from supervisor.rules.words import N_


class Every(StrEnum):
    """How often somebody is told of a report."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


HOW_OFTEN = N_("Choose how often.")
LENGTHS = {Every.MONTH: 1, Every.QUARTER: 3}


def begins(every: Every, day: date) -> date:
    """The first day of the week, month or quarter of a day."""
    if every is Every.WEEK:
        return day - day.weekday() * DAY
    months = LENGTHS[every]
    return date(day.year, day.month - (day.month - 1) % months, 1)


def next_after(every: Every, day: date) -> date:
    """The first day of the one that follows."""
    if every is Every.WEEK:
        return begins(every, day) + 7 * DAY
    return begins(every, begins(every, day) + LENGTHS[every] * 31 * DAY)


def before(every: Every, day: date) -> tuple[date, date]:
    """The first and the last day of the one that is over on a day."""
    last = begins(every, day) - DAY
    return begins(every, last), last
