"""What a simulated year came to, entitlement by entitlement, and why sessions were lost."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select, union_all

from supervisor import entitlements
from supervisor.access import RUNNING
from supervisor.alerts.alert_kinds import OF_STANDINGS
from supervisor.models import Alert, Entitlement, Flip, Match, Session, Store
from supervisor.rules.days import DAY
from supervisor.rules.kinds import Outcome, Standing
from supervisor.rules.openings import days_of
from supervisor.simulated.simulated_world import World

LAST_WEEKS = 42 * DAY


class Cause(StrEnum):
    """Why a contracted session was not held."""

    IMPOSSIBLE = "not even with foresight"
    UNSAID = "they met, and neither said so"
    NOBODY = "nobody to meet"
    LATE = "fell through in the last six weeks"
    NOT_BOOKED = "not booked in time"


@dataclass(frozen=True)
class Ended:
    """How an entitlement ended. `warned` is how many days before the end its first warning was
    raised; None where there was none."""

    id: int
    ref: str
    kind: str
    worker: str
    contracted: int
    held: int
    delivered: int
    warned: int | None
    causes: Counter[Cause]

    @property
    def short(self) -> bool:
        """Whether it ended short."""
        return self.held < self.contracted


@dataclass(frozen=True)
class Way:
    """One way of working through the year: how each ended, what was done, and jobs that broke;
    and `last_day`, what of it both had said by the end of the year itself."""

    ended: list[Ended]
    last_day: "Said"
    pressed: Counter[str]
    failed: int


@dataclass(frozen=True)
class Said:
    """How many sessions are held, and delivered, by a day."""

    held: int
    delivered: int


def said(world: World, store: Store, now: datetime) -> Said:
    """Of all that is followed, as far as anybody has said; more than was owed is what was owed."""
    owed = [store.get_one(Entitlement, id_) for id_ in world.owed]
    seen = entitlements.positions(store, owed, now)
    most = {one.id: _contracted(world, one) for one in owed}
    return Said(
        sum(min(most[id_], one.held) for id_, one in seen.items()),
        sum(min(most[id_], one.delivered) for id_, one in seen.items()),
    )


def _contracted(world: World, owed: Entitlement) -> int:
    return world.year.owed(owed.sessions, world.leaving(owed.person.ref))


def of(world: World, store: Store, bounds: dict[int, int], last_day: Said, now: datetime) -> Way:
    """What the year came to, once nobody is asked about it any more."""
    return Way(_ended(world, store, bounds, now), last_day, world.pressed, world.failed)


def _ended(world: World, store: Store, bounds: dict[int, int], now: datetime) -> list[Ended]:
    """All that are followed, once the year is over. More than was owed counts as what was owed."""
    owed = [store.get_one(Entitlement, id_) for id_ in world.owed]
    seen, warned = entitlements.positions(store, owed, now), _warned(world, store)
    made = []
    for one in owed:
        contracted = _contracted(world, one)
        held = min(contracted, seen[one.id].held)
        first = warned.get(one.id)
        made.append(
            Ended(
                id=one.id,
                ref=one.ref,
                kind=one.kind,
                worker=one.person.ref,
                contracted=contracted,
                held=held,
                delivered=min(contracted, seen[one.id].delivered),
                warned=(one.ends_on - first).days if first else None,
                causes=_causes(world, store, one, contracted, held, bounds[one.id]),
            )
        )
    return made


def _warned(world: World, store: Store) -> dict[int, date]:
    """When each was first shown to the hub: by an alert about where it stands, or on Today as
    having nobody to meet, which raises an alert only where support is mandatory."""
    alerts = select(Alert.entitlement_id.label("id"), Alert.raised_at.label("at")).where(
        Alert.name.in_(OF_STANDINGS), Alert.entitlement_id.is_not(None)
    )
    flips = select(Flip.entitlement_id, Flip.noticed_at).where(Flip.after == Standing.NOT_MATCHED)
    both = union_all(alerts, flips).subquery()
    query = select(both.c.id, func.min(both.c.at)).group_by(both.c.id)
    return {id_: world.on(at) for id_, at in store.execute(query)}


def _causes(
    world: World, store: Store, owed: Entitlement, contracted: int, held: int, bound: int
) -> Counter[Cause]:
    """What is missing, given to the first of these causes that can account for it."""
    sessions = store.scalars(select(Session).filter_by(entitlement_id=owed.id, counts=True)).all()
    could = {
        Cause.IMPOSSIBLE: contracted - bound,
        Cause.UNSAID: _unsaid(world, sessions),
        Cause.NOBODY: _alone(store, owed) * contracted // len(world.year.days),
        Cause.LATE: _late(owed, sessions),
        Cause.NOT_BOOKED: contracted,
    }
    missing, found = contracted - held, Counter[Cause]()
    for cause, count in could.items():
        found[cause] = min(missing, max(0, count))
        missing -= found[cause]
    return +found


def _unsaid(world: World, sessions: Sequence[Session]) -> int:
    there = [session for session in sessions if session.cancelled_at is None]
    return sum(world.met(one) and one.outcome != Outcome.HELD for one in there)


def _alone(store: Store, owed: Entitlement) -> int:
    """Days of the period without anybody to meet."""
    query = select(Match).where(Match.entitlement_id == owed.id, Match.state.in_(RUNNING))
    met = {
        day
        for match in store.scalars(query)
        if match.starts_on
        for day in days_of(match.starts_on, min(match.ends_on or owed.ends_on, owed.ends_on))
    }
    return (owed.ends_on - owed.starts_on).days + 1 - len(met)


def _late(owed: Entitlement, sessions: Sequence[Session]) -> int:
    """What was booked for the last weeks and did not take place."""
    from_on = owed.ends_on - LAST_WEEKS
    return sum(s.outcome != Outcome.HELD and s.local_start.date() > from_on for s in sessions)
