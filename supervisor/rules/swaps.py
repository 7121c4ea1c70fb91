"""Swapping who is tuakana: how far the asking is, and what goes along with the two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from supervisor.rules.days import DAY


@dataclass(frozen=True)
class SwapSettings:
    """Days for which an asking waits for the other one's answer, days after which they are
    reminded, and days until the same one may ask again when nothing came of it."""

    answer_days: int = 14
    remind_days: int = 5
    again_days: int = 30


class Stage(StrEnum):
    """Whose word comes next: the other one's, the hub's, or nobody's."""

    ASKED = "asked"
    AGREED = "agreed"
    DONE = "done"
    CLOSED = "closed"


def stage(agreed: datetime | None, done: datetime | None, closed: datetime | None) -> Stage:
    """How far it is; what is done stays done."""
    if done:
        return Stage.DONE
    if closed:
        return Stage.CLOSED
    return Stage.AGREED if agreed else Stage.ASKED


def ask_again_at(closed: datetime, days: int, *, own_act: bool) -> datetime:
    """From when the same one may ask again. Who took it back may do so at once; after anything
    else the days are the same, so that they tell nothing."""
    return closed if own_act else closed + timedelta(days=days)


@dataclass(frozen=True)
class Booked:
    """A session that is booked: its day, and whether it counts."""

    on: date
    counts: bool = True


def goes_along(booked: Sequence[Booked], first: date, last: date, owed: int) -> list[bool]:
    """For each, soonest first, whether it keeps its time: inside the other one's period, and no
    more than is owed to them."""
    kept: list[bool] = []
    for one in booked:
        fits = first <= one.on <= last and (not one.counts or owed > 0)
        owed -= fits and one.counts
        kept.append(fits)
    return kept


def last_day(ends_on: date, next_begins: date | None) -> date:
    """The last day of what is passed on: that of the period it comes from, or the day before
    the next one of the same kind begins."""
    return min(ends_on, next_begins - DAY) if next_begins else ends_on
