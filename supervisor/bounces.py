"""Mail that came back: the message is marked, and the address where it is the address's fault."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from email.message import Message as Mail

from sqlalchemy import select

from supervisor import audit
from supervisor.models import Message, Person, Store
from supervisor.rules.bounces import Fate, Report, report_of, status_of
from supervisor.rules.kinds import Channel


def take(store: Store, mail: Mail, now: datetime) -> bool:
    """Read a mail that came in; whether it was a delivery report, so that nobody else need look.

    A mailbox that is not there makes the address one that does not work, unless it is another by
    now. What is only late is noted. Of the mail that came back nothing is kept.
    """
    report = report_of(mail)
    if report is None:
        return False
    for message in _about(store, report.message_ids):
        _mark(store, message, report, now)
    store.flush()
    return True


def refused(store: Store, message: Message, said: str, now: datetime) -> None:
    """The other server would not have it, and said why at once."""
    fails(store, message, status_of(said), now)


def goes_to(going: Iterable[Message], address: str) -> None:
    """Remember of a mail where it went, without the address."""
    for message in going:
        message.sent_to = fingerprint(address)


def fingerprint(address: str) -> str:
    """Enough of an address to tell later whether it is still theirs."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()[:16]


def _about(store: Store, ids: Iterable[str]) -> list[Message]:
    """All that went in that mail: it bears the id of its first message."""
    for one in ids:
        first = store.scalar(select(Message).where(Message.message_id == one))
        if first is not None:
            return [first, *_with(store, first)]
    return []


def _with(store: Store, first: Message) -> list[Message]:
    if first.urgent or first.sent_at is None:
        return []
    query = select(Message).where(
        Message.id != first.id,
        Message.recipient_id == first.recipient_id,
        Message.channel == Channel.EMAIL,
        Message.urgent.is_(False),
        Message.sent_at == first.sent_at,
    )
    return list(store.scalars(query))


def _mark(store: Store, message: Message, report: Report, now: datetime) -> None:
    if message.dropped_at is not None:
        return
    message.trouble = report.status
    if report.fate is Fate.LATER:
        return
    message.sent_at, message.stopped_at = None, message.stopped_at or now
    if report.fate is Fate.GONE:
        fails(store, message, report.status, now)


def fails(store: Store, message: Message, status: str, now: datetime) -> None:
    """Its address does not work, if it is still its reader's."""
    person = message.recipient
    if person.email_failed_at or message.sent_to != fingerprint(person.email or ""):
        return
    person.email_failed_at, person.email_trouble = now, status
    audit.record(store, now, None, "fail", "email", person.ref, on_behalf_of=person)


def works(person: Person) -> None:
    """It is another one, or arrives again."""
    person.email_failed_at, person.email_trouble = None, None
