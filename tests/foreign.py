"""Calendars as other programs write them, put together from a few lines each."""

from datetime import UTC, datetime

SINCE, UNTIL = datetime(2027, 1, 31, 11, tzinfo=UTC), datetime(2027, 3, 31, 11, tzinfo=UTC)
"""February and March 2027 in Auckland."""
AUCKLAND = "Pacific/Auckland"
NINE, TEN = datetime(2027, 2, 8, 20, tzinfo=UTC), datetime(2027, 2, 8, 21, tzinfo=UTC)
"""Tuesday 9 February, 9:00 and 10:00 in Auckland."""
TUESDAY = (
    "DTSTART;TZID=Pacific/Auckland:20270209T090000\nDTEND;TZID=Pacific/Auckland:20270209T100000"
)
OWN_ZONE = """BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+1300
TZOFFSETTO:+1300
END:STANDARD
END:VTIMEZONE
"""


def calendar(*events: str, head: str = "") -> bytes:
    """A file with these events, each by its lines."""
    said = "".join(f"BEGIN:VEVENT\n{lines.strip()}\nEND:VEVENT\n" for lines in events)
    whole = f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{said}END:VCALENDAR\n"
    return whole.replace("\n", "\r\n").encode()
