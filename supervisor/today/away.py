"""Somebody is away: who is asked to meet at another time, who has booked, and who has cover."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from supervisor.matches import absences
from supervisor.matches.absences import Gap
from supervisor.models import Leave, Match, Message, Person, Session, Store
from supervisor.rules.kinds import MatchState, Outcome
from supervisor.sessions import session_messages


@dataclass(frozen=True)
class Line:
    """Somebody whom they meet: what was called off, the letter with other times, what is booked
    next with anybody, and who covers or is asked to."""

    gap: Gap
    off: list[Session]
    told: Message | None
    booked: Session | None
    cover: Match | None

    @property
    def wants_cover(self) -> bool:
        """Nobody was asked yet."""
        return self.gap.wants_cover and self.cover is None


def leave_of(store: Store, person: Person, first: date) -> Leave | None:
    """Their time away that begins on a day."""
    return store.scalar(select(Leave).filter_by(person_id=person.id, starts_on=first))


def lines(store: Store, leave: Leave, now: datetime) -> list[Line]:
    """Everybody whom they meet, by name."""
    provider = store.get_one(Person, leave.person_id)
    found = absences.gaps(store, provider, leave.starts_on, leave.ends_on)
    return [_line(store, gap, leave, now) for gap in found]


def _line(store: Store, gap: Gap, leave: Leave, now: datetime) -> Line:
    off = _off(store, gap.match, leave)
    return Line(
        gap,
        off,
        _told(store, gap.match, off),
        _booked(store, gap.match, now),
        _cover(store, gap.match, leave),
    )


def _off(store: Store, match: Match, leave: Leave) -> list[Session]:
    start, end = (datetime.combine(day, time.min) for day in (leave.starts_on, leave.ends_on))
    query = select(Session).where(
        Session.entitlement_id == match.entitlement_id,
        Session.provider_id == match.provider_id,
        Session.outcome == Outcome.CANCELLED_BY_PROVIDER,
        Session.local_start >= start,
        Session.local_start < end,
    )
    return list(store.scalars(query.order_by(Session.starts_at)))


def _told(store: Store, match: Match, off: Sequence[Session]) -> Message | None:
    """The newest that the worker was written, as long as it was not taken back."""
    query = select(Message).where(
        Message.cause.in_(session_messages.causes_of_cancelling(off)),
        Message.recipient_id == match.entitlement.person_id,
        Message.dropped_at.is_(None),
    )
    return store.scalars(query.order_by(Message.id.desc())).first()


def _booked(store: Store, match: Match, now: datetime) -> Session | None:
    query = select(Session).where(
        Session.entitlement_id == match.entitlement_id,
        Session.starts_at > now,
        Session.outcome.is_(None),
        Session.cancelled_at.is_(None),
    )
    return store.scalars(query.order_by(Session.starts_at)).first()


def _cover(store: Store, match: Match, leave: Leave) -> Match | None:
    """Whoever said yes goes before those who are asked."""
    query = select(Match).where(
        Match.entitlement_id == match.entitlement_id,
        Match.cover,
        Match.state.in_((MatchState.OFFERED, MatchState.ACTIVE)),
        or_(Match.ends_on.is_(None), Match.ends_on >= leave.starts_on),
    )
    order = Match.state == MatchState.OFFERED, Match.worker_yes_at.is_(None), Match.id
    return store.scalars(query.options(joinedload(Match.provider)).order_by(*order)).first()
