"""The report card: three questions, nothing that few people make, and the year before beside it."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from supervisor import clock
from supervisor.errors import OddAsk
from supervisor.models import (
    Confirmation,
    Entitlement,
    Match,
    Person,
    PulseCount,
    PulseQuarter,
    Session,
    Store,
)
from supervisor.reports.report_asks import ALL, Ask, periods
from supervisor.reports.report_card import HIDDEN, NO_RECORD, Card, card_table, notes, the_card
from supervisor.reports.reports import REPORTS
from supervisor.room import RoomSettings
from supervisor.rules import card
from supervisor.rules.card import Amount, Part, Share
from supervisor.rules.days import year_before
from supervisor.rules.kinds import Answer, Kind, MatchState, Mode, Outcome, Side
from supervisor.rules.pulse import Felt, Item
from supervisor.settings import save

NOON = datetime(2027, 7, 1, 0, 0, tzinfo=UTC)


FIRST = Ask(since=date(2027, 1, 1), until=date(2027, 3, 31))


def owe(
    store: Store, cast: SimpleNamespace, kind: Kind, people: int, year: int = 2027, held: int = 1
) -> None:
    """So many people who are owed ten of a kind in a year, and have had some with Ana."""
    for number in range(people):
        owed = Entitlement(
            person=Person(ref=f"{kind}-{year}-{number}", name="Somebody", place=cast.cromwell),
            kind=kind, sessions=10, minutes=60, starts_on=date(year, 1, 1),
            ends_on=date(year, 12, 31),
        )  # fmt: skip
        store.add_all([owed, Match(
            entitlement=owed, provider=cast.ana, state=MatchState.ACTIVE, starts_on=date(year, 1, 5)
        )])  # fmt: skip
        for month in range(1, held + 1):
            store.add(met(owed, cast.ana, year, month))
    store.commit()


def met(owed: Entitlement, provider: Person, year: int, month: int) -> Session:
    starts = datetime(year, month, 10, 0, 0, tzinfo=UTC)
    return Session(
        entitlement=owed, provider=provider, starts_at=starts, zone="Pacific/Auckland",
        local_start=datetime.fromisoformat(f"{year}-{month:02}-10T13:00"), minutes=60,
        mode=Mode.VIDEO, changed_at=starts, outcome=Outcome.HELD,
        confirmations=[
            Confirmation(side=side, answer=Answer.HELD, said_at=starts + timedelta(hours=3))
            for side in Side
        ],
    )  # fmt: skip


def told(found: Card) -> dict[str, tuple[int | None, int | None]]:
    return {str(kind): (row.now.expected, row.now.delivered) for kind, row in found.kinds.items()}


def test_it_counts_what_was_delivered_in_the_days_against_what_was_expected(
    store: Store, cast
) -> None:
    owe(store, cast, Kind.COACHING, 6, held=3)
    owe(store, cast, Kind.PEER_SUPERVISION, 6)
    found = the_card(store, NOON, Ask(since=date(2027, 1, 1), until=date(2027, 3, 31)))
    assert told(found)[Kind.COACHING] == (15, 18), "90 of 365 days of 60 sessions"
    assert Kind.MENTORING not in told(found), "nobody was owed any"
    assert found.as_at.isoformat() == "2027-03-31T23:59:00+13:00"
    quarter = the_card(store, NOON, Ask(since=date(2027, 4, 1), until=date(2027, 6, 30)))
    assert told(quarter)[Kind.COACHING] == (15, None), "nobody had any"


def test_it_holds_the_whole_quarters_of_the_days_that_are_over(store: Store, cast) -> None:
    """Two cards whose days differ by one would tell what that one day brought."""
    owe(store, cast, Kind.COACHING, 6, held=3)
    asked = Ask(since=date(2026, 12, 24), until=date(2027, 4, 20))
    found = the_card(store, NOON, asked)
    assert (found.since, found.until) == (date(2027, 1, 1), date(2027, 3, 31))
    found = the_card(store, NOON, ALL)
    assert (found.since, found.until) == (date(2027, 1, 1), date(2027, 6, 30))
    found = the_card(store, datetime(2027, 2, 9, 20, 0, tzinfo=UTC), ALL)
    assert (found.since, found.until) == (date(2026, 1, 1), date(2026, 12, 31))
    for none in (Ask(since=date(2027, 2, 1), until=date(2027, 3, 31)), Ask(since=date(2027, 7, 1))):
        with pytest.raises(OddAsk, match="whole quarters"):
            the_card(store, NOON, none)


def test_it_begins_with_the_first_quarter_that_enough_people_made(store: Store, cast) -> None:
    """Two had a session in autumn, when the hub began: the year would be hidden for them."""
    owe(store, cast, Kind.COACHING, 6, held=0)
    cast.entitlement.starts_on = date(2027, 7, 1)
    for number, owed in enumerate(store.query(Entitlement).filter_by(kind=Kind.COACHING)):
        store.add_all(met(owed, cast.ana, 2027, month) for month in (3, 5)[number > 1 :])
    store.commit()
    found = the_card(store, NOON, ALL)
    assert (found.since, found.total.now.delivered) == (date(2027, 4, 1), 6)
    assert found.known_before is False
    assert the_card(store, NOON, FIRST).total.now.delivered is None
    later = the_card(store, datetime(2028, 7, 1, tzinfo=UTC), Ask(since=date(2028, 1, 1)))
    assert later.known_before is False, "its spring would lack the two"


def test_what_one_quarter_hides_is_hidden_beside_the_others(store: Store, cast) -> None:
    """Eleven in half a year less eight in its first quarter would be three."""
    owe(store, cast, Kind.COACHING, 9, held=4)
    owe(store, cast, Kind.PEER_SUPERVISION, 8)
    for owed in store.query(Entitlement).filter_by(kind=Kind.PEER_SUPERVISION).limit(3):
        store.add(met(owed, cast.ana, 2027, 5))
    store.commit()
    first = the_card(store, NOON, Ask(until=date(2027, 3, 31))).kinds[Kind.PEER_SUPERVISION]
    half = the_card(store, NOON, ALL)
    assert first.now.delivered == 8
    assert half.kinds[Kind.PEER_SUPERVISION].now.delivered is None
    assert half.kinds[Kind.COACHING].now.delivered is None, "or it would be what is left"
    assert half.total.now.delivered == 9 * 4 + 8 + 3


def test_what_few_people_make_is_hidden_and_what_would_give_it_away(store: Store, cast) -> None:
    owe(store, cast, Kind.COACHING, 8)
    owe(store, cast, Kind.MENTORING, 6)
    owe(store, cast, Kind.CULTURAL_SUPERVISION, 3)
    found = the_card(store, NOON, FIRST)
    delivered = {kind: row.now.delivered for kind, row in found.kinds.items()}
    assert delivered[Kind.CULTURAL_SUPERVISION] is None
    assert delivered[Kind.COACHING] == 8
    assert delivered[Kind.MENTORING] is None, "three would be left of the total"
    assert found.total.now.delivered == 17


def test_that_nobody_has_had_any_cannot_be_worked_out_either(store: Store, cast) -> None:
    """Ben is owed peer supervision and had none; the total less the others' would say so."""
    owe(store, cast, Kind.COACHING, 8)
    found = the_card(store, NOON, FIRST)
    assert found.total.now.delivered == 8
    assert {row.now.delivered for row in found.kinds.values()} == {None}


