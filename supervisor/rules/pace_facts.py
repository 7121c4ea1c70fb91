"""What pace depends on: the period, the total, the days away, and the sessions that count."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property

from supervisor.rules.days import Span, merged, present


@dataclass(frozen=True)
class PaceSettings:
    """Where the hub draws its lines: counts are sessions, shares are of a usual interval."""

    behind_at: float = 2
    slipping_at: float = 1
    shortest_gap_days: int = 7
    nothing_booked_share: float = 0.5


@dataclass(frozen=True)
class DeliverySettings:
    """For how many days after a session its two sides are still asked."""

    asked_for_days: int = 14


@dataclass(frozen=True)
class Booking:
    """A session as a day on a calendar: ahead from the day it was booked until, not on,
    the day on which it had begun or was called off."""

    on: date
    known_from: date
    gone_from: date

    def ahead(self, on: date) -> bool:
        """Whether it lay ahead on that day."""
        return self.known_from <= on < self.gone_from


@dataclass(frozen=True)
class Facts:
    """All that pace depends on. Only sessions that count are here.

    `totals` are amendments: a day and the total that holds from it. `matched` holds the days
    of every match, cover included (None = open), or is None where no provider is needed.
    `unsaid` are sessions of which nobody has said a word yet: the day, and the first day on
    which nobody is asked any more. `credited` are days on which meetings of groups became another
    session by the hub's rule, `credited_by_both` those that both sides say.
    """

    starts_on: date
    ends_on: date
    sessions: int
    totals: tuple[tuple[date, int], ...] = ()
    leave: tuple[Span, ...] = ()
    matched: tuple[tuple[date, date | None], ...] | None = ()
    held: tuple[date, ...] = ()
    delivered: int = 0
    bookings: tuple[Booking, ...] = ()
    unsaid: tuple[Span, ...] = ()
    credited: tuple[date, ...] = ()
    credited_by_both: tuple[date, ...] = ()

    def hoped(self, on: date) -> "Facts":
        """The same, if every session that is still asked about on the day was held."""
        days = tuple(day for day, over in self.unsaid if day <= on < over)
        return replace(self, held=(*self.held, *days), unsaid=())

    @cached_property
    def away(self) -> tuple[Span, ...]:
        """Leave, merged; days outside the period are never counted."""
        return merged(self.leave)

    @cached_property
    def days(self) -> int:
        """Days of the period without leave."""
        return present(self.starts_on, self.ends_on, self.away)

    def contracted(self, on: date) -> int:
        """The total in force on the day."""
        return max((t for t in self.totals if t[0] <= on), default=(on, self.sessions))[1]

    def interval(self, on: date) -> Fraction | None:
        """The usual interval in days; None when nothing is contracted or all is leave."""
        contracted = self.contracted(on)
        return Fraction(self.days, contracted) if contracted and self.days else None

    def held_by(self, on: date) -> int:
        """Sessions held up to and on the day, and what is credited."""
        return sum(day <= on for day in self.held) + self.credited_on(on)

    def credited_on(self, on: date) -> int:
        """Sessions that are credited up to and on the day."""
        return sum(day <= on for day in self.credited)

    def ahead(self, on: date) -> list[date]:
        """The days of the sessions that lay ahead on the day."""
        return [b.on for b in self.bookings if b.ahead(on)]

    def match_began(self, on: date) -> date | None:
        """The first day of the latest match that runs on the day; None without one."""
        if self.matched is None:
            return self.starts_on
        running = [s for s, e in self.matched if s <= on and (e is None or on <= e)]
        return max(running, default=None)
