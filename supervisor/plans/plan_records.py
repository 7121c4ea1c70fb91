"""The records that a plan is made of, each kind read once."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, or_, select

from supervisor.access import RUNNING
from supervisor.hours import hours
from supervisor.models import Agreement, Entitlement, Match, Session, Store
from supervisor.rules.kinds import MATCHED_KINDS, Outcome
from supervisor.rules.openings import Run


@dataclass(frozen=True)
class Met:
    """The days of an entitlement's sessions, held or booked, and the last of their starts."""

    days: list[date]
    last_start: datetime


def owed(
    store: Store, first: date, last: date, only: Collection[int] | None = None
) -> list[Entitlement]:
    """Entitlements of the days that have had or will have somebody, by their id; all, or only
    these."""
    matched = exists().where(
        Match.entitlement_id == Entitlement.id,
        Match.state.in_(RUNNING),
        Match.starts_on <= Entitlement.ends_on,
        or_(Match.ends_on.is_(None), Match.ends_on >= first),
    )
    query = select(Entitlement).where(
        Entitlement.kind.in_(MATCHED_KINDS),
        Entitlement.starts_on <= last,
        Entitlement.ends_on >= first,
        matched,
    )
    if only is not None:
        query = query.where(Entitlement.id.in_(only))
    return sorted(store.scalars(query), key=lambda one: one.ref)


def runs(
    store: Store, owed: Sequence[Entitlement]
) -> tuple[dict[int, list[Run]], dict[tuple[int, int], str | None]]:
    """Each entitlement's matches, and how each pair agreed to meet."""
    runs: dict[int, list[Run]] = defaultdict(list)
    agreed: dict[tuple[int, int], str | None] = {}
    columns = select(
        Match.entitlement_id,
        Match.provider_id,
        Match.starts_on,
        Match.ends_on,
        Match.cover,
        Agreement.mode,
    ).outerjoin(Match.agreement)
    for some in hours.chunks([one.id for one in owed]):
        query = columns.where(Match.entitlement_id.in_(some), Match.state.in_(RUNNING))
        rows: Any = store.execute(query.order_by(Match.id))
        for row in rows:
            runs[row[0]].append(Run(*row[1:5]))
            agreed[row[0], row[1]] = row[5]
    return runs, agreed


def met(store: Store, owed: Sequence[Entitlement]) -> dict[int, Met]:
    starts: dict[int, list[datetime]] = defaultdict(list)
    columns = select(Session.entitlement_id, Session.local_start)
    for some in hours.chunks([one.id for one in owed]):
        query = columns.where(
            Session.entitlement_id.in_(some),
            Session.cancelled_at.is_(None),
            or_(Session.outcome.is_(None), Session.outcome == Outcome.HELD),
            Session.counts,
        )
        for entitlement, start in store.execute(query.order_by(Session.local_start)):
            starts[entitlement].append(start)
    return {id_: Met([s.date() for s in some], some[-1]) for id_, some in starts.items()}


def pairs_that_let_book(store: Store, owed: Sequence[int]) -> set[tuple[int, int]]:
    """Which entitlements and providers both let the hub book."""
    found: set[tuple[int, int]] = set()
    for some in hours.chunks(owed):
        query = select(Match.entitlement_id, Match.provider_id).where(
            Match.entitlement_id.in_(some),
            Match.state.in_(RUNNING),
            Match.worker_lets_book_at.is_not(None),
            Match.provider_lets_book_at.is_not(None),
        )
        found |= {(one, who) for one, who in store.execute(query)}
    return found
