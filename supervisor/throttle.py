"""Limits counted in the database, so that they hold across processes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from supervisor.models import Attempt, Store


@dataclass(frozen=True)
class ThrottleSettings:
    """How many tries in how many minutes, for one mailbox and for one network address."""

    minutes: int = 10
    per_mailbox: int = 5
    per_address: int = 30
    keep_days: int = 2


def allowed(store: Store, what: str, key: str, most: int, minutes: int, now: datetime) -> bool:
    """Count this try; False when there were too many. The key itself is never kept."""
    key_hash = hashlib.sha256(f"{what}:{key}".encode()).hexdigest()
    since = now - timedelta(minutes=minutes)
    tries = store.scalar(
        select(func.count()).where(
            Attempt.what == what, Attempt.key_hash == key_hash, Attempt.at > since
        )
    )
    store.add(Attempt(what=what, key_hash=key_hash, at=now))
    store.flush()
    return (tries or 0) < most


def forget(store: Store, before: datetime) -> None:
    """Drop tries that no longer count."""
    store.execute(delete(Attempt).where(Attempt.at < before))
