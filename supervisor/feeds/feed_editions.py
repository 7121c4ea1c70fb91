"""What a feed holds now: one question, whose answer is its ETag.

The past year and everything ahead: sessions on either side, and the meetings of their groups
but those to which they said no. A debrief is never in it. What was called off stays a month.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, true, union_all

from supervisor.feeds.feed_pieces import Entry, Piece, Voice, in_pieces, said
from supervisor.groups.unread_terms import unread
from supervisor.models import (
    Attendance,
    Entitlement,
    Group,
    Guest,
    Meeting,
    Seat,
    Series,
    Session,
    SessionSeries,
    Store,
)
from supervisor.rules.kinds import FeedPart, Kind, Outcome
from supervisor.settings import HubSettings, read

FORMAT = "3"
"""Raised when an entry reads otherwise than before at the same revision."""


@dataclass(frozen=True)
class FeedSettings:
    """Days kept behind, days that a called-off meeting stays, hours after which to look again,
    minutes between two notes of a fetch, and days of silence after which its owner is told."""

    back_days: int = 366
    tombstone_days: int = 30
    refresh_hours: int = 4
    note_minutes: int = 1
    quiet_days: int = 3


@dataclass(frozen=True)
class Edition:
    """What a feed holds now, without a line of it rendered.

    An empty one has a zone in it, since a calendar without any component is none (RFC 5545
    section 3.6) and some programs refuse it.
    """

    pieces: list[Piece]
    zones: set[str]
    etag: str
    last_modified: datetime


def edition(store: Store, voice: Voice, settings: FeedSettings, now: datetime) -> Edition:
    """What the feed holds, by one question.

    Days, not moments, end what grows old; so the feed changes by itself at midnight UTC only,
    and Last-Modified, which is never before that, hides no change for longer than a day even
    from a reader without ETags.
    """
    day = midnight(now)
    since = day - timedelta(days=settings.back_days)
    mourned = day - timedelta(days=settings.tombstone_days)
    asked = [_meetings(voice, since, mourned)]
    if voice.part != FeedPart.GROUP:
        asked.append(_sessions(voice, since, mourned))
    query = union_all(*asked)
    pieces = in_pieces([Entry(*row) for row in store.execute(query)])
    zones = {zone for piece in pieces for zone in piece.zones}
    zones = zones or {read(store, HubSettings).time_zone}
    return Edition(pieces, zones, _etag(voice, settings, pieces, zones), _latest(day, pieces))


def midnight(now: datetime) -> datetime:
    """When the day began, in UTC."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _sessions(voice: Voice, since: datetime, mourned: datetime) -> Any:
    """Sessions on either side. One that came in by import as called off was never shown: only
    what changed since it was first here has a revision above 0."""
    called_off = (Outcome.CANCELLED_BY_WORKER, Outcome.CANCELLED_BY_PROVIDER)
    for_me, by_me = Entitlement.person_id == voice.person_id, Session.provider_id == voice.person_id
    sides = {FeedPart.RECEIVING: for_me, FeedPart.GIVING: by_me}
    return (
        select(*_columns("session", Session, SessionSeries))
        .join(Entitlement, Entitlement.id == Session.entitlement_id)
        .outerjoin(SessionSeries, SessionSeries.id == Session.series_id)
        .where(
            sides.get(FeedPart(voice.part), or_(for_me, by_me)),
            Entitlement.kind != Kind.DEBRIEF,
            Session.starts_at >= since,
            or_(
                and_(Session.cancelled_at >= mourned, Session.sequence > 0),
                and_(
                    Session.cancelled_at.is_(None),
                    or_(Session.outcome.is_(None), Session.outcome.not_in(called_off)),
                ),
            ),
        )
    )


def _meetings(voice: Voice, since: datetime, mourned: datetime) -> Any:
    """Meetings they lead, only their own turns where several do, and those of their seat's time
    to which they did not say no, once they have read what the group agrees on."""
    person_id = voice.person_id
    answered = and_(Attendance.meeting_id == Meeting.id, Attendance.person_id == person_id)
    return (
        select(*_columns("meeting", Meeting, Series))
        .join(Group, Group.id == Meeting.group_id)
        .outerjoin(Series, Series.id == Meeting.series_id)
        .outerjoin(Seat, _seated(person_id))
        .outerjoin(Attendance, answered)
        .where(
            or_(*_ways_in(voice)),
            Meeting.group_id == voice.group_id if voice.part == FeedPart.GROUP else true(),
            Attendance.coming.is_not(False),
            Meeting.needs_time.is_(False),
            Meeting.starts_at >= since,
            or_(Meeting.cancelled_at.is_(None), Meeting.cancelled_at >= mourned),
        )
    )


def _ways_in(voice: Voice) -> list[ColumnElement[bool]]:
    me = voice.person_id
    leads = func.coalesce(Meeting.leader_id, Group.facilitator_id) == me
    seated = and_(Seat.id.is_not(None), ~unread(Meeting.group_id, me))
    if voice.part == FeedPart.GIVING:
        return [leads]
    return [seated, _visits(me), *([] if voice.part == FeedPart.RECEIVING else [leads])]


def _visits(person_id: int) -> ColumnElement[bool]:
    return exists().where(Guest.meeting_id == Meeting.id, Guest.person_id == person_id)


def _seated(person_id: int) -> ColumnElement[bool]:
    return and_(
        Seat.group_id == Meeting.group_id,
        Seat.person_id == person_id,
        Seat.waiting.is_(False),
        or_(Seat.joined_on.is_(None), Seat.joined_on <= Meeting.local_start),
        or_(Seat.left_on.is_(None), Seat.left_on > Meeting.local_start),
    )


def _columns(
    what: str,
    record: type[Session] | type[Meeting],
    series: type[SessionSeries] | type[Series],
) -> tuple[Any, ...]:
    return (
        literal(what),
        record.id,
        record.uid,
        record.sequence,
        record.changed_at,
        record.cancelled_at,
        record.zone,
        record.starts_at,
        record.series_start,
        series.uid,
        series.sequence,
        series.zone,
    )


def _etag(
    voice: Voice, settings: FeedSettings, pieces: Iterable[Piece], zones: Iterable[str]
) -> str:
    head = (FORMAT, voice.manner, str(settings.refresh_hours), *sorted(zones))
    digest = hashlib.sha256("|".join(head).encode())
    for piece in pieces:
        digest.update(said(piece.key))
    return digest.hexdigest()[:32]


def _latest(day: datetime, pieces: Iterable[Piece]) -> datetime:
    return max([day, *(piece.changed_at for piece in pieces)])
