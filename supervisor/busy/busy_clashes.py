"""Meetings that are booked where a calendar now says that one of the two is busy."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload

from supervisor.models import BusySpan, Commitment, Entitlement, Session, Store


@dataclass(frozen=True)
class Clash:
    """A session at its present revision, and since when it clashes with something else."""

    session: Session
    since: datetime

    @property
    def key(self) -> str:
        """The same as long as it is the same time; moved, it is another."""
        return f"{self.session.ref}:{self.session.sequence}"


def clashes(store: Store, now: datetime) -> Iterator[Clash]:
    """Sessions ahead that a busy time overlaps which was not there when they were booked.

    A time that is exactly theirs is the session itself, written down by hand. What is unsure
    hides times, and alarms nobody. Of several the first counts.
    """
    seen: set[int] = set()
    for session, since in store.execute(_overlaps(now)):
        if session.id not in seen:
            seen.add(session.id)
            yield Clash(session, since)


def _overlaps(now: datetime) -> Select[Session, datetime]:
    span, taken = BusySpan, Commitment
    same = and_(span.starts_at == taken.starts_at, span.ends_at == taken.ends_at)
    return (
        select(Session, span.seen_at)
        .join(taken, taken.session_id == Session.id)
        .join(span, span.person_id == taken.person_id)
        .join(Entitlement, Entitlement.id == Session.entitlement_id)
        .where(
            Session.starts_at > now,
            Session.cancelled_at.is_(None),
            or_(taken.lapses_at.is_(None), taken.lapses_at > now),
            span.starts_at < taken.ends_at,
            span.ends_at > taken.starts_at,
            span.seen_at > Session.changed_at,
            span.sure,
            ~same,
        )
        .options(joinedload(Session.entitlement))
        .order_by(span.seen_at, Session.id)
    )
