"""A generator of faults: calendars as they come out of programs, each broken in one way or more.

Seeded, so that a number is always the same calendar. `python -m tests.faulty 500` reads them all
under the limits of the real thing and prints those that were misread.
"""

import json
import random
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from calendars.apart import patience
from calendars.busy import Reading, read
from calendars.foreign import Unreadable
from tests.foreign import AUCKLAND, OWN_ZONE, SINCE, UNTIL, calendar

SECONDS = 2.0
Change = Callable[[str], str]


@dataclass(frozen=True)
class Fault:
    """One way to break an event. `blocks` where its time can still be read off it."""

    name: str
    change: Change
    blocks: bool = True


def _swap(old: str, new: str) -> Change:
    return lambda event: event.replace(old, new)


def _add(*lines: str) -> Change:
    return lambda event: "\n".join((event, *lines))


def _start(new: str) -> Change:
    return lambda event: re.sub(r"(?m)^DTSTART.*", f"DTSTART{new}", event)


MINUTES = ",".join(map(str, range(60)))
ZONE = f";TZID={AUCKLAND}"
FAULTS = (
    Fault("no end", lambda event: event.split("\nDTEND")[0]),
    Fault("the end before the start", _add("DTEND:19990101T000000Z")),
    Fault("an end that is none", _swap("\nDTEND", "\nDTEND:soon\nX")),
    Fault("an unknown zone", _swap(ZONE, ";TZID=Middle-earth/Shire")),
    Fault("an unquoted zone", _swap(ZONE, ";TZID=(UTC+12:00) Auckland, Wellington")),
    Fault("an empty zone", _swap(ZONE, ";TZID=")),
    Fault("a zone of its own, broken", _swap(ZONE, ";TZID=Customized Time Zone")),
    Fault("a rule that is none", _add("RRULE:every other week")),
    Fault("a rule without an end", _add("RRULE:FREQ=SECONDLY")),
    Fault("no interval", _add("RRULE:FREQ=DAILY;INTERVAL=0")),
    Fault("a day that never comes", _add("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")),
    Fault("a great many", _add("RRULE:FREQ=DAILY;COUNT=999999999999")),
    Fault("every minute of a day", _add(f"RRULE:FREQ=DAILY;BYMINUTE={MINUTES}")),
    Fault("two rules", _add("RRULE:FREQ=WEEKLY", "RRULE:FREQ=DAILY")),
    Fault("a weekday that is none", _add("RRULE:FREQ=WEEKLY;BYDAY=XX,9QQ")),
    Fault("until never", _add("RRULE:FREQ=WEEKLY;UNTIL=never")),
    Fault("a date left out that is none", _add("RRULE:FREQ=WEEKLY", "EXDATE:,,;soon")),
    Fault("an added date that is none", _add("RDATE;VALUE=PERIOD:soon/later")),
    Fault("no status that is known", _add("STATUS:CANCELED", "TRANSP:MAYBE")),
    Fault("Outlook's word is none", _add("X-MICROSOFT-CDO-BUSYSTATUS:NULL")),
    Fault("an occurrence of nothing", _add("RECURRENCE-ID:soon")),
    Fault("no name", _swap("UID:target", "")),
    Fault("a name that others have", _swap("UID:target", "UID:other")),
    Fault("small letters", lambda event: event.replace("DTSTART", "dtstart").replace("UID", "uid")),
    Fault("blanks around", _swap("DTSTART", " \nDTSTART")),
    Fault("an alarm without end", _add("BEGIN:VALARM", "TRIGGER:-PT15M")),
    Fault("ends that nothing began", _add("END:VTODO", "END:VALARM")),
    Fault("a thousand beginnings", _add(*["BEGIN:X"] * 1000)),
    Fault("a line without end", _add("SUMMARY:" + "ā" * 50_000)),
    Fault("characters that are none", _add("SUMMARY:\x00\x01\x0b\ufffe\u202e")),
    Fault("not folded, but indented", _add("SUMMARY:one", "two", "  three")),
    Fault("written with dashes", _start(":2027-02-09T09:00:00")),
    Fault("an hour that is none", _start(":20270209T990000")),
    Fault("an hour in words", _start(";VALUE=DATE-TIME:20270209 nine")),
    Fault("a day that is none", _start(":20270231T090000"), blocks=False),
    Fault("a start in words", _start(":next Tuesday"), blocks=False),
    Fault("no start", _swap("\nDTSTART", "\nXSTART"), blocks=False),
)  # fmt: skip
WHOLE: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    lambda chance, octets: octets[: chance.randrange(len(octets))],
    lambda _chance, octets: octets.replace(b"END:VCALENDAR", b""),
    lambda _chance, octets: octets.replace(b"\r\n", b"\n\n"),
    lambda _chance, octets: octets[::-1],
    lambda _chance, octets: b"<html>Sign in</html>" + octets[:0],
    lambda chance, octets: _flipped(chance, octets),
    lambda chance, octets: octets.decode().encode("utf-16-le")[chance.randrange(3) :],
    lambda _chance, octets: octets + octets,
)


