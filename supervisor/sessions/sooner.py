"""An earlier time: who would like one, and who is asked when one comes free.

A few are asked at once, those first who wished first; the first yes has it, and nobody waits.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import joinedload

from supervisor import audit
from supervisor.errors import Refused
from supervisor.models import (
    Entitlement,
    FreedTime,
    Person,
    Session,
    SoonerOffer,
    SoonerWish,
    Store,
)
from supervisor.models.engine import read_again
from supervisor.rules.openings import BookingSettings
from supervisor.rules.words import N_
from supervisor.sessions import sessions
from supervisor.sessions.session_messages import sooner
from supervisor.settings import read, read_each
from supervisor.viewers import acting_for

TAKEN = N_("Somebody else was quicker. Your meeting stays where it is.")
LATE = N_("It is too late for that time. Your meeting stays where it is.")
CLOSED = N_("Somebody else has it, or it was turned down. Your meeting stays where it is.")
OFF = N_("That meeting was called off.")
HAD = N_("Your meeting is at that time now.")


@dataclass(frozen=True)
class SoonerSettings:
    """How many are asked about one time, how many days earlier it has to be, and for how many
    hours they can say yes."""

    asked: int = 3
    days: int = 1
    hours: int = 24


def wish(store: Store, session: Session, by: Person, now: datetime) -> None:
    """Ask to be told; twice is once."""
    behalf = acting_for(store, by, session.entitlement.person)
    read_again(store, session)
    if session.cancelled_at or session.outcome or session.starts_at <= now:
        raise Refused(N_("That meeting is over, or was called off."))
    if not wished(store, session):
        store.add(SoonerWish(session_id=session.id, asked_at=now))
        audit.record(store, now, by, "wish", "sooner", session.ref, behalf)
        store.flush()


def wished(store: Store, session: Session) -> bool:
    """Whether its worker would like it sooner."""
    return store.get(SoonerWish, session.id) is not None


def unwish(store: Store, session: Session, by: Person, now: datetime) -> None:
    """Not any more; what was asked is closed."""
    behalf = acting_for(store, by, session.entitlement.person)
    if wished(store, session):
        store.execute(delete(SoonerWish).where(SoonerWish.session_id == session.id))
        audit.record(store, now, by, "unwish", "sooner", session.ref, behalf)
    for offer in _open(store, session):
        offer.closed_at = now
    store.flush()


def _open(store: Store, session: Session) -> list[SoonerOffer]:
    return list(store.scalars(select(SoonerOffer).filter_by(session_id=session.id, closed_at=None)))


def offer_freed(store: Store, now: datetime) -> None:
    """Ask about every time that came free, once, and not while it may still be taken back."""
    fresh = now - timedelta(minutes=read(store, BookingSettings).undo_minutes)
    undone = exists().where(
        Session.provider_id == FreedTime.provider_id,
        Session.starts_at == FreedTime.starts_at,
        Session.cancelled_at > fresh,
    )
    for freed in store.scalars(select(FreedTime).where(~undone).order_by(FreedTime.id)).all():
        _offer(store, freed, now)
        store.delete(freed)
    store.flush()


def _offer(store: Store, freed: FreedTime, now: datetime) -> None:
    settings, booking = read_each(store, SoonerSettings, BookingSettings)
    notice = freed.starts_at - timedelta(hours=booking.notice_hours)
    lapses = min(now + timedelta(hours=settings.hours), notice)
    if lapses <= now:
        return
    asked = 0
    for session in _wishers(store, freed, settings):
        if asked < settings.asked and _suits(store, session, freed.starts_at, now):
            offer = _offered(store, session, freed.starts_at)
            offer.offered_at, offer.lapses_at, offer.closed_at = now, lapses, None
            store.add(offer)
            store.flush()
            sooner(store, offer, now)
            asked += 1


def _offered(store: Store, session: Session, starts_at: datetime) -> SoonerOffer:
    """The one of before, where that time went before it was answered; else a new one."""
    same = select(SoonerOffer).filter_by(session_id=session.id, starts_at=starts_at)
    return store.scalar(same) or SoonerOffer(session=session, starts_at=starts_at)


def _wishers(store: Store, freed: FreedTime, settings: SoonerSettings) -> Iterator[Session]:
    """Whose meeting with this provider is later by enough, the longest waiting first; nobody is
    asked twice about one time."""
    again = exists().where(
        SoonerOffer.session_id == Session.id,
        SoonerOffer.starts_at == freed.starts_at,
        SoonerOffer.closed_at.is_distinct_from(SoonerOffer.lapses_at),
    )
    query = (
        select(Session)
        .join(SoonerWish, SoonerWish.session_id == Session.id)
        .where(
            Session.provider_id == freed.provider_id,
            Session.starts_at >= freed.starts_at + timedelta(days=settings.days),
            Session.outcome.is_(None),
            Session.cancelled_at.is_(None),
            ~again,
        )
        .options(joinedload(Session.entitlement).joinedload(Entitlement.person))
        .order_by(SoonerWish.asked_at, SoonerWish.session_id)
    )
    yield from store.scalars(query).all()


def _suits(store: Store, session: Session, starts_at: datetime, now: datetime) -> bool:
    """Whether the worker could move it there: tried, and taken back."""
    trial = store.begin_nested()
    try:
        sessions.put(store, session, starts_at, None, session.entitlement.person, now)
    except Refused:
        return False
    finally:
        if trial.is_active:
            trial.rollback()
    return True


@dataclass(frozen=True)
class Stand:
    """Whether they wished to hear of earlier times, and which they can have now."""

    wished: bool
    offers: list[SoonerOffer]


def stands(store: Store, session: Session, reader: Person, now: datetime) -> Stand | None:
    """For the worker and the hub; None for whoever they meet."""
    if reader.id == session.provider_id:
        return None
    offers = [one for one in _open(store, session) if is_open(one, now)]
    return Stand(wished(store, session), offers)


def is_open(offer: SoonerOffer, now: datetime) -> bool:
    """Whether it can still be answered."""
    return offer.closed_at is None and now < offer.lapses_at


def accept(store: Store, offer: SoonerOffer, by: Person, now: datetime) -> Session:
    """Yes: the meeting moves there. The first yes has it."""
    acting_for(store, by, offer.session.entitlement.person)
    read_again(store, offer)
    if not is_open(offer, now):
        raise Refused(TAKEN)
    sessions.move(store, offer.session, offer.starts_at, None, by, now)
    store.execute(delete(SoonerWish).where(SoonerWish.session_id == offer.session_id))
    for other in _of_that_time(store, offer):
        other.closed_at = now
    store.flush()
    return offer.session


def gone(store: Store, offer: SoonerOffer, now: datetime) -> None:
    """The time was taken meanwhile; if it comes free once more, they are asked anew."""
    offer.closed_at = offer.lapses_at = now
    store.flush()


def outcome(offer: SoonerOffer, now: datetime) -> str:
    """Why it can not be answered any more; empty while it can."""
    if is_open(offer, now):
        return ""
    if offer.session.starts_at == offer.starts_at:
        return HAD
    if offer.session.cancelled_at:
        return OFF
    return LATE if offer.closed_at is None else CLOSED


def _of_that_time(store: Store, offer: SoonerOffer) -> list[SoonerOffer]:
    """Everybody's of that time, and all others of this meeting: it has been moved."""
    query = select(SoonerOffer).join(SoonerOffer.session).where(SoonerOffer.closed_at.is_(None))
    provider = offer.session.provider_id
    theirs = (Session.provider_id == provider) & (SoonerOffer.starts_at == offer.starts_at)
    return list(store.scalars(query.where(theirs | (Session.id == offer.session_id))))


def decline(store: Store, offer: SoonerOffer, by: Person, now: datetime) -> None:
    """No to this time, without a reason; they still hear of others."""
    behalf = acting_for(store, by, offer.session.entitlement.person)
    offer.closed_at = offer.closed_at or now
    audit.record(store, now, by, "decline", "sooner", offer.session.ref, behalf)
