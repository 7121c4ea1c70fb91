"""`kill -9`, again and again: of the worker process among thousands of alerts, of the web process
while it writes, and PostgreSQL restarted under load. Nothing that was acknowledged may be lost.

    python -m bench.kills [--alerts 5000] [--worker 500] [--web 200] [--restarts 20]
                          [--engine postgresql]

Each drill prints its figures beside their limits, and is killed at a moment of chance.
"""

import argparse
import multiprocessing
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from bench import many
from bench.records import NOW, opened
from supervisor import clock, schedule, sign_ins
from supervisor.app import create_app
from supervisor.config import Config
from supervisor.extensions import db
from supervisor.models import Alert, Entitlement, Leave, Message, Person, PersonHat, Session, Store
from supervisor.reach import MessageSettings
from supervisor.rules.kinds import Hat
from supervisor.settings import save
from tests.mail_server import MailServer
from tests.postgres import Cluster

LATER = NOW + timedelta(days=1, hours=2)
"""The hour at which everybody is told has come."""
FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(["supervisor.cli", "bench.many", "tests.mail_server"])
DAY = timedelta(days=1)
BACK = 10.0
DUE = Alert.name == "nothing_booked"


@contextmanager
def address(engine: str) -> Iterator[tuple[str, Cluster | None]]:
    """An empty database of that engine."""
    if engine == "postgresql":
        with Cluster.started() as cluster:
            yield f"{cluster.create('hub')}&options=-csynchronous_commit%3Don", cluster
    else:
        with TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'hub.db'}", None


def begun(*given: object) -> tuple[BaseProcess, Connection]:
    """A process that has begun with its work, and what it says."""
    mine, theirs = FORK.Pipe(duplex=False)
    do, *more = given
    process = FORK.Process(target=do, args=(*more, theirs))
    process.start()
    theirs.close()
    mine.recv()
    return process, mine


def killed(process: BaseProcess, after: float) -> None:
    """Wherever it is by then."""
    process.join(after)
    process.kill()
    process.join()


def drill_worker(url: str, alerts: int, kills: int, random: Random) -> None:
    """Raise and mail so many alerts, killed so many times, then left to finish."""
    with opened(url) as store:
        many.fill(store, alerts)
        _due(store)
        save(store, MessageSettings(lease_seconds=1))
        store.commit()
    server = MailServer()
    server.start()
    for _kill in range(kills):
        killed(begun(_work, url, server.port, "")[0], random.uniform(0, 1.5))
    begun(_work, url, server.port, "to the end")[0].join()
    server.stop()
    _figures(url, alerts, kills, Counter(mail["Message-ID"] for mail in server.mails))


def _due(store: Store) -> None:
    """What was booked is called off, and nobody has looked."""
    store.execute(update(Session).where(Session.starts_at > NOW).values(cancelled_at=NOW))
    store.execute(update(Entitlement).values(look_again_on=NOW))


def _work(url: str, port: int, to_the_end: str, pipe: Connection) -> None:
    """What the worker process does with alerts and with mail, without its other jobs."""
    os.setsid()
    hub = Config(database=url, secret_key="bench", smtp_host="127.0.0.1", smtp_port=port)
    clock.set_to(LATER)
    with create_app(hub).app_context():
        pipe.send("ready")
        for turn in range(1_000_000):
            schedule.run_one("raise alerts", NOW)
            schedule.run_one("deliver messages", LATER)
            if to_the_end and turn and not _left():
                return
            time.sleep(1)


def _left() -> int:
    waits = Message.sent_at.is_(None), Message.dropped_at.is_(None), Message.due_at <= LATER
    found = db.session.scalar(select(func.count()).where(*waits))
    db.session.rollback()
    return found or 0


def _figures(url: str, alerts: int, kills: int, arrived: Counter[str]) -> None:
    with opened(url) as store:
        raised = list(store.scalars(select(Alert.entitlement_id).where(DUE)))
        told = select(Message.alert_id, Message.recipient_id).join(Message.alert).where(DUE)
        twice = len(store.execute(told).all()) - len(set(store.execute(told).all()))
        waits = _left()
        sent = set(store.scalars(select(Message.recipient_id).where(Message.sent_at == LATER)))
    more = sum(arrived.values()) - len(arrived)
    print(
        f"worker: {kills} kills, {alerts:,} alerts: {alerts - len(set(raised))} lost, "
        f"{len(raised) - len(set(raised))} raised twice, {twice} written twice, {waits} mails not "
        f"sent, {len(sent) - len(arrived)} people without theirs (limit 0 each); "
        f"{more} of {len(arrived):,} mails came twice (limit {kills})",
        flush=True,
    )


