"""Single days, visit days, holidays worked and own wishes: saved, refused, undone, obeyed."""

from collections import Counter
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor.availability import open_days, open_hours
from supervisor.availability.open_changes import (
    Change,
    Day,
    Own,
    Trip,
    Worked,
    joined,
    of_plain,
    place_named,
    plain,
)
from supervisor.commitments import TimeGone
from supervisor.errors import NotFound, Refused
from supervisor.models import Audit, Match, Place, Session, Store
from supervisor.openings.openings import openings
from supervisor.plans import plans
from supervisor.rules.kinds import MatchState, Mode, Outcome
from supervisor.sessions import sessions
from tests.everybody import settle
from tests.supervisors import dans_year
from tests.test_openings import at, days, questions, said, week, window

__all__ = ["questions"]
OTAGO = date(2027, 3, 22)
MEETS_ON = date(2027, 2, 17)
SHUT = Day(MEETS_ON, 0, 1440, opens=False)


def changed(store: Store, person, now, *comes, goes=(), by=None) -> open_days.Changed:
    wanted = Change(tuple(goes), tuple(comes))
    return open_days.change(store, person, wanted, by or person, now)


@pytest.fixture
def oamaru(store: Store, cast: SimpleNamespace) -> Place:
    """Where Ben lives now, too far away for Ana but on her visit days."""
    town = Place(
        ref="oamaru", name="Oamaru", latitude=-45.097, longitude=170.970, region="OTA", land="South"
    )
    cast.ben.place = town
    cast.ana.modes = cast.ben.modes = [Mode.IN_PERSON, Mode.VIDEO]
    store.add(town)
    store.flush()
    return town


def test_a_change_is_undone_by_its_reverse_and_twice_is_once(store: Store, cast, now) -> None:
    wanted = Change(comes=(SHUT, Worked(OTAGO), Own(most_a_day=2)))
    assert open_days.change(store, cast.ana, wanted, cast.ana, now).anything
    assert set(open_days.held(store, cast.ana)) == set(wanted.comes)
    assert not open_days.change(store, cast.ana, wanted, cast.ana, now).anything
    assert open_days.change(store, cast.ana, wanted.undo, cast.ana, now).anything
    assert open_days.held(store, cast.ana) == []
    assert not open_days.change(store, cast.ana, wanted.undo, cast.ana, now).anything


def hours(starts: int, ends: int, opens: bool = True, mode=None, on: date = MEETS_ON) -> Day:
    return Day(on, starts * 60, ends * 60, opens, mode)


@pytest.mark.parametrize(
    ("there", "comes", "whole"),
    [
        ([hours(9, 12)], hours(10, 13), [hours(9, 13)]),
        ([hours(9, 12)], hours(12, 13), [hours(9, 13)]),
        ([hours(9, 12)], hours(10, 11), [hours(9, 12)]),
        ([hours(9, 10), hours(11, 12)], hours(10, 11), [hours(9, 12)]),
        ([hours(9, 10)], hours(11, 12), [hours(9, 10), hours(11, 12)]),
        ([hours(9, 12)], hours(10, 13, mode="video"), [hours(9, 12), hours(10, 13, mode="video")]),
        ([hours(9, 12)], hours(10, 13, on=OTAGO), [hours(9, 12), hours(10, 13, on=OTAGO)]),
        ([hours(9, 12, False)], hours(10, 13, False), [hours(9, 13, False)]),
        ([hours(9, 12), hours(10, 11, False)], hours(12, 13),
         [hours(9, 12), hours(10, 11, False), hours(12, 13)]),
    ],
)  # fmt: skip
def test_hours_of_one_day_that_meet_are_one_and_undone_as_they_were(
    store: Store, cast, now, there, comes, whole
) -> None:
    for one in there:
        changed(store, cast.ana, now, one)
    wanted = joined(Change(comes=(comes,)), open_days.held(store, cast.ana))
    open_days.change(store, cast.ana, wanted, cast.ana, now)
    assert sorted(open_days.held(store, cast.ana), key=repr) == sorted(whole, key=repr)
    back = joined(wanted.undo, open_days.held(store, cast.ana))
    open_days.change(store, cast.ana, back, cast.ana, now)
    assert sorted(open_days.held(store, cast.ana), key=repr) == sorted(there, key=repr)


def test_several_that_come_together_are_one_too() -> None:
    some = (hours(9, 10), hours(11, 12), Worked(OTAGO), hours(10, 11))
    assert joined(Change(comes=some), []) == Change(comes=(Worked(OTAGO), hours(9, 12)))


