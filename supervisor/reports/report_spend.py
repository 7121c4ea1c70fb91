"""The spend report: what delivered sessions cost, by who pays. For the hub alone, in cents."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from supervisor.answering import payer_by_name
from supervisor.models import Agreement, Entitlement, Match, Organisation, Session, Store
from supervisor.reports import price_lists, report_asks
from supervisor.reports.price_lists import PriceLists
from supervisor.reports.pseudonyms import NAMED
from supervisor.reports.report_asks import Ask
from supervisor.rules import prices
from supervisor.rules.kinds import MATCHED_KINDS, Outcome
from supervisor.rules.prices import Gst, PriceSettings
from supervisor.rules.words import N_, Words
from supervisor.sessions import delivery
from supervisor.settings import HubSettings, read
from supervisor.spreadsheets import Cell, Table
from supervisor.zones import zone

COLUMNS = (
    "payer", "organisation", "kind", "minutes", "prices_from", "sessions_delivered", "price_cents",
    "late_cancellations", "fees_cents", "net_cents", "gst_cents", "total_cents",
    "held_not_counted",
)  # fmt: skip
NOTES = (
    Words(
        N_(
            "Only what is delivered costs: both people say that it happened. Held, and not yet "
            "said so by both, stands in a column of its own and is in no amount. Booked is nowhere."
        )
    ),
    Words(
        N_(
            "Price: what the hub had set for the kind and the length on the day of the session; "
            "prices from: the day from which it held, empty for the first. Where there is no "
            "price, the sessions are in no amount. First meetings cost nothing."
        )
    ),
    Words(
        N_("Payer: who paid on the day of the session. Where nobody pays the amount is nothing.")
    ),
)
CURRENCY = Words(N_("All amounts are New Zealand dollars, whole cents in files."))
MONEY = {
    Gst.INCLUDED: N_("Prices hold GST of %(n)d%%."),
    Gst.ADDED: N_("GST of %(n)d%% is added to prices."),
    Gst.NONE: N_("There is no GST on prices."),
}
NO_FEES = Words(N_("The hub asks no fee for what is called off late."))
FEES = Words(
    N_(
        "Called off late: by the worker, with less notice than the signed agreement asks for. It "
        "costs the hub’s share of the price; the session is still owed."
    )
)
NO_EMPLOYER = ("hub", "funder")
FIRST = date.min
UNPAID = ("nobody", "not_said")


@dataclass(frozen=True)
class Line:
    """Which sessions stand in one row."""

    payer: str
    organisation: str
    kind: str
    minutes: int
    prices_from: date | None


@dataclass
class Tally:
    """How many of them were delivered, called off late, and held without both words."""

    delivered: int = 0
    late: int = 0
    held: int = 0


def spend(store: Store, now: datetime, ask: Ask) -> Table:
    """Report 7: sessions delivered, times their price, by payer, kind and length."""
    hub, prices_of = read(store, HubSettings), price_lists.lists(store)
    tallies = _tallies(store, ask, now, prices_of)
    rows = [
        (*_cells(line), *_amounts(line, tallies[line], prices_of.of(line.prices_from or FIRST)[1]))
        for line in sorted(tallies, key=_order)
    ]
    firsts = sorted({line.prices_from or FIRST for line in tallies})
    used = [prices_of.of(first)[1] for first in firsts] or [prices_of.now]
    notes = (*NOTES, CURRENCY, *_money(used), NAMED)
    return Table(N_("Spend"), COLUMNS, rows, now.astimezone(zone(hub.time_zone)), notes)


def _money(used: Sequence[PriceSettings]) -> Iterator[Words]:
    """How tax and fees went, each said once; several where they changed."""
    for gst, percent in dict.fromkeys((one.gst, one.gst_percent) for one in used):
        yield Words(MONEY[Gst(gst)], {"n": percent} if gst != Gst.NONE else {})
    yield FEES if any(settings.late_percent for settings in used) else NO_FEES


def _cells(line: Line) -> tuple[str, str, str, int, date | None]:
    return line.payer, line.organisation, line.kind, line.minutes, line.prices_from


def _order(line: Line) -> tuple[str, str, str, int, date]:
    return line.payer, line.organisation, line.kind, line.minutes, line.prices_from or FIRST


def _amounts(line: Line, tally: Tally, settings: PriceSettings) -> tuple[Cell, ...]:
    price = settings.price(line.kind, line.minutes)
    if price is None:
        return (tally.delivered, None, tally.late, None, None, None, None, tally.held)
    costs = 0 if line.payer in UNPAID else 1
    fees = costs * tally.late * prices.share(price, settings.late_percent)
    whole = prices.taxed(costs * tally.delivered * price + fees, settings)
    return (tally.delivered, price, tally.late, fees, *whole, tally.held)


def _tallies(store: Store, ask: Ask, now: datetime, prices_of: PriceLists) -> dict[Line, Tally]:
    found: defaultdict[Line, Tally] = defaultdict(Tally)
    pays, late = Payers(store), _called_off_late(store)
    for session in _sessions(store, ask, now):
        payer, organisation = pays.of(session)
        if ask.employer and organisation != ask.employer.name:
            continue
        since, _prices = prices_of.of(session.local_start.date())
        line = Line(payer, organisation, session.entitlement.kind, session.minutes, since)
        if session.outcome == Outcome.HELD:
            both = delivery.is_delivered(session)
            found[line].delivered += both
            found[line].held += not both
        elif session.id in late:
            found[line].late += 1
    return dict(found)


def _sessions(store: Store, ask: Ask, now: datetime) -> Iterator[Session]:
    """Those held, or called off by the worker, on the days that are asked for."""
    over = or_(Session.starts_at <= now, Session.cancelled_at <= now)
    query = (
        select(Session)
        .join(Session.entitlement)
        .where(
            Session.counts,
            over,
            Session.outcome.in_((Outcome.HELD, Outcome.CANCELLED_BY_WORKER)),
            Entitlement.kind.in_(MATCHED_KINDS),
            report_asks.of_entitlements(Ask(kind=ask.kind, region=ask.region)),
        )
        .options(joinedload(Session.entitlement), selectinload(Session.confirmations))
    )
    return (one for one in store.scalars(query) if ask.holds(one.local_start.date()))


def _called_off_late(store: Store) -> set[int]:
    """Called off with less notice than the two had signed for."""
    match, terms = aliased(Match), aliased(Agreement)
    query = (
        select(Session.id, Session.starts_at, Session.cancelled_at, terms.cancellation_hours)
        .join(match, match.entitlement_id == Session.entitlement_id)
        .join(terms, terms.match_id == match.id)
        .where(
            match.provider_id == Session.provider_id,
            Session.outcome == Outcome.CANCELLED_BY_WORKER,
            Session.cancelled_at.is_not(None),
            terms.worker_signed_at <= Session.cancelled_at,
        )
    )
    return {
        number
        for number, starts_at, off, hours in store.execute(query)
        if off and off > starts_at - timedelta(hours=hours)
    }


class Payers:
    """Who pays for a session, as it is on record; each organisation is looked up once."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.known = {one.ref: one for one in store.scalars(select(Organisation))}
        self.asked: dict[tuple[int, str], tuple[str, str]] = {}

    def of(self, session: Session) -> tuple[str, str]:
        """What kind of payer, and its name; a name only where an organisation pays."""
        key = (session.entitlement_id, session.local_start.date().isoformat())
        if key not in self.asked:
            self.asked[key] = self._find(session)
        return self.asked[key]

    def _find(self, session: Session) -> tuple[str, str]:
        on = session.local_start.date()
        ref = payer_by_name(self.store, session.entitlement, on)
        if ref in self.known:
            pays = self.known[ref]
            return pays.kind if pays.kind in NO_EMPLOYER else "employer", pays.name
        return (ref if ref in {"hub", "nobody"} else "not_said"), ""
