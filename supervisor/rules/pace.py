"""Pace: how many sessions are expected by a day, and where an entitlement stands on it.

Everything is a function of `Facts` and a day, so the same code answers for today, for the past
(`since`) and for the days ahead if nothing happens (`next_change_on`). Counts that meet a limit
are fractions, never floats: exactly two behind is behind.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

from supervisor.rules.days import DAY, counted, is_away, present
from supervisor.rules.kinds import Standing
from supervisor.rules.pace_ahead import ahead_inside, chance_short, forecast, forecast_on
from supervisor.rules.pace_facts import Booking, Facts, PaceSettings
from supervisor.rules.pace_turns import calm, first_day

__all__ = [
    "Booking",
    "Facts",
    "PaceSettings",
    "Position",
    "assess",
    "chance_short",
    "expected",
    "forecast",
    "forecast_on",
    "in_doubt",
    "last_chance_on",
    "next_change_on",
    "since",
    "standing",
]

CATCHING_UP = "catching_up"


@dataclass(frozen=True)
class Position:
    """Where an entitlement stands on a day. *Booked* lies ahead and is in no other count;
    `credited` is how many of those held are meetings of groups, `chance_short` how likely fewer
    are held in the end than contracted."""

    on: date
    contracted: int
    expected: float
    held: int
    delivered: int
    booked: int
    standing: Standing
    since: date
    leave_days: int
    forecast: float
    forecast_on: date | None
    interval_days: float | None
    last_held: date | None
    next_booked: date | None
    last_chance_on: date | None
    catching_up: bool
    in_doubt: bool = False
    credited: int = 0
    chance_short: float = 0

    @property
    def state(self) -> str:
        """The standing in the word that is shown: that enough is booked is said with it."""
        return CATCHING_UP if self.catching_up else self.standing

    @property
    def behind_by(self) -> float:
        """Sessions expected and not held; below zero when ahead of the pace."""
        return self.expected - self.held

    @property
    def unbooked(self) -> int:
        """How many are still owed for which nothing is booked."""
        return max(0, self.contracted - self.held - self.booked)


def expected(facts: Facts, on: date) -> Fraction:
    """Sessions that should have been held by the day.

    An amendment keeps what was expected before it, never above the new total, and spreads
    the rest over the days that are left.
    """
    so_far, start, total = Fraction(0), facts.starts_on, facts.sessions
    for day, new_total in sorted(facts.totals):
        if day > on:
            break
        so_far = min(so_far + _spread(facts, start, day - DAY, total - so_far), Fraction(new_total))
        start, total = max(day, facts.starts_on), new_total
    return so_far + _spread(facts, start, on, total - so_far)


def _spread(facts: Facts, start: date, on: date, amount: Fraction) -> Fraction:
    """What of the amount falls on start..on, spread evenly from start to the period's end."""
    days = present(start, facts.ends_on, facts.away)
    return (
        amount * present(start, min(on, facts.ends_on), facts.away) / days if days else 0 * amount
    )


def standing(facts: Facts, on: date, settings: PaceSettings) -> Standing:
    """The first that applies, in the order of `Standing`."""
    return next(_standings(facts, on, settings), Standing.ON_TRACK)


def _standings(facts: Facts, on: date, settings: PaceSettings) -> Iterator[Standing]:
    held = facts.held_by(on)
    if held >= facts.contracted(on):
        yield Standing.MET
    if on > facts.ends_on:
        yield Standing.ENDED_SHORT
    if is_away(on, facts.away):
        yield Standing.PAUSED
    if facts.match_began(on) is None:
        yield Standing.NOT_MATCHED
    yield from _paces(facts, on, settings, held)


def _paces(facts: Facts, on: date, settings: PaceSettings, held: int) -> Iterator[Standing]:
    """The standings that count sessions."""
    if not _still_fits(facts, on, settings):
        yield Standing.CANNOT_BE_MET
    short = expected(facts, on) - held
    if short >= settings.behind_at:
        yield Standing.BEHIND
    if short - _booked_soon(facts, on) >= settings.slipping_at:
        yield Standing.SLIPPING
    if not facts.ahead(on) and _half_has_passed(facts, on, settings):
        yield Standing.NOTHING_BOOKED


def _still_fits(facts: Facts, on: date, settings: PaceSettings) -> bool:
    """Whether what remains has its shortest gaps in the days left."""
    return _days_needed(facts, on, settings) <= present(on, facts.ends_on, facts.away)


