"""When two people met last and meet next, for a manager to whom their agreement gives the dates."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from supervisor.access import employer_signed
from supervisor.models import Agreement, Match, Session, Store
from supervisor.rules.kinds import Outcome


@dataclass(frozen=True)
class Dates:
    """The day they met last and the day they meet next; None for no such day."""

    last: date | None
    next: date | None


def of(store: Store, ids: list[int], on: date, now: datetime) -> dict[int, Dates]:
    """By entitlement, for exactly those whose running match says so, signed by the employer too.
    Meetings with anybody else are in no other agreement's dates."""
    query = select(Match.entitlement_id, Match.provider_id).where(
        Match.entitlement_id.in_(ids), employer_signed(Agreement.manager_sees_dates, on)
    )
    return {owed: _dates(store, owed, provider, now) for owed, provider in store.execute(query)}


def _dates(store: Store, entitlement: int, provider: int, now: datetime) -> Dates:
    theirs = (Session.entitlement_id == entitlement, Session.provider_id == provider)
    last = select(func.max(Session.local_start)).where(*theirs, Session.outcome == Outcome.HELD)
    ahead = (Session.starts_at > now, Session.cancelled_at.is_(None))
    coming = select(func.min(Session.local_start)).where(*theirs, *ahead)
    met, meet = store.scalar(last), store.scalar(coming)
    return Dates(met.date() if met else None, meet.date() if meet else None)
