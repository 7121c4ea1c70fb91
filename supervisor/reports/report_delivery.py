"""The delivery register: each entitlement that has begun, and what became of it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from supervisor import entitlements, group_credits
from supervisor.access import RUNNING
from supervisor.models import (
    Agreement,
    Entitlement,
    Job,
    Match,
    Offering,
    Person,
    Session,
    Store,
)
from supervisor.reports.credit_notes import credit_notes
from supervisor.reports.pseudonyms import NAMED
from supervisor.rules.days import year_before
from supervisor.rules.kinds import Kind, Outcome
from supervisor.rules.pace import Position
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read
from supervisor.spreadsheets import Cell, Table
from supervisor.zones import midnight, today, zone

COLUMNS = (
    "entitlement", "person", "name", "kind", "employer", "role", "external", "vetted_until",
    "agreement_signed", "review_due", "starts_on", "ends_on", "contracted", "leave_days",
    "expected", "held", "delivered", "group_sessions", "booked", "cancelled_by_worker",
    "cancelled_by_provider", "did_not_happen", "hours_held", "last_held", "next_booked",
    "variance", "standing", "since", "forecast", "forecast_date", "held_year_before",
    "delivered_year_before", "as_at",
)  # fmt: skip
NOTES = (
    Words(N_("Held: one side says it happened and nobody disagrees. Delivered: both say so.")),
    Words(N_("Booked lies ahead. It is in no other number, and is never counted as delivered.")),
    Words(
        N_(
            "Expected: contracted, spread evenly over the days of the period without leave, up to "
            "this day. Variance: held less expected."
        )
    ),
    Words(
        N_(
            "Since: worked out from what is on record. The day on which the hub noticed it is on "
            "the person's page."
        )
    ),
    Words(
        N_(
            "Forecast: held, booked and what the pair's own record makes likely. The forecast date "
            "is the day on which it reaches what is contracted; empty when it does not."
        )
    ),
    Words(
        N_(
            "What was called off because the worker is on leave, or because a match ended, is on "
            "nobody's account: it is in none of these numbers."
        )
    ),
    Words(
        N_(
            "Everything not held is still owed. First meetings count in nothing. Group sessions: "
            "how many of those held are meetings of groups; none where the hub has no rule."
        )
    ),
    Words(
        N_(
            "A year before: what the same person had of the same kind on the same day one year "
            "earlier, in the period that ran then. Empty for a period that is over."
        )
    ),
)
NO_RECORD = N_("No record yet")
MINUTES_IN_AN_HOUR = 60


@dataclass(frozen=True)
class Books:
    """All that the register reads besides the entitlements, each by its key."""

    positions: dict[int, Position]
    matches: dict[int, Match]
    vetted: dict[tuple[int, str], date | None]
    outcomes: Counter[tuple[int, str]]
    minutes: Counter[int]
    before: dict[tuple[int, str], list[Position]]
    here: str


def delivery(store: Store, now: datetime) -> Table:
    """Per worker and kind: contracted, expected, held, delivered, and the rest of report 1."""
    here = read(store, HubSettings).time_zone
    on = today(now, here)
    owed = _begun(store, on)
    books = _books(store, owed, on, here, now)
    rows = [_row(one, books, on) for one in owed]
    as_at = now.astimezone(zone(here))
    notes = (*NOTES, *credit_notes(store), NAMED)
    return Table(N_("Delivery register"), COLUMNS, rows, as_at, notes)


def _begun(store: Store, on: date) -> list[Entitlement]:
    """Every entitlement that has begun, ended ones too: a shortfall stays in its period."""
    query = (
        select(Entitlement)
        .join(Entitlement.person)
        .where(Entitlement.starts_on <= on, Entitlement.kind != Kind.DEBRIEF)
        .options(
            joinedload(Entitlement.person).selectinload(Person.jobs).joinedload(Job.organisation)
        )
        .order_by(Person.name, Person.id, Entitlement.kind, Entitlement.starts_on)
    )
    return list(store.scalars(query))


def _books(store: Store, owed: Sequence[Entitlement], on: date, here: str, now: datetime) -> Books:
    outcomes, minutes = _tallies(store, now)
    for number, given in group_credits.of_entitlements(store, owed, now).items():
        minutes[number] += sum(one.minutes for one in given)
    return Books(
        positions=entitlements.positions(store, owed, now),
        matches=_matches(store, on),
        vetted={
            (offering.person_id, offering.kind): offering.vetted_until
            for offering in store.scalars(select(Offering))
        },
        outcomes=outcomes,
        minutes=minutes,
        before=_a_year_before(store, on, here, now),
        here=here,
    )


def _a_year_before(
    store: Store, on: date, here: str, now: datetime
) -> dict[tuple[int, str], list[Position]]:
    """Where each person and kind stood on the same day one year earlier, at the same hour."""
    day = year_before(on)
    owed = entitlements.current(store, day)
    then = midnight(day, here) + (now - midnight(on, here))
    positions, found = entitlements.positions(store, owed, then), defaultdict(list)
    for one in owed:
        found[one.person_id, one.kind].append(positions[one.id])
    return found


def _tallies(store: Store, now: datetime) -> tuple[Counter[tuple[int, str]], Counter[int]]:
    """How many sessions that count came to each outcome by now, and the minutes of those held.
    What was called off on nobody's account is none of them."""
    columns = (Session.entitlement_id, Session.outcome)
    query = (
        select(*columns, func.count(), func.sum(Session.minutes))
        .where(
            Session.counts,
            Session.outcome.is_not(None),
            or_(Session.starts_at <= now, Session.cancelled_at <= now),
            or_(Session.outcome != Outcome.DID_NOT_HAPPEN, Session.cancelled_at.is_(None)),
        )
        .group_by(*columns)
    )
    outcomes: Counter[tuple[int, str]] = Counter()
    minutes: Counter[int] = Counter()
    for entitlement, outcome, count, total in store.execute(query):
        outcomes[entitlement, str(outcome)] = count
        if outcome == Outcome.HELD:
            minutes[entitlement] = total
    return outcomes, minutes


