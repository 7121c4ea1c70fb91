"""Where entitlements stand: the only place at which dates and pace meet."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ScalarSelect, func, or_, select, update
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from supervisor.access import RUNNING
from supervisor.models import (
    Amendment,
    Confirmation,
    Entitlement,
    Flip,
    Leave,
    Match,
    Person,
    Session,
    Store,
)
from supervisor.models.engine import rows_changed
from supervisor.rules import pace
from supervisor.rules.kinds import MATCHED_KINDS, Answer, Outcome, Side
from supervisor.rules.pace import Booking, Facts, PaceSettings, Position
from supervisor.settings import HubSettings, read
from supervisor.zones import today, zone

AT_ONCE = 10_000
ONE_DAY = timedelta(days=1)


def current(store: Store, on: date) -> list[Entitlement]:
    """Every entitlement whose period holds the day, by the worker's name."""
    query = (
        select(Entitlement)
        .join(Entitlement.person)
        .where(Entitlement.starts_on <= on, Entitlement.ends_on >= on)
        .options(joinedload(Entitlement.person))
        .order_by(Person.name, Person.id, Entitlement.kind, Entitlement.starts_on)
    )
    return list(store.scalars(query))


def running_match(
    store: Store, entitlement: Entitlement, on: date, *, cover: bool = False
) -> Match | None:
    """The match, or the cover, that runs on the day."""
    query = select(Match).where(
        Match.entitlement_id == entitlement.id,
        Match.cover.is_(cover),
        Match.state.in_(RUNNING),
        Match.starts_on <= on,
        or_(Match.ends_on.is_(None), Match.ends_on >= on),
    )
    return store.scalars(query.order_by(Match.starts_on.desc())).first()


def serving(store: Store, entitlement: Entitlement, on: date) -> Person | None:
    """Whom the worker meets on the day: whoever covers, else their match."""
    cover = running_match(store, entitlement, on, cover=True)
    match = cover or running_match(store, entitlement, on)
    return match.provider if match else None


def zone_of(store: Store, entitlement: Entitlement) -> str:
    """The zone in which the entitlement's days are counted: the worker's, else the hub's."""
    return entitlement.person.time_zone or read(store, HubSettings).time_zone


def day_of(store: Store, entitlement: Entitlement, now: datetime) -> date:
    """The day that it is where the entitlement's days are counted."""
    return today(now, zone_of(store, entitlement))


def position(store: Store, entitlement: Entitlement, now: datetime) -> Position:
    """Where it stands now."""
    return positions(store, [entitlement], now)[entitlement.id]


def positions(
    store: Store, entitlements: Sequence[Entitlement], now: datetime
) -> dict[int, Position]:
    """Where they stand now, by id; the number of queries does not grow with their number."""
    store.flush()
    settings, hub_zone = read(store, PaceSettings), read(store, HubSettings).time_zone
    found: dict[int, Position] = {}
    for some in _chunks(entitlements):
        zones = _zones(store, some, hub_zone)
        facts = facts_of(store, some, now, zones)
        for one in some:
            kept = (one.standing, one.standing_since)
            on = today(now, zones[one.person_id])
            found[one.id] = pace.assess(facts[one.id], on, settings, kept)
    return found


def reassess(
    store: Store, entitlement: Entitlement, now: datetime, *, looked: bool = False
) -> Flip | None:
    """Write where it stands and when to look again; the flip, when this call changed it.

    Compare-and-swap: of two processes that see the same change, one writes the flip. A flip is
    to be looked at at once, for what follows from it to be raised or ended; whoever does that
    has `looked`, and takes it off the list.
    """
    return reassess_all(store, [entitlement], now, looked=looked)[0]


def reassess_all(
    store: Store, entitlements: Sequence[Entitlement], now: datetime, *, looked: bool = False
) -> list[Flip | None]:
    """The same for many at once, their facts read in bulk; one answer each, in their order."""
    store.flush()
    settings, hub_zone = read(store, PaceSettings), read(store, HubSettings).time_zone
    flips: list[Flip | None] = []
    for some in _chunks(entitlements):
        zones = _zones(store, some, hub_zone)
        facts = facts_of(store, some, now, zones)
        for one in some:
            zone_name = zones[one.person_id]
            on, kept = today(now, zone_name), (one.standing, one.standing_since)
            seen = pace.assess(facts[one.id], on, settings, kept)
            change = pace.next_change_on(facts[one.id], on, settings)
            look = _start_of(change, zone_name) if change else None
            if not looked and (seen.standing != one.standing or _to_look_at(one, now)):
                look = now
            flips.append(_write(store, one, seen, look, now))
    return flips


