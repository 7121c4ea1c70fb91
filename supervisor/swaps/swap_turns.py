"""The swap itself: what would happen, looked at first, and then all of it at once.

The old match ends today, nobody at fault, and the other way round begins tomorrow. The same two
go on meeting at the same times: a session keeps its time, its place in every calendar and its
history, and belongs to the new entitlement from then on.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from supervisor import amendments, audit, capacity, entitlements, grants
from supervisor.answering import payer_by_name
from supervisor.entitlement_facts import facts_of
from supervisor.errors import Refused
from supervisor.fits import fits
from supervisor.fits.fits import Verdict
from supervisor.grants import Grant
from supervisor.matches import match_endings, match_offers, matches
from supervisor.matches import match_messages as tell_match
from supervisor.models import Entitlement, Match, Offering, Person, Session, Store, Swap
from supervisor.rules.days import DAY
from supervisor.rules.kinds import Kind
from supervisor.rules.swaps import Booked, Stage, goes_along, last_day
from supervisor.rules.words import N_, Words
from supervisor.sessions import placing
from supervisor.swaps import swap_messages as tell
from supervisor.swaps import swaps
from supervisor.swaps.swap_messages import Moved

NOBODY_ELSE = N_("%(worker)s has %(name)s as tuakana already. That ends first")
NOTHING_LEFT = N_("Nothing is left of the %(all)d. Change the number first")
NOT_LONG = N_("%(name)s is not here any more")


@dataclass(frozen=True)
class Plan:
    """What would happen if it were done now.

    `owed` is the entitlement that the one who was tuakana has from `first` on: their own where
    one runs, raised to `raised` where all of it is done, else one that is made. `done` of `total`
    are done of the old one, those of today with them; `left` is the rest. `obstacles` are for the
    hub's eyes.
    """

    first: date
    owed: Entitlement
    done: int
    total: int
    raised: int | None
    kept: list[Session]
    gone: list[Session]
    verdict: Verdict | None
    obstacles: list[Words]

    @property
    def to_vet(self) -> bool:
        """Whether the hub has to look first at who is to be tuakana."""
        return self.verdict is None

    @property
    def left(self) -> int:
        """What is left of the old one."""
        return max(0, self.total - self.done)

    @property
    def made(self) -> bool:
        """Whether the entitlement is a new one."""
        return self.owed.id is None


def plan(store: Store, swap: Swap, now: datetime) -> Plan:
    """What would happen now; nothing is kept. Whether the rules of a match let it pass, as if
    the two had changed places, can only be said once the hub has vetted."""
    match, pair = swap.match, (swap.match.entitlement.person, swap.match.provider)
    first = entitlements.day_of(store, match.entitlement, now) + DAY
    done, total = _counted(store, match.entitlement, first, now)
    owed = _owed(store, match, max(0, total - done), first)
    room, raised = _room(store, owed, max(0, total - done), first, now)
    kept, gone = _sorted_out(_ahead(store, match, first, now), owed, room)
    vetted = _vetted(store, pair[0], first)
    verdict = fits.explain_turned(store, match, owed, first) if vetted else None
    obstacles = _obstacles(store, owed, room, first, pair)
    obstacles += verdict.obstacles if verdict else []
    return Plan(first, owed, done, total, raised, kept, gone, verdict, obstacles)


def _sorted_out(
    booked: list[Session], owed: Entitlement, room: int
) -> tuple[list[Session], list[Session]]:
    """Which of them keep their time, and which are called off."""
    days = [Booked(one.local_start.date(), one.counts) for one in booked]
    along = goes_along(days, owed.starts_on, owed.ends_on, room)
    kept = [one for one, stays in zip(booked, along, strict=True) if stays]
    return kept, [one for one in booked if one not in kept]


def _counted(store: Store, owed: Entitlement, first: date, now: datetime) -> tuple[int, int]:
    """How many are done by the end of today, and the total from tomorrow on. What is still asked
    about, and what is booked for later today, counts as done: it is nobody's again."""
    zones = {owed.person_id: entitlements.zone_of(store, owed)}
    facts, on = facts_of(store, [owed], now, zones)[owed.id], first - DAY
    today = sum(day == on for day in facts.ahead(on))
    return facts.hoped(on).held_by(on) + today, facts.contracted(first)


