"""Calendars of a part: one hat, one group, and the public holidays of a region."""

from datetime import date, datetime

import icalendar
import pytest
from flask.testing import FlaskClient

from supervisor import clock
from supervisor.errors import NotFound, Refused
from supervisor.feeds import feed_choices, feeds, holiday_feeds
from supervisor.groups import groups
from supervisor.models import Feed, Group, Person, Seat, Session, Store
from supervisor.rules.kinds import FeedLevel, GroupKind, Mode
from tests.readers import READERS, UNTIL
from tests.test_sessions import at

AUCKLAND = "Pacific/Auckland"
HELD, THEIRS = "Peer supervision with Ben Harris", "Circle"


@pytest.fixture
def circle(store: Store, cast, now) -> Group:
    """Dan leads, Ana and Ben have seats; Ana meets Ben by herself too."""
    group = Group(
        name="Circle", kind=GroupKind.CO_REFLECTION, facilitator=cast.dan, mode=Mode.VIDEO,
        seats=[Seat(person=cast.ben), Seat(person=cast.ana)],
    )  # fmt: skip
    store.add(group)
    store.flush()
    first = datetime.fromisoformat("2027-02-17T10:00")
    groups.meet(store, group, first, AUCKLAND, 2, 60, date(2027, 3, 30), now)
    session = Session(
        entitlement=cast.entitlement, provider=cast.ana, starts_at=at(2, 24, 10), zone=AUCKLAND,
        local_start=datetime.fromisoformat("2027-02-24T10:00"), minutes=60, mode=Mode.VIDEO,
        changed_at=clock.now(),
    )  # fmt: skip
    store.add(session)
    store.flush()
    return group


def made(store: Store, person: Person, holds: str) -> Feed:
    token = feeds.make_feed(store, person, "iPhone", clock.now(), holds)
    feeds.set_level(store, person, FeedLevel.FULL, clock.now())
    feed = feeds.found(store, token, clock.now())
    assert feed
    return feed


def titles(store: Store, feed: Feed) -> set[str]:
    octets, _etag, _changed = feeds.calendar_bytes(store, feeds.voice_for(feed), clock.now())
    return {str(e["SUMMARY"]) for e in icalendar.Calendar.from_ical(octets).walk("VEVENT")}


def test_each_hat_has_a_calendar_of_its_own(store: Store, cast, circle) -> None:
    assert titles(store, made(store, cast.ana, "all")) == {HELD, THEIRS}
    assert titles(store, made(store, cast.ana, "giving")) == {HELD}
    assert titles(store, made(store, cast.ana, "receiving")) == {THEIRS}


def test_a_group_has_a_calendar_of_its_own(store: Store, cast, circle) -> None:
    assert titles(store, made(store, cast.ana, f"group:{circle.ref}")) == {THEIRS}
    assert titles(store, made(store, cast.dan, f"group:{circle.ref}")) == {THEIRS}


def test_an_event_is_the_same_in_every_calendar_that_has_it(store: Store, cast, circle) -> None:
    def said(holds: str) -> set[str]:
        voice = feeds.voice_for(made(store, cast.ana, holds))
        octets, _etag, _changed = feeds.calendar_bytes(store, voice, clock.now())
        events = icalendar.Calendar.from_ical(octets).walk("VEVENT")
        return {event.to_ical().decode() for event in events}

    assert said(f"group:{circle.ref}") | said("giving") == said("all")


def test_renewing_an_address_keeps_what_it_holds(store: Store, cast, circle) -> None:
    old = made(store, cast.ana, f"group:{circle.ref}")
    token = feeds.renew(store, old, cast.ana, clock.now())
    new = feeds.found(store, token, clock.now())
    assert new
    assert titles(store, new) == {THEIRS}


def test_one_chooses_from_ones_own_alone(store: Store, cast, circle) -> None:
    def codes(person: Person) -> list[str]:
        return [choice.code for choice in feed_choices.choices(store, person)]

    group = f"group:{circle.ref}"
    assert codes(cast.ana) == ["all", "receiving", "giving", group]
    assert codes(cast.ben) == codes(cast.dan) == ["all", group]
    assert codes(cast.mere) == ["all"]
    with pytest.raises(Refused, match="which meetings"):
        feeds.make_feed(store, cast.mere, "", clock.now(), group)


def test_a_calendar_of_a_group_ends_with_the_seat(store: Store, cast, circle) -> None:
    feed = made(store, cast.ben, f"group:{circle.ref}")
    circle.seats[0].left_on = date(2027, 2, 10)
    store.flush()
    assert titles(store, feed) == set()


def test_the_page_offers_parts_to_who_has_some(store: Store, cast, circle, sign_in) -> None:
    store.commit()
    ana = sign_in(cast.ana)
    page = ana.get("/calendar").text
    assert "Only those for me" in page
    assert ">Circle</option>" in page
    ana.post("/calendar", data={"program": "iPhone", "holds": f"group:{circle.ref}"})
    assert "Circle</p>" in ana.get("/calendar").text
    assert "Which meetings?" not in sign_in(cast.mere).get("/calendar").text


def test_the_holidays_of_a_region_are_whole_days_that_take_no_time(app) -> None:
    octets = holiday_feeds.holiday_bytes("OTA", date(2027, 2, 10))
    events = list(icalendar.Calendar.from_ical(octets).walk("VEVENT"))
    assert {event.start.year for event in events} == {2026, 2027, 2028, 2029}
    said = {event.start: str(event["SUMMARY"]) for event in events}
    assert said[date(2027, 3, 22)] == "Otago Anniversary Day"
    assert said[date(2027, 6, 25)] == "Matariki"
    assert {event["TRANSP"] for event in events} == {"TRANSPARENT"}
    assert len({event["UID"] for event in events}) == len(events)
    assert octets == holiday_feeds.holiday_bytes("OTA", date(2027, 12, 31))
    assert all(len(line) <= 75 for line in octets.split(b"\r\n"))


def test_every_reader_reads_the_holidays(app) -> None:
    octets = holiday_feeds.holiday_bytes("OTA", date(2027, 2, 10))
    days = [{row for row in read(octets) if row[1] < UNTIL} for read in READERS]
    assert len(days[0]) > 40
    assert all(seen == days[0] for seen in days)


def test_anybody_may_fetch_the_holidays(app, store: Store, client: FlaskClient) -> None:
    answer = client.get("/holidays/OTA.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    again = client.get("/holidays/OTA.ics", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/holidays/nowhere.ics").status_code == 404
    with pytest.raises(NotFound):
        holiday_feeds.holiday_bytes("XX", date(2027, 2, 10))
