"""What somebody has in most weeks: at an hour of the week that is often taken a group that goes
on for a year should not meet."""

from collections.abc import Iterable, Sequence

from supervisor.rules.fit_week import WEEK

Minutes = tuple[int, int]


def usual(busy: Iterable[Minutes], weeks: int) -> list[Minutes]:
    """The stretches of the week that are taken in at least half of so many weeks; `busy` is in
    minutes since the first of these began."""
    changes = sorted(
        change
        for week in _by_week(busy, weeks)
        for start, end in _merged(week)
        for change in ((start, 1), (end, -1))
    )
    return _merged(_often(changes, weeks))


def _by_week(busy: Iterable[Minutes], weeks: int) -> list[list[Minutes]]:
    """Each week's own part; what goes over the end of one is in both."""
    found: list[list[Minutes]] = [[] for _ in range(weeks)]
    for start, end in busy:
        for week in range(max(start // WEEK, 0), min(-(-end // WEEK), weeks)):
            begins = week * WEEK
            found[week].append((max(start - begins, 0), min(end - begins, WEEK)))
    return found


def _often(changes: Sequence[Minutes], weeks: int) -> Iterable[Minutes]:
    taken, since = 0, 0
    for at, change in changes:
        if taken * 2 >= weeks and at > since:
            yield since, at
        taken, since = taken + change, at


def _merged(some: Iterable[Minutes]) -> list[Minutes]:
    merged: list[Minutes] = []
    for start, end in sorted(some):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
