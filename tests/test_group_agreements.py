"""What a group agrees on: each reads it and says yes before they say whether they come."""

from datetime import datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor import letters
from supervisor.errors import NotFound, Refused
from supervisor.feeds import feed_editions
from supervisor.feeds.feed_editions import FeedSettings
from supervisor.feeds.feed_pieces import Voice
from supervisor.groups import group_agreements as acts
from supervisor.groups import group_endings, group_messages, groups, meetings, mergers
from supervisor.models import Group, Meeting, Message, Person, Seat, Store
from supervisor.rules.kinds import GroupKind, Mode
from supervisor.week import week


@pytest.fixture
def group(store: Store, cast: SimpleNamespace) -> Group:
    """Ana leads Ben and Dan."""
    group = Group(
        ref="circle", name="Circle", kind=GroupKind.CO_REFLECTION, facilitator=cast.ana,
        mode=Mode.VIDEO, minimum=2, maximum=6, seats=[Seat(person=cast.ben), Seat(person=cast.dan)],
    )  # fmt: skip
    store.add(group)
    store.commit()
    return group


def test_everybody_in_the_group_is_asked_to_read_it(store: Store, cast, group, now) -> None:
    acts.write(store, group, "We open with a karakia of our own.", cast.ana, now)
    told = store.scalars(select(Message).where(Message.template == "group_terms"))
    assert {one.recipient.ref for one in told} == {"ben", "dan"}
    assert acts.to_read(store, group, cast.ben)


def test_a_yes_is_to_what_was_read_and_other_words_ask_again(
    store: Store, cast, group, now
) -> None:
    found = acts.write(store, group, "One at a time.", cast.ana, now)
    seen = acts.seal(found)
    acts.say_yes(store, group, cast.ben, cast.ben, now, seen)
    assert not acts.to_read(store, group, cast.ben)
    acts.write(store, group, "One at a time.", cast.ana, now)
    assert not acts.to_read(store, group, cast.ben), "the same words change nothing"
    acts.write(store, group, "We close with a song.", cast.ana, now)
    assert acts.to_read(store, group, cast.ben)
    with pytest.raises(Refused):
        acts.say_yes(store, group, cast.ben, cast.ben, now, seen)


def test_only_who_has_a_seat_says_yes_and_only_the_hub_says_so_for_them(
    store: Store, cast, group, now
) -> None:
    seen = acts.seal(acts.write(store, group, "", cast.ana, now))
    with pytest.raises(NotFound):
        acts.say_yes(store, group, cast.rua, cast.rua, now, seen)
    with pytest.raises(NotFound):
        acts.say_yes(store, group, cast.ben, cast.ana, now, seen)
    acts.say_yes(store, group, cast.ben, cast.cleo, now, seen)
    assert not acts.to_read(store, group, cast.ben)


def test_without_terms_there_is_nothing_to_read(store: Store, cast, group) -> None:
    assert not acts.to_read(store, group, cast.ben)


def test_a_new_member_reads_it_before_they_see_when_it_meets(
    store: Store, cast, group, now, sign_in
) -> None:
    acts.write(store, group, "One at a time.", cast.ana, now)
    store.commit()
    ben, ana = sign_in(cast.ben), sign_in(cast.ana)
    assert "Read this before you meet" in ben.get("/groups/circle").text
    page = ben.get("/groups/circle/agreement").text
    assert "One at a time." in page
    assert "Dan Foley" not in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    ben.post("/groups/circle/agreement/yes", data={"seen": seen})
    assert "Read this before you meet" not in ben.get("/groups/circle").text
    assert "Said yes." in ana.get("/groups/circle/agreement").text
    assert ben.post("/groups/circle/agreement", data={"words": "x"}).status_code == 404


def test_until_a_yes_no_page_nor_calendar_of_theirs_says_when_it_meets(
    store: Store, cast, group, sign_in, now
) -> None:
    first = datetime.fromisoformat("2027-02-12T10:00")
    groups.meet(store, group, first, "Pacific/Auckland", 2, 60, None, now)
    store.commit()
    client, hour = sign_in(cast.ben), "Friday 12 February"
    assert hour in client.get("/support").text
    assert hour in client.get("/groups").text
    assert shown(store, cast.ben, now)
    found = acts.write(store, group, "One at a time.", cast.ana, now)
    store.commit()
    for path in ("/support", "/groups"):
        page = client.get(path).text
        assert hour not in page
        assert "Read what the group agrees on. Then you see when it meets." in page
    assert not shown(store, cast.ben, now)
    assert shown(store, cast.ana, now), "whoever leads it sees their own"
    assert hour in sign_in(cast.ana).get("/groups").text
    acts.say_yes(store, group, cast.ben, cast.ben, now, acts.seal(found))
    store.commit()
    assert hour in client.get("/support").text
    assert shown(store, cast.ben, now)