def _owed(store: Store, match: Match, left: int, first: date) -> Entitlement:
    """Their own that runs tomorrow; else what is left, for the same minutes, payer and end."""
    before, teina = match.entitlement, match.provider
    own = grants.running(store, teina, Kind.MENTORING, first)
    if own:
        return own
    begins = grants.next_begins(store, teina, Kind.MENTORING, first)
    given = Grant(
        kind=Kind.MENTORING,
        sessions=left,
        minutes=before.minutes,
        starts_on=first,
        ends_on=last_day(before.ends_on, begins),
        payer=payer_by_name(store, before, first - DAY),
    )
    return grants.draft(teina, given)


def _room(
    store: Store, owed: Entitlement, left: int, first: date, now: datetime
) -> tuple[int, int | None]:
    """How many more may be booked of it, and the number to which it is raised: one of their own
    of which all is done goes on with what is left of the other's."""
    if owed.id is None:
        return owed.sessions, None
    done, total = _counted(store, owed, first, now)
    if done >= total and left:
        return left, done + left
    return entitlements.position(store, owed, now).unbooked, None


def _ahead(store: Store, match: Match, first: date, now: datetime) -> list[Session]:
    """What the two have booked from tomorrow on, soonest first."""
    query = select(Session).where(
        Session.entitlement_id == match.entitlement_id,
        Session.provider_id == match.provider_id,
        Session.outcome.is_(None),
        Session.cancelled_at.is_(None),
        Session.starts_at > now,
    )
    found = store.scalars(query.order_by(Session.starts_at, Session.id))
    return [one for one in found if one.local_start.date() >= first]


def _vetted(store: Store, person: Person, on: date) -> bool:
    """Whether the hub has looked at them as tuakana, and that still holds on the day."""
    query = select(Offering.vetted_until).where(
        Offering.person_id == person.id, Offering.kind == Kind.MENTORING, Offering.capacity > 0
    )
    until = store.scalar(query)
    return until is not None and until >= on


def _obstacles(
    store: Store, owed: Entitlement, room: int, first: date, pair: tuple[Person, Person]
) -> list[Words]:
    """What the rules of a match do not ask: that nobody else is met, that something is left."""
    found = [Words(NOT_LONG, {"name": p.name}) for p in pair if _gone(p, first)]
    other = _meets(store, owed, first) if owed.id else None
    if other:
        found.append(Words(NOBODY_ELSE, {"worker": owed.person.name, "name": other.provider.name}))
    if room < 1:
        found.append(Words(NOTHING_LEFT, {"all": owed.sessions}))
    return found


def _meets(store: Store, owed: Entitlement, first: date) -> Match | None:
    """Whoever else holds it on the day, or is agreed to later."""
    query = select(Match).where(Match.entitlement_id == owed.id, capacity.holding(first))
    return store.scalars(query.order_by(Match.starts_on)).first()


def _gone(person: Person, on: date) -> bool:
    return person.left_on is not None and person.left_on < on


