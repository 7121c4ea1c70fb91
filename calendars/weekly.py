"""The hours of a week, read from a calendar of foreign making: a VAVAILABILITY (RFC 7953) as
`availability` writes it, or plain events that repeat every week.

Hours of a week are one thing whole: an entry that cannot be said as hours of every week, by the
clock of their owner, is named and never guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from calendars.availability import CATEGORY, LOCATION, Open
from calendars.foreign import Entry, Unreadable, taken_apart
from calendars.foreign_zones import Clock, clock_of
from calendars.moments import DAY, Bad, Moment, length_of, moments
from calendars.repeats import day_of, parts
from calendars.zones import DAYS

KINDS = ("VEVENT", "AVAILABLE", "VAVAILABILITY")
MINUTE, A_DAY, A_WEEK = timedelta(minutes=1), 1440, 7 * 1440
KNOWN = {"FREQ", "INTERVAL", "BYDAY", "WKST"}
A_YEAR = 366


@dataclass(frozen=True)
class Slip:
    """An entry, by its number in the file and its day, that is no hours of every week.

    `why` is one word: once, rule, ends, later, but, several, zone, clock, start, length.
    """

    number: int
    why: str
    day: str = ""


@dataclass
class Week:
    """What a file says of a week, in the order of its entries."""

    hours: list[Open] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)


def read_week(octets: bytes, zone: str, on: date) -> Week:
    """The open hours in a file by the clock of `zone`, as they are from the day on. What was
    called off, or ended before, is passed over.

    Raises `Unreadable`, with `no_hours` where nothing in it repeats and nothing tries to.
    """
    foreign = taken_apart(octets, frozenset((LOCATION, CATEGORY)), KINDS)
    clock, week = clock_of(foreign, zone), Week()
    weeks = [entry for entry in foreign.entries if entry.kind == "VAVAILABILITY"]
    for entry in foreign.entries:
        try:
            week.hours += _of_entry(entry, weeks, clock, on)
        except Bad as bad:
            week.slips.append(Slip(entry.number, bad.why, day_of(entry)))
    if not week.hours and not week.slips:
        raise Unreadable("no_hours")
    return week


def _of_entry(entry: Entry, weeks: list[Entry], clock: Clock, on: date) -> Iterator[Open]:
    if entry.kind == "VAVAILABILITY":
        _is_for_good(entry, weeks, clock, on)
    elif entry.word("STATUS") != "CANCELLED" and not _is_over(entry, on):
        yield from _hours(entry, clock, on)


def _is_for_good(entry: Entry, weeks: list[Entry], clock: Clock, on: date) -> None:
    """Its own bounds (RFC 7953 section 3.1) cut all of its hours; of several the one with the
    higher PRIORITY counts from day to day, which no week can say."""
    if entry is not weeks[0]:
        raise Bad("several")
    if entry.all("DTEND") or entry.all("DURATION"):
        raise Bad("ends")
    for value in entry.all("DTSTART"):
        _has_begun(moments(value, clock)[0], on)


def _has_begun(first: Moment, on: date) -> None:
    if _wall(first).date() > on + 6 * DAY:
        raise Bad("later")


def _is_over(entry: Entry, on: date) -> bool:
    """Whether it happened once, or for the last time, before the day."""
    last = _rule(entry).get("UNTIL", "") if entry.all("RRULE") else entry.word("DTSTART")
    digits = "".join(c for c in last[:10] if c.isdigit())[:8]
    return bool(digits) and digits < f"{on:%Y%m%d}"


def _rule(entry: Entry) -> dict[str, str]:
    return dict(parts(entry.all("RRULE")[0].text.upper()))


def _hours(entry: Entry, clock: Clock, on: date) -> Iterator[Open]:
    days, first = _weekdays(entry), _first(entry, clock)
    _has_begun(first, on)
    begins, length = _wall(first), _length(entry, first, clock)
    turned = begins.hour * 60 + begins.minute + _turn(first, clock, on)
    where, how = _text(entry, LOCATION), _text(entry, CATEGORY).lower()
    for day in days or [begins.weekday()]:
        for weekday, starts, ends in _by_days(day * A_DAY + turned, length):
            yield Open(weekday, starts, ends, where, how)


def _weekdays(entry: Entry) -> list[int]:
    """One rule of every week, without an end and without exceptions (RFC 5545 sections 3.3.10 and
    3.8.5); none where the day on which it begins is the one."""
    if entry.all("RECURRENCE-ID") or entry.all("EXDATE"):
        raise Bad("but")
    if not entry.all("RRULE"):
        raise Bad("once")
    rule = _rule(entry)
    if rule.keys() & {"UNTIL", "COUNT"}:
        raise Bad("ends")
    every = {"DAILY": DAYS, "WEEKLY": ()}.get(rule.get("FREQ", ""))
    several = len(entry.all("RRULE")) > 1 or entry.all("RDATE")
    names = rule["BYDAY"].split(",") if "BYDAY" in rule else every
    weekly = rule.keys() <= KNOWN and rule.get("INTERVAL", "1") == "1"
    if several or every is None or not weekly or not set(names or ()) <= set(DAYS):
        raise Bad("rule")
    return [DAYS.index(name) for name in names or ()]


def _first(entry: Entry, clock: Clock) -> Moment:
    starts = entry.all("DTSTART")
    if not starts:
        raise Bad("start")
    first = moments(starts[0], clock)[0]
    if not first.known:
        raise Bad("zone")
    return first


def _wall(moment: Moment) -> datetime:
    if isinstance(moment.wall, datetime):
        return moment.wall
    return datetime.combine(moment.wall, time())


def _length(entry: Entry, first: Moment, clock: Clock) -> int:
    """Minutes by the clock on the wall, whatever it does on the first of the days."""
    minutes = A_DAY if first.is_day else 0
    for value in entry.all("DTEND"):
        last = moments(value, clock)[0]
        same = (last.zone, last.is_day) == (first.zone, first.is_day)
        minutes = (_wall(last) - _wall(first)) // MINUTE if same else 0
    for value in entry.all("DURATION"):
        minutes = _lasts(value.text) // MINUTE
    if not 0 < minutes <= A_DAY:
        raise Bad("length")
    return minutes


def _lasts(text: str) -> timedelta:
    try:
        return length_of(text)
    except (ValueError, OverflowError) as error:
        raise Bad("length") from error


def _turn(first: Moment, clock: Clock, on: date) -> int:
    """Minutes from the clock of the entry to that of the owner: the same all year, or it is no
    week of theirs."""
    if first.is_day or first.zone == clock.owner:
        return 0
    there, here = first.instant(clock).tzinfo, ZoneInfo(clock.owner)
    noons = (datetime.combine(on + n * DAY, time(12), there) for n in range(A_YEAR))
    turns = {noon.astimezone(here).replace(tzinfo=there) - noon for noon in noons}
    if len(turns) > 1:
        raise Bad("clock")
    return turns.pop() // MINUTE


def _by_days(starts: int, length: int) -> Iterator[tuple[int, int, int]]:
    """A stretch of the week, from midnight to midnight at most."""
    while length:
        weekday, minute = divmod(starts % A_WEEK, A_DAY)
        some = min(length, A_DAY - minute)
        yield weekday, minute, minute + some
        starts, length = starts + some, length - some


def _text(entry: Entry, name: str) -> str:
    """A TEXT value (RFC 5545 section 3.3.11) on one line."""
    for value in entry.all(name):
        plain = re.sub(
            r"\\(.)", lambda found: {"n": " ", "N": " "}.get(found[1], found[1]), value.text
        )
        return " ".join(plain.split())
    return ""
