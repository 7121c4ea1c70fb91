"""Which job answers for an entitlement: the one that pays, else the funded one, else the first."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from supervisor.models import Entitlement, Job, Organisation, Store
from supervisor.rules.kinds import Role
from supervisor.viewers import current_job

PAID_BY_NO_EMPLOYER = ("", "hub", "nobody")


def paid_job(on: date, job: Any) -> ColumnElement[bool]:
    """A job of the day that is no volunteer's."""
    return and_(current_job(on, job), job.role != Role.VOLUNTEER)


def pays(on: date) -> ColumnElement[bool]:
    """The job is at the organisation that pays; `employer` is that of the first paid job."""
    first = aliased(Job)
    named = (
        exists()
        .where(Organisation.id == Job.organisation_id, Organisation.ref == Entitlement.payer)
        .correlate(Job, Entitlement)
    )
    at_first = exists().where(
        first.id == _first_paid(on), first.organisation_id == Job.organisation_id
    )
    return or_(
        and_(Entitlement.payer.not_in(PAID_BY_NO_EMPLOYER), named),
        and_(Entitlement.payer == "employer", at_first),
    )


def no_employer_pays() -> ColumnElement[bool]:
    """The hub, a funder or nobody pays."""
    outside = (
        exists()
        .where(Organisation.ref == Entitlement.payer, Organisation.kind.in_(("hub", "funder")))
        .correlate(Entitlement)
    )
    return or_(Entitlement.payer.is_(None), Entitlement.payer.in_(PAID_BY_NO_EMPLOYER), outside)


def payer_by_name(store: Store, entitlement: Entitlement, on: date) -> str | None:
    """Who pays, so that it means the same for another person: `employer` is the organisation of
    this worker's first paid job, and nobody known where there is none."""
    if entitlement.payer != "employer":
        return entitlement.payer
    query = (
        select(Organisation.ref)
        .join(Job, Job.organisation_id == Organisation.id)
        .where(Job.person_id == entitlement.person_id, paid_job(on, Job))
    )
    return store.scalars(query.order_by(Job.id)).first()


def funded_or_first(on: date) -> ColumnElement[bool]:
    """Where no employer pays: the funded job, and without one the first that is paid."""
    funded = aliased(Job)
    own = funded.person_id == Entitlement.person_id
    any_funded = (
        exists()
        .where(own, funded.funded_service.is_(True), paid_job(on, funded))
        .correlate(Entitlement)
    )
    return or_(Job.funded_service.is_(True), and_(~any_funded, Job.id == _first_paid(on)))


def _first_paid(on: date) -> ScalarSelect[int]:
    first = aliased(Job)
    return (
        select(func.min(first.id))
        .where(first.person_id == Entitlement.person_id, paid_job(on, first))
        .correlate(Entitlement)
        .scalar_subquery()
    )
