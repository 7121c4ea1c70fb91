"""Where entitlements stand: the only place at which dates and pace meet."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from supervisor.access import RUNNING
from supervisor.entitlement_facts import facts_of
from supervisor.models import (
    Entitlement,
    Flip,
    Match,
    Person,
    Store,
)
from supervisor.models.engine import rows_changed
from supervisor.rules import pace
from supervisor.rules.pace import PaceSettings, Position
from supervisor.settings import HubSettings, read
from supervisor.zones import midnight, today

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
    settings = read(store, PaceSettings)
    found: dict[int, Position] = {}
    for some in _chunks(entitlements):
        zones = zones_of(store, some)
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


def look_soon(store: Store, entitlement: Entitlement, now: datetime) -> None:
    """The same, and whoever looks at alerts looks next, though it may stand as it stood: a word
    was said on which an alert had waited."""
    reassess(store, entitlement, now)
    entitlement.look_again_on = now
    store.flush()


def look_at_all(store: Store, now: datetime) -> None:
    """The hub counts otherwise from now on, or its clock is another: whoever looks at alerts
    looks at every period that is not over, as if each had changed."""
    running = Entitlement.ends_on >= now.date() - ONE_DAY
    store.execute(update(Entitlement).where(running).values(look_again_on=now))


def reassess_all(
    store: Store, entitlements: Sequence[Entitlement], now: datetime, *, looked: bool = False
) -> list[Flip | None]:
    """The same for many at once, their facts read in bulk; one answer each, in their order."""
    store.flush()
    settings = read(store, PaceSettings)
    flips: list[Flip | None] = []
    for some in _chunks(entitlements):
        zones = zones_of(store, some)
        facts = facts_of(store, some, now, zones)
        for one in some:
            zone_name = zones[one.person_id]
            on, kept = today(now, zone_name), (one.standing, one.standing_since)
            seen = pace.assess(facts[one.id], on, settings, kept)
            change = pace.next_change_on(facts[one.id], on, settings)
            look = midnight(change, zone_name) if change else None
            if not looked and (seen.standing != one.standing or _to_look_at(one, now)):
                look = now
            flips.append(_write(store, one, seen, look, now))
    store.add_all(flip for flip in flips if flip)
    store.flush()
    return flips


def _to_look_at(entitlement: Entitlement, now: datetime) -> bool:
    """On the list already: nobody has looked since its time came."""
    return entitlement.look_again_on is not None and entitlement.look_again_on <= now


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
    return _flip(entitlement, None if first_look else was, now)


def _flip(entitlement: Entitlement, before: str | None, now: datetime) -> Flip:
    assert entitlement.standing_since
    return Flip(
        entitlement_id=entitlement.id,
        before=before,
        after=entitlement.standing,
        since=entitlement.standing_since,
        noticed_at=now,
    )


def zones_of(store: Store, entitlements: Sequence[Entitlement]) -> dict[int, str]:
    """Each worker's zone, else the hub's, by the person's id."""
    hub_zone = read(store, HubSettings).time_zone
    people = {one.person_id for one in entitlements}
    rows = store.execute(select(Person.id, Person.time_zone).where(Person.id.in_(people)))
    return {person: own or hub_zone for person, own in rows}


def _chunks(entitlements: Sequence[Entitlement]) -> Iterator[Sequence[Entitlement]]:
    """As many at once as both engines take in one question."""
    for start in range(0, len(entitlements), AT_ONCE):
        yield entitlements[start : start + AT_ONCE]
