"""Free time in the week: local windows as stretches of one circle of minutes.

A stretch is (start, end) with 0 ≤ start < WEEK and end ≤ start + WEEK: one that goes over the
end of the week ends beyond it, so that it stays unbroken.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
WEEK = 7 * DAY_MINUTES
Stretches = tuple[tuple[int, int], ...]
ALWAYS: Stretches = ((0, WEEK),)


def stretches(windows: Iterable[tuple[int, int, int]], ahead: int = 0) -> Stretches:
    """Windows merged, `ahead` minutes taken off so that everybody's lie on one clock."""
    joined = _joined((d * DAY_MINUTES + start, d * DAY_MINUTES + end) for d, start, end in windows)
    if len(joined) > 1 and joined[0][0] == 0 and joined[-1][1] == WEEK:
        (_, over), (start, _) = joined[0], joined.pop()
        joined[0] = (start, WEEK + over)
    if joined == [(0, WEEK)]:
        return ALWAYS
    return tuple(sorted(((a - ahead) % WEEK, (a - ahead) % WEEK + b - a) for a, b in joined))


def _joined(windows: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(windows):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


@cache
def minutes_ahead(zone: str, on: date) -> int:
    """How far a zone is ahead of UTC on a day, at its noon."""
    noon = datetime.combine(on, time(12), ZoneInfo(zone))
    return (noon.utcoffset() or timedelta()) // timedelta(minutes=1)


def without(free: Stretches, busy: Iterable[tuple[int, int]]) -> Stretches:
    """What is left of free time once other stretches of the same circle are taken."""
    left = list(free)
    for start, end in busy:
        for a, b in ((start + turn * WEEK, end + turn * WEEK) for turn in (-1, 0, 1)):
            left = [part for x, y in left for part in ((x, min(y, a)), (max(x, b), y))
                    if part[0] < part[1]]  # fmt: skip
    return tuple(sorted(set(left)))
