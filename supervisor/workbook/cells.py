"""Cells: how a text becomes a value and back, and what would be right when it cannot.

A cell reads a stripped text that is not empty; empty means unknown everywhere and never gets
here. `read` throws `Wrong`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from supervisor.rules.words import N_
from supervisor.workbook.faults import Wrong
from supervisor.workbook.read import digits

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
YES = {"yes": True, "true": True, "no": False, "false": False}
LAST_YEARS = (1900, 2199)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_INSIDE = re.compile(r"(?<=\S)\s+(?=\S)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(:\d\d)?)(Z|[+-]\d\d:\d\d)?")
_WINDOW = re.compile(r"(\w{3}) (\d\d):(\d\d)-(\d\d):(\d\d)")
_CLOCK = re.compile(r"\d\d:\d\d")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")


@dataclass(frozen=True)
class Cell:
    """One type of cell. `number` cells are written as they are: a minus is no formula."""

    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    number: bool = False
    many: bool = False

    def canonical(self, value: Any) -> str:
        """The one text that stands for a value, so that two values can be compared."""
        if value is None or value == ():
            return ""
        return ";".join(sorted(map(self.write, value))) if self.many else self.write(value)

    def text(self, value: Any) -> str:
        """The text as it is exported; a list keeps its order."""
        if value is None or value == ():
            return ""
        return ";".join(map(self.write, value)) if self.many else self.write(value)


def _text(given: str, longest: int) -> str:
    """One line: a break inside a spreadsheet's cell is a space."""
    given = _INSIDE.sub(" ", given)
    if _CONTROL.search(given) or len(given) > longest:
        raise Wrong(N_("plain text of at most %(longest)d characters"), longest=longest)
    return given


def text(longest: int = 200) -> Cell:
    return Cell(lambda given: _text(given, longest))


def _ref(given: str) -> str:
    if len(given) > 64 or _CONTROL.search(given) or set(given) & set("/\\;?#\t\r\n"):
        raise Wrong(N_("an id of at most 64 characters, without / \\ ; ? #"))
    return given


def _date(given: str) -> date:
    try:
        day = date.fromisoformat(given) if _DATE.fullmatch(given) else None
    except ValueError:
        day = None
    if day is None or not LAST_YEARS[0] <= day.year <= LAST_YEARS[1]:
        raise Wrong(N_("a date like 2027-03-31"))
    return day


def _instant(given: str) -> datetime:
    """A naive time is meant in a zone that only its row knows."""
    try:
        at = datetime.fromisoformat(given) if _TIME.fullmatch(given) else None
    except ValueError:
        at = None
    if at is None or not LAST_YEARS[0] <= at.year <= LAST_YEARS[1]:
        raise Wrong(N_("a time like 2027-03-31T09:00 or 2027-03-31T09:00+13:00"))
    return at


def _local(given: str) -> datetime:
    try:
        at = _instant(given)
    except Wrong:
        at = None
    if at is None or at.tzinfo is not None:
        raise Wrong(N_("a time of day there, like 2027-03-31T09:00"))
    return at


def _write_time(at: datetime) -> str:
    return at.isoformat(timespec="seconds" if at.second else "minutes")


def _yes(given: str) -> bool:
    if given.casefold() not in YES:
        raise Wrong(N_("yes or no"))
    return YES[given.casefold()]


def _email(given: str) -> str:
    if not _EMAIL.fullmatch(given) or len(given) > 254:
        raise Wrong(N_("an e-mail address like ana@example.org"))
    return given.lower()


def _zone(given: str) -> str:
    if given not in _zones():
        raise Wrong(N_("a time zone like Pacific/Auckland"))
    return given


@cache
def _zones() -> set[str]:
    """Asked once: every time it walks the folder of zones anew."""
    return available_timezones()


def _window(given: str) -> tuple[int, int, int]:
    found = _WINDOW.fullmatch(given)
    day, *clock = found.groups() if found else ("", 0, 0, 0, 0)
    h1, m1, h2, m2 = map(int, clock)
    start, end = h1 * 60 + m1, h2 * 60 + m2
    if str(day).title() not in DAYS or max(m1, m2) > 59 or not start < end <= 1440:
        raise Wrong(N_("weekly windows like Mon 09:00-12:00, each ending later the same day"))
    return DAYS.index(str(day).title()), start, end


def _minute(given: str) -> int:
    hour, minute = map(int, given.split(":")) if _CLOCK.fullmatch(given) else (99, 0)
    if minute > 59 or hour * 60 + minute > 1440:
        raise Wrong(N_("a time of day like 09:00"))
    return hour * 60 + minute


def _write_minute(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _write_window(window: tuple[int, int, int]) -> str:
    day, start, end = window
    return f"{DAYS[day]} {_write_minute(start)}-{_write_minute(end)}"


def whole(least: int, most: int) -> Cell:
    """A whole number between two others, both allowed."""

    def read(given: str) -> int:
        if not re.fullmatch(r"-?\d{1,9}(\.0+)?", given) or not least <= float(given) <= most:
            raise Wrong(N_("a whole number from %(least)d to %(most)d"), least=least, most=most)
        return int(float(given))

    return Cell(read, number=True)


def number(least: float, most: float) -> Cell:
    """A number between two others, both allowed."""

    def read(given: str) -> float:
        if not re.fullmatch(r"-?\d{1,9}(\.\d+)?", given) or not least <= float(given) <= most:
            raise Wrong(N_("a number from %(least)g to %(most)g"), least=least, most=most)
        return float(given)

    return Cell(read, lambda value: digits(value).removesuffix(".0"), number=True)


def one_of(words: type[StrEnum]) -> Cell:
    """One word of a closed list of the field."""
    return one_of_words([str(word) for word in words])


def one_of_words(known: list[str]) -> Cell:
    """One word of a short list."""

    def read(given: str) -> str:
        if given not in known:
            raise Wrong(N_("one of: %(known)s"), known=", ".join(known))
        return given

    return Cell(read)


def listed(cell: Cell, most: int = 100) -> Cell:
    """Several, separated by `;`. Said twice counts once."""

    def read(given: str) -> tuple[Any, ...]:
        parts = [part.strip() for part in given.split(";")]
        values = tuple(dict.fromkeys(cell.read(part) for part in parts if part))
        if len(values) > most:
            raise Wrong(N_("at most %(most)d, separated by ;"), most=most)
        return values

    return Cell(read, cell.write, many=True)


REF = Cell(_ref)
NAME = text(200)
DAY = Cell(_date, date.isoformat)
INSTANT = Cell(_instant, _write_time)
LOCAL = Cell(_local, _write_time)
MINUTE = Cell(_minute, _write_minute)
YES_NO = Cell(_yes, lambda value: "yes" if value else "no")
EMAIL = Cell(_email)
ZONE = Cell(_zone)
WINDOWS = listed(Cell(_window, _write_window), most=70)
