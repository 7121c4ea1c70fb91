"""A provider is away: where each of their booked meetings could go instead, and all of it at once.

Nobody moves who need not. Whatever finds no time is called off, and is still owed.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from supervisor import leave
from supervisor.leave import Recorded
from supervisor.models import Person, Session, Store
from supervisor.models.engine import lock_people
from supervisor.plans.plan_asks import Loss, Question, Wanted
from supervisor.plans.plans import Time, times_of
from supervisor.rules import plan as rule
from supervisor.sessions import sessions
from supervisor.settings import hub_today

LOOKS_AHEAD = timedelta(weeks=8)


@dataclass(frozen=True)
class Change:
    """A booked meeting, and the time to which it could move; None where there is none."""

    session: Session
    after: Time | None


@dataclass(frozen=True)
class Repair:
    """What would become of what is booked with them, soonest first."""

    changes: list[Change]

    @property
    def seen(self) -> str:
        """What somebody has read who has read this: another one reads otherwise."""
        return " ".join(
            f"{one.session.ref}>{one.after.starts_at.isoformat() if one.after else ''}"
            for one in self.changes
        )


def plan(store: Store, provider: Person, first: date, back: date, now: datetime) -> Repair:
    """Near to an even cadence, in the hours that the two have in common; nothing is kept."""
    lost = [s for s in leave.inside(store, provider, first, back, now)
            if s.provider_id == provider.id]  # fmt: skip
    found = _found(store, provider, (first, back), lost, now) if lost else {}
    return Repair([Change(session, found.get(session.id)) for session in lost])


def _found(
    store: Store,
    provider: Person,
    away: tuple[date, date],
    lost: Sequence[Session],
    now: datetime,
) -> dict[int, Time]:
    """A time for each session by its id: the first of a pair has the first of the pair's."""
    days: defaultdict[int, list[date]] = defaultdict(list)
    for session in lost:
        days[session.entitlement_id].append(session.local_start.date())
    on = hub_today(store, now)
    asked = Question(store, on, away[1] + LOOKS_AHEAD, now, Loss(provider.id, away, days))
    asks = [wanted.ask for wanted in asked.wanted]
    made = rule.plan(asks, asked.givers, asked.limits, asked.settings, asked.apart)
    return _paired(lost, zip(asked.wanted, made.starts, strict=True))


def _paired(lost: Sequence[Session], found: "zip[tuple[Wanted, list[int]]]") -> dict[int, Time]:
    paired: dict[int, Time] = {}
    for wanted, starts in found:
        theirs = [s for s in lost if s.entitlement_id == wanted.entitlement.id]
        paired |= {s.id: time for s, time in zip(theirs, times_of(wanted, starts), strict=False)}
    return paired


def send(
    store: Store,
    provider: Person,
    days: tuple[date, date],
    seen: str,
    move: Collection[str],
    by: Person,
    now: datetime,
) -> Recorded | None:
    """Write the time away down, move those of `move`, call the others off, and tell everybody;
    None where something has changed since it was read."""
    first, back = days
    made = plan(store, provider, first, back, now)
    lock_people(store, [provider.id, *(c.session.entitlement.person_id for c in made.changes)])
    if made.seen != seen:
        return None
    for change in made.changes:
        if change.after and change.session.ref in move:
            time = change.after
            sessions.move(store, change.session, time.starts_at, time.mode, by, now)
    return leave.record(store, provider, first, back, by, now)
