"""What can be chosen for a move to another employer, and what cannot be."""

from datetime import date, datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from supervisor.access import current_job
from supervisor.employers import employer_terms
from supervisor.employers.employer_terms import Then
from supervisor.employers.employer_values import Wanted
from supervisor.errors import Refused
from supervisor.models import Entitlement, Job, JobChange, Organisation, Person, Store
from supervisor.rules.kinds import Role
from supervisor.rules.words import N_
from supervisor.settings import hub_today

MOST = 400


def jobs(store: Store, person: Person, on: date) -> list[Job]:
    """The jobs that could end."""
    query = select(Job).where(Job.person_id == person.id, current_job(on))
    return list(store.scalars(query.options(joinedload(Job.organisation)).order_by(Job.id)))


def employers(store: Store) -> list[Organisation]:
    """Where somebody can work."""
    query = select(Organisation).where(Organisation.kind != "funder")
    return list(store.scalars(query.order_by(Organisation.name)))


def managers(store: Store, on: date) -> list[Job]:
    """Who manages somewhere, each with where, by name."""
    managed = aliased(Job)
    manages = exists().where(managed.manager_id == Person.id)
    query = (
        select(Job)
        .join(Job.person)
        .where(current_job(on), or_(Job.role == Role.MANAGER, manages))
        .options(joinedload(Job.person), joinedload(Job.organisation))
        .order_by(Person.name, Job.id)
    )
    return list(store.scalars(query))


def to_settle(store: Store, person: Person, on: date) -> list[Entitlement]:
    """What an employer pays, for which it is asked what becomes of it."""
    theirs = jobs(store, person, on)
    some = employer_terms.owed(store, person, on)
    return [one for one in some if any(employer_terms.paid_by(store, one, j, on) for j in theirs)]


def open_change(store: Store, person: Person) -> JobChange | None:
    """A move that is written down and has not begun."""
    query = select(JobChange).where(JobChange.person_id == person.id, JobChange.begun_at.is_(None))
    return store.scalars(query.order_by(JobChange.id.desc())).first()


def refuse(store: Store, person: Person, wanted: Wanted, now: datetime) -> None:
    """What cannot be so, with what to do."""
    on = hub_today(store, now)
    if wanted.first < on:
        words = N_("Write a first day that is today or still to come.")
        raise Refused(words, field="first_on")
    if open_change(store, person):
        raise Refused(N_("Another move is written down already. Take that back first."))
    if wanted.organisation.id == wanted.old.organisation_id:
        raise Refused(N_("They work there already. Choose another employer."), field="employer")
    _refuse_manager(store, person, wanted)
    for one in employer_terms.owed(store, person, wanted.first):
        if employer_terms.paid_by(store, one, wanted.old, wanted.last):
            _refuse_term(one, wanted)


def _refuse_manager(store: Store, person: Person, wanted: Wanted) -> None:
    manager, there = wanted.manager, wanted.organisation.id
    works = select(Job.id).where(
        Job.person_id == (manager.id if manager else None),
        Job.organisation_id == there,
        current_job(wanted.first),
    )
    if manager and (manager.id == person.id or store.scalar(works.limit(1)) is None):
        words = N_("%(name)s does not work there. Choose somebody who does, or nobody yet.")
        raise Refused(words, field="manager", name=manager.name)


def _refuse_term(one: Entitlement, wanted: Wanted) -> None:
    term = wanted.terms.get(one.link)
    if term is None:
        raise Refused(N_("Say what becomes of each that the employer pays."), field="then")
    if term.then in {Then.ANEW, Then.ENDS} and one.starts_on >= wanted.first:
        words = N_("What has not begun by then can only go on. Choose who pays for it.")
        raise Refused(words, field="then")
    if term.then is Then.ANEW and not 1 <= term.sessions <= MOST:
        raise Refused(N_("Write how many sessions the new one has."), field="sessions")
