"""What pace depends on, read in bulk from what is on record."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, bindparam, func, select

from supervisor import group_credits
from supervisor.access import RUNNING
from supervisor.models import Amendment, Confirmation, Entitlement, Leave, Match, Session, Store
from supervisor.rules import credit
from supervisor.rules.credit import Credit, CreditSettings
from supervisor.rules.days import DAY
from supervisor.rules.kinds import MATCHED_KINDS, Answer, Outcome, Side
from supervisor.rules.pace_facts import Booking, DeliverySettings, Facts
from supervisor.settings import read
from supervisor.zones import today

IDS: Any = bindparam("ids", expanding=True)


def facts_of(
    store: Store,
    entitlements: Sequence[Entitlement],
    now: datetime,
    zones: dict[int, str],
    rule: CreditSettings | None = None,
) -> dict[int, Facts]:
    """What pace depends on, by entitlement; `zones` holds each worker's. `rule` is how meetings
    of groups would count, None for as the hub has it."""
    ids = [one.id for one in entitlements]
    sessions = _grouped(store.execute(_sessions(), {"ids": ids}))
    matches = _grouped(store.execute(_matches(), {"ids": ids}))
    totals = _grouped(store.execute(_totals(), {"ids": ids}))
    asked_for = read(store, DeliverySettings).asked_for_days * DAY
    given = group_credits.of_entitlements(store, entitlements, now, rule)
    leave = _grouped(store.execute(_leave(), {"ids": list(zones)}))
    return {
        one.id: Facts(
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            sessions=one.sessions,
            totals=tuple(totals[one.id]),
            leave=tuple(leave[one.person_id]),
            matched=tuple(matches[one.id]) if one.kind in MATCHED_KINDS else None,
            held=tuple(sorted(s.local_start.date() for s in sessions[one.id] if _held(s))),
            delivered=sum(_delivered(s, now) for s in sessions[one.id]),
            credited=_credited(given.get(one.id, ()), one.minutes),
            credited_by_both=_credited(
                (c for c in given.get(one.id, ()) if c.came.by_both), one.minutes
            ),
            bookings=tuple(_booking(s, now, zones[one.person_id]) for s in sessions[one.id]),
            unsaid=tuple(
                (s.local_start.date(), s.local_start.date() + asked_for)
                for s in sessions[one.id]
                if _unsaid(s, now)
            ),
        )
        for one in entitlements
    }


def _credited(given: Iterable[Credit], minutes: int) -> tuple[date, ...]:
    return tuple(credit.days(given, minutes))


@cache
def _sessions() -> Any:
    """Made once, as the next ones are: it takes longer to put together than to ask."""
    return select(
        Session.entitlement_id,
        Session.starts_at,
        Session.local_start,
        Session.outcome,
        Session.booked_at,
        Session.cancelled_at,
        said_held().label("said_held"),
        _said().label("said"),
    ).where(Session.counts, Session.entitlement_id.in_(IDS))


def said_held() -> ScalarSelect[int]:
    """How many sides say that the session was held."""
    return (
        select(func.count())
        .where(Confirmation.session_id == Session.id, Confirmation.answer == Answer.HELD)
        .scalar_subquery()
    )


def _said() -> ScalarSelect[int]:
    """How many sides have said anything."""
    return select(func.count()).where(Confirmation.session_id == Session.id).scalar_subquery()


@cache
def _matches() -> Any:
    columns = select(Match.entitlement_id, Match.starts_on, Match.ends_on)
    running = columns.where(Match.state.in_(RUNNING), Match.entitlement_id.in_(IDS))
    return running.order_by(Match.starts_on)


@cache
def _totals() -> Any:
    columns = select(Amendment.entitlement_id, Amendment.from_on, Amendment.sessions)
    return columns.where(Amendment.entitlement_id.in_(IDS)).order_by(Amendment.from_on)


@cache
def _leave() -> Any:
    columns = select(Leave.person_id, Leave.starts_on, Leave.ends_on)
    return columns.where(Leave.person_id.in_(IDS))


def _held(session: Any) -> bool:
    return bool(session.outcome == Outcome.HELD)


def _delivered(session: Any, now: datetime) -> bool:
    """Up to the moment that is asked about, as *held* is, so that it is never above it."""
    return _held(session) and session.said_held == len(Side) and session.starts_at <= now


def _unsaid(session: Any, now: datetime) -> bool:
    """It has begun, and nobody has said how it went."""
    told = session.outcome or session.cancelled_at or session.said
    return not told and bool(session.starts_at <= now)


def _booking(session: Any, now: datetime, zone_name: str) -> Booking:
    """Its days on the calendar. One that has begun lies ahead until the day before."""
    on = session.local_start.date()
    gone = on if session.starts_at <= now or session.outcome else on + DAY
    if session.cancelled_at:
        gone = min(gone, today(session.cancelled_at, zone_name))
    known = today(session.booked_at, zone_name) if session.booked_at else date.min
    return Booking(on, known, gone)


def _grouped(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    """Rows under their first column: whole where they have names to be read, else the rest."""
    groups: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(row if hasattr(row, "said_held") else tuple(row[1:]))
    return groups
