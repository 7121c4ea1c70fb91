"""Which meetings an address holds: all of somebody's, those of one hat, or those of one group."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select

from supervisor.errors import Refused
from supervisor.groups.unread_terms import unread
from supervisor.models import Entitlement, Group, Leader, Match, Person, Seat, Store
from supervisor.rules.kinds import FeedPart
from supervisor.rules.words import N_, Words

ALL = N_("All my meetings")
RECEIVING = N_("Only those for me")
GIVING = N_("Only those that I hold for others")


@dataclass(frozen=True)
class Choice:
    """One part of somebody's meetings: its code in a form, its name, and the group if it is one."""

    code: str
    name: Words
    group_id: int | None = None

    @property
    def part(self) -> FeedPart:
        """Which kind of part it is."""
        return FeedPart.GROUP if self.group_id else FeedPart(self.code)


def choices(store: Store, person: Person) -> list[Choice]:
    """What they can choose from: one hat only for who wears both."""
    found = [Choice(FeedPart.ALL, Words(ALL))]
    groups = list(store.scalars(select(Group).where(_theirs(person)).order_by(Group.name)))
    if _receives(store, person) and _gives(store, person):
        hats = ((FeedPart.RECEIVING, RECEIVING), (FeedPart.GIVING, GIVING))
        found += [Choice(part, Words(name)) for part, name in hats]
    return found + [_of_group(group) for group in groups]


def _of_group(group: Group) -> Choice:
    """Its name is its people's own word, and no sentence of ours."""
    return Choice(f"group:{group.ref}", Words("%(name)s", {"name": group.name}), group.id)


def chosen(store: Store, person: Person, code: str) -> Choice:
    """What a form says; without a word, all."""
    for choice in choices(store, person):
        if choice.code == (code or FeedPart.ALL):
            return choice
    raise Refused(N_("Choose which meetings your calendar shows."), field="holds")


def _theirs(person: Person) -> ColumnElement[bool]:
    """Groups they lead, and those they have a seat in, once they have read what is agreed on."""
    seat = exists().where(
        Seat.group_id == Group.id,
        Seat.person_id == person.id,
        Seat.waiting.is_(False),
        Seat.left_on.is_(None),
    )
    leads = exists().where(Leader.group_id == Group.id, Leader.person_id == person.id)
    mine = or_(Group.facilitator_id == person.id, leads, seat & ~unread(Group.id, person.id))
    return mine & Group.closed_at.is_(None)


def _receives(store: Store, person: Person) -> bool:
    seat = exists().where(Seat.person_id == person.id)
    owed = exists().where(Entitlement.person_id == person.id)
    return bool(store.scalar(select(owed | seat)))


def _gives(store: Store, person: Person) -> bool:
    gives = exists().where(Match.provider_id == person.id)
    leads = exists().where(Group.facilitator_id == person.id)
    return bool(store.scalar(select(gives | leads)))
