"""The invitation that goes with a letter about meetings: true when it goes, and only its reader is
named in it. Its title is neutral whatever their calendar says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import exists, select

from calendars.event import Event, Instance
from calendars.invitation import Invitation, Method, Party, text
from supervisor.feeds.feed_events import Record, Say, event_of, events_of
from supervisor.feeds.feed_pieces import Voice
from supervisor.feeds.invited_records import ASKING, OF_SERIES, about, of_plan, together
from supervisor.models import Message, Session, Store
from supervisor.plus_address import PlusAddress, signed
from supervisor.reach import wants_invitations
from supervisor.rules.kinds import FeedLevel, Kind
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read

ANSWER = N_("See it, move it or call it off:")
Page = Callable[[Record], str]


@dataclass(frozen=True)
class Invited:
    """What of a letter a calendar program reads, and the name of the thread of its event."""

    method: Method
    octets: bytes
    thread: str


def invitation(
    store: Store, message: Message, key: str, now: datetime, say: Say, page: Page
) -> Invited | None:
    """The one for its reader; None where the letter is about no meeting of theirs, or they want
    none. A debrief is on no calendar. `page` is the address at which to answer by hand."""
    record = about(store, message)
    if record is None or not _may_carry(message, record):
        return None
    voice = Voice(message.recipient_id, FeedLevel.NEUTRAL, message.recipient.locale)
    hub = read(store, HubSettings)
    method, events = _said(store, message, record, voice, now, say)
    if not events or (method is Method.CANCEL and not _knows(store, message)):
        return None
    events = [replace(one, description=_ask(page(record), say)) for one in events]
    organizer = Party(hub.mail_name, signed(key, hub.mail_from, _answered(record, voice)))
    attendee = Party(message.recipient.name, message.recipient.email or "")
    octets = text(Invitation(method, events, organizer, attendee), now)
    return Invited(method, octets, f"<{events[0].uid}@{hub.mail_from.rpartition('@')[2]}>")


def _ask(page: str, say: Say) -> str:
    """Where to say no for whoever reads it in a program that cannot answer."""
    return f"{say(Words(ANSWER))}\n{page}"


def _may_carry(message: Message, record: Record) -> bool:
    debrief = isinstance(record, Session) and record.entitlement.kind == Kind.DEBRIEF
    return not debrief and not message.private and wants_invitations(message.recipient)


def _said(
    store: Store, message: Message, record: Record, voice: Voice, now: datetime, say: Say
) -> tuple[Method, list[Event]]:
    """A plan is several events, and so no invitation but a publication (RFC 5546 section 3.2.1)."""
    if message.template == "plan_kept" and isinstance(record, Session) and not record.series:
        plan = of_plan(store, message, record)
        return Method.PUBLISH, [event_of(one, voice, say) for one in plan]
    shown = together(store, record, voice, now)
    if message.template in OF_SERIES and not record.cancelled_at:
        on = [one for one in shown if not one.cancelled_at]
        return Method.REQUEST, _one_uid(events_of(on, voice, say)) if on else []
    off = [one for one in shown if one.cancelled_at == record.cancelled_at]
    changed = off if message.template == "series_cancelled" else [record]
    method = Method.CANCEL if record.cancelled_at else Method.REQUEST
    return method, _changed(shown, changed, voice, say)


def _changed(
    shown: Sequence[Record], changed: Sequence[Record], voice: Voice, say: Say
) -> list[Event]:
    """Of a series only those that changed, each by the place it has in it; all of it by its
    name where nothing of it is left."""
    if not shown:
        return []
    events = events_of(shown, voice, say)
    if events[0].repeats is None:
        return _one_uid([event_of(one, voice, say) for one in changed])
    if all(one.cancelled_at for one in shown):
        return events[:1]
    return [_instance(one, voice, say) for one in changed if one.series_start]


def _instance(record: Record, voice: Voice, say: Say) -> Event:
    """RFC 5546 section 3.2.2.1: the occurrence alone, with the number of its series."""
    event, series, slot = event_of(record, voice, say), record.series, record.series_start
    if series is None or slot is None:
        return event
    which = Instance(slot, series.zone)
    return replace(event, uid=series.uid, sequence=series.sequence, instance=which)


def _one_uid(events: list[Event]) -> list[Event]:
    """Several events are no one invitation: the feed has them."""
    return events if len({event.uid for event in events}) == 1 else []


def _answered(record: Record, voice: Voice) -> PlusAddress:
    """Where an answer comes to: the same address for all that is said of one event."""
    what = "session" if isinstance(record, Session) else "meeting"
    if record.series and record.series_start:
        kind = "session_series" if what == "session" else "series"
        return PlusAddress(kind, record.series.id, voice.person_id)
    return PlusAddress(what, record.id, voice.person_id)


def _knows(store: Store, message: Message) -> bool:
    """Whether they were sent an invitation before: nothing is taken back that was never there."""
    asked = exists().where(
        Message.recipient_id == message.recipient_id,
        Message.template.in_(ASKING),
        Message.sent_at.is_not(None),
    )
    return bool(store.scalar(select(asked)))
