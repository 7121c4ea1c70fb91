"""What the report card counts, read in bulk: of whom, how much, and how well."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from supervisor import entitlements
from supervisor.access import RUNNING
from supervisor.entitlement_facts import facts_of
from supervisor.models import Entitlement, Job, Match, Person, Session, Store
from supervisor.reports import card_begins, report_delivery
from supervisor.rules import pace
from supervisor.rules.card import Part, Share
from supervisor.rules.days import DAY
from supervisor.rules.kinds import MATCHED_KINDS, Kind, Outcome, Side
from supervisor.rules.pace import Facts
from supervisor.rules.pulse import last_of, quarter_of
from supervisor.rules.waits import waits

Rows = dict[Any, dict[int, Part]]
Quarter = tuple[date, date]
SOON = timedelta(hours=48)


@dataclass(frozen=True)
class Span:
    """The days that are counted, and the moment up to which."""

    since: date
    until: date
    now: datetime

    @property
    def quarters(self) -> list[Quarter]:
        """Those that it is made of: a card holds whole ones."""
        firsts = {quarter_of(self.since + n * DAY) for n in range((self.until - self.since).days)}
        return [(first, last_of(first)) for first in sorted(firsts)]


@dataclass(frozen=True)
class CardFacts:
    """By kind and by region how much each person was owed and got in each of the quarters; and
    each share."""

    kinds: list[Rows]
    regions: list[Rows]
    shares: dict[str, Share]

    @property
    def is_empty(self) -> bool:
        """There is no record of those days."""
        return not any(any(rows.values()) for rows in self.kinds)


def read_facts(store: Store, span: Span, within_days: int) -> CardFacts:
    """All of it; the number of questions does not grow with the hub."""
    owed = _owed(store, span)
    met = list(_sessions(store, owed, span))
    parts = _parts(store, owed, met, span)
    peer = [one for one in owed if one.kind == Kind.PEER_SUPERVISION]
    kinds = [_rows(owed, each, _kind, MATCHED_KINDS) for each in parts]
    regions = [_rows(peer, each, _region, {_region(one) for one in peer}) for each in parts]
    running = _running(store, owed, span)
    shares = _shares(met, owed, running, span, within_days, _going_on(store))
    return CardFacts(kinds, regions, shares)


def _kind(one: Entitlement) -> Kind:
    return Kind(one.kind)


def _region(one: Entitlement) -> str | None:
    return one.person.place.region if one.person.place else None


def _rows(
    owed: Iterable[Entitlement],
    parts: dict[int, Part],
    row: Callable[[Entitlement], Any],
    rows: Collection[Any],
) -> Rows:
    """What each person makes of each row in one quarter; nobody stands in a row for nothing."""
    found: Rows = {key: {} for key in rows}
    for one in owed:
        part = parts[one.id]
        if part.expected or part.delivered:
            people = found[row(one)]
            people[one.person_id] = people.get(one.person_id, Part()) + part
    return found


def _owed(store: Store, span: Span) -> list[Entitlement]:
    """What is owed in some of those days."""
    query = (
        select(Entitlement)
        .where(
            Entitlement.kind.in_(MATCHED_KINDS),
            Entitlement.starts_on <= span.until,
            Entitlement.ends_on >= span.since,
        )
        .options(
            joinedload(Entitlement.person).joinedload(Person.place),
            joinedload(Entitlement.person).selectinload(Person.jobs).joinedload(Job.organisation),
        )
        .order_by(Entitlement.id)
    )
    return list(store.scalars(query))


def _sessions(store: Store, owed: Sequence[Entitlement], span: Span) -> Iterator[Any]:
    """Those of the days that had begun by the moment, or had been called off by it."""
    ours, said = {one.id for one in owed}, card_begins.said()
    query = (
        select(
            Session.entitlement_id, Entitlement.person_id, Session.local_start, Session.starts_at,
            Session.minutes, Session.outcome, Session.cancelled_at, said.c.sides, said.c.last,
        )
        .join(Session.entitlement)
        .outerjoin(said, said.c.session_id == Session.id)
        .where(
            Session.counts,
            Session.local_start >= card_begins.midnight_of(span.since),
            Session.local_start < card_begins.midnight_of(span.until + DAY),
            Session.starts_at <= span.now,
        )
    )  # fmt: skip
    return (row for row in store.execute(query) if row.entitlement_id in ours)


def _parts(
    store: Store, owed: Sequence[Entitlement], met: Iterable[Any], span: Span
) -> list[dict[int, Part]]:
    """How much of each was expected in each of the quarters, and how much was delivered."""
    zones = {one.person_id: entitlements.zone_of(store, one) for one in owed}
    delivered = Counter(
        (row.entitlement_id, quarter_of(row.local_start.date())) for row in met if _by_both(row)
    )
    facts = facts_of(store, owed, span.now, zones)
    return [
        {
            number: Part(
                _expected(one, quarter), delivered[number, quarter[0]] + _credited(one, quarter)
            )
            for number, one in facts.items()
        }
        for quarter in span.quarters
    ]


def _expected(facts: Facts, quarter: Quarter) -> float:
    first, last = quarter
    return float(pace.expected(facts, last) - pace.expected(facts, first - DAY))


def _credited(facts: Facts, quarter: Quarter) -> int:
    """Meetings of groups that both sides say, by the hub's rule."""
    first, last = quarter
    return sum(first <= day <= last for day in facts.credited_by_both)


