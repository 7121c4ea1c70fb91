"""The invitation that goes with a letter about meetings: true when it goes, and only its reader is
named in it. Its title is neutral whatever their calendar says.

It follows from what is on and what its reader's calendar has by mail, not from what the letter
says: nothing is taken back that was never there, and all that was there is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from calendars.event import Event, Instance
from calendars.invitation import Invitation, Method, Party, text
from supervisor.feeds import invited_events
from supervisor.feeds.feed_events import CALLED_OFF, PLAIN, Record, Say, event_of, events_of
from supervisor.feeds.invited_events import Known, Sent, Wanted, voice_of
from supervisor.feeds.invited_records import SPEAKS, about, is_in_words, said_of
from supervisor.feeds.invited_steps import NOTHING, Said, Step, step
from supervisor.models import InvitedEvent, Message, Person, Session, Store
from supervisor.plus_address import PlusAddress, signed
from supervisor.reach import wants_invitations
from supervisor.rules.kinds import Kind
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read

ANSWER = N_("See it, move it or call it off:")
Page = Callable[[Record], str]


@dataclass(frozen=True)
class Invited:
    """What of a letter a calendar program reads, the name of the thread of its event, and what is
    to be kept of it once it has gone."""

    method: Method
    octets: bytes
    thread: str
    sent: Sent


@dataclass(frozen=True)
class Entry:
    """What is said of an event: the method, its parts, and what a calendar has by it then."""

    method: Method
    events: list[Event]
    sent: Sent


def invitation(
    store: Store, message: Message, key: str, now: datetime, say: Say, page: Page
) -> Invited | None:
    """The one for its reader; None where the letter is about no meeting of theirs, or they want
    none. A debrief is on no calendar. `page` is the address at which to answer by hand."""
    record = about(store, message) if may_bring(message) else None
    if record is None or _is_debrief(record) or is_in_words(message, record):
        return None
    entry = _of_event(store, message, record, now, say)
    if entry is None:
        return None
    hub = read(store, HubSettings)
    asks = "" if entry.method is Method.CANCEL else _ask(page(record), say)
    events = [replace(one, description=asks) for one in entry.events]
    to = signed(key, hub.mail_from, _answered(record, message.recipient))
    attendee = Party(message.recipient.name, message.recipient.email or "")
    said = _answered_already(store, message.recipient, entry)
    asked = Invitation(entry.method, events, Party(hub.mail_name, to), attendee, said)
    thread = f"<{events[0].uid}@{hub.mail_from.rpartition('@')[2]}>"
    return Invited(entry.method, text(asked, now), thread, entry.sent)


def may_bring(message: Message) -> bool:
    """Whether it may go with one: such a letter goes alone, since a mail is about one event."""
    spoken = message.template in SPEAKS and not message.private
    return spoken and wants_invitations(message.recipient)


def differs(
    store: Store, person: Person, record: Record, now: datetime, said: Said = NOTHING
) -> bool:
    """Whether their calendar has something else by mail than what is true."""
    wanted = invited_events.about(store, invited_events.pieces_of(store, person, now), record)
    return _step(store, person, wanted, now, said) is not None


def went(store: Store, message: Message, invited: Invited, made_at: datetime) -> None:
    """It has gone: from now on their calendar has it."""
    invited_events.note(store, message.recipient_id, invited.sent, made_at)


def _answered_already(store: Store, person: Person, entry: Entry) -> str:
    """What they said by their calendar or a link, where its number is as it was: another room asks
    nothing of them."""
    uid, number = entry.events[0].uid, entry.events[0].sequence
    row = invited_events.known(store, person, uid)
    if entry.method is not Method.REQUEST or row is None or number > row.sequence:
        return ""
    return invited_events.last_answer(store, row, entry.events)


def _ask(page: str, say: Say) -> str:
    """Where to say no for whoever reads it in a program that cannot answer."""
    return f"{say(Words(ANSWER))}\n{page}"


def _is_debrief(record: Record) -> bool:
    return isinstance(record, Session) and record.entitlement.kind == Kind.DEBRIEF


def _of_event(
    store: Store, message: Message, record: Record, now: datetime, say: Say
) -> Entry | None:
    person = message.recipient
    wanted = invited_events.about(store, invited_events.pieces_of(store, person, now), record)
    row = invited_events.known(store, person, wanted.uid)
    slot = next((slot for slot, one in wanted.on.items() if one is record), None)
    taken = _step(store, person, wanted, now, said_of(message, slot))
    if taken is None:
        return None
    if taken.method is Method.CANCEL and row:
        return _cancelled(store, wanted, row, taken, now, say)
    return _asked(wanted, row, taken, person, say)


def _step(store: Store, person: Person, wanted: Wanted, now: datetime, said: Said) -> Step | None:
    row = invited_events.known(store, person, wanted.uid)
    has = {slot: one.mark for slot, one in invited_events.ahead(row, now).items()}
    return step(wanted.ahead(now), has, now, said, whole=bool(row and row.whole))


def _asked(
    wanted: Wanted, row: InvitedEvent | None, taken: Step, person: Person, say: Say
) -> Entry:
    """All of it, or the meetings that changed, each by the place that it has in its rhythm."""
    whole = taken.slots is None
    slots = taken.slots or tuple(wanted.on)
    on = {slot: wanted.on[slot] for slot in slots}
    voice = voice_of(person)
    if whole:
        made = [one for one in events_of([*on.values()], voice, say) if one.uid == wanted.uid]
    else:
        made = [_instance(one, event_of(one, voice, say)) for one in on.values()]
    events = _numbered(made, row)
    first = events[0]
    sent = Sent(
        wanted.uid, first.sequence, first.zone, on, all_=whole, in_series=wanted.in_series
    )  # fmt: skip
    return Entry(Method.REQUEST, events, sent)


def _instance(record: Record, event: Event) -> Event:
    """RFC 5546 section 3.2.2.1: the occurrence alone, with the number of its series."""
    series, slot = record.series, record.series_start
    if series is None or slot is None:
        return event
    which = Instance(slot, series.zone)
    return replace(event, uid=series.uid, sequence=series.sequence, instance=which)


def _numbered(events: Sequence[Event], row: InvitedEvent | None) -> list[Event]:
    """The number never falls; where all of it was taken back, it has risen."""
    least = row.sequence + (not row.has) if row else 0
    return [replace(one, sequence=max(one.sequence, least)) for one in events]


def _cancelled(
    store: Store, wanted: Wanted, row: InvitedEvent, taken: Step, now: datetime, say: Say
) -> Entry:
    """All of it by its name, or some meetings by their places; as the calendar has them."""
    has = invited_events.ahead(row, now)
    number = max(invited_events.number_of(store, wanted.uid), row.sequence + (taken.slots is None))
    gone = taken.slots or (min(has),)
    events = [_off(wanted.uid, number, has[slot], now, say) for slot in gone]
    if taken.slots is not None:
        events = [
            replace(one, instance=Instance(datetime.fromisoformat(slot), row.zone))
            for one, slot in zip(events, gone, strict=True)
        ]
    sent = Sent(wanted.uid, number, row.zone, {}, gone, all_=taken.slots is None)
    return Entry(Method.CANCEL, events, sent)


def _off(uid: str, number: int, one: Known, now: datetime, say: Say) -> Event:
    title, off = say(Words(PLAIN)), say(Words(CALLED_OFF))
    return Event(uid, number, now, one.starts, one.zone, one.minutes, title, called_off=off)


def _answered(record: Record, person: Person) -> PlusAddress:
    """Where an answer comes to: the same address for all that is said of one event."""
    what = "session" if isinstance(record, Session) else "meeting"
    if record.series and record.series_start:
        kind = "session_series" if what == "session" else "series"
        return PlusAddress(kind, record.series.id, person.id)
    return PlusAddress(what, record.id, person.id)
