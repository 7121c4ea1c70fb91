"""Which meetings a letter is about."""

from datetime import datetime

from sqlalchemy import select

from supervisor.feeds import feed_entries
from supervisor.feeds.feed_editions import FeedSettings, edition
from supervisor.feeds.feed_events import Record
from supervisor.feeds.feed_pieces import Voice
from supervisor.models import Group, Meeting, Message, Series, Session, Store
from supervisor.settings import read

OF_GROUP = ("group_formed", "seat_offered")
OF_SERIES = ("plan_kept", "series_moved", "series_shortened", *OF_GROUP)
OF_PAIR = (*OF_SERIES[:3], "series_cancelled", "booked", "moved", "cancelled")
OF_MEETING = ("meeting_asked", "meeting_moved", "meeting_on", "meeting_called_off")
ASKING = (*OF_SERIES, *OF_MEETING[:3], "booked", "moved")
"""Letters with a REQUEST, if all is well."""


def about(store: Store, message: Message) -> Record | None:
    """The meeting that a letter is about, or the first of several."""
    facts, template = message.facts, message.template
    if template in OF_PAIR:
        return store.scalar(select(Session).where(Session.ref == facts["session"]))
    if template in OF_MEETING:
        return store.scalar(select(Meeting).where(Meeting.ref == facts["meeting"]))
    if template in OF_GROUP:
        return _ahead(store, facts["group"])
    return None


def _ahead(store: Store, group: str) -> Meeting | None:
    """A meeting of the rhythm that a group has now."""
    last = select(Series.id).join(Series.group).where(Group.ref == group)
    query = select(Meeting).where(
        Meeting.series_id == last.order_by(Series.id.desc()).limit(1).scalar_subquery(),
        Meeting.cancelled_at.is_(None),
        Meeting.needs_time.is_(False),
    )
    return store.scalar(query.order_by(Meeting.starts_at.desc()).limit(1))


def together(store: Store, record: Record, voice: Voice, now: datetime) -> list[Record]:
    """It and those of its series, as its reader's own feed has them; empty if that has it not."""
    what = "session" if isinstance(record, Session) else "meeting"
    for piece in edition(store, voice, read(store, FeedSettings), now).pieces:
        if any((entry.what, entry.id) == (what, record.id) for entry in piece.entries):
            return feed_entries.records_of(store, piece)
    return []


def of_plan(store: Store, message: Message, first: Session) -> list[Session]:
    """All that were booked with it at once, and are still on."""
    times = [datetime.fromisoformat(time) for time in message.facts["times"]]
    query = select(Session).where(
        Session.entitlement_id == first.entitlement_id,
        Session.provider_id == first.provider_id,
        Session.starts_at.in_(times),
        Session.cancelled_at.is_(None),
    )
    return list(store.scalars(query.order_by(Session.starts_at)))