def _matches(store: Store, on: date) -> dict[int, Match]:
    """The match that runs on the day or ran last, by entitlement; cover only without one."""
    query = (
        select(Match)
        .where(Match.state.in_(RUNNING), Match.starts_on <= on)
        .options(
            joinedload(Match.agreement),
            joinedload(Match.provider).selectinload(Person.jobs).joinedload(Job.organisation),
        )
        .order_by(Match.cover.desc(), Match.starts_on)
    )
    return {match.entitlement_id: match for match in store.scalars(query)}


def _row(entitlement: Entitlement, books: Books, on: date) -> tuple[Cell, ...]:
    position = books.positions[entitlement.id]
    day = min(on, entitlement.ends_on)
    jobs = _jobs(entitlement.person, day)
    return (
        entitlement.ref,
        entitlement.person.ref,
        entitlement.person.name,
        entitlement.kind,
        "; ".join(dict.fromkeys(job.organisation.name for job in jobs)),
        "; ".join(dict.fromkeys(job.role for job in jobs)),
        *_terms(entitlement, books, day),
        entitlement.starts_on,
        entitlement.ends_on,
        *_counts(position, entitlement, books),
        position.since,
        position.forecast,
        position.forecast_on,
        *_before(entitlement, books, on),
        position.on,
    )


def _before(entitlement: Entitlement, books: Books, on: date) -> tuple[Cell, Cell]:
    """Held and delivered a year before; in words where nothing was owed."""
    stood = books.before.get((entitlement.person_id, entitlement.kind))
    if entitlement.ends_on < on:
        return (None, None)
    if not stood:
        return (NO_RECORD, NO_RECORD)
    return (sum(one.held for one in stood), sum(one.delivered for one in stood))


def _jobs(person: Person, on: date) -> list[Job]:
    return [
        job
        for job in person.jobs
        if (job.starts_on is None or job.starts_on <= on)
        and (job.ends_on is None or on <= job.ends_on)
    ]


def _terms(entitlement: Entitlement, books: Books, on: date) -> tuple[Cell, ...]:
    """External, vetted until, agreement signed, review due; all empty without a provider."""
    match = books.matches.get(entitlement.id)
    if match is None:
        return (None, None, None, None)
    return (
        "yes" if is_external(entitlement.person, match.provider, on) else "no",
        books.vetted.get((match.provider_id, entitlement.kind)),
        _signed(match.agreement, books.here),
        match.agreement.review_on if match.agreement else None,
    )


def is_external(worker: Person, provider: Person, on: date) -> bool:
    """They share no employer on the day."""
    employers = {job.organisation_id for job in _jobs(worker, on)}
    return not employers & {job.organisation_id for job in _jobs(provider, on)}


def _signed(agreement: Agreement | None, here: str) -> date | None:
    """The hub's day on which both had signed, or the day that was brought in with the match."""
    if agreement is None:
        return None
    if agreement.worker_signed_at and agreement.provider_signed_at:
        return today(max(agreement.worker_signed_at, agreement.provider_signed_at), here)
    return agreement.agreed_on


def _counts(position: Position, entitlement: Entitlement, books: Books) -> tuple[Cell, ...]:
    def came_to(outcome: Outcome) -> int:
        return books.outcomes[entitlement.id, outcome]

    return (
        position.contracted,
        position.leave_days,
        round(position.expected, 2),
        position.held,
        position.delivered,
        position.credited,
        position.booked,
        came_to(Outcome.CANCELLED_BY_WORKER),
        came_to(Outcome.CANCELLED_BY_PROVIDER),
        came_to(Outcome.DID_NOT_HAPPEN),
        round(books.minutes[entitlement.id] / MINUTES_IN_AN_HOUR, 2),
        position.last_held,
        position.next_booked,
        round(-position.behind_by, 2),
        position.standing.value,
    )
