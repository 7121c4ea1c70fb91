"""Wall time and instants: what a person means is local, UTC is derived."""

from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from supervisor.errors import Refused
from supervisor.rules.words import N_

_REGIONS = {
    "Pacific/Auckland": (
        "AUK", "BOP", "CAN", "GIS", "HKB", "MBH", "MWT", "NSN", "NTL", "OTA", "STL", "TAS", "TKI",
        "WGN", "WKO", "WTC",
    ),
    "Pacific/Chatham": ("CIT",),
    "Australia/Adelaide": ("AU-SA",),
    "Australia/Brisbane": ("AU-QLD",),
    "Australia/Darwin": ("AU-NT",),
    "Australia/Hobart": ("AU-TAS",),
    "Australia/Melbourne": ("AU-VIC",),
    "Australia/Perth": ("AU-WA",),
    "Australia/Sydney": ("AU-ACT", "AU-NSW"),
}  # fmt: skip
_OF_REGIONS = {region: name for name, regions in _REGIONS.items() for region in regions}


def of_region(region: str | None) -> str | None:
    """The zone of a region by its code; None where that is unknown."""
    return _OF_REGIONS.get(region or "")


@cache
def zone(name: str) -> ZoneInfo:
    """A zone by its IANA name."""
    return ZoneInfo(name)


def today(now: datetime, zone_name: str) -> date:
    """The day that it is there."""
    return now.astimezone(zone(zone_name)).date()


def to_utc(local: datetime, zone_name: str) -> datetime:
    """The instant of a wall time. Refused where the clock jumps over it or shows it twice."""
    there = local.replace(tzinfo=zone(zone_name), fold=0)
    if there.utcoffset() != there.replace(fold=1).utcoffset():
        raise Refused(N_("The clocks change then. Choose a time an hour earlier or later."))
    return there.astimezone(UTC)


def to_local(instant: datetime, zone_name: str) -> datetime:
    """The wall time of an instant, naive."""
    return instant.astimezone(zone(zone_name)).replace(tzinfo=None)


def with_offset(local: datetime, zone_name: str) -> str:
    """A wall time as letters keep it: it is said as it is there, whoever reads it."""
    return local.replace(tzinfo=zone(zone_name)).isoformat()


def midnight(on: date, zone_name: str) -> datetime:
    """The instant at which a day begins there."""
    return datetime.combine(on, datetime.min.time(), zone(zone_name)).astimezone(UTC)
