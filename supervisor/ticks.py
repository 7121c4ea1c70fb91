"""The ledger of ticks: which worker process took which job, in which stretch of its minutes."""

import os
import socket
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from supervisor.extensions import db
from supervisor.models import JobTick
from supervisor.models.engine import writing
from supervisor.watch import EVERY_MINUTE

AHEAD = timedelta(minutes=5)
"""As far as the clocks of two machines may differ."""


def worker_name() -> str:
    """This process, as its claims and ticks name it."""
    return f"{socket.gethostname()}-{os.getpid()}"


def forget_ahead(really: datetime) -> None:
    """A clock that was ahead has taken ticks that are still to come: until then nothing would run,
    unnoticed."""
    store = db.session()
    last = store.scalar(select(func.max(JobTick.tick)).where(JobTick.job == EVERY_MINUTE))
    store.rollback()
    if last and last > really + AHEAD:
        with writing():
            store.execute(delete(JobTick).where(JobTick.tick > really))
            store.commit()


def take(job: str, minutes: int, really: datetime) -> bool:
    """The ledger's unique row decides between several workers."""
    minute = int(really.timestamp()) // 60
    at = datetime.fromtimestamp((minute - minute % minutes) * 60, UTC)
    store = db.session()
    try:
        if store.get(JobTick, (job, at)) is not None:
            return False
        store.rollback()
        with writing():
            store.add(JobTick(job=job, tick=at, worker=worker_name()))
            store.commit()
    except IntegrityError:
        return False
    finally:
        store.rollback()
    return True
