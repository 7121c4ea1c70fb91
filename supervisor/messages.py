"""The outbox: a message is written with the act that causes it, and carried afterwards.

`tell` writes a row, unique on (cause, recipient, channel). The worker process claims rows with
a lease, commits, sends, acknowledges and commits (`post.py`): a claim older than its lease can
be claimed again, so that a killed worker loses nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from supervisor.closed_days import is_closed
from supervisor.models import Message, Person, Store, new_ref
from supervisor.rules.kinds import Channel
from supervisor.settings import HubSettings, read
from supervisor.zones import to_local, zone


@dataclass(frozen=True)
class MessageSettings:
    """Seconds a claim lasts, messages claimed at once, and how often sending is tried.

    Waiting doubles from `retry_minutes` with every try. After `trouble_after` tries the hub is
    shown that mail is slow.
    """

    lease_seconds: int = 120
    at_once: int = 20
    tries: int = 12
    retry_minutes: int = 1
    trouble_after: int = 3


def tell(
    store: Store,
    recipient: Person,
    cause: str,
    template: str,
    facts: dict[str, Any],
    now: datetime,
    *,
    urgent: bool = False,
) -> Message | None:
    """Write a message to one person; None when the same cause was already told to them.

    Urgent goes out at once; anything else at the recipient's hour on a working day. Somebody
    without e-mail gets a row for the hub to ring, text or print.
    """
    channel = Channel.EMAIL if recipient.email else Channel(recipient.contact_by)
    if recipient.email and recipient.contact_by in {Channel.PHONE, Channel.PAPER}:
        channel = Channel(recipient.contact_by)
    hub = read(store, HubSettings)
    message = Message(
        cause=cause,
        recipient_id=recipient.id,
        channel=channel,
        template=template,
        facts=facts,
        message_id=f"<{new_ref()}{new_ref()}@{hub.mail_from.partition('@')[2] or 'localhost'}>",
        written_at=now,
        due_at=now if urgent else next_hour(recipient, hub, now),
    )
    return _added(store, message)


def _added(store: Store, message: Message) -> Message | None:
    """The database decides between two who tell at once."""
    try:
        with store.begin_nested():
            store.add(message)
            store.flush()
    except IntegrityError:
        return None
    return message


def next_hour(recipient: Person, hub: HubSettings, now: datetime) -> datetime:
    """The next time that it is the recipient's hour, where they are, on a working day."""
    there = recipient.time_zone or hub.time_zone
    region = recipient.place.region if recipient.place and recipient.place.region else hub.region
    local = to_local(now, there)
    due = local.replace(hour=recipient.tell_at_hour, minute=0, second=0, microsecond=0)
    if due < local and local.hour >= QUIET_FROM:
        due += timedelta(days=1)
    while due.weekday() >= SATURDAY or is_closed(due.date(), region):
        due += timedelta(days=1)
    at = due.replace(tzinfo=zone(there))
    return max(at, now.astimezone(at.tzinfo))


QUIET_FROM = 18
SATURDAY = 5


def drop(store: Store, cause: str, now: datetime) -> None:
    """Take back what was not yet sent: its cause is gone."""
    store.execute(
        update(Message)
        .where(Message.cause == cause, Message.sent_at.is_(None), Message.dropped_at.is_(None))
        .values(dropped_at=now)
    )


def waiting(now: datetime) -> tuple[Any, ...]:
    """What is due by mail, neither sent nor dropped, and not under somebody's claim."""
    return (
        Message.channel == Channel.EMAIL,
        Message.sent_at.is_(None),
        Message.dropped_at.is_(None),
        Message.due_at <= now,
        or_(Message.claimed_until.is_(None), Message.claimed_until < now),
    )


def claim(store: Store, worker: str, now: datetime) -> list[Message]:
    """Take the next due messages under a lease. The door commits before it sends."""
    settings = read(store, MessageSettings)
    due = (
        select(Message.id)
        .where(*waiting(now), Message.attempts < settings.tries)
        .order_by(Message.due_at, Message.id)
        .limit(settings.at_once)
        .with_for_update(skip_locked=True)
    )
    ids = list(store.scalars(due))
    store.execute(
        update(Message)
        .where(Message.id.in_(ids), *waiting(now))
        .values(
            claimed_by=worker,
            claimed_until=now + timedelta(seconds=settings.lease_seconds),
            attempts=Message.attempts + 1,
        )
    )
    mine = select(Message).where(Message.id.in_(ids), Message.claimed_by == worker)
    return list(store.scalars(mine.order_by(Message.due_at, Message.id)))


def sent(store: Store, messages: Sequence[Message], now: datetime) -> None:
    """Acknowledge; what need not be kept of a sign-in mail is forgotten."""
    for message in messages:
        message.sent_at, message.trouble = now, None
        message.claimed_by, message.claimed_until = None, None
        if message.template == "sign_in":
            message.facts = {}


def failed(store: Store, message: Message, why: str, now: datetime) -> None:
    """Let it go and try again later, waiting twice as long each time."""
    minutes = read(store, MessageSettings).retry_minutes * 2 ** (message.attempts - 1)
    message.trouble, message.claimed_by = why[:500], None
    message.claimed_until = now + timedelta(minutes=min(minutes, 24 * 60))


def in_trouble(store: Store) -> list[Message]:
    """Messages that could not be sent several times; the hub sees a banner while there are."""
    query = select(Message).where(
        Message.sent_at.is_(None),
        Message.dropped_at.is_(None),
        Message.trouble.is_not(None),
        Message.attempts >= read(store, MessageSettings).trouble_after,
    )
    return list(store.scalars(query.order_by(Message.id)))


def to_hand_over(store: Store, now: datetime) -> list[Message]:
    """What the hub must say by phone, text or on paper, since no mail reaches them."""
    query = select(Message).where(
        Message.channel != Channel.EMAIL,
        Message.sent_at.is_(None),
        Message.dropped_at.is_(None),
        Message.due_at <= now,
    )
    return list(store.scalars(query.order_by(Message.due_at, Message.id)))
