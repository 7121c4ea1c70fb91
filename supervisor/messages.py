"""The outbox: a message is written with the act that causes it, and carried afterwards.

`tell` writes a row, unique on (cause, recipient, channel). The worker process claims rows with
a lease, commits, sends, acknowledges and commits (`post.py`): a claim older than its lease can
be claimed again, so that a killed worker loses nothing.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from supervisor.claims import in_other_hands
from supervisor.models import Alert, Message, Person, Store, new_ref
from supervisor.models.engine import lock_mailbox
from supervisor.reach import MessageSettings, channel_for, next_hour
from supervisor.rules.kinds import Channel
from supervisor.settings import HubSettings, read

LONGEST_DOUBLING = 8
"""From there on it is tried every four hours: a server that was ill for a day is well again long
before somebody's mail is tried once more."""
MAY_PASS = {"identity_question", "plan_proposed", "pulse", "swap_asked"}
"""Letters with an end that wake nobody: nothing is lost where they come too late."""
TRIES = 5


def tell(
    store: Store,
    recipient: Person,
    cause: str,
    template: str,
    facts: dict[str, Any],
    now: datetime,
    *,
    urgent: bool = False,
    until: datetime | None = None,
) -> Message | None:
    """Write a message to one person; None when the same cause was already told to them.

    Urgent goes out at once; anything else at the recipient's hour on a working day, unless that is
    when it helps no more (`until`). Somebody without e-mail gets a row for the hub to ring, text
    or print.
    """
    message = Message(
        cause=cause,
        recipient=recipient,
        template=template,
        facts=facts,
        urgent=urgent,
        until_at=until,
    )
    return write(store, message, now)


def write(
    store: Store, message: Message, now: datetime, not_before: datetime | None = None
) -> Message | None:
    """Put a message in the outbox with its way and its hour, where it has none yet."""
    hub, recipient = read(store, HubSettings), message.recipient
    message.channel = message.channel or channel_for(store, message)
    message.ref = new_ref()
    message.message_id = f"<{message.ref}@{hub.mail_from.partition('@')[2] or 'localhost'}>"
    message.written_at = now
    message.urgent = message.urgent or cannot_wait(store, message, not_before or now)
    message.due_at = now if message.urgent else next_hour(store, recipient, not_before or now)
    return _added(store, message)


def cannot_wait(store: Store, message: Message, until: datetime) -> bool:
    """Whether its reader's next hour from then on is too late, such as for a meeting that begins
    early in the morning: then it goes at once, day or night."""
    if message.until_at is None or message.template in MAY_PASS:
        return False
    return next_hour(store, message.recipient, until) >= message.until_at


def _added(store: Store, message: Message) -> Message | None:
    """The database decides between two who tell at once."""
    try:
        with store.begin_nested():
            store.add(message)
            store.flush()
    except IntegrityError:
        return None
    return message


def drop(store: Store, cause: str, now: datetime) -> None:
    """Take back what was not yet sent of a cause."""
    _unsent(store, Message.cause == cause, dropped_at=now)


def drop_earlier(store: Store, about: str, now: datetime, but: str = "") -> None:
    """Take back what was not yet sent of all causes that begin so, but of the one: something
    newer is true."""
    earlier = Message.cause.startswith(about, autoescape=True) & (Message.cause != but)
    _unsent(store, earlier, dropped_at=now)


def take_up(
    store: Store, about: str, dropped_at: datetime, not_to: Collection[int] = (),
    but: Sequence[str] = (),
) -> None:  # fmt: skip
    """Let what was taken back at that moment go after all, of all causes that begin so. Those with
    one of the words `but` stay: they were undone, maybe at that very moment."""
    then = Message.cause.startswith(about, autoescape=True) & (Message.dropped_at == dropped_at)
    others = [~Message.cause.contains(word, autoescape=True) for word in but]
    left = Message.sent_at.is_(None), Message.recipient_id.not_in(not_to), *others
    store.execute(update(Message).where(then, *left).values(dropped_at=None))


def heard(store: Store, causes: Sequence[str]) -> set[int]:
    """Who has read of any of these, or will: it is in the hands of what sends it."""
    told = or_(Message.sent_at.is_not(None), Message.claimed_by.is_not(None))
    return set(store.scalars(select(Message.recipient_id).where(Message.cause.in_(causes), told)))


def drop_of(store: Store, alert: Alert, now: datetime) -> None:
    """Take back what was not yet sent of an alert: its cause is gone."""
    _unsent(store, Message.alert_id == alert.id, dropped_at=now)


def drop_letter(store: Store, alert: Alert, letter: str, now: datetime) -> None:
    """The same for one of its letters: another says more."""
    _unsent(store, (Message.alert_id == alert.id) & (Message.template == letter), dropped_at=now)


def _unsent(store: Store, which: Any, **values: Any) -> None:
    store.execute(
        update(Message)
        .where(which, Message.sent_at.is_(None), Message.dropped_at.is_(None))
        .values(**values)
    )


def hold(store: Store, alert: Alert, until: datetime, but: Sequence[str] = ()) -> None:
    """Keep what was not yet sent of an alert until then; it goes at its reader's next hour. What
    was written for a rung named in `but` goes as it would."""
    left = store.scalars(_left().where(Message.alert_id == alert.id)).all()
    for message in (one for one in left if one.facts.get("who") not in but):
        message.due_at = max(message.due_at, next_hour(store, message.recipient, until))
    store.flush()


def wait(store: Store, message: Message, until: datetime) -> None:
    """Give a claim back: it goes at its reader's hour, no sooner than then."""
    message.claimed_by, message.claimed_until = None, None
    message.due_at = next_hour(store, message.recipient, until)
    store.flush()


