"""What a worker process takes for itself for a while, so that no other does it too."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, update
from sqlalchemy.orm import aliased

from supervisor.models import Forming, MatchSearch, Message, RecruitSearch, Store
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


def in_other_hands(worker: str, now: datetime) -> ColumnElement[bool]:
    """Another worker has a letter to the same reader in hand: what is said first arrives first,
    also an invitation and what takes it back."""
    other = aliased(Message)
    in_hand = exists().where(
        other.recipient_id == Message.recipient_id,
        other.claimed_by != worker,
        other.claimed_until >= now,
    )
    return in_hand.correlate(Message)
