"""Booking, moving and calling off a session. The database decides who was first."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError

from supervisor import audit, entitlements, messages
from supervisor.access import RUNNING
from supervisor.closed_days import is_closed
from supervisor.errors import Refused
from supervisor.models import Commitment, Entitlement, Match, Person, Session, Store
from supervisor.models.engine import lock_people
from supervisor.openings import Opening, mode_of, openings
from supervisor.rules.kinds import Mode, Outcome, Side
from supervisor.rules.openings import BookingSettings
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, read
from supervisor.zones import to_local, to_utc, today

GONE = N_("That time has just gone.")
SOON = timedelta(hours=48)


class TimeGone(Refused):
    """Somebody else took it a moment ago; `others` are the next times that suit both."""

    def __init__(self, others: list[Opening]) -> None:
        self.others = others
        super().__init__(GONE, field="start")


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
    match = _match_for(store, entitlement, provider, starts_at, now)
    again = _same(store, entitlement, match, starts_at)
    if again:
        return again
    session = _new(store, entitlement, match, starts_at, mode, by, now)
    _refuse_unsuitable(store, session, now)
    with _taking(store, session, now):
        store.add(session)
        store.flush()
        _commit_both(store, session)
    _after(store, session, "booked", by, now)
    return session


def _match_for(
    store: Store,
    entitlement: Entitlement,
    provider: Person | None,
    starts_at: datetime,
    now: datetime,
) -> Match:
    """The cover or match that runs on the day of the session."""
    on = today(starts_at, entitlements.zone_of(store, entitlement))
    query = (
        select(Match)
        .where(
            Match.entitlement_id == entitlement.id,
            Match.state.in_(RUNNING),
            or_(Match.ends_on.is_(None), Match.ends_on >= on),
            Match.starts_on <= max(on, today(now, "UTC")),
        )
        .order_by(Match.cover.desc(), Match.starts_on.desc())
    )
    if provider is not None:
        query = query.where(Match.provider_id == provider.id)
    match = store.scalars(query).first()
    if match is None:
        raise Refused(N_("There is nobody to meet on that day. Choose a supervisor first."))
    return match


def _same(
    store: Store, entitlement: Entitlement, match: Match, starts_at: datetime
) -> Session | None:
    return store.scalar(
        select(Session).where(
            Session.entitlement_id == entitlement.id,
            Session.provider_id == match.provider_id,
            Session.starts_at == starts_at,
            Session.cancelled_at.is_(None),
        )
    )


def _new(
    store: Store,
    entitlement: Entitlement,
    match: Match,
    starts_at: datetime,
    mode: str | None,
    by: Person,
    now: datetime,
) -> Session:
    zone = entitlements.zone_of(store, entitlement)
    chosen = mode or mode_of(entitlement.person, match.provider, read(store, BookingSettings))
    if chosen not in set(Mode):
        raise Refused(N_("Say how you will meet: in person, video or phone."), field="mode")
    return Session(
        entitlement_id=entitlement.id,
        entitlement=entitlement,
        provider_id=match.provider_id,
        provider=match.provider,
        starts_at=starts_at,
        local_start=to_local(starts_at, zone),
        zone=zone,
        minutes=entitlement.minutes,
        mode=chosen,
        place_id=entitlement.person.place_id if chosen == Mode.IN_PERSON else None,
        booked_at=now,
        booked_by_id=by.id,
        changed_at=now,
    )


def _refuse_unsuitable(store: Store, session: Session, now: datetime) -> None:
    """What no list of times would have offered."""
    entitlement, on = session.entitlement, session.local_start.date()
    to_utc(session.local_start, session.zone)
    if session.starts_at <= now:
        raise Refused(N_("That time is over. Choose one that is still to come."), field="start")
    if not entitlement.starts_on <= on <= entitlement.ends_on:
        raise Refused(N_("That day is outside the period of these sessions."), field="start")
    hub = read(store, HubSettings)
    place = entitlement.person.place
    region = place.region if place and place.region else hub.region
    if is_closed(on, region) and not read(store, BookingSettings).open_on_holidays:
        raise Refused(N_("That day is a public holiday. Choose another."), field="start")


@contextmanager
def _taking(store: Store, session: Session, now: datetime) -> Iterator[None]:
    """Take both calendars, or say that the time has gone and what is free instead."""
    people = (session.entitlement.person_id, session.provider_id)
    lock_people(store, people)
    store.execute(
        delete(Commitment).where(Commitment.person_id.in_(people), Commitment.lapses_at <= now)
    )
    try:
        with store.begin_nested():
            yield
    except IntegrityError as clash:
        if "commitment_overlap" not in str(clash.orig):
            raise
        others = openings(store, session.entitlement, now, count=3, provider=session.provider)
        raise TimeGone(others.times) from clash


def _commit_both(store: Store, session: Session) -> None:
    ends = session.starts_at + timedelta(minutes=session.minutes)
    for person_id in (session.entitlement.person_id, session.provider_id):
        store.add(
            Commitment(
                person_id=person_id,
                starts_at=session.starts_at,
                ends_at=ends,
                session_id=session.id,
            )
        )
    store.flush()


def move(
    store: Store, session: Session, starts_at: datetime, mode: str | None, by: Person, now: datetime
) -> Session:
    """The same session at another time; it keeps its place in every calendar."""
    _refuse_settled(session, now)
    if starts_at == session.starts_at:
        return session
    before = session.local_start
    with _taking(store, session, now):
        _free(store, session)
        session.starts_at = starts_at
        session.local_start = to_local(starts_at, session.zone)
        session.mode = mode or session.mode
        _refuse_unsuitable(store, session, now)
        _revise(session, now)
        _commit_both(store, session)
    _after(store, session, "moved", by, now, before=before.isoformat())
    return session


def cancel(
    store: Store, session: Session, by: Person, now: datetime, side: Side | None = None
) -> Session:
    """Call it off, with no reason asked; it is still owed.

    `side` says whose change it is when the hub does it for somebody.
    """
    _refuse_settled(session, now)
    side = side or side_of(session, by)
    worker = side == Side.WORKER
    outcome = Outcome.CANCELLED_BY_WORKER if worker else Outcome.CANCELLED_BY_PROVIDER
    _call_off(store, session, outcome, by, now)
    _after(store, session, "cancelled", by, now)
    return session


def withdraw(store: Store, session: Session, by: Person | None, now: datetime) -> None:
    """Call off what the end of a match leaves behind, on nobody's account: it is still owed.

    Whoever ends the match tells both, once for all of them.
    """
    _call_off(store, session, Outcome.DID_NOT_HAPPEN, by, now)
    audit.record(store, now, by, "withdraw", "session", session.ref)


def _call_off(
    store: Store, session: Session, outcome: Outcome, by: Person | None, now: datetime
) -> None:
    session.outcome = outcome
    session.cancelled_at, session.cancelled_by_id = now, by.id if by else None
    _revise(session, now)
    _free(store, session)
    store.flush()


def side_of(session: Session, person: Person) -> Side:
    """Whose side a person acts on; the hub acts for the worker unless it says otherwise."""
    return Side.PROVIDER if person.id == session.provider_id else Side.WORKER


def _refuse_settled(session: Session, now: datetime) -> None:
    if session.outcome or session.cancelled_at:
        raise Refused(N_("That meeting is already settled."))
    if session.starts_at <= now:
        raise Refused(N_("That meeting has begun. Say instead whether it happened."))


def _revise(session: Session, now: datetime) -> None:
    """A new revision for every calendar; the number never falls."""
    session.sequence += 1
    session.changed_at = now


def _free(store: Store, session: Session) -> None:
    store.execute(delete(Commitment).where(Commitment.session_id == session.id))


def _after(
    store: Store, session: Session, verb: str, by: Person, now: datetime, **more: Any
) -> None:
    """Pace, words and trail, the same for every verb."""
    entitlement = session.entitlement
    entitlements.reassess(store, entitlement, now)
    audit.record(
        store, now, by, verb, "session", session.ref,
        None if by.id in {entitlement.person_id, session.provider_id} else entitlement.person,
    )  # fmt: skip
    for person, other in (
        (entitlement.person, session.provider),
        (session.provider, entitlement.person),
    ):
        facts = _facts(session, by, person, other) | more
        if verb == "cancelled":
            found = openings(store, entitlement, now, count=3, provider=session.provider)
            facts["times"] = [time.local_start.isoformat() for time in found.times]
        cause = f"{verb}:{session.ref}:{session.sequence}"
        messages.tell(store, person, cause, verb, facts, now, urgent=True)


def _facts(session: Session, by: Person, person: Person, other: Person) -> dict[str, Any]:
    return {
        "session": session.ref,
        "entitlement": session.entitlement.ref,
        "other": other.name,
        "by": by.name if by.id not in {person.id, other.id} else "",
        "mine": by.id == person.id,
        "starts": session.local_start.isoformat(),
        "minutes": session.minutes,
        "mode": session.mode,
    }
