"""The history of an alert: noticed, told, read, in whose hands, put off, ended; newest first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from supervisor.models import Alert, AlertEvent, Message, Store
from supervisor.rules.kinds import Channel
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read
from supervisor.zones import today

EVENTS = {
    "raised": N_("Noticed."),
    "seen": N_("%(name)s read it."),
    "acknowledged": N_("%(name)s has it in hand."),
    "handed_over": N_("%(name)s gave it to %(to)s."),
    "handed_over_with": N_("%(name)s gave it to %(to)s: %(note)s"),
    "snoozed": N_("%(name)s put it off until %(day)s."),
    "ended": N_("It ended by itself."),
}
SENT = {
    Channel.EMAIL: N_("Email to %(name)s."),
    Channel.TEXT: N_("Text to %(name)s."),
    Channel.CHAT: N_("Chat message to %(name)s."),
    Channel.PHONE: N_("%(name)s was rung."),
    Channel.PAPER: N_("%(name)s was given it on paper."),
}
STOPPED = N_("The message to %(name)s did not arrive. Please reach them another way.")
AGAIN = N_("The message to %(name)s has not gone through yet. It is tried again.")
TO_GO = N_("The message to %(name)s goes out.")
TAKEN_BACK = N_("The message to %(name)s was taken back. It is not needed any more.")


@dataclass(frozen=True)
class Line:
    """What happened, and when."""

    at: datetime
    words: Words


def of(store: Store, alert: Alert) -> list[Line]:
    """The whole history, newest first; what is still to go out stands on top."""
    zone = read(store, HubSettings).time_zone
    query = select(Message).where(Message.alert_id == alert.id)
    told = store.scalars(query.options(joinedload(Message.recipient)).order_by(Message.id))
    events = [_event(event, zone) for event in alert.events if event.what in EVENTS]
    lines = [*(_message(message) for message in told), *reversed(events)]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _event(event: AlertEvent, zone: str) -> Line:
    facts = {
        "name": event.person.name if event.person else "",
        "to": event.to.name if event.to else "",
        "note": event.note or "",
        "day": today(event.until, zone) if event.until else "",
    }
    said = "handed_over_with" if event.note else event.what
    return Line(event.at, Words(EVENTS[said], facts))


def _message(message: Message) -> Line:
    name = {"name": message.recipient.name}
    if message.sent_at:
        return Line(message.sent_at, Words(SENT[Channel(message.channel)], name))
    if message.dropped_at:
        return Line(message.dropped_at, Words(TAKEN_BACK, name))
    if message.stopped_at:
        return Line(message.stopped_at, Words(STOPPED, name))
    return Line(message.due_at, Words(AGAIN if message.trouble else TO_GO, name))
