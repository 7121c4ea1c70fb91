"""What the two of a match are to look at, and what they differ on: found by a search."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from supervisor import capacity
from supervisor.alerts.alert_causes import AlertSettings, Cause
from supervisor.matches import agreements
from supervisor.models import Agreement, Match, Session, Store
from supervisor.rules.days import DAY
from supervisor.rules.kinds import Answer
from supervisor.sessions import delivery
from supervisor.settings import HubSettings, read
from supervisor.zones import midnight, today


def reviews_due(store: Store, now: datetime) -> Iterator[Cause]:
    """Matches whose terms are to be looked at again soon, from so many days before that day."""
    here, days = read(store, HubSettings).time_zone, read(store, AlertSettings).review_days
    on = today(now, here)
    query = (
        select(Match)
        .join(Match.agreement)
        .where(capacity.running(on), Agreement.review_on <= on + days * DAY)
        .options(joinedload(Match.agreement))
        .order_by(Agreement.review_on, Match.id)
    )
    for match in store.scalars(query):
        if match.agreement and match.agreement.review_on:
            due = match.agreement.review_on
            since = midnight(due - days * DAY, here)
            yield Cause(f"{match.ref}:{due}", since, match.entitlement_id, match_id=match.id)


def unsigned_terms(store: Store, now: datetime) -> Iterator[Cause]:
    """Matches that have begun, and whose terms not everybody has signed."""
    here = read(store, HubSettings).time_zone
    query = (
        select(Match)
        .join(Match.agreement)
        .where(capacity.running(today(now, here)), Agreement.agreed_on.is_(None))
        .options(joinedload(Match.agreement))
        .order_by(Match.starts_on, Match.id)
    )
    for match in store.scalars(query):
        if match.agreement and match.starts_on and agreements.unsigned(store, match.agreement):
            since = midnight(match.starts_on, here)
            yield Cause(match.ref, since, match.entitlement_id, match_id=match.id)


def disputes(store: Store, now: datetime) -> Iterator[Cause]:
    """Sessions on which the two differ, once nobody of them is asked any more."""
    hours = read(store, AlertSettings).remind_again_hours
    query = (
        select(Session)
        .where(
            Session.starts_at < now - timedelta(hours=hours),
            Session.cancelled_at.is_(None),
            Session.outcome.is_(None),
            Session.confirmations.any(answer=Answer.HELD),
        )
        .options(selectinload(Session.confirmations))
        .order_by(Session.starts_at, Session.id)
    )
    for session in store.scalars(query):
        if delivery.disputed(session):
            since = max(one.said_at for one in session.confirmations)
            yield Cause(session.ref, since, session.entitlement_id, session_id=session.id)
