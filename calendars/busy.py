"""When somebody is busy, read from a calendar of foreign making; never what they do then.

What is unsure blocks: an unknown zone takes every hour that it could mean, a repetition that
cannot be followed takes its time on every day, and both are named for the owner.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from calendars import repeats
from calendars.foreign import Entry, Foreign, taken_apart
from calendars.foreign_zones import EARLIER, LATER, Clock, clock_of
from calendars.moments import DAY, Bad, When, is_free, when

INSTANCES = 500
_period_of: Callable[[str], tuple[datetime, datetime | timedelta]] = icalendar.vPeriod.from_ical
Bound = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of busy time in UTC; `sure` is False where the calendar left it open."""

    starts: datetime
    ends: datetime
    sure: bool = True


@dataclass(frozen=True)
class Doubt:
    """An entry, by its number in the file and its day, that could not be read as it stands.

    `why` is one word: zone, start, length, rule, broken.
    """

    number: int
    why: str
    day: str = ""


@dataclass
class Reading:
    """What a calendar says of a window of time."""

    spans: list[Span] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def read(
    octets: bytes,
    since: datetime,
    until: datetime,
    zone: str,
    ours: frozenset[str] = frozenset(),
    bound: Bound = nullcontext,
) -> Reading:
    """Busy time from `since` up to `until`; whole days are days of the owner's zone. What has one
    of `ours` for a UID is left out: whoever asks put it there.

    Raises `Unreadable`. `bound` is entered around each repetition that is followed: whoever
    cannot wait lets it raise.
    """
    foreign = taken_apart(octets)
    reader = _Reader(clock_of(foreign, zone), (since, until), bound)
    for uid, entries in _series(foreign).items():
        if uid not in ours:
            reader.take(entries)
    reader.found.spans = merged(reader.found.spans)
    return reader.found


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans that overlap made one, those that are sure apart from those that are not."""
    made: dict[bool, list[Span]] = {True: [], False: []}
    for span in sorted(spans):
        some = made[span.sure]
        if some and span.starts < some[-1].ends:
            some[-1] = Span(some[-1].starts, max(some[-1].ends, span.ends), span.sure)
        else:
            some.append(span)
    return sorted([*made[True], *made[False]])


def _series(foreign: Foreign) -> dict[str, list[Entry]]:
    """Entries of one UID together (RFC 5545 section 3.8.4.7); one without any is alone."""
    groups: dict[str, list[Entry]] = {}
    for entry in foreign.entries:
        uids = entry.all("UID")
        key = uids[0].text if uids and uids[0].text else f"number {entry.number}"
        groups.setdefault(key, []).append(entry)
    return groups


class _Reader:
    """One calendar's entries, gathered into spans within a window."""

    def __init__(self, clock: Clock, window: tuple[datetime, datetime], bound: Bound) -> None:
        self.clock, self.bound, self.found = clock, bound, Reading()
        self.since, self.until = window

    def take(self, entries: list[Entry]) -> None:
        """One master with what was changed of it; anything else each by itself, which blocks
        more rather than less."""
        masters = [entry for entry in entries if not entry.all("RECURRENCE-ID")]
        if len(masters) == 1 and (len(entries) > 1 or repeats.does(masters[0])):
            self._guarded(self._repeated, masters[0], entries)
            return
        for entry in entries:
            one = self._repeated if repeats.does(entry) else self._single
            self._guarded(one, entry, [entry])

    def _guarded(
        self, one: Callable[[Entry, list[Entry]], None], entry: Entry, entries: list[Entry]
    ) -> None:
        """A bad entry is skipped alone, and named."""
        try:
            if entry.kind == "VFREEBUSY":
                self._periods(entry)
            else:
                one(entry, entries)
        except Bad as bad:
            self._doubt(entry, bad.why)
        except (ValueError, OverflowError):
            self._doubt(entry, "broken")

    def _doubt(self, entry: Entry, why: str) -> None:
        self.found.doubts.append(Doubt(entry.number, why, repeats.day_of(entry)))

    def _single(self, entry: Entry, _entries: list[Entry]) -> None:
        if not is_free(entry):
            one = self._when(entry)
            self._add(one.starts, one.ends, sure=one.sure, widened=one.widened)

    def _when(self, entry: Entry) -> When:
        """When it is; what is not quite clear about it is noted."""
        found = when(entry, self.clock)
        for why in found.doubts:
            self._doubt(entry, why)
        return found

    def _repeated(self, master: Entry, entries: list[Entry]) -> None:
        """What the library makes of the series; where it cannot, its time on every day."""
        told = [(entry, self._when(entry)) for entry in entries]
        sure = all(one.sure for _entry, one in told)
        widened = any(one.widened for _entry, one in told)
        try:
            found = self._followed(told)
        except Exception:
            self._doubt(master, "rule")
            self._every_day([one for entry, one in told if not is_free(entry)])
            return
        for starts, ends in found:
            self._add(starts, ends, sure=sure, widened=widened)

    def _followed(self, told: list[tuple[Entry, When]]) -> list[tuple[datetime, datetime]]:
        text = repeats.calendar(told, self.clock)
        with self.bound():
            query = recurring_ical_events.of(icalendar.Calendar.from_ical(text))
            some = query.between(self.since - DAY, self.until + DAY)
        if len(some) > INSTANCES:
            raise Bad("rule")
        return [self._instants(one) for one in some if not one.get("X-FREE")]

    def _instants(self, one: icalendar.Event) -> tuple[datetime, datetime]:
        return self._instant(one.start), self._instant(one.end)

    def _instant(self, at: date) -> datetime:
        """A day begins at midnight where the owner is."""
        if isinstance(at, datetime):
            return at.astimezone(UTC)
        return datetime.combine(at, time(), ZoneInfo(self.clock.owner)).astimezone(UTC)

    def _every_day(self, some: Iterable[When]) -> None:
        """From its first day on, its time on each day of the window: no rule of the calendar
        that repeats by the day or more seldom takes more."""
        for one in some:
            length = min(one.ends - one.starts, DAY)
            day = max(0, (self.since - one.starts) // DAY - 1)
            while (starts := one.starts + day * DAY) < self.until + DAY:
                self._add(starts, starts + length, sure=False, widened=one.widened)
                day += 1

    def _periods(self, entry: Entry) -> None:
        """FREEBUSY (sections 3.6.4 and 3.8.2.6): anything but FREE is busy."""
        for value in entry.all("FREEBUSY"):
            kind = value.params.upper().strip("; ")
            if not kind.endswith("FBTYPE=FREE"):
                for starts, ends in _stretches(value.text):
                    self._add(starts, ends)

    def _add(
        self, starts: datetime, ends: datetime, *, sure: bool = True, widened: bool = False
    ) -> None:
        starts, ends = starts.astimezone(UTC), ends.astimezone(UTC)
        if widened:
            starts, ends = starts - EARLIER, ends + LATER
        starts, ends = max(starts, self.since), min(ends, self.until)
        if starts < ends:
            self.found.spans.append(Span(starts, ends, sure))


def _stretches(text: str) -> Iterator[tuple[datetime, datetime]]:
    for part in text.split(","):
        try:
            starts, ends = _period_of(part.strip())
            yield starts, starts + ends if isinstance(ends, timedelta) else ends
        except (ValueError, TypeError, OverflowError) as error:
            raise Bad("broken") from error