def claim(
    store: Store, worker: str, now: datetime, channel: Channel = Channel.EMAIL, *,
    newest: bool = False,
) -> list[Message]:  # fmt: skip
    """Take the next mail under a lease: an urgent message alone, or all that one person is due.
    With `newest` whoever waits the shortest comes first.

    The door commits before it sends. Rows that another worker holds are left to it, and so is
    whoever it writes to: the next reader is taken instead.
    """
    order = (Message.due_at.desc(), Message.id.desc()) if newest else (Message.due_at, Message.id)
    for _try in range(TRIES):
        waiting = select(Message).where(*_waiting(now, channel), ~in_other_hands(worker, now))
        first = store.scalars(waiting.order_by(*order).limit(1)).first()
        if first is None:
            return []
        lock_mailbox(store, first.recipient_id)
        if mine := _taken(store, first, worker, now):
            return mine
    return []


def _taken(store: Store, first: Message, worker: str, now: datetime) -> list[Message]:
    ids = _free(store, first, now)
    until = now + timedelta(seconds=read(store, MessageSettings).lease_seconds)
    waiting = *_waiting(now, Channel(first.channel)), ~in_other_hands(worker, now)
    store.execute(
        update(Message)
        .where(Message.id.in_(ids), *waiting)
        .values(claimed_by=worker, claimed_until=until)
        .execution_options(synchronize_session=False)
    )
    mine = select(Message).where(Message.id.in_(ids), Message.claimed_by == worker)
    found = store.scalars(
        mine.order_by(Message.due_at, Message.id).execution_options(populate_existing=True)
    )
    return list(found)


def _free(store: Store, first: Message, now: datetime) -> list[int]:
    together = (
        Message.id == first.id
        if first.urgent
        else (Message.recipient_id == first.recipient_id) & Message.urgent.is_(False)
    )
    query = select(Message.id).where(*_waiting(now, Channel(first.channel)), together)
    return list(store.scalars(query.order_by(Message.id).with_for_update(skip_locked=True)))


def _waiting(now: datetime, channel: Channel) -> tuple[Any, ...]:
    """What is due by mail or by text, neither sent nor dropped nor given up, and under nobody's
    claim."""
    return (
        Message.channel == channel,
        *to_go(now),
        Message.stopped_at.is_(None),
        or_(Message.claimed_until.is_(None), Message.claimed_until < now),
    )


def somebody_waits(store: Store, now: datetime) -> bool:
    """Whether somebody sits and waits for a mail: a link to sign in, or word of a call for help."""
    awaited = Message.private | Message.template.in_(("new_address", "sign_in"))
    due = select(Message.id).where(awaited, *_waiting(now, Channel.EMAIL))
    return store.scalars(due.limit(1)).first() is not None


def to_go(now: datetime) -> tuple[Any, ...]:
    """What should have been told by now, and was not."""
    return (
        Message.sent_at.is_(None),
        Message.dropped_at.is_(None),
        Message.due_at <= now,
        or_(Message.until_at.is_(None), Message.until_at > now),
    )


def sent(messages: Sequence[Message], now: datetime) -> None:
    """Acknowledge; what need not be kept of a sign-in mail is forgotten."""
    for message in messages:
        message.sent_at, message.trouble, message.stopped_at = now, None, None
        message.claimed_by, message.claimed_until = None, None
        _forget(message)


def take_back(message: Message, now: datetime) -> None:
    """Not sent after all: it is not true any more."""
    message.dropped_at = now
    message.claimed_by, message.claimed_until = None, None
    _forget(message)


def expire(store: Store, now: datetime) -> None:
    """Take back what came too late to help, such as a link that works no longer."""
    for message in store.scalars(_left().where(Message.until_at <= now)):
        take_back(message, now)
    store.flush()


def _left() -> Select[Message]:
    return select(Message).where(Message.sent_at.is_(None), Message.dropped_at.is_(None))


def _forget(message: Message) -> None:
    """A link that signs somebody in is kept no longer than it takes to send it, and so is an
    address that was theirs."""
    if message.template in {"sign_in", "address_changed", "new_address"}:
        message.facts = {}


def failed(
    store: Store, messages: Sequence[Message], why: str, now: datetime, *, for_good: bool = False
) -> None:
    """Let them go and try again later, waiting twice as long each time.

    After `trouble_after` tries the hub is asked to reach that person another way. After
    `give_up_after`, or at once where the address itself is refused, nothing is tried any more.
    """
    settings = read(store, MessageSettings)
    for message in messages:
        message.attempts += 1
        minutes = settings.retry_minutes * 2 ** min(message.attempts - 1, LONGEST_DOUBLING)
        message.trouble, message.claimed_by = why[:500], None
        message.claimed_until = now + timedelta(minutes=min(minutes, 24 * 60))
        if for_good or message.attempts >= settings.give_up_after:
            message.stopped_at = now


def release(messages: Sequence[Message]) -> None:
    """Give a claim back untried: the mail server cannot be reached, which is nobody's fault."""
    for message in (one for one in messages if one.claimed_by):
        message.claimed_by, message.claimed_until = None, None


def slow_mail(store: Store, now: datetime) -> tuple[int, datetime | None]:
    """How much mail waits so, and since when; asked on every page of the hub."""
    query = select(func.count(), func.min(Message.due_at)).where(*slow(store, now))
    count, since = store.execute(query).one()
    return count, since


def slow(store: Store, now: datetime) -> tuple[Any, ...]:
    """Mail that is late, and still tried."""
    late = now - timedelta(minutes=read(store, MessageSettings).slow_minutes)
    return Message.channel == Channel.EMAIL, Message.stopped_at.is_(None), *to_go(late)
