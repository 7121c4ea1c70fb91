"""Whether somebody has still to read what their group agrees on: until then no page and no letter
says when it meets."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists

from supervisor.groups import group_turns
from supervisor.models import Group, GroupTerms, GroupYes, Meeting, Person, Seat, Store


def terms(store: Store, group: Group) -> GroupTerms | None:
    """The terms; None until somebody has written them down."""
    return store.get(GroupTerms, group.id)


def said_yes(found: GroupTerms, person: Person) -> bool:
    """Whether somebody has said yes to the terms as they are."""
    return any(one.person_id == person.id for one in found.yeses)


def unread(group_id: Any, person_id: int) -> ColumnElement[bool]:
    """As part of a question about meetings: they have a seat and have not said yes to its terms."""
    theirs = Seat.group_id == group_id, Seat.person_id == person_id, Seat.left_on.is_(None)
    there = GroupTerms.group_id == group_id
    yes = GroupYes.group_id == group_id, GroupYes.person_id == person_id
    seat, terms, said = (exists().where(*one).correlate(Meeting) for one in (theirs, (there,), yes))
    return and_(seat, terms, ~said)


def to_read(store: Store, group: Group, person: Person) -> bool:
    """Whether they read this first."""
    found = terms(store, group)
    return found is not None and not said_yes(found, person)


def keeps_back(store: Store, group: Group, person: Person) -> bool:
    """Whether its hours are kept from a member who has not read it; whoever leads sees all."""
    return not group_turns.sees_all(group, person.id) and to_read(store, group, person)


def has_seat(group: Group, person: Person) -> bool:
    """Whether they are in it, or wait for a place."""
    return any(one.person_id == person.id and one.left_on is None for one in group.seats)
