"""Alerts about one person: vetting that ends, more than they can take, a calendar not read."""

import pytest
from sqlalchemy import select

from supervisor import clock, limits, vetting
from supervisor.alerts.alert_kinds import KINDS
from supervisor.extensions import db
from supervisor.feeds import feeds
from supervisor.limits import Limit
from supervisor.models import Alert, Feed, Message, Store
from supervisor.rules.kinds import Kind
from tests.test_alerts import Walk, day, walk
from tests.test_entitlements import at, session

__all__ = ["walk"]
OURS = ("vetting_ends", "over_capacity", "calendar_unread")


@pytest.fixture(autouse=True)
def fine(store: Store, cast) -> None:
    """Ben meets Ana every month, so that nothing else is said."""
    store.add_all([session(cast, month, 20) for month in range(1, 13)])


def told(walk: Walk, name: str) -> list[tuple[object, str]]:
    return [
        (when.date(), who)
        for when, who, message in walk.sent
        if message.alert and message.alert.name == name
    ]


def left(store: Store, name: str) -> list[Alert]:
    query = select(Alert).where(Alert.name == name, Alert.ended_at.is_(None))
    return list(store.scalars(query))


def test_vetting_that_ends_is_told_a_month_before_on_the_day_and_after_a_fortnight_to_the_hub(
    store: Store, cast, walk: Walk
) -> None:
    cast.offering.vetted_until = day(3, 3)
    walk.to(at(3, 20))
    assert told(walk, "vetting_ends") == [
        (day(2, 1), "Ana"), (day(3, 3), "Ana"), (day(3, 17), "Cleo"),
    ]  # fmt: skip
    cast.offering.vetted_until = day(12, 31)
    walk.tick()
    assert left(store, "vetting_ends") == []


def test_renewed_before_the_day_nobody_hears_again(store: Store, cast, walk: Walk) -> None:
    cast.offering.vetted_until = day(3, 3)
    walk.to(at(2, 10))
    new = Limit(Kind.PEER_SUPERVISION, 4, day(12, 31))
    limits.change(store, cast.ana, [new], 60, cast.cleo, walk.now)
    walk.to(at(4, 1))
    assert told(walk, "vetting_ends") == [(day(2, 1), "Ana")]


def test_whoever_meets_nobody_is_not_told_that_vetting_ends(store: Store, cast, walk) -> None:
    cast.offering.vetted_until, cast.match.ends_on = day(3, 3), day(1, 2)
    walk.to(at(2, 10))
    assert told(walk, "vetting_ends") == []


@pytest.mark.parametrize(("people", "hours"), [(0, 60), (4, 9), (0, None)])
def test_more_than_they_can_take_is_the_hubs_to_know_at_once_and_once(
    store: Store, cast, walk: Walk, people: int, hours: float | None
) -> None:
    limit = Limit(Kind.PEER_SUPERVISION, people, day(12, 31))
    limits.change(store, cast.ana, [limit], hours, cast.cleo, walk.now)
    walk.to(at(1, 12))
    assert told(walk, "over_capacity") == [(day(1, 5), "Cleo")]
    limit = Limit(Kind.PEER_SUPERVISION, 1, day(12, 31))
    limits.change(store, cast.ana, [limit], 10, cast.cleo, walk.now)
    walk.tick()
    assert left(store, "over_capacity") == []


def test_whose_vetting_ends_and_who_has_too_much_are_told_of_in_one_morning(
    store: Store, cast, walk: Walk
) -> None:
    """Two of the hub's on the same day: neither waits a week for the other."""
    vetted = vetting.Vetted(Kind.PEER_SUPERVISION, 1, day(12, 31))
    vetting.vet(store, cast.dan, vetted, cast.cleo, walk.now)
    cast.match.provider = cast.dan
    for person in (cast.ana, cast.dan):
        none = Limit(Kind.PEER_SUPERVISION, 0, day(1, 8))
        limits.change(store, person, [none], None, cast.cleo, walk.now)
    walk.to(at(1, 25))
    assert told(walk, "over_capacity") == [(day(1, 5), "Cleo")]
    assert told(walk, "vetting_ends")[-1] == (day(1, 22), "Cleo")


@pytest.fixture
def feed(store: Store, cast, walk: Walk) -> Feed:
    """Ben's phone looked at eight on Tuesday 9 February."""
    feeds.make_feed(store, cast.ben, "iPhone", at(1, 4))
    (feed,) = feeds.live(store, cast.ben)
    feeds.note_fetch(store, feed.id, "iOS/17", at(2, 9, 8))
    return feed


def test_a_calendar_that_is_not_read_for_days_is_told_to_its_owner_until_it_is(
    store: Store, cast, walk: Walk, feed: Feed
) -> None:
    walk.to(at(2, 25))
    assert told(walk, "calendar_unread") == [(day(2, 12), "Ben")]
    feeds.note_fetch(store, feed.id, "iOS/17", walk.now)
    walk.tick()
    assert left(store, "calendar_unread") == []


@pytest.mark.parametrize("what", ["never_read", "stopped", "read"])
def test_a_calendar_that_was_never_read_or_was_stopped_is_no_matter(
    store: Store, cast, walk: Walk, feed: Feed, what: str
) -> None:
    if what == "never_read":
        feed.fetched_at = None
    elif what == "stopped":
        feeds.revoke(store, feed, cast.ben, at(2, 10))
    else:
        feed.fetched_at = at(2, 20)
    walk.to(at(2, 20))
    assert told(walk, "calendar_unread") == []


def test_a_calendar_read_before_the_mail_goes_is_not_told_of(
    store: Store, cast, walk: Walk, feed: Feed
) -> None:
    """Quiet since Friday nine o'clock; it looks again on Sunday, before Monday's mail."""
    feed.fetched_at = at(2, 10)
    walk.to(at(2, 13, 10))
    (message,) = store.scalars(select(Message).where(Message.template == "calendar_unread"))
    feeds.note_fetch(store, feed.id, "iOS/17", at(2, 14))
    walk.to(at(2, 16))
    assert message.dropped_at
    assert told(walk, "calendar_unread") == []


def test_the_page_says_how_much_they_have_and_offers_to_move_or_to_raise(
    store: Store, cast, walk: Walk, sign_in
) -> None:
    none = Limit(Kind.PEER_SUPERVISION, 0, day(12, 31))
    limits.change(store, cast.ana, [none], 9, cast.cleo, walk.now)
    walk.to(at(1, 6))
    (alert,) = left(store, "over_capacity")
    clock.set_to(at(1, 6))
    db.session.commit()
    cleo = sign_in(cast.cleo)
    link = f'href="/alerts/{alert.ref}">Over capacity, noticed 1 January 2027'
    assert link in cleo.get("/people/ana").text
    page = cleo.get(f"/alerts/{alert.ref}").text
    assert "Ana Rewi has more people, or more hours, than their limit." in page
    assert "1 of 0 taken" in page
    assert "10 of 9 hours a year are taken." in page
    assert 'href="/providers/ana/limits">Change what they can take' in page
    assert "Find somebody else for Ben Harris" in page
    assert "As of 6 January 2027, 9:00 am." in page
    assert "Whom it is about still reads what is theirs." in page


def test_every_one_of_them_is_in_the_catalogue() -> None:
    assert set(OURS) <= set(KINDS)
