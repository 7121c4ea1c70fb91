"""A person's calendars elsewhere: named, read when it is time, and let go."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from calendars.busy import Doubt, Span
from supervisor import audit
from supervisor.busy import busy_guard, busy_secrets, busy_words
from supervisor.busy.busy_guard import Trouble
from supervisor.busy.busy_secrets import Secret
from supervisor.errors import Refused
from supervisor.models import (
    BusySource,
    BusySpan,
    Meeting,
    Person,
    Series,
    Session,
    SessionSeries,
    Store,
)
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, read
from supervisor.zones import zone

FILE, ACCOUNT = "file", "account"
MOST, DOUBTS = 5, 20
LEASE = timedelta(minutes=10)
"""A reader that died lets another begin after that."""
LEFT = timedelta(days=1)
"""So long after the last day of whoever left it is over everywhere."""
WHOLE = timedelta(days=7)
"""All of it is read again after that, changed or not."""


@dataclass(frozen=True)
class BusySettings:
    """Minutes between two looks, days ahead that are read, and how long a calendar that cannot be
    read is let alone at most, in hours. `allowed_hosts` are machines of the hub's own network that
    may be read from, such as its own Nextcloud."""

    every_minutes: int = 15
    ahead_days: int = 400
    longest_hours: int = 24
    allowed_hosts: str = ""

    @property
    def allowed(self) -> frozenset[str]:
        """The machines, in small letters."""
        return frozenset(self.allowed_hosts.lower().replace(",", " ").split())


@dataclass(frozen=True)
class Asked:
    """What a reader needs to know of one calendar, away from the database. `ours` are the names
    of what the hub itself put into it."""

    id: int
    kind: str
    sealed: bytes
    etag: str | None
    modified: str | None
    zone: str
    since: datetime
    until: datetime
    allowed: frozenset[str]
    ours: frozenset[str]


@dataclass(frozen=True)
class Pulled:
    """What became of it: `spans` is None where nothing is new, or where there was `trouble`;
    `sealed` is its address anew, with more that is known of it."""

    spans: Sequence[Span] | None = None
    doubts: Sequence[Doubt] = ()
    etag: str | None = None
    modified: str | None = None
    trouble: str | None = None
    sealed: bytes | None = None


def add(
    store: Store, person: Person, secret: Secret, key: str, home: str, now: datetime
) -> BusySource:
    """Read this calendar from now on. With a name and a password it is an account."""
    try:
        address = busy_guard.understood(secret.address, read(store, BusySettings).allowed)
        host = busy_guard.host_of(address)
    except Trouble as trouble:
        raise Refused(busy_words.of_trouble(trouble.why), field="address") from trouble
    if secret.password and not secret.user:
        raise Refused(N_("Write your name at that server too."), field="user")
    if home and host == home:
        words = N_("That is an address of the hub. Paste the one from your own calendar.")
        raise Refused(words, field="address")
    if len(mine(store, person)) >= MOST:
        words = N_("You can have %(most)d calendars here. Take one away first.")
        raise Refused(words, field="address", most=MOST)
    return _added(store, person, Secret(address, secret.user, secret.password), host, key, now)


def _added(
    store: Store, person: Person, secret: Secret, host: str, key: str, now: datetime
) -> BusySource:
    source = BusySource(
        person_id=person.id,
        kind=ACCOUNT if secret.user else FILE,
        host=host,
        sealed=busy_secrets.seal(secret, key),
        made_at=now,
        next_at=now,
    )
    store.add(source)
    store.flush()
    audit.record(store, now, person, "add", "busy_source", source.ref)
    return source


def mine(store: Store, person: Person) -> list[BusySource]:
    """Their calendars, in the order in which they came."""
    query = select(BusySource).where(BusySource.person_id == person.id)
    return list(store.scalars(query.order_by(BusySource.id)))


def remove(store: Store, source: BusySource, by: Person | None, now: datetime) -> None:
    """Read it no more, and forget what it said."""
    audit.record(store, now, by, "remove", "busy_source", source.ref)
    store.execute(delete(BusySpan).where(BusySpan.source_id == source.id))
    store.delete(source)
    store.flush()


def look_now(source: BusySource, now: datetime) -> None:
    """Let the worker process read it next, whatever went wrong before."""
    source.next_at = now


def due(store: Store, now: datetime) -> list[int]:
    """Calendars whose time it is, of people who are still here."""
    here = (Person.left_on.is_(None)) | (Person.left_on >= now.date())
    query = select(BusySource.id).join(BusySource.person).where(BusySource.next_at <= now, here)
    return list(store.scalars(query.order_by(BusySource.next_at, BusySource.id)))


def of_nobody(store: Store, now: datetime) -> list[int]:
    """Those of people who have left, which nobody reads any more."""
    left = Person.left_on < now.date() - LEFT
    query = select(BusySource.id).join(BusySource.person).where(left)
    return list(store.scalars(query.order_by(BusySource.id)))


def let_go(store: Store, source_id: int, now: datetime) -> None:
    """What opens it is kept no longer than it is of use."""
    source = store.get(BusySource, source_id)
    if source is not None:
        remove(store, source, None, now)


def claim(store: Store, source_id: int, now: datetime) -> Asked | None:
    """Take one to read; None where another reader has it."""
    free = update(BusySource).where(BusySource.id == source_id, BusySource.next_at <= now)
    taken = free.values(next_at=now + LEASE, tried_at=now).returning(BusySource.id)
    if store.scalar(taken) is None:
        return None
    source = store.get_one(BusySource, source_id, populate_existing=True)
    settings, hub = read(store, BusySettings), read(store, HubSettings)
    lately = source.whole_at is not None and source.whole_at > now - WHOLE
    return Asked(
        id=source.id,
        kind=source.kind,
        sealed=source.sealed,
        etag=source.etag if lately else None,
        modified=source.modified if lately else None,
        zone=str(zone(source.person.time_zone or hub.time_zone)),
        since=now - timedelta(days=1),
        until=now + timedelta(days=settings.ahead_days),
        allowed=settings.allowed,
        ours=_names(store, now),
    )


def _names(store: Store, now: datetime) -> frozenset[str]:
    """What an invitation of the hub is called in every calendar."""
    since = now - timedelta(days=1)
    of = [select(record.uid).where(record.starts_at > since) for record in (Session, Meeting)]
    series = [select(record.uid) for record in (SessionSeries, Series)]
    return frozenset(name for query in (*of, *series) for name in store.scalars(query))


def keep(store: Store, asked: Asked, pulled: Pulled, now: datetime) -> None:
    """Write down what a calendar said, or that it could not be read: then what it said before
    still holds. One that was taken away meanwhile is gone."""
    source = store.get(BusySource, asked.id)
    if source is None:
        return
    settings = read(store, BusySettings)
    source.trouble = pulled.trouble
    source.failures = source.failures + 1 if pulled.trouble else 0
    source.next_at = now + _wait(source.failures, settings)
    source.sealed = pulled.sealed or source.sealed
    if pulled.trouble is None:
        source.read_at = now
    if pulled.spans is not None:
        source.etag, source.modified = pulled.etag, pulled.modified
        source.whole_at = now
        source.doubts = [asdict(one) for one in pulled.doubts[:DOUBTS]]
        _replace(store, source, pulled.spans, now)
    store.flush()


def _wait(failures: int, settings: BusySettings) -> timedelta:
    """Twice as long after each failure."""
    minutes = settings.every_minutes * 2 ** min(failures, 10)
    return min(timedelta(minutes=minutes), timedelta(hours=settings.longest_hours))


def _replace(store: Store, source: BusySource, spans: Sequence[Span], now: datetime) -> None:
    """What stays the same stays, so that it is known since when."""
    query = select(BusySpan).where(BusySpan.source_id == source.id)
    old = {(one.starts_at, one.ends_at, one.sure): one for one in store.scalars(query)}
    new = {(one.starts, one.ends, one.sure) for one in spans}
    for key in old.keys() - new:
        store.delete(old[key])
    for starts, ends, sure in sorted(new - old.keys()):
        one = {"starts_at": starts, "ends_at": ends, "sure": sure, "seen_at": now}
        store.add(BusySpan(source_id=source.id, person_id=source.person_id, **one))