def test_booked_is_in_no_number(store: Store, cast) -> None:
    owe(store, cast, Kind.COACHING, 6)
    before = the_card(store, NOON, ALL)
    for owed in store.query(Entitlement).where(Entitlement.kind == Kind.COACHING):
        booked = met(owed, cast.ana, 2027, 11)
        booked.outcome, booked.confirmations = None, []
        store.add(booked)
    store.flush()
    assert the_card(store, NOON, ALL) == before


def test_a_late_answer_counts_in_its_quarter_and_each_card_says_when_it_was_made(
    store: Store, cast
) -> None:
    owe(store, cast, Kind.COACHING, 6)
    late = store.scalars(select(Confirmation).order_by(Confirmation.id.desc())).first()
    late.answer = Answer.WORKER_AWAY
    store.commit()
    before = the_card(store, NOON, FIRST)
    late.answer, late.said_at = Answer.HELD, NOON + timedelta(days=9)
    store.commit()
    after = the_card(store, NOON + timedelta(days=10), FIRST)
    assert (before.total.now.delivered, after.total.now.delivered) == (5, 6)
    made = [
        note.facts["day"]
        for found in (before, after)
        for note in notes(found)
        if note.text.startswith("This card was made")
    ]
    assert made == [before.made, before.made + timedelta(days=10)]


