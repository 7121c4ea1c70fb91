"""Times that suit a worker and a provider, read from the records."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, event

from supervisor.models import (
    Agreement,
    Amendment,
    Commitment,
    Leave,
    Match,
    Person,
    Place,
    Session,
    Store,
    Window,
)
from supervisor.openings.openings import openings
from supervisor.rules.kinds import MatchState, Mode, Outcome
from supervisor.rules.openings import BookingSettings
from supervisor.sessions import sessions
from supervisor.settings import save

AUCKLAND = "Pacific/Auckland"


def at(month: int, day: int, hour: int = 9, minute: int = 0, year: int = 2027) -> datetime:
    there = ZoneInfo(AUCKLAND)
    return datetime(year, month, day, hour, minute, tzinfo=there).astimezone(UTC)


def days(store: Store, cast: SimpleNamespace, now: datetime, **asked) -> set[date]:
    found = openings(store, cast.entitlement, now, count=500, **asked)
    return {time.local_start.date() for time in found.times}


def said(store: Store, cast: SimpleNamespace, now: datetime) -> list[str]:
    return [str(words) for words in openings(store, cast.entitlement, now).reasons]


def week(store: Store, person: Person, *windows: Window) -> None:
    """The person's week, in place of what it was."""
    store.execute(delete(Window).where(Window.person_id == person.id))
    store.add_all(windows)
    for window in windows:
        window.person_id = person.id
    store.flush()
    store.expire(person)


def window(weekday: int, begins: int, ends: int, **given) -> Window:
    return Window(weekday=weekday, starts_minute=begins * 60, ends_minute=ends * 60, **given)


def away(store: Store, person: Person, first: date, back: date) -> None:
    store.add(Leave(person_id=person.id, starts_on=first, ends_on=back))
    store.flush()


def held(cast: SimpleNamespace, wall: str) -> Session:
    start = datetime.fromisoformat(wall)
    return Session(
        entitlement=cast.entitlement,
        provider=cast.ana,
        starts_at=start.replace(tzinfo=ZoneInfo(AUCKLAND)),
        local_start=start,
        zone=AUCKLAND,
        minutes=60,
        mode=Mode.VIDEO,
        changed_at=at(1, 1),
        outcome=Outcome.HELD,
    )


@pytest.fixture
def questions(store: Store) -> Iterator[Callable[[], int]]:
    """How many questions the database was asked since the last time."""
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        asked.append(statement)

    event.listen(store.get_bind(), "before_cursor_execute", note)

    def count() -> int:
        number = len(asked)
        asked.clear()
        return number

    yield count
    event.remove(store.get_bind(), "before_cursor_execute", note)


def test_times_suit_both_from_the_notice_to_the_horizon(store: Store, cast, now) -> None:
    week(store, cast.ben, window(3, 10, 16))
    save(store, BookingSettings(per_day_shown=99))
    found = openings(store, cast.entitlement, now, count=500)
    assert {t.local_start.weekday() for t in found.times} == {3}
    assert min(t.local_start.hour for t in found.times) == 10
    assert max(t.local_start.hour for t in found.times) == 14
    first, last = date(2027, 2, 11), date(2027, 2, 11) + timedelta(days=56)
    assert {t.local_start.date() for t in found.times} <= {
        first + timedelta(days=n) for n in range((last - first).days + 1)
    }
    assert (found.times[0].mode, found.times[0].minutes) == (Mode.VIDEO, 60)
    assert found.reasons == []


def test_the_notice_is_kept_to_the_minute(store: Store, cast, now) -> None:
    save(store, BookingSettings(notice_hours=26, apart_minutes=0, per_day_shown=99))
    found = openings(store, cast.entitlement, now, count=500)
    assert min(t.starts_at for t in found.times) == at(2, 11, 11)


def test_hours_that_nobody_gave_are_the_office_s(store: Store, cast, now) -> None:
    week(store, cast.ana)
    week(store, cast.ben)
    found = openings(store, cast.entitlement, now, count=500)
    assert {t.local_start.weekday() for t in found.times} == set(range(5))
    assert {t.local_start.hour for t in found.times} <= set(range(9, 17))


def test_each_one_s_hours_are_in_their_own_zone(store: Store, cast, now) -> None:
    cast.ana.time_zone = "Australia/Perth"
    week(store, cast.ana, window(0, 10, 12))
    week(store, cast.ben, window(0, 10, 12))
    assert openings(store, cast.entitlement, now).times == []
    week(store, cast.ben, window(0, 14, 18))
    hours = {
        (time.local_start.month > 3, time.local_start.hour)
        for time in openings(store, cast.entitlement, now, count=500).times
    }
    assert hours == {(False, 15), (False, 16), (True, 14), (True, 15)}