def _days_needed(facts: Facts, on: date, settings: PaceSettings) -> int:
    """What is neither held nor booked, times the shortest gap.

    What has a time already fits: a last session booked for tomorrow is no reason to give up.
    """
    remains = facts.contracted(on) - facts.held_by(on) - len(ahead_inside(facts, on))
    return max(0, remains) * settings.shortest_gap_days


def _booked_soon(facts: Facts, on: date) -> int:
    """Sessions booked within one usual interval."""
    interval = facts.interval(on) or 0
    return sum((day - on).days <= interval for day in facts.ahead(on))


def _half_has_passed(facts: Facts, on: date, settings: PaceSettings) -> bool:
    """Since the last held session, or since the match or the period began where that is later.

    Days away do not pass, as they are not in the usual interval either.
    """
    interval = facts.interval(on)
    if interval is None or on < facts.starts_on:
        return False
    began = [day for day in facts.held if day <= on]
    last = max([*began, facts.match_began(on) or facts.starts_on, facts.starts_on])
    passed = present(last + DAY, on, facts.away)
    return passed >= settings.nothing_booked_share * interval


def assess(
    facts: Facts, on: date, settings: PaceSettings, kept: tuple[str, date | None] | None = None
) -> Position:
    """The whole position. `kept` is the standing on record with its first day: while it still
    holds, its first day is not sought anew."""
    now, ahead = standing(facts, on, settings), facts.ahead(on)
    interval = facts.interval(on)
    return Position(
        on=on,
        contracted=facts.contracted(on),
        expected=float(expected(facts, on)),
        held=facts.held_by(on),
        delivered=facts.delivered + len(facts.credited_by_both),
        booked=len(ahead),
        standing=now,
        since=kept[1] if kept and kept[0] == now and kept[1] else since(facts, on, settings),
        leave_days=counted(facts.starts_on, facts.ends_on) - facts.days,
        forecast=forecast(facts, on),
        forecast_on=forecast_on(facts, on),
        interval_days=float(interval) if interval else None,
        last_held=max((day for day in facts.held if day <= on), default=None),
        next_booked=min(ahead, default=None),
        last_chance_on=last_chance_on(facts, on, settings),
        catching_up=now is Standing.BEHIND and _enough_booked(facts, on, settings),
        in_doubt=in_doubt(facts, on, settings),
        credited=facts.credited_on(on),
        chance_short=chance_short(facts, on),
    )


def in_doubt(facts: Facts, on: date, settings: PaceSettings) -> bool:
    """Whether it would stand otherwise if the sessions that are still asked about were held:
    nobody is told of a standing that a tap may change."""
    now, hoped = _seen(facts, on, settings)
    return hoped is not now


def _enough_booked(facts: Facts, on: date, settings: PaceSettings) -> bool:
    """Whether the sessions booked soon would bring it back."""
    short = expected(facts, on) - facts.held_by(on)
    return short - _booked_soon(facts, on) < settings.slipping_at


def since(facts: Facts, on: date, settings: PaceSettings) -> date:
    """The first day of the unbroken stretch in which it stood as it stands on the day."""
    stands = cache(lambda day: standing(facts, day, settings))
    began = on
    for first, last in reversed(calm(facts, facts.starts_on, on)):
        if stands(last) is not stands(on):
            break
        began = first_day(stands, (first, last), lambda day: stands(day) is stands(on)) or last
        if began > first:
            break
    return began


def next_change_on(facts: Facts, on: date, settings: PaceSettings) -> date | None:
    """The first later day on which it stands otherwise, or is in doubt no more, if nothing
    happens; None when never."""
    stands = cache(lambda day: _seen(facts, day, settings))

    def told(day: date) -> tuple[Standing, bool]:
        now, hoped = stands(day)
        return now, now is hoped

    ahead = calm(facts, on + DAY, facts.ends_on + DAY)
    news = (first_day(stands, some, lambda day: told(day) != told(on)) for some in ahead)
    return next(filter(None, news), None)


def _seen(facts: Facts, on: date, settings: PaceSettings) -> tuple[Standing, Standing]:
    """How it stands, and how it would if what is still asked about was held."""
    now = standing(facts, on, settings)
    return now, standing(facts.hoped(on), on, settings) if facts.unsaid else now


def last_chance_on(facts: Facts, on: date, settings: PaceSettings) -> date | None:
    """The last day on which what has no time yet still fits; None when it no longer does, or
    when nothing is left to book."""
    needed = _days_needed(facts, on, settings)
    day = facts.ends_on - (needed - 1) * DAY
    while day >= on and present(day, facts.ends_on, facts.away) < needed:
        day -= DAY
    return day if needed and day >= on else None
