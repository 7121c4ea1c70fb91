"""What people are told when their group is closed, joined to another, or goes on after all."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from supervisor import messages, reach
from supervisor.groups import group_times, group_turns, unread_terms
from supervisor.models import Group, GroupEnding, Meeting, Message, Person, Store
from supervisor.zones import with_offset


def closed(
    store: Store, ending: GroupEnding, inside: Sequence[Person], ahead: Sequence[Meeting],
    by: Person, now: datetime,
) -> None:  # fmt: skip
    """Everybody in it, and whoever led it; each reads what is called off, and how to ask for
    another."""
    starts = [with_offset(one.local_start, one.zone) for one in ahead[:1]]
    for person in _all(ending.group, inside, by):
        leads = person.id in group_turns.ids(ending.group) and person not in inside
        back = unread_terms.keeps_back(store, ending.group, person)
        gone = [] if back else starts
        facts = {
            "group": ending.group.ref, "name": ending.group.name, "gone": gone,
            "person": person.ref, "leads": leads,
        }  # fmt: skip
        _tell(store, ending, person, "group_closed", facts, ahead, now)


def merged(
    store: Store, ending: GroupEnding, moves: Sequence[Person], waits: Sequence[Person],
    ahead: Sequence[Meeting], by: Person, now: datetime,
) -> None:  # fmt: skip
    """Those who move read when it meets; those who were there, and who leads it, that it grows."""
    into = ending.into
    assert into
    following = next((m for m in group_times.ahead(store, into, now) if not m.needs_time), None)
    facts = {
        "name": ending.group.name, "group": into.ref, "into": into.name, "people": len(moves),
        "starts": [with_offset(following.local_start, following.zone)] if following else [],
    }  # fmt: skip
    there = [seat.person for seat in into.seats if seat.left_on is None and not seat.waiting]
    for person in _all(ending.group, [*moves, *waits], by):
        whose = "moves" if person in moves else "leads"
        said = _kept(store, into, person, facts) | {"whose": "waits" if person in waits else whose}
        _tell(store, ending, person, "group_merged", said, ahead, now)
    for person in _all(into, there, by):
        if person not in {*moves, *group_turns.leaders(ending.group)}:
            said = _kept(store, into, person, facts) | {"whose": "theirs"}
            _tell(store, ending, person, "group_merged", said, ahead, now)


def _kept(store: Store, into: Group, person: Person, facts: dict[str, Any]) -> dict[str, Any]:
    """Without the hour, for whom reads first what the other group agrees on."""
    back = unread_terms.keeps_back(store, into, person)
    return facts | {"starts": [], "to_read": True} if back else facts


def goes_on(store: Store, ending: GroupEnding, now: datetime) -> None:
    """What was not sent yet is not said; whoever read that it ended reads that it does not."""
    about = _about(ending)
    messages.drop_earlier(store, about, now)
    told = select(Person).join(Message, Message.recipient_id == Person.id)
    sent = Message.cause.startswith(about, autoescape=True), Message.sent_at.is_not(None)
    facts = {"name": ending.group.name, "group": ending.group.ref}
    for person in store.scalars(told.where(*sent).order_by(Person.id)):
        messages.tell(store, person, f"{about}on", "group_goes_on", facts, now, urgent=True)


def _all(group: Group, inside: Iterable[Person], by: Person) -> list[Person]:
    everybody = dict.fromkeys([*group_turns.leaders(group), *inside])
    return [one for one in everybody if one.id != by.id]


def _about(ending: GroupEnding) -> str:
    return f"ending:{ending.ref}:"


def _tell(
    store: Store, ending: GroupEnding, person: Person, template: str, facts: dict[str, Any],
    ahead: Sequence[Meeting], now: datetime,
) -> None:  # fmt: skip
    """At their hour, or at once where they would set out before it."""
    soon = bool(ahead) and reach.next_hour(store, person, now) >= ahead[0].starts_at
    messages.tell(store, person, f"{_about(ending)}told", template, facts, now, urgent=soon)
