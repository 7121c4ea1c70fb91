"""What workers will see: two weeks of openings, and why a day has none."""

from datetime import date, timedelta

from supervisor.availability.open_changes import Day, Own, Trip, Worked
from supervisor.availability.outlook import outlook
from supervisor.models import Commitment, Leave, Store
from supervisor.rules.kinds import Mode
from tests.test_open_days import changed
from tests.test_openings import at, questions, week, window

__all__ = ["questions"]


def seen(store: Store, person, now, days: int = 14) -> dict[date, str]:
    """Each day in a line."""
    return {day.on: line(day) for day in outlook(store, person, now, days)}


def line(day) -> str:
    open_ = (
        f"{one.starts:%H:%M}-{one.ends:%H:%M} "
        + "+".join(f"{way.mode}{' ' + way.place.name if way.place else ''}" for way in one.ways)
        for one in day.open
    )
    return str(day.reason) if day.reason else "; ".join(open_)


def test_every_day_has_its_hours_or_a_reason(store: Store, cast, now) -> None:
    found = seen(store, cast.ana, now)
    assert list(found) == [date(2027, 2, 10) + timedelta(days=n) for n in range(14)]
    assert found[date(2027, 2, 10)] == "Too soon: 24 hours of notice."
    assert found[date(2027, 2, 11)] == "09:00-15:00 video+phone"
    assert found[date(2027, 2, 13)] == "No hours on this weekday."


def test_what_closes_a_day_is_said(store: Store, cast, now) -> None:
    store.add(Leave(person_id=cast.ana.id, starts_on=date(2027, 2, 15), ends_on=date(2027, 2, 17)))
    changed(store, cast.ana, now, Day(date(2027, 2, 18), 0, 1440, opens=False))
    begins = at(2, 19, 15)
    store.add(
        Commitment(person_id=cast.ana.id, starts_at=begins, ends_at=begins + timedelta(hours=1))
    )
    changed(store, cast.ana, now, Own(most_a_day=1, horizon_days=12))
    found = seen(store, cast.ana, now)
    assert found[date(2027, 2, 15)] == found[date(2027, 2, 16)] == "Away until 2027-02-17."
    assert found[date(2027, 2, 18)] == "Closed for this day."
    assert found[date(2027, 2, 19)] == "Full: 1 meeting that day."
    assert found[date(2027, 2, 22)] == "09:00-15:00 video+phone"
    assert found[date(2027, 2, 23)] == "Not open yet: you are booked 12 days ahead."


def test_a_holiday_is_called_by_its_name_until_somebody_works(store: Store, cast) -> None:
    before, otago = at(3, 15), date(2027, 3, 22)
    assert seen(store, cast.ana, before)[otago] == "Otago Anniversary Day"
    changed(store, cast.ana, before, Worked(otago))
    assert seen(store, cast.ana, before)[otago] == "09:00-15:00 video+phone"
    cast.dunedin.region = "STL"
    assert seen(store, cast.ana, at(3, 24))[date(2027, 3, 30)] == "Southland Anniversary Day"


def test_a_day_kept_for_another_says_for_which(store: Store, cast) -> None:
    found = seen(store, cast.ana, at(2, 1))
    assert found[date(2027, 2, 8)] == "Waitangi Day, kept on this day"


def test_ways_and_places_are_named(store: Store, cast, now) -> None:
    cast.ana.modes = [Mode.IN_PERSON, Mode.VIDEO]
    week(
        store, cast.ana, window(3, 9, 12, mode=Mode.VIDEO),
        window(4, 9, 12, mode=Mode.IN_PERSON, place_id=cast.dunedin.id),
    )  # fmt: skip
    changed(store, cast.ana, now, Trip(date(2027, 2, 18), 2, 780, 900, cast.cromwell.id))
    found = seen(store, cast.ana, now)
    assert found[date(2027, 2, 11)] == "09:00-12:00 video"
    assert found[date(2027, 2, 12)] == "09:00-12:00 in_person Dunedin"
    assert found[date(2027, 2, 18)] == "09:00-10:40 video; 13:00-15:00 in_person Cromwell"


def test_it_takes_six_questions_at_most(store: Store, cast, now, questions) -> None:
    changed(store, cast.ana, now, Trip(date(2027, 2, 18), 2, 780, 900, cast.cromwell.id))
    store.commit()
    ana = cast.ana
    assert ana.id
    questions()
    outlook(store, ana, now)
    assert questions() <= 6
