"""The worker process: several may run, each job once a tick, and nothing stops the rest."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from supervisor import clock, entitlements, schedule
from supervisor.alerts import alerts
from supervisor.commands.work import work
from supervisor.extensions import db
from supervisor.models import Alert, Attempt, Entitlement, JobTick, Store
from supervisor.rules.kinds import Standing
from supervisor.schedule import JOBS, Job
from tests.test_entitlements import at, held

EVERY_JOB = {
    "raise alerts": 1,
    "search for alerts": 10,
    "tell who stands in": 10,
    "look ahead": 24 * 60,
    "write the week's letter": 60,
    "go on asking for those who want to talk": 1,
    "lapse offers": 1,
    "offer times that came free": 1,
    "look after swaps": 10,
    "extend groups": 60,
    "remind who leads in turn": 60,
    "end the seats of who has left": 60,
    "begin with a new employer": 1,
    "forget contacts": 60,
    "ask whose identity it is": 60,
    "forget unshared identity": 60,
    "forget who wanted to talk": 60,
    "ask three short questions": 60,
    "gather the answers of a quarter": 60,
    "publish the totals of a month": 60,
    "tell that a report is ready": 60,
    "tidy": 60,
    "tidy calendars": 60,
    "read calendars elsewhere": 1,
    "read the mailbox": 1,
    "seal the record": 1,
    "mail the mark of the record": 60,
    "check the record": 24 * 60,
    "check where everything stands": 60,
    "tell calendars what changed": 5,
    "deliver messages": 1,
}
A_MOMENT = 0.05
START = datetime(2027, 9, 25, 13, 30, tzinfo=UTC)


def test_every_job_is_known_here() -> None:
    assert {job.name: job.minutes for job in JOBS} == EVERY_JOB


def test_two_workers_run_every_job_of_an_hour_once(app: Flask) -> None:
    """The hour in which the clocks change; both workers tick at the same moment, every minute."""
    ran: Counter[tuple[str, datetime]] = Counter()
    together = threading.Barrier(2)

    def work() -> None:
        for minute in range(60):
            now = START + timedelta(minutes=minute, seconds=5)
            together.wait()
            with app.app_context():
                for name in schedule.tick(now, now):
                    step = EVERY_JOB[name]
                    ran[name, START + timedelta(minutes=minute - (30 + minute) % step)] += 1

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert set(ran.values()) == {1}
    per_job = Counter(name for name, _tick in ran)
    assert per_job == {
        name: len(range(0, 60, step)) + (step == 60) for name, step in EVERY_JOB.items()
    }
    with app.app_context():
        kept = db.session.scalars(select(JobTick.job)).all()
    assert Counter(kept) == per_job


def test_a_tick_that_was_missed_is_made_up_by_the_next(app: Flask) -> None:
    assert "tidy" in schedule.tick(START, START)
    nearly = START.replace(hour=14, minute=0)
    assert "tidy" not in schedule.tick(nearly, nearly - timedelta(seconds=1))
    late = nearly + timedelta(minutes=7)
    assert "tidy" in schedule.tick(late, late)
    assert "tidy" not in schedule.tick(late, late + timedelta(minutes=1))


def test_a_demo_whose_clock_is_set_back_still_ticks(app: Flask) -> None:
    """The ledger goes by the real clock, so the same pretended minute can come twice."""
    pretended = datetime(2027, 3, 1, tzinfo=UTC)
    assert "raise alerts" in schedule.tick(pretended, START)
    assert "raise alerts" not in schedule.tick(pretended, START)
    assert "raise alerts" in schedule.tick(pretended, START + timedelta(minutes=1))


def test_a_job_that_throws_is_logged_and_the_others_run(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_store: Store, _now: datetime) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(schedule, "JOBS", (Job("broken", broken), *JOBS))
    assert schedule.run_all(START) == list(EVERY_JOB)
    assert "'broken' failed" in caplog.text


def test_an_alert_that_throws_is_put_off_an_hour_shown_and_never_stops_the_rest(
    store: Store, cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = Entitlement(
        ref="dan-2027", person=cast.dan, kind="mentoring", sessions=6, minutes=45, mandatory=True,
        starts_on=cast.entitlement.starts_on, ends_on=cast.entitlement.ends_on,
    )  # fmt: skip
    store.add(other)
    store.flush()
    entitlements.reassess_all(store, [cast.entitlement, other], at(4, 30))
    store.commit()
    usual, broken = alerts.raise_one, cast.entitlement.id

    def raise_one(store: Store, entitlement_id: int, now: datetime) -> Alert | None:
        if entitlement_id == broken:
            raise ZeroDivisionError
        return usual(store, entitlement_id, now)

    monkeypatch.setattr(alerts, "raise_one", raise_one)
    assert "raise alerts" in schedule.run_all(at(4, 30))
    assert "could not be raised" in caplog.text
    assert other.standing == Standing.NOT_MATCHED
    assert store.scalars(select(Alert.name).where(Alert.entitlement_id == other.id)).all() == [
        "not_matched"
    ]
    assert [alert.entitlement_id for alert in alerts.in_trouble(store)] == [broken]
    assert alerts.due(store, at(4, 30) + timedelta(minutes=59)) == []
    monkeypatch.setattr(alerts, "raise_one", usual)
    schedule.run_all(at(4, 30) + timedelta(hours=1))
    assert alerts.in_trouble(store) == []


def test_old_tries_and_ticks_are_tidied_away(store: Store, app: Flask) -> None:
    now = clock.really()
    clock.set_to(now)
    days = [now - timedelta(days=3), now - timedelta(hours=1)]
    store.add_all(Attempt(what="sign_in", key_hash="x", at=day) for day in days)
    store.add_all(JobTick(job="tidy", tick=day, worker="w") for day in days)
    store.commit()
    assert "tidy" in schedule.run_all(now)
    assert store.scalars(select(Attempt.at)).all() == days[1:]
    assert store.scalars(select(JobTick.tick)).all() == days[1:]


def test_the_tick_beside_a_server_is_at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ticked = threading.Event()
    monkeypatch.setattr(schedule, "tick", lambda *_: ticked.set())
    scheduler = schedule.start_inside(app)
    try:
        ticked.wait()
    finally:
        scheduler.shutdown()


def run(database: str, *words: str) -> subprocess.Popen:
    """The real command, on the test's database."""
    environment = os.environ | {
        "SUPERVISOR_DATABASE": database,
        "SUPERVISOR_SECRET_KEY": "test",
        "SUPERVISOR_NOW": "2027-04-30T09:00:00+12:00",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "supervisor", *words],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_the_command_runs_every_job_once_and_stops(store: Store, cast, database: str) -> None:
    store.add(held(cast, 1, 15))
    entitlements.reassess(store, cast.entitlement, at(2, 1))
    store.commit()
    process = run(database, "work", "--once")
    out, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert out.splitlines() == [f"done: {name}" for name in EVERY_JOB]
    assert "behind" in store.scalars(select(Alert.name)).all()


def test_the_command_says_what_could_not_be_done(database: str, monkeypatch, app) -> None:
    def broken(_store: Store, _now: datetime) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(schedule, "JOBS", (Job("broken", broken), Job("fine", lambda *_: None)))
    monkeypatch.setenv("SUPERVISOR_DATABASE", database)
    answer = CliRunner().invoke(work, ["--once"])
    assert answer.exit_code == 1
    assert answer.output.splitlines() == ["could not be done: broken", "done: fine"]


def test_the_command_ticks_at_once_and_stops_cleanly(store: Store, cast, database: str) -> None:
    """Each look takes SQLite's write lock, so there is a moment between two for the others."""
    entitlements.reassess(store, cast.entitlement, clock.really())
    store.commit()
    process = run(database, "work")
    try:
        while store.scalar(select(JobTick.job).where(JobTick.job == "deliver messages")) is None:
            assert process.poll() is None
            store.rollback()
            time.sleep(A_MOMENT)
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate()
    finally:
        process.kill()
    assert process.returncode == 0
    assert errors == "SUPERVISOR_NOW is not obeyed here: only a demo's clock can be set.\n"
    assert "Working." in out