def _flipped(chance: random.Random, octets: bytes) -> bytes:
    made = bytearray(octets)
    for _ in range(chance.randrange(1, 40)):
        made[chance.randrange(len(made))] = chance.randrange(256)
    return bytes(made)


@dataclass(frozen=True)
class Case:
    """One broken calendar, and what must not be free in it: None where nobody can say. Where the
    time of the broken event cannot be read off it, it is at least `named`."""

    octets: bytes
    busy: tuple[datetime, ...] | None
    named: bool
    faults: str


def case(number: int) -> Case:
    """The calendar of that number."""
    chance = random.Random(number)
    others = [_other(n) for n in range(1, chance.randrange(2, 6))]
    some = chance.sample(FAULTS, chance.choice((1, 1, 1, 2)))
    head = OWN_ZONE.replace("TZOFFSETTO:+1300\n", "") if chance.random() < 0.5 else ""
    events = [*others, _broken(some)]
    chance.shuffle(events)
    octets = calendar(*events, head=head)
    names = ", ".join(fault.name for fault in some)
    if chance.random() < 0.2:
        return Case(chance.choice(WHOLE)(chance, octets), None, False, f"{names}; the whole")
    whole = all(fault.blocks for fault in some)
    busy = tuple(_nine(n) for n in range(1, len(others) + 1))
    return Case(octets, busy + ((_nine(0),) if whole else ()), not whole, names)


def _broken(faults: list[Fault]) -> str:
    made = f"UID:target\nSUMMARY:Secret\n{_dates(0)}"
    for fault in faults:
        made = fault.change(made)
    return made


def _other(number: int) -> str:
    return f"UID:{'other' if number == 1 else number}\nSUMMARY:Secret\n{_dates(number)}"


def _dates(number: int) -> str:
    day = f"202702{9 + number:02}"
    return f"DTSTART{ZONE}:{day}T090000\nDTEND{ZONE}:{day}T100000"


def _nine(number: int) -> datetime:
    return datetime(2027, 2, 8, 20, 30, tzinfo=UTC) + timedelta(days=number)


def wrong(number: int) -> str:
    """What is wrong with how that calendar is read; empty where nothing is."""
    given, began = case(number), time.process_time()
    try:
        found = read(given.octets, SINCE, UNTIL, AUCKLAND, bound=lambda: patience(0.05))
    except Unreadable as error:
        return f"refused: {error.why}" if given.busy is not None else ""
    if time.process_time() - began > SECONDS:
        return "took too long"
    return _misread(given, found)


def _misread(given: Case, found: Reading) -> str:
    if "Secret" in repr(found):
        return "a title was kept"
    free = [at for at in given.busy or () if not _blocks(found, at)]
    if free:
        return f"read as free: {free}"
    return "not named" if given.named and not (found.doubts or _blocks(found, _nine(0))) else ""


def _blocks(found: Reading, at: datetime) -> bool:
    return any(one.starts <= at < one.ends for one in found.spans)


def main(count: int) -> None:
    """Read so many, each in the time that it may take."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
    said = {n: (case(n).faults, what) for n in range(count) if (what := wrong(n))}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(int(sys.argv[1]))
