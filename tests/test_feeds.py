"""A person's calendar as the programs of this world read it, over HTTP and by the octet."""

import gzip
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace

import icalendar
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from supervisor import clock
from supervisor.cli import main
from supervisor.errors import Refused
from supervisor.extensions import db
from supervisor.feeds import feeds
from supervisor.models import (
    Attendance,
    Feed,
    Fragment,
    Group,
    Meeting,
    Person,
    Seat,
    Session,
    Store,
)
from supervisor.rules.kinds import FeedLevel, GroupKind, Kind, Mode, Outcome
from supervisor.zones import to_utc
from tests.calendar_checklist import events as entries
from tests.readers import READERS, Read

AUCKLAND, CHATHAM = "Pacific/Auckland", "Pacific/Chatham"
AROUND_BOTH_CHANGES = [
    f"{day}T{time}"
    for day in ("2026-09-26", "2026-09-27", "2026-09-28", "2027-04-03", "2027-04-04", "2027-04-05")
    for time in ("00:30", "10:00", "23:30")
]


def booked(
    store: Store, cast: SimpleNamespace, local: str, zone: str = AUCKLAND, **more
) -> Session:
    wall = datetime.fromisoformat(local)
    facts = {
        "entitlement": cast.entitlement,
        "provider": cast.ana,
        "starts_at": to_utc(wall, zone),
        "local_start": wall,
        "zone": zone,
        "minutes": 60,
        "mode": Mode.VIDEO,
        "changed_at": clock.now() - timedelta(days=200),
    }
    session = Session(**(facts | more))
    store.add(session)
    store.flush()
    return session


@pytest.fixture
def group(store: Store, cast) -> Group:
    """Ana leads; Ben and Dan have seats; one meeting on 17 February."""
    group = Group(
        name="Inland co-reflection",
        kind=GroupKind.CO_REFLECTION,
        facilitator=cast.ana,
        mode=Mode.IN_PERSON,
        place=cast.cromwell,
        seats=[Seat(person=cast.ben), Seat(person=cast.dan)],
    )
    store.add(group)
    store.flush()
    return group


def meeting(store: Store, group: Group, local: str, **more) -> Meeting:
    wall = datetime.fromisoformat(local)
    facts = {
        "group": group,
        "starts_at": to_utc(wall, AUCKLAND),
        "local_start": wall,
        "zone": AUCKLAND,
        "minutes": 90,
        "mode": group.mode,
        "place": group.place,
        "changed_at": clock.now(),
    }
    made = Meeting(**(facts | more))
    store.add(made)
    store.flush()
    return made


@pytest.fixture
def address(store: Store, cast) -> str:
    """Ben's address, as it stands on his phone."""
    token = feeds.make_feed(store, cast.ben, "My phone", clock.now())
    store.commit()
    return f"/feeds/{token}.ics"


def titles(store: Store, person: Person, level: str = FeedLevel.FULL) -> list[str]:
    octets, _etag, _changed = feeds.feed_bytes(store, person, level, clock.now())
    return [str(entry["SUMMARY"]) for entry in entries(octets)]


@pytest.mark.parametrize("read", READERS)
def test_three_readers_read_what_was_booked_across_both_changes_of_the_clock(
    store: Store, cast, client: FlaskClient, address: str, read: Callable[[bytes], Read]
) -> None:
    sessions = [
        booked(store, cast, local, zone)
        for local in AROUND_BOTH_CHANGES
        for zone in (AUCKLAND, CHATHAM)
    ]
    sessions[-1].cancelled_at, sessions[-1].sequence = clock.now(), 1
    store.commit()
    hour = timedelta(minutes=60)
    said = [("CONFIRMED", "Meeting"), ("CANCELLED", "Cancelled: Meeting")]
    assert read(client.get(address).data) == {
        (s.uid, s.starts_at, s.starts_at + hour, *said[s.cancelled_at is not None])
        for s in sessions
    }


