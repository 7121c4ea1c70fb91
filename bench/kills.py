"""`kill -9`, again and again: of the worker process among thousands of alerts, of the web process
while it writes, and PostgreSQL restarted under load. Nothing that was acknowledged may be lost.

    python -m bench.kills [--alerts 5000] [--worker 500] [--web 200] [--restarts 20]
                          [--engine postgresql]

Each drill prints its figures beside their limits. Kills come at a moment of chance after some
work was done, so that they are spread over all of it; each is of a process that has just begun.
"""

import argparse
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import event, func, select, update
from sqlalchemy.exc import DBAPIError

from bench import many
from bench.records import NOW, opened
from bench.stems import Stem, Work
from supervisor import clock, schedule, sign_ins
from supervisor.alerts import alerts as alert_acts
from supervisor.app import create_app
from supervisor.config import Config
from supervisor.extensions import db
from supervisor.models import Alert, Entitlement, Leave, Message, Person, PersonHat, Session, Store
from supervisor.models.engine import writing
from supervisor.reach import MessageSettings
from supervisor.rules.kinds import Hat
from supervisor.settings import save
from tests.mail_server import MailServer
from tests.postgres import Cluster

LATER = NOW + timedelta(days=1, hours=2)
"""The hour at which everybody is told has come."""
DAY = timedelta(days=1)
STEPS, MOMENT = 4.5, 0.02
"""Commits that it takes to raise an alert and to mail it, and a little less, so that every kill
meets work; the seconds after one in which it comes."""
WRITERS, A_TURN = 3, 60
BACK = 10.0
DUE = Alert.name == "nothing_booked"
SENT = Message.sent_at >= LATER
THINGS = re.compile(r"(\d+) things for you")
Said = set[tuple[str, date]]


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
    server = MailServer()
    server.start()
    with opened(url) as store:
        many.fill(store, alerts)
        _due(store)
        met = _killed(store, server.port, round(2 * STEPS * alerts / kills), kills, random)
        _figures(store, alerts, kills, met, server.mails)
    server.stop()


def _due(store: Store) -> None:
    """What was booked is called off, and nobody has looked."""
    store.execute(update(Session).where(Session.starts_at > NOW).values(cancelled_at=NOW))
    store.execute(update(Entitlement).values(look_again_on=NOW))
    save(store, MessageSettings(lease_seconds=1))
    store.commit()


def _killed(store: Store, port: int, steps: int, kills: int, random: Random) -> Counter[str]:
    """What each kill met."""
    url = store.get_bind().engine.url.render_as_string(hide_password=False)
    stem, began, met = Stem(_worker, url, port), time.monotonic(), Counter[str]()
    for _kill in range(kills):
        stem.begin(began)
        _, killed = stem.kill_after(random.randint(1, max(1, steps)), random.uniform(0, MOMENT))
        met[_doing(store, stem.child) if killed else "nothing"] += 1
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


def _figures(
    store: Store, alerts: int, kills: int, met: Counter[str], mails: list[EmailMessage]
) -> None:
    raised = list(store.scalars(select(Alert.entitlement_id).where(DUE)))
    told = select(Message.alert_id, Message.recipient_id).join(Message.alert).where(DUE)
    written = store.execute(told).all()
    sent = Counter(store.scalars(select(Person.email).join(Message.recipient).where(SENT)))
    came = {mail["Message-ID"]: mail for mail in mails}
    arrived = Counter[str]()
    for mail in came.values():
        arrived[mail["To"]] += _things(mail)
    print(
        f"worker: {kills} kills ({_listed(met)}), {alerts:,} alerts: {alerts - len(set(raised))} "
        f"lost, {len(raised) - len(set(raised))} raised twice, "
        f"{len(written) - len(set(written))} written twice, {_left(store, LATER)} not sent, "
        f"{(sent - arrived).total()} of {sent.total():,} sent that never came (limit 0 each); "
        f"{len(mails) - len(came)} of {len(came):,} mails came twice (limit {kills})",
        flush=True,
    )


