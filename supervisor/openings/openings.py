"""Openings: times that suit a worker and a provider, best first, with reasons where none do."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from sqlalchemy import select

from supervisor.models import Entitlement, Person, Session, Store
from supervisor.openings import opening_reasons
from supervisor.openings.opening_frames import Frame, frame_of, wider
from supervisor.rules import openings as rule
from supervisor.rules.days import DAY, present
from supervisor.rules.kinds import Outcome
from supervisor.rules.open_values import Spot
from supervisor.rules.openings import BookingSettings, Run, Wish
from supervisor.rules.words import Words
from supervisor.zones import to_local


@dataclass(frozen=True)
class Opening:
    """A time that suits both, in the session's zone, with whom and how they would meet."""

    starts_at: datetime
    local_start: datetime
    zone: str
    minutes: int
    mode: str
    place_id: int | None
    provider_id: int
    place: Spot | None = None


@dataclass(frozen=True)
class Openings:
    """Times best first, and why there are not more."""

    times: list[Opening]
    reasons: list[Words]


def openings(
    store: Store,
    entitlement: Entitlement,
    now: datetime,
    count: int = 12,
    provider: Person | None = None,
    until: date | None = None,
    moving: Session | None = None,
    near: date | None = None,
) -> Openings:
    """The best times from now with whoever is in charge on each day, or with one provider.

    `until` looks further than the usual horizon, as is done where nothing is found within it;
    `near` is a day that they wish for, instead of the one that their cadence points to. A session
    that is `moving` takes nobody's time. Two meetings are a sensible gap apart where they can be,
    and never on one day.
    """
    frame = frame_of(store, entitlement, provider, until, now, moving)
    wish, kept = _wish(store, frame, moving, near)
    found, gap = _found(frame, wish, kept, count)
    if not found and until is None and frame.diary.last < entitlement.ends_on:
        frame = wider(store, frame, now, moving)
        found, gap = _found(frame, wish, kept, count)
    close = opening_reasons.Near(kept, gap)
    return Openings(found[:count], opening_reasons.of(frame, frame.turns, close))


def _found(frame: Frame, wish: Wish, kept: Sequence[date], count: int) -> tuple[list[Opening], int]:
    """The best first, a sensible gap from when they meet anyway, or at least not on those days;
    and that gap in days."""
    found, gap = list[Opening](), 1
    for gap in (frame.pace.shortest_gap_days, 1):
        shut = _around(kept, gap)
        found = [time for turn in frame.turns for time in _in_turn(frame, turn, wish, count, shut)]
        if found:
            break
    found.sort(key=lambda time: rule.worth(time.starts_at, time.zone, wish))
    return _spread(found, frame.booking), gap


def _around(kept: Sequence[date], gap: int) -> frozenset[date]:
    """Days too near to one on which they meet: on the same day, or within the gap."""
    return frozenset(day + DAY * n for day in kept for n in range(1 - gap, gap))


def _in_turn(
    frame: Frame, turn: Run, wish: Wish, count: int, shut: frozenset[date]
) -> Iterator[Opening]:
    """The best times with one provider, and how they would meet."""
    for meet in frame.meets(turn):
        how = frame.way(meet)
        search = frame.search(turn, how.zone, shut)
        for at in rule.best(meet.both, search, wish, frame.booking, count):
            local = to_local(at, how.zone)
            where = how.place_id, turn.provider, meet.place
            yield Opening(at, local, how.zone, frame.entitlement.minutes, how.mode, *where)


def _spread(found: Sequence[Opening], settings: BookingSettings) -> list[Opening]:
    """Of several ways of meeting, the better at each time; a few of a day, some way apart."""
    apart, kept = timedelta(minutes=settings.apart_minutes), list[Opening]()
    days: defaultdict[date, list[datetime]] = defaultdict(list)
    for time in found:
        day = days[time.local_start.date()]
        far = all(abs(time.starts_at - at) >= apart and time.starts_at != at for at in day)
        if far and len(day) < settings.per_day_shown:
            day.append(time.starts_at)
            kept.append(time)
    return kept


def _wish(
    store: Store, frame: Frame, moving: Session | None, near: date | None
) -> tuple[Wish, list[date]]:
    """The day that their cadence points to, with the weekday and hour at which they met last;
    and the days on which they meet."""
    query = select(Session.local_start, Session.outcome).where(
        Session.entitlement_id == frame.entitlement.id,
        Session.cancelled_at.is_(None),
        Session.outcome.is_(None) | (Session.outcome == Outcome.HELD),
        Session.counts,
    )
    if moving is not None:
        query = query.where(Session.id != moving.id)
    rows = store.execute(query.order_by(Session.local_start)).all()
    first = frame.diary.first
    held = sum(outcome == Outcome.HELD for _start, outcome in rows)
    days = [start.date() for start, _outcome in rows]
    due = near or rule.due_on(days, first, _cadence(frame, held))
    usual = rows[-1][0] if rows else None
    minute = usual.hour * 60 + usual.minute if usual else None
    return Wish(due, usual.weekday() if usual else None, minute), days


def _cadence(frame: Frame, held: int) -> Fraction:
    """Days from one session to the next that bring in all that is still owed; the usual interval
    where nothing is."""
    owed, away = frame.matched.contracted - held, frame.diary.hours[frame.worker.id].leave
    first = frame.diary.first if owed > 0 else frame.entitlement.starts_on
    days = present(first, frame.entitlement.ends_on, away)
    return Fraction(days, max(owed if owed > 0 else frame.matched.contracted, 1))