def test_both_sides_have_the_session_and_a_stranger_has_not(store: Store, cast) -> None:
    booked(store, cast, "2027-03-10T10:00")
    assert titles(store, cast.ben) == ["Peer supervision with Ana Rewi"]
    assert titles(store, cast.ana) == ["Peer supervision with Ben Harris"]
    assert titles(store, cast.dan) == []


@pytest.mark.parametrize("read", READERS)
def test_an_empty_calendar_is_a_calendar(store: Store, cast, read: Callable[[bytes], Read]) -> None:
    octets, _etag, _changed = feeds.feed_bytes(store, cast.dan, FeedLevel.NEUTRAL, clock.now())
    assert [c.name for c in icalendar.Calendar.from_ical(octets).subcomponents] == ["VTIMEZONE"]
    assert read(octets) == set()


@pytest.mark.parametrize("read", READERS)
def test_one_session_as_a_file_is_the_same_entry(
    store: Store, cast, read: Callable[[bytes], Read]
) -> None:
    session = booked(store, cast, "2027-04-05T10:00", CHATHAM)
    feeds.make_feed(store, cast.ben, "My phone", clock.now())
    feeds.set_level(store, cast.ben, FeedLevel.FULL, clock.now())
    whole, _etag, _changed = feeds.feed_bytes(store, cast.ben, FeedLevel.FULL, clock.now())
    assert read(feeds.file_of(store, cast.ben, session, clock.now())) == read(whole)
    assert "SUMMARY:Meeting" in feeds.file_of(store, cast.ana, session, clock.now()).decode()


def test_a_debrief_is_on_no_calendar(store: Store, cast) -> None:
    cast.entitlement.kind = Kind.DEBRIEF
    booked(store, cast, "2027-03-10T10:00")
    assert titles(store, cast.ben) == titles(store, cast.ana) == []


def test_a_year_behind_and_everything_ahead(store: Store, cast) -> None:
    for local in ("2026-02-07T10:00", "2026-02-11T10:00", "2029-02-11T10:00"):
        booked(store, cast, local)
    octets, _etag, _changed = feeds.feed_bytes(store, cast.ben, FeedLevel.NEUTRAL, clock.now())
    assert [e.start.year for e in entries(octets)] == [2026, 2029]


def test_a_group_is_in_the_calendar_of_its_facilitator_and_of_who_has_a_seat(
    store: Store, cast, group: Group
) -> None:
    meeting(store, group, "2027-02-17T10:00")
    group.seats.append(Seat(person=cast.mere, waiting=True))
    store.flush()
    for person in (cast.ana, cast.ben, cast.dan):
        assert titles(store, person) == ["Inland co-reflection"]
    assert titles(store, cast.mere) == titles(store, cast.rua) == []


def test_a_meeting_without_a_time_or_that_one_said_no_to_is_not_in_it(
    store: Store, cast, group: Group
) -> None:
    meeting(store, group, "2027-02-17T10:00", needs_time=True)
    declined = meeting(store, group, "2027-03-17T10:00")
    store.add(Attendance(meeting=declined, person=cast.ben, coming=False))
    store.flush()
    assert titles(store, cast.ben) == []
    assert titles(store, cast.dan) == ["Inland co-reflection"]


def test_a_seat_counts_from_the_day_it_was_taken_to_the_day_it_was_left(
    store: Store, cast, group: Group
) -> None:
    for local in ("2027-02-17T10:00", "2027-03-03T10:00", "2027-03-17T10:00"):
        meeting(store, group, local)
    group.seats[0].joined_on = datetime.fromisoformat("2027-02-18").date()
    group.seats[0].left_on = datetime.fromisoformat("2027-03-17").date()
    store.flush()
    octets, _etag, _changed = feeds.feed_bytes(store, cast.ben, FeedLevel.FULL, clock.now())
    assert [e.start.day for e in entries(octets)] == [3]