def test_a_change_is_the_same_after_it_went_through_a_page() -> None:
    trip = Trip(date(2027, 2, 18), 2, 600, 900, 3, None)
    some = Change((SHUT, trip), (Worked(OTAGO), Own(notice_hours=48)))
    assert of_plain(plain(some)) == some


@pytest.mark.parametrize(
    ("thing", "field"),
    [
        (Day(date(2027, 2, 9), 0, 60, opens=True), "on"),
        (Day(date(2039, 2, 9), 0, 60, opens=True), "on"),
        (Day(MEETS_ON, 60, 60, opens=True), "to"),
        (Day(MEETS_ON, 60, 1441, opens=True), "to"),
        (Day(MEETS_ON, 0, 60, opens=True, mode="smoke"), "how"),
        (Day(MEETS_ON, 0, 60, opens=True, mode=Mode.VIDEO, place_id=1), "place"),
        (Day(MEETS_ON, 700, 760, opens=True), "from"),
        (Trip(MEETS_ON, 0, 600, 900, 1), "every"),
        (Trip(MEETS_ON, 13, 600, 900, 1), "every"),
        (Trip(MEETS_ON, 2, 900, 600, 1), "to"),
        (Trip(MEETS_ON, 2, 600, 900, 1, date(2027, 2, 16)), "last"),
        (Trip(date(2027, 3, 4), 1, 840, 960, 2), "first"),
        (Worked(MEETS_ON), None),
        (Worked(date(2026, 10, 26)), None),
        (Own(most_a_day=0), "most_a_day"),
        (Own(travel_kmh=900), "travel_kmh"),
    ],
)
def test_a_slip_names_its_field(store: Store, cast, now, thing, field) -> None:
    closed = Day(MEETS_ON, 690, 720, opens=False)
    changed(store, cast.ana, now, closed, Trip(date(2027, 2, 18), 2, 600, 900, cast.dunedin.id))
    there = open_days.held(store, cast.ana)
    with pytest.raises(Refused) as refused:
        changed(store, cast.ana, now, thing)
    assert refused.value.field == field
    assert open_days.held(store, cast.ana) == there


def test_there_is_an_end_to_what_can_be_written_down(store: Store, cast, now) -> None:
    some = [Day(MEETS_ON + timedelta(days=n), 0, 60, opens=True) for n in range(101)]
    with pytest.raises(Refused, match="That is a lot"):
        changed(store, cast.ana, now, *some)


def test_only_they_and_the_hub_for_them_may(store: Store, cast, now) -> None:
    with pytest.raises(NotFound):
        changed(store, cast.ana, now, SHUT, by=cast.dan)
    changed(store, cast.ana, now, SHUT, by=cast.cleo)
    trail = store.scalars(select(Audit).where(Audit.noun == "open_days")).one()
    assert (trail.by_id, trail.for_id) == (cast.cleo.id, cast.ana.id)


def test_closing_a_day_names_what_is_booked_in_it_and_keeps_it(store: Store, cast, now) -> None:
    settle(store, cast, now)
    done = changed(store, cast.ana, now, SHUT)
    assert [session.ref for session in done.clashes] == ["session-1"]
    assert store.scalar(select(Session.outcome).where(Session.ref == "session-1")) is None
    assert [one.ref for one in open_hours.outside(store, cast.ana, now)] == ["session-1"]
    open_days.call_off(store, cast.ana, done.clashes, cast.ana, now)
    assert done.clashes[0].outcome == Outcome.CANCELLED_BY_PROVIDER


def test_opened_hours_and_closed_ones_are_obeyed(store: Store, cast, now) -> None:
    saturday = date(2027, 2, 20)
    evening = Day(saturday, 600, 720, opens=True, mode=Mode.PHONE)
    changed(store, cast.ana, now, evening, Day(date(2027, 2, 19), 0, 1440, opens=False))
    changed(store, cast.ben, now, Day(saturday, 540, 720, opens=True))
    assert saturday in days(store, cast, now)
    assert date(2027, 2, 19) not in days(store, cast, now)
    by = {
        time.mode
        for time in openings(store, cast.entitlement, now, 500).times
        if time.local_start.date() == saturday
    }
    assert by == {Mode.PHONE}


