"""Who asks: a person with the parts they play on a day, and those for whom the hub acts."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    or_,
    select,
)

from supervisor.errors import NotFound
from supervisor.models import (
    Entitlement,
    Group,
    Job,
    Leader,
    Match,
    Offering,
    Person,
    PersonHat,
    Store,
)
from supervisor.rules.kinds import Hat
from supervisor.rules.words import N_


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks: their own id, the day, and the parts they play on that day."""

    person_id: int
    on: date
    coordinator: bool
    facilitator: bool
    funder: bool
    manager: bool
    provider: bool
    worker: bool

    @property
    def roles(self) -> frozenset[str]:
        """The parts as words, for a door that needs one of them."""
        parts = ("coordinator", "facilitator", "funder", "manager", "provider", "worker")
        return frozenset(part for part in parts if getattr(self, part))


def viewer_of(store: Store, person: Person, on: date) -> Viewer:
    """The parts that a person plays on a day; asked anew on every request, in one question."""
    found = store.execute(_question(), {"person_id": person.id, "on": on}).mappings().one()
    return Viewer(person_id=person.id, on=on, **{part: bool(has) for part, has in found.items()})


@cache
def _question() -> Select[*tuple[Any, ...]]:
    """For whoever is named when it is asked: put together once, and asked on every request."""
    parts = _parts(bindparam("person_id", type_=Integer), bindparam("on", type_=Date))
    return select(*(part.label(name) for name, part in parts.items()))


def _parts(person_id: Any, on: Any) -> dict[str, ColumnElement[bool]]:
    def wears(hat: Hat) -> ColumnElement[bool]:
        return exists().where(PersonHat.person_id == person_id, PersonHat.hat == hat)

    return {
        "coordinator": wears(Hat.COORDINATOR),
        "facilitator": exists().where(
            or_(Group.facilitator_id == person_id, leads_in_turn(person_id))
        ),
        "funder": wears(Hat.FUNDER),
        "manager": exists().where(Job.manager_id == person_id, current_job(on)),
        "provider": or_(
            exists().where(Offering.person_id == person_id),
            exists().where(Match.provider_id == person_id),
        ),
        "worker": exists().where(Entitlement.person_id == person_id),
    }


def manager_viewer(person_id: int, on: date) -> Viewer:
    """That person as a manager and nothing else."""
    parts = ("coordinator", "facilitator", "funder", "provider", "worker")
    return Viewer(person_id=person_id, on=on, manager=True, **dict.fromkeys(parts, False))


def current_job(on: Any, job: Any = Job) -> ColumnElement[bool]:
    """A job that is held on the day; an unknown start or end is open."""
    return and_(
        or_(job.starts_on.is_(None), job.starts_on <= on),
        or_(job.ends_on.is_(None), job.ends_on >= on),
    )


def coordinators(store: Store) -> list[Person]:
    """Everybody who looks after the hub."""
    query = select(Person).join(Person.hats).where(PersonHat.hat == Hat.COORDINATOR)
    return list(store.scalars(query.order_by(Person.id)))


def leads_in_turn(person_id: Any) -> ColumnElement[bool]:
    """Whether they lead a group in turn without a seat in it."""
    mine = Leader.group_id == Group.id, Leader.person_id == person_id
    return exists().where(*mine, Leader.member.is_(False)).correlate(Group)


def leads(viewer: Viewer, group: Group) -> bool:
    """Whether they see all of a group: its facilitator, who leads it in turn with them without a
    seat in it, and the hub."""
    others = {one.person_id for one in group.leaders if not one.member}
    return viewer.coordinator or viewer.person_id in {group.facilitator_id, *others}


def is_hub(store: Store, person: Person) -> bool:
    """Whether they coordinate the hub, and so may type what somebody says on the phone."""
    wears = exists().where(PersonHat.person_id == person.id, PersonHat.hat == Hat.COORDINATOR)
    return bool(store.scalar(select(wears)))


def acting_for(store: Store, by: Person, person: Person) -> Person | None:
    """None for themselves; the person where the hub acts for them. Anyone else has no say."""
    if by.id == person.id:
        return None
    if is_hub(store, by):
        return person
    raise NotFound(N_("That is not yours to answer."))
