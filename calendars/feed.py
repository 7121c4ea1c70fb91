"""A whole calendar to subscribe to (RFC 5545 section 3.4, RFC 7986): entries joined, not built."""

from collections.abc import Iterable

from calendars.text import clean, escape, line
from calendars.zones import vtimezone

PRODID = "-//Hub//Meetings//EN"
COLOR = "teal"


def join(name: str, hours: int, zones: Iterable[str], entries: Iterable[bytes]) -> bytes:
    """One VCALENDAR with these entries and the zones that they use.

    No METHOD: this is a publication, not an invitation (RFC 5546 section 1.4), and some
    programs open anything with a METHOD as a mail. The same things give the same octets.
    """
    zoned = [vtimezone(zone) for zone in sorted(set(zones))]
    parts = [*_head(name, hours), *zoned, *entries, line("END", "VCALENDAR")]
    return b"".join(parts)


def single(zones: Iterable[str], entry: bytes) -> bytes:
    """One entry as a file to keep; what subscribers need, a name and an interval, is left out."""
    zoned = [vtimezone(zone) for zone in sorted(set(zones))]
    return b"".join([*product(), *zoned, entry, line("END", "VCALENDAR")])


def product() -> list[bytes]:
    """The lines with which every calendar begins (RFC 5545 section 3.6)."""
    return [
        line("BEGIN", "VCALENDAR"),
        line("VERSION", "2.0"),
        line("PRODID", PRODID),
        line("CALSCALE", "GREGORIAN"),
    ]


def _head(name: str, hours: int) -> list[bytes]:
    """The name twice and the interval twice: RFC 7986 sections 5.1 and 5.7, and what Outlook
    and Apple read instead. The colour is one of CSS's names (section 5.9)."""
    called, every = escape(clean(name)), f"PT{hours}H"
    return [
        *product(),
        line("NAME", called),
        line("X-WR-CALNAME", called),
        line("REFRESH-INTERVAL;VALUE=DURATION", every),
        line("X-PUBLISHED-TTL", every),
        line("COLOR", COLOR),
    ]
