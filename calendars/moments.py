"""When one entry is, and whether it takes the time: dates as programs write them, well or badly."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import icalendar

from calendars.foreign import Entry, Value
from calendars.foreign_zones import Clock

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FREE_STATUS = ("FREE", "WORKINGELSEWHERE")
BUSY_STATUS = ("BUSY", "TENTATIVE", "OOF")
length_of: Callable[[str], timedelta] = icalendar.vDuration.from_ical
_DATE = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?P<rest>[T ]?(?:(\d\d):?(\d\d)(?::?(\d\d))?(?:\.\d+)?)?"
    r"(?P<off>Z|[+-]\d\d:?\d\d)?)$",
    re.IGNORECASE,
)


class Bad(ValueError):
    """An entry that cannot be used; `why` is one word."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Moment:
    """A day, or a wall time in a zone (RFC 5545 sections 3.3.4 and 3.3.5). `known` is False where
    nobody knows which zone was meant; its wall time is then as if in UTC."""

    wall: date
    zone: str
    known: bool = True

    @property
    def is_day(self) -> bool:
        """A whole day, which has no zone."""
        return not isinstance(self.wall, datetime)

    def instant(self, clock: Clock) -> datetime:
        """When it is; a day begins at midnight where the owner is."""
        if not isinstance(self.wall, datetime):
            return clock.at(datetime.combine(self.wall, time()), clock.owner)
        return clock.at(self.wall, self.zone)

    def line(self, name: str) -> str:
        """The same as one unmistakable content line."""
        if self.is_day:
            return f"{name};VALUE=DATE:{self.wall:%Y%m%d}"
        text = f"{self.wall:%Y%m%dT%H%M%S}"
        return f"{name}:{text}Z" if self.zone == "UTC" else f"{name};TZID={self.zone}:{text}"


@dataclass(frozen=True)
class When:
    """A stretch of time. `widened` is one whose zone is unknown, `doubts` say what was unclear."""

    starts: datetime
    ends: datetime
    doubts: tuple[str, ...] = ()
    widened: bool = False
    first: Moment | None = None

    @property
    def sure(self) -> bool:
        """Whether the calendar left nothing open."""
        return not self.doubts


def is_free(entry: Entry) -> bool:
    """Called off (section 3.8.1.11), or taking no time (3.8.2.7); Outlook's own word goes first."""
    if entry.word("STATUS") == "CANCELLED":
        return True
    outlook = entry.word("X-MICROSOFT-CDO-BUSYSTATUS")
    if outlook in (*FREE_STATUS, *BUSY_STATUS):
        return outlook in FREE_STATUS
    return entry.word("TRANSP") == "TRANSPARENT"


def moments(value: Value, clock: Clock) -> list[Moment]:
    """The dates of one value, which may be several (section 3.1.1); Bad where one is none."""
    return [_moment(Value(text.strip(), value.params), clock) for text in value.text.split(",")]


def _moment(value: Value, clock: Clock) -> Moment:
    found = _DATE.match(value.text)
    if found is None:
        raise Bad("start")
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
        if not found["rest"]:
            return Moment(day, clock.owner)
        clocked = time(int(found[5]), int(found[6]), min(int(found[7] or 0), 59))
        return _placed(datetime.combine(day, clocked), found["off"], value, clock)
    except (ValueError, TypeError, OverflowError) as error:
        raise Bad("start") from error


def _placed(wall: datetime, offset: str | None, value: Value, clock: Clock) -> Moment:
    if offset and offset.upper() != "Z":
        there = datetime.fromisoformat(f"{wall.isoformat()}{offset[:3]}:{offset[-2:]}")
        return Moment(there.astimezone(UTC).replace(tzinfo=None), "UTC")
    return Moment(wall, *clock.zone(value))


def when(entry: Entry, clock: Clock) -> When:
    """When an entry is. What can be guessed is, and doubted; Bad where nothing says when."""
    starts = entry.all("DTSTART")
    try:
        first = moments(starts[0], clock)[0]
    except (IndexError, Bad):
        return _around(entry, clock)
    begins = first.instant(clock)
    ends, doubt = _ends(entry, first, begins, clock)
    cut = () if entry.ended else ("broken",)
    doubts = (*(() if first.known else ("zone",)), *doubt, *cut)
    return When(begins, ends, doubts, widened=not first.known, first=first)


def _around(entry: Entry, clock: Clock) -> When:
    """Without a start: the day that the start's digits say, or the hour before its end."""
    for value in entry.all("DTSTART"):
        day = re.match(r"(\d{4})-?(\d\d)-?(\d\d)", value.text)
        if day:
            first = _moment(Value("".join(day.groups())), clock)
            begins = first.instant(clock)
            return When(begins, begins + DAY, ("start",), widened=True, first=first)
    for value in entry.all("DTEND"):
        last = moments(value, clock)[0]
        ends = last.instant(clock)
        return When(ends - HOUR, ends, ("start",), widened=not last.known)
    raise Bad("start")


def _ends(
    entry: Entry, first: Moment, begins: datetime, clock: Clock
) -> tuple[datetime, tuple[str, ...]]:
    """DTEND or DURATION (sections 3.8.2.2 and 3.8.2.5). A day without either is one day; a time
    without either is said to take none, which too many programs mean otherwise: an hour."""
    usual = begins + (DAY if first.is_day else HOUR)
    try:
        ends = _said(entry, begins, clock)
    except (Bad, ValueError, TypeError, OverflowError):
        return usual, ("length",)
    if ends is None:
        return usual, () if first.is_day else ("length",)
    return (ends, ()) if ends >= begins else (usual, ("length",))


def _said(entry: Entry, begins: datetime, clock: Clock) -> datetime | None:
    for value in entry.all("DTEND"):
        return moments(value, clock)[0].instant(clock)
    for value in entry.all("DURATION"):
        length = length_of(value.text)
        days = timedelta(days=length.days)
        return ((begins + days).astimezone(UTC) + (length - days)).astimezone(begins.tzinfo)
    return None
