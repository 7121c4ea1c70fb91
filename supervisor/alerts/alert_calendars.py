"""What an alert can be about in people's own calendars: not read, not reached, or taken again."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select

from supervisor.alerts.alert_causes import AlertSettings, Cause
from supervisor.busy import busy_clashes
from supervisor.feeds.feed_editions import FeedSettings
from supervisor.feeds.feeds import is_quiet
from supervisor.models import BusySource, Feed, Person, Store
from supervisor.rules.days import DAY
from supervisor.settings import read


def unread_calendars(store: Store, now: datetime) -> Iterator[Cause]:
    """Addresses of calendars that something read, and that nothing has read for days."""
    settings = read(store, FeedSettings)
    query = (
        select(Feed)
        .join(Feed.person)
        .where(Feed.revoked_at.is_(None), Feed.fetched_at.is_not(None), Person.left_on.is_(None))
        .order_by(Feed.id)
    )
    for feed in store.scalars(query):
        if feed.fetched_at and is_quiet(feed, settings, now):
            since = feed.fetched_at + settings.quiet_days * DAY
            yield Cause(feed.ref, since, person_id=feed.person_id)


def feed_of(store: Store, cause: str) -> Feed | None:
    """The address that a cause is about."""
    return store.scalar(select(Feed).where(Feed.ref == cause.rpartition(":")[2]))


def unreached_calendars(store: Store, now: datetime) -> Iterator[Cause]:
    """Calendars of theirs that the hub reads, and could not read for hours."""
    patience = timedelta(hours=read(store, AlertSettings).unread_hours)
    last = func.coalesce(BusySource.read_at, BusySource.made_at)
    query = (
        select(BusySource)
        .join(Person, Person.id == BusySource.person_id)
        .where(BusySource.trouble.is_not(None), last < now - patience, Person.left_on.is_(None))
        .order_by(BusySource.id)
    )
    for source in store.scalars(query):
        since = (source.read_at or source.made_at) + patience
        yield Cause(source.ref, since, person_id=source.person_id)


def source_of(store: Store, cause: str) -> BusySource | None:
    """The calendar that a cause is about."""
    return store.scalar(select(BusySource).where(BusySource.ref == cause.rpartition(":")[2]))


def taken_again(store: Store, now: datetime) -> Iterator[Cause]:
    """Meetings ahead over which something else of one of the two has come."""
    for clash in busy_clashes.clashes(store, now):
        session = clash.session
        yield Cause(clash.key, clash.since, session.entitlement_id, session_id=session.id)
