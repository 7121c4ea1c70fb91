"""A random year, drawn beforehand: who falls ill, is away or leaves, what falls through.

Every draw has a name of its own and follows from the seed alone, never from what was drawn before
it. So the same seed is the same year, whatever is done in it, and two ways of working can be
compared on the very same misfortunes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from hashlib import blake2b
from math import ceil, log

from supervisor.rules.days import DAY, Span, is_away

YEAR = 365


@dataclass(frozen=True)
class Rates:
    """How often what happens. Counts are for a person and a year, shares are of one time.

    Misfortunes: spells of illness, known that morning, and how long they last on average;
    holidays, known so many days ahead; who leaves, known so many days ahead. A meeting is called
    off the day before, by the provider in that share of cases, or nobody comes.

    People: each side says in the evening that they met, or when asked; reads a letter and does what
    it asks; looks at their own page, in a week. Whoever sees a plan keeps it; a worker chooses one
    of those offered; a provider who was chosen says yes. An answer takes so many days at most.

    The hub: rows worked on a working day, and how often somebody is reached by phone.
    """

    illness: float = 1.5
    illness_days: float = 4
    holidays: float = 2
    holiday_days: float = 14
    holiday_known_days: float = 30
    worker_leaves: float = 0.12
    provider_leaves: float = 0.10
    leaving_known_days: float = 28
    calls_off: float = 0.07
    by_provider: float = 0.4
    forgets: float = 0.04
    says_unasked: float = 0.6
    answers_question: float = 0.6
    answers_letter: float = 0.4
    looks_a_week: float = 0.2
    keeps_plan: float = 0.7
    chooses: float = 0.8
    says_yes: float = 0.8
    answer_days: float = 3
    rows_a_day: float = 12
    reached_by_phone: float = 0.6

    def changed(self, values: dict[str, float]) -> "Rates":
        """With some of them changed; a name that is none raises `KeyError`."""
        known = {field.name for field in fields(self)}
        for name in values.keys() - known:
            raise KeyError(name)
        return replace(self, **values)


class Falls(StrEnum):
    """Why a meeting does not take place though neither is away."""

    WORKER = "cancelled_by_worker"
    PROVIDER = "cancelled_by_provider"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True)
class Away:
    """Days away, half-open, and the day on which they are known; illness is known that morning."""

    first: date
    back: date
    known: date

    @property
    def span(self) -> Span:
        """The days themselves."""
        return self.first, self.back


@dataclass(frozen=True)
class Leaving:
    """A last day, and the day on which it is known."""

    last: date
    known: date


@dataclass(frozen=True)
class Year:
    """All that chance does from a day to a day, both inside."""

    seed: int
    first: date
    last: date
    rates: Rates = Rates()

    def draw(self, *name: object) -> float:
        """A number from 0 to 1, below 1, that is always the same for the same name."""
        text = "|".join(map(str, (self.seed, *name)))
        return int.from_bytes(blake2b(text.encode(), digest_size=7).digest(), "big") / 2**56

    def happens(self, rate: float, *name: object) -> bool:
        """Whether something of this rate happens this time."""
        return self.draw(*name) < rate

    @cached_property
    def days(self) -> list[date]:
        """Every day of it."""
        return [self.first + DAY * n for n in range((self.last - self.first).days + 1)]

    def away(self, person: str) -> list[Away]:
        """A person's holidays and illnesses, in order; none lies in another."""
        planned = list(self._holidays(person))
        spans = [one.span for one in planned]
        ill = [one for one in self._illnesses(person) if not _overlaps(one, spans)]
        return sorted([*planned, *ill], key=lambda one: one.first)

    def _holidays(self, person: str) -> Iterator[Away]:
        rates, back = self.rates, self.first
        for day in self.days:
            if day >= back and self.happens(rates.holidays / YEAR, person, "holiday", day):
                back = day + DAY * round(rates.holiday_days)
                known = max(self.first, day - DAY * round(rates.holiday_known_days))
                yield Away(day, back, known)

    def _illnesses(self, person: str) -> Iterator[Away]:
        back = self.first
        for day in self.days:
            if day >= back and self.happens(self.rates.illness / YEAR, person, "ill", day):
                back = day + DAY * self._length(person, day)
                yield Away(day, back, day)

    def _length(self, person: str, day: date) -> int:
        """A geometric number of days with the mean of the rates."""
        going_on = 1 - 1 / max(1.0, self.rates.illness_days)
        if going_on <= 0:
            return 1
        return max(1, ceil(log(1 - self.draw(person, "length", day)) / log(going_on)))

    def leaving(self, person: str, *, provider: bool) -> Leaving | None:
        """Whether and when somebody leaves for good."""
        rate = self.rates.provider_leaves if provider else self.rates.worker_leaves
        for day in self.days:
            if self.happens(rate / YEAR, person, "leaves", day):
                known = day - DAY * round(self.rates.leaving_known_days)
                return Leaving(day, max(self.first, known))
        return None

    def falls(self, entitlement: str, day: date) -> Falls | None:
        """What befalls a meeting of this entitlement on a day, if there is one."""
        luck = self.draw(entitlement, "falls", day)
        if luck < self.rates.calls_off:
            by_provider = self.happens(self.rates.by_provider, entitlement, "whose", day)
            return Falls.PROVIDER if by_provider else Falls.WORKER
        return Falls.FORGOTTEN if luck < self.rates.calls_off + self.rates.forgets else None

    def owed(self, sessions: int, leaving: Leaving | None) -> int:
        """What is contracted; of somebody who leaves, what falls on their days, rounded down."""
        if leaving is None or leaving.last >= self.last:
            return sessions
        days = (leaving.last - self.first).days + 1
        return max(1, sessions * days // len(self.days))


def _overlaps(one: Away, spans: list[Span]) -> bool:
    return any(one.first < back and first < one.back for first, back in spans)


def here(day: date, away: list[Away], leaving: Leaving | None) -> bool:
    """Whether somebody is neither away nor gone."""
    gone = leaving is not None and day > leaving.last
    return not gone and not is_away(day, [one.span for one in away])


def most(days: list[date], gap: int, contracted: int) -> int:
    """The most meetings on some of these days, each so many days after the one before.

    Taking the first day that is far enough every time is the best there is: whatever else meets
    n times has its n-th meeting no earlier than this.
    """
    count, free = 0, date.min
    for day in sorted(days):
        if day >= free and count < contracted:
            count, free = count + 1, day + DAY * gap
    return count
