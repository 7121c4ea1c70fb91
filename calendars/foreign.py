"""Calendars of foreign making, taken apart leniently: only what says *when* is kept.

Lines are unfolded (RFC 5545 section 3.1) and sorted into the entries that they belong to. Titles,
people and places are dropped here, before anything else looks.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

OCTETS, ENTRIES = 1_000_000, 2_000
KEPT = frozenset(
    (
        "UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
        "STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS", "FREEBUSY", "SEQUENCE", "DTSTAMP",
    )
)  # fmt: skip
HEAD = ("X-WR-TIMEZONE", "METHOD")
ENTRIES_OF, ZONE, WHOLE = ("VEVENT", "VFREEBUSY"), "VTIMEZONE", "VCALENDAR"
_NAME = re.compile(r"\s*([A-Za-z0-9-]+)\s*([;:])")
_DATED = re.compile(r"(.*?):\s*(\d{4}-?\d\d-?\d\d.*)$")
_ADDRESSED = re.compile(r"(.*?):\s*((?:mailto:)?[^:]*)$", re.IGNORECASE)
_TZID = re.compile(r';\s*TZID\s*=\s*("[^"]*"|[^"]*?)\s*(?=;\s*[A-Za-z-]+\s*=|$)', re.IGNORECASE)


class Unreadable(ValueError):
    """Nothing of it can be used; `why` is one word: no_calendar, too_big, too_many, cut_short."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Value:
    """What stands behind a name, with its parameters as they were written."""

    text: str
    params: str = ""

    @property
    def zone(self) -> str:
        """Its TZID; programs that forget the quotes write colons and commas into it."""
        found = _TZID.search(self.params)
        return found[1].strip('"').strip() if found else ""

    @property
    def is_periods(self) -> bool:
        """Whether its dates are periods (RFC 5545 section 3.3.9)."""
        return "PERIOD" in self.params.upper()


@dataclass
class Entry:
    """One VEVENT, say: its number in the file, and what of it is kept."""

    number: int
    kind: str
    values: dict[str, list[Value]] = field(default_factory=dict)
    ended: bool = False

    def all(self, name: str) -> list[Value]:
        """What stands behind a name, as often as it does."""
        return self.values.get(name, [])

    def word(self, name: str) -> str:
        """The first value as a word in capitals; empty where there is none."""
        return self.all(name)[0].text.upper() if name in self.values else ""


@dataclass
class Foreign:
    """A calendar taken apart: its entries, the zones that it writes itself, and its own lines."""

    entries: list[Entry] = field(default_factory=list)
    zones: dict[str, str] = field(default_factory=dict)
    head: dict[str, str] = field(default_factory=dict)


def taken_apart(
    octets: bytes, more: frozenset[str] = frozenset(), kinds: Sequence[str] = ENTRIES_OF
) -> Foreign:
    """The entries of these kinds and the zones of a calendar, or of several in one file; of an
    entry `more` than what says when, where it is asked for."""
    if len(octets) > OCTETS:
        raise Unreadable("too_big")
    sorter = _Sorter(KEPT | more, kinds)
    for line in _unfolded(octets):
        sorter.take(line)
    if not sorter.begun:
        raise Unreadable("no_calendar")
    if sorter.open:
        raise Unreadable("cut_short")
    return sorter.found


def _unfolded(octets: bytes) -> Iterator[str]:
    """Whatever the line ends are; a line that begins with a blank goes on with the one before."""
    text = _decoded(octets).replace("\r\n", "\n").replace("\r", "\n")
    for line in re.sub(r"\n[ \t]", "", text).split("\n"):
        if line.strip():
            yield line


def _decoded(octets: bytes) -> str:
    """UTF-8 as section 3.1.4 has it; UTF-16 with a mark; else one octet is one character."""
    if octets[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return octets.decode("utf-16", "replace")
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("latin-1")


class _Sorter:
    """Takes lines in their order; an entry that is never ended is ended by the next."""

    def __init__(self, kept: frozenset[str], kinds: Sequence[str]) -> None:
        self.kept, self.kinds = kept, kinds
        self.found, self.open, self.begun = Foreign(), list[str](), False
        self._zone: list[str] = []

    def take(self, line: str) -> None:
        if not (name := _NAME.match(line)):
            return
        word, rest = name[1].upper(), line[name.end() - 1 :]
        if word in ("BEGIN", "END"):
            self._mark(word, rest[1:].strip().upper())
        elif self.open and ZONE not in self.open:
            self._keep(word, rest)
        if ZONE in self.open:
            self._zone.append(line.strip())

    def _mark(self, word: str, what: str) -> None:
        if word == "BEGIN":
            self._begin(what)
        elif what in self.open:
            self._end(what)

    def _begin(self, what: str) -> None:
        self.begun = self.begun or what == WHOLE
        if what in self.kinds and ZONE not in self.open:
            del self.open[1:]
            self.found.entries.append(Entry(len(self.found.entries) + 1, what))
        elif what == ZONE:
            self._zone = []
        if len(self.found.entries) > ENTRIES:
            raise Unreadable("too_many")
        self.open.append(what)

    def _end(self, what: str) -> None:
        while self.open.pop() != what:
            pass
        if what == ZONE:
            self._keep_zone([*self._zone, "END:VTIMEZONE"])
        elif what in self.kinds and ZONE not in self.open:
            self.found.entries[-1].ended = True

    def _keep_zone(self, lines: list[str]) -> None:
        names = (line.partition(":")[2].strip() for line in lines if line.upper()[:4] == "TZID")
        for name in names:
            self.found.zones[name] = "\r\n".join(lines)

    def _keep(self, word: str, rest: str) -> None:
        if self.open[-1] == WHOLE and word in HEAD:
            self.found.head[word] = rest[1:].strip()
        elif self.open[-1] in self.kinds and word in self.kept:
            params, text = _parted(word, rest)
            value = Value(text.strip(), params)
            self.found.entries[-1].values.setdefault(word, []).append(value)


def _parted(word: str, rest: str) -> tuple[str, str]:
    """Parameters and value. A date begins after the last colon before its digits, an address
    after the last that is not its own, whatever a program wrote into a parameter without quotes."""
    sloppy = {"UID": None, "ATTENDEE": _ADDRESSED}.get(word, _DATED)
    found = sloppy.match(rest) if sloppy else None
    params, _colon, text = rest.partition(":")
    return (found[1], found[2]) if found else (params, text)