def test_the_wall_time_in_person_is_the_place_s_and_else_the_worker_s(
    store: Store, cast, now
) -> None:
    cast.waitangi = Place(
        ref="waitangi", name="Waitangi", latitude=-43.95, longitude=-176.56, region="CIT",
        land="Chatham",
    )  # fmt: skip
    cast.ana.place = cast.ben.place = cast.waitangi
    cast.ana.modes = cast.ben.modes = [Mode.IN_PERSON, Mode.VIDEO]
    there = openings(store, cast.entitlement, now).times[0]
    assert (there.mode, there.zone) == (Mode.IN_PERSON, "Pacific/Chatham")
    assert there.place_id == cast.waitangi.id
    assert there.local_start.minute == there.starts_at.astimezone(ZoneInfo(there.zone)).minute
    cast.ana.modes = [Mode.VIDEO]
    apart = openings(store, cast.entitlement, now).times[0]
    assert (apart.mode, apart.zone, apart.place_id) == (Mode.VIDEO, AUCKLAND, None)


def test_the_mode_is_one_that_both_accept_and_can_keep(store: Store, cast, now) -> None:
    def mode() -> str:
        return openings(store, cast.entitlement, now).times[0].mode

    cast.ana.modes = cast.ben.modes = []
    assert mode() == Mode.VIDEO
    cast.ana.travel_km = cast.ben.travel_km = 200
    assert mode() == Mode.IN_PERSON
    cast.cromwell.land = "Stewart"
    assert mode() == Mode.VIDEO
    cast.cromwell.land = None
    cast.cromwell.latitude = None
    assert mode() == Mode.VIDEO
    cast.ben.latitude, cast.ben.longitude = -45.1, 169.3
    assert mode() == Mode.IN_PERSON
    store.add(Agreement(match=cast.match, mode=Mode.PHONE))
    assert mode() == Mode.PHONE


def test_hours_for_one_way_of_meeting_are_kept_for_it(store: Store, cast, now) -> None:
    week(store, cast.ana, window(1, 9, 12, mode=Mode.PHONE), window(2, 9, 12, mode=Mode.IN_PERSON))
    times = openings(store, cast.entitlement, now).times
    assert {(t.mode, t.local_start.weekday()) for t in times} == {(Mode.PHONE, 1)}


def test_where_there_is_no_way_of_meeting_it_says_so(store: Store, cast, now) -> None:
    cast.ana.modes, cast.ben.modes = [Mode.VIDEO], [Mode.PHONE]
    assert openings(store, cast.entitlement, now).times == []
    assert said(store, cast, now) == ["There is no way of meeting that suits you both."]


def test_holidays_close_the_day_of_whoever_lives_there(store: Store, cast, now) -> None:
    otago, southland, good_friday = date(2027, 3, 22), date(2027, 3, 30), date(2027, 3, 26)
    found = days(store, cast, now)
    assert not found & {otago, good_friday}
    assert southland in found
    cast.dunedin.region = "STL"
    assert not days(store, cast, now) & {otago, southland, good_friday}
    cast.cromwell.region = "STL"
    found = days(store, cast, now)
    assert otago in found
    assert southland not in found
    save(store, BookingSettings(open_on_holidays=True))
    assert {otago, southland, good_friday} <= days(store, cast, now)


def test_matariki_closes_the_day(store: Store, cast) -> None:
    found = days(store, cast, at(6, 1))
    assert date(2027, 6, 25) not in found
    assert date(2027, 6, 24) in found


def test_who_is_away_is_named_with_the_day_they_are_back(store: Store, cast, now) -> None:
    away(store, cast.ana, date(2027, 2, 8), date(2027, 3, 1))
    away(store, cast.ana, date(2027, 3, 1), date(2027, 3, 2))
    assert min(days(store, cast, now)) == date(2027, 3, 2)
    assert said(store, cast, now) == ["Ana is away until 2027-03-02."]
    leave = Leave(person_id=cast.ben.id, starts_on=date(2027, 3, 2), ends_on=date(2028, 1, 1))
    store.add(leave)
    store.flush()
    assert days(store, cast, now) == set()
    assert said(store, cast, now) == [
        "Ben is away from 2027-03-02 until 2028-01-01.",
        "Ana is away until 2027-03-02.",
        "Nothing in your hours fits both. Ring the hub: it can find a time with you.",
    ]
    leave.ends_on = date(2027, 11, 22)
    store.flush()
    assert min(days(store, cast, now)) == date(2027, 11, 22)


