"""Which meetings a letter is about, and how it speaks of them."""

from sqlalchemy import select

from supervisor.feeds.feed_events import Record
from supervisor.feeds.invited_steps import Said
from supervisor.models import Group, Meeting, Message, Series, Session, Store
from supervisor.sessions import calendar_letters

OF_GROUP = (
    "group_formed", "seat_offered", "seat_ended", "group_lead", "turns", "group_closed",
    "group_merged", "group_goes_on",
)  # fmt: skip
OF_MEETING = (
    "meeting_asked", "meeting_moved", "meeting_on", "meeting_called_off", "meeting_joined",
    "meeting_shared", "meeting_room", "turn_yours", "turn_over",
)  # fmt: skip
OF_PAIR = (
    "plan_kept", "series_moved", "series_shortened", "series_cancelled", "booked", "moved",
    "cancelled", "video_changed", "meeting_room",
)  # fmt: skip
SPEAKS = frozenset((*OF_GROUP, *OF_MEETING, *OF_PAIR, "calendar_entry"))
"""Letters that may go with an invitation."""
OF_ALL = frozenset((*OF_PAIR[:3], *OF_GROUP[:2], "group_lead", "turns"))
ASKS = frozenset((*OF_MEETING[:3], "booked", "moved"))


def said_of(message: Message, slot: str | None) -> Said:
    """How a letter speaks of the event of its meeting, whose place in it is `slot`."""
    template = message.template
    return Said(
        all_=template in OF_ALL or brings_all(message), asks=slot if template in ASKS else None
    )


def brings_all(message: Message) -> bool:
    """Whether a letter for a calendar alone brings a whole rhythm, of which it has a part."""
    return bool(message.facts.get("whole"))


def about(store: Store, message: Message) -> Record | None:
    """The meeting that a letter is about, or the first of several; what else changed goes by
    itself."""
    facts, template = message.facts, message.template
    if template in OF_GROUP:
        return _of_group(store, facts.get("group", ""))
    if facts.get("meeting"):
        return store.scalar(select(Meeting).where(Meeting.ref == facts["meeting"]))
    return store.scalar(select(Session).where(Session.ref == facts.get("session", "")))


def _of_group(store: Store, group: str) -> Meeting | None:
    """A meeting of the rhythm that a group has now, or had last."""
    last = select(Series.id).join(Series.group).where(Group.ref == group)
    series = last.order_by(Series.id.desc()).limit(1).scalar_subquery()
    query = select(Meeting).where(Meeting.series_id == series, Meeting.needs_time.is_(False))
    return store.scalar(query.order_by(Meeting.starts_at.desc()).limit(1))


def is_in_words(message: Message, record: Record) -> bool:
    """A plan of several that no rhythm joins: each of them comes by itself."""
    if message.template != "plan_kept" or not isinstance(record, Session):
        return False
    return not calendar_letters.brings(record, len(message.facts["times"]))
