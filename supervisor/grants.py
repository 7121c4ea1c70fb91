"""An entitlement that is made here, and not brought in by a workbook."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select

from supervisor import audit, entitlements
from supervisor.errors import Refused
from supervisor.models import Entitlement, Person, Store
from supervisor.rules.kinds import Kind
from supervisor.rules.words import N_


@dataclass(frozen=True)
class Grant:
    """What somebody is to have: so many sessions of a kind from a day to a day."""

    kind: Kind
    sessions: int
    minutes: int
    starts_on: date
    ends_on: date
    payer: str | None


def running(store: Store, person: Person, kind: Kind, on: date) -> Entitlement | None:
    """Theirs of this kind whose period holds the day; there is one at most."""
    query = _theirs(person, kind).where(Entitlement.starts_on <= on, Entitlement.ends_on >= on)
    return store.scalars(query).first()


def next_begins(store: Store, person: Person, kind: Kind, after: date) -> date | None:
    """The first day of their next one of this kind."""
    query = _theirs(person, kind).where(Entitlement.starts_on > after)
    found = store.scalars(query).first()
    return found.starts_on if found else None


def _theirs(person: Person, kind: Kind) -> Select[Entitlement]:
    query = select(Entitlement).where(Entitlement.person_id == person.id, Entitlement.kind == kind)
    return query.order_by(Entitlement.starts_on)


def draft(person: Person, given: Grant) -> Entitlement:
    """As it would be; it is kept by nobody."""
    return Entitlement(
        person=person,
        person_id=person.id,
        kind=given.kind,
        sessions=given.sessions,
        minutes=given.minutes,
        starts_on=given.starts_on,
        ends_on=given.ends_on,
        payer=given.payer,
        mandatory=False,
    )


def grant(store: Store, person: Person, given: Grant, by: Person, now: datetime) -> Entitlement:
    """Make it. Refused where one of the same kind runs on a day of it: at most one does."""
    if given.sessions < 1 or given.starts_on > given.ends_on:
        raise Refused(N_("There is nothing left to give."))
    before = running(store, person, given.kind, given.starts_on)
    begins = next_begins(store, person, given.kind, given.starts_on)
    if before or (begins and begins <= given.ends_on):
        words = N_("%(name)s has some of this kind in these days already.")
        raise Refused(words, name=person.name)
    made = draft(person, given)
    store.add(made)
    store.flush()
    entitlements.reassess(store, made, now)
    audit.record(store, now, by, "grant", "entitlement", made.link)
    return made
