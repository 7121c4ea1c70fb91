"""The ladder of an alert: who is told after how many days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Rung:
    """One step: told `after` days (or the name of the setting that says how many) to `who`."""

    after: int | str
    who: str


def due_rungs(
    ladder: Sequence[Rung], days: Sequence[int], told: int, since: date, on: date
) -> Iterator[Rung]:
    """The rungs not yet told whose day has come; `told` is how many already were."""
    for rung, after in zip(ladder[told:], days[told:], strict=True):
        if since + timedelta(days=after) > on:
            return
        yield rung


def next_rung_on(days: Sequence[int], told: int, since: date) -> date | None:
    """The day of the next rung; None at the top of the ladder."""
    return since + timedelta(days=days[told]) if told < len(days) else None
