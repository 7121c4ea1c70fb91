"""The outbox: told once, by the way and at the hour that suits, and taken back when it can be."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from supervisor import messages, reach
from supervisor.models import Message, Store
from supervisor.rules.kinds import Channel


def at(text: str, zone: str = "Pacific/Auckland") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def tell(store: Store, person, now, cause: str = "one", **given) -> Message | None:
    return messages.tell(store, person, cause, "check_numbers", {"manager": "Mere"}, now, **given)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2027-04-28T00:01", "2027-04-28T09:00"),
        ("2027-04-28T11:30", "2027-04-28T11:30"),
        ("2027-04-28T18:00", "2027-04-29T09:00"),
        ("2027-04-28T23:59", "2027-04-29T09:00"),
        ("2027-04-30T20:00", "2027-05-03T09:00"),
        ("2027-05-01T11:00", "2027-05-03T09:00"),
        ("2027-02-05T19:00", "2027-02-09T09:00"),
        ("2027-03-26T08:00", "2027-03-30T09:00"),
        ("2027-03-19T20:00", "2027-03-23T09:00"),
        ("2027-09-24T19:00", "2027-09-27T09:00"),
    ],
    ids=[
        "at night", "in the day", "in the evening", "late", "Friday evening", "Saturday",
        "a long weekend", "Easter", "Otago's own day", "the clocks change",
    ],
)  # fmt: skip
def test_a_message_waits_for_its_readers_hour(store: Store, cast, now: str, due: str) -> None:
    message = tell(store, cast.ben, at(now))
    assert message
    assert message.due_at == at(due)


def test_the_hour_is_their_own_and_where_they_are(store: Store, cast) -> None:
    cast.ben.time_zone, cast.ben.tell_at_hour = "Pacific/Chatham", 14
    message = tell(store, cast.ben, at("2027-04-28T09:00"))
    assert message
    assert message.due_at == at("2027-04-28T14:00", "Pacific/Chatham")


def test_an_urgent_message_goes_at_once_at_any_hour(store: Store, cast) -> None:
    night = at("2027-05-01T03:00")
    message = tell(store, cast.ben, night, urgent=True)
    assert message
    assert message.due_at == night


def test_somebody_who_has_had_todays_mail_gets_the_next_tomorrow(store: Store, cast) -> None:
    first = tell(store, cast.ben, at("2027-04-28T08:00"))
    messages.sent([first], at("2027-04-28T09:00"))
    store.flush()
    second = tell(store, cast.ben, at("2027-04-28T10:00"), "two")
    assert second
    assert second.due_at == at("2027-04-29T09:00")


def test_the_same_cause_is_told_once_to_each(store: Store, cast, now) -> None:
    assert tell(store, cast.ben, now)
    assert tell(store, cast.ben, now) is None
    assert tell(store, cast.ana, now)
    assert tell(store, cast.ben, now, "two")
    assert len(store.scalars(select(Message)).all()) == 3


@pytest.mark.parametrize(
    ("email", "phone", "asked", "way"),
    [
        ("ben@example.org", None, "email", Channel.EMAIL),
        ("ben@example.org", "021", "phone", Channel.PHONE),
        ("ben@example.org", "021", "text", Channel.TEXT),
        ("ben@example.org", None, "paper", Channel.PAPER),
        (None, "021", "email", Channel.PHONE),
        (None, None, "email", Channel.PAPER),
        (None, None, "text", Channel.PAPER),
    ],
)
def test_a_person_is_reached_the_way_they_asked_for(
    store: Store, cast, now, email, phone, asked, way
) -> None:
    cast.ben.email, cast.ben.phone, cast.ben.contact_by = email, phone, asked
    message = tell(store, cast.ben, now)
    assert message
    assert message.channel == way


def test_what_is_dropped_is_not_sent_and_what_was_sent_stays(store: Store, cast, now) -> None:
    told = [(cast.ben, "one"), (cast.ana, "one"), (cast.ana, "one more")]
    sent, unsent, other = (tell(store, person, now, cause) for person, cause in told)
    messages.sent([sent], now)
    store.flush()
    messages.drop(store, "one", now)
    for message in (sent, unsent, other):
        store.refresh(message)
    assert [m.dropped_at for m in (sent, unsent, other)] == [None, now, None]


def test_earlier_words_about_the_same_thing_are_taken_back(store: Store, cast, now) -> None:
    for cause in ("session:s1:0:booked", "session:s1:1:moved", "session:s11:0:booked"):
        tell(store, cast.ben, now, cause, urgent=True)
    messages.drop_earlier(store, "session:s1:", now)
    left = store.scalars(select(Message.cause).where(Message.dropped_at.is_(None))).all()
    assert left == ["session:s11:0:booked"]


def test_a_claim_holds_until_its_lease_ends(store: Store, cast, now) -> None:
    tell(store, cast.ben, now, urgent=True)
    assert [m.cause for m in messages.claim(store, "a", now)] == ["one"]
    assert messages.claim(store, "b", now) == []
    lease = timedelta(seconds=reach.MessageSettings().lease_seconds)
    assert messages.claim(store, "b", now + lease) == []
    assert messages.claim(store, "b", now + lease + timedelta(seconds=1))


def test_a_claim_is_one_mail(store: Store, cast, now) -> None:
    """An urgent one alone, else all that a person is due; the longest waiting first."""
    told = [(cast.ben, "a"), (cast.ana, "b"), (cast.ben, "c"), (cast.ana, "d")]
    for person, cause in told:
        tell(store, person, now, cause, urgent=person is cast.ana)
    claims = []
    while bundle := messages.claim(store, "x", now):
        claims.append([message.cause for message in bundle])
    assert claims == [["a", "c"], ["b"], ["d"]]
    assert messages.claim(store, "x", now) == []


def test_what_is_given_back_is_taken_again_at_once(store: Store, cast, now) -> None:
    tell(store, cast.ben, now, urgent=True)
    bundle = messages.claim(store, "a", now)
    messages.release(bundle)
    store.flush()
    assert messages.claim(store, "b", now) == bundle


def test_somebody_waits_for_their_link_and_for_an_answer_to_a_call(store: Store, cast, now) -> None:
    tell(store, cast.ben, now, urgent=True)
    assert not messages.somebody_waits(store, now)
    link = messages.tell(store, cast.ben, "link", "sign_in", {}, now, urgent=True)
    assert messages.somebody_waits(store, now)
    messages.sent([link], now)
    assert not messages.somebody_waits(store, now)
    call = tell(store, cast.ana, now, "call", urgent=True)
    call.private = True
    store.flush()
    assert messages.somebody_waits(store, now)
