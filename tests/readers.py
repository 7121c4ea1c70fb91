"""Four readers of calendars that share no parser: what each of them sees, every meeting of a
series by itself."""

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import recurring_ical_events
import vobject
from ical.calendar_stream import IcsCalendarStream

Read = set[tuple[str, datetime, datetime, str, str]]
SINCE, UNTIL = datetime(2025, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
ICAL_JS = Path(__file__).parent / "node" / "read.mjs"


def instant(start: date) -> datetime:
    """A whole day begins, for our purpose, with its midnight in UTC."""
    if isinstance(start, datetime):
        return start.astimezone(UTC)
    return datetime(start.year, start.month, start.day, tzinfo=UTC)


def by_icalendar(octets: bytes) -> Read:
    """`icalendar`, with `recurring-ical-events` for what repeats."""
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(octets))
    return {
        (
            str(e["UID"]),
            instant(e.start),
            instant(e.end),
            str(e["STATUS"]),
            str(e["SUMMARY"]),
        )
        for e in found.between(SINCE, UNTIL)
    }


def by_vobject(octets: bytes) -> Read:
    """Its zones come from the VTIMEZONE alone, and its rules from dateutil."""
    events = vobject.readOne(octets.decode()).contents.get("vevent", [])
    instead = {
        (e.uid.value, e.recurrence_id.value.astimezone(UTC))
        for e in events
        if hasattr(e, "recurrence_id")
    }
    return {one for e in events for one in _of_vobject(e, instead)}


def _of_vobject(event: Any, instead: set[tuple[str, datetime]]) -> Read:
    first, last = instant(event.dtstart.value), instant(event.dtend.value)
    lasts = last - first
    said = (event.status.value, event.summary.value)
    uid = event.uid.value
    if not hasattr(event, "rrule"):
        return {(uid, first, last, *said)}
    starts = [start.astimezone(UTC) for start in event.getrruleset(addRDate=True)]
    return {(uid, at, at + lasts, *said) for at in starts if (uid, at) not in instead}


def by_ical(octets: bytes) -> Read:
    """Home Assistant's `ical`; its zones come from the zone database, by their name."""
    timeline = IcsCalendarStream.calendar_from_ics(octets.decode()).timeline
    return {
        (
            str(e.uid),
            instant(e.dtstart),
            instant(e.dtend),
            str(e.status.value),
            str(e.summary),
        )
        for e in timeline.overlapping(SINCE, UNTIL)
    }


def by_ical_js(octets: bytes) -> Read:
    """`ical.js`, which Thunderbird reads with; its zones come from the VTIMEZONE alone."""
    return all_by_ical_js([octets])[0]


def all_by_ical_js(calendars: Sequence[bytes]) -> list[Read]:
    """The same of many calendars, in one process of Node."""
    node = shutil.which("node")
    assert node
    given = json.dumps([octets.decode() for octets in calendars]).encode()
    ran = subprocess.run([node, ICAL_JS], input=given, capture_output=True, check=True)
    return [
        {
            (uid, _instant(start), _instant(start) + timedelta(seconds=lasts), status, summary)
            for uid, start, lasts, status, summary in found
        }
        for found in json.loads(ran.stdout)
    ]


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def has_ical_js() -> bool:
    """Whether Node and the package are installed; `make` does both where it may."""
    return shutil.which("node") is not None and (ICAL_JS.parent / "node_modules/ical.js").exists()


READERS: tuple[Callable[[bytes], Read], ...] = (
    by_icalendar,
    by_vobject,
    by_ical,
    *([by_ical_js] if has_ical_js() else []),
)


def all_read(calendars: Sequence[bytes]) -> dict[str, list[Read]]:
    """What each reader sees in each of these."""
    found = {
        read.__name__: [read(octets) for octets in calendars]
        for read in READERS
        if read is not by_ical_js
    }
    return found | ({"by_ical_js": all_by_ical_js(calendars)} if has_ical_js() else {})
