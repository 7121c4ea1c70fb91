"""A zone's wall time in whole minutes, for many instants at once.

Instants are minutes since 1970 in UTC; days are ordinals, as `date.toordinal` counts them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_DAY = EPOCH.date().toordinal()
MINUTE = timedelta(minutes=1)
DAY = 24 * 60


def minutes_of(at: datetime) -> int:
    """An instant in whole minutes."""
    return (at - EPOCH) // MINUTE


def instant_of(minutes: int) -> datetime:
    """The instant of so many minutes."""
    return EPOCH + minutes * MINUTE


@dataclass(frozen=True, eq=False)
class Clock:
    """The offsets of a zone over some days, each with the minute from which it holds."""

    since: Whole
    offsets: Whole

    def local(self, at: Whole) -> Whole:
        """Wall time, in minutes since 1970 there."""
        held = np.searchsorted(self.since, at, side="right") - 1
        return np.asarray(at + self.offsets[np.maximum(held, 0)])

    def day(self, at: Whole) -> Whole:
        """The day that it is there."""
        return self.local(at) // DAY + FIRST_DAY

    def once(self, at: Whole) -> Flags:
        """Whether that wall time comes only once."""
        alone = np.ones(len(at), np.bool_)
        back = self.offsets[:-1] - self.offsets[1:]
        for change, by in zip(self.since[1:], back, strict=True):
            alone &= (at < change - by) | (at >= change + by)
        return alone


@cache
def clock(zone: str, first: date, last: date) -> Clock:
    """A zone's clock from a day to a day."""
    there = ZoneInfo(zone)
    since = list(_changes(there, first, last))
    offsets = [_offset(there, at) for at in since]
    return Clock(np.array(since, np.int64), np.array(offsets, np.int64))


def _changes(there: ZoneInfo, first: date, last: date) -> Iterator[int]:
    """The first midnight in UTC, then each minute at which the clock changes."""
    midnights = range(
        (first.toordinal() - FIRST_DAY - 1) * DAY, (last.toordinal() - FIRST_DAY + 3) * DAY, DAY
    )
    yield midnights[0]
    for before, after in pairwise(midnights):
        if _offset(there, before) != _offset(there, after):
            yield _change(there, before, after)


def _change(there: ZoneInfo, before: int, after: int) -> int:
    old = _offset(there, before)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _offset(there, middle) == old else (before, middle)
    return after


def _offset(there: ZoneInfo, minutes: int) -> int:
    offset = instant_of(minutes).astimezone(there).utcoffset()
    assert offset is not None
    return offset // MINUTE


def place_of(zone: str) -> str:
    """The place by which a zone is known: "Chatham" of Pacific/Chatham."""
    return zone.rpartition("/")[2].replace("_", " ")
