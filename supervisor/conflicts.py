"""Whom somebody would rather not be matched with: said in private, true at once, told to nobody.

A name is kept as it was typed, whether the hub knows somebody of that name or not, and the answer
is the same either way: it tells nobody who is known here.
"""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from supervisor import audit
from supervisor.access import RUNNING, current_job
from supervisor.apart import Known, declared
from supervisor.errors import Refused
from supervisor.matches import matches
from supervisor.models import Conflict, Entitlement, Job, Match, Organisation, Person, Store
from supervisor.rules.kinds import MatchState
from supervisor.rules.names import name_words
from supervisor.rules.words import N_
from supervisor.settings import hub_today
from supervisor.viewers import acting_for

LONGEST = 200


def mine(store: Store, person: Person) -> list[tuple[Conflict, str]]:
    """What somebody declared, each with the name that they gave it, the newest first."""
    query = (
        select(Conflict)
        .where(Conflict.person_id == person.id)
        .options(joinedload(Conflict.other_person), joinedload(Conflict.other_organisation))
        .order_by(Conflict.id.desc())
    )
    return [(one, _called(one)) for one in store.scalars(query)]


def _called(conflict: Conflict) -> str:
    other = conflict.other_person or conflict.other_organisation
    return conflict.name or (other.name if other else "")


def names_told(store: Store, person: Person) -> list[str]:
    """Names to pick from: whom the hub has named to them before, and organisations."""
    pairs = (
        select(Match)
        .join(Match.entitlement)
        .where(
            or_(
                Entitlement.person_id == person.id,
                (Match.provider_id == person.id)
                & or_(Match.worker_yes_at.is_not(None), Match.state.in_(RUNNING)),
            )
        )
        .options(joinedload(Match.provider), joinedload(Match.entitlement))
    )
    met = {x.name for m in store.scalars(pairs) for x in (m.provider, m.entitlement.person)}
    return sorted((met | set(store.scalars(select(Organisation.name)))) - {person.name})


def declare(store: Store, person: Person, name: str, by: Person, now: datetime) -> Conflict:
    """Keep these two apart from now on; said twice is once.

    An offer between them that is open closes like one that was declined, or whose place is gone.
    A match that runs goes on until the hub has found somebody else.
    """
    behalf = acting_for(store, by, person)
    name = _plain(name)
    conflict = _same(store, person, name) or _written(store, person, name, now)
    audit.record(store, now, by, "change", "wishes", audit.of(person), behalf)
    _part(store, person, by, now)
    return conflict


def _plain(name: str) -> str:
    plain = " ".join(name.split())
    if not name_words(plain) or len(plain) > LONGEST:
        raise Refused(N_("Write a name, as it is usually spelt."), field="name")
    return plain


def _same(store: Store, person: Person, name: str) -> Conflict | None:
    words = name_words(name)
    same = (one for one, called in mine(store, person) if name_words(called) == words)
    return next(same, None)


def _written(store: Store, person: Person, name: str, now: datetime) -> Conflict:
    """With the one whom it means now, if there is just one, so that it outlives their name."""
    known = Known(store)
    people, places = known.people.of(name) - {person.id}, known.organisations.of(name)
    alone = len(people) + len(places) == 1
    row = Conflict(person_id=person.id, name=name, declared_at=now)
    if alone:
        row.other_person_id = next(iter(people), None)
        row.other_organisation_id = next(iter(places), None)
    return _added(store, row)


def _added(store: Store, row: Conflict) -> Conflict:
    """Under another spelling they may have declared the same already: then the name stands
    alone."""
    try:
        with store.begin_nested():
            store.add(row)
            store.flush()
    except IntegrityError:
        row = Conflict(person_id=row.person_id, name=row.name, declared_at=row.declared_at)
        store.add(row)
        store.flush()
    return row


def _part(store: Store, person: Person, by: Person, now: datetime) -> None:
    on = hub_today(store, now)
    others = _others(store, person, on)
    query = (
        select(Match)
        .join(Match.entitlement)
        .where(
            Match.state == MatchState.OFFERED,
            or_(Entitlement.person_id == person.id, Match.provider_id == person.id),
        )
        .order_by(Entitlement.person_id, Match.id)
    )
    for match in store.scalars(query).all():
        if {match.entitlement.person_id, match.provider_id} & others:
            matches.close_between(store, match, person, by, now)


def _others(store: Store, person: Person, on: date) -> set[int]:
    """With an organisation it is everybody who works there on the day."""
    apart = declared(store, person)
    there = _working_at(store, {place for _one, place in apart.organisations}, on)
    return {other for _one, other in apart.people} | set(there) - {person.id}


def _working_at(store: Store, places: set[int], on: date) -> Iterable[int]:
    query = select(Job.person_id).where(Job.organisation_id.in_(places), current_job(on))
    return store.scalars(query)


def is_known(store: Store, name: str) -> bool:
    """Whether somebody or some place of that name is known; for the hub, which knows them all."""
    known = Known(store)
    return bool(known.people.of(name) or known.organisations.of(name))


def take_back(store: Store, conflict: Conflict, by: Person, now: datetime) -> None:
    """As if it had not been said; only its owner can. What closed for it stays closed."""
    person = store.get_one(Person, conflict.person_id)
    store.delete(conflict)
    audit.record(store, now, by, "change", "wishes", audit.of(person))
    store.flush()
