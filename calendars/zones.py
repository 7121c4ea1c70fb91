"""Time zones as Outlook, Google and Apple understand them (RFC 5545 section 3.6.5).

Outlook reads of a VTIMEZONE only TZID, DTSTART, one yearly RRULE with a single BYDAY and the
two offsets, so each is one STANDARD and one DAYLIGHT. Those of New Zealand and Australia are
written by hand; any other is derived from `zoneinfo`, and a test holds all of them against it.
icalendar's own `add_missing_timezones` starts each summer an hour late.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from calendars.text import escape, line

DERIVED_FROM, DERIVED_TO = 2020, 2040
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
EVER = "19700101T000000"


@dataclass(frozen=True)
class Onset:
    """A change of offset: first at this wall time, by the clock that ran until then.

    `rule` is empty for a change that happens once.
    """

    first: str
    before: str
    after: str
    name: str
    rule: str = ""
    summer: bool = False


def _april(first: str, before: str, after: str, name: str) -> Onset:
    return Onset(f"20080406T{first}", before, after, name, "BYMONTH=4;BYDAY=1SU")


def _september(first: str, before: str, after: str, name: str) -> Onset:
    return Onset(f"20070930T{first}", before, after, name, "BYMONTH=9;BYDAY=-1SU", summer=True)


def _october(before: str, after: str, name: str) -> Onset:
    rule = "BYMONTH=10;BYDAY=1SU"
    return Onset("20081005T020000", before, after, name, rule, summer=True)


_EAST = (_april("030000", "+1100", "+1000", "AEST"), _october("+1000", "+1100", "AEDT"))
_SOUTH = (_april("030000", "+1030", "+0930", "ACST"), _october("+0930", "+1030", "ACDT"))
BY_HAND: dict[str, tuple[Onset, ...]] = {
    "Pacific/Auckland": (
        _april("030000", "+1300", "+1200", "NZST"),
        _september("020000", "+1200", "+1300", "NZDT"),
    ),
    "Pacific/Chatham": (
        _april("034500", "+1345", "+1245", "+1245"),
        _september("024500", "+1245", "+1345", "+1345"),
    ),
    "Australia/Sydney": _EAST,
    "Australia/Melbourne": _EAST,
    "Australia/Hobart": _EAST,
    "Australia/Canberra": _EAST,
    "Australia/Adelaide": _SOUTH,
    "Australia/Broken_Hill": _SOUTH,
    "Australia/Lord_Howe": (
        _april("020000", "+1100", "+1030", "+1030"),
        _october("+1030", "+1100", "+11"),
    ),
    "Australia/Brisbane": (Onset(EVER, "+1000", "+1000", "AEST"),),
    "Australia/Darwin": (Onset(EVER, "+0930", "+0930", "ACST"),),
    "Australia/Perth": (Onset(EVER, "+0800", "+0800", "AWST"),),
}


@cache
def vtimezone(zone: str) -> bytes:
    """The VTIMEZONE of an IANA zone."""
    onsets = BY_HAND.get(zone) or _derived(ZoneInfo(zone))
    parts = [line("BEGIN", "VTIMEZONE"), line("TZID", escape(zone))]
    parts += [_component(onset) for onset in onsets]
    return b"".join([*parts, line("END", "VTIMEZONE")])


def _component(onset: Onset) -> bytes:
    """RFC 5545 section 3.6.5: DTSTART and the rule are wall time before the change."""
    kind = "DAYLIGHT" if onset.summer else "STANDARD"
    lines = [
        line("BEGIN", kind),
        line("DTSTART", onset.first),
        line("TZOFFSETFROM", onset.before),
        line("TZOFFSETTO", onset.after),
        line("RRULE", f"FREQ=YEARLY;{onset.rule}") if onset.rule else b"",
        line("TZNAME", escape(onset.name)),
        line("END", kind),
    ]
    return b"".join(lines)


def _derived(zone: ZoneInfo) -> tuple[Onset, ...]:
    """One standing offset; else two yearly rules; else every change of twenty years by itself."""
    changes = [c for year in range(DERIVED_FROM, DERIVED_TO) for c in _changes(zone, year)]
    begin = _change_at(zone, datetime(DERIVED_FROM, 1, 1, tzinfo=UTC))
    if not changes:
        return (begin,)
    first = [c for c in changes if c.first.startswith(str(DERIVED_FROM))]
    ruled = tuple(r for c in first for r in _ruled(c, changes))
    return ruled if len(first) == len(ruled) == 2 else (begin, *changes)


def _changes(zone: ZoneInfo, year: int) -> Iterator[Onset]:
    """The year's changes of offset, each found to the minute by halving its day."""
    day = datetime(year, 1, 1, tzinfo=UTC)
    for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days):
        low = day + timedelta(days=number)
        high = low + timedelta(days=1)
        if _offset(zone, low) != _offset(zone, high):
            while high - low > timedelta(minutes=1):
                middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
                same = _offset(zone, middle) == _offset(zone, low)
                low, high = (middle, high) if same else (low, middle)
            yield _change_at(zone, high)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _change_at(zone: ZoneInfo, at: datetime) -> Onset:
    before, after = _offset(zone, at - timedelta(minutes=1)), _offset(zone, at)
    return Onset(
        (at + before).strftime("%Y%m%dT%H%M%S"),
        _signed(before),
        _signed(after),
        at.astimezone(zone).tzname() or "",
        summer=after > before,
    )


def _signed(offset: timedelta) -> str:
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"{'-' if offset < timedelta() else '+'}{hours:02}{minutes:02}"


def _ruled(change: Onset, changes: list[Onset]) -> list[Onset]:
    """The change as a yearly rule, if a single BYDAY says every one of its kind."""
    alike = [c for c in changes if (c.summer, c.after) == (change.summer, change.after)]
    ways = set.intersection(*(_ways(c.first) for c in alike))
    complete = len(alike) == DERIVED_TO - DERIVED_FROM
    if not ways or not complete:
        return []
    return [Onset(**{**vars(change), "rule": min(ways)})]


def _ways(first: str) -> set[str]:
    """How a yearly rule can name this wall time: the nth such weekday, or the last."""
    day = datetime.strptime(first, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    ordinals = {(day.day + 6) // 7}
    if (day + timedelta(days=7)).month != day.month:
        ordinals.add(-1)
    return {f"BYMONTH={day.month};BYDAY={n}{DAYS[day.weekday()]}" for n in ordinals}
