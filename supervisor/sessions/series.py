"""A series of meetings: booked, moved or called off together, each one a session of its own.

What a holiday, time away or another meeting stands in the way of is left out, said, and still owed.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from supervisor import commitments, entitlements
from supervisor.commitments import TimeGone
from supervisor.errors import Refused
from supervisor.models import Entitlement, Person, Session, SessionSeries, Store
from supervisor.rules.kinds import Side, Which
from supervisor.rules.rhythm import Rhythm, times
from supervisor.rules.words import N_, Words
from supervisor.sessions import session_messages, sessions
from supervisor.zones import to_local, to_utc

FEWEST = 2


@dataclass(frozen=True)
class Asked:
    """A rhythm that somebody asks for, from a first start on. Without a way of meeting, the
    pair's usual one; without a provider, whoever serves on each day."""

    entitlement: Entitlement
    starts_at: datetime
    mode: str | None
    rhythm: Rhythm
    by: Person
    provider: Person | None = None


@dataclass(frozen=True)
class Step:
    """A wall time of a rhythm; `why` says what stands in its way, None that nothing does."""

    local_start: datetime
    zone: str
    why: Words | None = None


def preview(store: Store, asked: Asked, now: datetime) -> list[Step]:
    """What would be booked, and what would be left out; nothing is kept."""
    one = asked

    def check(at: datetime) -> Session:
        return sessions.check(store, one.entitlement, at, one.mode, one.by, now, one.provider)

    return _walk(asked, _owed(store, one.entitlement, now), check)


def book(store: Store, asked: Asked, now: datetime) -> tuple[list[Session], list[Step]]:
    """Book every time of the rhythm that both can, as many as are still owed; what was left out.
    Pressed twice it is one series.

    Raises `TimeGone` when the first of them has gone. Both get one message for all.
    """
    again = _again(store, asked)
    if again:
        return again, []
    booked: list[Session] = []
    one = asked

    def take(at: datetime) -> Session:
        took = sessions.take(store, one.entitlement, at, one.mode, one.by, now, one.provider)
        booked.append(took[0])
        return took[0]

    steps = _walk(asked, _owed(store, one.entitlement, now), take)
    _join(store, SessionSeries(rhythm=asked.rhythm), booked, now)
    session_messages.kept(store, booked, asked.by, now)
    return booked, [step for step in steps if step.why]


def _walk(asked: Asked, most: int, try_: Callable[[datetime], Session]) -> list[Step]:
    """Each time of the rhythm until so many fit, or the period ends. The first has to fit: it is
    what was picked."""
    first = try_(asked.starts_at)
    steps = [Step(first.local_start, first.zone)]
    for local in times(first.local_start, asked.rhythm, asked.entitlement.ends_on):
        if sum(step.why is None for step in steps) == most:
            break
        if local != first.local_start:
            steps.append(_step(local, first.zone, try_))
    return steps


def _owed(store: Store, entitlement: Entitlement, now: datetime) -> int:
    owed = entitlements.position(store, entitlement, now).unbooked
    if not owed:
        words = N_("All of them are done or booked. There is nothing left for a series.")
        raise Refused(words, field="rhythm")
    if owed < FEWEST:
        raise Refused(N_("One is left to book. Book just this one."), field="rhythm")
    return owed


def _again(store: Store, asked: Asked) -> list[Session]:
    """What the same press has booked already, and is not called off."""
    same = {"entitlement_id": asked.entitlement.id, "outcome": None, "cancelled_at": None}
    query = select(Session).filter_by(**same).join(Session.series)
    rhythm = SessionSeries.rhythm == asked.rhythm
    first = store.scalar(query.where(Session.starts_at == asked.starts_at, rhythm))
    return [first, *later(store, first, asked.starts_at)] if first else []


def _step(local: datetime, zone: str, try_: Callable[[datetime], Session]) -> Step:
    try:
        try_(to_utc(local, zone))
    except Refused as refusal:
        return Step(local, zone, Words(refusal.words, refusal.facts))
    return Step(local, zone)


def _join(store: Store, series: SessionSeries, some: Sequence[Session], now: datetime) -> None:
    series.first_start, series.zone = some[0].local_start, some[0].zone
    series.changed_at = now
    store.add(series)
    store.flush()
    for session in some:
        session.series = series
        session.series_start = to_local(session.starts_at, series.zone)
        session.series_number = series.sequence
    store.flush()


