"""One entry of a calendar, rendered once per revision (RFC 5545 section 3.6.1)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar

from calendars.text import Text, clean


@dataclass(frozen=True)
class Event:
    """What an entry says. `starts` is the wall time in `zone`; `changed_at` is when the record
    changed, so that rendering it again gives the same octets.

    `called_off` is the word that stands before the title of a cancelled one, else empty.
    `uid` is for ever, `sequence` rises with every change of time and with a cancellation and
    never falls (RFC 5545 sections 3.8.4.7 and 3.8.7.4).
    """

    uid: str
    sequence: int
    changed_at: datetime
    starts: datetime
    zone: str
    minutes: int
    title: str
    location: str = ""
    description: str = ""
    link: str = ""
    called_off: str = ""


def render(event: Event) -> bytes:
    """The VEVENT. A cancelled one is a tombstone: it frees the time and says so in its title."""
    entry = icalendar.Event()
    for name, value in _when(event) + _what(event) + _how(event):
        entry.add(name, value)
    octets: bytes = entry.to_ical()
    return octets


def _when(event: Event) -> list[tuple[str, Any]]:
    """DTSTAMP is the moment of the change in a feed (RFC 5545 section 3.8.7.2)."""
    start = event.starts.replace(tzinfo=ZoneInfo(event.zone))
    end = start.astimezone(UTC) + timedelta(minutes=event.minutes)
    changed = event.changed_at.astimezone(UTC).replace(microsecond=0)
    return [
        ("UID", Text(event.uid)),
        ("SEQUENCE", event.sequence),
        ("DTSTAMP", changed),
        ("LAST-MODIFIED", changed),
        ("DTSTART", start),
        ("DTEND", _unmistakable(end, event.zone)),
    ]


def _unmistakable(instant: datetime, zone: str) -> datetime:
    """The instant in its zone; in UTC where the clock shows that wall time for the second time.

    RFC 5545 section 3.3.5: a wall time that occurs twice means its first occurrence.
    """
    there = instant.astimezone(ZoneInfo(zone))
    return instant if there.fold else there


def _what(event: Event) -> list[tuple[str, Any]]:
    """Plain text only; a link stands in URL and in DESCRIPTION too, for readers that do not
    know CONFERENCE (RFC 7986 section 5.11)."""
    title = f"{event.called_off}: {event.title}" if event.called_off else event.title
    description = "\n".join(part for part in (event.description, event.link) if part)
    texts = (("SUMMARY", title), ("LOCATION", event.location), ("DESCRIPTION", description))
    said: list[tuple[str, Any]] = [(name, Text(value)) for name, value in texts if value]
    if event.link:
        link = icalendar.vUri(clean(event.link))
        said += [("URL", link), ("CONFERENCE", _conference(event.link))]
    return said


def _conference(link: str) -> icalendar.vUri:
    return icalendar.vUri(clean(link), params={"VALUE": "URI"})


def _how(event: Event) -> list[tuple[str, Any]]:
    """Always private; a tombstone takes no time (RFC 5545 sections 3.8.1.3, 3.8.1.11, 3.8.2.7)."""
    return [
        ("CLASS", "PRIVATE"),
        ("STATUS", "CANCELLED" if event.called_off else "CONFIRMED"),
        ("TRANSP", "TRANSPARENT" if event.called_off else "OPAQUE"),
    ]
