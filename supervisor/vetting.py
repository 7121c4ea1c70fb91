"""The hub makes somebody a provider of a kind: who they are, what they may do, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from supervisor import audit
from supervisor.access import current_job
from supervisor.errors import Refused
from supervisor.models import (
    Job,
    Offering,
    Organisation,
    Person,
    Place,
    Provider,
    Store,
    Trait,
    Word,
)
from supervisor.rules.kinds import Channel, Kind, Role, Stance
from supervisor.rules.words import N_
from supervisor.settings import hub_today

MOST_PEOPLE = 50
MOST_YEARS = 80


@dataclass(frozen=True)
class Contact:
    """How the hub reaches somebody new."""

    name: str
    email: str = ""
    phone: str = ""
    place: Place | None = None


@dataclass(frozen=True)
class Vetted:
    """What the hub has found out: the words are as they say of themselves, `works_at` is where
    they work or volunteer, since no supervisor may share an employer with a worker."""

    kind: Kind
    capacity: int
    until: date
    perspectives: Sequence[Word] = ()
    cultures: Sequence[Word] = ()
    works_at: Organisation | None = None
    years: float | None = None
    clinical: bool = False


def add_person(store: Store, contact: Contact, by: Person, now: datetime) -> Person:
    """Somebody new to the hub. They are not written to by this."""
    name, email = " ".join(contact.name.split()), contact.email.strip().casefold()
    if not name:
        raise Refused(N_("Write a name, as it is usually spelt."), field="name")
    if email and store.scalar(select(Person.id).where(Person.email == email)):
        raise Refused(N_("Somebody here has this e-mail already. Choose them."), field="email")
    person = Person(
        name=name,
        email=email or None,
        phone=contact.phone.strip() or None,
        contact_by=Channel.EMAIL if email else Channel.PHONE,
        place=contact.place,
        modes=[],
        matters_most=[],
    )
    store.add(person)
    store.flush()
    audit.record(store, now, by, "add", "person", audit.of(person))
    return person


def vet(store: Store, person: Person, vetted: Vetted, by: Person, now: datetime) -> Offering:
    """They give this kind of support to so many people until that day. What is not said of them
    stays as it is."""
    on = hub_today(store, now)
    _refuse(vetted, on)
    if store.get(Provider, person.id) is None:
        store.add(Provider(person_id=person.id))
        store.flush()
    offering = _offering(store, person, vetted.kind)
    offering.capacity, offering.vetted_until = vetted.capacity, vetted.until
    offering.cultures = list(vetted.cultures) or offering.cultures
    _say(person, vetted)
    _employ(store, person, vetted.works_at, on)
    store.flush()
    audit.record(store, now, by, "vet", "person", audit.of(person))
    return offering


def _refuse(vetted: Vetted, on: date) -> None:
    if not 1 <= vetted.capacity <= MOST_PEOPLE:
        raise Refused(N_("Write how many people they can take, from 1 to 50."), field="capacity")
    if vetted.years is not None and not 0 <= vetted.years <= MOST_YEARS:
        raise Refused(N_("Write the years as a number."), field="years")
    if vetted.until < on:
        raise Refused(N_("Choose today or a later day."), field="until")


def _offering(store: Store, person: Person, kind: Kind) -> Offering:
    query = select(Offering).where(Offering.person_id == person.id, Offering.kind == kind)
    offering = store.scalar(query)
    if offering is None:
        offering = Offering(person_id=person.id, kind=kind, regions=[], cultures=[])
        store.add(offering)
    return offering


def _say(person: Person, vetted: Vetted) -> None:
    said = {trait.word_id for trait in person.traits if trait.stance == Stance.OWN}
    person.traits += [Trait(word=one) for one in vetted.perspectives if one.id not in said]
    person.years_experience = person.years_experience if vetted.years is None else vetted.years
    person.clinical = vetted.clinical or person.clinical


def _employ(store: Store, person: Person, place: Organisation | None, on: date) -> None:
    if place is None:
        return
    there = select(Job.id).where(
        Job.person_id == person.id, Job.organisation_id == place.id, current_job(on)
    )
    if store.scalar(there) is None:
        store.add(Job(person=person, organisation=place, role=Role.OTHER))