def test_the_year_before_is_counted_to_the_same_day(store: Store, cast) -> None:
    owe(store, cast, Kind.COACHING, 6)
    cast.entitlement.starts_on = date(2027, 4, 1)
    assert the_card(store, NOON, FIRST).known_before is False
    owe(store, cast, Kind.COACHING, 5, year=2026, held=8)
    row = the_card(store, NOON, FIRST).kinds[Kind.COACHING]
    assert (row.now.delivered, row.before.delivered) == (6, 15), "to March, not to August"


def test_without_a_year_before_it_says_that_there_is_no_record(store: Store, cast) -> None:
    owe(store, cast, Kind.COACHING, 6)
    table = card_table(store, NOON, ALL)
    at = table.columns.index("delivered_year_before")
    assert {row[at] for row in table.rows[:3]} == {NO_RECORD}
    assert HIDDEN in {row[2] for row in table.rows}


def test_shares_say_how_well_and_hide_few_people(store: Store, cast) -> None:
    owe(store, cast, Kind.COACHING, 6)
    owe(store, cast, Kind.PEER_SUPERVISION, 6)
    shares = {str(m.what): m.result for m in the_card(store, NOON, ALL).measures}
    assert shares["Confirmed by both within 48 hours"] == 100
    assert shares["Called off by the supervisor, still owed"] == 0
    assert shares["Supervisor outside the worker’s employer"] == 100
    for one in store.query(Session).limit(3):
        one.confirmations[0].said_at += timedelta(days=9)
    store.flush()
    shares = {str(m.what): m.result for m in the_card(store, NOON, ALL).measures}
    assert shares["Confirmed by both within 48 hours"] is None, "three stand on one side"


def test_regions_hide_what_the_kind_hides(store: Store, cast) -> None:
    owe(store, cast, Kind.PEER_SUPERVISION, 4)
    owe(store, cast, Kind.COACHING, 6)
    found = the_card(store, NOON, ALL)
    assert found.kinds[Kind.PEER_SUPERVISION].now.delivered is None
    assert {row.now.delivered for row in found.regions} == {None}


def test_the_hub_says_how_few_are_too_few(store: Store, cast) -> None:
    owe(store, cast, Kind.COACHING, 3)
    cast.entitlement.starts_on = date(2027, 4, 1)
    assert told(the_card(store, NOON, FIRST))[Kind.COACHING][1] is None
    save(store, RoomSettings(least=2))
    assert told(the_card(store, NOON, FIRST))[Kind.COACHING][1] == 3


def test_the_page_has_three_questions_and_no_name(store: Store, cast, sign_in) -> None:
    owe(store, cast, Kind.PEER_SUPERVISION, 6, year=2026)
    store.query(Person).filter_by(name="Somebody").first().place = None
    store.commit()
    page = sign_in(cast.cleo).get("/reports/card").text
    assert "Place not known" in page
    assert "Otago" in page
    for words in (
        "How much did we do?", "How well did we do it?", "What impact did we achieve?",
        "The year so far", "A year before: no record yet.", "under 5%", "Booked is in no number",
    ):  # fmt: skip
        assert words in page
    main = page[page.index("<main") : page.index("</main")]
    assert [p.name for p in store.query(Person) if p.name in main] == []
    for person in (cast.ben, cast.ana, cast.mere):
        assert sign_in(person).get("/reports/card").status_code == 404


