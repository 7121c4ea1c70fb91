"""Calendars by the octet: lines, escapes, zones and entries, before any hub is involved."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil import tz
from hypothesis import given
from hypothesis import strategies as st

from calendars.event import Event, render
from calendars.feed import join, single
from calendars.text import clean, escape, fold, line
from calendars.zones import BY_HAND, vtimezone

EVENT = Event(
    uid="abc",
    sequence=2,
    changed_at=datetime(2027, 1, 5, 3, 4, 5, 678, tzinfo=UTC),
    starts=datetime.fromisoformat("2027-03-10T10:00"),
    zone="Pacific/Auckland",
    minutes=60,
    title="Hui",
)
DERIVED = (
    "America/New_York",
    "America/Santiago",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Asia/Jerusalem",
    "Australia/Eucla",
    "Europe/Dublin",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Fiji",
    "Pacific/Norfolk",
    "Pacific/Rarotonga",
    "Pacific/Tongatapu",
    "UTC",
)


def unfold(octets: bytes) -> str:
    return octets.replace(b"\r\n ", b"").decode()


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_a_folded_line_is_short_whole_and_comes_back(text: str) -> None:
    folded = fold(f"SUMMARY:{text}")
    for one in folded.split(b"\r\n"):
        assert len(one) <= 75
        one.decode()
    assert unfold(folded) == f"SUMMARY:{text}"


def test_a_line_of_75_octets_is_not_folded_and_one_of_76_is() -> None:
    assert b"\r\n" not in fold("x" * 75)
    assert fold("x" * 76) == b"x" * 75 + b"\r\n x"
    assert fold("x" * 74 + "ā") == b"x" * 74 + b"\r\n " + "ā".encode()


def test_backslash_semicolon_comma_and_newline_are_escaped_and_nothing_else() -> None:
    assert escape('a\\b;c,d\ne:"f"') == 'a\\\\b\\;c\\,d\\ne:"f"'


def test_text_is_composed_and_without_control_characters() -> None:
    assert clean("ma\u0304tau\r\nx\ry\tz\x07") == "mātau\nx\ny\tz"


def test_a_line_ends_with_crlf() -> None:
    assert line("NAME", "Hui") == b"NAME:Hui\r\n"


def test_an_entry_says_what_it_must_and_no_more() -> None:
    said = dict(one.split(":", 1) for one in unfold(render(EVENT)).split("\r\n") if one)
    del said["BEGIN"], said["END"]
    assert said == {
        "UID": "abc",
        "SEQUENCE": "2",
        "DTSTAMP": "20270105T030405Z",
        "LAST-MODIFIED": "20270105T030405Z",
        "DTSTART;TZID=Pacific/Auckland": "20270310T100000",
        "DTEND;TZID=Pacific/Auckland": "20270310T110000",
        "SUMMARY": "Hui",
        "CLASS": "PRIVATE",
        "STATUS": "CONFIRMED",
        "TRANSP": "OPAQUE",
    }


def test_a_tombstone_frees_the_time_and_says_so() -> None:
    entry = icalendar.Event.from_ical(render(replace(EVENT, called_off="Cancelled")))
    assert entry["SUMMARY"] == "Cancelled: Hui"
    assert entry["STATUS"] == "CANCELLED"
    assert entry["TRANSP"] == "TRANSPARENT"
    assert entry["UID"] == "abc"


def test_a_link_stands_where_every_reader_finds_it() -> None:
    link = "https://meet.example.org/a?b=1,2;c"
    text = unfold(render(replace(EVENT, link=link, description="Bring a pen.")))
    assert f"CONFERENCE;VALUE=URI:{link}\r\n" in text
    assert f"URL:{link}\r\n" in text
    entry = icalendar.Event.from_ical(text)
    assert entry["DESCRIPTION"] == f"Bring a pen.\n{link}"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_a_title_says_comes_back_from_a_reader(title: str) -> None:
    octets = render(replace(EVENT, title=f"Hui {title}"))
    assert all(len(one) <= 75 for one in octets.split(b"\r\n"))
    raw = next(one for one in unfold(octets).split("\r\n") if one.startswith("SUMMARY:"))
    back = re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], raw[8:], flags=re.DOTALL)
    assert back == clean(f"Hui {title}")


def test_a_backslash_before_a_capital_n_is_no_line_break() -> None:
    assert "SUMMARY:C:\\\\New\r\n" in unfold(render(replace(EVENT, title="C:\\New")))


def test_an_hour_is_an_hour_across_a_change_of_clocks() -> None:
    over_the_gap = replace(EVENT, starts=datetime.fromisoformat("2026-09-27T01:30"))
    assert "DTEND;TZID=Pacific/Auckland:20260927T033000" in unfold(render(over_the_gap))
    into_the_fold = replace(EVENT, starts=datetime.fromisoformat("2027-04-04T01:30"), minutes=120)
    assert "DTEND:20270403T143000Z" in unfold(render(into_the_fold))


def test_the_same_entry_is_the_same_octets() -> None:
    assert render(EVENT) == render(replace(EVENT))
    feed = [join("Hui", 4, ["Pacific/Auckland"], [render(EVENT)]) for _again in range(2)]
    assert feed[0] == feed[1]


def test_a_calendar_has_its_lines_in_order_and_no_method() -> None:
    zones = ["Pacific/Chatham", "Pacific/Auckland", "Pacific/Chatham"]
    octets = join("Ngā hui, mine", 4, zones, [render(EVENT)])
    assert not octets.startswith(b"\xef\xbb\xbf")
    assert octets.endswith(b"END:VCALENDAR\r\n")
    assert octets.count(b"\n") == octets.count(b"\r\n") == octets.count(b"\r")
    lines = unfold(octets).split("\r\n")
    assert lines[:9] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Hub//Meetings//EN",
        "CALSCALE:GREGORIAN",
        "NAME:Ngā hui\\, mine",
        "X-WR-CALNAME:Ngā hui\\, mine",
        "REFRESH-INTERVAL;VALUE=DURATION:PT4H",
        "X-PUBLISHED-TTL:PT4H",
        "COLOR:teal",
    ]
    assert [one for one in lines if one.startswith("TZID:")] == [
        "TZID:Pacific/Auckland",
        "TZID:Pacific/Chatham",
    ]
    for never in ("METHOD", "ATTENDEE", "ORGANIZER", "VALARM", "RDATE"):
        assert never not in octets.decode()


def test_one_entry_alone_is_a_calendar_that_nobody_subscribes_to() -> None:
    lines = unfold(single(["Pacific/Chatham"], render(EVENT))).split("\r\n")
    assert lines[:4] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Hub//Meetings//EN",
        "CALSCALE:GREGORIAN",
    ]
    assert "TZID:Pacific/Chatham" in lines
    assert "UID:abc" in lines
    assert not [one for one in lines if one.startswith(("REFRESH", "X-PUBLISHED", "METHOD"))]


@pytest.mark.parametrize("name", [*BY_HAND, *DERIVED])
def test_a_zone_as_written_agrees_with_the_zone_database(name: str) -> None:
    """Read back by dateutil, which knows the zone only from what is written here: every day of
    15 years, and every half hour of the days on which the clock changes."""
    calendar = f"BEGIN:VCALENDAR\r\n{vtimezone(name).decode()}END:VCALENDAR\r\n"
    written, true = tz.tzical(StringIO(calendar)).get(name), ZoneInfo(name)
    at, last = datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
    wrong = []
    while at < last:
        turning = at.astimezone(true).utcoffset() != (at + DAY).astimezone(true).utcoffset()
        wrong += [one for one in _moments(at, turning) if _differ(one, written, true)]
        at += DAY
    assert wrong == []


DAY, HALF_HOUR = timedelta(days=1), timedelta(minutes=30)


def _moments(at: datetime, turning: bool) -> list[datetime]:
    return [at + n * HALF_HOUR for n in range(48)] if turning else [at]


def _differ(at: datetime, written: tz.tzlocal, true: ZoneInfo) -> bool:
    """A wall time that happens once means the same instant in both."""
    wall = at.astimezone(true).replace(tzinfo=None)
    one, other = wall.replace(tzinfo=true), wall.replace(tzinfo=true, fold=1)
    once = one.utcoffset() == other.utcoffset()
    return once and wall.replace(tzinfo=written).utcoffset() != one.utcoffset()


@pytest.mark.parametrize("name", sorted(BY_HAND))
def test_a_zone_by_hand_is_two_plain_rules_at_most(name: str) -> None:
    zone = icalendar.Timezone.from_ical(vtimezone(name))
    assert len(zone.subcomponents) <= 2
    for part in zone.subcomponents:
        assert "RDATE" not in part
        assert len(part["RRULE"]["BYDAY"]) == 1 if "RRULE" in part else True


def test_aucklands_zone_is_what_outlook_understands() -> None:
    assert vtimezone("Pacific/Auckland").decode().split("\r\n") == [
        "BEGIN:VTIMEZONE",
        "TZID:Pacific/Auckland",
        "BEGIN:STANDARD",
        "DTSTART:20080406T030000",
        "TZOFFSETFROM:+1300",
        "TZOFFSETTO:+1200",
        "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU",
        "TZNAME:NZST",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:20070930T020000",
        "TZOFFSETFROM:+1200",
        "TZOFFSETTO:+1300",
        "RRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=-1SU",
        "TZNAME:NZDT",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
        "",
    ]
