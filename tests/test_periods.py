"""A period goes on until a later day, or is followed by the next one: looked at, then pressed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from supervisor import amendments, capacity, clock, entitlements, leaving
from supervisor.errors import Refused
from supervisor.models import (
    Audit,
    Entitlement,
    Extension,
    Match,
    Message,
    Provider,
    Session,
    Store,
)
from supervisor.periods import longer, renewals
from supervisor.rules.kinds import MatchState, Standing
from tests.test_entitlements import at, held, session

NOVEMBER = at(11, 15)


@pytest.fixture
def short(store: Store, cast) -> Entitlement:
    """One of ten held by 15 November: the days that are left are too few."""
    store.add(held(cast, 1, 15))
    entitlements.reassess(store, cast.entitlement, NOVEMBER, looked=True)
    store.commit()
    return cast.entitlement


def test_more_time_spreads_the_number_over_a_longer_period(store: Store, cast, short) -> None:
    """319 of 456 days have passed: seven of ten are expected, and 137 days are left for nine."""
    assert short.standing == Standing.CANNOT_BE_MET
    seen = longer.preview(store, short, date(2028, 3, 31), NOVEMBER)
    assert round(seen.before.expected, 2) == round(10 * 319 / 365, 2)
    assert round(seen.after.expected, 2) == round(10 * 319 / 456, 2)
    assert seen.after.standing == Standing.BEHIND
    made = longer.extend(store, short, date(2028, 3, 31), cast.cleo, NOVEMBER)
    assert (made.before_on, made.ends_on, made.made_by_id) == (
        date(2027, 12, 31), date(2028, 3, 31), cast.cleo.id,
    )  # fmt: skip
    assert (short.standing, short.look_again_on) == (Standing.BEHIND, NOVEMBER)


def test_who_has_it_is_told_and_it_is_on_record(store: Store, cast, short) -> None:
    longer.extend(store, short, date(2028, 3, 31), cast.cleo, NOVEMBER)
    letter = store.scalars(select(Message).where(Message.template == "extended")).one()
    assert (letter.recipient_id, letter.facts) == (cast.ben.id, {"ends": "2028-03-31"})
    kept = store.scalars(select(Audit).where(Audit.verb == "extend")).one()
    assert (kept.by_id, kept.noun_ref) == (cast.cleo.id, "ben-2027")


def test_pressing_twice_is_once_and_later_still_is_another(store: Store, cast, short) -> None:
    for ends_on in (date(2028, 3, 31), date(2028, 3, 31), date(2028, 6, 30)):
        longer.extend(store, short, ends_on, cast.cleo, NOVEMBER)
    assert [one.before_on for one in longer.of(store, short)] == [
        date(2027, 12, 31), date(2028, 3, 31),
    ]  # fmt: skip


@pytest.mark.parametrize("ends_on", [date(2027, 12, 30), date(2029, 1, 1)])
def test_it_is_a_later_day_within_a_year(store: Store, cast, short, ends_on: date) -> None:
    with pytest.raises(Refused, match="Choose a day from"):
        longer.extend(store, short, ends_on, cast.cleo, NOVEMBER)


def test_what_ended_short_goes_on_while_it_is_fresh(store: Store, cast, short) -> None:
    soon, late = at(2, 28, year=2028), at(3, 2, year=2028)
    entitlements.reassess(store, short, soon)
    assert short.standing == Standing.ENDED_SHORT
    assert longer.first_and_last(store, short, late) is None
    longer.extend(store, short, date(2028, 6, 30), cast.cleo, soon)
    assert short.standing == Standing.BEHIND


def test_nothing_goes_on_into_the_next_period_or_for_whoever_has_left(
    store: Store, cast, short
) -> None:
    now = at(12, 10)
    renewals.renew(store, short, None, cast.cleo, now)
    assert longer.first_and_last(store, short, now) is None
    with pytest.raises(Refused, match="something else comes after it"):
        longer.extend(store, short, date(2028, 3, 31), cast.cleo, now)


def test_the_next_period_is_shown_from_sixty_days_before(store: Store, short) -> None:
    """60 days before 31 December is 1 November; it stays as long after its end."""
    found = [
        (month, day, len(renewals.due(store, at(month, day, year=year))))
        for year, month, day in [(2027, 10, 31), (2027, 11, 1), (2028, 2, 29), (2028, 3, 1)]
    ]
    assert found == [(10, 31, 0), (11, 1, 1), (2, 29, 1), (3, 1, 0)]
    assert [renewals.urgent(store, at(11, day)) for day in (30,)] == [0]
    assert renewals.urgent(store, at(12, 1)) == 1


def test_the_next_period_is_the_same_again_and_nothing_is_carried_over(
    store: Store, cast, short
) -> None:
    amendments.amend(store, short, 8, date(2027, 11, 20), cast.cleo, NOVEMBER)
    made = renewals.renew(store, short, None, cast.cleo, at(12, 1))
    assert (made.starts_on, made.ends_on) == (date(2028, 1, 1), date(2028, 12, 31))
    assert (made.sessions, made.minutes, made.payer, made.mandatory) == (8, 60, "hub", True)
    after = entitlements.position(store, made, at(1, 2, year=2028))
    assert (after.held, after.standing) == (0, Standing.ON_TRACK)
    assert renewals.due(store, at(12, 1)) == []
    assert renewals.renew(store, short, None, cast.cleo, at(12, 1)) is None
    entitlements.reassess(store, short, at(1, 2, year=2028))
    assert short.standing == Standing.ENDED_SHORT


def test_a_period_that_went_on_is_followed_by_a_whole_year(store: Store, cast, short) -> None:
    longer.extend(store, short, date(2028, 3, 31), cast.cleo, NOVEMBER)
    made = renewals.renew(store, short, None, cast.cleo, at(3, 1, year=2028))
    assert (made.starts_on, made.ends_on) == (date(2028, 4, 1), date(2029, 3, 31))


def test_half_a_year_is_followed_by_as_many_days(store: Store, cast, short) -> None:
    short.starts_on, short.ends_on = date(2027, 7, 1), date(2027, 12, 31)
    made = renewals.renew(store, short, None, cast.cleo, at(12, 1))
    assert made.ends_on - made.starts_on == short.ends_on - short.starts_on


def test_the_same_two_go_on_with_what_they_have_booked(store: Store, cast, short) -> None:
    ahead = session(cast, 12, 20)
    later = session(cast, 12, 21)
    later.local_start += timedelta(days=30)
    later.starts_at += timedelta(days=30)
    store.add_all([ahead, later])
    store.flush()
    made = renewals.renew(store, short, None, cast.cleo, at(12, 1))
    match = store.scalars(select(Match).where(Match.entitlement_id == made.id)).one()
    assert (match.provider, match.state, match.starts_on) == (
        cast.ana, MatchState.ACTIVE, made.starts_on,
    )  # fmt: skip
    assert match.agreement
    assert match.agreement.agreed_on is None
    assert (ahead.entitlement, later.entitlement) == (short, made)


def test_the_next_period_takes_no_second_place(store: Store, cast, short) -> None:
    """Ana gives ten hours and one place: Ben has both, this year and the next."""
    cast.offering.capacity, on = 1, date(2027, 12, 1)
    store.get_one(Provider, cast.ana.id).hours_a_year = 10
    renewals.renew(store, short, None, cast.cleo, at(12, 1))
    assert capacity.minutes_held(store, on) == {cast.ana.id: 600}
    assert capacity.minutes_held(store, date(2028, 2, 1)) == {cast.ana.id: 600}
    cast.offering.capacity = 2
    store.get_one(Provider, cast.ana.id).hours_a_year = None
    dans = Entitlement(
        ref="dan-2027", person=cast.dan, kind="peer_supervision", sessions=6, minutes=45,
        starts_on=short.starts_on, ends_on=short.ends_on,
    )  # fmt: skip
    store.add(dans)
    store.flush()
    assert capacity.has_room(store, cast.ana, dans, on)


def test_who_meets_nobody_at_the_end_waits_for_somebody(store: Store, cast, short) -> None:
    cast.match.ends_on = date(2027, 12, 24)
    made = renewals.renew(store, short, None, cast.cleo, at(12, 1))
    assert store.scalars(select(Match).where(Match.entitlement_id == made.id)).all() == []
    assert made.waiting_since


def test_who_has_left_has_no_next_period(store: Store, cast, short) -> None:
    seen = leaving.plan(store, cast.ben, date(2027, 12, 20), at(12, 1)).seen
    leaving.leave(store, cast.ben, date(2027, 12, 20), seen, cast.cleo, at(12, 1))
    assert renewals.due(store, at(12, 2)) == []


def test_one_press_makes_all_that_were_read(store: Store, cast, short) -> None:
    dans = Entitlement(
        ref="dan-2027", person=cast.dan, kind="mentoring", sessions=6, minutes=45,
        starts_on=short.starts_on, ends_on=short.ends_on,
    )  # fmt: skip
    store.add(dans)
    store.flush()
    read = [one.ends.ref for one in renewals.due(store, at(12, 1))]
    assert sorted(read) == ["ben-2027", "dan-2027"]
    made = renewals.renew_all(store, ["ben-2027", "nobody"], cast.cleo, at(12, 1))
    assert [one.person for one in made] == [cast.ben]
    assert len(renewals.renew_all(store, read, cast.cleo, at(12, 1))) == 1


def test_the_hub_presses_once_for_more_time(store: Store, cast, short, sign_in) -> None:
    clock.set_to(NOVEMBER)
    cleo, page = sign_in(cast.cleo), "/entitlements/ben-2027/extension"
    assert "More time" in cleo.get("/people/ben").text
    seen = cleo.get(f"{page}?ends_on=2028-03-31").text
    assert "With more time" in seen
    assert cleo.get(f"{page}?ends_on=soon").status_code == 422
    assert cleo.post(page, data={"ends_on": "2020-01-01"}).status_code == 422
    cleo.post(page, data={"ends_on": "2028-03-31"})
    assert store.scalar(select(func.count()).select_from(Extension)) == 1
    assert "It was to end on" in cleo.get(page).text


def test_the_hub_presses_once_for_the_next_period(store: Store, cast, short, sign_in) -> None:
    clock.set_to(at(12, 10))
    cleo = sign_in(cast.cleo)
    assert "Period ends soon" in cleo.get("/today").text
    assert "with Ana Rewi" in cleo.get("/renewals").text
    assert cleo.post("/entitlements/ben-2027/renewal", data={"sessions": "x"}).status_code == 422
    cleo.post("/entitlements/ben-2027/renewal", data={"sessions": "12"})
    numbers = select(Entitlement.sessions).where(Entitlement.person_id == cast.ben.id)
    assert sorted(store.scalars(numbers)) == [10, 12]
    assert "No period ends soon." in cleo.get("/renewals").text
    assert store.scalars(select(Session.entitlement_id)).all() == [short.id]
    again = cleo.post("/renewals", data={"ends": ["ben-2027"]}, follow_redirects=True)
    assert "They are made already." in again.text
    assert len(store.scalars(numbers).all()) == 2


def test_the_hub_reads_how_it_is_counted(cast, sign_in) -> None:
    page = sign_in(cast.cleo).get("/pace").text
    assert "10 × (166 − 61) ÷ (365 − 61)" in page
    assert "3.45" in page