def turn(store: Store, swap: Swap, by: Person, now: datetime, *, settle: bool) -> Match:
    """Do it. With `settle` the old total becomes what is done; else it stays, and the hub looks
    for somebody else for the rest. Twice is once; where anything stands in the way, none of it."""
    swaps.refuse_own(store, swap, by)
    swaps.fresh(store, swap)
    if swap.became:
        return swap.became
    seen = _lawful(store, swap, now)
    owed = _taken_on(store, seen, by, now)
    _refuse_full(store, swap.match.entitlement.person, owed, seen.first)
    became = _offered(store, swap, owed, seen, now)
    for session in seen.kept:
        _bring_along(store, session, became, by, now)
    _end(store, swap.match, seen, by, now, settle=settle)
    matches.withdraw_offers(store, owed, now, but=became)
    _begin(store, swap.match, became, seen.first, by, now)
    swap.done_at, swap.done_by_id, swap.became = now, by.id, became
    store.flush()
    audit.record(store, now, by, "swap", "swap", swap.ref)
    tell.done(store, swap, Moved(seen.kept, seen.gone), now)
    return became


def _lawful(store: Store, swap: Swap, now: datetime) -> Plan:
    if swap.stage is not Stage.AGREED or not swaps.can_be_swapped(store, swap.match, now):
        raise Refused(swaps.NOT_OPEN)
    seen = plan(store, swap, now)
    if seen.to_vet:
        raise Refused(
            N_("%(name)s is not vetted as tuakana yet."), name=swap.match.entitlement.person.name
        )
    if seen.obstacles:
        raise Refused(N_("They cannot be swapped: %(why)s."), why=seen.obstacles[0])
    return seen


def _taken_on(store: Store, seen: Plan, by: Person, now: datetime) -> Entitlement:
    """The entitlement, made or raised where it has to be."""
    owed = seen.owed
    if seen.made:
        given = Grant(
            Kind(owed.kind), owed.sessions, owed.minutes, owed.starts_on, owed.ends_on, owed.payer
        )
        return grants.grant(store, owed.person, given, by, now)
    if seen.raised:
        amendments.settle(store, owed, seen.raised, seen.first, by, now)
    return owed


def _refuse_full(store: Store, tuakana: Person, owed: Entitlement, first: date) -> None:
    """Counted with their row locked: the last place goes once."""
    if not capacity.has_room(store, tuakana, owed, first):
        raise Refused(N_("%(name)s has no place left."), name=tuakana.name)


def _offered(store: Store, swap: Swap, owed: Entitlement, seen: Plan, now: datetime) -> Match:
    """The match the other way round, to which both have said yes."""
    tuakana, fit = swap.match.entitlement.person, seen.verdict.fit if seen.verdict else None
    became = match_offers.add(store, owed, tuakana, fit or 0, now)
    became.worker_yes_at = swap.agreed_at
    return became


def _bring_along(store: Store, session: Session, became: Match, by: Person, now: datetime) -> None:
    """The same two at the same time: neither calendar changes but in what it says."""
    session.entitlement, session.provider = became.entitlement, became.provider
    placing.touch(session, now)
    store.flush()
    audit.record(store, now, by, "bring_along", "session", session.ref)


def _end(
    store: Store, match: Match, seen: Plan, by: Person, now: datetime, *, settle: bool
) -> None:
    """Its last day is today; nobody covers what is settled, nor is anybody offered for it."""
    owed, last = match.entitlement, seen.first - DAY
    match_endings.close(store, match, last, by, now)
    audit.record(store, now, by, "end", "match", match.ref)
    if settle:
        amendments.settle(store, owed, seen.done, seen.first, by, now)
        matches.withdraw_offers(store, owed, now)
        cover = entitlements.running_match(store, owed, seen.first, cover=True)
        if cover:
            gone = match_endings.close(store, cover, last, by, now)
            tell_match.ended(store, cover, last, gone, owed.person, now)
    entitlements.reassess(store, owed, now)


def _begin(
    store: Store, before: Match, became: Match, first: date, by: Person, now: datetime
) -> None:
    """It runs, with terms of its own to sign; how they meet is as it was."""
    matches.begin(store, became, first, now)
    if before.agreement and became.agreement:
        became.agreement.mode = before.agreement.mode
        became.agreement.cancellation_hours = before.agreement.cancellation_hours
    match_offers.written(store, became, "begin", by, None, now)
    matches.withdraw_where_full(store, became, first, now)
