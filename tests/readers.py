"""Three readers of calendars that share no parser: what each of them sees in a feed."""

from datetime import UTC, datetime

import icalendar
import recurring_ical_events
import vobject
from ical.calendar_stream import IcsCalendarStream

Read = set[tuple[str, datetime, datetime, str, str]]


def by_icalendar(octets: bytes) -> Read:
    """`icalendar`, with `recurring-ical-events` for what happens between two days."""
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(octets))
    return {
        (
            str(e["UID"]),
            e.start.astimezone(UTC),
            e.end.astimezone(UTC),
            str(e["STATUS"]),
            str(e["SUMMARY"]),
        )
        for e in found.between((2025, 1, 1), (2029, 1, 1))
    }


def by_vobject(octets: bytes) -> Read:
    """Its zones come from the VTIMEZONE alone."""
    return {
        (
            e.uid.value,
            e.dtstart.value.astimezone(UTC),
            e.dtend.value.astimezone(UTC),
            e.status.value,
            e.summary.value,
        )
        for e in vobject.readOne(octets.decode()).contents.get("vevent", [])
    }


def by_ical(octets: bytes) -> Read:
    """Home Assistant's `ical`; its zones come from the zone database, by their name."""
    return {
        (
            str(e.uid),
            e.dtstart.astimezone(UTC),
            e.dtend.astimezone(UTC),
            str(e.status.value),
            str(e.summary),
        )
        for e in IcsCalendarStream.calendar_from_ics(octets.decode()).events
    }


READERS = (by_icalendar, by_vobject, by_ical)
