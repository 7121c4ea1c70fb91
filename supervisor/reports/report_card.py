"""The report card: how much, how well, and to what effect, beside the same days a year before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from supervisor import pulse
from supervisor.models import Store
from supervisor.pulse import Pulse
from supervisor.reports import report_asks
from supervisor.reports.card_begins import begins_on
from supervisor.reports.card_facts import CardFacts, Span, read_facts
from supervisor.reports.report_asks import Ask
from supervisor.room import RoomSettings
from supervisor.rules import card
from supervisor.rules.card import NOTHING, Amount, CardSettings
from supervisor.rules.days import DAY, year_before
from supervisor.rules.kinds import MATCHED_KINDS, Kind
from supervisor.rules.pulse import ASKS, Felt, Item, last_of, quarter_before, quarter_of
from supervisor.rules.regions import region_name
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read_each
from supervisor.spreadsheets import Cell, Table
from supervisor.zones import midnight, today, zone

HOW_MUCH = N_("How much did we do?")
HOW_WELL = N_("How well did we do it?")
IMPACT = N_("What impact did we achieve?")
COLUMNS = (
    "heading", "what", "expected", "delivered", "delivered_year_before", "aim", "result",
    "result_year_before",
)  # fmt: skip
ALL_KINDS = N_("All support, one to one")
NO_REGION = N_("Place not known")
HIDDEN, NO_RECORD = N_("Hidden"), N_("No record yet")
NO_ANSWERS = N_("No answers to show yet.")
BELOW = "called_off"
NO_QUARTER = N_(
    "%(called)s: the report card counts whole quarters that are over, and none lies within those "
    "days. Pick more days."
)
SHARES = {
    "confirmed": N_("Confirmed by both within 48 hours"),
    "matched": N_("Found a supervisor in time"),
    "called_off": N_("Called off by the supervisor, still owed"),
    "has_somebody": N_("External peer supervision: has a supervisor"),
    "external": N_("Supervisor outside the worker’s employer"),
}


@dataclass(frozen=True)
class Measure:
    """One share: what is aimed at (0: nothing), what came of it, and what it was a year before.
    `below`: the aim is not to be passed."""

    what: str
    aim: int
    result: int | None
    before: int | None
    below: bool = False


@dataclass(frozen=True)
class Row:
    """One amount beside what was delivered a year before."""

    what: str | Words
    now: Amount
    before: Amount


@dataclass(frozen=True)
class Card:
    """All of it, as it was known on the day `made`. `known_before` says whether there is any record
    of a year before."""

    since: date
    until: date
    made: date
    as_at: datetime
    least: int
    within_days: int
    kinds: dict[Kind, Row]
    total: Row
    regions: list[Row]
    measures: list[Measure]
    impact: Pulse
    known_before: bool


def the_card(store: Store, now: datetime, ask: Ask) -> Card:
    """Of the whole quarters in the days that are asked for; else of those of the year so far."""
    hub, room, aims = read_each(store, HubSettings, RoomSettings, CardSettings)
    span, begins = _span(store, ask, now, hub.time_zone, room.least)
    then = _year_before(span, hub.time_zone)
    facts = read_facts(store, span, aims.within_days)
    before = read_facts(store, then, aims.within_days)
    total = Row(
        ALL_KINDS, card.whole(facts.kinds, room.least), card.whole(before.kinds, room.least)
    )
    kinds = _kinds(facts, before, room.least)
    return Card(
        since=span.since,
        until=span.until,
        made=today(now, hub.time_zone),
        as_at=span.now.astimezone(zone(hub.time_zone)),
        least=room.least,
        within_days=aims.within_days,
        kinds=kinds,
        total=total,
        regions=_regions(facts, before, kinds.get(Kind.PEER_SUPERVISION), room.least),
        measures=list(_measures(facts, before, total, aims, room.least)),
        impact=pulse.totals(store, span.since, span.until),
        known_before=then.since >= begins and not before.is_empty,
    )


def _span(store: Store, ask: Ask, now: datetime, here: str, least: int) -> tuple[Span, date]:
    """The quarters that are over and lie within those days, and the first that any card holds."""
    over = last_of(quarter_before(today(now, here)))
    until = quarter_of(min(ask.until or over, over) + DAY) - DAY
    since = ask.since or date(until.year, 1, 1)
    if since != quarter_of(since):
        since = last_of(quarter_of(since)) + DAY
    begins = begins_on(store, until, least) or since
    since = max(since, begins)
    if since > until:
        raise report_asks.odd(NO_QUARTER, "until")
    return Span(since, until, report_asks.cut_off(store, Ask(until=until), now)), begins


def _year_before(span: Span, here: str) -> Span:
    """The same days a year before, as they stood at the same hour of their last day."""
    last = year_before(span.until)
    gone = span.now - midnight(span.until, here)
    return Span(year_before(span.since), last, midnight(last, here) + gone)


def _kinds(facts: CardFacts, before: CardFacts, least: int) -> dict[Kind, Row]:
    now, then = card.amounts(facts.kinds, least), card.amounts(before.kinds, least)
    return {
        kind: Row(Words("%(kind)s", {"kind": kind}), now[kind], then.get(kind, NOTHING))
        for kind in MATCHED_KINDS
        if kind in now
    }


def _regions(facts: CardFacts, before: CardFacts, peer: Row | None, least: int) -> list[Row]:
    """External peer supervision by region. Its total is the row of the kind: a column of which
    that is hidden is hidden here too."""
    now, then = card.amounts(facts.regions, least), card.amounts(before.regions, least)
    peer = peer or Row("", NOTHING, NOTHING)
    return [
        Row(
            region_name(region) if region else NO_REGION,
            _within(now[region], peer.now),
            _within(then.get(region, NOTHING), peer.before),
        )
        for region in sorted(now, key=lambda region: region or "~")
    ]


def _within(one: Amount, total: Amount) -> Amount:
    return Amount(
        None if total.expected is None else one.expected,
        None if total.delivered is None else one.delivered,
    )


def _measures(
    facts: CardFacts, before: CardFacts, total: Row, aims: CardSettings, least: int
) -> Iterator[Measure]:
    what = N_("Delivered of what was expected")
    yield Measure(what, aims.delivered, card.rate(total.now), card.rate(total.before))
    for name, words in SHARES.items():
        now, then = facts.shares[name].percent(least), before.shares[name].percent(least)
        yield Measure(words, getattr(aims, name), now, then, below=name == BELOW)


def card_table(store: Store, now: datetime, ask: Ask) -> Table:
    """The same as a table, a row for each line of the card."""
    found = the_card(store, now, ask)
    rows = [*_amount_rows(found), *_measure_rows(found), *_impact_rows(found)]
    return Table(N_("Report card"), COLUMNS, rows, found.as_at, notes(found))


def _amount_rows(found: Card) -> Iterator[tuple[Cell, ...]]:
    known = found.known_before
    for row in (*found.kinds.values(), found.total):
        told = (row.now.expected, row.now.delivered, row.before.delivered)
        yield (HOW_MUCH, str(row.what), *_cells(told, known), None, None, None)
    for row in found.regions:
        told = (row.now.expected, row.now.delivered, row.before.delivered)
        yield (HOW_WELL, str(row.what), *_cells(told, known), None, None, None)


def _cells(told: tuple[int | None, ...], known: bool) -> tuple[Cell, ...]:  # noqa: FBT001
    *now, before = [HIDDEN if number is None else number for number in told]
    return (*now, before if known else NO_RECORD)


def _measure_rows(found: Card) -> Iterator[tuple[Cell, ...]]:
    for one in found.measures:
        before = percent(one.before) if found.known_before else NO_RECORD
        aim = f"{'<' if one.below else ''}{one.aim}%" if one.aim else None
        yield (HOW_WELL, one.what, None, None, None, aim, percent(one.result), before)


def percent(number: int | None) -> str:
    """A share as it is read."""
    return HIDDEN if number is None else f"{number}%"


def _impact_rows(found: Card) -> Iterator[tuple[Cell, ...]]:
    """How many said yes, of all who answered in the quarters that lie within those days."""
    if found.impact.people is None:
        yield (IMPACT, NO_ANSWERS, *[None] * (len(COLUMNS) - 2))
        return
    yield (IMPACT, N_("People who answered"), *[None] * 4, found.impact.people, None)
    for item, felt in found.impact.items.items():
        yes = felt[Felt.YES]
        yield (IMPACT, ASKS[Item(item)], *[None] * 4, HIDDEN if yes is None else yes, None)


def notes(found: Card) -> tuple[Words, ...]:
    """What the words of the card mean, and what is hidden in it."""
    return (
        Words(
            N_(
                "Counted are the days from %(first)s up to and with %(last)s: whole quarters that "
                "are over. A number that one of them hides is hidden here too, so that nobody can "
                "work it out by taking one card from another. The first quarter of any card is "
                "the first in which at least %(n)d people had a session."
            ),
            {"first": found.since, "last": found.until, "n": found.least},
        ),
        Words(
            N_(
                "This card was made on %(day)s. An answer that comes later counts in its own "
                "quarter, so a newer card of the same days can differ a little. The totals of a "
                "month never change: give those to whoever compares."
            ),
            {"day": found.made},
        ),
        Words(N_("Delivered: both people say that it happened. Booked is in no number.")),
        Words(
            N_("Expected: the share of what is contracted that falls on those days, less leave.")
        ),
        Words(
            N_(
                "Confirmed and called off: of the sessions of those days. Found in time: within "
                "%(days)d days of beginning to wait, of those who began in those days. Whoever has "
                "nobody any more waits anew; who goes on into a new period does not wait."
            ),
            {"days": found.within_days},
        ),
        Words(
            N_(
                "Impact: how many answered yes to three short questions, in the whole quarters "
                "that lie within those days. Nobody has to answer."
            )
        ),
        Words(
            N_(
                "A year before: the same days one year earlier, up to the same day and hour, as "
                "the record stands now. Called off by the supervisor is to stay below its aim."
            )
        ),
        Words(
            N_(
                "Hidden: fewer than %(n)d people make it, or stand on one side of a share, or it "
                "would give such a number away. There are no names, and no talks that somebody "
                "asked for."
            ),
            {"n": found.least},
        ),
    )
