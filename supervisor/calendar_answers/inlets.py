"""Whether mail comes in: each way is noted when it fails, and forgotten when it works again.

The way out is noted beside them, by `outlet`.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from supervisor.models import Inlet, Store
from supervisor.reach import MessageSettings
from supervisor.settings import read

MAILBOX, DOOR = "mailbox", "door"
LONGEST = 200


def works(store: Store, name: str) -> None:
    """It was tried, and nothing is wrong with it."""
    store.execute(delete(Inlet).where(Inlet.name == name))


def fails(store: Store, name: str, why: str, said: str, at: datetime) -> None:
    """It could not be used: since when, and how often by now."""
    inlet = _known(store, name, at)
    inlet.since_at, inlet.tried_at = min(inlet.since_at, at), at
    inlet.failures += 1
    inlet.why, inlet.said = why, said[:LONGEST]
    store.flush()


def _known(store: Store, name: str, at: datetime) -> Inlet:
    """The database decides between two who note it at once."""
    query = select(Inlet).where(Inlet.name == name)
    there = store.scalars(query).one_or_none()
    if there:
        return there
    new = Inlet(name=name, since_at=at, tried_at=at, failures=0, why="", said="")
    try:
        with store.begin_nested():
            store.add(new)
            store.flush()
    except IntegrityError:
        return store.scalars(query).one()
    return new


def shut(store: Store, at: datetime) -> list[Inlet]:
    """Those that failed several times in a row, and were tried not long ago."""
    settings = read(store, MessageSettings)
    lately = at - timedelta(minutes=settings.silent_minutes)
    query = select(Inlet).where(
        Inlet.name.in_((MAILBOX, DOOR)),
        *(Inlet.failures >= settings.trouble_after, Inlet.tried_at > lately),
    )
    return list(store.scalars(query.order_by(Inlet.name)))
