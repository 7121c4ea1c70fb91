"""The same two in another period of what one of them is owed: their meetings come along, and they
sign anew."""

from datetime import date, datetime

from sqlalchemy import select

from supervisor import audit
from supervisor.matches import match_offers, matches
from supervisor.models import Entitlement, Match, Person, Session, Store
from supervisor.sessions import placing


def booked(store: Store, match: Match, first: date, now: datetime) -> list[Session]:
    """What these two have booked from that day on, soonest first."""
    query = select(Session).filter_by(
        entitlement_id=match.entitlement_id, provider_id=match.provider_id, outcome=None,
        cancelled_at=None,
    )  # fmt: skip
    ahead = store.scalars(query.where(Session.starts_at > now).order_by(Session.starts_at))
    return [one for one in ahead if one.local_start.date() >= first]


def bring_along(store: Store, match: Match, made: Entitlement, by: Person, now: datetime) -> None:
    """What they have booked in the new period counts there, at its time."""
    for session in booked(store, match, made.starts_on, now):
        session.entitlement = made
        placing.touch(session, now)
        audit.record(store, now, by, "bring_along", "session", session.ref)
    store.flush()


def begin_anew(store: Store, match: Match, made: Entitlement, by: Person, now: datetime) -> None:
    """Their match in the new period, met the way that they agreed on."""
    goes_on = match_offers.add(store, made, match.provider, match.fit or 0, now)
    goes_on.worker_yes_at = now
    matches.begin(store, goes_on, made.starts_on, now)
    if match.agreement and goes_on.agreement:
        goes_on.agreement.mode = match.agreement.mode
        goes_on.agreement.cancellation_hours = match.agreement.cancellation_hours
    match_offers.written(store, goes_on, "begin", by, None, now)
