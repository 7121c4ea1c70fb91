"""The zones that calendars of foreign making name (RFC 5545 section 3.2.19), Windows' included."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cache
from typing import cast
from zoneinfo import ZoneInfo, available_timezones

import icalendar
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from calendars.foreign import Foreign, Value

_TZID = re.compile(r"^TZID\b.*$", re.IGNORECASE | re.MULTILINE)
NOWHERE = "UTC"
EARLIER, LATER = timedelta(hours=14), timedelta(hours=12)
"""A wall time of an unknown zone is so much earlier, or later, than the same in UTC at most."""


@dataclass(frozen=True)
class Clock:
    """Which zone a time of this calendar is in, by the IANA name or the name of a written one."""

    owner: str
    floating: str
    written: dict[str, str]
    texts: dict[str, str]

    def zone(self, value: Value) -> tuple[str, bool]:
        """The zone of a value and whether it is known; a time without one is the owner's."""
        if value.text.upper().endswith("Z"):
            return "UTC", True
        if not value.zone:
            return self.floating, True
        found = known(value.zone) or self.written.get(value.zone)
        return found or NOWHERE, found is not None

    def at(self, wall: datetime, zone: str) -> datetime:
        """A wall time in one of these zones, as an instant."""
        if zone in self.texts:
            return wall.replace(tzinfo=_made(self.texts[zone]))
        return wall.replace(tzinfo=ZoneInfo(zone))


def clock_of(foreign: Foreign, owner: str) -> Clock:
    """The zones of one calendar. A written one is named by what it says, so that two calendars
    may each have a "Customized Time Zone" of their own."""
    written, texts = dict[str, str](), dict[str, str]()
    for name, text in foreign.zones.items():
        mark = f"zone-{hashlib.sha256(text.encode()).hexdigest()[:24]}"
        if _is_sound(text):
            written[name.strip('"')] = mark
            texts[mark] = _TZID.sub(f"TZID:{mark}", text)
    return Clock(owner, known(foreign.head.get("X-WR-TIMEZONE", "")) or owner, written, texts)


def _is_sound(text: str) -> bool:
    """Whether the library can say what it means on some day."""
    try:
        return datetime(2027, 1, 1, tzinfo=_made(text)).utcoffset() is not None
    except Exception:
        return False


def _made(text: str) -> tzinfo:
    zone = cast("icalendar.Timezone", icalendar.Timezone.from_ical(text))
    made: tzinfo = zone.to_tz(lookup_tzid=False)
    return made


def known(name: str) -> str | None:
    """The IANA name of a zone: as it is, by Windows' name, or at the end of a path."""
    parts = name.strip("/ ").lower().split("/")
    ways = ("/".join(parts), *("/".join(parts[-n:]) for n in (3, 2, 1)))
    return next((_names()[way] for way in ways if way in _names()), None)


@cache
def _names() -> dict[str, str]:
    windows = {name.lower(): zone for name, zone in WINDOWS_TO_OLSON.items()}
    return windows | {name.lower(): name for name in available_timezones()}
