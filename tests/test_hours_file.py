"""Open hours as a file that other programs read."""

from datetime import UTC, datetime
from types import SimpleNamespace

import icalendar
from flask.testing import FlaskClient

from calendars.availability import Open, availability
from supervisor.models import Store

NOW = datetime(2027, 2, 9, 20, tzinfo=UTC)


def test_each_stretch_of_the_week_repeats_in_its_owners_zone() -> None:
    hours = [Open(0, 540, 720, "Ōtepoti; Dunedin"), Open(6, 1380, 1440)]
    octets = availability("hours-ana", "Pacific/Auckland", hours, NOW)
    assert all(len(one) <= 75 for one in octets.split(b"\r\n"))
    assert octets.count(b"\n") == octets.count(b"\r\n")
    calendar = icalendar.Calendar.from_ical(octets)
    (week,) = calendar.walk("VAVAILABILITY")
    assert (week["BUSYTYPE"], week["DTSTAMP"].dt) == ("BUSY-UNAVAILABLE", NOW)
    monday, sunday = calendar.walk("AVAILABLE")
    assert monday["RRULE"].to_ical() == b"FREQ=WEEKLY;BYDAY=MO"
    assert monday["DTSTART"].dt.isoformat() == "2024-01-01T09:00:00+13:00"
    assert monday["DTEND"].dt.isoformat() == "2024-01-01T12:00:00+13:00"
    assert monday["LOCATION"] == "Ōtepoti; Dunedin"
    assert sunday["DTSTART"].dt.isoformat() == "2024-01-07T23:00:00+13:00"
    assert sunday["DTEND"].dt.isoformat() == "2024-01-08T00:00:00+13:00"
    assert "LOCATION" not in sunday
    assert len({str(one["UID"]) for one in (week, monday, sunday)}) == 3


def test_whoever_gives_hours_can_take_them_along(
    store: Store, cast: SimpleNamespace, sign_in
) -> None:
    assert cast.ana.windows
    cast.ana.windows[0].place = cast.dunedin
    store.commit()
    ana: FlaskClient = sign_in(cast.ana)
    assert "Get my open hours" in ana.get("/calendar").text
    answer = ana.get("/calendar/hours.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    found = icalendar.Calendar.from_ical(answer.data).walk("AVAILABLE")
    assert len(found) == len(cast.ana.windows)
    assert [str(one.get("LOCATION", "")) for one in found].count("Dunedin") == 1
    assert "Get my open hours" not in sign_in(cast.mere).get("/calendar").text