def test_who_goes_away_soon_is_named_where_nothing_suits_before(store: Store, cast, now) -> None:
    for window in list(cast.ana.windows):
        window.weekday = 0
    away(store, cast.ana, date(2027, 2, 13), date(2027, 2, 20))
    assert min(days(store, cast, now)) == date(2027, 2, 22)
    assert said(store, cast, now) == ["Ana is away from 2027-02-13 until 2027-02-20."]


def test_two_meetings_are_a_week_apart_where_they_can_be(store: Store, cast, now) -> None:
    sessions.book(store, cast.entitlement, at(2, 17), Mode.VIDEO, cast.ben, now)
    near = [date(2027, 2, day) for day in range(11, 24)]
    assert not days(store, cast, now) & set(near)
    cast.entitlement.ends_on = date(2027, 2, 19)
    store.flush()
    assert days(store, cast, now) == {date(2027, 2, day) for day in (11, 12, 15, 16, 18, 19)}


def test_what_is_soonest_is_said_whatever_the_cadence_points_to(store: Store, cast, now) -> None:
    """Their even cadence points to March, and both are free tomorrow."""
    sessions.book(store, cast.entitlement, at(2, 12), Mode.VIDEO, cast.ben, now)
    found = openings(store, cast.entitlement, now, 3)
    assert min(time.local_start.date() for time in found.times) > date(2027, 3, 1)
    assert [str(words) for words in found.reasons] == [
        "There is a meeting on 2027-02-12. The times here are 7 days or more from it."
    ]
    cast.entitlement.ends_on = date(2027, 2, 16)
    store.flush()
    assert said(store, cast, now) == []


def test_whoever_leaves_is_free_until_their_last_day(store: Store, cast, now) -> None:
    cast.ana.left_on = date(2027, 2, 18)
    assert max(days(store, cast, now)) == date(2027, 2, 18)
    cast.ana.left_on = date(2027, 2, 1)
    assert days(store, cast, now) == set()
    assert said(store, cast, now)[0] == "Ana has left."


def test_a_long_wait_is_said(store: Store, cast, now) -> None:
    week(store, cast.ana, window(0, 9, 10))
    busy = [at(2, 15), at(2, 22), at(3, 1)]
    store.add_all(
        Commitment(person_id=cast.ana.id, starts_at=b, ends_at=b + timedelta(hours=1)) for b in busy
    )
    assert said(store, cast, now) == [
        "Nothing suits you both before 2027-03-08. Ask for another time."
    ]


def test_what_is_taken_is_not_offered_unless_its_hold_has_lapsed(store: Store, cast, now) -> None:
    week(store, cast.ana, window(0, 9, 10))
    begins = at(2, 15)
    taken = Commitment(person_id=cast.ben.id, starts_at=begins, ends_at=begins + timedelta(hours=1))
    store.add(taken)
    assert date(2027, 2, 15) not in days(store, cast, now)
    taken.lapses_at = now + timedelta(hours=1)
    assert date(2027, 2, 15) not in days(store, cast, now)
    taken.lapses_at = now
    assert date(2027, 2, 15) in days(store, cast, now)


@pytest.mark.parametrize(
    ("most", "full"),
    [
        ({"most_a_day": 2}, {15}),
        ({"most_a_day": 3}, set()),
        ({"most_a_week": 3}, {15, 16, 17, 18, 19}),
        ({"most_a_week": 4}, set()),
    ],
)
def test_a_day_and_a_week_hold_only_so_many(store: Store, cast, now, most, full) -> None:
    save(store, BookingSettings(**most))
    busy = [at(2, 15, 15), at(2, 15, 17), at(2, 16, 15)]
    store.add_all(
        Commitment(person_id=cast.ana.id, starts_at=b, ends_at=b + timedelta(hours=1)) for b in busy
    )
    found = {day.day for day in days(store, cast, now) if day.month == 2}
    assert {15, 16, 17, 18, 19, 22} - found == full


def test_the_period_and_the_match_end_the_search(store: Store, cast, now) -> None:
    cast.match.ends_on = date(2027, 3, 5)
    assert max(days(store, cast, now)) == date(2027, 3, 5)
    cast.entitlement.ends_on = date(2027, 2, 19)
    assert max(days(store, cast, now)) == date(2027, 2, 19)
    cast.entitlement.ends_on = date(2027, 2, 9)
    assert said(store, cast, now) == ["The period ends before there is a time."]


def test_before_the_match_begins_there_is_nobody_to_meet(store: Store, cast, now) -> None:
    cast.match.starts_on = date(2027, 3, 1)
    assert min(days(store, cast, now)) == date(2027, 3, 1)
    cast.match.state = MatchState.OFFERED
    assert said(store, cast, now) == ["There is nobody to meet yet."]


