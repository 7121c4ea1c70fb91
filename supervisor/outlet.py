"""Whether mail goes out: noted when it does not, and forgotten when a mail is taken.

A mail server that turns one address away says something of that address. One that turns all of them
away, because it is the wrong one or takes nothing from the hub, says something of itself: nobody's
address is marked, and everything is kept and tried again.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from supervisor import audit, bounces
from supervisor.calendar_answers import inlets
from supervisor.models import Inlet, Message, Store
from supervisor.reach import MessageSettings
from supervisor.rules.bounces import LATELY, Fate, Refusal, all_turned_away, fate_of, status_of
from supervisor.rules.kinds import Channel
from supervisor.settings import read

OUT = "out"
UNREACHABLE, REFUSED = "unreachable", "refused"
LONGEST_WAIT = timedelta(hours=4)
ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")


def shut(store: Store, now: datetime) -> Inlet | None:
    """None while mail goes out, as far as it is known. It stays shut while nothing is tried, at
    night for instance, until a mail is taken."""
    settings = read(store, MessageSettings)
    out = _noted(store)
    if out is None or out.why == REFUSED:
        return out
    late = out.since_at <= now - timedelta(minutes=settings.slow_minutes)
    return out if late and out.failures >= settings.trouble_after else None


def refuses_all(store: Store) -> bool:
    """Then one mail is tried at a time, the newest first: where wrong addresses alone were tried
    so far, whoever waits for a link to sign in need not wait until each of them was tried again."""
    out = _noted(store)
    return out is not None and out.why == REFUSED


def takes_none(store: Store, said: str, now: datetime) -> None:
    """The mail server cannot be reached, or will not talk to the hub."""
    if not refuses_all(store):
        _fails(store, UNREACHABLE, said, now)


def takes(store: Store) -> None:
    """It took a mail: whatever was turned away before goes again at once."""
    if _noted(store) is None:
        return
    inlets.works(store, OUT)
    store.execute(
        update(Message)
        .where(
            *(Message.channel == Channel.EMAIL, Message.sent_at.is_(None)),
            *(Message.dropped_at.is_(None), Message.stopped_at.is_(None)),
            *(Message.trouble.is_not(None), Message.attempts == 0, Message.claimed_by.is_(None)),
        )
        .values(claimed_until=None)
    )


def refuses(store: Store, going: Sequence[Message], said: str, now: datetime) -> bool:
    """An address was turned away for good. Whether it is the mail server's doing and not the
    address's: then what went there is kept, and so is what it turned away shortly before."""
    if not refuses_all(store):
        earlier = _turned_away(store, now)
        if _known_before(going) or not _is_all(store, going[0], earlier, now):
            return False
        for message in earlier:
            _take_back(store, message, now)
    _fails(store, REFUSED, said, now)
    _put_off(store, going, said, now)
    return True


def _noted(store: Store) -> Inlet | None:
    return store.scalars(select(Inlet).where(Inlet.name == OUT)).one_or_none()


def _fails(store: Store, why: str, said: str, now: datetime) -> None:
    inlets.fails(store, OUT, why, without_addresses(said), now)


def without_addresses(said: str) -> str:
    """What a mail server said, for whom it does not matter to whom."""
    return ADDRESS.sub("…", said)


def _known_before(going: Sequence[Message]) -> bool:
    """Whether it was turned away along with everybody, and is turned away alone now."""
    return fate_of(status_of(going[0].trouble or "")) is Fate.GONE


def _is_all(store: Store, message: Message, earlier: Sequence[Message], now: datetime) -> bool:
    enough = read(store, MessageSettings).refused_together
    refusals = [Refusal(one.sent_to or "", one.stopped_at or now) for one in earlier]
    return all_turned_away([*refusals, Refusal(message.sent_to or "", now)], enough)


def _turned_away(store: Store, now: datetime) -> list[Message]:
    """For good, within the hour, and since a mail was taken. What came back later in a mail of its
    own has a code alone, and what the mail server itself said has words."""
    went = Message.channel == Channel.EMAIL, Message.sent_to.is_not(None)
    taken = select(func.max(Message.sent_at)).where(*went)
    since = max(store.scalar(taken) or now - LATELY, now - LATELY)
    query = select(Message).where(
        *(
            Message.channel == Channel.EMAIL,
            Message.sent_at.is_(None),
            Message.sent_to.is_not(None),
        ),
        *(Message.stopped_at > since, Message.trouble.contains(" ")),
    )
    found = store.scalars(query.order_by(Message.id))
    return [one for one in found if fate_of(status_of(one.trouble or "")) is Fate.GONE]


def _take_back(store: Store, message: Message, now: datetime) -> None:
    """Nothing was wrong with the address."""
    person = message.recipient
    if person.email_failed_at and message.sent_to == bounces.fingerprint(person.email or ""):
        bounces.works(person)
        audit.record(store, now, None, "restore", "email", person.ref, on_behalf_of=person)
    message.stopped_at = None
    _put_off(store, [message], message.trouble or "", now)


def _put_off(store: Store, going: Sequence[Message], said: str, now: datetime) -> None:
    """It waits as long as it has waited already; that is no try of its own, so that nothing is
    ever given up for it."""
    shortest = timedelta(minutes=read(store, MessageSettings).retry_minutes)
    for message in going:
        message.trouble, message.attempts, message.claimed_by = said[:500], 0, None
        message.claimed_until = now + min(max(now - message.due_at, shortest), LONGEST_WAIT)
    store.flush()
