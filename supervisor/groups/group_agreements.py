"""What a group agrees on: written by whoever leads it, read and said yes to by each who is in it.

A new member reads it before they say whether they come. Other terms are read anew by everybody.
"""

from datetime import datetime
from hashlib import sha256

from supervisor import audit
from supervisor.errors import NotFound, Refused
from supervisor.groups import group_messages, group_times
from supervisor.groups.unread_terms import said_yes as said_yes
from supervisor.groups.unread_terms import terms as terms
from supervisor.groups.unread_terms import to_read as to_read
from supervisor.models import Group, GroupTerms, GroupYes, Person, Store
from supervisor.models.engine import read_again
from supervisor.rules.words import N_
from supervisor.settings import hub_today
from supervisor.viewers import acting_for


def write(store: Store, group: Group, words: str, by: Person, now: datetime) -> GroupTerms:
    """Put down what the group agrees on beside what holds for every group; all are asked to read
    it. The same words again change nothing."""
    read_again(store, group)
    found = terms(store, group)
    if found and found.words == words:
        return found
    if found is None:
        found = GroupTerms(group=group)
        store.add(found)
    found.words, found.changed_at, found.yeses = words, now, []
    store.flush()
    group_messages.to_read(store, group, members(store, group, now), by, now)
    audit.record(store, now, by, "change", "group_terms", group.ref)
    return found


def members(store: Store, group: Group, now: datetime) -> list[Person]:
    """Who has a seat, by name."""
    on = hub_today(store, now)
    people = (seat.person for seat in group_times.seated(group, on))
    return sorted(people, key=lambda one: one.name)


def seal(found: GroupTerms) -> str:
    """What the terms say, in short: another seal, other terms."""
    return sha256(found.words.encode()).hexdigest()[:16]


def say_yes(
    store: Store, group: Group, person: Person, by: Person, now: datetime, seen: str
) -> None:
    """They have read it and say yes; `seen` is the seal of what they read: nobody says yes to
    something else. The hub says so for somebody to whom it read it on the phone."""
    found, behalf = terms(store, group), acting_for(store, by, person)
    if found is None or person not in members(store, group, now):
        raise NotFound(N_("They have no seat in this group."))
    read_again(store, found)
    if seen != seal(found):
        raise Refused(N_("This was changed after you opened it. Read it once more, then say yes."))
    if said_yes(found, person):
        return
    found.yeses.append(GroupYes(person=person, said_at=now))
    store.flush()
    group_messages.for_calendar(store, group, person, now)
    audit.record(store, now, by, "say_yes", "group_terms", group.ref, behalf)