def test_what_was_called_off_says_so_for_a_month_and_then_is_gone(store: Store, cast, now) -> None:
    session = booked(store, cast, "2027-03-10T10:00")
    _octets, before, _changed = feeds.feed_bytes(store, cast.ben, FeedLevel.NEUTRAL, now)
    session.cancelled_at = session.changed_at = now
    session.sequence, session.outcome = 1, Outcome.CANCELLED_BY_WORKER
    store.flush()
    octets, after, changed = feeds.feed_bytes(store, cast.ben, FeedLevel.NEUTRAL, now)
    (entry,) = entries(octets)
    assert (entry["SUMMARY"], entry["STATUS"], entry["SEQUENCE"]) == (
        "Cancelled: Meeting",
        "CANCELLED",
        1,
    )
    assert (after != before, changed) == (True, now)
    later = now + timedelta(days=29)
    assert entries(feeds.feed_bytes(store, cast.ben, FeedLevel.NEUTRAL, later)[0])
    octets, gone, changed = feeds.feed_bytes(
        store, cast.ben, FeedLevel.NEUTRAL, now + timedelta(days=31)
    )
    assert (entries(octets), gone != after) == ([], True)
    assert changed > now


def test_a_session_that_came_in_as_called_off_was_never_there(store: Store, cast) -> None:
    off, at = Outcome.CANCELLED_BY_PROVIDER, clock.now() - timedelta(days=5)
    booked(store, cast, "2027-02-05T10:00", outcome=off)
    booked(store, cast, "2027-02-05T12:00", outcome=off, cancelled_at=at)
    booked(store, cast, "2027-01-17T10:00", outcome=Outcome.DID_NOT_HAPPEN)
    assert len(titles(store, cast.ben)) == 1


@pytest.mark.parametrize(
    ("level", "said"),
    [
        (FeedLevel.BUSY, {"Busy"}),
        (FeedLevel.NEUTRAL, {"Meeting"}),
    ],
)
def test_a_level_gives_nothing_away(
    store: Store, cast, group: Group, level: str, said: set[str]
) -> None:
    booked(store, cast, "2027-03-10T10:00", place=cast.dunedin, mode=Mode.IN_PERSON)
    booked(store, cast, "2027-03-11T10:00", cancelled_at=clock.now(), sequence=1)
    meeting(store, group, "2027-02-17T10:00")
    octets, _etag, _changed = feeds.feed_bytes(store, cast.ben, level, clock.now())
    assert {str(e["SUMMARY"]).removeprefix("Cancelled: ") for e in entries(octets)} == said
    lines = octets.decode().lower().split("\r\n")
    text = "\n".join(line for line in lines if not line.startswith("uid:"))
    for word in ("ana", "rewi", "ben", "harris", "peer", "superv", "reflection", "group"):
        assert word not in text.replace("calendar", "")
    assert ("dunedin" in text) == (level == FeedLevel.NEUTRAL)
    assert ("video" in text) == (level == FeedLevel.NEUTRAL)


def test_it_speaks_the_language_of_its_owner(store: Store, cast) -> None:
    booked(store, cast, "2027-03-10T10:00", cancelled_at=clock.now(), sequence=1)
    english, etag, _changed = feeds.feed_bytes(store, cast.ben, FeedLevel.FULL, clock.now())
    cast.ben.locale = "mi"
    loud, other, _changed = feeds.feed_bytes(
        store, cast.ben, FeedLevel.FULL, clock.now(), lambda words: str(words).upper()
    )
    assert b"SUMMARY:Cancelled: Peer supervision with Ana Rewi" in english
    assert b"SUMMARY:CANCELLED: PEER SUPERVISION WITH ANA REWI" in loud
    assert b"LOCATION:VIDEO" in loud
    assert b"NAME:MEETINGS" in loud
    assert other != etag


def test_a_group_on_video_sends_nobody_to_its_place(store: Store, cast, group: Group) -> None:
    meeting(store, group, "2027-02-17T10:00")
    meeting(store, group, "2027-03-03T10:00", mode=Mode.VIDEO)
    octets, _etag, _changed = feeds.feed_bytes(store, cast.ben, FeedLevel.NEUTRAL, clock.now())
    assert [str(entry["LOCATION"]) for entry in entries(octets)] == ["Cromwell", "Video"]