def _by_both(row: Any) -> bool:
    return bool(row.outcome == Outcome.HELD and row.sides == len(Side))


def _running(store: Store, owed: Sequence[Entitlement], span: Span) -> dict[int, list[Match]]:
    """Every match of those that both agreed to, cover apart, by entitlement."""
    ours = {one.id for one in owed}
    query = (
        select(Match)
        .where(Match.state.in_(RUNNING), Match.cover.is_(False), Match.starts_on <= span.until)
        .options(joinedload(Match.provider).selectinload(Person.jobs).joinedload(Job.organisation))
        .order_by(Match.starts_on)
    )
    found: defaultdict[int, list[Match]] = defaultdict(list)
    for match in store.scalars(query):
        if match.entitlement_id in ours:
            found[match.entitlement_id].append(match)
    return found


def _shares(
    met: Sequence[Any],
    owed: Sequence[Entitlement],
    running: dict[int, list[Match]],
    span: Span,
    within_days: int,
    going_on: set[tuple[int, str, date]],
) -> dict[str, Share]:
    held = [row for row in met if row.outcome == Outcome.HELD]
    told = [row for row in met if row.outcome and not _withdrawn(row)]
    today = [one for one in owed if one.starts_on <= span.until <= one.ends_on]
    peer = [one for one in today if one.kind == Kind.PEER_SUPERVISION]
    now = {one.id: _on(running.get(one.id, ()), span.until) for one in today}
    return {
        "confirmed": _share((row.person_id, _soon(row)) for row in held),
        "called_off": _share(
            (row.person_id, row.outcome == Outcome.CANCELLED_BY_PROVIDER) for row in told
        ),
        "has_somebody": _share((one.person_id, now[one.id] is not None) for one in peer),
        "matched": _share(_waits(owed, running, span, within_days, going_on)),
        "external": _share(
            (one.person_id, report_delivery.is_external(one.person, match.provider, span.until))
            for one in peer
            if (match := now[one.id])
        ),
    }


def _share(each: Iterable[tuple[int, bool]]) -> Share:
    found = Share(Counter(), Counter())
    for person, yes in each:
        (found.yes if yes else found.no)[person] += 1
    return found


def _withdrawn(row: Any) -> bool:
    return bool(row.outcome == Outcome.DID_NOT_HAPPEN and row.cancelled_at)


def _soon(row: Any) -> bool:
    return _by_both(row) and row.last <= row.starts_at + timedelta(minutes=row.minutes) + SOON


def _on(matches: Iterable[Match], day: date) -> Match | None:
    """The one that runs on the day."""
    return next((m for m in matches if m.ends_on is None or day <= m.ends_on), None)


def _waits(
    owed: Iterable[Entitlement],
    running: dict[int, list[Match]],
    span: Span,
    days: int,
    going_on: set[tuple[int, str, date]],
) -> Iterator[tuple[int, bool]]:
    """Of each wait that began in those days, whether somebody was found in time; who has not
    waited so long yet is not in it."""
    for one in owed:
        runs = [(m.starts_on, m.ends_on) for m in running.get(one.id, ()) if m.starts_on]
        for wait in waits(
            (one.starts_on, one.ends_on),
            one.waiting_since or one.starts_on,
            runs,
            goes_on=(one.person_id, one.kind, one.starts_on) in going_on,
        ):
            found = wait.in_time(span.until, days)
            if span.since <= wait.since <= span.until and found is not None:
                yield one.person_id, found


def _going_on(store: Store) -> set[tuple[int, str, date]]:
    """The first days, by person and kind, of periods that follow another one."""
    ends = store.execute(select(Entitlement.person_id, Entitlement.kind, Entitlement.ends_on))
    return {(person, kind, last + DAY) for person, kind, last in ends}