def drill_web(url: str, kills: int, random: Random) -> None:
    """The coordinator writes down time away as fast as pages answer."""
    with opened(url) as store:
        store.add(cleo := Person(ref="cleo", name="Cleo", hats=[PersonHat(hat=Hat.COORDINATOR)]))
        store.add_all(Person(ref=f"w{n}", name=f"Worker {n}") for n in range(20))
        store.flush()
        token = sign_ins.begin(store, cleo, device="bench", now=NOW)
        store.commit()
    said: set[tuple[str, date]] = set()
    for kill in range(kills):
        process, mine = begun(_write, url, token, kill)
        killed(process, random.uniform(0, 1.5))
        said |= set(_heard(mine))
    _whole(url, said, kills)


def _heard(pipe: Connection) -> Iterator[tuple[str, date]]:
    try:
        while pipe.poll():
            yield pipe.recv()
    except (EOFError, OSError):
        return


def _write(url: str, token: str, turn: int, pipe: Connection) -> None:
    """Each is told of once it was acknowledged."""
    os.setsid()
    clock.set_to(NOW)
    app = create_app(Config(database=url, secret_key="bench"))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.set_cookie("sign_in", token)
    pipe.send("ready")
    for number in range(100_000):
        ref, first = f"w{number % 20}", NOW.date() + (turn + number // 20 * 2 + 2) * DAY
        days = {"starts_on": first.isoformat(), "ends_on": (first + DAY).isoformat()}
        with suppress(DBAPIError):
            if client.post(f"/people/{ref}/leave", data=days).status_code == 303:
                pipe.send((ref, first))


def _whole(url: str, said: set[tuple[str, date]], kills: int) -> None:
    whole = "ok"
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as plain:
            whole = plain.execute("pragma integrity_check").fetchone()[0]
    with opened(url) as store:
        rows = store.execute(
            select(Person.ref, Leave.starts_on, Leave.ends_on).join(
                Person, Person.id == Leave.person_id
            )
        ).all()
    kept = {(ref, first + n * DAY) for ref, first, back in rows for n in range((back - first).days)}
    print(
        f"web: {kills} kills, {len(said):,} acknowledged: {len(said - kept)} of them lost (limit "
        f"0), {len(kept - said)} kept that nobody heard of (limit {kills}); integrity {whole}",
        flush=True,
    )


def drill_restarts(url: str, cluster: Cluster, restarts: int) -> None:
    """PostgreSQL goes at once, and comes back, while the pages write."""
    with opened(url) as store:
        token = sign_ins.begin(
            store, store.scalars(select(Person).filter_by(ref="cleo")).one(), "bench", NOW
        )
        store.commit()
    process, mine = begun(_write, url, token, 5000)
    said, waits = set[tuple[str, date]](), list[float]()
    for _turn in range(restarts):
        time.sleep(2)
        cluster.restart()
        began = time.monotonic()
        said |= set(_heard(mine))
        while not mine.poll(0.05) and time.monotonic() - began < 6 * BACK:
            pass
        waits.append(time.monotonic() - began)
    process.kill()
    process.join()
    print(f"restarted {restarts} times: back in {max(waits):.1f} s at most (limit {BACK:g} s)")
    _whole(url, said | set(_heard(mine)), restarts + 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--alerts", type=int, default=5000)
    parser.add_argument("--worker", type=int, default=500)
    parser.add_argument("--web", type=int, default=200)
    parser.add_argument("--restarts", type=int, default=20)
    parser.add_argument("--engine", default="sqlite", choices=("sqlite", "postgresql"))
    given = parser.parse_args()
    random = Random(1)
    with address(given.engine) as (url, _cluster):
        drill_worker(url, given.alerts, given.worker, random)
    with address(given.engine) as (url, cluster):
        drill_web(url, given.web, random)
        if cluster:
            drill_restarts(url, cluster, given.restarts)


if __name__ == "__main__":
    main()