def test_a_holiday_that_both_work_on_is_open(store: Store, cast, now) -> None:
    assert OTAGO not in days(store, cast, now)
    changed(store, cast.ana, now, Worked(OTAGO))
    assert OTAGO not in days(store, cast, now)
    with pytest.raises(Refused, match="public holiday"):
        sessions.book(store, cast.entitlement, at(3, 22, 10), Mode.VIDEO, cast.ben, now)
    changed(store, cast.ben, now, Worked(OTAGO))
    assert OTAGO in days(store, cast, now)
    sessions.book(store, cast.entitlement, at(3, 22, 10), Mode.VIDEO, cast.ben, now)
    done = changed(store, cast.ana, now, goes=[Worked(OTAGO)])
    assert [one.local_start.date() for one in done.clashes] == [OTAGO]


def test_southland_has_a_day_of_its_own(store: Store, cast, now) -> None:
    cast.dunedin.region = "STL"
    with pytest.raises(Refused, match="no public holiday where you live"):
        changed(store, cast.ana, now, Worked(OTAGO))
    changed(store, cast.ana, now, Worked(date(2027, 3, 30)))
    assert date(2027, 3, 30) in days(store, cast, now)


def test_on_a_visit_day_they_meet_there_and_else_by_video(
    store: Store, cast, now, oamaru: Place
) -> None:
    changed(store, cast.ana, now, Trip(date(2027, 2, 18), 2, 600, 900, oamaru.id))
    found = openings(store, cast.entitlement, now, 500).times
    there = [time for time in found if time.mode == Mode.IN_PERSON]
    assert {time.local_start.date() for time in there} == {
        date(2027, 2, 18) + timedelta(days=14 * n) for n in range(4)
    }
    assert {(time.place_id, time.place.name) for time in there} == {(oamaru.id, "Oamaru")}
    assert all(10 <= time.local_start.hour <= 14 for time in there)
    assert Mode.VIDEO in {time.mode for time in found}


def test_what_is_booked_on_a_visit_day_has_its_place(
    store: Store, cast, now, oamaru: Place
) -> None:
    cast.ben.place, cast.ben.travel_km = cast.cromwell, 200
    changed(store, cast.ana, now, Trip(date(2027, 2, 18), 2, 600, 900, oamaru.id))
    time = next(
        t
        for t in openings(store, cast.entitlement, now, 500).times
        if t.mode == Mode.IN_PERSON and t.local_start.date() == date(2027, 2, 18)
    )
    booked = sessions.book(store, cast.entitlement, time.starts_at, time.mode, cast.ben, now)
    assert (booked.place_id, booked.zone) == (oamaru.id, "Pacific/Auckland")
    with pytest.raises(Refused, match="no way in which you can both meet"):
        sessions.move(store, booked, at(2, 19, 10), Mode.IN_PERSON, cast.ben, now)


def test_what_is_booked_where_both_can_be_is_where_it_was_offered(store: Store, cast, now) -> None:
    timaru = Place(ref="timaru", name="Timaru", latitude=-44.4, longitude=171.25, land="South")
    store.add(timaru)
    store.flush()
    cast.ana.modes = cast.ben.modes = [Mode.IN_PERSON]
    cast.ana.travel_km = cast.ben.travel_km = 150
    there = window(0, 9, 12, mode=Mode.IN_PERSON, place_id=timaru.id)
    week(store, cast.ana, there, window(0, 9, 15))
    time = openings(store, cast.entitlement, now).times[0]
    booked = sessions.book(store, cast.entitlement, time.starts_at, time.mode, cast.ben, now)
    assert booked.place_id == time.place_id == cast.cromwell.id


def test_their_own_wishes_are_obeyed_in_openings_and_in_booking(store: Store, cast, now) -> None:
    changed(store, cast.ana, now, Own(notice_hours=72, horizon_days=20, after_minutes=30))
    found = days(store, cast, now)
    assert min(found) == date(2027, 2, 15)
    assert max(found) == date(2027, 3, 2)
    for when in (at(2, 11, 10), at(3, 3, 10)):
        with pytest.raises(Refused):
            sessions.book(store, cast.entitlement, when, Mode.VIDEO, cast.ben, now)
    settle(store, cast, now)
    with pytest.raises(Refused, match="Book up to 2027-03-02 for now"):
        sessions.move(store, cast.session, at(3, 3, 10), Mode.VIDEO, cast.ben, now)
    changed(store, cast.ana, now, Own(most_a_day=1), goes=[open_days.own(store, cast.ana)])
    assert MEETS_ON not in days(store, cast, now)


def test_beyond_how_far_somebody_is_booked_the_list_says_from_when(store, cast, now) -> None:
    changed(store, cast.ana, now, Own(horizon_days=14))
    week(store, cast.ana, window(6, 9, 12))
    assert said(store, cast, now) == [
        "Nothing suits you both up to 2027-02-24. Later days open as time goes on."
    ]


