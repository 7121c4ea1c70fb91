"""What a session costs, in whole cents: a list of prices for each kind, by the session's length."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

PRICE = re.compile(r"\s*(\d{1,3})\s*:\s*(\d{1,6})(?:\.(\d{2}))?\s*")
HUNDRED = 100


class Gst(StrEnum):
    """How a price and the tax on it go together."""

    INCLUDED = "included"
    ADDED = "added"
    NONE = "none"


@dataclass(frozen=True)
class PriceSettings:
    """The price of a session of each length, like "60: 120.00, 90: 165.00"; empty where the hub
    has set none. A late cancellation costs so many percent of it, none by default."""

    peer_supervision: str = ""
    cultural_supervision: str = ""
    mentoring: str = ""
    coaching: str = ""
    gst: str = Gst.INCLUDED
    gst_percent: int = 15
    late_percent: int = 0

    def price(self, kind: str, minutes: int) -> int | None:
        """Cents for a session of that kind and length; None where no price is set: a length
        between two others is nobody's to guess."""
        return (price_list(getattr(self, kind, "")) or {}).get(minutes)


def price_list(text: str) -> dict[int, int] | None:
    """Cents by minutes, as they were typed; None for what is no such list."""
    found: dict[int, int] = {}
    for part in text.split(",") if text.strip() else []:
        price = PRICE.fullmatch(part)
        if price is None or int(price[1]) in found or not int(price[1]):
            return None
        found[int(price[1])] = int(price[2]) * HUNDRED + int(price[3] or 0)
    return found


class Sum(NamedTuple):
    """An amount, with and without the tax, and the tax itself; in cents."""

    net: int
    gst: int
    total: int


def taxed(cents: int, settings: PriceSettings) -> Sum:
    """The tax of a whole sum, rounded once to the nearest cent."""
    percent = settings.gst_percent
    if settings.gst == Gst.INCLUDED:
        gst = _nearest(cents * percent, HUNDRED + percent)
        return Sum(cents - gst, gst, cents)
    gst = _nearest(cents * percent, HUNDRED) if settings.gst == Gst.ADDED else 0
    return Sum(cents, gst, cents + gst)


def share(cents: int, percent: int) -> int:
    """So many percent of a price."""
    return _nearest(cents * percent, HUNDRED)


def _nearest(above: int, below: int) -> int:
    return (2 * above + below) // (2 * below)
