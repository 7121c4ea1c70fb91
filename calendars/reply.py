"""What somebody answered to an invitation by mail (iTIP, RFC 5546; iMIP, RFC 6047).

Outlook, Google and Apple each write it in a way of their own: this takes them all, believes
nothing of who sent it, and leaves what it means to whoever knows the invitation.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import Message
from itertools import islice

from calendars.foreign import Entry, Unreadable, Value, taken_apart
from calendars.foreign_zones import Clock, clock_of
from calendars.moments import Bad, Moment, moments, when

METHODS = ("REPLY", "COUNTER")
ANSWERS = ("ACCEPTED", "TENTATIVE", "DECLINED", "NEEDS-ACTION", "DELEGATED")
TYPES = ("text/calendar", "application/ics")
PARTS, MOST, LONGEST = 20, 100, 1000
"""Calendars that are looked at in one mail, answers that are taken from it, and letters of an
address."""
Part = tuple[str, bytes]
"""A calendar in a mail: the method that its MIME type names (RFC 6047 section 2.4), its octets."""
_ADDRESS = re.compile(r"(?:mailto:)?\s*([^\s:;<>\"]+@[^\s:;<>\"]+?)>?\s*$", re.IGNORECASE)
_ANSWER = re.compile(r"PARTSTAT\s*=\s*\"?([A-Za-z-]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """One attendee's answer to one event, or to one occurrence of it.

    `recurrence` is the occurrence, an instant or a day; None for the whole, or for a single.
    `unclear` where it names one that cannot be read: then nothing may follow from it by itself.
    `stamp` is when it was given (RFC 5546 section 2.1.5), `proposed` what a counter asks for.
    """

    method: str
    uid: str
    attendee: str
    partstat: str
    sequence: int | None = None
    stamp: datetime | None = None
    recurrence: date | None = None
    proposed: tuple[datetime, datetime] | None = None
    unclear: bool = False


def answers(mail: Message, zone: str = "UTC") -> list[Answer]:
    """What a mail answers, each thing once however often the mail says it. A time without a zone
    is one of `zone`."""
    return answers_in(parts_of(mail), zone)


def parts_of(mail: Message) -> list[Part]:
    """Its calendars, nothing of them read yet. One without any has no answer in it."""
    some = (part for part in mail.walk() if _is_calendar(part))
    return [_part(part) for part in islice(some, PARTS)]


def _is_calendar(part: Message) -> bool:
    """By its type, or by its name where a gateway has changed the type."""
    named = (part.get_filename() or "").lower().endswith(".ics")
    return not part.is_multipart() and (part.get_content_type() in TYPES or named)


def _part(part: Message) -> Part:
    """Of its MIME parameters only the method, which a calendar may leave to it."""
    octets, parameter = part.get_payload(decode=True), part.get_param("method")
    method = parameter if isinstance(parameter, str) else ""
    return method, octets if isinstance(octets, bytes) else b""


def answers_in(parts: Iterable[Part], zone: str) -> list[Answer]:
    """What is in them; of very many answers the first, since nobody gives so many."""
    found: dict[Answer, None] = {}
    for one in (one for part in parts for one in _of_part(part, zone)):
        found[one] = None
        if len(found) == MOST:
            break
    return list(found)


def _of_part(part: Part, zone: str) -> Iterator[Answer]:
    parameter, octets = part
    try:
        found = taken_apart(octets, _MORE)
    except Unreadable:
        return
    method = (found.head.get("METHOD") or parameter).strip().upper()
    if method in METHODS:
        for entry in found.entries:
            yield from _of_entry(entry, method, clock_of(found, zone))


_MORE = frozenset(("ATTENDEE",))


def _of_entry(entry: Entry, method: str, clock: Clock) -> Iterator[Answer]:
    """A reply names the one who answers (RFC 5546 section 3.2.3); some programs name all."""
    uid = entry.all("UID")
    recurrence, unclear = _recurrence(entry, clock)
    for value in entry.all("ATTENDEE"):
        address, answer = _ADDRESS.search(value.text[-LONGEST:]), _ANSWER.search(value.params)
        if uid and address:
            yield Answer(
                method,
                uid[0].text,
                address[1].lower(),
                _partstat(answer[1] if answer else ""),
                _number(entry),
                _stamp(entry, clock),
                recurrence,
                _proposed(entry, clock) if method == "COUNTER" else None,
                unclear,
            )


def _partstat(said: str) -> str:
    """Without the word it is NEEDS-ACTION (RFC 5545 section 3.2.12), and so is any other."""
    return said.upper() if said.upper() in ANSWERS else "NEEDS-ACTION"


def _number(entry: Entry) -> int | None:
    word = entry.word("SEQUENCE")
    return int(word) if word.isdecimal() and len(word) < 10 else None


def _stamp(entry: Entry, clock: Clock) -> datetime | None:
    first = _first(entry.all("DTSTAMP"), clock)
    return first.instant(clock).astimezone(UTC) if first and first.known else None


def _first(values: list[Value], clock: Clock) -> Moment | None:
    try:
        return moments(values[0], clock)[0]
    except (IndexError, Bad):
        return None


def _recurrence(entry: Entry, clock: Clock) -> tuple[date | None, bool]:
    """The occurrence (RFC 5545 section 3.8.4.4), and whether it names one that is unclear."""
    values = entry.all("RECURRENCE-ID")
    first = _first(values, clock)
    if first is None or not first.known:
        return None, bool(values)
    return (first.wall if first.is_day else first.instant(clock).astimezone(UTC)), False


def _proposed(entry: Entry, clock: Clock) -> tuple[datetime, datetime] | None:
    try:
        found = when(entry, clock)
    except Bad:
        return None
    clear = not found.widened
    return (found.starts.astimezone(UTC), found.ends.astimezone(UTC)) if clear else None
