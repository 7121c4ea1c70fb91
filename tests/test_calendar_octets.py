"""Every calendar that the hub gives out, by the octet: feed, part, file, mail, holidays."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from flask import Flask
from sqlalchemy import select

from supervisor import clock, post
from supervisor.feeds import feed_choices, feeds, holiday_feeds
from supervisor.groups import groups, meetings
from supervisor.models import Group, Meeting, Place, Seat, Store
from supervisor.rules.kinds import FeedLevel, GroupKind, Mode, Side, Which
from supervisor.sessions import series, sessions
from tests.mail_calendar import part_of
from tests.mail_server import mail_server
from tests.test_series import asked
from tests.test_sessions import at

AUCKLAND = "Pacific/Auckland"
TEXTS = {"SUMMARY", "LOCATION", "DESCRIPTION", "UID", "RELATED-TO", "NAME", "X-WR-CALNAME"}
MUST = {"UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTEND", "STATUS", "TRANSP"}
SECRETS = (
    "rewi", "harris", "foley", "peer", "supervis", "circle", "reflection", "aroha", "@example",
    "+64",
)  # fmt: skip
PLACES = ("cromwell", "room", "meet.example", "video")


@pytest.fixture
def everything(app: Flask, store: Store, cast, now) -> dict[str, bytes]:
    """Every kind of calendar after every kind of change, each by what it is."""
    _meet(store, cast, now)
    made = dict(_mails(app, store))
    for person in (cast.ana, cast.ben, cast.dan):
        made |= _feeds_of(store, person)
    made["file"] = _file(store, cast)
    made["holidays"] = holiday_feeds.holiday_bytes("OTA", date(2027, 2, 10))
    return made


def _meet(store: Store, cast, now: datetime) -> None:
    """A series and a group, moved, called off and cut in two; names that need care."""
    cast.ana.name, cast.ana.video = "Aroha; Rewi, \\Nā", "https://meet.example.org/ana?a=1,2;b"
    cast.ana.phone = "+6421000"
    some, _left = series.book(store, asked(cast, who="cleo"), now)
    series.move(store, some[1], at(3, 2, 11), None, cast.cleo, now, Which.ONLY)
    series.cancel(store, some[2], cast.cleo, now, Side.WORKER, Which.ONLY)
    series.move(store, some[5], at(5, 12, 11), None, cast.cleo, now, Which.LATER)
    sessions.move(store, some[0], at(2, 16, 10), Mode.PHONE, cast.cleo, now)
    circle = Group(
        name="Circle; of, many \\n", kind=GroupKind.CO_REFLECTION, facilitator=cast.ana,
        mode=Mode.IN_PERSON, place=store.scalar(select(Place).where(Place.name == "Cromwell")),
        seats=[Seat(person=cast.ben), Seat(person=cast.dan)],
    )  # fmt: skip
    store.add(circle)
    store.flush()
    first = datetime.fromisoformat("2027-02-18T10:00")
    groups.meet(store, circle, first, AUCKLAND, 2, 60, date(2027, 7, 30), now)
    rows = [m for m in store.scalars(select(Meeting).order_by(Meeting.id)) if not m.needs_time]
    meetings.move(store, rows[1], rows[1].local_start + timedelta(days=1), cast.cleo, now)
    meetings.cancel(store, rows[2], cast.cleo, now)
    meetings.answer(store, rows[3], cast.ben, False, now)


def _mails(app: Flask, store: Store) -> Iterator[tuple[str, bytes]]:
    with mail_server() as server:
        app.config["HUB"] = replace(app.config["HUB"], smtp_host="127.0.0.1", smtp_port=server.port)
        clock.set_to(clock.now() + timedelta(minutes=2))
        store.commit()
        post.deliver("a")
        for n, mail in enumerate(server.mails):
            part = part_of(mail)
            if part is not None:
                yield f"mail {n} {mail['Subject']}", part.get_payload(decode=True)


def _feeds_of(store: Store, person) -> dict[str, bytes]:
    made = {}
    for choice in feed_choices.choices(store, person):
        for level in FeedLevel:
            voice = replace(
                feeds.voice_of(person, level), part=choice.part, group_id=choice.group_id
            )
            octets, _etag, _changed = feeds.calendar_bytes(store, voice, clock.now())
            made[f"feed {person.ref} {choice.code} {level}"] = octets
    return made


def _file(store: Store, cast: SimpleNamespace) -> bytes:
    session = store.scalars(select(sessions.Session)).first()
    assert session
    return feeds.file_of(store, cast.ben, session, clock.now())


def lines(octets: bytes) -> list[str]:
    return octets.replace(b"\r\n ", b"").decode().split("\r\n")


def values(octets: bytes) -> Iterator[tuple[str, str]]:
    """Each content line as its name, without parameters, and its value."""
    for one in lines(octets):
        quoted = re.sub(r'"[^"]*"', lambda m: m[0].replace(":", "\0"), one)
        name, _colon, value = quoted.partition(":")
        yield name.partition(";")[0], value.replace("\0", ":")


def test_the_kinds_are_all_there(everything) -> None:
    kinds = {name.partition(" ")[0] for name in everything}
    assert kinds == {"feed", "file", "holidays", "mail"}
    methods = {
        value
        for octets in everything.values()
        for name, value in values(octets)
        if name == "METHOD"
    }
    assert methods == {"REQUEST", "CANCEL"}


def test_each_obeys_the_checklist_of_every_object(everything) -> None:
    for what, octets in everything.items():
        assert octets.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:"), what
        assert octets.endswith(b"END:VCALENDAR\r\n"), what
        assert octets.count(b"\r\n") == octets.count(b"\n") == octets.count(b"\r"), what
        for one in octets.split(b"\r\n"):
            assert len(one) <= 75, what
            one.decode()
        text = octets.decode()
        assert unicodedata.normalize("NFC", text) == text
        assert "CALSCALE:GREGORIAN\r\n" in text
        for name, value in values(octets):
            assert name != "RDATE", what
            if name in TEXTS:
                assert re.fullmatch(r"(?:[^\\;,\n]|\\[\\;,n])*", value), (what, name, value)


def test_each_event_says_what_it_must(everything) -> None:
    for what, octets in everything.items():
        calendar = icalendar.Calendar.from_ical(octets)
        for event in calendar.walk("VEVENT"):
            for name in (
                "UID",
                "SEQUENCE",
                "DTSTAMP",
                "LAST-MODIFIED",
                "DTEND",
                "STATUS",
                "TRANSP",
            ):
                assert name in event, (what, name)
            assert event["CLASS"] == ("PUBLIC" if what == "holidays" else "PRIVATE")
            off = event["STATUS"] == "CANCELLED"
            assert (event["TRANSP"] == "TRANSPARENT") == (off or what == "holidays")
            if "CONFERENCE" in event:
                assert event["URL"] == event["CONFERENCE"]
                assert str(event["URL"]) in str(event["DESCRIPTION"])
            assert "<" not in str(event.get("DESCRIPTION", ""))
        mail = what.startswith("mail")
        for name in ("METHOD", "ATTENDEE", "ORGANIZER"):
            assert (f"\r\n{name}" in octets.decode()) == mail, what
        assert "VALARM" not in octets.decode()


def test_each_series_obeys_the_rules_of_recurrence(everything) -> None:
    for what, octets in everything.items():
        masters: dict[str, icalendar.Event] = {}
        seen: set[tuple[str, datetime]] = set()
        for event in icalendar.Calendar.from_ical(octets).walk("VEVENT"):
            uid = str(event["UID"])
            if "RECURRENCE-ID" not in event:
                assert uid not in masters, what
                masters[uid] = event
            elif "RRULE" in masters.get(uid, {}):
                _is_an_exception(masters[uid], event, seen)
            else:
                assert what.startswith("mail"), "an occurrence alone is for mail"
        for event in masters.values():
            _is_lawful(event)


def _is_an_exception(
    master: icalendar.Event, event: icalendar.Event, seen: set[tuple[str, datetime]]
) -> None:
    at = event["RECURRENCE-ID"].dt
    left_out = [day.dt for part in _several(master.get("EXDATE")) for day in part.dts]
    assert at.tzinfo == master.start.tzinfo
    assert at not in left_out
    assert (str(event["UID"]), at) not in seen
    seen.add((str(event["UID"]), at))


def _is_lawful(event: icalendar.Event) -> None:
    if "RRULE" not in event:
        return
    until = event["RRULE"]["UNTIL"][0]
    assert until.utcoffset() == timedelta(0)
    bare = icalendar.Event.from_ical(event.to_ical())
    for name in ("EXDATE",):
        bare.pop(name, None)
    calendar = icalendar.Calendar()
    calendar.add_component(bare)
    rule = [e.start for e in recurring_ical_events.of(calendar).between(date(2026, 1, 1), until)]
    assert event.start in rule, "DTSTART meets its rule"
    for part in _several(event.get("EXDATE")):
        assert all(day.dt in rule for day in part.dts)
    for start in rule:
        there = start.replace(tzinfo=ZoneInfo(str(start.tzinfo)))
        assert there.replace(fold=0).utcoffset() == there.replace(fold=1).utcoffset()


def _several(value) -> list:
    return value if isinstance(value, list) else [value] if value else []


def test_no_calendar_says_more_than_its_owner_lets_it(everything) -> None:
    """The octets themselves are searched. A mail is as neutral as a feed of plain titles."""
    for what, octets in everything.items():
        text = "\n".join(lines(octets)).lower()
        if what == "holidays" or what.endswith(f" {FeedLevel.FULL}"):
            continue
        if what.startswith("mail"):
            text = re.sub(r"\n(organizer|attendee)[^\n]*", "", text)
        for word in (*SECRETS, *(PLACES if what.endswith(f" {FeedLevel.BUSY}") else ())):
            assert word not in text, (what, word)


def test_a_mail_names_its_reader_and_the_hub_alone(everything) -> None:
    for what, octets in everything.items():
        people = [v for name, v in values(octets) if name in ("ORGANIZER", "ATTENDEE")]
        named = {re.sub(r"\+[a-z2-7]+@", "+@", one) for one in people}
        if what.startswith("mail"):
            assert len(named) == 2, what
            assert "mailto:hub+@localhost" in named
            cn = {
                m.lower() for m in re.findall(r"CN=(\"[^\"]*\"|[^;:]*)", "\n".join(lines(octets)))
            }
            assert len(cn) == 2


def test_a_repeated_answer_is_the_same_octets(everything, store: Store, cast) -> None:
    for person in (cast.ana, cast.ben):
        for name, octets in _feeds_of(store, person).items():
            assert octets == everything[name]
