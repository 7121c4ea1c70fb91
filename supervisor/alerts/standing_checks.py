"""Every night: whether each entitlement stands as its record says, worked out from scratch.

By day only what has changed is looked at. What is found here is a fault of the software: it is put
right, and never in silence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from supervisor import entitlements
from supervisor.entitlement_facts import facts_of
from supervisor.models import Entitlement, StandingCheck, Store
from supervisor.rules import pace
from supervisor.rules.pace import Facts, PaceSettings
from supervisor.settings import HubSettings, read
from supervisor.zones import midnight, to_local, today

AT_ONCE, NAMED = 2_000, 100


@dataclass(frozen=True)
class CheckSettings:
    """From which hour on, by the hub's clock, all of it is worked out anew, once a day."""

    hour: int = 3


@dataclass(frozen=True)
class Differs:
    """One that stands otherwise than is on record, or would not be looked at in time: what was
    kept and what is right. `look` and `due` are the days of the next look."""

    entitlement: str
    kept: str
    right: str
    look: date | None
    due: date | None

    def kept_as(self) -> dict[str, str | None]:
        """As it is written down."""
        days = {"look": self.look, "due": self.due}
        return asdict(self) | {name: day and day.isoformat() for name, day in days.items()}


def _read(kept: dict[str, str]) -> Differs:
    look, due = (date.fromisoformat(kept[n]) if kept[n] else None for n in ("look", "due"))
    return Differs(kept["entitlement"], kept["kept"], kept["right"], look, due)


@dataclass(frozen=True)
class Part:
    """How many of the entitlements were looked at, the last of them, and which seem to differ."""

    looked: int
    last: int
    suspects: list[int]


def is_time(store: Store, now: datetime) -> bool:
    """Whether the hour has come, and today's check was not made yet."""
    here, made = read(store, HubSettings).time_zone, last(store)
    hour = to_local(now, here).hour >= read(store, CheckSettings).hour
    return hour and (made is None or today(made.at, here) < today(now, here))


def part(store: Store, after: int, now: datetime) -> Part:
    """The next ones after an id, in their order. It only reads."""
    query = select(Entitlement).where(Entitlement.id > after).order_by(Entitlement.id)
    some = store.scalars(query.limit(AT_ONCE)).all()
    found = [one.id for one, _differs in differing(store, some, now)]
    return Part(len(some), some[-1].id if some else after, found)


def differing(
    store: Store, some: Sequence[Entitlement], now: datetime
) -> Iterator[tuple[Entitlement, Differs]]:
    """Those of them that differ, with how."""
    zones = entitlements.zones_of(store, some)
    settings, facts = read(store, PaceSettings), facts_of(store, some, now, zones)
    for one in some:
        zone = zones[one.person_id]
        if not (_waits(one, now) or _agrees(one, facts[one.id], zone, now, settings)):
            began = midnight(today(now, zone), zone)
            early = facts_of(store, [one], began, {one.person_id: zone})[one.id]
            if not _agrees(one, early, zone, now, settings):
                yield one, _told(one, facts[one.id], zone, now, settings)


def _waits(one: Entitlement, now: datetime) -> bool:
    """It is on the list already."""
    return one.look_again_on is not None and one.look_again_on <= now


def _agrees(
    one: Entitlement, facts: Facts, zone: str, now: datetime, settings: PaceSettings
) -> bool:
    """The standing is right, and the next look is no later than the day on which it changes.

    It may be right by the facts of the morning too: a meeting that has begun since is looked at
    the day after.
    """
    on = today(now, zone)
    if pace.standing(facts, on, settings) != one.standing:
        return False
    change = _change(facts, on, settings)
    return change is None or (
        one.look_again_on is not None and one.look_again_on <= midnight(change, zone)
    )


def _change(facts: Facts, on: date, settings: PaceSettings) -> date | None:
    """The day on which it stands otherwise, whatever is still asked about."""
    return pace.next_change_on(replace(facts, unsaid=()), on, settings)


def _told(
    one: Entitlement, facts: Facts, zone: str, now: datetime, settings: PaceSettings
) -> Differs:
    on = today(now, zone)
    due, look = _change(facts, on, settings), one.look_again_on
    return Differs(
        one.ref,
        one.standing,
        pace.standing(facts, on, settings),
        today(look, zone) if look else None,
        due,
    )


def put_right(store: Store, entitlement_id: int, now: datetime) -> Differs | None:
    """Look at it once more, with nobody changing it meanwhile, and put it right; None where it
    agrees by now."""
    query = select(Entitlement).where(Entitlement.id == entitlement_id)
    fresh = query.with_for_update(of=Entitlement).execution_options(populate_existing=True)
    one = store.scalars(fresh).one()
    for _one, differs in differing(store, [one], now):
        entitlements.reassess(store, one, now)
        return differs
    return None


def keep(store: Store, looked: int, found: Sequence[Differs], now: datetime) -> StandingCheck:
    """Write down that it was made, and the first of what differed."""
    named = [one.kept_as() for one in found[:NAMED]]
    kept = StandingCheck(at=now, looked=looked, found=len(found), named=named)
    store.add(kept)
    store.flush()
    return kept


def last(store: Store) -> StandingCheck | None:
    """The last one that was made."""
    query = select(StandingCheck).order_by(StandingCheck.id.desc()).limit(1)
    return store.scalar(query)


def named(store: Store, made: StandingCheck) -> list[tuple[Entitlement, Differs]]:
    """What it found, with whose it is."""
    found = [_read(one) for one in made.named]
    refs = [one.entitlement for one in found]
    query = select(Entitlement).where(Entitlement.ref.in_(refs))
    theirs = {one.ref: one for one in store.scalars(query)}
    return [(theirs[one.entitlement], one) for one in found if one.entitlement in theirs]
