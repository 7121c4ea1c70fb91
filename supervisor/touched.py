"""Whom a job has to look at again: everybody once a day, and else whoever something changed about.

The database writes down itself who that is (`models/touches.py`). A job reads it before it looks
at anything, and takes away what it has read only when it is done: what comes in meanwhile waits
for the next time, and a job that was stopped looks once more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, select

from supervisor.models import LookedAt, Store, Touched

AT_ONCE = 10_000


@dataclass(frozen=True)
class News:
    """What a job begins with: the rows that it has read, and whether it looks at `everybody`."""

    job: str
    as_of: str
    everybody: bool
    rows: Sequence[int]


def news(store: Store, job: str, as_of: str) -> News:
    """Everybody is looked at again on another day, or by other rules, than the last time."""
    rows = store.scalars(select(Touched.id).where(Touched.reader == job)).all()
    return News(job, as_of, is_everybody(store, job, as_of), rows)


def is_everybody(store: Store, job: str, as_of: str) -> bool:
    """Whether the job has yet to look at everybody as of then."""
    last = store.get(LookedAt, job, populate_existing=True)
    return last is None or last.as_of != as_of


def people(job: str) -> Select[int]:
    """The ids of those whom the job has to look at again."""
    return select(Touched.person_id).where(Touched.reader == job)


def touch(store: Store, job: str, person_id: int) -> None:
    """The job is to look at somebody again, though no record shows why."""
    store.add(Touched(reader=job, person_id=person_id))
    store.flush()


def looked(store: Store, seen: News, now: datetime) -> None:
    """The job is done with what it began with."""
    for some in _chunks(seen.rows):
        store.execute(delete(Touched).where(Touched.id.in_(some)))
    if seen.everybody:
        store.merge(LookedAt(job=seen.job, as_of=seen.as_of, at=now))
    store.flush()


def forget(store: Store, job: str) -> None:
    """The job looks at nobody; when it does again, at everybody first."""
    store.execute(delete(Touched).where(Touched.reader == job))
    store.execute(delete(LookedAt).where(LookedAt.job == job))


def _chunks(rows: Sequence[int]) -> Iterator[Sequence[int]]:
    """As many at once as both engines take in one question."""
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]
