"""A person's addresses for their own calendar: made, renewed, stopped, and the octets behind."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from calendars.event import render
from calendars.feed import join, single
from supervisor import audit
from supervisor.errors import Refused
from supervisor.feeds import feed_entries, invited_anew
from supervisor.feeds.feed_choices import chosen
from supervisor.feeds.feed_editions import FeedSettings, edition
from supervisor.feeds.feed_events import Say, event_of
from supervisor.feeds.feed_pieces import Voice
from supervisor.models import Feed, Person, Session, Store
from supervisor.rules.kinds import FeedLevel, FeedPart
from supervisor.rules.words import N_, Words
from supervisor.settings import read
from supervisor.sign_ins import has_left, hashed

CALENDAR = N_("Meetings")
AGENTS = (
    ("google", "Google"),
    ("outlook", "Outlook"),
    ("microsoft", "Outlook"),
    ("exchange", "Outlook"),
    ("iphone", "iPhone"),
    ("ipad", "iPhone"),
    ("ios/", "iPhone"),
    ("android", "Android"),
    ("icsx5", "Android"),
    ("davx5", "Android"),
    ("mac", "Mac"),
    ("thunderbird", "Thunderbird"),
    ("evolution", "Evolution"),
    ("nextcloud", "Nextcloud"),
)
OTHER_AGENT = N_("Another program")


def make_feed(store: Store, person: Person, name: str, now: datetime, holds: str = "") -> str:
    """A new address for one program or device, of all their meetings unless `holds` says which;
    its token is told once and only hashed kept. With a first one of all that they have, letters
    bring no more invitations, so that nothing shows twice: they can have both again."""
    choice = chosen(store, person, holds)
    if choice.part == FeedPart.ALL and person.invited and not live(store, person):
        invite(store, person, False, now)  # noqa: FBT003
    return _made(store, person, name, choice.part, choice.group_id, now)


def _made(
    store: Store, person: Person, name: str, part: str, group_id: int | None, now: datetime
) -> str:
    token = secrets.token_urlsafe(32)
    feed = Feed(
        person_id=person.id,
        name=name.strip()[:40] or CALENDAR,
        token_hash=hashed(token),
        level=level_of(store, person),
        part=part,
        group_id=group_id,
        made_at=now,
    )
    store.add(feed)
    store.flush()
    audit.record(store, now, person, "make", "feed", feed.ref)
    return token


def live(store: Store, person: Person) -> list[Feed]:
    """The addresses that work, newest first."""
    query = select(Feed).where(Feed.person_id == person.id, Feed.revoked_at.is_(None))
    return list(store.scalars(query.order_by(Feed.id.desc())))


def level_of(store: Store, person: Person) -> str:
    """How much a person lets their calendars say; neutral until they choose."""
    last = next(iter(live(store, person)), None)
    return last.level if last else FeedLevel.NEUTRAL


def file_of(store: Store, person: Person, session: Session, now: datetime, say: Say = str) -> bytes:
    """One session as a file, for a calendar that does not follow an address; with it those of its
    series, which are one event there. What no feed has any more is by itself."""
    voice = voice_of(person, level_of(store, person))
    for piece in edition(store, voice, read(store, FeedSettings), now).pieces:
        if any((entry.what, entry.id) == ("session", session.id) for entry in piece.entries):
            return single(piece.zones, *feed_entries.rendered(store, voice, [piece], say).values())
    return single([session.zone], render(event_of(session, voice, say)))


def revoke(store: Store, feed: Feed, by: Person, now: datetime) -> None:
    """Its next fetch finds nothing."""
    feed.revoked_at = feed.revoked_at or now
    audit.record(store, now, by, "revoke", "feed", feed.ref)


def renew(store: Store, feed: Feed, by: Person, now: datetime) -> str:
    """The same feed under a new address; the old one stops at once. One that has stopped already
    has no other."""
    if feed.revoked_at:
        raise Refused(N_("That address has stopped. Make a new one."))
    token = _made(store, feed.person, feed.name, feed.part, feed.group_id, now)
    revoke(store, feed, by, now)
    return token


def set_level(store: Store, person: Person, level: str, now: datetime) -> None:
    """How much every calendar of theirs says from now on."""
    if level not in set(FeedLevel):
        raise Refused(N_("Choose how much your calendar says."), field="level")
    for feed in live(store, person):
        feed.level = level
    audit.record(store, now, person, "set_level", "feed", person.ref)


def invite(store: Store, person: Person, invited: bool, now: datetime) -> None:  # noqa: FBT001
    """Whether letters about meetings carry an invitation from now on; if so, what is booked comes
    at once."""
    before, person.invited = person.invited, invited
    if invited and not before:
        invited_anew.bring(store, person, now)
    audit.record(
        store, now, person, "invite" if invited else "uninvite", "person", audit.of(person)
    )


def invite_only(store: Store, person: Person, now: datetime) -> None:
    """Invitations, and no address any more."""
    for feed in live(store, person):
        revoke(store, feed, person, now)
    invite(store, person, True, now)  # noqa: FBT003


def found(store: Store, token: str, now: datetime) -> Feed | None:
    """The feed of an address that works, unless its owner has left."""
    query = select(Feed).where(Feed.token_hash == hashed(token), Feed.revoked_at.is_(None))
    feed = store.scalar(query.options(joinedload(Feed.person)))
    gone = feed and has_left(store, feed.person, now)
    return None if gone else feed


def program(agent: str) -> str:
    """The reader behind a user agent, as a person calls it."""
    small = agent.lower()
    return next((name for part, name in AGENTS if part in small), OTHER_AGENT)


def is_news(fetched_at: datetime | None, settings: FeedSettings, now: datetime) -> bool:
    """Whether a fetch is worth writing down: some programs ask all the time."""
    every = timedelta(minutes=settings.note_minutes)
    return fetched_at is None or now - fetched_at >= every


def note_fetch(store: Store, feed_id: int, agent: str, now: datetime) -> None:
    """Write down who looked, and when."""
    looked = {"fetched_at": now, "fetched_by": program(agent)}
    store.execute(update(Feed).where(Feed.id == feed_id).values(looked))


def is_quiet(feed: Feed, settings: FeedSettings, now: datetime) -> bool:
    """Whether nothing has looked for so long that something must be wrong."""
    return now - (feed.fetched_at or feed.made_at) > timedelta(days=settings.quiet_days)


def voice_of(person: Person, level: str) -> Voice:
    """How a feed of all their meetings speaks at this level: in their own language."""
    return Voice(person.id, level, person.locale)


def voice_for(feed: Feed) -> Voice:
    """How this feed of theirs speaks, and of what."""
    return replace(voice_of(feed.person, feed.level), part=feed.part, group_id=feed.group_id)


def feed_bytes(
    store: Store, person: Person, level: str, now: datetime, say: Say = str
) -> tuple[bytes, str, datetime]:
    """All meetings of somebody as a calendar."""
    return calendar_bytes(store, voice_of(person, level), now, say)


def calendar_bytes(
    store: Store, voice: Voice, now: datetime, say: Say = str, *, keep: bool = True
) -> tuple[bytes, str, datetime]:
    """The calendar, its ETag and when it last changed; `say` speaks the person's language. What is
    rendered for the first time is kept, if it may be."""
    settings = read(store, FeedSettings)
    holds = edition(store, voice, settings, now)
    bodies = feed_entries.bodies(store, voice, holds.pieces, say, keep=keep)
    body = join(
        say(Words(CALENDAR)),
        settings.refresh_hours,
        holds.zones,
        (bodies[piece.key] for piece in holds.pieces),
    )
    return body, holds.etag, holds.last_modified
