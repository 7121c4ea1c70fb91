"""`kill -9`, again and again: of the worker process among thousands of alerts, of the web process
while it writes, and PostgreSQL restarted under load. Nothing that was acknowledged may be lost.

    python -m bench.kills [--alerts 5000] [--worker 500] [--web 200] [--restarts 20]
                          [--engine postgresql]

Each drill prints its figures beside their limits. Kills come at a moment of chance after some
work was done, so that they are spread over all of it; each is of a process that has just begun.
"""

import argparse
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import event, func, select, update

from bench import many
from bench.records import NOW, opened
from bench.stems import MOMENT, Stem, Work
from bench.writers import drill_restarts, drill_web
from supervisor import clock, schedule
from supervisor.alerts import alerts as alert_acts
from supervisor.app import create_app
from supervisor.config import Config
from supervisor.extensions import db
from supervisor.models import Alert, Entitlement, Message, Person, Session, Store
from supervisor.models.engine import writing
from supervisor.reach import MessageSettings
from supervisor.settings import save
from tests.mail_server import mail_server
from tests.postgres import Cluster

LATER = NOW + timedelta(days=1, hours=2)
"""The hour at which everybody is told has come."""
DAY = timedelta(days=1)
STEPS = 4.5
"""Commits that it takes to raise an alert and to mail it, and a little less, so that every kill
meets work."""
DUE = Alert.name == "nothing_booked"
SENT = Message.sent_at >= LATER
THINGS = re.compile(r"(\d+) things for you")


@contextmanager
def address(engine: str) -> Iterator[tuple[str, Cluster | None]]:
    """An empty database of that engine."""
    if engine == "postgresql":
        with Cluster.started() as cluster:
            yield f"{cluster.create('hub')}&options=-csynchronous_commit%3Don", cluster
    else:
        with TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'hub.db'}", None


def drill_worker(url: str, alerts: int, kills: int, random: Random) -> None:
    """Raise and mail so many alerts, killed so many times, then left to finish."""
    with mail_server() as server, opened(url) as store:
        met = killed(store, server.port, alerts, kills, random)
        found = figures(store, alerts, server.mails)
    print(
        f"worker: {kills} kills ({_listed(met)}), {alerts:,} alerts: {found.lost} lost, "
        f"{found.raised_twice} raised twice, {found.written_twice} written twice, {found.not_sent} "
        f"not sent, {found.never_came} sent that never came (limit 0 each); {found.came_twice} of "
        f"{found.came:,} mails came twice (limit {kills})",
        flush=True,
    )


def _listed(met: Counter[str]) -> str:
    return ", ".join(f"{count} in {what}" for what, count in met.most_common())


def _due(store: Store) -> None:
    """What was booked is called off, and nobody has looked."""
    store.execute(update(Session).where(Session.starts_at > NOW).values(cancelled_at=NOW))
    store.execute(update(Entitlement).values(look_again_on=NOW))
    save(store, MessageSettings(lease_seconds=1))
    store.commit()


def killed(store: Store, port: int, alerts: int, kills: int, random: Random) -> Counter[str]:
    """Fill the hub, and kill who works in it, until nothing is left to do; what each kill met."""
    many.fill(store, alerts)
    _due(store)
    url = store.get_bind().engine.url.render_as_string(hide_password=False)
    stem, began, met = Stem(_worker, url, port), time.monotonic(), Counter[str]()
    for _kill in range(kills):
        stem.begin(began)
        steps = random.randint(1, max(1, round(2 * STEPS * alerts / kills)))
        _, by_us = stem.kill_after(steps, random.uniform(0, MOMENT))
        met[_doing(store, stem.child) if by_us else "nothing"] += 1
    stem.begin(began)
    stem.to_the_end()
    stem.close()
    return met


def _doing(store: Store, child: int) -> str:
    claim = select(Message.id).where(Message.claimed_by.endswith(f"-{child}"))
    due = select(Entitlement.id).where(Entitlement.look_again_on <= NOW)
    found = [store.scalar(query.limit(1)) for query in (claim, due)]
    store.rollback()
    return "a mail" if found[0] else "an alert" if found[1] else "between two mails"


@contextmanager
def _worker(url: str, port: int) -> Iterator[Work]:
    """What the worker process does with alerts and with mail, without its other jobs. It has
    seen to the first already."""
    hub = Config(database=url, secret_key="bench", smtp_host="127.0.0.1", smtp_port=port)
    with create_app(hub).app_context(), writing():
        clock.set_to(LATER)
        alert_acts.raise_one(db.session(), 1, NOW)
        db.session.commit()
        schedule.run_one("deliver messages", LATER)
        db.session.remove()
        db.engine.dispose()
        yield _work


def _work(began: float, say: Callable[[Any], None]) -> None:
    clock.set_to(LATER + timedelta(seconds=time.monotonic() - began), moving=True)
    event.listen(db.engine, "commit", lambda _connection: say("a step"))
    while True:
        schedule.run_one("raise alerts", NOW)
        schedule.run_one("deliver messages", clock.now())
        if not _left(db.session(), clock.now()):
            return
        time.sleep(MOMENT)


def _left(store: Store, now: datetime) -> int:
    waits = Message.sent_at.is_(None), Message.dropped_at.is_(None), Message.due_at <= now
    found = store.scalar(select(func.count()).where(*waits))
    store.rollback()
    return found or 0


@dataclass(frozen=True)
class Figures:
    """Of alerts and of mails: what is missing, and what is there twice."""

    lost: int
    raised_twice: int
    written_twice: int
    not_sent: int
    never_came: int
    came_twice: int
    came: int


def figures(store: Store, alerts: int, mails: list[EmailMessage]) -> Figures:
    """What is on record beside what came."""
    raised = list(store.scalars(select(Alert.entitlement_id).where(DUE)))
    told = select(Message.alert_id, Message.recipient_id).join(Message.alert).where(DUE)
    written = store.execute(told).all()
    sent = Counter(store.scalars(select(Person.email).join(Message.recipient).where(SENT)))
    came = {mail["Message-ID"]: mail for mail in mails}
    arrived = Counter[str]()
    for mail in came.values():
        arrived[mail["To"]] += _things(mail)
    return Figures(
        alerts - len(set(raised)),
        len(raised) - len(set(raised)),
        len(written) - len(set(written)),
        _left(store, LATER),
        (sent - arrived).total(),
        len(mails) - len(came),
        len(came),
    )


def _things(mail: EmailMessage) -> int:
    found = THINGS.fullmatch(mail["Subject"])
    return int(found[1]) if found else 1


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
    with address(given.engine) as (url, _cluster):
        drill_web(url, given.web, random)
    with address(given.engine) as (url, cluster):
        if cluster:
            drill_restarts(url, cluster, given.restarts)


if __name__ == "__main__":
    main()
