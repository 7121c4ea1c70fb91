"""The meetings of an entitlement: what is booked, and what happened in those that are behind."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from supervisor.models import Entitlement, Session, Store
from supervisor.sessions import delivery
from supervisor.viewers import Viewer


@dataclass(frozen=True)
class Past:
    """One meeting; `by_both` when both say that it was held, `differs` when they do not agree."""

    session: Session
    by_both: bool
    differs: bool

    @property
    def asked(self) -> bool:
        """Whether it still waits for a word."""
        session = self.session
        open_ = session.outcome is None and session.cancelled_at is None
        return open_ and not self.differs


def past(store: Store, entitlement: Entitlement, viewer: Viewer, now: datetime) -> list[Past]:
    """What has begun or was called off, latest first; a provider's own alone."""
    query = (
        _of(entitlement, viewer)
        .where(or_(Session.starts_at <= now, Session.cancelled_at.is_not(None)))
        .options(
            joinedload(Session.entitlement).joinedload(Entitlement.person),
            selectinload(Session.confirmations),
        )
        .order_by(Session.starts_at.desc(), Session.id.desc())
    )
    return [
        Past(one, delivery.is_delivered(one), delivery.disputed(one))
        for one in store.scalars(query)
    ]


def coming(store: Store, entitlement: Entitlement, viewer: Viewer, now: datetime) -> list[Session]:
    """What is booked and has not begun, soonest first; a provider's own alone."""
    query = (
        _of(entitlement, viewer)
        .where(Session.starts_at > now, Session.cancelled_at.is_(None))
        .options(joinedload(Session.place), joinedload(Session.room))
        .order_by(Session.starts_at, Session.id)
    )
    return list(store.scalars(query))


def _of(entitlement: Entitlement, viewer: Viewer) -> Select[Session]:
    query = select(Session).where(Session.entitlement_id == entitlement.id)
    if entitlement.person_id != viewer.person_id and not viewer.coordinator:
        query = query.where(Session.provider_id == viewer.person_id)
    return query.options(joinedload(Session.provider))
