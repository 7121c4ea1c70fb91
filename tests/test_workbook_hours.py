"""Hours by import: what was set on a page stays with what the file says again."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from supervisor import open_days, open_hours
from supervisor.models import Person, Place, Store
from supervisor.open_changes import Change, Trip
from supervisor.open_hours import Hours
from supervisor.rules.kinds import Mode
from supervisor.workbook import export_workbook
from tests.workbooks import SMALL, bring_in, folder


@pytest.fixture
def ana(store: Store, tmp_path: Path, now) -> Person:
    """Ana with her two mornings of the file, one of them in Dunedin or by video."""
    bring_in(store, folder(tmp_path / "small", SMALL), now)
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