def test_a_period_that_has_not_begun_is_searched_from_its_first_day(store: Store, cast) -> None:
    assert min(days(store, cast, at(12, 1, year=2026))) == date(2027, 1, 5)


def test_cover_is_met_while_it_runs_and_the_other_before_and_after(store: Store, cast, now) -> None:
    cover = Match(
        entitlement=cast.entitlement, provider=cast.dan, cover=True, state=MatchState.ACTIVE,
        starts_on=date(2027, 2, 22), ends_on=date(2027, 3, 5),
    )  # fmt: skip
    store.add(cover)
    times = openings(store, cast.entitlement, now, count=500).times
    with_dan = {t.local_start.date() for t in times if t.provider_id == cast.dan.id}
    with_ana = {t.local_start.date() for t in times if t.provider_id == cast.ana.id}
    assert (min(with_dan), max(with_dan)) == (date(2027, 2, 22), date(2027, 3, 5))
    assert with_ana & {date(2027, 2, 19), date(2027, 3, 8)} == {date(2027, 2, 19), date(2027, 3, 8)}
    assert not with_ana & with_dan
    assert date(2027, 2, 24) in days(store, cast, now, provider=cast.ana)
    assert days(store, cast, now, provider=cast.dan) == with_dan


def test_it_can_look_further_than_the_usual_horizon(store: Store, cast, now) -> None:
    assert max(days(store, cast, now, until=date(2027, 10, 1))) == date(2027, 10, 1)


def test_where_nothing_suits_soon_the_rest_of_the_period_takes_two_questions_more(
    store: Store, cast, now, questions
) -> None:
    store.add(Leave(person_id=cast.ana.id, starts_on=date(2027, 2, 1), ends_on=date(2027, 6, 1)))
    assert min(days(store, cast, now)) >= date(2027, 6, 1)
    questions()
    openings(store, cast.entitlement, now)
    assert questions() <= 8


def test_the_first_is_nearest_to_the_pair_s_even_cadence_and_habit(store: Store, cast, now) -> None:
    store.add(held(cast, "2027-02-04T11:00"))
    best = openings(store, cast.entitlement, now).times[0]
    due = date(2027, 2, 4) + timedelta(days=round(324 / 9))
    assert abs((best.local_start.date() - due).days) <= 1
    assert best.local_start.hour == 11
    near = openings(store, cast.entitlement, now, near=date(2027, 2, 18)).times[0]
    assert near.local_start.date() == date(2027, 2, 18)


def test_who_is_behind_is_offered_the_soonest_times(store: Store, cast) -> None:
    store.add(held(cast, "2027-01-15T10:00"))
    found = openings(store, cast.entitlement, at(9, 1), count=3)
    assert [time.local_start.date().day for time in found.times] == [2, 2, 3]


def test_a_larger_total_makes_the_cadence_closer(store: Store, cast, now) -> None:
    store.add(held(cast, "2027-02-04T11:00"))
    few = openings(store, cast.entitlement, now).times[0]
    store.add(
        Amendment(
            entitlement_id=cast.entitlement.id, from_on=date(2027, 2, 1), sessions=30, made_at=now
        )
    )
    many = openings(store, cast.entitlement, now).times[0]
    assert many.local_start < few.local_start - timedelta(days=14)


def test_all_done_still_has_a_usual_interval(store: Store, cast, now) -> None:
    cast.entitlement.sessions = 1
    store.add(held(cast, "2027-02-04T11:00"))
    assert openings(store, cast.entitlement, now).times


def test_a_session_that_moves_is_not_in_its_own_way(store: Store, cast, now) -> None:
    week(store, cast.ana, window(0, 9, 10))
    session = sessions.book(store, cast.entitlement, at(2, 15), None, cast.ben, now)
    assert date(2027, 2, 15) not in days(store, cast, now)
    assert date(2027, 2, 15) in days(store, cast, now, moving=session)


def test_six_questions_are_enough_whatever_the_size_of_the_hub(
    store: Store, cast, now, questions
) -> None:
    for number in range(60):
        person = Person(ref=f"p{number}", name=f"Person {number}", modes=[], place=cast.cromwell)
        person.windows = [window(day, 9, 17) for day in range(5)]
        store.add(person)
        store.flush()
        begins = at(3, 1 + number % 20)
        store.add(
            Commitment(person_id=person.id, starts_at=begins, ends_at=begins + timedelta(hours=1))
        )
    store.add_all([held(cast, f"2027-01-{5 + n:02}T09:00") for n in range(20)])
    store.commit()
    entitlement = cast.entitlement
    assert entitlement.id
    questions()
    assert openings(store, entitlement, now).times
    assert questions() <= 6
