"""A worker's workplace beside supervision: 1:1s with the manager, a buddy, the programme.

Dates alone are kept. The worker, their manager and the hub write them down; none of it counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import joinedload

from supervisor import audit
from supervisor.access import current_job
from supervisor.errors import Refused
from supervisor.models import Buddy, CatchUp, Job, Leave, Person, ProgrammeStep, Store
from supervisor.models.engine import read_again
from supervisor.rules.days import DAY, counted, merged
from supervisor.rules.kinds import Role
from supervisor.rules.programme import Step, WorkplaceSettings, is_compulsory, overdue_since
from supervisor.rules.words import N_
from supervisor.settings import hub_today, read
from supervisor.viewers import is_hub

LONGEST = 80
SHOWN = 6
NOT_WORKERS = (Role.MANAGER, Role.OTHER)


@dataclass(frozen=True)
class Work:
    """One job: the days of its latest 1:1s, the day from which the next is overdue, the buddy,
    and each step of the programme with its day."""

    job: Job
    held: list[CatchUp]
    overdue: date | None
    buddy: Buddy | None
    steps: dict[Step, date | None]
    compulsory: bool


def of_worker(store: Store, person: Person, on: date) -> list[Work]:
    """Somebody's own jobs on a day."""
    return _works(store, _jobs(on).where(Job.person_id == person.id), on)


def of_manager(store: Store, manager: Person, on: date) -> list[Work]:
    """The jobs whose 1:1s a manager holds; a volunteer has no manager's view."""
    theirs = _jobs(on).where(Job.manager_id == manager.id, Job.role != Role.VOLUNTEER)
    return _works(store, theirs, on)


def everybody(store: Store, on: date) -> list[Work]:
    """Every job on a day."""
    return _works(store, _jobs(on), on)


def _jobs(on: date) -> Select[Job]:
    return (
        select(Job)
        .join(Job.person)
        .where(
            current_job(on),
            Job.role.not_in(NOT_WORKERS),
            or_(Person.left_on.is_(None), Person.left_on >= on),
        )
        .options(joinedload(Job.person), joinedload(Job.organisation), joinedload(Job.manager))
        .order_by(Person.name, Job.ref)
    )


def _works(store: Store, jobs: Select[Job], on: date) -> list[Work]:
    found = list(store.scalars(jobs))
    if not found:
        return []
    settings, ids = read(store, WorkplaceSettings), [job.id for job in found]
    held: dict[int, list[CatchUp]] = {id_: [] for id_ in ids}
    query = select(CatchUp).where(CatchUp.job_id.in_(ids)).options(joinedload(CatchUp.noted_by))
    for one in store.scalars(query.order_by(CatchUp.held_on.desc())):
        held[one.job_id].append(one)
    buddies = {b.job_id: b for b in store.scalars(select(Buddy).where(Buddy.job_id.in_(ids)))}
    steps = _steps(store, ids)
    return [
        Work(
            job,
            held[job.id][:SHOWN],
            _overdue(store, job, [one.held_on for one in held[job.id]], on, settings),
            buddies.get(job.id),
            {step: steps.get((job.id, step)) for step in Step},
            is_compulsory(job.fte, settings),
        )
        for job in found
    ]


def _steps(store: Store, ids: list[int]) -> dict[tuple[int, str], date]:
    query = select(ProgrammeStep).where(ProgrammeStep.job_id.in_(ids))
    return {(one.job_id, one.step): one.done_on for one in store.scalars(query)}


def _overdue(
    store: Store, job: Job, held: list[date], on: date, settings: WorkplaceSettings
) -> date | None:
    """Without a manager nobody holds them, and a volunteer's are nobody's to ask for."""
    if job.manager_id is None or job.role == Role.VOLUNTEER or not held:
        return None
    if overdue_since(held, 0, on, settings) is None:
        return None
    query = select(Leave.starts_on, Leave.ends_on).where(Leave.person_id == job.person_id)
    spans = merged((starts, back) for starts, back in store.execute(query))
    first = max(held) + DAY
    away = sum(counted(max(s, first), min(back - DAY, on)) for s, back in spans)
    return overdue_since(held, away, on, settings)


def last_if_overdue(store: Store, job: Job, now: datetime) -> date | None:
    """The day of the last 1:1 where the next is overdue now; it may have been written down since,
    or taken back."""
    on = hub_today(store, now)
    works = _works(store, _jobs(on).where(Job.id == job.id), on)
    return next((work.held[0].held_on for work in works if work.overdue), None)


def overdue(store: Store, now: datetime) -> Iterator[tuple[Job, date]]:
    """Every job whose 1:1 is overdue, and since when."""
    on = hub_today(store, now)
    for work in _works(store, _jobs(on).where(Job.id.in_(select(CatchUp.job_id))), on):
        if work.overdue:
            yield work.job, work.overdue


def _behalf(store: Store, job: Job, by: Person) -> Person | None:
    return job.person if is_hub(store, by) and by.id != job.person_id else None


def _hold(store: Store, job: Job) -> None:
    """Worker, manager and hub may press at the same moment: one after the other."""
    store.flush()
    read_again(store, job)


def note_catch_up(store: Store, job: Job, held_on: date, by: Person, now: datetime) -> None:
    """They met on that day; said twice is once."""
    _hold(store, job)
    if held_on > hub_today(store, now):
        words = N_("That day is still to come. Write down a 1:1 that you have had.")
        raise Refused(words, field="held_on")
    there = select(CatchUp).filter_by(job_id=job.id, held_on=held_on)
    if store.scalar(there) is None:
        store.add(CatchUp(job_id=job.id, held_on=held_on, noted_at=now, noted_by_id=by.id))
        audit.record(store, now, by, "note", "catch_up", job.ref, _behalf(store, job, by))
        store.flush()


def forget_catch_up(store: Store, job: Job, held_on: date, by: Person, now: datetime) -> None:
    """It was a slip."""
    store.execute(delete(CatchUp).where(CatchUp.job_id == job.id, CatchUp.held_on == held_on))
    audit.record(store, now, by, "forget", "catch_up", job.ref, _behalf(store, job, by))


def name_buddy(store: Store, job: Job, name: str, by: Person, now: datetime) -> None:
    """Who is beside them at work; an empty name is nobody any more."""
    name = " ".join(name.split())
    if len(name) > LONGEST:
        raise Refused(N_("Write a name, no longer than %(n)d letters."), field="buddy", n=LONGEST)
    _hold(store, job)
    was = store.get(Buddy, job.id, populate_existing=True)
    if was and was.name == name:
        return
    if was:
        store.delete(was)
        store.flush()
    if name:
        store.add(Buddy(job_id=job.id, name=name, since_on=hub_today(store, now)))
    audit.record(store, now, by, "name", "buddy", job.ref, _behalf(store, job, by))
    store.flush()


def tick(
    store: Store, job: Job, step: Step, done_on: date | None, by: Person, now: datetime
) -> None:
    """A step of the programme was taken on a day; None takes that back."""
    if done_on and done_on > hub_today(store, now):
        raise Refused(N_("That day is still to come."), field=step)
    _hold(store, job)
    was = store.get(ProgrammeStep, (job.id, step), populate_existing=True)
    if (was.done_on if was else None) == done_on:
        return
    if was:
        store.delete(was)
        store.flush()
    if done_on:
        noted = {"noted_at": now, "noted_by_id": by.id}
        store.add(ProgrammeStep(job_id=job.id, step=step, done_on=done_on, **noted))
    audit.record(store, now, by, "tick", "programme", job.ref, _behalf(store, job, by))
    store.flush()
