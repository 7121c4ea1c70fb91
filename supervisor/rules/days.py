"""Days counted alike everywhere: both ends inside, days away taken out once."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

Span = tuple[date, date]
DAY = timedelta(days=1)


def counted(first: date, last: date) -> int:
    """Days from the first to the last, both counted; 0 when the last is earlier."""
    return max(0, (last - first).days + 1)


def merged(away: Iterable[Span]) -> tuple[Span, ...]:
    """Half-open stretches as the fewest that cover the same days, in order."""
    joined: list[Span] = []
    for start, end in sorted(away):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return tuple(joined)


def present(first: date, last: date, away: Sequence[Span]) -> int:
    """Days from the first to the last without those away; `away` has been merged."""
    gone = sum(counted(max(first, start), min(last, end - DAY)) for start, end in away)
    return counted(first, last) - gone


def present_on(after: date, days: int, last: date, away: Sequence[Span]) -> date | None:
    """The day after that one by which so many days have passed that are not away: each step adds
    those that are missing, which never goes too far. None when that is after the last."""
    day = after + days * DAY
    while day <= last and (missing := days - present(after + DAY, day, away)):
        day += missing * DAY
    return day if day <= last else None


def is_away(on: date, away: Sequence[Span]) -> bool:
    """Whether the day lies in a stretch away; its end is the first day back."""
    return any(start <= on < end for start, end in away)


def months_after(on: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it has fewer."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(on.day, last))


def year_before(day: date) -> date:
    """The same day one year before; 28 February for 29 February."""
    return day.replace(year=day.year - 1, day=min(day.day, monthrange(day.year - 1, day.month)[1]))
