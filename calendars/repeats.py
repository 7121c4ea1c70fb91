"""A series written anew, so that the library which follows it meets nothing unclear.

Zones are IANA's or come with the series, dates are of one form, and what takes no time says so.
"""

from collections.abc import Iterable, Iterator

from calendars.foreign import Entry, Value
from calendars.foreign_zones import Clock
from calendars.moments import Bad, When, is_free, moments

SELDOM = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
A_DAY = 24
"""No rule that is followed comes more often in a day."""


def does(entry: Entry) -> bool:
    """Whether an entry repeats (RFC 5545 sections 3.8.5.2 and 3.8.5.3)."""
    return bool(entry.all("RRULE") or entry.all("RDATE"))


def calendar(told: Iterable[tuple[Entry, When]], clock: Clock) -> str:
    """A series and what was changed of it as a calendar of its own; Bad where it is not clear."""
    entries = [line for entry, one in told for line in _entry(entry, one, clock)]
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", *clock.texts.values(), *entries, "END:VCALENDAR", ""]
    )


def _entry(entry: Entry, one: When, clock: Clock) -> Iterator[str]:
    if one.first is None:
        raise Bad("start")
    yield "BEGIN:VEVENT"
    yield "UID:one"
    yield one.first.line("DTSTART")
    yield _length(one)
    yield from _rule(entry)
    yield from _dates(entry, clock)
    if is_free(entry):
        yield "X-FREE:1"
    yield "END:VEVENT"


def _length(one: When) -> str:
    """Whole days as days; anything else as the time that really passes."""
    length = one.ends - one.starts
    if one.first and one.first.is_day:
        return f"DURATION:P{max(1, round(length.total_seconds() / 86400))}D"
    return f"DURATION:PT{int(one.ends.timestamp() - one.starts.timestamp())}S"


def _rule(entry: Entry) -> Iterator[str]:
    rules = entry.all("RRULE")
    if len(rules) > 1:
        raise Bad("rule")
    for rule in rules:
        _check(dict(parts(rule.text.upper())))
        yield f"RRULE:{rule.text}"


def parts(rule: str) -> Iterator[tuple[str, str]]:
    """The parts of a rule, by their names; Bad where one has none."""
    for part in rule.strip("; ").split(";"):
        name, equals, value = part.partition("=")
        if not equals:
            raise Bad("rule")
        yield name.strip(), value.strip()


def _check(rule: dict[str, str]) -> None:
    """Refuse what comes by the second, minute or hour, or never comes on to the next."""
    times = 1
    for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        times *= len(rule.get(name, "").split(","))
    interval = rule.get("INTERVAL", "1")
    steps = interval.isdigit() and 0 < int(interval) <= 10_000
    if rule.get("FREQ") not in SELDOM or times > A_DAY or not steps:
        raise Bad("rule")


def _dates(entry: Entry, clock: Clock) -> Iterator[str]:
    """RDATE, EXDATE and RECURRENCE-ID. One that cannot be read of those that free a time frees
    none; `RANGE` is kept, since it moves all that come after (section 3.2.13)."""
    for value in entry.all("RDATE"):
        if value.is_periods:
            raise Bad("rule")
        yield from (one.line("RDATE") for one in moments(value, clock))
    for value in entry.all("EXDATE"):
        yield from _freed(value, clock)
    for value in entry.all("RECURRENCE-ID")[:1]:
        later = ";RANGE=THISANDFUTURE" if "THISANDFUTURE" in value.params.upper() else ""
        yield moments(value, clock)[0].line(f"RECURRENCE-ID{later}")


def _freed(value: Value, clock: Clock) -> Iterator[str]:
    try:
        yield from (one.line("EXDATE") for one in moments(value, clock))
    except Bad:
        return


def day_of(entry: Entry) -> str:
    """The day that its start names, for its owner to find it by; never what it is called."""
    digits = "".join(c for c in entry.word("DTSTART")[:10] if c.isdigit())[:8]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == 8 else ""
