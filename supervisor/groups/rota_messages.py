"""What those who lead a group in turn are told: their turns, one that is theirs or no more."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from supervisor import messages
from supervisor.groups import group_messages, group_turns
from supervisor.models import Group, Meeting, Person, Store
from supervisor.sessions import calendar_letters
from supervisor.stand_ins import readers
from supervisor.zones import with_offset

SHOWN = 6


def dealt(
    store: Store, group: Group, theirs: Mapping[Person, Sequence[Meeting]], by: Person,
    now: datetime,
) -> None:  # fmt: skip
    """Each whose turns are other than before reads the next of theirs."""
    about = f"rota:{group.ref}:"
    messages.drop_earlier(store, about, now)
    for person, turns in theirs.items():
        shown = turns[:SHOWN]
        facts = _of(group) | {"turns": [with_offset(one.local_start, one.zone) for one in shown]}
        facts |= {"rooms": [group_messages.room_at(one) for one in shown]}
        if person != by:
            messages.tell(store, person, f"{about}{now.isoformat()}", "turns", facts, now)
        elif turns:
            calendar_letters.tell(store, person, turns[0], now)


def no_more(store: Store, group: Group, person: Person, by: Person, now: datetime) -> None:
    """They are asked no more."""
    if person != by:
        facts = _of(group) | {"turns": [], "rooms": []}
        messages.tell(
            store, person, f"rota:{group.ref}:over:{now.isoformat()}", "turns", facts, now
        )


def changed(
    store: Store, meeting: Meeting, before: Person | None, by: Person, now: datetime
) -> None:
    """One meeting is led by somebody else: both read it, and nobody reads why."""
    about = f"turn:{meeting.ref}:"
    messages.drop_earlier(store, about, now)
    leads = group_turns.leads(meeting)
    if leads and leads != by:
        _tell(store, meeting, leads, "turn_yours", now, {"soon": False})
    elif leads:
        calendar_letters.tell(store, leads, meeting, now)
    if before and before != by:
        _tell(store, meeting, before, "turn_over", now, {})


def nobody(store: Store, meeting: Meeting, person: Person, by: Person, now: datetime) -> None:
    """Nobody can lead it in their place: the facilitator, else the hub, is asked to look."""
    looks = meeting.group.facilitator
    told = [looks] if looks and looks != person else readers(store, now)
    for one in told:
        if one != by:
            _tell(store, meeting, one, "turn_open", now, {})


def soon(store: Store, meeting: Meeting, now: datetime) -> bool:
    """A reminder of their turn, once."""
    leads = group_turns.leads(meeting)
    if leads is None:
        return False
    facts, cause = _facts(meeting) | {"soon": True}, f"soon:{meeting.ref}:{meeting.sequence}"
    told = messages.tell(store, leads, cause, "turn_yours", facts, now, until=meeting.starts_at)
    return told is not None


def _tell(
    store: Store, meeting: Meeting, person: Person, template: str, now: datetime,
    more: dict[str, Any],
) -> None:  # fmt: skip
    cause = f"turn:{meeting.ref}:{template}:{now.isoformat()}"
    facts = _facts(meeting) | more
    messages.tell(store, person, cause, template, facts, now, urgent=True, until=meeting.starts_at)


def _of(group: Group) -> dict[str, Any]:
    return {"group": group.ref, "name": group.name}


def _facts(meeting: Meeting) -> dict[str, Any]:
    where = group_messages.room_at(meeting)
    return _of(meeting.group) | {
        "meeting": meeting.ref,
        "starts": with_offset(meeting.local_start, meeting.zone),
        "where": where,
    }
