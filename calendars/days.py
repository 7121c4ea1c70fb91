"""Whole days, such as public holidays: a date without a zone, which takes nobody's time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from calendars.text import clean, escape, line

DATE, INSTANT = "%Y%m%d", "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Day:
    """One day and what it is called; `changed_at` is when that was last written down, in UTC."""

    uid: str
    on: date
    title: str
    changed_at: datetime


def render_day(day: Day) -> bytes:
    """The VEVENT (RFC 5545 section 3.6.1): DTEND is the first day after it (section 3.8.2.2)."""
    changed = day.changed_at.strftime(INSTANT)
    lines = (
        ("BEGIN", "VEVENT"),
        ("UID", escape(clean(day.uid))),
        ("SEQUENCE", "0"),
        ("DTSTAMP", changed),
        ("LAST-MODIFIED", changed),
        ("DTSTART;VALUE=DATE", day.on.strftime(DATE)),
        ("DTEND;VALUE=DATE", (day.on + timedelta(days=1)).strftime(DATE)),
        ("SUMMARY", escape(clean(day.title))),
        ("CLASS", "PUBLIC"),
        ("STATUS", "CONFIRMED"),
        ("TRANSP", "TRANSPARENT"),
        ("END", "VEVENT"),
    )
    return b"".join(line(name, value) for name, value in lines)
