"""What the worker process does for calendars elsewhere: read those whose time it is."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic

from flask import current_app

from supervisor import looking
from supervisor.busy import busy_pull, busy_sources
from supervisor.busy.busy_sources import Asked, Pulled
from supervisor.config import Config
from supervisor.extensions import db

PATIENCE = 30
"""Seconds in a minute for calendars elsewhere."""


def key() -> str:
    """What opens the addresses that people pasted."""
    config: Config = current_app.config["HUB"]
    return config.secret_key


def read_due(now: datetime, stopping: Callable[[], bool]) -> None:
    """One after the other; nobody waits for the database while a stranger's server answers.

    Slow servers hold nothing else up: the others are read a minute later, the longest due first.
    """
    due, begun = busy_sources.due(db.session(), now), monotonic()
    db.session().rollback()
    for source_id in due:
        if stopping() or monotonic() > begun + PATIENCE:
            return
        _read(source_id, now)


def let_go(now: datetime) -> None:
    """Forget the calendars of people who have left."""
    gone = busy_sources.of_nobody(db.session(), now)
    db.session().rollback()
    for source_id in gone:
        looking.write(busy_sources.let_go, source_id, now)


def _read(source_id: int, now: datetime) -> None:
    asked = looking.write(busy_sources.claim, source_id, now)
    if asked is None:
        return
    pulled = looking.found_or_none("the calendar", source_id, lambda: _pulled(asked))
    looking.write(busy_sources.keep, asked, pulled or Pulled(trouble="broken"), now)


def _pulled(asked: Asked) -> Pulled:
    return busy_pull.pull(asked, key())