def _to_look_at(entitlement: Entitlement, now: datetime) -> bool:
    """On the list already: nobody has looked since its time came."""
    return entitlement.look_again_on is not None and entitlement.look_again_on <= now


def _start_of(day: date, zone_name: str) -> datetime:
    """The instant at which the day begins there."""
    return datetime.combine(day, time.min, zone(zone_name)).astimezone(UTC)


def _write(
    store: Store, entitlement: Entitlement, seen: Position, look: datetime | None, now: datetime
) -> Flip | None:
    was, first_look = entitlement.standing, entitlement.standing_since is None
    swapped = rows_changed(
        store,
        update(Entitlement)
        .where(Entitlement.id == entitlement.id, Entitlement.standing == was)
        .values(standing=seen.standing, standing_since=seen.since, look_again_on=look)
        .execution_options(synchronize_session=False),
    )
    if swapped == 0:
        store.refresh(entitlement, ["standing", "standing_since", "look_again_on"])
        return None
    set_committed_value(entitlement, "standing", seen.standing)
    set_committed_value(entitlement, "standing_since", seen.since)
    set_committed_value(entitlement, "look_again_on", look)
    if was == seen.standing:
        return None
    return _flip(store, entitlement, None if first_look else was, now)


def _flip(store: Store, entitlement: Entitlement, before: str | None, now: datetime) -> Flip:
    assert entitlement.standing_since
    flip = Flip(
        entitlement_id=entitlement.id,
        before=before,
        after=entitlement.standing,
        since=entitlement.standing_since,
        noticed_at=now,
    )
    store.add(flip)
    store.flush()
    return flip


def facts_of(
    store: Store, entitlements: Sequence[Entitlement], now: datetime, zones: dict[int, str]
) -> dict[int, Facts]:
    """What pace depends on, by entitlement; `zones` holds each worker's."""
    ids = [one.id for one in entitlements]
    sessions = _grouped(store.execute(_sessions().where(Session.entitlement_id.in_(ids))))
    matches = _grouped(store.execute(_matches().where(Match.entitlement_id.in_(ids))))
    totals = _grouped(store.execute(_totals().where(Amendment.entitlement_id.in_(ids))))
    leave = _grouped(store.execute(_leave().where(Leave.person_id.in_(set(zones)))))
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
            bookings=tuple(_booking(s, now, zones[one.person_id]) for s in sessions[one.id]),
        )
        for one in entitlements
    }


def _sessions() -> Any:
    return select(
        Session.entitlement_id,
        Session.starts_at,
        Session.local_start,
        Session.outcome,
        Session.booked_at,
        Session.cancelled_at,
        said_held().label("said_held"),
    ).where(Session.counts)


def said_held() -> ScalarSelect[int]:
    """How many sides say that the session was held."""
    return (
        select(func.count())
        .where(Confirmation.session_id == Session.id, Confirmation.answer == Answer.HELD)
        .scalar_subquery()
    )


def _matches() -> Any:
    columns = select(Match.entitlement_id, Match.starts_on, Match.ends_on)
    return columns.where(Match.state.in_(RUNNING)).order_by(Match.starts_on)


def _totals() -> Any:
    columns = select(Amendment.entitlement_id, Amendment.from_on, Amendment.sessions)
    return columns.order_by(Amendment.from_on)


def _leave() -> Any:
    return select(Leave.person_id, Leave.starts_on, Leave.ends_on)


def _held(session: Any) -> bool:
    return bool(session.outcome == Outcome.HELD)


def _delivered(session: Any, now: datetime) -> bool:
    """Up to the moment that is asked about, as *held* is, so that it is never above it."""
    return _held(session) and session.said_held == len(Side) and session.starts_at <= now


def _booking(session: Any, now: datetime, zone_name: str) -> Booking:
    """Its days on the calendar. One that has begun lies ahead until the day before."""
    on = session.local_start.date()
    gone = on if session.starts_at <= now or session.outcome else on + ONE_DAY
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


def _zones(store: Store, entitlements: Sequence[Entitlement], hub_zone: str) -> dict[int, str]:
    people = {one.person_id for one in entitlements}
    rows = store.execute(select(Person.id, Person.time_zone).where(Person.id.in_(people)))
    return {person: own or hub_zone for person, own in rows}


def _chunks(entitlements: Sequence[Entitlement]) -> Iterator[Sequence[Entitlement]]:
    """As many at once as both engines take in one question."""
    for start in range(0, len(entitlements), AT_ONCE):
        yield entitlements[start : start + AT_ONCE]
