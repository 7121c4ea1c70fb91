"""How long somebody waited for a supervisor: from asking to the first match, and between two."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from supervisor.rules.days import DAY

Run = tuple[date, date | None]
"""The first and the last day of a match; None while it goes on."""


@dataclass(frozen=True)
class Wait:
    """From the day on which it began to the day on which somebody was there; None so far."""

    since: date
    found: date | None

    def in_time(self, until: date, days: int) -> bool | None:
        """Whether somebody was found within so many days; None while there is time left."""
        waited = ((self.found or until) - self.since).days
        return None if self.found is None and waited <= days else waited <= days


def waits(
    period: tuple[date, date], asked: date, runs: Sequence[Run], *, goes_on: bool
) -> Iterator[Wait]:
    """Each of a period, its matches in order. A change without a gap is no wait, and nor is a
    year that `goes_on` from the one before with somebody there on its first day."""
    starts_on, ends_on = period
    if not runs:
        yield Wait(asked, None)
        return
    began = runs[0][0]
    if not (goes_on and began <= starts_on):
        since = asked if asked <= began else min(starts_on, began)
        yield Wait(since, began)
    for (_, ended), (begins, _) in pairwise([*runs, (None, None)]):
        if ended and ended < ends_on and (begins is None or begins > ended + DAY):
            yield Wait(ended + DAY, begins)