def test_the_other_is_not_booked_too_near_to_another_meeting(store: Store, cast, now) -> None:
    settle(store, cast, now)
    dans = dans_year(store, cast, ref="dan-peer")
    store.add(
        Match(
            ref="dan-ana", entitlement=dans, provider=cast.ana, state=MatchState.ACTIVE,
            starts_on=date(2027, 1, 1),
        )
    )  # fmt: skip
    changed(store, cast.ana, now, Own(after_minutes=30))
    with pytest.raises(Refused, match="Ana needs time around another meeting"):
        sessions.book(store, dans, at(2, 17, 10), Mode.VIDEO, cast.dan, now)
    with pytest.raises(TimeGone):
        sessions.book(store, dans, at(2, 17, 9), Mode.VIDEO, cast.dan, now)
    sessions.book(store, dans, at(2, 17, 10, 30), Mode.VIDEO, cast.dan, now)
    changed(store, cast.ana, now, Own(most_a_day=2), goes=[open_days.own(store, cast.ana)])
    with pytest.raises(Refused, match="Ana has enough meetings then"):
        sessions.book(store, dans, at(2, 17, 14), Mode.VIDEO, cast.dan, now)


def test_last_week_is_copied_to_what_is_still_to_come(store: Store, cast, now) -> None:
    on = date(2027, 2, 10)
    before = now - timedelta(days=9)
    some = [
        Day(date(2027, 2, 1), 540, 600, opens=True),
        Day(date(2027, 2, 4), 540, 600, opens=True, mode=Mode.PHONE),
        Day(date(2027, 2, 5), 0, 1440, opens=False),
    ]
    changed(store, cast.ana, before, *some)
    this = open_days.last_week(store, cast.ana, 1, on)
    assert [day.on.day for day in this] == [11, 12]
    assert [day.on.day for day in open_days.last_week(store, cast.ana, 2, on)] == [15, 18, 19]
    done = changed(store, cast.ana, now, *this)
    assert done.anything
    assert open_days.last_week(store, cast.ana, 1, on) == []


def test_a_place_is_one_of_the_hub_s_or_a_town(store: Store, cast) -> None:
    assert place_named(store, "") is None
    assert place_named(store, "dunedin") == cast.dunedin.id
    balclutha = place_named(store, "Balclutha")
    assert store.get_one(Place, balclutha).region == "OTA"
    assert place_named(store, "balclutha") == balclutha
    with pytest.raises(Refused) as refused:
        place_named(store, "Atlantis")
    assert refused.value.field == "place"


def test_six_questions_are_enough_with_all_of_it(
    store: Store, cast, now, oamaru: Place, questions
) -> None:
    for person in (cast.ana, cast.ben):
        some = [Day(date(2027, 2, 11) + timedelta(days=n), 540, 600, opens=True) for n in range(30)]
        trips = [Trip(date(2027, 2, 11 + n), 2, 600, 900, oamaru.id) for n in range(4)]
        changed(store, person, now, *some, *trips, Worked(OTAGO), Own(before_minutes=10))
        week(store, person, *(window(d, 9, 17, place_id=cast.dunedin.id) for d in range(5)))
    store.commit()
    entitlement = cast.entitlement
    assert entitlement.id
    questions()
    assert openings(store, entitlement, now).times
    assert questions() <= 6


def test_the_plan_keeps_to_the_most_that_somebody_wants(store: Store, cast, now) -> None:
    cast.entitlement.sessions = 30
    dans = dans_year(store, cast, ref="dan-peer", sessions=30)
    store.add(
        Match(
            ref="dan-ana", entitlement=dans, provider=cast.ana, state=MatchState.ACTIVE,
            starts_on=date(2027, 1, 1),
        )
    )  # fmt: skip
    changed(store, cast.ana, now, Own(most_a_day=1, most_a_week=1, horizon_days=20))
    week(store, cast.ana, *(window(d, 9, 15) for d in range(2)))
    plan = plans.plan(store, date(2027, 2, 10), date(2027, 12, 31), now)
    weeks = Counter(time.starts_at.date().isocalendar()[:2] for time in plan.times)
    assert len(plan.times) > 20
    assert set(weeks.values()) == {1}
    kept, gone = plans.keep(store, cast.entitlement, cast.ben, now)
    assert kept
    assert gone == []
    assert kept[-1].local_start.date() > date(2027, 3, 2)
