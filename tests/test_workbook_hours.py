"""Hours by import: what was set on a page stays with what the file says again."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from supervisor.availability import open_days, open_hours
from supervisor.availability.open_changes import Change, Trip
from supervisor.availability.open_hours import Hours
from supervisor.models import Person, Place, Store
from supervisor.rules.kinds import Mode
from supervisor.workbook import WorkbookRefused, export_workbook
from tests.workbooks import SMALL, bring_in, folder


@pytest.fixture
def ana(store: Store, tmp_path: Path, now) -> Person:
    """Ana with her two mornings of the file, one of them in Dunedin or by video."""
    small = {name: text for name, text in SMALL.items() if name != "visits"}
    bring_in(store, folder(tmp_path / "small", small), now)
    ana = store.scalars(select(Person).where(Person.ref == "ana")).one()
    dunedin = store.scalar(select(Place.id).where(Place.name == "Dunedin"))
    monday = Hours(0, 540, 720, Mode.IN_PERSON, dunedin), Hours(0, 540, 720, Mode.VIDEO)
    open_hours.save(store, ana, [*monday, Hours(2, 780, 1440)], ana, now)
    store.commit()
    return ana


def test_the_same_file_keeps_ways_and_places(store: Store, ana, tmp_path, now) -> None:
    before = open_hours.week(ana)
    again = bring_in(store, tmp_path / "small", now + timedelta(days=1))
    assert (again.changes, again.kept) == (0, [])
    store.expire_all()
    assert open_hours.week(ana) == before


def test_what_goes_out_comes_back_without_a_change(store: Store, ana, tmp_path, now) -> None:
    trip = Trip(now.date() + timedelta(days=8), 2, 600, 900, ana.place_id)
    open_days.change(store, ana, Change(comes=(trip,)), ana, now)
    store.commit()
    export_workbook(store, tmp_path / "out", now)
    before = open_hours.week(ana)
    assert bring_in(store, tmp_path / "out", now).changes == 0
    store.expire_all()
    assert open_hours.week(ana) == before
    assert open_days.held(store, ana) == [trip]


def test_hours_that_the_file_leaves_as_they_are_keep_their_way(store, ana, tmp_path, now) -> None:
    text = "id,name,free\nana,Ana Rewi,Mon 09:00-12:00;Tue 08:00-10:00"
    bring_in(store, folder(tmp_path / "new", {"people": text}), now)
    store.expire_all()
    assert [(one.weekday, one.mode) for one in open_hours.week(ana)] == [
        (0, Mode.IN_PERSON), (0, Mode.VIDEO), (1, None),
    ]  # fmt: skip


def test_a_newer_edit_of_the_hours_wins_and_is_listed(store: Store, ana, tmp_path, now) -> None:
    open_hours.save(store, ana, [Hours(4, 540, 600)], ana, now)
    store.commit()
    report = bring_in(store, tmp_path / "small", now + timedelta(days=1))
    assert report.changes == 0
    assert [line for line in report.kept if line.startswith("people, ana, free was edited here")]


OAMARU = (
    "person,place,first_on,every_weeks,from,until,last_on\n"
    "ana,Oamaru,2027-02-18,2,10:00,15:00,\n"
    "ana,Cromwell,2027-02-19,1,09:00,24:00,2027-06-30"
)


def test_visit_days_come_in_once_and_go_out_again(store: Store, ana, tmp_path, now) -> None:
    file = folder(tmp_path / "visits", {"visits": OAMARU})
    assert bring_in(store, file, now).changes == 2
    assert bring_in(store, file, now).changes == 0
    store.expire_all()
    places = {place.id: place.name for place in store.scalars(select(Place))}
    assert {(places[one.place_id], *one[:4], one.last) for one in open_days.held(store, ana)} == {
        ("Oamaru", date(2027, 2, 18), 2, 600, 900, None),
        ("Cromwell", date(2027, 2, 19), 1, 540, 1440, date(2027, 6, 30)),
    }
    export_workbook(store, tmp_path / "out", now)
    assert bring_in(store, tmp_path / "out", now).changes == 0


def test_visit_days_that_were_changed_or_taken_out_on_the_page_stay_so(
    store: Store, ana, tmp_path, now
) -> None:
    file = folder(tmp_path / "visits", {"visits": OAMARU})
    bring_in(store, file, now)
    store.expire_all()
    oamaru, cromwell = sorted(open_days.held(store, ana), key=lambda trip: trip.first)
    wanted = Change((oamaru, cromwell), (oamaru._replace(ends=960),))
    open_days.change(store, ana, wanted, ana, now)
    store.commit()
    report = bring_in(store, file, now)
    assert report.changes == 0
    assert any("until was edited here since: 16:00 stays" in line for line in report.kept)
    assert open_days.held(store, ana) == [oamaru._replace(ends=960)]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("ana,Oamaru,2027-02-18,2,10:00,09:00,", "a later time of the same day"),
        ("ana,Oamaru,2027-02-18,2,10.00,15:00,", "a time of day like 09:00"),
        ("ana,Oamaru,2027-02-18,2,10:00,24:30,", "a time of day like 09:00"),
        ("ana,Oamaru,2027-02-18,0,10:00,15:00,", "a whole number from 1 to 12"),
        ("ana,Oamaru,2027-02-18,2,10:00,15:00,2027-02-01", "a day not before"),
    ],
)
def test_a_bad_cell_of_visit_days_is_said(store: Store, ana, tmp_path, now, row, words) -> None:
    sheet = OAMARU.partition("\n")[0] + "\n" + row
    with pytest.raises(WorkbookRefused) as refused:
        bring_in(store, folder(tmp_path / "bad", {"visits": sheet}), now)
    (fault,) = refused.value.faults
    assert words in str(fault)
    assert open_days.held(store, ana) == []
