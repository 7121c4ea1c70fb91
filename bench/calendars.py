"""What a feed costs: 50, 500 and 5,000 meetings, cold, warm and unchanged (304), beside a route of
Flask that asks one indexed question, in the same run.

`python -m bench.calendars` prints processor time and the ratios beside their limits: an unchanged
feed at most 1.3 times that route, a warm one of 500 meetings at most twice.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select
from werkzeug.test import TestResponse

from calendars.event import Event, render
from supervisor import clock
from supervisor.app import create_app
from supervisor.config import Config
from supervisor.extensions import db
from supervisor.feeds import feeds
from supervisor.models import Entitlement, Feed, Fragment, Person, Session
from supervisor.models.engine import writing
from supervisor.rules.kinds import Kind, Mode
from supervisor.zones import to_utc

SIZES, ROUNDS, ZONE = (50, 500, 5000), 30, "Pacific/Auckland"
UNCHANGED, WARM = 1.3, 2.0
NOW = datetime(2027, 2, 9, 20, tzinfo=UTC)


def main() -> None:
    for size in SIZES:
        with TemporaryDirectory() as folder:
            app = create_app(
                Config(database=f"sqlite:///{Path(folder) / 'hub.db'}", secret_key="x")
            )
            app.add_url_rule("/one", "one", _one)
            with app.app_context(), writing():
                upgrade()
                token = _filled(size)
            clock.set_to(NOW)
            _print(size, app, f"/feeds/{token}.ics")
            with app.app_context():
                db.engine.dispose()
    clock.set_to(None)


def _one() -> str:
    """One indexed question: the yardstick."""
    return str(db.session.scalar(select(Feed.id).where(Feed.token_hash == "none")))


def _filled(size: int) -> str:
    """One supervisor whose calendar has so many single meetings."""
    store = db.session()
    ben, ana = (Person(ref=ref, name=ref, email=f"{ref}@example.org") for ref in ("ben", "ana"))
    owed = Entitlement(
        person=ben, kind=Kind.PEER_SUPERVISION, sessions=10, minutes=60,
        starts_on=NOW.date(), ends_on=NOW.date() + timedelta(days=364),
    )  # fmt: skip
    store.add_all([ben, ana, owed])
    first = datetime.fromisoformat("2027-03-01T08:00")
    for n in range(size):
        wall = first + timedelta(days=n // 8, hours=n % 8)
        store.add(
            Session(
                entitlement=owed, provider=ana, starts_at=to_utc(wall, ZONE), local_start=wall,
                zone=ZONE, minutes=60, mode=Mode.VIDEO, changed_at=NOW,
            )
        )  # fmt: skip
    store.flush()
    token = feeds.make_feed(store, ana, "", NOW)
    store.commit()
    return token


def _print(size: int, app: Flask, address: str) -> None:
    browser = app.test_client()
    rounds = min(ROUNDS, 15000 // size)
    yardstick = _cost(lambda: browser.get("/one"))
    cold = _cost(lambda: _forgotten(app, browser.get, address), rounds=3)
    whole = browser.get(address)
    warm = _cost(lambda: browser.get(address), rounds)
    known = {"If-None-Match": whole.headers["ETag"]}
    same = _cost(lambda: browser.get(address, headers=known), rounds)
    assert browser.get(address, headers=known).status_code == 304
    built = _cost(lambda: _built(size), rounds=3)
    limits = f" (limit {WARM})" if size == 500 else ""
    print(f"{size:5} meetings, {len(whole.data):9,} octets; one question {yardstick:6.2f} ms")
    print(f"      unchanged {same:8.2f} ms, {same / yardstick:6.2f} times (limit {UNCHANGED})")
    print(f"      warm      {warm:8.2f} ms, {warm / yardstick:6.2f} times{limits}")
    print(f"      cold      {cold:8.2f} ms; building all with icalendar alone {built:8.2f} ms")


def _forgotten(app: Flask, get: Callable[..., TestResponse], address: str) -> TestResponse:
    with app.app_context(), writing():
        db.session.query(Fragment).delete()
        db.session.commit()
    return get(address)


def _built(size: int) -> None:
    event = Event("uid", 0, NOW, datetime.fromisoformat("2027-03-01T08:00"), ZONE, 60, "Meeting")
    for _n in range(size):
        render(event)


def _cost(asked: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median milliseconds of processor time; the first time is left out."""
    asked()
    costs = []
    for _round in range(rounds):
        began = process_time()
        asked()
        costs.append(1000 * (process_time() - began))
    return median(costs)


if __name__ == "__main__":
    main()
