"""Whatever changed in an event that somebody's calendar has by mail, and no letter told it, is
told by one of its own. So nothing that anybody does has to think of calendars."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from supervisor.feeds import invitations, invited_events
from supervisor.feeds.feed_events import Record
from supervisor.feeds.invited_records import SPEAKS
from supervisor.groups import unread_terms
from supervisor.models import (
    InvitedEvent,
    Meeting,
    Message,
    Person,
    Series,
    Session,
    SessionSeries,
    Store,
)
from supervisor.reach import wants_invitations
from supervisor.rules.kinds import Channel
from supervisor.sessions import calendar_letters


def tell(store: Store, now: datetime) -> int:
    """Write to each whose calendar has something else than what is true; how many letters."""
    changed = _changed(store, now)
    return sum(
        _tell(store, person, list(rows), now)
        for person, rows in groupby(changed, lambda row: row.person)
    )


def _changed(store: Store, now: datetime) -> Sequence[InvitedEvent]:
    """What a calendar has ahead, and was not held against what is true since that changed."""
    query = select(InvitedEvent).join(InvitedEvent.person)
    query = query.where(Person.invited, InvitedEvent.until_at > now, or_(*_since()))
    return store.scalars(query.order_by(InvitedEvent.person_id, InvitedEvent.uid)).all()


def _since() -> list[ColumnElement[bool]]:
    return [
        exists().where(one.uid == InvitedEvent.uid, one.changed_at >= InvitedEvent.looked_at)
        for one in (Session, Meeting, SessionSeries, Series)
    ]


def _tell(store: Store, person: Person, rows: list[InvitedEvent], now: datetime) -> int:
    """Letters that are on their way may say it: then it is looked at again after them, and once
    mail reaches them again where it does not."""
    if not wants_invitations(person) or _awaits(store, person):
        return 0
    return sum(_look(store, person, row, now) for row in rows)


def _awaits(store: Store, person: Person) -> bool:
    query = select(Message.id).where(
        Message.recipient_id == person.id,
        Message.template.in_(SPEAKS),
        Message.channel == Channel.EMAIL,
        Message.sent_at.is_(None),
        Message.dropped_at.is_(None),
        Message.stopped_at.is_(None),
    )
    return store.scalar(query.limit(1)) is not None


def _look(store: Store, person: Person, row: InvitedEvent, now: datetime) -> bool:
    row.looked_at = now
    record = _record(store, row.uid, now)
    if record is None or reads_first(store, record, person):
        return False
    if not invitations.differs(store, person, record, now):
        return False
    pieces = invited_events.pieces_of(store, person, now)
    gone = not invited_events.about(store, pieces, record).ahead(now)
    return calendar_letters.tell(store, person, record, now, gone=gone) is not None


def reads_first(store: Store, record: Record, person: Person) -> bool:
    """Whose hours are kept from them until they have read what their group agrees on."""
    if isinstance(record, Session):
        return False
    seat = unread_terms.has_seat(record.group, person)
    return seat and unread_terms.keeps_back(store, record.group, person)


def _record(store: Store, uid: str, now: datetime) -> Record | None:
    """A meeting of an event: itself, else the next one of a rhythm, else its last."""
    return _of(store, Session, SessionSeries, uid, now) or _of(store, Meeting, Series, uid, now)


def _of(store: Store, record: Any, series: Any, uid: str, now: datetime) -> Record | None:
    in_series = (series.uid == uid) & record.series_start.is_not(None)
    theirs = select(record).outerjoin(record.series).where(or_(record.uid == uid, in_series))
    following = theirs.where(record.starts_at > now).order_by(record.starts_at)
    last = theirs.order_by(record.starts_at.desc())
    found: Record | None = store.scalar(following.limit(1)) or store.scalar(last.limit(1))
    return found
