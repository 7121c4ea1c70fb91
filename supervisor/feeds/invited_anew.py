"""Somebody wants invitations from now on: what is booked comes too, an email for each event.

Nothing is taken back where they want no more: all that a calendar can be told then is that each
meeting is called off. What it has stays there, and is followed again with the next yes.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import update

from supervisor.feeds import invited_events
from supervisor.feeds.feed_events import Record
from supervisor.feeds.invited_events import Wanted
from supervisor.feeds.invited_gaps import reads_first
from supervisor.models import InvitedEvent, Person, Store
from supervisor.sessions import calendar_letters

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def bring(store: Store, person: Person, now: datetime) -> int:
    """Write a letter for each event of which their calendar has nothing ahead, or only some
    meetings of a rhythm; how many. What it has is held against what is true once more."""
    store.flush()
    theirs = InvitedEvent.person_id == person.id
    store.execute(update(InvitedEvent).where(theirs).values(looked_at=LONG_AGO))
    told = [
        calendar_letters.tell(store, person, one, now, at_once=True, whole=True)
        for one in _unknown(store, person, now)
    ]
    return sum(one is not None for one in told)


def _unknown(store: Store, person: Person, now: datetime) -> Iterator[Record]:
    """The first meeting ahead of each, unless its hour is kept from them."""
    for event in invited_events.all_of(store, invited_events.pieces_of(store, person, now)):
        ahead = event.ahead(now)
        records = (record for slot, record in event.on.items() if slot in ahead)
        first = min(records, key=lambda one: one.starts_at, default=None)
        row = invited_events.known(store, person, event.uid)
        if first and not reads_first(store, first, person) and _lacks(row, event, now):
            yield first


def _lacks(row: InvitedEvent | None, event: Wanted, now: datetime) -> bool:
    """Whether their calendar has nothing ahead of it, or some meetings of a rhythm and not all."""
    has = invited_events.ahead(row, now)
    parts = event.in_series and not (row and row.whole)
    return not has or (parts and not event.ahead(now).keys() <= has.keys())
