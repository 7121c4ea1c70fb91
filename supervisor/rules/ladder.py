"""The ladder of an alert: who is told after how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from supervisor.rules.days import DAY, Span, is_away, present


@dataclass(frozen=True)
class Rung:
    """One step: told to `who` after a number of days, or the setting that holds the number."""

    after: int | str
    who: str


def day_after(since: date, days: int, away: Sequence[Span]) -> date:
    """The first day there before which so many days have passed; days away do not pass."""
    on = since
    while present(since, on - DAY, away) < days or is_away(on, away):
        on += DAY
    return on


def due(moments: Sequence[datetime], told: int, now: datetime) -> int:
    """How many rungs to tell now: those of the next moment, once it has come.

    Never the rungs of two moments at once, even when both have passed: whoever comes first has
    a day in which to put it right before anybody else hears.
    """
    coming = moments[told:]
    return coming.count(coming[0]) if coming and coming[0] <= now else 0
