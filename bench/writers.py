"""Who writes on pages while their process is killed, or while PostgreSQL goes and comes back."""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from bench.records import NOW, opened
from bench.stems import MOMENT, Stem, Work
from supervisor import clock, sign_ins
from supervisor.app import create_app
from supervisor.config import Config
from supervisor.extensions import db
from supervisor.models import Leave, Person, PersonHat
from supervisor.rules.days import DAY
from supervisor.rules.kinds import Hat
from tests.postgres import Cluster

WRITERS, A_TURN = 3, 60
BACK = 10.0
Said = set[tuple[str, date]]


def drill_web(url: str, kills: int, random: Random) -> None:
    """The coordinator writes down time away as fast as pages answer."""
    stem, said = Stem(web, url, cast(url)), Said()
    for kill in range(kills):
        stem.begin(kill * A_TURN)
        heard, _ = stem.kill_after(random.randint(1, A_TURN // 2), random.uniform(0, MOMENT))
        said |= set(heard)
    stem.close()
    whole(f"web: {kills} kills", url, said, kills)


def cast(url: str) -> str:
    """A coordinator and twenty people; the token with which she is signed in."""
    with opened(url) as store:
        store.add(cleo := Person(name="Cleo", hats=[PersonHat(hat=Hat.COORDINATOR)]))
        store.add_all(Person(ref=f"w{n}", name=f"Worker {n}") for n in range(20))
        store.flush()
        token = sign_ins.begin(store, cleo, device="bench", now=NOW)
        store.commit()
        return token


@contextmanager
def web(url: str, token: str) -> Iterator[Work]:
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


def whole(drill: str, url: str, said: Said, kills: int) -> None:
    sound = ""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as plain:
            sound = f"; integrity {plain.execute('pragma integrity_check').fetchone()[0]}"
    mine = Person.id == Leave.person_id
    days = select(Person.ref, Leave.starts_on, Leave.ends_on).join(Person, mine)
    with opened(url) as store:
        rows = store.execute(days).all()
    kept = {(ref, first + n * DAY) for ref, first, back in rows for n in range((back - first).days)}
    print(
        f"{drill}, {len(said):,} acknowledged: {len(said - kept)} of them lost (limit 0), "
        f"{len(kept - said)} kept that nobody heard of (limit {kills}){sound}",
        flush=True,
    )


def drill_restarts(url: str, cluster: Cluster, restarts: int) -> None:
    """PostgreSQL goes at once, and comes back, while several write."""
    token, said, waits = cast(url), Said(), list[float]()
    writers = [Stem(web, url, token) for _writer in range(WRITERS)]
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
    whole(f"{WRITERS} writers", url, said, WRITERS * (restarts + 1))


def _heard(writers: Iterable[Stem]) -> Said:
    return {one for writer in writers for one in writer.heard()}
