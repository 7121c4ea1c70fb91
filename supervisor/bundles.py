"""What goes into one mail: of each entitlement one alert, the gravest; the others wait a day.

What was due by day, and could not go then, waits for the morning: nobody is woken by it. What
would come too late then waits for nothing.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from supervisor import messages, reach
from supervisor.models import Message, Store

GRAVE = (
    "not_confirmed",
    "cannot_be_met",
    "behind",
    "not_matched",
    "provider_away",
    "slipping",
    "nothing_booked",
)
"""A question comes first, since its answer may end the rest."""


def one_each(store: Store, ready: Sequence[Message], now: datetime) -> list[Message]:
    """Those that go now. What waits goes at its reader's hour of the next day, if it is true
    then."""
    pressing = [m for m in ready if m.urgent or _presses(store, m, now)]
    awake = [m for m in ready if not reach.at_rest(store, m.recipient, now)]
    gravest = _gravest(awake)
    calm = [m for m in awake if _place(m) == gravest.get(_about(m), _place(m))]
    going = [m for m in ready if m in pressing or m in calm]
    for message in ready:
        if message not in going:
            messages.wait(store, message, _later(store, message, now))
    return going


def _presses(store: Store, message: Message, now: datetime) -> bool:
    """Whether it would come too late if it waited."""
    return messages.cannot_wait(store, message, _later(store, message, now))


def _later(store: Store, message: Message, now: datetime) -> datetime:
    """From when on it may go, if it does not go now."""
    if reach.at_rest(store, message.recipient, now):
        return now
    return reach.days_later(store, message.recipient, now, 1)


def apart(going: Sequence[Message], alone: Callable[[Message], bool]) -> list[list[Message]]:
    """One mail of all, but for those that go alone, each after the words."""
    together = [message for message in going if not alone(message)]
    singly = [[message] for message in going if alone(message)]
    return [together, *singly] if together else singly


def _gravest(ready: Sequence[Message]) -> dict[int | None, int]:
    """Of each entitlement; what is about none stands in nobody's way."""
    gravest: dict[int | None, int] = {}
    for message in ready:
        if about := _about(message):
            gravest[about] = min(_place(message), gravest.get(about, len(GRAVE)))
    return gravest


def _about(message: Message) -> int | None:
    return message.alert.entitlement_id if message.alert else None


def _place(message: Message) -> int:
    name = message.alert.name if message.alert else ""
    return GRAVE.index(name) if name in GRAVE else len(GRAVE)
