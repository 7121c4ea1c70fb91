"""Days and times as people type them: 10 March 2027, 10/03/2027, 2027-03-10; 10:00, 2.30 pm."""

import re
from datetime import date, datetime, time

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LETTERS = 3
ORDERED = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})")
NAMED = re.compile(r"(?:[a-z]+,?\s+)?(\d{1,2})(?:st|[nr]d|th)?\s+([a-z]{3,})\.?,?\s+(\d{4})")
CLOCK = re.compile(r"(.*\d{4})(?:,|\s|\bat\b)+(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?")
NOON = 12


def day_of(text: str) -> date | None:
    """The day that was typed, the day before the month; None for what is none."""
    text = text.strip().lower()
    try:
        return date.fromisoformat(text) if text[:4].isdigit() else _written(text)
    except ValueError:
        return None


def _written(text: str) -> date | None:
    if found := ORDERED.fullmatch(text):
        day, month, year = map(int, found.groups())
        return date(year, month, day)
    found = NAMED.fullmatch(text)
    if found and found[2][:LETTERS] in MONTHS:
        return date(int(found[3]), MONTHS.index(found[2][:LETTERS]) + 1, int(found[1]))
    return None


def wall_time_of(text: str) -> datetime | None:
    """The day and time that were typed, as a clock on the wall says them; None for what is none,
    and for an instant with a zone of its own."""
    text = text.strip().lower()
    try:
        wall = datetime.fromisoformat(text) if text[:4].isdigit() else _day_and_time(text)
    except ValueError:
        return None
    return wall if wall and wall.tzinfo is None else None


def _day_and_time(text: str) -> datetime | None:
    found = CLOCK.fullmatch(text)
    day = day_of(found[1]) if found else None
    if found is None or day is None:
        return None
    hour, half = int(found[2]), found[4]
    if half and not 1 <= hour <= NOON:
        return None
    hour = hour % NOON + (NOON if half == "pm" else 0) if half else hour
    return datetime.combine(day, time(hour, int(found[3] or 0)))
