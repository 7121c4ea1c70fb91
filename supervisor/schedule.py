"""The worker process: one tick a minute, and a table of jobs that each ask what is due now."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import TypeVar

from apscheduler.events import EVENT_SCHEDULER_SHUTDOWN
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask, current_app
from sqlalchemy import delete

from supervisor import (
    busy_jobs,
    clock,
    identity,
    leaving,
    mail_door,
    mailbox,
    messages,
    post,
    pulse,
    searching,
    standing_jobs,
    throttle,
    ticks,
    touched,
    trail_jobs,
)
from supervisor.alerts import alert_hands, alert_providers, alerts
from supervisor.debriefs import debrief_rounds
from supervisor.employers import employer_terms
from supervisor.extensions import db
from supervisor.feeds import invited_gaps, kept_feeds
from supervisor.form_groups import form_groups
from supervisor.groups import groups, hand_on
from supervisor.matches import matches, nominations
from supervisor.models import JobTick, Store
from supervisor.models.engine import reading, writing
from supervisor.reports import report_orders, totals
from supervisor.sessions import sooner
from supervisor.swaps import swaps
from supervisor.today import digests
from supervisor.trail import looks

log = logging.getLogger(__name__)
TICK = timedelta(minutes=1)
LOOK = timedelta(seconds=3)
STOPPING = Event()
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Job:
    """A verb that asks what is due now and does it; once in every so many minutes."""

    name: str
    run: Callable[[Store, datetime], object]
    minutes: int = 1


def _deliver(_store: Store, _now: datetime) -> int:
    return post.deliver(ticks.worker_name(), STOPPING.is_set)


def _raise(store: Store, now: datetime) -> None:
    def one(entitlement_id: int) -> None:
        alerts.raise_one(store, entitlement_id, now)

    for entitlement_id in _each(store, alerts.due(store, now), one):
        alerts.put_off(store, entitlement_id, now)
        store.commit()


def _search(store: Store, now: datetime) -> None:
    news = alert_providers.load_news(store, now)
    found = alerts.found(store, now)
    store.commit()
    threw = list(_each(store, found, lambda pair: alerts.raise_cause(store, *pair, now)))
    if not threw and not STOPPING.is_set():
        touched.looked(store, news, now)


def _look_ahead(store: Store, now: datetime) -> None:
    """It reads of everybody, so nobody has to wait for the database meanwhile."""
    store.rollback()
    with reading():
        found = alerts.ahead(store, now)
        store.rollback()
    for _ in _each(store, found, lambda pair: alerts.raise_cause(store, *pair, now)):
        pass


def _digests(store: Store, now: datetime) -> None:
    """The same: it reads of every team."""
    if not digests.is_time(store, now):
        return
    store.rollback()
    with reading():
        due = digests.due(store, now)
        store.rollback()
    for _ in _each(store, due, lambda one: digests.write(store, one, now)):
        pass


def _publish(store: Store, now: datetime) -> None:
    """Once a month, and the same: it counts everybody."""
    until = totals.due(store, now)
    store.rollback()
    if until:
        with reading():
            made = totals.counted(store, until)
            store.rollback()
        totals.keep(store, until, made, now)


def _talks(store: Store, now: datetime) -> None:
    due = debrief_rounds.due(store, now)
    store.commit()
    for _ in _each(store, due, lambda one: debrief_rounds.move_on(store, one, now)):
        pass


def _read_calendars(_store: Store, now: datetime) -> None:
    busy_jobs.let_go(now)
    busy_jobs.read_due(now, STOPPING.is_set)


def _read_mailbox(_store: Store, _now: datetime) -> None:
    mailbox.look(STOPPING.is_set)


def _seal(_store: Store, now: datetime) -> None:
    trail_jobs.seal(now, STOPPING.is_set)


def _gather(store: Store, now: datetime) -> None:
    """Only where this process has the key that the others have."""
    if trail_jobs.key():
        pulse.gather(store, current_app.config["HUB"].secret_key, now)


def _each(store: Store, things: Iterable[Thing], do: Callable[[Thing], object]) -> Iterable[Thing]:
    """Each in its own transaction; yields those that threw, which never stop the rest."""
    for thing in things:
        if STOPPING.is_set():
            return
        try:
            do(thing)
            store.commit()
        except Exception:
            store.rollback()
            log.exception("an alert could not be raised: %s", thing)
            yield thing


def _tidy(store: Store, now: datetime) -> None:
    """Forget tries, ticks and messages that no longer matter."""
    messages.expire(store, now)
    throttle.forget(store, now - timedelta(days=2))
    looks.forget(store, now)
    store.execute(delete(JobTick).where(JobTick.tick < clock.really() - timedelta(days=2)))


JOBS = (
    Job("raise alerts", _raise),
    Job("search for alerts", _search, minutes=10),
    Job("tell who stands in", alert_hands.tell_stand_in, minutes=10),
    Job("look ahead", _look_ahead, minutes=24 * 60),
    Job("write the week's letter", _digests, minutes=60),
    Job("go on asking for those who want to talk", _talks),
    Job("lapse offers", matches.lapse),
    Job("offer times that came free", sooner.offer_freed),
    Job("look after swaps", swaps.look_after, minutes=10),
    Job("extend groups", groups.extend, minutes=60),
    Job("remind who leads in turn", hand_on.remind, minutes=60),
    Job("end the seats of who has left", leaving.end_seats, minutes=60),
    Job("begin with a new employer", employer_terms.begin_all),
    Job("forget contacts", nominations.forget_contacts, minutes=60),
    Job("ask whose identity it is", identity.ask_owners, minutes=60),
    Job("forget unshared identity", identity.forget_unshared, minutes=60),
    Job("forget who wanted to talk", debrief_rounds.forget, minutes=60),
    Job("ask three short questions", pulse.ask, minutes=60),
    Job("gather the answers of a quarter", _gather, minutes=60),
    Job("publish the totals of a month", _publish, minutes=60),
    Job("tell that a report is ready", report_orders.tell_due, minutes=60),
    Job("tidy", _tidy, minutes=60),
    Job("tidy calendars", kept_feeds.tidy, minutes=60),
    Job("read calendars elsewhere", _read_calendars),
    Job("read the mailbox", _read_mailbox),
    Job("seal the record", _seal),
    Job("mail the mark of the record", trail_jobs.mark, minutes=60),
    Job("check the record", trail_jobs.check_daily, minutes=24 * 60),
    Job("check where everything stands", standing_jobs.check_at_night, minutes=60),
    Job("tell calendars what changed", invited_gaps.tell, minutes=5),
    Job("deliver messages", _deliver),
)


def tick(now: datetime, really: datetime) -> list[str]:
    """Run every job that no worker has run yet in this stretch of its minutes; their names.

    The ledger goes by the real clock, so that a demo whose clock was set back still ticks.
    """
    ticks.forget_ahead(really)
    return [
        job.name for job in JOBS if ticks.take(job.name, job.minutes, really) and _run(job, now)
    ]


def carry(now: datetime) -> bool:
    """Send at once what somebody sits and waits for; whether there was anything."""
    store = db.session()
    waits = messages.somebody_waits(store, now)
    store.rollback()
    return waits and _run(JOBS[-1], now)


def run_all(now: datetime) -> list[str]:
    """Run every job once, whatever the minute: `supervisor work --once` and the demo."""
    return [job.name for job in JOBS if _run(job, now)]


def run_one(name: str, now: datetime) -> bool:
    """Run the job of that name, whatever the minute."""
    return _run(next(job for job in JOBS if job.name == name), now)


def _run(job: Job, now: datetime) -> bool:
    store = db.session()
    try:
        with writing():
            job.run(store, now)
            store.commit()
    except mailbox.NotOpened as error:
        store.rollback()
        log.warning("the job %r failed: %s", job.name, error)
        return False
    except Exception:
        store.rollback()
        log.exception("the job %r failed; it is tried again at its next tick", job.name)
        return False
    return True


def start_inside(app: Flask) -> BackgroundScheduler:
    """Start ticking beside a web server, for a hub on a single machine. The first is now."""
    scheduler = BackgroundScheduler(timezone=UTC)

    def run() -> None:
        with app.app_context():
            tick(clock.now(), clock.really())

    def hurry() -> None:
        with app.app_context():
            carry(clock.now())

    def look() -> None:
        with app.app_context():
            searching.for_matches(clock.now())
            searching.for_recruits(clock.now())
            form_groups(clock.now())

    _every_tick(scheduler, run)
    scheduler.add_job(
        hurry, "interval", seconds=LOOK.total_seconds(), max_instances=1, coalesce=True
    )
    scheduler.add_job(
        look, "interval", seconds=LOOK.total_seconds(), max_instances=1, coalesce=True
    )
    _keep_door(scheduler, app)
    scheduler.start()
    return scheduler


def _every_tick(scheduler: BackgroundScheduler, run: Callable[[], None]) -> None:
    """From now on."""
    scheduler.add_job(
        run, "interval", seconds=TICK.total_seconds(), next_run_time=clock.really(),
        max_instances=1, coalesce=True, misfire_grace_time=None,
    )  # fmt: skip


def _keep_door(scheduler: BackgroundScheduler, app: Flask) -> None:
    """Mail is taken in wherever this runs, for as long as it does."""
    door = mail_door.Door(app)
    if door.address:
        _every_tick(scheduler, door.look_after)
        scheduler.add_listener(lambda _event: door.shut(), EVENT_SCHEDULER_SHUTDOWN)
