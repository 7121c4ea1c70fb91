"""Somebody leaves for good: looked at first, then done as one, and taken back until the day."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor import leaving, schedule
from supervisor.errors import Refused
from supervisor.matches import match_offers
from supervisor.models import Entitlement, Group, Match, Seat, Session, Store
from supervisor.rules.kinds import Kind, MatchState, Mode, Outcome, Standing
from supervisor.sessions import sessions
from tests.test_sessions import at, told

LAST = date(2027, 3, 31)


@pytest.fixture
def two(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    """Ben meets Ana in March and in April, and has a seat in her group."""
    cast.march, cast.april = (
        sessions.book(store, cast.entitlement, at(month, 1, 10), Mode.VIDEO, cast.ben, now)
        for month in (3, 4)
    )
    cast.circle = Group(
        ref="circle", name="Circle", kind="co_reflection", facilitator=cast.ana, mode=Mode.VIDEO,
        minimum=1, seats=[Seat(person=cast.ben)],
    )  # fmt: skip
    store.add(cast.circle)
    store.commit()
    return cast


def leave(store: Store, person, cast, now, last: date = LAST):
    seen = leaving.plan(store, person, last, now).seen
    return leaving.leave(store, person, last, seen, cast.cleo, now)


def test_looking_says_what_would_end_and_changes_nothing(store: Store, two, now) -> None:
    plan = leaving.plan(store, two.ben, LAST, now)
    assert (plan.periods, plan.matches, plan.off) == ([two.entitlement], [two.match], [two.april])
    assert [seat.group for seat in plan.seats] == [two.circle]
    assert (two.ben.left_on, two.entitlement.ends_on) == (None, date(2027, 12, 31))


def test_a_worker_s_last_day_ends_the_period_and_the_match(store: Store, two, now) -> None:
    leave(store, two.ben, two, now)
    assert (two.ben.left_on, two.entitlement.ends_on) == (LAST, LAST)
    assert two.match.ends_on == LAST
    assert two.april.outcome == Outcome.DID_NOT_HAPPEN
    assert two.march.cancelled_at is None
    assert set(told(store, "match_ended")) == {"ana", "ben"}


def test_nothing_that_was_held_or_contracted_is_changed(store: Store, two, now) -> None:
    leave(store, two.ben, two, now)
    assert two.entitlement.sessions == 10


def test_a_provider_who_leaves_leaves_the_worker_s_year_as_it_is(store: Store, two, now) -> None:
    plan = leave(store, two.ana, two, now)
    assert plan.leads == [two.circle]
    assert two.match.ends_on == LAST
    assert two.entitlement.ends_on == date(2027, 12, 31)
    assert two.entitlement.standing != Standing.ENDED_SHORT


def test_an_open_offer_is_closed_and_stands_in_nobody_s_way(store: Store, two, now) -> None:
    owed = Entitlement(
        ref="dan-2027", link="dan-2027", person=two.dan, kind=Kind.MENTORING, sessions=6,
        minutes=60, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31), payer="hub",
    )  # fmt: skip
    offer = Match(ref="dan-ana", entitlement=owed, provider=two.ana, state=MatchState.OFFERED)
    store.add_all([owed, offer])
    store.flush()
    leave(store, two.ana, two, now)
    assert offer.state == MatchState.LAPSED


def test_what_has_changed_since_it_was_read_is_read_anew(store: Store, two, now) -> None:
    seen = leaving.plan(store, two.ben, LAST, now).seen
    sessions.book(store, two.entitlement, at(5, 3, 10), Mode.VIDEO, two.ben, now)
    assert leaving.leave(store, two.ben, LAST, seen, two.cleo, now) is None
    assert two.ben.left_on is None


def test_a_day_that_is_over_is_refused(store: Store, two, now) -> None:
    with pytest.raises(Refused, match="still to come") as refusal:
        leaving.plan(store, two.ben, date(2027, 2, 9), now)
    assert refusal.value.field == "last_on"


def test_it_is_taken_back_until_the_day(store: Store, two, now) -> None:
    leave(store, two.ben, two, now)
    leaving.take_back(store, two.ben, two.cleo, now + timedelta(days=7))
    assert (two.ben.left_on, two.entitlement.ends_on) == (None, date(2027, 12, 31))
    with pytest.raises(Refused, match="taken back already"):
        leaving.take_back(store, two.ben, two.cleo, now)


def test_another_last_day_still_knows_how_it_was_before(store: Store, two, now) -> None:
    leave(store, two.ben, two, now, date(2027, 6, 30))
    leave(store, two.ben, two, now, LAST)
    assert two.entitlement.ends_on == LAST
    leaving.take_back(store, two.ben, two.cleo, now)
    assert two.entitlement.ends_on == date(2027, 12, 31)


def test_after_the_day_it_is_not_taken_back(store: Store, two, now) -> None:
    leave(store, two.ben, two, now)
    with pytest.raises(Refused, match="is over"):
        leaving.take_back(store, two.ben, two.cleo, at(4, 1))


def test_a_seat_ends_the_day_after(store: Store, two, now) -> None:
    leave(store, two.ben, two, now)
    leaving.end_seats(store, at(3, 31, 20))
    seat = store.scalars(select(Seat)).one()
    assert seat.left_on is None
    leaving.end_seats(store, at(4, 1, 9))
    assert seat.left_on == date(2027, 4, 1)
    leaving.end_seats(store, at(4, 2, 9))


@pytest.mark.parametrize("who", ["ben", "ana"])
def test_nobody_is_offered_to_whoever_has_left_or_from_among_them(
    store: Store, two, now, who: str
) -> None:
    leave(store, getattr(two, who), two, now, date(2027, 2, 10))
    with pytest.raises(Refused):
        match_offers.offer(store, two.entitlement, two.ana, at(2, 12), two.cleo)


def test_the_hub_reads_it_and_presses_once(store: Store, two, now, sign_in) -> None:
    client, here = sign_in(two.cleo), "/people/ben/leaving"
    page = client.post(here, data={"last_on": LAST.isoformat()}).text
    assert "Nothing is done yet. With Wednesday 31 March as the last day:" in page
    assert "1 meeting is called off" in page
    seen = leaving.plan(store, two.ben, LAST, now).seen
    page = client.post(
        here, data={"last_on": LAST.isoformat(), "seen": seen}, follow_redirects=True
    ).text
    assert "Whoever Ben Harris met has been told." in page
    assert "Last day: Wednesday 31 March" in client.get(here).text
    page = client.post(f"{here}/withdrawal", follow_redirects=True).text
    assert "It is taken back." in page


def test_what_was_not_read_is_shown_once_more(store: Store, two, sign_in) -> None:
    client = sign_in(two.cleo)
    page = client.post("/people/ben/leaving", data={"last_on": LAST.isoformat(), "seen": "x"}).text
    assert "Something has changed since you looked." in page
    store.expire_all()
    assert two.ben.left_on is None


@pytest.mark.parametrize("given", ["", "soon", "2027-02-01"])
def test_a_day_that_cannot_be_is_said_beside_its_field(store: Store, two, sign_in, given) -> None:
    answer = sign_in(two.cleo).post("/people/ben/leaving", data={"last_on": given})
    assert answer.status_code == 422
    assert 'id="last_on-e"' in answer.text


def test_the_worker_process_ends_seats(store: Store, two, now) -> None:
    assert "end the seats of who has left" in schedule.run_all(now)
    assert store.scalars(select(Session)).all() == [two.march, two.april]