def test_the_same_things_are_the_same_octets_and_rendered_once(
    store: Store, cast, monkeypatch
) -> None:
    for local in AROUND_BOTH_CHANGES:
        booked(store, cast, local)
    first = feeds.feed_bytes(store, cast.ben, FeedLevel.NEUTRAL, clock.now())
    monkeypatch.setattr(
        "supervisor.feeds.feed_entries.render", lambda _event: pytest.fail("rendered")
    )
    store.expire_all()
    assert feeds.feed_bytes(store, cast.ben, FeedLevel.NEUTRAL, clock.now()) == first


def test_a_new_revision_is_rendered_and_the_old_one_forgotten(store: Store, cast, now) -> None:
    session = booked(store, cast, "2027-03-10T10:00")
    feeds.feed_bytes(store, cast.ben, FeedLevel.NEUTRAL, now)
    session.local_start += timedelta(hours=1)
    session.starts_at += timedelta(hours=1)
    session.sequence, session.changed_at = 1, now
    store.flush()
    octets, _etag, _changed = feeds.feed_bytes(store, cast.ben, FeedLevel.NEUTRAL, now)
    (entry,) = entries(octets)
    assert (entry.start.hour, entry["SEQUENCE"]) == (11, 1)
    assert [f.sequence for f in store.scalars(select(Fragment))] == [1]


def test_two_who_render_the_same_at_once_are_both_right(store: Store, cast, monkeypatch) -> None:
    booked(store, cast, "2027-03-10T10:00")
    first = feeds.feed_bytes(store, cast.ben, FeedLevel.NEUTRAL, clock.now())
    monkeypatch.setattr("supervisor.feeds.feed_entries._kept", lambda *_whose: {})
    assert feeds.feed_bytes(store, cast.ben, FeedLevel.NEUTRAL, clock.now()) == first


def test_a_fetch_carries_the_headers_that_programs_expect(
    store: Store, cast, client: FlaskClient, address: str
) -> None:
    booked(store, cast, "2027-03-10T10:00")
    store.commit()
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"].startswith("private")
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert answer.headers["ETag"].startswith('"')
    assert answer.last_modified is not None
    assert "Set-Cookie" not in answer.headers
    head = client.head(address)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(answer.data))
    assert head.headers["ETag"] == answer.headers["ETag"]


def test_a_packed_answer_is_the_same_calendar_under_another_etag(
    store: Store, cast, client: FlaskClient, address: str
) -> None:
    booked(store, cast, "2027-03-10T10:00")
    store.commit()
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert packed.headers["Content-Length"] == str(len(packed.data))
    refused = client.get(address, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers
    again = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    assert client.get(address, headers=again).status_code == 304


def test_what_has_not_changed_costs_one_question_and_is_not_rendered(
    store: Store, cast, client: FlaskClient, address: str, monkeypatch
) -> None:
    for local in AROUND_BOTH_CHANGES:
        booked(store, cast, local)
    store.commit()
    first = client.get(address).headers
    monkeypatch.setattr("supervisor.feeds.feeds.feed_bytes", lambda *_a: pytest.fail("rendered"))
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    answer = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (answer.status_code, answer.data) == (304, b"")
    questions = [one for one in asked if one.lower().startswith(("select", "insert", "update"))]
    assert len(questions) == 1
    since = {"If-Modified-Since": first["Last-Modified"]}
    assert client.get(address, headers=since).status_code == 304


def test_a_change_is_seen_at_the_next_fetch(
    store: Store, cast, client: FlaskClient, address: str
) -> None:
    session = booked(store, cast, "2027-03-10T10:00")
    store.commit()
    first = client.get(address)
    session.sequence, session.changed_at = 1, clock.now()
    store.commit()
    second = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, second.headers["ETag"] != first.headers["ETag"]) == (200, True)


