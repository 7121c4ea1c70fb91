"""Whom a worker would like to meet, in their own order, first to fifth.

An order says what is hoped for; it opens, closes and changes no offer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, delete, exists, or_, select
from sqlalchemy.orm import joinedload

from supervisor import audit
from supervisor.access import RUNNING
from supervisor.errors import Refused
from supervisor.models import Choice, ChoicesBefore, Entitlement, Match, Offering, Person, Store
from supervisor.models.engine import lock_people
from supervisor.rules.kinds import MatchState
from supervisor.rules.words import N_
from supervisor.settings import read
from supervisor.viewers import acting_for

MOST = 5


@dataclass(frozen=True)
class ChoiceSettings:
    """Whether workers may read who supervises at this hub. Closed at first: to be a peer
    supervisor says of somebody that they have lived experience, and that is theirs to tell."""

    open_list: bool = False


def ranked(store: Store, person: Person) -> list[Person]:
    """Whom they chose, the first one first."""
    query = select(Person).join(Choice, Choice.provider_id == Person.id)
    query = query.where(Choice.person_id == person.id).order_by(Choice.rank, Choice.id)
    return list(store.scalars(query))


def known(store: Store, person: Person, on: date) -> list[Person]:
    """Whom they may put in order, by name: who is offered to them, whom they meet or met, whom
    they named before; and where the hub's list is open, whoever gives support that they are owed.

    That list asks nothing of the two together. Nobody is missing from it because of a conflict,
    an employer or a full week, so that who is on it gives nothing away.
    """
    named = set(_before(store, person)) | {one.id for one in ranked(store, person)}
    ways = [Person.id.in_(_told(person)), Person.id.in_(named)]
    if read(store, ChoiceSettings).open_list:
        ways.append(_gives(person, on))
    query = (
        select(Person)
        .where(or_(*ways), Person.id != person.id, _here(on))
        .options(joinedload(Person.place))
    )
    return list(store.scalars(query.order_by(Person.name, Person.id)))


def _told(person: Person) -> Select[Any]:
    """Providers whose names a worker has been told: of matches, and of offers that are open."""
    states = (MatchState.OFFERED, *RUNNING)
    query = select(Match.provider_id).join(Match.entitlement)
    return query.where(Entitlement.person_id == person.id, Match.state.in_(states))


def _gives(person: Person, on: date) -> Any:
    owed = select(Entitlement.kind).where(
        Entitlement.person_id == person.id, Entitlement.ends_on >= on
    )
    return exists().where(
        Offering.person_id == Person.id,
        Offering.kind.in_(owed),
        Offering.capacity > 0,
        Offering.vetted_until >= on,
    )


def _here(on: date) -> Any:
    return or_(Person.left_on.is_(None), Person.left_on >= on)


def _before(store: Store, person: Person) -> list[int]:
    kept = store.get(ChoicesBefore, person.id)
    return list(kept.providers) if kept else []


def can_undo(store: Store, person: Person) -> bool:
    """Whether there is an order from before the last change."""
    return store.get(ChoicesBefore, person.id) is not None


def rank(
    store: Store, person: Person, refs: Sequence[str], on: date, by: Person, now: datetime
) -> list[Person]:
    """Put these in order, the first one first; whoever is not among them is taken out."""
    behalf = acting_for(store, by, person)
    people = {one.ref: one for one in known(store, person, on)}
    if not set(refs) <= set(people):
        raise Refused(N_("Choose from the names on this page."), field="place")
    for place, ref in enumerate(refs):
        if ref in refs[:place]:
            raise Refused(
                N_("%(name)s is there twice. Give each person one place."),
                field="place", name=people[ref].name,
            )  # fmt: skip
    chosen = [people[ref] for ref in refs[:MOST]]
    _write(store, person, [one.id for one in chosen])
    audit.record(store, now, by, "rank", "choices", person.ref, behalf)
    return chosen


def put_first(store: Store, person: Person, provider: Person) -> None:
    """This one before all others; of five who were there already the last one is left out."""
    others = [one.id for one in ranked(store, person) if one.id != provider.id]
    _write(store, person, [provider.id, *others][:MOST])


def undo(store: Store, person: Person, on: date, by: Person, now: datetime) -> None:
    """As it was before the last change; once more, and the change is there again."""
    behalf = acting_for(store, by, person)
    if not can_undo(store, person):
        raise Refused(N_("Nothing was changed here yet."))
    here = {one.id for one in known(store, person, on)}
    _write(store, person, [one for one in _before(store, person) if one in here])
    audit.record(store, now, by, "undo", "choices", person.ref, behalf)


def _write(store: Store, person: Person, providers: Sequence[int]) -> None:
    """Keep the order that goes beside the one that comes; of two at once, one after the other."""
    lock_people(store, [person.id])
    was = [one.id for one in ranked(store, person)]
    if was == list(providers):
        return
    kept = store.get(ChoicesBefore, person.id) or ChoicesBefore(person_id=person.id)
    kept.providers = was
    store.add(kept)
    store.execute(delete(Choice).where(Choice.person_id == person.id))
    for rank, provider in enumerate(providers, start=1):
        store.add(Choice(person_id=person.id, provider_id=provider, rank=rank))
    store.flush()
