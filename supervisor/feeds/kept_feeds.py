"""The answer of each address, kept whole until something that it tells of changes.

Triggers of the database leave a touch for everybody whose calendar may tell of a row that changed.
Whoever makes an answer takes away the touches that are there first, and reads then: a change that
ends later leaves its touch for the next fetch. So it is never told by a stale one, whoever writes
what and however.
"""

import gzip
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, exists, insert, null, select

from supervisor.feeds import feeds
from supervisor.feeds.feed_editions import FORMAT, FeedSettings, midnight
from supervisor.feeds.feed_events import Say
from supervisor.feeds.feed_pieces import Voice
from supervisor.models import Feed, KeptFeed, Person, Reader, Setting, Store, Touched
from supervisor.models.engine import lock_all_answers, lock_answers, rows_changed
from supervisor.settings import HubSettings, made, read_each
from supervisor.sign_ins import hashed, is_over


class Answer(NamedTuple):
    """An answer; its octets, packed by gzip, are empty where nobody asked for them."""

    etag: str
    last_modified: datetime
    packed: bytes


@dataclass(frozen=True)
class Known:
    """An address that works, and the answer that is kept, if it is still true. `is_news`: this
    fetch is worth writing down."""

    feed_id: int
    is_news: bool
    answer: Answer | None


def _differs(group: type[Any]) -> Any:
    return select(Setting.values).where(Setting.name == group.__name__).scalar_subquery()


_TOUCHES = (Touched.reader == Reader.FEEDS,)
_KNOWN = (
    select(
        Feed.id, Feed.person_id, Feed.level, Person.locale, Feed.part, Feed.group_id,
        Feed.fetched_at, Person.left_on, KeptFeed.made_on, KeptFeed.manner, KeptFeed.etag,
        KeptFeed.last_modified, _differs(FeedSettings).label("settings"),
        _differs(HubSettings).label("hub"),
        exists().where(*_TOUCHES, Touched.person_id == Feed.person_id).label("touched"),
    )
    .join(Person, Person.id == Feed.person_id)
    .outerjoin(KeptFeed, KeptFeed.feed_id == Feed.id)
    .where(Feed.token_hash == bindparam("hashed"), Feed.revoked_at.is_(None))
)  # fmt: skip
_KNOWN_WHOLE = _KNOWN.add_columns(KeptFeed.packed)
_KNOWN_HEAD = _KNOWN.add_columns(null().label("packed"))


def known(store: Store, token: str, now: datetime, *, whole: bool) -> Known | None:
    """What an address has, by one question; None if it does not work, or its owner has left.

    The octets come with it for who wants the whole; who may have them already asks for less.
    """
    query = _KNOWN_WHOLE if whole else _KNOWN_HEAD
    row = store.connection().execute(query, {"hashed": hashed(token)}).first()
    if row is None:
        return None
    settings, hub = made(FeedSettings, row.settings), made(HubSettings, row.hub)
    if is_over(row.left_on, now, hub):
        return None
    voice = Voice(row.person_id, row.level, row.locale, row.part, row.group_id)
    wanted = midnight(now).date(), _manner(voice, settings, hub)
    still_true = not row.touched and (row.made_on, row.manner) == wanted
    kept = Answer(row.etag, row.last_modified, row.packed or b"") if still_true else None
    return Known(row.id, feeds.is_news(row.fetched_at, settings, now), kept)


def _manner(voice: Voice, settings: FeedSettings, hub: HubSettings) -> str:
    """All that an answer depends on but the day and what there is to tell."""
    return f"{FORMAT} {voice.manner} {settings} {hub.time_zone}"


def octets(store: Store, feed_id: int, etag: str) -> bytes | None:
    """The kept answer, packed; None if another was made since it was asked about."""
    kept = KeptFeed.feed_id == feed_id, KeptFeed.etag == etag
    return store.scalar(select(KeptFeed.packed).where(*kept))


def make(store: Store, feed: Feed, now: datetime, say: Say) -> Answer:
    """A new answer, kept from now on."""
    lock_answers(store, feed.person_id)
    _forget(store, feed)
    answer = answer_now(store, feed, now, say, keep=True)
    settings = read_each(store, FeedSettings, HubSettings)
    facts = {
        "feed_id": feed.id,
        "person_id": feed.person_id,
        "made_on": midnight(now).date(),
        "manner": _manner(feeds.voice_for(feed), *settings),
    }
    store.execute(insert(KeptFeed).values(**facts, **answer._asdict()))
    return answer


def answer_now(store: Store, feed: Feed, now: datetime, say: Say, *, keep: bool = False) -> Answer:
    """What there is to answer; what was rendered for it is kept, if it may be."""
    voice = feeds.voice_for(feed)
    body, etag, last_modified = feeds.calendar_bytes(store, voice, now, say, keep=keep)
    return Answer(etag, last_modified, gzip.compress(body, mtime=0))


def _forget(store: Store, feed: Feed) -> None:
    """A touch is for all that is kept of a person, whichever address is asked first."""
    touches = delete(Touched).where(*_TOUCHES, Touched.person_id == feed.person_id)
    touched = rows_changed(store, touches) > 0
    theirs = KeptFeed.person_id == feed.person_id if touched else KeptFeed.feed_id == feed.id
    store.execute(delete(KeptFeed).where(theirs))


def tidy(store: Store, now: datetime) -> None:
    """Answers of other days are of no use, and touches of none where nothing is kept."""
    lock_all_answers(store)
    store.execute(delete(KeptFeed).where(KeptFeed.made_on != midnight(now).date()))
    kept = select(KeptFeed.person_id)
    store.execute(delete(Touched).where(*_TOUCHES, Touched.person_id.not_in(kept)))