@pytest.mark.parametrize(
    ("on", "july", "quarter"),
    [
        (date(2027, 2, 10), "2026-07-01", ("2026-10-01", "2026-12-31")),
        (date(2027, 7, 1), "2026-07-01", ("2027-04-01", "2027-06-30")),
        (date(2027, 10, 1), "2027-07-01", ("2027-07-01", "2027-09-30")),
    ],
)
def test_the_usual_days_are_a_press_away(on: date, july: str, quarter: tuple[str, str]) -> None:
    year, since, last, before = (ask.given for _word, ask in periods(on))
    assert (year, since) == ({}, {"since": july})
    assert last == {"since": quarter[0], "until": quarter[1]}
    assert before == {"since": f"{on.year - 1}-01-01", "until": f"{on.year - 1}-12-31"}


def test_days_that_are_asked_for_are_in_its_links(store: Store, cast, sign_in) -> None:
    page = sign_in(cast.cleo).get("/reports/card?since=2026-10-01&until=2026-12-31").text
    assert 'href="/reports/card.csv?since=2026-10-01&amp;until=2026-12-31"' in page
    assert "up to and with 31 December" in page


def test_days_without_a_whole_quarter_are_refused_in_words(store: Store, cast, sign_in) -> None:
    for end in ("", ".csv", ".json"):
        answer = sign_in(cast.cleo).get(f"/reports/card{end}?since=2027-02-01")
        assert answer.status_code == 400
        assert "counts whole quarters that are over" in answer.text


PEOPLE = st.dictionaries(
    st.integers(0, 12), st.builds(Part, st.just(1.0), st.integers(0, 3)), max_size=8
)
ROWS = "abcd"
QUARTER = st.fixed_dictionaries(dict.fromkeys(ROWS, PEOPLE))
QUARTERS = st.lists(QUARTER, min_size=1, max_size=3)
Quarters = list[dict[str, dict[int, Part]]]
Cells = frozenset[tuple[int, str]]
"""Some rows of some quarters: what a number that is told, or worked out, is the sum of."""


def told_by_cards(quarters: Quarters, least: int) -> set[Cells]:
    """The sums of delivered that some card tells: every run of quarters, its rows and its total."""
    found: set[Cells] = set()
    for first in range(len(quarters)):
        for after in range(first + 1, len(quarters) + 1):
            some, days = quarters[first:after], range(first, after)
            rows = card.amounts(some, least)
            if card.whole(some, least).delivered is not None:
                found.add(frozenset((day, row) for day in days for row in ROWS))
            for row, one in rows.items():
                if one.delivered is not None:
                    found.add(frozenset((day, row) for day in days))
            found |= {frozenset({(day, row)}) for day in days for row in nobody(quarters[day])}
    return found


def nobody(rows: dict[str, dict[int, Part]]) -> list[str]:
    """Rows that a card does not have: nobody was owed anything."""
    return [row for row, people in rows.items() if not people]


def worked_out(known: set[Cells], sums: list[Cells], over: int) -> list[Cells]:
    """Which of the sums somebody finds who adds and takes away what is known."""
    cells = [(day, row) for day in range(over) for row in ROWS]
    if not known:
        return []
    matrix = np.array([[cell in one for cell in cells] for one in known], dtype=float)
    wanted = np.array([[cell in one for cell in cells] for one in sums], dtype=float).T
    found = matrix.T @ np.linalg.lstsq(matrix.T, wanted, rcond=None)[0]
    return [
        one
        for one, got, want in zip(sums, found.T, wanted.T, strict=True)
        if np.allclose(got, want, atol=1e-6)
    ]


def rows_and_runs(over: int) -> list[Cells]:
    """Any rows of one quarter, and any quarters of one row."""
    one_quarter = (
        frozenset((day, row) for row in rows)
        for day in range(over)
        for size in range(1, len(ROWS) + 1)
        for rows in combinations(ROWS, size)
    )
    one_row = (
        frozenset((day, row) for day in days)
        for row in ROWS
        for size in range(1, over + 1)
        for days in combinations(range(over), size)
    )
    return [*one_quarter, *one_row]


def behind(quarters: Quarters, cells: Cells) -> set[int]:
    """Who makes a sum."""
    return {who for day, row in cells for who, part in quarters[day][row].items() if part.delivered}


