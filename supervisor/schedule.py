"""The worker process: one tick a minute, and a table of jobs that each ask what is due now."""

import logging
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from supervisor import alerts, clock, groups, identity, matches, post, throttle
from supervisor.extensions import db
from supervisor.models import JobTick, Store
from supervisor.models.engine import writing

log = logging.getLogger(__name__)
TICK = timedelta(minutes=1)


@dataclass(frozen=True)
class Job:
    """A verb that asks what is due now and does it; every so many minutes."""

    name: str
    run: Callable[[Store, datetime], object]
    minutes: int = 1


def _deliver(_store: Store, now: datetime) -> int:
    return post.deliver(worker_name(), now)


def _raise(store: Store, now: datetime) -> None:
    """Each alert in its own transaction; one that throws is put off and never stops the rest."""
    for entitlement_id in alerts.due(store, now):
        try:
            alerts.raise_one(store, entitlement_id, now)
            store.commit()
        except Exception:
            store.rollback()
            log.exception("an alert could not be raised: entitlement %s", entitlement_id)
            alerts.put_off(store, entitlement_id, now)
            store.commit()
    alerts.raise_others(store, now)


def _tidy(store: Store, now: datetime) -> None:
    """Forget counted tries and ticks that no longer matter."""
    throttle.forget(store, now - timedelta(days=2))
    store.execute(delete(JobTick).where(JobTick.tick < now - timedelta(days=2)))


JOBS = (
    Job("raise alerts", _raise),
    Job("lapse offers", matches.lapse),
    Job("extend groups", groups.extend, minutes=60),
    Job("forget unshared identity", identity.forget_unshared, minutes=60),
    Job("tidy", _tidy, minutes=60),
    Job("deliver messages", _deliver),
)


def worker_name() -> str:
    """This process, as its claims and ticks name it."""
    return f"{socket.gethostname()}-{os.getpid()}"


def tick(now: datetime) -> list[str]:
    """Run every job whose minute it is and that no other worker has taken; their names."""
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    due = [job for job in JOBS if (minute.hour * 60 + minute.minute) % job.minutes == 0]
    return [job.name for job in due if _take(job, minute) and _run(job, now)]


def run_all(now: datetime) -> list[str]:
    """Run every job once, whatever the minute: `supervisor work --once` and the demo."""
    return [job.name for job in JOBS if _run(job, now)]


def _take(job: Job, minute: datetime) -> bool:
    """The ledger's unique row decides between several workers."""
    store = db.session()
    with writing():
        if store.scalar(select(JobTick).where(JobTick.job == job.name, JobTick.tick == minute)):
            store.rollback()
            return False
        try:
            store.add(JobTick(job=job.name, tick=minute, worker=worker_name()))
            store.commit()
        except IntegrityError:
            store.rollback()
            return False
    return True


def _run(job: Job, now: datetime) -> bool:
    store = db.session()
    try:
        with writing():
            job.run(store, now)
            store.commit()
    except Exception:
        store.rollback()
        log.exception("the job %r failed; it is tried again at its next tick", job.name)
        return False
    return True


def start_inside(app: Flask) -> BackgroundScheduler:
    """Start ticking beside a web server, for a hub on a single machine."""
    scheduler = BackgroundScheduler(timezone=UTC)

    def run() -> None:
        with app.app_context():
            tick(clock.now())

    scheduler.add_job(
        run, "interval", seconds=TICK.total_seconds(), next_run_time=datetime.fromtimestamp(0, UTC),
        max_instances=1, coalesce=True, misfire_grace_time=None,
    )  # fmt: skip
    scheduler.start()
    return scheduler
