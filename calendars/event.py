"""One entry of a calendar, rendered once per revision (RFC 5545 section 3.6.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar

from calendars.text import Text, clean

Value = tuple[str, Any]


@dataclass(frozen=True)
class Repeats:
    """What makes an entry a series: its RRULE by parts, the wall times that are left out, and
    the UID of the series that it goes on from."""

    rule: Mapping[str, str | int | datetime]
    left_out: tuple[datetime, ...] = ()
    after: str = ""


@dataclass(frozen=True)
class Instance:
    """Which one of its series an entry is: the wall time that the rule has for it."""

    at: datetime
    zone: str


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
    repeats: Repeats | None = None
    instance: Instance | None = None

    @property
    def zones(self) -> set[str]:
        """The zones that its text names."""
        return {self.zone, self.instance.zone} if self.instance else {self.zone}


def render(event: Event, sent_at: datetime | None = None, people: Sequence[Value] = ()) -> bytes:
    """The VEVENT. A cancelled one is a tombstone: it frees the time and says so in its title.

    In a mail DTSTAMP is when it is sent, and it names people; in a feed it does neither.
    """
    entry = icalendar.Event()
    for name, value in [*_when(event), *_again(event), *_what(event), *_how(event), *people]:
        entry.add(name, value)
    if sent_at:
        entry["DTSTAMP"] = icalendar.vDDDTypes(_second(sent_at))
    octets: bytes = entry.to_ical()
    return octets


def _when(event: Event) -> list[Value]:
    """DTSTAMP is the moment of the change in a feed (RFC 5545 section 3.8.7.2)."""
    start = event.starts.replace(tzinfo=ZoneInfo(event.zone))
    end = start.astimezone(UTC) + timedelta(minutes=event.minutes)
    changed = _second(event.changed_at)
    return [
        ("UID", Text(event.uid)),
        ("SEQUENCE", event.sequence),
        ("DTSTAMP", changed),
        ("LAST-MODIFIED", changed),
        ("DTSTART", start),
        ("DTEND", _unmistakable(end, event.zone)),
    ]


def _second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _again(event: Event) -> list[Value]:
    """EXDATE and RECURRENCE-ID have the zone and type of the DTSTART of their series (RFC 5545
    sections 3.8.5.1 and 3.8.4.4); RELATED-TO is section 3.8.4.5."""
    said: list[Value] = []
    if one := event.instance:
        said += [("RECURRENCE-ID", one.at.replace(tzinfo=ZoneInfo(one.zone)))]
    if series := event.repeats:
        there = ZoneInfo(event.zone)
        said += [("RRULE", icalendar.vRecur(dict(series.rule)))]
        said += [("EXDATE", time.replace(tzinfo=there)) for time in series.left_out]
        said += [("RELATED-TO", Text(series.after))] if series.after else []
    return said


def _unmistakable(instant: datetime, zone: str) -> datetime:
    """The instant in its zone; in UTC where the clock shows that wall time for the second time.

    RFC 5545 section 3.3.5: a wall time that occurs twice means its first occurrence.
    """
    there = instant.astimezone(ZoneInfo(zone))
    return instant if there.fold else there


def _what(event: Event) -> list[Value]:
    """Plain text only; a link stands in URL and in DESCRIPTION too, for readers that do not
    know CONFERENCE (RFC 7986 section 5.11)."""
    title = f"{event.called_off}: {event.title}" if event.called_off else event.title
    description = "\n".join(part for part in (event.description, event.link) if part)
    texts = (("SUMMARY", title), ("LOCATION", event.location), ("DESCRIPTION", description))
    said: list[Value] = [(name, Text(value)) for name, value in texts if value]
    if event.link:
        link = icalendar.vUri(clean(event.link))
        said += [("URL", link), ("CONFERENCE", _conference(event.link))]
    return said


def _conference(link: str) -> icalendar.vUri:
    return icalendar.vUri(clean(link), params={"VALUE": "URI"})


def _how(event: Event) -> list[Value]:
    """Always private; a tombstone takes no time (RFC 5545 sections 3.8.1.3, 3.8.1.11, 3.8.2.7)."""
    return [
        ("CLASS", "PRIVATE"),
        ("STATUS", "CANCELLED" if event.called_off else "CONFIRMED"),
        ("TRANSP", "TRANSPARENT" if event.called_off else "OPAQUE"),
    ]
