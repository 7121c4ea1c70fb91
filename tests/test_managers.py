"""Which managers may know where somebody’s sessions stand: those of the job that answers."""

from datetime import date
from types import SimpleNamespace

import pytest

from supervisor import access
from supervisor.models import Entitlement, Job, Store
from supervisor.rules.kinds import Kind, Role

ON = date(2027, 2, 10)


@pytest.fixture
def two_jobs(store: Store, cast: SimpleNamespace) -> SimpleNamespace:
    """Ben works at Harbour House too, under Rua, in a service that is not funded."""
    job = Job(person=cast.ben, organisation=cast.harbour, role=Role.EDUCATOR, manager=cast.rua)
    store.add(job)
    store.flush()
    return cast


def knows(store: Store, entitlement: Entitlement) -> list[str]:
    store.flush()
    return [person.ref for person in access.managers_of(store, entitlement, ON)]


def test_the_funded_job_answers_where_no_employer_pays(store: Store, two_jobs) -> None:
    assert knows(store, two_jobs.entitlement) == ["mere"]


def test_the_employer_that_pays_answers_whoever_else_pays_for_others(
    store: Store, two_jobs
) -> None:
    two_jobs.entitlement.payer = "lakes"
    store.add(
        Entitlement(
            person=two_jobs.dan,
            kind=Kind.PEER_SUPERVISION,
            sessions=10,
            minutes=60,
            starts_on=date(2027, 1, 1),
            ends_on=date(2027, 12, 31),
            payer="harbour",
        )
    )
    assert knows(store, two_jobs.entitlement) == ["mere"]
    two_jobs.entitlement.payer = "harbour"
    assert knows(store, two_jobs.entitlement) == ["rua"]


def test_without_a_funded_job_the_first_answers_whatever_others_hold(
    store: Store, two_jobs
) -> None:
    own = [job for job in two_jobs.ben.jobs if job.organisation_id == two_jobs.lakes.id]
    own[0].funded_service = False
    store.add(
        Job(
            person=two_jobs.dan,
            organisation=two_jobs.lakes,
            role=Role.EDUCATOR,
            funded_service=True,
        )
    )
    assert knows(store, two_jobs.entitlement) == ["mere"]


def test_a_manager_who_has_left_the_job_behind_knows_nothing(store: Store, two_jobs) -> None:
    for job in two_jobs.ben.jobs:
        if job.organisation_id == two_jobs.lakes.id:
            job.ends_on = date(2027, 1, 31)
    assert knows(store, two_jobs.entitlement) == ["rua"]
