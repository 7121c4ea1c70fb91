"""Booking, moving and calling off a session. The database decides who was first."""

from datetime import datetime, timedelta

from sqlalchemy import select

from supervisor import audit, commitments, entitlements
from supervisor.errors import Refused
from supervisor.hours import pair_hours
from supervisor.models import (
    Entitlement,
    FreedTime,
    Match,
    Person,
    Proposal,
    Session,
    SoonerWish,
    Store,
)
from supervisor.openings import bookable
from supervisor.rules.kinds import Outcome, Side
from supervisor.rules.openings import BookingSettings
from supervisor.rules.words import N_
from supervisor.sessions import first_meetings, placing, session_messages
from supervisor.settings import read

CANCELLED_BY = {
    Side.WORKER: Outcome.CANCELLED_BY_WORKER,
    Side.PROVIDER: Outcome.CANCELLED_BY_PROVIDER,
}


def book(
    store: Store,
    entitlement: Entitlement,
    starts_at: datetime,
    mode: str | None,
    by: Person,
    now: datetime,
    provider: Person | None = None,
) -> Session:
    """Book a time for both; known people are confirmed at once.

    Raises `TimeGone` when either is taken by then. The same booking twice is one session.
    """
    bookable.refuse_past(starts_at, now)
    match = bookable.match_for(store, entitlement, provider, starts_at)
    pair_hours.refuse_far(store, match, starts_at, by, now)
    session, new = _take(store, match, starts_at, mode, by, now)
    if new:
        session_messages.booked(store, session, by, now)
    return session


def take(
    store: Store,
    entitlement: Entitlement,
    starts_at: datetime,
    mode: str | None,
    by: Person | None,
    now: datetime,
    provider: Person | None = None,
) -> tuple[Session, bool]:
    """Book without a word to anybody; whether it is a new session, or was booked already.

    The first one of a new pair is their first meeting, which does not count.
    """
    match = bookable.match_for(store, entitlement, provider, starts_at)
    return _take(store, match, starts_at, mode, by, now)


def _take(
    store: Store, match: Match, at: datetime, mode: str | None, by: Person | None, now: datetime
) -> tuple[Session, bool]:
    commitments.hold(store, match.entitlement.person_id, match.provider_id, now)
    again = _same(store, match, at)
    if again:
        return again, False
    session = _new(store, match, at, mode, by, now)
    bookable.refuse_unsuitable(store, session, by, now)
    with commitments.taking(store, session, at, now):
        store.add(session)
        store.flush()
        commitments.commit_both(store, session)
    _spend_proposal(store, session, now)
    _after(store, session, "booked", by, now)
    return session, True


def _spend_proposal(store: Store, session: Session, now: datetime) -> None:
    """Never more is proposed than is still owed: the proposal nearest to what is booked goes."""
    owed = session.entitlement
    proposals = list(store.scalars(select(Proposal).where(Proposal.entitlement_id == owed.id)))
    if proposals and len(proposals) > entitlements.position(store, owed, now).unbooked:
        store.delete(min(proposals, key=lambda one: abs(one.starts_at - session.starts_at)))
        store.flush()


def _same(store: Store, match: Match, starts_at: datetime) -> Session | None:
    return store.scalar(
        select(Session).where(
            Session.entitlement_id == match.entitlement_id,
            Session.provider_id == match.provider_id,
            Session.starts_at == starts_at,
            Session.cancelled_at.is_(None),
        )
    )


def _new(
    store: Store,
    match: Match,
    starts_at: datetime,
    mode: str | None,
    by: Person | None,
    now: datetime,
) -> Session:
    session = Session(
        entitlement_id=match.entitlement_id,
        entitlement=match.entitlement,
        provider_id=match.provider_id,
        provider=match.provider,
        minutes=match.entitlement.minutes,
        counts=not first_meetings.due(store, match),
        booked_at=now,
        booked_by_id=by.id if by else None,
        changed_at=now,
        room=None,
    )
    placing.place(store, session, match, starts_at, mode or bookable.usual_mode(store, match))
    return session


def check(
    store: Store,
    entitlement: Entitlement,
    starts_at: datetime,
    mode: str | None,
    by: Person,
    now: datetime,
    provider: Person | None = None,
) -> Session:
    """What `book` would book, or why not; nothing is kept."""
    match = bookable.match_for(store, entitlement, provider, starts_at)
    session = _new(store, match, starts_at, mode, by, now)
    bookable.refuse_unsuitable(store, session, by, now)
    commitments.refuse_taken(store, session, now)
    return session


def move(
    store: Store, session: Session, starts_at: datetime, mode: str | None, by: Person, now: datetime
) -> Session:
    """The same session at another time; it keeps its place in every calendar."""
    commitments.hold(store, session.entitlement.person_id, session.provider_id, now)
    store.refresh(session)
    if (starts_at, mode or session.mode) != (session.starts_at, session.mode):
        bookable.refuse_past(starts_at, now)
        match = bookable.match_for(store, session.entitlement, session.provider, starts_at)
        pair_hours.refuse_far(store, match, starts_at, by, now)
        before = session.local_start
        put(store, session, starts_at, mode, by, now)
        session_messages.moved(store, session, before, by, now)
    return session


