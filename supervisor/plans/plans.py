"""The year's plan: it proposes, and fills nobody's calendar until a pair keeps it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import joinedload

from supervisor import entitlements
from supervisor.errors import Refused
from supervisor.models import Entitlement, Person, Proposal, Session, Store
from supervisor.plans.plan_asks import Question, Wanted
from supervisor.plans.plan_records import pairs_that_let_book
from supervisor.rules import plan as rule
from supervisor.rules.days import counted
from supervisor.rules.names import first_name
from supervisor.rules.plan import Why
from supervisor.rules.plan_values import PlanSettings
from supervisor.rules.wall import instant_of
from supervisor.rules.words import N_, Words
from supervisor.sessions import session_messages, sessions
from supervisor.settings import read
from supervisor.zones import zone

WHY = {
    Why.NOTHING: N_("no free hour in common"),
    Why.NOTHING_NEAR: N_("no free hour in common in %(month)s"),
    Why.TOO_CLOSE: N_("too few days with an hour in common from %(month)s on, %(gap)d days apart"),
    Why.TAKEN: N_("%(name)s has no free hour left in %(month)s"),
    Why.WORKER_TAKEN: N_("%(worker)s has no free hour left in %(month)s"),
    Why.ROOMS_TAKEN: N_("no room is free in %(month)s"),
}
NO_WAY = N_("no way of meeting that suits them both")
AWAY = N_("no day is left on which neither is away")


Kept = tuple[list[Session], list[Proposal]]
"""What was booked of a plan, and what has gone by now."""


@dataclass(frozen=True)
class Time:
    """A time that the plan found; `starts_at` is in the session's own zone."""

    entitlement: Entitlement
    provider: Person
    starts_at: datetime
    minutes: int
    mode: str


@dataclass(frozen=True)
class Short:
    """How many sessions of an entitlement found no place, and why the first of them did not."""

    entitlement: Entitlement
    count: int
    reason: Words


@dataclass(frozen=True)
class Plan:
    """What was found, how many were wanted, and how many could be placed at most."""

    times: list[Time]
    wanted: int
    bound: int
    short: list[Short]

    @property
    def placed(self) -> int:
        """How many found a time."""
        return len(self.times)


def plan(store: Store, first: date, last: date, now: datetime) -> Plan:
    """Propose times for all that is still owed from a day to a day, in place of what was
    proposed before. A pair that said "book for us" is booked at once."""
    _refuse_odd_days(store, first, last)
    asked = Question(store, first, last, now)
    asks = [wanted.ask for wanted in asked.wanted]
    found = rule.plan(asks, asked.givers, asked.limits, asked.settings, asked.apart)
    starts = zip(asked.wanted, found.starts, strict=True)
    times = [time for wanted, some in starts for time in times_of(wanted, some)]
    _propose(store, times, now)
    for entitlement in _book_for_us(store, asked.wanted):
        keep(store, entitlement, None, now)
    wanted = sum(len(ask.aims) for ask in asks) + sum(asked.idle.values())
    return Plan(times, wanted, found.bound, _short(asked, found))


def _refuse_odd_days(store: Store, first: date, last: date) -> None:
    most = read(store, PlanSettings).longest_days
    if last < first:
        raise Refused(N_("The plan ends before it begins. Give a later last day."), field="to")
    if counted(first, last) > most:
        raise Refused(N_("Plan at most %(most)d days at a time."), field="to", most=most)


def times_of(wanted: Wanted, starts: Sequence[int]) -> Iterator[Time]:
    """Starts as a plan counts them, in the zone in which the two meet."""
    if wanted.way:
        for minutes in starts:
            at = instant_of(minutes).astimezone(zone(wanted.way.zone))
            one = wanted.entitlement
            yield Time(one, wanted.provider, at, one.minutes, wanted.way.mode)


def _propose(store: Store, times: Sequence[Time], now: datetime) -> None:
    store.execute(delete(Proposal))
    rows = [
        {
            "entitlement_id": time.entitlement.id,
            "provider_id": time.provider.id,
            "starts_at": time.starts_at,
            "minutes": time.minutes,
            "mode": time.mode,
            "proposed_at": now,
        }
        for time in times
    ]
    if rows:
        store.execute(insert(Proposal), rows)


def _book_for_us(store: Store, wanted: Sequence[Wanted]) -> list[Entitlement]:
    """Those whose worker and every provider let the hub book."""
    said = pairs_that_let_book(store, [one.entitlement.id for one in wanted])
    every = {one.entitlement: True for one in wanted}
    for one in wanted:
        every[one.entitlement] &= (one.entitlement.id, one.provider.id) in said
    return [entitlement for entitlement, yes in every.items() if yes]


def _short(asked: Question, found: rule.Plan) -> list[Short]:
    of = {id(wanted.ask): wanted for wanted in asked.wanted}
    short = [_why(of[id(one.ask)], one, asked.limits.gap) for one in found.short]
    idle = [Short(one, count, Words(AWAY)) for one, count in asked.idle.items()]
    return sorted(short + idle, key=lambda one: (-one.count, one.entitlement.ref))


def _why(wanted: Wanted, short: rule.Short, gap: int) -> Short:
    facts = {
        "name": first_name(wanted.provider.name),
        "worker": first_name(wanted.entitlement.person.name),
        "month": date.fromordinal(short.near),
        "gap": gap,
    }
    reason = Words(WHY[short.why], facts) if wanted.way else Words(NO_WAY)
    return Short(wanted.entitlement, short.count, reason)


def keep(
    store: Store,
    entitlement: Entitlement,
    by: Person | None,
    now: datetime,
    provider: Person | None = None,
) -> Kept:
    """Book all that is proposed to a pair; what has gone by now is left out and named.

    `provider` keeps to one provider's; `by` is None where the pair asked to be booked. The first
    meeting of a new pair does not count here either, so one more is owed afterwards.
    """
    kept, gone = [], []
    for proposal in _taken_out(store, entitlement, provider):
        if not entitlements.position(store, entitlement, now).unbooked:
            continue
        try:
            session, _new = sessions.take(
                store, entitlement, proposal.starts_at, proposal.mode, by, now, proposal.provider
            )
        except Refused:
            gone.append(proposal)
        else:
            kept.append(session)
    store.flush()
    if kept:
        entitlements.reassess(store, entitlement, now)
        session_messages.kept(store, kept, by, now)
    return kept, gone


def _taken_out(store: Store, entitlement: Entitlement, provider: Person | None) -> list[Proposal]:
    """What was proposed: it is kept or gone, and no proposal any more."""
    query = select(Proposal).where(Proposal.entitlement_id == entitlement.id)
    if provider is not None:
        query = query.where(Proposal.provider_id == provider.id)
    query = query.options(joinedload(Proposal.provider)).order_by(Proposal.starts_at)
    found = list(store.scalars(query))
    for proposal in found:
        store.delete(proposal)
    store.flush()
    return found
