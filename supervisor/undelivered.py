"""What reaches nobody by itself: the hub's list, and what it does with each."""

from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from supervisor import audit, bounces, messages
from supervisor.models import Message, Person, Store
from supervisor.reach import MessageSettings, carried
from supervisor.rules.kinds import Channel
from supervisor.settings import read


def to_hand_over(store: Store, now: datetime) -> list[Message]:
    """What the hub must say by phone, text or on paper: no mail reaches these people, and no
    gateway carries texts, or it does not reach them."""
    query = (
        select(Message)
        .where(
            *messages.to_go(now),
            or_(
                Message.channel.not_in(carried(store)),
                Message.attempts >= read(store, MessageSettings).trouble_after,
                Message.stopped_at.is_not(None),
            ),
            Message.template.not_in(("sign_in", "address_changed")),
            Message.private.is_(False),
        )
        .options(joinedload(Message.recipient))
        .order_by(Message.due_at, Message.id)
    )
    return list(store.scalars(query))


def without_mail(store: Store, on: date) -> list[Person]:
    """Whose address is known not to work, by name, whether or not anything waits for them."""
    query = select(Person).where(
        Person.email_failed_at.is_not(None),
        or_(Person.left_on.is_(None), Person.left_on >= on),
    )
    return list(store.scalars(query.order_by(Person.name)))


def came_back(message: Message) -> bool:
    """Whether it was tried, and not only waits for the hub to say it."""
    return message.stopped_at is not None or message.attempts > 0


def mail_waiting(store: Store, now: datetime) -> list[Message]:
    """Mail that should have gone out a while ago, oldest first, but for what is private."""
    shown = (*messages.slow(store, now), Message.private.is_(False))
    query = select(Message).where(*shown).options(joinedload(Message.recipient))
    return list(store.scalars(query.order_by(Message.due_at, Message.id)))


def handed_over(store: Store, message: Message, by: Person, now: datetime) -> None:
    """The hub has said it, sent it or printed it; so that no mail server took it. Said is said,
    though it was taken back while the hub was on the phone."""
    if message.sent_at is None:
        messages.sent([message], now)
        message.sent_to = None
        audit.record(store, now, by, "hand_over", "message", message.ref, message.recipient)
    store.flush()


def try_again(store: Store, message: Message, by: Person, now: datetime) -> None:
    """From the beginning, at once."""
    if _open(message):
        _anew(message, now)
        audit.record(store, now, by, "try_again", "message", message.ref, message.recipient)
    store.flush()


def try_all_again(store: Store, by: Person, now: datetime) -> None:
    """The mail server was at fault, and no address: all that came back goes once more."""
    for message in filter(came_back, to_hand_over(store, now)):
        if message.channel == Channel.EMAIL:
            bounces.works(message.recipient)
        try_again(store, message, by, now)


def let_go(store: Store, message: Message, by: Person, now: datetime) -> None:
    """It need not be said any more."""
    if _open(message):
        messages.take_back(message, now)
        audit.record(store, now, by, "let_go", "message", message.ref, message.recipient)
    store.flush()


def _open(message: Message) -> bool:
    """Neither told nor taken back: a second press finds nothing to do."""
    return message.sent_at is None and message.dropped_at is None


def _anew(message: Message, now: datetime) -> None:
    message.stopped_at, message.attempts, message.trouble = None, 0, None
    message.claimed_by, message.claimed_until = None, None
    message.due_at = min(message.due_at, now)


def reachable_again(store: Store, person: Person, now: datetime) -> None:
    """Their address is another, or works again: what was given up goes after all, if it helps."""
    query = select(Message).where(
        Message.recipient_id == person.id, Message.stopped_at.is_not(None), *messages.to_go(now)
    )
    for message in store.scalars(query):
        _anew(message, now)
    store.flush()
