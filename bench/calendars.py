"""What a feed costs: 50, 500 and 5,000 meetings, cold, warm and unchanged (304), beside a route of
Flask that asks one indexed question, in the same run on the same engine.

    python -m bench.calendars [--engines sqlite,postgresql] [--sizes 50,500,5000]

It prints milliseconds of processor time and the ratios beside their limits: an unchanged feed at
most 1.3 times that route, a warm one of 500 meetings at most twice. The two are asked in turn, so
that whatever else the machine does falls on both; the ratio by the clock, in brackets, has the
server's time in it, too. `changed` is the fetch after one meeting was moved, `cold` one with
nothing kept, `written down` an unchanged one of which is noted who looked; `writing` what it costs
to add all meetings, and how many times what it costs without the triggers. Joining octets and
building all with icalendar alone stand beside. PostgreSQL runs as in the tests, without waiting
for its disk.
"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import NamedTuple

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import delete, insert, select, update
from werkzeug.test import Client

from calendars.event import Event, render
from calendars.feed import join
from supervisor import clock
from supervisor.app import create_app
from supervisor.config import Config
from supervisor.extensions import db
from supervisor.feeds import feeds
from supervisor.models import (
    Entitlement,
    Feed,
    Fragment,
    KeptFeed,
    Person,
    Session,
    Store,
    new_ref,
    triggers,
)
from supervisor.models.engine import writing
from supervisor.rules.kinds import Kind, Mode
from supervisor.zones import to_utc
from tests.postgres import Cluster

ROUNDS, FEW, ZONE = 120, 3, "Pacific/Auckland"
UNCHANGED, WARM, LIMITED = 1.3, 2.0, 500
NOW = datetime(2027, 2, 9, 20, tzinfo=UTC)
Ask = Callable[[], object]


class Cost(NamedTuple):
    """Milliseconds of this process, and by the clock."""

    cpu: float
    wall: float


def main() -> None:
    parser = argparse.ArgumentParser(description="What a feed costs.")
    parser.add_argument("--engines", default="sqlite,postgresql")
    parser.add_argument("--sizes", default="50,500,5000")
    given = parser.parse_args()
    for engine in given.engines.split(","):
        for size in map(int, given.sizes.split(",")):
            with {"sqlite": _sqlite, "postgresql": _postgresql}[engine]() as url:
                print(f"{engine}, {size} meetings")
                _measure(url, size)


@contextmanager
def _sqlite() -> Iterator[str]:
    with TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'hub.db'}"


@contextmanager
def _postgresql() -> Iterator[str]:
    with Cluster.started() as cluster:
        yield cluster.create("hub")


def _measure(url: str, size: int) -> None:
    app = create_app(Config(database=url, secret_key="x"))
    app.add_url_rule("/one", "one", _one)
    clock.set_to(NOW)
    with app.app_context(), writing():
        upgrade()
        writing_costs = _filled(size)
        token = feeds.make_feed(db.session(), _who("ana"), "", NOW)
        db.session.commit()
    _print(size, app, f"/feeds/{token}.ics")
    print(f"  writing      {writing_costs}")
    with app.app_context():
        db.engine.dispose()
    clock.set_to(None)


def _one() -> str:
    """One indexed question: the yardstick."""
    return str(db.session.scalar(select(Feed.id).where(Feed.token_hash == "none")))


def _who(ref: str) -> Person:
    return db.session.scalars(select(Person).where(Person.ref == ref)).one()


def _filled(size: int) -> str:
    """One supervisor whose calendar has so many single meetings; what adding them costs, and how
    much more than without the triggers."""
    store = db.session()
    ben, ana = (Person(ref=ref, name=ref, email=f"{ref}@example.org") for ref in ("ben", "ana"))
    owed = Entitlement(
        person=ben, kind=Kind.PEER_SUPERVISION, sessions=10, minutes=60,
        starts_on=NOW.date(), ends_on=NOW.date() + timedelta(days=364),
    )  # fmt: skip
    store.add_all([ben, ana, owed])
    store.flush()
    rows = [_row(owed.id, ana.id, n) for n in range(size)]
    store.commit()
    pairs = [
        (_written(store, rows), _written(store, rows, bare=True)) for _n in range(ROUNDS // 10)
    ]
    with_them, without = (median(costs) for costs in zip(*pairs, strict=True))
    store.execute(insert(Session), rows)
    store.commit()
    return f"{with_them:8.2f} ms, {with_them / without:6.2f} times (by the clock)"


def _row(owed: int, provider: int, n: int) -> dict[str, object]:
    wall = datetime.fromisoformat("2027-03-01T08:00") + timedelta(days=n // 8, hours=n % 8)
    return {
        "ref": new_ref(), "uid": new_ref() + new_ref(), "entitlement_id": owed,
        "provider_id": provider, "starts_at": to_utc(wall, ZONE), "local_start": wall,
        "zone": ZONE, "minutes": 60, "mode": Mode.VIDEO, "changed_at": NOW,
    }  # fmt: skip


def _written(store: Store, rows: list[dict[str, object]], *, bare: bool = False) -> float:
    """Milliseconds by the clock to add them as a flush does, which is taken back."""
    if bare:
        _drop_triggers(store)
    began = perf_counter()
    store.execute(insert(Session).returning(Session.id), rows).all()
    took = 1000 * (perf_counter() - began)
    store.rollback()
    return took


def _drop_triggers(store: Store) -> None:
    """As long as the transaction lasts."""
    connection = store.connection()
    there = triggers.there(connection).items()
    theirs = {name: table for name, table in there if name.startswith("session_touches_feeds_")}
    triggers.drop(connection, theirs)


def _print(size: int, app: Flask, address: str) -> None:
    browser = app.test_client()
    whole = browser.get(address)
    known = {"If-None-Match": whole.headers["ETag"]}
    packed = {"Accept-Encoding": "gzip"}
    assert browser.get(address, headers=known).status_code == 304
    one, same, warm, gzipped = _in_turn(
        lambda: browser.get("/one"),
        lambda: browser.get(address, headers=known),
        lambda: browser.get(address),
        lambda: browser.get(address, headers=packed),
    )
    print(f"  one question {one.cpu:8.2f} ms; the calendar has {len(whole.data):,} octets")
    _ratio("unchanged", same, one, UNCHANGED)
    _ratio("warm", warm, one, WARM if size == LIMITED else None)
    _ratio("warm, packed", gzipped, one, None)
    _after("written down", app, browser, address, _later, known)
    _after("changed", app, browser, address, _moved)
    _after("cold", app, browser, address, _forgotten)
    _alone(size)


def _ratio(name: str, cost: Cost, one: Cost, limit: float | None) -> None:
    times, by_clock = cost.cpu / one.cpu, cost.wall / one.wall
    told = f" (limit {limit})" if limit else ""
    print(f"  {name:12} {cost.cpu:8.2f} ms, {times:6.2f} times{told} [{by_clock:.2f}]")


def _after(
    name: str, app: Flask, browser: Client, address: str, happens: Ask,
    headers: dict[str, str] | None = None,
) -> None:  # fmt: skip
    costs = []
    for _round in range(FEW):
        with app.app_context(), writing():
            happens()
            db.session.commit()
        costs += _in_turn(lambda: browser.get(address, headers=headers), rounds=1, first=False)
    print(f"  {name:12} {median(cost.cpu for cost in costs):8.2f} ms")


def _later() -> None:
    clock.set_to(clock.now() + timedelta(minutes=5))


def _moved() -> None:
    first = select(Session.id).order_by(Session.id).limit(1).scalar_subquery()
    moved = {"sequence": Session.sequence + 1, "changed_at": clock.now()}
    db.session.execute(update(Session).where(Session.id == first).values(moved))


def _forgotten() -> None:
    db.session.execute(delete(Fragment))
    db.session.execute(delete(KeptFeed))


def _alone(size: int) -> None:
    event = Event("uid", 0, NOW, datetime.fromisoformat("2027-03-01T08:00"), ZONE, 60, "Meeting")
    octets = render(event)
    joined, built = _in_turn(
        lambda: join("Meetings", 4, [ZONE], [octets] * size),
        lambda: [render(event) for _n in range(size)],
        rounds=FEW,
    )
    print(f"  joined octets {joined.cpu:7.2f} ms; all built with icalendar {built.cpu:.2f} ms")


def _in_turn(*asks: Ask, rounds: int = ROUNDS, first: bool = True) -> list[Cost]:
    """The medians of each, asked in turn; each is asked once before, unless the first time is what
    is wanted."""
    for ask in asks if first else ():
        ask()
    costs: list[list[Cost]] = [[_cost(ask) for ask in asks] for _round in range(rounds)]
    return [
        Cost(median(one.cpu for one in each), median(one.wall for one in each))
        for each in zip(*costs, strict=True)
    ]


def _cost(ask: Ask) -> Cost:
    cpu, wall = process_time(), perf_counter()
    ask()
    return Cost(1000 * (process_time() - cpu), 1000 * (perf_counter() - wall))


if __name__ == "__main__":
    main()