def _things(mail: EmailMessage) -> int:
    found = THINGS.fullmatch(mail["Subject"])
    return int(found[1]) if found else 1


def _listed(met: Counter[str]) -> str:
    return ", ".join(f"{count} in {what}" for what, count in met.most_common())


def drill_web(url: str, kills: int, random: Random) -> None:
    """The coordinator writes down time away as fast as pages answer."""
    stem, said = Stem(_web, url, _cast(url)), Said()
    for kill in range(kills):
        stem.begin(kill * A_TURN)
        heard, _ = stem.kill_after(random.randint(1, A_TURN // 2), random.uniform(0, MOMENT))
        said |= set(heard)
    stem.close()
    _whole(f"web: {kills} kills", url, said, kills)


def _cast(url: str) -> str:
    """A coordinator and twenty people; the token with which she is signed in."""
    with opened(url) as store:
        store.add(cleo := Person(name="Cleo", hats=[PersonHat(hat=Hat.COORDINATOR)]))
        store.add_all(Person(ref=f"w{n}", name=f"Worker {n}") for n in range(20))
        store.flush()
        token = sign_ins.begin(store, cleo, device="bench", now=NOW)
        store.commit()
        return token


@contextmanager
def _web(url: str, token: str) -> Iterator[Work]:
    """A browser in which she is signed in, and has looked about."""
    clock.set_to(NOW)
    app = create_app(Config(database=url, secret_key="bench"))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.set_cookie("sign_in", token)

    def write(turn: int, say: Callable[[Any], None]) -> None:
        """Each is told of once it was acknowledged; days that nobody else writes down."""
        for number in range(turn, turn + 100_000):
            ref, first = f"w{number % 20}", NOW.date() + (number // 20 * 2 + 2) * DAY
            days = {"starts_on": first.isoformat(), "ends_on": (first + DAY).isoformat()}
            with suppress(DBAPIError):
                if client.post(f"/people/{ref}/leave", data=days).status_code == 303:
                    say((ref, first))

    client.get("/people/w1/leave")
    with app.app_context():
        db.engine.dispose()
    yield write


def _whole(drill: str, url: str, said: Said, kills: int) -> None:
    whole = ""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as plain:
            whole = f"; integrity {plain.execute('pragma integrity_check').fetchone()[0]}"
    mine = Person.id == Leave.person_id
    days = select(Person.ref, Leave.starts_on, Leave.ends_on).join(Person, mine)
    with opened(url) as store:
        rows = store.execute(days).all()
    kept = {(ref, first + n * DAY) for ref, first, back in rows for n in range((back - first).days)}
    print(
        f"{drill}, {len(said):,} acknowledged: {len(said - kept)} of them lost (limit 0), "
        f"{len(kept - said)} kept that nobody heard of (limit {kills}){whole}",
        flush=True,
    )


def drill_restarts(url: str, cluster: Cluster, restarts: int) -> None:
    """PostgreSQL goes at once, and comes back, while several write."""
    token, said, waits = _cast(url), Said(), list[float]()
    writers = [Stem(_web, url, token) for _writer in range(WRITERS)]
    for number, writer in enumerate(writers):
        writer.begin(number * 200_000)
    for _turn in range(restarts):
        time.sleep(1)
        began = time.monotonic()
        cluster.restart()
        said |= _heard(writers)
        while not all(writer.said.poll(0.02) for writer in writers):
            pass
        waits.append(time.monotonic() - began)
    for writer in writers:
        said |= set(writer.kill_after(0, 0)[0])
        writer.close()
    print(f"database restarted {restarts} times: back in {max(waits):.1f} s (limit {BACK:g} s)")
    _whole(f"{WRITERS} writers", url, said, WRITERS * (restarts + 1))


def _heard(writers: Iterable[Stem]) -> Said:
    return {one for writer in writers for one in writer.heard()}


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
