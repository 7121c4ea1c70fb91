"""Entries that repeat: one rule, what is left out of it, and what differs (RFC 5545 section 3.8.5).

A series is one entry with a rule. A start that does not happen is an EXDATE, one that is at
another time, or says something else, an entry of its own with a RECURRENCE-ID; never both. There
is no RDATE and no THISANDFUTURE, which many programs pass over: where a series goes on at
other times it ends, and another with its own UID goes on (RELATED-TO).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count, takewhile
from zoneinfo import ZoneInfo

from calendars.event import Event, Instance, Repeats
from calendars.zones import DAYS

LAST = -1


@dataclass(frozen=True)
class Rule:
    """Every so many weeks; or, with `nth`, on the first to fourth (1 to 4) or the last (-1) such
    weekday of each month (RFC 5545 section 3.3.10)."""

    weeks: int = 1
    nth: int = 0


def starts(rule: Rule, first: datetime, last: datetime) -> list[datetime]:
    """The wall times of a rule from a first one, that meets it, to the last."""
    return list(takewhile(lambda time: time <= last, _without_end(rule, first)))


def _without_end(rule: Rule, first: datetime) -> Iterator[datetime]:
    if rule.nth:
        return (_of_month(rule.nth, first, n) for n in count())
    return (first + timedelta(weeks=n * rule.weeks) for n in count())


def _of_month(nth: int, first: datetime, n: int) -> datetime:
    year, month = divmod(first.year * 12 + first.month - 1 + n, 12)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    if nth == LAST:
        before = following - timedelta(days=1)
        day = before - timedelta(days=(before.weekday() - first.weekday()) % 7)
    else:
        begins = date(year, month + 1, 1)
        day = begins + timedelta(days=(first.weekday() - begins.weekday()) % 7, weeks=nth - 1)
    return datetime.combine(day, first.time())


def series(
    rule: Rule, zone: str, planned: Mapping[datetime, Event], after: str = ""
) -> list[Event]:
    """The one entry that repeats, and then those that differ from it.

    `planned` has each meeting under the wall time that the rule has for it, in `zone`, though it
    may be at another time; what the rule has and `planned` has not is left out. `after` is the UID
    of the series that this one goes on from. Empty where no rule can say it: a start is none of
    the rule's, or the clock changes around one (RFC 5545 section 3.3.5).
    """
    times = starts(rule, min(planned), max(planned))
    minutes = max(event.minutes for event in planned.values())
    regular = planned.keys() <= set(times) and all(_steady(t, zone, minutes) for t in times)
    if not regular:
        return []
    master = _master(rule, zone, planned, times, after)
    return [master, *_different(master, planned)]


def _steady(start: datetime, zone: str, minutes: int) -> bool:
    """Whether both ends are shown once, and by one offset: readers differ on any other."""
    there = ZoneInfo(zone)
    ends = (start.replace(tzinfo=there), (start + timedelta(minutes=minutes)).replace(tzinfo=there))
    return len({end.replace(fold=fold).utcoffset() for end in ends for fold in (0, 1)}) == 1


def _master(
    rule: Rule, zone: str, planned: Mapping[datetime, Event], times: list[datetime], after: str
) -> Event:
    """It says what the first meeting says that is on and was not moved, and begins with the
    first start of the rule (RFC 5545 section 3.8.5.3: DTSTART counts as the first)."""
    in_order = [planned[slot] for slot in sorted(planned)]
    usual = [e for slot, e in sorted(planned.items()) if (e.starts, e.zone) == (slot, zone)]
    on = [event for event in usual if not event.called_off]
    left_out = tuple(time for time in times if time not in planned)
    return replace(
        (on or usual or in_order)[0],
        starts=times[0],
        zone=zone,
        changed_at=max(event.changed_at for event in in_order),
        repeats=Repeats(_said(rule, times[0], _utc(times[-1], zone)), left_out, after),
    )


def _said(rule: Rule, first: datetime, until: datetime) -> dict[str, str | int | datetime]:
    """UNTIL is in UTC, as it has to be beside a TZID (RFC 5545 section 3.3.10)."""
    day = DAYS[first.weekday()]
    if rule.nth:
        return {"FREQ": "MONTHLY", "UNTIL": until, "BYDAY": f"{rule.nth}{day}"}
    return {"FREQ": "WEEKLY", "UNTIL": until, "INTERVAL": rule.weeks, "BYDAY": day}


def _utc(wall: datetime, zone: str) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _different(master: Event, planned: Mapping[datetime, Event]) -> Iterator[Event]:
    """RFC 5545 section 3.8.4.4: RECURRENCE-ID has the zone and type of the DTSTART."""
    for slot, event in sorted(planned.items()):
        usual = replace(master, starts=slot, changed_at=event.changed_at, repeats=None)
        if event != usual:
            yield replace(event, instance=Instance(slot, master.zone))
