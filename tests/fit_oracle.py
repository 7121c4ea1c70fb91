"""The two tables of matching, written once more from their text, one pair at a time.

Nothing is shared with the product but the values that go in: weeks are sets of quarters of an
hour, leave is days, lines of managers come as they are.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from math import asin, cos, floor, radians, sin, sqrt
from zoneinfo import ZoneInfo

from supervisor.rules.fit_values import Need, Party, Provider, Trip

PEER, CULTURAL, MENTORING = "peer_supervision", "cultural_supervision", "mentoring"
MODES = {"in_person", "video", "phone"}
WEEK = 7 * 24 * 4
DAY = timedelta(days=1)


def may_be_matched(need: Need, provider: Provider, on: date, *, runs: bool = False) -> bool:
    w, p, offer = need.worker, provider.party, provider.offers.get(need.kind)
    if offer is None or offer.capacity <= 0 or w.id == p.id:
        return False
    if offer.vetted_until is None or offer.vetted_until < on:
        return False
    if provider.left_on and provider.left_on < on:
        return False
    if not runs and all(_away(provider, on + n * DAY) for n in range(43)):
        return False
    if offer.regions and w.region not in offer.regions:
        return False
    return (
        w.id not in p.supervised_by
        and p.id not in w.above
        and w.id not in p.above
        and not _conflict(w, p)
        and not _conflict(p, w)
        and _kind_allows(need, provider, runs=runs)
        and (not w.needed_languages or (p.shares and w.needed_languages <= p.languages))
        and (_can_meet(w, p) or _comes(need, provider, on))
        and (_have_time(need, p, on) or _comes(need, provider, on))
    )


def _away(provider: Provider, day: date) -> bool:
    return any(first <= day < back for first, back in provider.leave)


def _conflict(one: Party, other: Party) -> bool:
    return other.id in one.against or bool(one.against_organisations & other.organisations)


def _kind_allows(need: Need, provider: Provider, *, runs: bool) -> bool:
    w, p = need.worker, provider.party
    if need.kind == PEER and (_inside(w, p, runs=runs) or p.clinical):
        return False
    if need.kind in (PEER, MENTORING) and not w.perspectives & p.perspectives:
        return False
    if need.kind == CULTURAL and need.culture_wanted not in provider.offers[need.kind].cultures:
        return False
    if need.kind == MENTORING:
        return w.years is not None and p.years is not None and p.years >= w.years + 1
    return True


def _inside(w: Party, p: Party, *, runs: bool) -> bool:
    """At one employer now, or, where nothing runs between them, before long."""
    soon = (w.organisations | w.joins) & (p.organisations | p.joins)
    return bool(w.organisations & p.organisations or (soon and not runs))


def _ways(w: Party, p: Party) -> set[str]:
    return (set(w.modes) or MODES) & (set(p.modes) or MODES)


def _km(w: Party, p: Party) -> int | None:
    if w.point is None or p.point is None:
        return None
    (lat1, lon1), (lat2, lon2) = (map(radians, one.point) for one in (w, p))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return floor(2 * 6371.0088 * asin(min(1, sqrt(half))))


def _limit(w: Party, p: Party) -> int:
    return min(50 if one.travel_km is None else one.travel_km for one in (w, p))


def _in_person(w: Party, p: Party) -> bool:
    return "in_person" in _ways(w, p) and _near_enough(w, p)


def _can_meet(w: Party, p: Party) -> bool:
    return _in_person(w, p) or bool(_ways(w, p) & {"video", "phone"})


def _comes(need: Need, provider: Provider, on: date) -> bool:
    """The provider comes to a place that the worker reaches, at an hour when they are free."""
    return "in_person" in _ways(need.worker, provider.party) and any(
        _meets_there(need, provider.party, trip, on)
        for trip in provider.trips
        if trip.last_on is None or trip.last_on >= on
    )


def _meets_there(need: Need, p: Party, trip: Trip, on: date) -> bool:
    w, whole_week = need.worker, tuple((day, 0, 1440) for day in range(7))
    there = replace(
        p, point=trip.point, land=trip.land, travel_km=10**6,
        windows=((trip.weekday, trip.starts, trip.ends),),
    )  # fmt: skip
    free = replace(need, worker=replace(w, windows=w.windows or whole_week))
    return _near_enough(w, there) and _have_time(free, there, on)


def _near_enough(w: Party, p: Party) -> bool:
    km = _km(w, p)
    apart = w.land is not None and p.land is not None and w.land != p.land
    return km is not None and km <= _limit(w, p) and not apart


def _quarters(one: Party, on: date) -> set[int]:
    """The quarters of an hour of the week, in UTC, in which somebody is free."""
    ahead = datetime.combine(on, datetime.min.time(), ZoneInfo(one.zone)).replace(hour=12)
    off = int(ahead.utcoffset().total_seconds() // 900)
    return {
        (weekday * 96 + quarter - off) % WEEK
        for weekday, start, end in one.windows
        for quarter in range(start // 15, end // 15)
    }


def _stretches(w: Party, p: Party, on: date) -> list[int]:
    """How many minutes each unbroken common stretch has; the week goes round."""
    both = _quarters(w, on) & _quarters(p, on)
    if len(both) == WEEK:
        return [WEEK * 15]
    lengths = []
    for start in both:
        if (start - 1) % WEEK not in both:
            end = start
            while end % WEEK in both:
                end += 1
            lengths.append((end - start) * 15)
    return lengths


def _have_time(need: Need, p: Party, on: date) -> bool:
    w = need.worker
    if not w.windows or not p.windows:
        return True
    return max(_stretches(w, p, on), default=0) >= need.minutes


def fit(need: Need, provider: Provider, on: date) -> int:
    w, p = need.worker, provider.party
    points = {
        "choice": {1: 300, 2: 250, 3: 200, 4: 150, 5: 100}.get(w.choices.get(p.id), 0),
        "near": _near(w, p),
        "time": min(60, sum(10 * (length // 60) for length in _stretches(w, p, on))),
        "experience": _experience(w, p) if need.kind == MENTORING else 0,
        "focus": 60 if w.focus & p.focus else 0,
        "practice": 40 if w.practice & p.practice else 0,
        "continuity": 350 if need.current == p.id else 0,
        **(_identity(w, p, on) if w.shares and p.shares else {}),
    }
    doubled = sum(n * (2 if name in w.matters_most else 1) for name, n in points.items())
    return 100 + doubled + _waiting(need, on)


def _near(w: Party, p: Party) -> int:
    if not _in_person(w, p):
        return 0
    km, limit = _km(w, p), _limit(w, p)
    return 150 - (150 * km // limit if limit else 0)


def _experience(w: Party, p: Party) -> int:
    if w.years is None or p.years is None:
        return 0
    return max(0, 120 - 24 * abs(p.years - w.years - 5))


def _identity(w: Party, p: Party, on: date) -> dict[str, int]:
    young = all(one.youth_until is not None and one.youth_until >= on for one in (w, p))
    return {
        "culture": 90 if w.cultures & p.cultures else 0,
        "language": 60 if (w.languages & p.languages) - {"English"} else 0,
        "gender": 80 if w.preferred_genders & p.genders else 0,
        "youth": 60 if young else 0,
        "rainbow": 40 if w.rainbow and p.rainbow else 0,
    }


def _waiting(need: Need, on: date) -> int:
    w = need.worker
    days = (on - need.waiting_since).days if need.waiting_since else 0
    new = w.began_on is not None and 0 <= (on - w.began_on).days <= 90
    return min(180, max(0, days)) + (60 if w.sole_peer else 0) + (60 if new else 0)