def later(store: Store, session: Session, now: datetime) -> list[Session]:
    """Those of its series that are booked after it."""
    if session.series_start is None:
        return []
    query = (
        select(Session)
        .filter_by(series_id=session.series_id, outcome=None, cancelled_at=None)
        .where(Session.series_start > session.series_start, Session.starts_at > now)
    )
    return list(store.scalars(query.order_by(Session.series_start)))


def move(
    store: Store,
    session: Session,
    starts_at: datetime,
    mode: str | None,
    by: Person,
    now: datetime,
    which: Which,
) -> list[Session]:
    """Move only this one; or with it all later ones, to the times of the same rhythm from the new
    one on that suit both. Those for which no time is left in the period are called off: they are
    still owed."""
    old = session.series
    if old is None or which == Which.ONLY:
        sessions.move(store, session, starts_at, mode, by, now)
        return []
    commitments.hold(store, session.entitlement.person_id, session.provider_id, now)
    asked = Asked(
        session.entitlement,
        starts_at,
        mode or session.mode,
        Rhythm(old.rhythm),
        by,
        session.provider,
    )
    with store.begin_nested():
        moved, left = _moved(store, asked, [session, *later(store, session, now)], now)
    stay = _staying(store, old, [*moved, *left])
    for one in left if stay is None else ():
        one.series_start = None
    new = old if stay is None else SessionSeries(rhythm=old.rhythm, after=old)
    _join(store, new, moved, now)
    session_messages.moved_along(store, moved, by, now)
    if stay:
        session_messages.shortened(store, stay, by, now)
    return left


def _staying(store: Store, old: SessionSeries, gone: Sequence[Session]) -> Session | None:
    """The last that stays at the old times; without one the series itself goes on at others."""
    ids = [session.id for session in gone]
    query = select(Session).where(Session.series_id == old.id, Session.id.not_in(ids))
    return store.scalar(query.order_by(Session.starts_at.desc()).limit(1))


def _moved(
    store: Store, asked: Asked, some: list[Session], now: datetime
) -> tuple[list[Session], list[Session]]:
    """First none of them is in the way of another, then each takes the next time that suits."""
    waiting = deque(some)
    for one in some:
        commitments.free(store, one)

    def put(at: datetime) -> Session:
        sessions.put(store, waiting[0], at, asked.mode, asked.by, now)
        return waiting.popleft()

    _walk(asked, len(some), put)
    for one in waiting:
        sessions.withdraw(store, one, asked.by, now)
    return some[: len(some) - len(waiting)], list(waiting)


def cancel(
    store: Store,
    session: Session,
    by: Person,
    now: datetime,
    side: Side | None,
    which: Which,
) -> list[Session]:
    """Call off only this one, or all later ones with it; what was called off is still owed."""
    if which == Which.ONLY:
        return [sessions.cancel(store, session, by, now, side)]
    some = [session, *later(store, session, now)]
    off = [one for one in some if sessions.strike(store, one, by, now, side)]
    if off:
        not_before = session_messages.quiet_until(store, now, off[0].starts_at)
        session_messages.cancelled_along(store, off, by, now, not_before)
    return off


def called_off_with(store: Store, session: Session) -> list[Session]:
    """Those of its series that were called off by the same press, itself too."""
    same = {"cancelled_at": session.cancelled_at, "cancelled_by_id": session.cancelled_by_id}
    if session.series_id is None:
        return [session]
    query = select(Session).filter_by(series_id=session.series_id, **same)
    return list(store.scalars(query.order_by(Session.starts_at)))


def restore(
    store: Store, session: Session, by: Person, now: datetime
) -> tuple[list[Session], list[Session]]:
    """Undo one press: what is on again, and what is not, since its time has gone."""
    some = called_off_with(store, session)
    if len(some) == 1:
        return [sessions.restore(store, session, by, now)], []
    on, gone = list[Session](), list[Session]()
    heard = session_messages.taken_back(store, some, now)
    for one in some:
        try:
            sessions.bring_back(store, one, by, now)
        except TimeGone:
            gone.append(one)
        else:
            on.append(one)
    if gone:
        session_messages.cancelled(store, gone, by, now, now)
    if on:
        session_messages.on_again(store, on, heard, by, now)
    return on, gone
