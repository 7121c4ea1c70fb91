"""The district's year as one picture: expected, delivered and booked, as running totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from supervisor.entitlement_facts import facts_of, said_held
from supervisor.entitlements import current, zone_of
from supervisor.models import Entitlement, Session, Store
from supervisor.rules import pace
from supervisor.rules.kinds import Kind, Outcome
from supervisor.rules.pace import Facts
from supervisor.settings import hub_today

BOTH = 2


@dataclass(frozen=True)
class Point:
    """The totals at the end of a month, or today. `ahead` is a month that has not come."""

    month: date
    expected: int
    delivered: int
    ahead: bool


@dataclass(frozen=True)
class Year:
    """External peer supervision that runs today, from its first day to its last.

    The paths are SVG: x in days from `first`, y counted down from `contracted`.
    """

    first: date
    days: int
    today: int
    contracted: int
    expected: int
    delivered: int
    booked: int
    months: list[Point]
    path_expected: str
    path_delivered: str
    path_booked: str


def year(store: Store, now: datetime) -> Year | None:
    """The picture of today; None where nothing is owed."""
    on = hub_today(store, now)
    owed = [e for e in current(store, on) if e.kind == Kind.PEER_SUPERVISION]
    if not owed or not sum(e.sessions for e in owed):
        return None
    zones = {e.person_id: zone_of(store, e) for e in owed}
    facts = list(facts_of(store, owed, now, zones).values())
    credited = [day for one in facts for day in one.credited_by_both]
    return _drawn(facts, sorted([*_delivered(store, owed), *credited]), on)


def _delivered(store: Store, owed: Sequence[Entitlement]) -> list[date]:
    """The days of the sessions that both say were held."""
    query = select(Session.local_start).where(
        Session.entitlement_id.in_([e.id for e in owed]),
        Session.counts,
        Session.outcome == Outcome.HELD,
        said_held() == BOTH,
    )
    return sorted(start.date() for start in store.scalars(query))


def _drawn(facts: Sequence[Facts], delivered: Sequence[date], on: date) -> Year:
    first = min(f.starts_on for f in facts)
    last = max(f.ends_on for f in facts)
    total = sum(f.contracted(on) for f in facts)
    ahead = sorted(day for f in facts for day in f.ahead(on))
    ends = _month_ends(first, last)

    def expected_by(day: date) -> float:
        return float(sum(pace.expected(f, day) for f in facts))

    def done_by(day: date) -> int:
        return sum(d <= day for d in delivered)

    def path(points: Sequence[tuple[date, float]]) -> str:
        return "M" + " ".join(f"{(d - first).days} {total - n:.1f}" for d, n in points)

    past = [first, *[d for d in ends if d < on], on]
    future = [on, *[d for d in ends if d > on]]
    return Year(
        first=first,
        days=(last - first).days + 1,
        today=(on - first).days,
        contracted=total,
        expected=round(expected_by(on)),
        delivered=done_by(on),
        booked=len(ahead),
        months=[Point(d, round(expected_by(d)), done_by(d), d > on) for d in ends],
        path_expected=path([(d, expected_by(d)) for d in [first, *ends]]),
        path_delivered=path([(d, done_by(d)) for d in past]),
        path_booked=path([(d, done_by(on) + sum(a <= d for a in ahead)) for d in future]),
    )


def _month_ends(first: date, last: date) -> list[date]:
    ends, day = [], first
    while day <= last:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        ends.append(min(following - timedelta(days=1), last))
        day = following
    return ends
