"""Invitations and whole days by the octet, before any hub is involved."""

from dataclasses import replace
from datetime import UTC, date, datetime

import icalendar
import pytest

from calendars.days import Day, render_day
from calendars.event import Event, Repeats, render
from calendars.feed import join
from calendars.invitation import Invitation, Method, Party, text
from tests.calendar_checklist import broken
from tests.readers import READERS

CHANGED, SENT = datetime(2027, 1, 5, 3, 4, 5, tzinfo=UTC), datetime(2027, 1, 6, tzinfo=UTC)
EVENT = Event(
    uid="abc", sequence=2, changed_at=CHANGED, starts=datetime.fromisoformat("2027-03-10T10:00"),
    zone="Pacific/Auckland", minutes=60, title="Hui",
)  # fmt: skip
UNTIL = datetime(2027, 4, 6, 22, tzinfo=UTC)
SERIES = replace(EVENT, repeats=Repeats({"FREQ": "WEEKLY", "UNTIL": UNTIL}, after="before"))
HUB, BEN = Party("Hub", "hub@example.org"), Party('Ben "B"\nHarris', "ben@example.org")


def said(method: Method, event: Event = EVENT) -> icalendar.Event:
    octets = text(Invitation(method, [event], HUB, BEN), SENT)
    assert broken("mail", octets) == []
    calendar = icalendar.Calendar.from_ical(octets)
    assert calendar["METHOD"] == method
    (one,) = calendar.walk("VEVENT")
    assert (one["DTSTAMP"].dt, one["LAST-MODIFIED"].dt) == (SENT, CHANGED)
    assert one["ORGANIZER"] == "mailto:hub@example.org"
    return one


def test_a_request_asks_one_person_for_an_answer() -> None:
    attendee = said(Method.REQUEST)["ATTENDEE"]
    assert attendee == "mailto:ben@example.org"
    assert dict(attendee.params) == {
        "CN": "Ben 'B' Harris", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
    }  # fmt: skip


def test_what_is_taken_back_asks_nothing_and_needs_no_rule() -> None:
    off = said(Method.CANCEL, replace(SERIES, called_off="Cancelled"))
    assert set(off["ATTENDEE"].params) == {"CN", "ROLE"}
    assert "RRULE" not in off


def test_without_a_name_there_is_an_address() -> None:
    octets = text(Invitation(Method.REQUEST, [EVENT], HUB, Party("\x07", "x@example.org")), SENT)
    (one,) = icalendar.Calendar.from_ical(octets).walk("VEVENT")
    assert "CN" not in one["ATTENDEE"].params


def test_a_series_says_from_which_it_goes_on() -> None:
    one = icalendar.Event.from_ical(render(SERIES))
    assert (one["RELATED-TO"], one["RRULE"]["UNTIL"]) == ("before", [UNTIL])


@pytest.mark.parametrize("read", READERS)
def test_a_whole_day_is_a_day_everywhere(read) -> None:
    octets = join("Holidays", 24, [], [render_day(Day("x", date(2027, 2, 6), "Waitangi", CHANGED))])
    assert broken("holidays", octets) == []
    first, after = datetime(2027, 2, 6, tzinfo=UTC), datetime(2027, 2, 7, tzinfo=UTC)
    assert read(octets) == {("x", first, after, "CONFIRMED", "Waitangi")}
