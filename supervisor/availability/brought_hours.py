"""Open hours brought in a file: what it says, and what would change by it; nothing is kept.

Saying yes is saving them, as if they had been typed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from calendars.apart import week_apart
from calendars.availability import Open
from calendars.foreign import OCTETS, Unreadable
from calendars.weekly import Slip
from supervisor.availability import open_changes, open_hours
from supervisor.availability.open_hours import Hours
from supervisor.errors import Refused
from supervisor.hours.ways import zone_of
from supervisor.models import Person, Session, Store
from supervisor.rules.kinds import Mode
from supervisor.rules.open_values import REMOTE
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, read
from supervisor.zones import today

MOST_OCTETS = OCTETS
WAYS = frozenset((REMOTE, *Mode))
TROUBLES = {
    "no_calendar": N_("That is no calendar file. Choose one whose name ends in .ics."),
    "no_hours": N_("Nothing in the file comes every week. Let your hours repeat every week there."),
    "too_big": N_("The file is bigger than 1 MB. Put only your open hours into it."),
    "too_many": N_("The file has more than 2,000 entries. Put only your open hours into it."),
    "too_long": N_("The file takes too long to read. Put only your open hours into it."),
    "too_much": N_(
        "The file needs more room to read than there is. Put only your open hours into it."
    ),
    "crashed": N_(
        "Something in the file stops the program that reads it. The hub can see it. Write your "
        "hours down here instead."
    ),
    "cut_short": N_("The file ends in the middle. Save it once more, and bring it again."),
}
SLIPS = {
    "once": N_("It comes once. Take it out, and write it under “Single days and holidays”."),
    "rule": N_("It does not come every week. Let it repeat every week, or take it out."),
    "ends": N_("It ends on a day. Let it go on without an end, or take it out."),
    "later": N_("It begins later. Let it begin this week, or take it out."),
    "but": N_(
        "Some of its days are left out or moved. Let it be the same every week, and write those "
        "days under “Single days and holidays”."
    ),
    "several": N_("It is a second week of hours. Keep only one in the file."),
    "zone": N_("We do not know its time zone. Choose a city that is near to you there."),
    "clock": N_(
        "Its time zone changes its clock on other days than yours. Write its times in your own "
        "time zone."
    ),
    "start": N_("We cannot read when it begins. Write it anew."),
    "length": N_("It has no end, or is longer than a day. Give it an end on the same day."),
}


@dataclass(frozen=True)
class Compared:
    """What would come, go and stay, and booked meetings that would lie outside."""

    come: list[Hours]
    go: list[Hours]
    stay: list[Hours]
    leaves: list[Session]


@dataclass(frozen=True)
class Asked:
    """By which clock a file is read, and from which day on."""

    zone: str
    on: date


def asked(store: Store, person: Person, now: datetime) -> Asked:
    """Their own clock, today."""
    zone = zone_of(person, read(store, HubSettings))
    return Asked(zone, today(now, zone))


def hours_in(octets: bytes, of: Asked) -> tuple[list[Open], list[Slip]]:
    """The hours in a file, and what in it is none; away from the database, since reading what
    nobody knows may take its time."""
    try:
        week = week_apart(octets, of.zone, of.on)
    except Unreadable as error:
        raise Refused(TROUBLES[error.why], field="file") from error
    return week.hours, week.slips


def as_hours(store: Store, some: Sequence[Open]) -> list[Hours]:
    """The same as the hub writes hours; what cannot be names its row, counted from nought."""
    return [_hours(store, n, one) for n, one in enumerate(some)]


def _hours(store: Store, n: int, one: Open) -> Hours:
    try:
        place_id = open_changes.place_named(store, one.location)
    except Refused as refusal:
        raise Refused(refusal.words, field=f"row{n}", **refusal.facts) from refusal
    return Hours(one.weekday, one.starts_minute, one.ends_minute, way_of(one), place_id)


def way_of(one: Open) -> str | None:
    """The way of meeting, if a hub wrote the file; programs have words of their own."""
    return one.category if one.category in WAYS else None


def compared(store: Store, person: Person, wanted: Sequence[Hours], now: datetime) -> Compared:
    """What would become of their week; Refused names the row that cannot be."""
    leaves = open_hours.left_outside(store, person, wanted, now)
    before, after = set(open_hours.week(person)), set(wanted)
    return Compared(_week(after - before), _week(before - after), _week(before & after), leaves)


def _week(some: set[Hours]) -> list[Hours]:
    return sorted(some, key=lambda one: (one.weekday, one.starts, str(one)))