@settings(max_examples=200)
@given(QUARTERS, st.integers(2, 5))
def test_no_cards_laid_over_each_other_tell_of_few_people_or_that_there_is_nobody(
    quarters: Quarters, least: int
) -> None:
    """Whoever adds and subtracts the cards of all runs of quarters finds no number of few."""
    known = told_by_cards(quarters, least)
    for found in worked_out(known, rows_and_runs(len(quarters)), len(quarters)):
        if any(quarters[day][row] for day, row in found):
            assert len(behind(quarters, found)) >= least


def test_the_reader_of_these_tests_does_work_out_what_is_careless() -> None:
    known = {
        frozenset({(0, "a"), (1, "a")}), frozenset({(0, "a")}),
        frozenset((0, row) for row in ROWS), frozenset({(0, "b"), (0, "c")}),
    }  # fmt: skip
    found = worked_out(known, rows_and_runs(2), 2)
    assert frozenset({(1, "a")}) in found
    assert frozenset({(0, "d")}) in found
    assert frozenset({(0, "b")}) not in found


@given(
    st.dictionaries(st.integers(0, 9), st.integers(1, 3)),
    st.dictionaries(st.integers(0, 9), st.integers(1, 3)),
    st.integers(2, 5),
)
def test_a_share_is_told_of_enough_people_on_both_sides_or_of_all(yes, no, least) -> None:
    percent = Share(Counter(yes), Counter(no)).percent(least)
    if percent is not None:
        assert all(len(side) >= least for side in (yes, no) if side)
        assert (percent == 100) == (not no)


def test_a_rate_needs_both_numbers() -> None:
    assert card.rate(Amount(10, 9)) == 90
    assert card.rate(Amount(0, 9)) is None
    assert card.rate(Amount(None, 9)) is None
    assert card.rate(Amount(10, None)) is None


@pytest.mark.parametrize(
    ("day", "before"), [("2028-02-29", "2027-02-28"), ("2027-06-30", "2026-06-30")]
)
def test_a_year_before_is_the_same_day(day: str, before: str) -> None:
    assert year_before(date.fromisoformat(day)) == date.fromisoformat(before)


def test_what_workers_said_is_the_impact_of_the_whole_quarters_in_those_days(
    store: Store, cast, sign_in
) -> None:
    store.add(PulseQuarter(begins_on=date(2026, 10, 1), people=0))
    store.add(PulseQuarter(begins_on=date(2027, 1, 1), people=13))
    store.flush()
    for item in Item:
        for felt, people in ((Felt.YES, 7), (Felt.PARTLY, 6), (Felt.NO, 0), (Felt.UNSAID, 0)):
            store.add(PulseCount(begins_on=date(2027, 1, 1), item=item, felt=felt, people=people))
    store.commit()
    said = [row for row in card_table(store, NOON, ALL).rows if "impact" in str(row[0])]
    assert [row[6] for row in said] == [13, 7, 7, 7]
    early = card_table(store, NOON, Ask(until=date(2027, 3, 30))).rows
    assert "No answers to show yet." in {row[1] for row in early}
    clock.set_to(NOON)
    page = sign_in(cast.cleo).get("/reports/card").text
    assert "people answered" in page
    assert "Do you feel less alone" in page


def test_every_line_of_the_card_is_in_its_file(store: Store, cast) -> None:
    owe(store, cast, Kind.COACHING, 6)
    table: Any = REPORTS["card"](store, NOON)
    assert [row[0] for row in table.rows].count("What impact did we achieve?") == 1
    assert len(table.rows) == 2 + 1 + 1 + 6 + 1


def test_who_lost_their_supervisor_and_waits_was_not_found_in_time(store: Store, cast) -> None:
    owe(store, cast, Kind.COACHING, 12)
    matches = store.query(Match).filter(Match.state == MatchState.ACTIVE).order_by(Match.id)
    for one in matches.limit(6):
        one.state, one.ends_on = MatchState.ENDED, date(2027, 2, 28)
        one.entitlement.waiting_since = date(2027, 3, 1)
    store.flush()
    shares = {str(m.what): m.result for m in the_card(store, NOON, ALL).measures}
    assert shares["Found a supervisor in time"] == 68, "13 at first, and none of the 6 again"
