"""Anything at all happens, one thing after the other; each time every address answers what it
would, were nothing kept."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import delete, select, text

from supervisor import clock, wording
from supervisor.errors import NotFound, Refused
from supervisor.feeds import feeds
from supervisor.feeds.feed_editions import FeedSettings
from supervisor.groups import group_agreements, groups, meetings, seats, unread_terms, visits
from supervisor.models import Feed, Fragment, Group, Meeting, Person, Seat, Session, Store
from supervisor.rules.kinds import FeedLevel, FeedPart, GroupKind, Mode, Side, Which
from supervisor.rules.rhythm import Rhythm
from supervisor.schedule import run_one
from supervisor.sessions import series, sessions
from supervisor.settings import HubSettings, save
from tests.test_series import asked
from tests.test_sessions import at

AUCKLAND = "Pacific/Auckland"


class Walk(SimpleNamespace):
    """The store, the cast, chance, and the address of each feed."""

    store: Store
    chance: Random

    @property
    def now(self) -> datetime:
        return clock.now()

    def one(self, record: Any, *where: Any) -> Any:
        """Any of them."""
        query = select(record).where(*where).order_by(record.id)
        found = list(self.store.scalars(query))
        return self.chance.choice(found) if found else None

    def member(self) -> Person:
        return self.chance.choice([self.ben, self.dan, self.mere])


def book(w: Walk) -> None:
    starts = at(w.chance.randint(3, 11), w.chance.randint(1, 28), w.chance.randint(9, 13))
    sessions.book(w.store, w.entitlement, starts, Mode.VIDEO, w.ben, w.now)


def book_series(w: Walk) -> None:
    series.book(w.store, asked(w, w.chance.choice(list(Rhythm))), w.now)


def move(w: Walk) -> None:
    one = w.one(Session, Session.cancelled_at.is_(None))
    starts = one.starts_at + timedelta(days=w.chance.randint(-2, 9), hours=w.chance.randint(-1, 2))
    series.move(w.store, one, starts, None, w.ben, w.now, w.chance.choice(list(Which)))


def call_off(w: Walk) -> None:
    one = w.one(Session, Session.cancelled_at.is_(None))
    series.cancel(w.store, one, w.ben, w.now, Side.WORKER, w.chance.choice(list(Which)))


def restore(w: Walk) -> None:
    sessions.restore(w.store, w.one(Session, Session.cancelled_at.is_not(None)), w.ben, w.now)


def answer(w: Walk) -> None:
    coming = w.chance.random() < 0.4
    meetings.answer(w.store, w.one(Meeting), w.member(), coming, w.now)


def move_meeting(w: Walk) -> None:
    one = w.one(Meeting)
    local = one.local_start + timedelta(days=w.chance.randint(0, 3), hours=1)
    meetings.move(w.store, one, local, w.ana, w.now)


def call_off_meeting(w: Walk) -> None:
    meetings.cancel(w.store, w.one(Meeting), w.ana, w.now)


def restore_meeting(w: Walk) -> None:
    meetings.restore(w.store, w.one(Meeting, Meeting.cancelled_at.is_not(None)), w.ana, w.now)


def join(w: Walk) -> None:
    seats.join(w.store, w.group, w.member(), w.cleo, w.now)


def leave(w: Walk) -> None:
    seats.leave(w.store, w.group, w.member(), w.cleo, w.now)


def visit(w: Walk) -> None:
    visits.drop_in(w.store, w.group, w.member(), w.now)


def agree_on(w: Walk) -> None:
    words = f"We listen {w.chance.random()}."
    group_agreements.write(w.store, w.group, words, w.ana, w.now)


def read_it(w: Walk) -> None:
    found = unread_terms.terms(w.store, w.group)
    if found:
        who, seal = w.member(), group_agreements.seal(found)
        group_agreements.say_yes(w.store, w.group, who, w.cleo, w.now, seal)


def another_leader(w: Walk) -> None:
    w.group.facilitator = w.chance.choice([w.ana, w.rua])


def another_language(w: Walk) -> None:
    w.ben.locale = "mi" if w.ben.locale == "en" else "en"


def another_level(w: Walk) -> None:
    feeds.set_level(w.store, w.ben, w.chance.choice(list(FeedLevel)), w.now)


def other_settings(w: Walk) -> None:
    days = w.chance.choice([1, 30])
    save(w.store, FeedSettings(tombstone_days=days, back_days=w.chance.choice([1, 366])))
    save(w.store, HubSettings(time_zone=w.chance.choice([AUCKLAND, "Pacific/Chatham"])))


def by_hand(w: Walk) -> None:
    table = w.chance.choice(["session", "meeting", "series", "session_series"])
    w.store.execute(text(f'update "{table}" set sequence = sequence + 1 where id % 2 = 0'))


def taken_out_by_hand(w: Walk) -> None:
    w.store.execute(text("delete from group_yes"))
    w.store.execute(text("delete from attendance"))


def put_off_by_hand(w: Walk) -> None:
    w.store.execute(text("update meeting set needs_time = not needs_time where id % 3 = 0"))


def lay_more(w: Walk) -> None:
    groups.extend(w.store, w.now)


def time_goes_by(w: Walk) -> None:
    clock.set_to(w.now + timedelta(hours=w.chance.choice([1, 13, 50])))


def tidied(w: Walk) -> None:
    w.store.commit()
    run_one("tidy calendars", w.now)


ACTS: list[Callable[[Walk], None]] = [
    book, book_series, move, call_off, restore, answer, move_meeting, call_off_meeting,
    restore_meeting, join, leave, visit, agree_on, read_it, another_leader, another_language,
    another_level, other_settings, by_hand, taken_out_by_hand, put_off_by_hand, lay_more,
    time_goes_by, tidied,
]  # fmt: skip


@pytest.fixture
def walk(store: Store, cast: SimpleNamespace, now: datetime) -> Walk:
    """Ana meets Ben, and leads a group in which he and Dan have seats; all of them follow their
    calendars, Ben on two devices and the group by itself."""
    group = Group(
        name="Wednesday", kind=GroupKind.CO_REFLECTION, facilitator=cast.ana, mode=Mode.VIDEO,
        minimum=1, maximum=4, open=True, seats=[Seat(person=cast.ben), Seat(person=cast.dan)],
    )  # fmt: skip
    store.add(group)
    store.flush()
    first = datetime.fromisoformat("2027-02-17T14:00")
    groups.meet(store, group, first, AUCKLAND, 2, 60, None, now)
    cast.group = group
    walk = Walk(store=store, **vars(cast), addresses=[])
    series.book(store, asked(walk), now)
    _follow(walk, now)
    store.commit()
    return walk


def _follow(w: Walk, now: datetime) -> None:
    mine = [("", w.ben), ("", w.ben), (f"group:{w.group.ref}", w.ben), ("", w.dan), ("", w.mere)]
    for holds, person in [*mine, ("", w.ana), ("", w.ana)]:
        token = feeds.make_feed(w.store, person, "iPhone", now, holds)
        feeds.set_level(w.store, person, FeedLevel.FULL, now)
        feed = feeds.live(w.store, person)[0]
        w.addresses.append((f"/feeds/{token}.ics", feed.id))
    feed.part = FeedPart.GIVING


def from_nothing(app: Flask, w: Walk, feed_id: int) -> str:
    """What the address says with nothing kept, and the database left as it is."""
    feed = w.store.get_one(Feed, feed_id)
    with app.test_request_context(), force_locale(feed.person.locale):
        w.store.execute(delete(Fragment))
        voice = feeds.voice_for(feed)
        body, *_rest = feeds.calendar_bytes(w.store, voice, clock.now(), wording.say)
        w.store.rollback()
    return body.decode()


def happens(w: Walk, act: Callable[[Walk], None]) -> bool:
    """Whether it could; what the rules refuse leaves no trace."""
    try:
        act(w)
        w.store.commit()
    except (Refused, NotFound, AttributeError):
        w.store.rollback()
        return False
    return True


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_each_address_tells_what_is_true(
    app: Flask, walk: Walk, client: FlaskClient, seed: int
) -> None:
    walk.chance = Random(seed)
    happened, tags = set(), dict[tuple[str, str], str]()
    for act in walk.chance.sample(ACTS, len(ACTS)):
        if not happens(walk, act):
            continue
        happened.add(act)
        for address, feed_id in walk.addresses:
            answer = client.get(address)
            assert answer.text == from_nothing(app, walk, feed_id), (act.__name__, address)
            assert tags.setdefault((address, answer.headers["ETag"]), answer.text) == answer.text
    assert len(happened) > len(ACTS) / 2