def shown(store: Store, person, now: datetime) -> bool:
    """Whether their week and their calendar have a meeting of the group."""
    voice = Voice(person.id, "full", "en_NZ")
    pieces = feed_editions.edition(store, voice, FeedSettings(), now).pieces
    in_feed = any(one.what == "meeting" for piece in pieces for one in piece.entries)
    in_week = any(one.is_group for _day, some in week(store, person, now).days for one in some)
    assert in_feed == in_week
    return in_feed


@pytest.fixture
def first(store: Store, cast, group, now) -> Meeting:
    """Its first meeting. Dan has said yes to what it agrees on; Ben has not read it."""
    at = datetime.fromisoformat("2027-02-12T10:00")
    groups.meet(store, group, at, "Pacific/Auckland", 2, 60, None, now)
    found = acts.write(store, group, "One at a time.", cast.ana, now)
    acts.say_yes(store, group, cast.dan, cast.dan, now, acts.seal(found))
    return store.query(Meeting).order_by(Meeting.starts_at).first()


MOVED = datetime.fromisoformat("2027-02-15T11:00")
NEWS = {
    "meeting_moved": lambda store, m, cast, now: meetings.move(store, m, MOVED, cast.cleo, now),
    "meeting_called_off": lambda store, m, cast, now: meetings.cancel(store, m, cast.cleo, now),
    "meeting_asked": lambda store, m, cast, now: meetings.ask_silent(store, m, cast.cleo, now),
    "meeting_room": lambda store, m, cast, now: group_messages.rooms_given(
        store, [m], cast.cleo, now
    ),
}


@pytest.mark.parametrize("letter", NEWS)
def test_no_letter_says_when_it_meets_to_whom_reads_first(
    store: Store, cast, group, first, now, letter: str
) -> None:
    NEWS[letter](store, first, cast, now)
    news = {one.recipient.ref: one for one in letters_of(store, "group_news")}
    assert set(news) == {"ben"}
    assert news["ben"].facts == {"group": "circle", "name": "Circle"}
    told = {one.recipient.ref for one in letters_of(store, letter)}
    assert "dan" in told
    assert "ben" not in told
    written = letters.as_said(store, news["ben"], now)
    assert "/groups/circle/agreement" in str(written.paragraphs)
    assert "February" not in str(written)


def letters_of(store: Store, template: str) -> list[Message]:
    return list(store.scalars(select(Message).where(Message.template == template)))


def test_whoever_leads_it_reads_its_hour_without_a_yes(store: Store, cast, first, now) -> None:
    meetings.move(store, first, MOVED, cast.cleo, now)
    assert "ana" in {one.recipient.ref for one in letters_of(store, "meeting_moved")}


def test_a_group_that_ends_tells_its_next_hour_only_to_who_has_read(
    store: Store, cast, group, first, now
) -> None:
    group_endings.close(store, group, cast.cleo, now)
    gone = {one.recipient.ref: one.facts["gone"] for one in letters_of(store, "group_closed")}
    assert gone["ben"] == []
    assert len(gone["dan"]) == len(gone["ana"]) == 1


def test_whoever_joins_another_group_reads_what_that_agrees_on_before_its_hour(
    store: Store, cast, first, now
) -> None:
    gil = Person(ref="gil", name="Gil Orr", email="gil@example.org")
    other = Group(
        ref="coast", name="Coast", kind=GroupKind.CO_REFLECTION, facilitator=cast.ana,
        mode=Mode.VIDEO, minimum=1, maximum=6, seats=[Seat(person=gil)],
    )  # fmt: skip
    store.add(other)
    store.flush()
    mergers.merge(store, other, first.group, cast.cleo, now)
    letter = next(m for m in letters_of(store, "group_merged") if m.recipient.ref == "gil")
    written = letters.as_said(store, letter, now)
    assert "/groups/circle/agreement" in str(written.paragraphs)
    assert "February" not in str(written)
