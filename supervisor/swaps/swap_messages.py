"""What the two and the hub are told as they change places. Nothing says which kind of support,
nor whose no it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from supervisor import messages
from supervisor.matches.match_messages import to_hub
from supervisor.models import Match, Message, Person, Session, Store, Swap
from supervisor.openings.openings import openings
from supervisor.zones import with_offset

OFFERED = 3


@dataclass(frozen=True)
class Moved:
    """The sessions that keep their time, and those that are called off."""

    kept: Sequence[Session]
    gone: Sequence[Session]


def asked(store: Store, swap: Swap, now: datetime) -> None:
    """The other one is asked."""
    _ask(store, swap, _asked(swap), {"again": False}, now)


def reminded(store: Store, swap: Swap, now: datetime) -> Message | None:
    """They are asked once more; None where that was done already."""
    return _ask(store, swap, f"{_asked(swap)}again", {"again": True}, now)


def _asked(swap: Swap) -> str:
    return f"swap_asked:{swap.ref}:"


def _ask(
    store: Store, swap: Swap, cause: str, more: dict[str, Any], now: datetime
) -> Message | None:
    facts = {"swap": swap.ref, "other": swap.asked_by.name, **more}
    return messages.tell(store, swap.other, cause, "swap_asked", facts, now, until=swap.lapses_at)


def agreed(store: Store, swap: Swap, now: datetime) -> None:
    """Both would like to: the hub looks at it."""
    messages.drop_earlier(store, _asked(swap), now)
    worker, provider = swap.match.entitlement.person, swap.match.provider
    facts = {"swap": swap.ref, "worker": worker.name, "provider": provider.name}
    to_hub(store, _to_do(swap), "swap_to_do", facts, now)


def _to_do(swap: Swap) -> str:
    return f"swap_to_do:{swap.ref}"


def stays(store: Store, swap: Swap, whose: Person | None, now: datetime) -> None:
    """Nothing comes of it. All but the one who knows read the same words, whatever it was; who
    has not read the question yet need not hear of it at all."""
    heard = _heard(store, swap)
    messages.drop_earlier(store, _asked(swap), now)
    messages.drop(store, _to_do(swap), now)
    for person, other in _pair(swap.match):
        knows = person.id == swap.asked_by_id or heard
        if knows and not (whose and person.id == whose.id):
            facts = {"match": swap.match.ref, "other": other.name}
            messages.tell(store, person, f"swap_closed:{swap.ref}", "swap_closed", facts, now)


def _heard(store: Store, swap: Swap) -> bool:
    """Whether the question has gone out, or they have answered it without."""
    went = select(Message.id).where(
        Message.cause.startswith(_asked(swap), autoescape=True), Message.sent_at.is_not(None)
    )
    return swap.agreed_at is not None or store.scalar(went.limit(1)) is not None


def done(store: Store, swap: Swap, moved: Moved, now: datetime) -> None:
    """From when on it is the other way round, which times stay, and which are called off."""
    assert swap.became
    for session in moved.kept:
        messages.drop_earlier(store, f"session:{session.ref}:", now)
    messages.drop_earlier(store, f"to_sign:{swap.match.ref}:", now)
    messages.drop(store, _to_do(swap), now)
    facts = _facts(store, swap.became, moved, now)
    for person, other in _pair(swap.became):
        more = facts | {"other": other.name}
        cause = f"swap_done:{swap.ref}"
        messages.tell(store, person, cause, "swap_done", more, now, urgent=True)


def _facts(store: Store, became: Match, moved: Moved, now: datetime) -> dict[str, Any]:
    assert became.starts_on
    return {
        "match": became.ref,
        "starts": became.starts_on.isoformat(),
        "kept": [with_offset(one.local_start, one.zone) for one in moved.kept],
        "gone": [with_offset(one.local_start, one.zone) for one in moved.gone],
        "times": _times(store, became, now) if moved.gone else [],
    }


def _times(store: Store, became: Match, now: datetime) -> list[str]:
    """The next times that suit both, where some were called off."""
    found = openings(store, became.entitlement, now, OFFERED, became.provider)
    return [with_offset(one.local_start, one.zone) for one in found.times]


def _pair(match: Match) -> tuple[tuple[Person, Person], tuple[Person, Person]]:
    worker, provider = match.entitlement.person, match.provider
    return (worker, provider), (provider, worker)
