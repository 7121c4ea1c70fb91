"""Who is told where they meet, once for all meetings that share people and room."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from supervisor.groups import group_messages
from supervisor.models import Meeting, Person, Session, Store
from supervisor.rooms.room_hours import Held
from supervisor.sessions import session_messages


def given(store: Store, some: Iterable[Held], by: Person | None, now: datetime) -> None:
    """They meet in another room, or in one for the first time, or have lost theirs."""
    sessions: dict[tuple[int, ...], list[Session]] = defaultdict(list)
    meetings: list[Meeting] = []
    for one in some:
        if isinstance(one, Session):
            sessions[one.entitlement_id, one.provider_id, one.room_id or 0].append(one)
        else:
            meetings.append(one)
    for theirs in sessions.values():
        session_messages.room_given(store, theirs, by, now)
    group_messages.rooms_given(store, meetings, by, now)
