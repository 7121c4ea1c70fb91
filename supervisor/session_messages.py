"""What the two are told of their sessions. Nothing says which kind of support, nor why."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from supervisor import messages
from supervisor.models import Entitlement, Person, Session, Store
from supervisor.openings import openings
from supervisor.settings import HubSettings, read

OFFERED = 3


def booked(store: Store, session: Session, by: Person | None, now: datetime) -> None:
    """It is booked."""
    _tell(store, session, "booked", by, {}, now)


def moved(
    store: Store, session: Session, before: datetime, by: Person | None, now: datetime
) -> None:
    """It is at another time; `before` is the wall time that was."""
    _tell(store, session, "moved", by, {"before": before.isoformat()}, now)


def cancelled(store: Store, session: Session, by: Person | None, now: datetime) -> None:
    """It is called off and still owed; here are the next times that suit both."""
    found = openings(store, session.entitlement, now, OFFERED, session.provider)
    times = [time.local_start.isoformat() for time in found.times]
    _tell(store, session, "cancelled", by, {"times": times}, now)


def kept(store: Store, sessions: Sequence[Session], by: Person | None, now: datetime) -> None:
    """A plan is booked: all its meetings in one message for each of the two."""
    first = sessions[0]
    more = {"times": [session.local_start.isoformat() for session in sessions]}
    _tell(store, first, "plan_kept", by, more, now)


def _tell(
    store: Store,
    session: Session,
    template: str,
    by: Person | None,
    more: dict[str, Any],
    now: datetime,
) -> None:
    hub = read(store, HubSettings)
    for person, other in _pair(session.entitlement, session.provider):
        facts = _facts(session, by, person, other) | more
        if by is None:
            facts["by"] = hub.name
        cause = f"{template}:{session.ref}:{session.sequence}"
        messages.tell(store, person, cause, template, facts, now, urgent=True)


def _pair(entitlement: Entitlement, provider: Person) -> Iterator[tuple[Person, Person]]:
    yield entitlement.person, provider
    yield provider, entitlement.person


def _facts(session: Session, by: Person | None, person: Person, other: Person) -> dict[str, Any]:
    """`by` names whoever did it for both, `mine` says that the reader did it."""
    by_hub = by is not None and by.id not in {person.id, other.id}
    return {
        "session": session.ref,
        "entitlement": session.entitlement.ref,
        "other": other.name,
        "by": by.name if by and by_hub else "",
        "mine": by is not None and by.id == person.id,
        "starts": session.local_start.isoformat(),
        "minutes": session.minutes,
        "mode": session.mode,
    }