def test_only_the_hash_of_an_address_is_kept(store: Store, cast, now) -> None:
    token = feeds.make_feed(store, cast.ben, "My phone", now)
    assert len(token) >= 43, "256 bits"
    (feed,) = store.scalars(select(Feed))
    kept = [str(getattr(feed, column.key)) for column in Feed.__table__.columns]
    assert not any(token in value for value in kept)
    assert feeds.found(store, token, now) is feed


def test_each_address_stops_alone_and_is_not_found_then(
    store: Store, cast, client: FlaskClient, address: str, now
) -> None:
    other = feeds.make_feed(store, cast.ben, "Work Outlook", now)
    (phone,) = store.scalars(select(Feed).where(Feed.name == "My phone"))
    feeds.revoke(store, phone, cast.ben, now)
    store.commit()
    assert client.get(address).status_code == 404
    assert client.get(f"/feeds/{other}.ics").status_code == 200
    assert client.get("/feeds/unknown.ics").status_code == 404


def test_a_new_address_is_the_same_feed_and_the_old_one_stops(store: Store, cast, now) -> None:
    old = feeds.make_feed(store, cast.ben, "My phone", now)
    feeds.set_level(store, cast.ben, FeedLevel.FULL, now)
    new = feeds.renew(store, feeds.live(store, cast.ben)[0], cast.ben, now)
    assert feeds.found(store, old, now) is None
    feed = feeds.found(store, new, now)
    assert feed is not None
    assert (feed.name, feed.level) == ("My phone", FeedLevel.FULL)


def test_the_calendar_of_somebody_who_left_stops(store: Store, cast, now) -> None:
    token = feeds.make_feed(store, cast.ben, "", now)
    cast.ben.left_on = now.date() - timedelta(days=1)
    store.flush()
    assert feeds.found(store, token, now) is None


def test_an_unknown_level_is_refused(store: Store, cast, now) -> None:
    with pytest.raises(Refused, match="how much"):
        feeds.set_level(store, cast.ben, "loud", now)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Google-Calendar-Importer", "Google"),
        ("Microsoft.Exchange/15.20", "Outlook"),
        ("iOS/19.1 (22B83) dataaccessd/1.0", "iPhone"),
        ("macOS/16.1 (25B78) CalendarAgent/955", "Mac"),
        ("Mozilla/5.0 Thunderbird/140.0", "Thunderbird"),
        ("curl/8", "Another program"),
    ],
)
def test_a_reader_is_called_what_people_call_it(agent: str, name: str) -> None:
    assert feeds.program(agent) == name


def test_who_looked_is_written_down_once_a_minute(
    app: Flask, store: Store, cast, client: FlaskClient, address: str, now
) -> None:
    def look(after: timedelta, agent: str) -> tuple[datetime | None, str | None]:
        clock.set_to(now + after)
        client.get(address, headers={"User-Agent": agent})
        store.rollback()
        (feed,) = store.scalars(select(Feed))
        return feed.fetched_at, feed.fetched_by

    assert look(timedelta(0), "Google-Calendar-Importer") == (now, "Google")
    assert look(timedelta(seconds=30), "iOS/19.1") == (now, "Google")
    assert look(timedelta(hours=1), "iOS/19.1") == (now + timedelta(hours=1), "iPhone")


def test_the_command_prints_what_a_program_would_fetch(
    store: Store, cast, database: str, monkeypatch
) -> None:
    booked(store, cast, "2027-03-10T10:00")
    store.commit()
    expected = feeds.feed_bytes(store, cast.ben, FeedLevel.BUSY, clock.now())[0]
    store.rollback()
    monkeypatch.setenv("SUPERVISOR_DATABASE", database)
    monkeypatch.setenv("SUPERVISOR_SECRET_KEY", "test")
    monkeypatch.setenv("SUPERVISOR_NOW", clock.now().isoformat())
    for who in ("ben", "Ben@example.org"):
        said = CliRunner().invoke(main, ["feed", who, "--level", "busy"])
        assert (said.exit_code, said.stdout_bytes) == (0, expected)
    unknown = CliRunner().invoke(main, ["feed", "nobody"])
    assert (unknown.exit_code, unknown.stdout_bytes) == (1, b"")
