"""When somebody can be met, week by week (VAVAILABILITY, RFC 7953)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from calendars.feed import product
from calendars.text import clean, escape, line
from calendars.zones import DAYS, vtimezone

LOCATION, CATEGORY = "LOCATION", "CATEGORIES"
MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
"""A week in which no clock changes anywhere: from then on the hours repeat."""


@dataclass(frozen=True)
class Open:
    """A stretch of each week: `weekday` is 0 for Monday, minutes count from its midnight.
    `category` is a word of whoever writes it and reads it again."""

    weekday: int
    starts_minute: int
    ends_minute: int
    location: str = ""
    category: str = ""


def availability(uid: str, zone: str, hours: Sequence[Open], made_at: datetime) -> bytes:
    """A calendar that says when, and that all other time is taken (section 3.2, BUSYTYPE)."""
    stamp = line("DTSTAMP", made_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"))
    inner = [_available(f"{uid}-{n}", zone, one, stamp) for n, one in enumerate(hours)]
    parts = [
        *product(),
        vtimezone(zone),
        line("BEGIN", "VAVAILABILITY"),
        line("UID", escape(clean(uid))),
        stamp,
        line("BUSYTYPE", "BUSY-UNAVAILABLE"),
        *inner,
        line("END", "VAVAILABILITY"),
        line("END", "VCALENDAR"),
    ]
    return b"".join(parts)


def _available(uid: str, zone: str, one: Open, stamp: bytes) -> bytes:
    """Section 3.1, AVAILABLE: its DTSTART has the TZID of its owner, so that nine stays nine."""
    day = MONDAY + timedelta(days=one.weekday)
    lines = [
        line("BEGIN", "AVAILABLE"),
        line("UID", escape(clean(uid))),
        stamp,
        line(f"DTSTART;TZID={zone}", _wall(day, one.starts_minute)),
        line(f"DTEND;TZID={zone}", _wall(day, one.ends_minute)),
        line("RRULE", f"FREQ=WEEKLY;BYDAY={DAYS[one.weekday]}"),
        line(LOCATION, escape(clean(one.location))) if one.location else b"",
        line(CATEGORY, escape(clean(one.category))) if one.category else b"",
        line("END", "AVAILABLE"),
    ]
    return b"".join(lines)


def _wall(day: datetime, minute: int) -> str:
    return (day + timedelta(minutes=minute)).strftime("%Y%m%dT%H%M%S")
