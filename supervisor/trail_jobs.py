"""What the worker process does for the proof of the record: seal, mail its mark, check."""

from collections.abc import Callable
from datetime import datetime

from flask import current_app

from supervisor import looking
from supervisor.config import Config
from supervisor.models import Person, Store
from supervisor.models.engine import reading
from supervisor.trail import seals, trail_checks, trail_heads
from supervisor.trail.trail_checks import Checked


def key() -> str:
    """What seals the record; empty where this process has none to share with the others."""
    config: Config = current_app.config["HUB"]
    return config.sealing_key


def seal(now: datetime, stopping: Callable[[], bool]) -> None:
    """A stretch at a time, each in its own transaction: the first one may have years to seal."""
    while key() and not stopping() and looking.write(seals.seal, key(), now):
        pass


def mark(store: Store, now: datetime) -> None:
    """Mail the end of the chain, where it is time to."""
    if key():
        trail_heads.tell(store, key(), now)


def check_daily(store: Store, now: datetime) -> None:
    """What was left behind is sealed first: once a day it is sought in all of the record."""
    store.rollback()
    while key() and looking.write(seals.seal_left_behind, key(), now):
        pass
    check(store, now)


def check(store: Store, now: datetime, by: Person | None = None) -> Checked | None:
    """It looks for long, so nobody has to wait for the database meanwhile. What was not yet
    committed is given up; None without a key."""
    if not key():
        return None
    store.rollback()
    with reading():
        checked = trail_checks.check(store, key())
        store.rollback()
    trail_checks.keep(store, checked, by, now)
    trail_heads.warn(store, checked, now)
    return checked