def put(
    store: Store, session: Session, starts_at: datetime, mode: str | None, by: Person, now: datetime
) -> None:
    """Move what is known to be held, without a word to anybody."""
    _refuse_settled(session, now)
    match = bookable.match_for(store, session.entitlement, session.provider, starts_at)
    _note_freed(store, session)
    with commitments.taking(store, session, starts_at, now):
        commitments.free(store, session)
        placing.place(store, session, match, starts_at, mode or session.mode)
        bookable.refuse_unsuitable(store, session, by, now)
        placing.revise(session, now)
        commitments.commit_both(store, session)
    _after(store, session, "moved", by, now)


def cancel(
    store: Store, session: Session, by: Person, now: datetime, side: Side | None = None
) -> Session:
    """Call it off, with no reason asked; it is still owed. Twice is once.

    `side` says whose change it is when the hub does it for somebody.
    """
    if strike(store, session, by, now, side):
        not_before = session_messages.quiet_until(store, now, session.starts_at)
        session_messages.cancelled(store, [session], by, now, not_before)
    return session


def strike(
    store: Store, session: Session, by: Person, now: datetime, side: Side | None = None
) -> bool:
    """Call it off without a word to anybody; whether that was not done before."""
    commitments.hold(store, session.entitlement.person_id, session.provider_id, now)
    store.refresh(session)
    side = side or side_of(session, by)
    if session.outcome == CANCELLED_BY[side]:
        return False
    _refuse_settled(session, now)
    call_off(store, session, side, by, now)
    return True


def restore(store: Store, session: Session, by: Person, now: datetime) -> Session:
    """Undo what was called off a moment ago: the same meeting at the same time, if both are still
    free. Who was not told yet need not be told; who was is told that it is on again."""
    heard = session_messages.taken_back(store, [session], now)
    if bring_back(store, session, by, now):
        session_messages.on_again(store, [session], heard, by, now)
    return session


def bring_back(store: Store, session: Session, by: Person, now: datetime) -> bool:
    """Restore it without a word to anybody; whether it had been called off."""
    commitments.hold(store, session.entitlement.person_id, session.provider_id, now)
    store.refresh(session)
    if session.cancelled_at is None:
        return False
    _refuse_undo(store, session, by, now)
    match = bookable.match_for(store, session.entitlement, session.provider, session.starts_at)
    session.counts = session.counts or not first_meetings.due(store, match)
    with commitments.taking(store, session, session.starts_at, now):
        session.outcome = session.cancelled_at = session.cancelled_by_id = None
        bookable.refuse_unsuitable(store, session, None, now)
        placing.revise(session, now)
        commitments.commit_both(store, session)
    _after(store, session, "restored", by, now)
    return True


def is_fresh(store: Store, cancelled_at: datetime, now: datetime) -> bool:
    """Whether calling it off can still be undone."""
    return now - cancelled_at <= timedelta(minutes=read(store, BookingSettings).undo_minutes)


def _refuse_undo(store: Store, session: Session, by: Person, now: datetime) -> None:
    """What went with a match or for leave does not come back by itself."""
    own = session.outcome in CANCELLED_BY.values() and session.cancelled_by_id == by.id
    if not own or not is_fresh(store, session.cancelled_at or now, now):
        raise Refused(N_("That was called off a while ago. Book a time instead."))


def call_off(store: Store, session: Session, side: Side, by: Person, now: datetime) -> None:
    """Call off what is known to be booked, for whoever holds one of the two calendars, without a
    word to anybody."""
    _call_off(store, session, CANCELLED_BY[side], by, now)
    _after(store, session, "cancelled", by, now)


def withdraw(store: Store, session: Session, by: Person | None, now: datetime) -> None:
    """Call off what the end of a match leaves behind, on nobody's account: it is still owed.

    Whoever ends the match tells both, once for all of them.
    """
    _call_off(store, session, Outcome.DID_NOT_HAPPEN, by, now)
    audit.record(store, now, by, "withdraw", "session", session.ref)


def _note_freed(store: Store, session: Session) -> None:
    """Who would like it may be asked: a worker process looks."""
    wishes = select(SoonerWish.session_id).join(SoonerWish.session)
    if store.scalar(wishes.where(Session.provider_id == session.provider_id).limit(1)):
        store.add(FreedTime(provider_id=session.provider_id, starts_at=session.starts_at))


def _call_off(
    store: Store, session: Session, outcome: Outcome, by: Person | None, now: datetime
) -> None:
    session.outcome = outcome
    session.cancelled_at, session.cancelled_by_id = now, by.id if by else None
    placing.revise(session, now)
    _note_freed(store, session)
    commitments.free(store, session)
    store.flush()


def side_of(session: Session, person: Person) -> Side:
    """Whose side a person acts on; the hub acts for the worker unless it says otherwise."""
    return Side.PROVIDER if person.id == session.provider_id else Side.WORKER


def _refuse_settled(session: Session, now: datetime) -> None:
    if session.outcome or session.cancelled_at:
        raise Refused(N_("That meeting is already settled."))
    if session.starts_at <= now:
        raise Refused(N_("That meeting has begun. Say instead whether it happened."))


def _after(store: Store, session: Session, verb: str, by: Person | None, now: datetime) -> None:
    """Pace and trail, the same for every verb."""
    entitlement = session.entitlement
    entitlements.reassess(store, entitlement, now)
    own = by is None or by.id in {entitlement.person_id, session.provider_id}
    audit.record(store, now, by, verb, "session", session.ref, None if own else entitlement.person)
