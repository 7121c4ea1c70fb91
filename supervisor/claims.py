"""What a worker process takes for itself for a while, so that no other does it too."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, update

from supervisor.models import Forming, MatchSearch, RecruitSearch, Store
from supervisor.models.engine import rows_changed

GRACE = timedelta(minutes=2)
Search = Forming | MatchSearch | RecruitSearch


def free(record: type[Search], now: datetime) -> ColumnElement[bool]:
    """Nobody looks for it now: nobody began, or whoever did has had their time and more."""
    return or_(record.claimed_until.is_(None), record.claimed_until <= now)


def take(store: Store, search: Search, now: datetime) -> bool:
    """Take it until its time is over; of several who would, one has it."""
    record = type(search)
    until = now + timedelta(seconds=search.seconds) + GRACE
    mine = update(record).where(record.id == search.id, free(record, now))
    return bool(rows_changed(store, mine.values(claimed_until=until)))
